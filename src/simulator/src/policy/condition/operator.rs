//! The condition operators and their names.

use std::cmp::Ordering;
use std::fmt;

/// A condition operator with its set qualifier and its suffix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operator {
    /// `ForAllValues:`, `ForAnyValue:` or neither.
    pub(crate) set: Set,
    /// What is compared, and how.
    pub(crate) base: Base,
    /// Whether it is the `Not…` of its base.
    pub(crate) negated: bool,
    /// Whether it ends in `IfExists`.
    pub(crate) if_exists: bool,
}

/// The qualifier for multivalued keys.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Set {
    /// None: for single-valued keys.
    None,
    /// Each value of the request must pass.
    ForAllValues,
    /// One value of the request must pass.
    ForAnyValue,
}

/// What an operator compares, without its negation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    /// The same text.
    StringEquals,
    /// The same text but for case.
    StringEqualsIgnoreCase,
    /// Text with wildcards.
    StringLike,
    /// Numbers.
    Numeric(Comparison),
    /// Points in time.
    Date(Comparison),
    /// `true` or `false`.
    Bool,
    /// Bytes, in base 64.
    BinaryEquals,
    /// An address in a network.
    IpAddress,
    /// ARNs segment by segment; `ArnEquals` does the same.
    ArnLike,
    /// Whether the key is there.
    Null,
}

/// How two numbers or dates are compared: the request's on the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// The same.
    Equals,
    /// Less.
    LessThan,
    /// Less or the same.
    LessThanEquals,
    /// More.
    GreaterThan,
    /// More or the same.
    GreaterThanEquals,
}

impl Comparison {
    /// Whether two values that compare so pass.
    pub(super) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equals => ordering.is_eq(),
            Self::LessThan => ordering.is_lt(),
            Self::LessThanEquals => ordering.is_le(),
            Self::GreaterThan => ordering.is_gt(),
            Self::GreaterThanEquals => ordering.is_ge(),
        }
    }
}

/// The names, each with what it compares and whether it is a negation.
const NAMES: &[(&str, Base, bool)] = &[
    ("StringEquals", Base::StringEquals, false),
    ("StringNotEquals", Base::StringEquals, true),
    ("StringEqualsIgnoreCase", Base::StringEqualsIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", Base::StringEqualsIgnoreCase, true),
    ("StringLike", Base::StringLike, false),
    ("StringNotLike", Base::StringLike, true),
    ("NumericEquals", Base::Numeric(Comparison::Equals), false),
    ("NumericNotEquals", Base::Numeric(Comparison::Equals), true),
    ("NumericLessThan", Base::Numeric(Comparison::LessThan), false),
    (
        "NumericLessThanEquals",
        Base::Numeric(Comparison::LessThanEquals),
        false,
    ),
    (
        "NumericGreaterThan",
        Base::Numeric(Comparison::GreaterThan),
        false,
    ),
    (
        "NumericGreaterThanEquals",
        Base::Numeric(Comparison::GreaterThanEquals),
        false,
    ),
    ("DateEquals", Base::Date(Comparison::Equals), false),
    ("DateNotEquals", Base::Date(Comparison::Equals), true),
    ("DateLessThan", Base::Date(Comparison::LessThan), false),
    (
        "DateLessThanEquals",
        Base::Date(Comparison::LessThanEquals),
        false,
    ),
    ("DateGreaterThan", Base::Date(Comparison::GreaterThan), false),
    (
        "DateGreaterThanEquals",
        Base::Date(Comparison::GreaterThanEquals),
        false,
    ),
    ("Bool", Base::Bool, false),
    ("BinaryEquals", Base::BinaryEquals, false),
    ("IpAddress", Base::IpAddress, false),
    ("NotIpAddress", Base::IpAddress, true),
    ("ArnLike", Base::ArnLike, false),
    ("ArnNotLike", Base::ArnLike, true),
    ("ArnEquals", Base::ArnLike, false),
    ("ArnNotEquals", Base::ArnLike, true),
    ("Null", Base::Null, false),
];

impl Operator {
    /// The operator of that name, which is case-sensitive as all names of elements are.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (set, rest) = match name.split_once(':') {
            None => (Set::None, name),
            Some(("ForAllValues", rest)) => (Set::ForAllValues, rest),
            Some(("ForAnyValue", rest)) => (Set::ForAnyValue, rest),
            Some(_) => return None,
        };
        let (rest, if_exists) = rest
            .strip_suffix("IfExists")
            .map_or((rest, false), |rest| (rest, true));
        let (_, base, negated) = NAMES.iter().find(|(name, ..)| *name == rest)?;
        let null = *base == Base::Null;
        (!null || (set == Set::None && !if_exists)).then_some(Self {
            set,
            base: *base,
            negated: *negated,
            if_exists,
        })
    }

    /// The same operator with another base of the same negation.
    pub(crate) fn with_base(self, base: Base) -> Self {
        Self { base, ..self }
    }

    /// Every operator's name without qualifier and suffix.
    #[cfg(test)]
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, ..)| *name)
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = match self.set {
            Set::None => "",
            Set::ForAllValues => "ForAllValues:",
            Set::ForAnyValue => "ForAnyValue:",
        };
        let named = NAMES
            .iter()
            .find(|(_, base, negated)| (*base, *negated) == (self.base, self.negated));
        let name = named.map_or("", |(name, ..)| name);
        write!(
            formatter,
            "{set}{name}{}",
            if self.if_exists { "IfExists" } else { "" }
        )
    }
}
