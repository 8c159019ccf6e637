//! What beginners' mistakes are explained as. `explanation/cells.json` holds their cells with what rustc, or the panic,
//! really says of them; `tests/engine/explained.rs` runs the cells again, so that it stays true.
#![allow(clippy::unwrap_used)]

use serde::Deserialize;
use std::collections::BTreeSet;
use workbook::engine::Diagnostic;
use workbook::explanation::{Explanation, explain, explain_all, explain_panic};

/// A cell, what comes of it, and what its explanation must have in it: the learner's names, and the way out.
#[derive(Deserialize)]
struct Mistake {
    kind: String,
    source: String,
    words: Vec<String>,
    #[serde(default)]
    diagnostics: Vec<Diagnostic>,
    panic: Option<String>,
}

fn mistakes() -> Vec<Mistake> {
    serde_json::from_str(include_str!("explanation/cells.json")).unwrap()
}

fn explanation(mistake: &Mistake) -> Option<Explanation> {
    match &mistake.panic {
        Some(message) => explain_panic(message),
        None => explain_all(&mistake.source, &mistake.diagnostics)
            .into_iter()
            .flatten()
            .next(),
    }
}

fn diagnostic(code: Option<&str>, message: &str, level: &str) -> Diagnostic {
    Diagnostic {
        code: code.map(str::to_owned),
        message: message.to_owned(),
        level: level.to_owned(),
        spans: Vec::new(),
        help: Vec::new(),
    }
}

#[test]
fn each_mistake_is_explained_with_the_learner_s_own_words() {
    for mistake in mistakes() {
        let found = explanation(&mistake);
        let found =
            found.unwrap_or_else(|| panic!("{} has no explanation:\n{}", mistake.kind, mistake.source));
        assert_eq!(found.kind, mistake.kind, "{}", mistake.source);
        let said = found.markdown();
        for words in &mistake.words {
            assert!(
                said.contains(words.as_str()),
                "{}: {words} is not in\n{said}",
                mistake.kind
            );
        }
    }
}

#[test]
fn an_explanation_is_short_and_in_french_typography() {
    for mistake in mistakes() {
        let text = explanation(&mistake).unwrap().text;
        let length = text.chars().count();
        assert!(length < 380, "{}: {length} signs\n{text}", mistake.kind);
        let prose: String = text.split('`').step_by(2).collect();
        for sign in [" :", " ;", " ?", " !", "'", "« ", " »"] {
            assert!(!prose.contains(sign), "{}: {sign:?} in\n{text}", mistake.kind);
        }
    }
}

#[test]
fn at_least_ninety_kinds_of_compile_errors_and_fifteen_of_panics_have_a_cell() {
    let kinds = |panics: bool| {
        let mistakes = mistakes();
        let wanted = mistakes.iter().filter(|one| one.panic.is_some() == panics);
        wanted.map(|one| one.kind.clone()).collect::<BTreeSet<_>>().len()
    };
    assert!(kinds(false) >= 90, "{}", kinds(false));
    assert!(kinds(true) >= 15, "{}", kinds(true));
}

#[test]
fn a_kind_of_mistake_is_explained_once_in_a_cell() {
    let source = "inconnue + autre";
    let unknown = |name: &str| {
        diagnostic(
            Some("E0425"),
            &format!("cannot find value `{name}` in this scope"),
            "error",
        )
    };
    let told = explain_all(source, &[unknown("inconnue"), unknown("autre")]);
    assert!(told[0].as_ref().unwrap().text.contains("`inconnue`"));
    assert_eq!(told[1], None);
}

#[test]
fn what_nobody_knows_and_what_is_no_error_have_no_explanation() {
    for unknown in [
        diagnostic(Some("E0999"), "cannot find value `x` in this scope", "error"),
        diagnostic(None, "internal compiler error", "error"),
        diagnostic(Some("E0308"), "mismatched types", "error"),
        diagnostic(Some("E0382"), "use of moved value", "error"),
        diagnostic(Some("E0425"), "cannot find value `x` in this scope", "warning"),
    ] {
        assert_eq!(explain("x", &unknown), None, "{unknown:?}");
    }
    for own in [
        "aïe",
        "assertion `left == right` failed",
        "already there",
        "ServiceError",
    ] {
        assert_eq!(explain_panic(own), None, "{own}");
    }
}

#[test]
fn a_place_outside_of_the_text_breaks_nothing() {
    for mistake in mistakes() {
        for diagnostic in &mistake.diagnostics {
            let _ = explain("é", diagnostic);
        }
    }
}

#[test]
fn a_task_outside_of_tokio_is_told_where_to_start() {
    let message = "there is no reactor running, must be called from the context of a Tokio 1.x runtime";
    let said = explain_panic(message).unwrap();
    assert!(said.text.contains("`tokio::spawn`"), "{}", said.text);
}

#[test]
fn a_refusal_of_aws_is_told_by_its_code() {
    let refusal = |code: &str| {
        format!(
            "called `Result::unwrap()` on an `Err` value: ServiceError(ServiceError {{ source: Unhandled(Unhandled {{ \
             source: ErrorMetadata {{ code: Some(\"{code}\"), message: Some(\"…\"), extras: None }}, meta: … }}) }})"
        )
    };
    for (code, words) in [
        ("NoSuchBucket", "n’existe pas"),
        ("NoSuchKey", "clé"),
        ("AccessDeniedException", "n’en a pas le droit"),
        ("ConditionalCheckFailedException", "n’a rien écrit"),
        ("ResourceNotFoundException", "région"),
        ("BucketNotEmpty", "versions"),
        ("SomethingElse", "l’a refusé"),
    ] {
        let said = explain_panic(&refusal(code)).unwrap();
        assert_eq!(said.kind, "aws-refused");
        assert!(
            said.text.contains(words) && said.text.contains("unwrap()"),
            "{code}: {}",
            said.text
        );
    }
    let handed_on = explain_panic(&refusal("NoSuchKey").replace("called `Result::unwrap()` on", "")).unwrap();
    assert!(!handed_on.text.contains("unwrap()"), "{}", handed_on.text);
}
