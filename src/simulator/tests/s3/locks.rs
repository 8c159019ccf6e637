//! Object Lock, over the wire.

use super::client::World;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// A world with the bucket `coffre`, in which versions can be locked.
fn world() -> World {
    let world = World::new();
    let body = "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint>\
                </CreateBucketConfiguration>";
    let locked = [("x-amz-bucket-object-lock-enabled", "true")];
    assert_eq!(world.send("PUT", "/coffre", &locked, body).status, 200);
    world
}

fn in_days(world: &World, days: u32) -> String {
    let date = world.simulator.now() + DAY * days;
    date.format(&time::format_description::well_known::Rfc3339)
        .unwrap()
}

fn retention(mode: &str, until: &str) -> String {
    format!("<Retention><Mode>{mode}</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>")
}

fn default_rule(content: &str) -> String {
    format!(
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>{content}\
         </DefaultRetention></Rule></ObjectLockConfiguration>"
    )
}

#[test]
fn a_bucket_made_with_object_lock_is_versioned_for_good() {
    let world = world();
    assert_eq!(world.get("/coffre?versioning").element("Status"), "Enabled");
    let suspended = world.put(
        "/coffre?versioning",
        "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>",
    );
    assert_eq!(suspended.error(), (409, "InvalidBucketState"));
    assert_eq!(
        world.get("/coffre?object-lock").element("ObjectLockEnabled"),
        "Enabled"
    );
    let unversioned = world.put(
        "/rapports?object-lock",
        &default_rule("<Mode>GOVERNANCE</Mode><Days>1</Days>"),
    );
    assert_eq!(unversioned.error(), (409, "InvalidBucketState"));
}

#[test]
fn a_default_retention_protects_every_new_version() {
    let world = world();
    let rule = |content: &str| world.put("/coffre?object-lock", &default_rule(content));
    assert_eq!(
        rule("<Mode>DOUX</Mode><Days>1</Days>").error(),
        (400, "MalformedXML")
    );
    assert_eq!(
        rule("<Mode>COMPLIANCE</Mode><Days>1</Days><Years>1</Years>").error(),
        (400, "MalformedXML")
    );
    assert_eq!(
        rule("<Mode>COMPLIANCE</Mode><Days>0</Days>").message(),
        "Default retention period must be a positive integer value."
    );
    assert_eq!(rule("<Mode>COMPLIANCE</Mode><Days>2</Days>").status, 200);
    let id = world.put("/coffre/a", "x").version();
    let head = world.send("HEAD", "/coffre/a", &[], "");
    assert_eq!(head.header("x-amz-object-lock-mode"), Some("COMPLIANCE"));
    let by_id = format!("/coffre/a?versionId={id}");
    let refused = world.delete(&by_id);
    assert_eq!(refused.error(), (403, "AccessDenied"));
    assert_eq!(
        refused.message(),
        "Access Denied because object protected by object lock."
    );
    assert_eq!(world.delete("/coffre/a").status, 204, "a marker destroys nothing");
    world.simulator.advance(DAY * 2);
    assert_eq!(world.delete(&by_id).status, 204);
}

#[test]
fn governance_is_bypassed_by_who_may_and_says_so() {
    let world = world();
    let body = retention("GOVERNANCE", &in_days(&world, 10));
    let id = world.put("/coffre/a", "x").version();
    assert_eq!(world.put("/coffre/a?retention", &body).status, 200);
    assert_eq!(world.get("/coffre/a?retention").element("Mode"), "GOVERNANCE");
    let shorter = retention("GOVERNANCE", &in_days(&world, 1));
    assert_eq!(
        world.put("/coffre/a?retention", &shorter).error(),
        (403, "AccessDenied")
    );
    let by_id = format!("/coffre/a?versionId={id}");
    assert_eq!(world.delete(&by_id).error(), (403, "AccessDenied"));
    let bypass = [("x-amz-bypass-governance-retention", "true")];
    let keeper = world.user(
        "gardien",
        r#"{"Effect":"Allow","Action":["s3:DeleteObject*","s3:GetObject*"],"Resource":"*"}"#,
    );
    let denied = world.send_as(&keeper, "DELETE", &by_id, &bypass, "");
    assert!(
        denied.message().contains("s3:BypassGovernanceRetention"),
        "{}",
        denied.body
    );
    assert_eq!(world.send("DELETE", &by_id, &bypass, "").status, 204);
    world.put("/rapports/a", "x");
    assert_eq!(
        world.send("DELETE", "/rapports/a", &bypass, "").error(),
        (400, "InvalidArgument")
    );
}

#[test]
fn a_legal_hold_knows_no_date() {
    let world = world();
    let id = world.put("/coffre/a", "x").version();
    let hold = |status: &str| {
        let body = format!("<LegalHold><Status>{status}</Status></LegalHold>");
        world.put("/coffre/a?legal-hold", &body)
    };
    assert_eq!(
        world.get("/coffre/a?legal-hold").error(),
        (404, "NoSuchObjectLockConfiguration")
    );
    assert_eq!(hold("PEUT-ETRE").error(), (400, "MalformedXML"));
    assert_eq!(hold("ON").status, 200);
    world.simulator.advance(DAY * 1000);
    let by_id = format!("/coffre/a?versionId={id}");
    assert_eq!(world.delete(&by_id).status, 403);
    let head = world.send("HEAD", "/coffre/a", &[], "");
    assert_eq!(head.header("x-amz-object-lock-legal-hold"), Some("ON"));
    assert_eq!(hold("OFF").status, 200);
    assert_eq!(world.delete(&by_id).status, 204);
}

#[test]
fn locks_come_with_an_upload_that_something_vouches_for() {
    let world = world();
    let until = in_days(&world, 1);
    let mode = ("x-amz-object-lock-mode", "COMPLIANCE");
    let date = ("x-amz-object-lock-retain-until-date", until.as_str());
    let crc = ("x-amz-checksum-crc32", "y/Q5Jg==");
    let put = |path: &str, headers: &[(&str, &str)]| world.send("PUT", path, headers, "123456789");
    let bare = put("/coffre/a", &[mode, date]);
    assert!(
        bare.message().starts_with("Content-MD5 OR x-amz-checksum-"),
        "{}",
        bare.body
    );
    assert_eq!(put("/coffre/a", &[mode, crc]).error(), (400, "InvalidArgument"));
    assert_eq!(
        put("/rapports/a", &[mode, date, crc]).message(),
        "Bucket is missing Object Lock Configuration"
    );
    assert_eq!(put("/coffre/a", &[mode, date, crc]).status, 200);
    let past = ("x-amz-object-lock-retain-until-date", "2001-01-01T00:00:00Z");
    assert_eq!(
        put("/coffre/a", &[mode, past, crc]).message(),
        "The retain until date must be in the future!"
    );
    let past = retention("COMPLIANCE", "2001-01-01T00:00:00Z");
    assert_eq!(
        world.put("/coffre/a?retention", &past).error(),
        (400, "InvalidArgument")
    );
}
