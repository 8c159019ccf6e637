//! Presigned URLs on a clock that jumps, while who signs them reads the machine's.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use sha2::{Digest, Sha256};
use simulator::{Config, Simulator};

use super::client::World;

/// The path and query of a URL for this object, made now.
fn presign(world: &World, seconds: u64) -> String {
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_secs(seconds));
    let (id, secret) = (
        world.simulator.access_key_id(),
        world.simulator.secret_access_key(),
    );
    let identity = Credentials::new(id, secret, None, None, "test").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(world.simulator.region())
        .name("s3")
        .time(SystemTime::now())
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let uri = format!("{}/rapports/a.txt", world.simulator.endpoint());
    let host = world.host();
    let signable = SignableRequest::new(
        "GET",
        uri.clone(),
        [("host", host.as_str())].into_iter(),
        SignableBody::UnsignedPayload,
    )
    .unwrap();
    let mut request = http::Request::get(uri).body(()).unwrap();
    sign(signable, &params)
        .unwrap()
        .into_parts()
        .0
        .apply_to_request_http1x(&mut request);
    request.uri().path_and_query().unwrap().to_string()
}

#[test]
fn a_url_made_just_before_a_jump_dies_of_it_and_one_made_just_after_lives() {
    for frozen in [false, true] {
        let world = World {
            simulator: Simulator::start(Config {
                frozen,
                ..Config::default()
            })
            .unwrap(),
        };
        let region = "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint></CreateBucketConfiguration>";
        for (path, body) in [("/rapports", region), ("/rapports/a.txt", "bonjour")] {
            let hash: Vec<String> = Sha256::digest(body)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            let hash = hash.concat();
            let answer = world.signed("s3", "PUT", path, &[("x-amz-content-sha256", &hash)], body);
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
        let get = |url: &str| world.plain("GET", url, &[("host", &world.host())], "");
        let before = presign(&world, 600);
        assert_eq!(get(&before).status, 200);
        world.advance(601);
        let after = presign(&world, 600);
        let expired = get(&before);
        assert_eq!(expired.status, 403);
        assert!(
            expired
                .body
                .contains("<Message>Request has expired</Message><X-Amz-Expires>600<"),
            "{}",
            expired.body
        );
        assert_eq!(get(&after).status, 200);
    }
}

#[test]
fn what_is_altered_in_a_url_or_done_by_another_method_is_refused() {
    let world = World::frozen();
    let url = presign(&world, 600);
    let host = world.host();
    let send = |method: &str, url: &str| world.plain(method, url, &[("host", &host)], "");
    for (method, url) in [
        ("PUT", url.clone()),
        ("DELETE", url.clone()),
        ("GET", url.replace("600", "6000")),
    ] {
        let answer = send(method, &url);
        assert_eq!(answer.status, 403);
        assert!(
            answer.body.contains("<Code>SignatureDoesNotMatch</Code>"),
            "{}",
            answer.body
        );
        assert!(
            answer.body.contains("<StringToSign>AWS4-HMAC-SHA256\n"),
            "{}",
            answer.body
        );
        assert!(
            answer
                .body
                .contains(&format!("<CanonicalRequest>{method}\n/rapports/a.txt\n")),
            "{}",
            answer.body
        );
    }
    let last = world.simulator.journal().pop().unwrap();
    assert_eq!(last.error.as_deref(), Some("SignatureDoesNotMatch"));
    let details = world.simulator.call_details(last.id).unwrap();
    assert_eq!(details.authentication["kind"], "REST-QUERY-STRING");
}
