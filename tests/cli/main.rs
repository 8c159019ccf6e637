//! The command line, end to end, on a machine without any Rust toolchain.
#![allow(clippy::unwrap_used)]

mod answers;
mod class;
mod exams;
