//! Who may do what: AWS's policy language and how a request is decided by it.
//!
//! Pure: no input or output, no locks; the time is a context key.
#![allow(
    dead_code,
    unused_imports,
    reason = "what only IAM, STS and Organizations ask for waits for them"
)]

mod condition;
mod context;
mod decision;
mod document;
mod evaluate;
mod matching;
mod pattern;
mod principal;
mod source;
#[cfg(test)]
mod tests;
mod trace;

pub(crate) use condition::Condition;
pub(crate) use context::{Context, Request};
pub(crate) use decision::{Decision, Verdict};
pub(crate) use document::{
    Document, DocumentKind, Effect, Fault, Form, Malformed, NamedPrincipal, Position, Principals, Span,
    Statement, Version, size,
};
pub(crate) use evaluate::evaluate;
pub(crate) use principal::{Principal, canonical_user};
pub(crate) use source::{Applicable, PolicyType, Source, SourceKind};

/// The managed policy that allows everything.
pub(crate) const ADMINISTRATOR_ACCESS: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
