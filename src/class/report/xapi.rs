//! The results as xAPI 1.0.3 statements, for a learning record store: one for each exercise that was answered, one for each
//! assignment whose points are all known.
//!
//! <https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Data.md> has the rules. An id follows from what its statement says:
//! importing the same results twice adds nothing, and another mark is another statement.

use super::{Handed, Line, Points, Results, Sheet};
use crate::class::grade::{Graded, Status};
use crate::class::roster::Learner;
use md5::{Digest, Md5};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::{Builder, Uuid};

/// ADL's own verbs: <https://registry.tincanapi.com/#home/verbs>.
const VERBS: &str = "http://adlnet.gov/expapi/verbs/";
/// ADL's own kinds of activities.
const ACTIVITIES: &str = "http://adlnet.gov/expapi/activities/";
const VERSION: &str = "1.0.3";

/// How learners are named to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identity {
    /// By their account at the course's address: their id, and nothing else of them.
    Account,
    /// By their e-mail address where it is known, and by their account elsewhere.
    Mail,
}

/// All statements. `threshold` is the part of the points, from 0 to 1, from which an assignment is passed.
pub(crate) fn statements(results: &Results, identity: Identity, threshold: f64) -> Vec<Value> {
    let mut all = Vec::new();
    for sheet in &results.assignments {
        for line in &sheet.lines {
            let Some(handed) = &line.handed else { continue };
            let teller = Teller {
                results,
                sheet,
                line,
                handed,
                identity,
            };
            all.extend(
                sheet
                    .exercises
                    .iter()
                    .zip(&line.points)
                    .filter_map(|(asked, points)| teller.answered(asked, points)),
            );
            all.extend(teller.graded(threshold));
        }
    }
    all
}

/// Tells of one learner and one assignment.
struct Teller<'a> {
    results: &'a Results,
    sheet: &'a Sheet,
    line: &'a Line,
    handed: &'a Handed,
    identity: Identity,
}

impl Teller<'_> {
    fn answered(&self, asked: &Graded, points: &Points) -> Option<Value> {
        let score = points.score?;
        if !points.by_hand && matches!(points.status, Status::Blank | Status::Absent) {
            return None;
        }
        let mut result = Self::result(score, asked.max_score, score >= asked.max_score);
        if let Some(misconception) = &points.misconception {
            result["extensions"] =
                json!({format!("{}/extensions/erreur-reconnue", self.results.address): misconception});
        }
        let object = json!({
            "objectType": "Activity",
            "id": format!("{}/exercices/{}", self.assignment(), asked.id),
            "definition": {"type": format!("{ACTIVITIES}question"), "name": {"fr": asked.title}},
        });
        let context = json!({"parent": [self.activity()], "grouping": [self.course()]});
        Some(self.statement("answered", "a répondu à", &object, &context, &result))
    }

    /// Nothing is passed, or failed, while points are missing.
    fn graded(&self, threshold: f64) -> Option<Value> {
        if self.line.open() > 0 {
            return None;
        }
        let (total, max) = (self.line.total(), self.sheet.max());
        let passed = total >= threshold * max;
        let (verb, words) = if passed {
            ("passed", "a réussi")
        } else {
            ("failed", "a échoué à")
        };
        let context = json!({"grouping": [self.course()]});
        let result = Self::result(total, max, passed);
        Some(self.statement(verb, words, &self.activity(), &context, &result))
    }

    fn result(raw: f64, max: f64, success: bool) -> Value {
        let mut score = json!({"raw": raw, "min": 0.0, "max": max});
        if max > 0.0 {
            score["scaled"] = json!((raw / max).clamp(0.0, 1.0));
        } else {
            // A maximum must be greater than the minimum (2.4.5).
            score = json!({"raw": raw});
        }
        json!({"score": score, "success": success, "completion": true})
    }

    fn statement(
        &self,
        verb: &str,
        words: &str,
        object: &Value,
        activities: &Value,
        result: &Value,
    ) -> Value {
        let mut statement = json!({
            "actor": actor(&self.line.learner, &self.results.address, self.identity),
            "verb": {"id": format!("{VERBS}{verb}"), "display": {"fr": words, "en-US": verb}},
            "object": object,
            "result": result,
            "context": {"contextActivities": activities, "platform": "Cahier", "language": "fr"},
            "timestamp": timestamp(self.handed.at),
            "version": VERSION,
        });
        statement["id"] = json!(id(&self.results.address, &statement).to_string());
        statement
    }

    fn assignment(&self) -> String {
        format!("{}/devoirs/{}", self.results.address, self.sheet.name)
    }

    fn activity(&self) -> Value {
        json!({
            "objectType": "Activity",
            "id": self.assignment(),
            "definition": {"type": format!("{ACTIVITIES}assessment"), "name": {"fr": self.sheet.name}},
        })
    }

    fn course(&self) -> Value {
        json!({
            "objectType": "Activity",
            "id": self.results.address,
            "definition": {"type": format!("{ACTIVITIES}course"), "name": {"fr": self.results.title}},
        })
    }
}

/// One learner, by exactly one identifier (2.4.2.3).
fn actor(learner: &Learner, address: &str, identity: Identity) -> Value {
    if identity == Identity::Mail && !learner.mail.is_empty() {
        return json!({"objectType": "Agent", "mbox": format!("mailto:{}", learner.mail)});
    }
    json!({"objectType": "Agent", "account": {"homePage": address, "name": learner.id}})
}

fn timestamp(at: i64) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(at).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    moment.format(&Rfc3339).unwrap_or_default()
}

/// A UUID by name (version 3, RFC 4122 section 4.3) in the space of the course's address.
fn id(address: &str, statement: &Value) -> Uuid {
    let space = named(Uuid::NAMESPACE_URL, address);
    named(space, &statement.to_string())
}

fn named(space: Uuid, name: &str) -> Uuid {
    let mut hash = Md5::new();
    hash.update(space.as_bytes());
    hash.update(name.as_bytes());
    Builder::from_md5_bytes(hash.finalize().into()).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_uuid_that_everybody_computes() {
        // As `uuid.uuid3(uuid.NAMESPACE_URL, …)` of Python does.
        let ours = named(Uuid::NAMESPACE_URL, "https://ecole.example");
        assert_eq!(ours.to_string(), "b7a019e5-1824-39c8-beb0-da7dcb6b763a");
        assert_eq!(ours.get_version_num(), 3);
    }

    #[test]
    fn a_learner_is_named_by_one_identifier_only() {
        let mut learner = Learner {
            id: "ada".into(),
            last: "Lovelace".into(),
            first: "Ada".into(),
            group: String::new(),
            mail: "ada@ecole.example".into(),
        };
        let account = actor(&learner, "https://ecole.example", Identity::Account);
        assert_eq!(account["account"]["name"], "ada");
        assert!(!account.to_string().contains('@') && !account.to_string().contains("Lovelace"));
        let mail = actor(&learner, "https://ecole.example", Identity::Mail);
        assert_eq!(mail["mbox"], "mailto:ada@ecole.example");
        assert!(mail.get("account").is_none());
        learner.mail.clear();
        assert_eq!(actor(&learner, "https://ecole.example", Identity::Mail), account);
    }

    #[test]
    fn a_moment_has_its_zone() {
        assert_eq!(timestamp(1_772_366_405), "2026-03-01T12:00:05Z");
    }
}
