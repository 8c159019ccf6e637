//! Presigned URLs on objects.

use super::client::World;
use std::time::Duration;

#[test]
fn whoever_holds_the_url_reads_writes_and_deletes_without_a_key() {
    let world = World::new();
    let put = world.presign("PUT", "/rapports/envoi", 600);
    assert_eq!(world.unsigned("PUT", &put, &[], "corps").status, 200);
    let get = world.presign("GET", "/rapports/envoi", 600);
    assert_eq!(world.unsigned("GET", &get, &[], "").body, "corps");
    assert_eq!(
        world.unsigned("GET", &get, &[], "").body,
        "corps",
        "a URL serves again"
    );
    let head = world.presign("HEAD", "/rapports/envoi", 600);
    assert_eq!(
        world.unsigned("HEAD", &head, &[], "").header("content-length"),
        Some("5")
    );
    let delete = world.presign("DELETE", "/rapports/envoi", 600);
    assert_eq!(world.unsigned("DELETE", &delete, &[], "").status, 204);
    assert_eq!(world.unsigned("GET", &get, &[], "").error(), (404, "NoSuchKey"));
}

#[test]
fn a_url_is_bound_to_its_method_and_its_time() {
    let world = World::new();
    world.put("/rapports/a", "un");
    let get = world.presign("GET", "/rapports/a", 600);
    assert_eq!(
        world.unsigned("DELETE", &get, &[], "").error(),
        (403, "SignatureDoesNotMatch")
    );
    world.simulator.advance(Duration::from_secs(601));
    let late = world.unsigned("GET", &get, &[], "");
    assert_eq!(
        (late.error(), late.element("Message")),
        ((403, "AccessDenied"), "Request has expired")
    );
    assert_eq!(world.get("/rapports/a").body, "un");
}

#[test]
fn a_signed_url_may_replace_headers_of_the_answer_and_an_anonymous_one_may_not() {
    let world = World::new();
    world.put("/rapports/a", "un");
    let path = "/rapports/a?response-content-disposition=attachment&response-content-type=text%2Fcsv";
    let signed = world.unsigned("GET", &world.presign("GET", path, 600), &[], "");
    assert_eq!(signed.header("content-disposition"), Some("attachment"));
    assert_eq!(signed.header("content-type"), Some("text/csv"));
    assert_eq!(world.unsigned("GET", path, &[], "").error().0, 403);
}

#[test]
fn an_anonymous_request_is_denied() {
    let world = World::new();
    world.put("/rapports/a", "un");
    assert_eq!(
        world.unsigned("GET", "/rapports/a", &[], "").error(),
        (403, "AccessDenied")
    );
    assert_eq!(
        world.unsigned("PUT", "/rapports/a", &[], "x").error(),
        (403, "AccessDenied")
    );
    assert_eq!(world.get("/rapports/a").body, "un");
}

#[test]
fn a_second_signature_is_as_foreign_to_a_url_as_anything_else() {
    let world = World::new();
    world.put("/rapports/a", "un");
    let url = world.presign("GET", "/rapports/a", 600);
    let doubled = format!("{url}&X-Amz-Signature={}", "0".repeat(64));
    assert_eq!(
        world.unsigned("GET", &doubled, &[], "").error(),
        (403, "SignatureDoesNotMatch")
    );
}

#[test]
fn a_query_signed_as_before_2012_is_not_supported_and_a_part_of_it_is_incomplete() {
    let world = World::new();
    world.put("/rapports/a", "un");
    let get = |query: &str| world.unsigned("GET", &format!("/rapports/a?{query}"), &[], "");
    let old = get("AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=x&Expires=1");
    assert_eq!(old.error(), (400, "InvalidRequest"));
    assert_eq!(
        old.message(),
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
    );
    let part = get("AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1");
    assert_eq!(part.error(), (403, "AccessDenied"));
    assert_eq!(
        part.message(),
        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters"
    );
}
