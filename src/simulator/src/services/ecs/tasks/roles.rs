//! The roles of a task: who may hand them over, and whether ECS can take them.

use super::super::definitions::TASKS;
use super::super::errors::{client, denied};
use super::super::names::task_arn;
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

/// Whether ECS can take a role for tasks of an account. ECS names no cluster when it does: the documentation wants all of
/// the account's resources in a condition on `aws:SourceArn`.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>
pub(in super::super) fn lets_tasks_assume(cloud: &Cloud, account: &str, role: &str) -> bool {
    let arn = task_arn(account, "*", "*");
    let source = iam::ActsFor { account, arn: &arn };
    iam::lets_service_assume_for(cloud, role, TASKS, &source)
}

/// Refuses a task of which ECS cannot take a role: the role is not there, or does not trust ECS's tasks.
pub(in super::super) fn assumable(
    cloud: &Cloud,
    account: &str,
    overrides: &Overrides,
    definition: &TaskDefinition,
) -> Result<(), AwsError> {
    let refused = roles(overrides, definition).find(|role| !lets_tasks_assume(cloud, account, role));
    match refused {
        None => Ok(()),
        Some(role) => Err(client(format!(
            "ECS was unable to assume the role '{role}' that was provided for this task. Please verify that the role being passed \
             has the proper trust relationship and permissions and that your IAM user has permissions to pass this role."
        ))),
    }
}
