//! The colours of code: comments, texts, numbers and words of a language, told by its signs alone. What is not known is left
//! plain, and no sign is ever changed.

mod languages;

use super::style::{Ink, Look};
use languages::{LANGUAGES, Language};

/// A piece of code, and where each ink begins in it.
pub(super) struct Colours<'a> {
    source: &'a str,
    spans: Vec<(usize, Ink)>,
}

impl<'a> Colours<'a> {
    /// Code of a language; of one that is not known, in the ink of all code.
    pub(super) fn of(source: &'a str, language: &str) -> Self {
        let known = LANGUAGES.iter().find(|known| known.names.contains(&language));
        known.map_or_else(
            || Self::plain(source, Ink::Code),
            |known| Self {
                source,
                spans: Reader {
                    source,
                    language: known,
                    at: 0,
                }
                .spans(),
            },
        )
    }

    /// Text in one ink.
    pub(super) fn plain(source: &'a str, ink: Ink) -> Self {
        Self {
            source,
            spans: vec![(0, ink)],
        }
    }

    /// The code itself.
    pub(super) fn source(&self) -> &'a str {
        self.source
    }

    /// A part of the code, in its colours.
    pub(super) fn paint(&self, start: usize, part: &str, look: Look) -> String {
        let end = start + part.len();
        let first = self
            .spans
            .partition_point(|(at, _)| *at <= start)
            .saturating_sub(1);
        let mut painted = String::new();
        for (rank, (at, ink)) in self.spans.iter().enumerate().skip(first) {
            if *at >= end {
                break;
            }
            let next = self.spans.get(rank + 1).map_or(end, |(next, _)| *next).min(end);
            let piece = &self.source[start.max(*at)..next.max(start)];
            // Spaces have no colour.
            let ink = if piece.trim().is_empty() { Ink::Plain } else { *ink };
            painted.push_str(&look.paint(ink, piece));
        }
        painted
    }
}

struct Reader<'a> {
    source: &'a str,
    language: &'static Language,
    at: usize,
}

impl Reader<'_> {
    fn spans(mut self) -> Vec<(usize, Ink)> {
        let mut spans = vec![(0, Ink::Plain)];
        while self.at < self.source.len() {
            let start = self.at;
            let (length, ink) = self.token();
            self.at += length;
            if spans.last().is_some_and(|(_, last)| *last != ink) {
                spans.push((start, ink));
            }
        }
        spans
    }

    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    /// Whether what comes begins a word.
    fn begins(&self) -> bool {
        let before = self.source[..self.at].chars().next_back();
        before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_')
    }

    /// The length of what comes, and its ink.
    fn token(&self) -> (usize, Ink) {
        let rest = self.rest();
        let letter = rest.chars().next().unwrap_or(' ');
        if self.comments() {
            return (rest.find('\n').unwrap_or(rest.len()), Ink::Dim);
        }
        if let Some(length) = self.text() {
            return (length, self.text_ink(length));
        }
        let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
        let name = rest.find(|letter| !is_name(letter)).unwrap_or(rest.len());
        if self.begins() && letter.is_ascii_digit() {
            let number = |sign: char| is_name(sign) || sign == '.';
            let length = rest.find(|sign| !number(sign)).unwrap_or(rest.len());
            // The dot of a call or of a range is no part of it.
            let number = rest[..length].trim_end_matches('.');
            return (number.split("..").next().unwrap_or(number).len(), Ink::Code);
        }
        if self.language.options && letter == '-' && self.after_space() {
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            return (length, Ink::Code);
        }
        if is_name(letter) {
            return (name, self.name_ink(&rest[..name]));
        }
        (letter.len_utf8(), Ink::Plain)
    }

    fn after_space(&self) -> bool {
        let before = self.source[..self.at].chars().next_back();
        before.is_none_or(char::is_whitespace)
    }

    fn comments(&self) -> bool {
        let comment = self.language.comment;
        // In a shell, `#` inside a word is a sign like another.
        !comment.is_empty() && self.rest().starts_with(comment) && (comment != "#" || self.after_space())
    }

    fn name_ink(&self, name: &str) -> Ink {
        if self.language.words.contains(&name) {
            Ink::Keyword
        } else if self.language.types && name.chars().next().is_some_and(char::is_uppercase) {
            Ink::Code
        } else {
            Ink::Plain
        }
    }

    /// The length of a text that begins here.
    fn text(&self) -> Option<usize> {
        let rest = self.rest();
        let particular = || character(rest).or_else(|| raw(rest).filter(|_| self.begins()));
        if self.language.names == ["rust"]
            && let Some(length) = particular()
        {
            return Some(length);
        }
        let quote = self
            .language
            .quotes
            .iter()
            .find(|quote| rest.starts_with(**quote))?;
        let mut escaped = false;
        for (at, letter) in rest.char_indices().skip(quote.len()) {
            if escaped {
                escaped = false;
            } else if letter == '\\' {
                escaped = true;
            } else if rest[at..].starts_with(quote) {
                return Some(at + quote.len());
            }
        }
        Some(rest.len())
    }

    fn text_ink(&self, length: usize) -> Ink {
        let after = self.rest()[length..].trim_start();
        if self.language.keys && after.starts_with([':', '=']) {
            Ink::Code
        } else {
            Ink::Literal
        }
    }
}

/// The length of a Rust character; a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    /// `\u{10FFFF}` has no more.
    const LONGEST: usize = 10;
    let inner = rest.strip_prefix('\'')?;
    let length = match inner.chars().next()? {
        '\'' => return None,
        '\\' => {
            let escaped = 1 + inner[1..].chars().next()?.len_utf8();
            escaped + inner[escaped..].find('\'').filter(|length| *length <= LONGEST)?
        }
        letter => letter.len_utf8(),
    };
    inner[length..].starts_with('\'').then_some(length + 2)
}

/// The length of a raw Rust text: `r"…"`, `r#"…"#`.
fn raw(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let inner = after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inner.find(&end).map_or(inner.len(), |at| at + end.len());
    Some(rest.len() - inner.len() + length)
}

#[cfg(test)]
mod tests {
    use super::{Colours, Ink, Look};

    const COLOR: Look = Look {
        color: true,
        ..Look::plain(80)
    };

    fn inked(source: &str, language: &str) -> Vec<(String, Ink)> {
        let colours = Colours::of(source, language);
        let ends = colours
            .spans
            .iter()
            .skip(1)
            .map(|(at, _)| *at)
            .chain([source.len()]);
        let spans = colours.spans.iter().zip(ends);
        spans
            .map(|((start, ink), end)| (source[*start..end].trim().to_owned(), *ink))
            .filter(|(text, ink)| !text.is_empty() && *ink != Ink::Plain)
            .collect()
    }

    fn assert_inks(source: &str, language: &str, expected: &[(&str, Ink)]) {
        let found = inked(source, language);
        let found: Vec<(&str, Ink)> = found.iter().map(|(text, ink)| (text.as_str(), *ink)).collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn each_language_has_its_words_texts_numbers_and_comments() {
        assert_inks(
            "let x: Vec<&'static str> = f(1.5, \"a\\\"b\"); // fin",
            "rust",
            &[
                ("let", Ink::Keyword),
                ("Vec", Ink::Code),
                ("static", Ink::Keyword),
                ("1.5", Ink::Code),
                ("\"a\\\"b\"", Ink::Literal),
                ("// fin", Ink::Dim),
            ],
        );
        assert_inks(
            "('\\'', 'é', r#\"a\"b\"#, 0..10)",
            "rust",
            &[
                ("'\\''", Ink::Literal),
                ("'é'", Ink::Literal),
                ("r#\"a\"b\"#", Ink::Literal),
                ("0", Ink::Code),
                ("10", Ink::Code),
            ],
        );
        assert_inks(
            "{\"Version\": \"2012-10-17\", \"n\": [1, true]}",
            "json",
            &[
                ("\"Version\"", Ink::Code),
                ("\"2012-10-17\"", Ink::Literal),
                ("\"n\"", Ink::Code),
                ("1", Ink::Code),
                ("true", Ink::Keyword),
            ],
        );
        assert_inks(
            "for b in $(aws s3 ls --recursive 's3://a#b'); do echo # tout",
            "bash",
            &[
                ("for", Ink::Keyword),
                ("in", Ink::Keyword),
                ("--recursive", Ink::Code),
                ("'s3://a#b'", Ink::Literal),
                ("do", Ink::Keyword),
                ("# tout", Ink::Dim),
            ],
        );
        assert_inks(
            "def f(x):\n    '''deux\n    lignes'''\n    return None",
            "python",
            &[
                ("def", Ink::Keyword),
                ("'''deux\n    lignes'''", Ink::Literal),
                ("return", Ink::Keyword),
                ("None", Ink::Keyword),
            ],
        );
        assert_inks("quoi = 1", "cobol", &[("quoi = 1", Ink::Code)]);
    }

    #[test]
    fn no_sign_is_lost_whatever_the_code_is() {
        for source in [
            "", "'", "\"", "'\\", "r#", "é\"ü\n", "--", "0..", "'''", "#", "\\\"'`", "'\\é", "a'b'c",
        ] {
            for language in ["rust", "python", "bash", "json", "toml", "autre"] {
                let colours = Colours::of(source, language);
                assert_eq!(colours.paint(0, source, Look::plain(80)), source, "{language}");
                let painted = colours.paint(0, source, COLOR);
                let mut bare = String::new();
                for (rank, piece) in painted.split("\u{1b}[").enumerate() {
                    let text = if rank == 0 {
                        piece
                    } else {
                        piece.split_once('m').map_or("", |(_, text)| text)
                    };
                    bare.push_str(text);
                }
                assert_eq!(bare, source, "{language}");
            }
        }
    }

    #[test]
    fn a_part_of_the_code_has_the_colours_of_its_place() {
        let source = "let texte = \"un long texte\";";
        let colours = Colours::of(source, "rust");
        let at = source.find("long").unwrap_or_default();
        let whole = COLOR.paint(Ink::Literal, "long");
        assert_eq!(colours.paint(at, "long", COLOR), whole);
    }
}
