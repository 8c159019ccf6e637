//! Network interfaces, which a service of AWS makes in an account's subnets for what it runs there: ECS for each task
//! of Fargate.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html>

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::errors::{no_such_subnet, not_enough_addresses};
use super::network::{Network, ROOM, Subnet, id_of, number_of};
use super::state::{Account, Accounts, opened};
use crate::cloud::Cloud;
use crate::error::AwsError;

/// What an interface is to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// The account whose subnet it is in.
    pub(crate) account: &'a str,
    /// `subnet-…`.
    pub(crate) subnet: &'a str,
    /// `sg-…`; without any, it is in the default group of its VPC.
    pub(crate) groups: &'a [String],
    /// Whether it gets a public address: `assignPublicIp`.
    pub(crate) public: bool,
    /// `Description`, from which its id and addresses follow: for a task, the ARN of its attachment
    /// (`arn:aws:ecs:REGION:ACCOUNT:attachment/…`), which no other has.
    pub(crate) description: &'a str,
    /// When it is made.
    pub(crate) now: OffsetDateTime,
}

/// A network interface, attached to what it was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Interface {
    /// `eni-0…`.
    pub(crate) id: String,
    /// The account whose it is.
    pub(crate) account: String,
    /// The subnet that it is in.
    pub(crate) subnet: String,
    /// The VPC of the subnet.
    pub(crate) vpc: String,
    /// `eu-west-3a`.
    pub(crate) zone: String,
    /// Its security groups, never empty.
    pub(crate) groups: Vec<String>,
    /// Its address in the subnet, 172.31.…: nothing on this machine can be reached there.
    pub(crate) private_ip: Ipv4Addr,
    /// Its public address: a loopback address of its own, 127.64.0.1 to 127.127.255.254, which no other interface of
    /// any account has. What is bound there on this machine is reached as on AWS. (Linux and Windows have all of
    /// 127.0.0.0/8; on macOS an address must first be added to `lo0`.)
    pub(crate) public_ip: Option<Ipv4Addr>,
    /// `0a:…`.
    pub(crate) mac: String,
    /// `Description`.
    pub(crate) description: String,
    /// `eni-attach-0…`.
    pub(crate) attachment: String,
    /// When it was made and attached.
    pub(crate) attached_at: OffsetDateTime,
}

impl Interface {
    /// `ip-172-31-5-9.eu-west-3.compute.internal`.
    pub(crate) fn private_dns_name(&self) -> String {
        format!(
            "ip-{}.{}.compute.internal",
            dashed(self.private_ip),
            crate::REGION
        )
    }

    /// `ec2-127-64-3-7.eu-west-3.compute.amazonaws.com`, which no name server knows.
    pub(crate) fn public_dns_name(&self) -> Option<String> {
        let address = dashed(self.public_ip?);
        Some(format!("ec2-{address}.{}.compute.amazonaws.com", crate::REGION))
    }
}

fn dashed(address: Ipv4Addr) -> String {
    address.to_string().replace('.', "-")
}

/// The subnet of an id, in an account.
///
/// # Errors
///
/// `InvalidSubnetID.NotFound`.
pub(crate) fn find_subnet(account: &str, id: &str) -> Result<Subnet, AwsError> {
    let network = Network::of(account);
    network.subnet(id).cloned().ok_or_else(|| no_such_subnet(id))
}

/// Makes an interface and attaches it. Nothing of it is of chance, so that it may be made while time passes: its id and
/// its addresses follow from its description, and from which addresses are taken.
///
/// # Errors
///
/// `InvalidSubnetID.NotFound`, `InvalidGroup.NotFound`, `InsufficientFreeAddressesInSubnet`.
pub(crate) fn attach(cloud: &Cloud, wanted: &Wanted<'_>) -> Result<Interface, AwsError> {
    let subnet = find_subnet(wanted.account, wanted.subnet)?;
    let mut accounts = cloud.ec2.lock();
    let account = opened(&mut accounts, wanted.account);
    for group in wanted.groups {
        account.group(group)?;
    }
    let groups = match wanted.groups {
        [] => vec![account.network().group],
        groups => groups.to_vec(),
    };
    let made = |what: &str| number_of(wanted.account, &format!("{what}/{}", wanted.description));
    let private_ip = free_private(account, &subnet, made("private"));
    let private_ip = private_ip.ok_or_else(|| not_enough_addresses(&subnet.id))?;
    let interface = Interface {
        id: id_of("eni", wanted.account, wanted.description),
        account: wanted.account.to_owned(),
        vpc: subnet.vpc.clone(),
        zone: subnet.zone.clone(),
        subnet: subnet.id,
        groups,
        private_ip,
        public_ip: wanted.public.then(|| free_public(&accounts, made("public"))),
        mac: mac(made("mac")),
        description: wanted.description.to_owned(),
        attachment: id_of("eni-attach", wanted.account, wanted.description),
        attached_at: wanted.now,
    };
    let account = opened(&mut accounts, wanted.account);
    account.interfaces.insert(interface.clone());
    Ok(interface)
}

/// Detaches an interface and deletes it; its addresses are free again. What is not there is gone already.
pub(crate) fn detach(cloud: &Cloud, account: &str, id: &str) {
    cloud.ec2.with(account, |known| {
        known.interfaces.remove(id);
        known.tags.remove(id);
    });
}

/// An address of a subnet that no interface has: that at `start`, or the next free one after it.
fn free_private(account: &Account, subnet: &Subnet, start: u32) -> Option<Ipv4Addr> {
    let mut places = (0..ROOM).map(|step| subnet.address(start.wrapping_add(step)));
    places.find(|address| !account.interfaces.have(*address))
}

/// 127.64.0.0, and how many addresses there are from there: up to 127.127.255.255.
const FIRST_PUBLIC: u32 = 0x7f40_0000;
const PUBLIC: u32 = 1 << 22;

/// A loopback address that no interface has: that at `start`, or the next free one after it.
fn free_public(accounts: &Accounts, start: u32) -> Ipv4Addr {
    let taken = |address| accounts.values().any(|account| account.interfaces.have(address));
    let mut places = (0..PUBLIC).map(|step| FIRST_PUBLIC + start.wrapping_add(step) % PUBLIC);
    let free = places.find_map(|place| {
        let address = Ipv4Addr::from(place);
        let last = address.octets()[3];
        (last != 0 && last != 255 && !taken(address)).then_some(address)
    });
    // Four million interfaces at once would be needed.
    free.unwrap_or(Ipv4Addr::LOCALHOST)
}

fn mac(number: u32) -> String {
    let [a, b, c, d] = number.to_be_bytes();
    format!("0a:{a:02x}:{b:02x}:{c:02x}:{d:02x}:{:02x}", a ^ c)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use super::*;
    use crate::ACCOUNT;
    use time::macros::datetime;

    fn wanted<'a>(subnet: &'a str, groups: &'a [String], description: &'a str) -> Wanted<'a> {
        Wanted {
            account: ACCOUNT,
            subnet,
            groups,
            public: true,
            description,
            now: datetime!(2026-11-22 12:00 UTC),
        }
    }

    #[test]
    fn an_interface_has_addresses_of_its_own_which_are_free_again_when_it_is_gone() {
        let cloud = Cloud::new(true).unwrap();
        let network = Network::of(ACCOUNT);
        let subnet = &network.subnets[1];
        let all: Vec<Interface> = (0..300)
            .map(|number| attach(&cloud, &wanted(&subnet.id, &[], &number.to_string())).unwrap())
            .collect();
        let private: BTreeSet<_> = all.iter().map(|interface| interface.private_ip).collect();
        let public: BTreeSet<_> = all.iter().filter_map(|interface| interface.public_ip).collect();
        assert_eq!((private.len(), public.len()), (300, 300));
        assert!(private.iter().all(|address| {
            let octets = address.octets();
            octets[..2] == [172, 31] && (16..32).contains(&octets[2])
        }));
        assert!(public.iter().all(Ipv4Addr::is_loopback));
        assert!(!public.contains(&Ipv4Addr::LOCALHOST));
        assert_eq!(all[0].groups, [network.group]);
        let there = || {
            cloud
                .ec2
                .with(ACCOUNT, |account| account.interfaces.contains_key(&all[0].id))
        };
        assert!(there());
        detach(&cloud, ACCOUNT, &all[0].id);
        detach(&cloud, ACCOUNT, &all[0].id);
        assert!(!there());
    }

    #[test]
    fn an_interface_made_again_for_the_same_thing_is_the_same() {
        let subnet = Network::of(ACCOUNT).subnets[0].id.clone();
        let made = |what| attach(&Cloud::new(true).unwrap(), &wanted(&subnet, &[], what)).unwrap();
        assert_eq!(made("a"), made("a"));
        assert_ne!(made("a").private_ip, made("b").private_ip);
    }

    #[test]
    fn a_subnet_or_a_group_that_is_not_there_is_refused() {
        let cloud = Cloud::new(true).unwrap();
        let code = |subnet: &str, groups: &[String]| {
            attach(&cloud, &wanted(subnet, groups, "a"))
                .unwrap_err()
                .code
                .into_owned()
        };
        assert_eq!(code("subnet-0", &[]), "InvalidSubnetID.NotFound");
        let subnet = Network::of(ACCOUNT).subnets[0].id.clone();
        assert_eq!(code(&subnet, &["sg-0".to_owned()]), "InvalidGroup.NotFound");
        let theirs = Network::of("111122223333").subnets[0].id.clone();
        assert_eq!(code(&theirs, &[]), "InvalidSubnetID.NotFound");
    }

    #[test]
    fn a_full_subnet_gives_no_more_addresses() {
        let cloud = Cloud::new(true).unwrap();
        let subnet = Network::of(ACCOUNT).subnets[0].clone();
        let model = attach(&cloud, &wanted(&subnet.id, &[], "a")).unwrap();
        cloud.ec2.with(ACCOUNT, |account| {
            for place in 0..ROOM {
                let interface = Interface {
                    id: format!("eni-{place}"),
                    private_ip: subnet.address(place),
                    ..model.clone()
                };
                account.interfaces.insert(interface);
            }
        });
        let refused = attach(&cloud, &wanted(&subnet.id, &[], "a")).unwrap_err();
        assert_eq!(refused.code, "InsufficientFreeAddressesInSubnet");
    }
}
