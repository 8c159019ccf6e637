//! What is remembered of an organization: its tree, its policies, what is attached where.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::chance::text;
use crate::policy::{DocumentKind, SourceKind};
use crate::services::iam::Held;

/// Lower-case letters and digits, of which ids are made.
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// A new id of so many letters.
pub(super) fn id(prefix: &str, length: usize) -> String {
    format!("{prefix}{}", text(LETTERS, length))
}

/// A type of policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum PolicyType {
    ServiceControl,
    ResourceControl,
}

impl PolicyType {
    /// The type of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::ServiceControl, Self::ResourceControl]
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    /// AWS's name of it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ServiceControl => "SERVICE_CONTROL_POLICY",
            Self::ResourceControl => "RESOURCE_CONTROL_POLICY",
        }
    }

    /// How its policies are read.
    pub(super) fn document(self) -> DocumentKind {
        match self {
            Self::ServiceControl => DocumentKind::ServiceControl,
            Self::ResourceControl => DocumentKind::ResourceControl,
        }
    }

    /// How its policies are told of in decisions.
    pub(super) fn source(self) -> SourceKind {
        match self {
            Self::ServiceControl => SourceKind::ServiceControl,
            Self::ResourceControl => SourceKind::ResourceControl,
        }
    }

    /// The policy of AWS that allows everything, which is attached everywhere at first.
    pub(super) fn full_access(self) -> &'static str {
        match self {
            Self::ServiceControl => "p-FullAWSAccess",
            Self::ResourceControl => "p-RCPFullAWSAccess",
        }
    }

    /// That policy; `None` only if its text could not be read, which a test rules out.
    fn default_policy(self) -> Option<Policy> {
        let (name, description, text) = match self {
            Self::ServiceControl => (
                "FullAWSAccess",
                "Allows access to every operation",
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
            ),
            Self::ResourceControl => (
                "RCPFullAWSAccess",
                "Allows access to every resource",
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#,
            ),
        };
        Some(Policy {
            id: self.full_access().to_owned(),
            name: name.to_owned(),
            description: description.to_owned(),
            kind: self,
            aws_managed: true,
            document: Held::parse_aws_managed(text, self.document()).ok()?,
        })
    }
}

/// A policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Policy {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) kind: PolicyType,
    pub(super) aws_managed: bool,
    pub(super) document: Held,
}

/// An account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) email: String,
    /// Whether the organization made it; else it was there before.
    pub(super) created: bool,
    pub(super) joined: OffsetDateTime,
    /// The root or the unit that it is in.
    pub(super) parent: String,
}

/// An organizational unit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Unit {
    pub(super) id: String,
    pub(super) name: String,
    /// The root or the unit that it is in.
    pub(super) parent: String,
}

/// What became of a request to create an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Creation {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) time: OffsetDateTime,
    /// The account, or why there is none.
    pub(super) result: Result<String, String>,
}

/// An organization.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Organization {
    pub(super) id: String,
    pub(super) root: String,
    /// The account that manages it.
    pub(super) management: String,
    /// Whether it has all features: else it is only for billing.
    pub(super) all_features: bool,
    pub(super) enabled: BTreeSet<PolicyType>,
    pub(super) units: BTreeMap<String, Unit>,
    pub(super) accounts: BTreeMap<String, Account>,
    pub(super) policies: BTreeMap<String, Policy>,
    /// The policies of each root, unit and account, in the order in which they were attached.
    pub(super) attached: BTreeMap<String, Vec<String>>,
    pub(super) creations: Vec<Creation>,
}

impl Organization {
    /// An organization of one account.
    pub(super) fn of(management: &str, all_features: bool, now: OffsetDateTime) -> Self {
        let root = id("r-", 4);
        let account = Account {
            id: management.to_owned(),
            name: "cahier".to_owned(),
            email: "cahier@example.com".to_owned(),
            created: false,
            joined: now,
            parent: root.clone(),
        };
        let defaults = [PolicyType::ServiceControl, PolicyType::ResourceControl];
        let defaults = defaults.into_iter().filter_map(PolicyType::default_policy);
        Self {
            id: id("o-", 10),
            root,
            management: management.to_owned(),
            all_features,
            enabled: BTreeSet::new(),
            units: BTreeMap::new(),
            accounts: BTreeMap::from([(account.id.clone(), account)]),
            policies: defaults.map(|policy| (policy.id.clone(), policy)).collect(),
            attached: BTreeMap::new(),
            creations: Vec::new(),
        }
    }

    /// Whether policies can be attached to what has that id.
    pub(super) fn is_target(&self, id: &str) -> bool {
        self.is_parent(id) || self.accounts.contains_key(id)
    }

    /// Whether that is the id of the root or of a unit.
    pub(super) fn is_parent(&self, id: &str) -> bool {
        id == self.root || self.units.contains_key(id)
    }

    /// The root or unit that a unit or account is in.
    pub(super) fn parent(&self, id: &str) -> Option<&str> {
        let unit = self.units.get(id).map(|unit| unit.parent.as_str());
        unit.or_else(|| self.accounts.get(id).map(|account| account.parent.as_str()))
    }

    /// The ids from the root down to a unit or account, itself included.
    pub(super) fn line(&self, id: &str) -> Vec<String> {
        let mut line = vec![id.to_owned()];
        while let Some(parent) = line.last().and_then(|last| self.parent(last)) {
            line.push(parent.to_owned());
        }
        line.reverse();
        line
    }

    /// `o-…/r-…/ou-…/`, down to what has that id.
    pub(super) fn path(&self, id: &str) -> String {
        format!("{}/{}/", self.id, self.line(id).join("/"))
    }

    /// The root, every unit and every account.
    pub(super) fn targets(&self) -> Vec<String> {
        let units = self.units.keys().cloned();
        let root = std::iter::once(self.root.clone());
        root.chain(units).chain(self.accounts.keys().cloned()).collect()
    }

    /// The policies of a type that are attached to a target, in their order.
    pub(super) fn attached(&self, target: &str, kind: PolicyType) -> impl Iterator<Item = &Policy> {
        let ids = self.attached.get(target).into_iter().flatten();
        ids.filter_map(|id| self.policies.get(id))
            .filter(move |policy| policy.kind == kind)
    }

    /// Attaches the policies that allow everything, of each type that is enabled, to something new.
    pub(super) fn attach_defaults(&mut self, target: &str) {
        let defaults = self.enabled.iter().map(|kind| kind.full_access().to_owned());
        let defaults: Vec<String> = defaults.collect();
        self.attached
            .entry(target.to_owned())
            .or_default()
            .extend(defaults);
    }

    /// The ARN of the root, of a unit, of an account or of a policy.
    pub(super) fn arn(&self, id: &str) -> Option<String> {
        let at = |kind: &str| {
            format!(
                "arn:aws:organizations::{}:{kind}/{}/{id}",
                self.management, self.id
            )
        };
        if id == self.root {
            Some(at("root"))
        } else if self.units.contains_key(id) {
            Some(at("ou"))
        } else if self.accounts.contains_key(id) {
            Some(at("account"))
        } else {
            self.policies.get(id).map(|policy| self.policy_arn(policy))
        }
    }

    /// The ARN of a policy.
    pub(super) fn policy_arn(&self, policy: &Policy) -> String {
        let kind = policy.kind.name().to_ascii_lowercase();
        let id = &policy.id;
        if policy.aws_managed {
            format!("arn:aws:organizations::aws:policy/{kind}/{id}")
        } else {
            format!(
                "arn:aws:organizations::{}:policy/{}/{kind}/{id}",
                self.management, self.id
            )
        }
    }

    /// What listings show of a policy.
    pub(super) fn summary(&self, policy: &Policy) -> Value {
        json!({
            "Id": policy.id,
            "Arn": self.policy_arn(policy),
            "Name": policy.name,
            "Description": policy.description,
            "Type": policy.kind.name(),
            "AwsManaged": policy.aws_managed,
        })
    }
}

/// A date as JSON services write it: seconds since 1970.
pub(super) fn timestamp(time: OffsetDateTime) -> Value {
    let seconds = (time - OffsetDateTime::UNIX_EPOCH).as_seconds_f64();
    ((seconds * 1000.0).round() / 1000.0).into()
}
