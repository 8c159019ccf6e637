//! `cahier suivre`: a save is judged, a pass leads on, and what is typed meanwhile is obeyed.

use crate::right_answer;
use crate::support::{LESSON, Machine};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// The program, as somebody beside an editor has it.
struct Watch {
    child: Child,
    typed: Option<ChildStdin>,
    said: Receiver<String>,
    file: PathBuf,
}

/// A test that would wait for ever fails instead.
const PATIENCE: Duration = Duration::from_mins(1);

fn lines(out: ChildStdout) -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        let mut read = BufReader::new(out).lines().map_while(Result::ok);
        while read.next().is_some_and(|line| sender.send(line).is_ok()) {}
    });
    lines
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Watch {
    fn on(machine: &Machine, more: &[&str]) -> Self {
        Self::reading(machine, more, Stdio::piped())
    }

    fn reading(machine: &Machine, more: &[&str], input: Stdio) -> Self {
        let mut command = machine.command(&["suivre", "--dossier", "devoirs", "--lecons"]);
        command.arg(machine.lessons()).args(more);
        command.stdin(input).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        Self {
            typed: child.stdin.take(),
            said: lines(child.stdout.take().unwrap()),
            child,
            file: machine.folder.path().join("devoirs/01-01-essai-double.txt"),
        }
    }

    /// All that is said up to a line with these words.
    fn until(&mut self, words: &str) -> String {
        let mut all = String::new();
        loop {
            let line = self.said.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("no {words:?} in {all}"));
            all.push_str(&line);
            all.push('\n');
            if line.contains(words) {
                return all;
            }
        }
    }

    fn save(&self, answer: &str) {
        let text = std::fs::read_to_string(&self.file).unwrap();
        let head: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
        std::fs::write(&self.file, format!("{}\n{answer}\n", head.join("\n"))).unwrap();
    }

    fn type_in(&mut self, line: &str) {
        writeln!(self.typed.as_mut().unwrap(), "{line}").unwrap();
    }
}

#[test]
fn each_save_is_judged_and_the_last_pass_ends_it() {
    for more in [&[][..], &["--relire"]] {
        let machine = Machine::new();
        let right = right_answer(&machine);
        let mut watch = Watch::on(&machine, more);
        watch.until("Ta réponse");
        let text = std::fs::read_to_string(&watch.file).unwrap();
        assert!(text.contains("# Combien font deux fois"), "{text}");
        watch.save("beaucoup");
        watch.until("Réponse illisible");
        watch.save("1");
        watch.until("Pas encore");
        watch.save(&right);
        let said = watch.until("Tout est réussi");
        assert!(said.contains("Réussi"), "{said}");
        assert_eq!(watch.child.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn what_is_typed_shows_hints_lists_and_attempts_and_begins_again() {
    let machine = Machine::new();
    let mut watch = Watch::on(&machine, &[]);
    watch.until("Ta réponse");
    watch.save("1");
    watch.until("Pas encore");
    watch.type_in("ind");
    watch.until("Doubler, c'est multiplier");
    watch.type_in("liste reste");
    assert!(watch.until("essai-double").contains("→·"));
    watch.type_in("essais");
    let tries = watch.until("essai (heures UTC)");
    assert!(
        tries.contains("pas encore") && tries.contains("indice 1"),
        "{tries}"
    );
    watch.type_in("recommencer");
    watch.until("gardée dans");
    watch.until("Ta réponse");
    let kept = machine.folder.path().join("devoirs/01-01-essai-double.2.ancien");
    assert!(std::fs::read_to_string(kept).unwrap().ends_with("1\n"));
    assert!(!std::fs::read_to_string(&watch.file).unwrap().ends_with("\n1\n"));
    watch.type_in("quitter");
    watch.until("0/1 réussis");
    assert_eq!(watch.child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_earlier_answer_is_never_overwritten_and_a_wrong_word_is_told_what_was_meant() {
    let machine = Machine::new();
    let file = machine.folder.path().join("devoirs/01-01-essai-double.txt");
    std::fs::create_dir(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "ma réponse\n").unwrap();
    let mut command = machine.command(&["suivre", "--dossier", "devoirs", "--lecons"]);
    command.arg(machine.lessons());
    let said = crate::support::fed(command, "suivnat\naller essai-doubl\nsuivant\n");
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("«\u{a0}suivant\u{a0}»"), "{said:?}");
    assert!(said.err.contains("«\u{a0}essai-double\u{a0}»"), "{said:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "ma réponse\n");
}

#[test]
fn without_anybody_at_the_keyboard_saves_are_judged_all_the_same() {
    for polling in [&[][..], &["--relire"]] {
        let machine = Machine::new();
        let mut watch = Watch::reading(&machine, polling, Stdio::null());
        watch.until("Ta réponse");
        watch.save("1");
        watch.until("Pas encore");
        watch.save(&right_answer(&machine));
        watch.until("Réussi");
        assert!(watch.child.wait().unwrap().success());
    }
}

#[test]
fn a_verdict_on_another_file_than_that_of_the_exercise_shown_says_whose_it_is() {
    let machine = Machine::new();
    let second = LESSON.replace("essai", "suite").replace("Le double", "Deux fois");
    std::fs::write(machine.lessons().join("02-suite.md"), second).unwrap();
    let mut watch = Watch::on(&machine, &[]);
    watch.until("Ta réponse");
    watch.save("1");
    let first = watch.until("Pas encore");
    assert!(!first.contains("1/2"), "{first}");
    watch.file.set_file_name("02-01-suite-double.txt");
    watch.save("1");
    let other = watch.until("Pas encore");
    assert!(other.contains("2/2 Deux fois\n"), "{other}");
}

#[test]
fn a_folder_that_is_taken_away_is_told_rather_than_followed_in_vain() {
    for polling in [&[][..], &["--relire"]] {
        let machine = Machine::new();
        let mut watch = Watch::on(&machine, polling);
        watch.until("Ta réponse");
        std::fs::remove_dir_all(watch.file.parent().unwrap()).unwrap();
        // Its failure is told on standard error.
        assert_eq!(watch.child.wait().unwrap().code(), Some(2), "{polling:?}");
    }
}

#[test]
fn what_cannot_be_followed_is_refused() {
    let machine = Machine::new();
    std::fs::write(machine.folder.path().join("plein"), "").unwrap();
    for arguments in [
        &["suivre", "--json"][..],
        &["suivre", "--aws"],
        &["suivre", "absente"],
        &["suivre", "--exercice", "absent"],
        &["suivre", "--dossier", "plein/devoirs"],
    ] {
        let said = machine.on_lessons(arguments);
        assert_eq!(said.code, Some(2), "{arguments:?} {said:?}");
    }
}
