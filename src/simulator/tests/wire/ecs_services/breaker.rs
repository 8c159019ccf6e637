//! The deployment circuit breaker, and what happens without it.

use serde_json::{Value, json};

use super::{CRASHING, Site};

fn breaker(rollback: bool) -> Value {
    json!({"deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": true, "rollback": rollback}}})
}

fn starts(site: &Site) -> usize {
    site.events()
        .iter()
        .filter(|event| event.contains("has started"))
        .count()
}

#[test]
fn without_a_breaker_a_service_tries_again_ever_more_slowly() {
    let site = Site::new();
    site.register("plante", CRASHING, &json!({}));
    site.create(1, &json!({"taskDefinition": "plante"}));
    site.world.advance(3600);
    let events = site.events();
    let impaired = "(service web) is unable to consistently start tasks successfully.";
    assert_eq!(
        events.iter().filter(|event| event.as_str() == impaired).count(),
        1,
        "{events:#?}"
    );
    let hour = starts(&site);
    assert!((5..=9).contains(&hour), "{events:#?}");
    site.world.advance(6 * 3600);
    let later = starts(&site) - hour;
    assert!((12..=14).contains(&later), "every 27 minutes: {later}");
    let deployment = site.service()["deployments"][0].clone();
    assert_eq!(deployment["rolloutState"], "IN_PROGRESS");
    assert!(deployment["failedTasks"].as_i64().unwrap() > 15);
    for task in site.tasks("STOPPED") {
        assert_eq!(task["stopCode"], "EssentialContainerExited");
    }
}

#[test]
fn a_new_revision_ends_the_slowing_down() {
    let site = Site::new();
    site.register("plante", CRASHING, &json!({}));
    site.create(1, &json!({"taskDefinition": "plante"}));
    site.world.advance(3600);
    site.update(&json!({"taskDefinition": "web"}));
    site.world.advance(60);
    assert_eq!(site.service()["runningCount"], 1);
    site.world.advance(60);
    assert_eq!(site.deployments().len(), 1);
    assert_eq!(site.deployments()[0].5, "COMPLETED");
}

#[test]
fn a_first_deployment_that_fails_stays_where_it_is() {
    let site = Site::new();
    site.register("plante", CRASHING, &json!({}));
    site.create(
        2,
        &super::merged(breaker(true), &json!({"taskDefinition": "plante"})),
    );
    site.world.advance(1800);
    let deployment = site.service()["deployments"][0].clone();
    assert_eq!(
        (&deployment["status"], &deployment["rolloutState"]),
        (&json!("PRIMARY"), &json!("FAILED"))
    );
    assert_eq!(
        deployment["rolloutStateReason"],
        "ECS deployment circuit breaker: tasks failed to start."
    );
    let events = site.events();
    assert_eq!(
        events[0],
        "(service web) (deployment D) deployment failed: tasks failed to start."
    );
    let tried = starts(&site);
    site.world.advance(6 * 3600);
    assert_eq!(starts(&site), tried, "a failed deployment starts nothing more");
}

#[test]
fn three_failures_roll_back_to_the_deployment_that_was_completed() {
    let site = Site::settled(2, &breaker(true));
    let good = site.service()["deployments"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    site.register("web", CRASHING, &json!({}));
    site.update(&json!({"taskDefinition": "web:2"}));
    let bad = site.service()["deployments"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    site.until(600, |site| site.service()["deployments"][0]["id"] == json!(good));
    let service = site.service();
    let back = &service["deployments"][0];
    assert_eq!(
        (&back["status"], &back["rolloutState"], &back["runningCount"]),
        (&json!("PRIMARY"), &json!("IN_PROGRESS"), &json!(2))
    );
    assert_eq!(
        back["rolloutStateReason"],
        format!("ECS deployment circuit breaker: rolling back to deploymentId {good}.")
    );
    assert!(service["taskDefinition"].as_str().unwrap().ends_with("web:1"));
    let messages = service["events"].as_array().unwrap();
    assert_eq!(
        messages[0]["message"],
        format!("(service web) rolling back to deployment {good}.")
    );
    assert_eq!(
        messages[1]["message"],
        format!("(service web) (deployment {bad}) deployment failed: tasks failed to start.")
    );
    site.until(60, |site| site.deployments()[0].5 == "COMPLETED");
    assert_eq!(site.deployments().len(), 1);
    assert_eq!(site.service()["runningCount"], 2);
    assert_eq!(site.events()[0], "(service web) has reached a steady state.");
}

#[test]
fn without_rollback_the_old_tasks_go_on_beside_the_failure() {
    let site = Site::settled(2, &breaker(false));
    site.register("web", CRASHING, &json!({}));
    site.update(&json!({"taskDefinition": "web:2"}));
    site.world.advance(1800);
    let deployments = site.deployments();
    assert_eq!(
        (deployments[0].1.as_str(), deployments[0].5.as_str()),
        ("web:2", "FAILED")
    );
    assert_eq!((deployments[1].1.as_str(), deployments[1].4), ("web:1", 2));
}

#[test]
fn the_threshold_follows_from_the_desired_count_or_from_the_request() {
    let site = Site::settled(2, &breaker(true));
    let threshold = json!({"type": "COUNT", "value": 1});
    let breaker = json!({"enable": true, "rollback": true, "thresholdConfiguration": threshold});
    site.register("web", CRASHING, &json!({}));
    site.update(&json!({
        "taskDefinition": "web:2", "deploymentConfiguration": {"deploymentCircuitBreaker": breaker},
    }));
    site.world.advance(40);
    assert!(
        site.events().iter().any(|event| event.contains("rolling back")),
        "{:#?}",
        site.events()
    );
    let shown = site.service()["deploymentConfiguration"]["deploymentCircuitBreaker"].clone();
    assert_eq!(shown, breaker);
}

#[test]
fn a_task_that_ran_before_it_ended_does_not_count() {
    let site = Site::settled(1, &breaker(true));
    site.register(
        "lot",
        super::BATCH,
        &json!({"environment": [{"name": "DUREE", "value": "20"}]}),
    );
    site.update(&json!({"taskDefinition": "lot"}));
    site.world.advance(1800);
    let deployments = site.deployments();
    assert_eq!(
        (deployments[0].1.as_str(), deployments[0].5.as_str()),
        ("lot:1", "IN_PROGRESS")
    );
    assert_eq!((deployments[1].1.as_str(), deployments[1].4), ("web:1", 1));
}

#[test]
fn tasks_that_run_and_fail_their_health_checks_trip_the_breaker() {
    let site = Site::settled(1, &breaker(true));
    let check = json!({"command": ["CMD-SHELL", "exit 1"], "interval": 5, "retries": 1});
    site.register("web", super::WEB, &json!({"healthCheck": check}));
    site.update(&json!({"taskDefinition": "web:2"}));
    site.world.advance(1800);
    let events = site.events();
    assert!(
        events.iter().any(|event| event.contains("rolling back")),
        "{events:#?}"
    );
    let deployments = site.deployments();
    assert_eq!(deployments.len(), 1, "{deployments:?}");
    assert_eq!(
        (deployments[0].1.as_str(), deployments[0].5.as_str()),
        ("web:1", "COMPLETED")
    );
}

#[test]
fn an_execution_role_without_rights_keeps_tasks_from_starting_and_the_events_say_so() {
    let site = Site::new();
    let role = role(&site, "sans-droits");
    let definition = json!({
        "family": "prive", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512",
        "executionRoleArn": role,
        "containerDefinitions": [{
            "name": "app", "image": "123456789012.dkr.ecr.eu-west-3.amazonaws.com/site:latest",
        }],
    });
    site.ok("RegisterTaskDefinition", &definition);
    site.create(1, &json!({"taskDefinition": "prive"}));
    site.world.advance(3600);
    let events = site.events();
    assert!(
        events.contains(&"(service web) is unable to consistently start tasks successfully.".to_owned()),
        "{events:#?}"
    );
    let stopped = site.tasks("STOPPED");
    assert_eq!(stopped[0]["stopCode"], "TaskFailedToStart");
    let reason = stopped[0]["stoppedReason"].as_str().unwrap();
    assert!(reason.contains("ecr:GetAuthorizationToken"), "{reason}");
}

#[test]
fn a_role_that_is_gone_is_told_as_it_is_on_aws() {
    let site = Site::new();
    let role = role(&site, "ephemere");
    let definition = json!({
        "family": "role", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512",
        "taskRoleArn": role, "containerDefinitions": [{"name": "app", "image": super::WEB}],
    });
    site.ok("RegisterTaskDefinition", &definition);
    site.create(0, &json!({"taskDefinition": "role"}));
    iam(&site, "Action=DeleteRole&Version=2010-05-08&RoleName=ephemere");
    site.update(&json!({"desiredCount": 1}));
    site.world.advance(30);
    let events = site.events();
    let told = format!(
        "(service web) failed to launch a task with (error ECS was unable to assume the role '{role}'"
    );
    assert!(events.iter().any(|event| event.starts_with(&told)), "{events:#?}");
}

/// A role that tasks may have, without any right.
fn role(site: &Site, name: &str) -> String {
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole",
        }],
    });
    let trust = percent_encoding::utf8_percent_encode(&trust.to_string(), percent_encoding::NON_ALPHANUMERIC)
        .to_string();
    iam(
        site,
        &format!("Action=CreateRole&Version=2010-05-08&RoleName={name}&AssumeRolePolicyDocument={trust}"),
    );
    format!("arn:aws:iam::123456789012:role/{name}")
}

fn iam(site: &Site, body: &str) {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let answer = site.world.signed_by(
        aws_credential_types::Credentials::new(
            site.world.simulator.access_key_id(),
            site.world.simulator.secret_access_key(),
            None,
            None,
            "test",
        ),
        "us-east-1",
        "iam",
        "POST",
        "/",
        &headers,
        body,
    );
    assert_eq!(answer.status, 200, "{}", answer.body);
}
