//! Texts with wildcards and policy variables, compiled once and matched often.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use std::borrow::Cow;

use super::Context;

/// What a pattern is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Syntax {
    /// Whether `*` and `?` are wildcards.
    pub(super) wildcards: bool,
    /// Whether `${…}` is a variable.
    pub(super) variables: bool,
    /// Whether it is a whole ARN: then a variable stands only after the fifth colon, and before it a `*` crosses colons
    /// only where it ends its segment.
    pub(super) arn: bool,
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    text: Box<str>,
    shape: Shape,
}

/// The dear cases come last.
#[derive(Debug, Clone)]
enum Shape {
    /// `*`.
    Everything,
    /// No wildcard and no variable.
    Exact(Box<str>),
    /// One `*`, at the end.
    Prefix(Box<str>),
    /// Any other wildcards.
    Wild(Vec<Token>),
    /// Variables, and perhaps wildcards.
    Variable(Vec<Part>),
}

/// A byte to match, or a wildcard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// This very byte.
    Byte(u8),
    /// `?`: one character.
    One,
    /// `*`: any characters.
    Any,
    /// `*` inside a segment of an ARN: any characters but a colon.
    AnyInSegment,
}

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Text that stands for itself.
    Text(String),
    /// A wildcard.
    Wild(Token),
    /// `${key}` or `${key, 'default'}`.
    Variable {
        /// The condition key.
        key: String,
        /// What stands in for a key that has no value.
        default: Option<String>,
    },
}

impl Pattern {
    /// Compiles a text; every text is a pattern.
    pub(super) fn compile(text: &str, syntax: Syntax) -> Self {
        Self::compile_as(text, text, syntax)
    }

    /// Compiles a text that stands for another, which is what is shown.
    pub(super) fn compile_as(shown: &str, text: &str, syntax: Syntax) -> Self {
        Self {
            text: shown.into(),
            shape: Shape::of(Parts::of(text, syntax)),
        }
    }

    /// The pattern as it is written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is a lone `*`.
    pub(crate) fn is_everything(&self) -> bool {
        matches!(self.shape, Shape::Everything)
    }

    /// Whether a value matches; a variable without a value matches nothing.
    pub(super) fn matches(&self, value: &str, context: &Context) -> bool {
        match &self.shape {
            Shape::Everything => true,
            Shape::Exact(text) => **text == *value,
            Shape::Prefix(text) => value.starts_with(&**text),
            Shape::Wild(tokens) => wild(tokens, value.as_bytes()),
            Shape::Variable(parts) => {
                resolved(parts, context).is_some_and(|tokens| wild(&tokens, value.as_bytes()))
            }
        }
    }

    /// The text to compare with, its variables resolved; `None` if one has no value. For patterns without wildcards.
    pub(super) fn resolve(&self, context: &Context) -> Option<Cow<'_, str>> {
        match &self.shape {
            Shape::Exact(text) => Some(Cow::Borrowed(text)),
            Shape::Variable(parts) => {
                let texts = parts.iter().map(|part| part.text(context));
                texts
                    .collect::<Option<Vec<_>>>()
                    .map(|texts| Cow::Owned(texts.concat()))
            }
            _ => Some(Cow::Borrowed(&self.text)),
        }
    }

    /// The pattern with the values of its variables; those without one stay as they are written.
    pub(super) fn shown(&self, context: &Context) -> String {
        match &self.shape {
            Shape::Variable(parts) => {
                let shown = |part: &Part| match (part.text(context), part) {
                    (Some(text), _) => text,
                    (None, Part::Variable { key, .. }) => format!("${{{key}}}"),
                    (None, _) => String::new(),
                };
                parts.iter().map(shown).collect()
            }
            _ => self.text.to_string(),
        }
    }

    /// The condition keys of its variables.
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        let parts: &[Part] = match &self.shape {
            Shape::Variable(parts) => parts,
            _ => &[],
        };
        parts.iter().filter_map(|part| match part {
            Part::Variable { key, .. } => Some(key.as_str()),
            _ => None,
        })
    }
}

impl Part {
    /// What it stands for in this context.
    fn text(&self, context: &Context) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Wild(Token::One) => Some("?".to_owned()),
            Self::Wild(_) => Some("*".to_owned()),
            Self::Variable { key, default } => {
                value(key, context).map(str::to_owned).or_else(|| default.clone())
            }
        }
    }
}

/// The value of a key for a variable: multivalued keys have none.
fn value<'a>(key: &str, context: &'a Context) -> Option<&'a str> {
    let entry = context.entry(key).filter(|entry| !entry.multivalued)?;
    entry.values.first().map(String::as_str)
}

fn resolved(parts: &[Part], context: &Context) -> Option<Vec<Token>> {
    let mut tokens = Vec::with_capacity(128);
    for part in parts {
        match part {
            Part::Text(text) => tokens.extend(text.bytes().map(Token::Byte)),
            Part::Wild(token) => tokens.push(*token),
            Part::Variable { key, default } => {
                let text = value(key, context).or(default.as_deref())?;
                tokens.extend(text.bytes().map(Token::Byte));
            }
        }
    }
    Some(tokens)
}

impl Shape {
    fn of(parts: Vec<Part>) -> Self {
        match parts.as_slice() {
            [] => return Self::Exact(Box::default()),
            [Part::Text(text)] => return Self::Exact(text.as_str().into()),
            [Part::Wild(Token::Any)] => return Self::Everything,
            [Part::Text(text), Part::Wild(Token::Any)] => return Self::Prefix(text.as_str().into()),
            _ => (),
        }
        if parts.iter().any(|part| matches!(part, Part::Variable { .. })) {
            return Self::Variable(parts);
        }
        resolved(&parts, &Context::default()).map_or(Self::Variable(parts), Self::Wild)
    }
}

/// Splits a text into its parts.
struct Parts<'a> {
    rest: &'a str,
    syntax: Syntax,
    /// Colons so far, outside variables.
    colons: usize,
    found: Vec<Part>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str, syntax: Syntax) -> Vec<Part> {
        let mut parts = Self {
            rest: text,
            syntax,
            colons: 0,
            found: Vec::new(),
        };
        while !parts.rest.is_empty() {
            parts.step();
        }
        parts.found
    }

    /// Whether this is the last segment of an ARN (or no ARN at all).
    fn free(&self) -> bool {
        !self.syntax.arn || self.colons >= 5
    }

    fn step(&mut self) {
        let Some(first) = self.rest.chars().next() else {
            return;
        };
        match first {
            '$' if self.syntax.variables && self.free() && self.variable() => (),
            '*' if self.syntax.wildcards => {
                let ends_segment = self.rest[1..].is_empty() || self.rest[1..].starts_with(':');
                let crosses = self.free() || ends_segment;
                self.wild(if crosses { Token::Any } else { Token::AnyInSegment });
            }
            '?' if self.syntax.wildcards => self.wild(Token::One),
            _ => self.text(first),
        }
    }

    fn text(&mut self, character: char) {
        self.colons += usize::from(character == ':');
        self.rest = &self.rest[character.len_utf8()..];
        self.push(character.encode_utf8(&mut [0; 4]));
    }

    fn push(&mut self, text: &str) {
        if let Some(Part::Text(last)) = self.found.last_mut() {
            last.push_str(text);
        } else {
            self.found.push(Part::Text(text.to_owned()));
        }
    }

    fn wild(&mut self, token: Token) {
        self.rest = &self.rest[1..];
        self.found.push(Part::Wild(token));
    }

    /// Takes a variable, if one is written here.
    fn variable(&mut self) -> bool {
        let Some((inside, rest)) = self.rest.strip_prefix("${").and_then(|text| text.split_once('}')) else {
            return false;
        };
        self.rest = rest;
        match inside {
            "*" | "?" | "$" => self.push(inside),
            _ => self.found.push(named(inside)),
        }
        true
    }
}

/// `aws:username` or `aws:PrincipalTag/equipe, 'commune'`.
fn named(inside: &str) -> Part {
    let quoted = |text: &str| {
        let inner = text.trim().strip_prefix('\'')?.strip_suffix('\'')?;
        Some(inner.to_owned())
    };
    match inside.split_once(',').map(|(key, text)| (key, quoted(text))) {
        Some((key, Some(default))) => Part::Variable {
            key: key.trim().to_owned(),
            default: Some(default),
        },
        _ => Part::Variable {
            key: inside.trim().to_owned(),
            default: None,
        },
    }
}

/// Longer patterns than any ARN are not searched: each star would go one call deeper.
const LONGEST_SEARCHED: usize = 2048;

fn wild(tokens: &[Token], value: &[u8]) -> bool {
    if tokens.len() <= LONGEST_SEARCHED && tokens.contains(&Token::AnyInSegment) {
        Search::new(tokens, value).run(0, 0)
    } else {
        greedy(tokens, value)
    }
}

/// The length of the character that begins at a byte.
fn width(byte: u8) -> usize {
    match byte {
        0..=0xBF => 1,
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xFF => 4,
    }
}

/// Where each `*` matches anything, only the latest one needs to be tried again.
fn greedy(tokens: &[Token], value: &[u8]) -> bool {
    let (mut token, mut byte) = (0, 0);
    let mut latest: Option<(usize, usize)> = None;
    while byte < value.len() {
        match tokens.get(token) {
            Some(Token::Byte(expected)) if *expected == value[byte] => (token, byte) = (token + 1, byte + 1),
            Some(Token::One) => (token, byte) = (token + 1, byte + width(value[byte])),
            Some(Token::Any | Token::AnyInSegment) => {
                latest = Some((token, byte));
                token += 1;
            }
            _ => {
                let Some((star, from)) = latest else {
                    return false;
                };
                let from = from + width(value[from]);
                latest = Some((star, from));
                (token, byte) = (star + 1, from);
            }
        }
    }
    tokens[token..]
        .iter()
        .all(|token| matches!(token, Token::Any | Token::AnyInSegment))
}

/// Tries every way, each state once.
struct Search<'a> {
    tokens: &'a [Token],
    value: &'a [u8],
    failed: Vec<bool>,
}

impl<'a> Search<'a> {
    fn new(tokens: &'a [Token], value: &'a [u8]) -> Self {
        Self {
            tokens,
            value,
            failed: vec![false; (tokens.len() + 1) * (value.len() + 1)],
        }
    }

    fn run(&mut self, mut token: usize, mut byte: usize) -> bool {
        loop {
            let next = self.value.get(byte).copied();
            match (self.tokens.get(token), next) {
                (None, _) => return next.is_none(),
                (Some(Token::Byte(expected)), Some(found)) if *expected == found => {
                    (token, byte) = (token + 1, byte + 1);
                }
                (Some(Token::One), Some(found)) => (token, byte) = (token + 1, byte + width(found)),
                (Some(Token::Any), _) => return self.star(token, byte, true),
                (Some(Token::AnyInSegment), _) => return self.star(token, byte, false),
                _ => return false,
            }
        }
    }

    fn star(&mut self, token: usize, mut byte: usize, crosses: bool) -> bool {
        loop {
            let state = token * (self.value.len() + 1) + byte;
            if self.failed[state] {
                return false;
            }
            if self.run(token + 1, byte) {
                return true;
            }
            self.failed[state] = true;
            match self.value.get(byte) {
                Some(b':') if !crosses => return false,
                Some(found) => byte = (byte + width(*found)).min(self.value.len()),
                None => return false,
            }
        }
    }
}
