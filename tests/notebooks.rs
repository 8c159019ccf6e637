//! The notebooks are what the lessons give, and a notebook that is not is named.

#![allow(clippy::unwrap_used)]

use cahier::jupyter::{Existing, Notebook, SHARED_SEED, Staleness, notebook, stale, write};
use cahier::lessons;
use std::fs;
use std::path::Path;
use workbook::Workbook;

fn notebooks() -> Vec<Notebook> {
    drawn(SHARED_SEED)
}

fn drawn(seed: u64) -> Vec<Notebook> {
    let files = lessons::embedded();
    let workbook = Workbook::load(files.clone()).unwrap();
    files
        .iter()
        .zip(workbook.lessons())
        .map(|((file, _), lesson)| notebook(file, lesson, seed).unwrap())
        .collect()
}

fn cells(notebook: &Notebook) -> Vec<serde_json::Value> {
    let document: serde_json::Value = serde_json::from_str(&notebook.text).unwrap();
    document["cells"].as_array().unwrap().clone()
}

fn source(cell: &serde_json::Value) -> String {
    let lines = cell["source"].as_array().unwrap().iter();
    lines.map(|line| line.as_str().unwrap()).collect()
}

#[test]
fn the_committed_notebooks_are_what_the_lessons_give() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks");
    let names: Vec<String> = stale(&folder, &notebooks())
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(names.is_empty(), "run `cahier notebooks`: {names:?}");
}

#[test]
fn writing_twice_gives_the_same_bytes_and_changes_nothing_the_second_time() {
    assert_eq!(notebooks(), notebooks());
    let folder = tempfile::tempdir().unwrap();
    let changed = |pass: Vec<cahier::jupyter::Written>| pass.iter().filter(|one| one.changed).count();
    assert_eq!(
        changed(write(folder.path(), &notebooks(), Existing::Replaced).unwrap()),
        notebooks().len()
    );
    assert_eq!(
        changed(write(folder.path(), &notebooks(), Existing::Replaced).unwrap()),
        0
    );
    assert!(stale(folder.path(), &notebooks()).unwrap().is_empty());
}

#[test]
fn a_missing_an_edited_and_an_orphan_notebook_are_each_named() {
    let folder = tempfile::tempdir().unwrap();
    let all = notebooks();
    write(folder.path(), &all, Existing::Replaced).unwrap();
    fs::remove_file(folder.path().join(&all[0].file)).unwrap();
    fs::write(folder.path().join(&all[1].file), "{}\n").unwrap();
    fs::write(folder.path().join("zz-ancienne.ipynb"), "{}\n").unwrap();
    let found = stale(folder.path(), &all).unwrap();
    let told: Vec<(&str, Staleness)> = found.iter().map(|one| (one.file.as_str(), one.why)).collect();
    let expected = [
        (all[0].file.as_str(), Staleness::Missing),
        (all[1].file.as_str(), Staleness::Differs),
        ("zz-ancienne.ipynb", Staleness::Orphan),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_learner_s_notebooks_have_the_values_of_their_seed_and_the_cells_of_everybody() {
    let seed = (1 << 53) - 1;
    for (shared, own) in notebooks().iter().zip(drawn(seed)) {
        let (shared, own) = (cells(shared), cells(&own));
        let ids =
            |cells: &[serde_json::Value]| cells.iter().map(|cell| cell["id"].clone()).collect::<Vec<_>>();
        assert_eq!(ids(&shared), ids(&own));
        let named = |cells: &[serde_json::Value], end: &str| -> String {
            let wanted = cells
                .iter()
                .filter(|cell| cell["id"].as_str().unwrap().ends_with(end));
            wanted.map(source).collect()
        };
        for part in ["-enonce", "-verifier"] {
            assert_ne!(named(&shared, part), named(&own, part));
        }
        let calls = named(&own, "-verifier");
        assert!(calls.contains("verifier_graine(\"") && calls.contains(&format!("\", {seed}, ")));
        assert!(!calls.contains("\", 0, "));
    }
}

#[test]
fn a_notebook_is_written_over_until_somebody_changes_it() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (drawn(7), drawn(8));
    write(folder.path(), &old, Existing::Replaced).unwrap();
    let mine = old[0].text.replacen("# ", "# Mon ", 1);
    fs::write(folder.path().join(&old[0].file), &mine).unwrap();
    let written = write(folder.path(), &new, Existing::ReplacedWhereWhole).unwrap();
    let kept: Vec<bool> = written.iter().map(|one| one.kept).collect();
    assert_eq!(kept, [true, false, false, false, false, false]);
    let now = |notebook: &Notebook| fs::read_to_string(folder.path().join(&notebook.file)).unwrap();
    assert_eq!((now(&new[0]), now(&new[1])), (mine, new[1].text.clone()));
}

#[test]
fn a_notebook_that_a_learner_works_in_is_kept_and_one_that_is_missing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let all = drawn(7);
    fs::write(folder.path().join(&all[0].file), "à moi").unwrap();
    let written = write(folder.path(), &all, Existing::Kept).unwrap();
    let changed: Vec<bool> = written.iter().map(|one| one.changed).collect();
    assert_eq!(changed, [false, true, true, true, true, true]);
    assert_eq!(
        fs::read_to_string(folder.path().join(&all[0].file)).unwrap(),
        "à moi"
    );
    assert_eq!(
        fs::read_to_string(folder.path().join(&all[1].file)).unwrap(),
        all[1].text
    );
}

#[test]
fn a_notebook_begins_with_its_title_and_the_first_code_cell_brings_the_prelude() {
    for notebook in notebooks() {
        let cells = cells(&notebook);
        assert!(source(&cells[0]).starts_with("# "), "{}", notebook.file);
        let first = cells.iter().find(|cell| cell["cell_type"] == "code").unwrap();
        assert!(source(first).ends_with("use prelude::*;"), "{}", notebook.file);
    }
}

#[test]
fn each_exercise_has_its_statement_with_values_and_a_cell_that_asks_for_the_verdict() {
    let files = lessons::embedded();
    let workbook = Workbook::load(files).unwrap();
    for (lesson, notebook) in workbook.lessons().iter().zip(notebooks()) {
        let cells = cells(&notebook);
        let find = |id: String| cells.iter().find(|cell| cell["id"] == id).map(source);
        for exercise in lesson.exercises() {
            let statement = find(format!("{}-enonce", exercise.id)).unwrap();
            assert!(
                statement.contains(&exercise.title) && !statement.contains("@{"),
                "{}",
                exercise.id
            );
            let verdict = find(format!("{}-verifier", exercise.id)).unwrap();
            assert!(
                verdict.contains(&format!("(\"{}\", ", exercise.id)),
                "{}",
                exercise.id
            );
            let starter = (exercise.draw)(0).starter;
            assert_eq!(
                find(format!("{}-depart", exercise.id)).is_some(),
                starter.is_some()
            );
        }
    }
}

#[test]
fn an_output_with_a_wildcard_is_not_shown_as_if_it_had_been_printed() {
    let workbook = Workbook::load(lessons::embedded()).unwrap();
    for (lesson, notebook) in workbook.lessons().iter().zip(notebooks()) {
        let cells = cells(&notebook);
        for demo in lesson.cells() {
            let cell = cells.iter().find(|cell| cell["id"] == demo.id.as_str()).unwrap();
            let promised = demo.expected.as_ref().filter(|text| !text.contains("[…]"));
            assert_eq!(
                cell["outputs"].as_array().unwrap().len(),
                usize::from(promised.is_some())
            );
        }
    }
}

#[test]
fn an_image_is_in_the_cell_that_shows_it() {
    let lesson =
        "---\nid: essai\ntitre: Un\nresume: Un.\n---\n\nMot.\n\n![Un \"rond\".](images/01-rond.svg)\n";
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n";
    let files = [
        ("01-essai.md", lesson),
        ("images/01-rond.svg", svg),
        ("images/02-autre.svg", svg),
    ];
    let files = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let workbook = Workbook::load(files.into()).unwrap();
    let made = notebook("01-essai.md", &workbook.lessons()[0], SHARED_SEED).unwrap();
    let cells = cells(&made);
    let base64 = "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4K";
    let expected =
        format!("Mot.\n\n<img alt=\"Un &quot;rond&quot;.\" src=\"data:image/svg+xml;base64,{base64}\">");
    assert_eq!(source(&cells[0]), expected);
}
