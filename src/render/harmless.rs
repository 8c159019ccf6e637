//! What a cell writes, without what would drive the learner's terminal: colours pass, and so does a line that is
//! written over; the cursor, the title, the clipboard and the rest of the screen are not the cell's.

use std::mem;

const ESCAPE: char = '\u{1b}';
/// More than this is no sequence that passes.
const LONGEST: usize = 64;
/// Puts the terminal's own colours back.
const RESET: &str = "\u{1b}[0m";

/// One stream of a cell's, as it comes.
#[derive(Debug, Default)]
pub struct Harmless {
    /// A sequence whose end has not come yet.
    begun: String,
    /// Whether the cell's colours are on.
    colored: bool,
}

impl Harmless {
    /// What may be shown of a piece. What may not stands there as a sign of its own, such as `␛`.
    pub fn pass(&mut self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        for letter in text.chars() {
            if self.begun.is_empty() {
                match letter {
                    ESCAPE => self.begun.push(letter),
                    _ => shown.push(sign(letter)),
                }
                continue;
            }
            self.begun.push(letter);
            match Sequence::of(&self.begun) {
                Sequence::Begun if self.begun.len() < LONGEST => {}
                Sequence::Passes => {
                    self.colored = match self.begun.as_str() {
                        RESET | "\u{1b}[m" => false,
                        other => self.colored || other.ends_with('m'),
                    };
                    shown += &mem::take(&mut self.begun);
                }
                _ => {
                    // What follows the escape character is text, and may begin another sequence.
                    let refused = mem::take(&mut self.begun);
                    shown.push(sign(ESCAPE));
                    shown += &self.pass(&refused[ESCAPE.len_utf8()..]);
                }
            }
        }
        shown
    }

    /// What is left to show at the end.
    pub fn end(&mut self) -> String {
        let mut shown: String = mem::take(&mut self.begun).chars().map(sign).collect();
        if mem::take(&mut self.colored) {
            shown += RESET;
        }
        shown
    }
}

/// A whole text, without what would drive the terminal.
pub fn text(text: &str) -> String {
    let mut harmless = Harmless::default();
    let shown = harmless.pass(text);
    shown + &harmless.end()
}

enum Sequence {
    Begun,
    /// A colour, or the rest of the line erased.
    Passes,
    Refused,
}

impl Sequence {
    fn of(text: &str) -> Self {
        let Some(rest) = text.strip_prefix("\u{1b}[") else {
            return if text == "\u{1b}" {
                Self::Begun
            } else {
                Self::Refused
            };
        };
        match rest.trim_start_matches(|letter: char| letter.is_ascii_digit() || ";:".contains(letter)) {
            "" => Self::Begun,
            "m" | "K" => Self::Passes,
            _ => Self::Refused,
        }
    }
}

/// A letter as it is, or what stands for one that would do something.
fn sign(letter: char) -> char {
    match letter {
        '\n' | '\t' | '\r' | '\u{8}' => letter,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(letter)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' => char::REPLACEMENT_CHARACTER,
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::{Harmless, text};

    #[test]
    fn colours_and_lines_written_over_pass() {
        for passes in [
            "été\n\ta",
            "\u{1b}[1;31mrouge\u{1b}[0m",
            "\u{1b}[38:2:1:2:3mx\u{1b}[m",
            "\r10\u{a0}%\r\u{1b}[2K20\u{a0}%",
            "a\u{8}b",
        ] {
            assert_eq!(text(passes), passes);
        }
    }

    #[test]
    fn what_would_drive_the_terminal_is_shown_instead() {
        for (written, shown) in [
            ("\u{1b}[2J\u{1b}[H", "␛[2J␛[H"),
            ("\u{1b}]0;titre\u{7}", "␛]0;titre␇"),
            ("\u{1b}[?1049h", "␛[?1049h"),
            ("\u{1b}c", "␛c"),
            ("\u{1b}P1$r\u{1b}\\", "␛P1$r␛\\"),
            ("a\0b\u{7f}", "a␀b␡"),
            ("\u{9b}2J", "\u{fffd}2J"),
            ("\u{1b}\u{1b}[31mx\u{1b}[0m", "␛\u{1b}[31mx\u{1b}[0m"),
            ("\u{1b}[", "␛["),
        ] {
            assert_eq!(text(written), shown, "{written:?}");
        }
    }

    #[test]
    fn a_sequence_that_comes_in_pieces_is_one_and_a_colour_ends_with_its_cell() {
        let mut harmless = Harmless::default();
        assert_eq!(harmless.pass("a\u{1b}"), "a");
        assert_eq!(harmless.pass("[3"), "");
        assert_eq!(harmless.pass("1mb"), "\u{1b}[31mb");
        assert_eq!(harmless.end(), "\u{1b}[0m");
        assert_eq!(harmless.end(), "");
    }

    #[test]
    fn a_sequence_without_end_is_not_waited_for() {
        let endless = format!("\u{1b}[{}", "1;".repeat(1000));
        assert_eq!(text(&endless), endless.replace('\u{1b}', "␛"));
    }
}
