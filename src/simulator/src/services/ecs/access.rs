//! What a call needs the permission for, and what authorisation is told of ECS's resources.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html>

use crate::call::{Access, Call};
use crate::cloud::Cloud;
use crate::services::ResourceOwner;

/// No resource in particular.
pub(super) fn nothing(_: &Cloud, _: &Call, action: &'static str) -> Vec<Access> {
    vec![Access::new(action, "*")]
}

/// What authorisation is told of a resource: whose it is, and its tags.
pub(super) fn owner(_: &Cloud, arn: &str) -> ResourceOwner {
    let account = arn
        .strip_prefix("arn:aws:ecs:")
        .and_then(|rest| rest.split(':').nth(1));
    ResourceOwner {
        account: account.filter(|account| !account.is_empty()).map(str::to_owned),
        ..ResourceOwner::default()
    }
}
