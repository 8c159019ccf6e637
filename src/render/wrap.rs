//! Breaks styled text into lines of a given width. No-break spaces never break.

use super::style::{Ink, Look};
use unicode_width::UnicodeWidthStr;

/// A piece of text in one ink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub(super) text: String,
    pub(super) ink: Ink,
}

impl Piece {
    /// A text in one ink.
    pub fn new(text: impl Into<String>, ink: Ink) -> Self {
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

/// Breaks the lines of a text made of columns, such as help. A line goes on under its last column, or, where that
/// leaves little room, under its own indent and a bit more.
pub fn hanging(text: &str, width: usize) -> String {
    let mut shown = String::new();
    for line in text.lines() {
        let column = line.trim_end().rfind("  ").map_or(0, |at| at + 2);
        let (head, tail) = line.split_at(column);
        let indent = line.len() - line.trim_start().len();
        let under = if columns(head) <= width / 2 {
            columns(head)
        } else {
            indent + 4
        };
        let piece = [Piece::new(tail, Ink::Plain)];
        let fits = columns(line) <= width || under == columns(head);
        let mut lines = wrap(&piece, width.saturating_sub(under).max(20), Look::plain(width)).into_iter();
        shown.push_str(if fits { head } else { head.trim_end() });
        if fits {
            shown.push_str(&lines.next().unwrap_or_default().text);
        }
        for line in lines {
            shown.push('\n');
            shown.push_str(&" ".repeat(under));
            shown.push_str(&line.text);
        }
        shown.push('\n');
    }
    shown
}

/// A line of a list, after a mark in `ink`; it goes on under its own text.
pub fn marked(mark: &str, ink: Ink, text: &str, look: Look) -> String {
    let under = columns(mark) + 1;
    let pieces = [Piece::new(text, Ink::Plain)];
    let lines = wrap(&pieces, look.width.saturating_sub(under).max(20), look);
    let lines: Vec<String> = lines.into_iter().map(|line| line.text).collect();
    format!(
        "{} {}",
        look.paint(ink, mark),
        lines.join(&format!("\n{}", " ".repeat(under)))
    )
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

/// Lines of a text in one ink; on a terminal, longer ones break between words. Each ends in a new line.
pub(super) fn told(ink: Ink, text: &str, look: Look) -> String {
    if !look.fold {
        return format!("{}\n", look.paint(ink, text));
    }
    let mut told = String::new();
    // A line is one piece of ink, to be found as it reads.
    for line in text
        .lines()
        .flat_map(|line| wrap(&[Piece::new(line, Ink::Plain)], look.width, look))
    {
        told.push_str(&look.paint(ink, &line.text));
        told.push('\n');
    }
    told
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
    fn columns_of_help_go_on_under_themselves() {
        let help = "Options\u{a0}:\n  --json  écrit un document pour les machines\n  une-tres-longue-commande  fait ceci\n";
        assert_eq!(
            hanging(help, 30),
            "Options\u{a0}:\n  --json  écrit un document\n          pour les machines\n  une-tres-longue-commande\n      \
             fait ceci\n"
        );
        assert_eq!(hanging(help, 80), help);
    }

    #[test]
    fn what_follows_a_mark_goes_on_under_itself() {
        let look = Look::plain(22);
        assert_eq!(
            marked("✗", Ink::Bad, "cargo : installe Rust par rustup", look),
            "✗ cargo : installe\n  Rust par rustup"
        );
    }

    #[test]
    fn a_forced_break_is_kept() {
        assert_eq!(lines("a\nb", 10), ["a", "b"]);
    }
}
