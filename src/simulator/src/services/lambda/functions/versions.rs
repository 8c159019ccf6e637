//! Published versions.

use serde_json::json;
use time::OffsetDateTime;

use super::super::Answer;
use super::super::errors::{invalid_parameter, other_revision};
use super::super::names::NameShape;
use super::super::page::Page;
use super::super::policy::revision;
use super::read::shown_versions;
use super::{Configuration, Function, constrain, existing, function, qualified};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::services::form::{Form, Rule};

/// Publishes what `$LATEST` is now, and gives the version's number; where nothing changed since the last version, that
/// one's.
pub(super) fn publish(function: &mut Function, now: OffsetDateTime, description: Option<&str>) -> String {
    let last = function.versions.last_key_value();
    if let Some((number, last)) = last
        && same(last, &function.latest)
        && function.published == function.latest.description
    {
        return number.to_string();
    }
    function.last += 1;
    let mut version = function.latest.clone();
    version.modified = now;
    version.revision = revision();
    if let Some(description) = description {
        description.clone_into(&mut version.description);
    }
    function.versions.insert(function.last, version);
    function.published.clone_from(&function.latest.description);
    function.latest.settle();
    function.last.to_string()
}

/// Whether two versions run the same in the same way.
fn same(published: &Configuration, latest: &Configuration) -> bool {
    let layers = |version: &Configuration| -> Vec<String> {
        version.layers.iter().map(|layer| layer.arn.clone()).collect()
    };
    let scalars = |version: &Configuration| {
        (
            version.runtime.clone(),
            version.handler.clone(),
            version.role.clone(),
            version.timeout,
            version.memory,
            version.storage,
            version.architecture.clone(),
        )
    };
    published.code.sha256() == latest.code.sha256()
        && scalars(published) == scalars(latest)
        && layers(published) == layers(latest)
        && published.environment == latest.environment
        && published.kept == latest.kept
}

/// `PublishVersion`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html>
pub(in super::super) fn create(cloud: &Cloud, call: &mut Call) -> Answer {
    let mut form = Form::of_json(&call.input);
    constrain(&mut form, call, NameShape::Plain);
    form.optional("Description", &Rule::length(0, 256));
    form.check()?;
    let name = function(call)?;
    let now = cloud.clock.now();
    cloud.lambda.with(&name.account, |account| {
        let function = existing(account, &name)?;
        let ours = function.latest.code.sha256();
        if let Some(given) = call.input["CodeSha256"].as_str().filter(|given| *given != ours) {
            return Err(invalid_parameter(format!(
                "CodeSHA256 ({given}) is different from current CodeSHA256 in $LATEST ({ours}). Please try again with the \
                 CodeSHA256 in $LATEST."
            )));
        }
        let expected = call.input["RevisionId"].as_str();
        if expected.is_some_and(|expected| expected != function.latest.revision) {
            return Err(other_revision("GetFunction/GetAlias"));
        }
        let number = publish(function, now, call.input["Description"].as_str());
        let arn = format!("{}:{number}", name.arn());
        let found = function.version(Some(&number));
        let shown = found.map_or(json!({}), |(_, version)| version.shown(&name.name, &arn, &number));
        Ok((201, shown))
    })
}

/// `ListVersionsByFunction`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html>
pub(in super::super) fn list(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = qualified(call)?;
    let page = Page::of(&call.input, 10_000)?;
    cloud.lambda.with(&name.account, |account| {
        let function = existing(account, &name)?;
        let versions = shown_versions(&name.account, function, true);
        Ok((200, page.cut("Versions", versions)))
    })
}
