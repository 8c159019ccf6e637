//! A teacher's class: what is handed out, and what is handed in.

pub mod moodle;
pub mod nbgrader;
pub mod seed;

/// Whether nbgrader runs this to grade what was handed in: it says so to the kernel, which passes it on.
pub(crate) fn is_grading() -> bool {
    std::env::var_os("NBGRADER_EXECUTION").is_some_and(|value| value == "autograde")
}
