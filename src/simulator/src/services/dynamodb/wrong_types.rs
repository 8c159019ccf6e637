//! DynamoDB's words for a value whose JSON is of another type than its descriptor says. dynoxide as a library answers
//! with its own.

use serde_json::Value;

/// What of an item's value holds one JSON of that type.
#[derive(Clone, Copy)]
enum Expected {
    Text,
    Bytes,
    List(&'static Expected),
    Values,
    Map,
}

/// The words for the first value of a request that is of the wrong type.
pub(super) fn told(input: &Value) -> Option<String> {
    match input {
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            let described = descriptor(name).filter(|_| members.len() == 1);
            described
                .and_then(|expected| words(expected, value))
                .or_else(|| told(value))
        }),
        Value::Array(values) => values.iter().find_map(told),
        _ => None,
    }
}

fn descriptor(name: &str) -> Option<Expected> {
    Some(match name {
        "S" | "N" => Expected::Text,
        "B" => Expected::Bytes,
        "SS" | "NS" => Expected::List(&Expected::Text),
        "BS" => Expected::List(&Expected::Bytes),
        "L" => Expected::Values,
        "M" => Expected::Map,
        _ => return None,
    })
}

fn words(expected: Expected, value: &Value) -> Option<String> {
    const STRUCTURE: &str = "Start of structure or map found where not expected";
    let words = match (expected, value) {
        (Expected::Text, Value::String(_))
        | (Expected::Values, Value::Array(_))
        | (Expected::Map, Value::Object(_)) => {
            return None;
        }
        (Expected::List(member), Value::Array(values)) => {
            return values.iter().find_map(|value| words(*member, value));
        }
        (Expected::Bytes, Value::String(text)) => return encoding(text),
        (Expected::Text | Expected::Bytes | Expected::List(_) | Expected::Values, Value::Object(_)) => {
            STRUCTURE
        }
        (Expected::Text, Value::Array(_)) => "Unrecognized collection type class java.lang.String",
        (Expected::Text, Value::Bool(true)) => "TRUE_VALUE cannot be converted to String",
        (Expected::Text, Value::Bool(false)) => "FALSE_VALUE cannot be converted to String",
        (Expected::Text, Value::Number(number)) if number.is_f64() => {
            "DECIMAL_VALUE cannot be converted to String"
        }
        (Expected::Text, _) => "NUMBER_VALUE cannot be converted to String",
        (Expected::Bytes, Value::Array(_)) => "Unrecognized collection type class java.nio.ByteBuffer",
        (Expected::Bytes, _) => "only base-64-encoded strings are convertible to bytes",
        (Expected::Map, Value::Array(_)) => {
            "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>"
        }
        (Expected::List(_) | Expected::Values | Expected::Map, _) => "Unexpected field type",
    };
    Some(words.to_owned())
}

/// What is wrong with bytes in base 64; AWS's own spelling.
fn encoding(text: &str) -> Option<String> {
    use base64::{Engine, prelude::BASE64_STANDARD};
    if BASE64_STANDARD.decode(text).is_ok() {
        return None;
    }
    let length = text.len();
    Some(if length.is_multiple_of(4) {
        "Invalid last non-pad Base64 character dectected".to_owned()
    } else {
        format!("Base64 encoded length is expected a multiple of 4 bytes but found: {length}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_words_are_those_of_the_first_value_that_is_wrong() {
        for (value, expected) in [
            (json!({"S": 1}), "NUMBER_VALUE cannot be converted to String"),
            (json!({"N": 1.5}), "DECIMAL_VALUE cannot be converted to String"),
            (json!({"S": true}), "TRUE_VALUE cannot be converted to String"),
            (
                json!({"S": ["a"]}),
                "Unrecognized collection type class java.lang.String",
            ),
            (
                json!({"SS": ["a", {}]}),
                "Start of structure or map found where not expected",
            ),
            (json!({"SS": "a"}), "Unexpected field type"),
            (
                json!({"L": [{"S": "a"}, {"N": 1}]}),
                "NUMBER_VALUE cannot be converted to String",
            ),
            (
                json!({"M": {"a": {"B": 1}}}),
                "only base-64-encoded strings are convertible to bytes",
            ),
            (
                json!({"B": "%"}),
                "Base64 encoded length is expected a multiple of 4 bytes but found: 1",
            ),
            (
                json!({"BS": ["YQ==", "%%%%"]}),
                "Invalid last non-pad Base64 character dectected",
            ),
        ] {
            let input = json!({"Item": {"S": {"S": "x"}, "T": {"L": []}, "v": value}});
            assert_eq!(told(&input).as_deref(), Some(expected), "{input}");
        }
        assert_eq!(
            told(&json!({"Item": {"a": {"B": "YQ=="}, "b": {"NULL": true}}})),
            None
        );
    }
}
