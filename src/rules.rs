//! AWS's own rules for answers that are documents: the simulator's, asked without starting one.

use serde_json::{Value, json};
use simulator::document_api;
use simulator::policy_api::{self, ContextValue, Policies, PolicyKind, PolicyRequest, PolicyText, Question};
use workbook::ruling::{self, DocumentQuestion, DocumentRuling, PolicyQuestion, PolicyRuling, Refusal};

/// Validates the first policy, and decides the requests by all of them.
pub fn rules(question: &PolicyQuestion) -> PolicyRuling {
    let texts: Option<Vec<PolicyText>> = question.policies.iter().map(text).collect();
    let Some(texts) = texts else {
        return PolicyRuling::default();
    };
    let requests: Vec<PolicyRequest> = question.requests.iter().map(request).collect();
    let decisions = if question.traced {
        policy_api::decide(&texts, &requests).ok()
    } else {
        brief(&texts, &requests)
    };
    PolicyRuling {
        validation: texts
            .first()
            .map(|first| policy_api::validate(&first.text, first.kind))
            .unwrap_or_default(),
        decisions: decisions.unwrap_or_default(),
    }
}

/// Gives a document to the simulated service, in a cloud of its own, and asks what it does there.
pub fn documents(question: &DocumentQuestion) -> DocumentRuling {
    let DocumentQuestion {
        kind,
        text,
        world,
        probes,
    } = question;
    match document_api::rule(kind, text, world, probes) {
        Ok(ruling) => DocumentRuling {
            faults: ruling.faults,
            refusal: ruling.refusal.as_ref().map(refusal),
            facts: ruling.facts,
            nonsense: None,
        },
        Err(error) => DocumentRuling {
            nonsense: Some(error.to_string()),
            ..DocumentRuling::default()
        },
    }
}

fn refusal(told: &Value) -> Refusal {
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    Refusal {
        code: text("code"),
        message: text("message"),
    }
}

/// What each decision is, and nothing about why: thousands take a few milliseconds. A request that has no sense has none.
fn brief(texts: &[PolicyText], requests: &[PolicyRequest]) -> Option<Vec<Value>> {
    let policies = Policies::read(texts).ok()?;
    let decide = |request| {
        let answer = policies.decide(&Question::read(request).ok()?);
        Some(json!({"allowed": answer.allowed(), "decision": answer.decision()}))
    };
    Some(
        requests
            .iter()
            .map(|request| decide(request).unwrap_or_default())
            .collect(),
    )
}

fn text(policy: &ruling::PolicyText) -> Option<PolicyText> {
    Some(PolicyText {
        id: policy.id.clone(),
        kind: kind(&policy.kind)?,
        text: policy.text.clone(),
        level: 0,
    })
}

fn kind(name: &str) -> Option<PolicyKind> {
    serde_json::from_value(name.into()).ok()
}

fn request(request: &ruling::PolicyRequest) -> PolicyRequest {
    let values = |values: &Vec<String>| match values.as_slice() {
        [one] => ContextValue::One(one.clone()),
        several => ContextValue::Many(several.to_vec()),
    };
    PolicyRequest {
        principal: request.principal.clone(),
        action: request.action.clone(),
        resource: request.resource.clone(),
        resource_account: request.resource_account.clone(),
        context: request
            .context
            .iter()
            .map(|(key, found)| (key.clone(), values(found)))
            .collect(),
        resource_policy: None,
    }
}
