//! What is suggested for a denial: the smallest change, and that it does allow.

mod slips;

use serde_json::Value;

use super::{Question, THERE, alice, caller, identity, reader, source};
use crate::policy::{Applicable, Decision, Document, Source, SourceKind};

const ALLOW: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
const OTHER: &str = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*"}"#;

/// Puts a suggestion into the policies.
fn apply(policies: &mut Applicable, change: &Value) {
    let level = usize::try_from(change["level"].as_u64().unwrap_or(0)).unwrap();
    match change["type"].as_str().unwrap() {
        "identity_based" => edit(&mut policies.identity, SourceKind::UserInline, change),
        "permissions_boundary" => edit_one(&mut policies.boundary, SourceKind::Boundary, change),
        "session" => edit(
            policies.session.get_or_insert_default(),
            SourceKind::Session,
            change,
        ),
        "service_control" => edit(
            &mut policies.service_control[level],
            SourceKind::ServiceControl,
            change,
        ),
        "resource_control" => edit(
            &mut policies.resource_control[level],
            SourceKind::ResourceControl,
            change,
        ),
        "resource_based" => edit_one(&mut policies.resource, SourceKind::Resource, change),
        "role_trust" => edit_one(&mut policies.resource, SourceKind::Trust, change),
        other => panic!("{other}"),
    }
}

fn edit_one(policy: &mut Option<Source>, kind: SourceKind, change: &Value) {
    let mut policies: Vec<Source> = policy.take().into_iter().collect();
    edit(&mut policies, kind, change);
    *policy = policies.pop();
}

fn edit(policies: &mut Vec<Source>, kind: SourceKind, change: &Value) {
    let statement = &change["statement"];
    let Some(id) = change["policy"].as_str() else {
        policies.push(source("nouvelle", kind, &statement.to_string()));
        return;
    };
    let policy = policies.iter_mut().find(|policy| &*policy.id == id).unwrap();
    let mut text: Value = serde_json::from_str(policy.document.text()).unwrap();
    let statements = text["Statement"].as_array_mut().unwrap();
    match (change["statement_index"].as_u64(), statement) {
        (None, statement) => statements.push(statement.clone()),
        // Without its statement; that a policy must not be empty is another matter.
        (Some(at), Value::Null) => {
            let gone = statements[usize::try_from(at).unwrap()].as_object_mut().unwrap();
            gone.remove("NotAction");
            gone.insert("Action".to_owned(), "rien:Rien".into());
        }
        (Some(at), statement) => statements[usize::try_from(at).unwrap()] = statement.clone(),
    }
    let read = Document::parse_aws_managed(&text.to_string(), policy.document.kind());
    policy.document = read
        .unwrap_or_else(|malformed| panic!("{text}: {malformed:?}"))
        .into();
}

/// What a decision suggests.
fn changes(decision: &Decision) -> Vec<Value> {
    let value = serde_json::to_value(decision).unwrap();
    let also = value["also"].as_array().unwrap().iter();
    std::iter::once(&value["suggestion"])
        .chain(also)
        .cloned()
        .collect()
}

/// The policies after everything that a decision suggests. From the last, so that the places of statements stay.
pub(super) fn apply_all(policies: &Applicable, decision: &Decision) -> Applicable {
    let mut changed = policies.clone();
    changes(decision)
        .iter()
        .rev()
        .for_each(|change| apply(&mut changed, change));
    changed
}

/// The suggestions for a denial; applied together, they allow.
#[track_caller]
fn suggested(question: &Question, policies: &Applicable) -> Vec<Value> {
    let decision = question.put_to(policies);
    assert!(!decision.allowed);
    let after = question.put_to(&apply_all(policies, &decision));
    assert!(after.allowed, "{:#?}\n{}", changes(&decision), after.sentence());
    changes(&decision)
}

fn only(changes: &[Value]) -> &Value {
    assert_eq!(changes.len(), 1, "{changes:#?}");
    &changes[0]
}

fn get() -> Question {
    Question::reads(alice())
}

#[test]
fn without_anything_near_a_statement_is_added() {
    let changes = suggested(&get(), &Applicable::default());
    let change = only(&changes);
    assert_eq!(change["kind"], "add_statement");
    assert_eq!(change["policy"], Value::Null);
    assert_eq!(
        change["text"],
        "{\n  \"Effect\": \"Allow\",\n  \"Action\": \"s3:GetObject\",\n  \"Resource\": \"arn:aws:s3:::rapports/2026/a.txt\"\n}"
    );
    let changes = suggested(&get(), &identity(OTHER));
    assert_eq!(only(&changes)["policy"], "en-ligne");
}

#[test]
fn policies_that_aws_manages_are_not_edited() {
    let statement = r#"{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}"#;
    let arn = "arn:aws:iam::aws:policy/Ecriture";
    let policies = Applicable {
        identity: vec![source(arn, SourceKind::AwsManaged, statement)],
        ..Applicable::default()
    };
    let changes = suggested(&get(), &policies);
    let change = only(&changes);
    assert_eq!(
        (&change["kind"], &change["policy"]),
        (&"add_statement".into(), &Value::Null)
    );
}

#[test]
fn every_policy_that_must_also_allow_is_listed() {
    let policies = Applicable {
        boundary: Some(source("limite", SourceKind::Boundary, OTHER)),
        session: Some(vec![source("session", SourceKind::Session, OTHER)]),
        service_control: vec![
            vec![source("racine", SourceKind::ServiceControl, ALLOW)],
            vec![source("unite", SourceKind::ServiceControl, OTHER)],
        ],
        ..identity(OTHER)
    };
    let question = Question {
        owner: Some(THERE),
        ..Question::reads(reader())
    };
    let changes = suggested(&question, &policies);
    let kinds: Vec<_> = changes
        .iter()
        .map(|change| change["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "service_control",
            "identity_based",
            "permissions_boundary",
            "session",
            "resource_based"
        ]
    );
    assert_eq!(
        (&changes[0]["level"], &changes[0]["policy"]),
        (&1.into(), &"unite".into())
    );
    let principal = &changes[4]["statement"]["Principal"];
    assert_eq!(principal["AWS"], "arn:aws:iam::123456789012:role/service/lecteur");
}

#[test]
fn a_boundary_is_widened_and_not_the_identity() {
    let policies = Applicable {
        boundary: Some(source(
            "limite",
            SourceKind::Boundary,
            r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::rapports"}"#,
        )),
        ..identity(ALLOW)
    };
    let changes = suggested(&get(), &policies);
    let change = only(&changes);
    assert_eq!(
        (
            change["type"].as_str(),
            change["reason"].as_str(),
            change["policy"].as_str()
        ),
        (Some("permissions_boundary"), Some("object_arn"), Some("limite"))
    );
}

#[test]
fn a_denial_is_narrowed_so_that_it_spares_the_caller() {
    let deny = r#"{"Sid":"Jamais","Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#;
    let question = {
        let mut question = Question::reads(reader());
        question.context.set("aws:SecureTransport", "false");
        question
    };
    let changes = suggested(&question, &identity(&format!("{ALLOW},{deny}")));
    let change = only(&changes);
    assert_eq!(
        (
            change["kind"].as_str(),
            change["statement_index"].as_u64(),
            change["reason"].as_str()
        ),
        (Some("remove_deny"), Some(1), Some("conditions"))
    );
    assert_eq!(change["conditions"][0]["key"], "aws:SecureTransport");
    let condition = &change["statement"]["Condition"];
    assert_eq!(condition["Bool"]["aws:SecureTransport"], "false");
    assert_eq!(
        condition["ArnNotEquals"]["aws:PrincipalArn"],
        "arn:aws:iam::123456789012:role/service/lecteur"
    );
}

#[test]
fn several_denials_and_a_missing_allowance_are_all_told() {
    let deny = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#;
    let bucket = r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::rapports/*"}"#;
    let policies = Applicable {
        resource: Some(source("rapports", SourceKind::Resource, bucket)),
        ..identity(&format!("{deny},{deny}"))
    };
    let changes = suggested(&get(), &policies);
    let kinds: Vec<_> = changes
        .iter()
        .map(|change| change["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        ["remove_deny", "remove_deny", "remove_deny", "add_statement"]
    );
}

#[test]
fn a_denial_of_everyone_unsigned_can_only_go() {
    let bucket = r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::rapports/*"}"#;
    let policies = Applicable {
        resource: Some(source("rapports", SourceKind::Resource, bucket)),
        ..Applicable::default()
    };
    let changes = suggested(&Question::reads(caller("anonymous")), &policies);
    assert_eq!(changes[0]["statement"], Value::Null);
    assert_eq!(changes[1]["statement"]["Principal"]["AWS"], "*");
}

#[test]
fn a_bucket_policy_that_almost_names_the_caller_is_mended_alone() {
    let bucket = r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/bob"},"Action":"s3:*","Resource":"arn:aws:s3:::rapports/*"}"#;
    let policies = Applicable {
        resource: Some(source("rapports", SourceKind::Resource, bucket)),
        boundary: Some(source("limite", SourceKind::Boundary, OTHER)),
        ..Applicable::default()
    };
    let changes = suggested(&get(), &policies);
    let change = only(&changes);
    assert_eq!(
        (&change["kind"], &change["type"]),
        (&"extend_principal".into(), &"resource_based".into())
    );
    let named = change["statement"]["Principal"]["AWS"].as_array().unwrap();
    assert_eq!(named[1], "arn:aws:iam::123456789012:user/equipe/alice");
}

#[test]
fn a_trust_policy_is_given_the_caller() {
    let trust = r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#;
    for (who, kind, value) in [
        ("user", "AWS", "arn:aws:iam::123456789012:user/equipe/alice"),
        ("role", "AWS", "arn:aws:iam::123456789012:role/service/lecteur"),
    ] {
        let question = Question {
            action: "sts:AssumeRole",
            resource: "arn:aws:iam::123456789012:role/cible",
            ..Question::reads(caller(who))
        };
        let policies = Applicable {
            resource: Some(source("cible", SourceKind::Trust, trust)),
            ..identity(ALLOW)
        };
        let changes = suggested(&question, &policies);
        let change = only(&changes);
        assert_eq!(change["kind"], "extend_principal");
        assert_eq!(change["statement"]["Principal"][kind], value);
        assert_eq!(change["statement"]["Resource"], Value::Null);
    }
}
