//! What a call needs the permission for, and what authorisation is told of ECS's resources.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html>

pub(super) use super::services::access::{listed_services, service, service_parts, services};

use super::definitions::find;
use super::errors::client;
use super::input::{text, texts};
use super::names::{cluster_arn, cluster_name, instance_arn, last_part, named_arn, provider_arn, task_arn};
use super::tags;
use crate::REGION;
use crate::call::{Access, Call};
use crate::cloud::Cloud;
use crate::services::ResourceOwner;

/// No resource in particular.
pub(super) fn nothing(_: &Cloud, _: &Call, action: &'static str) -> Vec<Access> {
    vec![Access::new(action, "*")]
}

/// The ARN of the cluster that a request names; `default` where it names none.
pub(super) fn cluster_of(call: &Call) -> String {
    let named = text(&call.input, "cluster").unwrap_or("default");
    named_arn(named, |name| cluster_arn(call.account(), name))
}

/// The cluster that the request names.
pub(super) fn cluster(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    vec![Access::new(action, cluster_of(call))]
}

/// Each cluster that the request names.
pub(super) fn clusters(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let mut names = texts(&call.input, "clusters");
    if names.is_empty() {
        names.push("default");
    }
    let arns = names
        .into_iter()
        .map(|name| named_arn(name, |name| cluster_arn(call.account(), name)));
    arns.map(|arn| Access::new(action, arn)).collect()
}

/// The cluster that the request makes, and its tags.
pub(super) fn new_cluster(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let name = text(&call.input, "clusterName").unwrap_or("default");
    tagging(call, Access::new(action, cluster_arn(call.account(), name)))
}

/// Capacity providers.
pub(super) fn providers(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let names = texts(&call.input, "capacityProviders");
    if names.is_empty() {
        return vec![Access::new(action, provider_arn(call.account(), "*"))];
    }
    let arns = names
        .into_iter()
        .map(|name| provider_arn(call.account(), last_part(name)));
    arns.map(|arn| Access::new(action, arn)).collect()
}

fn definition_arn(account: &str, short: &str) -> String {
    format!("arn:aws:ecs:{REGION}:{account}:task-definition/{short}")
}

/// The definition that the request registers: what it asks for are condition keys.
pub(super) fn new_definition(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let input = &call.input;
    let family = text(input, "family").unwrap_or("*");
    let one = |member: &str| {
        text(input, member)
            .map(str::to_owned)
            .into_iter()
            .collect::<Vec<_>>()
    };
    let containers = input["containerDefinitions"].as_array();
    let privileged = containers
        .into_iter()
        .flatten()
        .any(|container| container["privileged"] == true);
    let compatibilities = texts(input, "requiresCompatibilities")
        .into_iter()
        .map(str::to_owned);
    let access = Access::new(action, definition_arn(call.account(), &format!("{family}:*")))
        .with("ecs:task-cpu", one("cpu"))
        .with("ecs:task-memory", one("memory"))
        .with("ecs:privileged", vec![privileged.to_string()])
        .with("ecs:compute-compatibility", compatibilities.collect());
    tagging(call, access)
}

/// Each definition that the request names.
pub(super) fn definitions(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let names = texts(&call.input, "taskDefinitions");
    let arns = names
        .into_iter()
        .map(|name| named_arn(name, |name| definition_arn(call.account(), name)));
    arns.map(|arn| Access::new(action, arn)).collect()
}

/// The definition that a request starts tasks with, by its whole name: a family alone is its latest revision.
pub(super) fn started(cloud: &Cloud, call: &Call) -> String {
    let named = text(&call.input, "taskDefinition").unwrap_or("*");
    if named.starts_with("arn:") {
        return named.to_owned();
    }
    let mut state = cloud.ecs.lock();
    let account = state.account(call.account());
    match find(account, named, || client("")) {
        Ok(definition) => definition.arn.clone(),
        Err(_) => definition_arn(call.account(), named),
    }
}

/// The definition that the request starts tasks with, in a cluster.
pub(super) fn new_task(cloud: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let input = &call.input;
    let strategy = input["capacityProviderStrategy"].as_array().into_iter().flatten();
    let providers = strategy.filter_map(|item| text(item, "capacityProvider"));
    let providers = providers.map(|name| provider_arn(call.account(), last_part(name)));
    let command = input["enableExecuteCommand"] == true;
    let access = Access::new(action, started(cloud, call))
        .with("ecs:cluster", vec![cluster_of(call)])
        .with("ecs:capacity-provider", providers.collect())
        .with("ecs:enable-execute-command", vec![command.to_string()]);
    // What gets the tags are the tasks, which have no id yet.
    let cluster = cluster_name(text(input, "cluster"));
    tagging_of(call, access, &task_arn(call.account(), cluster, "*"))
}

fn on_task(call: &Call, action: &'static str, named: &str) -> Access {
    let cluster = cluster_name(text(&call.input, "cluster"));
    let arn = named_arn(named, |id| task_arn(call.account(), cluster, id));
    Access::new(action, arn).with("ecs:cluster", vec![cluster_of(call)])
}

/// The task that the request names.
pub(super) fn task(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    vec![on_task(call, action, text(&call.input, "task").unwrap_or("*"))]
}

/// Each task that the request names.
pub(super) fn tasks(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let names = texts(&call.input, "tasks").into_iter();
    names.map(|name| on_task(call, action, name)).collect()
}

/// Each container instance that the request names.
pub(super) fn instances(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let cluster = cluster_name(text(&call.input, "cluster"));
    let arn = |id: &str| instance_arn(call.account(), cluster, id);
    let names = texts(&call.input, "containerInstances").into_iter();
    let arns = names.map(|name| named_arn(name, arn));
    arns.map(|arn| Access::new(action, arn).with("ecs:cluster", vec![cluster_of(call)]))
        .collect()
}

/// The tasks of a cluster, which AWS asks for as those of its container instances.
pub(super) fn list_tasks(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let cluster = cluster_name(text(&call.input, "cluster"));
    let instance = text(&call.input, "containerInstance").map_or("*", last_part);
    let arn = instance_arn(call.account(), cluster, instance);
    vec![Access::new(action, arn).with("ecs:cluster", vec![cluster_of(call)])]
}

/// The resource whose ARN the request gives.
pub(super) fn tagged(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let arn = text(&call.input, "resourceArn").unwrap_or("*");
    let access = with_tags(call, Access::new(action, arn));
    let removed = texts(&call.input, "tagKeys").into_iter().map(str::to_owned);
    vec![access.with("aws:TagKeys", removed.collect())]
}

fn given_tags(call: &Call) -> impl Iterator<Item = (&str, &str)> {
    let tags = call.input["tags"].as_array().into_iter().flatten();
    tags.map(|tag| {
        let text = |member: &str| tag[member].as_str().unwrap_or_default();
        (text("key"), text("value"))
    })
}

fn with_tags(call: &Call, mut access: Access) -> Access {
    let keys: Vec<String> = given_tags(call).map(|(key, _)| key.to_owned()).collect();
    for (key, value) in given_tags(call) {
        access = access.with(format!("aws:RequestTag/{key}"), vec![value.to_owned()]);
    }
    access.with("aws:TagKeys", keys)
}

/// A permission to make something, and, where it has tags from the first, the one to tag it.
pub(super) fn tagging(call: &Call, access: Access) -> Vec<Access> {
    let made = access.resource.clone();
    tagging_of(call, access, &made)
}

/// A permission, and, where what comes of it has tags from the first, the one to tag that.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html>
fn tagging_of(call: &Call, access: Access, made: &str) -> Vec<Access> {
    let access = with_tags(call, access);
    if given_tags(call).next().is_none() {
        return vec![access];
    }
    let action = access.action.trim_start_matches("ecs:").to_owned();
    let mut tag = with_tags(call, Access::new("ecs:TagResource", made));
    tag = tag.with("ecs:CreateAction", vec![action]);
    vec![access, tag]
}

/// What authorisation is told of a resource: whose it is, and its tags.
pub(super) fn owner(cloud: &Cloud, arn: &str) -> ResourceOwner {
    let account = arn
        .strip_prefix("arn:aws:ecs:")
        .and_then(|rest| rest.split(':').nth(1));
    let Some(account) = account.filter(|account| !account.is_empty()) else {
        return ResourceOwner::default();
    };
    let mut state = cloud.ecs.lock();
    let known = state.accounts.get_mut(account);
    let tags = known.and_then(|known| tags::of(known, tags::resource(arn, account)?).cloned());
    let keys = |key: &String| ["aws", "ecs"].map(|prefix| format!("{prefix}:ResourceTag/{key}"));
    let context = tags
        .into_iter()
        .flatten()
        .flat_map(|(key, value)| keys(&key).map(|key| (key, vec![value.clone()])));
    ResourceOwner {
        account: Some(account.to_owned()),
        context: context.collect(),
        ..ResourceOwner::default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::{Value, json};

    use super::*;

    fn call_with(input: Value) -> Call {
        Call {
            caller: crate::call::Caller {
                principal: crate::call::Principal::root(crate::ACCOUNT),
                ..crate::call::Caller::anonymous()
            },
            head: http::Request::new(()).into_parts().0,
            body: bytes::Bytes::new(),
            input,
            postponed: Value::Null,
            request_id: String::new(),
            time: time::OffsetDateTime::UNIX_EPOCH,
            trail: std::sync::Mutex::default(),
        }
    }

    fn asked(name: &str, input: Value) -> Vec<Access> {
        let cloud = Cloud::new(true).unwrap();
        let operation = super::super::SERVICE.operation(name).unwrap();
        (operation.access)(&cloud, &call_with(input))
    }

    fn context<'a>(access: &'a Access, key: &str) -> Option<&'a [String]> {
        let found = access.context.iter().find(|(known, _)| known == key);
        found.map(|(_, values)| values.as_slice())
    }

    #[test]
    fn each_operation_asks_for_the_resources_that_its_request_names() {
        let arn = |rest: &str| format!("arn:aws:ecs:eu-west-3:123456789012:{rest}");
        for (name, input, resources) in [
            (
                "CreateCluster",
                json!({"clusterName": "site"}),
                vec![arn("cluster/site")],
            ),
            ("CreateCluster", json!({}), vec![arn("cluster/default")]),
            ("ListClusters", json!({}), vec!["*".to_owned()]),
            (
                "DescribeClusters",
                json!({"clusters": ["a", arn("cluster/b")]}),
                vec![arn("cluster/a"), arn("cluster/b")],
            ),
            (
                "RegisterTaskDefinition",
                json!({"family": "web"}),
                vec![arn("task-definition/web:*")],
            ),
            (
                "DescribeTaskDefinition",
                json!({"taskDefinition": "web"}),
                vec!["*".to_owned()],
            ),
            (
                "RunTask",
                json!({"cluster": "site", "taskDefinition": "web:3"}),
                vec![arn("task-definition/web:3")],
            ),
            (
                "StopTask",
                json!({"cluster": "site", "task": "abc"}),
                vec![arn("task/site/abc")],
            ),
            (
                "DescribeTasks",
                json!({"tasks": ["a", arn("task/default/b")]}),
                vec![arn("task/default/a"), arn("task/default/b")],
            ),
            (
                "ListTasks",
                json!({"cluster": "site"}),
                vec![arn("container-instance/site/*")],
            ),
            (
                "TagResource",
                json!({"resourceArn": arn("cluster/site"), "tags": []}),
                vec![arn("cluster/site")],
            ),
        ] {
            let found: Vec<String> = asked(name, input)
                .into_iter()
                .map(|access| access.resource)
                .collect();
            assert_eq!(found, resources, "{name}");
        }
    }

    #[test]
    fn the_cluster_and_what_is_asked_for_are_condition_keys() {
        let run = asked("RunTask", json!({"cluster": "site", "taskDefinition": "web:1"}));
        assert_eq!(
            context(&run[0], "ecs:cluster").unwrap(),
            ["arn:aws:ecs:eu-west-3:123456789012:cluster/site"]
        );
        let register = asked(
            "RegisterTaskDefinition",
            json!({"family": "web", "cpu": "256", "memory": "512", "requiresCompatibilities": ["FARGATE"],
                   "containerDefinitions": [{"privileged": true}]}),
        );
        assert_eq!(context(&register[0], "ecs:task-cpu").unwrap(), ["256"]);
        assert_eq!(context(&register[0], "ecs:privileged").unwrap(), ["true"]);
        assert_eq!(
            context(&register[0], "ecs:compute-compatibility").unwrap(),
            ["FARGATE"]
        );
    }

    #[test]
    fn what_is_made_with_tags_needs_the_permission_to_tag_it_too() {
        let tagged = asked(
            "CreateCluster",
            json!({"clusterName": "site", "tags": [{"key": "equipe", "value": "a"}]}),
        );
        assert_eq!(tagged.len(), 2);
        assert_eq!(tagged[1].action, "ecs:TagResource");
        assert_eq!(
            context(&tagged[1], "ecs:CreateAction").unwrap(),
            ["CreateCluster"]
        );
        assert_eq!(context(&tagged[0], "aws:RequestTag/equipe").unwrap(), ["a"]);
        assert_eq!(asked("CreateCluster", json!({"clusterName": "site"})).len(), 1);
        let run =
            json!({"cluster": "site", "taskDefinition": "web:1", "tags": [{"key": "equipe", "value": "a"}]});
        let run = asked("RunTask", run);
        assert_eq!(run[1].resource, "arn:aws:ecs:eu-west-3:123456789012:task/site/*");
        assert_eq!(context(&run[1], "ecs:CreateAction").unwrap(), ["RunTask"]);
    }
}
