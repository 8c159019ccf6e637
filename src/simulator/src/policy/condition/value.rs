//! One value of a condition in a policy, compiled for its operator.

use std::cmp::Ordering;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::super::Context;
use super::super::pattern::{Pattern, Syntax};
use super::date;
use super::network::Network;
use super::operator::{Base, Comparison};

/// A value that a request's values are compared with.
#[derive(Debug, Clone)]
pub(crate) struct ConditionValue {
    text: Box<str>,
    compared: Test,
}

#[derive(Debug, Clone)]
enum Test {
    Equals(Pattern),
    EqualsIgnoreCase(Pattern),
    Like(Pattern),
    Number(Comparison, f64),
    Date(Comparison, i128),
    Bool(bool),
    Binary(Vec<u8>),
    Network(Network),
    /// Any ARN, or its six segments.
    Arn(Option<Box<[Pattern; 6]>>),
    Null(bool),
    /// A value that is none of its operator's kind: nothing matches it.
    Nothing,
}

impl ConditionValue {
    /// Compiles a value; one that is not of the operator's kind matches nothing.
    pub(super) fn compile(text: &str, base: Base, variables: bool) -> Self {
        let compared = match base {
            Base::StringEquals => Some(Test::Equals(pattern(text, false, variables))),
            Base::StringEqualsIgnoreCase => Some(Test::EqualsIgnoreCase(pattern(text, false, variables))),
            Base::StringLike => Some(Test::Like(pattern(text, true, variables))),
            Base::Numeric(how) => number(text).map(|number| Test::Number(how, number)),
            Base::Date(how) => date::parse(text).map(|date| Test::Date(how, date)),
            Base::Bool => boolean(text).map(Test::Bool),
            Base::BinaryEquals => BASE64_STANDARD.decode(text).ok().map(Test::Binary),
            Base::IpAddress => Network::parse(text).map(Test::Network),
            Base::ArnLike => arn(text, variables),
            Base::Null => boolean(text).map(Test::Null),
        };
        Self {
            text: text.into(),
            compared: compared.unwrap_or(Test::Nothing),
        }
    }

    /// The value as it is written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether a value of the request matches.
    pub(in super::super) fn matches(&self, value: &str, context: &Context) -> bool {
        match &self.compared {
            Test::Equals(pattern) => pattern.resolve(context).is_some_and(|text| text == value),
            Test::EqualsIgnoreCase(pattern) => pattern
                .resolve(context)
                .is_some_and(|text| same_but_for_case(&text, value)),
            Test::Like(pattern) => pattern.matches(value, context),
            Test::Number(how, expected) => {
                let ordering = number(value).and_then(|number| number.partial_cmp(expected));
                ordering.is_some_and(|ordering| how.holds(ordering))
            }
            Test::Date(how, expected) => {
                let ordering: Option<Ordering> = date::parse(value).map(|date| date.cmp(expected));
                ordering.is_some_and(|ordering| how.holds(ordering))
            }
            Test::Bool(expected) => boolean(value) == Some(*expected),
            Test::Binary(expected) => BASE64_STANDARD
                .decode(value)
                .is_ok_and(|bytes| bytes == *expected),
            Test::Network(network) => value.parse().is_ok_and(|address| network.contains(address)),
            Test::Arn(segments) => arn_matches(segments.as_deref(), value, context),
            Test::Null(_) | Test::Nothing => false,
        }
    }

    /// Whether the `Null` operator's value says that the key is `absent`.
    pub(super) fn matches_absence(&self, absent: bool) -> bool {
        matches!(self.compared, Test::Null(expected) if expected == absent)
    }

    /// The value with the values of its variables.
    pub(crate) fn shown(&self, context: &Context) -> String {
        match self.patterns() {
            [] => self.text.to_string(),
            patterns => {
                let texts: Vec<String> = patterns.iter().map(|pattern| pattern.shown(context)).collect();
                texts.join(":")
            }
        }
    }

    /// The patterns inside, for their variables.
    pub(crate) fn patterns(&self) -> &[Pattern] {
        match &self.compared {
            Test::Equals(pattern) | Test::EqualsIgnoreCase(pattern) | Test::Like(pattern) => {
                std::slice::from_ref(pattern)
            }
            Test::Arn(Some(segments)) => segments.as_slice(),
            _ => &[],
        }
    }
}

fn pattern(text: &str, wildcards: bool, variables: bool) -> Pattern {
    let syntax = Syntax {
        wildcards,
        variables,
        arn: false,
    };
    Pattern::compile(text, syntax)
}

fn number(text: &str) -> Option<f64> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    text.parse()
        .ok()
        .filter(|number: &f64| plain && number.is_finite())
}

fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else {
        text.eq_ignore_ascii_case("false").then_some(false)
    }
}

fn same_but_for_case(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || one.to_lowercase() == other.to_lowercase()
}

/// A lone `*` stands for any ARN; anything else has six segments.
fn arn(text: &str, variables: bool) -> Option<Test> {
    if text == "*" {
        return Some(Test::Arn(None));
    }
    let segments: Vec<Pattern> = segments(text)
        .map(|segment| pattern(segment, true, variables))
        .collect();
    let segments: [Pattern; 6] = segments.try_into().ok()?;
    Some(Test::Arn(Some(Box::new(segments))))
}

/// The six segments; a colon inside `${…}` separates nothing.
fn segments(text: &str) -> impl Iterator<Item = &str> {
    let (mut inside, mut colons) = (false, 0);
    let mut before = '\0';
    text.splitn(6, move |character: char| {
        inside = match character {
            '{' if before == '$' => true,
            '}' => false,
            _ => inside,
        };
        before = character;
        let separates = character == ':' && !inside && colons < 5;
        colons += usize::from(separates);
        separates
    })
}

fn arn_matches(segments: Option<&[Pattern; 6]>, value: &str, context: &Context) -> bool {
    let mut found = value.splitn(6, ':');
    let Some(segments) = segments else {
        return value.starts_with("arn:") && found.count() == 6;
    };
    let mut expected = segments.iter();
    let all = expected.all(|pattern| {
        found
            .next()
            .is_some_and(|segment| pattern.matches(segment, context))
    });
    all && found.next().is_none()
}
