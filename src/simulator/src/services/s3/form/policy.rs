//! The policy document of a form: what the signer lets whoever holds the form upload.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

use super::multipart::Form;
use crate::services::s3::dates::parse_iso;
use crate::services::s3::fault::{Fault, Outcome};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value};
use time::OffsetDateTime;

/// Fields that no condition needs to name.
const FREE: [&str; 3] = ["x-amz-signature", "file", "policy"];
const FREE_PREFIX: &str = "x-ignore-";

/// A policy that has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::services::s3) struct Policy {
    /// On the signer's clock.
    pub(in crate::services::s3) expiration: OffsetDateTime,
    conditions: Vec<Condition>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    Equals { field: String, value: String },
    StartsWith { field: String, value: String },
    Length { least: u64, most: u64 },
}

fn invalid(message: impl std::fmt::Display) -> Fault {
    Fault::new(400, "InvalidPolicyDocument", format!("Invalid Policy: {message}"))
}

fn violated(message: impl std::fmt::Display) -> Fault {
    Fault::new(
        403,
        "AccessDenied",
        format!("Invalid according to Policy: {message}"),
    )
}

impl Policy {
    /// Reads the field `policy`.
    pub(in crate::services::s3) fn parse(encoded: &str) -> Outcome<Self> {
        let compact: String = encoded.split_ascii_whitespace().collect();
        let text = BASE64_STANDARD
            .decode(compact)
            .map_err(|_| invalid("invalid Base64 encoding."))?;
        if text.is_empty() {
            return Err(invalid("Expecting '{' but found End-of-Input"));
        }
        let policy: Map<String, Value> =
            serde_json::from_slice(&text).map_err(|_| invalid("Invalid JSON."))?;
        let known = ["expiration", "conditions"];
        if let Some(name) = policy.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(invalid(format_args!("Unexpected: \"{name}\"")));
        }
        let expiration = policy
            .get("expiration")
            .ok_or_else(|| invalid("Policy missing expiration."))?;
        let expiration = expiration.as_str().and_then(parse_iso).ok_or_else(|| {
            let shown = expiration
                .as_str()
                .map_or_else(|| expiration.to_string(), str::to_owned);
            invalid(format_args!("Invalid 'expiration' value: '{shown}'"))
        })?;
        let conditions = policy
            .get("conditions")
            .ok_or_else(|| invalid("Policy missing conditions."))?;
        let conditions = conditions
            .as_array()
            .ok_or_else(|| invalid("Invalid 'conditions' value: must be a List."))?;
        let mut read = Vec::with_capacity(conditions.len());
        for condition in conditions {
            read.push(condition_of(condition)?);
        }
        Ok(Self {
            expiration,
            conditions: read,
        })
    }

    /// Refuses a form that comes too late, that breaks a condition, or that has a field of which none speaks.
    pub(in crate::services::s3) fn check(&self, form: &Form, bucket: &str, late: bool) -> Outcome<()> {
        if late {
            return Err(violated("Policy expired."));
        }
        for condition in &self.conditions {
            if !condition.holds(form, bucket)? {
                return Err(violated(format_args!("Policy Condition failed: {condition}")));
            }
        }
        let names = form.fields().map(|(name, _)| name);
        let mut needed = names
            .chain(["bucket"])
            .filter(|name| !FREE.contains(name) && !name.starts_with(FREE_PREFIX));
        match needed.find(|name| !self.speaks_of(name)) {
            Some(name) => Err(violated(format_args!("Extra input fields: {name}"))),
            None => Ok(()),
        }
    }

    fn speaks_of(&self, name: &str) -> bool {
        self.conditions.iter().any(|condition| match condition {
            Condition::Equals { field, .. } | Condition::StartsWith { field, .. } => {
                field.eq_ignore_ascii_case(name)
            }
            Condition::Length { .. } => false,
        })
    }
}

impl Condition {
    fn holds(&self, form: &Form, bucket: &str) -> Outcome<bool> {
        let found = |field: &str| {
            // The bucket is the address's, whatever the form says.
            let value = if field.eq_ignore_ascii_case("bucket") {
                Some(bucket)
            } else {
                form.get(field)
            };
            value.unwrap_or_default().to_owned()
        };
        Ok(match self {
            Self::Equals { field, value } => found(field) == *value,
            Self::StartsWith { field, value } if field.eq_ignore_ascii_case("content-type") => {
                let types = found(field);
                types
                    .split(',')
                    .all(|kind| kind.trim().starts_with(value.as_str()))
            }
            Self::StartsWith { field, value } => found(field).starts_with(value.as_str()),
            Self::Length { least, most } => {
                let length = form.file.as_ref().map_or(0, |file| file.len() as u64);
                check_length(length, *least, *most)?;
                true
            }
        })
    }
}

/// Refuses a file of another length than the policy allows.
fn check_length(length: u64, least: u64, most: u64) -> Outcome<()> {
    if length > most {
        let message = "Your proposed upload exceeds the maximum allowed size";
        let fault = Fault::new(400, "EntityTooLarge", message);
        return Err(fault
            .with("ProposedSize", length.to_string())
            .with("MaxSizeAllowed", most.to_string()));
    }
    if length < least {
        let message = "Your proposed upload is smaller than the minimum allowed size";
        let fault = Fault::new(400, "EntityTooSmall", message);
        return Err(fault
            .with("ProposedSize", length.to_string())
            .with("MinSizeAllowed", least.to_string()));
    }
    Ok(())
}

impl std::fmt::Display for Condition {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |text: &str| Value::from(text).to_string();
        match self {
            Self::Equals { field, value } => write!(out, "[\"eq\", \"${field}\", {}]", text(value)),
            Self::StartsWith { field, value } => {
                write!(out, "[\"starts-with\", \"${field}\", {}]", text(value))
            }
            Self::Length { least, most } => write!(out, "[\"content-length-range\", {least}, {most}]"),
        }
    }
}

fn condition_of(condition: &Value) -> Outcome<Condition> {
    match condition {
        Value::Object(pairs) => {
            let mut pairs = pairs.iter();
            let (Some((field, value)), None) = (pairs.next(), pairs.next()) else {
                let message =
                    "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.";
                return Err(invalid(message));
            };
            let value = value
                .as_str()
                .ok_or_else(|| invalid("Invalid Simple-Condition: value must be a string."))?;
            Ok(Condition::Equals {
                field: field.clone(),
                value: value.to_owned(),
            })
        }
        Value::Array(words) => matching(words),
        _ => Err(invalid("Invalid condition test: must be a List or Object.")),
    }
}

fn matching(words: &[Value]) -> Outcome<Condition> {
    let operation = words
        .first()
        .and_then(Value::as_str)
        .ok_or_else(|| invalid("Invalid Condition: missing operation identifier."))?;
    let lower = operation.to_ascii_lowercase();
    if !["eq", "starts-with", "content-length-range"].contains(&lower.as_str()) {
        let message = format_args!("Invalid Condition: unknown operation '{operation}'.");
        return Err(invalid(message));
    }
    let wrong = || invalid(format_args!("Invalid {operation}: wrong number of arguments."));
    let [_, first, second] = words else {
        return Err(wrong());
    };
    if lower == "content-length-range" {
        let (least, most) = (
            number(first).ok_or_else(wrong)?,
            number(second).ok_or_else(wrong)?,
        );
        return Ok(Condition::Length { least, most });
    }
    let (field, value) = (
        first.as_str().ok_or_else(wrong)?,
        second.as_str().ok_or_else(wrong)?,
    );
    let field = field
        .strip_prefix('$')
        .ok_or_else(|| invalid(format_args!("Invalid {operation}: field must begin with '$'.")))?;
    let (field, value) = (field.to_owned(), value.to_owned());
    if lower == "eq" {
        Ok(Condition::Equals { field, value })
    } else {
        Ok(Condition::StartsWith { field, value })
    }
}

/// Numbers may be written as text.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::multipart::read;
    use super::*;
    use bytes::Bytes;

    fn parse(text: &str) -> Outcome<Policy> {
        Policy::parse(&BASE64_STANDARD.encode(text))
    }

    fn refused(text: &str) -> String {
        let fault = parse(text).unwrap_err();
        assert_eq!((fault.status, &*fault.code), (400, "InvalidPolicyDocument"));
        fault.message.into_owned()
    }

    fn conditions(conditions: &str) -> String {
        format!(r#"{{"expiration":"2026-11-22T12:00:00.000Z","conditions":[{conditions}]}}"#)
    }

    /// What a form with these fields and a file of five bytes is told.
    fn answer(policy: &str, fields: &[(&str, &str)]) -> String {
        let mut body = String::new();
        for (name, value) in fields.iter().chain(&[("file", "cinq!")]) {
            body += "--X\r\nContent-Disposition: form-data; name=\"";
            body += name;
            body += "\"\r\n\r\n";
            body += value;
            body += "\r\n";
        }
        body += "--X--";
        let form = read("multipart/form-data; boundary=X", &Bytes::from(body)).unwrap();
        let checked = parse(&conditions(policy))
            .unwrap()
            .check(&form, "rapports", false);
        checked.map_or_else(|fault| fault.message.into_owned(), |()| "ok".to_owned())
    }

    #[test]
    fn what_is_no_policy_is_refused_in_s3s_words() {
        assert_eq!(
            refused(""),
            "Invalid Policy: Expecting '{' but found End-of-Input"
        );
        assert_eq!(refused("{"), "Invalid Policy: Invalid JSON.");
        assert_eq!(refused("{}"), "Invalid Policy: Policy missing expiration.");
        assert_eq!(
            refused(r#"{"Expiration":1}"#),
            "Invalid Policy: Unexpected: \"Expiration\""
        );
        assert_eq!(
            refused(r#"{"expiration":"demain","conditions":[]}"#),
            "Invalid Policy: Invalid 'expiration' value: 'demain'"
        );
        assert_eq!(
            refused(r#"{"expiration":"2026-11-22T12:00:00Z"}"#),
            "Invalid Policy: Policy missing conditions."
        );
        assert_eq!(
            refused(&conditions("1")),
            "Invalid Policy: Invalid condition test: must be a List or Object."
        );
        assert_eq!(
            refused(&conditions(r#"["ends-with","$key","a"]"#)),
            "Invalid Policy: Invalid Condition: unknown operation 'ends-with'."
        );
        assert_eq!(
            refused(&conditions(r#"["eq","$key"]"#)),
            "Invalid Policy: Invalid eq: wrong number of arguments."
        );
        assert_eq!(
            refused(&conditions(r#"{"a":"1","b":"2"}"#)),
            "Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified."
        );
        assert_eq!(
            Policy::parse("%").unwrap_err().message,
            "Invalid Policy: invalid Base64 encoding."
        );
    }

    #[test]
    fn every_field_must_be_spoken_of() {
        let bucket = r#"{"bucket":"rapports"}"#;
        let policy = format!(r#"{bucket},["starts-with","$key","a/"]"#);
        assert_eq!(answer(&policy, &[("Key", "a/b")]), "ok");
        assert_eq!(answer(&policy, &[("key", "a/b"), ("x-ignore-me", "1")]), "ok");
        assert_eq!(
            answer(&policy, &[("key", "a/b"), ("acl", "private")]),
            "Invalid according to Policy: Extra input fields: acl"
        );
        assert_eq!(
            answer(r#"["starts-with","$key",""]"#, &[("key", "k")]),
            "Invalid according to Policy: Extra input fields: bucket"
        );
    }

    #[test]
    fn conditions_hold_a_form_to_values_beginnings_and_lengths() {
        let bucket = r#"{"bucket":"rapports"}"#;
        let of = |condition: &str, fields: &[(&str, &str)]| answer(&format!("{bucket},{condition}"), fields);
        assert_eq!(
            of(r#"["eq","$key","a"]"#, &[("key", "b")]),
            "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$key\", \"a\"]"
        );
        assert_eq!(
            answer(r#"{"bucket":"autre"}"#, &[]),
            "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$bucket\", \"autre\"]"
        );
        let image = r#"["starts-with","$Content-Type","image/"]"#;
        assert_eq!(of(image, &[("content-type", "image/png, image/gif")]), "ok");
        assert_ne!(of(image, &[("content-type", "image/png,text/html")]), "ok");
        assert_eq!(of(r#"["content-length-range",5,"5"]"#, &[]), "ok");
        assert_eq!(
            of(r#"["content-length-range",0,4]"#, &[]),
            "Your proposed upload exceeds the maximum allowed size"
        );
        assert_eq!(
            of(r#"["content-length-range",6,10]"#, &[]),
            "Your proposed upload is smaller than the minimum allowed size"
        );
    }

    #[test]
    fn a_policy_has_its_time() {
        let policy = parse(&conditions(r#"{"bucket":"rapports"}"#)).unwrap();
        let fault = policy.check(&Form::default(), "rapports", true).unwrap_err();
        assert_eq!(fault.message, "Invalid according to Policy: Policy expired.");
    }
}
