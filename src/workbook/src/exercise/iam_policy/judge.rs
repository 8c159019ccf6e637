//! The judgement of a policy: grammar, size, then each request against what was expected, then against the model.

use super::beyond;
use super::cases::{Case, Wrong};
use crate::evidence::{Answer, Evidence};
use crate::exercise::{Exercise, WrongAnswer, score};
use crate::ruling::{self, PolicyQuestion, PolicyRequest, PolicyRuling, PolicyText, Rules};
use crate::verdict::{Feedback, Verdict};
use serde_json::Value;

/// What a policy must say of one request.
pub(in crate::exercise) struct Expectation {
    pub(in crate::exercise) id: String,
    pub(in crate::exercise) allow: bool,
    pub(in crate::exercise) request: PolicyRequest,
    pub(in crate::exercise) reason: Option<String>,
}

/// A way to be wrong, and how it is recognised.
pub(super) struct Misconception {
    pub(super) id: String,
    pub(super) case: Option<Case>,
    pub(super) fault: Option<String>,
    pub(super) requests: Option<Vec<String>>,
    pub(super) example: String,
    pub(super) explanation: String,
}

/// The question for one seed.
pub(in crate::exercise) struct Question {
    pub(super) kind: &'static str,
    pub(super) longest: usize,
    pub(super) max_score: f64,
    pub(super) model: String,
    pub(super) expectations: Vec<Expectation>,
    pub(super) others: Vec<PolicyText>,
    /// Patterns of the actions on which the statement says nothing.
    pub(super) open: Vec<String>,
    pub(super) misconceptions: Vec<Misconception>,
}

/// What traces call the learner's policy.
pub(super) const NAME: &str = "ta politique";

impl Question {
    /// A model with the requests that are known to matter, to compare other policies with.
    pub(in crate::exercise) fn comparison(
        kind: &'static str,
        model: String,
        expectations: Vec<Expectation>,
        open: Vec<String>,
    ) -> Self {
        Self {
            kind,
            longest: usize::MAX,
            max_score: 0.0,
            model,
            expectations,
            others: Vec::new(),
            open,
            misconceptions: Vec::new(),
        }
    }

    pub(super) fn question(&self, text: &str) -> PolicyQuestion {
        let own = PolicyText {
            id: NAME.to_owned(),
            kind: self.kind.to_owned(),
            text: text.to_owned(),
        };
        PolicyQuestion {
            policies: std::iter::once(own).chain(self.others.iter().cloned()).collect(),
            requests: self.expectations.iter().map(|one| one.request.clone()).collect(),
            traced: true,
        }
    }

    /// A document that AWS refuses.
    fn malformed(&self, ruling: &PolicyRuling) -> Verdict {
        let faults = || ruling.validation["faults"].as_array().into_iter().flatten();
        let codes: Vec<&str> = faults().filter_map(|fault| fault["code"].as_str()).collect();
        let lines: Vec<String> = faults()
            .take(3)
            .map(|fault| format!("- {}", ruling::fault(fault)))
            .collect();
        if matches!(
            codes.first(),
            Some(&("json" | "too_deep" | "not_an_object" | "duplicate_key"))
        ) {
            return Verdict::Unreadable(format!("Ta politique n’est pas lisible.\n\n{}", lines.join("\n")));
        }
        let known = self
            .misconceptions
            .iter()
            .find(|one| one.fault.as_deref().is_some_and(|fault| codes.contains(&fault)));
        let told = known.map_or_else(
            || "AWS refuserait ce document.".to_owned(),
            |one| one.explanation.clone(),
        );
        not_yet(format!("{told}\n\n{}", lines.join("\n")), known, 0.0)
    }

    fn too_long(&self, size: usize) -> Verdict {
        let message = format!(
            "Ta politique a {size} caractères sans les espaces\u{a0}: la limite est de {}. Regroupe les actions et les ressources.",
            self.longest
        );
        not_yet(message, None, 0.0)
    }

    fn weigh(&self, rules: Rules, text: &str, decisions: &[Value]) -> Verdict {
        let wrong: Vec<(&Expectation, &Value)> = self
            .expectations
            .iter()
            .zip(decisions)
            .filter(|(expected, decision)| decision["allowed"] != expected.allow)
            .collect();
        if wrong.is_empty() {
            return self.beyond(rules, text);
        }
        let right = self.expectations.len() - wrong.len();
        let policy = serde_json::from_str(text).unwrap_or_default();
        let known = self.recognise(&policy, &wrong);
        let mut parts = vec![known.map_or_else(|| first_reason(&wrong), |one| one.explanation.clone())];
        parts.push(self.tally(&wrong, right));
        parts.extend(
            wrong
                .first()
                .map(|(expected, decision)| shown(&expected.request, expected.allow, decision, NAME, false)),
        );
        let score = score::partial(self.max_score, right, self.expectations.len());
        not_yet(parts.join("\n\n"), known, score)
    }

    /// Every request of the lesson is decided as it should be: what about those that it does not name?
    fn beyond(&self, rules: Rules, text: &str) -> Verdict {
        match beyond::compare(self, rules, text) {
            None => Verdict::Passed(String::new()),
            Some(found) => {
                let score = score::partial(self.max_score, found.tried - found.wrong, found.tried);
                not_yet(found.message, None, score)
            }
        }
    }

    fn recognise(&self, policy: &Value, wrong: &[(&Expectation, &Value)]) -> Option<&Misconception> {
        let shown: Vec<Wrong<'_>> = wrong
            .iter()
            .map(|(expected, decision)| Wrong {
                should_allow: expected.allow,
                decision,
            })
            .collect();
        let ids: Vec<&str> = wrong.iter().map(|(expected, _)| expected.id.as_str()).collect();
        self.misconceptions.iter().find(|one| {
            let asked = one.requests.as_ref().is_none_or(|requests| {
                requests.len() == ids.len() && requests.iter().all(|id| ids.contains(&id.as_str()))
            });
            one.fault.is_none() && asked && one.case.is_none_or(|case| case.shows(policy, &shown))
        })
    }

    fn tally(&self, wrong: &[(&Expectation, &Value)], right: usize) -> String {
        let granted = wrong.iter().filter(|(expected, _)| !expected.allow).count();
        let total = self.expectations.len();
        let more = match granted {
            0 => String::new(),
            1 => " Elle accorde une demande de trop.".to_owned(),
            many => format!(" Elle accorde {many} demandes de trop."),
        };
        let decides = if right > 1 {
            "sont décidées"
        } else {
            "est décidée"
        };
        format!("Sur {total} demandes essayées, {right} {decides} comme il faut.{more}")
    }
}

/// The author's words for the first wrongly decided request that has any.
fn first_reason(wrong: &[(&Expectation, &Value)]) -> String {
    let mut reasons = wrong.iter().filter_map(|(expected, _)| expected.reason.clone());
    reasons.next().unwrap_or_else(|| {
        "Ta politique est bien formée, mais elle ne décide pas encore tout comme il faut.".to_owned()
    })
}

/// A wrongly decided request: what was asked, what decided. Never how to mend it. `own` is what traces call the
/// learner's policy, `allow` whether the request should have been allowed, `of_resource` whether the policy is a resource's:
/// then it matters who asks, and the other policies are those of who does.
pub(in crate::exercise) fn shown(
    request: &PolicyRequest,
    allow: bool,
    decision: &Value,
    own: &str,
    of_resource: bool,
) -> String {
    let asked = asked(request, of_resource);
    let decided = &decision["decided_by"];
    let statement = decided["statement"].as_u64().map_or(1, |rank| rank + 1);
    let by = match decided["policy"].as_str() {
        None => format!("par ton instruction {statement}"),
        Some(policy) if policy == own => format!("par ton instruction {statement}"),
        Some(_) if of_resource => "par sa propre politique".to_owned(),
        Some(policy) => format!("par `{policy}`, instruction {statement}"),
    };
    if !allow {
        return format!("Par exemple, {asked} est autorisée {by}, et devrait être refusée.");
    }
    if decision["decision"] == "explicitDeny" {
        return format!("Par exemple, {asked} est refusée {by}, et devrait être autorisée.");
    }
    let miss = &decision["nearest_miss"];
    // The exercise's own policies are not the learner's to mend.
    let why = Some(ruling::why_not(&miss["failed"])).filter(|_| miss["policy"] == own);
    match why.unwrap_or_default().first() {
        Some(why) => {
            let rank = miss["index"].as_u64().map_or(1, |rank| rank + 1);
            format!(
                "Par exemple, {asked} devrait être autorisée. Ton instruction {rank} en est la plus proche, mais {why}."
            )
        }
        None => format!(
            "Par exemple, {asked} devrait être autorisée, et aucune de tes instructions ne l’autorise."
        ),
    }
}

/// What a request asks, with what distinguishes it from others of the same action: who asks to assume a role, and the
/// values that conditions look at.
fn asked(request: &PolicyRequest, of_resource: bool) -> String {
    let PolicyRequest {
        principal,
        action,
        resource,
        ..
    } = request;
    let who = if of_resource && principal == "*" {
        ", demandée par n’importe qui".to_owned()
    } else if of_resource || action == "sts:AssumeRole" {
        format!(", demandée par `{principal}`")
    } else {
        String::new()
    };
    let values: Vec<String> = request
        .context
        .iter()
        .map(|(key, values)| format!("`{key}` = `{}`", values.join(", ")))
        .collect();
    let with = if values.is_empty() {
        String::new()
    } else {
        format!(", avec {}", values.join(" et "))
    };
    format!("`{action}` sur `{resource}`{who}{with}")
}

fn not_yet(message: String, known: Option<&Misconception>, score: f64) -> Verdict {
    Verdict::NotYet(Feedback {
        message,
        misconception: known.map(|one| one.id.clone()),
        score,
    })
}

impl Exercise for Question {
    fn asks_for_a_document(&self) -> bool {
        true
    }

    fn policy_question(&self, answer: &str) -> Option<PolicyQuestion> {
        Some(self.question(answer.trim()))
    }

    fn judge(&self, evidence: &Evidence) -> Verdict {
        let text = evidence.answer.as_ref().map_or("", Answer::text).trim();
        let Some(rules) = evidence.rules else {
            return Verdict::Unverifiable(
                "Les règles d’AWS ne sont pas là pour juger cette politique.".to_owned(),
            );
        };
        let ruling = rules(&self.question(text));
        if ruling.validation["valid"] != true {
            return self.malformed(&ruling);
        }
        let size = ruling.validation["size"]
            .as_u64()
            .and_then(|size| usize::try_from(size).ok());
        match size {
            Some(size) if size > self.longest => self.too_long(size),
            _ => self.weigh(rules, text, &ruling.decisions),
        }
    }

    fn right_answer(&self, _: &Evidence) -> Answer {
        Answer::Text(self.model.clone())
    }

    fn wrong_answers(&self, _: &Evidence) -> Vec<WrongAnswer> {
        let answer = |one: &Misconception| WrongAnswer {
            misconception: one.id.clone(),
            answer: Answer::Text(one.example.clone()),
        };
        self.misconceptions.iter().map(answer).collect()
    }
}
