//! Layers: whether they are there, and where they can be had. The catalogue's are in every repository.

use serde_json::{Value, json};

use super::Answer;
use super::catalogue;
use super::errors::no_such_layer;
use super::input::{Named, form};
use super::repositories::existing;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::services::form::Rule;

/// `algorithm:hexadecimal`, as far as ECR looks at it before it looks for the layer.
fn is_digest_like(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'.');
    text.split_once(':').is_some_and(|(algorithm, hash)| {
        !algorithm.is_empty()
            && algorithm.bytes().all(plain)
            && !hash.is_empty()
            && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// `BatchCheckLayerAvailability`.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchCheckLayerAvailability.html>
pub(super) fn check(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = Named::of(call)?;
    let mut form = form(call);
    let digests = form.list("layerDigests", 100, &Rule::length(0, 1000));
    if !form.has("layerDigests") {
        form.missing("layerDigests");
    }
    form.check()?;
    cloud.ecr.read(&named.registry, |repositories| {
        existing(repositories, &named).map(|_| ())
    })?;
    let (mut layers, mut failures): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    for digest in &digests {
        if !is_digest_like(digest) {
            failures.push(json!({
                "layerDigest": digest,
                "failureCode": "InvalidLayerDigest",
                "failureReason": "Invalid layer digest",
            }));
        } else if let Some(blob) = catalogue::blob(digest) {
            layers.push(json!({
                "layerDigest": digest,
                "layerAvailability": "AVAILABLE",
                "layerSize": blob.bytes.len(),
                "mediaType": blob.media_type,
            }));
        } else {
            layers.push(json!({ "layerDigest": digest, "layerAvailability": "UNAVAILABLE" }));
        }
    }
    Ok(json!({ "layers": layers, "failures": failures }))
}

/// `GetDownloadUrlForLayer`. AWS gives a presigned URL of a bucket of its own; here the simulator has the layer.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetDownloadUrlForLayer.html>
pub(super) fn download_url(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = Named::of(call)?;
    let mut form = form(call);
    let digest = form.required("layerDigest", &Rule::length(0, 1000));
    form.check()?;
    cloud.ecr.read(&named.registry, |repositories| {
        existing(repositories, &named).map(|_| ())
    })?;
    if catalogue::blob(&digest).is_none() {
        return Err(no_such_layer(&named.registry, &named.name, &digest));
    }
    let host = call.header("host").unwrap_or("127.0.0.1");
    Ok(json!({
        "downloadUrl": format!("http://{host}/_cahier/layers/{digest}"),
        "layerDigest": digest,
    }))
}
