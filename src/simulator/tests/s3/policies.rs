//! Bucket policies and what they look at.

use super::client::{Response, World};
use std::time::Duration;

fn policy(statement: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#)
}

/// A bucket that nothing blocks.
fn open() -> World {
    let world = World::new();
    assert_eq!(world.delete("/rapports?publicAccessBlock").status, 204);
    world
}

fn allow(action: &str, resource: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect":"Allow","Principal":"*","Action":"{action}","Resource":"arn:aws:s3:::{resource}","Condition":{{{condition}}}}}"#
    )
}

fn put(world: &World, statement: &str) -> Response {
    world.put("/rapports?policy", &policy(statement))
}

#[test]
fn a_policy_is_kept_as_it_was_sent() {
    let world = open();
    let text = policy(&allow("s3:GetObject", "rapports/*", ""));
    assert_eq!(world.put("/rapports?policy", &text).status, 204);
    let got = world.get("/rapports?policy");
    assert_eq!(
        (got.body.as_str(), got.header("content-type")),
        (text.as_str(), Some("application/json"))
    );
    assert_eq!(world.get("/rapports?policyStatus").element("IsPublic"), "true");
    assert_eq!(world.delete("/rapports?policy").status, 204);
    assert_eq!(world.get("/rapports?policy").error(), (404, "NoSuchBucketPolicy"));
}

#[test]
fn a_public_policy_lets_everybody_read() {
    let world = open();
    world.put("/rapports/a", "lu");
    assert_eq!(world.unsigned("GET", "/rapports/a", &[], "").status, 403);
    assert_eq!(put(&world, &allow("s3:GetObject", "rapports/*", "")).status, 204);
    assert_eq!(world.unsigned("GET", "/rapports/a", &[], "").body, "lu");
    assert_eq!(world.unsigned("DELETE", "/rapports/a", &[], "").status, 403);
    assert_eq!(world.unsigned("GET", "/rapports/absent", &[], "").status, 403);
}

#[test]
fn block_public_access_stands_before_public_policies() {
    let world = World::new();
    let public = allow("s3:GetObject", "rapports/*", "");
    let refused = put(&world, &public);
    assert_eq!(refused.error(), (403, "AccessDenied"));
    assert_eq!(
        refused.message().replace("&quot;", "\""),
        "User: arn:aws:iam::123456789012:user/administrateur is not authorized to perform: s3:PutBucketPolicy on \
         resource: \"arn:aws:s3:::rapports\" because public policies are prevented by the BlockPublicPolicy setting in \
         S3 Block Public Access."
    );
    let mine = r#"{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::rapports/*"}"#;
    assert_eq!(put(&world, mine).status, 204);
    assert_eq!(world.get("/rapports?policyStatus").element("IsPublic"), "false");

    assert_eq!(world.delete("/rapports?publicAccessBlock").status, 204);
    assert_eq!(put(&world, &public).status, 204);
    world.put("/rapports/a", "lu");
    assert_eq!(world.unsigned("GET", "/rapports/a", &[], "").status, 200);
    let restrict = "<PublicAccessBlockConfiguration><RestrictPublicBuckets>true</RestrictPublicBuckets>\
                    </PublicAccessBlockConfiguration>";
    assert_eq!(world.put("/rapports?publicAccessBlock", restrict).status, 200);
    assert_eq!(world.unsigned("GET", "/rapports/a", &[], "").status, 403);
    assert_eq!(world.get("/rapports/a").status, 200);
}

#[test]
fn a_policy_is_refused_in_s3s_words() {
    let world = open();
    for (statement, message) in [
        (
            allow("s3:GetObject", "autre/*", ""),
            "Policy has invalid resource",
        ),
        (
            allow("s3:GetObject", "rapports", ""),
            "Action does not apply to any resource(s) in statement",
        ),
        (
            allow("s3:FlyObject", "rapports/*", ""),
            "Policy has invalid action",
        ),
        (
            r#"{"Effect":"Allow","Principal":"moi","Action":"s3:*","Resource":"arn:aws:s3:::rapports/*"}"#
                .to_owned(),
            "Invalid principal in policy",
        ),
    ] {
        let refused = put(&world, &statement);
        assert_eq!(refused.error(), (400, "MalformedPolicy"), "{statement}");
        assert_eq!(refused.message(), message);
    }
    assert_eq!(
        world
            .put("/rapports?policy", "non")
            .message()
            .replace("&apos;", "'"),
        "Policies must be valid JSON and the first byte must be '{'"
    );
}

#[test]
fn the_age_of_a_signature_counts_in_milliseconds() {
    let world = World::new();
    world.put("/rapports/a", "x");
    let old = r#"{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::rapports/*",
        "Condition":{"NumericGreaterThan":{"s3:signatureAge":"600000"}}}"#;
    assert_eq!(put(&world, old).status, 204);
    let url = world.presign("GET", "/rapports/a", 3600);
    assert_eq!(world.unsigned("GET", &url, &[], "").status, 200);
    world.simulator.advance(Duration::from_secs(601));
    let refused = world.unsigned("GET", &url, &[], "");
    assert!(
        refused
            .message()
            .ends_with("with an explicit deny in a resource-based policy"),
        "{}",
        refused.body
    );
    assert_eq!(world.get("/rapports/a").status, 200, "a fresh signature is young");
}

#[test]
fn a_policy_can_refuse_presigned_urls_or_anything_else() {
    let world = World::new();
    world.put("/rapports/a", "x");
    let presigned = |world: &World| {
        let url = world.presign("GET", "/rapports/a", 60);
        world.unsigned("GET", &url, &[], "").status
    };
    let deny = |condition: &str| {
        format!(
            r#"{{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::rapports/*","Condition":{{{condition}}}}}"#
        )
    };
    for (condition, by_url, by_header) in [
        (r#""StringEquals":{"s3:authType":"REST-QUERY-STRING"}"#, 403, 200),
        (
            r#""StringNotEquals":{"s3:authType":"REST-QUERY-STRING"}"#,
            200,
            403,
        ),
        (
            r#""StringEquals":{"s3:signatureversion":"AWS4-HMAC-SHA256"}"#,
            403,
            403,
        ),
        (
            r#""StringEquals":{"s3:x-amz-content-sha256":"UNSIGNED-PAYLOAD"}"#,
            403,
            200,
        ),
    ] {
        assert_eq!(put(&world, &deny(condition)).status, 204, "{condition}");
        assert_eq!(
            (presigned(&world), world.get("/rapports/a").status),
            (by_url, by_header),
            "{condition}"
        );
    }
}

#[test]
fn listings_can_be_held_to_a_prefix_and_a_size() {
    let world = open();
    world.put("/rapports/public/a", "x");
    let condition = r#""StringEquals":{"s3:prefix":"public/","s3:delimiter":"/"},"NumericLessThanEquals":{"s3:max-keys":"10"}"#;
    assert_eq!(
        put(&world, &allow("s3:ListBucket", "rapports", condition)).status,
        204
    );
    let list = |query: &str| {
        let path = format!("/rapports?list-type=2&{query}");
        world.unsigned("GET", &path, &[], "").status
    };
    assert_eq!(list("prefix=public/&delimiter=/&max-keys=10"), 200);
    assert_eq!(list("prefix=public/&delimiter=/&max-keys=11"), 403);
    assert_eq!(list("prefix=public/&delimiter=/"), 403);
    assert_eq!(list("prefix=&delimiter=/&max-keys=10"), 403);
}

#[test]
fn tags_open_and_close_objects() {
    let world = open();
    let condition = r#""StringEquals":{"s3:ExistingObjectTag/etat":"publie"}"#;
    assert_eq!(
        put(&world, &allow("s3:GetObject", "rapports/*", condition)).status,
        204
    );
    let tagged = |state: &str| {
        let tags = format!("etat={state}");
        world.send("PUT", "/rapports/a", &[("x-amz-tagging", tags.as_str())], "x");
        world.unsigned("GET", "/rapports/a", &[], "").status
    };
    assert_eq!((tagged("brouillon"), tagged("publie")), (403, 200));

    let tagging = r#"{"Effect":"Deny","Principal":"*","Action":"s3:PutObjectTagging","Resource":"arn:aws:s3:::rapports/*",
        "Condition":{"ForAnyValue:StringNotEquals":{"s3:RequestObjectTagKeys":["etat"]}}}"#;
    assert_eq!(put(&world, tagging).status, 204);
    let write = |tags| {
        world
            .send("PUT", "/rapports/b", &[("x-amz-tagging", tags)], "x")
            .status
    };
    assert_eq!((write("etat=neuf"), write("autre=1")), (200, 403));
}

#[test]
fn writes_can_be_held_to_headers() {
    let world = World::new();
    for (condition, header) in [
        (
            r#""StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}"#,
            ("x-amz-server-side-encryption", "aws:kms"),
        ),
        (r#""Null":{"s3:if-none-match":"true"}"#, ("if-none-match", "*")),
        (
            r#""StringNotEquals":{"s3:x-amz-storage-class":"STANDARD_IA"}"#,
            ("x-amz-storage-class", "STANDARD_IA"),
        ),
    ] {
        let deny = format!(
            r#"{{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::rapports/*","Condition":{{{condition}}}}}"#
        );
        assert_eq!(put(&world, &deny).status, 204, "{condition}");
        assert_eq!(world.put("/rapports/a", "x").status, 403, "{condition}");
        let path = format!("/rapports/{}", header.0);
        assert_eq!(
            world.send("PUT", &path, &[header], "x").status,
            200,
            "{condition}"
        );
    }
}

#[test]
fn a_version_can_be_closed_by_its_id() {
    let world = World::new();
    world.versioning("Enabled");
    let first = world.put("/rapports/a", "un").version();
    let second = world.put("/rapports/a", "deux").version();
    let deny = format!(
        r#"{{"Effect":"Deny","Principal":"*","Action":"s3:GetObjectVersion","Resource":"arn:aws:s3:::rapports/*","Condition":{{"StringEquals":{{"s3:VersionId":"{first}"}}}}}}"#
    );
    assert_eq!(put(&world, &deny).status, 204);
    let read = |id: &str| world.get(&format!("/rapports/a?versionId={id}")).status;
    assert_eq!((read(&first), read(&second)), (403, 200));
}

#[test]
fn retention_can_be_held_to_a_number_of_days() {
    let world = World::new();
    let body = "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint>\
                </CreateBucketConfiguration>";
    let locked = [("x-amz-bucket-object-lock-enabled", "true")];
    assert_eq!(world.send("PUT", "/coffre", &locked, body).status, 200);
    let deny = r#"{"Effect":"Deny","Principal":"*","Action":"s3:PutObjectRetention","Resource":"arn:aws:s3:::coffre/*",
        "Condition":{"NumericGreaterThan":{"s3:object-lock-remaining-retention-days":"10"}}}"#;
    assert_eq!(world.put("/coffre?policy", &policy(deny)).status, 204);
    world.put("/coffre/a", "x");
    let retain = |days: u64| {
        let until = world.simulator.now() + Duration::from_hours(24 * days);
        let until = until
            .format(&time::format_description::well_known::Rfc3339)
            .unwrap();
        let body = format!(
            "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>"
        );
        world.put("/coffre/a?retention", &body).status
    };
    assert_eq!((retain(12), retain(9)), (403, 200));
}

#[test]
fn an_account_blocks_for_all_its_buckets() {
    let world = open();
    let account = [("x-amz-account-id", "123456789012")];
    let path = "/v20180820/configuration/publicAccessBlock";
    let none = world.send("GET", path, &account, "");
    assert_eq!(none.error(), (404, "NoSuchPublicAccessBlockConfiguration"));
    let body = "<PublicAccessBlockConfiguration><BlockPublicPolicy>true</BlockPublicPolicy>\
                </PublicAccessBlockConfiguration>";
    assert_eq!(world.send("PUT", path, &account, body).status, 201);
    let got = world.send("GET", path, &account, "");
    assert_eq!(
        (got.element("BlockPublicPolicy"), got.element("BlockPublicAcls")),
        ("true", "false")
    );
    let public = allow("s3:GetObject", "rapports/*", "");
    assert_eq!(put(&world, &public).error(), (403, "AccessDenied"));
    assert_eq!(world.send("DELETE", path, &account, "").status, 204);
    assert_eq!(put(&world, &public).status, 204);
    let stranger = [("x-amz-account-id", "210987654321")];
    assert_eq!(
        world.send("GET", path, &stranger, "").error(),
        (403, "AccessDenied")
    );
}
