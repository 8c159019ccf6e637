//! What typography finds, and what it leaves alone.
#![allow(clippy::unwrap_used)]

use super::*;

fn found(text: &str) -> Vec<&'static str> {
    passages(text)
        .iter()
        .flat_map(slips)
        .map(|slip| slip.rule)
        .collect()
}

#[test]
fn each_slip_is_found_by_its_rule() {
    for (text, rule) in [
        ("Un mot : deux", "typography.space"),
        ("Un mot: deux", "typography.space"),
        ("Un mot\u{a0}! Deux", "typography.space"),
        ("Vraiment?", "typography.space"),
        ("un\u{a0}; deux ; trois", "typography.space"),
        ("« mot\u{a0}»", "typography.space"),
        ("«\u{a0}mot»", "typography.space"),
        ("`code` : mot", "typography.space"),
        ("l'objet", "typography.apostrophe"),
        ("d'`Id`", "typography.apostrophe"),
        ("Et puis...", "typography.ellipsis"),
        ("le \"mot", "typography.quotes"),
        ("il pèse 1.5 fois", "typography.decimal"),
        ("soit 1 500 lectures", "typography.thousands"),
        ("soit 15000 lectures", "typography.thousands"),
        ("soit 4 Ko", "typography.unit"),
        ("soit @{n} Ko", "typography.unit"),
        ("soit 50 %", "typography.unit"),
        ("un  mot", "typography.double-space"),
    ] {
        assert!(found(text).contains(&rule), "{text}: {:?}", found(text));
    }
}

#[test]
fn code_addresses_times_versions_and_tables_are_left_alone() {
    for text in [
        "`a: b; c? \"d\" l'été ... 1.5 4 Ko`",
        "```json\n{\"a\": 1.5}\n```",
        "Voir <https://exemple.org/a?b=c;d> et https://exemple.org/?x=1;y.",
        "[un lien](https://exemple.org/l'a?b \"c\")",
        "![une image](images/a.svg)",
        "À 10:30, s3:GetObject, `x`",
        "Avec Python 3.13, à l’adresse 127.0.0.1, en version 2.1.",
        "Tâches 3.3 et 4.3.",
        "| a   | b |\n|:--|--:|\n| c   | d |",
        "Un mot\u{a0}: deux\u{202f}; trois\u{202f}! Quatre\u{202f}? «\u{a0}Cinq\u{a0}». 1\u{202f}500, 4\u{a0}Ko, 50\u{202f}%, 1,5.",
        "En 2026, 100 fois.",
        "**Gras\u{a0}:** suite",
        "Quoi\u{202f}?!",
        "1. un\n2. deux\n   - trois",
        "@{a} fois @{b ? c : d}",
        "<b>oui</b>",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn a_correction_mends_what_it_can_and_changes_nothing_more() {
    let text = "L'un : « deux », `l'un : deux`... Vraiment ? 1 500 Ko ; 50 %  \"x\" 1.5\n";
    let right = "L’un\u{a0}: «\u{a0}deux\u{a0}», `l'un : deux`… Vraiment\u{202f}? 1\u{202f}500\u{a0}Ko\u{202f}; 50\u{202f}% \"x\" 1.5\n";
    assert_eq!(corrected(text).0, right);
    assert_eq!(corrected(right), (right.to_owned(), 0));
}

#[test]
fn strings_of_toml_are_mended_and_their_escapes_kept() {
    let text = "```toml exercice=\"e\"\ntitre = \"L'\\\"un\\\" : deux\"\nreponse = \"a : b\"\n```\n";
    let right = "```toml exercice=\"e\"\ntitre = \"L'\\\"un\\\"\u{a0}: deux\"\nreponse = \"a : b\"\n```\n";
    assert_eq!(corrected(text).0, right);
}
