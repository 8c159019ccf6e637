//! The condition block of a statement: its operators and their combination.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

mod date;
mod network;
mod operator;
mod value;

use super::Context;
use super::context::Entry;

pub(super) use date::is_date;
pub(super) use network::is_network;
pub(crate) use operator::{Base, Comparison, Operator, Set};
pub(crate) use value::ConditionValue;

/// One key of a condition block, with the values that it is compared with. All of a statement's conditions must hold.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    /// How it is compared.
    pub(crate) operator: Operator,
    /// The condition key, as it is written.
    pub(crate) key: Box<str>,
    /// The values; one is enough, and for a negated operator one is too many.
    pub(crate) values: Vec<ConditionValue>,
}

impl Condition {
    /// A condition of these values, compiled for its operator.
    pub(super) fn new(operator: Operator, key: &str, values: &[String], variables: bool) -> Self {
        let compile = |text: &String| ConditionValue::compile(text, operator.base, variables);
        Self {
            operator,
            key: key.into(),
            values: values.iter().map(compile).collect(),
        }
    }

    /// Whether the condition holds.
    pub(super) fn holds(&self, context: &Context) -> bool {
        let found = context.entry(&self.key);
        if self.operator.base == Base::Null {
            return self
                .values
                .iter()
                .any(|value| value.matches_absence(found.is_none()));
        }
        match (self.operator.set, found) {
            (Set::None, None) => self.operator.negated || self.operator.if_exists,
            (Set::ForAllValues, None) => true,
            (Set::ForAnyValue, None) => self.operator.if_exists,
            (Set::None, Some(entry)) => self.single(entry, context),
            // A key whose values are empty texts counts as a set without members.
            (Set::ForAllValues, Some(Entry { values, .. })) => {
                values.iter().all(String::is_empty) || values.iter().all(|value| self.one(value, context))
            }
            (Set::ForAnyValue, Some(Entry { values, .. })) => {
                values.iter().any(|value| self.one(value, context))
            }
        }
    }

    /// A multivalued key asks for a set operator. AWS does not say what becomes of a request with several values without
    /// one: here no value may escape a negated operator, and none satisfies a positive one.
    fn single(&self, entry: &Entry, context: &Context) -> bool {
        match entry.values.as_slice() {
            [value] => self.one(value, context),
            values => self.operator.negated && values.iter().all(|value| self.one(value, context)),
        }
    }

    /// Whether one value of the request passes: it matches a value of the policy, or for a negated operator none.
    fn one(&self, value: &str, context: &Context) -> bool {
        let matched = self
            .values
            .iter()
            .any(|expected| expected.matches(value, context));
        matched != self.operator.negated
    }
}
