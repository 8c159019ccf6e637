//! The elements of a statement that hold lists: principals, actions, resources, conditions.

use super::principals::{Form, NamedPrincipal, Principals};
use super::read::{Reader, element};
use super::statement::{ActionPattern, Actions, Effect, Resources};
use super::{Author, DocumentKind, Fault, Version, resource};
use crate::json::{Member, Node, Value};
use crate::policy::condition::{Base, Condition, Operator, is_date, is_network};
use crate::policy::pattern::{Pattern, Syntax};

/// A text of a list, with where it stands.
type Item<'a> = (&'a str, &'a Node);

impl Reader<'_> {
    /// The texts of an element that is a text or a list of texts; anything else in it is a fault.
    fn texts<'a>(&mut self, name: &str, node: &'a Node) -> Vec<Item<'a>> {
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match &item.value {
                Value::Text(text) => texts.push((text.as_str(), item)),
                _ => self.wrong_type(name, "string or array of strings", item),
            }
        }
        texts
    }

    /// An element or its negation; both at once is a fault.
    fn either<'a>(
        &mut self,
        members: &'a [Member],
        name: &'static str,
        negation: &'static str,
    ) -> Option<(bool, &'a Node)> {
        match (element(members, name), element(members, negation)) {
            (Some(_), Some(node)) => {
                self.fault(Fault::BothElements { name }, node);
                None
            }
            (Some(node), None) => Some((false, node)),
            (None, node) => node.map(|node| (true, node)),
        }
    }

    pub(super) fn actions(&mut self, statement: &Node, members: &[Member]) -> Option<Actions> {
        let both = element(members, "Action").is_some() && element(members, "NotAction").is_some();
        let Some((negated, node)) = self.either(members, "Action", "NotAction") else {
            if !both {
                self.fault(Fault::MissingElement { name: "Action" }, statement);
            }
            return None;
        };
        if negated && self.kind == DocumentKind::ResourceControl && self.author != Author::Aws {
            self.fault(Fault::ProhibitedElement { name: "NotAction" }, node);
        }
        let texts = self.texts(if negated { "NotAction" } else { "Action" }, node);
        if matches!(&node.value, Value::List(items) if items.is_empty()) {
            self.fault(Fault::EmptyElement { name: "Action" }, node);
        }
        for (text, item) in &texts {
            self.action(text, item);
        }
        let patterns = texts.into_iter().map(|(text, _)| ActionPattern {
            text: text.into(),
            pattern: Pattern::compile(&text.to_ascii_lowercase(), ACTION),
        });
        Some(Actions {
            negated,
            patterns: patterns.collect(),
        })
    }

    fn action(&mut self, text: &str, node: &Node) {
        let value = text.to_owned();
        let (vendor, rest) = text.split_once(':').unwrap_or((text, ""));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
        let of_sts = vendor.eq_ignore_ascii_case("sts");
        let fault = if rest.contains(':') {
            Fault::ActionColons { value }
        } else if self.kind == DocumentKind::Trust && !of_sts {
            Fault::ActionNotSupported { value }
        } else if text == "*" {
            if self.kind != DocumentKind::ResourceControl || self.author == Author::Aws {
                return;
            }
            Fault::ActionNotSupported { value }
        } else if !text.contains(':') {
            Fault::ActionPrefix { value }
        } else if vendor != "*" && (vendor.is_empty() || !vendor.bytes().all(plain)) {
            Fault::ActionVendor {
                value: vendor.to_owned(),
            }
        } else {
            return;
        };
        self.fault(fault, node);
    }

    pub(super) fn resources(&mut self, statement: &Node, members: &[Member]) -> Option<Resources> {
        if self.kind == DocumentKind::Trust {
            for name in ["Resource", "NotResource"] {
                if let Some(node) = element(members, name) {
                    self.fault(Fault::ProhibitedElement { name }, node);
                }
            }
            return None;
        }
        let both = element(members, "Resource").is_some() && element(members, "NotResource").is_some();
        let Some((negated, node)) = self.either(members, "Resource", "NotResource") else {
            if !both && self.kind != DocumentKind::Repository {
                self.fault(Fault::MissingElement { name: "Resource" }, statement);
            }
            return None;
        };
        let texts = self.texts(if negated { "NotResource" } else { "Resource" }, node);
        if matches!(&node.value, Value::List(items) if items.is_empty()) {
            self.fault(Fault::EmptyElement { name: "Resource" }, node);
        }
        let complete = self.kind != DocumentKind::Session;
        for (text, item) in &texts {
            if let Some(fault) = resource::fault(text, complete) {
                self.fault(fault, item);
            }
        }
        let variables = self.version == Version::V2012;
        let patterns = texts
            .into_iter()
            .map(|(text, _)| resource::pattern(text, variables));
        Some(Resources {
            negated,
            patterns: patterns.collect(),
        })
    }

    pub(super) fn conditions(&mut self, node: &Node) -> Vec<Condition> {
        let Value::Map(operators) = &node.value else {
            self.wrong_type("Condition", "object", node);
            return Vec::new();
        };
        let mut conditions = Vec::new();
        for Member { name, node, .. } in operators {
            let Value::Map(keys) = &node.value else {
                self.wrong_type(name, "object", node);
                continue;
            };
            match Operator::parse(name) {
                Some(operator) => {
                    for key in keys {
                        conditions.push(self.condition(operator, &key.name, &key.node));
                    }
                }
                // IAM overlooks an unknown operator that compares nothing.
                None if keys.is_empty() => (),
                None => self.fault(Fault::Operator { name: name.clone() }, node),
            }
        }
        conditions
    }

    fn condition(&mut self, operator: Operator, key: &str, node: &Node) -> Condition {
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            match scalar(item) {
                Some(value) => {
                    self.condition_value(operator, &value, item);
                    values.push(value);
                }
                None => self.wrong_type(key, "string, number, boolean or array of them", item),
            }
        }
        Condition::new(operator, key, &values, self.version == Version::V2012)
    }

    /// Dates are checked when a policy is saved, and addresses by S3.
    fn condition_value(&mut self, operator: Operator, value: &str, node: &Node) {
        let value = value.to_owned();
        match operator.base {
            Base::Date(_) if !is_date(&value) => self.fault(Fault::Date { value }, node),
            Base::IpAddress if self.kind.is_of_resource() && !is_network(&value) => {
                self.fault(Fault::IpAddress { value }, node);
            }
            _ => (),
        }
    }

    pub(super) fn principals(
        &mut self,
        statement: &Node,
        members: &[Member],
        effect: Option<Effect>,
    ) -> Option<Principals> {
        if !self.names_principals() {
            for name in ["Principal", "NotPrincipal"] {
                if let Some(node) = element(members, name) {
                    self.fault(Fault::ProhibitedElement { name }, node);
                }
            }
            return None;
        }
        let both = element(members, "Principal").is_some() && element(members, "NotPrincipal").is_some();
        let Some((negated, node)) = self.either(members, "Principal", "NotPrincipal") else {
            if !both {
                self.fault(Fault::MissingElement { name: "Principal" }, statement);
            }
            return None;
        };
        if negated && effect == Some(Effect::Allow) {
            self.fault(Fault::AllowNotPrincipal, node);
        } else if negated && !self.kind.is_of_resource() {
            self.fault(Fault::ProhibitedElement { name: "NotPrincipal" }, node);
        }
        let named = self.named_principals(node);
        Some(Principals { negated, named })
    }

    fn named_principals(&mut self, node: &Node) -> Vec<NamedPrincipal> {
        match &node.value {
            Value::Text(text) if text == "*" && self.kind != DocumentKind::Trust => {
                vec![NamedPrincipal::everyone()]
            }
            Value::Text(text) if text == "*" => {
                let (kind, value) = (STAR.to_owned(), text.to_owned());
                self.fault(Fault::Principal { kind, value }, node);
                Vec::new()
            }
            Value::Map(kinds) if kinds.is_empty() => {
                self.fault(Fault::EmptyElement { name: "Principal" }, node);
                Vec::new()
            }
            Value::Map(kinds) => {
                let of_kind = |member: &Member| self.principals_of_kind(&member.name, &member.node);
                kinds.iter().flat_map(of_kind).collect()
            }
            _ => {
                self.wrong_type("Principal", "object", node);
                Vec::new()
            }
        }
    }

    fn principals_of_kind(&mut self, kind: &str, node: &Node) -> Vec<NamedPrincipal> {
        let mut named = Vec::new();
        let texts = self.texts("Principal", node);
        if texts.is_empty() && matches!(node.value, Value::List(_)) {
            self.fault(Fault::EmptyElement { name: "Principal" }, node);
        }
        for (text, item) in texts {
            let principal = NamedPrincipal::parse(kind, text).filter(|principal| self.takes(principal));
            if principal.is_none() {
                let (kind, value) = (kind.to_owned(), text.to_owned());
                self.fault(Fault::Principal { kind, value }, item);
            }
            named.extend(principal);
        }
        named
    }

    /// Only S3 knows canonical users, and resource control policies are about everyone.
    fn takes(&self, principal: &NamedPrincipal) -> bool {
        match self.kind {
            DocumentKind::Trust => principal.form != Form::CanonicalUser,
            DocumentKind::ResourceControl => principal.form == Form::Everyone,
            _ => true,
        }
    }
}

/// The kind of the principal `"*"`, as IAM calls it where it refuses it.
pub(super) const STAR: &str = "STAR";

/// How actions are written: with wildcards, without variables.
const ACTION: Syntax = Syntax {
    wildcards: true,
    variables: false,
    arn: false,
};

/// The text of a value that a key can be compared with.
fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) => Some(number.clone()),
        Value::Bool(bool) => Some(bool.to_string()),
        _ => None,
    }
}
