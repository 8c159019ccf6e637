//! `DescribeTaskDefinition`, `ListTaskDefinitions`, `ListTaskDefinitionFamilies`.

use serde_json::{Value, json};

use super::super::errors::client;
use super::super::input::{Page, includes, text};
use super::super::state::{DefinitionStatus, Family};
use super::super::{Answer, Work, tags};
use super::find::{find, not_described};
use super::register::shown;

/// `DescribeTaskDefinition`.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html>
pub(in super::super) fn describe(work: &mut Work<'_>) -> Answer {
    let named = text(&work.call.input, "taskDefinition").unwrap_or_default();
    let account = work.engine.state.account(work.call.account());
    let definition = find(account, named, not_described)?;
    let mut output = json!({ "taskDefinition": shown(definition) });
    if includes(&work.call.input, "TAGS") {
        output["tags"] = tags::shown(&definition.tags);
    }
    Ok(output)
}

/// The status that a request asks for, with its name.
fn asked(input: &Value) -> DefinitionStatus {
    match input["status"].as_str() {
        Some("INACTIVE") => DefinitionStatus::Inactive,
        Some("DELETE_IN_PROGRESS") => DefinitionStatus::DeleteInProgress,
        _ => DefinitionStatus::Active,
    }
}

/// `ListTaskDefinitions`: by family, then by revision; `familyPrefix` is a whole family's name.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html>
pub(in super::super) fn list(work: &mut Work<'_>) -> Answer {
    let input = &work.call.input;
    let page = Page::of(input)?;
    let (status, prefix) = (asked(input), text(input, "familyPrefix"));
    let account = work.engine.state.account(work.call.account());
    let families = account.families.iter();
    let families = families.filter(|(name, _)| prefix.is_none_or(|prefix| prefix == name.as_str()));
    let definitions = families.flat_map(|(_, family)| family.revisions.values());
    let mut arns: Vec<Value> = definitions
        .filter(|definition| definition.status == status)
        .map(|definition| definition.arn.clone().into())
        .collect();
    if input["sort"] == "DESC" {
        arns.reverse();
    }
    page.cut("taskDefinitionArns", arns)
}

/// `ListTaskDefinitionFamilies`.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitionFamilies.html>
pub(in super::super) fn families(work: &mut Work<'_>) -> Answer {
    let input = &work.call.input;
    let page = Page::of(input)?;
    let prefix = text(input, "familyPrefix").unwrap_or_default();
    let active = |family: &Family| family.latest().is_some();
    let wanted: fn(bool, bool) -> bool = match input["status"].as_str() {
        None | Some("ALL") => |_, inactive| inactive,
        Some("ACTIVE") => |active, _| active,
        Some("INACTIVE") => |active, inactive| inactive && !active,
        Some(_) => return Err(client("Invalid family status.")),
    };
    let account = work.engine.state.account(work.call.account());
    let families = account.families.iter().filter(|(name, family)| {
        name.starts_with(prefix) && wanted(active(family), !family.revisions.is_empty())
    });
    let names: Vec<Value> = families.map(|(name, _)| name.clone().into()).collect();
    page.cut("families", names)
}
