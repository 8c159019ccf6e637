//! An account's default VPC and what it comes with. It follows from the account's number alone: nobody makes it, and it
//! is the same whenever it is looked at.
//!
//! <https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html>

use std::net::Ipv4Addr;

use sha2::{Digest, Sha256};

use crate::REGION;

/// The addresses of a default VPC.
pub(super) const VPC_CIDR: &str = "172.31.0.0/16";

/// The availability zones: the letter after the region's name, and the zone's id.
pub(super) const ZONES: [(&str, &str); 3] = [("a", "euw3-az1"), ("b", "euw3-az2"), ("c", "euw3-az3")];

/// The first addresses of a subnet, which AWS keeps for itself; it keeps the last one, too.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
const RESERVED: u32 = 4;

/// How many addresses a subnet, which is a `/20`, can give.
pub(super) const ROOM: u32 = 4096 - RESERVED - 1;

/// A default VPC: the ids of what it is made of.
#[derive(Debug, Clone)]
pub(super) struct Network {
    pub(super) vpc: String,
    pub(super) cidr_association: String,
    pub(super) dhcp_options: String,
    pub(super) gateway: String,
    pub(super) route_table: String,
    pub(super) main_association: String,
    /// Its default security group.
    pub(super) group: String,
    pub(super) subnets: [Subnet; 3],
}

/// A subnet of a default VPC.
#[derive(Debug, Clone)]
pub(crate) struct Subnet {
    /// `subnet-0…`.
    pub(crate) id: String,
    /// The VPC that it is of.
    pub(crate) vpc: String,
    /// `eu-west-3a`.
    pub(crate) zone: String,
    /// `euw3-az1`.
    pub(crate) zone_id: &'static str,
    /// Its first address.
    first: Ipv4Addr,
}

impl Network {
    /// The default VPC of an account.
    pub(super) fn of(account: &str) -> Self {
        let made = |prefix: &str, what: &str| id_of(prefix, account, what);
        let vpc = made("vpc", "vpc");
        let subnets = [0, 1, 2].map(|place: u8| {
            let (letter, zone_id) = ZONES[usize::from(place)];
            Subnet {
                id: made("subnet", letter),
                vpc: vpc.clone(),
                zone: format!("{REGION}{letter}"),
                zone_id,
                first: Ipv4Addr::new(172, 31, place * 16, 0),
            }
        });
        Self {
            cidr_association: made("vpc-cidr-assoc", "cidr"),
            dhcp_options: made("dopt", "dhcp"),
            gateway: made("igw", "gateway"),
            route_table: made("rtb", "routes"),
            main_association: made("rtbassoc", "main"),
            group: made("sg", "default"),
            subnets,
            vpc,
        }
    }

    /// One of its subnets.
    pub(super) fn subnet(&self, id: &str) -> Option<&Subnet> {
        self.subnets.iter().find(|subnet| subnet.id == id)
    }
}

impl Subnet {
    /// `172.31.0.0/20`.
    pub(super) fn cidr(&self) -> String {
        format!("{}/20", self.first)
    }

    /// The address at a place below [`ROOM`], among those that it can give.
    pub(super) fn address(&self, place: u32) -> Ipv4Addr {
        Ipv4Addr::from(u32::from(self.first) + RESERVED + place % ROOM)
    }
}

/// An id that follows from what bears it: `vpc-0…`, 17 hexadecimal digits.
pub(super) fn id_of(prefix: &str, account: &str, what: &str) -> String {
    let hash = hash(account, &format!("{prefix}/{what}"));
    let digits = hash
        .iter()
        .fold(String::new(), |digits, byte| format!("{digits}{byte:02x}"));
    format!("{prefix}-0{digits}")
}

/// A number that follows from something of an account.
pub(super) fn number_of(account: &str, what: &str) -> u32 {
    let [a, b, c, d, ..] = hash(account, what);
    u32::from_be_bytes([a, b, c, d])
}

fn hash(account: &str, what: &str) -> [u8; 8] {
    let hash = Sha256::digest(format!("{account}/{what}"));
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_s_network_is_always_the_same_and_no_other_account_s() {
        let (ours, again, theirs) = (
            Network::of("123456789012"),
            Network::of("123456789012"),
            Network::of("111122223333"),
        );
        assert_eq!(ours.vpc, again.vpc);
        assert_ne!(ours.vpc, theirs.vpc);
        assert_ne!(ours.subnets[0].id, ours.subnets[1].id);
        assert_eq!(ours.vpc.len(), "vpc-".len() + 17);
    }

    #[test]
    fn a_subnet_gives_all_addresses_but_those_that_aws_keeps() {
        let network = Network::of("123456789012");
        let last = &network.subnets[2];
        assert_eq!(last.cidr(), "172.31.32.0/20");
        assert_eq!(ROOM, 4091);
        assert_eq!(last.address(0), Ipv4Addr::new(172, 31, 32, 4));
        assert_eq!(last.address(4090), Ipv4Addr::new(172, 31, 47, 254));
    }
}
