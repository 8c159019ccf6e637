//! What a cell may still write: an endless output must not fill the memory of those who read it.

/// Bytes of text that a cell may print; the rest is read and dropped.
const LARGEST_TEXT: usize = 1024 * 1024;
/// Bytes of values and plots that it may show.
const LARGEST_RICH: usize = 32 * 1024 * 1024;
/// What anything weighs besides its text: short words without end are endless too.
const LEAST: usize = 64;
const TOO_LONG: &str = "\n[… sortie tronquée\u{a0}: plus de 1 Mio]\n";
const TOO_RICH: &str = "[… plus de 32 Mio de figures\u{a0}: la suite n’est pas montrée]\n";

/// What is left of both, and whether the learner was told that nothing is.
#[derive(Clone, Copy)]
pub(super) struct Allowance {
    text: usize,
    text_ended: bool,
    rich: usize,
    rich_ended: bool,
}

impl Default for Allowance {
    fn default() -> Self {
        Self {
            text: LARGEST_TEXT,
            text_ended: false,
            rich: LARGEST_RICH,
            rich_ended: false,
        }
    }
}

impl Allowance {
    /// What may be passed on of a text; where it ends, with a word on that.
    pub(super) fn text(&mut self, mut text: String) -> String {
        if text.len() <= self.text && self.text > 0 {
            self.text -= text.len();
            return text;
        }
        text.truncate(text.floor_char_boundary(self.text));
        self.text = 0;
        text + once(&mut self.text_ended, TOO_LONG)
    }

    /// Whether something else, of that many bytes, may be told.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        let left = self.text > 0;
        self.text = self.text.saturating_sub(bytes.max(LEAST));
        left
    }

    /// Whether a value or a plot of that many bytes may be shown.
    pub(super) fn rich(&mut self, bytes: usize) -> bool {
        let left = self.rich >= bytes && self.rich > 0;
        self.rich = self.rich.saturating_sub(bytes.max(LEAST));
        left
    }

    /// What to tell when one may not.
    pub(super) fn no_more_rich(&mut self) -> String {
        once(&mut self.rich_ended, TOO_RICH).to_owned()
    }
}

fn once<'a>(told: &mut bool, word: &'a str) -> &'a str {
    if std::mem::replace(told, true) { "" } else { word }
}

#[cfg(test)]
mod tests {
    use super::{Allowance, TOO_LONG};

    #[test]
    fn a_text_that_fills_the_allowance_says_so_once_and_ends_on_a_letter() {
        let mut allowance = Allowance::default();
        assert_eq!(allowance.text("a".to_owned()), "a");
        let long = allowance.text("é".repeat(1024 * 1024));
        assert!(long.ends_with(&format!("é{TOO_LONG}")));
        assert_eq!(allowance.text("b".to_owned()), "");
        assert!(!allowance.take(1));
    }

    #[test]
    fn endless_panics_come_to_an_end_that_is_told() {
        let mut allowance = Allowance::default();
        assert!((0..100_000).any(|_| !allowance.take(0)));
        assert_eq!(allowance.text(String::new()), TOO_LONG);
    }

    #[test]
    fn endless_plots_come_to_an_end_that_is_told_once() {
        let mut allowance = Allowance::default();
        assert!((0..1_000_000).any(|_| !allowance.rich(0)));
        assert!(!allowance.no_more_rich().is_empty());
        assert!(allowance.no_more_rich().is_empty());
    }
}
