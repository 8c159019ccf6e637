//! The first minute on a machine where nothing is: a greeting, a lesson to begin, and something to do at once.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use support::terminal::Terminal;
use support::{Machine, Said};

/// How long somebody who has just come waits for something to do.
const PATIENCE: Duration = Duration::from_secs(10);

/// The prompt on the program's own lessons, with nothing at home.
fn prompt(machine: &Machine, path: &str) -> Command {
    let home = machine.folder.path().join("maison");
    let _ = fs::create_dir(&home);
    let mut command = machine.command(&[]);
    command
        .env("HOME", &home)
        .env("PATH", path)
        .env_remove("CAHIER_DATA_DIR");
    command
}

/// Answers the exercise that is there, whatever is right.
fn answer(terminal: &mut Terminal) {
    terminal.enter(":reponse B");
    terminal.wait_for("┌");
    terminal.wait_for("└");
}

#[test]
fn who_has_just_come_is_told_what_this_is_and_has_an_exercise_to_answer() {
    let machine = Machine::new();
    let begun = Instant::now();
    let mut terminal = Terminal::open(&prompt(&machine, "/usr/bin:/bin"));
    for shown in [
        "six sujets d’AWS",
        "un simulateur d’AWS est dans le programme",
        "Première leçon\u{a0}: «\u{a0}Les couches Lambda\u{a0}»",
        "Pour commencer tout de suite",
        ":reponse suivi de ta réponse",
    ] {
        terminal.wait_for(shown);
    }
    answer(&mut terminal);
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    assert_eq!(terminal.leave(), Some(0));
}

#[test]
fn who_comes_back_goes_on_and_is_not_greeted_as_new() {
    let machine = Machine::new();
    let mut terminal = Terminal::open(&prompt(&machine, "/usr/bin:/bin"));
    answer(&mut terminal);
    terminal.leave();
    let mut terminal = Terminal::open(&prompt(&machine, "/usr/bin:/bin"));
    terminal.wait_for("Première leçon");
    terminal.wait_for("cahier> ");
    let shown = terminal.transcript();
    assert!(
        !shown.contains("six sujets") && !shown.contains("Pour commencer"),
        "{shown}"
    );
}

#[test]
fn what_is_fed_by_a_pipe_is_not_given_an_exercise_it_did_not_ask_for() {
    let said = Machine::new().type_in(":reponse 12\n");
    assert!(said.err.contains("aucun exercice n’est affiché"), "{said:?}");
    assert!(said.out.contains("six sujets d’AWS"), "{said:?}");
}

fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A toolchain with which a preparation begins and does not end: cargo works as long as it is waited for.
fn endless_toolchain(machine: &Machine) -> String {
    let root = machine.folder.path().join("rust");
    let library = root.join("lib/rustlib/x/lib");
    fs::create_dir_all(&library).unwrap();
    fs::write(library.join("libstd-0123456789abcdef.so"), "").unwrap();
    let sources = root.join("lib/rustlib/src/rust/library/std/src");
    fs::create_dir_all(&sources).unwrap();
    fs::write(sources.join("lib.rs"), "").unwrap();
    let lines = format!(
        "printf '%s\\n' '{}' '{}' x86_64-unknown-linux-gnu",
        root.display(),
        library.display()
    );
    script(&root.join("bin/rustc"), &lines);
    script(
        &root.join("bin/cargo"),
        "while kill -0 $PPID 2>/dev/null; do sleep 0.1; done",
    );
    script(&root.join("bin/cc"), "exit 0");
    format!("{}:/usr/bin:/bin", root.join("bin").display())
}

#[test]
fn an_exercise_is_answered_while_the_libraries_are_being_prepared() {
    let machine = Machine::new();
    let path = endless_toolchain(&machine);
    let begun = Instant::now();
    let mut terminal = Terminal::open(&prompt(&machine, &path));
    terminal.wait_for("Pour commencer tout de suite");
    answer(&mut terminal);
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    terminal.enter("1 + 1");
    terminal.wait_for("la préparation n’est pas finie");
    // Who types fast has the announcement at the next prompt.
    terminal.wait_in_transcript("Première fois");
    assert_eq!(terminal.leave(), Some(0));
}

/// The program where an archive unpacked it, beside a preparation that is not the learner's to remove.
fn beside_a_preparation(machine: &Machine) -> Command {
    let unpacked = machine.folder.path().join("deballe");
    let (bin, shared) = (unpacked.join("bin"), unpacked.join("share/cahier/prepare"));
    for folder in [&bin, &shared] {
        fs::create_dir_all(folder).unwrap();
    }
    fs::copy(env!("CARGO_BIN_EXE_cahier"), bin.join("cahier")).unwrap();
    let given: Vec<_> = machine
        .command(&[])
        .get_envs()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
        .collect();
    let prepared = &given
        .iter()
        .find(|(name, _)| name == "CAHIER_PREPARATION_DIR")
        .unwrap()
        .1;
    for entry in fs::read_dir(prepared).unwrap() {
        let entry = entry.unwrap();
        // A link, so that nothing of the real one can be removed.
        symlink(entry.path(), shared.join(entry.file_name())).unwrap();
    }
    let mut command = Command::new(bin.join("cahier"));
    command.env_clear().current_dir(machine.folder.path());
    command.envs(
        given
            .into_iter()
            .filter(|(name, _)| name != "CAHIER_PREPARATION_DIR"),
    );
    command
}

#[test]
fn who_shares_a_preparation_cleans_what_is_their_own() {
    let machine = Machine::with_rust();
    let old = machine.data().join("prepare/0123456789abcdef");
    fs::create_dir_all(&old).unwrap();
    fs::write(old.join("a.rlib"), [0; 2_000_000]).unwrap();
    let mut command = beside_a_preparation(&machine);
    let said: Said = command.args(["preparer", "--nettoyer"]).output().unwrap().into();
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
    assert!(said.out.contains("2\u{a0}Mo"), "{said:?}");
    assert!(!old.exists());
}
