//! How answers write dates and where packages can be had.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use time::macros::format_description;
use time::{Duration, OffsetDateTime};

use super::archive::Archive;
use crate::auth::sigv4::{same, sha256_hex, sign};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;

/// How long the place of a package is good: ten minutes.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCodeLocation.html>
const GOOD_FOR: Duration = Duration::minutes(10);

/// `2026-11-22T12:00:00.000+0000`.
pub(super) fn date(time: OffsetDateTime) -> String {
    let format =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]+0000");
    time.format(format).unwrap_or_default()
}

/// Where a package can be downloaded for a while. AWS gives a presigned URL of a bucket of its own; here the simulator has it,
/// and signs for itself.
pub(super) fn location(cloud: &Cloud, call: &Call, package: &Archive) -> String {
    let host = call.header("host").unwrap_or("127.0.0.1");
    let name = package_name(package);
    let expires = (cloud.clock.now() + GOOD_FOR).unix_timestamp();
    let signature = signature(cloud, &name, expires);
    format!("http://{host}/_cahier/packages/{name}?Expires={expires}&Signature={signature}")
}

/// Lets a package be downloaded with what its place had in its query.
///
/// # Errors
/// Where it was not given for this package, or long ago: in S3's words.
pub(crate) fn check_location(cloud: &Cloud, name: &str, query: &str) -> Result<(), AwsError> {
    let member = |wanted: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
    };
    let denied = |message: &str| AwsError::new(403, "AccessDenied", message);
    let expires = member("Expires").and_then(|expires| expires.parse().ok());
    let (Some(expires), Some(given)) = (expires, member("Signature")) else {
        return Err(denied("Access Denied"));
    };
    if !same(given.as_bytes(), signature(cloud, name, expires).as_bytes()) {
        return Err(denied("Access Denied"));
    }
    let now = cloud.clock.now();
    let until = OffsetDateTime::from_unix_timestamp(expires).unwrap_or(now);
    if until <= now {
        return Err(denied("Request has expired")
            .with("Expires", second(until))
            .with("ServerTime", second(now)));
    }
    Ok(())
}

/// What nobody can say of a package, and a moment, who does not have the simulator's own secret.
fn signature(cloud: &Cloud, name: &str, expires: i64) -> String {
    sign(
        &cloud.package_key,
        &sha256_hex(format!("{name}\n{expires}").as_bytes()),
    )
}

/// `2026-11-22T12:00:00Z`.
fn second(time: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    time.format(format).unwrap_or_default()
}

/// A package's name in its URL.
pub(super) fn package_name(package: &Archive) -> String {
    URL_SAFE_NO_PAD.encode(package.sha256())
}
