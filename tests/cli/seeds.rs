//! The learner's seed: `--graine`, else what a class's server gives in `CAHIER_GRAINE`, else the data folder's.

use crate::support::{Machine, Said};

const VARIABLE: &str = "CAHIER_GRAINE";

fn given(machine: &Machine, seed: &str, arguments: &[&str]) -> Said {
    let mut command = machine.command(arguments);
    command.env(VARIABLE, seed).output().unwrap().into()
}

#[test]
fn the_seed_that_a_class_gives_is_the_learner_s_own_and_an_option_wins() {
    let machine = Machine::new();
    let show = ["exercice", "couche-place-restante", "--json"];
    let chosen = |seed: &str| machine.run(&[&show[..], &["--graine", seed]].concat()).json();
    assert_eq!(
        given(&machine, "9007199254740991", &show).json(),
        chosen("9007199254740991")
    );
    let both = given(&machine, "8", &[&show[..], &["--graine", "7"]].concat());
    assert_eq!(both.json(), chosen("7"));
    assert_eq!(given(&machine, "", &show).json(), machine.run(&show).json());
    assert_eq!(given(&machine, "8", &["progres", "--json"]).json()["seed"], 8);
    let judged = given(
        &machine,
        "8",
        &["verifier", "couche-place-restante", "--reponse", "0", "--json"],
    );
    assert_eq!(judged.json()["seed"], 8);
}

#[test]
fn what_a_learner_exports_names_the_seed_they_worked_with() {
    let machine = Machine::new();
    assert_eq!(
        given(&machine, "8", &["progres", "exporter", "tout.json"]).code,
        Some(0)
    );
    let file = std::fs::read(machine.folder.path().join("tout.json")).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&file).unwrap();
    assert_eq!(document["seed"], 8);
}

#[test]
fn a_variable_that_is_no_seed_is_named_and_spoils_nothing_that_needs_none() {
    let machine = Machine::new();
    for nonsense in ["-1", "1,5", "sept"] {
        let said = given(&machine, nonsense, &["exercice", "couche-place-restante"]);
        assert_eq!(said.code, Some(2));
        assert!(
            said.err.contains("CAHIER_GRAINE vaut")
                && said.err.contains(nonsense)
                && said.err.contains("Conseil"),
            "{said:?}"
        );
        let json = given(
            &machine,
            nonsense,
            &["exercice", "couche-place-restante", "--json"],
        )
        .json();
        assert_eq!(json["error"]["code"], "usage");
    }
    let notebooks = given(&machine, "sept", &["notebooks", "--dossier", "carnets"]);
    assert!(
        notebooks.code == Some(2) && notebooks.err.contains("CAHIER_GRAINE vaut"),
        "{notebooks:?}"
    );
    assert_eq!(given(&machine, "sept", &["lecons"]).code, Some(0));
    assert_eq!(
        given(
            &machine,
            "sept",
            &["exercice", "couche-place-restante", "--graine", "7"]
        )
        .code,
        Some(0)
    );
}

#[test]
fn notebooks_are_those_of_a_seed_where_one_is_given_and_of_everybody_where_not() {
    let machine = Machine::new();
    let written = |arguments: &[&str]| {
        let said = given(
            &machine,
            "8",
            &[&["notebooks", "--dossier", "carnets"], arguments].concat(),
        );
        assert_eq!(said.code, Some(0), "{said:?}");
        std::fs::read_to_string(machine.folder.path().join("carnets/01-couches-lambda.ipynb")).unwrap()
    };
    let shared = written(&[]);
    assert!(shared.contains("\\\", 0, ") && !shared.contains("\\\", 8, "));
    let own = written(&["--graine", "8"]);
    assert!(own.contains("\\\", 8, ") && !own.contains("\\\", 0, "));
    assert_eq!(
        given(
            &machine,
            "8",
            &["notebooks", "--dossier", "carnets", "--verifier", "--graine", "8"]
        )
        .code,
        Some(0)
    );
    assert_eq!(written(&["--graine", "9", "--garder"]), own);
    let kept = given(
        &machine,
        "8",
        &["notebooks", "--dossier", "carnets", "--graine", "9", "--garder"],
    );
    assert!(
        kept.out
            .contains("01-couches-lambda.ipynb\u{a0}: gardé comme il est."),
        "{kept:?}"
    );
    let both = machine.run(&["notebooks", "--garder", "--verifier"]);
    assert!(both.code == Some(2) && both.err.contains("--garder"), "{both:?}");
}
