//! The kind `politique`, with rules of this test's own: a policy is as good as the requests it answers.
#![allow(clippy::unwrap_used)]

mod common;

use common::{drawn, judge, mistakes, text};
use serde_json::{Value, json};
use workbook::evidence::Evidence;
use workbook::ruling::{PolicyQuestion, PolicyRuling};
use workbook::verdict::Verdict;

const SETTINGS: &str = r#"genre = "politique"
titre = "Lire"
points = 2
taille_max = 400
[[autoriser]]
id = "lire"
action = "s3:GetObject"
ressource = "arn:aws:s3:::seau/a"
contexte = { "aws:SecureTransport" = "true" }
[[refuser]]
id = "ecrire"
action = "s3:PutObject"
ressource = "arn:aws:s3:::seau/a"
pourquoi = "Écrire n’est pas demandé.""#;

const MISCONCEPTIONS: &str = r#"```toml erreurs="e"
[[erreur]]
id = "trop"
cas = "action-trop-large"
exemple = '{"Statement":[{"Effect":"Allow","Action":"s3:*"}]}'
explication = "Le joker couvre tout."
[[erreur]]
id = "principal"
faute = "prohibited_element"
exemple = '{"Principal":"*"}'
explication = "Pas de principal ici."
```"#;

const MODEL: &str =
    "```json modele=\"e\"\n{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\"}]}\n```";

/// Rules in small: an action matches to the letter, or by `s3:*`.
fn rules(question: &PolicyQuestion) -> PolicyRuling {
    let text = &question.policies[0].text;
    let policy: Option<Value> = serde_json::from_str(text).ok();
    let fault = match &policy {
        None => Some("json"),
        Some(policy) => policy.get("Principal").map(|_| "prohibited_element"),
    };
    let faults: Vec<Value> = fault
        .iter()
        .map(|code| json!({"code": code, "name": "Principal"}))
        .collect();
    let policy = policy.unwrap_or_default();
    let decide = |action: &str| {
        let written = policy["Statement"][0]["Action"].as_str();
        let allowed = written.is_some_and(|written| written == action || written == "s3:*");
        let decided = json!({"policy": "ta politique", "statement": 0});
        json!({"allowed": allowed, "decision": if allowed { "allowed" } else { "implicitDeny" }, "decided_by": decided})
    };
    PolicyRuling {
        validation: json!({"valid": faults.is_empty(), "faults": faults, "size": text.len()}),
        decisions: question
            .requests
            .iter()
            .map(|request| decide(&request.action))
            .collect(),
    }
}

fn ground() -> Evidence {
    Evidence {
        rules: Some(rules),
        ..Evidence::default()
    }
}

fn lesson() -> String {
    text(SETTINGS, "Écris-la.", MISCONCEPTIONS, MODEL)
}

#[test]
fn the_model_passes_and_each_misconception_gets_its_own_feedback() {
    common::assert_sound(&drawn(&lesson(), 0), &ground());
}

#[test]
fn a_text_that_is_no_json_costs_no_attempt() {
    let verdict = judge(&drawn(&lesson(), 0), "{", &ground());
    assert!(matches!(verdict, Verdict::Unreadable(_)), "{verdict:?}");
}

#[test]
fn what_is_granted_too_much_is_counted_and_its_statement_named() {
    let policy = r#"{"Statement":[{"Effect":"Allow","Action":"s3:PutObject"}]}"#;
    let verdict = judge(&drawn(&lesson(), 0), policy, &ground());
    let told = verdict.message();
    assert!(told.starts_with("Écrire n’est pas demandé."), "{told}");
    assert!(told.contains("Elle accorde une demande de trop."), "{told}");
    assert_eq!(verdict.misconception(), None);
}

#[test]
fn a_policy_over_the_limit_is_told_its_size() {
    let policy = format!(
        r#"{{"Statement":[{{"Effect":"Allow","Action":"s3:GetObject"}}],"Id":"{}"}}"#,
        "x".repeat(400)
    );
    let verdict = judge(&drawn(&lesson(), 0), &policy, &ground());
    assert!(verdict.message().contains("la limite est de 400"), "{verdict:?}");
}

#[test]
fn half_the_points_are_for_the_share_of_right_decisions() {
    let policy = r#"{"Statement":[{"Effect":"Allow","Action":"s3:*"}]}"#;
    let verdict = judge(&drawn(&lesson(), 0), policy, &ground());
    assert!((verdict.score(2.0) - 0.5).abs() < 1e-9, "{verdict:?}");
}

#[test]
fn without_rules_nothing_is_judged() {
    let verdict = judge(&drawn(&lesson(), 0), "{}", &Evidence::default());
    assert!(matches!(verdict, Verdict::Unverifiable(_)));
}

#[test]
fn a_misconception_names_requests_that_there_are() {
    let misconceptions = MISCONCEPTIONS.replace("cas = \"action-trop-large\"", "demandes = [\"effacer\"]");
    let told = mistakes(&text(SETTINGS, "Écris-la.", &misconceptions, MODEL));
    assert!(
        told.contains("aucune demande ne s’appelle «\u{a0}effacer\u{a0}»") || told.contains("effacer"),
        "{told}"
    );
}

#[test]
fn a_model_that_is_no_json_is_a_mistake_of_the_lesson() {
    let told = mistakes(&text(
        SETTINGS,
        "Écris-la.",
        MISCONCEPTIONS,
        "```json modele=\"e\"\n{\n```",
    ));
    assert!(told.contains("n’est pas du JSON"), "{told}");
}
