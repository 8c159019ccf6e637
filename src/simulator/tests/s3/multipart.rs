//! Multipart uploads, over the wire.

use super::client::{Response, World};

const BIG: usize = 5 * 1024 * 1024;

fn begin(world: &World, key: &str, headers: &[(&str, &str)]) -> String {
    let begun = world.send("POST", &format!("/rapports/{key}?uploads"), headers, "");
    assert_eq!(begun.status, 200, "{}", begun.body);
    begun.element("UploadId").to_owned()
}

fn part(world: &World, key: &str, id: &str, number: u32, body: &str) -> String {
    let answer = world.put(
        &format!("/rapports/{key}?partNumber={number}&uploadId={id}"),
        body,
    );
    line(number, answer.header("etag").unwrap())
}

fn line(number: u32, etag: &str) -> String {
    format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>")
}

fn complete(world: &World, key: &str, id: &str, parts: &str, headers: &[(&str, &str)]) -> Response {
    let body = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    world.send("POST", &format!("/rapports/{key}?uploadId={id}"), headers, &body)
}

#[test]
fn parts_make_an_object() {
    let world = World::new();
    let id = begin(&world, "gros", &[("content-type", "text/plain")]);
    let parts = [
        part(&world, "gros", &id, 1, &"a".repeat(BIG)),
        part(&world, "gros", &id, 2, "fin"),
    ]
    .concat();
    let listed = world.get(&format!("/rapports/gros?uploadId={id}&max-parts=1"));
    assert_eq!(listed.body.matches("<Part>").count(), 1);
    assert_eq!(
        (
            listed.element("IsTruncated"),
            listed.element("NextPartNumberMarker")
        ),
        ("true", "1")
    );
    assert!(
        listed
            .body
            .contains("<ID>arn:aws:iam::123456789012:user/administrateur</ID>")
    );
    let done = complete(&world, "gros", &id, &parts, &[]);
    assert_eq!(done.status, 200, "{}", done.body);
    assert!(done.element("ETag").ends_with("-2\""), "{}", done.body);
    let tail = world.send("GET", "/rapports/gros", &[("range", "bytes=-4")], "");
    assert_eq!(
        (tail.body.as_str(), tail.header("content-type")),
        ("afin", Some("text/plain"))
    );
    let again = complete(&world, "gros", &id, &parts, &[]);
    assert_eq!((again.status, again.element("ETag")), (200, done.element("ETag")));
    assert_eq!(
        world.get(&format!("/rapports/gros?uploadId={id}")).error(),
        (404, "NoSuchUpload")
    );
}

#[test]
fn an_object_can_be_read_part_by_part() {
    let world = World::new();
    let id = begin(&world, "a", &[]);
    let parts = [
        part(&world, "a", &id, 3, &"a".repeat(BIG)),
        part(&world, "a", &id, 9, "fin"),
    ]
    .concat();
    assert_eq!(complete(&world, "a", &id, &parts, &[]).status, 200);
    let second = world.get("/rapports/a?partNumber=2");
    assert_eq!((second.status, second.body.as_str()), (206, "fin"));
    assert_eq!(second.header("x-amz-mp-parts-count"), Some("2"));
    let range = format!("bytes {BIG}-{}/{}", BIG + 2, BIG + 3);
    assert_eq!(second.header("content-range"), Some(range.as_str()));
    let third = world.get("/rapports/a?partNumber=3");
    assert_eq!(third.error(), (416, "InvalidPartNumber"));
    assert_eq!(third.element("ActualPartCount"), "2");
    let both = world.send("GET", "/rapports/a?partNumber=1", &[("range", "bytes=0-1")], "");
    assert_eq!(both.error(), (400, "InvalidRequest"));
    world.put("/rapports/b", "tout");
    let whole = world.get("/rapports/b?partNumber=1");
    assert_eq!(
        (whole.status, whole.header("content-range")),
        (206, Some("bytes 0-3/4"))
    );
}

#[test]
fn what_is_wrong_with_a_completion_is_told() {
    let world = World::new();
    let id = begin(&world, "a", &[]);
    let (one, two) = (part(&world, "a", &id, 1, "un"), part(&world, "a", &id, 2, "deux"));
    let told = |parts: &str, headers: &[(&str, &str)]| {
        let answer = complete(&world, "a", &id, parts, headers);
        (answer.status, answer.element("Code").to_owned())
    };
    let error = |status, code: &str| (status, code.to_owned());
    assert_eq!(told("", &[]), error(400, "MalformedXML"));
    let empty = world.post(&format!("/rapports/a?uploadId={id}"), "");
    assert_eq!(empty.message(), "You must specify at least one part");
    assert_eq!(
        told(&[two.clone(), one.clone()].concat(), &[]),
        error(400, "InvalidPartOrder")
    );
    assert_eq!(
        told(&[one.clone(), two].concat(), &[]),
        error(400, "EntityTooSmall")
    );
    assert_eq!(told(&line(1, "\"abc\""), &[]), error(400, "InvalidPart"));
    assert_eq!(
        told(&one, &[("x-amz-mp-object-size", "3")]),
        error(400, "InvalidRequest")
    );
    assert_eq!(
        told(&one, &[("x-amz-checksum-crc32", "AAAAAA==")]),
        error(400, "BadDigest")
    );
    assert_eq!(told(&one, &[("x-amz-mp-object-size", "2")]).0, 200);
    let gone = world.delete(&format!("/rapports/a?uploadId={id}"));
    assert_eq!(gone.error(), (404, "NoSuchUpload"));
}

#[test]
fn parts_are_copied_from_objects() {
    let world = World::new();
    world.put("/rapports/source", "0123456789");
    let id = begin(&world, "a", &[]);
    let path = format!("/rapports/a?partNumber=1&uploadId={id}");
    let copy = |range: &str| {
        let headers = [
            ("x-amz-copy-source", "rapports/source"),
            ("x-amz-copy-source-range", range),
        ];
        world.send("PUT", &path, &headers, "")
    };
    assert_eq!(copy("bytes=2-").error(), (400, "InvalidArgument"));
    let beyond = copy("bytes=2-10");
    assert_eq!(
        beyond.message(),
        "Range specified is not valid for source object of size: 10"
    );
    assert_eq!(copy("bytes=10-11").error(), (400, "InvalidRequest"));
    let copied = copy("bytes=2-4");
    assert_eq!(copied.status, 200, "{}", copied.body);
    let etag = copied.element("ETag").to_owned();
    assert_eq!(complete(&world, "a", &id, &line(1, &etag), &[]).status, 200);
    assert_eq!(world.get("/rapports/a").body, "234");
}

#[test]
fn uploads_in_progress_are_listed() {
    let world = World::new();
    let none = world.get("/rapports?uploads");
    assert!(!none.body.contains("<Upload>") && none.body.contains("<NextKeyMarker></NextKeyMarker>"));
    let (first, second) = (begin(&world, "a", &[]), begin(&world, "dossier/b", &[]));
    let all = world.get("/rapports?uploads");
    assert_eq!(all.body.matches("<Upload>").count(), 2);
    assert_eq!(all.element("NextUploadIdMarker"), second);
    let page = world.get("/rapports?uploads&max-uploads=1");
    assert_eq!(
        (page.element("IsTruncated"), page.element("NextKeyMarker")),
        ("true", "a")
    );
    let rest = world.get(&format!(
        "/rapports?uploads&key-marker=a&upload-id-marker={first}"
    ));
    assert_eq!(rest.element("Key"), "dossier/b");
    let rolled = world.get("/rapports?uploads&delimiter=/");
    assert_eq!(rolled.element("CommonPrefixes"), "<Prefix>dossier/</Prefix>");
    assert_eq!(
        world
            .get("/rapports?uploads&key-marker=a&upload-id-marker=x")
            .message(),
        "Invalid uploadId marker"
    );
    assert_eq!(world.delete(&format!("/rapports/a?uploadId={first}")).status, 204);
    assert_eq!(
        world.delete("/rapports").status,
        204,
        "uploads do not keep a bucket"
    );
}

#[test]
fn checksums_go_from_the_parts_to_the_whole() {
    let world = World::new();
    let id = begin(&world, "a", &[("x-amz-checksum-algorithm", "CRC32")]);
    let sent = [("x-amz-checksum-crc32", "y/Q5Jg==")];
    let path = format!("/rapports/a?partNumber=1&uploadId={id}");
    let put = world.send("PUT", &path, &sent, "123456789");
    let etag = put.header("etag").unwrap();
    let bare = complete(&world, "a", &id, &line(1, etag), &[]);
    assert!(
        bare.message().contains("It was missing for part 1"),
        "{}",
        bare.body
    );
    let full = format!(
        "<Part><PartNumber>1</PartNumber><ETag>{etag}</ETag><ChecksumCRC32>y/Q5Jg==</ChecksumCRC32></Part>"
    );
    let done = complete(&world, "a", &id, &full, &[]);
    assert_eq!(done.element("ChecksumType"), "COMPOSITE");
    assert!(done.element("ChecksumCRC32").ends_with("-1"), "{}", done.body);
    let asked = [("x-amz-object-attributes", "Checksum,ObjectParts,ObjectSize")];
    let attributes = world.send("GET", "/rapports/a?attributes", &asked, "");
    assert_eq!(
        (attributes.element("PartsCount"), attributes.element("ObjectSize")),
        ("1", "9")
    );
    assert!(
        !attributes.element("ChecksumCRC32").contains('-'),
        "{}",
        attributes.body
    );
    assert_eq!(attributes.body.matches("<Part>").count(), 1);
    let wrong = begin(&world, "b", &[("x-amz-checksum-algorithm", "CRC64NVME")]);
    let other = world.send(
        "PUT",
        &format!("/rapports/b?partNumber=1&uploadId={wrong}"),
        &sent,
        "123456789",
    );
    assert_eq!(other.error(), (400, "InvalidRequest"));
    let kind = [("x-amz-checksum-type", "COMPOSITE")];
    assert_eq!(
        world.send("POST", "/rapports/c?uploads", &kind, "").error(),
        (400, "InvalidRequest")
    );
}
