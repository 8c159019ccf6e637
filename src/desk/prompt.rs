//! The prompt, and how far the preparation is in front of it: drawn anew while the learner types.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const USUAL: &str = "cahier> ";
/// In place of a percentage where there is none.
const NONE: usize = usize::MAX;

/// What stands before the line that the learner types.
pub(crate) struct Prompt {
    percent: AtomicUsize,
    typing: Arc<AtomicBool>,
}

impl Default for Prompt {
    fn default() -> Self {
        Self {
            percent: AtomicUsize::new(NONE),
            typing: Arc::default(),
        }
    }
}

impl Prompt {
    /// How much of the preparation is done, while it goes on; whether that is news.
    pub(super) fn show(&self, percent: Option<usize>) -> bool {
        let percent = percent.unwrap_or(NONE);
        self.percent.swap(percent, Ordering::SeqCst) != percent
    }

    /// Whether the learner is typing.
    pub(crate) fn typing(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.typing)
    }

    /// The prompt of the moment, for a new line.
    pub(crate) fn fresh(&self) -> String {
        match self.percent.load(Ordering::SeqCst) {
            NONE => USUAL.to_owned(),
            percent => gauge(percent),
        }
    }

    /// The prompt of the moment, for a line that began with `drawn`: as wide as that one, for what
    /// reads the line has counted its columns.
    pub(crate) fn again(&self, drawn: &str) -> String {
        match self.percent.load(Ordering::SeqCst) {
            _ if drawn == USUAL => USUAL.to_owned(),
            NONE => format!("( prêt) {USUAL}"),
            percent => gauge(percent),
        }
    }
}

fn gauge(percent: usize) -> String {
    format!("({percent:>3}\u{a0}%) {USUAL}")
}

#[cfg(test)]
mod tests {
    use super::Prompt;

    #[test]
    fn the_prompt_is_of_the_moment_and_keeps_its_width_while_a_line_is_typed() {
        let prompt = Prompt::default();
        assert_eq!(prompt.fresh(), "cahier> ");
        assert!(prompt.show(Some(7)));
        let drawn = prompt.fresh();
        assert_eq!(drawn, "(  7\u{a0}%) cahier> ");
        assert!(!prompt.show(Some(7)));
        for percent in [Some(100), None] {
            prompt.show(percent);
            assert_ne!(prompt.again(&drawn), drawn);
            assert_eq!(prompt.again(&drawn).chars().count(), drawn.chars().count());
        }
        assert_eq!(prompt.fresh(), "cahier> ");
    }

    #[test]
    fn a_preparation_that_begins_under_a_line_waits_for_the_next_one() {
        let prompt = Prompt::default();
        let drawn = prompt.fresh();
        prompt.show(Some(1));
        assert_eq!(prompt.again(&drawn), drawn);
    }
}
