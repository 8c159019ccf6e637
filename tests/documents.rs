//! Documents that are written otherwise than the model and as good, and documents that only look right.
#![allow(clippy::unwrap_used)]

use cahier::{attempt, lessons, rules};
use workbook::Workbook;
use workbook::evidence::{Answer, Evidence};
use workbook::exercise::{Drawn, Value};
use workbook::verdict::Verdict;

/// The seed at which the answers below are judged; their values are taken from it.
const SEED: u64 = 3;

fn exercise(id: &str) -> Drawn {
    let workbook = Workbook::load(lessons::embedded()).unwrap();
    let (_, spec) = workbook.exercise(id).unwrap();
    (spec.draw)(SEED)
}

/// The answer, with each parameter's value for its `<name>`, judged.
fn judge(id: &str, answer: &str) -> Verdict {
    let drawn = exercise(id);
    let filled = drawn
        .parameters
        .iter()
        .fold(answer.to_owned(), |text, (name, value)| {
            let value = match value {
                Value::Number(number) => format!("{number}"),
                Value::Text(text) => text.clone(),
            };
            text.replace(&format!("<{name}>"), &value)
        });
    let ground = Evidence {
        rules: Some(rules::rules),
        documents: Some(rules::documents),
        ..Evidence::default()
    };
    attempt::natively(&drawn, Answer::Text(filled), ground)
}

fn assert_passes(id: &str, answer: &str) {
    let verdict = judge(id, answer);
    assert!(matches!(verdict, Verdict::Passed(_)), "{id}: {verdict:?}");
}

fn assert_told(id: &str, answer: &str, told: &[&str]) {
    let verdict = judge(id, answer);
    assert_eq!(verdict.status(), "not_yet", "{id}: {verdict:?}");
    let message = verdict.message();
    assert!(told.iter().all(|part| message.contains(part)), "{id}: {message}");
}

#[test]
fn other_ways_to_write_the_same_rules_pass() {
    let transition = r#""Transitions":[{"Days":<froid>,"StorageClass":"GLACIER"}]"#;
    // Two rules, a filter with `And`, the prefix of old, an id of one's own or none.
    assert_passes(
        "cycle-archiver",
        &format!(
            r#"{{"Rules":[{{"Status":"Enabled","Filter":{{"And":{{"Prefix":"journaux/","ObjectSizeGreaterThan":1}}}},{transition}}},
            {{"ID":"fin","Status":"Enabled","Prefix":"journaux/","Expiration":{{"Days":<fin>}}}}]}}"#
        ),
    );
    assert_passes(
        "cycle-restes",
        r#"{"Rules":[
            {"ID":"1","Status":"Enabled","Filter":{"Prefix":""},"NoncurrentVersionExpiration":{"NoncurrentDays":<jours>}},
            {"ID":"2","Status":"Enabled","Filter":{},"Expiration":{"ExpiredObjectDeleteMarker":true}},
            {"ID":"3","Status":"Enabled","Filter":{},"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":<abandon>}},
            {"ID":"4","Status":"Disabled","Filter":{},"Expiration":{"Days":1}}
        ]}"#,
    );
}

#[test]
fn a_rule_that_does_nearly_what_is_asked_is_told_what_is_left() {
    assert_told(
        "cycle-archiver",
        r#"{"Rules":[{"Status":"Enabled","Filter":{"Prefix":"journaux/"},"Transitions":[{"Days":<froid>,"StorageClass":"DEEP_ARCHIVE"}],"Expiration":{"Days":<fin>}}]}"#,
        &["l’objet est en classe `DEEP_ARCHIVE` (attendu\u{a0}: l’objet est en classe `GLACIER`)"],
    );
    assert_told(
        "cycle-restes",
        r#"{"Rules":[{"Status":"Enabled","Filter":{"Prefix":"film"},"NoncurrentVersionExpiration":{"NoncurrentDays":<jours>},"Expiration":{"ExpiredObjectDeleteMarker":true},"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":<abandon>}}]}"#,
        &["1\u{a0}chargement inachevé (attendu\u{a0}: 0\u{a0}chargement inachevé)"],
    );
}

#[test]
fn a_bucket_policy_may_be_written_otherwise_and_may_not_do_more() {
    let allow = r#"{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::210987654321:role/lecteur"]},"Action":["s3:GetObject"],"Resource":["arn:aws:s3:::<bucket>/<dossier>/*"]}"#;
    assert_passes(
        "url-partenaire",
        &format!(
            r#"{{"Statement":[{allow},{{"Sid":"Fermer","Effect":"Deny","Principal":"*","Action":"s3:DeleteBucket","Resource":"arn:aws:s3:::<bucket>"}}]}}"#
        ),
    );
    assert_told(
        "url-partenaire",
        r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:role/lecteur"},"Action":["s3:GetObject","s3:GetObjectVersion"],"Resource":"arn:aws:s3:::<bucket>/<dossier>/*"}}"#,
        &[
            "elle accorde aussi ce qu’on ne lui demande pas",
            "`s3:GetObjectVersion`",
        ],
    );
    assert_told(
        "url-partenaire",
        &format!(
            r#"{{"Statement":[{allow},{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::111122223333:root"}},"Action":"s3:PutObject","Resource":"arn:aws:s3:::<bucket>/depots/*"}}]}}"#
        ),
        &["l’instruction 2 le permet"],
    );
}

#[test]
fn a_refusal_that_leaves_a_gap_does_not_pass() {
    let allow = r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/redaction"},"Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::<bucket>/*"}"#;
    assert_told(
        "compartiment-sans-purge",
        &format!(
            r#"{{"Version":"2012-10-17","Statement":[{allow},{{"Effect":"Deny","Principal":"*","Action":"s3:DeleteObjectVersion","Resource":"arn:aws:s3:::<bucket>/une.md"}}]}}"#
        ),
        &[
            "elle ne ferme pas tout ce qu’elle doit fermer",
            "`s3:DeleteObjectVersion`",
        ],
    );
}

#[test]
fn a_name_that_aws_does_not_know_is_told_with_its_place() {
    let verdict = judge(
        "cycle-archiver",
        "{\n  \"Rules\": [{\n    \"Status\": \"Enabled\",\n    \"Transition\": []\n  }]\n}",
    );
    let told = verdict.message();
    assert_eq!(verdict.status(), "unreadable", "{verdict:?}");
    assert!(
        told.contains("Ligne 4, colonne 5") && told.contains("Voulais-tu dire `Transitions`"),
        "{told}"
    );
}

#[test]
fn the_principal_of_another_bucket_policy_must_be_there() {
    assert_told(
        "compartiment-sans-purge",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/Redaction"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::<bucket>/*"}]}"#,
        &[
            "Un principal n’existe pas",
            "«\u{a0}Invalid principal in policy\u{a0}»",
        ],
    );
}

#[test]
fn a_task_definition_may_be_written_otherwise_and_is_judged_by_what_becomes_of_its_task() {
    let web = |size: &str, image: &str| {
        format!(
            r#"{{"containerDefinitions":[{{"image":"{image}","name":"web","portMappings":[{{"containerPort":80,"protocol":"tcp","hostPort":80}}],
            "logConfiguration":{{"logDriver":"awslogs","options":{{"awslogs-group":"/ecs/web","awslogs-region":"eu-west-3","awslogs-stream-prefix":"web"}}}}}}],
            {size},"networkMode":"awsvpc","requiresCompatibilities":["FARGATE","EC2"],"family":"<famille>","executionRoleArn":"<famille>-execution"}}"#
        )
    };
    let units = match exercise("ecs-definition-web").parameters["vcpu"] {
        Value::Number(vcpu) if vcpu < 1.0 => r#""cpu":".5 vCPU","memory":"2 GB""#,
        _ => r#""cpu":"1 vCPU","memory":"4 GB""#,
    };
    let image = "700000000007.dkr.ecr.eu-west-3.amazonaws.com/catalogue/web";
    assert_passes("ecs-definition-web", &web(units, &format!("{image}:latest")));
    assert_told(
        "ecs-definition-web",
        &web(units, &format!("{image}:absente")),
        &[
            "60\u{a0}secondes après son lancement, la tâche est `STOPPED` (attendu\u{a0}: `RUNNING`)",
            "ECS dit\u{a0}: `TaskFailedToStart`, «\u{a0}CannotPullContainerError",
        ],
    );
}

#[test]
fn a_task_definition_that_is_not_for_fargate_is_told_what_run_task_says() {
    assert_told(
        "ecs-preparation",
        r#"{"family":"<famille>","containerDefinitions":[{"name":"web","image":"public.ecr.aws/cahier/web:latest","memory":128}]}"#,
        &["ECS refuse d’en lancer une tâche sur Fargate. AWS répond\u{a0}: `"],
    );
    let verdict = judge(
        "ecs-preparation",
        r#"{"family":"<famille>","cpu":256,"containerDefinitions":[]}"#,
    );
    assert_eq!(verdict.status(), "unreadable", "{verdict:?}");
    assert!(
        verdict
            .message()
            .contains("`cpu` n’a pas la bonne forme\u{a0}: AWS y attend un texte"),
        "{verdict:?}"
    );
}
