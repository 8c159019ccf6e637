//! Service deployments and service revisions.

use serde_json::{Value, json};

use super::{CRASHING, Site, WEB};

fn statuses(site: &Site) -> Vec<(String, String)> {
    let listed = site.ok(
        "ListServiceDeployments",
        &json!({"cluster": "site", "service": "web"}),
    );
    let each = listed["serviceDeployments"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    each.map(|one| (text(&one["status"]), text(&one["statusReason"])))
        .collect()
}

#[test]
fn each_deployment_is_remembered_with_what_it_deployed() {
    let site = Site::settled(1, &json!({}));
    site.register("web", WEB, &json!({}));
    site.update(&json!({"taskDefinition": "web:2"}));
    assert_eq!(
        statuses(&site),
        [
            ("IN_PROGRESS".to_owned(), String::new()),
            ("SUCCESSFUL".to_owned(), String::new())
        ]
    );
    let service = site.service();
    let current = service["currentServiceDeployment"].clone();
    let described = site.ok(
        "DescribeServiceDeployments",
        &json!({"serviceDeploymentArns": [current, "arn:aws:ecs:x"]}),
    );
    let deployment = &described["serviceDeployments"][0];
    assert_eq!(deployment["serviceDeploymentArn"], current);
    assert_eq!(deployment["sourceServiceRevisions"][0]["runningTaskCount"], 1);
    assert_eq!(deployment["targetServiceRevision"]["requestedTaskCount"], 1);
    assert_eq!(
        described["failures"],
        json!([{"arn": "arn:aws:ecs:x", "reason": "MISSING"}])
    );
    let target = deployment["targetServiceRevision"]["arn"].clone();
    assert_eq!(service["currentServiceRevisions"][0]["arn"], target);
    let revisions = site.ok(
        "DescribeServiceRevisions",
        &json!({"serviceRevisionArns": [target]}),
    );
    let revision = &revisions["serviceRevisions"][0];
    assert!(revision["taskDefinition"].as_str().unwrap().ends_with("web:2"));
    assert_eq!(
        (&revision["launchType"], &revision["platformVersion"]),
        (&json!("FARGATE"), &json!("1.4.0"))
    );
    site.world.advance(180);
    assert_eq!(statuses(&site)[0].0, "SUCCESSFUL");
    assert_eq!(site.service().get("currentServiceDeployment"), None);
}

#[test]
fn a_rollback_is_told_from_its_beginning_to_its_end() {
    let breaker = json!({"enable": true, "rollback": true});
    let site = Site::settled(
        1,
        &json!({"deploymentConfiguration": {"deploymentCircuitBreaker": breaker}}),
    );
    site.register("web", CRASHING, &json!({}));
    site.update(&json!({"taskDefinition": "web:2"}));
    site.until(900, |site| statuses(site)[0].0 == "ROLLBACK_IN_PROGRESS");
    let current = site.service()["currentServiceDeployment"].clone();
    let described = site.ok(
        "DescribeServiceDeployments",
        &json!({"serviceDeploymentArns": [current]}),
    );
    let deployment = &described["serviceDeployments"][0];
    assert_eq!(
        deployment["deploymentCircuitBreaker"],
        json!({"status": "TRIGGERED", "failureCount": 3, "threshold": 3})
    );
    assert_eq!(
        deployment["rollback"]["serviceRevisionArn"],
        deployment["sourceServiceRevisions"][0]["arn"]
    );
    site.world.advance(120);
    let reason = "Service deployment rolled back because the circuit breaker threshold was exceeded.";
    assert_eq!(
        statuses(&site)[0],
        ("ROLLBACK_SUCCESSFUL".to_owned(), reason.to_owned())
    );
}

#[test]
fn lists_are_filtered_and_come_in_pages() {
    let site = Site::settled(0, &json!({}));
    for _ in 0..3 {
        site.update(&json!({"forceNewDeployment": true}));
    }
    let list = |more: &Value| {
        let input = super::merged(json!({"cluster": "site", "service": "web"}), more);
        site.ok("ListServiceDeployments", &input)
    };
    assert_eq!(statuses(&site).len(), 4);
    let stopped = list(&json!({"status": ["STOPPED"]}));
    assert_eq!(stopped["serviceDeployments"].as_array().unwrap().len(), 2);
    let first = list(&json!({"maxResults": 3}));
    assert_eq!(first["serviceDeployments"].as_array().unwrap().len(), 3);
    let rest = list(&json!({"maxResults": 3, "nextToken": first["nextToken"]}));
    assert_eq!(rest["serviceDeployments"].as_array().unwrap().len(), 1);
    let unknown = site.refused(
        "ListServiceDeployments",
        &json!({"cluster": "site", "service": "autre"}),
    );
    assert_eq!(
        unknown,
        (
            "ServiceNotFoundException".to_owned(),
            "Service not found.".to_owned()
        )
    );
}
