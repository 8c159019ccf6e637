//! Presigned URLs: what they hold for, how long, and how each mistake is named.

use super::*;
use crate::services::s3;

#[test]
fn a_wrong_secret_is_told_what_should_have_been_signed() {
    let how = How {
        secret: "wrong",
        ..How::presigned(600)
    };
    let refusal = World::new()
        .check(&s3::SERVICE, signed(&how, get("/b/k")))
        .unwrap_err();
    let error = refusal.error(Family::S3);
    assert_eq!((error.status, error.short_code()), (403, "SignatureDoesNotMatch"));
    let names: Vec<&str> = error.extras.iter().map(|(name, _)| name.as_ref()).collect();
    let expected = [
        "AWSAccessKeyId",
        "StringToSign",
        "SignatureProvided",
        "StringToSignBytes",
        "CanonicalRequest",
        "CanonicalRequestBytes",
    ];
    assert_eq!(names, expected);
    let canonical = error.extras[4].1.as_str().unwrap();
    assert!(
        canonical.starts_with("GET\n/b/k\nX-Amz-Algorithm=") && canonical.ends_with("UNSIGNED-PAYLOAD"),
        "{canonical}"
    );
    assert!(error.extras[5].1.as_str().unwrap().starts_with("47 45 54 0a 2f"));
}

#[test]
fn a_url_holds_for_its_method_path_and_query_only() {
    let world = World::new();
    let mut other_method = signed(&How::presigned(600), get("/b/k"));
    *other_method.method_mut() = http::Method::PUT;
    let altered = |from: &str, to: &str| {
        let mut request = signed(&How::presigned(600), get("/b/k"));
        let uri = request.uri().to_string();
        assert!(uri.contains(from));
        *request.uri_mut() = uri.replace(from, to).parse().unwrap();
        request
    };
    for request in [
        other_method,
        altered("/b/k", "/b/other"),
        altered("X-Amz-Expires=600", "X-Amz-Expires=6000"),
        altered("?", "?versionId=1&"),
    ] {
        let (status, error) = world.code(&s3::SERVICE, request);
        assert!(
            status == 403 && error.starts_with("SignatureDoesNotMatch"),
            "{error}"
        );
    }
}

#[test]
fn a_changed_url_tells_what_it_was_signed_for() {
    let world = World::new();
    let altered = |from: &str, to: &str| {
        let mut request = signed(&How::presigned(600), get("/b/k?versionId=1"));
        *request.uri_mut() = request.uri().to_string().replace(from, to).parse().unwrap();
        request
    };
    let mut other_method = altered("", "");
    *other_method.method_mut() = http::Method::DELETE;
    let original = world.details(&s3::SERVICE, altered("", ""))["canonical_request"].clone();
    for request in [
        other_method,
        altered("X-Amz-Expires=600", "X-Amz-Expires=604800"),
        altered("?", "?response-content-type=text%2Fhtml&"),
    ] {
        let details = world.details(&s3::SERVICE, request);
        assert_eq!(details["signed_canonical_request"], original);
        assert_ne!(details["canonical_request"], original);
    }
    let unknown = world.details(&s3::SERVICE, altered("/b/k", "/b/other"));
    assert_eq!(unknown.get("signed_canonical_request"), None);
}

#[test]
fn a_url_dies_with_the_simulated_clock_and_one_made_after_a_jump_is_born_alive() {
    let world = World::new();
    let request = || {
        signed(
            &How {
                at: SystemTime::now() - Duration::from_secs(5),
                ..How::presigned(600)
            },
            get("/b/k"),
        )
    };
    let before = request();
    assert!(world.check(&s3::SERVICE, before.clone()).is_ok());
    world
        .clock
        .advance(OffsetDateTime::now_utc(), Duration::from_secs(601), false);
    let error = world.check(&s3::SERVICE, before).unwrap_err().error(Family::S3);
    assert_eq!(
        (error.status, error.short_code(), error.message.as_str()),
        (403, "AccessDenied", "Request has expired")
    );
    let names: Vec<&str> = error.extras.iter().map(|(name, _)| name.as_ref()).collect();
    assert_eq!(names, ["X-Amz-Expires", "Expires", "ServerTime"]);
    let after = signed(&How::presigned(600), get("/b/k"));
    assert!(world.check(&s3::SERVICE, after).is_ok());
}

#[test]
fn a_url_of_the_future_is_not_yet_valid() {
    let how = How {
        at: SystemTime::now() + Duration::from_hours(1),
        ..How::presigned(600)
    };
    let (status, error) = World::new().code(&s3::SERVICE, signed(&how, get("/b/k")));
    assert_eq!(
        (status, error.as_str()),
        (403, "AccessDenied: Request is not yet valid")
    );
}

#[test]
fn each_wrong_parameter_of_a_url_has_aws_s_sentence() {
    let world = World::new();
    let url = signed(&How::presigned(600), get("/b/k")).uri().to_string();
    let date = url
        .split("X-Amz-Date=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap()
        .to_owned();
    let missing = refusal::MISSING_QUERY_PARAMETERS;
    let cases = [
        ("X-Amz-Expires=600", "X-Amz-Expires=604801", "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds".to_owned()),
        ("X-Amz-Expires=600", "X-Amz-Expires=-1", "X-Amz-Expires must be non-negative".to_owned()),
        ("X-Amz-Expires=600", "X-Amz-Expires=dix", "X-Amz-Expires should be a number".to_owned()),
        ("X-Amz-Expires=600", "y=1", missing.to_owned()),
        ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=", missing.to_owned()),
        (&format!("X-Amz-Date={date}"), "X-Amz-Date=2026-11-22", "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"".to_owned()),
        (&format!("X-Amz-Date={date}"), "X-Amz-Date=20200101T000000Z", format!("Invalid credential date \"{}\". This date is not the same as X-Amz-Date: \"20200101\".", &date[..8])),
    ];
    for (from, to, sentence) in cases {
        assert!(url.contains(from), "{url}");
        let (status, error) = world.code(&s3::SERVICE, get(&url.replace(from, to)));
        assert_eq!(
            (status, error),
            (400, format!("AuthorizationQueryParametersError: {sentence}"))
        );
    }
    let week = signed(&How::presigned(604_800), get("/b/k"));
    assert!(world.check(&s3::SERVICE, week).is_ok());
}

#[test]
fn signature_version_two_is_answered_with_its_own_sentence() {
    let world = World::new();
    let expected = "InvalidRequest: The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
    let url = get("/b/k?AWSAccessKeyId=AKIA&Signature=abc%3D&Expires=1900000000");
    assert_eq!(world.code(&s3::SERVICE, url), (400, expected.to_owned()));
    let mut header = get("/b/k");
    header
        .headers_mut()
        .insert("authorization", "AWS AKIA:abc=".parse().unwrap());
    assert_eq!(world.code(&s3::SERVICE, header), (400, expected.to_owned()));
}

#[test]
fn a_header_that_was_not_signed_is_refused() {
    let mut request = signed(&How::presigned(600), get("/b/k"));
    request
        .headers_mut()
        .insert("x-amz-acl", "public-read".parse().unwrap());
    let error = World::new()
        .check(&s3::SERVICE, request)
        .unwrap_err()
        .error(Family::S3);
    assert_eq!((error.status, error.short_code()), (403, "AccessDenied"));
    assert_eq!(error.extras, [("HeadersNotSigned".into(), "x-amz-acl".into())]);
}
