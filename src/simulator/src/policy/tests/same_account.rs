//! Requests within one account: the order of evaluation, and what a resource's policy grants to whom.

use super::{Question, caller, source, table, verdict};
use crate::policy::{Applicable, SourceKind};

const ALLOW: &str = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#;
const DENY: &str = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#;
const SILENT: &str = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*"}"#;

/// `+` allows, `!` denies, `-` says nothing; `.` is no policy at all.
fn said(kind: SourceKind, cell: &str) -> Option<crate::policy::Source> {
    let statements = match cell {
        "+" => ALLOW.to_owned(),
        "!" => DENY.to_owned(),
        "+!" => format!("{ALLOW},{DENY}"),
        "-" => SILENT.to_owned(),
        "." => return None,
        _ => panic!("{cell}"),
    };
    Some(source("p", kind, &statements))
}

/// A bucket policy that allows (or with `!` denies) whom a cell names.
fn bucket_policy(cell: &str) -> Option<crate::policy::Source> {
    let (effect, name) = cell
        .strip_prefix('!')
        .map_or(("Allow", cell), |name| ("Deny", name));
    let principal = match name {
        "." => return None,
        "account" => r#"{"AWS":"123456789012"}"#,
        "root" => r#"{"AWS":"arn:aws:iam::123456789012:root"}"#,
        "user" => r#"{"AWS":"arn:aws:iam::123456789012:user/equipe/alice"}"#,
        "role" => r#"{"AWS":"arn:aws:iam::123456789012:role/service/lecteur"}"#,
        "session" => r#"{"AWS":"arn:aws:sts::123456789012:assumed-role/lecteur/matin"}"#,
        "federated" => r#"{"AWS":"arn:aws:sts::123456789012:federated-user/invite"}"#,
        "service" => r#"{"Service":"lambda.amazonaws.com"}"#,
        "*" | "arn-condition" => "\"*\"",
        "other" => r#"{"AWS":"arn:aws:iam::123456789012:user/bob"}"#,
        _ => panic!("{name}"),
    };
    let condition = match name {
        "arn-condition" => {
            r#","Condition":{"ArnEquals":{"aws:PrincipalArn":["arn:aws:iam::123456789012:role/service/lecteur","arn:aws:iam::123456789012:user/equipe/alice"]}}"#
        }
        _ => "",
    };
    let statement = format!(
        "{{\"Effect\":\"{effect}\",\"Principal\":{principal},\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::rapports/*\"{condition}}}"
    );
    Some(source("rapports", SourceKind::Resource, &statement))
}

/// `caller | bucket policy | identity | boundary | session | verdict`.
fn check(text: &str) {
    for [who, bucket, identity, boundary, session, expected] in table(text) {
        let policies = Applicable {
            identity: said(SourceKind::UserInline, identity).into_iter().collect(),
            boundary: said(SourceKind::Boundary, boundary),
            session: said(SourceKind::Session, session).map(|policy| vec![policy]),
            resource: bucket_policy(bucket),
            ..Applicable::default()
        };
        let decision = Question::reads(caller(who)).put_to(&policies);
        let row = format!("{who} | {bucket} | {identity} | {boundary} | {session}");
        assert_eq!(verdict(&decision), expected, "{row}: {}", decision.sentence());
    }
}

#[test]
fn identity_policies_allow_within_boundary_and_session() {
    check(
        "
        user | . | . | . | . | implicitDeny identity_based
        user | . | - | . | . | implicitDeny identity_based
        user | . | + | . | . | allowed
        user | . | ! | . | . | explicitDeny identity_based
        user | . | +! | . | . | explicitDeny identity_based
        user | . | + | + | . | allowed
        user | . | + | - | . | implicitDeny permissions_boundary
        user | . | + | ! | . | explicitDeny permissions_boundary
        user | . | . | + | . | implicitDeny identity_based
        role | . | + | . | . | allowed
        role | . | + | . | + | allowed
        role | . | + | . | - | implicitDeny session
        role | . | + | . | ! | explicitDeny session
        role | . | - | . | + | implicitDeny identity_based
        role | . | + | + | + | allowed
        role | . | + | - | + | implicitDeny permissions_boundary
        role | . | + | - | - | implicitDeny permissions_boundary
        role | . | + | + | - | implicitDeny session
        role | . | . | . | . | implicitDeny identity_based
        ",
    );
}

#[test]
fn a_user_named_by_a_resource_needs_neither_identity_nor_boundary() {
    check(
        "
        user | user | . | . | . | allowed
        user | user | - | . | . | allowed
        user | user | - | - | . | allowed
        user | user | + | - | . | allowed
        user | user | ! | . | . | explicitDeny identity_based
        user | user | - | ! | . | explicitDeny permissions_boundary
        user | other | - | . | . | implicitDeny identity_based
        user | other | + | . | . | allowed
        user | role | - | . | . | implicitDeny identity_based
        user | !user | + | . | . | explicitDeny resource_based
        ",
    );
}

#[test]
fn a_role_named_by_a_resource_stays_within_boundary_and_session() {
    check(
        "
        role | role | . | . | . | allowed
        role | role | - | . | . | allowed
        role | role | - | - | . | implicitDeny permissions_boundary
        role | role | - | + | . | allowed
        role | role | - | . | - | implicitDeny session
        role | role | - | . | + | allowed
        role | role | - | - | - | implicitDeny permissions_boundary
        role | role | - | + | + | allowed
        role | role | ! | . | . | explicitDeny identity_based
        role | !role | + | + | + | explicitDeny resource_based
        ",
    );
}

#[test]
fn a_session_named_by_a_resource_needs_nothing_else() {
    check(
        "
        role | session | . | . | . | allowed
        role | session | - | - | - | allowed
        role | session | - | - | ! | explicitDeny session
        role | !session | + | . | . | explicitDeny resource_based
        federated | federated | - | - | - | allowed
        federated | federated | . | . | . | allowed
        federated | federated | ! | . | + | explicitDeny identity_based
        ",
    );
}

#[test]
fn a_federated_user_named_by_its_user_stays_within_boundary_and_session() {
    check(
        "
        federated | user | - | . | + | allowed
        federated | user | - | + | + | allowed
        federated | user | - | - | + | implicitDeny permissions_boundary
        federated | user | - | . | - | implicitDeny session
        federated | user | - | . | . | implicitDeny session
        federated | . | + | . | + | allowed
        federated | . | + | . | - | implicitDeny session
        federated | . | - | . | + | implicitDeny identity_based
        federated | . | + | . | . | implicitDeny session
        ",
    );
}

#[test]
fn everyone_named_by_a_resource_needs_nothing_else() {
    check(
        "
        user | * | - | - | . | allowed
        role | * | - | - | - | allowed
        federated | * | - | - | - | allowed
        anonymous | * | . | . | . | allowed
        service | * | . | . | . | allowed
        role | arn-condition | - | - | - | allowed
        user | arn-condition | - | - | . | allowed
        federated | arn-condition | - | . | + | implicitDeny identity_based
        user | !* | + | . | . | explicitDeny resource_based
        anonymous | !* | . | . | . | explicitDeny resource_based
        ",
    );
}

#[test]
fn the_account_named_by_a_resource_delegates_to_its_identities() {
    check(
        "
        user | account | - | . | . | implicitDeny identity_based
        user | account | + | . | . | allowed
        user | root | - | . | . | implicitDeny identity_based
        user | root | + | . | . | allowed
        user | root | + | - | . | implicitDeny permissions_boundary
        role | root | - | . | . | implicitDeny identity_based
        role | root | + | . | - | implicitDeny session
        role | account | + | . | + | allowed
        user | !root | + | . | . | explicitDeny resource_based
        user | !account | + | . | . | explicitDeny resource_based
        ",
    );
}

#[test]
fn the_root_user_may_everything_that_nothing_denies() {
    check(
        "
        root | . | . | . | . | allowed
        root | other | . | . | . | allowed
        root | root | . | . | . | allowed
        root | !* | . | . | . | explicitDeny resource_based
        root | !root | . | . | . | explicitDeny resource_based
        ",
    );
}

#[test]
fn who_has_no_identity_needs_the_resource() {
    check(
        "
        anonymous | . | . | . | . | implicitDeny resource_based
        anonymous | user | . | . | . | implicitDeny resource_based
        anonymous | root | . | . | . | implicitDeny resource_based
        service | . | . | . | . | implicitDeny resource_based
        service | service | . | . | . | allowed
        service | root | . | . | . | implicitDeny resource_based
        service | !service | . | . | . | explicitDeny resource_based
        user | service | - | . | . | implicitDeny identity_based
        ",
    );
}

#[test]
fn of_several_denials_the_first_in_the_order_of_evaluation_is_named() {
    check(
        "
        role | !role | ! | ! | ! | explicitDeny resource_based
        role | role | ! | ! | ! | explicitDeny identity_based
        role | role | - | ! | ! | explicitDeny permissions_boundary
        role | role | - | - | ! | explicitDeny session
        ",
    );
}
