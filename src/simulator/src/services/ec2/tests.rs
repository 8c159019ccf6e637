//! What EC2 says of interfaces that another service has made.

use std::sync::Mutex;

use bytes::Bytes;
use serde_json::{Value, json};
use time::macros::datetime;

use super::interface::Interface;
use super::network::Network;
use super::*;
use crate::ACCOUNT;
use crate::call::{Caller, Principal};

/// A call of the administrator's.
fn call(input: Value) -> Call {
    let principal = Principal::parse("arn:aws:iam::123456789012:user/administrateur").unwrap();
    Call {
        caller: Caller {
            principal,
            ..Caller::anonymous()
        },
        head: http::Request::post("/").body(()).unwrap().into_parts().0,
        body: Bytes::new(),
        input,
        postponed: Value::Null,
        request_id: "id".to_owned(),
        time: datetime!(2026-11-22 12:00 UTC),
        trail: Mutex::default(),
    }
}

/// Executes an operation of EC2.
fn does(cloud: &Cloud, name: &str, mut input: Value) -> Result<String, AwsError> {
    input["Action"] = name.into();
    asked(cloud, &SERVICE, name, input)
}

/// Executes an operation of a service.
fn asked(cloud: &Cloud, service: &'static Service, name: &str, input: Value) -> Result<String, AwsError> {
    let operation = service.operation(name).unwrap();
    let mut call = Call {
        time: cloud.clock.now(),
        ..call(input)
    };
    let reply = cloud.execute(service, operation, &mut call)?;
    Ok(String::from_utf8(reply.body.to_vec()).unwrap())
}

fn group(cloud: &Cloud) -> String {
    let input = json!({"GroupName": "web", "GroupDescription": "x"});
    let made = does(cloud, "CreateSecurityGroup", input).unwrap();
    let (_, rest) = made.split_once("<groupId>").unwrap();
    rest.split_once('<').unwrap().0.to_owned()
}

fn attached(cloud: &Cloud, groups: &[String], public: bool) -> Interface {
    let wanted = Wanted {
        account: ACCOUNT,
        subnet: &Network::of(ACCOUNT).subnets[0].id,
        groups,
        public,
        description: "arn:aws:ecs:eu-west-3:123456789012:attachment/a",
        now: datetime!(2026-11-22 12:00 UTC),
    };
    attach(cloud, &wanted).unwrap()
}

#[test]
fn a_task_s_public_address_is_found_by_its_interface() {
    let cloud = Cloud::new(true).unwrap();
    let interface = attached(&cloud, &[], true);
    let shown = does(
        &cloud,
        "DescribeNetworkInterfaces",
        json!({"NetworkInterfaceId": [interface.id]}),
    );
    let address = format!("<publicIp>{}</publicIp>", interface.public_ip.unwrap());
    assert!(shown.unwrap().contains(&address));
    let filter = json!({"Filter": [{"Name": "association.public-ip", "Value": ["203.0.113.1"]}]});
    let none = does(&cloud, "DescribeNetworkInterfaces", filter).unwrap();
    assert!(none.contains("<networkInterfaceSet/>"), "{none}");
    let subnets = does(&cloud, "DescribeSubnets", json!({"SubnetId": [interface.subnet]})).unwrap();
    assert!(subnets.contains("<availableIpAddressCount>4090<"), "{subnets}");
}

#[test]
fn a_group_that_an_interface_is_in_stays_until_the_interface_is_gone() {
    let cloud = Cloud::new(true).unwrap();
    let group = group(&cloud);
    let interface = attached(&cloud, std::slice::from_ref(&group), false);
    assert_eq!(interface.public_ip, None);
    let delete = || does(&cloud, "DeleteSecurityGroup", json!({"GroupId": group}));
    let refused = delete().unwrap_err();
    assert_eq!(refused.code, "DependencyViolation");
    assert_eq!(
        refused.message,
        format!("resource {group} has a dependent object")
    );
    detach(&cloud, ACCOUNT, &interface.id);
    delete().unwrap();
}

#[test]
fn a_rule_opens_a_port_at_once_and_closes_it_again() {
    let cloud = Cloud::new(true).unwrap();
    let groups = [group(&cloud)];
    let open = || {
        allows(
            &cloud,
            ACCOUNT,
            &groups,
            Direction::Ingress,
            80,
            std::net::Ipv4Addr::LOCALHOST,
        )
    };
    assert!(!open());
    let rule = json!({
        "GroupId": groups[0],
        "IpPermissions": [{"IpProtocol": "tcp", "FromPort": "80", "ToPort": "80", "IpRanges": [{"CidrIp": "127.0.0.1/32"}]}],
    });
    does(&cloud, "AuthorizeSecurityGroupIngress", rule.clone()).unwrap();
    assert!(open());
    does(&cloud, "RevokeSecurityGroupIngress", rule).unwrap();
    assert!(!open());
}

#[test]
fn who_asks_ec2_alone_sees_the_interface_of_a_task_and_when_it_is_gone() {
    let cloud = Cloud::new(true).unwrap();
    let ecs = |name, input| asked(&cloud, &crate::services::ecs::SERVICE, name, input).unwrap();
    ecs("CreateCluster", json!({}));
    let definition = json!({
        "family": "lot", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512",
        "containerDefinitions": [{
            "name": "lot", "image": "public.ecr.aws/cahier/lot:latest", "environment": [{"name": "DUREE", "value": "600"}],
        }],
    });
    ecs("RegisterTaskDefinition", definition);
    let subnet = &Network::of(ACCOUNT).subnets[0].id;
    let network = json!({ "awsvpcConfiguration": { "subnets": [subnet], "assignPublicIp": "ENABLED" } });
    ecs(
        "RunTask",
        json!({ "taskDefinition": "lot", "launchType": "FARGATE", "networkConfiguration": network }),
    );
    // Time passes by itself: nobody is told.
    let pass = |seconds| {
        let by = std::time::Duration::from_secs(seconds);
        cloud.clock.advance(OffsetDateTime::now_utc(), by, false);
    };
    let seen = || does(&cloud, "DescribeNetworkInterfaces", json!({})).unwrap();
    pass(60);
    assert!(seen().contains("<publicIp>127."), "{}", seen());
    pass(3600);
    assert!(seen().contains("<networkInterfaceSet/>"), "{}", seen());
}
