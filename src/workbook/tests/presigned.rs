//! Presigned URLs as learners hand them in.
#![allow(clippy::unwrap_used)]

mod common;

use common::{assert_sound, drawn, judge, mistakes, text};
use workbook::evidence::{Evidence, SigningKey};
use workbook::exercise::Drawn;

const SETTINGS: &str = r#"genre = "url"
titre = "Un lien"
methode = "GET"
bucket = "@{seau}"
cle = "dossier/é @{n}.txt"
expire_s = "minutes * 60"
[parametres]
seau = { choix = ["factures", "rapports"] }
n = { min = 1, max = 9 }
minutes = { choix = [5, 10, 60] }
[parametres_signes]
"response-content-disposition" = "attachment; filename=\"export.csv\"""#;

const CASES: [&str; 12] = [
    "methode",
    "expire-minutes",
    "expire-millisecondes",
    "duree",
    "bucket",
    "cle",
    "signature",
    "cle-inconnue",
    "expiree",
    "sigv2",
    "parametre-modifie",
    "region",
];

fn errors(cases: &[&str]) -> String {
    let one = |case: &&str| {
        format!("[[erreur]]\nid = \"{case}\"\ncas = \"{case}\"\nexplication = \"Vu : {case}.\"\n")
    };
    format!(
        "```toml erreurs=\"e\"\n{}```",
        cases.iter().map(one).collect::<String>()
    )
}

fn link(seed: u64) -> Drawn {
    drawn(&text(SETTINGS, "Donne l’URL.", &errors(&CASES), ""), seed)
}

fn ground(endpoint: Option<&str>) -> Evidence {
    Evidence {
        keys: vec![SigningKey {
            access_key_id: "AKIACAHIER".into(),
            secret_access_key: "secret/+=".into(),
        }],
        now: 1_795_348_800,
        endpoint: endpoint.map(str::to_owned),
        ..Evidence::default()
    }
}

#[test]
fn every_case_is_recognised_for_every_seed_and_place() {
    for seed in 0..60 {
        for endpoint in [Some("http://127.0.0.1:4566"), None] {
            let exercise = link(seed);
            assert_eq!(
                exercise.exercise.wrong_answers(&ground(endpoint)).len(),
                CASES.len()
            );
            assert_sound(&exercise, &ground(endpoint));
        }
    }
}

#[test]
fn the_published_vector_is_judged_and_its_neighbours_refused() {
    let settings = r#"genre = "url"
titre = "Le vecteur"
bucket = "examplebucket"
cle = "test.txt"
expire_s = "86400"
host = "examplebucket.s3.amazonaws.com"
region = "us-east-1"
date = "20130524T000000Z"
access_key_id = "AKIAIOSFODNN7EXAMPLE"
secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY""#;
    let exercise = drawn(&text(settings, "Signe.", &errors(&CASES), ""), 0);
    let url = "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    let said = |url: &str| {
        let verdict = judge(&exercise, url, &Evidence::default());
        (
            verdict.status(),
            verdict.misconception().unwrap_or_default().to_owned(),
        )
    };
    assert_eq!(said(url), ("passed", String::new()));
    assert_eq!(said(&format!("\"{url}\"\n")).0, "passed");
    assert_eq!(
        said(&url.replace("aeeed", "beeed")),
        ("not_yet", "signature".into())
    );
    assert_eq!(
        said(&url.replace("=86400", "=86401")),
        ("not_yet", "parametre-modifie".into())
    );
    assert_eq!(
        said(&format!("{url}&versionId=1")),
        ("not_yet", "parametre-modifie".into())
    );
    assert_eq!(
        said(&url.replace("7EXAMPLE%2F", "8EXAMPLE%2F")),
        ("not_yet", "cle-inconnue".into())
    );
    assert_eq!(
        said(&url.replace("us-east-1", "eu-west-3")),
        ("not_yet", "region".into())
    );
    assert_sound(&exercise, &Evidence::default());
}

#[test]
fn what_is_no_url_costs_nothing_and_what_is_cut_is_told() {
    let exercise = link(1);
    let full = exercise.exercise.right_answer(&ground(None)).text().to_owned();
    let said = |text: &str| judge(&exercise, text, &ground(None));
    for text in [
        "",
        "bonjour",
        "s3://seau/cle",
        &full.replace('&', " &"),
        &"h".repeat(100_000),
    ] {
        assert_eq!(said(text).status(), "unreadable", "{text:.40}");
    }
    assert!(
        said("https://factures.s3.eu-west-3.amazonaws.com/a")
            .message()
            .contains("pas signée")
    );
    assert!(
        said(&full.replace("X-Amz-Date=", "X-Amz-Dat="))
            .message()
            .contains("X-Amz-Date")
    );
    assert!(
        said(&full.replace("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=host%3Brange"))
            .message()
            .contains("`range`")
    );
    for end in (0..full.len()).step_by(7) {
        assert_ne!(said(&full[..end]).status(), "passed", "{end}");
    }
}

#[test]
fn another_host_of_ours_is_taken_and_a_missing_parameter_is_told() {
    let exercise = link(2);
    let other = exercise
        .exercise
        .right_answer(&ground(Some("http://127.0.0.1:9999")))
        .text()
        .to_owned();
    assert_eq!(
        judge(&exercise, &other, &ground(Some("http://127.0.0.1:4566"))).status(),
        "passed"
    );
    let bare = drawn(
        &text(
            SETTINGS.split("[parametres_signes]").next().unwrap(),
            "Donne.",
            "",
            "",
        ),
        2,
    );
    let answer = bare.exercise.right_answer(&ground(None)).text().to_owned();
    assert!(
        judge(&exercise, &answer, &ground(None))
            .message()
            .contains("response-content-disposition")
    );
}

#[test]
fn signed_headers_are_demanded_when_the_exercise_gives_them() {
    let settings = SETTINGS.replace("GET", "PUT").replace(
        "[parametres_signes]\n\"response-content-disposition\" = \"attachment; filename=\\\"export.csv\\\"\"",
        "[entetes_signes]\n\"content-type\" = \"text/plain\"",
    );
    let typed = drawn(&text(&settings, "Donne.", "", ""), 3);
    assert_sound(&typed, &ground(None));
    let bare = drawn(
        &text(
            settings.split("[entetes_signes]").next().unwrap(),
            "Donne.",
            "",
            "",
        ),
        3,
    );
    let answer = bare.exercise.right_answer(&ground(None)).text().to_owned();
    assert!(
        judge(&typed, &answer, &ground(None))
            .message()
            .contains("`content-type` doit être signé")
    );
}

#[test]
fn a_real_account_is_unverifiable_unless_the_key_is_published() {
    let exercise = link(4);
    let answer = exercise.exercise.right_answer(&ground(None)).text().to_owned();
    assert_eq!(
        judge(&exercise, &answer, &Evidence::default()).status(),
        "unverifiable"
    );
}

#[test]
fn impossible_settings_are_refused() {
    let refused = |old: &str, new: &str| mistakes(&text(&SETTINGS.replacen(old, new, 1), "Donne.", "", ""));
    assert!(refused("minutes * 60", "minutes * 60000").contains("604800"));
    assert!(refused("minutes * 60", "minutes / 7").contains("604800"));
    assert!(refused("expire_s", "expire_min").contains("la durée n’est pas dite"));
    assert!(refused("methode = \"GET\"", "methode = \"POST\"").contains("valeur inconnue « POST »"));
    assert!(refused("titre", "date = \"hier\"\ntitre").contains("date illisible"));
    assert!(refused("titre", "access_key_id = \"A\"\ntitre").contains("à moitié dite"));
    let unknown = mistakes(&text(SETTINGS, "Donne.", &errors(&["methodes"]), ""));
    assert!(unknown.contains("valeur inconnue « methodes »"), "{unknown}");
    assert!(mistakes(&text(SETTINGS, "Donne.", &errors(&["cle", "cle"]), "")).contains("déjà décrit"));
}

#[test]
fn without_the_key_it_is_said_where_the_exercise_can_be_judged() {
    let exercise = link(1);
    assert!(exercise.exercise.needs_simulator());
    let url = exercise.exercise.right_answer(&ground(None));
    for (real_account, told) in [(false, "`cahier simulateur -- bash`"), (true, "compte réel")] {
        let alone = Evidence {
            answer: Some(url.clone()),
            keys: Vec::new(),
            real_account,
            ..ground(None)
        };
        let verdict = exercise.exercise.judge(&alone);
        assert_eq!(verdict.status(), "unverifiable");
        assert!(verdict.message().contains(told), "{verdict:?}");
    }
}
