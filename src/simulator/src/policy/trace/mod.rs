//! What was asked and what each policy said: kept as indices, told as JSON when it is read.

mod json;
mod nearest;
mod suggest;
mod suggestion;

use std::sync::Arc;

use super::context::Context;
use super::document::{Effect, Statement};
use super::evaluate::{Placement, placement};
use super::matching::{Asked, Outcome, matched};
use super::principal::Principal;
use super::source::{PolicyType, Source};
use super::{Decision, Request};

pub(super) use json::serialize;

/// What was asked and what each policy said.
#[derive(Debug)]
pub(crate) struct Trace {
    pub(super) principal: Principal,
    pub(super) action: Box<str>,
    pub(super) resource: Box<str>,
    pub(super) resource_account: Option<Box<str>>,
    pub(in crate::policy) context: Context,
    /// Whether the caller has a permissions boundary.
    pub(super) bounded: bool,
    /// The kinds of policies in the order of evaluation, those of Organizations once for each level.
    pub(super) stages: Vec<Stage>,
    /// The statement that decided; an implicit denial has none.
    pub(super) deciding: Option<Deciding>,
}

/// The policies of a kind that apply, at one level of the organization for those that have levels.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(super) kind: PolicyType,
    pub(super) level: usize,
    pub(super) policies: Vec<Consulted>,
    pub(super) outcome: StageOutcome,
    /// Whether the decision needed it.
    pub(super) needed: bool,
}

/// What a stage says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StageOutcome {
    /// A statement denies.
    ExplicitDeny,
    /// A statement allows, and none denies.
    Allowed,
    /// No statement allows.
    ImplicitDeny,
}

/// A policy with what each of its statements has to do with the request.
#[derive(Debug)]
pub(crate) struct Consulted {
    pub(super) source: Source,
    pub(super) outcomes: Vec<Outcome>,
}

/// The place of a statement in a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deciding {
    pub(super) stage: usize,
    pub(super) policy: usize,
    pub(super) statement: usize,
}

impl Stage {
    /// Whether it is of a kind, of which a role's trust policy is one more for `ResourceBased`.
    pub(super) fn is_a(&self, kind: PolicyType) -> bool {
        self.kind == kind || (kind == PolicyType::ResourceBased && self.kind == PolicyType::RoleTrust)
    }

    /// Its policies with their statements and what these have to do with the request.
    fn statements(&self) -> impl Iterator<Item = (usize, &Source, &Statement, Outcome)> {
        self.policies.iter().enumerate().flat_map(|(at, consulted)| {
            let statements = consulted
                .source
                .document
                .statements()
                .iter()
                .zip(&consulted.outcomes);
            statements.map(move |(statement, outcome)| (at, &consulted.source, statement, *outcome))
        })
    }

    /// Whether a statement allows, be it that another denies; the root user needs none in the policies of its identity.
    fn allows(&self) -> bool {
        let allow = |(_, _, statement, outcome): (_, _, &Statement, _)| {
            matched(statement, outcome).is_some_and(|(effect, _)| effect == Effect::Allow)
        };
        self.outcome == StageOutcome::Allowed || self.statements().any(allow)
    }
}

impl Trace {
    /// The request again.
    fn request(&self) -> Request<'_> {
        Request {
            principal: &self.principal,
            action: &self.action,
            resource: &self.resource,
            resource_account: self.resource_account.as_deref(),
            context: &self.context,
        }
    }

    fn asked(&self) -> Asked<'_> {
        Asked::new(&self.request(), self.bounded)
    }

    fn placement(&self) -> Placement {
        placement(&self.principal, self.resource_account.as_deref())
    }

    /// Whether the resource belongs to another account than the caller.
    pub(super) fn is_cross_account(&self) -> bool {
        self.placement() == Placement::CrossAccount
    }

    /// The statements of an effect that matched.
    pub(super) fn matched(&self, effect: Effect) -> impl Iterator<Item = (&Source, &Statement)> {
        let statements = self.stages.iter().flat_map(Stage::statements);
        statements.filter_map(move |(_, source, statement, outcome)| {
            let matched = matched(statement, outcome).is_some_and(|(of, _)| of == effect);
            matched.then_some((source, statement))
        })
    }

    /// The keys that the policies read and the request did not have, each once.
    pub(super) fn missing_context_keys(&self) -> Vec<&str> {
        let mut missing: Vec<&str> = Vec::new();
        let consulted = self.stages.iter().flat_map(|stage| &stage.policies);
        for key in consulted.flat_map(|consulted| consulted.source.document.context_keys()) {
            let known = missing.iter().any(|other| other.eq_ignore_ascii_case(key));
            if !known && self.context.entry(key).is_none() {
                missing.push(key);
            }
        }
        missing
    }

    /// Whether the policies of a kind allow, at every level.
    pub(super) fn allowed_by(&self, kind: PolicyType) -> Option<bool> {
        let mut stages = self.stages.iter().filter(|stage| stage.kind == kind).peekable();
        stages.peek()?;
        Some(stages.all(|stage| stage.outcome == StageOutcome::Allowed))
    }

    /// The id of a policy in the trace.
    fn policy(&self, stage: usize, policy: usize) -> Arc<str> {
        Arc::clone(&self.stages[stage].policies[policy].source.id)
    }
}

/// The ids of the policies whose statements led to a verdict, each once.
fn matched_ids(decision: &Decision) -> Vec<Arc<str>> {
    let mut ids: Vec<Arc<str>> = Vec::new();
    for (source, _) in decision.matched_statements() {
        if !ids.contains(&source.id) {
            ids.push(Arc::clone(&source.id));
        }
    }
    ids
}
