//! Policies follow the identities that they name as principals, as AWS has it: unique ids are behind the ARNs.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-users>

use super::state::{Held, State};
use crate::cloud::Cloud;

/// A user or role that is named otherwise from now on: by another ARN, or, once it is gone, by its unique id, which a
/// new one of the same name does not have.
pub(super) struct Renamed {
    /// The ARN before.
    pub(super) former: String,
    /// What stands for it now.
    pub(super) new: String,
}

impl Renamed {
    /// In the trust policies of roles.
    pub(super) fn in_trust(&self, state: &mut State) {
        let accounts = state.accounts.values_mut();
        for role in accounts.flat_map(|account| account.roles.iter_mut()) {
            if let Some(Ok(trust)) = role.trust.with_principal(&self.former, &self.new) {
                role.trust = Held::of(trust);
            }
        }
    }

    /// In the policies of other services' resources.
    pub(super) fn in_resources(&self, cloud: &Cloud) {
        cloud.s3.rename_principal(&self.former, &self.new);
        cloud.dynamodb.rename_principal(&self.former, &self.new);
        cloud.ecr.rename_principal(&self.former, &self.new);
        cloud.lambda.rename_principal(&self.former, &self.new);
    }
}
