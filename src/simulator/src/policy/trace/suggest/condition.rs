//! A condition that a request does not meet, changed so that it does.

use super::super::suggestion::{Change, Reason, Suggestion};
use super::super::{Deciding, Trace};
use super::moving;
use crate::policy::condition::{Base, Comparison, Condition, Operator, Set};
use crate::policy::document::{Draft, Statement};

/// What becomes of a condition: another operator and other values, or nothing at all.
struct Mended {
    reason: Reason,
    to: Option<(Operator, Vec<String>)>,
}

impl Trace {
    pub(super) fn fixed_condition(&self, at: Deciding, statement: &Statement, place: usize) -> Suggestion {
        let condition = &statement.conditions[place];
        let change = self.changed(condition);
        let mut draft = Draft::of(statement);
        let (_, key, written) = draft.conditions.remove(place);
        let to = change.to.as_ref().map(|(_, values)| values.join(", "));
        let operator = change.to.as_ref().map(|(operator, _)| *operator);
        let operators = operator.filter(|operator| *operator != condition.operator);
        if let Some((operator, values)) = change.to {
            draft
                .conditions
                .insert(place, (operator.to_string(), key, values));
        }
        let mut shown = serde_json::json!({});
        self.condition(condition, &mut shown);
        Suggestion {
            reason: Some(change.reason),
            replaced: to.map(|to| (written.join(", "), to)),
            operators: operators.map(|to| (condition.operator.to_string(), to.to_string())),
            conditions: vec![shown],
            draft: Some(draft),
            ..self.at(Change::FixCondition, at)
        }
    }

    fn changed(&self, condition: &Condition) -> Mended {
        let operator = condition.operator;
        let written: Vec<String> = condition
            .values
            .iter()
            .map(|value| value.text().to_owned())
            .collect();
        match self.context.entry(&condition.key) {
            None if operator.base == Base::Null => without(Reason::MissingKey),
            None => Mended {
                reason: Reason::MissingKey,
                to: Some((
                    Operator {
                        if_exists: true,
                        ..operator
                    },
                    written,
                )),
            },
            Some(_) if operator.base == Base::Null => without(Reason::UnexpectedKey),
            Some(entry) if entry.values.len() > 1 && operator.set == Set::None => Mended {
                reason: Reason::SetOperator,
                to: Some((
                    Operator {
                        set: Set::ForAnyValue,
                        ..operator
                    },
                    written,
                )),
            },
            Some(entry) if operator.negated => self.not_excluded(condition, &entry.values),
            Some(entry) => self.included(condition, written, &entry.values),
        }
    }

    /// A negated condition without the values that the request has.
    fn not_excluded(&self, condition: &Condition, actual: &[String]) -> Mended {
        let kept = condition.values.iter();
        let kept = kept.filter(|written| !actual.iter().any(|value| written.matches(value, &self.context)));
        let kept: Vec<String> = kept.map(|value| value.text().to_owned()).collect();
        Mended {
            reason: Reason::ExcludedValue,
            to: (!kept.is_empty()).then_some((condition.operator, kept)),
        }
    }

    /// A condition that takes the values that the request has.
    fn included(&self, condition: &Condition, mut written: Vec<String>, actual: &[String]) -> Mended {
        let operator = condition.operator;
        let only = actual.first().filter(|_| operator.set == Set::None);
        if let Some((operator, value)) =
            only.and_then(|actual| moving::with_room(condition, actual, &self.context))
        {
            return Mended {
                reason: Reason::Deadline,
                to: Some((operator, vec![value])),
            };
        }
        let like = operator.with_base(Base::StringLike);
        if operator.base == Base::StringEquals
            && Condition::new(like, &condition.key, &written, true).holds(&self.context)
        {
            return Mended {
                reason: Reason::WildcardInEquals,
                to: Some((like, written)),
            };
        }
        let other_case = |value: &String| {
            actual
                .iter()
                .any(|actual| actual != value && actual.eq_ignore_ascii_case(value))
        };
        if let Some(at) = written
            .iter()
            .position(|value| operator.base == Base::StringEquals && other_case(value))
        {
            written.remove(at);
            written.extend(actual.iter().cloned());
            return Mended {
                reason: Reason::Case,
                to: Some((operator, written)),
            };
        }
        let (base, keep) = match operator.base {
            Base::Numeric(how) => (Base::Numeric(inclusive(how)), how == Comparison::Equals),
            Base::Date(how) => (Base::Date(inclusive(how)), how == Comparison::Equals),
            Base::Bool => (Base::Bool, false),
            base => (base, true),
        };
        let mut values = if keep { written } else { Vec::new() };
        let further: Vec<String> = actual
            .iter()
            .filter(|value| !values.contains(value))
            .cloned()
            .collect();
        values.extend(further);
        Mended {
            reason: Reason::Value,
            to: Some((operator.with_base(base), values)),
        }
    }
}

fn without(reason: Reason) -> Mended {
    Mended { reason, to: None }
}

/// The comparison that also takes what it compares with.
fn inclusive(how: Comparison) -> Comparison {
    match how {
        Comparison::LessThan => Comparison::LessThanEquals,
        Comparison::GreaterThan => Comparison::GreaterThanEquals,
        other => other,
    }
}
