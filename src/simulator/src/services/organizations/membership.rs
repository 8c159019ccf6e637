//! What the organization says of an account: the policies that control it, and where in the tree it is.

use super::Organizations;
use super::state::{Organization, PolicyType};
use crate::policy::Source;

/// An account's place in its organization; empty for an account in none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Membership {
    /// The organization's id.
    pub(crate) organization: Option<String>,
    /// Where the account is: `o-…/r-…/ou-…/`.
    pub(crate) path: Option<String>,
    /// The service control policies that bind its principals, a level each from the root down to the account.
    pub(crate) service_control: Vec<Vec<Source>>,
    /// The resource control policies that bind its resources, likewise.
    pub(crate) resource_control: Vec<Vec<Source>>,
}

impl Organizations {
    /// The place of an account. Policies never bind the management account.
    ///
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
    pub(crate) fn membership(&self, account: Option<&str>) -> Membership {
        let organization = self.read();
        let Some((organization, account)) = organization.as_ref().zip(account) else {
            return Membership::default();
        };
        let Some(parent) = organization.parent(account) else {
            return Membership::default();
        };
        let bound = account != organization.management;
        let levels = |kind| {
            if bound {
                organization.levels(account, kind)
            } else {
                Vec::new()
            }
        };
        Membership {
            organization: Some(organization.id.clone()),
            path: Some(organization.path(parent)),
            service_control: levels(PolicyType::ServiceControl),
            resource_control: levels(PolicyType::ResourceControl),
        }
    }
}

impl Organization {
    /// The policies of a type at each level down to an account; none where the type is not enabled.
    fn levels(&self, account: &str, kind: PolicyType) -> Vec<Vec<Source>> {
        if !self.enabled.contains(&kind) {
            return Vec::new();
        }
        let level = |target: String| {
            let policies = self.attached(&target, kind);
            policies
                .map(|policy| Source::new(self.policy_arn(policy), kind.source(), policy.document.share()))
                .collect()
        };
        self.line(account).into_iter().map(level).collect()
    }
}
