//! In what circumstances: the condition keys of a lesson, their other values, and what the answer's own conditions ask for.

use super::principals::SERVICES;
use super::{Fresh, Ground};
use crate::exercise::iam_policy::document;
use serde_json::Value;
use std::collections::BTreeMap;

type Context = BTreeMap<String, Vec<String>>;

/// The condition keys of a request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Situation {
    pub(super) context: Context,
    /// Whether the answer's own conditions made it.
    pub(super) of_answer: bool,
}

pub(super) fn around(ground: &Ground<'_>, fresh: &Fresh) -> Vec<Situation> {
    let mut contexts: Vec<Context> = Vec::new();
    for request in &ground.matrix {
        push(&mut contexts, request.context.clone());
    }
    let stated = contexts.clone();
    for context in &stated {
        for (key, values) in context {
            for other in others(key, values, fresh) {
                let changed = context.clone().into_iter().chain([(key.clone(), vec![other])]);
                push(&mut contexts, changed.collect());
            }
        }
    }
    let mut fitting = Vec::new();
    for statement in document::statements(ground.answer) {
        let keys = fitted(statement, fresh);
        for context in stated.iter().filter(|_| !keys.is_empty()) {
            let overlaid: Context = context.clone().into_iter().chain(keys.clone()).collect();
            if !contexts.contains(&overlaid) {
                push(&mut fitting, overlaid);
            }
        }
    }
    let situation = |of_answer| move |context| Situation { context, of_answer };
    let stated = contexts.into_iter().map(situation(false));
    stated.chain(fitting.into_iter().map(situation(true))).collect()
}

fn push(contexts: &mut Vec<Context>, context: Context) {
    if !contexts.contains(&context) {
        contexts.push(context);
    }
}

/// The situations as an action knows them: the keys of another service are not in its requests.
pub(super) fn of_action(situations: &[Situation], action: &str) -> Vec<Situation> {
    let service = action.split(':').next().unwrap_or_default();
    let known = |key: &str| match key.split(':').next() {
        _ if key.eq_ignore_ascii_case("iam:PassedToService") => action.eq_ignore_ascii_case("iam:PassRole"),
        Some("aws") | None => true,
        Some(prefix) => prefix.eq_ignore_ascii_case(service),
    };
    let mut kept: Vec<Situation> = Vec::new();
    for situation in situations {
        let mut context = situation.context.clone();
        context.retain(|key, _| known(key));
        if !kept.iter().any(|other| other.context == context) {
            kept.push(Situation {
                context,
                ..*situation
            });
        }
    }
    kept
}

/// Other values that a key may have.
fn others(key: &str, values: &[String], fresh: &Fresh) -> Vec<String> {
    match values {
        [value] if value == "true" => vec!["false".to_owned()],
        [value] if value == "false" => vec!["true".to_owned()],
        [value] if value.ends_with(".amazonaws.com") => {
            fresh.names(SERVICES).take(3).map(str::to_owned).collect()
        }
        [value] if !key.starts_with("aws:") && value.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            vec![fresh.word().to_owned()]
        }
        _ => Vec::new(),
    }
}

/// Keys and values with which a statement that allows does, and one that denies does not.
fn fitted(statement: &Value, fresh: &Fresh) -> Context {
    let denies = statement["Effect"] == "Deny";
    let conditions = document::conditions(statement);
    let fitting = conditions.filter_map(|(operator, key, values)| {
        let of_caller = key.to_ascii_lowercase();
        let of_caller = of_caller == "aws:username"
            || of_caller == "aws:userid"
            || of_caller.starts_with("aws:principal");
        if of_caller || operator.contains("Not") != denies {
            return None;
        }
        let value = values.first()?;
        Some((key.to_owned(), vec![fit(operator, value, fresh.word())?]))
    });
    fitting.collect()
}

/// A value that an operator takes.
fn fit(operator: &str, value: &str, word: &str) -> Option<String> {
    let shifted = |by: f64| value.parse::<f64>().ok().map(|number| (number + by).to_string());
    let base = operator
        .rsplit(':')
        .next()
        .unwrap_or(operator)
        .trim_end_matches("IfExists");
    match base {
        "Null" => None,
        "NumericLessThan" => shifted(-1.0),
        "NumericGreaterThan" => shifted(1.0),
        "DateLessThan" => Some("2000-01-01T00:00:00Z".to_owned()),
        "DateGreaterThan" => Some("2100-01-01T00:00:00Z".to_owned()),
        "IpAddress" | "NotIpAddress" => value.split('/').next().map(str::to_owned),
        "StringLike" | "StringNotLike" | "ArnLike" | "ArnNotLike" | "ArnEquals" | "ArnNotEquals" => {
            document::instance(value, word)
        }
        _ => (!value.contains("${")).then(|| value.to_owned()),
    }
}
