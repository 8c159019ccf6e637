//! Publishing and deleting versions.

use serde_json::json;

use super::super::Answer;
use super::super::code;
use super::super::errors::invalid_parameter;
use super::super::runtimes::{self, ARCHITECTURES};
use super::super::shown::location;
use super::super::state::{Held, LayerVersion};
use super::names::LayerName;
use super::{named, whole};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::form::{Complaint, Form, Rule};

const DESCRIPTION: Rule = Rule::length(0, 256);
const LICENSE: Rule = Rule::length(0, 512);
/// One of the architectures.
pub(super) const ARCHITECTURE: Rule = Rule {
    min: 1,
    max: 16,
    accepts: |text| ARCHITECTURES.contains(&text),
    complaint: Complaint::Values(&ARCHITECTURES),
};

/// `PublishLayerVersion`: the next version of a layer, which may be its first.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html>
pub(in super::super) fn publish(cloud: &Cloud, call: &mut Call) -> Answer {
    let layer = LayerName::read(
        call.input["LayerName"].as_str().unwrap_or_default(),
        call.account(),
    )?;
    let version = read(cloud, call, &layer)?;
    let shown = cloud.lambda.with(&layer.account, |account| {
        let known = account.layers.entry(layer.name.clone()).or_default();
        known.last += 1;
        let number = known.last;
        let version = LayerVersion {
            arn: format!("{}:{number}", layer.arn()),
            ..version
        };
        let shown = whole(
            &layer,
            number,
            &version,
            &location(cloud, call, &version.content.0),
        );
        known.versions.insert(number, version);
        shown
    });
    Ok((201, shown))
}

/// The version that a request describes, still without its number.
fn read(cloud: &Cloud, call: &Call, layer: &LayerName) -> Result<LayerVersion, AwsError> {
    let mut form = Form::of_json(&call.input);
    let description = form.optional("Description", &DESCRIPTION);
    let license = form.optional("LicenseInfo", &LICENSE);
    let compatible = form.list("CompatibleRuntimes", 15, &Rule::length(0, 64));
    runtimes::compatible(&mut form, &compatible);
    let architectures = form.list("CompatibleArchitectures", 2, &ARCHITECTURE);
    if !form.has("Content") {
        form.missing("Content");
    }
    code::constrain(&mut form, "Content", &call.input["Content"]);
    form.check()?;
    let content = code::read(cloud, call, &call.input["Content"])?
        .ok_or_else(|| invalid_parameter("Please provide a source for the layer content."))?;
    let given = |member: &str, values: Vec<String>| call.input[member].is_array().then_some(values);
    Ok(LayerVersion {
        arn: layer.arn(),
        description,
        license,
        runtimes: given("CompatibleRuntimes", compatible),
        architectures: given("CompatibleArchitectures", architectures),
        created: cloud.clock.now(),
        content: Held(content),
        policy: None,
    })
}

/// `DeleteLayerVersion`: functions that have it keep it; its number is never given again. What is not there is deleted.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteLayerVersion.html>
pub(in super::super) fn delete(cloud: &Cloud, call: &mut Call) -> Answer {
    let (layer, number) = named(call)?;
    cloud.lambda.with(&layer.account, |account| {
        if let Some(known) = account.layers.get_mut(&layer.name) {
            known.versions.remove(&number);
        }
    });
    Ok((204, json!(null)))
}
