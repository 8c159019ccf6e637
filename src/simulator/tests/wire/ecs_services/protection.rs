//! Tasks that are protected against being stopped by their service.

use serde_json::{Value, json};

use super::{Site, merged};

/// Protects a task, or no longer; the answer.
fn protect(site: &Site, task: &Value, more: &Value) -> Value {
    let usual = json!({"cluster": "site", "tasks": [task], "protectionEnabled": true});
    site.ok("UpdateTaskProtection", &merged(usual, more))
}

#[test]
fn scaling_in_spares_a_protected_task_until_its_time_is_over() {
    let site = Site::settled(3, &json!({}));
    let tasks: Vec<Value> = site
        .tasks("RUNNING")
        .iter()
        .map(|task| task["taskArn"].clone())
        .collect();
    for task in &tasks[..2] {
        let protected = protect(&site, task, &json!({"expiresInMinutes": 10}));
        assert_eq!(protected["protectedTasks"][0]["protectionEnabled"], true);
        assert!(protected["protectedTasks"][0]["expirationDate"].is_number());
    }
    let asked = json!({"cluster": "site", "tasks": tasks});
    let seen = site.ok("GetTaskProtection", &asked);
    assert_eq!(seen["protectedTasks"][2]["protectionEnabled"], false);
    site.update(&json!({"desiredCount": 0}));
    site.world.advance(60);
    let left = |site: &Site| site.tasks("RUNNING").len();
    assert_eq!(left(&site), 2);
    protect(&site, &tasks[0], &json!({"protectionEnabled": false}));
    site.world.advance(60);
    assert_eq!(left(&site), 1);
    site.world.advance(600);
    assert_eq!(left(&site), 0);
}

#[test]
fn a_deployment_waits_for_a_protected_task_and_a_deleted_service_does_not() {
    let site = Site::settled(1, &json!({}));
    let task = site.tasks("RUNNING")[0]["taskArn"].clone();
    protect(&site, &task, &json!({}));
    site.update(&json!({"forceNewDeployment": true}));
    site.world.advance(600);
    assert_eq!(site.deployments().len(), 2);
    assert_eq!(site.tasks("RUNNING").len(), 2);
    site.ok(
        "DeleteService",
        &json!({"cluster": "site", "service": "web", "force": true}),
    );
    site.world.advance(120);
    assert_eq!(site.service()["status"], "INACTIVE");
    let task = site.ok("DescribeTasks", &json!({"cluster": "site", "tasks": [task]}));
    assert_eq!(task["tasks"][0]["lastStatus"], "STOPPED");
}

#[test]
fn only_tasks_of_services_are_protected_and_for_two_days_at_most() {
    let site = Site::settled(0, &json!({}));
    let request = json!({
        "cluster": "site", "taskDefinition": "web", "launchType": "FARGATE", "networkConfiguration": site.network(),
    });
    let task = site.ok("RunTask", &request)["tasks"][0]["taskArn"].clone();
    let answer = protect(&site, &task, &json!({"tasks": [task, "absent"]}));
    assert_eq!(answer["protectedTasks"], json!([]));
    assert_eq!(answer["failures"][0]["reason"], "TASK_NOT_VALID");
    assert_eq!(answer["failures"][1]["reason"], "MISSING");
    for wrong in [
        json!({"expiresInMinutes": 2881}),
        json!({"expiresInMinutes": 0}),
        json!({"protectionEnabled": null}),
        json!({"tasks": []}),
    ] {
        let usual = json!({"cluster": "site", "tasks": [task], "protectionEnabled": true});
        let (code, _) = site.refused("UpdateTaskProtection", &merged(usual, &wrong));
        assert_eq!(code, "InvalidParameterException", "{wrong}");
    }
}
