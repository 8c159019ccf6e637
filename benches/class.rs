//! How long a teacher waits for a class of two hundred: `cargo bench --bench class`. The class is that of the tests; target:
//! graded in less than a minute on two cores.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "../tests/class/generator.rs"]
mod generator;
#[path = "../tests/support/mod.rs"]
mod support;

use generator::{Class, LESSONS};
use std::time::{Duration, Instant};

const SIZE: usize = 200;
const TARGET: Duration = Duration::from_mins(1);

fn main() {
    let class = Class::new(SIZE);
    let time = |arguments: &[&str], codes: &[i32]| {
        let begun = Instant::now();
        let said = class
            .machine
            .run(&[&["classe"], arguments, &["--cours", "cours"]].concat());
        let taken = begun.elapsed();
        assert!(said.code.is_some_and(|code| codes.contains(&code)), "{said:?}");
        println!(
            "{:>8} ms  cahier classe {}",
            taken.as_millis(),
            arguments.join(" ")
        );
        taken
    };
    println!("{SIZE} learners, {} lessons", LESSONS.len());
    time(&["devoir", LESSONS[0], LESSONS[1]], &[0]);
    time(&["collecter", "rendus"], &[1]);
    let graded = time(&["noter", "--tout"], &[0]);
    time(&["noter"], &[0]);
    time(&["rapport", "--tableur", "--xapi"], &[0]);
    let verdict = if graded < TARGET { "within" } else { "over" };
    println!("grading is {verdict} its target of {} s", TARGET.as_secs());
}
