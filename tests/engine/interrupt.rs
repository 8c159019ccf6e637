//! What the learner stops, and what is kept of it.

use std::sync::Arc;

use engine::EvcxrEngine;
use workbook::engine::{Chunk, Engine as _, Evaluation, Outcome};

use super::{LIMIT, engine, printed, value};

/// Interrupts, so many times at once, when a chunk is the one looked for. Each of them is over when the answer
/// comes: one that is late would be the next cell's.
fn stopped(engine: &mut EvcxrEngine, source: &str, times: usize, at: impl Fn(&Chunk) -> bool) -> Evaluation {
    let interrupter = engine.interrupter();
    let mut learners = Vec::new();
    let ended = engine.eval(source, LIMIT, &mut |chunk| {
        if learners.is_empty() && at(&chunk) {
            learners.extend((0..times).map(|_| {
                let interrupter = Arc::clone(&interrupter);
                std::thread::spawn(move || interrupter.interrupt())
            }));
        }
    });
    for learner in learners {
        learner.join().unwrap();
    }
    ended.unwrap()
}

/// Compiles without end.
const ENDLESS: &str = "const fn sans_fin() -> u64 { let mut n = 0u64; loop { n = n.wrapping_add(1); } }
    #[allow(long_running_const_eval)] const N: u64 = sans_fin(); println!(\"{N}\");";

#[test]
fn an_interruption_while_a_cell_compiles_keeps_items_imports_and_variables() {
    let engine = &mut engine();
    printed(
        engine,
        "use std::collections::HashMap; struct Objet(u8); let gardee = Objet(4);",
    );
    for times in [1, 2] {
        let compiling =
            |chunk: &Chunk| matches!(chunk, Chunk::Status(words) if words.starts_with("compilation"));
        let ended = stopped(engine, ENDLESS, times, compiling);
        assert_eq!(ended.outcome, Outcome::Interrupted);
        assert!(!ended.lost && !ended.ran, "{ended:?}");
        assert_eq!(
            value(engine, "(gardee.0, HashMap::<u8, u8>::new().len())"),
            "(4, 0)"
        );
    }
}

#[test]
fn an_interruption_while_a_cell_runs_keeps_items_and_imports() {
    let engine = &mut engine();
    printed(
        engine,
        "use std::collections::HashMap; fn gardee() -> u8 { 9 } let perdue = 1;",
    );
    for times in [1, 2] {
        let ended = stopped(engine, "println!(\"parti\"); loop {}", times, |chunk| {
            matches!(chunk, Chunk::Stdout(_))
        });
        assert_eq!(ended.outcome, Outcome::Interrupted);
        assert!(ended.lost && ended.ran, "{ended:?}");
        assert_eq!(
            value(engine, "(gardee(), HashMap::<u8, u8>::new().len())"),
            "(9, 0)"
        );
    }
}
