//! Between JSON and dynoxide: requests in, responses and errors out, ARNs and dates made the account's.

use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::names;
use super::store::Account;
use crate::REGION;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;

/// What dynoxide writes where an account's ARNs have region and account.
pub(super) const FOREIGN: &str = "arn:aws:dynamodb:dynoxide:000000000000:";

/// Where an account's ARNs of DynamoDB begin.
pub(super) fn arn_prefix(account: &str) -> String {
    format!("arn:aws:dynamodb:{REGION}:{account}:")
}

/// The ARN of a table.
pub(super) fn table_arn(account: &str, table: &str) -> String {
    format!("{}table/{table}", arn_prefix(account))
}

/// Runs one of dynoxide's operations on a JSON input, on the tables of an account.
pub(super) fn run<Q, R>(
    account: &Account,
    input: Value,
    act: fn(&Database, Q) -> dynoxide::Result<R>,
) -> Result<Value, AwsError>
where
    Q: DeserializeOwned,
    R: Serialize,
{
    let request = serde_json::from_value::<Q>(input).map_err(|error| unreadable(&error.to_string()))?;
    let response = act(&account.database, request);
    let response = response.map_err(|error| translate(&account.id, &error))?;
    serde_json::to_value(response).map_err(|error| internal(&error.to_string()))
}

/// The failure of an operation that is no fault of the request.
pub(super) fn internal(message: &str) -> AwsError {
    AwsError::new(
        500,
        "com.amazonaws.dynamodb.v20120810#InternalServerError",
        message,
    )
}

/// A validation error, as DynamoDB writes it.
pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "com.amazon.coral.validate#ValidationException", message)
}

fn malformed(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "com.amazon.coral.service#SerializationException", message).message_as("Message")
}

/// A validation's sentence as documentation and programs know it.
///
/// AWS moves operations, region by region, to a newer validation whose words dynoxide has: there, sentences about
/// expressions and values begin like those about members, and a member that is too short is told without its value.
fn long_known(text: &str) -> String {
    let about_members = text.contains("satisfy constraint");
    match text.strip_prefix("1 validation error detected: ") {
        Some(sentence) if !about_members => sentence.to_owned(),
        _ => text.replace(
            "Value at 'TableName' failed to satisfy constraint: Member must have length greater than or equal to 1",
            "Value '' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
    }
}

/// An input that dynoxide cannot read. It marks what is DynamoDB's own wording; the rest is serde's.
fn unreadable(message: &str) -> AwsError {
    for marker in ["VALIDATION_REQUEST:", "VALIDATION:", "VALIDATION_AS_READ:"] {
        if let Some(text) = message.strip_prefix(marker) {
            return invalid(long_known(text));
        }
    }
    for marker in ["SERIALIZATION:", "SERIALIZATION_AS_READ:"] {
        if let Some(text) = message.strip_prefix(marker) {
            return malformed(text);
        }
    }
    if message.contains("empty AttributeValue") {
        return invalid(
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
        );
    }
    let validation = [
        "missing field",
        "unknown variant",
        "invalid type: null",
        "Supplied AttributeValue",
    ];
    if validation.iter().any(|sign| message.contains(sign)) {
        invalid(message)
    } else {
        malformed(mismatch(message))
    }
}

/// DynamoDB's words for a member of the wrong JSON type, from serde's.
fn mismatch(message: &str) -> String {
    let Some((given, expected)) = message
        .strip_prefix("invalid type: ")
        .and_then(|rest| rest.split_once(", expected "))
    else {
        return message.to_owned();
    };
    let class = match expected {
        "a string" => "String",
        "a boolean" => "Boolean",
        "i64" | "u64" | "u32" | "usize" => "Long",
        _ => return "Start of structure or map found where not expected".to_owned(),
    };
    let given = given.split(' ').next().unwrap_or_default();
    match given {
        "integer" => format!("NUMBER_VALUE cannot be converted to {class}"),
        "floating" => format!("DECIMAL_VALUE cannot be converted to {class}"),
        "string" => format!("STRING_VALUE cannot be converted to {class}"),
        "boolean" if message.contains("`true`") => format!("TRUE_VALUE cannot be converted to {class}"),
        "boolean" => format!("FALSE_VALUE cannot be converted to {class}"),
        "sequence" => format!("Unrecognized collection type class java.lang.{class}"),
        _ => "Start of structure or map found where not expected".to_owned(),
    }
}

/// An error of dynoxide as an error of AWS, member by member.
pub(super) fn translate(account: &str, error: &DynoxideError) -> AwsError {
    if let DynoxideError::EnvelopedValidation(text) = error {
        return invalid(long_known(text));
    }
    let members = serde_json::from_str::<Map<String, Value>>(&error.to_json()).unwrap_or_default();
    let mut translated = AwsError::new(error.status_code(), error.error_type(), "");
    for (name, value) in members {
        match (name.as_str(), value) {
            ("__type", _) => {}
            ("message", Value::String(text)) => translated.message = localised(account, &text),
            ("Message", Value::String(text)) => {
                translated = translated.message_as("Message");
                translated.message = localised(account, &text);
            }
            (_, value) => translated = translated.with(name, value),
        }
    }
    translated
}

/// A message in the account's ARNs.
fn localised(account: &str, text: &str) -> String {
    long_known(text).replace(FOREIGN, &arn_prefix(account))
}

/// Makes the ARNs of a description those of the account, and its dates simulated ones: dynoxide dates tables with the
/// machine's clock.
pub(super) fn localise(cloud: &Cloud, account: &str, value: &mut Value) {
    match value {
        Value::String(text) if text.contains(FOREIGN) => *text = text.replace(FOREIGN, &arn_prefix(account)),
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| localise(cloud, account, value)),
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_f64() {
                    Some(seconds) if name.ends_with("DateTime") => *value = simulated(cloud, seconds),
                    _ => localise(cloud, account, value),
                }
            }
        }
        _ => {}
    }
}

fn simulated(cloud: &Cloud, seconds: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds")]
    let date =
        OffsetDateTime::from_unix_timestamp(seconds.floor() as i64).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let simulated = cloud.clock.simulated(date) - OffsetDateTime::UNIX_EPOCH;
    (simulated.as_seconds_f64() + seconds.fract()).into()
}

/// Makes the ARNs that a request names dynoxide's.
pub(super) fn globalise(account: &str, call: &mut Call) {
    for member in ["ResourceArn", "StreamArn", "ExclusiveStartStreamArn"] {
        if let Some(Value::String(arn)) = call.input.get_mut(member) {
            names::globalise(arn, account, FOREIGN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_of_the_wrong_type_is_named_in_dynamodb_s_words() {
        let words = |message: &str| unreadable(message).message;
        assert_eq!(
            words("invalid type: integer `23`, expected a string"),
            "NUMBER_VALUE cannot be converted to String"
        );
        assert_eq!(
            words("invalid type: string \"x\", expected u64"),
            "STRING_VALUE cannot be converted to Long"
        );
        assert_eq!(
            words("invalid type: boolean `true`, expected a string"),
            "TRUE_VALUE cannot be converted to String"
        );
    }

    #[test]
    fn what_dynoxide_marks_is_an_error_of_its_kind_in_its_own_words() {
        let said = |message: &str| {
            let error = unreadable(message);
            (error.short_code().to_owned(), error.message)
        };
        for marker in ["VALIDATION", "VALIDATION_REQUEST", "VALIDATION_AS_READ"] {
            let expected = ("ValidationException".to_owned(), "bad".to_owned());
            assert_eq!(said(&format!("{marker}:bad")), expected);
        }
        assert_eq!(said("SERIALIZATION:bad").0, "SerializationException");
    }

    #[test]
    fn a_validation_says_what_documentation_says_it_says() {
        let enveloped =
            "1 validation error detected: Value provided in ExpressionAttributeNames unused in expressions";
        assert!(
            long_known(enveloped).starts_with("Value provided"),
            "{}",
            long_known(enveloped)
        );
        let member = "1 validation error detected: Value 'a' at 'tableName' failed to satisfy constraint: x";
        assert_eq!(long_known(member), member);
        let short = "Value at 'TableName' failed to satisfy constraint: Member must have length greater than or equal to 1";
        assert!(long_known(short).starts_with("Value '' at 'tableName'"));
    }

    #[test]
    fn an_error_of_dynoxide_keeps_its_members() {
        let error = DynoxideError::TransactionCanceledException("cancelled".into(), Vec::new());
        let translated = translate("123456789012", &error);
        assert_eq!(translated.short_code(), "TransactionCanceledException");
        assert_eq!(translated.message_member, "Message");
        assert_eq!(translated.message, "cancelled");
        assert!(
            translated
                .extras
                .iter()
                .any(|(name, _)| name == "CancellationReasons")
        );
    }
}
