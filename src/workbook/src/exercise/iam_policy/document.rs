//! A policy's JSON as it is judged beyond its decisions: its statements, their elements, their wildcards.

use serde_json::Value;

/// The statements of a policy, be there a list or a single one.
pub(super) fn statements(policy: &Value) -> impl Iterator<Item = &Value> {
    let statement = &policy["Statement"];
    let several = statement.as_array().into_iter().flatten();
    let single = Some(statement).filter(|statement| statement.is_object());
    several.chain(single)
}

/// The statements that allow.
pub(super) fn allowing(policy: &Value) -> impl Iterator<Item = &Value> {
    statements(policy).filter(|statement| statement["Effect"] == "Allow")
}

/// The texts of an element, be there a list or a single one.
pub(super) fn texts(element: &Value) -> impl Iterator<Item = &str> {
    let several = element.as_array().into_iter().flatten();
    several.chain(Some(element)).filter_map(Value::as_str)
}

/// The conditions of a statement: operator, key, values as they are typed in a request.
pub(super) fn conditions(statement: &Value) -> impl Iterator<Item = (&str, &str, Vec<String>)> {
    let operators = statement["Condition"].as_object().into_iter().flatten();
    operators.flat_map(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.map(|(key, values)| (operator.as_str(), key.as_str(), typed(values)))
    })
}

fn typed(values: &Value) -> Vec<String> {
    match values {
        Value::Array(several) => several.iter().flat_map(typed).collect(),
        Value::String(text) => vec![text.clone()],
        Value::Bool(_) | Value::Number(_) => vec![values.to_string()],
        _ => Vec::new(),
    }
}

/// Whether a pattern with `*` and `?` covers a text; IAM reads the names of actions without their case.
pub(super) fn covers(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_ascii_lowercase(), text.to_ascii_lowercase());
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut in_text) = (0, 0);
    let mut star = None;
    while in_text < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, in_text));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[in_text] => {
                at += 1;
                in_text += 1;
            }
            _ => {
                let Some((back, taken)) = star else {
                    return false;
                };
                star = Some((back, taken + 1));
                (at, in_text) = (back + 1, taken + 1);
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// A text that a pattern covers; none where a variable would have to be known.
pub(super) fn instance(pattern: &str, word: &str) -> Option<String> {
    (!pattern.contains("${")).then(|| pattern.replace('*', word).replace('?', "x"))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_pattern_covers_what_its_wildcards_stand_for() {
        for (pattern, text, expected) in [
            ("s3:Get*", "s3:GetObject", true),
            ("s3:get*Version", "s3:GetObjectVersion", true),
            ("s3:Get*Version", "s3:GetObjectVersionAcl", false),
            ("s3:?etObject", "s3:GetObject", true),
            ("*", "", true),
            ("s3:GetObject", "s3:GetObjectAcl", false),
        ] {
            assert_eq!(covers(pattern, text), expected, "{pattern} {text}");
        }
    }
}
