//! What is refused of requests about tasks.

use super::*;

/// How `RunTask` refuses a request with this member.
fn refused(bench: &Bench, member: &str, value: Value) -> (String, String) {
    let mut request = bench.request("web");
    request[member] = value;
    let refused = bench.call("RunTask", request).unwrap_err();
    (refused.short_code().to_owned(), refused.message)
}

#[test]
fn overrides_of_containers_have_to_fit_into_their_task() {
    let bench = Bench::new();
    bench.register("web", &json!([container("web")]));
    let with = |more: Value| {
        let mut app = json!({"name": "app"});
        app.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({ "containerOverrides": [app] })
    };
    for (more, message) in [
        (
            json!({"memory": -1}),
            "Invalid 'memory' setting for container 'app'.",
        ),
        (json!({"cpu": -1}), "Invalid 'cpu' setting for container 'app'."),
        (
            json!({"memory": 513}),
            "The 'memory' setting for container 'app' is greater than for the task.",
        ),
        (
            json!({"memory": 100, "memoryReservation": 200}),
            "Invalid setting for container 'app'. 'memory' must be greater than or equal to 'memoryReservation'.",
        ),
        (
            json!({"cpu": 257}),
            "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
        ),
        (
            json!({"resourceRequirements": [{"type": "GPU", "value": "1"}]}),
            "Tasks using the Fargate launch type do not support GPU resource requirements.",
        ),
    ] {
        assert_eq!(
            refused(&bench, "overrides", with(more)),
            ("InvalidParameterException".to_owned(), message.to_owned())
        );
    }
    let mut larger = with(json!({"memory": 1024}));
    larger["memory"] = "1024".into();
    let mut request = bench.request("web");
    request["overrides"] = larger;
    bench.does("RunTask", request);
}

#[test]
fn a_client_token_has_sixty_four_characters_at_most() {
    let bench = Bench::new();
    bench.register("web", &json!([container("web")]));
    let told = refused(&bench, "clientToken", "x".repeat(65).into());
    assert_eq!(told.1, "clientToken can have at most 64 characters.");
    let mut request = bench.request("web");
    request["clientToken"] = "x".repeat(64).into();
    bench.does("RunTask", request);
}

#[test]
fn commands_are_executed_with_a_task_role_only() {
    let bench = Bench::new();
    bench.register("web", &json!([container("web")]));
    assert_eq!(
        refused(&bench, "enableExecuteCommand", true.into()).1,
        "The execute command failed because a valid task role is not being used. Specify a valid task role in your task \
         definition or as a task override and try again."
    );
    let role = bench.role("application", &[]);
    let mut request = bench.request("web");
    request["enableExecuteCommand"] = true.into();
    request["overrides"] = json!({ "taskRoleArn": role });
    bench.does("RunTask", request);
}

#[test]
fn tasks_are_listed_by_what_there_is() {
    let bench = Bench::new();
    for member in ["launchType", "desiredStatus"] {
        let refused = bench.call("ListTasks", json!({ member: "AUTRE" })).unwrap_err();
        assert_eq!(refused.short_code(), "InvalidParameterException");
    }
}
