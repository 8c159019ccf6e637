//! Tags of what EC2 has.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html>

use serde_json::{Map, Value, json};

use super::Answer;
use super::errors::{
    missing, no_such_gateway, no_such_group, no_such_interface, no_such_resource, no_such_route_table,
    no_such_rule, no_such_subnet, no_such_vpc, too_many_tags,
};
use super::input::{self, MOST_TAGS, texts};
use super::listing::Listing;
use super::state::Account;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;

/// What bears tags: how ids begin, AWS's name of the type, the error for one that is not there.
type Kind = (&'static str, &'static str, fn(&str) -> AwsError);
const KINDS: [Kind; 7] = [
    ("vpc-", "vpc", no_such_vpc),
    ("subnet-", "subnet", no_such_subnet),
    ("igw-", "internet-gateway", no_such_gateway),
    ("rtb-", "route-table", no_such_route_table),
    ("sg-", "security-group", no_such_group),
    ("sgr-", "security-group-rule", no_such_rule),
    ("eni-", "network-interface", no_such_interface),
];

/// AWS's name of the type of what has an id: `security-group`.
pub(super) fn kind(id: &str) -> Option<&'static str> {
    KINDS
        .iter()
        .find(|(prefix, ..)| id.starts_with(prefix))
        .map(|(_, kind, _)| *kind)
}

impl Account {
    /// Refuses an id of something that is not there.
    fn has(&self, id: &str) -> Result<(), AwsError> {
        let found = KINDS.iter().find(|(prefix, ..)| id.starts_with(prefix));
        let (_, kind, missing) = found.ok_or_else(|| no_such_resource(id))?;
        let network = self.network();
        let there = match *kind {
            "vpc" => id == network.vpc,
            "subnet" => network.subnet(id).is_some(),
            "internet-gateway" => id == network.gateway,
            "route-table" => id == network.route_table,
            "security-group" => self.groups.contains_key(id),
            "security-group-rule" => {
                let mut rules = self
                    .groups
                    .values()
                    .flat_map(|group| group.ingress.iter().chain(&group.egress));
                rules.any(|rule| rule.id == id)
            }
            _ => self.interfaces.contains_key(id),
        };
        if there { Ok(()) } else { Err(missing(id)) }
    }
}

/// The resources of a request, all of which must be there.
fn resources(account: &Account, input: &Value) -> Result<Vec<String>, AwsError> {
    let ids = texts(&input["ResourceId"]);
    if ids.is_empty() {
        return Err(missing("resourceIdSet"));
    }
    ids.iter().try_for_each(|id| account.has(id))?;
    Ok(ids)
}

fn done() -> Map<String, Value> {
    [("return".to_owned(), true.into())].into_iter().collect()
}

/// `CreateTags`.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html>
pub(super) fn create(cloud: &Cloud, call: &Call) -> Answer {
    cloud.ec2.with(call.account(), |account| {
        let ids = resources(account, &call.input)?;
        let given = input::tags(&call.input["Tag"])?;
        if given.is_empty() {
            return Err(missing("tagSet"));
        }
        let mut changed = account.tags.clone();
        for id in ids {
            let tags = changed.entry(id).or_default();
            tags.extend(given.clone());
            if tags.len() > MOST_TAGS {
                return Err(too_many_tags());
            }
        }
        account.tags = changed;
        Ok(done())
    })
}

/// `DeleteTags`: a tag whose value is told goes only with that value; without any tag, all go.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html>
pub(super) fn delete(cloud: &Cloud, call: &Call) -> Answer {
    cloud.ec2.with(call.account(), |account| {
        let ids = resources(account, &call.input)?;
        let asked = call.input["Tag"].as_array().map_or(&[][..], Vec::as_slice);
        let named = |key: &str, value: &str| {
            asked.is_empty()
                || asked
                    .iter()
                    .any(|tag| tag["Key"] == key && tag["Value"].as_str().is_none_or(|told| told == value))
        };
        for id in ids {
            if let Some(tags) = account.tags.get_mut(&id) {
                tags.retain(|key, value| !named(key, value));
            }
        }
        account.tags.retain(|_, tags| !tags.is_empty());
        Ok(done())
    })
}

const LISTING: Listing = Listing {
    member: "tagSet",
    by_id: None,
    filters: &[
        ("key", "key"),
        ("resource-id", "resourceId"),
        ("resource-type", "resourceType"),
        ("value", "value"),
    ],
};

/// `DescribeTags`.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html>
pub(super) fn describe(cloud: &Cloud, call: &Call) -> Answer {
    cloud.ec2.with(call.account(), |account| {
        let items = account.tags.iter().flat_map(|(id, tags)| {
            let line = |key: &str, value: &str| {
                json!({ "key": key, "value": value, "resourceId": id, "resourceType": kind(id) })
            };
            tags.iter().map(move |(key, value)| line(key, value)).collect::<Vec<_>>()
        });
        LISTING.answer(&call.input, items.collect())
    })
}
