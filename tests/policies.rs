//! Policies that decide every listed request of an exercise as they should, and are dangerous or too narrow all the
//! same; and policies written otherwise than the model that are just as good.
#![allow(clippy::unwrap_used)]

use cahier::lessons;
use workbook::Workbook;
use workbook::evidence::{Answer, Evidence};
use workbook::verdict::Verdict;

/// The seed at which the answers below have the right names.
const SEED: u64 = 7;

fn judge(exercise: &str, answer: &str) -> Verdict {
    let workbook = Workbook::load(lessons::embedded()).unwrap();
    let mut exercises = workbook
        .lessons()
        .iter()
        .flat_map(workbook::lesson::Lesson::exercises);
    let found = exercises.find(|spec| spec.id == exercise).unwrap();
    (found.draw)(SEED).exercise.judge(&Evidence {
        answer: Some(Answer::Text(answer.to_owned())),
        rules: Some(cahier::rules::rules),
        ..Evidence::default()
    })
}

fn policy(statements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
}

fn assert_told(exercise: &str, statements: &str, told: &[&str]) {
    let verdict = judge(exercise, &policy(statements));
    assert!(matches!(verdict, Verdict::NotYet(_)), "{exercise}: {verdict:?}");
    assert!(
        told.iter().all(|part| verdict.message().contains(part)),
        "{exercise}: {}",
        verdict.message()
    );
}

fn assert_passes(exercise: &str, statements: &str) {
    let verdict = judge(exercise, &policy(statements));
    assert!(matches!(verdict, Verdict::Passed(_)), "{exercise}: {verdict:?}");
}

#[test]
fn a_right_of_another_service_is_named_with_its_statement() {
    assert_told(
        "iam-lire-un-prefixe",
        r#"{"Effect":"Allow","Action":["s3:GetObject","dynamodb:*"],"Resource":"arn:aws:s3:::archives/2025/*"},
           {"Effect":"Allow","Action":["iam:*","dynamodb:*"],"Resource":"*"}"#,
        &[
            "ta politique accorde aussi `iam:",
            "ta politique accorde aussi `dynamodb:DeleteTable`",
            "l’instruction 2 le permet",
        ],
    );
}

#[test]
fn a_right_of_a_service_that_is_not_listed_is_named_as_it_is_written() {
    assert_told(
        "iam-lire-un-prefixe",
        r#"{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::archives/2025/*"},
           {"Effect":"Allow","Action":"glue:*","Resource":"*"}"#,
        &["ta politique accorde aussi `glue:*` sur `*`\u{a0}: l’instruction 2 le permet"],
    );
}

#[test]
fn a_right_behind_a_condition_of_its_own_is_found() {
    for condition in [
        r#"{"StringEquals":{"aws:RequestedRegion":"eu-west-3"}}"#,
        r#"{"Bool":{"aws:MultiFactorAuthPresent":true}}"#,
        r#"{"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}"#,
    ] {
        assert_told(
            "iam-lire-un-prefixe",
            &format!(
                r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::archives/2025/*"}},
                   {{"Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}}}"#
            ),
            &["l’instruction 2 le permet"],
        );
    }
}

#[test]
fn further_actions_on_the_right_objects_are_too_much() {
    assert_told(
        "iam-lire-un-prefixe",
        r#"{"Effect":"Allow","Action":["s3:GetObject*","s3:PutObjectAcl","s3:DeleteObjectVersion"],"Resource":"arn:aws:s3:::archives/2025/*"}"#,
        &[
            "ta politique accorde aussi `s3:DeleteObjectVersion`",
            "l’instruction 1 le permet",
        ],
    );
    assert_told(
        "iam-lister-et-lire",
        r#"{"Effect":"Allow","Action":["s3:Get*","s3:List*","s3:DeleteObject","s3:DeleteBucket"],"Resource":["arn:aws:s3:::catalogue","arn:aws:s3:::catalogue/*"]}"#,
        &["ta politique accorde aussi `s3:Delete"],
    );
}

#[test]
fn a_policy_for_the_listed_objects_alone_is_too_narrow() {
    assert_told(
        "iam-lire-un-prefixe",
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::archives/2025/janvier.pdf","arn:aws:s3:::archives/2025/clients/*"]}"#,
        &["\u{a0}: aucune instruction ne la permet, et elle devrait l’être"],
    );
}

#[test]
fn a_role_is_trusted_to_nobody_else() {
    let trust = |principal: &str| {
        format!(r#"{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}"#)
    };
    assert_told(
        "iam-approbation-lambda",
        &trust(
            r#"{"Service":["lambda.amazonaws.com","ecs-tasks.amazonaws.com","glue.amazonaws.com"],"AWS":"arn:aws:iam::999999999999:root"}"#,
        ),
        &["par `ecs-tasks.amazonaws.com`", "l’instruction 1 le permet"],
    );
    assert_told(
        "iam-approbation-lambda",
        &trust(r#"{"Service":"lambda.amazonaws.com","AWS":"arn:aws:iam::999999999999:root"}"#),
        &["par `arn:aws:iam::999999999999:", "l’instruction 1 le permet"],
    );
    assert_told(
        "iam-approbation-lambda",
        &trust(r#"{"Service":"lambda.amazonaws.com","AWS":"123456789012"}"#),
        &["par `arn:aws:iam::123456789012:"],
    );
    assert_told(
        "iam-approbation-lambda",
        &trust(r#"{"Service":"lambda.amazonaws.com","Federated":"cognito-identity.amazonaws.com"}"#),
        &["s’ouvre aussi à `cognito-identity.amazonaws.com`"],
    );
}

#[test]
fn a_role_is_passed_to_no_other_service() {
    assert_told(
        "iam-confier-un-role",
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/miniatures","Condition":{"StringNotEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}"#,
        &["quand `iam:PassedToService` = `", "l’instruction 1 le permet"],
    );
}

#[test]
fn naming_each_user_leaves_the_next_one_out() {
    let folder = |name: &str| {
        format!(
            r#"{{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::etudiants/{name}/*","Condition":{{"StringEquals":{{"aws:username":"{name}"}}}}}}"#
        )
    };
    let named = |names: &[&str]| {
        names
            .iter()
            .map(|name| folder(name))
            .collect::<Vec<_>>()
            .join(",")
    };
    for names in [
        vec!["stagiaire-1", "stagiaire-2"],
        vec!["stagiaire-1", "stagiaire-2", "stagiaire-3", "stagiaire-4"],
    ] {
        assert_told(
            "iam-dossier-personnel",
            &named(&names),
            &["\u{a0}: aucune instruction ne la permet, et elle devrait l’être"],
        );
    }
}

#[test]
fn a_folder_of_ones_own_elsewhere_is_too_much() {
    assert_told(
        "iam-dossier-personnel",
        r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":["arn:aws:s3:::etudiants/${aws:username}/*","arn:aws:s3:::examens/${aws:username}/*"]}"#,
        &[
            "ta politique accorde aussi `s3:",
            "sur `arn:aws:s3:::examens/",
            "l’instruction 1 le permet",
        ],
    );
}

#[test]
fn a_refusal_of_a_few_actions_does_not_close_a_folder() {
    assert_told(
        "iam-sauf-la-paie",
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::commun/*"},
           {"Effect":"Deny","Action":["s3:GetObject","s3:GetObjectVersion","s3:PutObject"],"Resource":"arn:aws:s3:::commun/paie/*"}"#,
        &[
            "`s3:DeleteObject` sur `arn:aws:s3:::commun/paie/",
            "aucune instruction ne la refuse",
        ],
    );
}

#[test]
fn a_refusal_for_one_role_and_one_object_does_not_close_a_bucket() {
    assert_told(
        "iam-https-seulement",
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/lecteur"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::contrats/*"},
           {"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::123456789012:role/lecteur"},"Action":["s3:GetObject","s3:GetObjectVersion"],"Resource":"arn:aws:s3:::contrats/a.pdf","Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#,
        &["quand `aws:SecureTransport` = `false`"],
    );
}

#[test]
fn other_ways_to_write_the_same_policy_pass() {
    let list_and_read = r#"{"Effect":"Allow","Action":["s3:ListBucket","s3:getobject"],"Resource":["arn:aws:s3:::catalogue","arn:aws:s3:::catalogue/*"]}"#;
    assert_passes("iam-lister-et-lire", list_and_read);
    assert_passes(
        "iam-lire-un-prefixe",
        r#"{"Sid":"Lire","Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::archives/2025/*"]},
           {"Effect":"Deny","Action":["s3:PutObject","s3:DeleteObject"],"Resource":"*"}"#,
    );
    assert_passes(
        "iam-sauf-la-paie",
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::commun/*"},
           {"Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::commun/paie/*"}"#,
    );
    assert_passes(
        "iam-https-seulement",
        r#"{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::123456789012:role/lecteur"]},"Action":["s3:GetObject"],"Resource":"arn:aws:s3:::contrats/*"},
           {"Effect":"Deny","Principal":{"AWS":"*"},"Action":"s3:*","Resource":["arn:aws:s3:::contrats","arn:aws:s3:::contrats/*"],"Condition":{"Bool":{"aws:SecureTransport":false},"NumericLessThan":{"s3:TlsVersion":99}}},
           {"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::contrats/*","Condition":{"Bool":{"aws:SecureTransport":false}}}"#,
    );
    assert_passes(
        "iam-approbation-lambda",
        r#"{"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com"]},"Action":["sts:AssumeRole","sts:TagSession"]}"#,
    );
    assert_passes(
        "iam-confier-un-role",
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/miniatures","Condition":{"StringLike":{"iam:PassedToService":"lambda.amazonaws.com"}}}"#,
    );
    assert_passes(
        "iam-dossier-personnel",
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::etudiants/${aws:username}/*"},
           {"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::etudiants/${aws:username}/*"}"#,
    );
}

#[test]
fn a_policy_nested_too_deep_is_told_so() {
    let actions = format!("{}\"s3:GetObject\"{}", "[".repeat(40), "]".repeat(40));
    let verdict = judge(
        "iam-lire-un-prefixe",
        &policy(&format!(
            r#"{{"Effect":"Allow","Action":{actions},"Resource":"*"}}"#
        )),
    );
    assert!(matches!(verdict, Verdict::Unreadable(_)), "{verdict:?}");
    assert!(verdict.message().contains("trop de niveaux"), "{verdict:?}");
}
