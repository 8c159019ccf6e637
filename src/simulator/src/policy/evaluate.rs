//! The decision about a request: every policy is consulted, then the kinds of policies are weighed.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>

use std::sync::Arc;

use super::context::Request;
use super::decision::{Decision, Verdict};
use super::document::Effect;
use super::matching::{Asked, Naming, matched};
use super::principal::Principal;
use super::source::{Applicable, PolicyType, Source, SourceKind};
use super::trace::{Consulted, Deciding, Stage, StageOutcome, Trace};

/// Decides a request by the policies that apply to it.
pub(crate) fn evaluate(request: &Request, policies: &Applicable) -> Decision {
    let asked = Asked::new(request, policies.boundary.is_some());
    let mut stages = Stages::consult(&asked, policies);
    let ruling = stages.rule(request);
    let deciding = stages.deciding(ruling);
    let policy =
        deciding.map(|deciding| Arc::clone(&stages.0[deciding.stage].policies[deciding.policy].source.id));
    let trace = Trace {
        principal: request.principal.clone(),
        action: request.action.into(),
        resource: request.resource.into(),
        resource_account: request.resource_account.map(Into::into),
        context: request.context.clone(),
        bounded: policies.boundary.is_some(),
        stages: stages.0,
        deciding,
    };
    let verdict = ruling.verdict();
    Decision {
        allowed: verdict == Verdict::Allowed,
        verdict,
        denied_by: ruling.denied_by(),
        policy,
        trace: Arc::new(trace),
    }
}

/// What it comes to, with the kind of policy that made it so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ruling {
    Allowed(PolicyType),
    ExplicitDeny(PolicyType),
    ImplicitDeny(PolicyType),
}

impl Ruling {
    fn verdict(self) -> Verdict {
        match self {
            Self::Allowed(_) => Verdict::Allowed,
            Self::ExplicitDeny(_) => Verdict::ExplicitDeny,
            Self::ImplicitDeny(_) => Verdict::ImplicitDeny,
        }
    }

    fn denied_by(self) -> Option<PolicyType> {
        match self {
            Self::Allowed(_) => None,
            Self::ExplicitDeny(kind) | Self::ImplicitDeny(kind) => Some(kind),
        }
    }
}

/// The kinds of policies in the order of evaluation.
struct Stages(Vec<Stage>);

impl Stages {
    fn consult(asked: &Asked, policies: &Applicable) -> Self {
        let mut stages = Vec::with_capacity(6);
        let levels = [
            (PolicyType::ResourceControl, &policies.resource_control),
            (PolicyType::ServiceControl, &policies.service_control),
        ];
        for (kind, levels) in levels {
            stages.extend(
                levels
                    .iter()
                    .enumerate()
                    .map(|(level, sources)| stage(asked, kind, level, sources)),
            );
        }
        if let Some(source) = &policies.resource {
            let kind = match source.kind {
                SourceKind::Trust => PolicyType::RoleTrust,
                _ => PolicyType::ResourceBased,
            };
            stages.push(stage(asked, kind, 0, std::slice::from_ref(source)));
        }
        let mut identity = stage(asked, PolicyType::IdentityBased, 0, &policies.identity);
        if identity.outcome == StageOutcome::ImplicitDeny && is_root(asked.principal) {
            identity.outcome = StageOutcome::Allowed;
        }
        stages.push(identity);
        if let Some(source) = &policies.boundary {
            let sources = std::slice::from_ref(source);
            stages.push(stage(asked, PolicyType::PermissionsBoundary, 0, sources));
        }
        if let Some(sources) = session(asked.principal, policies) {
            stages.push(stage(asked, PolicyType::Session, 0, sources));
        }
        Self(stages)
    }

    /// Weighs the stages, and notes which of them the decision needed.
    fn rule(&mut self, request: &Request) -> Ruling {
        let denying = self
            .0
            .iter_mut()
            .find(|stage| stage.outcome == StageOutcome::ExplicitDeny);
        if let Some(stage) = denying {
            stage.needed = true;
            return Ruling::ExplicitDeny(stage.kind);
        }
        let placement = placement(request.principal, request.resource_account);
        for kind in required(placement, &self.0) {
            if let Err(kind) = self.need(*kind) {
                return Ruling::ImplicitDeny(kind);
            }
        }
        Ruling::Allowed(self.grantor())
    }

    /// Demands that every stage of a kind allows; a resource that has no policy allows nothing.
    fn need(&mut self, kind: PolicyType) -> Result<(), PolicyType> {
        let mut found = kind != PolicyType::ResourceBased;
        for stage in self.0.iter_mut().filter(|stage| stage.is_a(kind)) {
            (stage.needed, found) = (true, true);
            if stage.outcome != StageOutcome::Allowed {
                return Err(stage.kind);
            }
        }
        if found { Ok(()) } else { Err(kind) }
    }

    /// The kind of policy that grants: the identity's if it was needed, else the resource's.
    fn grantor(&self) -> PolicyType {
        let identity = self
            .0
            .iter()
            .find(|stage| stage.kind == PolicyType::IdentityBased);
        match (identity.filter(|stage| stage.needed), resource(&self.0)) {
            (None, Some(stage)) => stage.kind,
            _ => PolicyType::IdentityBased,
        }
    }

    /// The statement that decided; an implicit denial has none.
    fn deciding(&self, ruling: Ruling) -> Option<Deciding> {
        let (kind, effect) = match ruling {
            Ruling::Allowed(kind) => (kind, Effect::Allow),
            Ruling::ExplicitDeny(kind) => (kind, Effect::Deny),
            Ruling::ImplicitDeny(_) => return None,
        };
        let stages = self.0.iter().enumerate().filter(|(_, stage)| stage.kind == kind);
        stages.flat_map(|(at, stage)| deciding(at, stage, effect)).next()
    }
}

fn deciding(stage: usize, of: &Stage, effect: Effect) -> impl Iterator<Item = Deciding> {
    let policies = of.policies.iter().enumerate();
    policies.flat_map(move |(policy, consulted)| {
        let matches = consulted.matches().filter(move |(_, of, _)| *of == effect);
        matches.map(move |(statement, ..)| Deciding {
            stage,
            policy,
            statement,
        })
    })
}

fn stage(asked: &Asked, kind: PolicyType, level: usize, sources: &[Source]) -> Stage {
    let policies: Vec<Consulted> = sources.iter().map(|source| consulted(asked, source)).collect();
    let mut outcome = StageOutcome::ImplicitDeny;
    for (_, effect, _) in policies.iter().flat_map(Consulted::matches) {
        match effect {
            Effect::Deny => outcome = StageOutcome::ExplicitDeny,
            Effect::Allow if outcome == StageOutcome::ImplicitDeny => outcome = StageOutcome::Allowed,
            Effect::Allow => (),
        }
    }
    Stage {
        kind,
        level,
        policies,
        outcome,
        needed: false,
    }
}

fn consulted(asked: &Asked, source: &Source) -> Consulted {
    let statements = source.document.statements().iter();
    Consulted {
        source: source.clone(),
        outcomes: statements.map(|statement| asked.consult(statement)).collect(),
    }
}

impl Consulted {
    /// The statements that matched: place, effect, and how they name the caller.
    pub(super) fn matches(&self) -> impl Iterator<Item = (usize, Effect, Naming)> {
        let statements = self
            .source
            .document
            .statements()
            .iter()
            .zip(&self.outcomes)
            .enumerate();
        statements.filter_map(|(at, (statement, outcome))| {
            matched(statement, *outcome).map(|(effect, naming)| (at, effect, naming))
        })
    }
}

/// Where the caller stands to the resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placement {
    /// It has no identity of an account: only the resource's policy can allow.
    NoIdentity,
    /// They are of one account.
    SameAccount,
    /// They are not: both sides must allow.
    CrossAccount,
}

/// Where a caller stands to a resource of an account, which is its own if that is not known.
pub(super) fn placement(principal: &Principal, resource_account: Option<&str>) -> Placement {
    match (principal.account(), resource_account) {
        (None, _) => Placement::NoIdentity,
        (Some(caller), Some(owner)) if caller != owner => Placement::CrossAccount,
        _ => Placement::SameAccount,
    }
}

/// The kinds of policies that must allow, in order; `ResourceBased` stands for a role's trust policy too.
///
/// In one account, what a resource's policy allows needs the less of the others the more directly it names the caller; a
/// trust policy must allow in any case, be it by the account.
pub(super) fn required(placement: Placement, stages: &[Stage]) -> &'static [PolicyType] {
    use PolicyType::{
        IdentityBased, PermissionsBoundary, ResourceBased, ResourceControl, ServiceControl, Session,
    };
    let resource = resource(stages);
    let trust = resource.is_some_and(|stage| stage.kind == PolicyType::RoleTrust);
    match (placement, resource.and_then(granted)) {
        (Placement::NoIdentity, _) | (Placement::SameAccount, Some(Naming::Directly)) => {
            &[ResourceControl, ServiceControl, ResourceBased]
        }
        (Placement::SameAccount, Some(Naming::BehindSession)) => &[
            ResourceControl,
            ServiceControl,
            ResourceBased,
            PermissionsBoundary,
            Session,
        ],
        (Placement::SameAccount, _) if trust => &[
            ResourceControl,
            ServiceControl,
            ResourceBased,
            IdentityBased,
            PermissionsBoundary,
            Session,
        ],
        (Placement::SameAccount, _) => &[
            ResourceControl,
            ServiceControl,
            IdentityBased,
            PermissionsBoundary,
            Session,
        ],
        (Placement::CrossAccount, _) => &[
            ResourceControl,
            ServiceControl,
            IdentityBased,
            PermissionsBoundary,
            Session,
            ResourceBased,
        ],
    }
}

/// The stage of the resource's own policy.
fn resource(stages: &[Stage]) -> Option<&Stage> {
    stages.iter().find(|stage| stage.is_a(PolicyType::ResourceBased))
}

/// How the resource's policy names whom it allows.
fn granted(stage: &Stage) -> Option<Naming> {
    let matches = stage.policies.iter().flat_map(Consulted::matches);
    let allows = matches.filter(|(_, effect, _)| *effect == Effect::Allow);
    allows.map(|(_, _, naming)| naming).max()
}

/// The root user may do everything in its account, and so may its federated session as far as its policies go.
fn is_root(principal: &Principal) -> bool {
    match principal {
        Principal::Root { .. } => true,
        Principal::FederatedUser { user_arn, .. } => user_arn.ends_with(":root"),
        _ => false,
    }
}

/// The policies of the session. A federated user's session without any has no permissions of its own.
///
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
fn session<'a>(principal: &Principal, policies: &'a Applicable) -> Option<&'a [Source]> {
    match (&policies.session, principal) {
        (Some(sources), _) => Some(sources),
        (None, Principal::FederatedUser { .. }) => Some(&[]),
        (None, _) => None,
    }
}
