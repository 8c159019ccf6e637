//! The scheduler keeps as many tasks as are wanted.

use serde_json::json;

use super::{BATCH, Site};

#[test]
fn a_new_service_starts_its_tasks_and_reaches_a_steady_state() {
    let site = Site::new();
    let created = site.create(2, &json!({}));
    assert_eq!(created["status"], "ACTIVE");
    assert_eq!(
        (&created["pendingCount"], &created["runningCount"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(created["deployments"][0]["rolloutState"], "IN_PROGRESS");
    assert_eq!(created["events"], json!([]));
    site.world.advance(6);
    let started = "(service web) has started 2 tasks: (task T) (task T).".to_owned();
    assert_eq!(site.events(), std::slice::from_ref(&started));
    assert_eq!(site.service()["pendingCount"], 2);
    site.until(30, |site| site.service()["runningCount"] == 2);
    assert_eq!(site.deployments()[0].5, "IN_PROGRESS");
    site.until(60, |site| site.deployments()[0].5 == "COMPLETED");
    assert_eq!(
        site.events(),
        [
            "(service web) has reached a steady state.".to_owned(),
            "(service web) (deployment D) deployment completed.".to_owned(),
            started,
        ]
    );
    let deployment = site.service()["deployments"][0].clone();
    let id = deployment["id"].as_str().unwrap();
    assert_eq!(
        deployment["rolloutStateReason"],
        format!("ECS deployment {id} completed.")
    );
    for task in site.tasks("RUNNING") {
        assert_eq!(
            (&task["group"], &task["startedBy"], &task["lastStatus"]),
            (&json!("service:web"), &json!(id), &json!("RUNNING"))
        );
    }
}

#[test]
fn what_a_running_task_takes_before_it_counts_as_healthy_is_forty_seconds() {
    let site = Site::new();
    site.create(1, &json!({}));
    site.until(60, |site| site.service()["runningCount"] == 1);
    let waited = site.until(60, |site| site.deployments()[0].5 == "COMPLETED");
    assert!((40..=45).contains(&waited), "{waited}");
}

#[test]
fn a_task_that_is_stopped_is_replaced() {
    let site = Site::settled(3, &json!({}));
    let stopped = site.tasks("RUNNING")[0]["taskArn"].clone();
    site.ok("StopTask", &json!({"cluster": "site", "task": stopped}));
    assert_eq!(site.service()["runningCount"], 2);
    site.world.advance(30);
    assert_eq!(site.service()["runningCount"], 3);
    assert_eq!(site.events()[0], "(service web) has started 1 tasks: (task T).");
    let ended = site.tasks("STOPPED");
    assert_eq!(ended.len(), 1);
    assert_eq!(
        (&ended[0]["taskArn"], &ended[0]["stopCode"]),
        (&stopped, &json!("UserInitiated"))
    );
    site.world.advance(60);
    assert_eq!(site.events()[0], "(service web) has reached a steady state.");
}

#[test]
fn tasks_that_end_by_themselves_are_replaced_again_and_again_without_any_slowing_down() {
    let site = Site::new();
    site.register(
        "lot",
        BATCH,
        &json!({"environment": [{"name": "DUREE", "value": "30"}]}),
    );
    site.create(1, &json!({"taskDefinition": "lot"}));
    site.world.advance(20 * 60);
    let events = site.events();
    let started = events
        .iter()
        .filter(|event| event.contains("has started 1 tasks"));
    assert!(started.count() >= 20, "{events:#?}");
    assert!(
        !events
            .iter()
            .any(|event| event.contains("unable to consistently"))
    );
    let deployment = site.service()["deployments"][0].clone();
    assert_eq!(deployment["failedTasks"], 0);
    let ended = site.tasks("STOPPED");
    assert!(
        ended
            .iter()
            .all(|task| task["stopCode"] == "EssentialContainerExited")
    );
}

#[test]
fn scaling_in_stops_tasks_of_the_fullest_zone_and_needs_no_deployment() {
    let site = Site::settled(7, &json!({}));
    let before = site.deployments();
    let updated = site.update(&json!({"desiredCount": 2}));
    assert_eq!(updated["desiredCount"], 2);
    site.world.advance(6);
    assert_eq!(site.service()["runningCount"], 2);
    let events = site.events();
    let stopped = format!(
        "(service web) has stopped 5 running tasks:{}.",
        " (task T)".repeat(5)
    );
    assert!(events.contains(&stopped), "{events:#?}");
    let zones: std::collections::BTreeSet<String> = site
        .tasks("RUNNING")
        .iter()
        .map(|task| task["availabilityZone"].to_string())
        .collect();
    assert_eq!(zones.len(), 2, "{zones:?}");
    let id = site.service()["deployments"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for task in site.tasks("STOPPED") {
        assert_eq!(task["stopCode"], "ServiceSchedulerInitiated");
        let reason = format!("Scaling activity initiated by (deployment {id})");
        assert_eq!(task["stoppedReason"], json!(reason));
    }
    assert_eq!(before.len(), site.deployments().len());
    assert_eq!(site.deployments()[0].5, "COMPLETED");
    site.update(&json!({"desiredCount": 0}));
    site.world.advance(10);
    assert_eq!(site.service()["runningCount"], 0);
    assert_eq!(site.events()[0], "(service web) has reached a steady state.");
}

#[test]
fn five_hundred_tasks_a_minute_are_started_at_most() {
    let site = Site::new();
    site.create(1_200, &json!({}));
    let started = |site: &Site| {
        let service = site.service();
        service["pendingCount"].as_u64().unwrap() + service["runningCount"].as_u64().unwrap()
    };
    site.world.advance(30);
    assert_eq!(started(&site), 500);
    site.world.advance(60);
    assert_eq!(started(&site), 1_000);
    site.world.advance(60);
    assert_eq!(started(&site), 1_200);
    site.world.advance(120);
    assert_eq!(site.deployments()[0].5, "COMPLETED");
}

#[test]
fn an_hour_in_one_step_is_the_same_as_second_by_second() {
    let story = |step: u64| {
        let site = Site::new();
        site.register(
            "lot",
            BATCH,
            &json!({"environment": [{"name": "DUREE", "value": "50"}]}),
        );
        site.create(2, &json!({"taskDefinition": "lot"}));
        for _ in 0..600 / step {
            site.world.advance(step);
            site.service();
        }
        site.events()
    };
    assert_eq!(story(600), story(1));
}

#[test]
fn a_steady_state_is_said_again_after_six_hours_and_a_hundred_events_are_kept() {
    let site = Site::settled(1, &json!({}));
    let said = |site: &Site| {
        let events = site.events();
        events
            .iter()
            .filter(|event| event.ends_with("steady state."))
            .count()
    };
    assert_eq!(said(&site), 1);
    site.world.advance(6 * 3600);
    assert_eq!(said(&site), 2);
    site.world.advance(200 * 6 * 3600);
    assert_eq!(site.events().len(), 100);
}

#[test]
fn a_task_without_room_in_the_quota_is_complained_about_once_and_placed_later() {
    let site = Site::new();
    let quotas = json!({"on_demand_vcpu": 1}).to_string();
    assert_eq!(
        site.world.control("POST", "/_cahier/ecs/quotas", &quotas).status,
        200
    );
    site.create(5, &json!({}));
    site.world.advance(600);
    assert_eq!(site.service()["runningCount"], 4);
    let complaint = "(service web) was unable to place a task. Reason: You’ve reached the limit on the number of vCPUs you \
                     can run concurrently.";
    let complaints = |site: &Site| {
        let events = site.events();
        events.iter().filter(|event| event.as_str() == complaint).count()
    };
    assert_eq!(complaints(&site), 1, "{:#?}", site.events());
    let quotas = json!({"on_demand_vcpu": 2}).to_string();
    assert_eq!(
        site.world.control("POST", "/_cahier/ecs/quotas", &quotas).status,
        200
    );
    site.world.advance(30 * 60);
    assert_eq!(site.service()["runningCount"], 5);
}
