//! What a data folder keeps of S3 when its simulator is killed: everything, and nothing in another order.

use super::client::{Identity, World};
use super::common::killed_now;
use super::forms::Form;
use simulator::{Config, Simulator};
use std::path::Path;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

fn start(folder: &Path) -> World {
    let config = Config {
        data_dir: Some(folder.to_owned()),
        ..Config::default()
    };
    let simulator = Simulator::start(config).unwrap();
    World {
        administrator: Identity {
            id: simulator.access_key_id().to_owned(),
            secret: simulator.secret_access_key().to_owned(),
        },
        simulator,
    }
}

/// What there is to see of the bucket.
fn seen(world: &World) -> Vec<String> {
    [
        "/rapports?versions",
        "/rapports?uploads",
        "/rapports?lifecycle",
        "/rapports?policy",
        "/rapports?tagging",
        "/rapports?publicAccessBlock",
    ]
    .map(|path| world.get(path))
    .map(|answer| match answer.error() {
        (200, _) => answer.body,
        (status, code) => format!("{status} {code}"),
    })
    .to_vec()
}

#[test]
fn a_killed_simulator_finds_every_setting_version_and_marker_again() {
    let folder = tempfile::tempdir().unwrap();
    let world = start(folder.path());
    let body = "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint>\
                </CreateBucketConfiguration>";
    assert_eq!(world.put("/rapports", body).status, 200);
    world.versioning("Enabled");
    let rules = "<LifecycleConfiguration><Rule><Status>Enabled</Status><Filter><Prefix></Prefix></Filter><Expiration>\
                 <Days>1</Days></Expiration></Rule></LifecycleConfiguration>";
    assert_eq!(world.put("/rapports?lifecycle", rules).status, 200);
    let tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>";
    assert_eq!(world.put("/rapports?tagging", tags).status, 204);
    assert_eq!(world.delete("/rapports?publicAccessBlock").status, 204);
    let policy = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::rapports/*"}}"#;
    assert_eq!(world.put("/rapports?policy", policy).status, 204);
    world.put("/rapports/b", "x");
    world.simulator.advance(DAY);
    world.put("/rapports/a", "x");
    // Reads find the rules carried out; nobody writes down that they did.
    world.simulator.advance(DAY);
    world.get("/rapports?versions");
    world.simulator.advance(DAY);
    world.get("/rapports?versions");
    let form = Form::signed(
        &world,
        r#",["starts-with","$key",""]"#,
        &[("key", "par-formulaire")],
    );
    assert_eq!(form.send(&world).status, 204);
    world.post("/rapports/gros?uploads", "");
    let before = seen(&world);
    assert_eq!(before[0].matches("<DeleteMarker>").count(), 2, "{}", before[0]);

    let left = killed_now(folder.path());
    let again = start(left.path());
    assert_eq!(seen(&again), before);
    assert_eq!(again.get("/rapports/par-formulaire").body, "bonjour");
}
