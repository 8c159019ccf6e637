//! The questions that others may ask: texts validated, requests decided.

use serde_json::{Value, json};

use crate::policy_api::{
    ContextValue, Policies, PolicyError, PolicyKind, PolicyRequest, PolicyText, Question, decide, validate,
};

const ALICE: &str = "arn:aws:iam::123456789012:user/alice";

fn text(id: &str, kind: PolicyKind, statement: &str) -> PolicyText {
    PolicyText {
        id: id.to_owned(),
        kind,
        text: format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statement}]}}"),
        level: 0,
    }
}

fn request(principal: &str, action: &str, resource: &str) -> PolicyRequest {
    PolicyRequest {
        principal: principal.to_owned(),
        action: action.to_owned(),
        resource: resource.to_owned(),
        resource_account: None,
        context: [].into(),
        resource_policy: None,
    }
}

fn verdicts(policies: &[PolicyText], requests: &[PolicyRequest]) -> Vec<String> {
    let decisions = decide(policies, requests).unwrap().into_iter();
    decisions
        .map(|decision| decision["decision"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn several_requests_are_decided_by_the_same_policies() {
    let policies = [
        text(
            "lire",
            PolicyKind::Identity,
            r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b/${aws:username}/*"}"#,
        ),
        text(
            "jamais",
            PolicyKind::Identity,
            r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":"secret"}}}"#,
        ),
    ];
    let own = request(ALICE, "s3:GetObject", "arn:aws:s3:::b/alice/a");
    let other = request(ALICE, "s3:GetObject", "arn:aws:s3:::b/bob/a");
    let mut tagged = own.clone();
    let tags = ContextValue::Many(vec!["projet".to_owned(), "secret".to_owned()]);
    tagged.context.insert("aws:TagKeys".to_owned(), tags);
    let mut renamed = other.clone();
    renamed
        .context
        .insert("aws:username".to_owned(), ContextValue::One("bob".to_owned()));
    assert_eq!(
        verdicts(&policies, &[own, other, tagged, renamed]),
        ["allowed", "implicitDeny", "explicitDeny", "allowed"]
    );
}

#[test]
fn every_kind_of_policy_has_its_place() {
    let all = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    let some = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*"}"#;
    let asked = request(ALICE, "s3:GetObject", "arn:aws:s3:::b/a");
    let with = |kind, statement: &str, level| {
        let policies = [
            text("tout", PolicyKind::Identity, all),
            text("racine", PolicyKind::ServiceControl, all),
            PolicyText {
                level,
                ..text("autre", kind, statement)
            },
        ];
        let decision = &decide(&policies, std::slice::from_ref(&asked)).unwrap()[0];
        (decision["decision"].clone(), decision["denied_by"].clone())
    };
    let denied = |by: &str| (json!("implicitDeny"), json!(by));
    assert_eq!(
        with(PolicyKind::Identity, some, 0),
        (json!("allowed"), Value::Null)
    );
    assert_eq!(
        with(PolicyKind::Boundary, some, 0),
        denied("permissions_boundary")
    );
    assert_eq!(with(PolicyKind::Session, some, 0), denied("session"));
    assert_eq!(
        with(PolicyKind::ServiceControl, some, 0),
        (json!("allowed"), Value::Null)
    );
    assert_eq!(
        with(PolicyKind::ServiceControl, some, 1),
        denied("service_control")
    );
    let full = r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#;
    assert_eq!(
        with(PolicyKind::ResourceControl, full, 0),
        (json!("allowed"), Value::Null)
    );
    let deny = r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}"#;
    assert_eq!(
        with(PolicyKind::Resource, deny, 0),
        (json!("explicitDeny"), json!("resource_based"))
    );
}

#[test]
fn a_request_brings_the_policy_of_its_resource() {
    let bucket = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/alice"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}}"#;
    let trust = r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
    let read = PolicyRequest {
        resource_policy: Some(bucket.to_owned()),
        ..request(ALICE, "s3:GetObject", "arn:aws:s3:::b/a")
    };
    let elsewhere = PolicyRequest {
        resource_account: Some("999999999999".to_owned()),
        ..read.clone()
    };
    let assume = PolicyRequest {
        resource_policy: Some(trust.to_owned()),
        ..request(
            "lambda.amazonaws.com",
            "sts:AssumeRole",
            "arn:aws:iam::123456789012:role/r",
        )
    };
    let without = request(ALICE, "s3:GetObject", "arn:aws:s3:::b/a");
    assert_eq!(
        verdicts(&[], &[read, elsewhere, assume, without]),
        ["allowed", "implicitDeny", "allowed", "implicitDeny"]
    );
}

#[test]
fn a_malformed_policy_is_told_with_its_faults() {
    let policies = [text(
        "faute",
        PolicyKind::Identity,
        r#"{"Effect":"Allow","Action":"s3","Resource":"b"}"#,
    )];
    let Err(PolicyError::Malformed { id, validation }) = decide(&policies, &[]) else {
        panic!("it is malformed");
    };
    assert_eq!(id, "faute");
    assert_eq!(validation["valid"], false);
    assert_eq!(
        validation["faults"],
        json!([
            {"code": "resource_format", "value": "b", "message": "Resource b must be in ARN format or \"*\".",
             "start": {"line": 1, "column": 81}, "end": {"line": 1, "column": 84}},
            {"code": "action_prefix", "value": "s3",
             "message": "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
             "start": {"line": 1, "column": 65}, "end": {"line": 1, "column": 69}},
        ])
    );
    let nobody = [request("alice", "s3:GetObject", "*")];
    assert_eq!(
        decide(&[], &nobody),
        Err(PolicyError::Principal("alice".to_owned()))
    );
}

#[test]
fn a_valid_policy_is_told_by_size_statements_and_keys() {
    let text = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": {\"Sid\": \"A\", \"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\",\n    \"Condition\": {\"Bool\": {\"aws:SecureTransport\": \"false\"}}}\n}";
    let value = validate(text, PolicyKind::Identity);
    assert_eq!(value["valid"], true);
    assert_eq!(
        value["size"],
        text.chars()
            .filter(|character| !character.is_whitespace())
            .count()
    );
    assert_eq!(value["limits"]["managed"], 6144);
    assert_eq!(value["context_keys"], json!(["aws:SecureTransport"]));
    assert_eq!(
        value["statements"],
        json!([{"index": 0, "sid": "A", "effect": "Deny",
                "start": {"line": 3, "column": 16}, "end": {"line": 4, "column": 61}}])
    );
}

#[test]
fn questions_are_read_from_json() {
    let asked: PolicyRequest = serde_json::from_value(json!({
        "principal": ALICE, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/a",
        "context": {"aws:SourceIp": "127.0.0.1", "aws:TagKeys": ["a", "b"]},
    }))
    .unwrap();
    let policy: PolicyText = serde_json::from_value(json!({
        "id": "p", "kind": "identity",
        "text": "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":\"127.0.0.0/8\"}}}}",
    }))
    .unwrap();
    let answer = Policies::read(&[policy])
        .unwrap()
        .decide(&Question::read(&asked).unwrap());
    assert_eq!((answer.allowed(), answer.decision()), (true, "allowed"));
    assert_eq!(answer.to_value()["context"]["aws:TagKeys"], json!(["a", "b"]));
}
