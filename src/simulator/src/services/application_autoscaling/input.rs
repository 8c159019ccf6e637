//! Reading requests: what is required, which page is asked for, and how AWS refuses what is wrong.

use serde_json::{Map, Value};

use super::state::Key;
use crate::error::AwsError;

/// The namespaces that there are on AWS.
const NAMESPACES: [&str; 15] = [
    "ecs",
    "elasticmapreduce",
    "ec2",
    "appstream",
    "dynamodb",
    "rds",
    "sagemaker",
    "custom-resource",
    "comprehend",
    "lambda",
    "cassandra",
    "kafka",
    "elasticache",
    "neptune",
    "workspaces",
];

/// A `ValidationException`.
pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "ValidationException", message)
}

/// Something that AWS has and that is not simulated.
pub(super) fn not_simulated(what: &str) -> AwsError {
    AwsError::new(501, "NotImplemented", format!("{what} is not simulated."))
}

/// An `ObjectNotFoundException`.
pub(super) fn not_found(what: &str, key: &Key) -> AwsError {
    let Key {
        namespace,
        resource,
        dimension,
    } = key;
    AwsError::new(
        400,
        "ObjectNotFoundException",
        format!(
            "No {what} for service namespace: {namespace}, resource ID: {resource}, scalable dimension: {dimension}"
        ),
    )
}

/// A required text.
pub(super) fn text<'a>(input: &'a Value, member: &str) -> Result<&'a str, AwsError> {
    input[member].as_str().ok_or_else(|| {
        let mut wire = member.to_owned();
        wire[..1].make_ascii_lowercase();
        invalid(format!(
            "1 validation error detected: Value null at '{wire}' failed to satisfy constraint: Member must not be null"
        ))
    })
}

/// The required `ServiceNamespace`.
pub(super) fn namespace(input: &Value) -> Result<&str, AwsError> {
    let namespace = text(input, "ServiceNamespace")?;
    if NAMESPACES.contains(&namespace) {
        return Ok(namespace);
    }
    Err(invalid(format!(
        "1 validation error detected: Value '{namespace}' at 'serviceNamespace' failed to satisfy constraint: Member must \
         satisfy enum value set: [{}]",
        NAMESPACES.join(", ")
    )))
}

/// What a request is about: namespace, resource and dimension, all required.
pub(super) fn key(input: &Value) -> Result<Key, AwsError> {
    Ok(Key {
        namespace: namespace(input)?.to_owned(),
        resource: text(input, "ResourceId")?.to_owned(),
        dimension: text(input, "ScalableDimension")?.to_owned(),
    })
}

/// Whether something with this key is among what a request asks for.
pub(super) fn asked(input: &Value, key: &Key) -> bool {
    let same = |member: &str, value: &str| input[member].as_str().is_none_or(|asked| asked == value);
    let listed = input["ResourceIds"]
        .as_array()
        .is_none_or(|ids| ids.is_empty() || ids.iter().any(|id| id == key.resource.as_str()));
    same("ServiceNamespace", &key.namespace)
        && same("ResourceId", &key.resource)
        && same("ScalableDimension", &key.dimension)
        && listed
}

/// The largest page, and the usual one.
const PAGE: usize = 50;

/// Cuts the page that a request asks for out of a whole list, and puts it under `member`.
pub(super) fn page(
    input: &Value,
    member: &str,
    whole: impl Iterator<Item = Value>,
) -> Result<Value, AwsError> {
    let whole: Vec<Value> = whole.collect();
    let most = match input["MaxResults"].as_u64() {
        None => PAGE,
        Some(most) if (1..=PAGE as u64).contains(&most) => usize::try_from(most).unwrap_or(PAGE),
        Some(_) => return Err(invalid(format!("MaxResults must be between 1 and {PAGE}"))),
    };
    let start = match input["NextToken"].as_str() {
        None => 0,
        Some(token) => token
            .parse()
            .ok()
            .filter(|start| *start <= whole.len())
            .ok_or_else(|| {
                AwsError::new(
                    400,
                    "InvalidNextTokenException",
                    "The next token supplied was invalid.",
                )
            })?,
    };
    let end = whole.len().min(start.saturating_add(most));
    let mut output = Map::new();
    if end < whole.len() {
        output.insert("NextToken".to_owned(), end.to_string().into());
    }
    output.insert(member.to_owned(), whole[start..end].to_vec().into());
    Ok(Value::Object(output))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    #[test]
    fn pages_follow_one_another_to_the_end() {
        let whole = || (0..5).map(Value::from);
        let first = page(&json!({"MaxResults": 3}), "Numbers", whole()).unwrap();
        assert_eq!(first, json!({"Numbers": [0, 1, 2], "NextToken": "3"}));
        let last = page(&json!({"MaxResults": 3, "NextToken": "3"}), "Numbers", whole()).unwrap();
        assert_eq!(last, json!({"Numbers": [3, 4]}));
        let wrong = page(&json!({"NextToken": "x"}), "Numbers", whole()).unwrap_err();
        assert_eq!(wrong.short_code(), "InvalidNextTokenException");
    }

    #[test]
    fn what_is_missing_is_named() {
        let refused = key(&json!({"ServiceNamespace": "dynamodb"})).unwrap_err();
        assert!(
            refused.message.contains("Value null at 'resourceId'"),
            "{}",
            refused.message
        );
        assert!(
            namespace(&json!({"ServiceNamespace": "s3"}))
                .unwrap_err()
                .message
                .contains("'s3' at 'serviceNamespace'")
        );
    }
}
