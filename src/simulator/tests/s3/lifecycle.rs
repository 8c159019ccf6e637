//! Lifecycle configurations, over the wire.

use super::client::{Response, World};
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

fn put(world: &World, rules: &str) -> Response {
    let body = format!("<LifecycleConfiguration>{rules}</LifecycleConfiguration>");
    world.put("/rapports?lifecycle", &body)
}

fn rule(content: &str) -> String {
    format!(
        "<Rule><ID>regle</ID><Status>Enabled</Status><Filter><Prefix>notes/</Prefix></Filter>{content}</Rule>"
    )
}

#[test]
fn the_clock_carries_rules_out() {
    let world = World::new();
    let expire = rule("<Expiration><Days>2</Days></Expiration>");
    let answer = put(&world, &expire);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(
        answer.header("x-amz-transition-default-minimum-object-size"),
        Some("all_storage_classes_128K")
    );
    let stored = world.put("/rapports/notes/a", "x");
    let said = stored.header("x-amz-expiration").unwrap();
    assert!(
        said.starts_with("expiry-date=\"") && said.ends_with("00:00:00 GMT\", rule-id=\"regle\""),
        "{said}"
    );
    assert_eq!(
        world.get("/rapports/notes/a").header("x-amz-expiration"),
        Some(said)
    );
    assert_eq!(world.put("/rapports/b", "x").header("x-amz-expiration"), None);
    world.simulator.advance(DAY);
    assert_eq!(world.get("/rapports/notes/a").status, 200);
    world.simulator.advance(DAY * 2);
    assert_eq!(world.get("/rapports/notes/a").error(), (404, "NoSuchKey"));
    assert_eq!(world.get("/rapports/b").status, 200);
}

#[test]
fn a_configuration_reads_back_as_it_was_put() {
    let world = World::new();
    let full = "<Rule><ID>tout</ID><Status>Disabled</Status><Filter><And><Prefix>a</Prefix><Tag><Key>k</Key>\
                <Value>v</Value></Tag><ObjectSizeGreaterThan>10</ObjectSizeGreaterThan></And></Filter>\
                <Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition>\
                <Expiration><Days>60</Days></Expiration><NoncurrentVersionExpiration><NoncurrentDays>3\
                </NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration>\
                </Rule>";
    assert_eq!(put(&world, full).status, 200);
    let got = world.get("/rapports?lifecycle");
    for shown in [
        "<ID>tout</ID>",
        "<Status>Disabled</Status>",
        "<ObjectSizeGreaterThan>10</ObjectSizeGreaterThan>",
        "<StorageClass>STANDARD_IA</StorageClass>",
        "<NewerNoncurrentVersions>2</NewerNoncurrentVersions>",
        "<Expiration><Days>60</Days></Expiration>",
    ] {
        assert!(got.body.contains(shown), "{shown} in {}", got.body);
    }
    assert_eq!(world.delete("/rapports?lifecycle").status, 204);
    assert_eq!(world.get("/rapports?lifecycle").status, 404);
    let nameless =
        "<Rule><Status>Enabled</Status><Prefix></Prefix><Expiration><Days>1</Days></Expiration></Rule>";
    assert_eq!(put(&world, nameless).status, 200);
    let got = world.get("/rapports?lifecycle");
    assert!(
        got.element("ID").len() > 20 && got.body.contains("<Prefix></Prefix>"),
        "{}",
        got.body
    );
}

#[test]
fn rules_are_refused_in_awss_words() {
    let world = World::new();
    let said = |content: &str| {
        let answer = put(&world, &rule(content));
        assert_eq!(answer.status, 400, "{content}");
        format!("{}: {}", answer.element("Code"), answer.message()).replace("&apos;", "'")
    };
    assert_eq!(
        said(""),
        "InvalidRequest: At least one action needs to be specified in a rule"
    );
    assert_eq!(
        said("<Expiration><Days>0</Days></Expiration>"),
        "InvalidArgument: 'Days' for Expiration action must be a positive integer"
    );
    assert_eq!(
        said("<Expiration><Date>2030-01-01T10:00:00Z</Date></Expiration>"),
        "InvalidArgument: 'Date' must be at midnight GMT"
    );
    assert_eq!(
        said("<Transition><Days>10</Days><StorageClass>STANDARD_IA</StorageClass></Transition>"),
        "InvalidArgument: 'Days' in Transition action must be greater than or equal to 30 for storageClass \
         'STANDARD_IA'"
    );
    assert_eq!(
        said(
            "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>101\
             </NewerNoncurrentVersions></NoncurrentVersionExpiration>"
        ),
        "InvalidArgument: 'NewerNoncurrentVersions' for NoncurrentVersionExpiration action must be an integer between \
         1 and 100"
    );
    assert_eq!(
        said(
            "<Expiration><Date>2030-01-01T00:00:00Z</Date></Expiration><Transition><Days>1</Days>\
              <StorageClass>GLACIER</StorageClass></Transition>"
        ),
        "InvalidRequest: Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for \
         filter '(prefix=notes/)'"
    );
    let expire = "<Expiration><Days>1</Days></Expiration>";
    let both = format!("{}{}", rule(expire), rule(expire));
    assert_eq!(
        put(&world, &both).message(),
        "Rule ID must be unique. Found same ID for more than one rule"
    );
    let tagged = "<Rule><Status>Enabled</Status><Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>\
                  <AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation>\
                  </AbortIncompleteMultipartUpload></Rule>";
    assert_eq!(put(&world, tagged).error(), (400, "InvalidRequest"));
    let aimless = "<Rule><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>";
    assert_eq!(put(&world, aimless).error(), (400, "MalformedXML"));
    assert_eq!(world.get("/rapports?lifecycle").status, 404);
}

#[test]
fn an_archived_object_is_not_read() {
    let world = World::new();
    let class = [("x-amz-storage-class", "GLACIER")];
    assert_eq!(world.send("PUT", "/rapports/a", &class, "x").status, 200);
    let refused = world.get("/rapports/a");
    assert_eq!(
        (refused.error(), refused.element("StorageClass")),
        ((403, "InvalidObjectState"), "GLACIER")
    );
    assert_eq!(world.send("HEAD", "/rapports/a", &[], "").status, 200);
    let copy = [("x-amz-copy-source", "rapports/a")];
    let refused = world.send("PUT", "/rapports/b", &copy, "");
    assert_eq!(refused.error(), (403, "ObjectNotInActiveTierError"));
}

#[test]
fn an_upload_says_when_it_will_be_given_up() {
    let world = World::new();
    let abort = rule(
        "<AbortIncompleteMultipartUpload><DaysAfterInitiation>3</DaysAfterInitiation></AbortIncompleteMultipartUpload>",
    );
    assert_eq!(put(&world, &abort).status, 200);
    let begun = world.post("/rapports/notes/a?uploads", "");
    assert_eq!(begun.header("x-amz-abort-rule-id"), Some("regle"));
    assert!(
        begun
            .header("x-amz-abort-date")
            .unwrap()
            .ends_with("00:00:00 GMT")
    );
    world.simulator.advance(DAY * 4);
    assert!(!world.get("/rapports?uploads").body.contains("<Upload>"));
}
