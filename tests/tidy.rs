//! What holds for every file of the repository: sizes, words that must not be there, the crates' arrows.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The longest Rust file that is still read in one go.
const MOST_LINES: usize = 450;

/// Unfinished work, in Rust. Split, so that this file does not hold them.
const UNFINISHED: &[&str] = &[
    concat!("to", "do!("),
    concat!("unimplem", "ented!("),
    concat!("#[ign", "ore"),
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("db", "g!("),
];

/// Where a machine's own files are.
const MACHINE_PATHS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
];

/// What our crates may use of ours: the straight line.
const ARROWS: &[(&str, &[&str])] = &[
    ("src/workbook", &[]),
    ("src/simulator", &[]),
    ("src/prelude", &[]),
    ("src/engine", &["workbook"]),
    (".", &["engine", "simulator", "workbook"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The repository's files, without what is built or installed.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // In a linked working tree, `.git` is a file.
        if path.is_dir() || name == ".git" {
            let built = [
                "target",
                ".cargo",
                ".git",
                "__pycache__",
                ".pytest_cache",
                ".venv",
                ".ipynb_checkpoints",
            ];
            if !built.contains(&name.as_str()) {
                found.extend(files(&path));
            }
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn with_extension(extension: &str) -> Vec<(PathBuf, String)> {
    files(root())
        .into_iter()
        .filter(|path| path.extension().is_some_and(|one| one == extension))
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect()
}

fn stems(folder: &str, extension: &str) -> BTreeSet<String> {
    files(&root().join(folder))
        .iter()
        .filter(|path| path.extension().is_some_and(|one| one == extension))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|stem| stem.contains(char::is_lowercase))
        .collect()
}

#[test]
fn no_rust_file_is_too_long() {
    let long: Vec<String> = with_extension("rs")
        .iter()
        .filter(|(_, text)| text.lines().count() > MOST_LINES)
        .map(|(path, text)| format!("{}: {} lines", path.display(), text.lines().count()))
        .collect();
    assert!(long.is_empty(), "split before it does everything: {long:#?}");
}

#[test]
fn each_rust_file_opens_with_a_sentence_of_what_it_owns() {
    let mute: Vec<PathBuf> = with_extension("rs")
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(path, _)| path)
        .collect();
    assert!(mute.is_empty(), "no `//!` on the first line: {mute:#?}");
}

#[test]
fn no_rust_file_holds_unfinished_work() {
    let mut found = Vec::new();
    for (path, text) in with_extension("rs") {
        for (number, line) in text.lines().enumerate() {
            if UNFINISHED.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_file_names_a_path_of_somebodys_machine() {
    let mut found = Vec::new();
    for path in files(root()) {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        for (number, line) in text.lines().enumerate() {
            if MACHINE_PATHS.iter().any(|machine| line.contains(machine)) {
                found.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn each_lesson_has_its_notebook_and_each_notebook_its_lesson() {
    let embedded = cahier::lessons::embedded();
    let lessons: BTreeSet<String> = embedded
        .iter()
        .filter_map(|(name, _)| name.strip_suffix(".md").map(str::to_owned))
        .collect();
    assert_eq!(lessons.len(), 6);
    assert_eq!(lessons, stems("notebooks", "ipynb"));
}

#[test]
fn our_crates_use_one_another_along_the_arrows_only() {
    let ours: BTreeSet<&str> = ["cahier", "engine", "prelude", "simulator", "workbook"].into();
    for (folder, allowed) in ARROWS {
        let text = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = text.parse().unwrap();
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = manifest.get(table).and_then(toml::Value::as_table) else {
                continue;
            };
            for name in dependencies.keys().filter(|name| ours.contains(name.as_str())) {
                assert!(
                    allowed.contains(&name.as_str()),
                    "{folder}/Cargo.toml: {table} on {name}"
                );
            }
        }
    }
}

#[test]
fn blocks_that_jupytext_would_run_are_marked_as_only_shown() {
    let mut found = Vec::new();
    for (path, text) in with_extension("md") {
        if !path.starts_with(root().join("lessons")) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let Some(info) = line.strip_prefix("```") else {
                continue;
            };
            let mut words = info.split_whitespace();
            let language = words.next().unwrap_or_default();
            if ["bash", "sh", "python", "markdown"].contains(&language) && words.next() != Some(".noeval") {
                found.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "write `.noeval` after the language: {found:#?}");
}

/// Words that lose their last letter before a vowel in French, as they are written then.
const ELIDED: &[&str] = &[
    "l", "d", "n", "s", "c", "j", "m", "t", "qu", "jusqu", "lorsqu", "puisqu", "quelqu", "aujourd",
];

/// Whether a line has a straight apostrophe where French wants a curved one.
fn is_straight(line: &str) -> bool {
    line.match_indices('\'').any(|(at, _)| {
        let before: String = line[..at]
            .chars()
            .rev()
            .take_while(|c| c.is_alphabetic())
            .collect();
        let word: String = before.chars().rev().collect::<String>().to_lowercase();
        let next = line[at + 1..].chars().next();
        let goes_on = next.is_some_and(|c| c.is_alphabetic() || "`{«".contains(c));
        ELIDED.contains(&word.as_str()) && goes_on
    })
}

/// Lessons are French. So are the texts in our Rust, but for the simulator's, which are AWS's; comments are English,
/// and tests may look for anything.
#[test]
fn what_learners_read_has_curved_apostrophes() {
    let mut found = Vec::new();
    let read = ["md", "toml", "rs"].map(with_extension);
    for (path, text) in read.into_iter().flatten() {
        let lesson = path.starts_with(root().join("lessons")) || path.ends_with("README.md");
        let source = path.starts_with(root().join("src"))
            && !path.starts_with(root().join("src/simulator"))
            && !path
                .components()
                .any(|part| part.as_os_str().to_string_lossy().starts_with("tests"));
        if !lesson && !source {
            continue;
        }
        let shown = text
            .lines()
            .take_while(|line| lesson || !line.starts_with("#[cfg(test)]"));
        for (number, line) in shown.enumerate() {
            if (lesson || !line.trim_start().starts_with("//")) && is_straight(line) {
                found.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "write ’ instead of ': {found:#?}");
}

#[test]
fn a_straight_apostrophe_is_told_from_a_quote_and_from_english() {
    for line in ["l'objet", "Qu'est-ce", "jusqu'à", "d'`Id`", "n'{x}"] {
        assert!(is_straight(line), "{line}");
    }
    for line in [
        "l’objet",
        "don't",
        "the table's rows",
        "b'a'",
        "&'static str",
        "('l', 2)",
        "'n'",
    ] {
        assert!(!is_straight(line), "{line}");
    }
}
