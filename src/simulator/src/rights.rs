//! What callers asked for, kept while somebody wants to know: a lesson's least privilege is made of it.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::ACCOUNT;
use crate::policy::{Decision, DocumentKind};
use crate::services::iam::Held;
use crate::simulator::Simulator;

/// An access that a caller asked for, once for however many calls.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Right {
    /// Who asked: an ARN.
    pub principal: String,
    /// `s3:GetObject`.
    pub action: String,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// The service that a role was passed to, for `iam:PassRole`.
    pub passed_to: Option<String>,
    /// Whether it was granted.
    pub allowed: bool,
}

/// The accesses so far; `None` while nobody wants to know.
#[derive(Debug, Default)]
pub(crate) struct Rights(Mutex<Option<BTreeSet<Right>>>);

impl Rights {
    fn start(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(BTreeSet::new());
    }

    /// Keeps what was decided for a call.
    pub(crate) fn keep(&self, trail: &[Decision]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = &mut *kept {
            kept.extend(trail.iter().map(right));
        }
    }

    fn list(&self) -> Vec<Right> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().flatten().cloned().collect()
    }
}

fn right(decision: &Decision) -> Right {
    Right {
        principal: decision.principal().to_owned(),
        action: decision.action().to_owned(),
        resource: decision.resource().to_owned(),
        passed_to: decision.context("iam:PassedToService").map(str::to_owned),
        allowed: decision.allowed,
    }
}

impl Simulator {
    /// From now on, keeps each access that is asked for.
    pub fn watch_rights(&self) {
        self.cloud.rights.start();
    }

    /// The accesses that were asked for since [`Self::watch_rights`].
    pub fn rights(&self) -> Vec<Right> {
        self.cloud.rights.list()
    }

    /// The ARN of the administrator, whose key is handed out.
    pub fn administrator(&self) -> String {
        self.cloud
            .iam
            .holder()
            .map_or_else(String::new, |holder| holder.arn().to_owned())
    }

    /// Takes every right from the administrator but those of these identity policies.
    ///
    /// # Errors
    /// The policy that IAM would refuse, by its place.
    pub fn limit_administrator(&self, policies: &[String]) -> Result<(), usize> {
        let mut inline = std::collections::BTreeMap::new();
        for (place, policy) in policies.iter().enumerate() {
            let held = Held::parse(policy, DocumentKind::Identity).map_err(|_| place)?;
            inline.insert(format!("droits-{place}"), held);
        }
        let holder = self
            .cloud
            .iam
            .holder()
            .map(|holder| holder.arn().to_owned())
            .unwrap_or_default();
        let name = holder.rsplit('/').next().unwrap_or_default();
        let mut state = self.cloud.iam.write();
        if let Some(user) = state.open_account(ACCOUNT).users.get_mut(name) {
            user.entity.attached.clear();
            user.entity.inline = inline;
            user.groups.clear();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::simulator::Config;

    #[test]
    fn an_administrator_is_left_with_the_policies_that_are_given_and_a_malformed_one_is_named() {
        let simulator = Simulator::start(Config::default()).unwrap();
        let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}"#;
        simulator.limit_administrator(&[policy.to_owned()]).unwrap();
        let holder = simulator.cloud.iam.holder().unwrap();
        assert_eq!(holder.arn(), simulator.administrator());
        assert_eq!(
            simulator.limit_administrator(&[policy.to_owned(), "{}".to_owned()]),
            Err(1)
        );
    }

    #[test]
    fn nothing_is_kept_before_somebody_wants_to_know() {
        let rights = Rights::default();
        rights.keep(&[]);
        assert!(rights.list().is_empty());
    }
}
