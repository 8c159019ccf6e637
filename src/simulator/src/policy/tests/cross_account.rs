//! Requests from one account to another: both sides must allow.

use super::{Question, THERE, alice, caller, identity, reader, source, table, verdict};
use crate::policy::{Applicable, SourceKind};

const ALLOW: &str = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#;
const DENY: &str = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#;
const SILENT: &str = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*"}"#;

fn said(cell: &str) -> &'static str {
    match cell {
        "+" => ALLOW,
        "!" => DENY,
        _ => SILENT,
    }
}

fn bucket_policy(cell: &str) -> Option<crate::policy::Source> {
    let (effect, name) = cell
        .strip_prefix('!')
        .map_or(("Allow", cell), |name| ("Deny", name));
    let arn = match name {
        "." => return None,
        "account" => "123456789012",
        "root" => "arn:aws:iam::123456789012:root",
        "owner" => "arn:aws:iam::999999999999:root",
        "user" => "arn:aws:iam::123456789012:user/equipe/alice",
        "role" => "arn:aws:iam::123456789012:role/service/lecteur",
        "session" => "arn:aws:sts::123456789012:assumed-role/lecteur/matin",
        "*" => "*",
        _ => panic!("{name}"),
    };
    let statement = format!(
        "{{\"Effect\":\"{effect}\",\"Principal\":{{\"AWS\":\"{arn}\"}},\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::rapports/*\"}}"
    );
    Some(source("rapports", SourceKind::Resource, &statement))
}

/// `caller | identity | boundary | session | bucket policy | verdict`.
#[test]
fn both_sides_must_allow() {
    for [who, own, boundary, session, bucket, expected] in table(
        "
        user | + | . | . | user | allowed
        user | + | . | . | root | allowed
        user | + | . | . | account | allowed
        user | + | . | . | * | allowed
        user | + | . | . | . | implicitDeny resource_based
        user | + | . | . | owner | implicitDeny resource_based
        user | + | . | . | role | implicitDeny resource_based
        user | - | . | . | user | implicitDeny identity_based
        user | - | . | . | * | implicitDeny identity_based
        user | - | . | . | . | implicitDeny identity_based
        user | ! | . | . | user | explicitDeny identity_based
        user | + | . | . | !user | explicitDeny resource_based
        user | + | . | . | !* | explicitDeny resource_based
        user | + | - | . | user | implicitDeny permissions_boundary
        user | + | + | . | user | allowed
        user | + | ! | . | user | explicitDeny permissions_boundary
        role | + | . | . | role | allowed
        role | + | . | . | session | allowed
        role | - | . | . | session | implicitDeny identity_based
        role | + | . | - | role | implicitDeny session
        role | + | . | - | session | implicitDeny session
        role | + | . | + | role | allowed
        role | + | - | + | session | implicitDeny permissions_boundary
        root | . | . | . | root | allowed
        root | . | . | . | . | implicitDeny resource_based
        root | . | . | . | owner | implicitDeny resource_based
        root | . | . | . | user | implicitDeny resource_based
        anonymous | . | . | . | * | allowed
        anonymous | . | . | . | user | implicitDeny resource_based
        ",
    ) {
        let boundary = (boundary != ".").then(|| source("limite", SourceKind::Boundary, said(boundary)));
        let session = (session != ".").then(|| vec![source("session", SourceKind::Session, said(session))]);
        let own = if own == "." {
            Applicable::default()
        } else {
            identity(said(own))
        };
        let policies = Applicable {
            boundary,
            session,
            resource: bucket_policy(bucket),
            ..own
        };
        let question = Question {
            owner: Some(THERE),
            ..Question::reads(caller(who))
        };
        let decision = question.put_to(&policies);
        assert_eq!(
            verdict(&decision),
            expected,
            "{who} | {bucket}: {}",
            decision.sentence()
        );
        assert_eq!(decision.trace.is_cross_account(), who != "anonymous");
    }
}

/// The example of the page on cross-account evaluation.
#[test]
fn carlos_writes_to_production_and_not_to_its_logs() {
    let role = r#"
        {"Sid":"AllowS3ListRead","Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"},
        {"Sid":"AllowS3ProductionObjectActions","Effect":"Allow","Action":"s3:*Object*","Resource":"arn:aws:s3:::production/*"},
        {"Sid":"DenyS3Logs","Effect":"Deny","Action":"s3:*","Resource":["arn:aws:s3:::*log*","arn:aws:s3:::*log*/*"]}"#;
    let bucket = r#"{"Effect":"Allow","Action":["s3:GetObject*","s3:PutObject*","s3:ReplicateObject","s3:RestoreObject"],
        "Principal":{"AWS":"arn:aws:iam::123456789012:role/service/lecteur"},"Resource":"arn:aws:s3:::production/*"}"#;
    let mut policies = identity(role);
    let mut question = Question {
        owner: Some(THERE),
        action: "s3:PutObject",
        resource: "arn:aws:s3:::production-logs/a",
        ..Question::reads(reader())
    };
    assert_eq!(
        verdict(&question.put_to(&policies)),
        "explicitDeny identity_based"
    );
    policies.resource = Some(source("production", SourceKind::Resource, bucket));
    question.resource = "arn:aws:s3:::production/a";
    assert_eq!(verdict(&question.put_to(&policies)), "allowed");
    question.action = "s3:DeleteObject";
    assert_eq!(
        verdict(&question.put_to(&policies)),
        "implicitDeny resource_based"
    );
}

#[test]
fn a_resource_whose_account_is_not_known_is_the_callers() {
    let question = Question {
        owner: None,
        ..Question::reads(alice())
    };
    assert!(question.put_to(&identity(ALLOW)).allowed);
}
