//! The statement that came nearest to allowing a request.

use serde_json::{Value, json};

use super::json::shown;
use super::{Deciding, Trace};
use crate::policy::document::{Effect, Statement};
use crate::policy::matching::Element;
use crate::policy::source::PolicyType;

/// Statements farther away than this have nothing to do with the request.
const FARTHEST: u32 = 9;

/// A statement that would allow, but for these elements.
#[derive(Debug, Clone)]
pub(super) struct Miss {
    pub(super) at: Deciding,
    pub(super) elements: Vec<Element>,
    distance: u32,
}

impl Miss {
    /// How far away it is.
    pub(super) fn distance(&self) -> u32 {
        self.distance
    }
}

impl Trace {
    /// The nearest miss among the policies of the kind that denied, and for a caller of the same account also in the policy
    /// of the resource, which could allow alone.
    pub(super) fn nearest_miss(&self, denied_by: PolicyType) -> Value {
        let stages = self.stages.iter().enumerate().filter(|(_, stage)| {
            let alone = denied_by == PolicyType::IdentityBased && !self.is_cross_account();
            stage.kind == denied_by || (alone && stage.kind == PolicyType::ResourceBased)
        });
        let misses = stages.filter_map(|(at, _)| self.nearest(at));
        let Some(miss) = misses.min_by_key(|miss| miss.distance) else {
            return Value::Null;
        };
        let Deciding { stage, policy, .. } = miss.at;
        let statement = self.statement(miss.at);
        let failed = miss
            .elements
            .iter()
            .map(|element| self.failed(statement, *element));
        let mut value = shown(statement);
        value["type"] = json!(self.stages[stage].kind);
        value["policy"] = (*self.policy(stage, policy)).into();
        value["failed"] = failed.collect();
        value
    }

    /// The statement of a stage that comes nearest to allowing.
    pub(super) fn nearest(&self, stage: usize) -> Option<Miss> {
        let asked = self.asked();
        let allow = |statement: &Statement| statement.effect == Effect::Allow;
        let statements = self.stages[stage]
            .statements()
            .filter(|(_, _, statement, _)| allow(statement));
        let misses = statements.map(|(policy, _, statement, _)| {
            let elements = asked.mismatches(statement);
            let distance = elements
                .iter()
                .map(|element| self.distance(statement, *element))
                .sum();
            let at = Deciding {
                stage,
                policy,
                statement: statement.index,
            };
            Miss {
                at,
                elements,
                distance,
            }
        });
        let near = misses.filter(|miss| !miss.elements.is_empty() && miss.distance <= FARTHEST);
        near.min_by_key(|miss| miss.distance)
    }

    /// The statement at a place.
    pub(super) fn statement(&self, at: Deciding) -> &Statement {
        let consulted = &self.stages[at.stage].policies[at.policy];
        &consulted.source.document.statements()[at.statement]
    }

    /// How much an element that does not match is away from matching.
    fn distance(&self, statement: &Statement, element: Element) -> u32 {
        match element {
            Element::Action => {
                let patterns = statement.actions.patterns.iter();
                patterns
                    .map(|action| action_distance(&action.text, &self.action))
                    .min()
                    .unwrap_or(10)
            }
            Element::Resource if *self.resource == *"*" => 2,
            Element::Resource => {
                let patterns = statement
                    .resources
                    .iter()
                    .flat_map(|resources| &resources.patterns);
                patterns
                    .map(|pattern| resource_distance(pattern.text(), &self.resource))
                    .min()
                    .unwrap_or(10)
            }
            Element::NotAction | Element::NotResource => 6,
            Element::Principal | Element::NotPrincipal => 4,
            Element::Condition(_) => 3,
        }
    }
}

fn action_distance(written: &str, asked: &str) -> u32 {
    let service = |action: &str| action.split(':').next().unwrap_or_default().to_ascii_lowercase();
    if is_misspelt(written, asked) {
        1
    } else if service(written) == service(asked) {
        5
    } else {
        10
    }
}

fn resource_distance(written: &str, asked: &str) -> u32 {
    let head = |arn: &str, segments: usize| {
        arn.splitn(segments + 1, ':')
            .take(segments)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let bucket = |arn: &str| arn.split('/').next().unwrap_or_default().to_ascii_lowercase();
    if bucket(written) == bucket(asked) {
        1
    } else if head(written, 3) == head(asked, 3) {
        4
    } else {
        10
    }
}

/// Whether an action of a policy is the asked one but for a slip, case aside: a letter, two too many or too few, or two that
/// changed places. `PutObject` is no slip of `GetObject`.
pub(super) fn is_misspelt(written: &str, asked: &str) -> bool {
    let (written, asked) = (written.to_ascii_lowercase(), asked.to_ascii_lowercase());
    if written.contains(['*', '?']) {
        return false;
    }
    let sorted = |text: &str| {
        let mut bytes = text.as_bytes().to_vec();
        bytes.sort_unstable();
        bytes
    };
    match edits(&written, &asked) {
        0 | 1 => true,
        2 => written.len() != asked.len() || sorted(&written) == sorted(&asked),
        _ => false,
    }
}

/// The number of letters to insert, remove or change to come from one text to the other.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (above, one) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (at, other) in to.iter().enumerate() {
            let change = diagonal + usize::from(one != *other);
            diagonal = row[at + 1];
            row[at + 1] = change.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row[to.len()]
}
