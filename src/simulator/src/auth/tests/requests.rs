//! Requests signed in their header, unsigned ones, and nonsense.

use http::request::Parts;

use super::*;
use crate::services::{dynamodb, s3, sts};

#[test]
fn what_the_sdk_signs_is_accepted_and_stripped() {
    let world = World::new();
    let uris = [
        "/",
        "/b/k",
        "/b/a%20b%2Bc%C3%A9~.txt",
        "/b/k?versionId=v%2F1&list-type=2&x",
        "/b?prefix=a%20b%26c",
        "/b/a//b/../c",
    ];
    for uri in uris {
        for how in [How::header("s3"), How::presigned(600)] {
            let found = world
                .check(&s3::SERVICE, signed(&how, get(uri)))
                .unwrap_or_else(|refusal| panic!("{uri}: {refusal:?}"));
            assert_eq!(found.caller.principal, owner());
            assert_eq!(found.head.uri.to_string(), uri);
            assert!(!found.head.headers.contains_key("authorization"));
        }
    }
}

#[test]
fn other_services_sign_their_body() {
    let world = World::new();
    let request = signed(&How::header("dynamodb"), post("{\"a\":1}"));
    assert_eq!(
        world.check(&dynamodb::SERVICE, request.clone()).unwrap().body,
        "{\"a\":1}"
    );
    let altered = request.map(|_| b"{\"a\":2}".to_vec());
    let (status, error) = world.code(&dynamodb::SERVICE, altered);
    assert_eq!(status, 400);
    assert!(
        error.starts_with("InvalidSignatureException: The request signature we calculated"),
        "{error}"
    );
    assert!(
        error.contains("The Canonical String for this request should have been"),
        "{error}"
    );
}

#[test]
fn each_service_names_a_missing_signature_and_an_unknown_key_its_own_way() {
    let world = World::new();
    assert_eq!(
        world.code(&dynamodb::SERVICE, post("{}")),
        (
            400,
            "MissingAuthenticationTokenException: Request is missing Authentication Token".to_owned()
        )
    );
    assert_eq!(
        world.code(&sts::SERVICE, post("")),
        (
            403,
            "MissingAuthenticationToken: Request is missing Authentication Token".to_owned()
        )
    );
    assert_eq!(
        world.check(&s3::SERVICE, get("/b")).unwrap().caller.principal,
        Principal::Anonymous
    );
    let how = |service| How {
        id: "AKIAXXXXXXXXXXXXXXXX",
        ..How::header(service)
    };
    let invalid = "The security token included in the request is invalid.";
    let code = |service: &Service, how: How| world.code(service, signed(&how, post("{}")));
    assert_eq!(
        code(&dynamodb::SERVICE, how("dynamodb")),
        (400, format!("UnrecognizedClientException: {invalid}"))
    );
    assert_eq!(
        code(&sts::SERVICE, how("sts")),
        (403, format!("InvalidClientTokenId: {invalid}"))
    );
    assert_eq!(
        code(&s3::SERVICE, how("s3")),
        (
            403,
            "InvalidAccessKeyId: The AWS Access Key Id you provided does not exist in our records."
                .to_owned()
        )
    );
}

#[test]
fn header_signatures_are_held_against_the_machine_s_clock() {
    let world = World::new();
    world
        .clock
        .advance(OffsetDateTime::now_utc(), Duration::from_hours(24), false);
    assert!(
        world
            .check(&s3::SERVICE, signed(&How::header("s3"), get("/b")))
            .is_ok()
    );
    let old = |service| How {
        at: SystemTime::now() - Duration::from_secs(1000),
        ..How::header(service)
    };
    let (status, error) = world.code(&s3::SERVICE, signed(&old("s3"), get("/b")));
    assert_eq!(status, 403);
    assert!(
        error.starts_with("RequestTimeTooSkewed: The difference between the request time"),
        "{error}"
    );
    let (status, error) = world.code(&dynamodb::SERVICE, signed(&old("dynamodb"), post("{}")));
    assert_eq!(status, 400);
    assert!(
        error.starts_with("InvalidSignatureException: Signature expired: "),
        "{error}"
    );
}

#[test]
fn a_scope_of_another_region_or_service_is_named() {
    let world = World::new();
    let how = How {
        region: "us-east-1",
        ..How::header("s3")
    };
    let (status, error) = world.code(&s3::SERVICE, signed(&how, get("/b")));
    let expected = "AuthorizationHeaderMalformed: The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-3'";
    assert_eq!((status, error.as_str()), (400, expected));
    let how = How {
        region: "us-east-1",
        ..How::presigned(600)
    };
    let (status, error) = world.code(&s3::SERVICE, signed(&how, get("/b")));
    let expected = "AuthorizationQueryParametersError: Error parsing the X-Amz-Credential parameter; the region 'us-east-1' is wrong; expecting 'eu-west-3'";
    assert_eq!((status, error.as_str()), (400, expected));
    let how = How {
        region: "us-east-1",
        ..How::header("dynamodb")
    };
    let (_, error) = world.code(&dynamodb::SERVICE, signed(&how, post("{}")));
    assert_eq!(
        error,
        "InvalidSignatureException: Credential should be scoped to a valid region, not 'us-east-1'. "
    );
    let (_, error) = world.code(&dynamodb::SERVICE, signed(&How::header("kms"), post("{}")));
    assert_eq!(
        error,
        "InvalidSignatureException: Credential should be scoped to correct service: 'dynamodb'. "
    );
}

#[test]
fn a_body_other_than_the_one_signed_is_refused() {
    let request = Request::put("/b/k").body(b"bonjour".to_vec()).unwrap();
    let request = signed(&How::header("s3"), request);
    let world = World::new();
    assert_eq!(
        world.check(&s3::SERVICE, request.clone()).unwrap().body,
        "bonjour"
    );
    let (status, error) = world.code(&s3::SERVICE, request.map(|_| b"bonsoir".to_vec()));
    assert_eq!(status, 400);
    assert!(error.starts_with("XAmzContentSHA256Mismatch"), "{error}");
}

#[test]
fn a_header_and_a_query_signature_at_once_are_refused() {
    let mut request = signed(&How::presigned(600), get("/b/k"));
    request
        .headers_mut()
        .insert("authorization", "AWS4-HMAC-SHA256 Credential=a".parse().unwrap());
    let (status, error) = World::new().code(&s3::SERVICE, request);
    assert!(
        status == 400 && error.starts_with("InvalidArgument: Only one auth mechanism allowed"),
        "{error}"
    );
}

#[test]
fn nonsense_in_the_authorization_header_is_refused_and_never_panics() {
    let world = World::new();
    let texts = [
        "",
        "Bearer x",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 ",
        "AWS4-HMAC-SHA256 Credential=",
        "AWS4-HMAC-SHA256 ,,,=,",
        "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=x",
        "AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-3/s3/aws4_request, SignedHeaders=;;;, Signature=é",
    ];
    for text in texts {
        for service in [&s3::SERVICE, &dynamodb::SERVICE, &sts::SERVICE] {
            let mut request = get("/b/k");
            request.headers_mut().insert(
                "authorization",
                http::HeaderValue::from_bytes(text.as_bytes()).unwrap(),
            );
            assert!(world.check(service, request).is_err(), "{text:?}");
        }
    }
}

#[test]
fn the_parts_of_a_request_line_survive_any_bytes() {
    let world = World::new();
    for uri in [
        "/%",
        "/%zz",
        "/b/%ff%00",
        "/b?%=%&&=&",
        "/b?X-Amz-Date=%&X-Amz-Algorithm=&X-Amz-Credential=%2F%2F%2F%2F",
    ] {
        let head: Parts = get(uri).into_parts().0;
        let _ = claimed_service(&head);
        let _ = world.check(&s3::SERVICE, get(uri));
    }
}
