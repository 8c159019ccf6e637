//! Who may do what: AWS's policy language and how a request is decided by it.
//!
//! Pure: no input or output, no locks; the time is a context key.

mod condition;
mod context;
mod decision;
mod document;
mod evaluate;
mod matching;
mod message;
mod pattern;
mod principal;
mod source;
#[cfg(test)]
mod tests;
mod trace;

pub(crate) use context::{Context, Request};
pub(crate) use decision::{Decision, Verdict};
pub(crate) use document::{
    Document, DocumentKind, Fault, Form, Malformed, NamedPrincipal, Places, Position, Span, size,
};
pub(crate) use evaluate::evaluate;
pub(crate) use message::{decode_denial, encode_denial};
pub(crate) use principal::{Principal, canonical_user};
pub(crate) use source::{Applicable, PolicyType, Source, SourceKind};

/// The managed policy that allows everything.
pub(crate) const ADMINISTRATOR_ACCESS: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
