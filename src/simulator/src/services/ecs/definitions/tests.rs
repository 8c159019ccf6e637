//! What is refused of task definitions, and how those that are not are shown.

#![allow(clippy::unwrap_used)]

mod parts;

use serde_json::{Value, json};

use super::validate;

/// A definition that Fargate takes, with changes at JSON pointers; `null` removes.
fn fargate(changes: &[(&str, Value)]) -> Value {
    let mut definition = json!({
        "family": "web",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [
            { "name": "app", "image": "httpd", "portMappings": [{ "containerPort": 80 }] },
            { "name": "aide", "image": "httpd", "essential": false },
        ],
    });
    for (pointer, value) in changes {
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        definition.pointer_mut(parent).unwrap()[member] = value.clone();
    }
    definition
}

fn refusal(definition: &Value) -> (String, String) {
    match validate(definition) {
        Ok(shown) => panic!("{definition} is taken: {shown}"),
        Err(refusal) => (refusal.short_code().to_owned(), refusal.message),
    }
}

const APP: &str = "/containerDefinitions/0";

fn app(member: &str, value: Value) -> Value {
    fargate(&[(&format!("{APP}/{member}"), value)])
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn what_fargate_refuses_is_refused_in_aws_s_words() {
    let exactly = "No Fargate configuration exists for given values: 1024 CPU, 1024 memory. See the Amazon ECS documentation for \
                   the valid values.";
    for (definition, message) in [
        (
            fargate(&[("/cpu", json!("1024")), ("/memory", json!("1024"))]),
            exactly,
        ),
        (
            fargate(&[("/cpu", json!("1 vCPU")), ("/memory", json!("1 GB"))]),
            exactly,
        ),
        (
            fargate(&[("/cpu", Value::Null)]),
            "Fargate requires that 'cpu' be defined at the task level.",
        ),
        (
            fargate(&[("/cpu", json!("un"))]),
            "Invalid 'cpu' setting for task.",
        ),
        (
            fargate(&[("/memory", json!("1 Go"))]),
            "Invalid 'memory' setting for task.",
        ),
        (
            fargate(&[("/networkMode", json!("bridge"))]),
            "Fargate only supports network mode ‘awsvpc’.",
        ),
        (
            fargate(&[("/networkMode", Value::Null)]),
            "Fargate only supports network mode ‘awsvpc’.",
        ),
        (
            fargate(&[("/ipcMode", json!("task"))]),
            "Fargate compatible task definitions do not support ipcMode",
        ),
        (
            fargate(&[("/pidMode", json!("host"))]),
            "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is 'task'.",
        ),
        (
            fargate(&[(
                "/placementConstraints",
                json!([{"type": "memberOf", "expression": "x"}]),
            )]),
            "Fargate compatible task definitions do not support constraints",
        ),
        (
            fargate(&[(
                "/volumes",
                json!([{"name": "v", "dockerVolumeConfiguration": {}}]),
            )]),
            "Fargate compatible task definitions do not support dockerVolumeConfiguration",
        ),
        (
            fargate(&[("/volumes", json!([{"name": "v", "host": {"sourcePath": "/x"}}]))]),
            "Fargate compatible task definitions do not support sourcePath",
        ),
        (
            fargate(&[("/ephemeralStorage", json!({"sizeInGiB": 20}))]),
            "EphemeralStorage size should be at least 21",
        ),
        (
            fargate(&[("/ephemeralStorage", json!({"sizeInGiB": 201}))]),
            "EphemeralStorage size should be at most 200",
        ),
        (
            app("privileged", json!(true)),
            "Fargate requires that the ‘privileged’ setting be ‘false’ at the container level.",
        ),
        (
            app("dockerSecurityOptions", json!(["x"])),
            "Fargate compatible task definitions do not support dockerSecurityOptions",
        ),
        (
            app("linuxParameters", json!({"maxSwap": 1})),
            "Fargate compatible task definitions do not support maxSwap",
        ),
        (
            app("linuxParameters", json!({"devices": [{"hostPath": "/dev/x"}]})),
            "Fargate compatible task definitions do not support devices",
        ),
        (
            app("linuxParameters", json!({"sharedMemorySize": 64})),
            "Fargate compatible task definitions do not support sharedMemorySize",
        ),
        (
            app(
                "linuxParameters",
                json!({"capabilities": {"add": ["SYS_PTRACE", "NET_ADMIN"]}}),
            ),
            "NET_ADMIN is not allowed on Fargate.",
        ),
        (
            app("resourceRequirements", json!([{"type": "GPU", "value": "1"}])),
            "Tasks using the Fargate launch type do not support GPU resource requirements.",
        ),
        (
            app(
                "image",
                json!("123456789012.dkr.ecr.eu-west-3.amazonaws.com/web:1"),
            ),
            "Fargate requires task definition to have execution role ARN to support ECR images.",
        ),
        (
            app("stopTimeout", json!(121)),
            "Invalid 'stopTimeout' setting for container 'app'.",
        ),
    ] {
        let (code, found) = refusal(&definition);
        assert_eq!((code.as_str(), found.as_str()), ("ClientException", message));
    }
}

#[test]
fn a_network_interface_of_its_own_excludes_much() {
    for (definition, message) in [
        (
            app("links", json!(["aide"])),
            "Links are not supported when networkMode=awsvpc.",
        ),
        (
            app("hostname", json!("h")),
            "hostname is not supported on container when networkMode=awsvpc.",
        ),
        (
            app("dnsServers", json!(["1.1.1.1"])),
            "DNS servers are not supported on container when networkMode=awsvpc.",
        ),
        (
            app("extraHosts", json!([{"hostname": "h", "ipAddress": "10.0.0.1"}])),
            "Extra hosts are not supported on container when networkMode=awsvpc.",
        ),
        (
            app("disableNetworking", json!(true)),
            "Disable Networking is not supported on container when networkMode=awsvpc.",
        ),
        (
            app("portMappings", json!([{"containerPort": 80, "hostPort": 8080}])),
            "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
        ),
        (
            fargate(&[(
                "/containerDefinitions/1/portMappings",
                json!([{"containerPort": 80}]),
            )]),
            "TCP container port '80' is used multiple times in task when networkMode=awsvpc.",
        ),
        (
            app("portMappings", json!([{"containerPortRange": "8090-8080"}])),
            "Invalid 'containerPortRange' setting for container 'app'.",
        ),
        (
            app(
                "portMappings",
                json!([{"containerPort": 80, "name": "p"}, {"containerPort": 81, "name": "p"}]),
            ),
            "When networkMode=awsvpc, port mapping name is already used",
        ),
        (
            app("portMappings", json!([{"containerPort": 0}])),
            "Invalid 'containerPort' setting for container 'app'.",
        ),
    ] {
        assert_eq!(refusal(&definition).1, message);
    }
    let same = app(
        "portMappings",
        json!([{"containerPort": 80, "hostPort": 80}, {"containerPort": 80, "protocol": "udp"}]),
    );
    validate(&same).unwrap();
}

#[test]
fn containers_have_names_images_memory_and_one_of_them_is_essential() {
    for (definition, message) in [
        (
            fargate(&[("/family", Value::Null)]),
            "Family should not be null or empty.",
        ),
        (
            fargate(&[("/family", json!("é"))]),
            "Family contains invalid characters.",
        ),
        (
            fargate(&[("/containerDefinitions", json!([]))]),
            "Container list cannot be empty.",
        ),
        (
            app("name", Value::Null),
            "Container.name should not be null or empty.",
        ),
        (
            app("name", json!("a b")),
            "Container.name contains invalid characters.",
        ),
        (
            app("image", json!("")),
            "Container.image should not be null or empty.",
        ),
        (
            app("name", json!("aide")),
            "Container names must be unique within a task definition",
        ),
        (
            app("essential", json!(false)),
            "Task definition doesn't have any essential container",
        ),
        (
            fargate(&[("/memory", Value::Null), ("/requiresCompatibilities", json!([]))]),
            "Invalid setting for container 'app'. At least one of 'memory' or 'memoryReservation' must be specified.",
        ),
        (
            app("memory", json!(1024)),
            "The 'memory' setting for container 'app' is greater than for the task.",
        ),
        (
            fargate(&[
                ("/containerDefinitions/0/cpu", json!(200)),
                ("/containerDefinitions/1/cpu", json!(100)),
            ]),
            "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
        ),
        (
            fargate(&[
                ("/containerDefinitions/0/memory", json!(100)),
                ("/containerDefinitions/0/memoryReservation", json!(200)),
            ]),
            "Invalid setting for container 'app'. 'memory' must be greater than or equal to 'memoryReservation'.",
        ),
        (
            app(
                "mountPoints",
                json!([{"sourceVolume": "v", "containerPath": "/v"}]),
            ),
            "Unknown volume 'v'.",
        ),
        (
            app("healthCheck", json!({"command": ["CMD", "x"], "interval": 301})),
            "Health check interval must be less than or equal to the maximum allowed value 300 for container 'app'",
        ),
        (
            app("healthCheck", json!({"command": ["CMD", "x"], "timeout": 1})),
            "Health check timeout must be greater than or equal to the minimum allowed value 2 for container 'app'",
        ),
        (
            app(
                "ulimits",
                json!([{"name": "nofile", "softLimit": 2, "hardLimit": 1}]),
            ),
            "Soft limit exceeds hard limit for ulimit nofile",
        ),
    ] {
        assert_eq!(refusal(&definition).1, message);
    }
    let eleven: Vec<Value> = (0..11)
        .map(|place| json!({"name": format!("c{place}"), "image": "httpd"}))
        .collect();
    assert_eq!(
        refusal(&fargate(&[("/containerDefinitions", json!(eleven))])).1,
        "Too many containers."
    );
    validate(&fargate(&[("/containerDefinitions", json!(eleven[..10]))])).unwrap();
    let long = app("command", json!(["x".repeat(65_536)]));
    assert!(refusal(&long).1.ends_with("Max allowed length is '65536' bytes."));
}

#[test]
fn containers_wait_for_what_can_happen() {
    let depends = |on: &str, condition: &str| json!([{"containerName": on, "condition": condition}]);
    let both = |first: Value, second: Value| {
        fargate(&[
            ("/containerDefinitions/0/dependsOn", first),
            ("/containerDefinitions/1/dependsOn", second),
        ])
    };
    for (definition, message) in [
        (
            app("dependsOn", depends("nope", "START")),
            "Cannot depend on container + 'nope' because it does not exist",
        ),
        (
            both(json!([]), depends("app", "SUCCESS")),
            "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
        ),
        (
            app("dependsOn", depends("aide", "HEALTHY")),
            "A dependency container with HEALTHY condition must have health check configured",
        ),
        (
            both(depends("aide", "START"), depends("app", "START")),
            "Cyclic dependency found in container dependencies",
        ),
        (
            app("dependsOn", depends("app", "START")),
            "Cyclic dependency found in container dependencies",
        ),
    ] {
        assert_eq!(refusal(&definition).1, message);
    }
    validate(&app("dependsOn", depends("aide", "COMPLETE"))).unwrap();
}

#[test]
fn logs_and_secrets_need_an_execution_role() {
    let logs = |options: Value| {
        app(
            "logConfiguration",
            json!({"logDriver": "awslogs", "options": options}),
        )
    };
    let all = json!({"awslogs-group": "/g", "awslogs-region": "eu-west-3", "awslogs-stream-prefix": "web"});
    for (definition, message) in [
        (
            logs(all.clone()),
            "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
        ),
        (
            logs(json!({})),
            "Log driver awslogs requires options: awslogs-group",
        ),
        (
            logs(json!({"awslogs-group": "/g", "awslogs-region": "eu-west-3"})),
            "Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs.",
        ),
        (
            app("logConfiguration", json!({"logDriver": "json-file"})),
            "json-file is not a valid log driver. Must be one of [awslogs,splunk,awsfirelens]",
        ),
        (
            app("secrets", json!([{"name": "S", "valueFrom": "s"}])),
            "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
        ),
    ] {
        assert_eq!(refusal(&definition).1, message);
    }
    let mut with_role = logs(all);
    with_role["executionRoleArn"] = json!("arn:aws:iam::123456789012:role/execution");
    validate(&with_role).unwrap();
}

#[test]
fn a_definition_is_shown_with_what_was_left_out() {
    let shown = validate(&fargate(&[
        ("/cpu", json!("0.25 vCPU")),
        ("/memory", json!("0.5GB")),
    ]))
    .unwrap();
    assert_eq!((&shown["cpu"], &shown["memory"]), (&json!("256"), &json!("512")));
    assert_eq!(shown["compatibilities"], json!(["EC2", "FARGATE"]));
    assert_eq!(shown["volumes"], json!([]));
    let app = &shown["containerDefinitions"][0];
    assert_eq!(
        app["portMappings"],
        json!([{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}])
    );
    assert_eq!((&app["essential"], &app["cpu"]), (&json!(true), &json!(0)));
    assert_eq!(app["environment"], json!([]));
    assert_eq!(shown["containerDefinitions"][1]["essential"], json!(false));
}

#[test]
fn a_definition_that_asks_for_nothing_is_for_instances() {
    let classic = json!({
        "family": "web",
        "containerDefinitions": [{ "name": "app", "image": "httpd", "memory": 128, "portMappings": [{ "containerPort": 80 }] }],
    });
    let shown = validate(&classic).unwrap();
    assert_eq!(shown["compatibilities"], json!(["EXTERNAL", "EC2"]));
    assert_eq!(shown["containerDefinitions"][0]["portMappings"][0]["hostPort"], 0);
    let mut awsvpc = fargate(&[("/requiresCompatibilities", json!([]))]);
    assert_eq!(
        validate(&awsvpc).unwrap()["compatibilities"],
        json!(["EC2", "FARGATE"])
    );
    awsvpc["memory"] = json!("100");
    assert_eq!(validate(&awsvpc).unwrap()["compatibilities"], json!(["EC2"]));
}
