//! What the API's model lets a request say of a function: lengths, patterns, bounds, values.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>

use serde_json::Value;

use super::super::runtimes::ARCHITECTURES;
use crate::error::AwsError;
use crate::services::form::{Complaint, Form, Rule};

const HANDLER: Rule = Rule {
    min: 0,
    max: 128,
    accepts: |text| !text.chars().any(char::is_whitespace),
    complaint: Complaint::Pattern("[^\\s]+"),
};
const DESCRIPTION: Rule = Rule::length(0, 256);

const ROLE: Rule = Rule {
    min: 0,
    max: 10_000,
    accepts: |text| text.starts_with("arn:aws:iam::") && text.contains(":role/"),
    complaint: Complaint::Pattern("arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+"),
};

const ARCHITECTURE: Rule = Rule {
    min: 1,
    max: 16,
    accepts: |text| ARCHITECTURES.contains(&text),
    complaint: Complaint::Values(&ARCHITECTURES),
};

/// The longest time that a function may run, in seconds.
const LONGEST: i64 = 900;
/// The most memory of a function, in MiB.
const MOST_MEMORY: i64 = 10_240;
/// The most of `/tmp`, in MiB.
const MOST_STORAGE: i64 = 10_240;
/// Members whose values the model lists: where they are, how a validation error names them, what they may be.
const ENUMERATED: [(&str, &str, &[&str]); 4] = [
    ("/PackageType", "packageType", &["Image", "Zip"]),
    (
        "/SnapStart/ApplyOn",
        "snapStart.applyOn",
        &["PublishedVersions", "None"],
    ),
    (
        "/TracingConfig/Mode",
        "tracingConfig.mode",
        &["PassThrough", "Active"],
    ),
    (
        "/LoggingConfig/LogFormat",
        "loggingConfig.logFormat",
        &["JSON", "Text"],
    ),
];

/// Notes what breaks the model.
pub(super) fn constrain(form: &mut Form<'_>) {
    form.optional("Handler", &HANDLER);
    form.optional("Role", &ROLE);
    form.optional("Description", &DESCRIPTION);
    form.number("Timeout", 1, LONGEST);
    form.number("MemorySize", 128, MOST_MEMORY);
    let input = form.raw();
    if input["Architectures"]
        .as_array()
        .is_some_and(|given| given.len() > 1)
    {
        // Alone: what there are too many of need not be right.
        form.list("Architectures", 1, &Rule::length(0, usize::MAX));
    } else {
        form.list("Architectures", 1, &ARCHITECTURE);
    }
    storage(form, &input["EphemeralStorage"]["Size"]);
    variables(form, &input["Environment"]["Variables"]);
    for (path, place, values) in ENUMERATED {
        if let Some(other) = input.pointer(path).and_then(Value::as_str)
            && !values.contains(&other)
        {
            let set = format!("Member must satisfy enum value set: [{}]", values.join(", "));
            form.wrong(place, other, &set);
        }
    }
}

/// Notes names that are none, and values that are not there. Neither is shown: they may be secrets.
fn variables(form: &mut Form<'_>, given: &Value) {
    let mut given = given.as_object().into_iter().flatten();
    if given.clone().any(|(name, _)| !is_variable(name)) {
        form.unseen(
            "environment.variables",
            "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+, \
             Member must not be null]",
        );
    }
    if given.any(|(_, value)| value.is_null()) {
        form.unseen(
            "environment.variables",
            "Map value must satisfy constraint: [Member must not be null]",
        );
    }
}

fn is_variable(name: &str) -> bool {
    name.len() >= 2
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Refuses values of another kind than the model has.
pub(super) fn readable(input: &Value) -> Result<(), AwsError> {
    let unreadable = |message: String| AwsError::new(400, "SerializationException", message);
    let (layers, variables) = (&input["Layers"], &input["Environment"]["Variables"]);
    if !layers.is_null() && !layers.is_array() {
        return Err(unreadable("Expected list or null".to_owned()));
    }
    if !variables.is_null() && !variables.is_object() {
        return Err(unreadable("Expected map or null".to_owned()));
    }
    let variables = variables.as_object().into_iter().flatten();
    let texts = variables.map(|(_, value)| value);
    let mut texts = texts.chain(layers.as_array().into_iter().flatten());
    let other = texts.find_map(|value| match value {
        Value::Bool(true) => Some("TRUE_VALUE"),
        Value::Bool(false) => Some("FALSE_VALUE"),
        Value::Number(_) => Some("NUMBER_VALUE"),
        Value::Array(_) => Some("START_ARRAY"),
        Value::Object(_) => Some("START_OBJECT"),
        Value::String(_) | Value::Null => None,
    });
    other.map_or(Ok(()), |other| {
        Err(unreadable(format!("{other} can not be converted to a String")))
    })
}

fn storage(form: &mut Form<'_>, size: &Value) {
    let constraint = match size.as_i64() {
        Some(..512) => "Member must have value greater than or equal to 512".to_owned(),
        Some(size) if size > MOST_STORAGE => {
            format!("Member must have value less than or equal to {MOST_STORAGE}")
        }
        _ => return,
    };
    form.wrong("ephemeralStorage.size", &size.to_string(), &constraint);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    #[test]
    fn variables_have_names_and_texts() {
        let refused = |variables: Value| {
            let input = json!({ "Environment": { "Variables": variables } });
            let mut form = Form::of_json(&input);
            constrain(&mut form);
            form.check()
                .and_then(|()| readable(&input))
                .err()
                .map(|error| error.message)
        };
        assert_eq!(refused(json!({ "PATH": "/opt", "A_1": "" })), None);
        for name in ["A", "1AB", "a-b", "a=b", "A B", "", "_AB"] {
            let message = refused(json!({ name: "secret" })).unwrap();
            assert!(
                message.starts_with(
                    "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys"
                ),
                "{name}: {message}"
            );
        }
        let number = refused(json!({ "AB": 3 })).unwrap();
        assert_eq!(number, "NUMBER_VALUE can not be converted to a String");
    }

    #[test]
    fn layers_are_a_list_of_texts() {
        let refused = |layers: Value| readable(&json!({ "Layers": layers })).unwrap_err().message;
        assert_eq!(refused(json!("x")), "Expected list or null");
        assert_eq!(
            refused(json!([true])),
            "TRUE_VALUE can not be converted to a String"
        );
    }
}
