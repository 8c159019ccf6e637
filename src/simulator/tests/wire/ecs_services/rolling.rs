//! Rolling deployments.

use serde_json::{Value, json};

use super::Site;

fn percent(minimum: i64, maximum: i64) -> Value {
    json!({"deploymentConfiguration": {"minimumHealthyPercent": minimum, "maximumPercent": maximum}})
}

/// Status, revision and counts of each deployment, shortly.
fn counts(site: &Site) -> Vec<String> {
    let each = site.deployments().into_iter();
    each.map(|(status, definition, desired, pending, running, _)| {
        format!("{status} {definition} {desired} {pending}+{running}")
    })
    .collect()
}

#[test]
fn a_registered_revision_alone_changes_nothing() {
    let site = Site::settled(2, &json!({}));
    site.register("web", super::WEB, &json!({}));
    site.world.advance(600);
    assert_eq!(counts(&site), ["PRIMARY web:1 2 0+2"]);
}

#[test]
fn by_default_new_tasks_are_healthy_before_old_ones_go() {
    let site = Site::settled(4, &json!({}));
    site.register("web", super::WEB, &json!({}));
    let updated = site.update(&json!({"taskDefinition": "web"}));
    assert_eq!(
        updated["taskDefinition"].as_str().unwrap().rsplit('/').next(),
        Some("web:2")
    );
    assert_eq!(counts(&site), ["PRIMARY web:2 4 0+0", "ACTIVE web:1 4 0+4"]);
    site.world.advance(6);
    assert_eq!(counts(&site), ["PRIMARY web:2 4 4+0", "ACTIVE web:1 4 0+4"]);
    let running = site.until(60, |site| site.deployments()[0].4 == 4);
    assert_eq!(counts(&site), ["PRIMARY web:2 4 0+4", "ACTIVE web:1 4 0+4"]);
    let gone = site.until(60, |site| site.deployments().len() == 1);
    assert!(gone >= 40, "{running} {gone}");
    assert_eq!(counts(&site), ["PRIMARY web:2 4 0+4"]);
    site.world.advance(10);
    let events = site.events();
    assert_eq!(events[0], "(service web) has reached a steady state.");
    assert_eq!(events[1], "(service web) (deployment D) deployment completed.");
    assert!(
        events[2].starts_with("(service web) has stopped 4 running tasks:"),
        "{events:#?}"
    );
    assert!(
        events[3].starts_with("(service web) has started 4 tasks:"),
        "{events:#?}"
    );
}

#[test]
fn without_room_for_more_old_tasks_go_first_as_far_as_may_be() {
    let site = Site::settled(4, &percent(50, 100));
    site.register("web", super::WEB, &json!({}));
    site.update(&json!({"taskDefinition": "web:2"}));
    site.world.advance(5);
    assert_eq!(counts(&site), ["PRIMARY web:2 4 0+0", "ACTIVE web:1 2 0+2"]);
    site.world.advance(5);
    assert_eq!(counts(&site), ["PRIMARY web:2 4 2+0", "ACTIVE web:1 2 0+2"]);
    let running = |site: &Site| site.service()["runningCount"].as_i64().unwrap();
    site.until(120, |site| {
        assert!(running(site) >= 2);
        site.deployments().len() == 1
    });
    site.until(120, |site| site.deployments()[0].5 == "COMPLETED");
    assert_eq!(counts(&site), ["PRIMARY web:2 4 0+4"]);
}

#[test]
fn three_tasks_at_125_percent_cannot_be_replaced_and_that_is_said_once() {
    let site = Site::settled(3, &percent(100, 125));
    site.register("web", super::WEB, &json!({}));
    site.update(&json!({"taskDefinition": "web"}));
    site.world.advance(600);
    assert_eq!(counts(&site), ["PRIMARY web:2 3 0+0", "ACTIVE web:1 3 0+3"]);
    let stuck = "(service web) was unable to stop or start tasks during a deployment because of the service deployment \
                 configuration. Update the minimumHealthyPercent or maximumPercent value and try again.";
    let told = site
        .events()
        .iter()
        .filter(|event| event.as_str() == stuck)
        .count();
    assert_eq!(told, 1, "{:#?}", site.events());
    site.update(&percent(66, 125));
    site.world.advance(600);
    assert_eq!(counts(&site), ["PRIMARY web:2 3 0+3"]);
}

#[test]
fn a_forced_deployment_replaces_every_task_by_its_like() {
    let site = Site::settled(2, &json!({}));
    let before = site.service()["deployments"][0]["id"].clone();
    site.update(&json!({"taskDefinition": "web:1"}));
    assert_eq!(site.service()["deployments"][0]["id"], before, "nothing differs");
    site.update(&json!({"forceNewDeployment": true}));
    site.world.advance(120);
    let after = site.service();
    assert_ne!(after["deployments"][0]["id"], before);
    assert_eq!(counts(&site), ["PRIMARY web:1 2 0+2"]);
    assert_eq!(site.tasks("STOPPED").len(), 2);
}

#[test]
fn another_network_or_strategy_is_a_new_deployment_and_another_count_is_none() {
    let site = Site::settled(1, &json!({}));
    let id = || site.service()["deployments"][0]["id"].clone();
    let first = id();
    site.update(&json!({"desiredCount": 2, "enableECSManagedTags": true}));
    assert_eq!(id(), first);
    let mut network = site.network();
    network["awsvpcConfiguration"]["subnets"]
        .as_array_mut()
        .unwrap()
        .pop();
    site.update(&json!({"networkConfiguration": network}));
    let second = id();
    assert_ne!(second, first);
    let spot = json!([{"capacityProvider": "FARGATE_SPOT", "weight": 1}]);
    let updated = site.update(&json!({"capacityProviderStrategy": spot}));
    assert_ne!(id(), second);
    assert_eq!(updated.get("launchType"), None);
    assert_eq!(
        updated["capacityProviderStrategy"][0]["capacityProvider"],
        "FARGATE_SPOT"
    );
    site.world.advance(180);
    assert_eq!(site.deployments().len(), 1);
    assert_eq!(site.count("capacityProviderName", "FARGATE_SPOT"), 2);
}

#[test]
fn a_deployment_overtaken_by_another_leaves_room_for_it() {
    let site = Site::settled(4, &json!({}));
    site.register("web", super::WEB, &json!({}));
    site.register("web", super::WEB, &json!({}));
    site.update(&json!({"taskDefinition": "web:2"}));
    site.world.advance(8);
    assert_eq!(counts(&site)[0], "PRIMARY web:2 4 4+0");
    site.update(&json!({"taskDefinition": "web:3"}));
    assert_eq!(
        counts(&site),
        ["PRIMARY web:3 4 0+0", "ACTIVE web:2 4 4+0", "ACTIVE web:1 4 0+4"]
    );
    site.world.advance(5);
    assert_eq!(counts(&site), ["PRIMARY web:3 4 0+0", "ACTIVE web:1 4 0+4"]);
    site.world.advance(180);
    assert_eq!(counts(&site), ["PRIMARY web:3 4 0+4"]);
}

#[test]
fn an_inactive_revision_keeps_its_service_running_and_scaling() {
    let site = Site::settled(2, &json!({}));
    site.ok("DeregisterTaskDefinition", &json!({"taskDefinition": "web:1"}));
    site.update(&json!({"desiredCount": 4}));
    site.world.advance(120);
    assert_eq!(counts(&site), ["PRIMARY web:1 4 0+4"]);
    let again = site.tasks("RUNNING")[0]["taskArn"].clone();
    site.ok("StopTask", &json!({"cluster": "site", "task": again}));
    site.world.advance(60);
    assert_eq!(site.service()["runningCount"], 4);
    let refused = site.refused(
        "UpdateService",
        &json!({"cluster": "site", "service": "web", "taskDefinition": "web:1"}),
    );
    assert_eq!(
        refused,
        (
            "ClientException".to_owned(),
            "TaskDefinition is inactive".to_owned()
        )
    );
}

#[test]
fn target_groups_are_told_of_tasks_that_come_and_go() {
    let group = "arn:aws:elasticloadbalancing:eu-west-3:123456789012:targetgroup/web/0123456789abcdef";
    let balancers = json!([{"targetGroupArn": group, "containerName": "app", "containerPort": 80}]);
    let site = Site::settled(2, &json!({"loadBalancers": balancers}));
    assert_eq!(site.service()["loadBalancers"], balancers);
    assert!(site.events().contains(&format!(
        "(service web) registered 2 targets in (target-group {group})"
    )));
    site.update(&json!({"desiredCount": 1}));
    site.world.advance(5);
    let events = site.events();
    assert_eq!(
        events[0], "(service web) has stopped 1 running tasks: (task T).",
        "{events:#?}"
    );
    assert_eq!(
        events[1],
        "(service web, taskSet D) has begun draining connections on 1 tasks."
    );
    assert_eq!(
        events[2],
        format!("(service web) deregistered 1 targets in (target-group {group})")
    );
}
