//! Buckets: their settings, their tags, and what reads the settings that they never got.

use super::client::World;

#[test]
fn a_new_bucket_has_the_settings_of_today() {
    let world = World::new();
    let block = world.get("/rapports?publicAccessBlock");
    for setting in [
        "BlockPublicAcls",
        "IgnorePublicAcls",
        "BlockPublicPolicy",
        "RestrictPublicBuckets",
    ] {
        assert_eq!(block.element(setting), "true", "{setting}");
    }
    let ownership = world.get("/rapports?ownershipControls");
    assert_eq!(ownership.element("ObjectOwnership"), "BucketOwnerEnforced");
    let encryption = world.get("/rapports?encryption");
    assert_eq!(encryption.element("SSEAlgorithm"), "AES256");
    assert_eq!(encryption.element("BucketKeyEnabled"), "false");
    assert_eq!(world.get("/rapports?location").status, 200);
    let head = world.send("HEAD", "/rapports", &[], "");
    assert_eq!(head.header("x-amz-bucket-region"), Some("eu-west-3"));
}

#[test]
fn what_a_bucket_never_got_is_absent_or_empty() {
    let world = World::new();
    for (subresource, code) in [
        ("policy", "NoSuchBucketPolicy"),
        ("cors", "NoSuchCORSConfiguration"),
        ("lifecycle", "NoSuchLifecycleConfiguration"),
        ("tagging", "NoSuchTagSet"),
        ("website", "NoSuchWebsiteConfiguration"),
        ("replication", "ReplicationConfigurationNotFoundError"),
        ("object-lock", "ObjectLockConfigurationNotFoundError"),
        ("inventory&id=a", "NoSuchConfiguration"),
    ] {
        let answer = world.get(&format!("/rapports?{subresource}"));
        assert_eq!(answer.error(), (404, code), "{subresource}");
        assert_eq!(answer.element("BucketName"), "rapports", "{subresource}");
    }
    for (subresource, shown) in [
        ("accelerate", "AccelerateConfiguration"),
        ("logging", "BucketLoggingStatus"),
        ("notification", "NotificationConfiguration"),
        ("requestPayment", "<Payer>BucketOwner</Payer>"),
        ("metrics", "<IsTruncated>false</IsTruncated>"),
    ] {
        let answer = world.get(&format!("/rapports?{subresource}"));
        assert!(
            answer.status == 200 && answer.body.contains(shown),
            "{}",
            answer.body
        );
    }
    assert_eq!(
        world.put("/rapports?website", "<X/>").error(),
        (501, "NotImplemented")
    );
}

#[test]
fn a_bucket_carries_tags() {
    let world = World::new();
    let tags = |pairs: &[(&str, &str)]| {
        let tags: Vec<String> = pairs
            .iter()
            .map(|(key, value)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>"))
            .collect();
        let tags = tags.concat();
        format!("<Tagging><TagSet>{tags}</TagSet></Tagging>")
    };
    let put = |pairs: &[(&str, &str)]| world.put("/rapports?tagging", &tags(pairs));
    assert_eq!(put(&[("equipe", "bleue")]).status, 204);
    assert_eq!(world.get("/rapports?tagging").element("Value"), "bleue");
    let twice = put(&[("a", "1"), ("a", "2")]);
    assert_eq!(twice.error(), (400, "InvalidTag"));
    assert_eq!(twice.message(), "Cannot provide multiple Tags with the same key");
    let reserved = put(&[("aws:a", "1")]);
    assert_eq!(
        reserved.message(),
        "System tags cannot be added/updated by requester"
    );
    assert_eq!(world.delete("/rapports?tagging").status, 204);
    assert_eq!(world.get("/rapports?tagging").status, 404);

    let body = "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint><Tags><Tag>\
                <Key>projet</Key><Value>cahier</Value></Tag></Tags></CreateBucketConfiguration>";
    assert_eq!(world.put("/etiquete", body).status, 200);
    assert_eq!(world.get("/etiquete?tagging").element("Key"), "projet");
}

#[test]
fn a_bucket_that_is_made_with_tags_takes_the_right_to_tag_it() {
    let world = World::new();
    let policy = |actions: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{actions}],"Resource":"*"}}]}}"#
        )
    };
    let body = "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint><Tags><Tag>\
                <Key>projet</Key><Value>cahier</Value></Tag></Tags></CreateBucketConfiguration>";
    let limit = |actions: &str| world.simulator.limit_administrator(&[policy(actions)]);
    assert_eq!(limit(r#""s3:CreateBucket""#), Ok(()));
    assert_eq!(world.put("/etiquete", body).error(), (403, "AccessDenied"));
    assert_eq!(limit(r#""s3:CreateBucket","s3:TagResource""#), Ok(()));
    assert_eq!(world.put("/etiquete", body).status, 200);
}

#[test]
fn a_bucket_is_encrypted_with_what_it_is_told() {
    let world = World::new();
    let rule = |content: &str| {
        let body = format!(
            "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>{content}\
             </ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule>\
             </ServerSideEncryptionConfiguration>"
        );
        world.put("/rapports?encryption", &body)
    };
    assert_eq!(
        world
            .put("/rapports/a", "x")
            .header("x-amz-server-side-encryption"),
        Some("AES256")
    );
    assert_eq!(
        rule("<SSEAlgorithm>rot13</SSEAlgorithm>").error(),
        (400, "MalformedXML")
    );
    assert_eq!(rule("<SSEAlgorithm>aws:kms</SSEAlgorithm>").status, 200);
    let put = world.put("/rapports/a", "x");
    assert_eq!(put.header("x-amz-server-side-encryption"), Some("aws:kms"));
    let key = put.header("x-amz-server-side-encryption-aws-kms-key-id").unwrap();
    assert!(
        key.starts_with("arn:aws:kms:eu-west-3:123456789012:key/"),
        "{key}"
    );
    assert_eq!(
        put.header("x-amz-server-side-encryption-bucket-key-enabled"),
        Some("true")
    );
    let got = world.get("/rapports/a");
    assert_eq!(got.header("x-amz-server-side-encryption"), Some("aws:kms"));
    // Where AWS KMS encrypts, the tag is not the digest of the bytes.
    assert_ne!(got.header("etag"), Some("\"9dd4e461268c8034f5c8564e155c67a6\""));
    assert_eq!(world.delete("/rapports?encryption").status, 204);
    assert_eq!(
        world.get("/rapports?encryption").element("SSEAlgorithm"),
        "AES256"
    );
    let own = [("x-amz-server-side-encryption", "AES128")];
    assert_eq!(
        world.send("PUT", "/rapports/a", &own, "x").error(),
        (400, "InvalidArgument")
    );
}

#[test]
fn callers_can_say_whose_bucket_they_expect() {
    let world = World::new();
    world.put("/rapports/a", "x");
    let expecting = |method, path, account| {
        let headers = [("x-amz-expected-bucket-owner", account)];
        world.send(method, path, &headers, "")
    };
    for path in [
        "/rapports",
        "/rapports/a",
        "/rapports?versioning",
        "/rapports?list-type=2",
    ] {
        assert_eq!(expecting("GET", path, "123456789012").status, 200, "{path}");
        let refused = expecting("GET", path, "210987654321");
        assert_eq!(refused.error(), (403, "AccessDenied"), "{path}");
    }
    assert_eq!(expecting("DELETE", "/rapports/a", "210987654321").status, 403);
    assert_eq!(
        expecting("GET", "/rapports", "moi").error(),
        (400, "InvalidBucketOwnerAWSAccountID")
    );
}

#[test]
fn buckets_are_listed_by_page_and_prefix() {
    let world = World::new();
    let body = "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint>\
                </CreateBucketConfiguration>";
    for name in ["archives-1", "archives-2"] {
        assert_eq!(world.put(&format!("/{name}"), body).status, 200);
    }
    let first = world.get("/?max-buckets=2");
    assert_eq!(first.body.matches("<Bucket>").count(), 2);
    assert_eq!(first.element("BucketRegion"), "eu-west-3");
    let token = first.element("ContinuationToken");
    let rest = world.get(&format!("/?max-buckets=2&continuation-token={token}"));
    assert_eq!(
        (rest.element("Name"), rest.element("ContinuationToken")),
        ("rapports", "")
    );
    let archives = world.get("/?prefix=archives");
    assert_eq!(
        (
            archives.body.matches("<Bucket>").count(),
            archives.element("Prefix")
        ),
        (2, "archives")
    );
    assert_eq!(world.get("/?max-buckets=0").error(), (400, "InvalidArgument"));
}
