//! The rules of security groups: added, taken away, shown.

use serde_json::{Map, Value, json};

use super::super::Answer;
use super::super::errors::{no_such_rule, rule_exists, too_many_rules};
use super::super::input::{specified_tags, texts};
use super::super::listing::{ById, Listing};
use super::super::permissions::{self, rule_shown};
use super::super::rule::{Direction, Peer, Rule};
use super::super::state::Account;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;

/// The most rules of a group in each direction.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups>
const MOST: usize = 60;

const LISTING: Listing = Listing {
    member: "securityGroupRuleSet",
    by_id: Some(ById {
        parameter: "SecurityGroupRuleId",
        member: "securityGroupRuleId",
        missing: no_such_rule,
    }),
    filters: &[
        ("group-id", "groupId"),
        ("security-group-rule-id", "securityGroupRuleId"),
    ],
};

/// `DescribeSecurityGroupRules`.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupRules.html>
pub(in super::super) fn describe(cloud: &Cloud, call: &Call) -> Answer {
    cloud.ec2.with(call.account(), |account| {
        let account = &*account;
        let items = account.groups.values().flat_map(|group| {
            let of = |rules: &'_ [Rule], egress: bool| -> Vec<Value> {
                let shown = rules.iter().map(|rule| rule_shown(account, group, rule, egress));
                shown.collect()
            };
            [of(&group.ingress, false), of(&group.egress, true)].concat()
        });
        LISTING.answer(&call.input, items.collect())
    })
}

/// `AuthorizeSecurityGroupIngress` and `AuthorizeSecurityGroupEgress`: all of the rules, or none.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html>
pub(in super::super) fn authorize(cloud: &Cloud, call: &Call, direction: Direction) -> Answer {
    cloud.ec2.with(call.account(), |account| {
        let id = account.asked_group(&call.input)?;
        let given = permissions::given(&call.input, account)?;
        let tags = specified_tags(&call.input, "security-group-rule")?;
        let rules = account.group_mut(&id)?.rules_mut(direction);
        for new in &given {
            if rules.iter().any(|rule| rule.traffic == new.traffic) {
                return Err(rule_exists(&new.traffic.told()));
            }
        }
        if rules.len() + given.len() > MOST {
            return Err(too_many_rules());
        }
        let new: Vec<Rule> = given
            .into_iter()
            .map(|given| Rule::new(given.traffic, given.description))
            .collect();
        rules.extend(new.iter().cloned());
        if !tags.is_empty() {
            let tagged = new.iter().map(|rule| (rule.id.clone(), tags.clone()));
            account.tags.extend(tagged);
        }
        let (account, egress) = (&*account, direction == Direction::Egress);
        let group = account.group(&id)?;
        let shown: Vec<Value> = new
            .iter()
            .map(|rule| rule_shown(account, group, rule, egress))
            .collect();
        let mut output = Map::new();
        output.insert("return".to_owned(), true.into());
        output.insert("securityGroupRuleSet".to_owned(), shown.into());
        Ok(output)
    })
}

/// `RevokeSecurityGroupIngress` and `RevokeSecurityGroupEgress`: rules by their ids, or by what they say. In a default
/// VPC, a rule that is not there is no error: the answer tells it.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html>
pub(in super::super) fn revoke(cloud: &Cloud, call: &Call, direction: Direction) -> Answer {
    cloud.ec2.with(call.account(), |account| {
        let ids = texts(&call.input["SecurityGroupRuleId"]);
        let (group, unknown, doomed) = if ids.is_empty() {
            by_content(account, &call.input, direction)?
        } else {
            by_id(account, &call.input, &ids, direction)?
        };
        let egress = direction == Direction::Egress;
        let rules = account.group_mut(&group)?.rules_mut(direction);
        let (gone, left): (Vec<Rule>, Vec<Rule>) = std::mem::take(rules)
            .into_iter()
            .partition(|rule| doomed.contains(&rule.id));
        *rules = left;
        for rule in &gone {
            account.tags.remove(&rule.id);
        }
        let gone: Vec<Value> = gone.iter().map(|rule| revoked(&group, rule, egress)).collect();
        let mut output = Map::new();
        output.insert("return".to_owned(), unknown.is_empty().into());
        if !unknown.is_empty() {
            output.insert("unknownIpPermissionSet".to_owned(), permissions::shown(&unknown));
        }
        output.insert("revokedSecurityGroupRuleSet".to_owned(), gone.into());
        Ok(output)
    })
}

/// The group that is changed, the rules that are not there, the ids of those that go.
type Doomed = (String, Vec<Rule>, Vec<String>);

fn by_id(account: &Account, input: &Value, ids: &[String], direction: Direction) -> Result<Doomed, AwsError> {
    let group = account.asked_group(input)?;
    let rules = account.group(&group)?.rules(direction);
    match ids.iter().find(|id| !rules.iter().any(|rule| rule.id == **id)) {
        Some(missing) => Err(no_such_rule(missing)),
        None => Ok((group, Vec::new(), ids.to_vec())),
    }
}

fn by_content(account: &Account, input: &Value, direction: Direction) -> Result<Doomed, AwsError> {
    let group = account.asked_group(input)?;
    let rules = account.group(&group)?.rules(direction);
    let (mut unknown, mut doomed) = (Vec::new(), Vec::new());
    for given in permissions::given(input, account)? {
        match rules.iter().find(|rule| rule.traffic == given.traffic) {
            Some(rule) => doomed.push(rule.id.clone()),
            None => unknown.push(Rule {
                id: String::new(),
                traffic: given.traffic,
                description: given.description,
            }),
        }
    }
    Ok((group, unknown, doomed))
}

fn revoked(group: &str, rule: &Rule, egress: bool) -> Value {
    let (from, to) = rule.traffic.ports.unwrap_or((-1, -1));
    let mut shown = json!({
        "securityGroupRuleId": rule.id,
        "groupId": group,
        "isEgress": egress,
        "ipProtocol": rule.traffic.protocol,
        "fromPort": from,
        "toPort": to,
    });
    let member = match &rule.traffic.peer {
        Peer::V4(_) => "cidrIpv4",
        Peer::V6(_) => "cidrIpv6",
        Peer::PrefixList(_) => "prefixListId",
        Peer::Group { .. } => "referencedGroupId",
    };
    shown[member] = rule.traffic.peer.id().into();
    if let Some(description) = &rule.description {
        shown["description"] = description.as_str().into();
    }
    shown
}
