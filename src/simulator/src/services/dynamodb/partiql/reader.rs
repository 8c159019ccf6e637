//! Reads a statement's words; what it does not understand ends in `None`.

use std::collections::BTreeSet;

use super::condition::{Condition, Value};
use super::words::Word;

/// How many parentheses may stand within one another.
const DEPTH: usize = 100;

/// The functions that a condition may call.
const FUNCTIONS: [&str; 8] = [
    "attribute_exists",
    "attribute_not_exists",
    "attribute_type",
    "begins_with",
    "contains",
    "exists",
    "missing",
    "size",
];

/// One side of a comparison.
enum Operand {
    /// A whole attribute.
    Attribute(String),
    /// A value.
    Value(Value),
    /// A part of an attribute, or what a function returns.
    Other,
}

/// A place in a statement's words, and the attributes named before it.
pub(super) struct Reader<'a> {
    words: &'a [Word],
    pub(super) attributes: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(words: &'a [Word]) -> Self {
        Self {
            words,
            attributes: BTreeSet::new(),
        }
    }

    fn next(&mut self) -> Option<&'a Word> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn is_next(&self, keyword: &str) -> bool {
        self.words.first().is_some_and(|word| word.is(keyword))
    }

    /// Steps over a keyword, if it is the next word.
    pub(super) fn takes(&mut self, keyword: &str) -> bool {
        let taken = self.is_next(keyword);
        if taken {
            self.next();
        }
        taken
    }

    /// Steps over a sign, if it is the next word.
    pub(super) fn takes_sign(&mut self, sign: char) -> bool {
        let taken = self.words.first() == Some(&Word::Sign(sign));
        if taken {
            self.next();
        }
        taken
    }

    fn needs(&mut self, sign: char) -> Option<()> {
        self.takes_sign(sign).then_some(())
    }

    /// A table or an index.
    pub(super) fn name(&mut self) -> Option<String> {
        self.next()?.name().map(str::to_owned)
    }

    /// Nothing is left, but for a semicolon.
    pub(super) fn ends(&mut self) -> Option<()> {
        self.takes_sign(';');
        self.words.is_empty().then_some(())
    }

    /// A path: the attribute that it begins with, and whether it is the whole of it.
    pub(super) fn path(&mut self) -> Option<(String, bool)> {
        let name = self.name()?;
        let mut whole = true;
        loop {
            if self.takes_sign('.') {
                self.name()?;
            } else if self.takes_sign('[') {
                matches!(self.next()?, Word::Number(_)).then_some(())?;
                self.needs(']')?;
            } else {
                break;
            }
            whole = false;
        }
        self.attributes.insert(name.clone());
        Some((name, whole))
    }

    /// A value: a literal or a parameter.
    pub(super) fn value(&mut self) -> Option<Value> {
        let sign = match self.next()? {
            Word::Text(text) => return Some(Value::Plain(text.clone())),
            Word::Number(number) => return Some(Value::Plain(number.clone())),
            Word::Parameter(place) => return Some(Value::Parameter(*place)),
            Word::Sign(sign) => *sign,
            Word::Bare(word) => {
                let literals = ["true", "false", "null", "missing"];
                let known = literals.iter().any(|literal| word.eq_ignore_ascii_case(literal));
                return known.then_some(Value::Other);
            }
            Word::Name(_) => return None,
        };
        match (sign, self.words.first()) {
            ('-', Some(Word::Number(number))) => {
                self.next();
                return Some(Value::Plain(format!("-{number}")));
            }
            ('[' | '{' | '<', _) => self.skip(sign)?,
            _ => return None,
        }
        Some(Value::Other)
    }

    /// Steps over a list, a map or a set, whose first sign is behind.
    fn skip(&mut self, first: char) -> Option<()> {
        let mut open = vec![first];
        while let Some(innermost) = open.last() {
            let closing = match innermost {
                '[' => ']',
                '{' => '}',
                _ => '>',
            };
            match self.next()? {
                Word::Sign(sign) if *sign == closing => {
                    open.pop();
                }
                Word::Sign(sign @ ('[' | '{' | '<')) => open.push(*sign),
                _ => (),
            }
        }
        Some(())
    }

    /// What stands after `WHERE`.
    pub(super) fn condition(&mut self) -> Option<Condition> {
        self.any(0)
    }

    fn any(&mut self, depth: usize) -> Option<Condition> {
        (depth < DEPTH).then_some(())?;
        let mut parts = vec![self.all(depth)?];
        while self.takes("OR") {
            parts.push(self.all(depth)?);
        }
        Some(Condition::Any(parts))
    }

    fn all(&mut self, depth: usize) -> Option<Condition> {
        let mut parts = vec![self.not(depth)?];
        while self.takes("AND") {
            parts.push(self.not(depth)?);
        }
        Some(Condition::All(parts))
    }

    fn not(&mut self, depth: usize) -> Option<Condition> {
        let mut negated = false;
        while self.takes("NOT") {
            negated = true;
        }
        let condition = if self.takes_sign('(') {
            let inner = self.any(depth + 1)?;
            self.needs(')')?;
            inner
        } else {
            self.one(depth)?
        };
        Some(if negated { Condition::Other } else { condition })
    }

    fn one(&mut self, depth: usize) -> Option<Condition> {
        let left = self.operand(depth)?;
        let negated = self.takes("NOT");
        if self.takes("IN") {
            let values = self.list(depth)?;
            return Some(match left {
                Operand::Attribute(name) if !negated => Condition::OneOf(name, values),
                _ => Condition::Other,
            });
        }
        if self.takes("BETWEEN") {
            self.operand(depth)?;
            self.takes("AND").then_some(())?;
            self.operand(depth)?;
        } else if negated {
            return None;
        } else if self.takes("IS") {
            self.takes("NOT");
            self.name()?;
        } else if let Some(equal) = self.comparison() {
            let right = self.operand(depth)?;
            return Some(match (left, right) {
                (Operand::Attribute(name), Operand::Value(value))
                | (Operand::Value(value), Operand::Attribute(name))
                    if equal =>
                {
                    Condition::OneOf(name, vec![value])
                }
                _ => Condition::Other,
            });
        }
        Some(Condition::Other)
    }

    /// A comparison's sign, and whether it is that of equality.
    fn comparison(&mut self) -> Option<bool> {
        let sign = match self.words.first()? {
            Word::Sign(sign @ ('=' | '<' | '>' | '!')) => *sign,
            _ => return None,
        };
        self.next();
        let second = match sign {
            '<' => self.takes_sign('=') || self.takes_sign('>'),
            '>' | '!' => self.takes_sign('='),
            _ => true,
        };
        (sign != '!' || second).then_some(sign == '=')
    }

    /// The values of an `IN`.
    fn list(&mut self, depth: usize) -> Option<Vec<Value>> {
        let closing = match self.next()? {
            Word::Sign('[') => ']',
            Word::Sign('(') => ')',
            _ => return None,
        };
        let mut values = Vec::new();
        while !self.takes_sign(closing) {
            values.push(match self.operand(depth)? {
                Operand::Value(value) => value,
                _ => Value::Other,
            });
            self.takes_sign(',');
        }
        Some(values)
    }

    fn operand(&mut self, depth: usize) -> Option<Operand> {
        (depth < DEPTH).then_some(())?;
        let called = self.words.get(1) == Some(&Word::Sign('('));
        match self.words.first()? {
            word if called && FUNCTIONS.iter().any(|function| word.is(function)) => {
                self.words = &self.words[2..];
                self.arguments(depth + 1)?;
                Some(Operand::Other)
            }
            Word::Bare(word) if !is_literal(word) => self.attribute(),
            Word::Name(_) => self.attribute(),
            _ => self.value().map(Operand::Value),
        }
    }

    fn attribute(&mut self) -> Option<Operand> {
        let (name, whole) = self.path()?;
        Some(if whole {
            Operand::Attribute(name)
        } else {
            Operand::Other
        })
    }

    fn arguments(&mut self, depth: usize) -> Option<()> {
        while !self.takes_sign(')') {
            self.operand(depth)?;
            self.takes_sign(',');
        }
        Some(())
    }

    /// What is assigned in an `UPDATE`: operands, added, subtracted or given to a function.
    pub(super) fn assigned(&mut self) -> Option<()> {
        loop {
            let called = self.words.get(1) == Some(&Word::Sign('('));
            let functions = ["list_append", "set_add", "set_delete", "if_not_exists"];
            let first = self.words.first()?;
            if called && functions.iter().any(|function| first.is(function)) {
                self.words = &self.words[2..];
                self.arguments(0)?;
            } else {
                self.operand(0)?;
            }
            if !self.takes_sign('+') && !self.takes_sign('-') {
                return Some(());
            }
        }
    }

    /// An item: the values of its attributes.
    pub(super) fn item(&mut self) -> Option<Condition> {
        self.needs('{')?;
        let mut values = Vec::new();
        while !self.takes_sign('}') {
            let name = match self.next()? {
                Word::Text(name) | Word::Name(name) | Word::Bare(name) => name.clone(),
                _ => return None,
            };
            self.needs(':')?;
            let value = self.value()?;
            self.attributes.insert(name.clone());
            values.push(Condition::OneOf(name, vec![value]));
            self.takes_sign(',');
        }
        Some(Condition::All(values))
    }
}

/// Whether a bare word is a value and no attribute.
fn is_literal(word: &str) -> bool {
    ["true", "false", "null", "missing"]
        .iter()
        .any(|literal| word.eq_ignore_ascii_case(literal))
}
