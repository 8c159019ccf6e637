//! Many tasks, and many accounts.

use std::time::Instant;

use super::*;

#[test]
fn a_thousand_tasks_come_to_life_in_one_step_of_the_clock() {
    let bench = Bench::new();
    let quota = json!({ "on_demand_vcpu": 4000 });
    super::super::super::control(&bench.cloud, &http::Method::POST, "quotas", &quota).unwrap();
    bench.register("web", json!([container("web")]));
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
fn accounts_do_not_see_one_another_s_tasks() {
    let bench = Bench::new();
    bench.register("web", json!([container("web")]));
    bench.start("web");
    let state = bench.cloud.ecs.lock();
    assert_eq!(state.accounts.len(), 1);
    assert!(state.accounts.contains_key(ACCOUNT));
}
