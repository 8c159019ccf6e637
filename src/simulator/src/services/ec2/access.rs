//! What requests to EC2 need the permission for, and what authorisation is told of its resources.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html>

use serde_json::Value;

use super::input::texts;
use super::network::Network;
use super::tags::kind;
use crate::REGION;
use crate::call::{Access, Call};
use crate::cloud::Cloud;
use crate::services::ResourceOwner;

fn arn(call: &Call, kind: &str, id: &str) -> String {
    format!("arn:aws:ec2:{REGION}:{}:{kind}/{id}", call.account())
}

fn on(call: &Call, action: &'static str, kind: &str, id: &str) -> Access {
    let access = Access::new(action, arn(call, kind, id));
    let access = access.with("ec2:Region", vec![REGION.to_owned()]);
    let vpc = Network::of(call.account()).vpc;
    match kind {
        "security-group" => access.with("ec2:Vpc", vec![arn(call, "vpc", &vpc)]),
        "vpc" => access.with("ec2:VpcID", vec![id.to_owned()]),
        _ => access,
    }
}

/// Nothing in particular: what `Describe…` operations need the permission on.
pub(super) fn nothing(_: &Cloud, _: &Call, action: &'static str) -> Vec<Access> {
    vec![Access::new(action, "*").with("ec2:Region", vec![REGION.to_owned()])]
}

/// The security group that the request is about, by its id or its name, and the tags that its rules get.
pub(super) fn group(cloud: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let found = cloud
        .ec2
        .with(call.account(), |account| account.asked_group(&call.input));
    let asked = call.input["GroupId"].as_str().map(str::to_owned);
    let id = found.ok().or(asked).unwrap_or_else(|| "*".to_owned());
    let mut needed = vec![on(call, action, "security-group", &id)];
    needed.extend(tagging(call, action, "security-group-rule"));
    needed
}

/// A new security group, in its VPC, and the tags that it gets.
pub(super) fn new_group(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let own = Network::of(call.account()).vpc;
    let vpc = call.input["VpcId"].as_str().unwrap_or(&own);
    let new = with_tags(on(call, action, "security-group", "*"), call);
    let mut needed = vec![new, on(call, action, "vpc", vpc)];
    needed.extend(tagging(call, action, "security-group"));
    needed
}

/// The permission to tag what an operation makes, if it tags it.
fn tagging(call: &Call, action: &str, kind: &str) -> Option<Access> {
    call.input["TagSpecification"]
        .as_array()
        .filter(|given| !given.is_empty())?;
    let by = action.split(':').nth(1).unwrap_or_default().to_owned();
    let access = on(call, "ec2:CreateTags", kind, "*").with("ec2:CreateAction", vec![by]);
    Some(with_tags(access, call))
}

/// Each of the resources that get tags or lose them.
pub(super) fn tagged(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let ids = texts(&call.input["ResourceId"]);
    let each = ids.iter().map(|id| {
        let access = on(call, action, kind(id).unwrap_or("*"), id);
        with_tags(access, call)
    });
    let needed: Vec<Access> = each.collect();
    if needed.is_empty() {
        nothing_named(call, action)
    } else {
        needed
    }
}

fn nothing_named(call: &Call, action: &'static str) -> Vec<Access> {
    vec![on(call, action, "*", "*")]
}

/// The condition keys of the tags that a request gives or takes away.
fn with_tags(access: Access, call: &Call) -> Access {
    let specified = call.input["TagSpecification"].as_array().into_iter().flatten();
    let lists = specified.map(|one| &one["Tag"]).chain([&call.input["Tag"]]);
    let tags: Vec<&Value> = lists.filter_map(Value::as_array).flatten().collect();
    let of = |tag: &Value, part: &str| tag[part].as_str().unwrap_or_default().to_owned();
    let keys = tags.iter().map(|tag| of(tag, "Key")).collect();
    let access = tags.iter().fold(access, |access, tag| {
        access.with(
            format!("aws:RequestTag/{}", of(tag, "Key")),
            vec![of(tag, "Value")],
        )
    });
    access.with("aws:TagKeys", keys)
}

/// Whose a resource is, and its tags. None has a policy.
pub(super) fn owner(cloud: &Cloud, arn: &str) -> ResourceOwner {
    let rest = arn
        .strip_prefix("arn:aws:ec2:")
        .and_then(|rest| rest.strip_prefix(REGION));
    let Some((account, resource)) = rest.and_then(|rest| rest.strip_prefix(':')?.split_once(':')) else {
        return ResourceOwner::default();
    };
    let id = resource.rsplit('/').next().unwrap_or_default();
    let tags = cloud.ec2.with(account, |known| known.tags_of(id));
    let mut context = Vec::new();
    for (key, value) in tags {
        context.push((format!("aws:ResourceTag/{key}"), vec![value.clone()]));
        context.push((format!("ec2:ResourceTag/{key}"), vec![value]));
    }
    ResourceOwner {
        account: Some(account.to_owned()),
        policy: None,
        context,
    }
}
