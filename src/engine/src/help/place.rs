//! Where in a cell help is asked for: inside which word, behind what, and never in a string or a comment.

use std::ops::Range;

use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};

/// A piece of a cell.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
}

/// The pieces of a cell, without blanks and comments.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    all(source).filter(|token| !is_blank(token.kind)).collect()
}

fn all(source: &str) -> impl Iterator<Item = Token> {
    let mut end = 0;
    tokenize(source, FrontmatterAllowed::No).map(move |token| {
        let start = end;
        end += token.len as usize;
        Token {
            kind: token.kind,
            range: start..end,
        }
    })
}

fn is_blank(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Whitespace | TokenKind::LineComment { .. } | TokenKind::BlockComment { .. }
    )
}

pub(super) fn is_word(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Ident | TokenKind::RawIdent)
}

/// Whether a place is inside a comment, a string or a number.
pub(super) fn is_inert(source: &str, position: usize) -> bool {
    if !source.is_char_boundary(position) {
        return true;
    }
    let around = all(source).find(|token| token.range.start < position && position <= token.range.end);
    around.is_some_and(|token| match token.kind {
        TokenKind::LineComment { .. } => true,
        TokenKind::BlockComment { terminated, .. } => !terminated || position < token.range.end,
        TokenKind::Literal { .. } => position < token.range.end || !is_closed(&source[token.range]),
        _ => false,
    })
}

/// Whether a literal has its closing quote. A number has none, and its next letter would belong to it.
fn is_closed(literal: &str) -> bool {
    let text = literal.trim_end_matches('#');
    text.len() > 1 && text.ends_with(['"', '\''])
}

/// The beginning of the word that is being typed at a place, and whether it follows a dot or a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Typed {
    /// The whole word, on both sides of the place.
    pub(super) word: Range<usize>,
    /// What stands before it.
    pub(super) after: After,
}

/// What a word that is being typed stands behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// A dot: it is a field or a method.
    Dot,
    /// Two colons: it is in a module or a type.
    Path,
    /// Anything else.
    Other,
}

/// What is being typed at a place.
pub(super) fn typed(source: &str, position: usize) -> Typed {
    let tokens = tokens(source);
    let word = tokens
        .iter()
        .find(|token| is_word(token.kind) && token.range.start < position && position <= token.range.end)
        .map_or(position..position, |token| token.range.clone());
    let mut before = tokens.iter().rev().filter(|token| token.range.end <= word.start);
    let after = match (
        before.next().map(|token| token.kind),
        before.next().map(|token| token.kind),
    ) {
        // Two dots are a range, and a number in front of one is a float.
        (Some(TokenKind::Dot), Some(TokenKind::Dot)) => After::Other,
        (Some(TokenKind::Dot), _) => After::Dot,
        (Some(TokenKind::Colon), Some(TokenKind::Colon)) => After::Path,
        _ => After::Other,
    };
    Typed { word, after }
}

/// The path of a module, with its last colons, that ends at a place: of names that begin as modules' do.
pub(super) fn module(source: &str, position: usize) -> Option<&str> {
    let tokens = tokens(source);
    let before = tokens.iter().rev().skip_while(|token| token.range.end > position);
    let path: Vec<&Token> = before
        .take_while(|token| is_word(token.kind) || token.kind == TokenKind::Colon)
        // Two words that follow each other, as in `in a::`, are no path.
        .scan(TokenKind::Ident, |next, token| {
            let goes_on = !(is_word(*next) && is_word(token.kind));
            *next = token.kind;
            goes_on.then_some(token)
        })
        .collect();
    let first = path.last().filter(|first| is_word(first.kind))?;
    let text = &source[first.range.start..position];
    let is_module = text.ends_with("::")
        && text.split("::").all(|name| {
            name.chars()
                .all(|letter| letter.is_lowercase() || letter.is_ascii_digit() || letter == '_')
        });
    is_module.then_some(text)
}

/// The name that a place speaks of: the word around it or, behind an opening or a closed bracket, the one that is
/// called there.
pub(super) fn named(source: &str, position: usize) -> Option<Range<usize>> {
    if is_inert(source, position) {
        return None;
    }
    let tokens = tokens(source);
    let touching = tokens
        .iter()
        .find(|token| is_word(token.kind) && token.range.start <= position && position <= token.range.end);
    if let Some(word) = touching {
        return Some(word.range.clone());
    }
    let before: Vec<&Token> = tokens
        .iter()
        .filter(|token| token.range.end <= position)
        .collect();
    let mut depth = 0_usize;
    for token in before.iter().rev() {
        match token.kind {
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => depth += 1,
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => {
                depth = depth.saturating_sub(1);
            }
            _ if depth > 0 => {}
            TokenKind::Bang | TokenKind::Semi | TokenKind::Question | TokenKind::Dot => {}
            kind if is_word(kind) => return Some(token.range.clone()),
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{After, is_inert, module, named, typed};

    /// A source without its `|`, and where that was.
    fn at(text: &str) -> (String, usize) {
        (text.replacen('|', "", 1), text.find('|').unwrap_or(text.len()))
    }

    #[test]
    fn strings_comments_and_numbers_are_not_completed() {
        for inside in [
            "\"client.|\"",
            "\"client.|",
            "// client.|",
            "/* client.| */",
            "/* client.|",
            "r#\"a.|\"#",
            "12|",
        ] {
            let (source, position) = at(inside);
            assert!(is_inert(&source, position), "{inside}");
        }
        for outside in [
            "\"client\".|",
            "/* x */ client.|",
            "\"a\"|",
            "client|",
            "|",
            "let été = 1; x.|",
        ] {
            let (source, position) = at(outside);
            assert!(!is_inert(&source, position), "{outside}");
        }
    }

    #[test]
    fn a_place_inside_a_letter_is_no_place() {
        assert!(is_inert("é", 1));
    }

    #[test]
    fn what_is_typed_is_found_behind_accents_and_over_lines() {
        for (text, word, after) in [
            ("let été = 1; client.list|_b", "list_b", After::Dot),
            ("client\n  .ge|", "ge", After::Dot),
            ("aws_sdk_s3::types::Stor|", "Stor", After::Path),
            ("client.|", "", After::Dot),
            ("use a::|", "", After::Path),
            ("prin|", "prin", After::Other),
            ("0..|", "", After::Other),
            ("let x: |", "", After::Other),
        ] {
            let (source, position) = at(text);
            let typed = typed(&source, position);
            assert_eq!((&source[typed.word], typed.after), (word, after), "{text}");
        }
    }

    #[test]
    fn a_module_is_a_path_of_small_letters() {
        for (source, path) in [
            ("let é = aws_sdk_s3::types::", Some("aws_sdk_s3::types::")),
            ("for x in std::fs::", Some("std::fs::")),
            ("use std::", Some("std::")),
            ("String::", None),
            ("std::string::String::", None),
            ("Vec::<u8>::", None),
            ("x.", None),
            ("::", None),
        ] {
            assert_eq!(module(source, source.len()), path, "{source}");
        }
    }

    #[test]
    fn a_name_is_the_word_at_a_place_or_what_is_called_there() {
        for (text, name) in [
            ("let été = |client.list_buckets();", Some("client")),
            ("client.list_|buckets()", Some("list_buckets")),
            ("client.list_buckets(|", Some("list_buckets")),
            ("client.put_object().key(\"é\")|", Some("key")),
            ("println!(|)", Some("println")),
            ("f(a, b)?;|", Some("f")),
            ("1 + |", None),
            ("\"client|\"", None),
            ("|", None),
        ] {
            let (source, position) = at(text);
            let found = named(&source, position);
            assert_eq!(found.map(|range| &source[range]), name, "{text}");
        }
    }
}
