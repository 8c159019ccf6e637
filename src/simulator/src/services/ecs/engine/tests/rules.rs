//! Spot, quotas, revisions, tokens, costs.

use super::*;

#[test]
fn spot_tasks_are_interrupted_and_no_others() {
    let bench = Bench::new();
    bench.does(
        "PutClusterCapacityProviders",
        json!({
            "cluster": "default",
            "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "defaultCapacityProviderStrategy": [],
        }),
    );
    bench.register("sourd", json!([container("sourd")]));
    let mut request = bench.request("sourd");
    request["launchType"] = Value::Null;
    request["capacityProviderStrategy"] = json!([{"capacityProvider": "FARGATE_SPOT", "weight": 1}]);
    let started = bench.does("RunTask", request.clone());
    let arn = started["tasks"][0]["taskArn"].as_str().unwrap().to_owned();
    assert_eq!(started["tasks"][0]["capacityProviderName"], "FARGATE_SPOT");
    let demand = bench.start("sourd");
    bench.wait(20);
    let interrupt = |arn: &str| {
        super::super::super::control(
            &bench.cloud,
            &http::Method::POST,
            "interrupt",
            &json!({ "task": arn }),
        )
    };
    interrupt(&arn).unwrap();
    assert!(interrupt(&arn).is_err(), "it stops already");
    assert!(interrupt(&demand).is_err(), "it is no Spot task");
    bench.wait(2);
    let warned = bench.task(&arn);
    assert_eq!(
        (status(&warned), &warned["stopCode"]),
        ("STOPPING", &json!("SpotInterruption"))
    );
    bench.wait(60);
    let task = bench.task(&arn);
    assert_eq!(
        (status(&task), &task["stoppedReason"]),
        ("STOPPED", &json!("Your Spot Task was interrupted."))
    );
    assert_eq!(status(&bench.task(&demand)), "RUNNING");
    let capacity = json!({ "spot_available": false });
    super::super::super::control(&bench.cloud, &http::Method::POST, "quotas", &capacity).unwrap();
    let none = bench.does("RunTask", request);
    assert_eq!(none["tasks"], json!([]));
    assert_eq!(
        none["failures"][0]["reason"],
        "Capacity is unavailable at this time. Please try again later or in a different availability zone"
    );
}

#[test]
fn the_quota_of_vcpus_bounds_what_runs_at_the_same_time() {
    let bench = Bench::new();
    bench.register("web", json!([container("web")]));
    let mut request = bench.request("web");
    request["count"] = json!(10);
    request["overrides"] = json!({ "cpu": "1024", "memory": "2048" });
    let first = bench.does("RunTask", request.clone());
    assert_eq!(first["tasks"].as_array().unwrap().len(), 6);
    assert_eq!(first["failures"].as_array().unwrap().len(), 4);
    assert_eq!(
        first["failures"][0]["reason"],
        "You’ve reached the limit on the number of vCPUs you can run concurrently"
    );
    for task in first["tasks"].as_array().unwrap() {
        bench.does("StopTask", json!({ "task": task["taskArn"] }));
    }
    bench.wait(30);
    let again = bench.does("RunTask", request);
    assert_eq!(again["tasks"].as_array().unwrap().len(), 6);
}

#[test]
fn a_definition_keeps_counting_and_an_inactive_one_starts_nothing() {
    let bench = Bench::new();
    for _ in 0..3 {
        bench.register("web", json!([container("web")]));
    }
    bench.does("DeregisterTaskDefinition", json!({ "taskDefinition": "web:3" }));
    let started = bench.does("RunTask", bench.request("web"));
    assert!(
        started["tasks"][0]["taskDefinitionArn"]
            .as_str()
            .unwrap()
            .ends_with("web:2")
    );
    let refused = bench.call("RunTask", bench.request("web:3")).unwrap_err();
    assert_eq!(
        (refused.short_code(), refused.message.as_str()),
        ("ClientException", "TaskDefinition is inactive")
    );
    bench.register("web", json!([container("web")]));
    let fourth = bench.does("DescribeTaskDefinition", json!({ "taskDefinition": "web" }));
    assert_eq!(fourth["taskDefinition"]["revision"], 4);
}

#[test]
fn the_same_client_token_starts_nothing_again() {
    let bench = Bench::new();
    bench.register("web", json!([container("web")]));
    let mut request = bench.request("web");
    request["clientToken"] = json!("jeton");
    let first = bench.does("RunTask", request.clone());
    let again = bench.does("RunTask", request.clone());
    assert_eq!(first["tasks"][0]["taskArn"], again["tasks"][0]["taskArn"]);
    request["count"] = json!(2);
    let other = bench.call("RunTask", request.clone()).unwrap_err();
    assert_eq!(other.short_code(), "ConflictException");
    bench.wait(25 * 3600);
    assert_eq!(
        bench.does("RunTask", request)["tasks"].as_array().unwrap().len(),
        2
    );
}

#[test]
fn what_a_task_costs_runs_from_its_pull_to_its_end() {
    let bench = Bench::new();
    bench.register("web", json!([container("web")]));
    let arn = bench.start("web");
    let costs =
        || super::super::super::control(&bench.cloud, &http::Method::GET, "costs", &Value::Null).unwrap();
    assert_eq!(costs()["tasks"], json!([]), "nothing was pulled yet");
    bench.wait(3605);
    let running = costs();
    assert_eq!(
        (&running["tasks"][0]["seconds"], &running["tasks"][0]["to"]),
        (&json!(3600), &Value::Null)
    );
    bench.does("StopTask", json!({ "task": arn }));
    bench.wait(2 * 3600);
    let over = costs();
    assert_eq!(
        over["tasks"].as_array().unwrap().len(),
        1,
        "it is no longer shown, and still paid for"
    );
    assert_eq!(over["tasks"][0]["seconds"], 3607);
    assert_eq!(over["total"]["amount"], json!(0.012_366));
    assert_eq!(over["ec2"]["fleets"][0]["instance"], "t3.nano");
    assert_eq!(over["prices"]["region"], "us-east-1");
}
