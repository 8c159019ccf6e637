//! Restart policies.

use super::*;

/// A task of one container that ends with `code` after `seconds`, and this restart policy.
fn ends(bench: &Bench, code: &str, seconds: &str, policy: &Value) -> String {
    let mut app = container("lot");
    app["environment"] = json!([{"name": "DUREE", "value": seconds}, {"name": "CODE", "value": code}]);
    app["restartPolicy"] = policy.clone();
    bench.register("lot", &json!([app]));
    bench.start("lot")
}

#[test]
fn a_container_that_ran_long_enough_is_started_again_in_its_task() {
    let bench = Bench::new();
    let usual = ends(&bench, "1", "300", &json!({"enabled": true}));
    let soon = ends(
        &bench,
        "1",
        "60",
        &json!({"enabled": true, "restartAttemptPeriod": 60}),
    );
    bench.wait(3600);
    for arn in [&usual, &soon] {
        let task = bench.task(arn);
        assert_eq!(status(&task), "RUNNING");
        assert_eq!(task["containers"][0]["exitCode"], Value::Null);
    }
    // Years of it are carried out within the test's time.
    bench.wait(5 * 365 * 24 * 3600);
    assert_eq!(status(&bench.task(&soon)), "RUNNING");
    bench.does("StopTask", json!({ "task": soon }));
    bench.wait(60);
    assert_eq!(status(&bench.task(&soon)), "STOPPED");
}

#[test]
fn what_ends_too_early_or_with_an_ignored_code_or_without_a_policy_ends_its_task() {
    let bench = Bench::new();
    for (seconds, policy) in [
        ("299", json!({"enabled": true})),
        ("300", json!({"enabled": false})),
        ("300", Value::Null),
        ("300", json!({"enabled": true, "ignoredExitCodes": [0, 3]})),
    ] {
        let arn = ends(&bench, "3", seconds, &policy);
        bench.wait(400);
        let task = bench.task(&arn);
        assert_eq!(
            (status(&task), &task["containers"][0]["exitCode"]),
            ("STOPPED", &json!(3)),
            "{policy}"
        );
    }
}
