//! Objects: their headers, conditions, ranges, checksums and listings.

use super::client::World;

#[test]
fn what_is_sent_with_an_object_comes_back_with_it() {
    let world = World::new();
    let headers = [
        ("content-type", "text/plain"),
        ("cache-control", "no-cache"),
        ("content-disposition", "inline"),
        ("expires", "0"),
        ("x-amz-meta-auteur", "Zoe"),
        ("x-amz-tagging", "projet=cahier&etat=ok"),
    ];
    let put = world.send("PUT", "/rapports/dossier/%C3%A9%20a%2Bb.txt", &headers, "bonjour");
    assert_eq!(put.status, 200, "{}", put.body);
    assert_eq!(put.header("etag"), Some("\"f02368945726d5fc2a14eb576f7276c0\""));
    let got = world.get("/rapports/dossier/%C3%A9%20a%2Bb.txt");
    assert_eq!((got.status, got.body.as_str()), (200, "bonjour"));
    for (name, value) in headers.into_iter().take(5) {
        assert_eq!(got.header(name), Some(value), "{name}");
    }
    assert_eq!(got.header("x-amz-tagging-count"), Some("2"));
    assert_eq!(got.header("server"), Some("AmazonS3"));
    assert!(got.header("x-amz-request-id").is_some() && got.header("x-amz-id-2").is_some());
    let head = world.send("HEAD", "/rapports/dossier/%C3%A9%20a%2Bb.txt", &[], "");
    assert_eq!(
        (head.status, head.body.as_str(), head.header("content-length")),
        (200, "", Some("7"))
    );
}

#[test]
fn errors_carry_awss_elements() {
    let world = World::new();
    let key = world.get("/rapports/absent");
    assert_eq!((key.error(), key.element("Key")), ((404, "NoSuchKey"), "absent"));
    assert_eq!(key.header("x-amz-request-id"), Some(key.element("RequestId")));
    assert_eq!(key.header("x-amz-id-2"), Some(key.element("HostId")));
    let bucket = world.get("/ailleurs/a");
    assert_eq!(
        (bucket.error(), bucket.element("BucketName")),
        ((404, "NoSuchBucket"), "ailleurs")
    );
    let head = world.send("HEAD", "/rapports/absent", &[], "");
    assert_eq!((head.status, head.body.as_str()), (404, ""));
}

#[test]
fn buckets_are_made_in_the_endpoints_region() {
    let world = World::new();
    let create = |name: &str, region: &str| {
        let body = format!(
            "<CreateBucketConfiguration><LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>"
        );
        world.put(&format!("/{name}"), &body)
    };
    assert_eq!(
        world.put("/autre", "").error(),
        (400, "IllegalLocationConstraintException")
    );
    assert_eq!(
        create("autre", "us-west-2").error(),
        (400, "IllegalLocationConstraintException")
    );
    assert_eq!(
        create("autre", "mars-1").error(),
        (400, "InvalidLocationConstraint")
    );
    assert_eq!(create("Autre", "eu-west-3").error(), (400, "InvalidBucketName"));
    assert_eq!(
        create("rapports", "eu-west-3").error(),
        (409, "BucketAlreadyOwnedByYou")
    );
    assert_eq!(create("autre", "eu-west-3").header("location"), Some("/autre"));
    assert_eq!(world.get("/").body.matches("<Bucket>").count(), 2);
    assert!(
        world
            .get("/autre?location")
            .body
            .contains(">eu-west-3</LocationConstraint>")
    );
    world.put("/autre/a", "x");
    assert_eq!(world.delete("/autre").error(), (409, "BucketNotEmpty"));
    world.delete("/autre/a");
    assert_eq!(world.delete("/autre").status, 204);
}

#[test]
fn a_request_may_name_the_bucket_in_its_host() {
    let world = World::new();
    let host = format!(
        "rapports.localhost:{}",
        world.simulator.endpoint().rsplit_once(':').unwrap().1
    );
    assert_eq!(
        world.send("PUT", "/dossier/a", &[("host", &host)], "un").status,
        200
    );
    assert_eq!(world.get("/rapports/dossier/a").body, "un");
    let aws = [("host", "rapports.s3.eu-west-3.amazonaws.com")];
    assert_eq!(world.send("GET", "/dossier/a", &aws, "").body, "un");
}

#[test]
fn a_range_gives_a_part() {
    let world = World::new();
    world.put("/rapports/a", "0123456789");
    let part = world.send("GET", "/rapports/a", &[("range", "bytes=2-4")], "");
    assert_eq!((part.status, part.body.as_str()), (206, "234"));
    assert_eq!(part.header("content-range"), Some("bytes 2-4/10"));
    let beyond = world.send("GET", "/rapports/a", &[("range", "bytes=10-")], "");
    assert_eq!(
        (beyond.error(), beyond.element("ActualObjectSize")),
        ((416, "InvalidRange"), "10")
    );
    assert_eq!(
        world
            .send("GET", "/rapports/a", &[("range", "bytes=0-1,4-5")], "")
            .status,
        200
    );
}

#[test]
fn reads_and_writes_can_be_conditional() {
    let world = World::new();
    let etag = world.put("/rapports/a", "un").header("etag").unwrap().to_owned();
    let with = |method, name, value: &str| world.send(method, "/rapports/a", &[(name, value)], "x").status;
    assert_eq!(with("GET", "if-none-match", &etag), 304);
    assert_eq!(with("GET", "if-match", &etag), 200);
    assert_eq!(with("GET", "if-match", "\"autre\""), 412);
    assert_eq!(
        with("GET", "if-modified-since", "Sun, 22 Nov 2099 12:00:00 GMT"),
        304
    );
    assert_eq!(
        with("GET", "if-unmodified-since", "Sun, 22 Nov 2009 12:00:00 GMT"),
        412
    );
    assert_eq!(with("PUT", "if-none-match", "*"), 412);
    assert_eq!(with("PUT", "if-match", "\"autre\""), 412);
    assert_eq!(with("PUT", "if-match", &etag), 200);
    assert_eq!(world.get("/rapports/a").body, "x");
}

#[test]
fn a_wrong_checksum_stores_nothing() {
    let world = World::new();
    let with = |name, value| world.send("PUT", "/rapports/a", &[(name, value)], "123456789");
    assert_eq!(
        with("x-amz-checksum-crc32", "AAAAAA==").error(),
        (400, "BadDigest")
    );
    assert_eq!(
        with("x-amz-checksum-sha256", "abc").error(),
        (400, "InvalidRequest")
    );
    assert_eq!(
        with("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==").error(),
        (400, "BadDigest")
    );
    assert_eq!(with("content-md5", "abc").error(), (400, "InvalidDigest"));
    assert_eq!(
        with("x-amz-checksum-xxhash64", "AAAAAAAAAAA=").error(),
        (501, "NotImplemented")
    );
    assert_eq!(world.get("/rapports/a").error(), (404, "NoSuchKey"));
    let put = with("x-amz-checksum-crc32", "y/Q5Jg==");
    assert_eq!(put.header("x-amz-checksum-crc32"), Some("y/Q5Jg=="));
    let got = world.send("GET", "/rapports/a", &[("x-amz-checksum-mode", "ENABLED")], "");
    assert_eq!(got.header("x-amz-checksum-crc32"), Some("y/Q5Jg=="));
}

#[test]
fn keys_are_listed_by_page_prefix_and_delimiter() {
    let world = World::new();
    for key in ["a%20b", "photos/1", "photos/2", "z"] {
        world.put(&format!("/rapports/{key}"), "x");
    }
    for many in ["/rapports?list-type=2&max-keys=5000", "/rapports?max-keys=5000"] {
        assert_eq!(world.get(many).element("MaxKeys"), "1000");
    }
    let first = world.get("/rapports?list-type=2&max-keys=2");
    assert_eq!(
        (first.element("KeyCount"), first.element("IsTruncated")),
        ("2", "true")
    );
    let token = first.element("NextContinuationToken");
    let rest = world.get(&format!(
        "/rapports?list-type=2&continuation-token={}",
        token.replace('=', "%3D")
    ));
    assert_eq!((rest.element("Key"), rest.element("KeyCount")), ("photos/2", "2"));
    let rolled = world.get("/rapports?list-type=2&delimiter=/&encoding-type=url");
    assert_eq!((rolled.element("Key"), rolled.element("KeyCount")), ("a+b", "3"));
    assert_eq!(rolled.element("CommonPrefixes"), "<Prefix>photos/</Prefix>");
    let former = world.get("/rapports?delimiter=/&max-keys=2");
    assert_eq!(former.element("NextMarker"), "photos/");
    assert_eq!(
        world.get("/rapports?delimiter=/&marker=photos/").element("Key"),
        "z"
    );
    assert_eq!(
        world.get("/rapports?list-type=2&max-keys=-1").error(),
        (400, "InvalidArgument")
    );
}

#[test]
fn the_journal_names_actions_by_the_version_that_is_asked_for() {
    let world = World::new();
    world.versioning("Enabled");
    let id = world.put("/rapports/a", "un").version();
    world.get(&format!("/rapports/a?versionId={id}"));
    let source = format!("rapports/a?versionId={id}");
    world.send("PUT", "/rapports/b", &[("x-amz-copy-source", &source)], "");
    world.delete(&format!("/rapports/a?versionId={id}"));
    let journal = world.simulator.journal();
    let actions: Vec<String> = journal[2..]
        .iter()
        .map(|call| {
            let details = world.simulator.call_details(call.id).unwrap();
            let decisions = details.authorisation.as_array().unwrap().clone();
            let shown = |decision: &serde_json::Value| {
                format!(
                    "{} {}",
                    decision["action"].as_str().unwrap(),
                    decision["resource"].as_str().unwrap()
                )
            };
            decisions.iter().map(shown).collect::<Vec<_>>().join(", ")
        })
        .collect();
    assert_eq!(
        actions,
        [
            "s3:PutObject arn:aws:s3:::rapports/a",
            "s3:GetObjectVersion arn:aws:s3:::rapports/a",
            "s3:PutObject arn:aws:s3:::rapports/b, s3:GetObjectVersion arn:aws:s3:::rapports/a",
            "s3:DeleteObjectVersion arn:aws:s3:::rapports/a",
        ]
    );
}

#[test]
fn metadata_hold_more_than_headers_can() {
    let world = World::new();
    let encoded = [("x-amz-meta-auteur", "=?UTF-8?B?Wm/DqQ==?=")];
    assert_eq!(world.send("PUT", "/rapports/a", &encoded, "").status, 200);
    let head = world.send("HEAD", "/rapports/a", &[], "");
    assert_eq!(head.header("x-amz-meta-auteur"), Some("=?UTF-8?B?Wm/DqQ==?="));
    assert_eq!(head.header("content-length"), Some("0"));
}
