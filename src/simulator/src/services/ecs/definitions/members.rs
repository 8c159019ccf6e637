//! The members of a task definition, as the service's model tells them.

use crate::shape::Shape::{self, Boolean, Integer, List, Map, Structure, Text};
use crate::shape::{optional, required};

const REPOSITORY_CREDENTIALS: Shape = Structure(&[required("credentialsParameter", Text)]);

const PORT_MAPPING: Shape = Structure(&[
    optional("containerPort", Integer),
    optional("hostPort", Integer),
    optional("protocol", Text),
    optional("name", Text),
    optional("appProtocol", Text),
    optional("containerPortRange", Text),
]);

const CONTAINER_RESTART_POLICY: Shape = Structure(&[
    required("enabled", Boolean),
    optional("ignoredExitCodes", List(&Integer)),
    optional("restartAttemptPeriod", Integer),
]);

const KEY_VALUE_PAIR: Shape = Structure(&[optional("name", Text), optional("value", Text)]);

const ENVIRONMENT_FILE: Shape = Structure(&[required("value", Text), required("type", Text)]);

const MOUNT_POINT: Shape = Structure(&[
    optional("sourceVolume", Text),
    optional("containerPath", Text),
    optional("readOnly", Boolean),
]);

const VOLUME_FROM: Shape = Structure(&[optional("sourceContainer", Text), optional("readOnly", Boolean)]);

const KERNEL_CAPABILITIES: Shape = Structure(&[optional("add", List(&Text)), optional("drop", List(&Text))]);

const DEVICE: Shape = Structure(&[
    required("hostPath", Text),
    optional("containerPath", Text),
    optional("permissions", List(&Text)),
]);

const TMPFS: Shape = Structure(&[
    required("containerPath", Text),
    required("size", Integer),
    optional("mountOptions", List(&Text)),
]);

const LINUX_PARAMETERS: Shape = Structure(&[
    optional("capabilities", KERNEL_CAPABILITIES),
    optional("devices", List(&DEVICE)),
    optional("initProcessEnabled", Boolean),
    optional("sharedMemorySize", Integer),
    optional("tmpfs", List(&TMPFS)),
    optional("maxSwap", Integer),
    optional("swappiness", Integer),
]);

const SECRET: Shape = Structure(&[required("name", Text), required("valueFrom", Text)]);

const CONTAINER_DEPENDENCY: Shape =
    Structure(&[required("containerName", Text), required("condition", Text)]);

const HOST_ENTRY: Shape = Structure(&[required("hostname", Text), required("ipAddress", Text)]);

const ULIMIT: Shape = Structure(&[
    required("name", Text),
    required("softLimit", Integer),
    required("hardLimit", Integer),
]);

const LOG_CONFIGURATION: Shape = Structure(&[
    required("logDriver", Text),
    optional("options", Map),
    optional("secretOptions", List(&SECRET)),
]);

const HEALTH_CHECK: Shape = Structure(&[
    required("command", List(&Text)),
    optional("interval", Integer),
    optional("timeout", Integer),
    optional("retries", Integer),
    optional("startPeriod", Integer),
]);

const SYSTEM_CONTROL: Shape = Structure(&[optional("namespace", Text), optional("value", Text)]);

const NVIDIA_MPS_ALLOCATION: Shape = Structure(&[
    required("memory", Integer),
    optional("maxComputePercent", Integer),
]);

const SHARING_STRATEGY: Shape = Structure(&[optional("nvidiaMps", NVIDIA_MPS_ALLOCATION)]);

const RESOURCE_REQUIREMENT: Shape = Structure(&[
    optional("value", Text),
    required("type", Text),
    optional("sharingStrategy", SHARING_STRATEGY),
]);

const FIRELENS_CONFIGURATION: Shape = Structure(&[required("type", Text), optional("options", Map)]);

const CONTAINER_DEFINITION: Shape = Structure(&[
    optional("name", Text),
    optional("image", Text),
    optional("repositoryCredentials", REPOSITORY_CREDENTIALS),
    optional("cpu", Integer),
    optional("memory", Integer),
    optional("memoryReservation", Integer),
    optional("links", List(&Text)),
    optional("portMappings", List(&PORT_MAPPING)),
    optional("essential", Boolean),
    optional("restartPolicy", CONTAINER_RESTART_POLICY),
    optional("entryPoint", List(&Text)),
    optional("command", List(&Text)),
    optional("environment", List(&KEY_VALUE_PAIR)),
    optional("environmentFiles", List(&ENVIRONMENT_FILE)),
    optional("mountPoints", List(&MOUNT_POINT)),
    optional("volumesFrom", List(&VOLUME_FROM)),
    optional("linuxParameters", LINUX_PARAMETERS),
    optional("secrets", List(&SECRET)),
    optional("dependsOn", List(&CONTAINER_DEPENDENCY)),
    optional("startTimeout", Integer),
    optional("stopTimeout", Integer),
    optional("versionConsistency", Text),
    optional("hostname", Text),
    optional("user", Text),
    optional("workingDirectory", Text),
    optional("disableNetworking", Boolean),
    optional("privileged", Boolean),
    optional("readonlyRootFilesystem", Boolean),
    optional("dnsServers", List(&Text)),
    optional("dnsSearchDomains", List(&Text)),
    optional("extraHosts", List(&HOST_ENTRY)),
    optional("dockerSecurityOptions", List(&Text)),
    optional("interactive", Boolean),
    optional("pseudoTerminal", Boolean),
    optional("dockerLabels", Map),
    optional("ulimits", List(&ULIMIT)),
    optional("logConfiguration", LOG_CONFIGURATION),
    optional("healthCheck", HEALTH_CHECK),
    optional("systemControls", List(&SYSTEM_CONTROL)),
    optional("resourceRequirements", List(&RESOURCE_REQUIREMENT)),
    optional("firelensConfiguration", FIRELENS_CONFIGURATION),
    optional("credentialSpecs", List(&Text)),
]);

const HOST_VOLUME_PROPERTIES: Shape = Structure(&[optional("sourcePath", Text)]);

const DOCKER_VOLUME_CONFIGURATION: Shape = Structure(&[
    optional("scope", Text),
    optional("autoprovision", Boolean),
    optional("driver", Text),
    optional("driverOpts", Map),
    optional("labels", Map),
]);

const EFSAUTHORIZATION_CONFIG: Shape = Structure(&[optional("accessPointId", Text), optional("iam", Text)]);

const EFSVOLUME_CONFIGURATION: Shape = Structure(&[
    required("fileSystemId", Text),
    optional("rootDirectory", Text),
    optional("transitEncryption", Text),
    optional("transitEncryptionPort", Integer),
    optional("authorizationConfig", EFSAUTHORIZATION_CONFIG),
]);

const S3_FILES_VOLUME_CONFIGURATION: Shape = Structure(&[
    required("fileSystemArn", Text),
    optional("rootDirectory", Text),
    optional("transitEncryptionPort", Integer),
    optional("accessPointArn", Text),
]);

const FSX_WINDOWS_FILE_SERVER_AUTHORIZATION_CONFIG: Shape =
    Structure(&[required("credentialsParameter", Text), required("domain", Text)]);

const FSX_WINDOWS_FILE_SERVER_VOLUME_CONFIGURATION: Shape = Structure(&[
    required("fileSystemId", Text),
    required("rootDirectory", Text),
    required(
        "authorizationConfig",
        FSX_WINDOWS_FILE_SERVER_AUTHORIZATION_CONFIG,
    ),
]);

const VOLUME: Shape = Structure(&[
    optional("name", Text),
    optional("host", HOST_VOLUME_PROPERTIES),
    optional("dockerVolumeConfiguration", DOCKER_VOLUME_CONFIGURATION),
    optional("efsVolumeConfiguration", EFSVOLUME_CONFIGURATION),
    optional("s3filesVolumeConfiguration", S3_FILES_VOLUME_CONFIGURATION),
    optional(
        "fsxWindowsFileServerVolumeConfiguration",
        FSX_WINDOWS_FILE_SERVER_VOLUME_CONFIGURATION,
    ),
    optional("configuredAtLaunch", Boolean),
]);

const TASK_DEFINITION_PLACEMENT_CONSTRAINT: Shape =
    Structure(&[optional("type", Text), optional("expression", Text)]);

const TAG: Shape = Structure(&[optional("key", Text), optional("value", Text)]);

const PROXY_CONFIGURATION: Shape = Structure(&[
    optional("type", Text),
    required("containerName", Text),
    optional("properties", List(&KEY_VALUE_PAIR)),
]);

const INFERENCE_ACCELERATOR: Shape = Structure(&[required("deviceName", Text), required("deviceType", Text)]);

const EPHEMERAL_STORAGE: Shape = Structure(&[required("sizeInGiB", Integer)]);

const RUNTIME_PLATFORM: Shape = Structure(&[
    optional("cpuArchitecture", Text),
    optional("operatingSystemFamily", Text),
]);

const TRUSTED_EXECUTION_CONFIGURATION: Shape = Structure(&[
    required("isolationMode", Text),
    optional("attestationPolicy", Text),
]);

/// `RegisterTaskDefinitionRequest`.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>
pub(crate) const TASK_DEFINITION: Shape = Structure(&[
    required("family", Text),
    optional("taskRoleArn", Text),
    optional("executionRoleArn", Text),
    optional("networkMode", Text),
    required("containerDefinitions", List(&CONTAINER_DEFINITION)),
    optional("volumes", List(&VOLUME)),
    optional(
        "placementConstraints",
        List(&TASK_DEFINITION_PLACEMENT_CONSTRAINT),
    ),
    optional("requiresCompatibilities", List(&Text)),
    optional("cpu", Text),
    optional("memory", Text),
    optional("tags", List(&TAG)),
    optional("pidMode", Text),
    optional("ipcMode", Text),
    optional("proxyConfiguration", PROXY_CONFIGURATION),
    optional("inferenceAccelerators", List(&INFERENCE_ACCELERATOR)),
    optional("ephemeralStorage", EPHEMERAL_STORAGE),
    optional("runtimePlatform", RUNTIME_PLATFORM),
    optional("enableFaultInjection", Boolean),
    optional("trustedExecutionConfiguration", TRUSTED_EXECUTION_CONFIGURATION),
]);
