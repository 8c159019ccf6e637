//! Many tasks, and many accounts.

use std::time::Instant;

use super::*;

#[test]
fn a_thousand_tasks_come_to_life_in_one_step_of_the_clock() {
    let bench = Bench::new();
    let quota = json!({ "on_demand_vcpu": 4000 });
    super::super::super::control(&bench.cloud, &http::Method::POST, "quotas", &quota).unwrap();
    bench.register("web", &json!([container("web")]));
    let mut request = bench.request("web");
    request["count"] = json!(10);
    for _ in 0..100 {
        bench.does("RunTask", request.clone());
    }
    let begun = Instant::now();
    bench.wait(60);
    let lasted = begun.elapsed();
    let cluster = &bench.does("DescribeClusters", json!({}))["clusters"][0];
    assert_eq!(cluster["runningTasksCount"], 1000);
    // Optimised it is a tenth of it; what this catches is a scan of all tasks for each of them.
    assert!(lasted < Duration::from_secs(5), "{lasted:?}");
}

#[test]
fn accounts_have_tasks_definitions_and_quotas_of_their_own() {
    let bench = Bench::new();
    let other = bench.beside("111122223333");
    bench.register("web", &json!([container("web")]));
    let refused = other.call("RunTask", other.request("web")).unwrap_err();
    assert_eq!(refused.message, "TaskDefinition not found.");
    other.register("web", &json!([container("sourd")]));
    let mut six = bench.request("web");
    six["overrides"] = json!({ "cpu": "4096", "memory": "8192" });
    assert_eq!(bench.does("RunTask", six)["failures"], json!([]));
    let theirs = other.start("web");
    assert!(theirs.starts_with("arn:aws:ecs:eu-west-3:111122223333:task/default/"));
    bench.wait(20);
    let running = |bench: &Bench| {
        let clusters = bench.does("DescribeClusters", json!({}));
        clusters["clusters"][0]["runningTasksCount"].clone()
    };
    assert_eq!((running(&bench), running(&other)), (json!(1), json!(1)));
    let ours = bench.does("ListTasks", json!({}))["taskArns"].clone();
    assert_eq!(ours.as_array().unwrap().len(), 1);
    let unseen = other.call("DescribeTasks", json!({ "tasks": ours })).unwrap_err();
    assert_eq!(
        unseen.message,
        "Invalid identifier: Identifier is for 123456789012. Your accountId is 111122223333"
    );
}
