//! Temporary credentials: the token beside the key, in headers and in URLs, and its end by the simulated clock.

use super::*;
use crate::services::{dynamodb, iam, s3, sts};

const TOKEN: &str = "IQoJb3JpZ2luX2Vj+/token";

fn session(world: &World, principal: Principal) -> Session {
    let now = world.clock.now();
    Session {
        access_key_id: ID.to_owned(),
        secret: SECRET.to_owned(),
        token: TOKEN.to_owned(),
        principal,
        owner_id: "AIDA".to_owned(),
        issued: now,
        expires: now + time::Duration::hours(1),
        policies: None,
        tags: Tags::new(),
        transitive: Vec::new(),
        source_identity: None,
    }
}

fn world() -> World {
    World::of_session(session(&World::new(), owner()))
}

impl How {
    fn with(self, token: &'static str) -> Self {
        Self {
            token: Some(token),
            ..self
        }
    }
}

#[test]
fn the_right_token_is_accepted_in_headers_and_in_urls() {
    let world = world();
    for how in [How::header("s3"), How::presigned(600)] {
        let request = signed(&how.with(TOKEN), get("/b/k?versionId=v1"));
        let found = world.check(&s3::SERVICE, request).unwrap();
        assert_eq!(found.head.uri.to_string(), "/b/k?versionId=v1");
        assert!(!found.head.headers.contains_key("x-amz-security-token"));
        assert_eq!(found.caller.session().unwrap().token, TOKEN);
    }
}

#[test]
fn a_missing_token_is_an_unknown_key() {
    let world = world();
    let code = |service: &Service, how: How, request| world.code(service, signed(&how, request)).1;
    let s3 = code(&s3::SERVICE, How::header("s3"), get("/b/k"));
    assert!(
        s3.starts_with("InvalidAccessKeyId: The AWS Access Key Id you provided"),
        "{s3}"
    );
    let invalid = "The security token included in the request is invalid.";
    assert_eq!(
        code(&dynamodb::SERVICE, How::header("dynamodb"), post("{}")),
        format!("UnrecognizedClientException: {invalid}")
    );
    assert_eq!(
        code(&sts::SERVICE, How::header("sts"), post("")),
        format!("InvalidClientTokenId: {invalid}")
    );
}

#[test]
fn a_wrong_token_is_refused_in_each_service_s_words() {
    let world = world();
    let wrong = |service| How::header(service).with("IQoJother");
    let code = |service: &Service, how: How, request| world.code(service, signed(&how, request));
    let (status, s3) = code(&s3::SERVICE, wrong("s3"), get("/b/k"));
    assert_eq!((status, s3.split(':').next()), (400, Some("InvalidToken")));
    let (status, sts) = code(&sts::SERVICE, wrong("sts"), post(""));
    assert_eq!(
        (status, sts.split(':').next()),
        (403, Some("InvalidClientTokenId"))
    );
    let url = How::presigned(600).with("IQoJother");
    assert_eq!(code(&s3::SERVICE, url, get("/b/k")).0, 400);
}

#[test]
fn a_session_ends_by_the_simulated_clock() {
    let world = world();
    let how = |service| How::header(service).with(TOKEN);
    world
        .clock
        .advance(OffsetDateTime::now_utc(), Duration::from_mins(59), false);
    world.check(&sts::SERVICE, signed(&how("sts"), post(""))).unwrap();
    world
        .clock
        .advance(OffsetDateTime::now_utc(), Duration::from_mins(1), false);
    let code = |service: &Service, name, request| world.code(service, signed(&how(name), request));
    assert_eq!(
        code(&s3::SERVICE, "s3", get("/b/k")),
        (400, "ExpiredToken: The provided token has expired.".to_owned())
    );
    let expired = "The security token included in the request is expired";
    assert_eq!(
        code(&dynamodb::SERVICE, "dynamodb", post("{}")),
        (400, format!("ExpiredTokenException: {expired}"))
    );
    assert_eq!(
        code(&sts::SERVICE, "sts", post("")),
        (403, format!("ExpiredToken: {expired}"))
    );
}

#[test]
fn a_long_term_key_has_no_token() {
    let world = World::new();
    let how = How::header("s3").with(TOKEN);
    let (status, code) = world.code(&s3::SERVICE, signed(&how, get("/b/k")));
    assert_eq!((status, code.split(':').next()), (400, Some("InvalidToken")));
}

#[test]
fn iam_takes_a_role_s_session_and_no_user_s() {
    let how = How::header("iam").with(TOKEN);
    let (status, code) = world().code(&iam::SERVICE, signed(&how, post("")));
    assert_eq!(
        (status, code.split(':').next()),
        (403, Some("InvalidClientTokenId"))
    );
    let role = Principal::AssumedRole {
        account: "123456789012".to_owned(),
        role_arn: "arn:aws:iam::123456789012:role/r".to_owned(),
        session_arn: "arn:aws:sts::123456789012:assumed-role/r/s".to_owned(),
        id: "AROA:s".to_owned(),
    };
    let world = World::of_session(session(&World::new(), role.clone()));
    let found = world.check(&iam::SERVICE, signed(&how, post(""))).unwrap();
    assert_eq!(found.caller.principal, role);
}
