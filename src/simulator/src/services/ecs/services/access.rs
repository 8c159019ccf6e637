//! What a call about services needs the permission for.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html>

use serde_json::Value;

use super::super::access::{cluster_of, tagging};
use super::super::input::{text, texts};
use super::super::names::{cluster_arn, cluster_name, named_arn, service_arn};
use super::names::split;
use crate::call::{Access, Call};
use crate::cloud::Cloud;

/// The service that the request names (or creates), with what else conditions look at.
pub(in super::super) fn service(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let input = &call.input;
    let name = text(input, "serviceName").or(text(input, "service"));
    let access = on(call, action, name.unwrap_or_default());
    let flag = |member: &str| input[member].as_bool().map(|flag| vec![flag.to_string()]);
    let strategy = input["capacityProviderStrategy"].as_array().into_iter().flatten();
    let providers = strategy.filter_map(|item| item["capacityProvider"].as_str());
    let access = access
        .with("ecs:task-definition", given(input, "taskDefinition"))
        .with("ecs:propagate-tags", given(input, "propagateTags"))
        .with("ecs:capacity-provider", providers.map(str::to_owned).collect())
        .with(
            "ecs:enable-ecs-managed-tags",
            flag("enableECSManagedTags").unwrap_or_default(),
        )
        .with(
            "ecs:enable-execute-command",
            flag("enableExecuteCommand").unwrap_or_default(),
        );
    tagging(call, access)
}

/// Each of the services that the request names.
pub(in super::super) fn services(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let names = texts(&call.input, "services");
    let each: Vec<Access> = names.into_iter().map(|name| on(call, action, name)).collect();
    if each.is_empty() {
        return vec![Access::new(action, "*")];
    }
    each
}

/// The services of the service deployments or revisions that the request names.
pub(in super::super) fn service_parts(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let of = |arn: &str| {
        let mut kinds = ["service-deployment", "service-revision"].into_iter();
        let known = kinds.find_map(|kind| split(arn, kind, call.account()));
        match known {
            Some((cluster, name, _)) => in_cluster(call, action, cluster, name),
            None => Access::new(action, arn),
        }
    };
    let input = &call.input;
    let mut arns = texts(input, "serviceDeploymentArns");
    arns.extend(texts(input, "serviceRevisionArns"));
    let each: Vec<Access> = arns.into_iter().map(of).collect();
    if each.is_empty() {
        return vec![Access::new(action, "*")];
    }
    each
}

/// The services of a cluster.
pub(in super::super) fn listed_services(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    vec![Access::new(action, "*").with("ecs:cluster", vec![cluster_of(call)])]
}

fn on(call: &Call, action: &'static str, name: &str) -> Access {
    let cluster = cluster_name(text(&call.input, "cluster"));
    let arn = named_arn(name, |name| service_arn(call.account(), cluster, name));
    Access::new(action, arn).with("ecs:cluster", vec![cluster_of(call)])
}

fn in_cluster(call: &Call, action: &'static str, cluster: &str, name: &str) -> Access {
    let account = call.account();
    Access::new(action, service_arn(account, cluster, name))
        .with("ecs:cluster", vec![cluster_arn(account, cluster)])
}

fn given(input: &Value, member: &str) -> Vec<String> {
    text(input, member).map(str::to_owned).into_iter().collect()
}
