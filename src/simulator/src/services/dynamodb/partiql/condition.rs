//! What a statement says of the items it is about: the values that an attribute must have.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::super::conditions::plain;

/// A value in a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A string or a number, as policies compare it.
    Plain(String),
    /// The parameter at that place.
    Parameter(usize),
    /// Something that no policy can name.
    Other,
}

impl Value {
    /// The value as policies compare it.
    fn resolved(&self, parameters: &Json) -> Option<String> {
        match self {
            Self::Plain(text) => Some(text.clone()),
            Self::Parameter(place) => plain(parameters.get(place)?),
            Self::Other => None,
        }
    }
}

/// A condition, as far as it says which values attributes have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// The attribute is one of these.
    OneOf(String, Vec<Value>),
    /// All of them hold.
    All(Vec<Self>),
    /// One of them holds.
    Any(Vec<Self>),
    /// Anything else.
    Other,
}

impl Condition {
    /// The values that an attribute may have; `None` where the condition does not bound it. Where it is bounded twice,
    /// all values count: which of them dynoxide looks up first is its own affair.
    pub(super) fn values(&self, attribute: &str, parameters: &Json) -> Option<BTreeSet<String>> {
        match self {
            Self::OneOf(name, values) if name == attribute => {
                values.iter().map(|value| value.resolved(parameters)).collect()
            }
            Self::OneOf(..) | Self::Other => None,
            Self::All(parts) => {
                let bounds = parts.iter().filter_map(|part| part.values(attribute, parameters));
                bounds.reduce(|mut all, more| {
                    all.extend(more);
                    all
                })
            }
            Self::Any(parts) => {
                let bounds: Option<Vec<_>> = parts
                    .iter()
                    .map(|part| part.values(attribute, parameters))
                    .collect();
                Some(bounds?.into_iter().flatten().collect())
            }
        }
    }
}
