//! What a data folder keeps, also of a simulator that is killed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use simulator::{Config, Simulator, StartError, Warning};

use super::client::World;
use super::common::killed_now;

fn start(folder: &Path) -> World {
    let config = Config {
        data_dir: Some(folder.to_owned()),
        ..Config::default()
    };
    World {
        simulator: Simulator::start(config).unwrap(),
    }
}

#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let world = start(folder.path());
    world.notes(5, 5);
    world.put("a", 100);
    let region = "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint></CreateBucketConfiguration>";
    assert_eq!(world.s3("PUT", "/seau", region).status, 200);
    world.s3(
        "PUT",
        "/seau?versioning",
        "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
    );
    let first = world.s3("PUT", "/seau/clef", "avant");
    let second = world.s3("PUT", "/seau/clef", "après");
    assert_eq!(second.status, 200, "{}", second.body);
    world.s3("DELETE", "/seau/clef", "");
    let left = killed_now(folder.path());

    let again = start(left.path());
    assert_eq!(again.ok("Scan", &json!({"TableName": "notes"}))["Count"], 1);
    assert_eq!(again.s3("GET", "/seau/clef", "").status, 404);
    for (answer, body) in [(first, "avant"), (second, "après")] {
        let id = answer.header("x-amz-version-id").unwrap();
        assert_eq!(
            again.s3("GET", &format!("/seau/clef?versionId={id}"), "").body,
            body
        );
    }
}

#[test]
fn a_kill_after_a_restart_loses_nothing_either() {
    let folder = tempfile::tempdir().unwrap();
    let world = start(folder.path());
    world.notes(5, 5);
    world.put("a", 100);
    let once = killed_now(folder.path());
    let world = start(once.path());
    world.put("b", 100);
    let twice = killed_now(once.path());
    let world = start(twice.path());
    assert_eq!(world.ok("Scan", &json!({"TableName": "notes"}))["Count"], 2);
}

#[test]
fn the_clock_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let world = start(folder.path());
    world.simulator.advance(Duration::from_hours(24));
    let before = world.simulator.now();
    let left = killed_now(folder.path());
    drop(world);
    for path in [left.path(), folder.path()] {
        let world = start(path);
        assert!(world.simulator.now() >= before);
        assert!((world.simulator.clock().offset_seconds - 86_400.0).abs() < 1e-6);
    }
}

#[test]
fn a_table_has_its_times_back_from_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let world = start(folder.path());
    world.simulator.advance(Duration::from_hours(1));
    world.notes(5, 5);
    world.simulator.advance(Duration::from_hours(1));
    let created = |world: &World| {
        world.ok("DescribeTable", &json!({"TableName": "notes"}))["Table"]["CreationDateTime"].clone()
    };
    let before = created(&world);
    let left = killed_now(folder.path());
    let after = created(&start(left.path()));
    assert!(
        (before.as_f64().unwrap() - after.as_f64().unwrap()).abs() < 0.01,
        "{before} {after}"
    );
}

#[test]
fn a_reset_is_kept_too() {
    let folder = tempfile::tempdir().unwrap();
    let world = start(folder.path());
    world.notes(5, 5);
    world.simulator.reset();
    let left = killed_now(folder.path());
    assert_eq!(
        start(left.path()).ok("ListTables", &json!({}))["TableNames"],
        json!([])
    );
}

#[test]
fn one_simulator_at_a_time_uses_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let world = start(folder.path());
    let config = Config {
        data_dir: Some(folder.path().to_owned()),
        ..Config::default()
    };
    let refused = Simulator::start(config).err().unwrap();
    assert!(matches!(refused, StartError::DataInUse { .. }), "{refused}");
    drop(world);
    start(folder.path());
}

/// The log of a folder.
fn log(folder: &Path) -> PathBuf {
    let generation = std::fs::read_to_string(folder.join("CURRENT")).unwrap();
    folder.join(format!("log-{generation}"))
}

#[test]
fn a_call_that_cannot_be_done_again_costs_that_call_alone() {
    let folder = tempfile::tempdir().unwrap();
    let world = start(folder.path());
    world.notes(5, 5);
    world.put("a", 100);
    let left = killed_now(folder.path());
    // The table is made twice now, which no simulator would have written.
    let log = log(left.path());
    let doubled = std::fs::read(&log).unwrap().repeat(2);
    std::fs::write(&log, &doubled).unwrap();

    let world = start(left.path());
    world.put("b", 100);
    assert_eq!(world.ok("Scan", &json!({"TableName": "notes"}))["Count"], 2);
    let [warning @ Warning::Refused { calls, log: kept }] = world.simulator.warnings() else {
        panic!("{:?}", world.simulator.warnings());
    };
    assert_eq!(calls.len(), 1);
    assert!(calls[0].starts_with("dynamodb:CreateTable ("), "{calls:?}");
    assert_eq!(std::fs::read(kept).unwrap(), doubled);
    assert!(
        warning.to_string().contains(&kept.display().to_string()),
        "{warning}"
    );
    let later = killed_now(left.path());
    assert_eq!(start(later.path()).simulator.warnings(), []);
}

#[test]
fn a_damaged_log_is_read_up_to_the_damage_and_the_rest_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let world = start(folder.path());
    world.notes(5, 5);
    let table_only = std::fs::read(log(folder.path())).unwrap().len();
    world.put("a", 100);
    world.put("b", 100);
    let left = killed_now(folder.path());
    let log = log(left.path());
    let mut bytes = std::fs::read(&log).unwrap();
    bytes[table_only + 20] ^= 1;
    std::fs::write(&log, &bytes).unwrap();

    let world = start(left.path());
    assert_eq!(world.ok("Scan", &json!({"TableName": "notes"}))["Count"], 0);
    let [warning @ Warning::Damaged { end, .. }] = world.simulator.warnings() else {
        panic!("{:?}", world.simulator.warnings());
    };
    assert_eq!(std::fs::read(end).unwrap(), bytes[table_only..]);
    assert!(warning.to_string().contains(".torn"), "{warning}");
}

#[test]
fn the_zeros_that_a_power_cut_leaves_cost_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let world = start(folder.path());
    world.notes(5, 5);
    world.put("a", 100);
    let left = killed_now(folder.path());
    let log = log(left.path());
    let mut bytes = std::fs::read(&log).unwrap();
    bytes.extend([0; 64]);
    std::fs::write(&log, &bytes).unwrap();
    let world = start(left.path());
    assert_eq!(world.ok("Scan", &json!({"TableName": "notes"}))["Count"], 1);
    assert!(matches!(
        world.simulator.warnings(),
        [Warning::Damaged { bytes: 64, .. }]
    ));
}

#[test]
fn an_item_nested_as_deep_as_is_allowed_is_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let world = start(folder.path());
    world.notes(5, 5);
    let nested = (0..31).fold(json!({"S": "x"}), |inner, _| json!({"L": [inner]}));
    let item = json!({"TableName": "notes", "Item": {"id": {"S": "a"}, "l": nested}});
    world.ok("PutItem", &item);
    let left = killed_now(folder.path());
    let small = std::thread::Builder::new().stack_size(256 << 10);
    let started = small.spawn(move || start(left.path()).simulator.warnings().to_vec());
    assert_eq!(started.unwrap().join().unwrap(), []);
}
