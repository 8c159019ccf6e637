//! Where tasks are placed, and what they bear.

use serde_json::{Value, json};

use super::{Site, merged};

fn strategy(items: &Value) -> Value {
    json!({"launchType": null, "capacityProviderStrategy": items})
}

fn both() -> Value {
    json!([
        {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 3},
    ])
}

#[test]
fn a_strategy_spreads_tasks_by_base_and_weight() {
    let site = Site::settled(9, &strategy(&both()));
    let service = site.service();
    assert_eq!(
        service["capacityProviderStrategy"],
        json!([
            {"capacityProvider": "FARGATE", "weight": 1, "base": 1},
            {"capacityProvider": "FARGATE_SPOT", "weight": 3, "base": 0},
        ])
    );
    assert_eq!(service.get("launchType"), None);
    assert_eq!(site.count("capacityProviderName", "FARGATE"), 3);
    assert_eq!(site.count("capacityProviderName", "FARGATE_SPOT"), 6);
}

#[test]
fn an_interrupted_spot_task_is_replaced_by_spot() {
    let site = Site::settled(9, &strategy(&both()));
    let tasks = site.tasks("RUNNING");
    let spot = tasks
        .iter()
        .find(|task| task["capacityProviderName"] == "FARGATE_SPOT");
    let arn = spot.unwrap()["taskArn"].clone();
    let body = json!({"task": arn}).to_string();
    assert_eq!(
        site.world.control("POST", "/_cahier/ecs/interrupt", &body).status,
        200
    );
    site.world.advance(300);
    assert_eq!(site.service()["runningCount"], 9);
    assert_eq!(site.count("capacityProviderName", "FARGATE"), 3);
    assert_eq!(site.count("capacityProviderName", "FARGATE_SPOT"), 6);
    let ended = site.tasks("STOPPED");
    assert_eq!(
        (&ended[0]["taskArn"], &ended[0]["stopCode"]),
        (&arn, &json!("SpotInterruption"))
    );
}

#[test]
fn without_spot_capacity_no_on_demand_task_takes_the_place() {
    let spot = json!([{"capacityProvider": "FARGATE_SPOT", "weight": 1}]);
    let site = Site::settled(2, &strategy(&spot));
    let none = json!({"spot_available": false}).to_string();
    assert_eq!(
        site.world.control("POST", "/_cahier/ecs/quotas", &none).status,
        200
    );
    let body = json!({"task": site.tasks("RUNNING")[0]["taskArn"]}).to_string();
    assert_eq!(
        site.world.control("POST", "/_cahier/ecs/interrupt", &body).status,
        200
    );
    site.world.advance(600);
    assert_eq!(site.service()["runningCount"], 1);
    assert_eq!(site.count("capacityProviderName", "FARGATE"), 0);
    let told = "(service web) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again \
                later or in a different availability zone.";
    assert!(site.events().contains(&told.to_owned()), "{:#?}", site.events());
    let back = json!({"spot_available": true}).to_string();
    assert_eq!(
        site.world.control("POST", "/_cahier/ecs/quotas", &back).status,
        200
    );
    site.world.advance(1800);
    assert_eq!(site.service()["runningCount"], 2);
}

#[test]
fn without_a_launch_type_the_cluster_s_strategy_counts_else_ec2_has_no_instance() {
    let site = Site::new();
    let usual = json!({"launchType": null});
    site.create(1, &merged(usual.clone(), &json!({"serviceName": "ec2"})));
    site.world.advance(60);
    let described = site.ok(
        "DescribeServices",
        &json!({"cluster": "site", "services": ["ec2"]}),
    );
    let service = &described["services"][0];
    assert_eq!(
        (&service["launchType"], &service["runningCount"]),
        (&json!("EC2"), &json!(0))
    );
    assert_eq!(
        service["events"][0]["message"],
        "(service ec2) was unable to place a task because no container instance met all of its requirements. Reason: No \
         Container Instances were found in your cluster. For more information, see the Troubleshooting section of the Amazon \
         ECS Developer Guide."
    );
    site.ok(
        "PutClusterCapacityProviders",
        &json!({
            "cluster": "site", "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "defaultCapacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
        }),
    );
    site.create(1, &usual);
    site.world.advance(60);
    assert_eq!(site.count("capacityProviderName", "FARGATE_SPOT"), 1);
}

#[test]
fn tasks_are_spread_over_the_subnets_zones() {
    let site = Site::settled(7, &json!({}));
    let mut zones = std::collections::BTreeMap::new();
    for task in site.tasks("RUNNING") {
        *zones.entry(task["availabilityZone"].to_string()).or_insert(0) += 1;
    }
    let mut counts: Vec<i32> = zones.into_values().collect();
    counts.sort_unstable();
    assert_eq!(counts, [2, 2, 3]);
}

#[test]
fn tags_are_propagated_and_managed() {
    let tag = |key: &str, value: &str| json!({"key": key, "value": value});
    let site = Site::settled(
        1,
        &json!({"tags": [tag("equipe", "rouge")], "propagateTags": "SERVICE", "enableECSManagedTags": true}),
    );
    assert_eq!(site.service()["tags"], json!([tag("equipe", "rouge")]));
    assert_eq!(
        site.tasks("RUNNING")[0]["tags"],
        json!([
            tag("aws:ecs:clusterName", "site"),
            tag("aws:ecs:serviceName", "web"),
            tag("equipe", "rouge")
        ])
    );
    let service = site.service();
    assert_eq!(
        (&service["propagateTags"], &service["enableECSManagedTags"]),
        (&json!("SERVICE"), &json!(true))
    );
    let plain = Site::settled(1, &json!({"tags": [tag("equipe", "rouge")]}));
    assert_eq!(plain.tasks("RUNNING")[0]["tags"], json!([]));
    assert_eq!(plain.service()["propagateTags"], "NONE");
}
