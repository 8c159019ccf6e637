//! The trace of a decision: each policy, each statement, what failed, what came nearest.

use serde_json::{Value, json};

use super::{Question, alice, identity, source};
use crate::policy::{Applicable, SourceKind};

fn trace(question: &Question, policies: &Applicable) -> Value {
    serde_json::to_value(question.put_to(policies)).unwrap()
}

/// The `failed` of the only statement.
fn failed(statement: &str, question: &Question) -> Value {
    let value = trace(question, &identity(statement));
    value["stages"][0]["policies"][0]["statements"][0]["failed"].clone()
}

#[test]
fn each_element_that_fails_shows_what_it_expects_and_what_there_is() {
    let question = Question::reads(alice());
    let resource = "arn:aws:s3:::rapports/2026/a.txt";
    assert_eq!(
        failed(
            r#"{"Effect":"Allow","Action":["s3:Put*","sqs:*"],"Resource":"*"}"#,
            &question
        ),
        json!({"element": "Action", "expected": ["s3:Put*", "sqs:*"], "actual": "s3:GetObject"})
    );
    assert_eq!(
        failed(
            r#"{"Effect":"Allow","NotAction":"S3:*","Resource":"*"}"#,
            &question
        ),
        json!({"element": "NotAction", "expected": ["S3:*"], "actual": "s3:GetObject"})
    );
    assert_eq!(
        failed(
            r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:username}/*"}"#,
            &question
        ),
        json!({"element": "Resource", "expected": ["arn:aws:s3:::${aws:username}/*"],
               "resolved": ["arn:aws:s3:::alice/*"], "actual": resource})
    );
    assert_eq!(
        failed(r#"{"Effect":"Allow","Action":"*","NotResource":"*"}"#, &question),
        json!({"element": "NotResource", "expected": ["*"], "actual": resource})
    );
    assert_eq!(
        failed(
            r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"},"StringLike":{"AWS:UserName":["${aws:userid}","b*"]}}}"#,
            &question
        ),
        json!({"element": "Condition", "operator": "Bool", "key": "aws:MultiFactorAuthPresent",
               "expected": ["true"], "actual": null})
    );
    assert_eq!(
        failed(
            r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"AWS:UserName":["${aws:userid}","${absent}"]}}}"#,
            &question
        ),
        json!({"element": "Condition", "operator": "StringLike", "key": "AWS:UserName",
               "expected": ["${aws:userid}", "${absent}"], "resolved": ["AIDAALICE0123456789AB", "${absent}"],
               "actual": ["alice"]})
    );
}

fn everything() -> Applicable {
    let bucket = r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/bob"},"Action":"s3:*","Resource":"arn:aws:s3:::rapports/*"}"#;
    let own = r#"{"Sid":"Ecrire","Effect":"Allow","Action":"s3:PutObject","Resource":"*"},{"Sid":"Lire","Effect":"Allow","Action":"s3:GetObject","Resource":"*"},{"Effect":"Deny","Action":"s3:DeleteObject","Resource":"*"}"#;
    let all = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    Applicable {
        resource: Some(source("rapports", SourceKind::Resource, bucket)),
        boundary: Some(source("limite", SourceKind::Boundary, all)),
        service_control: vec![
            vec![source("racine", SourceKind::ServiceControl, all)],
            vec![source("compte", SourceKind::ServiceControl, all)],
        ],
        ..identity(own)
    }
}

#[test]
fn the_stages_stand_in_the_order_of_evaluation() {
    let value = trace(&Question::reads(alice()), &everything());
    let stages = value["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stage| json!([stage["type"], stage["level"], stage["outcome"], stage["needed"]]));
    assert_eq!(
        stages.collect::<Vec<_>>(),
        [
            json!(["service_control", 0, "allowed", true]),
            json!(["service_control", 1, "allowed", true]),
            json!(["resource_based", null, "implicit_deny", false]),
            json!(["identity_based", null, "allowed", true]),
            json!(["permissions_boundary", null, "allowed", true]),
        ]
    );
    let own = &value["stages"][3]["policies"][0];
    let matched: Vec<_> = own["statements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|statement| statement["matched"].clone())
        .collect();
    assert_eq!(matched, [false, true, false]);
    assert_eq!(
        (&own["id"], &own["kind"]),
        (&json!("en-ligne"), &json!("UserInline"))
    );
    assert_eq!(own["statements"][1]["start"], json!({"line": 1, "column": 111}));
}

#[test]
fn the_statement_that_decided_is_named() {
    let value = trace(&Question::reads(alice()), &everything());
    assert_eq!(value["decision"], "allowed");
    assert_eq!(
        value["decided_by"],
        json!({"type": "identity_based", "policy": "en-ligne", "statement": 1, "sid": "Lire", "effect": "Allow"})
    );
    assert_eq!(
        value["matched"],
        json!(["racine", "compte", "en-ligne", "limite"])
    );
    assert_eq!(value["suggestion"], Value::Null);
    let question = Question {
        action: "s3:DeleteObject",
        ..Question::reads(alice())
    };
    let value = trace(&question, &everything());
    assert_eq!(
        (&value["decision"], &value["denied_by"]),
        (&json!("explicitDeny"), &json!("identity_based"))
    );
    assert_eq!(value["decided_by"]["statement"], 2);
    assert_eq!(
        (&value["policy"], &value["matched"]),
        (&json!("en-ligne"), &json!(["en-ligne"]))
    );
    assert_eq!(value["nearest_miss"], Value::Null);
}

#[test]
fn the_nearest_miss_is_the_statement_with_the_least_to_change() {
    let own = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*"},
        {"Sid":"Presque","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::rapports"},
        {"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::autre/*"},
        {"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::rapports"}"#;
    let value = trace(&Question::reads(alice()), &identity(own));
    let miss = &value["nearest_miss"];
    assert_eq!(
        (&miss["sid"], &miss["index"], &miss["policy"]),
        (&json!("Presque"), &json!(1), &json!("en-ligne"))
    );
    assert_eq!(miss["failed"][0]["element"], "Resource");
    assert_eq!(miss["failed"].as_array().unwrap().len(), 1);
    assert_eq!(
        value["message"].as_str().unwrap().split(' ').next(),
        Some("User:")
    );
}

#[test]
fn a_bucket_policy_can_hold_the_nearest_miss() {
    let mut policies = everything();
    policies.identity.clear();
    let value = trace(&Question::reads(alice()), &policies);
    assert_eq!(
        (&value["denied_by"], &value["nearest_miss"]["type"]),
        (&json!("identity_based"), &json!("resource_based"))
    );
    assert_eq!(
        value["nearest_miss"]["failed"],
        json!([{"element": "Principal", "expected": ["arn:aws:iam::123456789012:user/bob"],
                "actual": "arn:aws:iam::123456789012:user/equipe/alice"}])
    );
}

#[test]
fn what_has_nothing_to_do_with_the_request_is_no_near_miss() {
    let own = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:*:*:*"}"#;
    assert_eq!(
        trace(&Question::reads(alice()), &identity(own))["nearest_miss"],
        Value::Null
    );
}

#[test]
fn the_context_and_the_missing_keys_are_shown() {
    let own = r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:PrincipalTag/x}","Condition":{"Null":{"aws:username":"false","aws:TokenIssueTime":"true"}}}"#;
    let question = Question::reads(alice());
    let decision = question.put_to(&identity(own));
    assert_eq!(
        decision.missing_context_keys(),
        ["aws:TokenIssueTime", "aws:PrincipalTag/x"]
    );
    let value = serde_json::to_value(&decision).unwrap();
    assert_eq!(value["context"]["aws:username"], json!(["alice"]));
    assert_eq!(value["principal_type"], "User");
}

#[test]
fn the_statements_that_matched_are_those_of_the_verdict() {
    let policies = everything();
    let matched = |action| {
        let question = Question {
            action,
            ..Question::reads(alice())
        };
        let decision = question.put_to(&policies);
        let matched = decision.matched_statements();
        matched
            .map(|(source, statement)| format!("{} {}", source.id, statement.index))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        matched("s3:GetObject"),
        ["racine 0", "compte 0", "en-ligne 1", "limite 0"]
    );
    assert_eq!(matched("s3:DeleteObject"), ["en-ligne 2"]);
}
