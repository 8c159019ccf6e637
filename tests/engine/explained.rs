//! The cells of beginners' mistakes, run for real: what rustc says of them is still what their explanations know it by.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use workbook::engine::Outcome;
use workbook::explanation::{explain_all, explain_panic};

use super::{engine, printed, run};

const CELLS: &str = include_str!("../../src/workbook/tests/explanation/cells.json");
const CLIENT: &str = "let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;\nlet client = aws_sdk_s3::Client::new(&config);";

/// What a cell is explained as, and what it was explained from.
fn explained(source: &str, outcome: &Outcome) -> (Vec<&'static str>, String) {
    let told: Vec<_> = match outcome {
        Outcome::DoesNotCompile(diagnostics) => {
            explain_all(source, diagnostics).into_iter().flatten().collect()
        }
        Outcome::Panicked { message, .. } => explain_panic(message).into_iter().collect(),
        _ => Vec::new(),
    };
    let kinds = told.iter().map(|one| one.kind).collect();
    let said = told.iter().fold(String::new(), |mut text, one| {
        let _ = writeln!(text, "{}", one.markdown());
        text
    });
    (kinds, said)
}

/// One cell of each kind, in one session; all that is no longer true is told at once, with what rustc says now.
#[test]
fn every_kind_of_mistake_is_still_explained_from_what_rustc_really_says() {
    let cells: Vec<Value> = serde_json::from_str(CELLS).unwrap();
    let engine = &mut engine();
    printed(engine, CLIENT);
    let mut seen = BTreeSet::new();
    let mut wrong = String::new();
    for cell in &cells {
        let (kind, source) = (cell["kind"].as_str().unwrap(), cell["source"].as_str().unwrap());
        if !seen.insert(kind) {
            continue;
        }
        let outcome = run(engine, source).outcome;
        let (kinds, said) = explained(source, &outcome);
        let words = cell["words"]
            .as_array()
            .unwrap()
            .iter()
            .map(|word| word.as_str().unwrap());
        let missing: Vec<&str> = words.filter(|word| !said.contains(word)).collect();
        let codes = |code: &Value| code["code"].as_str().map(str::to_owned);
        let code = cell["diagnostics"].get(0).and_then(codes);
        let same = match &outcome {
            Outcome::DoesNotCompile(found) => found.first().is_some_and(|first| first.code == code),
            _ => cell["panic"].is_string(),
        };
        if kinds.first() != Some(&kind) || !missing.is_empty() || !same {
            let _ = writeln!(
                wrong,
                "{kind}: explained as {kinds:?}, without {missing:?}\n{source}\n{outcome:?}\n"
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What the learner reads must be about their own text: no place outside of it, and nothing of evcxr's.
#[test]
fn a_mistake_whose_place_evcxr_loses_has_it_again() {
    let engine = &mut engine();
    for (source, place) in [
        (
            "let ici = 1;\nuse aws_sdk_s3::types::Buckett;",
            "aws_sdk_s3::types::Buckett",
        ),
        ("let été = 1;\nlet nom = \"factures;", "\"factures;"),
    ] {
        let Outcome::DoesNotCompile(found) = run(engine, source).outcome else {
            panic!("{source} compiles?");
        };
        let places: Vec<&str> = found[0]
            .spans
            .iter()
            .map(|span| &source[span.range.clone()])
            .collect();
        assert!(places.contains(&place), "{source}: {places:?} {found:?}");
    }
}

#[test]
fn a_call_that_nobody_waits_for_is_refused_by_what_it_lacks() {
    let engine = &mut engine();
    printed(engine, CLIENT);
    let outcome = run(engine, "let r = client.list_buckets().send();\nr.buckets()").outcome;
    let Outcome::DoesNotCompile(found) = outcome else {
        panic!("it compiled");
    };
    assert!(
        found[0].message.contains("`r` ne contient pas encore de réponse"),
        "{found:?}"
    );
    assert!(found[0].help[0].contains("`.await?`"), "{found:?}");
}

#[test]
fn a_variable_that_borrows_is_refused_in_french_and_after_what_rustc_found() {
    let source = "let mut cles = vec![1];\nlet une = &cles[0];\ncles.push(2);\nprintln!(\"{une}\");";
    let Outcome::DoesNotCompile(found) = run(&mut engine(), source).outcome else {
        panic!("it compiled");
    };
    assert_eq!(found[0].code.as_deref(), Some("E0502"), "{found:?}");
    assert!(
        found[1].message.starts_with("La variable `une` emprunte"),
        "{found:?}"
    );
}
