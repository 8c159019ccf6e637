//! The results of a simulation: each action on each resource, and all resources together.

use serde_json::{Value, json};

use super::asked::Asked;
use super::subject::Subject;
use crate::policy::{
    Applicable, Context, Decision, PolicyType, Position, Request, SourceKind, Verdict, evaluate,
};
use crate::services::iam::operations::Answer;

/// Who calls, with which policies.
pub(super) struct Simulation {
    pub(super) subject: Subject,
    /// Whether the caller's account is in an organization.
    pub(super) in_organization: bool,
    /// Every policy but that of the resource.
    pub(super) applicable: Applicable,
}

/// One action on one resource.
struct Trial<'a> {
    resource: &'a str,
    /// Whether the resource belongs to another account than the caller.
    cross_account: bool,
    decision: Decision,
}

impl Simulation {
    /// The page of results that is asked for; only that page is worked out.
    pub(super) fn answer(mut self, asked: &Asked) -> Answer {
        self.applicable.resource.clone_from(&asked.resource_policy);
        let actions = asked
            .actions
            .iter()
            .map(|action| (action.clone(), action.as_str().into()));
        let mut output = asked.page.cut("EvaluationResults", actions.collect())?;
        let results = &mut output["EvaluationResults"];
        for result in results.as_array_mut().into_iter().flatten() {
            let action = result.take();
            let action = action.as_str().unwrap_or_default();
            let trials = asked
                .resources
                .iter()
                .map(|resource| self.trial(asked, action, resource));
            *result = self.result(action, &trials.collect::<Vec<_>>());
        }
        Ok(output.into())
    }

    fn trial<'a>(&self, asked: &Asked, action: &str, resource: &'a str) -> Trial<'a> {
        let own = self.subject.principal.account();
        let named = resource.split(':').nth(4).filter(|account| account.len() == 12);
        let owner = named.or(asked.resource_owner.as_deref()).or(own);
        let request = Request {
            principal: &self.subject.principal,
            action,
            resource,
            resource_account: owner,
            context: &self.context(&asked.context),
        };
        Trial {
            resource,
            cross_account: owner != own,
            decision: evaluate(&request, &self.applicable),
        }
    }

    /// The circumstances that were given, and who calls; what was given comes first.
    fn context(&self, given: &Context) -> Context {
        let mut context = Context::new();
        if self.subject.known {
            context.set_principal(&self.subject.principal);
        }
        for (key, value) in &self.subject.tags {
            context.set(format!("aws:PrincipalTag/{key}"), value);
        }
        for entry in given.entries() {
            if entry.multivalued {
                context.set_all(entry.key.clone(), entry.values.clone());
            } else {
                context.add(entry.key.clone(), entry.values.clone());
            }
        }
        context
    }

    fn result(&self, action: &str, trials: &[Trial<'_>]) -> Value {
        let everything = trials.iter().all(|trial| trial.resource == "*");
        let cross_account = trials.iter().any(|trial| trial.cross_account);
        let specific = trials.iter().map(|trial| self.of_resource(trial));
        let all = |name: fn(&Self, &Decision) -> Vec<Value>| {
            let mut listed: Vec<Value> = Vec::new();
            for item in trials.iter().flat_map(|trial| name(self, &trial.decision)) {
                if !listed.contains(&item) {
                    listed.push(item);
                }
            }
            listed
        };
        let verdict = trials
            .iter()
            .map(|trial| trial.decision.verdict)
            .max_by_key(|verdict| severity(*verdict));
        let details = if cross_account { details(trials) } else { json!({}) };
        json!({
            "EvalActionName": action,
            "EvalResourceName": template(trials.first().map_or("*", |trial| trial.resource)),
            "EvalDecision": verdict,
            "MatchedStatements": all(|_, decision| matched(decision)),
            "MissingContextValues": all(Self::missing),
            "OrganizationsDecisionDetail": self.in_organization.then(|| json!({
                "AllowedByOrganizations": every(trials, PolicyType::ServiceControl),
            })),
            "PermissionsBoundaryDecisionDetail": self.boundary_detail(every(trials, PolicyType::PermissionsBoundary)),
            "EvalDecisionDetails": (!everything || cross_account).then_some(details),
            "ResourceSpecificResults": (!everything).then(|| specific.collect::<Value>()),
        })
    }

    fn of_resource(&self, trial: &Trial<'_>) -> Value {
        let allowed = trial
            .decision
            .allowed_by(PolicyType::PermissionsBoundary)
            .unwrap_or(true);
        json!({
            "EvalResourceName": trial.resource,
            "EvalResourceDecision": trial.decision.verdict,
            "MatchedStatements": matched(&trial.decision),
            "MissingContextValues": self.missing(&trial.decision),
            "EvalDecisionDetails": trial.cross_account.then(|| details(std::slice::from_ref(trial))),
            "PermissionsBoundaryDecisionDetail": self.boundary_detail(allowed),
        })
    }

    fn boundary_detail(&self, allowed: bool) -> Value {
        match &self.applicable.boundary {
            Some(_) => json!({ "AllowedByPermissionsBoundary": allowed }),
            None => Value::Null,
        }
    }

    /// The keys that identity-based and resource-based policies read and that nobody gave: those that only service
    /// control policies read are not told.
    fn missing(&self, decision: &Decision) -> Vec<Value> {
        let policies = &self.applicable;
        let told = policies
            .identity
            .iter()
            .chain(&policies.boundary)
            .chain(&policies.resource);
        let told: Vec<&str> = told.flat_map(|source| source.document.context_keys()).collect();
        let missing = decision.missing_context_keys().into_iter();
        let missing = missing.filter(|key| told.iter().any(|other| other.eq_ignore_ascii_case(key)));
        missing.map(Value::from).collect()
    }
}

/// The less is allowed, the more a decision counts.
fn severity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Allowed => 0,
        Verdict::ImplicitDeny => 1,
        Verdict::ExplicitDeny => 2,
    }
}

/// Whether policies of a kind allow the action on every resource; where there are none, they do.
fn every(trials: &[Trial<'_>], kind: PolicyType) -> bool {
    trials
        .iter()
        .all(|trial| trial.decision.allowed_by(kind).unwrap_or(true))
}

/// The identity-based and resource-based statements that led to a decision.
fn matched(decision: &Decision) -> Vec<Value> {
    let place = |at: Position| json!({ "Line": at.line, "Column": at.column });
    let statements = decision.matched_statements();
    let told = statements.filter(|(source, _)| {
        !matches!(
            source.kind,
            SourceKind::ServiceControl | SourceKind::ResourceControl | SourceKind::Boundary
        )
    });
    told.map(|(source, statement)| {
        json!({
            "SourcePolicyId": short(&source.id),
            "SourcePolicyType": source.kind.policy_source_type(),
            "StartPosition": place(statement.reported_start),
            "EndPosition": place(statement.span.end),
        })
    })
    .collect()
}

/// A managed policy is called by its name.
fn short(id: &str) -> &str {
    if id.starts_with("arn:") {
        id.rsplit('/').next().unwrap_or(id)
    } else {
        id
    }
}

/// What each kind of policy says across accounts: of all resources, the most restrictive.
fn details(trials: &[Trial<'_>]) -> Value {
    let kinds = [
        ("IAM Policy", PolicyType::IdentityBased),
        ("IAM Permissions Boundary Policy", PolicyType::PermissionsBoundary),
        ("Resource Policy", PolicyType::ResourceBased),
    ];
    let there = kinds.into_iter().filter(|(_, kind)| {
        *kind != PolicyType::PermissionsBoundary
            || trials
                .iter()
                .any(|trial| trial.decision.allowed_by(*kind).is_some())
    });
    let entries = there.map(|(name, kind)| {
        let said = trials
            .iter()
            .map(|trial| said(&trial.decision, kind))
            .max_by_key(|verdict| severity(*verdict));
        json!({ "key": name, "value": said })
    });
    json!({ "entry": entries.collect::<Vec<_>>() })
}

fn said(decision: &Decision, kind: PolicyType) -> Verdict {
    if decision.allowed_by(kind) == Some(true) {
        Verdict::Allowed
    } else if decision.verdict == Verdict::ExplicitDeny && decision.denied_by == Some(kind) {
        Verdict::ExplicitDeny
    } else {
        Verdict::ImplicitDeny
    }
}

/// The form of a resource's ARN, where it has a known one: since 2026, only the results of each resource name it.
fn template(resource: &str) -> String {
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let ["arn", _, service, _, _, rest] = parts[..] else {
        return "*".to_owned();
    };
    let rest = match (service, rest.split_once('/')) {
        ("s3", Some(_)) => ":::${BucketName}/${KeyName}",
        ("s3", None) => ":::${BucketName}",
        ("dynamodb", Some(("table", name))) if name.contains("/index/") => {
            ":${Region}:${Account}:table/${TableName}/index/${IndexName}"
        }
        ("dynamodb", Some(("table", _))) => ":${Region}:${Account}:table/${TableName}",
        ("iam", Some(("user", _))) => "::${Account}:user/${UserNameWithPath}",
        ("iam", Some(("group", _))) => "::${Account}:group/${GroupNameWithPath}",
        ("iam", Some(("role", _))) => "::${Account}:role/${RoleNameWithPath}",
        ("iam", Some(("policy", _))) => "::${Account}:policy/${PolicyNameWithPath}",
        ("lambda", _) if rest.starts_with("function:") => ":${Region}:${Account}:function:${FunctionName}",
        ("sqs", None) => ":${Region}:${Account}:${QueueName}",
        ("sns", None) => ":${Region}:${Account}:${TopicName}",
        _ => return "*".to_owned(),
    };
    format!("arn:${{Partition}}:{service}{rest}")
}
