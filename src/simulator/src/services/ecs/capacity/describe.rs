//! `DescribeCapacityProviders`.

use serde_json::{Value, json};

use super::super::input::{Page, texts};
use super::super::names::{last_part, provider_arn};
use super::super::{Answer, Work};
use super::PROVIDERS;

/// `DescribeCapacityProviders`: Fargate's two.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeCapacityProviders.html>
pub(in super::super) fn describe(work: &mut Work<'_>) -> Answer {
    let input = &work.call.input;
    let page = Page::of(input)?;
    let asked = texts(input, "capacityProviders");
    let mut failures = Vec::new();
    for name in &asked {
        if !PROVIDERS.contains(&last_part(name)) {
            failures.push(json!({ "arn": name, "reason": "MISSING" }));
        }
    }
    let wanted = |name: &&&str| asked.is_empty() || asked.iter().any(|asked| last_part(asked) == **name);
    let shown: Vec<Value> = PROVIDERS
        .iter()
        .filter(wanted)
        .map(|name| {
            json!({
                "capacityProviderArn": provider_arn(work.call.account(), name),
                "name": name,
                "status": "ACTIVE",
                "tags": [],
                "type": name,
            })
        })
        .collect();
    let mut output = page.cut("capacityProviders", shown)?;
    output["failures"] = failures.into();
    Ok(output)
}
