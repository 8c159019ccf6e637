//! What EC2 adds to a denial for those who may read it: the request and the statements that decided, encoded.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html>

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::condition::ConditionValue;
use super::document::{Effect, Statement};
use super::pattern::Pattern;
use super::{Decision, Verdict};

/// How many bytes tell a message of the simulator's own from any other.
const SUM: usize = 8;

/// Encodes what there is to be known of a denial. No secret is needed to read it: it must only not be read by mistake.
pub(crate) fn encode_denial(decision: &Decision) -> String {
    let text = told(decision).to_string();
    let mut bytes = sum(text.as_bytes()).to_vec();
    bytes.extend(veiled(text.as_bytes()));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The JSON of a message that [`encode_denial`] made; `None` for any other.
pub(crate) fn decode_denial(message: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(message).ok()?;
    let (given, veil) = bytes.split_at_checked(SUM)?;
    let text = veiled(veil);
    (sum(&text) == given)
        .then(|| String::from_utf8(text).ok())
        .flatten()
}

fn sum(bytes: &[u8]) -> [u8; SUM] {
    let mut sum = [0; SUM];
    sum.copy_from_slice(&Sha256::digest(bytes)[..SUM]);
    sum
}

/// Bytes that the same veil makes unreadable, and readable again.
fn veiled(bytes: &[u8]) -> Vec<u8> {
    let blocks = bytes.chunks(32).zip(0_u32..);
    let veil = blocks.flat_map(|(block, number)| {
        let key = Sha256::digest(number.to_be_bytes());
        block
            .iter()
            .zip(key)
            .map(|(byte, veil)| byte ^ veil)
            .collect::<Vec<u8>>()
    });
    veil.collect()
}

fn told(decision: &Decision) -> Value {
    let trace = &decision.trace;
    let matched = decision
        .matched_statements()
        .map(|(_, statement)| shown(statement));
    let conditions = trace.context.entries().iter();
    let conditions = conditions.map(|entry| condition(&entry.key, entry.values.iter().map(String::as_str)));
    json!({
        "allowed": decision.allowed,
        "explicitDeny": decision.verdict == Verdict::ExplicitDeny,
        "matchedStatements": items(matched),
        "failures": items(std::iter::empty()),
        "context": {
            "principal": { "id": trace.principal.user_id(), "arn": trace.principal.arn() },
            "action": decision.action(),
            "resource": decision.resource(),
            "conditions": items(conditions),
        },
    })
}

fn items(values: impl Iterator<Item = Value>) -> Value {
    json!({ "items": values.collect::<Vec<_>>() })
}

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> Value {
    items(values.map(|value| json!({ "value": value })))
}

fn condition<'a>(key: &str, values: impl Iterator<Item = &'a str>) -> Value {
    json!({ "key": key, "values": texts(values) })
}

fn shown(statement: &Statement) -> Value {
    let effect = match statement.effect {
        Effect::Allow => "ALLOW",
        Effect::Deny => "DENY",
    };
    let resources = statement
        .resources
        .iter()
        .flat_map(|resources| &resources.patterns);
    let conditions = statement.conditions.iter();
    json!({
        "statementId": statement.sid.as_deref().unwrap_or_default(),
        "effect": effect,
        "actions": texts(statement.actions.patterns.iter().map(|action| &*action.text)),
        "resources": texts(resources.map(Pattern::text)),
        "conditions": items(conditions.map(|one| condition(&one.key, one.values.iter().map(ConditionValue::text)))),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use super::*;
    use crate::policy::{
        Applicable, Context, Document, DocumentKind, Principal, Request, Source, SourceKind, evaluate,
    };

    fn decision() -> Decision {
        let text = r#"{"Version":"2012-10-17","Statement":{"Sid":"PasIci","Effect":"Deny","Action":"ec2:*","Resource":"*"}}"#;
        let document = Arc::new(Document::parse(text, DocumentKind::Identity).unwrap());
        let mut context = Context::new();
        context.set("ec2:Region", "eu-west-3");
        let request = Request {
            principal: &Principal::parse("arn:aws:iam::123456789012:user/lea").unwrap(),
            action: "ec2:CreateSecurityGroup",
            resource: "arn:aws:ec2:eu-west-3:123456789012:security-group/*",
            resource_account: None,
            context: &context,
        };
        let applicable = Applicable {
            identity: vec![Source::new("p", SourceKind::UserInline, document)],
            ..Applicable::default()
        };
        evaluate(&request, &applicable)
    }

    #[test]
    fn a_message_tells_the_request_and_the_statements_that_decided() {
        let message = encode_denial(&decision());
        assert!(!message.contains("ec2"), "{message}");
        let told: Value = serde_json::from_str(&decode_denial(&message).unwrap()).unwrap();
        assert_eq!(told["explicitDeny"], true);
        assert_eq!(told["matchedStatements"]["items"][0]["statementId"], "PasIci");
        assert_eq!(told["context"]["action"], "ec2:CreateSecurityGroup");
        let condition = &told["context"]["conditions"]["items"][0];
        assert_eq!(condition["key"], "ec2:Region");
        assert_eq!(condition["values"]["items"][0]["value"], "eu-west-3");
    }

    #[test]
    fn any_other_message_is_none() {
        let message = encode_denial(&decision());
        let changed = format!("{}A", &message[..message.len() - 1]);
        for other in ["", "rien", "AAAAAAAAAAAA", &message[4..], &changed] {
            assert_eq!(decode_denial(other).filter(|_| other != message), None, "{other}");
        }
    }
}
