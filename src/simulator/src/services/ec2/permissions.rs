//! Rules as requests give them and as answers show them: `IpPermissions`, one entry for a protocol and its ports.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html>

use std::collections::BTreeMap;
use std::net::Ipv6Addr;

use serde_json::{Map, Value, json};

use super::errors::{invalid_value, missing, no_source};
use super::group::Group;
use super::input::number;
use super::rule::{Peer, Ports, Rule, Traffic, cidr_v4};
use super::state::Account;
use crate::error::AwsError;

/// A rule that a request describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) traffic: Traffic,
    pub(super) description: Option<String>,
}

/// The rules that a request describes: in `IpPermissions`, or by the parameters for a single one.
pub(super) fn given(input: &Value, account: &Account) -> Result<Vec<Given>, AwsError> {
    let mut rules = Vec::new();
    for permission in input["IpPermissions"].as_array().into_iter().flatten() {
        let (protocol, ports) = protocol_and_ports(permission)?;
        let peers = peers(permission, account)?;
        if peers.is_empty() {
            return Err(no_source());
        }
        for (peer, description) in peers {
            let traffic = Traffic {
                protocol: protocol.clone(),
                ports,
                peer,
            };
            rules.push(Given { traffic, description });
        }
    }
    if let Some(cidr) = input["CidrIp"].as_str() {
        let (protocol, ports) = protocol_and_ports(input)?;
        let peer = v4(cidr)?;
        let traffic = Traffic {
            protocol,
            ports,
            peer,
        };
        rules.push(Given {
            traffic,
            description: None,
        });
    }
    if rules.is_empty() {
        return Err(no_source());
    }
    let twice = |place: usize| {
        rules[..place]
            .iter()
            .any(|rule| rule.traffic == rules[place].traffic)
    };
    if (0..rules.len()).any(twice) {
        return Err(invalid_value(
            "The same permission must not appear multiple times",
        ));
    }
    Ok(rules)
}

/// The protocols that have names, and their numbers.
const NAMED: [(&str, &str); 4] = [("tcp", "6"), ("udp", "17"), ("icmp", "1"), ("icmpv6", "58")];

fn protocol_and_ports(permission: &Value) -> Result<(String, Option<Ports>), AwsError> {
    let given = permission["IpProtocol"]
        .as_str()
        .ok_or_else(|| missing("ipProtocol"))?;
    let (from, to) = (number(permission, "FromPort")?, number(permission, "ToPort")?);
    let named = NAMED
        .iter()
        .find(|(name, number)| given == *name || given == *number);
    match named.map(|(name, _)| *name) {
        Some(name @ ("tcp" | "udp")) => {
            let ports = from.zip(to).ok_or_else(|| {
                invalid_value(
                    "Invalid value for portRange. Must specify both from and to ports with TCP/UDP.",
                )
            })?;
            Ok((name.to_owned(), Some(checked(ports)?)))
        }
        // ICMP has types and codes; without them, all are meant.
        Some(name) => {
            let (kind, code) = (from.unwrap_or(-1), to.unwrap_or(-1));
            for (part, number) in [("type", kind), ("code", code)] {
                if !(-1..=255).contains(&number) {
                    return Err(invalid_value(format!("ICMP {part} ({number}) out of range")));
                }
            }
            Ok((name.to_owned(), Some((kind, code))))
        }
        None if given == "-1" => Ok((given.to_owned(), None)),
        None if given.parse::<u8>().is_ok() => Ok((given.to_owned(), None)),
        None => Err(invalid_value(format!(
            "Invalid value '{given}' for IP protocol. Unknown protocol."
        ))),
    }
}

fn checked((from, to): Ports) -> Result<Ports, AwsError> {
    for (end, port) in [("from", from), ("to", to)] {
        if !(0..=65_535).contains(&port) {
            return Err(invalid_value(format!(
                "TCP/UDP ({end}) port ({port}) out of range"
            )));
        }
    }
    if from > to {
        return Err(invalid_value(format!("Invalid TCP/UDP port range ({from}:{to})")));
    }
    Ok((from, to))
}

type Described = (Peer, Option<String>);

/// Whom a permission is about, each with its description.
fn peers(permission: &Value, account: &Account) -> Result<Vec<Described>, AwsError> {
    let mut peers = Vec::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for range in permission["IpRanges"].as_array().into_iter().flatten() {
        peers.push((v4(&text(&range["CidrIp"]))?, description(range)?));
    }
    for range in permission["Ipv6Ranges"].as_array().into_iter().flatten() {
        peers.push((v6(&text(&range["CidrIpv6"]))?, description(range)?));
    }
    for list in permission["PrefixListIds"].as_array().into_iter().flatten() {
        peers.push((Peer::PrefixList(text(&list["PrefixListId"])), description(list)?));
    }
    for pair in permission["Groups"].as_array().into_iter().flatten() {
        peers.push((group(pair, account)?, description(pair)?));
    }
    Ok(peers)
}

fn v4(text: &str) -> Result<Peer, AwsError> {
    let block = cidr_v4(text).ok_or_else(|| malformed_block(text))?;
    Ok(Peer::V4(format!("{}/{}", block.first, block.bits)))
}

fn v6(text: &str) -> Result<Peer, AwsError> {
    let read = text.split_once('/').and_then(|(address, bits)| {
        let address: Ipv6Addr = address.parse().ok()?;
        let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 128)?;
        let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
        Some((Ipv6Addr::from(u128::from(address) & mask), bits))
    });
    let (first, bits) = read.ok_or_else(|| malformed_block(text))?;
    Ok(Peer::V6(format!("{first}/{bits}")))
}

fn malformed_block(text: &str) -> AwsError {
    invalid_value(format!("CIDR block {text} is malformed"))
}

/// A security group as the other end: by its id, or, in the default VPC, by its name.
fn group(pair: &Value, account: &Account) -> Result<Peer, AwsError> {
    let owner = pair["UserId"].as_str().unwrap_or(&account.id);
    let id = match (pair["GroupId"].as_str(), pair["GroupName"].as_str()) {
        (Some(id), _) if owner == account.id => account.group(id)?.id.clone(),
        (Some(id), _) => id.to_owned(),
        (None, Some(name)) => account.group_named(name)?.id.clone(),
        (None, None) => return Err(missing("groupId")),
    };
    Ok(Peer::Group {
        account: owner.to_owned(),
        id,
    })
}

/// The description of a rule, in which letters with accents are not taken.
fn description(given: &Value) -> Result<Option<String>, AwsError> {
    let Some(text) = given["Description"].as_str().filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let plain = |sign: char| sign.is_ascii_alphanumeric() || ". _-:/()#,@[]+=&;{}!$*".contains(sign);
    if text.chars().count() > 255 || !text.chars().all(plain) {
        return Err(invalid_value(
            "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  \
             a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
        ));
    }
    Ok(Some(text.to_owned()))
}

impl Traffic {
    /// How errors call it: `peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW`.
    pub(super) fn told(&self) -> String {
        let peer = self.peer.id();
        let what = match (self.protocol.as_str(), self.ports) {
            ("-1", _) => "ALL".to_owned(),
            (name @ ("tcp" | "udp"), Some((from, to))) => {
                format!("{}, from port: {from}, to port: {to}", name.to_uppercase())
            }
            (name @ ("icmp" | "icmpv6"), Some((kind, code))) => {
                let all = |number: i32| {
                    if number < 0 {
                        "ALL".to_owned()
                    } else {
                        number.to_string()
                    }
                };
                format!(
                    "{}, type: {}, code: {}",
                    name.to_uppercase(),
                    all(kind),
                    all(code)
                )
            }
            (number, _) => format!("protocol: {number}"),
        };
        format!("peer: {peer}, {what}, ALLOW")
    }
}

impl Peer {
    /// Its CIDR block or its id.
    pub(super) fn id(&self) -> &str {
        match self {
            Self::V4(id) | Self::V6(id) | Self::PrefixList(id) | Self::Group { id, .. } => id,
        }
    }
}

/// The rules of a group as answers show them: together, where protocol and ports are the same.
pub(super) fn shown(rules: &[Rule]) -> Value {
    let mut entries: BTreeMap<(&str, Option<Ports>), Map<String, Value>> = BTreeMap::new();
    for rule in rules {
        let Traffic {
            protocol,
            ports,
            peer,
        } = &rule.traffic;
        let entry = entries
            .entry((protocol, *ports))
            .or_insert_with(|| entry(protocol, *ports));
        let (list, mut item) = match peer {
            Peer::V4(cidr) => ("ipRanges", json!({ "cidrIp": cidr })),
            Peer::V6(cidr) => ("ipv6Ranges", json!({ "cidrIpv6": cidr })),
            Peer::PrefixList(id) => ("prefixListIds", json!({ "prefixListId": id })),
            Peer::Group { account, id } => ("groups", json!({ "userId": account, "groupId": id })),
        };
        if let Some(description) = &rule.description {
            item["description"] = description.as_str().into();
        }
        if let Some(Value::Array(items)) = entry.get_mut(list) {
            items.push(item);
        }
    }
    entries.into_values().map(Value::Object).collect()
}

fn entry(protocol: &str, ports: Option<Ports>) -> Map<String, Value> {
    let mut entry = Map::new();
    entry.insert("ipProtocol".to_owned(), protocol.into());
    if let Some((from, to)) = ports {
        entry.insert("fromPort".to_owned(), from.into());
        entry.insert("toPort".to_owned(), to.into());
    }
    for list in ["ipRanges", "ipv6Ranges", "prefixListIds", "groups"] {
        entry.insert(list.to_owned(), json!([]));
    }
    entry
}

/// A rule as `securityGroupRuleSet` shows it.
pub(super) fn rule_shown(account: &Account, group: &Group, rule: &Rule, egress: bool) -> Value {
    let (from, to) = rule.traffic.ports.unwrap_or((-1, -1));
    let mut shown = json!({
        "securityGroupRuleId": rule.id,
        "securityGroupRuleArn": account.arn("security-group-rule", &rule.id),
        "groupId": group.id,
        "groupOwnerId": account.id,
        "isEgress": egress,
        "ipProtocol": rule.traffic.protocol,
        "fromPort": from,
        "toPort": to,
        "tagSet": account.tag_set(&rule.id),
    });
    match &rule.traffic.peer {
        Peer::V4(cidr) => shown["cidrIpv4"] = cidr.as_str().into(),
        Peer::V6(cidr) => shown["cidrIpv6"] = cidr.as_str().into(),
        Peer::PrefixList(id) => shown["prefixListId"] = id.as_str().into(),
        Peer::Group { account, id } => {
            shown["referencedGroupInfo"] = json!({ "groupId": id, "userId": account });
        }
    }
    if let Some(description) = &rule.description {
        shown["description"] = description.as_str().into();
    }
    shown
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::ACCOUNT;
    use crate::services::ec2::state::Account;

    fn read(permission: &Value) -> Result<Vec<Given>, AwsError> {
        given(&json!({ "IpPermissions": [permission] }), &Account::new(ACCOUNT))
    }

    fn message(permission: &Value) -> String {
        read(permission).unwrap_err().message
    }

    #[test]
    fn a_permission_is_as_many_rules_as_it_has_peers() {
        let rules = read(&json!({
            "IpProtocol": "6", "FromPort": "80", "ToPort": "80",
            "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "web"}, {"CidrIp": "10.1.2.3/8"}],
            "Ipv6Ranges": [{"CidrIpv6": "2001:DB8::1/32"}],
        }))
        .unwrap();
        let told: Vec<String> = rules.iter().map(|rule| rule.traffic.told()).collect();
        assert_eq!(
            told,
            [
                "peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW",
                "peer: 10.0.0.0/8, TCP, from port: 80, to port: 80, ALLOW",
                "peer: 2001:db8::/32, TCP, from port: 80, to port: 80, ALLOW",
            ]
        );
        assert_eq!(rules[0].description.as_deref(), Some("web"));
    }

    #[test]
    fn what_is_wrong_with_a_permission_is_told_in_ec2_s_words() {
        let tcp = |from: &str, to: &str, cidr: &str| json!({"IpProtocol": "tcp", "FromPort": from, "ToPort": to, "IpRanges": [{"CidrIp": cidr}]});
        assert_eq!(
            message(&tcp("80", "80", "0.0.0.0")),
            "CIDR block 0.0.0.0 is malformed"
        );
        assert_eq!(
            message(&tcp("-1", "80", "0.0.0.0/0")),
            "TCP/UDP (from) port (-1) out of range"
        );
        assert_eq!(
            message(&tcp("80", "70000", "0.0.0.0/0")),
            "TCP/UDP (to) port (70000) out of range"
        );
        assert_eq!(
            message(&tcp("80", "22", "0.0.0.0/0")),
            "Invalid TCP/UDP port range (80:22)"
        );
        assert_eq!(
            message(&json!({"IpProtocol": "tcp", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]})),
            "Invalid value for portRange. Must specify both from and to ports with TCP/UDP."
        );
        assert_eq!(
            message(&json!({"IpProtocol": "all", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]})),
            "Invalid value 'all' for IP protocol. Unknown protocol."
        );
        let accent =
            json!({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "entrée"}]});
        assert!(message(&accent).starts_with("Invalid rule description."));
        let twice =
            json!({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}, {"CidrIp": "0.0.0.0/0"}]});
        assert_eq!(
            message(&twice),
            "The same permission must not appear multiple times"
        );
    }

    #[test]
    fn other_protocols_are_called_by_their_numbers() {
        for (permission, told) in [
            (json!({"IpProtocol": "-1"}), "ALL"),
            (json!({"IpProtocol": "50"}), "protocol: 50"),
            (json!({"IpProtocol": "icmp"}), "ICMP, type: ALL, code: ALL"),
            (
                json!({"IpProtocol": "1", "FromPort": "8", "ToPort": "-1"}),
                "ICMP, type: 8, code: ALL",
            ),
        ] {
            let mut permission = permission;
            permission["IpRanges"] = json!([{"CidrIp": "0.0.0.0/0"}]);
            let rules = read(&permission).unwrap();
            assert_eq!(rules[0].traffic.told(), format!("peer: 0.0.0.0/0, {told}, ALLOW"));
        }
    }
}
