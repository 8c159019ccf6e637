//! A statement as it is written into a policy.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::statement::{Effect, Statement};

/// Kinds of principals with their values.
type Kinds = Vec<(String, Vec<String>)>;

/// A statement to be written, in the order in which AWS's examples have the elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    /// `Sid`.
    pub(crate) sid: Option<String>,
    /// `Effect`.
    pub(crate) effect: Effect,
    /// `Principal` or `NotPrincipal`: kinds with their values.
    pub(crate) principals: Option<(bool, Kinds)>,
    /// `Action` or `NotAction`.
    pub(crate) actions: (bool, Vec<String>),
    /// `Resource` or `NotResource`.
    pub(crate) resources: Option<(bool, Vec<String>)>,
    /// `Condition`: operator, key, values.
    pub(crate) conditions: Vec<(String, String, Vec<String>)>,
}

impl Draft {
    /// A statement that allows an action.
    pub(crate) fn allow(action: &str, resource: Option<&str>) -> Self {
        Self {
            sid: None,
            effect: Effect::Allow,
            principals: None,
            actions: (false, vec![action.to_owned()]),
            resources: resource.map(|resource| (false, vec![resource.to_owned()])),
            conditions: Vec::new(),
        }
    }

    /// A statement that is there.
    pub(crate) fn of(statement: &Statement) -> Self {
        let actions = statement
            .actions
            .patterns
            .iter()
            .map(|action| action.text.to_string());
        let resources = statement.resources.as_ref().map(|resources| {
            let texts = resources.patterns.iter().map(|pattern| pattern.text().to_owned());
            (resources.negated, texts.collect())
        });
        let conditions = statement.conditions.iter().map(|condition| {
            let values = condition.values.iter().map(|value| value.text().to_owned());
            (
                condition.operator.to_string(),
                condition.key.to_string(),
                values.collect(),
            )
        });
        Self {
            sid: statement.sid.clone(),
            effect: statement.effect,
            principals: principals(statement),
            actions: (statement.actions.negated, actions.collect()),
            resources,
            conditions: conditions.collect(),
        }
    }

    /// Names one more principal.
    pub(crate) fn add_principal(&mut self, kind: &str, value: &str) {
        let (_, kinds) = self.principals.get_or_insert_default();
        match kinds.iter_mut().find(|(known, _)| known == kind) {
            Some((_, values)) => values.push(value.to_owned()),
            None => kinds.push((kind.to_owned(), vec![value.to_owned()])),
        }
    }

    /// Demands one more value of a key, beside those that the operator already takes.
    pub(crate) fn add_condition(&mut self, operator: &str, key: &str, value: &str) {
        let same = |(of, with, _): &&mut (String, String, Vec<String>)| {
            of == operator && with.eq_ignore_ascii_case(key)
        };
        match self.conditions.iter_mut().find(same) {
            Some((_, _, values)) => values.push(value.to_owned()),
            None => self
                .conditions
                .push((operator.to_owned(), key.to_owned(), vec![value.to_owned()])),
        }
    }

    /// The statement as indented JSON.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

fn principals(statement: &Statement) -> Option<(bool, Kinds)> {
    let principals = statement.principals.as_ref()?;
    let mut kinds = Kinds::new();
    for named in &principals.named {
        match kinds.iter_mut().find(|(kind, _)| kind == named.kind) {
            Some((_, values)) => values.push(named.text.to_string()),
            None => kinds.push((named.kind.to_owned(), vec![named.text.to_string()])),
        }
    }
    Some((principals.negated, kinds))
}

/// One value stands for itself, several are an array.
#[derive(Serialize)]
#[serde(untagged)]
enum OneOrMany<'a> {
    One(&'a str),
    Many(&'a [String]),
}

fn list(values: &[String]) -> OneOrMany<'_> {
    match values {
        [one] => OneOrMany::One(one),
        many => OneOrMany::Many(many),
    }
}

/// Members in order, without a sorted map between.
struct Members<'a, T>(&'a [(&'a str, T)]);

impl<T: Serialize> Serialize for Members<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Serialize for Draft {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let negation = |negated: bool, no: &'static str, yes: &'static str| if negated { yes } else { no };
        let mut map = serializer.serialize_map(None)?;
        if let Some(sid) = &self.sid {
            map.serialize_entry("Sid", sid)?;
        }
        map.serialize_entry("Effect", &self.effect)?;
        if let Some((negated, kinds)) = &self.principals {
            let name = negation(*negated, "Principal", "NotPrincipal");
            let members: Vec<_> = kinds
                .iter()
                .map(|(kind, values)| (kind.as_str(), list(values)))
                .collect();
            map.serialize_entry(name, &Members(&members))?;
        }
        let (negated, actions) = &self.actions;
        map.serialize_entry(negation(*negated, "Action", "NotAction"), &list(actions))?;
        if let Some((negated, resources)) = &self.resources {
            map.serialize_entry(negation(*negated, "Resource", "NotResource"), &list(resources))?;
        }
        if !self.conditions.is_empty() {
            map.serialize_entry("Condition", &Conditions(&self.conditions))?;
        }
        map.end()
    }
}

/// The condition block: keys grouped by their operator.
struct Conditions<'a>(&'a [(String, String, Vec<String>)]);

impl Serialize for Conditions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut operators: Vec<&str> = Vec::new();
        for (operator, ..) in self.0 {
            if !operators.contains(&operator.as_str()) {
                operators.push(operator);
            }
        }
        let mut map = serializer.serialize_map(Some(operators.len()))?;
        for name in operators {
            let of_operator = self.0.iter().filter(|(operator, ..)| operator == name);
            let members: Vec<_> = of_operator
                .map(|(_, key, values)| (key.as_str(), list(values)))
                .collect();
            map.serialize_entry(name, &Members(&members))?;
        }
        map.end()
    }
}
