//! A small class whose submissions come as a platform packs them, and whose names are what names can be.

use crate::generator::{pack, unpacked};
use crate::support::{Machine, Said};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

const ASSIGNMENT: &str = "couches-lambda";

/// Five learners, from a list as bad as a platform's: a mark, CRLF, blank lines, quotes, separators within them.
const LIST: &str = "\u{feff}id;nom;prenom\r\n\r\nada;\"Lovelace; comtesse\";Ada\r\nbob;=1+1;@Bob\r\n;;\r\n\
                    zoe;D’Été;\"Zoé \"\"Z\"\"\"\r\nmax-1;Martin;Max\r\nmax-2;Martin;Max\r\n";

struct Small(Machine);

impl Small {
    fn new() -> Self {
        let class = Self(Machine::new());
        fs::write(class.path("liste.csv"), LIST).unwrap();
        let made = class
            .0
            .run(&["classe", "creer", "cours", "--eleves", "liste.csv"]);
        assert_eq!(made.code, Some(0), "{made:?}");
        let assigned = class.run(&["devoir", ASSIGNMENT]);
        assert_eq!(assigned.code, Some(0), "{assigned:?}");
        fs::create_dir(class.path("rendus")).unwrap();
        class
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.folder.path().join(below)
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.0
            .run(&[&["classe"], arguments, &["--cours", "cours"]].concat())
    }

    /// The files of a learner's folder, one of its number exercises answered with this.
    fn answered(&self, id: &str, answer: &str) -> BTreeMap<String, Vec<u8>> {
        let archive = format!("cours/devoirs/{ASSIGNMENT}/a-distribuer/{ASSIGNMENT}-{id}.zip");
        let mut files = unpacked(&self.path(&archive));
        let file = files
            .keys()
            .find(|name| name.ends_with("couche-place-restante.txt"))
            .unwrap()
            .clone();
        files
            .get_mut(&file)
            .unwrap()
            .extend_from_slice(format!("{answer}\n").as_bytes());
        files
    }

    fn collected(&self) -> Value {
        self.run(&["collecter", "rendus", "--json"]).json()
    }
}

fn codes(collected: &Value) -> Vec<(&str, &str)> {
    let refused = collected["refused"].as_array().unwrap().iter();
    refused
        .map(|one| (one["source"].as_str().unwrap(), one["code"].as_str().unwrap()))
        .collect()
}

fn takers(collected: &Value) -> Vec<&str> {
    let taken = collected["taken"].as_array().unwrap().iter();
    taken.map(|one| one["learner"].as_str().unwrap()).collect()
}

#[test]
fn nobody_takes_another_s_place_by_handing_in_their_archive_under_its_own_name() {
    let class = Small::new();
    let file = |folder: &str| class.path(&format!("rendus/{folder}/{ASSIGNMENT}-ada.zip"));
    let root = format!("{ASSIGNMENT}-ada/");
    pack(
        &file("Ada Lovelace comtesse_1_file"),
        &root,
        &class.answered("ada", "10"),
    );
    pack(&file("bob"), &root, &class.answered("ada", "11"));
    let collected = class.collected();
    let bob = format!("bob/{ASSIGNMENT}-ada.zip");
    assert_eq!(codes(&collected), [(bob.as_str(), "copied_manifest")]);
    assert_eq!(takers(&collected), ["ada"]);
}

#[test]
fn an_archive_of_everybody_s_folders_is_held_against_their_names_too() {
    let class = Small::new();
    let mut all = BTreeMap::new();
    for (folder, id) in [("zoe", "zoe"), ("bob", "ada")] {
        for (name, bytes) in class.answered(id, "10") {
            all.insert(format!("{folder}/devoir/{name}"), bytes);
        }
    }
    all.insert(format!("max-1/{ASSIGNMENT}-max-1.zip"), b"PK".to_vec());
    pack(&class.path("rendus/tout.zip"), "", &all);
    let collected = class.collected();
    assert_eq!(
        codes(&collected),
        [
            ("tout.zip\u{a0}: max-1/couches-lambda-max-1.zip", "nested_archive"),
            ("tout.zip\u{a0}: bob/devoir/", "copied_manifest"),
        ]
    );
    assert_eq!(takers(&collected), ["zoe"]);
}

#[test]
fn what_learners_call_their_files_does_not_drive_the_teacher_s_terminal() {
    let class = Small::new();
    fs::write(class.path("rendus/\u{1b}]0;ici\u{7}.pdf"), "%PDF").unwrap();
    let all: BTreeMap<String, Vec<u8>> = ["zoe", "ada"]
        .into_iter()
        .flat_map(|id| {
            let files = class.answered(id, "10").into_iter();
            files.map(move |(name, bytes)| (format!("\u{1b}[2J{id}/{name}"), bytes))
        })
        .collect();
    pack(&class.path("rendus/tout.zip"), "", &all);
    let said = class.run(&["collecter", "rendus"]);
    assert!(
        said.out.contains("2\u{a0}remises reconnues") && said.out.contains("ici"),
        "{said:?}"
    );
    let collected = class.collected();
    for told in [said.out, collected.to_string()] {
        assert!(!told.contains('\u{1b}') && !told.contains("\\u001b"), "{told}");
    }
}

#[test]
fn whatever_learners_are_called_the_gradebook_computes_nothing_and_its_sums_are_right() {
    let class = Small::new();
    for id in ["ada", "bob", "zoe"] {
        pack(
            &class.path(&format!("rendus/{id}.zip")),
            "",
            &class.answered(id, "-1"),
        );
    }
    assert_eq!(takers(&class.collected()).len(), 3);
    assert_eq!(class.run(&["noter"]).code, Some(0));
    // The list is read and written again on the way.
    let again = class
        .0
        .run(&["classe", "creer", "cours", "--eleves", "liste.csv", "--json"]);
    assert_eq!(again.json()["changed"], serde_json::json!([]));
    for more in [&["--sortie", "r"][..], &["--sortie", "r", "--tableur"]] {
        assert_eq!(class.run(&[&["rapport"], more].concat()).code, Some(0));
        let text = fs::read_to_string(class.path("r/notes.csv")).unwrap();
        let separator = if more.len() == 2 { b',' } else { b';' };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
        let names: Vec<(&str, &str)> = rows.iter().map(|row| (&*row["nom"], &*row["prenom"])).collect();
        assert_eq!(
            names,
            [
                ("Lovelace; comtesse", "Ada"),
                ("'=1+1", "'@Bob"),
                ("D’Été", "Zoé \"Z\""),
                ("Martin", "Max"),
                ("Martin", "Max"),
            ]
        );
        for row in &rows {
            assert_eq!(row[&format!("{ASSIGNMENT}:total")], "0", "{row:?}");
        }
    }
}
