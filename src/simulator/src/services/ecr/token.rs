//! The password of a registry, which Docker logs in with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use time::Duration;

use super::Answer;
use super::errors::pattern;
use super::input::date;
use super::names::{is_account, uri};
use crate::call::Call;
use crate::chance;
use crate::cloud::Cloud;

/// How long a token holds.
const LIFE: Duration = Duration::hours(12);

/// `GetAuthorizationToken`. Nothing here takes the password: nothing is pushed or pulled with Docker.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html>
pub(super) fn get(_: &Cloud, call: &mut Call) -> Answer {
    let asked = call.input["registryIds"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let mut registries: Vec<&str> = asked.iter().filter_map(Value::as_str).collect();
    if let Some(_wrong) = registries.iter().find(|id| !is_account(id)) {
        return Err(pattern("registryIds", "[0-9]{12}"));
    }
    if registries.is_empty() {
        registries.push(call.account());
    }
    let expires = date(call.time + LIFE);
    let data = registries.into_iter().map(|registry| {
        let password = chance::text(
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            400,
        );
        let endpoint = uri(registry, "");
        json!({
            "authorizationToken": STANDARD.encode(format!("AWS:{password}")),
            "expiresAt": expires,
            "proxyEndpoint": format!("https://{}", endpoint.trim_end_matches('/')),
        })
    });
    Ok(json!({ "authorizationData": data.collect::<Vec<_>>() }))
}
