//! Everything about an account's identities and policies in one answer.

use serde_json::{Value, json};

use super::{Answer, Work};
use crate::services::iam::last_use::LastUses;
use crate::services::iam::managed;
use crate::services::iam::page::Page;
use crate::services::iam::rules::ENTITY_TYPE;
use crate::services::iam::state::{Account, Entity, Group, ManagedPolicy, Role, User};
use crate::services::iam::view::{self, Shown};

/// The lists of the answer.
const LISTS: [&str; 4] = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>
pub(super) fn get(work: &mut Work<'_>) -> Answer {
    let filter = work.form.list("Filter", 5, &ENTITY_TYPE);
    let page = Page::of(&mut work.form);
    work.form.check()?;
    let wanted = |kind: &str| filter.is_empty() || filter.iter().any(|other| other == kind);
    let used = work.used;
    let items = items(work.account(), used, &wanted);
    let mut output = page.cut("items", items)?;
    let items = output.remove("items").unwrap_or_default();
    for list in LISTS {
        let of_list = items
            .as_array()
            .into_iter()
            .flatten()
            .filter(|item| item["list"] == list);
        output.insert(
            list.to_owned(),
            of_list.map(|item| item["item"].clone()).collect(),
        );
    }
    Ok(Value::Object(output))
}

fn items(account: &Account, used: &LastUses, wanted: &dyn Fn(&str) -> bool) -> Vec<(String, Value)> {
    let mut items = Vec::new();
    let mut put = |list: &str, id: &str, item: Value| {
        items.push((id.to_owned(), json!({ "list": list, "item": item })));
    };
    for user in account.users.iter().filter(|_| wanted("User")) {
        put("UserDetailList", &user.entity.id, user_detail(account, user));
    }
    for group in account.groups.iter().filter(|_| wanted("Group")) {
        put("GroupDetailList", &group.entity.id, group_detail(account, group));
    }
    for role in account.roles.iter().filter(|_| wanted("Role")) {
        put(
            "RoleDetailList",
            &role.entity.id,
            role_detail(account, role, used),
        );
    }
    for policy in account.policies.iter().filter(|_| wanted("LocalManagedPolicy")) {
        put("Policies", &policy.id, policy_detail(account, policy));
    }
    // AWS's policies are told of where they are attached.
    let aws = managed::all().filter(|_| wanted("AWSManagedPolicy"));
    for policy in aws.filter(|policy| view::uses(account, &policy.arn) != (0, 0)) {
        put("Policies", &policy.id, policy_detail(account, policy));
    }
    items
}

fn inline(entity: &Entity) -> Value {
    let policies = entity.inline.iter();
    policies
        .map(|(name, document)| json!({ "PolicyName": name, "PolicyDocument": view::encoded(document) }))
        .collect()
}

fn attached(entity: &Entity) -> Value {
    entity.attached.iter().map(|arn| view::attached(arn)).collect()
}

fn user_detail(account: &Account, user: &User) -> Value {
    let mut detail = view::user(account, user, Shown::Got);
    let groups = account.groups_of(user);
    detail["GroupList"] = groups.map(|group| group.entity.name.as_str()).collect();
    detail["AttachedManagedPolicies"] = attached(&user.entity);
    if !user.entity.inline.is_empty() {
        detail["UserPolicyList"] = inline(&user.entity);
    }
    detail["Tags"] = view::tags(&user.entity.tags);
    detail
}

fn group_detail(account: &Account, group: &Group) -> Value {
    let mut detail = view::group(account, group);
    detail["GroupPolicyList"] = inline(&group.entity);
    detail["AttachedManagedPolicies"] = attached(&group.entity);
    detail
}

fn role_detail(account: &Account, role: &Role, used: &LastUses) -> Value {
    let id = &role.entity.id;
    let profiles = account
        .profiles
        .iter()
        .filter(|profile| profile.role.as_ref() == Some(id));
    let mut detail = view::role(account, role, Shown::Made);
    detail["InstanceProfileList"] = profiles
        .map(|profile| view::profile(account, profile, Shown::Listed))
        .collect();
    detail["RolePolicyList"] = inline(&role.entity);
    detail["AttachedManagedPolicies"] = attached(&role.entity);
    detail["RoleLastUsed"] = view::role_last_used(used.get(id).as_ref());
    detail["Tags"] = view::tags(&role.entity.tags);
    detail
}

fn policy_detail(account: &Account, policy: &ManagedPolicy) -> Value {
    let mut detail = view::policy(account, policy, Shown::Listed);
    let versions = policy.versions.iter().rev();
    detail["PolicyVersionList"] = versions
        .map(|version| view::version(policy, version, true))
        .collect();
    detail
}
