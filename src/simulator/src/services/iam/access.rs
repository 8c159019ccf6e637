//! The permissions that requests to IAM need: on which resource, in which circumstances, and how a denial names it.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>

use serde_json::Value;

use super::operations::linked_role;
use super::state::{Account, Entity, Tags, split_arn};
use crate::call::{Access, Call, Principal};
use crate::cloud::Cloud;
use crate::services::ResourceOwner;

/// Who owns a resource of IAM: the account of its ARN. A role's own policy says who may assume it.
pub(super) fn owner(cloud: &Cloud, arn: &str) -> ResourceOwner {
    let Some((id, resource)) = split_arn(arn) else {
        return ResourceOwner::default();
    };
    let state = cloud.iam.read();
    let account = state.accounts.get(id);
    let tags = account.and_then(|account| tags(account, arn, resource));
    let mut context = Vec::new();
    for (key, value) in tags.into_iter().flatten() {
        context.push((format!("aws:ResourceTag/{key}"), vec![value.clone()]));
        context.push((format!("iam:ResourceTag/{key}"), vec![value.clone()]));
    }
    ResourceOwner {
        account: Some(id.to_owned()).filter(|id| id != "aws"),
        policy: None,
        context,
    }
}

fn tags<'a>(account: &'a Account, arn: &str, resource: &str) -> Option<&'a Tags> {
    let name = resource.rsplit('/').next()?;
    match resource.split('/').next()? {
        "user" => account.users.get(name).map(|user| &user.entity.tags),
        "role" => account.roles.get(name).map(|role| &role.entity.tags),
        "policy" => account.policy(arn).map(|policy| &policy.tags),
        "instance-profile" => account.profiles.get(name).map(|profile| &profile.tags),
        _ => None,
    }
}

type Needed = Vec<Access>;

fn text<'a>(call: &'a Call, member: &str) -> &'a str {
    call.input[member].as_str().unwrap_or_default()
}

fn path<'a>(call: &'a Call, member: &str) -> &'a str {
    call.input[member]
        .as_str()
        .filter(|path| !path.is_empty())
        .unwrap_or("/")
}

fn arn(call: &Call, kind: &str, path: &str, name: &str) -> String {
    format!("arn:aws:iam::{}:{kind}{path}{name}", call.account())
}

/// The condition keys of the tags that a request gives or takes away.
fn with_tags(access: Access, call: &Call) -> Access {
    let given = call.input["Tags"].as_array().map_or(&[][..], Vec::as_slice);
    let of = |tag: &Value, part: &str| tag[part].as_str().unwrap_or_default().to_owned();
    let taken = call.input["TagKeys"].as_array().into_iter().flatten();
    let taken = taken.filter_map(|key| key.as_str().map(str::to_owned));
    let keys = given.iter().map(|tag| of(tag, "Key")).chain(taken).collect();
    let access = given.iter().fold(access, |access, tag| {
        let key = format!("aws:RequestTag/{}", of(tag, "Key"));
        access.with(key, vec![of(tag, "Value")])
    });
    access.with("aws:TagKeys", keys)
}

/// The boundary that a request sets.
fn with_new_boundary(access: Access, call: &Call) -> Access {
    let boundary = call.input["PermissionsBoundary"].as_str().map(str::to_owned);
    access.with("iam:PermissionsBoundary", boundary.into_iter().collect())
}

/// On nothing in particular.
pub(super) fn account(_: &Cloud, _: &Call, action: &'static str) -> Needed {
    vec![Access::new(action, "*").shown_as("*")]
}

/// On something that a request makes, at its path.
fn made(call: &Call, action: &'static str, kind: &str, member: &str) -> Access {
    let resource = arn(call, kind, path(call, "Path"), text(call, member));
    with_tags(Access::new(action, resource), call)
}

/// The same, and the permission to tag it if the request does.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html>
fn and_tagged(made: Access, call: &Call, tagging: &'static str) -> Needed {
    let tags = call.input["Tags"].as_array().is_some_and(|tags| !tags.is_empty());
    let tagged = tags.then(|| {
        let access = with_tags(Access::new(tagging, made.resource.clone()), call);
        match &made.shown {
            Some(shown) => access.shown_as(shown.clone()),
            None => access,
        }
    });
    std::iter::once(made).chain(tagged).collect()
}

/// A user to be made.
pub(super) fn new_user(_: &Cloud, call: &Call, action: &'static str) -> Needed {
    let made = with_new_boundary(made(call, action, "user", "UserName"), call);
    and_tagged(made, call, "iam:TagUser")
}

/// A group to be made.
pub(super) fn new_group(_: &Cloud, call: &Call, action: &'static str) -> Needed {
    vec![made(call, action, "group", "GroupName")]
}

/// A role to be made.
pub(super) fn new_role(_: &Cloud, call: &Call, action: &'static str) -> Needed {
    let made = with_new_boundary(made(call, action, "role", "RoleName"), call);
    and_tagged(made, call, "iam:TagRole")
}

/// A managed policy to be made.
pub(super) fn new_policy(_: &Cloud, call: &Call, action: &'static str) -> Needed {
    let shown = format!("policy {}", text(call, "PolicyName"));
    let made = made(call, action, "policy", "PolicyName").shown_as(shown);
    and_tagged(made, call, "iam:TagPolicy")
}

/// An instance profile to be made.
pub(super) fn new_profile(_: &Cloud, call: &Call, action: &'static str) -> Needed {
    let made = made(call, action, "instance-profile", "InstanceProfileName");
    and_tagged(made, call, "iam:TagInstanceProfile")
}

/// A service's role to be made.
pub(super) fn new_linked_role(_: &Cloud, call: &Call, action: &'static str) -> Needed {
    let service = text(call, "AWSServiceName");
    let (path, name) = linked_role(service);
    let access = Access::new(action, arn(call, "role", &path, name));
    vec![access.with("iam:AWSServiceName", vec![service.to_owned()])]
}

/// Every user, as listings ask for it.
pub(super) fn users(_: &Cloud, call: &Call, action: &'static str) -> Needed {
    vec![Access::new(
        action,
        arn(call, "user", path(call, "PathPrefix"), ""),
    )]
}

/// Every group.
pub(super) fn groups(_: &Cloud, call: &Call, action: &'static str) -> Needed {
    vec![Access::new(
        action,
        arn(call, "group", path(call, "PathPrefix"), ""),
    )]
}

/// Every role.
pub(super) fn roles(_: &Cloud, call: &Call, action: &'static str) -> Needed {
    vec![Access::new(
        action,
        arn(call, "role", path(call, "PathPrefix"), ""),
    )]
}

/// Every managed policy.
pub(super) fn policies(_: &Cloud, call: &Call, action: &'static str) -> Needed {
    let prefix = path(call, "PathPrefix");
    let access = Access::new(action, arn(call, "policy", prefix, ""));
    vec![access.shown_as(format!("policy path {prefix}"))]
}

/// Every instance profile.
pub(super) fn profiles(_: &Cloud, call: &Call, action: &'static str) -> Needed {
    let resource = arn(call, "instance-profile", path(call, "PathPrefix"), "");
    vec![Access::new(action, resource)]
}

/// The permission on an existing user, group or role. One that is not there would be at the root of the paths.
fn on_entity(call: &Call, action: &'static str, kind: &str, name: &str, entity: Option<&Entity>) -> Access {
    let path = entity.map_or("/", |entity| entity.path.as_str());
    let boundary = entity.and_then(|entity| entity.boundary.clone());
    let access = Access::new(action, arn(call, kind, path, name));
    let access = access.with("iam:PermissionsBoundary", boundary.into_iter().collect());
    with_tags(access.shown_as(format!("{kind} {name}")), call)
}

fn on_user(cloud: &Cloud, call: &Call, action: &'static str, name: &str) -> Access {
    let state = cloud.iam.read();
    let user = state.user(call.account(), name);
    on_entity(call, action, "user", name, user.map(|user| &user.entity))
}

/// The user that the request names, or the caller.
pub(super) fn user(cloud: &Cloud, call: &Call, action: &'static str) -> Needed {
    let name = match (&call.input["UserName"], &call.caller.principal) {
        (Value::String(name), _) | (_, Principal::User { name, .. }) => name,
        _ => "",
    };
    vec![on_user(cloud, call, action, name)]
}

/// The group that the request names.
pub(super) fn group(cloud: &Cloud, call: &Call, action: &'static str) -> Needed {
    let name = text(call, "GroupName");
    let state = cloud.iam.read();
    let account = state.accounts.get(call.account());
    let group = account.and_then(|account| account.groups.get(name));
    vec![on_entity(
        call,
        action,
        "group",
        name,
        group.map(|group| &group.entity),
    )]
}

/// The role that the request names.
pub(super) fn role(cloud: &Cloud, call: &Call, action: &'static str) -> Needed {
    let name = text(call, "RoleName");
    let state = cloud.iam.read();
    let account = state.accounts.get(call.account());
    let role = account.and_then(|account| account.roles.get(name));
    vec![on_entity(
        call,
        action,
        "role",
        name,
        role.map(|role| &role.entity),
    )]
}

/// A user that gets another name or path: the permission is needed on both.
pub(super) fn renamed_user(cloud: &Cloud, call: &Call, action: &'static str) -> Needed {
    let mut needed = user(cloud, call, action);
    needed.extend(renamed(call, action, "user", "UserName", &needed));
    needed
}

/// A group that gets another name or path.
pub(super) fn renamed_group(cloud: &Cloud, call: &Call, action: &'static str) -> Needed {
    let mut needed = group(cloud, call, action);
    needed.extend(renamed(call, action, "group", "GroupName", &needed));
    needed
}

fn renamed(call: &Call, action: &'static str, kind: &str, member: &str, before: &[Access]) -> Option<Access> {
    let name = call.input[format!("New{member}")].as_str();
    let new_path = call.input["NewPath"].as_str();
    if name.is_none() && new_path.is_none() {
        return None;
    }
    let old = before.first().map_or("", |access| access.resource.as_str());
    let old_path = old.split_once(&format!(":{kind}")).map_or("/", |(_, rest)| rest);
    let old_path = old_path.rfind('/').map_or("/", |end| &old_path[..=end]);
    let name = name.unwrap_or_else(|| text(call, member));
    Some(Access::new(
        action,
        arn(call, kind, new_path.unwrap_or(old_path), name),
    ))
}

/// The user of the access key that the request names.
pub(super) fn key_s_user(cloud: &Cloud, call: &Call, action: &'static str) -> Needed {
    let id = text(call, "AccessKeyId");
    let owner = cloud.iam.read().keys.get(id).cloned();
    match owner.filter(|owner| owner.account == call.account()) {
        Some(owner) => vec![on_user(cloud, call, action, &owner.user).shown_as(format!("access key {id}"))],
        None => vec![Access::new(action, "*").shown_as(format!("access key {id}"))],
    }
}

/// The managed policy that the request names.
pub(super) fn policy(_: &Cloud, call: &Call, action: &'static str) -> Needed {
    let arn = text(call, "PolicyArn");
    let access = with_tags(Access::new(action, arn), call);
    vec![access.shown_as(format!("policy {arn}"))]
}

/// The instance profile that the request names.
pub(super) fn profile(cloud: &Cloud, call: &Call, action: &'static str) -> Needed {
    let name = text(call, "InstanceProfileName");
    let state = cloud.iam.read();
    let account = state.accounts.get(call.account());
    let found = account.and_then(|account| account.profiles.get(name));
    let path = found.map_or("/", |profile| profile.path.as_str());
    let access = Access::new(action, arn(call, "instance-profile", path, name));
    vec![with_tags(access, call).shown_as(format!("instance profile {name}"))]
}

/// An instance profile that is given a role: whoever does so hands the role to EC2.
pub(super) fn profile_with_role(cloud: &Cloud, call: &Call, action: &'static str) -> Needed {
    let mut needed = profile(cloud, call, action);
    for access in role(cloud, call, "iam:PassRole") {
        let passed = Access::new("iam:PassRole", access.resource);
        needed.push(passed.with("iam:PassedToService", vec!["ec2.amazonaws.com".to_owned()]));
    }
    needed
}

fn with_member(needed: Needed, call: &Call, key: &'static str, member: &str) -> Needed {
    let value = call.input[member].as_str().map(str::to_owned);
    let value: Vec<String> = value.into_iter().collect();
    needed
        .into_iter()
        .map(|access| access.with(key, value.clone()))
        .collect()
}

/// A user and the managed policy that is attached or detached.
pub(super) fn user_and_policy(cloud: &Cloud, call: &Call, action: &'static str) -> Needed {
    with_member(user(cloud, call, action), call, "iam:PolicyARN", "PolicyArn")
}

/// A group and the managed policy that is attached or detached.
pub(super) fn group_and_policy(cloud: &Cloud, call: &Call, action: &'static str) -> Needed {
    with_member(group(cloud, call, action), call, "iam:PolicyARN", "PolicyArn")
}

/// A role and the managed policy that is attached or detached.
pub(super) fn role_and_policy(cloud: &Cloud, call: &Call, action: &'static str) -> Needed {
    with_member(role(cloud, call, action), call, "iam:PolicyARN", "PolicyArn")
}

/// A user and the boundary that the user gets.
pub(super) fn user_and_boundary(cloud: &Cloud, call: &Call, action: &'static str) -> Needed {
    with_member(
        user(cloud, call, action),
        call,
        "iam:PermissionsBoundary",
        "PermissionsBoundary",
    )
}

/// A role and the boundary that it gets.
pub(super) fn role_and_boundary(cloud: &Cloud, call: &Call, action: &'static str) -> Needed {
    with_member(
        role(cloud, call, action),
        call,
        "iam:PermissionsBoundary",
        "PermissionsBoundary",
    )
}

/// The user, group or role that a simulation is about. That it may be of this account only is said by the operation.
pub(super) fn simulated_principal(_: &Cloud, call: &Call, action: &'static str) -> Needed {
    let arn = text(call, "PolicySourceArn");
    let own = split_arn(arn).is_some_and(|(account, _)| account == call.account());
    let access = Access::new(action, if own { arn } else { "*" });
    vec![access.shown_as(arn)]
}
