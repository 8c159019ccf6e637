//! What requests to ECR need the permission for, and what authorisation is told of repositories.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html>

use std::sync::Arc;

use serde_json::Value;

use super::catalogue;
use super::input::registry;
use super::names::{repository_arn, split_arn};
use crate::call::{Access, Call};
use crate::cloud::Cloud;
use crate::policy::{Source, SourceKind};
use crate::services::ResourceOwner;

/// No resource in particular.
pub(super) fn nothing(_: &Cloud, _: &Call, action: &'static str) -> Vec<Access> {
    vec![Access::new(action, "*")]
}

/// The registry's number, or what stands there instead of one, which the operation refuses later.
fn account(call: &Call) -> String {
    registry(call).unwrap_or_else(|_| call.account().to_owned())
}

/// The repository that the request names.
pub(super) fn repository(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let name = call.input["repositoryName"].as_str().unwrap_or("*");
    vec![Access::new(action, repository_arn(&account(call), name))]
}

/// The repositories that the request names; every one, where it names none.
pub(super) fn repositories(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let account = account(call);
    let on = |name: &str| Access::new(action, repository_arn(&account, name));
    match call.input["repositoryNames"].as_array() {
        Some(names) if !names.is_empty() => names
            .iter()
            .map(|name| on(name.as_str().unwrap_or("*")))
            .collect(),
        _ => vec![on("*")],
    }
}

/// The repository that is made; the tags that it is given need a permission of their own.
pub(super) fn new_repository(cloud: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let mut needed = repository(cloud, call, action);
    let tagged = call.input["tags"].as_array().is_some_and(|tags| !tags.is_empty());
    if tagged {
        needed.extend(repository(cloud, call, "ecr:TagResource"));
    }
    needed.into_iter().map(|access| with_tags(access, call)).collect()
}

/// The repository of an ARN.
pub(super) fn arn(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let arn = call.input["resourceArn"].as_str().unwrap_or("*");
    vec![with_tags(Access::new(action, arn), call)]
}

/// The condition keys of the tags that a request gives or takes away.
fn with_tags(access: Access, call: &Call) -> Access {
    let of = |tag: &Value, part: &str| tag[part].as_str().unwrap_or_default().to_owned();
    let given = call.input["tags"].as_array().map_or(&[][..], Vec::as_slice);
    let taken = call.input["tagKeys"].as_array().into_iter().flatten();
    let taken = taken.filter_map(|key| key.as_str().map(str::to_owned));
    let keys = given.iter().map(|tag| of(tag, "Key")).chain(taken).collect();
    let access = given.iter().fold(access, |access, tag| {
        let key = format!("aws:RequestTag/{}", of(tag, "Key"));
        access.with(key, vec![of(tag, "Value")])
    });
    access.with("aws:TagKeys", keys)
}

/// What authorisation is told of the repository of an ARN: whose it is, its policy, its tags.
pub(super) fn owner(cloud: &Cloud, arn: &str) -> ResourceOwner {
    let Some((account, name)) = split_arn(arn) else {
        return ResourceOwner::default();
    };
    let mut owner = ResourceOwner {
        account: Some(account.to_owned()),
        ..ResourceOwner::default()
    };
    cloud.ecr.read(account, |repositories| {
        // All of the catalogue's repositories have one policy, which lets everyone list them, too.
        let listed = repositories
            .values()
            .next()
            .filter(|_| account == catalogue::REGISTRY);
        let Some(repository) = repositories.get(name).or(listed) else {
            return;
        };
        let policy = repository.policy.as_ref();
        owner.policy = policy.map(|policy| Source::new(arn, SourceKind::Resource, Arc::clone(&policy.0)));
        for (key, value) in &repository.tags {
            let values = || vec![value.clone()];
            owner.context.push((format!("aws:ResourceTag/{key}"), values()));
            owner.context.push((format!("ecr:ResourceTag/{key}"), values()));
        }
    });
    owner
}
