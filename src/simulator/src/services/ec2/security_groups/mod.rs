//! Making, showing and deleting security groups, and their rules.

mod rules;

pub(super) use rules::{authorize, describe as describe_rules, revoke};

use serde_json::{Map, Value, json};

use super::Answer;
use super::errors::{
    cannot_delete_default, group_exists, has_dependent, invalid_value, missing, no_group_named,
    no_such_group, no_such_vpc,
};
use super::group::{DEFAULT, EVERYWHERE, Group};
use super::input::{required, specified_tags, texts};
use super::listing::{ById, Listing};
use super::permissions;
use super::rule::{Peer, Rule, Traffic, new_id};
use super::state::Account;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;

const LISTING: Listing = Listing {
    member: "securityGroupInfo",
    by_id: Some(ById {
        parameter: "GroupId",
        member: "groupId",
        missing: no_such_group,
    }),
    filters: &[
        ("description", "groupDescription"),
        (
            "egress.ip-permission.cidr",
            "ipPermissionsEgress/*/ipRanges/*/cidrIp",
        ),
        ("egress.ip-permission.from-port", "ipPermissionsEgress/*/fromPort"),
        (
            "egress.ip-permission.group-id",
            "ipPermissionsEgress/*/groups/*/groupId",
        ),
        (
            "egress.ip-permission.ipv6-cidr",
            "ipPermissionsEgress/*/ipv6Ranges/*/cidrIpv6",
        ),
        (
            "egress.ip-permission.protocol",
            "ipPermissionsEgress/*/ipProtocol",
        ),
        ("egress.ip-permission.to-port", "ipPermissionsEgress/*/toPort"),
        ("group-id", "groupId"),
        ("group-name", "groupName"),
        ("ip-permission.cidr", "ipPermissions/*/ipRanges/*/cidrIp"),
        ("ip-permission.from-port", "ipPermissions/*/fromPort"),
        ("ip-permission.group-id", "ipPermissions/*/groups/*/groupId"),
        ("ip-permission.ipv6-cidr", "ipPermissions/*/ipv6Ranges/*/cidrIpv6"),
        ("ip-permission.protocol", "ipPermissions/*/ipProtocol"),
        ("ip-permission.to-port", "ipPermissions/*/toPort"),
        ("ip-permission.user-id", "ipPermissions/*/groups/*/userId"),
        ("owner-id", "ownerId"),
        ("vpc-id", "vpcId"),
    ],
};

impl Account {
    /// The group of a name: in a default VPC, it may stand for an id.
    pub(super) fn group_named(&self, name: &str) -> Result<&Group, AwsError> {
        let found = self.groups.values().find(|group| group.name == name);
        found.ok_or_else(|| no_group_named(name, &self.network().vpc))
    }

    /// The id of the group that a request is about, by its id or its name.
    pub(super) fn asked_group(&self, input: &Value) -> Result<String, AwsError> {
        match (input["GroupId"].as_str(), input["GroupName"].as_str()) {
            (Some(id), _) => self.group(id).map(|group| group.id.clone()),
            (None, Some(name)) => self.group_named(name).map(|group| group.id.clone()),
            (None, None) => Err(missing("groupName or groupId")),
        }
    }
}

fn shown(account: &Account, group: &Group) -> Value {
    json!({
        "ownerId": account.id,
        "groupId": group.id,
        "securityGroupArn": account.arn("security-group", &group.id),
        "groupName": group.name,
        "groupDescription": group.description,
        "vpcId": group.vpc,
        "ipPermissions": permissions::shown(&group.ingress),
        "ipPermissionsEgress": permissions::shown(&group.egress),
        "tagSet": account.tag_set(&group.id),
    })
}

/// `DescribeSecurityGroups`.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html>
pub(super) fn describe(cloud: &Cloud, call: &Call) -> Answer {
    cloud.ec2.with(call.account(), |account| {
        let names = texts(&call.input["GroupName"]);
        for name in &names {
            account.group_named(name)?;
        }
        let groups = account.groups.values();
        let groups = groups.filter(|group| names.is_empty() || names.contains(&group.name));
        let items = groups.map(|group| shown(account, group)).collect();
        LISTING.answer(&call.input, items)
    })
}

/// A name or a description: ASCII, and of 255 characters at most.
fn plain<'a>(input: &'a Value, member: &str) -> Result<&'a str, AwsError> {
    let text = required(input, member)?;
    if !text.is_ascii() {
        return Err(invalid_value(format!(
            "Value ({text}) for parameter {member} is invalid. Character sets beyond ASCII are not supported."
        )));
    }
    if text.len() > 255 {
        return Err(invalid_value(format!(
            "Value ({text}) for parameter {member} is invalid. Its length must be 255 characters or fewer."
        )));
    }
    Ok(text)
}

fn new_group(input: &Value, account: &Account) -> Result<Group, AwsError> {
    let (name, description) = (plain(input, "GroupName")?, plain(input, "GroupDescription")?);
    if name == DEFAULT {
        return Err(invalid_value("Cannot use reserved security group name: default"));
    }
    if name.starts_with("sg-") {
        return Err(invalid_value(format!(
            "Value ({name}) for parameter GroupName is invalid. Group names may not be in the format sg-*."
        )));
    }
    let vpc = account.network().vpc;
    if let Some(asked) = input["VpcId"].as_str().filter(|asked| *asked != vpc) {
        return Err(no_such_vpc(asked));
    }
    if account.groups.values().any(|group| group.name == name) {
        return Err(group_exists(name, &vpc));
    }
    let out = Traffic::all(Peer::V4(EVERYWHERE.to_owned()));
    Ok(Group {
        id: new_id("sg"),
        name: name.to_owned(),
        description: description.to_owned(),
        vpc,
        ingress: Vec::new(),
        egress: vec![Rule::new(out, None)],
    })
}

/// `CreateSecurityGroup`: nothing may come in, everything may go out.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html>
pub(super) fn create(cloud: &Cloud, call: &Call) -> Answer {
    cloud.ec2.with(call.account(), |account| {
        let group = new_group(&call.input, account)?;
        let tags = specified_tags(&call.input, "security-group")?;
        let id = group.id.clone();
        if !tags.is_empty() {
            account.tags.insert(id.clone(), tags);
        }
        account.groups.insert(id.clone(), group);
        let mut output = Map::new();
        output.insert("return".to_owned(), true.into());
        output.insert(
            "securityGroupArn".to_owned(),
            account.arn("security-group", &id).into(),
        );
        output.insert("tagSet".to_owned(), account.tag_set(&id));
        output.insert("groupId".to_owned(), id.into());
        Ok(output)
    })
}

/// `DeleteSecurityGroup`. One that an interface or a rule of another group needs stays.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html>
pub(super) fn delete(cloud: &Cloud, call: &Call) -> Answer {
    cloud.ec2.with(call.account(), |account| {
        let id = account.asked_group(&call.input)?;
        if account.group(&id)?.name == DEFAULT {
            return Err(cannot_delete_default(&id));
        }
        let worn = account
            .interfaces
            .values()
            .any(|interface| interface.groups.contains(&id));
        let others = account.groups.values().filter(|group| group.id != id);
        let mut rules = others.flat_map(|group| group.ingress.iter().chain(&group.egress));
        if worn || rules.any(|rule| matches!(&rule.traffic.peer, Peer::Group { id: peer, .. } if *peer == id))
        {
            return Err(has_dependent(&id));
        }
        if let Some(group) = account.groups.remove(&id) {
            for rule in group.ingress.iter().chain(&group.egress) {
                account.tags.remove(&rule.id);
            }
        }
        account.tags.remove(&id);
        let mut output = Map::new();
        output.insert("return".to_owned(), true.into());
        output.insert("groupId".to_owned(), id.into());
        Ok(output)
    })
}
