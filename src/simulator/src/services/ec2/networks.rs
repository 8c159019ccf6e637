//! The default VPC, shown: the network itself, its subnets, its routes, its gateway, its zones.

use serde_json::{Value, json};

use super::Answer;
use super::errors::{invalid_value, no_such_gateway, no_such_route_table, no_such_subnet, no_such_vpc};
use super::input::texts;
use super::listing::{ById, Listing};
use super::network::{ROOM, VPC_CIDR, ZONES};
use super::state::Account;
use crate::REGION;
use crate::call::Call;
use crate::cloud::Cloud;

const VPCS: Listing = Listing {
    member: "vpcSet",
    by_id: Some(ById {
        parameter: "VpcId",
        member: "vpcId",
        missing: no_such_vpc,
    }),
    filters: &[
        ("cidr", "cidrBlock"),
        (
            "cidr-block-association.cidr-block",
            "cidrBlockAssociationSet/*/cidrBlock",
        ),
        (
            "cidr-block-association.association-id",
            "cidrBlockAssociationSet/*/associationId",
        ),
        (
            "cidr-block-association.state",
            "cidrBlockAssociationSet/*/cidrBlockState/state",
        ),
        ("dhcp-options-id", "dhcpOptionsId"),
        ("is-default", "isDefault"),
        ("isDefault", "isDefault"),
        ("owner-id", "ownerId"),
        ("state", "state"),
        ("vpc-id", "vpcId"),
    ],
};

/// `DescribeVpcs`.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html>
pub(super) fn vpcs(cloud: &Cloud, call: &Call) -> Answer {
    cloud.ec2.with(call.account(), |account| {
        let network = account.network();
        let vpc = json!({
            "vpcId": network.vpc,
            "ownerId": account.id,
            "state": "available",
            "cidrBlock": VPC_CIDR,
            "cidrBlockAssociationSet": [{
                "associationId": network.cidr_association,
                "cidrBlock": VPC_CIDR,
                "cidrBlockState": { "state": "associated" },
            }],
            "dhcpOptionsId": network.dhcp_options,
            "instanceTenancy": "default",
            "isDefault": true,
            "blockPublicAccessStates": { "internetGatewayBlockMode": "off" },
            "tagSet": account.tag_set(&network.vpc),
        });
        VPCS.answer(&call.input, vec![vpc])
    })
}

const SUBNETS: Listing = Listing {
    member: "subnetSet",
    by_id: Some(ById {
        parameter: "SubnetId",
        member: "subnetId",
        missing: no_such_subnet,
    }),
    filters: &[
        ("availability-zone", "availabilityZone"),
        ("availabilityZone", "availabilityZone"),
        ("availability-zone-id", "availabilityZoneId"),
        ("available-ip-address-count", "availableIpAddressCount"),
        ("cidr-block", "cidrBlock"),
        ("cidr", "cidrBlock"),
        ("default-for-az", "defaultForAz"),
        ("defaultForAz", "defaultForAz"),
        ("map-public-ip-on-launch", "mapPublicIpOnLaunch"),
        ("owner-id", "ownerId"),
        ("state", "state"),
        ("subnet-arn", "subnetArn"),
        ("subnet-id", "subnetId"),
        ("vpc-id", "vpcId"),
    ],
};

/// `DescribeSubnets`.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html>
pub(super) fn subnets(cloud: &Cloud, call: &Call) -> Answer {
    cloud.ec2.with(call.account(), |account| {
        let network = account.network();
        let shown = network.subnets.iter().map(|subnet| {
            let taken = account.interfaces.values().filter(|one| one.subnet == subnet.id);
            json!({
                "subnetId": subnet.id,
                "subnetArn": account.arn("subnet", &subnet.id),
                "vpcId": subnet.vpc,
                "ownerId": account.id,
                "state": "available",
                "cidrBlock": subnet.cidr(),
                "availabilityZone": subnet.zone,
                "availabilityZoneId": subnet.zone_id,
                "availableIpAddressCount": u64::from(ROOM) - taken.count() as u64,
                "defaultForAz": true,
                "mapPublicIpOnLaunch": true,
                "mapCustomerOwnedIpOnLaunch": false,
                "assignIpv6AddressOnCreation": false,
                "ipv6Native": false,
                "enableDns64": false,
                "ipv6CidrBlockAssociationSet": [],
                "privateDnsNameOptionsOnLaunch": {
                    "hostnameType": "ip-name",
                    "enableResourceNameDnsARecord": false,
                    "enableResourceNameDnsAAAARecord": false,
                },
                "tagSet": account.tag_set(&subnet.id),
            })
        });
        SUBNETS.answer(&call.input, shown.collect())
    })
}

const ROUTE_TABLES: Listing = Listing {
    member: "routeTableSet",
    by_id: Some(ById {
        parameter: "RouteTableId",
        member: "routeTableId",
        missing: no_such_route_table,
    }),
    filters: &[
        ("association.main", "associationSet/*/main"),
        (
            "association.route-table-association-id",
            "associationSet/*/routeTableAssociationId",
        ),
        ("association.route-table-id", "associationSet/*/routeTableId"),
        ("association.subnet-id", "associationSet/*/subnetId"),
        ("owner-id", "ownerId"),
        ("route-table-id", "routeTableId"),
        ("route.destination-cidr-block", "routeSet/*/destinationCidrBlock"),
        ("route.gateway-id", "routeSet/*/gatewayId"),
        ("route.origin", "routeSet/*/origin"),
        ("route.state", "routeSet/*/state"),
        ("vpc-id", "vpcId"),
    ],
};

/// `DescribeRouteTables`: the main one, whose way out is the internet gateway.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html>
pub(super) fn route_tables(cloud: &Cloud, call: &Call) -> Answer {
    cloud.ec2.with(call.account(), |account| {
        let network = account.network();
        let route = |destination: &str, gateway: &str, origin: &str| {
            json!({
                "destinationCidrBlock": destination, "gatewayId": gateway, "origin": origin, "state": "active",
            })
        };
        let table = json!({
            "routeTableId": network.route_table,
            "vpcId": network.vpc,
            "ownerId": account.id,
            "associationSet": [{
                "main": true,
                "routeTableAssociationId": network.main_association,
                "routeTableId": network.route_table,
                "associationState": { "state": "associated" },
            }],
            "routeSet": [
                route(VPC_CIDR, "local", "CreateRouteTable"),
                route("0.0.0.0/0", &network.gateway, "CreateRoute"),
            ],
            "propagatingVgwSet": [],
            "tagSet": account.tag_set(&network.route_table),
        });
        ROUTE_TABLES.answer(&call.input, vec![table])
    })
}

const GATEWAYS: Listing = Listing {
    member: "internetGatewaySet",
    by_id: Some(ById {
        parameter: "InternetGatewayId",
        member: "internetGatewayId",
        missing: no_such_gateway,
    }),
    filters: &[
        ("attachment.state", "attachmentSet/*/state"),
        ("attachment.vpc-id", "attachmentSet/*/vpcId"),
        ("internet-gateway-id", "internetGatewayId"),
        ("owner-id", "ownerId"),
    ],
};

/// `DescribeInternetGateways`.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInternetGateways.html>
pub(super) fn gateways(cloud: &Cloud, call: &Call) -> Answer {
    cloud.ec2.with(call.account(), |account| {
        let network = account.network();
        let gateway = json!({
            "internetGatewayId": network.gateway,
            "ownerId": account.id,
            "attachmentSet": [{ "vpcId": network.vpc, "state": "available" }],
            "tagSet": account.tag_set(&network.gateway),
        });
        GATEWAYS.answer(&call.input, vec![gateway])
    })
}

const AVAILABILITY_ZONES: Listing = Listing {
    member: "availabilityZoneInfo",
    by_id: Some(ById {
        parameter: "ZoneName",
        member: "zoneName",
        missing: |name| invalid_value(format!("Invalid availability zone: [{name}]")),
    }),
    filters: &[
        ("group-name", "groupName"),
        ("opt-in-status", "optInStatus"),
        ("region-name", "regionName"),
        ("state", "zoneState"),
        ("zone-id", "zoneId"),
        ("zone-name", "zoneName"),
        ("zone-type", "zoneType"),
    ],
};

/// `DescribeAvailabilityZones`.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html>
pub(super) fn zones(_: &Cloud, call: &Call) -> Answer {
    let ids = texts(&call.input["ZoneId"]);
    let asked = ZONES
        .iter()
        .filter(|(_, id)| ids.is_empty() || ids.iter().any(|asked| asked == id));
    let shown = asked.map(|(letter, id)| {
        json!({
            "zoneName": format!("{REGION}{letter}"),
            "zoneId": id,
            "zoneState": "available",
            "regionName": REGION,
            "groupName": format!("{REGION}-zg-1"),
            "networkBorderGroup": REGION,
            "optInStatus": "opt-in-not-required",
            "zoneType": "availability-zone",
            "messageSet": [],
        })
    });
    AVAILABILITY_ZONES.answer(&call.input, shown.collect())
}

/// `DescribeAccountAttributes`.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html>
pub(super) fn account_attributes(cloud: &Cloud, call: &Call) -> Answer {
    cloud.ec2.with(call.account(), |account| {
        let vpc = account.network().vpc;
        let all = [
            ("supported-platforms", "VPC"),
            ("default-vpc", &vpc),
            ("max-instances", "20"),
            ("max-elastic-ips", "5"),
            ("vpc-max-elastic-ips", "5"),
            ("vpc-max-security-groups-per-interface", "5"),
        ];
        let asked = texts(&call.input["AttributeName"]);
        if let Some(unknown) = asked.iter().find(|name| !all.iter().any(|(known, _)| known == name)) {
            return Err(invalid_value(format!(
                "Invalid value '{unknown}' for attributeName. Unknown account attribute."
            )));
        }
        let chosen = all.iter().filter(|(name, _)| asked.is_empty() || asked.iter().any(|one| one == name));
        let shown: Vec<Value> = chosen
            .map(|(name, value)| json!({ "attributeName": name, "attributeValueSet": [{ "attributeValue": value }] }))
            .collect();
        Ok([("accountAttributeSet".to_owned(), shown.into())].into_iter().collect())
    })
}

impl Account {
    /// The ARN of something of the account: `arn:aws:ec2:eu-west-3:123456789012:subnet/subnet-…`.
    pub(super) fn arn(&self, kind: &str, id: &str) -> String {
        format!("arn:aws:ec2:{REGION}:{}:{kind}/{id}", self.id)
    }

    /// The tags of something, as answers show them.
    pub(super) fn tag_set(&self, id: &str) -> Value {
        let tags = self.tags.get(id).into_iter().flatten();
        tags.map(|(key, value)| json!({ "key": key, "value": value }))
            .collect()
    }
}
