//! Versions and delete markers, as the lesson shows them.

use super::client::World;
use std::time::Duration;

#[test]
fn the_state_goes_from_nothing_to_enabled_to_suspended_and_never_back() {
    let world = World::new();
    assert!(!world.get("/rapports?versioning").body.contains("Status"));
    assert_eq!(world.versioning("Enabled").status, 200);
    assert_eq!(world.get("/rapports?versioning").element("Status"), "Enabled");
    assert_eq!(world.versioning("Suspended").status, 200);
    assert_eq!(world.get("/rapports?versioning").element("Status"), "Suspended");
    assert_eq!(world.versioning("Disabled").error(), (400, "MalformedXML"));
    let empty = world.put("/rapports?versioning", "<VersioningConfiguration/>");
    assert_eq!(empty.error(), (400, "IllegalVersioningConfigurationException"));
    assert_eq!(world.get("/rapports?versioning").element("Status"), "Suspended");
}

#[test]
fn ids_are_shown_from_the_day_the_bucket_is_versioned() {
    let world = World::new();
    assert_eq!(world.put("/rapports/a", "avant").header("x-amz-version-id"), None);
    assert_eq!(world.get("/rapports/a").header("x-amz-version-id"), None);
    world.versioning("Enabled");
    assert_eq!(world.get("/rapports/a").version(), "null");
    assert_eq!(world.put("/rapports/a", "apres").version().len(), 32);
    assert_eq!(world.get("/rapports/a?versionId=null").body, "avant");
    world.versioning("Suspended");
    assert_eq!(world.put("/rapports/a", "encore").version(), "null");
    assert_eq!(world.get("/rapports/a?versionId=null").body, "encore");
}

#[test]
fn a_marker_is_a_404_as_current_version_and_a_405_by_its_id() {
    let world = World::new();
    world.versioning("Enabled");
    world.put("/rapports/a", "un");
    let deleted = world.delete("/rapports/a");
    assert_eq!(
        (deleted.status, deleted.header("x-amz-delete-marker")),
        (204, Some("true"))
    );
    let marker = deleted.version();

    let hidden = world.get("/rapports/a");
    assert_eq!(hidden.error(), (404, "NoSuchKey"));
    assert_eq!(hidden.header("x-amz-delete-marker"), Some("true"));
    assert_eq!(hidden.version(), marker);

    let by_id = format!("/rapports/a?versionId={marker}");
    let refused = world.get(&by_id);
    assert_eq!(refused.error(), (405, "MethodNotAllowed"));
    assert_eq!(
        (refused.element("Method"), refused.element("ResourceType")),
        ("GET", "DeleteMarker")
    );
    assert_eq!(
        (refused.header("x-amz-delete-marker"), refused.header("allow")),
        (Some("true"), Some("DELETE"))
    );
    assert!(refused.header("last-modified").is_some());

    let head = world.send("HEAD", &by_id, &[], "");
    assert_eq!(
        (
            head.status,
            head.body.as_str(),
            head.header("x-amz-delete-marker")
        ),
        (405, "", Some("true"))
    );

    let undone = world.delete(&by_id);
    assert_eq!(
        (undone.status, undone.header("x-amz-delete-marker")),
        (204, Some("true"))
    );
    assert_eq!(world.get("/rapports/a").body, "un");
}

#[test]
fn wrong_ids_are_told_apart() {
    let world = World::new();
    world.versioning("Enabled");
    world.put("/rapports/a", "un");
    let malformed = world.get("/rapports/a?versionId=v1");
    assert_eq!(malformed.error(), (400, "InvalidArgument"));
    assert_eq!(malformed.element("Message"), "Invalid version id specified");
    assert_eq!(
        (
            malformed.element("ArgumentName"),
            malformed.element("ArgumentValue")
        ),
        ("versionId", "v1")
    );
    let invented = world.get("/rapports/a?versionId=PHtexPGjH2y.zBgT8LmB7wwLI2mpbz.k");
    assert_eq!(invented.error(), (400, "InvalidArgument"));
    let gone = world.put("/rapports/a", "deux").version();
    let by_id = format!("/rapports/a?versionId={gone}");
    assert_eq!(world.delete(&by_id).status, 204);
    let unknown = world.get(&by_id);
    assert_eq!(unknown.error(), (404, "NoSuchVersion"));
    assert_eq!(unknown.element("VersionId"), gone);
}

#[test]
fn versions_and_markers_are_listed_in_one_order() {
    let world = World::new();
    world.versioning("Enabled");
    let first = world.put("/rapports/a", "un").version();
    world.simulator.advance(Duration::from_hours(1));
    let marker = world.delete("/rapports/a").version();
    let last = world.put("/rapports/a", "deux").version();
    world.put("/rapports/dossier/b", "x");

    let listing = world.get("/rapports?versions&delimiter=/");
    let order = [&last, &marker, &first].map(|id| listing.body.find(id.as_str()).unwrap());
    assert!(order.is_sorted(), "{}", listing.body);
    assert_eq!(listing.body.matches("<Version>").count(), 2);
    assert_eq!(listing.body.matches("<DeleteMarker>").count(), 1);
    assert_eq!(listing.body.matches("<IsLatest>true</IsLatest>").count(), 1);
    assert_eq!(listing.element("CommonPrefixes"), "<Prefix>dossier/</Prefix>");

    let page = world.get("/rapports?versions&max-keys=2");
    assert_eq!(
        (page.element("IsTruncated"), page.element("NextVersionIdMarker")),
        ("true", marker.as_str())
    );
    let rest = world.get(&format!(
        "/rapports?versions&key-marker=a&version-id-marker={marker}"
    ));
    assert_eq!(
        (rest.element("VersionId"), rest.element("IsTruncated")),
        (first.as_str(), "false")
    );
    let orphan = world.get(&format!("/rapports?versions&version-id-marker={marker}"));
    assert_eq!(orphan.error(), (400, "InvalidArgument"));
}

#[test]
fn an_old_version_comes_back_by_copy_and_the_history_grows() {
    let world = World::new();
    world.versioning("Enabled");
    let first = world.put("/rapports/a", "un").version();
    world.put("/rapports/a", "deux");
    let source = format!("rapports/a?versionId={first}");
    let copy = world.send("PUT", "/rapports/a", &[("x-amz-copy-source", &source)], "");
    assert_eq!(copy.header("x-amz-copy-source-version-id"), Some(first.as_str()));
    assert_ne!(copy.version(), first);
    assert_eq!(world.get("/rapports/a").body, "un");
    assert_eq!(
        world.get("/rapports?versions").body.matches("<Version>").count(),
        3
    );

    let marker = world.delete("/rapports/a").version();
    let source = format!("rapports/a?versionId={marker}");
    let refused = world.send("PUT", "/rapports/b", &[("x-amz-copy-source", &source)], "");
    assert_eq!(refused.error(), (400, "InvalidRequest"));
}

#[test]
fn a_batch_deletes_versions_and_makes_markers() {
    let world = World::new();
    world.versioning("Enabled");
    let first = world.put("/rapports/a", "un").version();
    world.put("/rapports/b", "x");
    let body = format!(
        "<Delete><Object><Key>a</Key><VersionId>{first}</VersionId></Object><Object><Key>b</Key></Object></Delete>"
    );
    let refused = world.send("POST", "/rapports?delete", &[], &body);
    assert_eq!(refused.error(), (400, "InvalidRequest"));
    let wrong = world.send(
        "POST",
        "/rapports?delete",
        &[("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")],
        &body,
    );
    assert_eq!(wrong.error(), (400, "BadDigest"));
    let crc = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32IsoHdlc, body.as_bytes());
    let crc = base64::Engine::encode(
        &base64::prelude::BASE64_STANDARD,
        u32::try_from(crc).unwrap().to_be_bytes(),
    );
    let done = world.send(
        "POST",
        "/rapports?delete",
        &[("x-amz-checksum-crc32", &crc)],
        &body,
    );
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(
        (done.element("VersionId"), done.element("DeleteMarker")),
        (first.as_str(), "true")
    );
    assert_eq!(world.get("/rapports/a").error(), (404, "NoSuchKey"));
    assert_eq!(
        world.get("/rapports/b").header("x-amz-delete-marker"),
        Some("true")
    );
}

#[test]
fn a_reset_removes_every_bucket_and_a_snapshot_brings_one_back() {
    let world = World::new();
    world.put("/rapports/a", "un");
    let saved = world.simulator.snapshot();
    world.put("/rapports/a", "deux");
    assert!(world.simulator.restore(saved));
    assert_eq!(world.get("/rapports/a").body, "un");
    world.simulator.reset();
    assert_eq!(world.get("/rapports/a").error(), (404, "NoSuchBucket"));
}
