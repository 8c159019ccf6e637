//! Task definitions in the kind `document`, with an ECS of this test's own: what runs is what the definition calls `run`.
#![allow(clippy::unwrap_used)]

mod common;

use common::{drawn, judge, mistakes, text};
use serde_json::{Value, json};
use workbook::evidence::Evidence;
use workbook::ruling::{DocumentQuestion, DocumentRuling};

const SETTINGS: &str = r#"genre = "document"
titre = "Une tâche"
points = 2
document = "definition-de-tache"
roles = [{ arn = "arn:aws:iam::123456789012:role/@{role}", politique = '{"Statement":[]}' }]
compartiments = [{ nom = "@{role}-seau", cles = ["a", "b"] }]
[parametres]
role = { choix = ["r1", "r2"] }
secondes = { choix = [30, 60] }
[[essai]]
id = "taille"
definition = { "/cpu" = "256", "/containers/*/port" = 80 }
pourquoi = "Elle n’a pas la taille demandée."
[[essai]]
id = "tourne"
secondes = "secondes"
variables = { init = { CODE = "@{secondes}" } }
etat = "RUNNING"
codes = { init = 0 }"#;

const MISCONCEPTIONS: &str = r#"```toml erreurs="e"
[[erreur]]
id = "arretee"
essais = ["tourne"]
exemple = '{"cpu":"256","containers":[{"port":80}],"run":"STOPPED"}'
explication = "Elle s’arrête."
```"#;

const MODEL: &str = "```json modele=\"e\"\n{\"cpu\":\"256\",\"containers\":[{},{\"port\":80}],\"run\":\"RUNNING\",\"init\":0}\n```";

fn documents(question: &DocumentQuestion) -> DocumentRuling {
    assert_eq!(question.kind, "task_definition");
    let definition: Value = serde_json::from_str(&question.text).unwrap();
    let refusal =
        (definition["run"] == "REFUSED").then(|| json!({"code": "ClientException", "message": "No."}));
    let run = refusal.map_or_else(
        || {
            json!({
                "status": definition["run"], "stop_code": "TaskFailedToStart", "reason": "No image.",
                "containers": {"init": {"exit_code": definition["init"]}},
            })
        },
        |refusal| json!({"refusal": refusal}),
    );
    DocumentRuling {
        facts: vec![
            json!({"definition": definition}),
            json!({"definition": definition, "run": run}),
        ],
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
    text(SETTINGS, "Écris-la.", MISCONCEPTIONS, MODEL)
}

#[test]
fn the_model_passes_and_each_misconception_gets_its_own_feedback() {
    for seed in 0..4 {
        common::assert_sound(&drawn(&lesson(), seed), &ground());
    }
}

#[test]
fn roles_buckets_and_seconds_are_those_of_the_seed() {
    fn looks(question: &DocumentQuestion) -> DocumentRuling {
        let role = question.world["identities"][0]["arn"].as_str().unwrap();
        let bucket = &question.world["buckets"][0];
        assert_eq!(
            bucket["name"],
            format!("{}-seau", role.rsplit('/').next().unwrap())
        );
        assert_eq!(bucket["keys"], json!(["a", "b"]));
        assert_eq!(question.probes[0], json!({"seconds": null, "variables": {}}));
        let seconds = question.probes[1]["seconds"].as_u64().unwrap();
        assert!([30, 60].contains(&seconds));
        let variables = json!({"init": {"CODE": seconds.to_string()}});
        assert_eq!(question.probes[1]["variables"], variables);
        DocumentRuling::default()
    }
    for seed in 0..4 {
        let ground = Evidence {
            documents: Some(looks),
            ..Evidence::default()
        };
        judge(&drawn(&lesson(), seed), "{}", &ground);
    }
}

#[test]
fn what_is_registered_and_what_became_of_the_task_are_told() {
    let told = |answer: &str| {
        judge(&drawn(&lesson(), 0), answer, &ground())
            .message()
            .to_owned()
    };
    let size = told(r#"{"cpu":"512","containers":[{"port":80}],"run":"RUNNING","init":0}"#);
    assert!(size.starts_with("Elle n’a pas la taille demandée."), "{size}");
    assert!(
        size.ends_with("à `/cpu`\u{a0}: `512`."),
        "what is wanted may be the answer: {size}"
    );
    let stopped = told(r#"{"cpu":"256","containers":[{"port":80}],"run":"STOPPED","init":0}"#);
    assert!(
        stopped.contains("la tâche est `STOPPED` (attendu\u{a0}: `RUNNING`)"),
        "{stopped}"
    );
    assert!(
        stopped.ends_with("ECS dit\u{a0}: `TaskFailedToStart`, «\u{a0}No image.\u{a0}»."),
        "{stopped}"
    );
    let code = told(r#"{"cpu":"256","containers":[{"port":80}],"run":"RUNNING","init":1}"#);
    assert!(
        code.contains("le code de sortie du conteneur `init` est `1` (attendu\u{a0}: `0`)"),
        "{code}"
    );
    let refused = told(r#"{"cpu":"256","containers":[{"port":80}],"run":"REFUSED"}"#);
    assert!(
        refused.contains("AWS répond\u{a0}: `ClientException`, «\u{a0}No.\u{a0}»"),
        "{refused}"
    );
}

#[test]
fn mistakes_of_a_lesson_are_told_with_their_place() {
    let cases = [
        (
            "secondes = \"secondes\"\n",
            "",
            "un essai dont on ne sait pas ce qu’il regarde",
        ),
        (
            "etat = \"RUNNING\"\ncodes = { init = 0 }",
            "",
            "un essai dont on ne sait pas ce qu’il regarde",
        ),
        (
            "secondes = \"secondes\"",
            "secondes = \"secondes / 7\"",
            "un nombre de secondes n’est pas un nombre entier",
        ),
        ("\"/cpu\"", "\"cpu\"", "« cpu » n’est pas un pointeur JSON"),
    ];
    for (right, wrong, told) in cases {
        let lesson = lesson().replacen(right, wrong, 1);
        assert_ne!(lesson, self::lesson(), "{right}");
        let found = mistakes(&lesson);
        assert!(found.contains(told), "{wrong}: {found}");
    }
}
