//! What Fargate asks for, and what it refuses.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html>

use serde_json::Value;

use super::super::super::errors::client;
use super::super::draft::{Draft, has, list, text};
use super::super::sizes;
use crate::error::AwsError;

/// Members of each container, of its Linux parameters and of each volume that Fargate does not support: by the name that
/// AWS calls them.
const OF_CONTAINERS: [&str; 1] = ["dockerSecurityOptions"];
const OF_LINUX: [&str; 4] = ["devices", "sharedMemorySize", "maxSwap", "swappiness"];

/// The one Linux capability that can be added.
const CAPABILITY: &str = "SYS_PTRACE";

/// What Fargate does not support at all.
pub(super) fn refusals(draft: Draft<'_>) -> Result<(), AwsError> {
    if !draft.fargate {
        return Ok(());
    }
    if !draft.awsvpc() {
        return Err(client("Fargate only supports network mode ‘awsvpc’."));
    }
    if draft.text("pidMode") == Some("host") {
        return Err(client(
            "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is 'task'.",
        ));
    }
    if has(draft.input, "inferenceAccelerators") {
        return Err(client("Unsupported field 'inferenceAccelerators'"));
    }
    for (there, member) in [
        (has(draft.input, "ipcMode"), "ipcMode"),
        (has(draft.input, "placementConstraints"), "constraints"),
    ] {
        unsupported(there, member)?;
    }
    for volume in list(draft.input, "volumes") {
        unsupported(
            has(volume, "dockerVolumeConfiguration"),
            "dockerVolumeConfiguration",
        )?;
        unsupported(has(&volume["host"], "sourcePath"), "sourcePath")?;
        let windows = "fsxWindowsFileServerVolumeConfiguration";
        unsupported(has(volume, windows), windows)?;
    }
    draft.containers.iter().try_for_each(of_container)
}

fn unsupported(there: bool, member: &str) -> Result<(), AwsError> {
    if there {
        return Err(client(format!(
            "Fargate compatible task definitions do not support {member}"
        )));
    }
    Ok(())
}

fn of_container(container: &Value) -> Result<(), AwsError> {
    if container["privileged"] == true {
        return Err(client(
            "Fargate requires that the ‘privileged’ setting be ‘false’ at the container level.",
        ));
    }
    let linux = &container["linuxParameters"];
    for member in OF_CONTAINERS {
        unsupported(has(container, member), member)?;
    }
    for member in OF_LINUX {
        unsupported(has(linux, member), member)?;
    }
    let added = list(&linux["capabilities"], "add")
        .iter()
        .filter_map(Value::as_str);
    if let Some(capability) = added.into_iter().find(|added| *added != CAPABILITY) {
        return Err(client(format!("{capability} is not allowed on Fargate.")));
    }
    let gpu = |requirement: &Value| text(requirement, "type") == Some("GPU");
    if list(container, "resourceRequirements").iter().any(gpu) {
        return Err(client(
            "Tasks using the Fargate launch type do not support GPU resource requirements.",
        ));
    }
    Ok(())
}

/// CPU and memory are given at the task level, and Fargate has such a size.
pub(super) fn size(draft: Draft<'_>) -> Result<(), AwsError> {
    if !draft.fargate {
        return Ok(());
    }
    for member in ["cpu", "memory"] {
        if draft.text(member).is_none() {
            return Err(client(format!(
                "Fargate requires that '{member}' be defined at the task level."
            )));
        }
    }
    let (cpu, memory) = (
        draft.cpu().unwrap_or_default(),
        draft.memory().unwrap_or_default(),
    );
    if sizes::exists(cpu, memory, draft.windows()) {
        return Ok(());
    }
    Err(client(no_such_size(cpu, memory)))
}

/// How AWS says that Fargate has no such size.
pub(in super::super::super) fn no_such_size(cpu: u32, memory: u32) -> String {
    format!(
        "No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. See the Amazon ECS documentation for the \
         valid values."
    )
}

/// Images of a private registry are pulled by the execution role.
pub(super) fn roles(draft: Draft<'_>) -> Result<(), AwsError> {
    let private =
        |container: &Value| text(container, "image").is_some_and(|image| image.contains(".dkr.ecr."));
    if draft.fargate && draft.text("executionRoleArn").is_none() && draft.containers.iter().any(private) {
        return Err(client(
            "Fargate requires task definition to have execution role ARN to support ECR images.",
        ));
    }
    Ok(())
}

/// What is said of ephemeral storage for Windows.
pub(in super::super::super) const WINDOWS_STORAGE: &str =
    "Windows tasks using the Fargate launch type do not support EphemeralStorage.";

/// Ephemeral storage beyond the 20 GiB that every task has.
pub(super) fn storage(draft: Draft<'_>) -> Result<(), AwsError> {
    if !has(draft.input, "ephemeralStorage") {
        return Ok(());
    }
    let others = draft.compatibilities().next().is_some() && !draft.fargate;
    let size = draft.input["ephemeralStorage"]["sizeInGiB"]
        .as_i64()
        .unwrap_or_default();
    let sentence = match size {
        _ if others => "Tasks using the EC2 launch type do not support EphemeralStorage.",
        _ if draft.fargate && draft.windows() => WINDOWS_STORAGE,
        ..21 => "EphemeralStorage size should be at least 21",
        201.. => "EphemeralStorage size should be at most 200",
        _ => return Ok(()),
    };
    Err(client(sentence))
}

/// Windows runs on x86 only, and Fargate has no Windows of 2016, 2004 and 20H2.
pub(super) fn platform(draft: Draft<'_>) -> Result<(), AwsError> {
    const GONE: [&str; 3] = [
        "WINDOWS_SERVER_2016_FULL",
        "WINDOWS_SERVER_2004_CORE",
        "WINDOWS_SERVER_20H2_CORE",
    ];
    let platform = &draft.input["runtimePlatform"];
    let system = text(platform, "operatingSystemFamily").unwrap_or("LINUX");
    if draft.windows() && text(platform, "cpuArchitecture") == Some("ARM64") {
        return Err(client(format!(
            "The cpuArchitecture 'ARM64' is not supported for operatingSystemFamily '{system}'."
        )));
    }
    if draft.fargate && GONE.contains(&system) {
        return Err(client(format!(
            "The operatingSystemFamily '{system}' is not supported on Fargate."
        )));
    }
    Ok(())
}
