//! A task definition as it is shown: with what AWS adds to what was asked for.

use serde_json::{Map, Value, json};

use super::draft::{Draft, has, list, text};

/// Members of the request that are shown as they came.
const KEPT: [&str; 12] = [
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "requiresCompatibilities",
    "pidMode",
    "ipcMode",
    "proxyConfiguration",
    "inferenceAccelerators",
    "ephemeralStorage",
    "runtimePlatform",
    "enableFaultInjection",
    "family",
];

/// The definition of a draft that is in order.
pub(super) fn of(draft: Draft<'_>) -> Value {
    let mut body = Map::new();
    for member in KEPT {
        if has(draft.input, member) {
            body.insert(member.to_owned(), draft.input[member].clone());
        }
    }
    let containers: Vec<Value> = draft
        .containers
        .iter()
        .map(|container| shown(draft, container))
        .collect();
    body.insert("containerDefinitions".to_owned(), containers.into());
    for member in ["volumes", "placementConstraints"] {
        body.insert(member.to_owned(), list(draft.input, member).to_vec().into());
    }
    for (member, units) in [("cpu", draft.cpu()), ("memory", draft.memory())] {
        if let Some(units) = units {
            body.insert(member.to_owned(), units.to_string().into());
        }
    }
    body.insert("compatibilities".to_owned(), compatibilities(draft).into());
    body.insert("requiresAttributes".to_owned(), attributes(draft).into());
    Value::Object(body)
}

/// A container with the values that AWS gives to what was left out.
fn shown(draft: Draft<'_>, container: &Value) -> Value {
    let mut shown = container.clone();
    let Some(members) = shown.as_object_mut() else {
        return shown;
    };
    members.retain(|_, value| !value.is_null());
    for (member, usual) in [
        ("cpu", json!(0)),
        ("essential", json!(true)),
        ("environment", json!([])),
        ("mountPoints", json!([])),
        ("volumesFrom", json!([])),
        ("systemControls", json!([])),
        ("portMappings", json!([])),
    ] {
        members.entry(member).or_insert(usual);
    }
    for mapping in members["portMappings"].as_array_mut().into_iter().flatten() {
        if !has(mapping, "protocol") {
            mapping["protocol"] = "tcp".into();
        }
        let single = mapping["containerPort"].as_i64();
        if let Some(port) = single.filter(|_| !has(mapping, "hostPort")) {
            let shared = matches!(draft.network(), "awsvpc" | "host");
            mapping["hostPort"] = if shared { port } else { 0 }.into();
        }
    }
    if let Some(check) = members.get_mut("healthCheck") {
        for (member, usual) in [("interval", 30), ("timeout", 5), ("retries", 3)] {
            if !has(check, member) {
                check[member] = usual.into();
            }
        }
    }
    shown
}

/// The launch types that it would run on.
fn compatibilities(draft: Draft<'_>) -> Vec<&'static str> {
    if draft.fargate {
        return vec!["EC2", "FARGATE"];
    }
    if draft.awsvpc() {
        let fargate = super::checks::check(Draft {
            fargate: true,
            ..draft
        })
        .is_ok();
        return if fargate {
            vec!["EC2", "FARGATE"]
        } else {
            vec!["EC2"]
        };
    }
    vec!["EXTERNAL", "EC2"]
}

/// What an agent must be able to do, as far as this simulator's features ask for it.
fn attributes(draft: Draft<'_>) -> Vec<Value> {
    let containers = draft.containers;
    let logs = |container: &Value| text(&container["logConfiguration"], "logDriver") == Some("awslogs");
    let private =
        |container: &Value| text(container, "image").is_some_and(|image| image.contains(".dkr.ecr."));
    let logging = containers.iter().any(logs);
    let pulling = containers.iter().any(private);
    let executing = draft.text("executionRoleArn").is_some();
    let attributes = [
        (logging, "com.amazonaws.ecs.capability.logging-driver.awslogs"),
        (logging && executing, "ecs.capability.execution-role-awslogs"),
        (pulling, "com.amazonaws.ecs.capability.ecr-auth"),
        (pulling && executing, "ecs.capability.execution-role-ecr-pull"),
        (
            draft.text("taskRoleArn").is_some(),
            "com.amazonaws.ecs.capability.task-iam-role",
        ),
        (
            containers.iter().any(|container| has(container, "healthCheck")),
            "ecs.capability.container-health-check",
        ),
        (
            containers.iter().any(|container| has(container, "dependsOn")),
            "ecs.capability.container-ordering",
        ),
        (true, "com.amazonaws.ecs.capability.docker-remote-api.1.18"),
        (draft.awsvpc(), "ecs.capability.task-eni"),
    ];
    let needed = attributes.into_iter().filter(|(needed, _)| *needed);
    needed.map(|(_, name)| json!({ "name": name })).collect()
}
