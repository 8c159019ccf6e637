//! A security group's rule: which traffic it lets through, and whether that is the traffic at hand.
//!
//! <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use crate::chance;

/// Which way traffic goes, seen from the interface that the group protects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// To the interface.
    Ingress,
    /// From the interface.
    Egress,
}

/// Ports from and to.
pub(super) type Ports = (i32, i32);

/// What a rule lets through: the same traffic cannot be let through twice by a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Traffic {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, another protocol's number, or `-1` for all of them.
    pub(super) protocol: String,
    /// The ports from and to, or ICMP's type and code; `None` where there are none.
    pub(super) ports: Option<Ports>,
    /// With whom.
    pub(super) peer: Peer,
}

/// The other end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Peer {
    /// IPv4 addresses, `198.51.100.0/24`.
    V4(String),
    /// IPv6 addresses, `2001:db8::/32`.
    V6(String),
    /// A prefix list, `pl-…`.
    PrefixList(String),
    /// The interfaces of a security group.
    Group {
        /// The account that owns it.
        account: String,
        /// `sg-…`.
        id: String,
    },
}

/// A rule of a group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Rule {
    /// `sgr-0…`.
    pub(super) id: String,
    /// What it lets through.
    pub(super) traffic: Traffic,
    /// `Description`.
    pub(super) description: Option<String>,
}

impl Rule {
    /// A new rule.
    pub(super) fn new(traffic: Traffic, description: Option<String>) -> Self {
        Self {
            id: new_id("sgr"),
            traffic,
            description,
        }
    }
}

impl Traffic {
    /// Everything, with `peer`.
    pub(super) fn all(peer: Peer) -> Self {
        Self {
            protocol: "-1".to_owned(),
            ports: None,
            peer,
        }
    }

    /// Whether TCP traffic with that address, to that port, is of it. A peer that is a group or a prefix list is nobody
    /// who could be told by an address.
    pub(super) fn holds_tcp(&self, port: u16, address: Ipv4Addr) -> bool {
        let Peer::V4(cidr) = &self.peer else {
            return false;
        };
        let port = i32::from(port);
        let fits = match (self.protocol.as_str(), self.ports) {
            ("-1", _) => true,
            ("tcp", Some((from, to))) => from <= port && port <= to,
            _ => false,
        };
        fits && cidr_v4(cidr).is_some_and(|block| block.holds(address))
    }
}

/// A block of IPv4 addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) first: Ipv4Addr,
    pub(super) bits: u8,
}

impl Block {
    fn mask(self) -> u32 {
        u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0)
    }

    fn holds(self, address: Ipv4Addr) -> bool {
        u32::from(address) & self.mask() == u32::from(self.first)
    }
}

/// Reads `198.51.100.0/24`; bits beyond the prefix become 0, as on AWS.
pub(super) fn cidr_v4(text: &str) -> Option<Block> {
    let (address, bits) = text.split_once('/')?;
    let address: Ipv4Addr = address.parse().ok()?;
    let bits = bits.parse().ok().filter(|bits| *bits <= 32)?;
    let block = Block { first: address, bits };
    Some(Block {
        first: Ipv4Addr::from(u32::from(address) & block.mask()),
        bits,
    })
}

/// A new id: `sg-0` and 16 hexadecimal digits.
pub(super) fn new_id(prefix: &str) -> String {
    format!("{prefix}-0{}", chance::text(b"0123456789abcdef", 16))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn tcp(from: i32, to: i32, cidr: &str) -> Traffic {
        Traffic {
            protocol: "tcp".to_owned(),
            ports: Some((from, to)),
            peer: Peer::V4(cidr.to_owned()),
        }
    }

    #[test]
    fn a_rule_holds_for_its_ports_and_its_addresses_alone() {
        let here = Ipv4Addr::LOCALHOST;
        assert!(tcp(80, 80, "0.0.0.0/0").holds_tcp(80, here));
        assert!(tcp(8000, 8100, "127.0.0.0/8").holds_tcp(8080, here));
        assert!(tcp(80, 80, "127.0.0.1/32").holds_tcp(80, here));
        assert!(!tcp(443, 443, "0.0.0.0/0").holds_tcp(80, here));
        assert!(!tcp(80, 80, "203.0.113.0/24").holds_tcp(80, here));
        assert!(Traffic::all(Peer::V4("0.0.0.0/0".to_owned())).holds_tcp(80, here));
        let udp = Traffic {
            protocol: "udp".to_owned(),
            ..tcp(80, 80, "0.0.0.0/0")
        };
        assert!(!udp.holds_tcp(80, here));
        let group = Peer::Group {
            account: "123456789012".to_owned(),
            id: "sg-1".to_owned(),
        };
        assert!(!Traffic::all(group).holds_tcp(80, here));
    }

    #[test]
    fn a_block_of_addresses_forgets_the_bits_beyond_its_prefix() {
        let block = cidr_v4("198.51.100.7/24").unwrap();
        assert_eq!((block.first, block.bits), (Ipv4Addr::new(198, 51, 100, 0), 24));
        assert!(cidr_v4("0.0.0.0/0").unwrap().holds(Ipv4Addr::BROADCAST));
        for wrong in ["198.51.100.7", "198.51.100.7/33", "a/8", "1.2.3/8", ""] {
            assert_eq!(cidr_v4(wrong), None, "{wrong}");
        }
    }
}
