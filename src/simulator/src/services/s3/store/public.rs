//! Which bucket policies are public.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status>
//!
//! A policy is public as soon as one of its statements allows something to whom it does not name: to `*`, unless a
//! condition holds it to fixed values of one of a few keys.

use serde_json::{Map, Value};
use std::net::IpAddr;

/// Keys of which fixed values make a grant to everyone one that is not public, in lower case.
const NARROWING: &[&str] = &[
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "s3:dataaccesspointaccount",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];

/// The key that may hold a wildcard after its account.
const ACCESS_POINT: &str = "s3:dataaccesspointarn";
const SOURCE_IP: &str = "aws:sourceip";

/// Operators that hold a key to the values they are given.
const HOLDING: &[&str] = &[
    "stringequals",
    "stringequalsignorecase",
    "stringlike",
    "arnequals",
    "arnlike",
];

/// Whether a policy that has been read without fault is public.
pub(super) fn is_public(text: &str) -> bool {
    let Ok(policy) = serde_json::from_str::<Value>(text) else {
        return false;
    };
    let statements = &policy["Statement"];
    match statements {
        Value::Array(statements) => statements.iter().any(grants_to_everyone),
        statement => grants_to_everyone(statement),
    }
}

fn grants_to_everyone(statement: &Value) -> bool {
    let allows = statement["Effect"] == "Allow";
    allows && names_everyone(statement) && !is_narrowed(&statement["Condition"])
}

fn names_everyone(statement: &Value) -> bool {
    if statement.get("NotPrincipal").is_some() {
        return true;
    }
    match &statement["Principal"] {
        Value::String(name) => name == "*",
        Value::Object(kinds) => kinds
            .iter()
            .any(|(kind, names)| kind != "Service" && each(names).any(|name| name == "*")),
        _ => false,
    }
}

/// Whether some condition holds the grant to fixed values.
fn is_narrowed(conditions: &Value) -> bool {
    let Some(conditions) = conditions.as_object() else {
        return false;
    };
    conditions.iter().any(|(operator, keys)| {
        let operator = operator.to_ascii_lowercase();
        // `ForAllValues` holds for a request without the key, and `IfExists` likewise.
        let plain = operator.strip_prefix("foranyvalue:").unwrap_or(&operator);
        keys.as_object().is_some_and(|keys| narrows(plain, keys))
    })
}

fn narrows(operator: &str, keys: &Map<String, Value>) -> bool {
    keys.iter().any(|(key, values)| {
        let key = key.to_ascii_lowercase();
        let all = |holds: fn(&str) -> bool| each(values).next().is_some() && each(values).all(holds);
        match key.as_str() {
            SOURCE_IP => operator == "ipaddress" && all(is_narrow_range),
            ACCESS_POINT => HOLDING.contains(&operator) && all(has_fixed_account),
            key if NARROWING.contains(&key) => HOLDING.contains(&operator) && all(is_fixed),
            _ => false,
        }
    })
}

/// A value, or each of a list.
fn each(values: &Value) -> Box<dyn Iterator<Item = &str> + '_> {
    match values {
        Value::Array(values) => Box::new(values.iter().filter_map(Value::as_str)),
        value => Box::new(value.as_str().into_iter()),
    }
}

fn is_fixed(value: &str) -> bool {
    !value.contains(['*', '?']) && !value.contains("${")
}

/// `arn:aws:s3:REGION:ACCOUNT:accesspoint/*`: all but the name must be fixed.
fn has_fixed_account(arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':');
    parts.by_ref().take(5).filter(|part| is_fixed(part)).count() == 5
}

/// Ranges broader than /8 (or /32 of IPv6) are as good as everyone.
fn is_narrow_range(range: &str) -> bool {
    let (address, length) = range.split_once('/').unwrap_or((range, ""));
    let narrowest = |default: u8| length.parse().unwrap_or(default);
    match address.parse() {
        Ok(IpAddr::V4(_)) => narrowest(32) >= 8,
        Ok(IpAddr::V6(_)) => narrowest(128) >= 32,
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(principal: &str, condition: &str) -> bool {
        is_public(&format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"s3:GetObject",
            "Resource":"arn:aws:s3:::rapports/*","Condition":{condition}}}]}}"#
        ))
    }

    #[test]
    fn a_grant_to_everyone_is_public_and_one_to_somebody_is_not() {
        assert!(public(r#""*""#, "{}"));
        assert!(public(r#"{"AWS":"*"}"#, "{}"));
        assert!(public(r#"{"AWS":["111122223333","*"]}"#, "{}"));
        assert!(!public(r#"{"AWS":"arn:aws:iam::111122223333:root"}"#, "{}"));
        assert!(!public(r#"{"Service":"cloudtrail.amazonaws.com"}"#, "{}"));
    }

    #[test]
    fn a_denial_is_never_public() {
        let text = r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}}"#;
        assert!(!is_public(text));
    }

    #[test]
    fn fixed_values_narrow_a_grant_and_wildcards_do_not() {
        let with = |condition| public(r#""*""#, condition);
        assert!(!with(r#"{"StringEquals":{"aws:SourceVpc":"vpc-91237329"}}"#));
        assert!(with(r#"{"StringLike":{"aws:SourceVpc":"vpc-*"}}"#));
        assert!(!with(r#"{"StringEquals":{"AWS:PrincipalOrgID":"o-abcde12345"}}"#));
        assert!(with(r#"{"StringEquals":{"aws:UserAgent":"moi"}}"#));
        assert!(with(r#"{"StringNotEquals":{"aws:SourceVpc":"vpc-91237329"}}"#));
        assert!(with(r#"{"StringLike":{"aws:userid":"AROAEXAMPLE:*"}}"#));
        assert!(with(
            r#"{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-abcde12345"}}"#
        ));
        let point =
            r#"{"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:eu-west-3:111122223333:accesspoint/*"}}"#;
        assert!(!with(point));
        assert!(with(&point.replace("111122223333", "*")));
    }

    #[test]
    fn a_range_of_addresses_may_be_too_broad() {
        let from = |range: &str| {
            public(
                r#""*""#,
                &format!(r#"{{"IpAddress":{{"aws:SourceIp":"{range}"}}}}"#),
            )
        };
        assert!(!from("203.0.113.0/24"));
        assert!(!from("10.0.0.0/8"));
        assert!(from("0.0.0.0/1"));
        assert!(!from("2001:db8::/32"));
        assert!(from("::/0"));
    }
}
