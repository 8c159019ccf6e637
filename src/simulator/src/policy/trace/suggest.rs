//! The smallest changes that would let a denied request through.

use super::nearest::{Miss, is_misspelt};
use super::suggestion::{Change, Reason, Suggestion};
use super::{Deciding, Stage, Trace};
use crate::policy::document::{Document, Draft, Effect, Statement, Version};
use crate::policy::evaluate::{Placement, required};
use crate::policy::matching::{Element, Naming, Outcome, matched};
use crate::policy::principal::Principal;
use crate::policy::source::{PolicyType, SourceKind};

mod condition;
mod moving;

impl Trace {
    /// The changes that all together would let the request through, in the order of evaluation.
    pub(super) fn suggestions(&self) -> Vec<Suggestion> {
        let denials = self.denials().into_iter().map(|at| self.without_denial(at));
        denials.chain(self.allowances()).collect()
    }

    fn denials(&self) -> Vec<Deciding> {
        let mut denials = Vec::new();
        for (stage, of) in self.stages.iter().enumerate() {
            let denying = of.statements().filter(|(_, _, statement, outcome)| {
                matched(statement, *outcome).is_some_and(|(effect, _)| effect == Effect::Deny)
            });
            denials.extend(denying.map(|(policy, _, statement, _)| Deciding {
                stage,
                policy,
                statement: statement.index,
            }));
        }
        denials
    }

    /// A denial that goes, or that leaves the caller out.
    fn without_denial(&self, at: Deciding) -> Suggestion {
        let statement = self.statement(at);
        let narrowed = self.context.get("aws:PrincipalArn").first().map(|arn| {
            let mut draft = Draft::of(statement);
            draft.add_condition("ArnNotEquals", "aws:PrincipalArn", arn);
            draft
        });
        let conditions = statement.conditions.iter().map(|condition| {
            let mut value = serde_json::json!({});
            self.condition(condition, &mut value);
            value
        });
        Suggestion {
            reason: (!statement.conditions.is_empty()).then_some(Reason::Conditions),
            conditions: conditions.collect(),
            draft: narrowed.filter(|draft| self.outcome_of(at, draft).is_none()),
            ..self.at(Change::RemoveDeny, at)
        }
    }

    /// What must allow and does not: a change for each.
    fn allowances(&self) -> Vec<Suggestion> {
        if let Some(suggestion) = self.by_resource_alone() {
            let organization = |suggestion: &Suggestion| suggestion.kind.has_levels();
            let others = self.missing_allowances().into_iter().filter(organization);
            return others.chain([suggestion]).collect();
        }
        self.missing_allowances()
    }

    fn missing_allowances(&self) -> Vec<Suggestion> {
        let mut suggestions = Vec::new();
        for kind in required(self.placement(), &self.stages) {
            let stages = self
                .stages
                .iter()
                .enumerate()
                .filter(|(_, stage)| stage.is_a(*kind));
            suggestions.extend(
                stages
                    .filter(|(_, stage)| !stage.allows())
                    .map(|(at, _)| self.allowance(at)),
            );
            let of_resource = *kind == PolicyType::ResourceBased;
            if of_resource && !self.stages.iter().any(|stage| stage.is_a(*kind)) {
                suggestions.push(self.added(*kind, None));
            }
        }
        suggestions
    }

    /// In one account, a statement of the resource's policy that almost names the caller directly is a smaller change than
    /// one to the identity's policies.
    fn by_resource_alone(&self) -> Option<Suggestion> {
        if self.placement() != Placement::SameAccount {
            return None;
        }
        let find = |kind| self.stages.iter().position(|stage| stage.kind == kind);
        let (resource, identity) = (find(PolicyType::ResourceBased)?, find(PolicyType::IdentityBased)?);
        if self.stages[identity].allows() || self.stages[resource].allows() {
            return None;
        }
        let miss = self.nearest(resource)?;
        if self
            .nearest(identity)
            .is_some_and(|other| other.distance() <= miss.distance())
        {
            return None;
        }
        let suggestion = self.fixed(&miss)?;
        let outcome = self.outcome_of(miss.at, suggestion.draft.as_ref()?);
        (outcome == Some(Naming::Directly)).then_some(suggestion)
    }

    /// The smallest change by which a stage allows.
    fn allowance(&self, stage: usize) -> Suggestion {
        let fixed = self.nearest(stage).and_then(|miss| self.fixed(&miss));
        fixed.unwrap_or_else(|| self.added(self.stages[stage].kind, Some(&self.stages[stage])))
    }

    /// A further statement, in the last policy of a stage that is the customer's to edit.
    fn added(&self, kind: PolicyType, stage: Option<&Stage>) -> Suggestion {
        let everything = kind.has_levels();
        let resource = match kind {
            PolicyType::RoleTrust => None,
            _ if everything => Some("*"),
            _ => Some(&*self.resource),
        };
        let mut draft = Draft::allow(&self.action, resource);
        match kind {
            PolicyType::ResourceBased | PolicyType::RoleTrust => self.name_caller(&mut draft),
            PolicyType::ResourceControl => draft.add_principal("AWS", "*"),
            _ => (),
        }
        let policies = stage.map_or(&[][..], |stage| &stage.policies);
        let mut editable = policies
            .iter()
            .rev()
            .filter(|consulted| consulted.source.kind != SourceKind::AwsManaged);
        Suggestion {
            change: Change::AddStatement,
            kind,
            level: stage.filter(|_| everything).map(|stage| stage.level),
            policy: editable.next().map(|consulted| consulted.source.id.clone()),
            statement: None,
            reason: None,
            replaced: None,
            operators: None,
            conditions: Vec::new(),
            draft: Some(draft),
        }
    }

    /// Names the caller, as policies of resources do: a role's session by its role.
    fn name_caller(&self, draft: &mut Draft) {
        match &self.principal {
            Principal::Service { name } => draft.add_principal("Service", name),
            Principal::AssumedRole { role_arn, .. } => draft.add_principal("AWS", role_arn),
            other => draft.add_principal("AWS", other.arn()),
        }
    }

    /// A suggestion about a statement that is there.
    fn at(&self, change: Change, at: Deciding) -> Suggestion {
        let stage = &self.stages[at.stage];
        Suggestion {
            change,
            kind: stage.kind,
            level: stage.kind.has_levels().then_some(stage.level),
            policy: Some(self.policy(at.stage, at.policy)),
            statement: Some(at.statement),
            reason: None,
            replaced: None,
            operators: None,
            conditions: Vec::new(),
            draft: None,
        }
    }

    /// A near miss made to match, if it is one element that misses and the policy can be edited.
    fn fixed(&self, miss: &Miss) -> Option<Suggestion> {
        let [element] = miss.elements.as_slice() else {
            return None;
        };
        let source = &self.stages[miss.at.stage].policies[miss.at.policy].source;
        if source.kind == SourceKind::AwsManaged {
            return None;
        }
        let statement = self.statement(miss.at);
        let fixed = match element {
            Element::Action => self.fixed_action(miss.at, statement),
            Element::Resource => self.fixed_resource(miss.at, statement),
            Element::Principal => {
                let mut draft = Draft::of(statement);
                self.name_caller(&mut draft);
                Suggestion {
                    draft: Some(draft),
                    ..self.at(Change::ExtendPrincipal, miss.at)
                }
            }
            Element::Condition(at) => self.fixed_condition(miss.at, statement, *at),
            Element::NotAction | Element::NotResource | Element::NotPrincipal => return None,
        };
        let matches = fixed
            .draft
            .as_ref()
            .and_then(|draft| self.outcome_of(miss.at, draft));
        matches.map(|_| fixed)
    }

    fn fixed_action(&self, at: Deciding, statement: &Statement) -> Suggestion {
        let mut draft = Draft::of(statement);
        let action = self.action.to_string();
        let slip = draft
            .actions
            .1
            .iter()
            .position(|written| is_misspelt(written, &action));
        let mut suggestion = self.at(Change::ExtendAction, at);
        match slip {
            Some(slip) => {
                let from = std::mem::replace(&mut draft.actions.1[slip], action.clone());
                suggestion.replaced = Some((from, action));
                suggestion.reason = Some(Reason::Misspelt);
            }
            None => draft.actions.1.push(action),
        }
        suggestion.draft = Some(draft);
        suggestion
    }

    fn fixed_resource(&self, at: Deciding, statement: &Statement) -> Suggestion {
        let mut draft = Draft::of(statement);
        let mut suggestion = self.at(Change::ExtendResource, at);
        let (_, written) = draft.resources.get_or_insert_default();
        let mut slips = written.iter().enumerate();
        let slip = slips.find_map(|(at, text)| self.resource_slip(text).map(|slip| (at, slip)));
        let (reason, to) = match slip {
            Some((at, (Reason::Case, to))) => {
                suggestion.replaced = Some((written[at].clone(), to.clone()));
                written[at].clone_from(&to);
                (Some(Reason::Case), None)
            }
            Some((at, (reason, to))) => {
                suggestion.replaced = Some((written[at].clone(), to.clone()));
                (Some(reason), Some(to))
            }
            None => (None, Some(self.resource.to_string())),
        };
        written.extend(to);
        suggestion.reason = reason;
        suggestion.draft = Some(draft);
        suggestion
    }

    /// A common slip in a resource, with what would be right.
    fn resource_slip(&self, written: &str) -> Option<(Reason, String)> {
        let asked = &*self.resource;
        let within = |inner: &str, outer: &str| {
            inner
                .strip_prefix(outer)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        let of_s3 = written.starts_with("arn:aws:s3:::");
        if asked == "*" {
            Some((Reason::NoResource, "*".to_owned()))
        } else if written.eq_ignore_ascii_case(asked) {
            Some((Reason::Case, asked.to_owned()))
        } else if of_s3 && within(asked, written) {
            Some((Reason::ObjectArn, format!("{written}/*")))
        } else if of_s3 && within(written, asked) {
            Some((Reason::BucketArn, asked.to_owned()))
        } else {
            None
        }
    }

    /// How a statement written so, in the place of another, would name the caller; `None` if it would not match.
    fn outcome_of(&self, at: Deciding, draft: &Draft) -> Option<Naming> {
        let document = &self.stages[at.stage].policies[at.policy].source.document;
        let version = match document.version() {
            Version::V2008 => "2008-10-17",
            Version::V2012 => "2012-10-17",
        };
        let statement = draft.text();
        let text = format!("{{\"Version\":\"{version}\",\"Statement\":[{statement}]}}");
        let document = Document::parse_aws_managed(&text, document.kind()).ok()?;
        match self.asked().consult(document.statements().first()?) {
            Outcome::Matched(naming) => Some(naming),
            Outcome::Failed(_) => None,
        }
    }
}
