//! AWS's sentences for denials, word by word.

use super::{Question, THERE, alice, identity, reader, source};
use crate::policy::{Applicable, Decision, PolicyType, Principal, SourceKind};

const ALLOW: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
const DENY: &str = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#;
const OTHER: &str = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*"}"#;
const ARN: &str = "arn:aws:iam::123456789012:policy/Lecture";

const START: &str = "User: arn:aws:iam::123456789012:user/equipe/alice is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::rapports/2026/a.txt ";

#[track_caller]
fn says(policies: &Applicable, end: &str) {
    assert_eq!(
        Question::reads(alice()).put_to(policies).sentence(),
        format!("{START}{end}")
    );
}

#[test]
fn an_implicit_denial_names_the_kind_of_policy_that_does_not_allow() {
    says(
        &Applicable::default(),
        "because no identity-based policy allows the s3:GetObject action",
    );
    let boundary = Applicable {
        boundary: Some(source(ARN, SourceKind::Boundary, OTHER)),
        ..identity(ALLOW)
    };
    says(
        &boundary,
        "because no permissions boundary allows the s3:GetObject action",
    );
    let session = Applicable {
        session: Some(vec![source("session", SourceKind::Session, OTHER)]),
        ..identity(ALLOW)
    };
    says(
        &session,
        "because no session policy allows the s3:GetObject action",
    );
    let services = Applicable {
        service_control: vec![vec![source("p-1", SourceKind::ServiceControl, OTHER)]],
        ..identity(ALLOW)
    };
    says(
        &services,
        "because no service control policy allows the s3:GetObject action",
    );
}

#[test]
fn an_implicit_denial_of_another_account_names_the_resource_based_policy() {
    let question = Question {
        owner: Some(THERE),
        ..Question::reads(alice())
    };
    let sentence = question.put_to(&identity(ALLOW)).sentence();
    assert_eq!(
        sentence,
        format!("{START}because no resource-based policy allows the s3:GetObject action")
    );
}

#[test]
fn an_explicit_denial_names_the_managed_policy() {
    let managed = Applicable {
        identity: vec![source(ARN, SourceKind::CustomerManaged, DENY)],
        ..Applicable::default()
    };
    says(
        &managed,
        &format!("with an explicit deny in an identity-based policy: {ARN}"),
    );
    says(
        &identity(DENY),
        "with an explicit deny in an identity-based policy",
    );
    let boundary = |id: &str| Applicable {
        boundary: Some(source(id, SourceKind::Boundary, DENY)),
        ..identity(ALLOW)
    };
    says(
        &boundary(ARN),
        &format!("with an explicit deny in a permissions boundary: {ARN}"),
    );
    let session = |id: &str| Applicable {
        session: Some(vec![source(id, SourceKind::Session, DENY)]),
        ..identity(ALLOW)
    };
    says(
        &session(ARN),
        &format!("with an explicit deny in a session policy: {ARN}"),
    );
    says(&session("session"), "with an explicit deny in a session policy");
}

#[test]
fn an_explicit_denial_of_an_organization_names_its_policy() {
    let arn = "arn:aws:organizations::777788889999:policy/o-exampleorgid/service_control_policy/p-examplepolicyid123";
    let services = Applicable {
        service_control: vec![vec![source(arn, SourceKind::ServiceControl, DENY)]],
        ..identity(ALLOW)
    };
    says(
        &services,
        &format!("with an explicit deny in a service control policy: {arn}"),
    );
    let deny = r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}"#;
    let arn = "arn:aws:organizations::777788889999:policy/o-exampleorgid/resource_control_policy/p-examplepolicyid456";
    let resources = Applicable {
        resource_control: vec![vec![source(arn, SourceKind::ResourceControl, deny)]],
        ..identity(ALLOW)
    };
    says(
        &resources,
        &format!("with an explicit deny in a resource control policy: {arn}"),
    );
}

#[test]
fn policies_of_resources_are_not_named() {
    let deny = r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}"#;
    let bucket = Applicable {
        resource: Some(source("arn:aws:s3:::rapports", SourceKind::Resource, deny)),
        ..identity(ALLOW)
    };
    says(&bucket, "with an explicit deny in a resource-based policy");
}

fn assume(effect: &str) -> Decision {
    let statement = format!(
        "{{\"Effect\":\"{effect}\",\"Principal\":{{\"AWS\":\"999999999999\"}},\"Action\":\"sts:AssumeRole\"}}"
    );
    let deny = statement.replace("999999999999", "123456789012");
    let statement = if effect == "Deny" { deny } else { statement };
    let question = Question {
        action: "sts:AssumeRole",
        resource: "arn:aws:iam::123456789012:role/cible",
        ..Question::reads(alice())
    };
    question.put_to(&Applicable {
        resource: Some(source(
            "arn:aws:iam::123456789012:role/cible",
            SourceKind::Trust,
            &statement,
        )),
        ..identity(ALLOW)
    })
}

#[test]
fn a_trust_policy_is_a_kind_of_its_own() {
    let start = "User: arn:aws:iam::123456789012:user/equipe/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/cible ";
    assert_eq!(
        assume("Allow").sentence(),
        format!("{start}because no role trust policy allows the sts:AssumeRole action")
    );
    assert_eq!(
        assume("Deny").sentence(),
        format!("{start}with an explicit deny in the role trust policy")
    );
}

#[test]
fn an_action_without_a_resource_is_denied_without_one() {
    let question = Question {
        action: "s3:ListAllMyBuckets",
        resource: "*",
        ..Question::reads(reader())
    };
    assert_eq!(
        question.put_to(&Applicable::default()).sentence(),
        "User: arn:aws:sts::123456789012:assumed-role/lecteur/matin is not authorized to perform: s3:ListAllMyBuckets \
         because no identity-based policy allows the s3:ListAllMyBuckets action"
    );
}

#[test]
fn who_did_not_sign_is_anonymous() {
    let decision = Question::reads(Principal::Anonymous).put_to(&Applicable::default());
    assert_eq!(
        decision.sentence(),
        "User: anonymous is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::rapports/2026/a.txt \
         because no resource-based policy allows the s3:GetObject action"
    );
    assert_eq!(decision.principal(), "*");
}

#[test]
fn each_kind_tells_whether_it_allows() {
    let policies = Applicable {
        boundary: Some(source(ARN, SourceKind::Boundary, OTHER)),
        service_control: vec![
            vec![source("p-1", SourceKind::ServiceControl, ALLOW)],
            vec![source("p-2", SourceKind::ServiceControl, OTHER)],
        ],
        ..identity(ALLOW)
    };
    let decision = Question::reads(alice()).put_to(&policies);
    assert_eq!(decision.allowed_by(PolicyType::IdentityBased), Some(true));
    assert_eq!(decision.allowed_by(PolicyType::PermissionsBoundary), Some(false));
    assert_eq!(decision.allowed_by(PolicyType::ServiceControl), Some(false));
    assert_eq!(decision.allowed_by(PolicyType::Session), None);
}
