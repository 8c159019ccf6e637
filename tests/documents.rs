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

#[test]
fn rules_that_reach_too_little_or_too_much_do_not_pass() {
    let rule = |filter: &str, more: &str| {
        format!(
            r#"{{"Rules":[{{"Status":"Enabled","Filter":{filter},"NoncurrentVersionExpiration":{{"NoncurrentDays":<jours>}}{more}}}]}}"#
        )
    };
    let prefix = r#"{"Prefix":"<prefixe>/"}"#;
    assert_passes("cycle-anciennes-versions", &rule(prefix, ""));
    for (filter, more) in [
        (r#"{"Prefix":"<prefixe>"}"#, ""),
        (r#"{"Prefix":"<prefixe>/a"}"#, ""),
        (r#"{"And":{"Prefix":"<prefixe>/","ObjectSizeLessThan":2000}}"#, ""),
        (prefix, r#","Expiration":{"Days":1000}"#),
        (prefix, r#","Transitions":[{"Days":90,"StorageClass":"GLACIER"}]"#),
    ] {
        let verdict = judge("cycle-anciennes-versions", &rule(filter, more));
        assert_eq!(verdict.status(), "not_yet", "{filter} {more}: {verdict:?}");
    }
}

#[test]
fn a_delay_beyond_the_end_of_the_calendar_is_a_wrong_delay() {
    for days in ["3000000", "2147483647"] {
        let answer = format!(
            r#"{{"Rules":[{{"Status":"Enabled","Filter":{{"Prefix":"<prefixe>/"}},"NoncurrentVersionExpiration":{{"NoncurrentDays":{days}}},
            "AbortIncompleteMultipartUpload":{{"DaysAfterInitiation":{days}}}}}]}}"#
        );
        assert_told("cycle-anciennes-versions", &answer, &["Le délai est passé"]);
    }
}

#[test]
fn a_task_is_held_to_the_statement_not_only_to_running() {
    let reader = |image: &str, roles: &str| {
        format!(
            r#"{{"family":"lecteur","requiresCompatibilities":["FARGATE"],"networkMode":"awsvpc","cpu":"256","memory":"512"{roles},
            "containerDefinitions":[{{"name":"lecteur","image":"{image}","environment":[{{"name":"BUCKET","value":"<bucket>"}},{{"name":"KEY","value":"<cle>"}}]}}]}}"#
        )
    };
    assert_told(
        "ecs-deux-roles",
        &reader("public.ecr.aws/cahier/web:latest", ""),
        &["l’image n’est pas celle de l’énoncé"],
    );
    let both = r#","executionRoleArn":"arn:aws:iam::123456789012:role/lecture","taskRoleArn":"arn:aws:iam::123456789012:role/lecture""#;
    let verdict = judge(
        "ecs-deux-roles",
        &reader(
            "700000000007.dkr.ecr.eu-west-3.amazonaws.com/catalogue/lit-s3:latest",
            both,
        ),
    );
    assert_eq!(
        (verdict.status(), verdict.misconception()),
        ("not_yet", None),
        "{verdict:?}"
    );
}

#[test]
fn a_server_that_starts_after_a_failed_preparation_is_found_out_by_a_preparation_that_fails() {
    let prepared = |condition: &str| {
        format!(
            r#"{{"family":"<famille>","requiresCompatibilities":["FARGATE"],"networkMode":"awsvpc","cpu":"256","memory":"512","containerDefinitions":[
            {{"name":"preparation","image":"public.ecr.aws/cahier/lot:latest","essential":false,"environment":[{{"name":"DUREE","value":"<duree>"}}]}},
            {{"name":"web","image":"public.ecr.aws/cahier/web:latest","dependsOn":[{{"containerName":"preparation","condition":"{condition}"}}]}}]}}"#
        )
    };
    assert_passes("ecs-preparation", &prepared("SUCCESS"));
    assert_told(
        "ecs-preparation",
        &prepared("COMPLETE"),
        &["`COMPLETE` attend la fin, quelle qu’elle soit"],
    );
}

#[test]
fn a_refusal_of_ecs_is_explained_in_french_beside_aws_s_words() {
    let with = |container: &str| {
        format!(
            r#"{{"family":"<famille>","requiresCompatibilities":["FARGATE"],"networkMode":"awsvpc","cpu":"256","memory":"512","containerDefinitions":[
            {{"name":"web","image":"public.ecr.aws/cahier/web:latest"{container}}}]}}"#
        )
    };
    for (container, told) in [
        (
            r#","dependsOn":[{"containerName":"absent","condition":"START"}]"#,
            "qui n’existe pas dans cette définition",
        ),
        (
            r#","portMappings":[{"containerPort":80,"hostPort":81}]"#,
            "`hostPort` est égal à `containerPort`",
        ),
        (r#","memory":4096"#, "plus de mémoire que la tâche n’en a"),
    ] {
        assert_told("ecs-preparation", &with(container), &[told, "AWS répond"]);
    }
}
