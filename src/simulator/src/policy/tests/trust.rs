//! Who may assume a role.

use super::{HERE, Question, THERE, caller, identity, source, table, verdict};
use crate::policy::{Applicable, Context, Principal, SourceKind};

const MAY_ASSUME: &str = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}"#;
const MAY_NOT: &str = r#"{"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*"}"#;

fn trust(cell: &str) -> crate::policy::Source {
    let (effect, name) = cell
        .strip_prefix('!')
        .map_or(("Allow", cell), |name| ("Deny", name));
    let principal = match name {
        "user" => r#"{"AWS":"arn:aws:iam::123456789012:user/equipe/alice"}"#,
        "user-id" => r#"{"AWS":"AIDAALICE0123456789AB"}"#,
        "deleted" => r#"{"AWS":"AIDADELETED0123456789"}"#,
        "role" => r#"{"AWS":"arn:aws:iam::123456789012:role/service/lecteur"}"#,
        "role-id" => r#"{"AWS":"AROAREADER0123456789A"}"#,
        "session" => r#"{"AWS":"arn:aws:sts::123456789012:assumed-role/lecteur/matin"}"#,
        "account" => r#"{"AWS":"123456789012"}"#,
        "other" => r#"{"AWS":"arn:aws:iam::999999999999:root"}"#,
        "everyone" => r#"{"AWS":"*"}"#,
        "lambda" => r#"{"Service":"lambda.amazonaws.com"}"#,
        "services" => r#"{"Service":["ecs-tasks.amazonaws.com","lambda.amazonaws.com"]}"#,
        "ec2" => r#"{"Service":"ec2.amazonaws.com"}"#,
        _ => panic!("{name}"),
    };
    let statement =
        format!("{{\"Effect\":\"{effect}\",\"Principal\":{principal},\"Action\":\"sts:AssumeRole\"}}");
    source(
        "arn:aws:iam::123456789012:role/cible",
        SourceKind::Trust,
        &statement,
    )
}

/// `caller | trust policy | identity | account of the role | verdict`.
#[test]
fn the_trust_policy_must_allow_and_the_account_delegates() {
    for [who, trusted, own, account, expected] in table(
        "
        user | user | . | here | allowed
        user | user-id | . | here | allowed
        user | deleted | + | here | implicitDeny role_trust
        user | everyone | . | here | allowed
        user | account | . | here | implicitDeny identity_based
        user | account | + | here | allowed
        user | other | + | here | implicitDeny role_trust
        user | lambda | + | here | implicitDeny role_trust
        user | user | ! | here | explicitDeny identity_based
        user | !user | + | here | explicitDeny role_trust
        role | role | . | here | allowed
        role | role-id | . | here | allowed
        role | session | . | here | allowed
        role | account | + | here | allowed
        role | user | + | here | implicitDeny role_trust
        user | user | . | there | implicitDeny identity_based
        user | user | + | there | allowed
        user | account | + | there | allowed
        user | other | + | there | implicitDeny role_trust
        role | role | + | there | allowed
        role | role | . | there | implicitDeny identity_based
        service | lambda | . | here | allowed
        service | services | . | here | allowed
        service | ec2 | . | here | implicitDeny role_trust
        service | !lambda | . | here | explicitDeny role_trust
        anonymous | account | . | here | implicitDeny role_trust
        ",
    ) {
        let own = match own {
            "+" => identity(MAY_ASSUME),
            "!" => identity(MAY_NOT),
            _ => Applicable::default(),
        };
        let policies = Applicable {
            resource: Some(trust(trusted)),
            ..own
        };
        let question = Question {
            action: "sts:AssumeRole",
            resource: "arn:aws:iam::123456789012:role/cible",
            owner: Some(if account == "here" { HERE } else { THERE }),
            ..Question::reads(caller(who))
        };
        let decision = question.put_to(&policies);
        assert_eq!(
            verdict(&decision),
            expected,
            "{who} | {trusted} | {own:?}",
            own = policies.identity.len()
        );
    }
}

#[test]
fn an_external_id_is_a_condition_like_any_other() {
    let statement = r#"{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"12345"}}}"#;
    let policies = Applicable {
        resource: Some(source("cible", SourceKind::Trust, statement)),
        ..identity(MAY_ASSUME)
    };
    for (id, expected) in [
        (Some("12345"), "allowed"),
        (Some("54321"), "implicitDeny role_trust"),
        (None, "implicitDeny role_trust"),
    ] {
        let mut question = Question {
            action: "sts:AssumeRole",
            resource: "arn:aws:iam::123456789012:role/cible",
            ..Question::reads(caller("user"))
        };
        if let Some(id) = id {
            question.context.set("sts:ExternalId", id);
        }
        assert_eq!(verdict(&question.put_to(&policies)), expected, "{id:?}");
    }
}

#[test]
fn a_provider_of_identities_is_known_by_the_context() {
    let statement = r#"{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:equipe/*"}}}"#;
    let policies = Applicable {
        resource: Some(source("cible", SourceKind::Trust, statement)),
        ..Applicable::default()
    };
    let provider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
    for (provider, subject, allowed) in [
        (provider, "repo:equipe/a", true),
        (provider, "repo:autre/a", false),
        (
            "arn:aws:iam::123456789012:oidc-provider/autre",
            "repo:equipe/a",
            false,
        ),
    ] {
        let mut context = Context::new();
        context.set("aws:FederatedProvider", provider);
        context.set("token.actions.githubusercontent.com:sub", subject);
        let question = Question {
            action: "sts:AssumeRoleWithWebIdentity",
            resource: "arn:aws:iam::123456789012:role/cible",
            context,
            ..Question::reads(Principal::Anonymous)
        };
        assert_eq!(
            question.put_to(&policies).allowed,
            allowed,
            "{provider} {subject}"
        );
    }
}
