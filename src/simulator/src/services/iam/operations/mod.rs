//! The table of IAM's operations: name, permissions, function.

mod account;
mod attachments;
mod boundaries;
mod details;
mod entities;
mod groups;
mod inline;
mod keys;
mod linked_roles;
mod policies;
mod profiles;
mod roles;
mod simulate;
mod tags;
mod users;
mod versions;

use serde_json::Value;
use time::OffsetDateTime;

use super::NAMESPACE;
use super::access;
use super::last_use::LastUses;
use super::state::{Account, State};
use super::trusted::Renamed;
use crate::call::{Call, Outcome};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::protocol::query;
use crate::services::form::Form;
use crate::services::organizations::Membership;
use crate::services::{Operation, unmetered};
use entities::Kind;

/// The path and the name of a service's role; the name is empty for a service that has none.
pub(super) fn linked_role(service: &str) -> (String, &'static str) {
    let name = linked_roles::role_name(service).unwrap_or_default();
    (linked_roles::path(service), name)
}

/// What an operation answers: its result, `Null` where it has none.
type Answer = Result<Value, AwsError>;

/// What an operation works on.
struct Work<'a> {
    state: &'a mut State,
    used: &'a LastUses,
    /// What the caller's organization says of the account.
    membership: &'a Membership,
    form: Form<'a>,
    call: &'a Call,
    /// Who got another name by it.
    renamed: Option<Renamed>,
}

impl Work<'_> {
    /// The account that calls.
    fn account(&mut self) -> &mut Account {
        self.state.open_account(self.call.account())
    }

    /// A principal got another ARN, or is gone and its unique id is left.
    fn rename_principal(&mut self, former: String, new: String) {
        let renamed = Renamed { former, new };
        renamed.in_trust(self.state);
        self.renamed = Some(renamed);
    }

    /// When it is called.
    fn now(&self) -> OffsetDateTime {
        self.call.time
    }
}

fn run(cloud: &Cloud, call: &Call, operation: fn(&mut Work<'_>) -> Answer) -> Outcome {
    // Asked before IAM's state is locked: creating an account locks the organization first, then IAM.
    let membership = cloud.organizations.membership(Some(call.account()));
    let mut state = cloud.iam.write();
    let mut work = Work {
        state: &mut state,
        used: cloud.iam.last_uses(),
        membership: &membership,
        form: Form::of(&call.input),
        call,
        renamed: None,
    };
    let result = operation(&mut work)?;
    let renamed = work.renamed;
    drop(state);
    // Not while IAM's state is locked: other services ask for it while theirs is.
    if let Some(renamed) = renamed {
        renamed.in_resources(cloud);
    }
    Ok(query::reply(NAMESPACE, call, &result))
}

/// A line of the table: name, what the permission is on, function.
macro_rules! line {
    ($name:literal, $access:ident, $run:expr) => {
        Operation {
            name: $name,
            access: |cloud, call| access::$access(cloud, call, concat!("iam:", $name)),
            meter: unmetered,
            execute: |cloud, call| run(cloud, call, $run),
        }
    };
}

#[rustfmt::skip]
pub(super) static OPERATIONS: &[Operation] = &[
    line!("CreateUser", new_user, users::create),
    line!("GetUser", user, users::get),
    line!("ListUsers", users, users::list),
    line!("UpdateUser", renamed_user, users::update),
    line!("DeleteUser", user, users::delete),
    line!("CreateGroup", new_group, groups::create),
    line!("GetGroup", group, groups::get),
    line!("ListGroups", groups, groups::list),
    line!("UpdateGroup", renamed_group, groups::update),
    line!("DeleteGroup", group, groups::delete),
    line!("AddUserToGroup", group, groups::add_user),
    line!("RemoveUserFromGroup", group, groups::remove_user),
    line!("ListGroupsForUser", user, groups::list_for_user),
    line!("CreateRole", new_role, roles::create),
    line!("GetRole", role, roles::get),
    line!("ListRoles", roles, roles::list),
    line!("UpdateRole", role, roles::update),
    line!("UpdateRoleDescription", role, roles::update_description),
    line!("UpdateAssumeRolePolicy", role, roles::update_trust),
    line!("DeleteRole", role, roles::delete),
    line!("CreateServiceLinkedRole", new_linked_role, linked_roles::create),
    line!("DeleteServiceLinkedRole", role, linked_roles::delete),
    line!("GetServiceLinkedRoleDeletionStatus", account, linked_roles::deletion_status),
    line!("CreateAccessKey", user, keys::create),
    line!("ListAccessKeys", user, keys::list),
    line!("UpdateAccessKey", user, keys::update),
    line!("DeleteAccessKey", user, keys::delete),
    line!("GetAccessKeyLastUsed", key_s_user, keys::last_used),
    line!("CreatePolicy", new_policy, policies::create),
    line!("GetPolicy", policy, policies::get),
    line!("ListPolicies", policies, policies::list),
    line!("DeletePolicy", policy, policies::delete),
    line!("ListEntitiesForPolicy", policy, policies::list_entities),
    line!("CreatePolicyVersion", policy, versions::create),
    line!("GetPolicyVersion", policy, versions::get),
    line!("ListPolicyVersions", policy, versions::list),
    line!("SetDefaultPolicyVersion", policy, versions::set_default),
    line!("DeletePolicyVersion", policy, versions::delete),
    line!("AttachUserPolicy", user_and_policy, |work| attachments::attach(work, Kind::User)),
    line!("AttachGroupPolicy", group_and_policy, |work| attachments::attach(work, Kind::Group)),
    line!("AttachRolePolicy", role_and_policy, |work| attachments::attach(work, Kind::Role)),
    line!("DetachUserPolicy", user_and_policy, |work| attachments::detach(work, Kind::User)),
    line!("DetachGroupPolicy", group_and_policy, |work| attachments::detach(work, Kind::Group)),
    line!("DetachRolePolicy", role_and_policy, |work| attachments::detach(work, Kind::Role)),
    line!("ListAttachedUserPolicies", user, |work| attachments::list(work, Kind::User)),
    line!("ListAttachedGroupPolicies", group, |work| attachments::list(work, Kind::Group)),
    line!("ListAttachedRolePolicies", role, |work| attachments::list(work, Kind::Role)),
    line!("PutUserPolicy", user, |work| inline::put(work, Kind::User)),
    line!("PutGroupPolicy", group, |work| inline::put(work, Kind::Group)),
    line!("PutRolePolicy", role, |work| inline::put(work, Kind::Role)),
    line!("GetUserPolicy", user, |work| inline::get(work, Kind::User)),
    line!("GetGroupPolicy", group, |work| inline::get(work, Kind::Group)),
    line!("GetRolePolicy", role, |work| inline::get(work, Kind::Role)),
    line!("ListUserPolicies", user, |work| inline::list(work, Kind::User)),
    line!("ListGroupPolicies", group, |work| inline::list(work, Kind::Group)),
    line!("ListRolePolicies", role, |work| inline::list(work, Kind::Role)),
    line!("DeleteUserPolicy", user, |work| inline::delete(work, Kind::User)),
    line!("DeleteGroupPolicy", group, |work| inline::delete(work, Kind::Group)),
    line!("DeleteRolePolicy", role, |work| inline::delete(work, Kind::Role)),
    line!("PutUserPermissionsBoundary", user_and_boundary, |work| boundaries::put(work, Kind::User)),
    line!("PutRolePermissionsBoundary", role_and_boundary, |work| boundaries::put(work, Kind::Role)),
    line!("DeleteUserPermissionsBoundary", user, |work| boundaries::delete(work, Kind::User)),
    line!("DeleteRolePermissionsBoundary", role, |work| boundaries::delete(work, Kind::Role)),
    line!("TagUser", user, |work| tags::tag(work, tags::Target::User)),
    line!("TagRole", role, |work| tags::tag(work, tags::Target::Role)),
    line!("TagPolicy", policy, |work| tags::tag(work, tags::Target::Policy)),
    line!("TagInstanceProfile", profile, |work| tags::tag(work, tags::Target::Profile)),
    line!("UntagUser", user, |work| tags::untag(work, tags::Target::User)),
    line!("UntagRole", role, |work| tags::untag(work, tags::Target::Role)),
    line!("UntagPolicy", policy, |work| tags::untag(work, tags::Target::Policy)),
    line!("UntagInstanceProfile", profile, |work| tags::untag(work, tags::Target::Profile)),
    line!("ListUserTags", user, |work| tags::list(work, tags::Target::User)),
    line!("ListRoleTags", role, |work| tags::list(work, tags::Target::Role)),
    line!("ListPolicyTags", policy, |work| tags::list(work, tags::Target::Policy)),
    line!("ListInstanceProfileTags", profile, |work| tags::list(work, tags::Target::Profile)),
    line!("CreateInstanceProfile", new_profile, profiles::create),
    line!("GetInstanceProfile", profile, profiles::get),
    line!("ListInstanceProfiles", profiles, profiles::list),
    line!("ListInstanceProfilesForRole", role, profiles::list_for_role),
    line!("DeleteInstanceProfile", profile, profiles::delete),
    line!("AddRoleToInstanceProfile", profile_with_role, profiles::add_role),
    line!("RemoveRoleFromInstanceProfile", profile, profiles::remove_role),
    line!("CreateAccountAlias", account, account::create_alias),
    line!("ListAccountAliases", account, account::list_aliases),
    line!("DeleteAccountAlias", account, account::delete_alias),
    line!("GetAccountSummary", account, account::summary),
    line!("GetAccountAuthorizationDetails", account, details::get),
    line!("SimulateCustomPolicy", account, simulate::custom),
    line!("SimulatePrincipalPolicy", simulated_principal, simulate::principal),
    line!("GetContextKeysForCustomPolicy", account, simulate::keys_of_custom),
    line!("GetContextKeysForPrincipalPolicy", simulated_principal, simulate::keys_of_principal),
];
