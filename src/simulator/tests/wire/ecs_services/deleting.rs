//! Deleting services.

use serde_json::json;

use super::Site;

#[test]
fn a_service_is_scaled_to_nothing_before_it_is_deleted_or_forced() {
    let site = Site::settled(2, &json!({}));
    let named = json!({"cluster": "site", "service": "web"});
    assert_eq!(
        site.refused("DeleteService", &named),
        (
            "InvalidParameterException".to_owned(),
            "The service cannot be stopped while it is scaled above 0.".to_owned()
        )
    );
    let forced = json!({"cluster": "site", "service": "web", "force": true});
    let deleted = site.ok("DeleteService", &forced)["service"].clone();
    assert_eq!(
        (
            &deleted["status"],
            &deleted["desiredCount"],
            &deleted["runningCount"]
        ),
        (&json!("DRAINING"), &json!(0), &json!(2))
    );
    assert_eq!(
        site.ok("ListServices", &json!({"cluster": "site"}))["serviceArns"],
        json!([])
    );
    assert_eq!(
        site.refused("CreateService", &site.creation(1, &json!({}))).1,
        "Unable to Start a service that is still Draining."
    );
    site.world.advance(20);
    let gone = site.service();
    assert_eq!(
        (&gone["status"], &gone["runningCount"]),
        (&json!("INACTIVE"), &json!(0))
    );
    assert_eq!(gone["deployments"], json!([]));
    assert!(gone["taskDefinition"].as_str().unwrap().ends_with("web:1"));
    assert_eq!(site.tasks("STOPPED").len(), 2);
    assert_eq!(
        site.refused("DeleteService", &named).0,
        "ServiceNotFoundException"
    );
    assert_eq!(
        site.refused("UpdateService", &named),
        (
            "ServiceNotActiveException".to_owned(),
            "Service was not ACTIVE.".to_owned()
        )
    );
}

#[test]
fn a_name_is_free_again_once_its_service_is_over_and_new_tasks_are_new() {
    let site = Site::settled(1, &json!({}));
    let first = site.tasks("RUNNING")[0]["taskArn"].clone();
    site.update(&json!({"desiredCount": 0}));
    site.world.advance(10);
    site.ok("DeleteService", &json!({"cluster": "site", "service": "web"}));
    site.world.advance(10);
    assert_eq!(site.service()["status"], "INACTIVE");
    site.create(1, &json!({}));
    site.world.advance(60);
    let second = site.tasks("RUNNING")[0]["taskArn"].clone();
    assert_ne!(first, second);
    assert_eq!(site.service()["status"], "ACTIVE");
}

#[test]
fn a_cluster_with_services_is_not_deleted() {
    let site = Site::settled(1, &json!({}));
    let refused = site.refused("DeleteCluster", &json!({"cluster": "site"}));
    assert_eq!(refused.0, "ClusterContainsServicesException");
    site.ok(
        "DeleteService",
        &json!({"cluster": "site", "service": "web", "force": true}),
    );
    site.world.advance(30);
    site.ok("DeleteCluster", &json!({"cluster": "site"}));
}
