//! The kind `commande`: judged by what a front end found out, or by its form.
#![allow(clippy::unwrap_used)]

mod common;

use common::{drawn, judge, mistakes, text};
use workbook::command::{CommandFacts, Ran};
use workbook::evidence::Evidence;
use workbook::exercise::Drawn;
use workbook::verdict::Verdict;

const SETTINGS: &str = r#"genre = "commande"
titre = "Activer"
modele = "aws s3api put-bucket-versioning --bucket @{bucket} --versioning-configuration Status=Enabled"
prepare = ["aws s3api create-bucket --bucket @{bucket}"]
[parametres]
bucket = { choix = ["un", "deux"] }
[[controle]]
id = "etat"
commande = "aws s3api get-bucket-versioning --bucket @{bucket}"
attendu = { "/Status" = "Enabled" }
sans = ["/MFADelete"]
pourquoi = "La gestion des versions n’est pas activée."
[[controle]]
id = "parti"
commande = "aws s3api head-object --bucket @{bucket} --key x"
refus = "404"
pourquoi = "L’objet est encore là.""#;

const MISCONCEPTIONS: &str = r#"```toml erreurs="e"
[[erreur]]
id = "suspendue"
exemple = "aws s3api put-bucket-versioning --bucket @{bucket} --versioning-configuration Status=Suspended"
controles = ["etat"]
contient = "Suspended"
explication = "Suspendre n’active rien."
[[erreur]]
id = "inconnue"
exemple = "aws s3api put-bucket-versioning --bucket @{bucket} --versioning-configuration Status=On"
refus = "MalformedXML"
explication = "Ce n’est pas un état de S3."
```"#;

fn exercise() -> Drawn {
    drawn(&text(SETTINGS, "Active-la.", MISCONCEPTIONS, ""), 1)
}

fn line(status: &str) -> String {
    let model = exercise().exercise.right_answer(&Evidence::default());
    model.text().replace("Enabled", status)
}

fn ran(code: i32, stdout: &str, stderr: &str) -> Ran {
    Ran {
        code: Some(code),
        stdout: stdout.to_owned(),
        stderr: stderr.to_owned(),
    }
}

const GONE: &str = "An error occurred (404) when calling the HeadObject operation: Not Found";

fn by_effect(answer: &str, own: Ran, state: &str) -> Verdict {
    let evidence = Evidence {
        command: Some(CommandFacts::Ran {
            own,
            probes: vec![ran(0, state, ""), ran(254, "", GONE)],
        }),
        ..Evidence::default()
    };
    judge(&exercise(), answer, &evidence)
}

#[test]
fn without_the_cli_the_model_and_the_listed_answers_are_known_by_their_form() {
    for seed in 0..4 {
        let exercise = drawn(&text(SETTINGS, "Active-la.", MISCONCEPTIONS, ""), seed);
        let ground = Evidence::default();
        let right = exercise.exercise.right_answer(&ground);
        let verdict = judge(&exercise, right.text(), &ground);
        assert!(
            matches!(&verdict, Verdict::Passed(note) if note.contains("comparée à un modèle")),
            "{verdict:?}"
        );
        for wrong in exercise.exercise.wrong_answers(&ground) {
            let verdict = judge(&exercise, wrong.answer.text(), &ground);
            assert_eq!(verdict.misconception(), Some(wrong.misconception.as_str()));
        }
    }
    let verdict = judge(&exercise(), "aws s3 ls", &Evidence::default());
    assert_eq!(verdict.status(), "unverifiable", "{verdict:?}");
}

#[test]
fn a_command_is_judged_by_its_effect_whatever_its_form() {
    let other = "aws s3api put-bucket-versioning --cli-input-json file://x.json";
    let enabled = r#"{"Status": "Enabled"}"#;
    let verdict = by_effect(other, ran(0, "", ""), enabled);
    assert!(matches!(verdict, Verdict::Passed(_)), "{verdict:?}");
    let verdict = by_effect(
        other,
        ran(0, "", ""),
        r#"{"Status": "Enabled", "MFADelete": "Enabled"}"#,
    );
    assert_eq!(verdict.status(), "not_yet", "{verdict:?}");
    assert!(verdict.message().contains("n’est pas activée"), "{verdict:?}");
}

#[test]
fn a_misconception_is_known_by_all_that_is_said_of_it() {
    let verdict = by_effect(&line("Suspended"), ran(0, "", ""), r#"{"Status": "Suspended"}"#);
    assert_eq!(verdict.misconception(), Some("suspendue"), "{verdict:?}");
    let refused = "An error occurred (MalformedXML) when calling the PutBucketVersioning operation: bad";
    let verdict = by_effect(&line("Activee"), ran(254, "", refused), "");
    assert_eq!(verdict.misconception(), Some("inconnue"), "{verdict:?}");
}

#[test]
fn what_aws_refuses_is_told_and_what_the_cli_does_not_understand_costs_nothing() {
    let refused = "An error occurred (NoSuchBucket) when calling the PutBucketVersioning operation: The specified bucket does not exist";
    let verdict = by_effect(&line("Enabled"), ran(254, "", refused), "");
    assert!(verdict.message().contains("`NoSuchBucket`"), "{verdict:?}");
    assert_eq!(verdict.status(), "not_yet");
    let usage = "usage: aws [options] <command>\n\naws: error: Unknown options: --statut";
    let verdict = by_effect(
        "aws s3api put-bucket-versioning --statut x",
        ran(252, "", usage),
        "",
    );
    assert_eq!(verdict.status(), "unreadable", "{verdict:?}");
    assert!(
        verdict.message().contains("Unknown options: --statut"),
        "{verdict:?}"
    );
    for answer in ["", "rm -rf .", "aws s3 ls | sh"] {
        assert_eq!(
            judge(&exercise(), answer, &Evidence::default()).status(),
            "unreadable"
        );
    }
}

#[test]
fn what_could_not_be_tried_is_unverifiable() {
    let evidence = Evidence {
        command: Some(CommandFacts::Impossible("le disque est plein".to_owned())),
        ..Evidence::default()
    };
    let verdict = judge(&exercise(), &line("Enabled"), &evidence);
    assert_eq!(verdict.status(), "unverifiable");
    assert!(verdict.message().contains("le disque est plein"), "{verdict:?}");
}

#[test]
fn a_lesson_whose_commands_cannot_run_is_refused() {
    for (from, to, told) in [
        (
            "aws s3api create-bucket",
            "mkdir",
            "cette commande ne peut pas tourner",
        ),
        (
            "controles = [\"etat\"]",
            "controles = [\"etats\"]",
            "aucun contrôle ne s’appelle « etats »",
        ),
        (
            "id = \"parti\"",
            "id = \"etat\"",
            "l’identifiant de contrôle « etat » ne convient pas",
        ),
        (
            "refus = \"MalformedXML\"\n",
            "",
            "une erreur que rien ne fait reconnaître",
        ),
        (
            "attendu = { \"/Status\" = \"Enabled\" }\nsans = [\"/MFADelete\"]\n",
            "",
            "un contrôle dont on ne sait pas ce qu’il regarde",
        ),
    ] {
        let lesson = text(SETTINGS, "Active-la.", MISCONCEPTIONS, "").replace(from, to);
        let found = mistakes(&lesson);
        assert!(found.contains(told), "{told}: {found:?}");
    }
}
