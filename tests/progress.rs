//! Progress, end to end: what was acknowledged survives SIGKILL; a folder that cannot be written is said.
#![allow(clippy::unwrap_used)]

mod support;

use cahier::store::Store;
use std::process::Stdio;
use support::{Machine, Said};

/// An answer whose verdict was printed was acknowledged. Each round kills the program a little later.
#[test]
fn nothing_acknowledged_is_lost_when_the_program_is_killed() {
    let machine = Machine::new();
    let mut acknowledged = 0;
    for round in 0..30_u64 {
        let mut command =
            machine.command(&["verifier", "essai-double", "--reponse", "1", "--json", "--lecons"]);
        command
            .arg(machine.lessons())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let started = std::time::Instant::now();
        while started.elapsed() < std::time::Duration::from_micros(2_000 * round) {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        let said = child.wait_with_output().unwrap();
        acknowledged += usize::from(said.stdout.ends_with(b"}\n"));
        let kept = Store::open(&machine.data()).unwrap().entries().unwrap();
        assert!(
            kept.len() >= acknowledged,
            "round {round}: {} kept of {acknowledged}",
            kept.len()
        );
    }
    let after = machine.on_lessons(&["verifier", "essai-double", "--reponse", "1"]);
    assert_eq!(after.code, Some(1), "{after:?}");
    assert!(Store::open(&machine.data()).unwrap().entries().unwrap().len() > acknowledged);
}

#[test]
fn several_programs_at_once_keep_every_attempt() {
    let machine = Machine::new();
    let children: Vec<_> = (0..8)
        .map(|_| {
            let mut command = machine.command(&["verifier", "essai-double", "--reponse", "1", "--lecons"]);
            command
                .arg(machine.lessons())
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert_eq!(child.wait().unwrap().code(), Some(1));
    }
    let progress = machine.on_lessons(&["progres", "--json"]).json();
    assert_eq!(progress["lessons"][0]["exercises"][0]["attempts"], 8);
}

#[test]
fn a_folder_that_cannot_be_made_still_judges_and_says_so() {
    let machine = Machine::new();
    let run = |arguments: &[&str]| -> Said {
        let mut command = machine.command(arguments);
        command
            .arg("--lecons")
            .arg(machine.lessons())
            .env("CAHIER_DATA_DIR", "/proc/nulle-part");
        command.output().unwrap().into()
    };
    let judged = run(&["verifier", "essai-double", "--reponse", "1"]);
    assert_eq!(judged.code, Some(1), "{judged:?}");
    assert!(judged.err.contains("n’a pas été enregistrée"), "{}", judged.err);
    assert_eq!(run(&["lire", "essai"]).code, Some(0));
    let reset = run(&["progres", "reinitialiser"]);
    assert_eq!(reset.code, Some(2));
    assert!(reset.err.contains("n’accepte pas d’écriture"), "{}", reset.err);
}

/// A disk that is full, as the system tells it: no file may grow.
#[test]
fn a_full_folder_keeps_what_it_has_and_says_what_is_not_kept() {
    let machine = Machine::new();
    assert_eq!(
        machine
            .on_lessons(&["verifier", "essai-double", "--reponse", "1"])
            .code,
        Some(1)
    );
    let script = "trap '' XFSZ; ulimit -f 0; \"$0\" \"$@\"";
    let limited = |arguments: &[&str]| -> Said {
        let line = machine.command(arguments);
        let mut shell = std::process::Command::new("sh");
        shell.arg("-c").arg(script).arg(line.get_program());
        shell
            .args(line.get_args())
            .arg("--lecons")
            .arg(machine.lessons())
            .env_clear();
        shell.envs(line.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.output().unwrap().into()
    };
    let judged = limited(&["verifier", "essai-double", "--reponse", "1"]);
    assert_eq!(judged.code, Some(1), "{judged:?}");
    assert!(judged.err.contains("n’a pas été enregistrée"), "{judged:?}");
    assert_eq!(limited(&["progres", "reinitialiser"]).code, Some(2));
    let progress = machine.on_lessons(&["progres", "--json"]).json();
    assert_eq!(progress["lessons"][0]["exercises"][0]["attempts"], 1);
}

#[test]
fn a_journal_that_is_none_is_named_and_left_alone() {
    let machine = Machine::new();
    std::fs::create_dir_all(machine.data()).unwrap();
    let file = machine.data().join("progression.sqlite3");
    std::fs::write(&file, "pas une base").unwrap();
    let said = machine.on_lessons(&["progres"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("progression.sqlite3"), "{}", said.err);
    assert_eq!(std::fs::read(&file).unwrap(), b"pas une base");
}
