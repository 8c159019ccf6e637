//! What the API's model lets a request say of a function: lengths, patterns, bounds, values.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>

use serde_json::Value;

use super::super::runtimes::ARCHITECTURES;
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
const ENUMERATED: [(&str, &str, &[&str]); 3] = [
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
    for (path, place, values) in ENUMERATED {
        if let Some(other) = input.pointer(path).and_then(Value::as_str)
            && !values.contains(&other)
        {
            let set = format!("Member must satisfy enum value set: [{}]", values.join(", "));
            form.wrong(place, other, &set);
        }
    }
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
