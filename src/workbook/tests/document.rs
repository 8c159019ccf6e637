//! The kind `document`, with a judgement of this test's own: a lifecycle configuration keeps as many versions as it says.
#![allow(clippy::unwrap_used)]

mod common;

use common::{drawn, judge, mistakes, text};
use serde_json::{Value, json};
use workbook::evidence::Evidence;
use workbook::ruling::{DocumentQuestion, DocumentRuling, PolicyQuestion, PolicyRuling, Refusal};
use workbook::verdict::Verdict;

const SETTINGS: &str = r#"genre = "document"
titre = "Garder"
points = 2
document = "cycle-de-vie"
compartiment = "seau"
versions = "activees"
[parametres]
jours = { choix = [30, 60] }
[[geste]]
jour = 0
depose = "a"
taille_ko = "jours / 10"
[[geste]]
jour = 1
supprime = "b"
[[essai]]
id = "un"
jour = "jours + 1"
cle = "a"
attendu = { versions = 1 }
pourquoi = "Il doit en rester une."
[[essai]]
id = "deux"
jour = 5
cle = "b"
attendu = { present = true, chargements = 0 }"#;

const MISCONCEPTIONS: &str = r#"```toml erreurs="e"
[[erreur]]
id = "trois"
si = { "/Rules/*/Keep" = "@{jours / 10}" }
exemple = '{"Rules":[{"Keep":@{jours / 10}}]}'
explication = "Tu en gardes trop."
[[erreur]]
id = "absent"
essais = ["deux"]
exemple = '{"Rules":[{"Keep":1,"Gone":true}]}'
explication = "L’objet est parti."
[[erreur]]
id = "vide"
refus = "MalformedXML"
dit = "schema"
sans = ["/Rules/0"]
exemple = '{"Rules":[]}'
explication = "Il faut une règle."
```"#;

const MODEL: &str = "```json modele=\"e\"\n{\"Rules\": [{\"Keep\": 1}]}\n```";

/// A judgement in small: the first rule says how many versions stay.
fn documents(question: &DocumentQuestion) -> DocumentRuling {
    assert_eq!(question.kind, "lifecycle");
    assert_eq!(question.world["versioning"], "Enabled");
    let Ok(document) = serde_json::from_str::<Value>(&question.text) else {
        let fault = json!({"code": "json", "start": {"line": 1, "column": 2}});
        return DocumentRuling {
            faults: vec![fault],
            ..DocumentRuling::default()
        };
    };
    if document["Rules"].as_array().is_none_or(Vec::is_empty) {
        return DocumentRuling {
            refusal: Some(Refusal {
                code: "MalformedXML".to_owned(),
                message: "The XML you provided was not well-formed or did not validate against our published schema"
                    .to_owned(),
            }),
            ..DocumentRuling::default()
        };
    }
    let rule = &document["Rules"][0];
    let facts =
        |_: &Value| json!({"versions": rule["Keep"], "present": rule.get("Gone").is_none(), "uploads": 0});
    DocumentRuling {
        facts: question.probes.iter().map(facts).collect(),
        ..DocumentRuling::default()
    }
}

fn ground() -> Evidence {
    Evidence {
        documents: Some(documents),
        ..Evidence::default()
    }
}

fn lesson() -> String {
    text(SETTINGS, "Écris-la pour @{jours} jours.", MISCONCEPTIONS, MODEL)
}

#[test]
fn the_model_passes_and_each_misconception_gets_its_own_feedback() {
    for seed in 0..4 {
        common::assert_sound(&drawn(&lesson(), seed), &ground());
    }
}

#[test]
fn the_world_and_the_probes_are_those_of_the_seed() {
    fn looks(question: &DocumentQuestion) -> DocumentRuling {
        let day = question.probes[0]["day"].as_u64().unwrap();
        assert!(day == 31 || day == 61, "{day}");
        let steps = &question.world["steps"];
        assert_eq!(steps[0]["put"]["bytes"], (day - 1) / 10 * 1024);
        assert_eq!(steps[1], json!({"day": 1, "delete": {"key": "b"}}));
        DocumentRuling {
            nonsense: Some("seen".to_owned()),
            ..DocumentRuling::default()
        }
    }
    for seed in 0..4 {
        let ground = Evidence {
            documents: Some(looks),
            ..Evidence::default()
        };
        let verdict = judge(&drawn(&lesson(), seed), "{}", &ground);
        assert!(
            matches!(&verdict, Verdict::Unverifiable(told) if told.contains("seen")),
            "{verdict:?}"
        );
    }
}

#[test]
fn a_text_that_is_no_document_costs_no_attempt_and_is_told_its_place() {
    let exercise = drawn(&lesson(), 0);
    for (answer, told) in [("{", "Ligne 1, colonne 2"), ("   ", "vide")] {
        let verdict = judge(&exercise, answer, &ground());
        assert!(
            matches!(&verdict, Verdict::Unreadable(words) if words.contains(told)),
            "{verdict:?}"
        );
    }
    assert!(matches!(
        judge(&exercise, "{}", &Evidence::default()),
        Verdict::Unverifiable(_)
    ));
}

#[test]
fn a_form_that_the_command_line_refuses_costs_no_attempt_either() {
    fn refuses(_: &DocumentQuestion) -> DocumentRuling {
        let fault = json!({
            "code": "unknown_member", "name": "expiration", "known": ["Expiration", "ID"],
            "message": "Unknown parameter in LifecycleConfiguration: \"expiration\"", "start": {"line": 3, "column": 5},
        });
        DocumentRuling {
            faults: vec![fault],
            ..DocumentRuling::default()
        }
    }
    let ground = Evidence {
        documents: Some(refuses),
        ..Evidence::default()
    };
    let verdict = judge(&drawn(&lesson(), 0), "{}", &ground);
    let told = verdict.message();
    assert!(matches!(verdict, Verdict::Unreadable(_)), "{verdict:?}");
    for part in [
        "avant de l’envoyer",
        "Ligne 3, colonne 5",
        "Voulais-tu dire `Expiration`",
        "«\u{a0}Unknown parameter",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn a_refusal_is_told_in_french_and_in_the_words_of_aws() {
    let verdict = judge(&drawn(&lesson(), 0), r#"{"Rules":[]}"#, &ground());
    let told = verdict.message();
    assert!(
        told.starts_with("Il faut une règle.") && told.contains("ne suit pas le schéma de S3"),
        "{told}"
    );
    assert!(
        told.contains("AWS répond\u{a0}: `MalformedXML`, «\u{a0}The XML you provided"),
        "{told}"
    );
    assert!(verdict.score(2.0).abs() < 1e-9);
}

#[test]
fn what_turns_out_otherwise_is_counted_and_told_by_what_was_found() {
    let verdict = judge(&drawn(&lesson(), 0), r#"{"Rules":[{"Keep":2}]}"#, &ground());
    let told = verdict.message();
    assert!(told.starts_with("Il doit en rester une."), "{told}");
    assert!(
        told.contains("Sur 2 essais, 1 donne ce qui est attendu."),
        "{told}"
    );
    assert!(
        told.contains("2\u{a0}versions de données (attendu\u{a0}: 1\u{a0}version de données)"),
        "{told}"
    );
    assert_eq!(verdict.misconception(), None);
    assert!((verdict.score(2.0) - 0.5).abs() < 1e-9, "{verdict:?}");
}

#[test]
fn mistakes_of_a_lesson_are_told_with_their_place() {
    let cases = [
        (
            "\"cycle-de-vie\"",
            "\"cycle-de-vies\"",
            "document inconnu « cycle-de-vies »",
        ),
        (
            "versions = 1",
            "verions = 1",
            "« verions » n’est pas un fait que l’on observe",
        ),
        (
            "depose = \"a\"",
            "depose = \"a\"\ncommence = \"b\"",
            "un geste dont on ne sait pas ce qu’il fait",
        ),
        (
            "jour = 5",
            "jour = \"jours / 7\"",
            "un jour ou une taille n’est pas un nombre entier",
        ),
        ("jour = 5", "jour = 1.5", "« 1.5 » n’est pas un nombre entier"),
        (
            "id = \"deux\"",
            "id = \"un\"",
            "l’identifiant « un » ne convient pas",
        ),
        (
            "essais = [\"deux\"]",
            "essais = [\"dux\"]",
            "aucun essai ne s’appelle « dux »",
        ),
        ("si = {", "si_ = {", "si_"),
        ("[{\"Keep\": 1}]", "[{\"Keep\": 1}", "n’est pas du JSON"),
    ];
    for (right, wrong, told) in cases {
        let lesson = lesson().replacen(right, wrong, 1);
        assert_ne!(lesson, self::lesson(), "{right}");
        let found = mistakes(&lesson);
        assert!(found.contains(told), "{wrong}: {found}");
    }
}

const POLICY: &str = r#"genre = "document"
titre = "Partager"
document = "politique-de-compartiment"
compartiment = "seau"
identites = [{ arn = "arn:aws:iam::123456789012:role/r" }]
[[autoriser]]
id = "lire"
principal = "arn:aws:iam::123456789012:role/r"
action = "s3:GetObject"
ressource = "arn:aws:s3:::seau/a"
[[refuser]]
id = "ecrire"
principal = "arn:aws:iam::123456789012:role/r"
action = "s3:PutObject"
ressource = "arn:aws:s3:::seau/a""#;

const POLICY_MISCONCEPTIONS: &str = r#"```toml erreurs="e"
[[erreur]]
id = "trop"
cas = "action-trop-large"
exemple = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}'
explication = "Le joker couvre tout."
```"#;

const POLICY_MODEL: &str = "```json modele=\"e\"\n{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::seau/*\"}]}\n```";

/// Whether a policy's one statement allows an action.
fn allows(text: &str, action: &str) -> Value {
    let policy: Value = serde_json::from_str(text).unwrap_or_default();
    let written = policy["Statement"][0]["Action"].as_str().unwrap_or_default();
    let allowed =
        written == action || written == "s3:*" || (written == "s3:Get*" && action.starts_with("s3:Get"));
    let decided = json!({"policy": "arn:aws:s3:::seau", "statement": 0});
    json!({"allowed": allowed, "decision": if allowed { "allowed" } else { "implicitDeny" }, "decided_by": decided})
}

fn bucket(question: &DocumentQuestion) -> DocumentRuling {
    assert_eq!(question.world["block_public_access"], true);
    let decide = |probe: &Value| allows(&question.text, probe["action"].as_str().unwrap());
    DocumentRuling {
        facts: question.probes.iter().map(decide).collect(),
        ..DocumentRuling::default()
    }
}

fn rules(question: &PolicyQuestion) -> PolicyRuling {
    let text = &question.policies[0].text;
    PolicyRuling {
        validation: Value::Null,
        decisions: question
            .requests
            .iter()
            .map(|request| allows(text, &request.action))
            .collect(),
    }
}

#[test]
fn a_bucket_policy_is_compared_with_the_model_once_its_requests_are_right() {
    let ground = Evidence {
        documents: Some(bucket),
        rules: Some(rules),
        ..Evidence::default()
    };
    let exercise = drawn(&text(POLICY, "Écris-la.", POLICY_MISCONCEPTIONS, POLICY_MODEL), 0);
    common::assert_sound(&exercise, &ground);
    let more = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:Get*","Resource":"arn:aws:s3:::seau/*"}]}"#;
    let verdict = judge(&exercise, more, &ground);
    assert!(
        verdict
            .message()
            .contains("elle accorde aussi ce qu’on ne lui demande pas"),
        "{verdict:?}"
    );
    let nothing =
        r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":"*"}]}"#;
    let verdict = judge(&exercise, nothing, &ground);
    assert!(
        verdict
            .message()
            .contains("aucune de tes instructions ne l’autorise"),
        "{verdict:?}"
    );
}
