//! An exam as a person sits it: on the whole screen of a terminal, line by line in a pipe; killed, resumed, handed in.
#![allow(clippy::unwrap_used)]

mod support;

use cahier::store::Store;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};
use serde_json::{Value, json};
use std::process::Command;
use support::terminal::{INTERRUPT, PATIENCE, Terminal};
use support::{Machine, Said, fed};

const RIGHT: &str = "\u{1b}[C";

fn exam(machine: &Machine, more: &[&str]) -> Command {
    let mut command = machine.command(&["examen"]);
    command.args(more);
    command
}

fn begin(machine: &Machine) -> Command {
    exam(
        machine,
        &["--certification", "dva-c02", "--graine", "7", "--questions", "5"],
    )
}

/// The exam of [`begin`], as scripts see it, and its right answers.
fn asked(machine: &Machine) -> (Value, Vec<String>) {
    let drawn = [
        "examen",
        "--certification",
        "dva-c02",
        "--graine",
        "7",
        "--questions",
        "5",
        "--json",
    ];
    let paper = machine.run(&drawn).json();
    let file = machine.folder.path().join("vide.json");
    std::fs::write(file, "{}").unwrap();
    let graded = machine
        .run(&[&drawn[..], &["--reponses", "vide.json"]].concat())
        .json();
    let right = graded["questions"].as_array().unwrap().iter();
    let letters = |question: &Value| {
        let letters = question["right"].as_array().unwrap().iter();
        letters.map(|letter| letter.as_str().unwrap()).collect()
    };
    (paper, right.map(letters).collect())
}

/// A letter of the question that is wrong.
fn wrong(right: &str) -> char {
    ('A'..='D').find(|letter| !right.contains(*letter)).unwrap()
}

/// Ends the program in the terminal at once, as a crash or the system does.
fn kill(machine: &Machine) {
    kill_process(process(machine), Signal::KILL).unwrap();
    wait_for_its_end(machine);
}

fn process(machine: &Machine) -> Pid {
    let pid = std::fs::read_to_string(machine.folder.path().join("pid")).unwrap();
    Pid::from_raw(pid.trim().parse().unwrap()).unwrap()
}

/// The system ends a process a little after it is told to, and only then takes back what it held. It tells when it has.
fn wait_for_its_end(machine: &Machine) {
    let Ok(watched) = pidfd_open(process(machine), PidfdFlags::empty()) else {
        // It is gone already.
        return;
    };
    let limit = Timespec::try_from(PATIENCE).unwrap();
    let ended = poll(&mut [PollFd::new(&watched, PollFlags::IN)], Some(&limit)).unwrap();
    assert_eq!(ended, 1, "it goes on");
}

/// Changes what is kept of the exam under way.
fn change(machine: &Machine, change: impl Fn(&mut Value)) {
    let store = Store::open(&machine.data()).unwrap();
    let mut state: Value = serde_json::from_str(&store.setting("exam_state").unwrap().unwrap()).unwrap();
    change(&mut state);
    store.set("exam_state", &state.to_string()).unwrap();
}

#[test]
fn an_exam_is_answered_flagged_killed_resumed_handed_in_and_corrected() {
    let machine = Machine::new();
    let (_, right) = asked(&machine);
    let mut terminal = Terminal::sized(&begin(&machine), 100, 40);
    terminal.wait_for_screen("Entrée pour commencer");
    terminal.press("\r");
    terminal.wait_for_screen("Question 1 sur 5");
    terminal.press(&right[0]);
    terminal.wait_for_screen("1 répondue sur 5");
    terminal.press(format!("{RIGHT}m"));
    terminal.wait_for_screen("⚑ marquée");
    terminal.press(RIGHT);
    terminal.wait_for_screen("Question 3 sur 5");
    terminal.press(right[2].to_lowercase());
    terminal.wait_for_screen("2 répondues sur 5 · 1 marquée");
    kill(&machine);
    drop(terminal);
    // Killed for five minutes and a half, as it seems to it.
    change(&machine, |state| {
        for moment in ["started_at", "deadline", "seen"] {
            state[moment] = json!(state[moment].as_i64().unwrap() - 330);
        }
    });

    let mut terminal = Terminal::sized(&exam(&machine, &[]), 100, 40);
    let offer = terminal.wait_for_screen("Entrée le reprend");
    assert!(
        offer.contains("question 3 sur 5, 2 réponses données. Il reste 4 min"),
        "{offer}"
    );
    terminal.press("\r");
    // A question is drawn from its top: its options come last.
    let chosen = right[2].chars().next().unwrap();
    let mark = if right[2].chars().count() > 1 {
        "[x]"
    } else {
        "(•)"
    };
    let screen = terminal.wait_for_screen(&format!("{mark} {chosen}."));
    for words in ["Question 3 sur 5", "2 répondues sur 5 · 1 marquée", "reste 4 min"] {
        assert!(screen.contains(words), "{screen}");
    }
    // Back to the flagged one, by the list.
    terminal.press("l");
    let list = terminal.wait_for_screen("Toutes les questions");
    assert!(list.contains("2 —") && list.contains('⚑'), "{list}");
    terminal.press("\u{1b}[D\r");
    terminal.wait_for_screen("Question 2 sur 5");
    terminal.press(wrong(&right[1]).to_string());
    terminal.press("r");
    let dialog = terminal.wait_for_screen("Rendre l’examen ?");
    assert!(dialog.contains("1 est marquée"), "{dialog}");
    terminal.press("r");
    let report = terminal.wait_for_screen("Questions justes : 2 sur 5 (40 %)");
    assert!(report.contains("Ce n’est pas un score officiel"), "{report}");
    terminal.press("\r");
    terminal.wait_for_screen("Juste");
    terminal.press(RIGHT);
    let corrected = terminal.wait_for_screen("il fallait");
    assert!(
        corrected.contains("Question 2 sur 5 ") && corrected.contains("source :"),
        "{corrected}"
    );
    terminal.press("q");
    terminal.wait_for("Par domaine");
    assert_eq!(terminal.end(), Some(0));

    let history = machine.run(&["examen", "--historique", "--json"]).json();
    assert_eq!(history.as_array().unwrap().len(), 1);
    let record = &history[0];
    assert_eq!(
        (
            &record["correct"],
            &record["total"],
            &record["ending"],
            &record["certification"]
        ),
        (&json!(2), &json!(5), &json!("handed_in"), &json!("DVA-C02"))
    );
    let again = machine.run(&["examen"]);
    assert_eq!(again.code, Some(2), "it is over: {again:?}");
    let review = fed(exam(&machine, &["--revoir"]), "f\n");
    assert!(
        review.out.contains("Questions justes\u{a0}: 2 sur 5"),
        "{review:?}"
    );
    assert_eq!(review.out.matches("il fallait").count(), 3, "{review:?}");
}

#[test]
fn ctrl_c_asks_and_what_was_answered_stays() {
    let machine = Machine::new();
    let mut terminal = Terminal::sized(&begin(&machine), 60, 30);
    terminal.wait_for_screen("Entrée pour commencer");
    terminal.press("\r");
    terminal.wait_for_screen("Question 1 sur 5");
    terminal.press("b");
    terminal.press(INTERRUPT);
    terminal.wait_for_screen("Quitter ?");
    terminal.press("\u{1b}");
    terminal.wait_for_screen("Espace choisir");
    terminal.press(INTERRUPT);
    terminal.wait_for_screen("Quitter ?");
    terminal.press(INTERRUPT);
    terminal.wait_for("L’examen est gardé");
    assert_eq!(terminal.end(), Some(0));
    let said = fed(exam(&machine, &["--reprendre"]), "l\n");
    assert!(said.out.contains("  1  B"), "{said:?}");
}

#[test]
fn one_exam_is_not_sat_twice_at_once() {
    let machine = Machine::new();
    let mut terminal = Terminal::sized(&begin(&machine), 100, 30);
    terminal.wait_for_screen("Entrée pour commencer");
    terminal.press("\r");
    terminal.wait_for_screen("Question 1 sur 5");
    let other = machine.run(&["examen"]);
    assert_eq!(other.code, Some(2));
    assert!(
        other.err.contains("déjà ouvert dans un autre terminal"),
        "{other:?}"
    );
    kill(&machine);
    drop(terminal);
    let said = fed(exam(&machine, &["--reprendre"]), "");
    assert_eq!(said.code, Some(0), "{said:?}");
}

#[test]
fn a_terminal_that_closes_loses_nothing() {
    let machine = Machine::new();
    let mut terminal = Terminal::sized(&begin(&machine), 100, 30);
    terminal.wait_for_screen("Entrée pour commencer");
    terminal.press("\r");
    terminal.wait_for_screen("Question 1 sur 5");
    terminal.press(format!("c{RIGHT}"));
    terminal.wait_for_screen("Question 2 sur 5");
    drop(terminal);
    wait_for_its_end(&machine);
    let said = fed(exam(&machine, &["--reprendre"]), "l\nq\noui\n");
    assert!(said.out.contains("  1  C"), "{said:?}");
    assert!(said.out.contains("Question 2 sur 5"), "{said:?}");
}

fn simple(machine: &Machine, lines: &str) -> Said {
    let mut command = begin(machine);
    command.arg("--simple");
    fed(command, lines)
}

#[test]
fn line_by_line_an_exam_is_sat_in_a_pipe() {
    let machine = Machine::new();
    let (_, right) = asked(&machine);
    let lines = format!(
        "\n{}\nm\n{}\np\np\n5\n{}\nr\nnon\nr\noui\nf\n\n",
        right[0], right[1], right[4]
    );
    let said = simple(&machine, &lines);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(!said.out.contains('\u{1b}'), "no colours in a pipe");
    let plain = said.out.replace('\u{a0}', " ");
    for words in [
        "5 questions en 10 min, graine 7",
        "Dépannage et optimisation : 18 %",
        "le temps ne s’arrête pas",
        "⚑ Question marquée.",
        "C’était la dernière question",
        "2 questions sans réponse complète compteront comme fausses.",
        "Questions justes : 3 sur 5 (60 %)",
        "Ce n’est pas un score officiel",
        "À relire",
    ] {
        assert!(plain.contains(words), "{words}: {plain}");
    }
    assert_eq!(plain.matches("Sans réponse · il fallait").count(), 2, "{plain}");
}

#[test]
fn what_is_not_understood_is_told_and_changes_nothing() {
    let machine = Machine::new();
    let said = simple(
        &machine,
        "peut-être\n\nZ\nABCDEFG\n0\n6\n99999999999999999999\n\u{1b}]0;x\u{7}\né\nr\nbof\nnon\nl\n",
    );
    let plain = said.out.replace('\u{a0}', " ");
    assert_eq!(said.code, Some(0), "{said:?}");
    for words in [
        "Je ne comprends pas « peut-être »",
        "Je ne comprends pas « Z »",
        "Les questions vont de 1 à 5.",
        "Réponds par oui ou par non.",
        "  1  sans réponse",
        "L’examen est gardé. Son temps passe",
    ] {
        assert!(plain.contains(words), "{words}: {plain}");
    }
    assert!(
        !plain.contains('\u{1b}') && !plain.contains("panicked"),
        "{said:?}"
    );
}

#[test]
fn when_time_is_up_while_nobody_is_there_the_exam_is_handed_in_as_it_was() {
    let machine = Machine::new();
    let (_, right) = asked(&machine);
    simple(&machine, &format!("\n{}\n", right[0]));
    change(&machine, |state| {
        for moment in ["started_at", "deadline", "seen"] {
            state[moment] = json!(state[moment].as_i64().unwrap() - 86_400);
        }
    });
    let said = machine.run(&["examen"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("s’est écoulé pendant ton absence"), "{said:?}");
    assert!(said.out.contains("Questions justes\u{a0}: 1 sur 5"), "{said:?}");
    let history = machine.run(&["examen", "--historique", "--json"]).json();
    assert_eq!(
        (&history[0]["ending"], &history[0]["correct"]),
        (&json!("time_up"), &json!(1))
    );
}

#[test]
fn a_clock_that_was_set_back_gives_no_time() {
    let machine = Machine::new();
    simple(&machine, "\nA\n");
    // As it was left, but for a machine's clock that was an hour later then.
    change(&machine, |state| {
        for moment in ["started_at", "deadline", "seen"] {
            state[moment] = json!(state[moment].as_i64().unwrap() + 3600);
        }
        let deadline = state["deadline"].as_i64().unwrap();
        state["seen"] = json!(deadline - 90);
    });
    let said = fed(exam(&machine, &[]), "q\n");
    assert!(
        said.out.contains("Il reste 1\u{a0}min\u{a0}30\u{a0}s")
            || said.out.contains("Il reste 1\u{a0}min\u{a0}2"),
        "{said:?}"
    );
}

#[test]
fn an_exam_under_way_is_offered_before_another_one_begins_and_given_up_with_a_trace() {
    let machine = Machine::new();
    simple(&machine, "\nA\n");
    let mut other = exam(&machine, &["--certification", "clf-c02", "--simple"]);
    other.arg("--questions=3");
    let said = fed(other, "hein\nq\n");
    assert!(said.out.contains("Un examen DVA-C02 est en cours"), "{said:?}");
    assert!(
        said.out.contains("Je ne comprends pas «\u{a0}hein\u{a0}»"),
        "{said:?}"
    );
    assert!(said.out.contains("Rien n’est changé"), "{said:?}");
    let given_up = machine.run(&["examen", "--abandonner"]);
    assert_eq!(given_up.code, Some(0), "{given_up:?}");
    let history = machine.run(&["examen", "--historique"]);
    assert!(history.out.contains("Abandonné"), "{history:?}");
    for flag in ["--abandonner", "--reprendre"] {
        let none = machine.run(&["examen", flag]);
        assert_eq!(none.code, Some(2));
        assert!(none.err.contains("aucun examen n’est en cours"), "{none:?}");
    }
}

#[test]
fn an_exam_is_resumed_by_its_own_name_only() {
    let machine = Machine::new();
    let resumed = |code: &str| fed(exam(&machine, &["--reprendre", "--certification", code]), "q\n");
    let none = resumed("clf-c02");
    assert_eq!(none.code, Some(2), "{none:?}");
    assert!(none.err.contains("aucun examen n’est en cours"), "{none:?}");
    assert!(none.err.contains("--certification clf-c02"), "{none:?}");
    simple(&machine, "\nA\n");
    let other = resumed("clf-c02");
    assert_eq!(other.code, Some(2), "{other:?}");
    assert!(
        other.err.contains("l’examen en cours est DVA-C02, pas CLF-C02"),
        "{other:?}"
    );
    let same = resumed("dva-c02");
    assert_eq!(same.code, Some(0), "{same:?}");
    assert!(same.out.contains("Question 2 sur 5"), "{same:?}");
}

#[test]
fn what_is_kept_and_cannot_be_read_is_told_and_can_be_put_aside() {
    let machine = Machine::new();
    simple(&machine, "\nA\n");
    Store::open(&machine.data())
        .unwrap()
        .set("exam_state", "{")
        .unwrap();
    let said = machine.run(&["examen"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(
        said.err.contains("ne se lit plus") && said.err.contains("--abandonner"),
        "{said:?}"
    );
    assert_eq!(machine.run(&["examen", "--abandonner"]).code, Some(0));
    let said = simple(&machine, "\n");
    assert!(said.out.contains("Question 1 sur 5"), "{said:?}");
}

#[test]
fn where_nothing_can_be_kept_the_exam_goes_on_and_says_so() {
    let machine = Machine::new();
    std::fs::write(machine.data(), "pas un dossier").unwrap();
    let (_, right) = asked(&machine);
    let said = simple(&machine, &format!("\n{}\nr\noui\n", right[0]));
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("rien ne peut être gardé"), "{said:?}");
    assert!(said.out.contains("Questions justes\u{a0}: 1 sur 5"), "{said:?}");
}
