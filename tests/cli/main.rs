//! The command line, end to end, on a machine without any Rust toolchain.
#![allow(clippy::unwrap_used)]

mod answers;
mod class;
mod class_exams;
mod exams;
mod handed_in;
mod journal;
mod kernels;
mod lessons;
mod review;
mod seeds;
mod simulator;
mod spreadsheets;
#[path = "../support/mod.rs"]
mod support;
mod usage;
mod watch;

use support::Machine;

/// The right answer to the exercise of the machine's own lesson.
fn right_answer(machine: &Machine) -> String {
    let described = machine.on_lessons(&["exercice", "essai-double", "--json"]).json();
    format!("{}", described["parameters"]["n"].as_f64().unwrap() * 2.0)
}
