//! JSON inputs checked against their shapes as AWS's command line does before it sends anything: every fault, with its place.
//! <https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-file.html>

use serde::Serialize;
use serde_json::json;

use crate::json::{self, Member as Written, Node, NotJson, Value};
use crate::policy::Places;
use crate::shape::{Member, Shape};

/// What is wrong with a document before AWS sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
enum Fault {
    /// The text is not JSON.
    Json,
    /// Its values stand within one another deeper than in any document of AWS.
    TooDeep,
    /// The text is JSON, but no object.
    NotAnObject,
    /// A name stands twice in one object.
    DuplicateKey { name: String },
    /// A member that the object does not have.
    UnknownMember { name: String, known: Vec<&'static str> },
    /// A member that the object must have.
    MissingMember { name: &'static str },
    /// A value of another type.
    MistypedMember { name: String, expected: &'static str },
}

/// Reads a document of a shape. `root` is what the command line calls it, empty where it is the whole input.
///
/// The error is every fault: `{"code", …, "message", "start": {"line", "column"}}`. The message is the command line's
/// sentence, where it has one.
pub(super) fn read(text: &str, root: &str, shape: Shape) -> Result<Node, Vec<serde_json::Value>> {
    let mut reader = Reader {
        places: Places::of(text),
        faults: Vec::new(),
    };
    let read = match json::read(text) {
        Ok(read) => read,
        Err(NotJson { at, too_deep }) => {
            let fault = if too_deep { Fault::TooDeep } else { Fault::Json };
            reader.fault(&fault, at, None);
            return Err(reader.faults);
        }
    };
    for (name, at) in read.repeated {
        reader.fault(&Fault::DuplicateKey { name }, at, None);
    }
    if matches!(read.root.value, Value::Map(_)) {
        reader.check(&read.root, root, root, shape);
    } else {
        reader.fault(&Fault::NotAnObject, read.root.start, None);
    }
    if reader.faults.is_empty() {
        Ok(read.root)
    } else {
        Err(reader.faults)
    }
}

struct Reader<'a> {
    places: Places<'a>,
    faults: Vec<serde_json::Value>,
}

impl Reader<'_> {
    fn fault(&mut self, fault: &Fault, at: usize, message: Option<String>) {
        let mut told = serde_json::to_value(fault).unwrap_or_default();
        told["start"] = json!(self.places.at(at));
        if let Some(message) = message {
            told["message"] = message.into();
        }
        self.faults.push(told);
    }

    /// Checks a value. `name` is its own, `path` the one by which the command line tells it.
    fn check(&mut self, node: &Node, name: &str, path: &str, shape: Shape) {
        match (shape, &node.value) {
            (Shape::Text, Value::Text(_)) | (Shape::Boolean, Value::Bool(_)) => {}
            (Shape::Integer, Value::Number(number)) if is_whole(number) => {}
            (Shape::Timestamp, Value::Text(text)) if timestamp(text).is_some() => {}
            (Shape::List(shape), Value::List(items)) => {
                for (rank, item) in items.iter().enumerate() {
                    self.check(item, name, &format!("{path}[{rank}]"), *shape);
                }
            }
            (Shape::Map, Value::Map(members)) => {
                for member in members {
                    let path = format!("{path}.{}", member.name);
                    self.check(&member.node, &member.name, &path, Shape::Text);
                }
            }
            (Shape::Structure(members), Value::Map(written)) => {
                self.check_members(node, written, path, members);
            }
            (shape, value) => {
                let fault = Fault::MistypedMember {
                    name: name.to_owned(),
                    expected: shape.name(),
                };
                let (value, kind) = (python(value, false), python_type(value));
                let valid = shape.python_types();
                let message = format!(
                    "Invalid type for parameter {}, value: {value}, type: <class '{kind}'>, valid types: {valid}",
                    shown(path)
                );
                self.fault(&fault, node.start, Some(message));
            }
        }
    }

    fn check_members(&mut self, node: &Node, written: &[Written], path: &str, members: &'static [Member]) {
        for member in members.iter().filter(|member| member.required) {
            if !written.iter().any(|one| one.name == member.name) {
                let message = format!(
                    "Missing required parameter in {}: \"{}\"",
                    shown(path),
                    member.name
                );
                self.fault(
                    &Fault::MissingMember { name: member.name },
                    node.start,
                    Some(message),
                );
            }
        }
        for one in written {
            match members.iter().find(|member| member.name == one.name) {
                Some(member) => {
                    self.check(
                        &one.node,
                        &one.name,
                        &format!("{path}.{}", one.name),
                        member.shape,
                    );
                }
                None => self.unknown(one, path, members),
            }
        }
    }

    fn unknown(&mut self, written: &Written, path: &str, members: &'static [Member]) {
        let known: Vec<&'static str> = members.iter().map(|member| member.name).collect();
        let message = format!(
            "Unknown parameter in {}: \"{}\", must be one of: {}",
            shown(path),
            written.name,
            known.join(", ")
        );
        let name = written.name.clone();
        self.fault(&Fault::UnknownMember { name, known }, written.at, Some(message));
    }
}

/// How the command line names a place: the whole input has no name of its own.
fn shown(path: &str) -> &str {
    match path.trim_start_matches('.') {
        "" => "input",
        path => path,
    }
}

fn is_whole(number: &str) -> bool {
    !number.contains(['.', 'e', 'E'])
}

impl Shape {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Timestamp => "timestamp",
            Self::List(_) => "array",
            Self::Map | Self::Structure(_) => "object",
        }
    }

    /// What the command line, which is written in Python, calls the types that would do.
    fn python_types(self) -> &'static str {
        match self {
            Self::Text => "<class 'str'>",
            Self::Integer => "<class 'int'>",
            Self::Boolean => "<class 'bool'>",
            Self::Timestamp => "<class 'datetime.datetime'>, timestamp-string",
            Self::List(_) => "<class 'list'>, <class 'tuple'>",
            Self::Map | Self::Structure(_) => "<class 'dict'>",
        }
    }
}

fn python_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if is_whole(number) => "int",
        Value::Number(_) => "float",
        Value::Text(_) => "str",
        Value::List(_) => "list",
        Value::Map(_) => "dict",
    }
}

/// A value as Python prints it: a text has quotes only `inside` another value.
fn python(value: &Value, inside: bool) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.clone(),
        Value::Text(text) if inside => format!("'{text}'"),
        Value::Text(text) => text.clone(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| python(&item.value, true)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(members) => {
            let member = |one: &Written| format!("'{}': {}", one.name, python(&one.node.value, true));
            let members: Vec<String> = members.iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

/// A date as services want it, `2026-01-31T00:00:00Z`, from one with or without its time; `None` if it is no date.
pub(super) fn timestamp(text: &str) -> Option<String> {
    use time::format_description::well_known::Rfc3339;
    use time::macros::format_description;
    use time::{Date, OffsetDateTime, PrimitiveDateTime, UtcOffset};
    let day = format_description!("[year]-[month]-[day]");
    let local = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    let moment = OffsetDateTime::parse(text, &Rfc3339)
        .or_else(|_| PrimitiveDateTime::parse(text, local).map(PrimitiveDateTime::assume_utc))
        .or_else(|_| Date::parse(text, day).map(|date| date.midnight().assume_utc()));
    moment.ok()?.to_offset(UtcOffset::UTC).format(&Rfc3339).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::shape::{optional, required};

    const TAG: Shape = Shape::Structure(&[required("Key", Shape::Text), optional("Weight", Shape::Integer)]);
    const ROOT: Shape = Shape::Structure(&[
        required("Tags", Shape::List(&TAG)),
        optional("On", Shape::Boolean),
        optional("Since", Shape::Timestamp),
    ]);

    fn faults(text: &str) -> Vec<serde_json::Value> {
        read(text, "", ROOT).err().unwrap_or_default()
    }

    #[test]
    fn a_document_of_the_shape_has_no_fault() {
        assert!(faults(r#"{"Tags":[{"Key":"a","Weight":3}],"On":true,"Since":"2026-01-31"}"#).is_empty());
    }

    #[test]
    fn every_fault_has_its_place_and_the_sentence_of_the_command_line() {
        let told = faults("{\"Tags\": [{\"key\": \"a\", \"Weight\": \"3\"}],\n \"On\": [1, {\"a\": \"b\"}]}");
        let messages: Vec<&str> = told.iter().filter_map(|one| one["message"].as_str()).collect();
        assert_eq!(
            messages,
            [
                "Missing required parameter in Tags[0]: \"Key\"",
                "Unknown parameter in Tags[0]: \"key\", must be one of: Key, Weight",
                "Invalid type for parameter Tags[0].Weight, value: 3, type: <class 'str'>, valid types: <class 'int'>",
                "Invalid type for parameter On, value: [1, {'a': 'b'}], type: <class 'list'>, valid types: <class 'bool'>",
            ]
        );
        assert_eq!(told[2]["start"], json!({"line": 1, "column": 34}));
        assert_eq!(told[3]["start"], json!({"line": 2, "column": 8}));
    }

    #[test]
    fn a_root_with_a_name_is_told_by_it_and_the_whole_input_as_input() {
        let told = |root| read("{}", root, ROOT).unwrap_err()[0]["message"].clone();
        assert_eq!(told("Root"), "Missing required parameter in Root: \"Tags\"");
        assert_eq!(told(""), "Missing required parameter in input: \"Tags\"");
    }

    #[test]
    fn what_is_no_json_no_object_or_said_twice_is_told_apart() {
        let code = |text: &str| faults(text)[0]["code"].as_str().unwrap().to_owned();
        assert_eq!(code("{\"Tags\": [}"), "json");
        assert_eq!(code("[]"), "not_an_object");
        assert_eq!(code(r#"{"Tags":[],"Tags":[]}"#), "duplicate_key");
        assert_eq!(code(&"[".repeat(90)), "too_deep");
    }

    #[test]
    fn a_date_is_read_with_or_without_its_time() {
        for text in ["2026-01-31", "2026-01-31T00:00:00", "2026-01-31T01:00:00+01:00"] {
            assert_eq!(timestamp(text).as_deref(), Some("2026-01-31T00:00:00Z"), "{text}");
        }
        assert_eq!(timestamp("demain"), None);
    }
}
