//! A formula's text cut into tokens, each with its place.

use super::{FormulaError, VALUE};
use std::ops::Range;

/// One token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    /// `12`, `0.5`, `1e-3`.
    Number(f64),
    /// A parameter's or a function's name.
    Name(&'a str),
    /// `+ - * / ^`.
    Operator(char),
    Open,
    Close,
    Comma,
}

/// A token and its byte range.
pub(super) type Placed<'a> = (Token<'a>, Range<usize>);

/// Cuts a formula into tokens; refuses foreign characters and numbers that are not well written.
pub(super) fn cut(text: &str) -> Result<Vec<Placed<'_>>, FormulaError> {
    let (mut tokens, mut at) = (Vec::new(), 0);
    while let Some(first) = text[at..].chars().next() {
        let length = match first {
            _ if is_word(first) => word_length(&text[at..]),
            _ => first.len_utf8(),
        };
        let range = at..at + length;
        at = range.end;
        let token = match first {
            _ if first.is_ascii_whitespace() => continue,
            _ if first.is_ascii_digit() || first == '.' => number(text, &range)?,
            _ if is_word(first) => Token::Name(&text[range.clone()]),
            '+' | '-' | '*' | '/' | '^' => Token::Operator(first),
            '(' => Token::Open,
            ')' => Token::Close,
            ',' => Token::Comma,
            _ => return Err(foreign(first, range)),
        };
        tokens.push((token, range));
    }
    Ok(tokens)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '.'
}

/// The length of the word that begins `text`; the sign of an exponent belongs to it.
fn word_length(text: &str) -> usize {
    let run = |text: &str| text.find(|c| !is_word(c)).unwrap_or(text.len());
    let length = run(text);
    let number = text.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let exponent = text[..length].ends_with(['e', 'E']) && text[length..].starts_with(['+', '-']);
    match run(text.get(length + 1..).unwrap_or_default()) {
        digits if number && exponent && digits > 0 => length + 1 + digits,
        _ => length,
    }
}

fn number<'a>(text: &'a str, range: &Range<usize>) -> Result<Token<'a>, FormulaError> {
    let written = &text[range.clone()];
    written.parse().map(Token::Number).map_err(|_| {
        let message = format!("« {written} » n’est pas un nombre");
        FormulaError::new(range.clone(), message, "attendu : 12, 0.5 ou 1e-3")
    })
}

fn foreign(c: char, range: Range<usize>) -> FormulaError {
    let message = format!("caractère « {c} » inattendu dans une formule");
    FormulaError::new(range, message, VALUE)
}
