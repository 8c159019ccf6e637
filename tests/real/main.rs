//! A real account, end to end, where a second simulator stands for it.
#![allow(clippy::unwrap_used)]

mod account;
mod cleaning;
mod ends;
mod faults;
mod keys;
mod plans;
mod rights;
#[path = "../support/mod.rs"]
mod support;

/// The rest of a lesson's header, after its id.
const HEADER: &str = "titre: Un passage\nresume: Pour les tests.\njupyter:\n  kernelspec: {display_name: Rust, language: rust, name: rust}\n---\n\n## Tout\n";
