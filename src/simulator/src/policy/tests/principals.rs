//! Principals as policies name them, and as questions do.

use super::{HERE, Question, alice, caller, identity, reader, source, table, verdict};
use crate::policy::{Applicable, Document, DocumentKind, Principal, SourceKind, canonical_user};

const ALLOW: &str = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#;

/// `kind | value | is it one`.
#[test]
fn a_principal_is_an_account_an_identity_a_session_or_a_service() {
    for [kind, value, expected] in table(
        "
        AWS | * | yes
        AWS | 123456789012 | yes
        AWS | 12345678901 | no
        AWS | arn:aws:iam::123456789012:root | yes
        AWS | arn:aws:iam::123456789012:user/alice | yes
        AWS | arn:aws:iam::123456789012:user/equipe/alice | yes
        AWS | arn:aws:iam::123456789012:user/* | no
        AWS | arn:aws:iam::123456789012:user/ali?e | no
        AWS | arn:aws:iam::123456789012:user/ | no
        AWS | arn:aws:iam::123456789012:group/equipe | no
        AWS | arn:aws:iam::123456789012:role/service/lecteur | yes
        AWS | arn:aws:iam::*:role/lecteur | no
        AWS | arn:aws:iam::12:role/lecteur | no
        AWS | arn:aws:iam:eu-west-3:123456789012:role/lecteur | no
        AWS | arn:aws:sts::123456789012:assumed-role/lecteur/matin | yes
        AWS | arn:aws:sts::123456789012:assumed-role/lecteur | no
        AWS | arn:aws:sts::123456789012:federated-user/invite | yes
        AWS | arn:aws:s3:::rapports | no
        AWS | alice | no
        AWS | AIDAALICE0123456789AB | yes
        AWS | AROAREADER0123456789A | yes
        AWS | AKIAIOSFODNN7EXAMPLE | no
        Service | lambda.amazonaws.com | yes
        Service | s3.ap-east-1.amazonaws.com | yes
        Service | * | no
        Service | lambda | no
        Federated | cognito-identity.amazonaws.com | yes
        Federated | arn:aws:iam::123456789012:saml-provider/annuaire | yes
        Federated | arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com | yes
        Federated | arn:aws:iam::123456789012:user/alice | no
        CanonicalUser | 79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be | yes
        CanonicalUser | 79a59df9 | no
        Utilisateur | alice | no
        ",
    ) {
        let text = format!(
            "{{\"Statement\":{{\"Effect\":\"Allow\",\"Principal\":{{\"{kind}\":\"{value}\"}},\"Action\":\"s3:*\",\"Resource\":\"*\"}}}}"
        );
        let read = Document::parse(&text, DocumentKind::Resource);
        assert_eq!(read.is_ok(), expected == "yes", "{kind} {value}: {read:?}");
    }
}

#[test]
fn names_are_case_sensitive() {
    let bucket = r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/equipe/Alice"},"Action":"s3:*","Resource":"arn:aws:s3:::rapports/*"}"#;
    let policies = Applicable {
        resource: Some(source("rapports", SourceKind::Resource, bucket)),
        ..Applicable::default()
    };
    assert!(!Question::reads(alice()).put_to(&policies).allowed);
}

#[test]
fn an_account_is_also_known_by_its_canonical_user() {
    let bucket = |id: &str| {
        format!(
            "{{\"Effect\":\"Allow\",\"Principal\":{{\"CanonicalUser\":\"{id}\"}},\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::rapports/*\"}}"
        )
    };
    let ask = |who: &str, id: &str, own: Applicable| {
        let policies = Applicable {
            resource: Some(source("rapports", SourceKind::Resource, &bucket(id))),
            ..own
        };
        verdict(&Question::reads(caller(who)).put_to(&policies))
    };
    let (here, there) = (canonical_user(HERE), canonical_user("999999999999"));
    assert_eq!(ask("user", &here, identity(ALLOW)), "allowed");
    assert_eq!(
        ask("user", &here, Applicable::default()),
        "implicitDeny identity_based"
    );
    assert_eq!(
        ask("anonymous", &here, Applicable::default()),
        "implicitDeny resource_based"
    );
    assert_ne!(here, there);
}

/// `caller | listed in NotPrincipal | boundary | verdict`, the caller being allowed otherwise.
#[test]
fn not_principal_spares_only_who_is_listed_with_every_step_to_it() {
    for [who, listed, boundary, expected] in table(
        r#"
        user | {"AWS":["123456789012","arn:aws:iam::123456789012:user/equipe/alice"]} | . | allowed
        user | {"AWS":["arn:aws:iam::123456789012:root","arn:aws:iam::123456789012:user/equipe/alice"]} | . | allowed
        user | {"AWS":"arn:aws:iam::123456789012:user/equipe/alice"} | . | explicitDeny resource_based
        user | {"AWS":"123456789012"} | . | explicitDeny resource_based
        user | {"AWS":["123456789012","arn:aws:iam::123456789012:user/equipe/alice"]} | + | explicitDeny resource_based
        user | {"AWS":"999999999999"} | . | explicitDeny resource_based
        user | {"AWS":"*"} | . | allowed
        role | {"AWS":["123456789012","arn:aws:iam::123456789012:role/service/lecteur","arn:aws:sts::123456789012:assumed-role/lecteur/matin"]} | . | allowed
        role | {"AWS":["123456789012","arn:aws:iam::123456789012:role/service/lecteur"]} | . | explicitDeny resource_based
        root | {"AWS":"123456789012"} | . | allowed
        root | {"AWS":"999999999999"} | . | explicitDeny resource_based
        federated | {"AWS":["123456789012","arn:aws:sts::123456789012:federated-user/invite"]} | . | allowed
        anonymous | {"AWS":"123456789012"} | . | explicitDeny resource_based
        service | {"Service":"lambda.amazonaws.com"} | . | implicitDeny resource_based
        service | {"AWS":"123456789012"} | . | explicitDeny resource_based
        "#,
    ) {
        let bucket = format!(
            "{{\"Effect\":\"Deny\",\"NotPrincipal\":{listed},\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::rapports/*\"}}"
        );
        let policies = Applicable {
            resource: Some(source("rapports", SourceKind::Resource, &bucket)),
            boundary: (boundary == "+").then(|| source("limite", SourceKind::Boundary, ALLOW)),
            session: Some(vec![source("session", SourceKind::Session, ALLOW)]),
            ..identity(ALLOW)
        };
        let decision = Question::reads(caller(who)).put_to(&policies);
        assert_eq!(verdict(&decision), expected, "{who} | {listed}");
    }
}

#[test]
fn the_context_tells_who_calls() {
    let keys = |principal: &Principal| {
        let question = Question::reads(principal.clone());
        let get = |key: &str| question.context.get(key).first().cloned().unwrap_or_default();
        [
            "aws:PrincipalArn",
            "aws:PrincipalAccount",
            "aws:PrincipalType",
            "aws:userid",
            "aws:username",
        ]
        .map(get)
    };
    let account = "123456789012";
    assert_eq!(
        keys(&alice()),
        [
            "arn:aws:iam::123456789012:user/equipe/alice",
            account,
            "User",
            "AIDAALICE0123456789AB",
            "alice"
        ]
    );
    assert_eq!(
        keys(&reader()),
        [
            "arn:aws:iam::123456789012:role/service/lecteur",
            account,
            "AssumedRole",
            "AROAREADER0123456789A:matin",
            ""
        ]
    );
    assert_eq!(
        keys(&caller("root")),
        ["arn:aws:iam::123456789012:root", account, "Account", account, ""]
    );
    assert_eq!(
        keys(&caller("federated")),
        [
            "arn:aws:sts::123456789012:federated-user/invite",
            account,
            "FederatedUser",
            "123456789012:invite",
            ""
        ]
    );
    assert_eq!(
        keys(&Principal::Anonymous),
        ["", "", "Anonymous", "anonymous", ""]
    );
    assert_eq!(keys(&caller("service")), [""; 5]);
}

#[test]
fn a_question_names_its_caller_by_an_arn() {
    let shown = |text: &str| Principal::parse(text).map(|principal| principal.arn().to_owned());
    for same in [
        "*",
        "lambda.amazonaws.com",
        "arn:aws:iam::123456789012:root",
        "arn:aws:iam::123456789012:user/equipe/alice",
        "arn:aws:sts::123456789012:assumed-role/lecteur/matin",
        "arn:aws:sts::123456789012:federated-user/invite",
    ] {
        assert_eq!(shown(same).as_deref(), Some(same));
    }
    let role = Principal::parse("arn:aws:iam::123456789012:role/service/lecteur").unwrap();
    assert_eq!(
        role.arn(),
        "arn:aws:sts::123456789012:assumed-role/lecteur/session"
    );
    assert_eq!(
        role.principal_arn(),
        Some("arn:aws:iam::123456789012:role/service/lecteur")
    );
    for none in [
        "alice",
        "",
        "arn:aws:iam::12:user/a",
        "arn:aws:s3:::rapports",
        "arn:aws:iam::123456789012:group/g",
    ] {
        assert_eq!(shown(none), None, "{none}");
    }
}
