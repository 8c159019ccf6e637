//! Security groups: what they are, and what they let through.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::errors::no_such_group;
use super::network::{Network, id_of};
use super::rule::{Direction, Peer, Rule, Traffic};
use super::state::Account;
use crate::cloud::Cloud;
use crate::error::AwsError;

/// The name of the group that a VPC comes with.
pub(super) const DEFAULT: &str = "default";

/// Everybody.
pub(super) const EVERYWHERE: &str = "0.0.0.0/0";

/// A security group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Group {
    /// `sg-0…`.
    pub(super) id: String,
    /// `GroupName`.
    pub(super) name: String,
    /// `Description`.
    pub(super) description: String,
    /// The VPC that it is of.
    pub(super) vpc: String,
    /// What may come in.
    pub(super) ingress: Vec<Rule>,
    /// What may go out.
    pub(super) egress: Vec<Rule>,
}

impl Group {
    /// A VPC's default group: its members may talk to one another, and to everybody else.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html>
    pub(super) fn default_of(account: &str, network: &Network) -> Self {
        let rule = |what: &str, peer: Peer| Rule {
            id: id_of("sgr", account, what),
            traffic: Traffic::all(peer),
            description: None,
        };
        let members = Peer::Group {
            account: account.to_owned(),
            id: network.group.clone(),
        };
        Self {
            id: network.group.clone(),
            name: DEFAULT.to_owned(),
            description: "default VPC security group".to_owned(),
            vpc: network.vpc.clone(),
            ingress: vec![rule("members", members)],
            egress: vec![rule("everybody", Peer::V4(EVERYWHERE.to_owned()))],
        }
    }

    /// Its rules of one direction.
    pub(super) fn rules(&self, direction: Direction) -> &Vec<Rule> {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }

    /// The same, to be changed.
    pub(super) fn rules_mut(&mut self, direction: Direction) -> &mut Vec<Rule> {
        match direction {
            Direction::Ingress => &mut self.ingress,
            Direction::Egress => &mut self.egress,
        }
    }
}

impl Account {
    /// The group of an id.
    pub(super) fn group(&self, id: &str) -> Result<&Group, AwsError> {
        self.groups.get(id).ok_or_else(|| no_such_group(id))
    }

    /// The same, to be changed.
    pub(super) fn group_mut(&mut self, id: &str) -> Result<&mut Group, AwsError> {
        self.groups.get_mut(id).ok_or_else(|| no_such_group(id))
    }
}

/// Refuses a group that an account does not have, with `InvalidGroup.NotFound`.
pub(crate) fn check_group(cloud: &Cloud, account: &str, id: &str) -> Result<(), AwsError> {
    cloud.ec2.with(account, |known| known.group(id).map(|_| ()))
}

/// Whether any of these groups lets TCP traffic through, to a port, with `address`: the client's for
/// [`Direction::Ingress`] (on this machine, the address that the connection comes from), the server's for
/// [`Direction::Egress`]. A group that is gone lets nothing through.
///
/// Answers to what was let in, or out, need no rule: security groups are stateful.
pub(crate) fn allows(
    cloud: &Cloud,
    account: &str,
    groups: &[String],
    direction: Direction,
    port: u16,
    address: Ipv4Addr,
) -> bool {
    cloud.ec2.with(account, |known| {
        let groups = groups.iter().filter_map(|id| known.groups.get(id));
        let mut rules = groups.flat_map(|group| group.rules(direction));
        rules.any(|rule| rule.traffic.holds_tcp(port, address))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::ACCOUNT;

    #[test]
    fn the_default_group_lets_nobody_in_from_outside_and_everything_out() {
        let cloud = Cloud::new(true).unwrap();
        let groups = [Network::of(ACCOUNT).group];
        let here = Ipv4Addr::LOCALHOST;
        assert!(!allows(&cloud, ACCOUNT, &groups, Direction::Ingress, 80, here));
        assert!(allows(&cloud, ACCOUNT, &groups, Direction::Egress, 443, here));
        check_group(&cloud, ACCOUNT, &groups[0]).unwrap();
        let refused = check_group(&cloud, "111122223333", &groups[0]).unwrap_err();
        assert_eq!(refused.code, "InvalidGroup.NotFound");
    }

    #[test]
    fn one_group_that_lets_in_is_enough() {
        let cloud = Cloud::new(true).unwrap();
        let open = Rule::new(
            Traffic {
                protocol: "tcp".to_owned(),
                ports: Some((80, 80)),
                peer: Peer::V4(EVERYWHERE.to_owned()),
            },
            None,
        );
        let network = Network::of(ACCOUNT);
        cloud.ec2.with(ACCOUNT, |account| {
            let web = Group {
                id: "sg-web".to_owned(),
                ingress: vec![open],
                ..Group::default_of(ACCOUNT, &network)
            };
            account.groups.insert(web.id.clone(), web);
        });
        let both = [network.group, "sg-web".to_owned(), "sg-gone".to_owned()];
        let here = Ipv4Addr::LOCALHOST;
        assert!(allows(&cloud, ACCOUNT, &both, Direction::Ingress, 80, here));
        assert!(!allows(&cloud, ACCOUNT, &both[..1], Direction::Ingress, 80, here));
        assert!(!allows(&cloud, ACCOUNT, &both, Direction::Ingress, 8080, here));
    }
}
