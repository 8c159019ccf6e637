//! The trace as JSON: what the journal shows of a decision.

use serde::Serialize;
use serde::ser::Serializer;
use serde_json::{Map, Value, json};

use super::{Consulted, Deciding, Stage, StageOutcome, Trace, matched_ids};
use crate::policy::condition::{Condition, ConditionValue};
use crate::policy::context::Context;
use crate::policy::document::Statement;
use crate::policy::matching::{Element, Outcome};
use crate::policy::pattern::Pattern;
use crate::policy::source::PolicyType;
use crate::policy::{Decision, Verdict};

/// Writes a decision with its trace, its nearest miss, and what would allow it.
pub(in super::super) fn serialize<S: Serializer>(
    decision: &Decision,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value(decision).serialize(serializer)
}

fn value(decision: &Decision) -> Value {
    let trace = &*decision.trace;
    let stages = trace.stages.iter().map(|stage| trace.stage(stage));
    let ids: Vec<_> = matched_ids(decision).iter().map(ToString::to_string).collect();
    let mut value = json!({
        "principal": trace.principal.arn(),
        "principal_type": trace.principal.principal_type(),
        "action": trace.action,
        "resource": trace.resource,
        "resource_account": trace.resource_account,
        "cross_account": trace.is_cross_account(),
        "allowed": decision.allowed,
        "decision": decision.verdict,
        "denied_by": decision.denied_by,
        "policy": decision.policy.as_deref(),
        "matched": ids,
        "decided_by": trace.deciding.map(|deciding| trace.decided_by(deciding)),
        "context": context(&trace.context),
        "stages": stages.collect::<Vec<_>>(),
    });
    if !decision.allowed {
        value["message"] = decision.sentence().into();
        let implicitly = decision
            .denied_by
            .filter(|_| decision.verdict == Verdict::ImplicitDeny);
        value["nearest_miss"] = implicitly
            .map(|kind| trace.nearest_miss(kind))
            .unwrap_or_default();
        let mut suggestions = trace
            .suggestions()
            .into_iter()
            .map(|suggestion| suggestion.value());
        value["suggestion"] = suggestions.next().unwrap_or_default();
        value["also"] = suggestions.collect();
    }
    value
}

fn context(context: &Context) -> Value {
    let entries = context.entries().iter();
    let members = entries.map(|entry| (entry.key.to_string(), json!(entry.values)));
    Value::Object(members.collect::<Map<_, _>>())
}

impl StageOutcome {
    fn name(self) -> &'static str {
        match self {
            Self::ExplicitDeny => "explicit_deny",
            Self::Allowed => "allowed",
            Self::ImplicitDeny => "implicit_deny",
        }
    }
}

impl PolicyType {
    /// Whether its policies hang at the levels of an organization.
    pub(super) fn has_levels(self) -> bool {
        matches!(self, Self::ServiceControl | Self::ResourceControl)
    }
}

impl Trace {
    fn decided_by(&self, deciding: Deciding) -> Value {
        let Deciding {
            stage,
            policy,
            statement,
        } = deciding;
        let source = &self.stages[stage].policies[policy].source;
        let of = &source.document.statements()[statement];
        json!({
            "type": self.stages[stage].kind,
            "policy": &*source.id,
            "statement": statement,
            "sid": of.sid,
            "effect": of.effect,
        })
    }

    fn stage(&self, stage: &Stage) -> Value {
        let policies = stage.policies.iter().map(|consulted| self.consulted(consulted));
        json!({
            "type": stage.kind,
            "level": stage.kind.has_levels().then_some(stage.level),
            "outcome": stage.outcome.name(),
            "needed": stage.needed,
            "policies": policies.collect::<Vec<_>>(),
        })
    }

    fn consulted(&self, consulted: &Consulted) -> Value {
        let statements = consulted
            .source
            .document
            .statements()
            .iter()
            .zip(&consulted.outcomes);
        let statements = statements.map(|(statement, outcome)| {
            let mut value = shown(statement);
            value["matched"] = matches!(outcome, Outcome::Matched(_)).into();
            if let Outcome::Failed(element) = outcome {
                value["failed"] = self.failed(statement, *element);
            }
            value
        });
        json!({
            "id": &*consulted.source.id,
            "kind": consulted.source.kind,
            "statements": statements.collect::<Vec<_>>(),
        })
    }

    /// An element that did not match: what it expects and what the request has.
    pub(super) fn failed(&self, statement: &Statement, element: Element) -> Value {
        let mut value = json!({ "element": element.name() });
        match element {
            Element::Action | Element::NotAction => {
                let texts = statement.actions.patterns.iter().map(|action| &*action.text);
                value["expected"] = texts.collect();
                value["actual"] = (*self.action).into();
            }
            Element::Resource | Element::NotResource => {
                let patterns = statement
                    .resources
                    .iter()
                    .flat_map(|resources| &resources.patterns);
                value["expected"] = patterns.clone().map(Pattern::text).collect();
                value["actual"] = (*self.resource).into();
                if patterns
                    .clone()
                    .any(|pattern| pattern.variables().next().is_some())
                {
                    value["resolved"] = patterns.map(|pattern| pattern.shown(&self.context)).collect();
                }
            }
            Element::Principal | Element::NotPrincipal => {
                let named = statement
                    .principals
                    .iter()
                    .flat_map(|principals| &principals.named);
                value["expected"] = named.map(|named| &*named.text).collect();
                value["actual"] = self.principal.arn().into();
            }
            Element::Condition(at) => self.condition(&statement.conditions[at], &mut value),
        }
        value
    }

    /// A condition with the values of both sides; `actual` is null if the request does not have the key.
    pub(super) fn condition(&self, condition: &Condition, value: &mut Value) {
        let actual = self.context.entry(&condition.key).map(|entry| &entry.values);
        value["operator"] = condition.operator.to_string().into();
        value["key"] = (*condition.key).into();
        value["expected"] = condition.values.iter().map(ConditionValue::text).collect();
        value["actual"] = json!(actual);
        let mut patterns = condition.values.iter().flat_map(ConditionValue::patterns);
        if patterns.any(|pattern| pattern.variables().next().is_some()) {
            let shown = condition.values.iter().map(|value| value.shown(&self.context));
            value["resolved"] = shown.collect();
        }
    }
}

/// A statement by its place, its name and its effect.
pub(super) fn shown(statement: &Statement) -> Value {
    json!({
        "index": statement.index,
        "sid": statement.sid,
        "effect": statement.effect,
        "start": statement.span.start,
        "end": statement.span.end,
    })
}
