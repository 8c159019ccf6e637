//! Sessions over a scripted engine: what is replayed, when, and on which backend.
#![allow(clippy::unwrap_used)]

mod common;

use common::scripted::{cell, log_of, session, session_that_tells};
use common::{drawn, text};
use std::sync::atomic::Ordering;
use workbook::engine::{Chunk, InputRequest, Listener, Outcome, Reply};
use workbook::evidence::Answer;
use workbook::session::Recovery;

#[test]
fn a_demo_cell_is_compared_with_what_the_lesson_promises() {
    let (mut session, _) = session(true);
    let run = session
        .run_cell(&cell("print id 42", Some("id […]\n")), &mut |_| {})
        .unwrap();
    assert!(run.ok() && run.recovery == Recovery::NotNeeded);
    let run = session
        .run_cell(&cell("print non", Some("oui")), &mut |_| {})
        .unwrap();
    assert_eq!(run.mismatch.as_ref().unwrap().line, 1);
    assert!(!run.ok());
}

#[test]
fn output_comes_live() {
    let (mut session, _) = session(true);
    let mut seen = Vec::new();
    session
        .eval("print a\nprint b", &mut |chunk| seen.push(chunk))
        .unwrap();
    assert_eq!(seen, [Chunk::Stdout("a\n".into()), Chunk::Stdout("b\n".into())]);
}

#[test]
fn an_expression_evaluated_aside_is_not_run_again() {
    let (mut session, log) = session(true);
    session.eval("print 1", &mut |_| {}).unwrap();
    assert_eq!(session.peek("print aside").unwrap().output.stdout, "aside\n");
    session.eval("exit", &mut |_| {}).unwrap();
    let expected = [
        "(snapshot)",
        "print 1",
        "print aside",
        "exit",
        "(restore 7)",
        "print 1",
    ];
    assert_eq!(log_of(&log), expected);
}

#[test]
fn lost_variables_are_replayed_on_the_snapshot_from_before_the_first_cell() {
    for death in ["loop", "exit", "overflow", "greedy", "stop"] {
        let (mut session, log) = session(true);
        for source in ["print 1", "panic x", "error", "print 2"] {
            session.eval(source, &mut |_| {}).unwrap();
        }
        let mut replayed_output = 0;
        let run = session.eval(death, &mut |_| replayed_output += 1).unwrap();
        assert_eq!(run.recovery, Recovery::Replayed { cells: 2 }, "{death}");
        assert_eq!(replayed_output, 0, "a replay is silent");
        let expected = [
            "(snapshot)",
            "print 1",
            "panic x",
            "error",
            "print 2",
            death,
            "(restore 7)",
            "print 1",
            "print 2",
        ];
        assert_eq!(log_of(&log), expected);
    }
}

#[test]
fn the_world_knows_that_cells_run_again_as_long_as_they_do() {
    let (mut session, _, again) = session_that_tells(true);
    let mut seen = Vec::new();
    let mut look = |_| seen.push(again.load(Ordering::SeqCst));
    session.eval("print 1", &mut look).unwrap();
    session.replay(&mut look).unwrap();
    session.eval("print 2", &mut look).unwrap();
    assert_eq!(seen, [false, true, false]);
    session.eval("exit", &mut |_| {}).unwrap();
    assert!(!again.load(Ordering::SeqCst));
}

#[test]
fn a_replay_that_fails_says_at_which_cell_and_keeps_what_ran() {
    let (mut session, _) = session(true);
    session.eval("print 1", &mut |_| {}).unwrap();
    session.run_cell(&cell("once", None), &mut |_| {}).unwrap();
    let run = session.eval("exit", &mut |_| {}).unwrap();
    assert_eq!(
        run.recovery,
        Recovery::Failed {
            cells: 1,
            failed: "c".into()
        }
    );
    assert_eq!(
        session.replay(&mut |_| {}).unwrap(),
        Recovery::Replayed { cells: 1 }
    );
}

#[test]
fn a_cell_that_is_stopped_while_it_compiles_loses_nothing_and_nothing_is_replayed() {
    for simulator in [true, false] {
        let (mut session, log) = session(simulator);
        session.eval("print 1", &mut |_| {}).unwrap();
        let run = session.eval("slow", &mut |_| {}).unwrap();
        assert_eq!(run.evaluation.outcome, Outcome::Interrupted);
        assert_eq!(run.recovery, Recovery::NotNeeded);
        let mut log = log_of(&log);
        log.retain(|seen| seen != "(snapshot)");
        assert_eq!(log, ["print 1", "slow"]);
    }
}

/// Answers once, and has no more to say.
struct Once(Option<&'static str>);

impl Listener for Once {
    fn chunk(&mut self, _: Chunk) {}

    fn input(&mut self, _: &InputRequest) -> Reply {
        self.0
            .take()
            .map_or(Reply::End, |line| Reply::Line(line.to_owned()))
    }
}

#[test]
fn a_replay_gives_a_cell_the_answers_it_had_and_asks_nobody() {
    let (mut session, log) = session(true);
    session.eval("ask nom", &mut Once(Some("Zoé"))).unwrap();
    let run = session.eval("exit", &mut Once(Some("Léa"))).unwrap();
    assert_eq!(run.recovery, Recovery::Replayed { cells: 1 });
    let log = log_of(&log);
    let answers: Vec<_> = log.iter().filter(|seen| seen.starts_with("(answered")).collect();
    assert_eq!(answers, ["(answered Line(\"Zoé\"))", "(answered Line(\"Zoé\"))"]);
}

#[test]
fn a_replay_that_the_learner_stops_is_made_up_for_before_the_next_cell() {
    let (mut session, log) = session(true);
    session.eval("print 1", &mut |_| {}).unwrap();
    session.eval("tired", &mut |_| {}).unwrap();
    let run = session.eval("stop", &mut |_| {}).unwrap();
    assert_eq!(run.recovery, Recovery::Postponed { cells: 2 });
    let run = session.eval("print 2", &mut |_| {}).unwrap();
    assert!(run.ok());
    assert_eq!(run.recovery, Recovery::Replayed { cells: 2 });
    let log = log_of(&log);
    assert_eq!(
        log[log.len() - 4..],
        ["(restore 7)", "print 1", "tired", "print 2"]
    );
}

#[test]
fn a_stopped_replay_on_a_real_account_is_never_made_up_for_unasked() {
    let (mut session, log) = session(false);
    session.eval("tired", &mut |_| {}).unwrap();
    session.eval("exit", &mut |_| {}).unwrap();
    session.replay(&mut |_| {}).unwrap();
    session.eval("print 2", &mut |_| {}).unwrap();
    let run = log_of(&log).into_iter().filter(|line| !line.starts_with('('));
    assert_eq!(run.collect::<Vec<_>>(), ["tired", "exit", "tired", "print 2"]);
}

#[test]
fn nothing_is_replayed_on_a_real_account_unless_asked() {
    let (mut session, log) = session(false);
    session.eval("print 1", &mut |_| {}).unwrap();
    let run = session.eval("exit", &mut |_| {}).unwrap();
    assert_eq!(run.recovery, Recovery::Lost { cells: 1 });
    assert_eq!(log_of(&log).last().unwrap(), "exit");
    assert_eq!(
        session.replay(&mut |_| {}).unwrap(),
        Recovery::Replayed { cells: 1 }
    );
}

#[test]
fn without_cells_that_passed_nothing_is_replayed_or_put_back() {
    let (mut session, log) = session(true);
    assert_eq!(
        session.eval("exit", &mut |_| {}).unwrap().recovery,
        Recovery::NotNeeded
    );
    assert_eq!(log_of(&log), ["(snapshot)", "exit"]);
    session.eval("print 1", &mut |_| {}).unwrap();
    session.reset().unwrap();
    assert_eq!(
        session.eval("exit", &mut |_| {}).unwrap().recovery,
        Recovery::NotNeeded
    );
}

#[test]
fn a_cell_that_kills_its_process_after_the_fact_is_left_out_of_the_second_replay() {
    let (mut session, log) = session(true);
    session.eval("print 1", &mut |_| {}).unwrap();
    session.eval("killer", &mut |_| {}).unwrap();
    let run = session.eval("print 2", &mut |_| {}).unwrap();
    assert_eq!(run.recovery, Recovery::Replayed { cells: 2 });
    let run = session.eval("print 2", &mut |_| {}).unwrap();
    let left_out = "killer".to_owned();
    assert_eq!(run.recovery, Recovery::LeftOut { cells: 1, left_out });
    let run = session.eval("print 2", &mut |_| {}).unwrap();
    assert!(run.ok() && run.recovery == Recovery::NotNeeded);
    let log = log_of(&log);
    assert_eq!(log[log.len() - 3..], ["(restore 7)", "print 1", "print 2"]);
}

#[test]
fn a_cell_that_kills_the_one_replayed_after_it_is_left_out_at_once() {
    let (mut session, _) = session(true);
    for source in ["print 1", "late", "print 2"] {
        session.eval(source, &mut |_| {}).unwrap();
    }
    let run = session.eval("exit", &mut |_| {}).unwrap();
    let left_out = "late".to_owned();
    assert_eq!(run.recovery, Recovery::LeftOut { cells: 2, left_out });
    assert!(session.eval("print 3", &mut |_| {}).unwrap().ok());
}

#[test]
fn an_item_that_outlived_the_process_is_forgotten_before_it_runs_again() {
    let (mut session, log) = session(true);
    for source in ["item", "print 1"] {
        session.eval(source, &mut |_| {}).unwrap();
    }
    let run = session.eval("exit", &mut |_| {}).unwrap();
    assert_eq!(run.recovery, Recovery::Replayed { cells: 2 });
    let log = log_of(&log);
    let expected = ["(restore 7)", "item", "(reset)", "(restore 7)", "item", "print 1"];
    assert_eq!(log[log.len() - expected.len()..], expected);
}

#[test]
fn an_engine_that_fails_is_an_error_and_no_verdict() {
    let (mut session, _) = session(true);
    assert!(session.eval("engine", &mut |_| {}).is_err());
}

#[test]
fn a_native_answer_never_touches_the_engine() {
    let lesson = text(
        "genre = \"nombre\"\ntitre = \"Un\"\nreponse = \"2\"",
        "1 + 1 ?",
        "",
        "",
    );
    let (mut session, log) = session(true);
    let found = session
        .attempt(&drawn(&lesson, 0), Answer::Text("2".into()), &mut |_| {})
        .unwrap();
    assert_eq!((found.verdict.status(), found.evaluation), ("passed", None));
    assert!(log_of(&log).is_empty());
}
