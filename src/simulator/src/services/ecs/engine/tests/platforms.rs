//! What runs where: Windows, ARM, platform versions.

use super::*;

/// Registers a definition of this platform, with more of what is asked for.
fn register(bench: &Bench, family: &str, more: &Value) {
    let mut definition = json!({
        "family": family,
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "1024",
        "memory": "2048",
        "containerDefinitions": [container("web")],
    });
    let members = definition.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    bench.does("RegisterTaskDefinition", definition);
}

const WINDOWS: &str = "WINDOWS_SERVER_2022_CORE";

#[test]
fn an_image_for_linux_is_none_for_windows() {
    let bench = Bench::new();
    register(
        &bench,
        "web",
        &json!({"runtimePlatform": {"operatingSystemFamily": WINDOWS}}),
    );
    let arn = bench.start("web");
    bench.wait(30);
    let task = bench.task(&arn);
    assert_eq!(
        (status(&task), &task["stopCode"]),
        ("STOPPED", &json!("TaskFailedToStart"))
    );
    assert_eq!(
        task["stoppedReason"],
        "CannotPullContainerError: pull image manifest has been retried 7 time(s): no matching manifest for windows/amd64 in the \
         manifest list entries"
    );
}

#[test]
fn windows_has_neither_spot_capacity_nor_more_storage() {
    let bench = Bench::new();
    let platform = json!({"operatingSystemFamily": WINDOWS});
    register(&bench, "web", &json!({"runtimePlatform": platform}));
    bench.does(
        "PutClusterCapacityProviders",
        json!({
            "cluster": "default",
            "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "defaultCapacityProviderStrategy": [],
        }),
    );
    let mut spot = bench.request("web");
    spot["launchType"] = Value::Null;
    spot["capacityProviderStrategy"] = json!([{"capacityProvider": "FARGATE_SPOT", "weight": 1}]);
    let mut service = spot.clone();
    service["serviceName"] = "web".into();
    service["desiredCount"] = 1.into();
    for (operation, input) in [("RunTask", spot), ("CreateService", service)] {
        let refused = bench.call(operation, input).unwrap_err();
        assert_eq!(
            (refused.short_code(), refused.message.as_str()),
            (
                "PlatformTaskDefinitionIncompatibilityException",
                "Windows tasks are not supported by the FARGATE_SPOT capacity provider."
            )
        );
    }
    let mut storage = bench.request("web");
    storage["overrides"] = json!({"ephemeralStorage": {"sizeInGiB": 30}});
    let refused = bench.call("RunTask", storage).unwrap_err();
    assert!(
        refused.message.contains("EphemeralStorage"),
        "{}",
        refused.message
    );
}

#[test]
fn arm_and_efs_want_platform_version_1_4_0() {
    let bench = Bench::new();
    let efs = json!([{"name": "v", "efsVolumeConfiguration": {"fileSystemId": "fs-12345678"}}]);
    register(
        &bench,
        "arm",
        &json!({"runtimePlatform": {"cpuArchitecture": "ARM64"}}),
    );
    register(&bench, "efs", &json!({"volumes": efs}));
    register(&bench, "web", &json!({}));
    for (family, taken) in [("arm", false), ("efs", false), ("web", true)] {
        let mut request = bench.request(family);
        request["platformVersion"] = "1.3.0".into();
        let answer = bench.call("RunTask", request.clone());
        assert_eq!(answer.is_ok(), taken, "{family}");
        if let Err(refused) = answer {
            assert_eq!(
                refused.short_code(),
                "PlatformTaskDefinitionIncompatibilityException"
            );
            request["platformVersion"] = "1.4.0".into();
            bench.does("RunTask", request);
        }
    }
}
