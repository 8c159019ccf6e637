//! ARNs of what is elsewhere: nothing of the same name is taken for it.

use serde_json::{Value, json};

use super::{Site, merged};

/// The service `web` in the cluster `default` as well as in `site`, each with a task.
fn twins() -> Site {
    let site = Site::settled(1, &json!({}));
    site.ok("CreateCluster", &json!({}));
    site.create(1, &json!({"cluster": "default"}));
    site.world.advance(120);
    site
}

#[test]
fn an_arn_of_another_cluster_is_refused_and_nothing_of_the_same_name_is_touched() {
    let site = twins();
    let service = site.service()["serviceArn"].clone();
    let task = site.tasks("RUNNING")[0]["taskArn"].clone();
    for (operation, input) in [
        ("UpdateService", json!({"service": service, "desiredCount": 3})),
        ("DeleteService", json!({"service": service, "force": true})),
        ("DescribeServices", json!({"services": ["web", service]})),
        ("ListServiceDeployments", json!({"service": service})),
        ("ListTasks", json!({"serviceName": service})),
        ("DescribeTasks", json!({"tasks": [task]})),
        ("StopTask", json!({"task": task})),
    ] {
        assert_eq!(
            site.refused(operation, &input),
            (
                "InvalidParameterException".to_owned(),
                "Invalid identifier: Identifier is for cluster site. Your cluster is default".to_owned()
            ),
            "{operation}"
        );
        let cluster = json!({"cluster": "arn:aws:ecs:eu-west-3:123456789012:cluster/site"});
        if !["DeleteService", "StopTask"].contains(&operation) {
            site.ok(operation, &merged(input, &cluster));
        }
    }
    let twin = site.ok("DescribeServices", &json!({"services": ["web"]}));
    assert_eq!(twin["services"][0]["desiredCount"], 1);
}

/// What takes an identifier of each kind, with an ARN.
fn asking(arn: impl Fn(&str) -> String) -> Vec<(&'static str, Value)> {
    vec![
        ("DescribeClusters", json!({"clusters": [arn("cluster/site")]})),
        ("DeleteCluster", json!({"cluster": arn("cluster/site")})),
        (
            "UpdateService",
            json!({"cluster": "site", "service": arn("service/site/web")}),
        ),
        (
            "StopTask",
            json!({"cluster": "site", "task": arn("task/site/0123")}),
        ),
        (
            "RunTask",
            json!({"cluster": "site", "taskDefinition": arn("task-definition/web:1")}),
        ),
        (
            "DescribeTaskDefinition",
            json!({"taskDefinition": arn("task-definition/web:1")}),
        ),
        (
            "DeregisterTaskDefinition",
            json!({"taskDefinition": arn("task-definition/web:1")}),
        ),
    ]
}

#[test]
fn an_arn_of_another_region_or_account_is_none_of_ours() {
    let site = Site::settled(1, &json!({}));
    for (operation, input) in asking(|rest| format!("arn:aws:ecs:us-east-1:123456789012:{rest}")) {
        let refused = site.refused(operation, &input);
        assert_eq!(refused.1, "Invalid Region in ARN", "{operation}");
    }
    for (operation, input) in asking(|rest| format!("arn:aws:ecs:eu-west-3:111122223333:{rest}")) {
        let (code, message) = site.refused(operation, &input);
        // Who may only call operations on resources is not told more than that; the rest is said after the permission.
        let denied = code == "AccessDeniedException" || message.contains("Your accountId is 123456789012");
        assert!(denied, "{operation}: {code} {message}");
    }
    assert_eq!(site.service()["status"], "ACTIVE");
}
