//! Whether a statement is about a request, and if not, which of its elements says so.

use super::condition::Condition;
use super::context::{Context, Request};
use super::document::{Effect, Form, NamedPrincipal, Principals, Statement};
use super::pattern::Pattern;
use super::principal::{Principal, canonical_user};

/// A request, prepared for the many statements that it meets.
#[derive(Debug, Clone)]
pub(super) struct Asked<'a> {
    pub(super) principal: &'a Principal,
    pub(super) resource: &'a str,
    pub(super) context: &'a Context,
    /// The action in lower case.
    action: String,
    /// Whether the caller has a permissions boundary.
    bounded: bool,
}

/// What a statement has to do with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is about it, and names the caller so.
    Matched(Naming),
    /// It is not, because of this element.
    Failed(Element),
}

/// How a statement names the caller; the later, the more directly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Naming {
    /// It names nobody: it is attached to whom it is about.
    Nobody,
    /// By the account.
    Account,
    /// By the role or user behind the session.
    BehindSession,
    /// By what calls, or as everyone.
    Directly,
}

/// An element of a statement; a condition by its place among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    /// `Principal`.
    Principal,
    /// `NotPrincipal`.
    NotPrincipal,
    /// `Action`.
    Action,
    /// `NotAction`.
    NotAction,
    /// `Resource`.
    Resource,
    /// `NotResource`.
    NotResource,
    /// `Condition`.
    Condition(usize),
}

impl Element {
    /// The name of the element in a policy.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Principal => "Principal",
            Self::NotPrincipal => "NotPrincipal",
            Self::Action => "Action",
            Self::NotAction => "NotAction",
            Self::Resource => "Resource",
            Self::NotResource => "NotResource",
            Self::Condition(_) => "Condition",
        }
    }
}

impl<'a> Asked<'a> {
    pub(super) fn new(request: &Request<'a>, bounded: bool) -> Self {
        Self {
            principal: request.principal,
            resource: request.resource,
            context: request.context,
            action: request.action.to_ascii_lowercase(),
            bounded,
        }
    }

    /// What a statement has to do with the request: the first element that does not match decides.
    pub(super) fn consult(&self, statement: &Statement) -> Outcome {
        if let Some(element) = self.action(statement).or_else(|| self.resource(statement)) {
            return Outcome::Failed(element);
        }
        let naming = match &statement.principals {
            None => Naming::Nobody,
            Some(principals) => match self.principals(principals) {
                Ok(naming) => naming,
                Err(element) => return Outcome::Failed(element),
            },
        };
        let failed = self.failed_conditions(statement).next();
        failed.map_or(Outcome::Matched(naming), |(at, _)| {
            Outcome::Failed(Element::Condition(at))
        })
    }

    /// Every element of a statement that does not match.
    pub(super) fn mismatches(&self, statement: &Statement) -> Vec<Element> {
        let principals = statement.principals.as_ref();
        let named = principals.and_then(|principals| self.principals(principals).err());
        let elements = [self.action(statement), self.resource(statement), named];
        let conditions = self
            .failed_conditions(statement)
            .map(|(at, _)| Element::Condition(at));
        elements.into_iter().flatten().chain(conditions).collect()
    }

    fn action(&self, statement: &Statement) -> Option<Element> {
        let actions = &statement.actions;
        let mut patterns = actions.patterns.iter();
        let matched = patterns.any(|action| action.pattern.matches(&self.action, self.context));
        match (matched, actions.negated) {
            (false, false) => Some(Element::Action),
            (true, true) => Some(Element::NotAction),
            _ => None,
        }
    }

    fn resource(&self, statement: &Statement) -> Option<Element> {
        let resources = statement.resources.as_ref()?;
        let matched = resources.patterns.iter().any(|pattern| self.is_resource(pattern));
        match (matched, resources.negated) {
            (false, false) => Some(Element::Resource),
            (true, true) => Some(Element::NotResource),
            _ => None,
        }
    }

    /// An action without a resource takes `*`, and a pattern that covers all that its service has: AWS's examples allow
    /// `s3:ListAllMyBuckets` on `arn:aws:s3:::*`.
    fn is_resource(&self, pattern: &Pattern) -> bool {
        if self.resource != "*" {
            return pattern.matches(self.resource, self.context);
        }
        pattern.is_everything() || covers(pattern.text(), self.action.split(':').next().unwrap_or_default())
    }

    fn principals(&self, principals: &Principals) -> Result<Naming, Element> {
        if !principals.negated {
            let named = principals
                .named
                .iter()
                .filter_map(|named| self.naming(named))
                .max();
            return named.ok_or(Element::Principal);
        }
        if self.bounded || !self.excepted(&principals.named) {
            Ok(Naming::Directly)
        } else {
            Err(Element::NotPrincipal)
        }
    }

    /// Whether `NotPrincipal` leaves the caller out. It does so only if it lists every step of the way to it: the account,
    /// the role, the session. And it never leaves out who has a permissions boundary.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
    fn excepted(&self, listed: &[NamedPrincipal]) -> bool {
        let has = |arn: &str| listed.iter().any(|named| *named.text == *arn);
        let everyone = listed.iter().any(|named| named.form == Form::Everyone);
        let account = listed.iter().any(|named| {
            let number = self.principal.account();
            matches!(&named.form, Form::Account(account) if Some(&**account) == number)
        });
        let principal = match self.principal {
            Principal::Anonymous => false,
            Principal::Service { name } => return everyone || has(name),
            Principal::Root { .. } => account,
            Principal::User { arn, .. } | Principal::FederatedUser { arn, .. } => has(arn),
            Principal::AssumedRole {
                role_arn,
                session_arn,
                ..
            } => has(role_arn) && has(session_arn),
        };
        everyone || (account && principal)
    }

    /// How a named principal is the caller, if it is.
    fn naming(&self, named: &NamedPrincipal) -> Option<Naming> {
        let root = matches!(self.principal, Principal::Root { .. });
        let by_account = if root { Naming::Directly } else { Naming::Account };
        let text = &*named.text;
        match &named.form {
            Form::Everyone => Some(Naming::Directly),
            Form::Account(account) => (self.principal.account() == Some(&**account)).then_some(by_account),
            Form::Arn => self.by_arn(text),
            Form::UniqueId => self.by_unique_id(text),
            Form::Service => {
                let calls = matches!(self.principal, Principal::Service { name } if name == text);
                calls.then_some(Naming::Directly)
            }
            // Who comes with a token of an identity provider has no identity yet, but the provider is known.
            Form::Federated => {
                let provider = self.context.get("aws:FederatedProvider");
                provider
                    .iter()
                    .any(|provider| provider == text)
                    .then_some(Naming::Directly)
            }
            Form::CanonicalUser => {
                let account = self.principal.account()?;
                (canonical_user(account) == text).then_some(by_account)
            }
        }
    }

    fn by_arn(&self, named: &str) -> Option<Naming> {
        let (own, behind) = match self.principal {
            Principal::User { arn, .. } => (arn, None),
            Principal::AssumedRole {
                role_arn,
                session_arn,
                ..
            } => (session_arn, Some(role_arn)),
            Principal::FederatedUser { arn, user_arn, .. } => (arn, Some(user_arn)),
            _ => return None,
        };
        if own == named {
            Some(Naming::Directly)
        } else {
            behind.filter(|arn| *arn == named).map(|_| Naming::BehindSession)
        }
    }

    fn by_unique_id(&self, named: &str) -> Option<Naming> {
        match self.principal {
            Principal::User { id, .. } => (id == named).then_some(Naming::Directly),
            Principal::AssumedRole { id, .. } => {
                let role = id.split(':').next();
                (role == Some(named)).then_some(Naming::BehindSession)
            }
            _ => None,
        }
    }

    fn failed_conditions<'s>(
        &'s self,
        statement: &'s Statement,
    ) -> impl Iterator<Item = (usize, &'s Condition)> {
        let conditions = statement.conditions.iter().enumerate();
        conditions.filter(|(_, condition)| !condition.holds(self.context))
    }
}

/// Whether a resource is all that a service has, in any Region and account.
fn covers(resource: &str, service: &str) -> bool {
    let segments: Vec<&str> = resource.splitn(6, ':').collect();
    let segment = |at: usize| segments.get(at).copied().unwrap_or("*");
    let any = |at: usize| matches!(segment(at), "" | "*");
    segment(0) == "arn" && segment(2) == service && any(3) && any(4) && segment(5) == "*"
}

/// The effect of a statement that matched.
pub(super) fn matched(statement: &Statement, outcome: Outcome) -> Option<(Effect, Naming)> {
    match outcome {
        Outcome::Matched(naming) => Some((statement.effect, naming)),
        Outcome::Failed(_) => None,
    }
}
