//! The types of a task definition's members: what has the wrong one is no request of the API's.

use serde_json::Value;

use crate::error::AwsError;

/// What a member must be.
#[derive(Debug, Clone, Copy)]
enum Type {
    Text,
    Whole,
    Flag,
    Texts,
    Structure(&'static [(&'static str, Type)]),
    Structures(&'static [(&'static str, Type)]),
    Map,
}

use Type::{Flag, Map, Structure, Structures, Text, Texts, Whole};

const PAIR: &[(&str, Type)] = &[("name", Text), ("value", Text)];
const SECRET: &[(&str, Type)] = &[("name", Text), ("valueFrom", Text)];

/// `ContainerDefinition`.
const CONTAINER: &[(&str, Type)] = &[
    ("name", Text),
    ("image", Text),
    ("cpu", Whole),
    ("memory", Whole),
    ("memoryReservation", Whole),
    ("links", Texts),
    (
        "portMappings",
        Structures(&[
            ("containerPort", Whole),
            ("hostPort", Whole),
            ("protocol", Text),
            ("name", Text),
            ("appProtocol", Text),
            ("containerPortRange", Text),
        ]),
    ),
    ("essential", Flag),
    ("entryPoint", Texts),
    ("command", Texts),
    ("environment", Structures(PAIR)),
    ("environmentFiles", Structures(&[("value", Text), ("type", Text)])),
    (
        "mountPoints",
        Structures(&[
            ("sourceVolume", Text),
            ("containerPath", Text),
            ("readOnly", Flag),
        ]),
    ),
    (
        "volumesFrom",
        Structures(&[("sourceContainer", Text), ("readOnly", Flag)]),
    ),
    (
        "linuxParameters",
        Structure(&[
            ("capabilities", Structure(&[("add", Texts), ("drop", Texts)])),
            ("devices", Structures(&[("hostPath", Text)])),
            ("initProcessEnabled", Flag),
            ("sharedMemorySize", Whole),
            ("maxSwap", Whole),
            ("swappiness", Whole),
        ]),
    ),
    ("secrets", Structures(SECRET)),
    (
        "dependsOn",
        Structures(&[("containerName", Text), ("condition", Text)]),
    ),
    ("startTimeout", Whole),
    ("stopTimeout", Whole),
    ("hostname", Text),
    ("user", Text),
    ("workingDirectory", Text),
    ("disableNetworking", Flag),
    ("privileged", Flag),
    ("readonlyRootFilesystem", Flag),
    ("dnsServers", Texts),
    ("dnsSearchDomains", Texts),
    (
        "extraHosts",
        Structures(&[("hostname", Text), ("ipAddress", Text)]),
    ),
    ("dockerSecurityOptions", Texts),
    ("interactive", Flag),
    ("pseudoTerminal", Flag),
    ("dockerLabels", Map),
    (
        "ulimits",
        Structures(&[("name", Text), ("softLimit", Whole), ("hardLimit", Whole)]),
    ),
    (
        "logConfiguration",
        Structure(&[
            ("logDriver", Text),
            ("options", Map),
            ("secretOptions", Structures(SECRET)),
        ]),
    ),
    (
        "healthCheck",
        Structure(&[
            ("command", Texts),
            ("interval", Whole),
            ("timeout", Whole),
            ("retries", Whole),
            ("startPeriod", Whole),
        ]),
    ),
    (
        "restartPolicy",
        Structure(&[("enabled", Flag), ("restartAttemptPeriod", Whole)]),
    ),
    (
        "systemControls",
        Structures(&[("namespace", Text), ("value", Text)]),
    ),
    (
        "resourceRequirements",
        Structures(&[("type", Text), ("value", Text)]),
    ),
];

/// `RegisterTaskDefinitionRequest`.
const REQUEST: &[(&str, Type)] = &[
    ("family", Text),
    ("taskRoleArn", Text),
    ("executionRoleArn", Text),
    ("networkMode", Text),
    ("containerDefinitions", Structures(CONTAINER)),
    (
        "volumes",
        Structures(&[("name", Text), ("host", Structure(&[("sourcePath", Text)]))]),
    ),
    (
        "placementConstraints",
        Structures(&[("type", Text), ("expression", Text)]),
    ),
    ("requiresCompatibilities", Texts),
    ("cpu", Text),
    ("memory", Text),
    ("tags", Structures(&[("key", Text), ("value", Text)])),
    ("pidMode", Text),
    ("ipcMode", Text),
    ("ephemeralStorage", Structure(&[("sizeInGiB", Whole)])),
    (
        "runtimePlatform",
        Structure(&[("cpuArchitecture", Text), ("operatingSystemFamily", Text)]),
    ),
];

/// Refuses a request of which a member has another type than it must have; one that is `null` is not there.
pub(super) fn check(input: &Value) -> Result<(), AwsError> {
    if !input.is_object() {
        return Err(wrong("Expected an object".to_owned()));
    }
    structure(input, REQUEST)
}

fn structure(value: &Value, members: &[(&str, Type)]) -> Result<(), AwsError> {
    let Value::Object(_) = value else {
        return Err(unlike(value, "Structure"));
    };
    members
        .iter()
        .try_for_each(|(name, kind)| kind.holds(&value[*name]))
}

impl Type {
    fn holds(self, value: &Value) -> Result<(), AwsError> {
        let name = match (self, value) {
            (_, Value::Null)
            | (Text, Value::String(_))
            | (Flag, Value::Bool(_))
            | (Map, Value::Object(_)) => return Ok(()),
            (Whole, Value::Number(number)) if number.is_i64() || number.is_u64() => return Ok(()),
            (Texts, Value::Array(items)) => return items.iter().try_for_each(|item| Text.holds(item)),
            (Structure(members), value) => return structure(value, members),
            (Structures(members), Value::Array(items)) => {
                return items.iter().try_for_each(|item| structure(item, members));
            }
            (Text, _) => "String",
            (Whole, _) => "Integer",
            (Flag, _) => "Boolean",
            (Texts | Structures(_), _) => "List",
            (Map, _) => "Map",
        };
        Err(unlike(value, name))
    }
}

fn unlike(value: &Value, wanted: &str) -> AwsError {
    let found = match value {
        Value::String(_) => "STRING_VALUE",
        Value::Number(number) if number.is_f64() => "DECIMAL_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Array(_) => return wrong("Start of list found where not expected".to_owned()),
        Value::Object(_) => return wrong("Start of structure or map found where not expected.".to_owned()),
        Value::Null => "null",
    };
    let article = if wanted == "Integer" { "an" } else { "a" };
    wrong(format!("{found} can not be converted to {article} {wanted}"))
}

fn wrong(message: String) -> AwsError {
    AwsError::new(400, "SerializationException", message).message_as("Message")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_no_texts_and_texts_no_numbers() {
        for (input, message) in [
            (
                json!({"cpu": 256}),
                "NUMBER_VALUE can not be converted to a String",
            ),
            (
                json!({"containerDefinitions": [{"memory": "512"}]}),
                "STRING_VALUE can not be converted to an Integer",
            ),
            (
                json!({"containerDefinitions": [{"cpu": 1.5}]}),
                "DECIMAL_VALUE can not be converted to an Integer",
            ),
            (
                json!({"containerDefinitions": [{"essential": "true"}]}),
                "STRING_VALUE can not be converted to a Boolean",
            ),
            (
                json!({"containerDefinitions": {"name": "a"}}),
                "Start of structure or map found where not expected.",
            ),
            (
                json!({"containerDefinitions": [{"portMappings": [{"containerPort": "80"}]}]}),
                "STRING_VALUE can not be converted to an Integer",
            ),
        ] {
            let refused = check(&input).unwrap_err();
            assert_eq!(refused.code, "SerializationException");
            assert_eq!(refused.message, message, "{input}");
        }
    }

    #[test]
    fn what_is_null_is_not_there_and_what_is_unknown_is_passed_over() {
        check(&json!({"cpu": null, "containerDefinitions": [{"essential": null, "encore": 1}], "autre": []}))
            .unwrap();
    }
}
