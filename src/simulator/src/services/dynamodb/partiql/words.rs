//! The words of a PartiQL statement, cut where dynoxide cuts them.

/// A word of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// A keyword, or a name without quotes.
    Bare(String),
    /// A name in double quotes.
    Name(String),
    /// A string.
    Text(String),
    /// A number, without its sign.
    Number(String),
    /// A `?`, with its place among them.
    Parameter(usize),
    /// One sign.
    Sign(char),
}

impl Word {
    /// Whether this is that keyword.
    pub(super) fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Bare(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// What this names: a table, an index or an attribute.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Bare(name) | Self::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// The words of a statement without its comments; `None` where something in it never ends.
pub(super) fn cut(text: &str) -> Option<Vec<Word>> {
    let (mut words, mut rest, mut parameters) = (Vec::new(), text, 0);
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_whitespace() {
            rest = &rest[1..];
        } else if rest.starts_with("--") {
            rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/")?.1;
        } else if matches!(first, '"' | '\'') {
            let (quoted, after) = quoted(&rest[1..], first)?;
            words.push(if first == '"' {
                Word::Name(quoted)
            } else {
                Word::Text(quoted)
            });
            rest = after;
        } else if first == '?' {
            words.push(Word::Parameter(parameters));
            (parameters, rest) = (parameters + 1, &rest[1..]);
        } else {
            let length = length(rest, first);
            let word = rest[..length].to_owned();
            words.push(match first {
                _ if first.is_ascii_digit() => Word::Number(word),
                _ if is_word(first) => Word::Bare(word),
                sign => Word::Sign(sign),
            });
            rest = &rest[length..];
        }
    }
    Some(words)
}

/// What stands between quotes, a doubled one standing for itself, and what comes after.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let (mut quoted, mut rest) = (String::new(), text);
    loop {
        let (part, after) = rest.split_once(quote)?;
        quoted.push_str(part);
        match after.strip_prefix(quote) {
            Some(more) => {
                quoted.push(quote);
                rest = more;
            }
            None => return Some((quoted, after)),
        }
    }
}

fn is_word(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || sign == '_'
}

/// How long the number is that begins here.
fn number(text: &str) -> usize {
    let digits = |from: usize, belongs: fn(char) -> bool| {
        let end = text[from..].find(|sign| !belongs(sign));
        end.map_or(text.len(), |end| from + end)
    };
    let end = digits(0, |sign| sign.is_ascii_digit() || sign == '.');
    let mut exponent = text[end..].chars();
    if !matches!(exponent.next(), Some('e' | 'E')) {
        return end;
    }
    let signed = usize::from(matches!(exponent.next(), Some('+' | '-')));
    digits(end + 1 + signed, |sign| sign.is_ascii_digit())
}

/// How long the bare word, the number or the sign is that begins here.
fn length(text: &str, first: char) -> usize {
    let end = |belongs: fn(char) -> bool| text.find(|sign| !belongs(sign)).unwrap_or(text.len());
    if first.is_ascii_digit() {
        number(text)
    } else if is_word(first) {
        end(is_word)
    } else {
        first.len_utf8()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn comments_are_no_words_and_quotes_keep_what_looks_like_one() {
        let text =
            "SELECT/* FROM \"a\" */*FROM \"b\"\"c\" -- FROM d\nWHERE n='it''s -- /*' AND m=-1.5e+3 AND o=?";
        let bare = |word: &str| Word::Bare(word.to_owned());
        let expected = [
            bare("SELECT"),
            Word::Sign('*'),
            bare("FROM"),
            Word::Name("b\"c".to_owned()),
            bare("WHERE"),
            bare("n"),
            Word::Sign('='),
            Word::Text("it's -- /*".to_owned()),
            bare("AND"),
            bare("m"),
            Word::Sign('='),
            Word::Sign('-'),
            Word::Number("1.5e+3".to_owned()),
            bare("AND"),
            bare("o"),
            Word::Sign('='),
            Word::Parameter(0),
        ];
        assert_eq!(cut(text).unwrap(), expected);
    }

    #[test]
    fn what_never_ends_has_no_words() {
        for text in ["'", "\"a", "a /* b", "é'"] {
            assert_eq!(cut(text), None, "{text}");
        }
    }
}
