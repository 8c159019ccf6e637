//! The types of a task definition's members: what has the wrong one is no request of the API's.

use serde_json::Value;

use super::members::TASK_DEFINITION;
use crate::error::AwsError;
use crate::shape::Shape::{self, Boolean, Integer, List, Map, Structure, Text, Timestamp};

/// Refuses a request of which a member has another type than it must have; one that is `null` is not there.
pub(super) fn check(input: &Value) -> Result<(), AwsError> {
    if !input.is_object() {
        return Err(wrong("Expected an object".to_owned()));
    }
    holds(TASK_DEFINITION, input)
}

fn holds(shape: Shape, value: &Value) -> Result<(), AwsError> {
    match (shape, value) {
        (_, Value::Null) | (Text | Timestamp, Value::String(_)) | (Boolean, Value::Bool(_)) => Ok(()),
        (Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => Ok(()),
        (List(shape), Value::Array(items)) => items.iter().try_for_each(|item| holds(*shape, item)),
        (Map, Value::Object(members)) => members.values().try_for_each(|value| holds(Text, value)),
        (Structure(members), Value::Object(_)) => members
            .iter()
            .try_for_each(|member| holds(member.shape, &value[member.name])),
        (shape, value) => Err(unlike(value, java(shape))),
    }
}

/// What AWS calls a shape when it finds another.
fn java(shape: Shape) -> &'static str {
    match shape {
        Text | Timestamp => "String",
        Integer => "Integer",
        Boolean => "Boolean",
        List(_) => "List",
        Map => "Map",
        Structure(_) => "Structure",
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
