//! Service control and resource control policies, level by level.

use super::{Question, THERE, alice, caller, document, identity, source, table, verdict};
use crate::policy::{Applicable, Document, DocumentKind, Source, SourceKind};

const ALLOW: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
const DENY: &str = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#;
const OTHER: &str = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*"}"#;

fn service_control(cell: char) -> Source {
    let statements = match cell {
        '+' => ALLOW,
        '!' => DENY,
        _ => OTHER,
    };
    source(
        &format!("arn:aws:organizations::1:policy/{cell}"),
        SourceKind::ServiceControl,
        statements,
    )
}

fn resource_control(cell: char) -> Source {
    let full = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;
    let document = match cell {
        '+' => Document::parse_aws_managed(full, DocumentKind::ResourceControl)
            .unwrap()
            .into(),
        _ => document(
            DocumentKind::ResourceControl,
            r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}"#,
        ),
    };
    Source::new("rcp", SourceKind::ResourceControl, document)
}

/// The levels of a cell such as `+ +! -`: each policy of a level a character; `.` is no organization.
fn levels(cell: &str, policy: fn(char) -> Source) -> Vec<Vec<Source>> {
    let levels = cell.split(' ').filter(|level| *level != ".");
    levels
        .map(|level| level.chars().filter(|cell| *cell != '0').map(policy).collect())
        .collect()
}

/// `caller | service control | resource control | identity | verdict`.
#[test]
fn every_level_of_the_organization_must_allow() {
    for [who, services, resources, own, expected] in table(
        "
        user | . | . | + | allowed
        user | + | . | + | allowed
        user | + + + | . | + | allowed
        user | - | . | + | implicitDeny service_control
        user | + - + | . | + | implicitDeny service_control
        user | - + + | . | + | implicitDeny service_control
        user | + + - | . | + | implicitDeny service_control
        user | + 0 + | . | + | implicitDeny service_control
        user | + +- + | . | + | allowed
        user | + -+ + | . | + | allowed
        user | + +! + | . | + | explicitDeny service_control
        user | +! + + | . | + | explicitDeny service_control
        user | + ! + | . | + | explicitDeny service_control
        user | + + + | . | - | implicitDeny identity_based
        user | + | . | . | implicitDeny identity_based
        user | - | . | - | implicitDeny service_control
        root | + + | . | . | allowed
        root | + - | . | . | implicitDeny service_control
        root | +! | . | . | explicitDeny service_control
        role | + | . | + | allowed
        role | - | . | + | implicitDeny service_control
        user | . | + + | + | allowed
        user | . | +! + | + | explicitDeny resource_control
        user | . | + +! | + | explicitDeny resource_control
        user | . | + 0 | + | implicitDeny resource_control
        user | + | + | + | allowed
        user | +! | +! | + | explicitDeny resource_control
        user | - | 0 | + | implicitDeny resource_control
        user | + | + | - | implicitDeny identity_based
        anonymous | . | + | . | implicitDeny resource_based
        anonymous | . | +! | . | explicitDeny resource_control
        ",
    ) {
        let own = match own {
            "+" => identity(ALLOW),
            "-" => identity(OTHER),
            _ => Applicable::default(),
        };
        let policies = Applicable {
            service_control: levels(services, service_control),
            resource_control: levels(resources, resource_control),
            ..own
        };
        let decision = Question::reads(caller(who)).put_to(&policies);
        assert_eq!(verdict(&decision), expected, "{who} | {services} | {resources}");
    }
}

#[test]
fn service_control_policies_limit_what_a_resource_allows() {
    let bucket = r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/equipe/alice"},"Action":"s3:*","Resource":"arn:aws:s3:::rapports/*"}"#;
    let mut policies = Applicable {
        resource: Some(source("rapports", SourceKind::Resource, bucket)),
        service_control: levels("+ +", service_control),
        ..Applicable::default()
    };
    assert_eq!(verdict(&Question::reads(alice()).put_to(&policies)), "allowed");
    policies.service_control = levels("+ -", service_control);
    let decision = Question::reads(alice()).put_to(&policies);
    assert_eq!(verdict(&decision), "implicitDeny service_control");
}

#[test]
fn a_resource_control_policy_binds_callers_of_other_accounts() {
    let bucket = r#"{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::rapports/*"}"#;
    let mut policies = Applicable {
        resource: Some(source("rapports", SourceKind::Resource, bucket)),
        resource_control: levels("+", resource_control),
        ..identity(ALLOW)
    };
    let question = Question {
        owner: Some(THERE),
        ..Question::reads(alice())
    };
    assert!(question.put_to(&policies).allowed);
    policies.resource_control = levels("+!", resource_control);
    assert_eq!(
        verdict(&question.put_to(&policies)),
        "explicitDeny resource_control"
    );
}

#[test]
fn conditions_of_service_control_policies_are_evaluated() {
    let regions = r#"{"Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-3","eu-central-1"]}}}"#;
    for (region, expected) in [
        (Some("eu-west-3"), "allowed"),
        (Some("us-east-1"), "explicitDeny service_control"),
        (None, "explicitDeny service_control"),
    ] {
        let mut question = Question::reads(alice());
        if let Some(region) = region {
            question.context.set("aws:RequestedRegion", region);
        }
        let policies = Applicable {
            service_control: vec![vec![
                service_control('+'),
                source("regions", SourceKind::ServiceControl, regions),
            ]],
            ..identity(ALLOW)
        };
        assert_eq!(verdict(&question.put_to(&policies)), expected, "{region:?}");
    }
}
