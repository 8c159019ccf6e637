//! The simulator's own routes under `/_cahier/`: clock, reset, journal, token buckets, and those of ECS.
//!
//! None answers without `Authorization: Bearer CONTROL_TOKEN`: a page open in the learner's browser must be able
//! neither to move the clock nor to read the journal. Only Lambda's packages and ECR's layers do, as AWS's presigned URLs of
//! them do: the URL of a package is signed for ten minutes, and the layers are everybody's.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Full, Limited};
use serde::Serialize;
use serde_json::{Value, json};

use crate::auth::sigv4::same;
use crate::clock::LONGEST_ADVANCE;
use crate::cloud::Cloud;
use crate::protocol::Answer;
use crate::services::{dynamodb, ecr, ecs, lambda, s3};

/// Where the routes are.
const PREFIX: &str = "/_cahier/";

/// Where Lambda's packages are.
const PACKAGES: &str = "/_cahier/packages/";

/// Where ECR's layers are.
const LAYERS: &str = "/_cahier/layers/";

/// The largest body that is read.
const BODY_LIMIT: usize = 64 << 10;

/// Whether a request is for these routes. Nothing else may see it: it may bear the token, which S3 would repeat.
pub(crate) fn owns<B>(request: &Request<B>) -> bool {
    let path = request.uri().path();
    path.starts_with(PREFIX) || path == PREFIX.trim_end_matches('/')
}

/// A package of Lambda's, by the name that its URL has.
fn package(cloud: &Cloud, name: &str, query: &str) -> Answer {
    if let Err(error) = lambda::check_location(cloud, name, query) {
        let protocol = s3::SERVICE.protocol;
        return protocol.encode(Err(error), &protocol.request_id());
    }
    match cloud.lambda.package(name) {
        Some(bytes) => file(bytes, "application/zip"),
        None => refuse(StatusCode::NOT_FOUND, "NotFound", "There is no such package."),
    }
}

/// A layer of ECR's, by its digest.
fn layer(digest: &str) -> Answer {
    match ecr::layer(digest) {
        Some((bytes, media_type)) => file(bytes, media_type),
        None => refuse(StatusCode::NOT_FOUND, "NotFound", "There is no such layer."),
    }
}

fn file(bytes: Bytes, media_type: &'static str) -> Answer {
    let mut answer = Response::new(Full::new(bytes));
    let media_type = http::HeaderValue::from_static(media_type);
    answer
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, media_type);
    answer
}

/// Answers a request to one of these routes.
pub(crate) async fn answer<B>(cloud: &Cloud, request: Request<B>) -> Answer
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (head, body) = request.into_parts();
    if let Some(name) = head.uri.path().strip_prefix(PACKAGES) {
        return package(cloud, name, head.uri.query().unwrap_or_default());
    }
    if let Some(digest) = head.uri.path().strip_prefix(LAYERS) {
        return layer(digest);
    }
    if !bears_token(cloud, &head.headers) {
        let message = "Send the control token: Authorization: Bearer TOKEN.";
        return refuse(StatusCode::FORBIDDEN, "Forbidden", message);
    }
    let Ok(body) = Limited::new(body, BODY_LIMIT).collect().await else {
        return refuse(
            StatusCode::BAD_REQUEST,
            "BadRequest",
            "The body could not be read.",
        );
    };
    let path = head.uri.path().strip_prefix(PREFIX).unwrap_or_default();
    match (&head.method, path.split_once('/').unwrap_or((path, ""))) {
        (&Method::GET, ("clock", "")) => show(&cloud.clock.state()),
        (&Method::POST, ("clock", "")) => advance(cloud, &body.to_bytes()).await,
        (&Method::POST, ("reset", "")) => reset(cloud),
        (&Method::GET, ("journal", "")) => show(&cloud.journal.entries()),
        (&Method::GET, ("journal", id)) => details(cloud, id),
        (&Method::GET, ("dynamodb", route)) => throughput(cloud, route),
        (method, ("ecs", route)) => ecs_route(cloud, method, route, &body.to_bytes()),
        (_, ("clock" | "reset" | "journal" | "dynamodb", _)) => refuse(
            StatusCode::METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            "This route does not take this method.",
        ),
        _ => refuse(
            StatusCode::NOT_FOUND,
            "NotFound",
            "There is no such control route.",
        ),
    }
}

fn bears_token(cloud: &Cloud, headers: &http::HeaderMap) -> bool {
    let header = headers
        .get(http::header::AUTHORIZATION)
        .map_or(&b""[..], |value| value.as_bytes());
    let token = header.strip_prefix(b"Bearer ").unwrap_or_default();
    same(token, cloud.control_token.as_bytes())
}

async fn advance(cloud: &Cloud, body: &[u8]) -> Answer {
    let body = serde_json::from_slice::<Value>(body).unwrap_or_default();
    let seconds = body["advance_seconds"].as_f64();
    let settle = body["wait"].as_bool().unwrap_or(true);
    let by = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let Some(by) = by.filter(|by| *by <= LONGEST_ADVANCE) else {
        let message = format!(
            "Expected {{\"advance_seconds\": N}}, N a number from 0 to {}: the clock never goes back.",
            LONGEST_ADVANCE.as_secs()
        );
        return refuse(StatusCode::BAD_REQUEST, "BadRequest", &message);
    };
    if let Some(wait) = cloud.advance(by, settle) {
        tokio::time::sleep(wait).await;
    }
    show(&cloud.clock.state())
}

/// How full a table's token buckets are: `dynamodb/throughput/TABLE`.
fn throughput(cloud: &Cloud, route: &str) -> Answer {
    let table = route.strip_prefix("throughput/");
    match table.and_then(|table| dynamodb::gauge(cloud, table)) {
        Some(gauge) => show(&gauge),
        None => refuse(StatusCode::NOT_FOUND, "NotFound", "There is no such table."),
    }
}

/// One of ECS's own routes.
fn ecs_route(cloud: &Cloud, method: &Method, route: &str, body: &[u8]) -> Answer {
    let body = serde_json::from_slice(body).unwrap_or_default();
    match ecs::control(cloud, method, route, &body) {
        Ok(answer) => show(&answer),
        Err((status, code, message)) => refuse(status, code, &message),
    }
}

fn reset(cloud: &Cloud) -> Answer {
    match cloud.reset() {
        Ok(()) => show(&cloud.clock.state()),
        Err(error) => refuse(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalError",
            &error.to_string(),
        ),
    }
}

fn details(cloud: &Cloud, id: &str) -> Answer {
    match id.parse().ok().and_then(|id| cloud.journal.details(id)) {
        Some(call) => show(&call),
        None => refuse(
            StatusCode::NOT_FOUND,
            "NotFound",
            "There is no call of that number in the journal.",
        ),
    }
}

fn show(value: &impl Serialize) -> Answer {
    match serde_json::to_vec(value) {
        Ok(body) => respond(StatusCode::OK, body),
        Err(error) => refuse(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalError",
            &error.to_string(),
        ),
    }
}

fn refuse(status: StatusCode, code: &str, message: &str) -> Answer {
    respond(
        status,
        json!({ "error": { "code": code, "message": message } })
            .to_string()
            .into_bytes(),
    )
}

fn respond(status: StatusCode, body: Vec<u8>) -> Answer {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let kind = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(http::header::CONTENT_TYPE, kind);
    response
}
