//! What a call needs the permission for, and what authorisation is told of layers and functions.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html>

use super::functions::named as named_function;
use super::layers::named as named_version;
use super::layers::names::{LayerName, LayerVersionName};
use super::names::{FunctionName, NameShape};
use crate::REGION;
use crate::call::{Access, Call};
use crate::cloud::Cloud;
use crate::services::ResourceOwner;

/// No resource in particular.
pub(super) fn nothing(_: &Cloud, _: &Call, action: &'static str) -> Vec<Access> {
    vec![Access::new(action, "*")]
}

/// The layer that the request names.
pub(super) fn layer(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let name = call.input["LayerName"].as_str().unwrap_or_default();
    let arn = LayerName::read(name, call.account()).map(|layer| layer.arn());
    vec![Access::new(action, arn.unwrap_or_else(|_| "*".to_owned()))]
}

/// The layer version that the request names, by its parts or its ARN.
pub(super) fn layer_version(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let by_arn = call.input["Arn"].as_str().map(str::to_owned);
    let arn = by_arn.or_else(|| {
        let (layer, number) = named_version(call).ok()?;
        Some(format!("{}:{number}", layer.arn()))
    });
    vec![Access::new(action, arn.unwrap_or_else(|| "*".to_owned()))]
}

/// The function that the request names.
pub(super) fn function(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    vec![on_function(call, action)]
}

fn on_function(call: &Call, action: &'static str) -> Access {
    let arn = named_function(call, NameShape::Namespaced)
        .map_or_else(|_| "*".to_owned(), |name| name.qualified_arn());
    Access::new(action, arn)
}

/// The same, with the layers that the request gives the function.
pub(super) fn with_layers(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let layers = call.input["Layers"].as_array().into_iter().flatten();
    let arns = layers.filter_map(|arn| arn.as_str().map(str::to_owned)).collect();
    vec![on_function(call, action).with("lambda:Layer", arns)]
}

/// Creating a function, with its layers; one that gets tags is tagged with the right to.
pub(super) fn to_create(cloud: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let mut needed = with_layers(cloud, call, action);
    if call.input["Tags"]
        .as_object()
        .is_some_and(|tags| !tags.is_empty())
    {
        needed.push(with_tags(call, on_function(call, "lambda:TagResource")));
    }
    needed
}

/// The resource whose ARN is in the path.
pub(super) fn tagged(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let arn = call.input["Resource"].as_str().unwrap_or("*");
    vec![with_tags(call, Access::new(action, arn))]
}

/// The same, with the condition keys of the request's tags.
fn with_tags(call: &Call, access: Access) -> Access {
    let tags = call.input["Tags"].as_object();
    let keys: Vec<String> = tags.into_iter().flatten().map(|(key, _)| key.clone()).collect();
    let given = tags.into_iter().flatten();
    let access = given.fold(access, |access, (key, value)| {
        let value = value.as_str().unwrap_or_default().to_owned();
        access.with(format!("aws:RequestTag/{key}"), vec![value])
    });
    access.with("aws:TagKeys", keys)
}

/// What authorisation is told of a function or a layer version: whose it is, and its policy.
pub(super) fn owner(cloud: &Cloud, arn: &str) -> ResourceOwner {
    let prefix = format!("arn:aws:lambda:{REGION}:");
    let Some((account, _)) = arn.strip_prefix(&prefix).and_then(|rest| rest.split_once(':')) else {
        return ResourceOwner::default();
    };
    let mut owner = ResourceOwner {
        account: Some(account.to_owned()),
        ..ResourceOwner::default()
    };
    cloud.lambda.with(account, |known| {
        if let Some(named) = LayerVersionName::of_arn(arn) {
            let version = known.layer_version(&named.layer.name, named.version);
            owner.policy = version
                .and_then(|version| version.policy.as_ref())
                .and_then(|policy| policy.source(arn));
        } else if let Ok(name) = FunctionName::read(arn, None, account, NameShape::Plain)
            && let Some(function) = known.functions.get(&name.name)
        {
            let policy = function.policy(name.qualifier.as_deref());
            owner.policy = policy.and_then(|policy| policy.source(arn));
            let tags = function.tags.iter();
            owner.context = tags
                .map(|(key, value)| (format!("aws:ResourceTag/{key}"), vec![value.clone()]))
                .collect();
        }
    });
    owner
}
