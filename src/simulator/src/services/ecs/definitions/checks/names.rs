//! Names: of the family, of containers, and of what there is to choose from.

use serde_json::Value;

use super::super::super::errors::client;
use super::super::super::input::no_choice;
use super::super::draft::{Draft, list, name, text};
use crate::error::AwsError;

/// Letters, digits, hyphens and underscores, 255 at most.
pub(super) fn is_name(text: &str) -> bool {
    (1..=255).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The family must have a name.
pub(super) fn family(draft: Draft<'_>) -> Result<(), AwsError> {
    match draft.text("family") {
        None => Err(client("Family should not be null or empty.")),
        Some(family) if !is_name(family) => Err(client("Family contains invalid characters.")),
        Some(_) => Ok(()),
    }
}

/// Each container has a name of its own and an image.
pub(super) fn of_containers(draft: Draft<'_>) -> Result<(), AwsError> {
    for (place, container) in draft.containers.iter().enumerate() {
        let Some(called) = text(container, "name") else {
            return Err(client("Container.name should not be null or empty."));
        };
        if !is_name(called) {
            return Err(client("Container.name contains invalid characters."));
        }
        match text(container, "image") {
            None => return Err(client("Container.image should not be null or empty.")),
            Some(image) if !is_image(image) => {
                return Err(client("Container.image contains invalid characters."));
            }
            Some(_) => {}
        }
        if draft.containers[..place]
            .iter()
            .any(|other| name(other) == called)
        {
            return Err(client("Container names must be unique within a task definition"));
        }
    }
    Ok(())
}

/// `image`: letters, digits and some signs, 255 at most.
fn is_image(text: &str) -> bool {
    text.len() <= 255
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:/#@+".contains(&byte))
}

const NETWORK_MODES: &[&str] = &["bridge", "host", "awsvpc", "none"];
const COMPATIBILITIES: &[&str] = &["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"];
const PID_MODES: &[&str] = &["host", "task"];
const IPC_MODES: &[&str] = &["host", "task", "none"];
const ARCHITECTURES: &[&str] = &["X86_64", "ARM64"];
const SYSTEMS: &[&str] = &[
    "WINDOWS_SERVER_2019_FULL",
    "WINDOWS_SERVER_2019_CORE",
    "WINDOWS_SERVER_2016_FULL",
    "WINDOWS_SERVER_2004_CORE",
    "WINDOWS_SERVER_2022_CORE",
    "WINDOWS_SERVER_2022_FULL",
    "WINDOWS_SERVER_2025_CORE",
    "WINDOWS_SERVER_2025_FULL",
    "WINDOWS_SERVER_20H2_CORE",
    "LINUX",
];
const CONDITIONS: &[&str] = &["START", "COMPLETE", "SUCCESS", "HEALTHY"];
const PROTOCOLS: &[&str] = &["tcp", "udp"];
const APPLICATION_PROTOCOLS: &[&str] = &["http", "http2", "grpc"];
const LIMITS: &[&str] = &[
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];
const RESOURCES: &[&str] = &["GPU", "InferenceAccelerator", "NeuronDevice"];
const ROUTERS: &[&str] = &["fluentd", "fluentbit"];
const SWITCH: &[&str] = &["ENABLED", "DISABLED"];

/// What must be one of a list is one of it.
pub(super) fn choices(draft: Draft<'_>) -> Result<(), AwsError> {
    let input = draft.input;
    one_of(&input["networkMode"], "networkMode", NETWORK_MODES)?;
    one_of(&input["pidMode"], "pidMode", PID_MODES)?;
    one_of(&input["ipcMode"], "ipcMode", IPC_MODES)?;
    for compatibility in list(input, "requiresCompatibilities") {
        one_of(compatibility, "requiresCompatibilities", COMPATIBILITIES)?;
    }
    let platform = &input["runtimePlatform"];
    one_of(
        &platform["cpuArchitecture"],
        "runtimePlatform.cpuArchitecture",
        ARCHITECTURES,
    )?;
    one_of(
        &platform["operatingSystemFamily"],
        "runtimePlatform.operatingSystemFamily",
        SYSTEMS,
    )?;
    for volume in list(input, "volumes") {
        let system = &volume["efsVolumeConfiguration"];
        one_of(
            &system["transitEncryption"],
            "efsVolumeConfiguration.transitEncryption",
            SWITCH,
        )?;
        let iam = &system["authorizationConfig"]["iam"];
        one_of(iam, "efsVolumeConfiguration.authorizationConfig.iam", SWITCH)?;
    }
    draft.containers.iter().try_for_each(of_one)
}

/// Lists of a container whose items have a member that must be one of some values.
const OF_CONTAINERS: [(&str, &str, &[&str]); 5] = [
    ("dependsOn", "condition", CONDITIONS),
    ("portMappings", "protocol", PROTOCOLS),
    ("portMappings", "appProtocol", APPLICATION_PROTOCOLS),
    ("ulimits", "name", LIMITS),
    ("resourceRequirements", "type", RESOURCES),
];

fn of_one(container: &Value) -> Result<(), AwsError> {
    for (member, part, values) in OF_CONTAINERS {
        for item in list(container, member) {
            one_of(&item[part], &format!("{member}.{part}"), values)?;
        }
    }
    let router = &container["firelensConfiguration"]["type"];
    one_of(router, "firelensConfiguration.type", ROUTERS)
}

fn one_of(value: &Value, place: &str, values: &[&str]) -> Result<(), AwsError> {
    match value.as_str() {
        Some(text) if !values.contains(&text) => Err(no_choice(place, values)),
        _ => Ok(()),
    }
}
