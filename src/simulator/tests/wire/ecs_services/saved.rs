//! Services outlive the process.

use std::path::Path;

use serde_json::{Value, json};
use simulator::{Config, Simulator};

use super::super::client::World;
use super::super::common::killed_now;
use super::{CRASHING, Site};

fn world(folder: &Path) -> World {
    let config = Config {
        frozen: true,
        data_dir: Some(folder.to_owned()),
        ..Config::default()
    };
    World {
        simulator: Simulator::start(config).unwrap(),
    }
}

/// Everything that there is to see of the service and its tasks.
fn seen(world: World) -> (Value, Vec<Value>, Vec<Value>, World) {
    let site = Site {
        world,
        subnets: Vec::new(),
    };
    let (service, running, stopped) = (site.service(), site.tasks("RUNNING"), site.tasks("STOPPED"));
    (service, running, stopped, site.world)
}

/// A service that scales, deploys, fails and is rolled back.
fn lived(folder: &Path) -> Site {
    let site = Site::of(world(folder));
    let breaker = json!({"enable": true, "rollback": true});
    site.create(
        2,
        &json!({"deploymentConfiguration": {"deploymentCircuitBreaker": breaker}}),
    );
    site.world.advance(90);
    super::scaling::follow(&site, 2, 10, 50.0);
    super::scaling::load(&site, 0.4, 0.0);
    site.world.advance(600);
    site.register("web", CRASHING, &json!({}));
    site.update(&json!({"taskDefinition": "web:2"}));
    // What is only read is not written down: it must not matter when somebody looked.
    for _ in 0..40 {
        site.world.advance(7);
        site.service();
    }
    site
}

#[test]
fn a_killed_simulator_comes_back_with_the_same_tasks_events_and_deployments() {
    let folder = tempfile::tempdir().unwrap();
    let site = lived(folder.path());
    let copy = killed_now(folder.path());
    let (service, running, stopped, _world) = seen(site.world);
    assert!(service["desiredCount"].as_i64().unwrap() > 2, "{service:#}");
    assert!(
        service["events"].to_string().contains("rolling back"),
        "{service:#}"
    );
    let (again, running_again, stopped_again, _world) = seen(world(copy.path()));
    assert_eq!(service, again);
    assert_eq!(running, running_again);
    assert_eq!(stopped, stopped_again);
}

#[test]
fn a_simulator_that_ended_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (service, running, _, ended) = seen(lived(folder.path()).world);
    drop(ended);
    let (again, running_again, _, world) = seen(world(folder.path()));
    assert_eq!(service, again);
    assert_eq!(running, running_again);
    world.advance(900);
    let (later, _, _, _world) = seen(world);
    assert_eq!(later["runningCount"], later["desiredCount"]);
}

#[test]
fn a_saved_state_is_put_back_with_its_services() {
    let site = Site::settled(2, &json!({}));
    let saved = site.world.simulator.snapshot();
    let before = site.service();
    site.ok(
        "DeleteService",
        &json!({"cluster": "site", "service": "web", "force": true}),
    );
    site.world.advance(60);
    assert!(site.world.simulator.restore(saved));
    let after = site.service();
    assert_eq!(after["status"], "ACTIVE");
    assert_eq!(after["deployments"][0]["id"], before["deployments"][0]["id"]);
    assert_eq!(after["runningCount"], 2);
}
