//! Layers: versions that never change, who may use them, and which of them a function has.

pub(super) mod attach;
pub(super) mod names;
pub(super) mod permissions;
mod publish;
mod read;

pub(super) use attach::LayerReference;
pub(super) use publish::{delete, publish};
pub(super) use read::{get, get_by_arn, list, list_versions};

use serde_json::{Value, json};

use super::errors::invalid_parameter;
use super::shown::date;
use super::state::LayerVersion;
use crate::call::Call;
use crate::error::AwsError;
use names::LayerName;

/// The layer, and its version, that a request names in its path.
pub(super) fn named(call: &Call) -> Result<(LayerName, u64), AwsError> {
    let layer = LayerName::read(
        call.input["LayerName"].as_str().unwrap_or_default(),
        call.account(),
    )?;
    let text = call.input["VersionNumber"].as_str().unwrap_or_default();
    let version: i64 = text.parse().map_err(|_| {
        AwsError::new(
            400,
            "SerializationException",
            format!("'{text}' can not be converted to a Long"),
        )
    })?;
    let version = u64::try_from(version).ok().filter(|version| *version > 0);
    let version = version.ok_or_else(|| invalid_parameter("Layer Version Cannot be less than 1"))?;
    Ok((layer, version))
}

/// A version as lists show it.
fn listed(number: u64, version: &LayerVersion) -> Value {
    let mut shown = json!({
        "LayerVersionArn": version.arn,
        "Version": number,
        "Description": version.description.clone().unwrap_or_default(),
        "CreatedDate": date(version.created),
    });
    let members = [
        (
            "CompatibleRuntimes",
            version.runtimes.as_ref().map(|runtimes| json!(runtimes)),
        ),
        (
            "CompatibleArchitectures",
            version.architectures.as_ref().map(|list| json!(list)),
        ),
        ("LicenseInfo", version.license.as_ref().map(|text| json!(text))),
    ];
    for (name, value) in members {
        if let Some(value) = value {
            shown[name] = value;
        }
    }
    shown
}

/// A version with its content, as it is shown alone.
fn whole(layer: &LayerName, number: u64, version: &LayerVersion, location: &str) -> Value {
    let mut shown = listed(number, version);
    shown["LayerArn"] = layer.arn().into();
    shown["Content"] = json!({
        "Location": location,
        "CodeSha256": version.content.0.sha256(),
        "CodeSize": version.content.0.size(),
    });
    shown
}
