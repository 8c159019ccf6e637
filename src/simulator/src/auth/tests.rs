//! Signatures against AWS's published vectors, and against the SDK's own signer.
#![allow(clippy::unwrap_used)]

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest,
    SignatureLocation, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use http::Request;
use http::request::Parts;
use http_body_util::Full;

use super::*;
use crate::services::{dynamodb, s3, sts};

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

struct Vector {
    method: &'static str,
    host: &'static str,
    path: &'static str,
    query: String,
    content_type: Option<&'static str>,
    date: &'static str,
    region: &'static str,
}

fn query(region: &str, date: &str, expires: u32, signed: &str, more: &str) -> String {
    let day = &date[..8];
    format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={ID}%2F{day}%2F{region}%2Fs3%2Faws4_request&X-Amz-Date={date}\
         &X-Amz-Expires={expires}&X-Amz-SignedHeaders={signed}{more}"
    )
}

impl Vector {
    fn french(method: &'static str, path: &'static str, query: String) -> Self {
        let host = "mon-bucket.s3.eu-west-3.amazonaws.com";
        Self {
            method,
            host,
            path,
            query,
            content_type: None,
            date: "20261122T120000Z",
            region: "eu-west-3",
        }
    }

    /// Canonical request's hash, signing key, signature.
    fn sign(&self) -> (String, String, String) {
        let mut headers = HeaderMap::new();
        headers.insert("host", self.host.parse().unwrap());
        let mut signed_headers = vec!["host".to_owned()];
        if let Some(kind) = self.content_type {
            headers.insert("content-type", kind.parse().unwrap());
            signed_headers.insert(0, "content-type".to_owned());
        }
        let canonical = Signed {
            method: self.method,
            path: self.path,
            query: &self.query,
            headers: &headers,
            header_names: &signed_headers,
            payload: sigv4::UNSIGNED_PAYLOAD,
            encode_path_once: true,
        }
        .canonical_request();
        let scope = sigv4::Scope {
            date: self.date[..8].to_owned(),
            region: self.region.to_owned(),
            service: "s3".to_owned(),
        };
        let key = sigv4::signing_key(SECRET, &scope);
        let signature = sigv4::sign(&key, &sigv4::string_to_sign(self.date, &scope, &canonical));
        (
            sigv4::sha256_hex(canonical.as_bytes()),
            sigv4::hex(&key),
            signature,
        )
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
#[test]
fn the_published_presigned_url_has_its_published_hash_key_and_signature() {
    let vector = Vector {
        method: "GET",
        host: "examplebucket.s3.amazonaws.com",
        path: "/test.txt",
        query: query("us-east-1", "20130524T000000Z", 86400, "host", ""),
        content_type: None,
        date: "20130524T000000Z",
        region: "us-east-1",
    };
    let (hash, key, signature) = vector.sign();
    assert_eq!(
        hash,
        "3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04"
    );
    assert_eq!(
        key,
        "dbb893acc010964918f1fd433add87c70e8b0db6be30c1fbeafefa5ec6ba8378"
    );
    assert_eq!(
        signature,
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    );
}

#[test]
fn a_plain_get_is_signed_as_botocore_signs_it() {
    let url = query("eu-west-3", "20261122T120000Z", 600, "host", "");
    let (.., signature) = Vector::french("GET", "/fichier.txt", url).sign();
    assert_eq!(
        signature,
        "c4ef60a56a7e7988af924408a7ce1079796e410888d913fdf2e5222598605ef0"
    );
}

#[test]
fn a_path_with_accents_spaces_and_plus_signs_is_signed_as_botocore_signs_it() {
    let url = query("eu-west-3", "20261122T120000Z", 600, "host", "");
    let (.., signature) = Vector::french("GET", "/dossier/%C3%A9%20a%2Bb.txt", url).sign();
    assert_eq!(
        signature,
        "ba425377472c9d800c39cc847c17fbc4ce741fc99ff01f812b878f9111a0f454"
    );
}

#[test]
fn a_token_a_version_and_an_override_are_signed_as_botocore_signs_them() {
    let more = "&X-Amz-Security-Token=TOKEN%2Fex%2B1%3D&versionId=v1\
                &response-content-disposition=attachment%3B%20filename%3D%22x.txt%22";
    let url = query("eu-west-3", "20261122T120000Z", 3600, "host", more);
    let (.., signature) = Vector::french("GET", "/fichier.txt", url).sign();
    assert_eq!(
        signature,
        "6de8a45e5b7c80a4eb54693b771fff3aca6c3a274529f9e59c81266ea2eb6031"
    );
}

#[test]
fn a_put_with_a_signed_content_type_is_signed_as_botocore_signs_it() {
    let url = query(
        "eu-west-3",
        "20261122T120000Z",
        604_800,
        "content-type%3Bhost",
        "",
    );
    let vector = Vector {
        content_type: Some("text/plain"),
        ..Vector::french("PUT", "/fichier.txt", url)
    };
    let (.., signature) = vector.sign();
    assert_eq!(
        signature,
        "9476b6a1d26620b7437e976abfc3a00423c6d410573b4b2585cada381cbde255"
    );
}

/// A world with one key, and what the SDK's signer makes for it.
struct World {
    keys: Keys,
    clock: Clock,
}

fn owner() -> Principal {
    Principal::User {
        arn: "arn:aws:iam::123456789012:user/u".to_owned(),
        id: "AIDA".to_owned(),
    }
}

impl World {
    fn new() -> Self {
        let key = Key {
            id: ID.to_owned(),
            secret: SECRET.to_owned(),
            owner: owner(),
        };
        Self {
            keys: Keys::only(key),
            clock: Clock::new(false),
        }
    }

    fn check(&self, service: &Service, request: Request<Vec<u8>>) -> Result<Authenticated, Refusal> {
        let (head, body) = request.into_parts();
        let verifier = Verifier {
            keys: &self.keys,
            clock: &self.clock,
            service,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(verifier.authenticate(head, Full::new(Bytes::from(body)), &mut Value::Null))
    }

    fn code(&self, service: &Service, request: Request<Vec<u8>>) -> (u16, String) {
        let refusal = self.check(service, request).unwrap_err();
        let error = refusal.error(service.protocol.family());
        (error.status, format!("{}: {}", error.short_code(), error.message))
    }
}

/// How a request is signed.
#[derive(Clone)]
struct How {
    service: &'static str,
    region: &'static str,
    id: &'static str,
    secret: &'static str,
    at: SystemTime,
    presigned: Option<Duration>,
}

impl How {
    fn header(service: &'static str) -> Self {
        Self {
            service,
            region: REGION,
            id: ID,
            secret: SECRET,
            at: SystemTime::now(),
            presigned: None,
        }
    }

    fn presigned(seconds: u64) -> Self {
        Self {
            presigned: Some(Duration::from_secs(seconds)),
            ..Self::header("s3")
        }
    }
}

fn signed(how: &How, mut request: Request<Vec<u8>>) -> Request<Vec<u8>> {
    request
        .headers_mut()
        .insert("host", "127.0.0.1:4566".parse().unwrap());
    let mut settings = SigningSettings::default();
    settings.expires_in = how.presigned;
    settings.session_token_mode = SessionTokenMode::Include;
    if how.presigned.is_some() {
        settings.signature_location = SignatureLocation::QueryParams;
    }
    if how.service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    let identity = Credentials::new(how.id, how.secret, None, None, "test").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(how.region)
        .name(how.service)
        .time(how.at)
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let body = request.body().clone();
    let uri = format!("http://127.0.0.1:4566{}", request.uri());
    let headers: Vec<_> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let signable = SignableRequest::new(
        request.method().as_str(),
        uri,
        headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
        if how.presigned.is_some() {
            SignableBody::UnsignedPayload
        } else {
            SignableBody::Bytes(&body)
        },
    )
    .unwrap();
    sign(signable, &params)
        .unwrap()
        .into_parts()
        .0
        .apply_to_request_http1x(&mut request);
    // What comes over the wire has its host in a header only.
    let target = request.uri().path_and_query().unwrap().to_string();
    *request.uri_mut() = target.parse().unwrap();
    request
}

fn get(uri: &str) -> Request<Vec<u8>> {
    Request::get(uri).body(Vec::new()).unwrap()
}

fn post(body: &str) -> Request<Vec<u8>> {
    let request = Request::post("/").header("content-type", "application/x-amz-json-1.0");
    request
        .header("x-amz-target", "DynamoDB_20120810.GetItem")
        .body(body.into())
        .unwrap()
}

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
    world.clock.advance(Duration::from_secs(601), false);
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
fn header_signatures_are_held_against_the_machine_s_clock() {
    let world = World::new();
    world.clock.advance(Duration::from_hours(24), false);
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
