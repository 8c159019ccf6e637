//! A task as answers show it.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html>

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::super::date;
use super::super::input::includes;
use super::super::names::cluster_arn;
use super::super::state::{Account, Container, Status, Task, TaskDefinition};
use super::super::tags;

/// A task of a cluster, with its tags where they are asked for.
pub(super) fn shown(account: &Account, cluster: &str, task: &Task, input: &Value) -> Value {
    let definition = account.definition(&task.definition);
    let mut shown = Map::new();
    let mut set = |member: &str, value: Value| shown.insert(member.to_owned(), value);
    let owner = task.arn.split(':').nth(4).unwrap_or_default();
    set("taskArn", task.arn.clone().into());
    set("clusterArn", cluster_arn(owner, cluster).into());
    set("taskDefinitionArn", task.definition.clone().into());
    set("group", task.group.clone().into());
    set("lastStatus", task.last.name().into());
    set("desiredStatus", task.desired.name().into());
    set("healthStatus", health(task).into());
    set("version", task.version.into());
    set("cpu", task.size.cpu.to_string().into());
    set("memory", task.size.memory.to_string().into());
    set("ephemeralStorage", json!({ "sizeInGiB": task.size.storage }));
    set(
        "fargateEphemeralStorage",
        json!({ "sizeInGiB": task.size.storage }),
    );
    set("platformVersion", task.platform_version.clone().into());
    set("platformFamily", platform(definition).into());
    set("attributes", attributes(definition));
    set("availabilityZone", task.network.zone.clone().into());
    set("enableExecuteCommand", task.execute_command.into());
    set("inferenceAccelerators", json!([]));
    set("overrides", task.overrides.clone());
    set("attachments", json!([attachment(task)]));
    let containers = task.containers.iter().enumerate();
    let containers = containers.map(|(place, each)| container(task, definition, place, each));
    set("containers", containers.collect::<Vec<_>>().into());
    let tags = if includes(input, "TAGS") {
        tags::shown(&task.tags)
    } else {
        json!([])
    };
    set("tags", tags);
    for (member, text) in [
        ("launchType", &task.launch_type),
        ("capacityProviderName", &task.provider),
        ("startedBy", &task.started_by),
        ("stoppedReason", &task.stopped_reason),
    ] {
        if let Some(text) = text {
            set(member, text.clone().into());
        }
    }
    if let Some(code) = task.stop_code {
        set("stopCode", json!(code));
    }
    if task.times.connected.is_some() {
        let connected = task.last < Status::Deprovisioning;
        set(
            "connectivity",
            if connected { "CONNECTED" } else { "DISCONNECTED" }.into(),
        );
    }
    for (member, at) in times(task) {
        if let Some(at) = at {
            set(member, date(at));
        }
    }
    Value::Object(shown)
}

fn times(task: &Task) -> [(&'static str, Option<OffsetDateTime>); 8] {
    let times = &task.times;
    [
        ("createdAt", Some(task.created)),
        ("connectivityAt", times.connected),
        ("pullStartedAt", times.pull_started),
        ("pullStoppedAt", times.pull_stopped),
        ("startedAt", times.started),
        ("stoppingAt", times.stopping),
        ("executionStoppedAt", times.execution_stopped),
        ("stoppedAt", times.stopped),
    ]
}

/// A task is as healthy as the containers whose health is checked.
fn health(task: &Task) -> &'static str {
    let known = task.containers.iter().filter_map(|container| container.healthy);
    health_of(known.reduce(|all, healthy| all && healthy))
}

fn health_of(healthy: Option<bool>) -> &'static str {
    match healthy {
        None => "UNKNOWN",
        Some(true) => "HEALTHY",
        Some(false) => "UNHEALTHY",
    }
}

fn platform(definition: Option<&TaskDefinition>) -> String {
    let family = definition
        .and_then(|definition| definition.body["runtimePlatform"]["operatingSystemFamily"].as_str());
    match family {
        None | Some("LINUX") => "Linux".to_owned(),
        Some(windows) => windows.to_owned(),
    }
}

fn attributes(definition: Option<&TaskDefinition>) -> Value {
    let arm = definition.is_some_and(TaskDefinition::is_arm);
    json!([{ "name": "ecs.cpu-architecture", "value": if arm { "arm64" } else { "x86_64" } }])
}

fn attachment(task: &Task) -> Value {
    let network = &task.network;
    let detail = |name: &str, value: &str| json!({ "name": name, "value": value });
    let mut details = vec![detail("subnetId", &network.subnet)];
    if let Some(interface) = &network.interface {
        details.extend([
            detail("networkInterfaceId", &interface.id),
            detail("macAddress", &interface.mac),
            detail("privateDnsName", &interface.private_name),
            detail("privateIPv4Address", &interface.private_address),
        ]);
    }
    let status = match (&network.interface, task.last) {
        (_, Status::Stopped) => "DELETED",
        (Some(_), Status::Deprovisioning) => "DETACHING",
        (Some(_), _) => "ATTACHED",
        (None, _) => "PRECREATED",
    };
    json!({ "id": network.attachment, "type": "ElasticNetworkInterface", "status": status, "details": details })
}

fn container(task: &Task, definition: Option<&TaskDefinition>, place: usize, container: &Container) -> Value {
    let defined = definition.and_then(|definition| definition.containers().get(place));
    let mut shown = json!({
        "containerArn": container.arn,
        "taskArn": task.arn,
        "name": container.name,
        "image": container.image,
        "lastStatus": container.last.name(),
        "healthStatus": health_of(container.healthy),
        "networkBindings": [],
        "networkInterfaces": [],
        "cpu": "0",
    });
    for member in ["cpu", "memory", "memoryReservation"] {
        let overridden = super::overrides::of_container(&task.overrides, &json!(container.name));
        let value = overridden.and_then(|of| of[member].as_i64());
        if let Some(value) = value.or_else(|| defined?[member].as_i64()) {
            shown[member] = value.to_string().into();
        }
    }
    if let Some(interface) = &task.network.interface {
        shown["networkInterfaces"] = json!([{
            "attachmentId": task.network.attachment,
            "privateIpv4Address": interface.private_address,
        }]);
    }
    for (member, text) in [
        ("imageDigest", &container.digest),
        ("runtimeId", &container.runtime_id),
        ("reason", &container.reason),
    ] {
        if let Some(text) = text {
            shown[member] = text.clone().into();
        }
    }
    if let Some(code) = container.exit_code {
        shown["exitCode"] = code.into();
    }
    shown
}
