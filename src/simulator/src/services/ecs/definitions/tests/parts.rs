//! What is refused of the parts of a definition: volumes, secrets, log drivers, platforms, choices.

use super::*;

/// A definition with these volumes.
fn volumes(volumes: Value) -> Value {
    fargate(&[("/volumes", volumes)])
}

fn efs(configuration: &Value) -> Value {
    volumes(json!([{"name": "v", "efsVolumeConfiguration": configuration}]))
}

#[test]
fn volumes_have_names_of_their_own_and_what_their_kind_needs() {
    for (definition, message) in [
        (
            volumes(json!([{"name": "v"}, {"name": "v"}])),
            "Volume names must be unique within a task definition",
        ),
        (volumes(json!([{}])), "Volume.name should not be null or empty."),
        (
            volumes(json!([{"name": "a/b"}])),
            "Volume.name contains invalid characters.",
        ),
        (
            app("mountPoints", json!([{"sourceVolume": "v"}])),
            "MountPoint.containerPath should not be null or empty.",
        ),
        (
            efs(&json!({"rootDirectory": "/"})),
            "EFSVolumeConfiguration.fileSystemId should not be null or empty.",
        ),
        (
            efs(&json!({"fileSystemId": "fs-12345678", "authorizationConfig": {"iam": "ENABLED"}})),
            "EFS IAM authorization requires transit encryption to be enabled in the EFSVolumeConfiguration.",
        ),
        (
            volumes(
                json!([{"name": "v", "fsxWindowsFileServerVolumeConfiguration": {"fileSystemId": "fs-1"}}]),
            ),
            "Fargate compatible task definitions do not support fsxWindowsFileServerVolumeConfiguration",
        ),
        (
            volumes(json!([{
                "name": "v", "host": {"sourcePath": "/v"}, "efsVolumeConfiguration": {"fileSystemId": "fs-12345678"},
            }])),
            "When the volume parameter is specified, only one volume configuration type should be used.",
        ),
    ] {
        assert_eq!(refusal(&definition).1, message);
    }
    let authorised = json!({
        "fileSystemId": "fs-12345678", "transitEncryption": "ENABLED", "authorizationConfig": {"iam": "ENABLED"},
    });
    validate(&efs(&authorised)).unwrap();
}

#[test]
fn a_secret_has_a_name_of_its_own() {
    let secret = |name: &str| json!({"name": name, "valueFrom": "s"});
    let with = |environment: Value, secrets: Value| {
        fargate(&[
            (
                "/executionRoleArn",
                json!("arn:aws:iam::123456789012:role/execution"),
            ),
            ("/containerDefinitions/0/environment", environment),
            ("/containerDefinitions/0/secrets", secrets),
        ])
    };
    let message = "The secret name must be unique and not shared with any new or existing environment variables set on the \
                   container, such as 'X'.";
    let variable = json!([{"name": "X", "value": "1"}]);
    assert_eq!(refusal(&with(variable.clone(), json!([secret("X")]))).1, message);
    assert_eq!(
        refusal(&with(json!([]), json!([secret("X"), secret("X")]))).1,
        message
    );
    validate(&with(variable, json!([secret("Y")]))).unwrap();
}

#[test]
fn log_drivers_take_the_options_that_they_know_and_want_those_that_they_need() {
    let logs = |driver: &str, options: Value| {
        let mut definition = app(
            "logConfiguration",
            json!({"logDriver": driver, "options": options}),
        );
        definition["executionRoleArn"] = json!("arn:aws:iam::123456789012:role/execution");
        definition
    };
    let known = json!({
        "awslogs-group": "/g", "awslogs-region": "eu-west-3", "awslogs-stream-prefix": "web", "mode": "non-blocking",
        "awslogs-create-group": "true",
    });
    validate(&logs("awslogs", known.clone())).unwrap();
    let mut unknown = known;
    unknown["bogus"] = "1".into();
    assert_eq!(
        refusal(&logs("awslogs", unknown)).1,
        "Log driver awslogs disallows options: bogus"
    );
    assert_eq!(
        refusal(&logs("splunk", json!({"splunk-url": "https://x"}))).1,
        "Log driver splunk requires options: splunk-token"
    );
    let mut secret = logs("splunk", json!({"splunk-url": "https://x"}));
    let options = json!([{"name": "splunk-token", "valueFrom": "s"}]);
    secret["containerDefinitions"][0]["logConfiguration"]["secretOptions"] = options;
    validate(&secret).unwrap();
}

#[test]
fn what_must_be_one_of_a_list_is_one_of_it() {
    for (member, value, place) in [
        (
            "ulimits",
            json!([{"name": "x", "softLimit": 1, "hardLimit": 1}]),
            "ulimits.name",
        ),
        (
            "portMappings",
            json!([{"containerPort": 80, "appProtocol": "ftp"}]),
            "portMappings.appProtocol",
        ),
        (
            "resourceRequirements",
            json!([{"type": "TPU", "value": "1"}]),
            "resourceRequirements.type",
        ),
        (
            "firelensConfiguration",
            json!({"type": "logstash"}),
            "firelensConfiguration.type",
        ),
    ] {
        let (code, message) = refusal(&app(member, value));
        assert_eq!(code, "InvalidParameterException");
        assert!(
            message.starts_with(&format!("{place} should be one of [")),
            "{message}"
        );
    }
}

#[test]
fn a_hundred_port_mappings_are_the_most_and_fifty_ignored_exit_codes() {
    let ports = |count: u32| {
        let mappings = (1..=count).map(|port| json!({"containerPort": port}));
        app("portMappings", mappings.collect::<Vec<_>>().into())
    };
    validate(&ports(100)).unwrap();
    assert_eq!(
        refusal(&ports(101)).1,
        "Too many port mappings for container 'app'. The maximum is 100."
    );
    let codes: Vec<u32> = (0..51).collect();
    let policy = app(
        "restartPolicy",
        json!({"enabled": true, "ignoredExitCodes": codes}),
    );
    assert!(refusal(&policy).1.contains("at most 50"));
}

#[test]
fn arm_and_windows_have_rules_of_their_own() {
    let on = |system: &str, architecture: &str, cpu: &str, memory: &str| {
        fargate(&[
            ("/cpu", json!(cpu)),
            ("/memory", json!(memory)),
            (
                "/runtimePlatform",
                json!({"operatingSystemFamily": system, "cpuArchitecture": architecture}),
            ),
        ])
    };
    validate(&on("LINUX", "ARM64", "256", "512")).unwrap();
    validate(&on("WINDOWS_SERVER_2022_CORE", "X86_64", "1024", "2048")).unwrap();
    let small = refusal(&on("WINDOWS_SERVER_2022_CORE", "X86_64", "512", "2048")).1;
    assert!(
        small.starts_with("No Fargate configuration exists for given values: 512 CPU, 2048 memory."),
        "{small}"
    );
    refusal(&on("WINDOWS_SERVER_2022_CORE", "ARM64", "1024", "2048"));
    let mut storage = on("WINDOWS_SERVER_2022_CORE", "X86_64", "1024", "2048");
    storage["ephemeralStorage"] = json!({"sizeInGiB": 30});
    assert_eq!(
        refusal(&storage).1,
        "Windows tasks using the Fargate launch type do not support EphemeralStorage."
    );
    let (code, message) = refusal(&on("LINUX", "RISCV", "256", "512"));
    assert_eq!(code, "InvalidParameterException");
    assert_eq!(
        message,
        "runtimePlatform.cpuArchitecture should be one of [X86_64,ARM64]"
    );
}
