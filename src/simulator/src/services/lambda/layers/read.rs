//! Showing and listing layers and their versions.

use serde_json::{Value, json};

use super::super::Answer;
use super::super::errors::{constraint, no_such_resource};
use super::super::page::{Page, Place};
use super::super::runtimes;
use super::super::shown::location;
use super::super::state::LayerVersion;
use super::names::{LayerName, LayerVersionName};
use super::publish::ARCHITECTURE;
use super::{listed, named, whole};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::form::Form;

/// The largest page of layers, in items.
const LARGEST_PAGE: usize = 50;

/// `GetLayerVersion`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersion.html>
pub(in super::super) fn get(cloud: &Cloud, call: &mut Call) -> Answer {
    let (layer, number) = named(call)?;
    shown(cloud, call, &layer, number)
}

/// `GetLayerVersionByArn`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionByArn.html>
pub(in super::super) fn get_by_arn(cloud: &Cloud, call: &mut Call) -> Answer {
    let arn = call.input["Arn"].as_str().unwrap_or_default();
    let named = LayerVersionName::of_arn(arn).ok_or_else(|| {
        constraint(
            arn,
            "arn",
            "Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)",
        )
    })?;
    named.check_region()?;
    shown(cloud, call, &named.layer, named.version)
}

fn shown(cloud: &Cloud, call: &Call, layer: &LayerName, number: u64) -> Answer {
    let version = cloud.lambda.with(&layer.account, |account| {
        account.layer_version(&layer.name, number).cloned()
    });
    let version = version.ok_or_else(no_such_resource)?;
    let location = location(cloud, call, &version.content.0);
    Ok((200, whole(layer, number, &version, &location)))
}

/// What a list is restricted to.
struct Filter {
    runtime: Option<String>,
    architecture: Option<String>,
}

impl Filter {
    fn of(input: &Value) -> Result<Self, AwsError> {
        let text = |member: &str| input[member].as_str().map(str::to_owned);
        let (runtime, architecture) = (text("CompatibleRuntime"), text("CompatibleArchitecture"));
        let mut form = Form::of_json(input);
        if let Some(runtime) = &runtime {
            runtimes::filter(&mut form, runtime);
        }
        form.optional("CompatibleArchitecture", &ARCHITECTURE);
        form.check()?;
        Ok(Self {
            runtime,
            architecture,
        })
    }

    fn lets(&self, version: &LayerVersion) -> bool {
        let holds = |wanted: &Option<String>, list: &Option<Vec<String>>| {
            wanted
                .as_ref()
                .is_none_or(|wanted| list.as_ref().is_some_and(|list| list.contains(wanted)))
        };
        holds(&self.runtime, &version.runtimes) && holds(&self.architecture, &version.architectures)
    }
}

/// `ListLayers`: each with its latest version that fits; a layer without one is not listed.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListLayers.html>
pub(in super::super) fn list(cloud: &Cloud, call: &mut Call) -> Answer {
    let filter = Filter::of(&call.input)?;
    let page = Page::of(&call.input, LARGEST_PAGE)?;
    let account = call.account().to_owned();
    let layers = cloud.lambda.with(&account, |known| {
        let layers = known.layers.iter().filter_map(|(name, layer)| {
            let mut versions = layer.versions.iter().rev();
            let (number, version) = versions.find(|(_, version)| filter.lets(version))?;
            let layer = LayerName {
                account: account.clone(),
                name: name.clone(),
            };
            let shown = json!({
                "LayerName": name,
                "LayerArn": layer.arn(),
                "LatestMatchingVersion": listed(*number, version),
            });
            Some((Place::named(name), shown))
        });
        layers.collect()
    });
    Ok((200, page.cut("Layers", layers)))
}

/// `ListLayerVersions`, the newest first.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListLayerVersions.html>
pub(in super::super) fn list_versions(cloud: &Cloud, call: &mut Call) -> Answer {
    let filter = Filter::of(&call.input)?;
    let page = Page::of(&call.input, LARGEST_PAGE)?;
    let layer = LayerName::read(
        call.input["LayerName"].as_str().unwrap_or_default(),
        call.account(),
    )?;
    let versions = cloud.lambda.with(&layer.account, |account| {
        let versions = account.layers.get(&layer.name).map(|layer| &layer.versions);
        let versions = versions.into_iter().flatten().rev();
        let fitting = versions.filter(|(_, version)| filter.lets(version));
        fitting
            .map(|(number, version)| (Place::numbered("", u64::MAX - number), listed(*number, version)))
            .collect()
    });
    Ok((200, page.cut("LayerVersions", versions)))
}
