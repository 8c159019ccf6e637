//! Requests that ask for nothing that there is, or for two things at once.

use super::client::World;

#[test]
fn a_write_with_a_reads_parameter_leaves_the_object_alone() {
    let world = World::new();
    world.put("/rapports/a", "un");
    for (method, path, refused) in [
        ("PUT", "/rapports/a?attributes", "MethodNotAllowed"),
        ("PUT", "/rapports/a?uploadId=u", "MethodNotAllowed"),
        ("PUT", "/rapports/a?torrent", "MethodNotAllowed"),
        ("DELETE", "/rapports/a?acl", "MethodNotAllowed"),
        ("DELETE", "/rapports/a?attributes", "MethodNotAllowed"),
        ("PUT", "/rapports/a?versionId=null", "InvalidArgument"),
        ("PUT", "/rapports/a?partNumber=1", "InvalidArgument"),
        ("PUT", "/rapports/a?tagging", "MissingRequestBodyError"),
        ("DELETE", "/rapports?versions", "MethodNotAllowed"),
        ("DELETE", "/rapports?location", "MethodNotAllowed"),
        ("PUT", "/rapports?versions", "MethodNotAllowed"),
        ("PUT", "/rapports/a?renameObject", "NotImplemented"),
    ] {
        let answer = world.send(method, path, &[], "");
        assert_eq!(answer.error().1, refused, "{method} {path}");
    }
    assert_eq!(world.get("/rapports/a").body, "un");
    let refused = world.delete("/rapports?location");
    assert_eq!(refused.header("allow"), Some("GET"));
    assert_eq!(
        (refused.element("Method"), refused.element("ResourceType")),
        ("DELETE", "LOCATION")
    );
}

#[test]
fn parameters_that_mean_nothing_to_s3_change_nothing() {
    let world = World::new();
    assert_eq!(world.put("/rapports/a?unheard-of=1", "un").status, 200);
    assert_eq!(world.get("/rapports/a?unheard-of=2").body, "un");
    assert_eq!(world.get("/rapports/a?x-id=GetObject").body, "un");
}

#[test]
fn an_address_must_be_text() {
    let world = World::new();
    for path in ["/rapports/%FF", "/rapports/a%C3"] {
        let refused = world.get(path);
        assert_eq!(refused.error(), (400, "InvalidURI"), "{path}");
        assert_eq!(refused.message(), "Couldn't parse the specified URI.");
    }
}

#[test]
fn two_subresources_conflict() {
    let world = World::new();
    let refused = world.get("/rapports?acl&versioning");
    assert_eq!(refused.error(), (400, "InvalidArgument"));
    assert_eq!(
        refused.message(),
        "Conflicting query string parameters: acl, versioning"
    );
}

#[test]
fn a_missing_key_is_absent_to_who_may_list_and_forbidden_to_others() {
    let world = World::new();
    let reader = world.user(
        "lecteur",
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::rapports/*"}"#,
    );
    let lister = world.user(
        "curieux",
        r#"{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"*"}"#,
    );
    for method in ["GET", "HEAD"] {
        let absent = |identity| {
            world
                .send_as(identity, method, "/rapports/absent", &[], "")
                .status
        };
        assert_eq!((absent(&reader), absent(&lister)), (403, 404), "{method}");
    }
    let refused = world.send_as(&reader, "GET", "/rapports/absent", &[], "");
    assert_eq!(
        refused.message(),
        "User: arn:aws:iam::123456789012:user/lecteur is not authorized to perform: s3:ListBucket on resource: \
         &quot;arn:aws:s3:::rapports&quot; because no identity-based policy allows the s3:ListBucket action"
    );
    let elsewhere = world.send_as(&reader, "GET", "/ailleurs/a", &[], "");
    assert_eq!(elsewhere.error(), (404, "NoSuchBucket"));
}

#[test]
fn a_batch_of_deletions_is_read_before_it_is_carried_out() {
    let world = World::new();
    world.put("/rapports/a", "x");
    let delete = |headers: &[(&str, &str)], body: &str| world.send("POST", "/rapports?delete", headers, body);
    let digest = |body: &str| {
        let crc = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32IsoHdlc, body.as_bytes());
        let crc = u32::try_from(crc).unwrap().to_be_bytes();
        base64::Engine::encode(&base64::prelude::BASE64_STANDARD, crc)
    };
    let told = |body: &str| {
        let crc = digest(body);
        delete(&[("x-amz-checksum-crc32", &crc)], body)
    };
    let one = "<Delete><Object><Key>a</Key></Object></Delete>";
    let bare = delete(&[], one);
    assert_eq!(
        bare.message(),
        "Missing required header for this request: Content-MD5 OR x-amz-checksum-*"
    );
    assert_eq!(
        delete(&[("content-md5", "abc")], one).error(),
        (400, "InvalidDigest")
    );
    assert_eq!(told("").error(), (400, "MissingRequestBodyError"));
    assert_eq!(told("<Delete></Delete>").error(), (400, "MalformedXML"));
    let many = format!(
        "<Delete>{}</Delete>",
        "<Object><Key>a</Key></Object>".repeat(1001)
    );
    assert_eq!(told(&many).error(), (400, "MalformedXML"));
    let nameless = "<Delete><Object><Key></Key></Object></Delete>";
    assert_eq!(told(nameless).error(), (400, "UserKeyMustBeSpecified"));
    assert_eq!(world.get("/rapports/a").status, 200);

    let quiet = "<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object><Object><Key>b</Key>\
                 <VersionId>v1</VersionId></Object></Delete>";
    let done = told(quiet);
    assert!(!done.body.contains("<Deleted>"), "{}", done.body);
    assert_eq!(
        (
            done.element("Key"),
            done.element("Code"),
            done.element("VersionId")
        ),
        ("b", "NoSuchVersion", "v1")
    );
    assert_eq!(world.get("/rapports/a").status, 404);
}

#[test]
fn deletions_can_be_conditional() {
    let world = World::new();
    let etag = world.put("/rapports/a", "un").header("etag").unwrap().to_owned();
    let delete = |tag: &str| world.send("DELETE", "/rapports/a", &[("if-match", tag)], "");
    assert_eq!(delete("\"autre\"").error(), (412, "PreconditionFailed"));
    assert_eq!(delete(&etag).status, 204);
    assert_eq!(delete(&etag).error(), (404, "NoSuchKey"));
    world.put("/rapports/a", "un");
    assert_eq!(delete("*").status, 204);
    let size = [("x-amz-if-match-size", "2")];
    assert_eq!(
        world.send("DELETE", "/rapports/a", &size, "").error(),
        (501, "NotImplemented")
    );
}

#[test]
fn a_body_of_unknown_length_overwrites_nothing() {
    let world = World::new();
    world.put("/rapports/a", "un");
    let upload = world
        .post("/rapports/b?uploads", "")
        .element("UploadId")
        .to_owned();
    let part = format!("/rapports/b?partNumber=1&uploadId={upload}");
    for path in ["/rapports/a", part.as_str()] {
        let url = world.presign("PUT", path, 60);
        let refused = world.unsigned_framed("PUT", &url, "", "");
        assert_eq!(refused.error(), (411, "MissingContentLength"), "{path}");
        let chunks = "2\r\nxy\r\n0\r\n\r\n";
        let refused = world.unsigned_framed("PUT", &url, "transfer-encoding: chunked\r\n", chunks);
        assert_eq!(refused.error(), (501, "NotImplemented"), "{path}");
        assert_eq!(refused.element("Header"), "Transfer-Encoding");
    }
    assert_eq!(world.get("/rapports/a").body, "un");
    let url = world.presign("PUT", "/rapports/a", 60);
    assert_eq!(world.unsigned("PUT", &url, &[], "").status, 200);
    assert_eq!(world.get("/rapports/a").body, "");
}
