//! Requests around those of a lesson, on which an answer is compared with the author's model: what the statement does not
//! name must not be granted either, and a lesson cannot list it all.

mod actions;
mod contexts;
mod places;
mod principals;

use super::document;
use crate::ruling::PolicyRequest;
use contexts::Situation;
use places::{Place, Target};
use serde_json::Value;

/// What the requests are made from.
pub(super) struct Ground<'a> {
    /// Where the policy applies, as in [`crate::ruling::PolicyText::kind`].
    pub(super) kind: &'a str,
    /// The lesson's own requests.
    pub(super) matrix: Vec<&'a PolicyRequest>,
    /// The author's policy.
    pub(super) model: &'a Value,
    /// The learner's policy.
    pub(super) answer: &'a Value,
}

/// A request of the catalogue.
pub(super) struct Probe {
    pub(super) request: PolicyRequest,
    /// Whether the answer must also allow it when the model does. What fits the answer's own conditions only tells what
    /// is granted too much: a further condition of its own is the learner's right.
    pub(super) both_ways: bool,
}

impl Ground<'_> {
    /// A policy of a resource says who may come; one of an identity applies to whoever bears it.
    fn names_principals(&self) -> bool {
        matches!(self.kind, "resource" | "trust")
    }

    /// Every text of the exercise and of the answer, to find names that stand in none.
    fn written(&self) -> String {
        let requests = self.matrix.iter().map(|request| {
            let PolicyRequest {
                principal,
                resource,
                context,
                ..
            } = request;
            format!("{principal} {resource} {context:?}")
        });
        let texts = [self.model.to_string(), self.answer.to_string()];
        requests.chain(texts).collect::<Vec<_>>().join(" ")
    }
}

/// Names that stand nowhere yet: who lists the exceptions one by one has not met these.
struct Fresh(String);

impl Fresh {
    fn names(&self, candidates: &'static [&'static str]) -> impl Iterator<Item = &'static str> {
        let unknown = |name: &&'static str| !self.0.contains(*name);
        candidates.iter().copied().filter(unknown)
    }

    fn word(&self) -> &'static str {
        let words = &["temoin", "voisin", "ailleurs", "imprevu", "quelconque"];
        self.names(words).next().unwrap_or("sans-nom")
    }
}

/// The catalogue for an answer.
pub(super) fn probes(ground: &Ground<'_>) -> Vec<Probe> {
    let fresh = Fresh(ground.written());
    let principals = principals::around(ground, &fresh);
    let places = places::around(ground, &fresh, &principals);
    let situations = contexts::around(ground, &fresh);
    let listed = actions::listed(ground).into_iter().map(|(action, target)| {
        let there = places.iter().filter(|place| place.target == target).cloned();
        (action, there.collect::<Vec<Place>>())
    });
    let asked = listed.chain(as_written(ground));
    let mut probes = Vec::new();
    for (action, places) in asked {
        let situations = contexts::of_action(&situations, &action);
        for place in &places {
            for principal in &principals {
                probes.extend(
                    situations
                        .iter()
                        .map(|situation| probe(&action, place, principal, situation)),
                );
            }
        }
    }
    probes
}

fn probe(action: &str, place: &Place, principal: &str, situation: &Situation) -> Probe {
    Probe {
        request: PolicyRequest {
            principal: principal.to_owned(),
            action: action.to_owned(),
            resource: place.arn.clone(),
            resource_account: place.owner.clone(),
            context: situation.context.clone(),
        },
        both_ways: !situation.of_answer,
    }
}

/// What an answer allows of services that the list does not know is asked as it stands: `glue:*` covers `glue:*`.
fn as_written(ground: &Ground<'_>) -> Vec<(String, Vec<Place>)> {
    let known = actions::listed(ground);
    let mut asked = Vec::new();
    for statement in document::allowing(ground.answer) {
        let unknown = document::texts(&statement["Action"]).filter(|written| {
            *written != "*" && !known.iter().any(|(action, _)| document::covers(written, action))
        });
        let places = written_places(ground, statement);
        asked.extend(unknown.map(|written| (written.to_owned(), places.clone())));
    }
    asked
}

fn written_places(ground: &Ground<'_>, statement: &Value) -> Vec<Place> {
    if ground.names_principals() {
        return ground
            .matrix
            .iter()
            .map(|request| Place::of(request, ground))
            .collect();
    }
    let resources = document::texts(&statement["Resource"]).filter(|text| !text.contains("${"));
    let resources: Vec<&str> = resources.collect();
    let everywhere = if resources.is_empty() {
        vec!["*"]
    } else {
        resources
    };
    let place = |arn: &str| Place {
        target: Target::Other,
        arn: arn.to_owned(),
        owner: None,
    };
    everywhere.into_iter().map(place).collect()
}
