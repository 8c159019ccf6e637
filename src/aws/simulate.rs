//! A policy that was judged by Cahier's rules, held against IAM's own simulator on the learner's account: what
//! `SimulateCustomPolicy` says of the same requests. It reads no policy of the account and changes nothing.

use crate::failure::Failure;
use crate::rules;
use serde::Serialize;
use serde_json::{Value, json};
use workbook::engine::Outcome;
use workbook::french::counted;
use workbook::ruling::{PolicyQuestion, PolicyRequest};
use workbook::session::Session;

/// What IAM said of the requests of an exercise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Confrontation {
    /// How many requests IAM decided.
    pub decided: usize,
    /// Those that it decides in another way than Cahier does.
    pub differ: Vec<Difference>,
    /// Why IAM did not decide the others, in its words; empty where there are none.
    pub unanswered: Vec<String>,
}

/// A request on which IAM and Cahier do not agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The action.
    pub action: String,
    /// The resource's ARN.
    pub resource: String,
    /// IAM's decision: `allowed`, `explicitDeny` or `implicitDeny`.
    pub aws: String,
    /// Whether Cahier allows it.
    pub allowed_here: bool,
}

/// What of a question `SimulateCustomPolicy` can be asked: policies of identities and their limits, without those of
/// resources or organizations. `None` where that is not enough.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html>
pub fn asked(question: &PolicyQuestion) -> Option<(Value, Vec<&PolicyRequest>)> {
    let texts = |kind: &str| -> Vec<&str> {
        let of = question.policies.iter().filter(|one| one.kind == kind);
        of.map(|one| one.text.as_str()).collect()
    };
    let (policies, boundaries) = (texts("identity"), texts("boundary"));
    if policies.len() + boundaries.len() < question.policies.len() || policies.is_empty() {
        return None;
    }
    let requests: Vec<&PolicyRequest> = question
        .requests
        .iter()
        .filter(|one| one.resource_account.is_none())
        .collect();
    let listed: Vec<Value> = requests
        .iter()
        .map(|one| json!({"action": one.action, "resource": one.resource, "context": one.context}))
        .collect();
    Some((
        json!({"policies": policies, "boundaries": boundaries, "requests": listed}),
        requests,
    ))
}

/// Asks IAM, through cells of a real account. `None` where it offers nothing of the kind for these policies.
///
/// # Errors
/// When cells cannot work, or IAM's answers are not understood.
pub fn confront(session: &mut Session, question: &PolicyQuestion) -> Result<Option<Confrontation>, Failure> {
    let Some((document, requests)) = asked(question) else {
        return Ok(None);
    };
    let cell = format!("prelude::controle::simuler({:?}).await;", document.to_string());
    let ran = session.eval(&cell, &mut |_| {});
    let evaluation = ran.map_err(|error| crate::workshop::failed(&error))?.evaluation;
    let decisions: Vec<Value> = match evaluation.outcome {
        Outcome::Done => serde_json::from_str(evaluation.output.stdout.trim()).unwrap_or_default(),
        _ => Vec::new(),
    };
    if decisions.len() != requests.len() {
        let said = evaluation.output.stderr.trim().to_owned();
        return Ok(Some(Confrontation {
            unanswered: vec![said],
            ..Confrontation::default()
        }));
    }
    let ours = rules::rules(&PolicyQuestion {
        requests: requests.iter().map(|one| (*one).clone()).collect(),
        ..question.clone()
    });
    Ok(Some(compare(&requests, &decisions, &ours.decisions)))
}

fn compare(requests: &[&PolicyRequest], theirs: &[Value], ours: &[Value]) -> Confrontation {
    let mut found = Confrontation::default();
    for ((request, theirs), ours) in requests.iter().zip(theirs).zip(ours) {
        let Some(decision) = theirs["decision"].as_str() else {
            let why = theirs["error"].as_str().unwrap_or_default().to_owned();
            if !found.unanswered.contains(&why) {
                found.unanswered.push(why);
            }
            continue;
        };
        found.decided += 1;
        let allowed_here = ours["allowed"] == true;
        if (decision == "allowed") != allowed_here {
            found.differ.push(Difference {
                action: request.action.clone(),
                resource: request.resource.clone(),
                aws: decision.to_owned(),
                allowed_here,
            });
        }
    }
    found
}

impl Confrontation {
    /// What is said of it, a line each.
    pub fn words(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.decided > 0 && self.differ.is_empty() {
            lines.push(format!(
                "IAM, sur ton compte (SimulateCustomPolicy), décide comme Cahier\u{a0}: {}.",
                counted(self.decided, "demande", "demandes")
            ));
        }
        lines.extend(self.differ.iter().map(|one| {
            let here = if one.allowed_here { "autorise" } else { "refuse" };
            format!(
                "IAM, sur ton compte, décide autrement de {} sur {}\u{a0}: {}\u{a0}; Cahier {here}. Le verdict est celui de Cahier.",
                one.action, one.resource, one.aws
            )
        }));
        lines.extend(self.unanswered.iter().map(|why| {
            format!(
                "IAM n’a pas tout décidé sur ton compte ({why}). Le verdict est celui des règles de Cahier."
            )
        }));
        lines
    }
}

/// What is said where IAM has no simulator for a policy of this kind.
pub const NOT_OFFERED: &str = "AWS ne sait pas simuler ce genre de politique sans la poser\u{a0}: le verdict est celui des règles de Cahier, sans ton compte.";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use workbook::ruling::PolicyText;

    fn policy(kind: &str) -> PolicyText {
        PolicyText {
            id: "p".to_owned(),
            kind: kind.to_owned(),
            text: "{}".to_owned(),
        }
    }

    fn request(account: Option<&str>) -> PolicyRequest {
        PolicyRequest {
            principal: "*".to_owned(),
            action: "s3:GetObject".to_owned(),
            resource: "arn:aws:s3:::b/c".to_owned(),
            resource_account: account.map(str::to_owned),
            context: std::collections::BTreeMap::new(),
        }
    }

    fn question(kinds: &[&str]) -> PolicyQuestion {
        PolicyQuestion {
            policies: kinds.iter().map(|kind| policy(kind)).collect(),
            requests: vec![request(None), request(Some("111122223333"))],
            traced: false,
        }
    }

    #[test]
    fn only_policies_of_identities_and_their_limits_can_be_asked_about() {
        assert!(asked(&question(&["identity", "boundary"])).is_some());
        for kinds in [
            &["trust"][..],
            &["identity", "service_control"],
            &["boundary"],
            &["resource"],
        ] {
            assert!(asked(&question(kinds)).is_none(), "{kinds:?}");
        }
        let both = question(&["identity"]);
        let (document, requests) = asked(&both).unwrap();
        assert_eq!(
            (requests.len(), document["requests"].as_array().unwrap().len()),
            (1, 1)
        );
    }

    #[test]
    fn what_iam_decides_otherwise_or_not_at_all_is_told() {
        let (one, two) = (request(None), request(None));
        let theirs = [
            json!({"decision": "implicitDeny"}),
            json!({"error": "AccessDenied"}),
        ];
        let found = compare(
            &[&one, &two],
            &theirs,
            &[json!({"allowed": true}), json!({"allowed": true})],
        );
        assert_eq!(
            (found.decided, found.differ.len(), found.unanswered.len()),
            (1, 1, 1)
        );
        let words = found.words().join("\n");
        assert!(
            words.contains("implicitDeny") && words.contains("AccessDenied"),
            "{words}"
        );
    }

    #[test]
    fn agreement_is_told_with_how_many_requests_were_decided() {
        let one = request(None);
        let found = compare(
            &[&one],
            &[json!({"decision": "allowed"})],
            &[json!({"allowed": true})],
        );
        assert!(found.words()[0].contains("1\u{a0}demande"), "{:?}", found.words());
    }
}
