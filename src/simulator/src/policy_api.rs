//! Policies without a cloud: texts are validated, and requests decided, by the simulator's own rules.
//!
//! Nothing here reads or writes anything but its arguments, and the same arguments always give the same answer. What it
//! tells is JSON in English keys: who shows it to people finds the words.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::policy::{
    Applicable, Context, Decision, Document, DocumentKind, Malformed, Principal, Request, Source, SourceKind,
    Verdict, evaluate, size,
};

/// What a policy is for: each kind has a grammar of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyKind {
    /// Attached to a user, a group or a role.
    Identity,
    /// Attached to a resource, such as a bucket policy.
    Resource,
    /// Says who may assume a role.
    Trust,
    /// Passed when a session is made.
    Session,
    /// A permissions boundary.
    Boundary,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
}

/// The text of a policy, and where it applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyText {
    /// What traces call it: a name or an ARN.
    pub id: String,
    /// What it is for. `Resource` and `Trust` apply to every request that brings no policy of its own.
    pub kind: PolicyKind,
    /// The JSON.
    pub text: String,
    /// The level of the organization at which it is attached, from the root (0) down; only for policies of Organizations.
    #[serde(default)]
    pub level: usize,
}

/// A request to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRequest {
    /// The ARN of a user, a role, a session or a root user, the name of a service, or `*` for an anonymous caller.
    pub principal: String,
    /// `s3:GetObject`.
    pub action: String,
    /// The resource's ARN, or `*` for an action without a resource.
    pub resource: String,
    /// The account that owns the resource, if it is not the caller's.
    #[serde(default)]
    pub resource_account: Option<String>,
    /// Condition keys; those that tell who calls are known from the principal unless they stand here.
    #[serde(default)]
    pub context: BTreeMap<String, ContextValue>,
    /// The policy of this very resource, or the trust policy of this role.
    #[serde(default)]
    pub resource_policy: Option<String>,
}

/// The value of a condition key: a list makes the key multivalued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ContextValue {
    /// A single-valued key.
    One(String),
    /// A multivalued key.
    Many(Vec<String>),
}

/// A question that has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PolicyError {
    /// A policy is malformed; its faults are as [`validate`] lists them.
    #[error("the policy {id} is malformed")]
    Malformed {
        /// The policy's id; `resource_policy` for one that a request brought.
        id: String,
        /// What [`validate`] says of it.
        validation: Value,
    },
    /// A principal is neither an ARN of a caller, nor a service, nor `*`.
    #[error("{0} is no principal")]
    Principal(String),
}

/// The policies that apply, read once for any number of requests.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    applicable: Applicable,
}

/// A request, read once for any number of decisions.
#[derive(Debug, Clone)]
pub struct Question {
    principal: Principal,
    action: String,
    resource: String,
    resource_account: Option<String>,
    context: Context,
    policy: Option<Source>,
}

/// A decision with its trace.
#[derive(Debug, Clone)]
pub struct Answer(Decision);

impl From<PolicyKind> for DocumentKind {
    fn from(kind: PolicyKind) -> Self {
        match kind {
            PolicyKind::Identity => Self::Identity,
            PolicyKind::Resource => Self::Resource,
            PolicyKind::Trust => Self::Trust,
            PolicyKind::Session => Self::Session,
            PolicyKind::Boundary => Self::Boundary,
            PolicyKind::ServiceControl => Self::ServiceControl,
            PolicyKind::ResourceControl => Self::ResourceControl,
        }
    }
}

/// Everything that can be said of a policy's text alone:
/// `{"valid", "kind", "id", "size", "limits": {name: characters}, "faults": […], "statements": […], "context_keys": […]}`.
///
/// A fault is `{"code", …, "message", "start", "end"}`: the code names what is wrong, further keys what stands there, the
/// message is AWS's sentence, and the places are `{"line", "column"}` counted from 1. The first fault is the one that AWS
/// would name. `size` counts all but white space, as IAM's quotas do.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub fn validate(text: &str, kind: PolicyKind) -> Value {
    let faults: Vec<Value> = Document::faults(text, kind.into()).iter().map(fault).collect();
    let document = Document::parse(text, kind.into()).ok();
    let statements = document.as_ref().map(Document::statements).unwrap_or_default();
    let statements = statements.iter().map(|statement| {
        json!({
            "index": statement.index,
            "sid": statement.sid,
            "effect": statement.effect,
            "start": statement.span.start,
            "end": statement.span.end,
        })
    });
    json!({
        "valid": faults.is_empty(),
        "kind": kind,
        "id": document.as_ref().and_then(Document::id),
        "size": size(text),
        "limits": limits(kind),
        "faults": faults,
        "statements": statements.collect::<Vec<_>>(),
        "context_keys": document.as_ref().map(Document::context_keys).unwrap_or_default(),
    })
}

fn fault(malformed: &Malformed) -> Value {
    let mut value = serde_json::to_value(&malformed.fault).unwrap_or_default();
    value["message"] = malformed.sentence().into();
    value["start"] = json!(malformed.span.start);
    value["end"] = json!(malformed.span.end);
    value
}

/// How many characters a policy may have by where it is attached; for inline policies, all of them together.
fn limits(kind: PolicyKind) -> Value {
    match kind {
        PolicyKind::Identity => json!({"managed": 6144, "user": 2048, "group": 5120, "role": 10240}),
        PolicyKind::Boundary => json!({"managed": 6144}),
        PolicyKind::Trust => json!({"role": 2048}),
        PolicyKind::Session => json!({"session": 2048}),
        PolicyKind::Resource | PolicyKind::ServiceControl | PolicyKind::ResourceControl => json!({}),
    }
}

/// Decides requests by policies: for each what [`Answer::to_value`] tells.
pub fn decide(policies: &[PolicyText], requests: &[PolicyRequest]) -> Result<Vec<Value>, PolicyError> {
    let policies = Policies::read(policies)?;
    let answers = requests.iter().map(|request| {
        let question = Question::read(request)?;
        Ok(policies.decide(&question).to_value())
    });
    answers.collect()
}

impl Policies {
    /// Reads the policies that apply; the order within a kind is kept.
    pub fn read(texts: &[PolicyText]) -> Result<Self, PolicyError> {
        let mut applicable = Applicable::default();
        for text in texts {
            add(&mut applicable, text)?;
        }
        Ok(Self { applicable })
    }

    /// Decides a request.
    pub fn decide(&self, question: &Question) -> Answer {
        let request = Request {
            principal: &question.principal,
            action: &question.action,
            resource: &question.resource,
            resource_account: question.resource_account.as_deref(),
            context: &question.context,
        };
        let Some(policy) = &question.policy else {
            return Answer(evaluate(&request, &self.applicable));
        };
        let applicable = Applicable {
            resource: Some(policy.clone()),
            ..self.applicable.clone()
        };
        Answer(evaluate(&request, &applicable))
    }
}

fn add(applicable: &mut Applicable, text: &PolicyText) -> Result<(), PolicyError> {
    let source = |kind| source(&text.id, text.kind, kind, &text.text);
    let at = |levels: &mut Vec<Vec<Source>>, source| {
        levels.resize(levels.len().max(text.level + 1), Vec::new());
        levels[text.level].push(source);
    };
    match text.kind {
        PolicyKind::Identity => applicable.identity.push(source(SourceKind::CustomerManaged)?),
        PolicyKind::Resource => applicable.resource = Some(source(SourceKind::Resource)?),
        PolicyKind::Trust => applicable.resource = Some(source(SourceKind::Trust)?),
        PolicyKind::Session => {
            let policy = source(SourceKind::Session)?;
            applicable.session.get_or_insert_default().push(policy);
        }
        PolicyKind::Boundary => applicable.boundary = Some(source(SourceKind::Boundary)?),
        PolicyKind::ServiceControl => {
            at(
                &mut applicable.service_control,
                source(SourceKind::ServiceControl)?,
            );
        }
        PolicyKind::ResourceControl => {
            at(
                &mut applicable.resource_control,
                source(SourceKind::ResourceControl)?,
            );
        }
    }
    Ok(())
}

/// AWS attaches `RCPFullAWSAccess` to every level, so it may stand among the policies although no customer can write it.
fn source(id: &str, kind: PolicyKind, of: SourceKind, text: &str) -> Result<Source, PolicyError> {
    let read = match kind {
        PolicyKind::ResourceControl => Document::parse_aws_managed(text, kind.into()),
        _ => Document::parse(text, kind.into()),
    };
    let document = read.map_err(|_| PolicyError::Malformed {
        id: id.to_owned(),
        validation: validate(text, kind),
    })?;
    Ok(Source::new(id, of, Arc::new(document)))
}

impl Question {
    /// Reads a request.
    pub fn read(request: &PolicyRequest) -> Result<Self, PolicyError> {
        let principal = Principal::parse(&request.principal);
        let principal = principal.ok_or_else(|| PolicyError::Principal(request.principal.clone()))?;
        let mut context = Context::new();
        context.set_principal(&principal);
        for (key, value) in &request.context {
            match value {
                ContextValue::One(value) => context.set(key.clone(), value.as_str()),
                ContextValue::Many(values) => context.set_all(key.clone(), values.clone()),
            }
        }
        let assumes = request.action.to_ascii_lowercase().starts_with("sts:");
        let (kind, of) = if assumes && request.resource.contains(":role/") {
            (PolicyKind::Trust, SourceKind::Trust)
        } else {
            (PolicyKind::Resource, SourceKind::Resource)
        };
        let policy = request.resource_policy.as_deref();
        let policy = policy.map(|text| source("resource_policy", kind, of, text));
        Ok(Self {
            principal,
            action: request.action.clone(),
            resource: request.resource.clone(),
            resource_account: request.resource_account.clone(),
            context,
            policy: policy.transpose()?,
        })
    }
}

impl Answer {
    /// Whether the request is allowed.
    pub fn allowed(&self) -> bool {
        self.0.allowed
    }

    /// `allowed`, `explicitDeny` or `implicitDeny`.
    pub fn decision(&self) -> &'static str {
        match self.0.verdict {
            Verdict::Allowed => "allowed",
            Verdict::ExplicitDeny => "explicitDeny",
            Verdict::ImplicitDeny => "implicitDeny",
        }
    }

    /// The decision with its trace, as the journal shows it: `principal`, `action`, `resource`, `cross_account`, `context`,
    /// `allowed`, `decision`, `denied_by` (a kind of policy), `policy`, `matched`, `decided_by` (a statement), `stages`, and
    /// for a denial `message` (AWS's sentence), `nearest_miss`, `suggestion` and `also`.
    ///
    /// `stages` are the kinds of policies in the order of evaluation, each with its `outcome`, whether the decision
    /// `needed` it, and its `policies` with their `statements`: what `matched`, and for the others the element that
    /// `failed` with its `expected` and `actual` values.
    ///
    /// `suggestion` is a change that would allow the request, together with those in `also`: its `kind` (`add_statement`,
    /// `extend_action`, `extend_resource`, `extend_principal`, `fix_condition`, `remove_deny`), the `type` of policy, the
    /// `policy` and `statement_index` to change (null: a new one), a `reason` for a common slip, `from` and `to`
    /// (`operator_from` and `operator_to` where a condition's operator changes), and the
    /// `statement` as it would be, with its `text`.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(&self.0).unwrap_or_default()
    }
}
