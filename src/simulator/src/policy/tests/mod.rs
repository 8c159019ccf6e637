//! Tests of the policy language: tables, a line a case, and properties.
#![allow(clippy::unwrap_used)]

mod api;
mod conditions;
mod cross_account;
mod dates_and_networks;
mod documents;
mod elements;
mod faults;
mod organization;
mod principals;
mod properties;
mod same_account;
mod sentences;
mod sets;
mod suggestions;
mod traces;
mod trust;
mod variables;

use std::sync::Arc;

use super::{
    Applicable, Context, Decision, Document, DocumentKind, Principal, Request, Source, SourceKind, evaluate,
};

/// The account of the callers.
const HERE: &str = "123456789012";

/// Another account.
const THERE: &str = "999999999999";

/// The cells of a table's lines: a line a case, `|` between the cells; blank lines and comments are none.
fn table<const COLUMNS: usize>(text: &str) -> Vec<[&str; COLUMNS]> {
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rows = lines.map(|line| {
        let cells: Vec<&str> = line.split(" | ").map(str::trim).collect();
        cells
            .try_into()
            .unwrap_or_else(|cells| panic!("{line}: {cells:?}"))
    });
    rows.collect()
}

/// A context out of `key=value; key=[a, b]`; `-` is an empty one.
fn context(text: &str) -> Context {
    let mut context = Context::new();
    for entry in text
        .split("; ")
        .filter(|entry| *entry != "-" && !entry.is_empty())
    {
        let (key, value) = entry.split_once('=').unwrap();
        let list = value.strip_prefix('[').and_then(|value| value.strip_suffix(']'));
        match list {
            Some(list) => {
                let values = list.split(", ").map(str::to_owned).collect();
                context.set_all(key.to_owned(), values);
            }
            None => context.set(key.to_owned(), value),
        }
    }
    context
}

fn document(kind: DocumentKind, statements: &str) -> Arc<Document> {
    let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}");
    let read = Document::parse(&text, kind);
    Arc::new(read.unwrap_or_else(|malformed| panic!("{text}: {malformed:?}")))
}

/// A policy of that kind.
fn source(id: &str, kind: SourceKind, statements: &str) -> Source {
    let of = match kind {
        SourceKind::Boundary => DocumentKind::Boundary,
        SourceKind::Session => DocumentKind::Session,
        SourceKind::ServiceControl => DocumentKind::ServiceControl,
        SourceKind::ResourceControl => DocumentKind::ResourceControl,
        SourceKind::Resource => DocumentKind::Resource,
        SourceKind::Trust => DocumentKind::Trust,
        _ => DocumentKind::Identity,
    };
    Source::new(id, kind, document(of, statements))
}

/// An inline policy of a user.
fn identity(statements: &str) -> Applicable {
    Applicable {
        identity: vec![source("en-ligne", SourceKind::UserInline, statements)],
        ..Applicable::default()
    }
}

fn alice() -> Principal {
    Principal::User {
        account: HERE.to_owned(),
        arn: format!("arn:aws:iam::{HERE}:user/equipe/alice"),
        name: "alice".to_owned(),
        id: "AIDAALICE0123456789AB".to_owned(),
    }
}

fn reader() -> Principal {
    Principal::AssumedRole {
        account: HERE.to_owned(),
        role_arn: format!("arn:aws:iam::{HERE}:role/service/lecteur"),
        session_arn: format!("arn:aws:sts::{HERE}:assumed-role/lecteur/matin"),
        id: "AROAREADER0123456789A:matin".to_owned(),
    }
}

fn guest() -> Principal {
    Principal::FederatedUser {
        account: HERE.to_owned(),
        arn: format!("arn:aws:sts::{HERE}:federated-user/invite"),
        id: format!("{HERE}:invite"),
        user_arn: format!("arn:aws:iam::{HERE}:user/equipe/alice"),
    }
}

/// The caller of that short name.
fn caller(name: &str) -> Principal {
    match name {
        "user" => alice(),
        "role" => reader(),
        "federated" => guest(),
        "root" => Principal::root(HERE),
        "service" => Principal::Service {
            name: "lambda.amazonaws.com".to_owned(),
        },
        "anonymous" => Principal::Anonymous,
        _ => panic!("{name}"),
    }
}

/// A question to policies.
#[derive(Debug, Clone)]
struct Question {
    principal: Principal,
    action: &'static str,
    resource: &'static str,
    owner: Option<&'static str>,
    context: Context,
}

impl Question {
    /// May a caller read an object?
    fn reads(principal: Principal) -> Self {
        let mut context = Context::new();
        context.set_principal(&principal);
        Self {
            principal,
            action: "s3:GetObject",
            resource: "arn:aws:s3:::rapports/2026/a.txt",
            owner: Some(HERE),
            context,
        }
    }

    fn put_to(&self, policies: &Applicable) -> Decision {
        let request = Request {
            principal: &self.principal,
            action: self.action,
            resource: self.resource,
            resource_account: self.owner,
            context: &self.context,
        };
        evaluate(&request, policies)
    }
}

/// A verdict in one word, with the kind of policy behind a denial.
fn verdict(decision: &Decision) -> String {
    let word = serde_json::to_value(decision.verdict).unwrap();
    let word = word.as_str().unwrap();
    let by = decision.denied_by.map(|kind| serde_json::to_value(kind).unwrap());
    by.map_or(word.to_owned(), |kind| {
        format!("{word} {}", kind.as_str().unwrap())
    })
}
