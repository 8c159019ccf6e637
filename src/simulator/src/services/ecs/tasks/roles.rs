//! The roles of a task: who may hand them over, and whether ECS can take them.

use super::super::definitions::TASKS;
use super::super::errors::{client, denied};
use super::super::state::TaskDefinition;
use super::Overrides;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::iam;

fn roles(overrides: &Overrides, definition: &TaskDefinition) -> impl Iterator<Item = String> {
    let members = ["taskRoleArn", "executionRoleArn"];
    members
        .into_iter()
        .filter_map(|member| overrides.role(definition, member))
        .collect::<Vec<_>>()
        .into_iter()
}

/// Who starts a task hands its roles to ECS.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security_iam_id-based-policy-examples.html>
pub(in super::super) fn passed(
    cloud: &Cloud,
    call: &Call,
    overrides: &Overrides,
    definition: &TaskDefinition,
) -> Result<(), AwsError> {
    roles(overrides, definition).try_for_each(|role| {
        let passed = call.pass_role(cloud, &role, TASKS);
        passed.map_err(|refusal| denied(&refusal))
    })
}

/// Refuses a task of which ECS cannot take a role: the role is not there, or does not trust ECS's tasks.
pub(in super::super) fn assumable(
    cloud: &Cloud,
    overrides: &Overrides,
    definition: &TaskDefinition,
) -> Result<(), AwsError> {
    let refused = roles(overrides, definition).find(|role| !iam::lets_service_assume(cloud, role, TASKS));
    match refused {
        None => Ok(()),
        Some(role) => Err(client(format!(
            "ECS was unable to assume the role '{role}' that was provided for this task. Please verify that the role being passed \
             has the proper trust relationship and permissions and that your IAM user has permissions to pass this role."
        ))),
    }
}
