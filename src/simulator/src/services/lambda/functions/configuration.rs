//! A version's configuration, and how it is shown.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::super::layers::LayerReference;
use super::super::policy::revision;
use super::super::shown::date;
use super::super::state::Held;
use crate::REGION;
use crate::auth::sigv4::sha256_hex;

/// What a version runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in super::super) enum Code {
    /// A package.
    Zip(Held),
    /// A container image: its address, and its digest.
    Image {
        /// `ImageUri`.
        uri: String,
        /// Its digest, in hexadecimal digits.
        digest: String,
    },
}

impl Code {
    /// The package's size in bytes; an image counts elsewhere.
    pub(in super::super) fn size(&self) -> usize {
        match self {
            Self::Zip(package) => package.0.size(),
            Self::Image { .. } => 0,
        }
    }

    /// What the package holds, in bytes.
    pub(in super::super) fn unzipped(&self) -> u64 {
        match self {
            Self::Zip(package) => package.0.unzipped(),
            Self::Image { .. } => 0,
        }
    }

    /// `CodeSha256`.
    pub(in super::super) fn sha256(&self) -> &str {
        match self {
            Self::Zip(package) => package.0.sha256(),
            Self::Image { digest, .. } => digest,
        }
    }
}

/// What a version is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in super::super) struct Configuration {
    /// `Runtime`; none for images.
    pub(in super::super) runtime: Option<String>,
    /// `Handler`; none for images.
    pub(in super::super) handler: Option<String>,
    /// `Role`: the ARN of the role that it runs as.
    pub(in super::super) role: String,
    /// What it runs.
    pub(in super::super) code: Code,
    /// `Description`.
    pub(in super::super) description: String,
    /// `Timeout`, in seconds.
    pub(in super::super) timeout: i64,
    /// `MemorySize`, in MiB.
    pub(in super::super) memory: i64,
    /// `EphemeralStorage.Size`, in MiB.
    pub(in super::super) storage: i64,
    /// `Environment.Variables`, where they were given.
    pub(in super::super) environment: Option<Map<String, Value>>,
    /// `Layers`, in their order.
    pub(in super::super) layers: Vec<LayerReference>,
    /// `Architectures`: one.
    pub(in super::super) architecture: String,
    /// Members that are kept as they were given: `VpcConfig`, `TracingConfig`…
    pub(in super::super) kept: Map<String, Value>,
    /// `LastModified`.
    pub(in super::super) modified: OffsetDateTime,
    /// `RevisionId`.
    pub(in super::super) revision: String,
    /// What changes with what runs, and only with it.
    #[serde(default)]
    pub(in super::super) deployment: String,
}

impl Configuration {
    /// Notes a change.
    pub(in super::super) fn touch(&mut self, now: OffsetDateTime) {
        self.modified = now;
        self.revision = revision();
        self.deployment.clone_from(&self.revision);
    }

    /// Notes that a change is no longer under way: its state is another, and so is its revision.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html>
    pub(in super::super) fn settle(&mut self) {
        self.revision = revision();
    }

    /// As answers show it; `arn` with the qualifier that was asked for.
    pub(in super::super) fn shown(&self, name: &str, arn: &str, version: &str) -> Value {
        let mut shown = json!({
            "FunctionName": name,
            "FunctionArn": arn,
            "Role": self.role,
            "CodeSize": self.code.size(),
            "Description": self.description,
            "Timeout": self.timeout,
            "MemorySize": self.memory,
            "LastModified": date(self.modified),
            "CodeSha256": self.code.sha256(),
            "Version": version,
            "TracingConfig": { "Mode": "PassThrough" },
            "RevisionId": self.revision,
            "State": "Active",
            "LastUpdateStatus": "Successful",
            "PackageType": "Zip",
            "Architectures": [self.architecture],
            "EphemeralStorage": { "Size": self.storage },
            "SnapStart": { "ApplyOn": "None", "OptimizationStatus": "Off" },
            "LoggingConfig": { "LogFormat": "Text", "LogGroup": format!("/aws/lambda/{name}") },
        });
        if let Code::Image { .. } = self.code {
            shown["PackageType"] = "Image".into();
        }
        for (member, value) in [("Runtime", &self.runtime), ("Handler", &self.handler)] {
            if let Some(value) = value {
                shown[member] = value.as_str().into();
            }
        }
        if let Some(runtime) = &self.runtime {
            let version = sha256_hex(runtime.as_bytes());
            let arn = format!("arn:aws:lambda:{REGION}::runtime:{version}");
            shown["RuntimeVersionConfig"] = json!({ "RuntimeVersionArn": arn });
        }
        if let Some(variables) = &self.environment {
            shown["Environment"] = json!({ "Variables": variables });
        }
        if !self.layers.is_empty() {
            shown["Layers"] = self.layers.iter().map(LayerReference::shown).collect();
        }
        self.show_kept(&mut shown);
        shown
    }

    /// What was kept as it was given; of settings that AWS shows in full, only what was given is another than usual.
    fn show_kept(&self, shown: &mut Value) {
        for (member, value) in &self.kept {
            let name = match member.as_str() {
                "ImageConfig" => "ImageConfigResponse",
                other => other,
            };
            match (shown.get_mut(name), value) {
                (Some(Value::Object(known)), Value::Object(given)) => known.extend(given.clone()),
                _ if member == "ImageConfig" => shown[name] = json!({ "ImageConfig": value }),
                _ => shown[name] = value.clone(),
            }
        }
        if shown["LoggingConfig"]["LogFormat"] == "JSON" {
            for level in ["ApplicationLogLevel", "SystemLogLevel"] {
                if shown["LoggingConfig"][level].is_null() {
                    shown["LoggingConfig"][level] = "INFO".into();
                }
            }
        }
    }
}

/// The same, while it is being made.
pub(in super::super) fn pending(mut shown: Value) -> Value {
    shown["State"] = "Pending".into();
    shown["StateReason"] = "The function is being created.".into();
    shown["StateReasonCode"] = "Creating".into();
    if let Some(members) = shown.as_object_mut() {
        members.remove("LastUpdateStatus");
    }
    shown
}

/// The same, while a change is under way.
pub(in super::super) fn updating(mut shown: Value) -> Value {
    shown["LastUpdateStatus"] = "InProgress".into();
    shown["LastUpdateStatusReason"] = "The function is being created.".into();
    shown["LastUpdateStatusReasonCode"] = "Creating".into();
    shown
}
