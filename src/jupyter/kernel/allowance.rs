//! How much of what a script writes a notebook takes: as much as of a cell of Rust.

/// Bytes.
const MOST: usize = 1 << 20;
/// Stands where the rest would.
const CUT: &str = "\n[… sortie tronquée\u{a0}: plus de 1 Mio]\n";

/// What is left for a script to write.
pub(super) struct Allowance(Option<usize>);

impl Allowance {
    pub(super) fn new() -> Self {
        Self(Some(MOST))
    }

    /// The part of a text that is shown, and what is said behind it, once, where it is not all.
    pub(super) fn take<'a>(&mut self, text: &'a str) -> (&'a str, &'static str) {
        match self.0 {
            None => ("", ""),
            Some(left) if text.len() <= left => {
                self.0 = Some(left - text.len());
                (text, "")
            }
            Some(left) => {
                self.0 = None;
                (&text[..text.floor_char_boundary(left)], CUT)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Allowance, CUT, MOST};

    #[test]
    fn what_is_too_much_is_cut_between_letters_and_said_once() {
        let mut allowance = Allowance::new();
        let most = "a".repeat(MOST - 1);
        assert_eq!(allowance.take(&most), (most.as_str(), ""));
        assert_eq!(allowance.take("é"), ("", CUT));
        assert_eq!(allowance.take("suite"), ("", ""));
    }
}
