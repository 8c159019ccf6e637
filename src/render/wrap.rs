//! Breaks styled text into lines of a given width. No-break spaces never break.

use super::style::{Ink, Look};
use unicode_width::UnicodeWidthStr;

/// A piece of text in one ink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) ink: Ink,
}

impl Piece {
    pub(super) fn new(text: impl Into<String>, ink: Ink) -> Self {
        Self {
            text: text.into(),
            ink,
        }
    }
}

/// A line ready to be shown, with its width in columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) width: usize,
}

/// Columns that `text` takes.
pub(super) fn columns(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Breaks `pieces` at plain spaces into lines of at most `width` columns; `\n` forces a break. A
/// word longer than a line is left whole: a cut URL could not be copied.
pub(super) fn wrap(pieces: &[Piece], width: usize, look: Look) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    for word in words(pieces) {
        match word {
            Token::Break => lines.push(Line::default()),
            Token::Word { parts, spaced } => {
                let size: usize = parts.iter().map(|part| columns(&part.text)).sum();
                let space = usize::from(spaced && last(&mut lines).width > 0);
                if last(&mut lines).width + space + size > width && last(&mut lines).width > 0 && spaced {
                    lines.push(Line::default());
                } else if space == 1 {
                    last(&mut lines).text.push(' ');
                    last(&mut lines).width += 1;
                }
                let line = last(&mut lines);
                line.width += size;
                for part in parts {
                    line.text.push_str(&look.paint(part.ink, &part.text));
                }
            }
        }
    }
    lines
}

fn last(lines: &mut Vec<Line>) -> &mut Line {
    if lines.is_empty() {
        lines.push(Line::default());
    }
    let end = lines.len() - 1;
    &mut lines[end]
}

enum Token {
    Word { parts: Vec<Piece>, spaced: bool },
    Break,
}

/// Inline code up to this size does not break: a command cut in two is read as two.
const WHOLE: usize = 40;

/// Words, each made of the pieces that touch one another without a space.
fn words(pieces: &[Piece]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut current: Vec<Piece> = Vec::new();
    let mut spaced = false;
    for piece in pieces {
        if piece.ink == Ink::Code && columns(&piece.text) <= WHOLE {
            current.push(piece.clone());
            continue;
        }
        for (rank, line) in piece.text.split('\n').enumerate() {
            if rank > 0 {
                flush(&mut tokens, &mut current, spaced);
                tokens.push(Token::Break);
                spaced = false;
            }
            for (rank, word) in line.split(' ').enumerate() {
                if rank > 0 {
                    flush(&mut tokens, &mut current, spaced);
                    spaced = true;
                }
                if !word.is_empty() {
                    current.push(Piece::new(word, piece.ink));
                }
            }
        }
    }
    flush(&mut tokens, &mut current, spaced);
    tokens
}

fn flush(tokens: &mut Vec<Token>, current: &mut Vec<Piece>, spaced: bool) {
    if !current.is_empty() {
        tokens.push(Token::Word {
            parts: std::mem::take(current),
            spaced,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: usize) -> Vec<String> {
        let pieces = [Piece::new(text, Ink::Plain)];
        wrap(&pieces, width, Look::plain(width))
            .into_iter()
            .map(|line| line.text)
            .collect()
    }

    #[test]
    fn a_line_breaks_at_spaces_only() {
        assert_eq!(lines("un deux trois", 8), ["un deux", "trois"]);
        assert_eq!(lines("est-ce vrai\u{a0}?", 11), ["est-ce", "vrai\u{a0}?"]);
    }

    #[test]
    fn a_long_word_stays_whole() {
        assert_eq!(
            lines("voir https://exemple.fr/longue", 10),
            ["voir", "https://exemple.fr/longue"]
        );
    }

    #[test]
    fn pieces_that_touch_make_one_word() {
        let pieces = [
            Piece::new("avant ", Ink::Plain),
            Piece::new("code", Ink::Code),
            Piece::new(".", Ink::Plain),
        ];
        let lines = wrap(&pieces, 10, Look::plain(10));
        assert_eq!(
            lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(),
            ["avant", "code."]
        );
    }

    #[test]
    fn a_forced_break_is_kept() {
        assert_eq!(lines("a\nb", 10), ["a", "b"]);
    }
}
