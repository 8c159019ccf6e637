//! How answers write dates and where packages can be had.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use time::OffsetDateTime;
use time::macros::format_description;

use super::archive::Archive;
use crate::call::Call;

/// `2026-11-22T12:00:00.000+0000`.
pub(super) fn date(time: OffsetDateTime) -> String {
    let format =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]+0000");
    time.format(format).unwrap_or_default()
}

/// Where a package can be downloaded. AWS gives a presigned URL of a bucket of its own; here the simulator has it.
pub(super) fn location(call: &Call, package: &Archive) -> String {
    let host = call.header("host").unwrap_or("127.0.0.1");
    format!("http://{host}/_cahier/packages/{}", package_name(package))
}

/// A package's name in its URL.
pub(super) fn package_name(package: &Archive) -> String {
    URL_SAFE_NO_PAD.encode(package.sha256())
}
