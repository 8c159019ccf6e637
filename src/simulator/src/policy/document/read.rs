//! From JSON to a document: which elements there are, and every fault among them.

use super::fault::is_effect_in_other_case;
use super::position::Places;
use super::statement::{Effect, Statement};
use super::{Author, Document, DocumentKind, Fault, Malformed, Span, Version, size};
use crate::json::{self, Member, Node, Value};

/// Reads a text; with faults, the document holds only what could be read.
pub(super) fn read(text: &str, kind: DocumentKind, author: Author) -> (Document, Vec<Malformed>) {
    let mut reader = Reader {
        kind,
        author,
        version: Version::V2008,
        places: Places::of(text),
        faults: Vec::new(),
    };
    let (id, statements) = match json::read(text) {
        Ok(read) => {
            for (name, at) in read.repeated {
                let end = at + name.len() + 2;
                reader.fault_at(Fault::DuplicateKey { name }, at, end);
            }
            reader.document(&read.root)
        }
        Err(json::NotJson { at, too_deep }) => {
            let fault = if too_deep { Fault::TooDeep } else { Fault::Json };
            reader.fault_at(fault, at, at);
            (None, Vec::new())
        }
    };
    let (version, mut faults) = (reader.version, reader.faults);
    faults.sort_by_key(rank);
    let document = Document {
        text: text.into(),
        kind,
        size: size(text),
        version,
        id,
        statements,
    };
    (document, faults)
}

/// In which order a parser of AWS comes to a fault: IAM's goes over the document several times, the others once.
fn rank(malformed: &Malformed) -> u8 {
    if !matches!(
        malformed.kind,
        DocumentKind::Identity | DocumentKind::Boundary | DocumentKind::Session
    ) {
        return 0;
    }
    match &malformed.fault {
        Fault::OldVersion => 1,
        Fault::ProhibitedElement {
            name: "Principal" | "NotPrincipal",
        } => 2,
        Fault::Date { .. } | Fault::ResourceSegments { .. } => 3,
        Fault::Effect { value } if is_effect_in_other_case(value) => 3,
        Fault::DuplicateSid { .. } | Fault::SidCharacters { .. } => 4,
        Fault::MissingElement { name: "Action" } | Fault::EmptyElement { name: "Action" } => 5,
        Fault::ResourceFormat { .. }
        | Fault::ResourcePartition { .. }
        | Fault::ResourceVendor { .. }
        | Fault::ResourceRegion { .. }
        | Fault::ResourceIamPath { .. } => 6,
        Fault::ActionPrefix { .. } | Fault::ActionColons { .. } | Fault::ActionVendor { .. } => 7,
        Fault::MissingElement { name: "Resource" } | Fault::EmptyElement { name: "Resource" } => 8,
        _ => 0,
    }
}

/// What reads a document and collects its faults.
pub(super) struct Reader<'a> {
    pub(super) kind: DocumentKind,
    pub(super) author: Author,
    pub(super) version: Version,
    places: Places<'a>,
    faults: Vec<Malformed>,
}

/// The elements of a document.
const ELEMENTS: &[&str] = &["Version", "Id", "Statement"];

/// The elements of a statement.
const STATEMENT_ELEMENTS: &[&str] = &[
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

impl Reader<'_> {
    /// Notes a fault of a value.
    pub(super) fn fault(&mut self, fault: Fault, node: &Node) {
        self.fault_at(fault, node.start, node.end);
    }

    fn fault_at(&mut self, fault: Fault, start: usize, end: usize) {
        let span = self.places.span(start, end);
        self.faults.push(Malformed {
            kind: self.kind,
            fault,
            span,
        });
    }

    /// Notes that a value has the wrong type.
    pub(super) fn wrong_type(&mut self, name: &str, expected: &'static str, node: &Node) {
        let name = name.to_owned();
        self.fault(Fault::WrongType { name, expected }, node);
    }

    /// Whether this is a policy of a resource, which names principals.
    pub(super) fn names_principals(&self) -> bool {
        use DocumentKind::{ResourceControl, Trust};
        self.kind.is_of_resource() || matches!(self.kind, Trust | ResourceControl)
    }

    fn document(&mut self, root: &Node) -> (Option<String>, Vec<Statement>) {
        let Value::Map(members) = &root.value else {
            self.fault(Fault::NotAnObject, root);
            return (None, Vec::new());
        };
        self.unknown_elements(members, ELEMENTS);
        self.version(root, element(members, "Version"));
        let id = element(members, "Id").and_then(|node| self.id(node));
        let Some(node) = element(members, "Statement") else {
            self.fault(Fault::MissingElement { name: "Statement" }, root);
            return (id, Vec::new());
        };
        (id, self.statements(node))
    }

    fn unknown_elements(&mut self, members: &[Member], known: &[&str]) {
        for member in members.iter().filter(|member| !known.contains(&&*member.name)) {
            let name = member.name.clone();
            let end = member.at + name.len() + 2;
            self.fault_at(Fault::UnknownElement { name }, member.at, end);
        }
    }

    fn version(&mut self, root: &Node, node: Option<&Node>) {
        let found = match node.map(|node| (node, &node.value)) {
            None => None,
            Some((_, Value::Text(text))) if text == "2012-10-17" => Some(Version::V2012),
            Some((_, Value::Text(text))) if text == "2008-10-17" => Some(Version::V2008),
            Some((node, Value::Text(text))) => {
                let value = text.clone();
                return self.fault(Fault::Version { value }, node);
            }
            Some((node, _)) => return self.wrong_type("Version", "string", node),
        };
        self.version = found.unwrap_or(Version::V2008);
        if self.author == Author::CustomerManaged && self.version < Version::V2012 {
            self.fault(Fault::OldVersion, node.unwrap_or(root));
        }
        if self.kind == DocumentKind::ResourceControl && found.is_none() {
            self.fault(Fault::MissingElement { name: "Version" }, root);
        }
    }

    /// Policies of identities and of Organizations have no `Id`.
    fn id(&mut self, node: &Node) -> Option<String> {
        if !self.kind.is_of_resource() && self.kind != DocumentKind::Trust {
            self.fault(Fault::ProhibitedElement { name: "Id" }, node);
        }
        let Value::Text(text) = &node.value else {
            self.wrong_type("Id", "string", node);
            return None;
        };
        Some(text.clone())
    }

    fn statements(&mut self, node: &Node) -> Vec<Statement> {
        let (items, in_array) = match &node.value {
            Value::List(items) if items.is_empty() => {
                self.fault(Fault::EmptyElement { name: "Statement" }, node);
                return Vec::new();
            }
            Value::List(items) => (items.as_slice(), true),
            Value::Map(_) => (std::slice::from_ref(node), false),
            _ => {
                self.wrong_type("Statement", "object or array of objects", node);
                return Vec::new();
            }
        };
        let mut statements = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let reported = if in_array { item.after } else { item.start + 1 };
            statements.extend(self.statement(index, item, reported));
        }
        self.unique_sids(&statements);
        statements
    }

    fn statement(&mut self, index: usize, node: &Node, reported_start: usize) -> Option<Statement> {
        let Value::Map(members) = &node.value else {
            self.wrong_type("Statement", "object", node);
            return None;
        };
        self.unknown_elements(members, STATEMENT_ELEMENTS);
        let sid = element(members, "Sid").and_then(|node| self.sid(node));
        let effect = self.effect(node, element(members, "Effect"));
        let principals = self.principals(node, members, effect);
        let conditions = element(members, "Condition").map(|node| self.conditions(node));
        let actions = self.actions(node, members);
        let resources = self.resources(node, members);
        Some(Statement {
            index,
            sid,
            effect: effect.unwrap_or(Effect::Deny),
            span: self.places.span(node.start, node.end),
            reported_start: self.places.at(reported_start),
            principals,
            actions: actions?,
            resources,
            conditions: conditions.unwrap_or_default(),
        })
    }

    fn sid(&mut self, node: &Node) -> Option<String> {
        let Value::Text(text) = &node.value else {
            self.wrong_type("Sid", "string", node);
            return None;
        };
        // Services have rules of their own for their policies; IAM's binds its own.
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !plain && !self.kind.is_of_resource() && self.kind != DocumentKind::Trust {
            self.fault(Fault::SidCharacters { value: text.clone() }, node);
        }
        Some(text.clone()).filter(|text| !text.is_empty())
    }

    fn effect(&mut self, statement: &Node, node: Option<&Node>) -> Option<Effect> {
        let Some(node) = node else {
            self.fault(Fault::MissingElement { name: "Effect" }, statement);
            return None;
        };
        let Value::Text(text) = &node.value else {
            self.wrong_type("Effect", "string", node);
            return None;
        };
        let of_aws = self.author == Author::Aws;
        match text.as_str() {
            "Allow" if self.kind == DocumentKind::ResourceControl && !of_aws => {
                self.fault(Fault::EffectNotSupported { value: "Allow" }, node);
                Some(Effect::Allow)
            }
            "Allow" => Some(Effect::Allow),
            "Deny" => Some(Effect::Deny),
            _ => {
                self.fault(Fault::Effect { value: text.clone() }, node);
                None
            }
        }
    }

    /// A bucket policy may repeat a `Sid`: S3 takes it.
    fn unique_sids(&mut self, statements: &[Statement]) {
        if self.kind.is_of_resource() {
            return;
        }
        for (at, statement) in statements.iter().enumerate() {
            let repeated = |earlier: &Statement| earlier.sid.is_some() && earlier.sid == statement.sid;
            if let (true, Some(sid)) = (statements[..at].iter().any(repeated), &statement.sid) {
                let Span { start, end } = statement.span;
                self.faults.push(Malformed {
                    kind: self.kind,
                    fault: Fault::DuplicateSid { value: sid.clone() },
                    span: Span { start, end },
                });
            }
        }
    }
}

/// The element of that name.
pub(super) fn element<'a>(members: &'a [Member], name: &str) -> Option<&'a Node> {
    let member = members.iter().find(|member| member.name == name);
    member.map(|member| &member.node)
}
