//! Network interfaces, shown: what a learner asks for the public address of a task.

use serde_json::{Value, json};

use super::Answer;
use super::errors::no_such_interface;
use super::interface::Interface;
use super::listing::{ById, Listing};
use super::network::ZONES;
use super::state::Account;
use crate::REGION;
use crate::call::Call;
use crate::cloud::Cloud;

/// The account of AWS's own that attaches the interfaces of tasks.
const ATTACHER: &str = "amazon-aws";

const LISTING: Listing = Listing {
    member: "networkInterfaceSet",
    by_id: Some(ById {
        parameter: "NetworkInterfaceId",
        member: "networkInterfaceId",
        missing: no_such_interface,
    }),
    filters: &[
        (
            "addresses.association.public-ip",
            "privateIpAddressesSet/*/association/publicIp",
        ),
        ("addresses.primary", "privateIpAddressesSet/*/primary"),
        (
            "addresses.private-ip-address",
            "privateIpAddressesSet/*/privateIpAddress",
        ),
        ("association.ip-owner-id", "association/ipOwnerId"),
        ("association.public-dns-name", "association/publicDnsName"),
        ("association.public-ip", "association/publicIp"),
        ("attachment.attachment-id", "attachment/attachmentId"),
        ("attachment.device-index", "attachment/deviceIndex"),
        ("attachment.instance-owner-id", "attachment/instanceOwnerId"),
        ("attachment.status", "attachment/status"),
        ("availability-zone", "availabilityZone"),
        ("availability-zone-id", "availabilityZoneId"),
        ("description", "description"),
        ("group-id", "groupSet/*/groupId"),
        ("group-name", "groupSet/*/groupName"),
        ("interface-type", "interfaceType"),
        ("mac-address", "macAddress"),
        ("network-interface-id", "networkInterfaceId"),
        ("owner-id", "ownerId"),
        ("private-dns-name", "privateDnsName"),
        ("private-ip-address", "privateIpAddress"),
        ("requester-managed", "requesterManaged"),
        ("source-dest-check", "sourceDestCheck"),
        ("status", "status"),
        ("subnet-id", "subnetId"),
        ("vpc-id", "vpcId"),
    ],
};

/// `DescribeNetworkInterfaces`.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html>
pub(super) fn describe(cloud: &Cloud, call: &Call) -> Answer {
    cloud.ec2.with(call.account(), |account| {
        let interfaces = account.interfaces.values();
        let items = interfaces.map(|interface| shown(account, interface)).collect();
        LISTING.answer(&call.input, items)
    })
}

fn shown(account: &Account, interface: &Interface) -> Value {
    let zone = interface.zone.strip_prefix(REGION).unwrap_or_default();
    let zone_id = ZONES
        .iter()
        .find(|(letter, _)| *letter == zone)
        .map(|(_, id)| *id);
    let groups: Vec<Value> = interface
        .groups
        .iter()
        .map(|id| json!({ "groupId": id, "groupName": account.groups.get(id).map(|group| &group.name) }))
        .collect();
    json!({
        "networkInterfaceId": interface.id,
        "ownerId": interface.account,
        "subnetId": interface.subnet,
        "vpcId": interface.vpc,
        "availabilityZone": interface.zone,
        "availabilityZoneId": zone_id,
        "description": interface.description,
        "interfaceType": "interface",
        "status": "in-use",
        "macAddress": interface.mac,
        "privateIpAddress": interface.private_ip.to_string(),
        "privateDnsName": interface.private_dns_name(),
        "privateIpAddressesSet": [{
            "primary": true,
            "privateIpAddress": interface.private_ip.to_string(),
            "privateDnsName": interface.private_dns_name(),
            "association": association(interface),
        }],
        "association": association(interface),
        "attachment": {
            "attachmentId": interface.attachment,
            "attachTime": super::date(interface.attached_at),
            "deleteOnTermination": false,
            "deviceIndex": 1,
            "networkCardIndex": 0,
            "instanceOwnerId": ATTACHER,
            "status": "attached",
        },
        "groupSet": groups,
        "ipv6AddressesSet": [],
        "requesterManaged": true,
        "sourceDestCheck": true,
        "tagSet": account.tag_set(&interface.id),
    })
}

/// Its public address, if it has one.
fn association(interface: &Interface) -> Value {
    let Some(address) = interface.public_ip else {
        return Value::Null;
    };
    json!({
        "ipOwnerId": "amazon",
        "publicIp": address.to_string(),
        "publicDnsName": interface.public_dns_name(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ACCOUNT;
    use std::net::Ipv4Addr;
    use time::macros::datetime;

    #[test]
    fn an_interface_shows_its_addresses_and_no_association_without_a_public_one() {
        let account = Account::new(ACCOUNT);
        let network = account.network();
        let interface = |public_ip| Interface {
            id: "eni-1".to_owned(),
            account: ACCOUNT.to_owned(),
            subnet: network.subnets[0].id.clone(),
            vpc: network.vpc.clone(),
            zone: network.subnets[0].zone.clone(),
            groups: vec![network.group.clone()],
            private_ip: Ipv4Addr::new(172, 31, 5, 9),
            public_ip,
            mac: "0a:00:00:00:00:01".to_owned(),
            description: "arn:aws:ecs:eu-west-3:123456789012:attachment/a".to_owned(),
            attachment: "eni-attach-1".to_owned(),
            attached_at: datetime!(2026-11-22 12:00 UTC),
        };
        let public = shown(&account, &interface(Some(Ipv4Addr::new(127, 64, 0, 7))));
        assert_eq!(public["association"]["publicIp"], "127.64.0.7");
        assert_eq!(
            public["association"]["publicDnsName"],
            "ec2-127-64-0-7.eu-west-3.compute.amazonaws.com"
        );
        assert_eq!(
            public["privateDnsName"],
            "ip-172-31-5-9.eu-west-3.compute.internal"
        );
        assert_eq!(public["availabilityZoneId"], "euw3-az1");
        assert_eq!(public["groupSet"][0]["groupName"], "default");
        assert_eq!(public["attachment"]["attachTime"], "2026-11-22T12:00:00.000Z");
        assert!(shown(&account, &interface(None))["association"].is_null());
    }
}
