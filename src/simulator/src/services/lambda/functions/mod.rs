//! Functions: their configuration, their versions and aliases.

pub(super) mod aliases;
pub(super) mod concurrency;
mod configuration;
mod create;
pub(super) mod event_config;
mod find;
mod model;
pub(super) mod permissions;
mod read;
mod settings;
pub(super) mod tags;
mod update;
pub(super) mod versions;

pub(super) use configuration::{Code, Configuration};
pub(super) use create::create;
pub(super) use find::{constrain, existing, existing_qualifier, function, named, qualified};
pub(super) use read::{account_settings, get, get_configuration, list};
pub(super) use update::{code, configure, delete};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::archive::Archive;
use super::names::LATEST;
use super::policy::Policy;
use aliases::Alias;
use event_config::EventConfig;

/// A function.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Function {
    /// Its name.
    pub(super) name: String,
    /// `$LATEST`: what can still be changed.
    pub(super) latest: Configuration,
    /// The last number given; none is given twice.
    pub(super) last: u64,
    /// The published versions, which never change.
    pub(super) versions: BTreeMap<u64, Configuration>,
    /// The description that `$LATEST` had when the last version was published.
    #[serde(default)]
    pub(super) published: String,
    /// The aliases, by name.
    pub(super) aliases: BTreeMap<String, Alias>,
    /// Who may invoke it: a policy for each qualifier, and one (`""`) without.
    pub(super) policies: BTreeMap<String, Policy>,
    /// How its events are treated, by qualifier.
    #[serde(default)]
    pub(super) events: BTreeMap<String, EventConfig>,
    /// Its tags.
    pub(super) tags: BTreeMap<String, String>,
    /// `ReservedConcurrentExecutions`.
    pub(super) concurrency: Option<i64>,
}

impl Function {
    /// What its packages weigh, in bytes: each version counts.
    pub(super) fn code_size(&self) -> u64 {
        let versions = self.versions.values().chain([&self.latest]);
        versions.map(|version| version.code.size() as u64).sum()
    }

    /// Every package that it has.
    pub(super) fn packages(&self) -> impl Iterator<Item = &Archive> {
        let versions = self.versions.values().chain([&self.latest]);
        versions.filter_map(|version| match &version.code {
            Code::Zip(package) => Some(&*package.0),
            Code::Image { .. } => None,
        })
    }

    /// The version that a qualifier means, and its name; an alias means the version that it points to.
    pub(super) fn version(&self, qualifier: Option<&str>) -> Option<(String, &Configuration)> {
        match qualifier {
            None | Some(LATEST) => Some((LATEST.to_owned(), &self.latest)),
            Some(qualifier) => {
                let number = self
                    .aliases
                    .get(qualifier)
                    .map_or(qualifier, |alias| alias.version.as_str());
                if number == LATEST {
                    return Some((LATEST.to_owned(), &self.latest));
                }
                let found = self.versions.get(&number.parse().ok()?)?;
                Some((number.to_owned(), found))
            }
        }
    }
}
