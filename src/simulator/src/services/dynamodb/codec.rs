//! Between JSON and dynoxide: requests in, responses and errors out, ARNs and dates made the account's.

use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::names;
use super::shards;
use super::store::Account;
use super::wrong_types;
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
#[expect(
    clippy::needless_pass_by_value,
    reason = "whoever runs an input is done with it"
)]
pub(super) fn run<Q, R>(
    account: &Account,
    input: Value,
    act: fn(&Database, Q) -> dynoxide::Result<R>,
) -> Result<Value, AwsError>
where
    Q: DeserializeOwned,
    R: Serialize,
{
    let request = Q::deserialize(&input).map_err(|error| unreadable(&error.to_string()));
    let response = request.and_then(|request| {
        let response = act(&account.database, request);
        response.map_err(|error| translate(&account.id, &error))
    });
    let response = response.map_err(|error| reworded(error, &input))?;
    serde_json::to_value(response).map_err(|error| internal(&error.to_string()))
}

/// What is said better with the request at hand: dynoxide's own words for a value of the wrong JSON type, and the newer
/// validation's for a word outside its set, which name neither the word nor its member.
fn reworded(mut error: AwsError, input: &Value) -> AwsError {
    let own = ["expected ", "invalid base64"];
    if own.iter().any(|words| error.message.starts_with(words)) {
        return wrong_types::told(input).map_or(error, malformed);
    }
    for (member, shown, newer, known) in SETS {
        let newer = format!("Failed to satisfy constraint: Member must satisfy enum value set: [{newer}]");
        if error.message.contains(&newer) {
            let given = input[member].as_str().unwrap_or_default();
            let known = format!(
                "Value '{given}' at '{shown}' failed to satisfy constraint: Member must satisfy enum value set: [{known}]"
            );
            error.message = error.message.replace(&newer, &known);
        }
    }
    error
}

/// Members whose words are those of a set: how they are shown, and the set as the newer validation writes it and as
/// it is long known.
const SETS: [(&str, &str, &str, &str); 2] = [
    (
        "ReturnValues",
        "returnValues",
        "ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE",
        "ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW",
    ),
    ("ConditionalOperator", "conditionalOperator", "ALL, OR", "OR, AND"),
];

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
    if let Some(known) = repeated_members(text) {
        return known;
    }
    let about_members = text.contains("satisfy constraint");
    match text.strip_prefix("1 validation error detected: ") {
        Some(sentence) if !about_members => sentence.to_owned(),
        _ => text.replace(
            "Value at 'TableName' failed to satisfy constraint: Member must have length greater than or equal to 1",
            "Value '' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
    }
}

/// The sentence about a set that has a member twice: the newer validation quotes the members, and says more of numbers.
fn repeated_members(text: &str) -> Option<String> {
    let numbers = "Input collection contains duplicates";
    if text.ends_with(&format!("{numbers}.")) {
        return Some(numbers.to_owned());
    }
    let (before, rest) = text.split_once("Input collection [")?;
    let end = rest
        .rfind("] contains duplicates.")
        .or_else(|| rest.rfind("]of type BS"))?;
    let members: Vec<String> = serde_json::from_str(&format!("[{}]", &rest[..end])).ok()?;
    let before = before.trim_start_matches("1 validation error detected: ");
    let members = members.join(", ");
    Some(format!("{before}Input collection [{members}{}", &rest[end..]))
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

/// What AWS's models say of a token that comes with another request; dynoxide has a client's words instead.
const MISMATCH: &str = "DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token that was already used.";

/// An error of dynoxide as an error of AWS, member by member.
pub(super) fn translate(account: &str, error: &DynoxideError) -> AwsError {
    if let DynoxideError::EnvelopedValidation(text) = error {
        return invalid(long_known(text));
    }
    if let DynoxideError::IdempotentParameterMismatchException(_) = error {
        return AwsError::new(error.status_code(), error.error_type(), MISMATCH);
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
        Value::String(text) if text.contains(FOREIGN) => {
            let dated = shards::dated(text);
            *text = dated
                .as_ref()
                .unwrap_or(text)
                .replace(FOREIGN, &arn_prefix(account));
        }
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| localise(cloud, account, value)),
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_f64() {
                    Some(seconds) if name.ends_with("DateTime") => *value = simulated(cloud, seconds),
                    None if name.ends_with("StreamLabel") => {
                        let dated = value.as_str().and_then(shards::label);
                        *value = dated.map_or_else(|| value.take(), Value::from);
                    }
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
    fn a_word_outside_its_set_is_named() {
        let newer = "1 validation error detected: Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]";
        let told = reworded(invalid(newer), &serde_json::json!({ "ReturnValues": "ALL" })).message;
        assert_eq!(
            told,
            "1 validation error detected: Value 'ALL' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"
        );
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
        let twice = "1 validation error detected: One or more parameter values were invalid: Input collection [\"a\", \"a\"] contains duplicates.";
        assert_eq!(
            long_known(twice),
            "One or more parameter values were invalid: Input collection [a, a] contains duplicates."
        );
        let numbers = "One or more parameter values were invalid: Input collection contains duplicates.";
        assert_eq!(long_known(numbers), "Input collection contains duplicates");
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
