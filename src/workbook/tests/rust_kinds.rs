//! Answers in Rust, judged over a scripted engine: codes and states.
#![allow(clippy::unwrap_used)]

mod common;

use common::scripted::{log_of, session};
use common::{drawn, mistakes, text};
use workbook::evidence::{Answer, Evidence};
use workbook::session::{Attempt, Recovery};
use workbook::verdict::Verdict;

const STARTER: &str = "```rust depart=\"e\"\nprint depart\n```\n\n";
const SOLUTION: &str = "```rust,ignore solution=\"e\"\nprint @{n}\n```";

fn code(checks: &str, errors: &str) -> String {
    let settings = "genre = \"code\"\ntitre = \"Du Rust\"\npoints = 4\nsortie = \"@{n}\"\n[parametres]\nn = { min = 2, max = 9 }";
    text(
        settings,
        "Affiche @{n}.",
        &format!("{STARTER}{checks}\n\n{errors}"),
        SOLUTION,
    )
}

fn attempt(lesson: &str, source: &str, simulator: bool) -> Attempt {
    let (mut session, _) = session(simulator);
    session
        .attempt(&drawn(lesson, 1), Answer::Rust(source.to_owned()), &mut |_| {})
        .unwrap()
}

const ERRORS: &str = r#"```toml erreurs="e"
[[erreur]]
id = "zero"
motif = "zéro"
exemple = "panic zéro"
explication = "Zéro n’est pas @{n}."
[[erreur]]
id = "triche"
motif = "tricher"
ou = "source"
exemple = "print tricher"
explication = "Sans tricher."
```"#;

#[test]
fn a_rust_answer_passes_when_its_output_and_checks_do() {
    let lesson = code("```rust,ignore verification=\"e\"\nprint ok\n```", ERRORS);
    let exercise = drawn(&lesson, 1);
    assert_eq!(exercise.starter.as_deref(), Some("print depart\n"));
    assert!(
        exercise.solution.starts_with("```rust\nprint "),
        "{}",
        exercise.solution
    );
    let right = exercise.exercise.right_answer(&Evidence::default());
    assert_eq!(
        attempt(&lesson, right.text(), true).verdict,
        Verdict::Passed("Le corrigé.".into())
    );
    for wrong in exercise.exercise.wrong_answers(&Evidence::default()) {
        let found = attempt(&lesson, wrong.answer.text(), true).verdict;
        assert_eq!(found.misconception(), Some(wrong.misconception.as_str()));
        assert!(!found.message().contains("@{"));
    }
    let starter = attempt(&lesson, "print depart", true).verdict;
    assert_eq!((starter.status(), starter.score(4.0)), ("not_yet", 2.0));
}

#[test]
fn each_way_to_end_is_reported_as_what_it_is() {
    let lesson = code("", ERRORS);
    for (source, words) in [
        ("loop", "30 s"),
        ("exit", "statut 3"),
        ("overflow", "pile a débordé"),
        ("panic boum", "boum"),
        ("print autre", "ligne 1"),
    ] {
        let verdict = attempt(&lesson, source, true).verdict;
        assert_eq!(verdict.status(), "not_yet", "{source}");
        assert!(
            verdict.message().contains(words),
            "{source}: {}",
            verdict.message()
        );
    }
    assert_eq!(attempt(&lesson, "stop", true).verdict.status(), "unreadable");
    let verdict = attempt(&lesson, "let été = 1;\nerror", true).verdict;
    assert_eq!(verdict.status(), "does_not_compile");
    for words in ["Ligne 2", "E0425", "cannot find value `été`", "help: a note"] {
        assert!(verdict.message().contains(words), "{}", verdict.message());
    }
}

#[test]
fn hidden_checks_show_only_their_authors_words() {
    let check = |name: &str, source: &str| format!("```rust,ignore {name}=\"e\"\n{source}\n```\n\n");
    let secret = "panic assertion `left == right` failed: le cas vide left: 41 right: 42";
    let checks = check("verification", "print ok") + &check("verification-cachee", secret);
    let said = attempt(&code(&checks, ""), "print 0", true).verdict;
    assert!(
        said.message().contains("2 vérification") || said.message().contains("1 vérification"),
        "{}",
        said.message()
    );
    let only = check("verification-cachee", "panic assertion failed: secret == 42");
    let lesson = code(&only, "").replace("sortie = \"@{n}\"\n", "");
    let verdict = attempt(&lesson, "print 0", true).verdict;
    assert!(
        !verdict.message().contains("secret") && !verdict.message().contains("42"),
        "{}",
        verdict.message()
    );
    let own = check("verification-cachee", "panic le cas vide");
    let lesson = code(&own, "").replace("sortie = \"@{n}\"\n", "");
    assert!(
        attempt(&lesson, "print 0", true)
            .verdict
            .message()
            .contains("le cas vide")
    );
}

#[test]
fn a_check_that_kills_the_process_ends_the_attempt_and_is_replayed() {
    let checks =
        "```rust,ignore verification=\"e\"\nloop\n```\n\n```rust,ignore verification=\"e\"\nprint ok\n```";
    let (mut session, log) = session(true);
    session.eval("print avant", &mut |_| {}).unwrap();
    let found = session
        .attempt(
            &drawn(&code(checks, ""), 1),
            Answer::Rust("print x".into()),
            &mut |_| {},
        )
        .unwrap();
    assert_eq!(found.recovery, Recovery::Replayed { cells: 2 });
    assert_eq!(found.verdict.status(), "not_yet");
    assert_eq!(
        log_of(&log)[2..],
        ["print x", "loop", "(restore 7)", "print avant", "print x"]
    );
}

const STATE: &str = r#"genre = "etat"
titre = "Un état"
points = 4
[parametres]
n = { min = 2, max = 9 }
[attendu]
"/statut" = "ACTIVE"
"/unites" = "@{n * 2}"
[appels]
exiges = ["dynamodb:Query"]
interdits = ["dynamodb:Scan"]"#;

fn state(probe: &str) -> String {
    let errors = r#"```toml erreurs="e"
[[erreur]]
id = "simple"
si = { "/unites" = "@{n}" }
exemple = "print simple"
explication = "Tu as oublié de doubler."
```"#;
    let middle = format!("{STARTER}```rust,ignore sonde=\"e\"\n{probe}\n```\n\n{errors}");
    text(STATE, "Fais-le.", &middle, SOLUTION)
}

#[test]
fn a_state_is_judged_by_its_probe_and_its_calls() {
    let right = state("print {\"statut\": \"ACTIVE\", \"unites\": @{n * 2}}");
    let said = |lesson: &str, source: &str| attempt(lesson, source, true).verdict;
    assert_eq!(said(&right, "call Query").status(), "passed");
    let string = state("print bruit\nprint {\"statut\": \"ACTIVE\", \"unites\": \"@{n * 2}\"}");
    assert_eq!(said(&string, "call Query").status(), "passed");
    let scan = said(&right, "call Query\ncall Scan");
    assert!(
        scan.message().contains("`dynamodb:Scan`") && (scan.score(4.0) - 3.0).abs() < 1e-9,
        "{scan:?}"
    );
    assert!(
        said(&right, "call Query!400")
            .message()
            .contains("`dynamodb:Query`")
    );
    let simple = said(
        &state("print {\"statut\": \"ACTIVE\", \"unites\": @{n}}"),
        "call Query",
    );
    assert_eq!(simple.misconception(), Some("simple"));
    let other = said(&state("print {\"statut\": \"CREATING\"}"), "call Query");
    assert!(
        other.message().contains("`/statut`") && !other.message().contains("ACTIVE"),
        "{other:?}"
    );
    assert!(
        said(&state("panic x"), "call Query")
            .message()
            .contains("pu être lu")
    );
    assert_eq!(said(&right, "error").status(), "does_not_compile");
}

#[test]
fn a_call_may_have_to_be_made_by_a_presigned_url() {
    let right = state("print {\"statut\": \"ACTIVE\", \"unites\": @{n * 2}}").replace(
        "exiges = [\"dynamodb:Query\"]",
        "presignes = [\"dynamodb:Query\"]",
    );
    assert_eq!(attempt(&right, "call ?Query", true).verdict.status(), "passed");
    for other in ["call Query", "call ?Query!403", "call ?PutItem"] {
        let verdict = attempt(&right, other, true).verdict;
        assert!(verdict.message().contains("par un lien présigné"), "{verdict:?}");
    }
    assert_eq!(
        attempt(&right, "call ?Query", false).verdict.status(),
        "unverifiable"
    );
}

#[test]
fn calls_made_before_the_attempt_do_not_count() {
    let lesson = state("print {\"statut\": \"ACTIVE\", \"unites\": @{n * 2}}");
    let (mut session, _) = session(true);
    session.eval("call Scan\ncall Query", &mut |_| {}).unwrap();
    let found = session
        .attempt(&drawn(&lesson, 1), Answer::Rust("call Query".into()), &mut |_| {})
        .unwrap();
    assert_eq!(found.verdict.status(), "passed");
}

#[test]
fn calls_are_unverifiable_on_a_real_account() {
    let lesson = state("print {\"statut\": \"ACTIVE\", \"unites\": @{n * 2}}");
    assert_eq!(
        attempt(&lesson, "print x", false).verdict.status(),
        "unverifiable"
    );
}

#[test]
fn rust_exercises_that_cannot_be_judged_are_refused() {
    let bare = code("", "").replace("sortie = \"@{n}\"\n", "");
    assert!(mistakes(&bare).contains("rien ne vérifie"), "{}", mistakes(&bare));
    assert!(mistakes(&code("", "").replace(STARTER, "")).contains("n’a pas de bloc « depart »"));
    assert!(mistakes(&code("", "").replace(SOLUTION, "")).contains("n’a pas de bloc « solution »"));
    assert!(mistakes(&code("", ERRORS).replace("ou = \"source\"", "ou = \"ailleurs\"")).contains("ailleurs"));
    assert!(mistakes(&state("1").replace("\"/statut\"", "\"statut\"")).contains("pointeur JSON"));
    assert!(mistakes(&state("1").replace("dynamodb:Query", "Query")).contains("service:Operation"));
    assert!(mistakes(&state("1").replace("@{n * 2}", "@{m * 2}")).contains("paramètre inconnu « m »"));
    assert!(
        mistakes(&code("", ERRORS).replace("motif = \"zéro\"", "si = { \"/a\" = 1 }"))
            .contains("n’a pas de sonde")
    );
}
