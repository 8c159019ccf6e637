"""EC2's default VPC with boto3 and the AWS CLI: the network, security groups and their rules, tags, denials."""

import json
import urllib.request

import pytest
from identities import ACCOUNT, assume, new_user, policy, refusal
from plain_http import send
from test_cli import Aws
from test_durable import start  # noqa: F401

REGION = "eu-west-3"
ANYWHERE = {"CidrIp": "0.0.0.0/0"}


@pytest.fixture
def ec2(simulator):
    return simulator.client("ec2")


@pytest.fixture
def vpc(ec2):
    return ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]


@pytest.fixture
def web(ec2, vpc):
    """The id of a security group."""
    return ec2.create_security_group(GroupName="web", Description="Serveurs web", VpcId=vpc)["GroupId"]


def tcp(port, *ranges, **more):
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": list(ranges)} | more


def said(call, **parameters):
    """The code and the message of a refusal of what makes no sense, which is always a 400."""
    status, code, message = refusal(call, **parameters)
    assert status == 400
    return code, message


def filtered(name, *values):
    return {"Filters": [{"Name": name, "Values": list(values)}]}


def test_every_account_has_a_default_vpc_with_a_public_subnet_in_each_zone(ec2, simulator, vpc):
    shown = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]
    assert (shown["CidrBlock"], shown["IsDefault"], shown["State"], shown["OwnerId"]) == (
        "172.31.0.0/16", True, "available", ACCOUNT,
    )
    subnets = ec2.describe_subnets(**filtered("vpc-id", vpc))["Subnets"]
    assert [(one["AvailabilityZone"], one["CidrBlock"]) for one in subnets] == [
        ("eu-west-3a", "172.31.0.0/20"), ("eu-west-3b", "172.31.16.0/20"), ("eu-west-3c", "172.31.32.0/20"),
    ]
    assert all(one["DefaultForAz"] and one["MapPublicIpOnLaunch"] for one in subnets)
    assert {one["AvailableIpAddressCount"] for one in subnets} == {4091}
    zones = ec2.describe_availability_zones()["AvailabilityZones"]
    assert [zone["ZoneId"] for zone in zones] == [one["AvailabilityZoneId"] for one in subnets]

    gateway = ec2.describe_internet_gateways(**filtered("attachment.vpc-id", vpc))["InternetGateways"][0]
    table = ec2.describe_route_tables(**filtered("association.main", "true"))["RouteTables"][0]
    ways = {route["DestinationCidrBlock"]: route["GatewayId"] for route in table["Routes"]}
    assert ways == {"172.31.0.0/16": "local", "0.0.0.0/0": gateway["InternetGatewayId"]}
    attributes = ec2.describe_account_attributes(AttributeNames=["default-vpc"])["AccountAttributes"]
    assert attributes[0]["AttributeValues"] == [{"AttributeValue": vpc}]
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []

    organizations = simulator.client("organizations")
    organizations.create_organization()
    made = organizations.create_account(Email="x@example.com", AccountName="autre")["CreateAccountStatus"]["AccountId"]
    theirs = simulator.client("ec2", **assume(simulator, f"arn:aws:iam::{made}:role/OrganizationAccountAccessRole"))
    other = theirs.describe_vpcs()["Vpcs"][0]
    assert other["VpcId"] != vpc and other["OwnerId"] == made
    assert said(theirs.describe_subnets, SubnetIds=[subnets[0]["SubnetId"]])[0] == "InvalidSubnetID.NotFound"


def test_subnets_are_chosen_by_filters_and_ids(ec2, vpc):
    all_of_them = ec2.describe_subnets()["Subnets"]

    def chosen(**asked):
        return [one["AvailabilityZone"][-1] for one in ec2.describe_subnets(**asked)["Subnets"]]

    assert chosen(**filtered("availability-zone", "eu-west-3a", "eu-west-3c")) == ["a", "c"]
    assert chosen(**filtered("availability-zone", "*b")) == ["b"]
    assert chosen(**filtered("default-for-az", "true")) == ["a", "b", "c"]
    assert chosen(**filtered("vpc-id", "vpc-0")) == []
    assert chosen(SubnetIds=[all_of_them[1]["SubnetId"]]) == ["b"]
    assert said(ec2.describe_subnets, **filtered("couleur", "bleu")) == (
        "InvalidParameterValue", "The filter 'couleur' is invalid",
    )
    for call, parameters, code, message in [
        (ec2.describe_vpcs, {"VpcIds": ["vpc-0abc"]}, "InvalidVpcID.NotFound", "The vpc ID 'vpc-0abc' does not exist"),
        (ec2.describe_subnets, {"SubnetIds": ["subnet-0abc"]}, "InvalidSubnetID.NotFound",
         "The subnet ID 'subnet-0abc' does not exist"),
        (ec2.describe_network_interfaces, {"NetworkInterfaceIds": ["eni-0abc"]}, "InvalidNetworkInterfaceID.NotFound",
         "The networkInterface ID 'eni-0abc' does not exist"),
        (ec2.describe_security_groups, {"GroupIds": ["sg-0abc"]}, "InvalidGroup.NotFound",
         "The security group 'sg-0abc' does not exist"),
        (ec2.describe_security_groups, {"GroupIds": ["web"]}, "InvalidGroupId.Malformed",
         'Invalid id: "web" (expecting "sg-...")'),
        (ec2.describe_security_groups, {"GroupNames": ["absent"]}, "InvalidGroup.NotFound",
         f"The security group 'absent' does not exist in default VPC '{vpc}'"),
    ]:
        assert said(call, **parameters) == (code, message)


def test_a_security_group_lets_nothing_in_and_everything_out_until_it_is_told(ec2, vpc, web):
    group = ec2.describe_security_groups(GroupIds=[web])["SecurityGroups"][0]
    assert (group["GroupName"], group["Description"], group["VpcId"]) == ("web", "Serveurs web", vpc)
    assert group["IpPermissions"] == []
    assert group["IpPermissionsEgress"] == [
        {"IpProtocol": "-1", "IpRanges": [ANYWHERE], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
    ]
    added = ec2.authorize_security_group_ingress(
        GroupId=web, IpPermissions=[tcp(80, ANYWHERE | {"Description": "tout le monde"}), tcp(443, {"CidrIp": "10.1.2.3/8"})]
    )
    rules = added["SecurityGroupRules"]
    assert [(rule["FromPort"], rule["CidrIpv4"], rule["IsEgress"]) for rule in rules] == [
        (80, "0.0.0.0/0", False), (443, "10.0.0.0/8", False),
    ]
    shown = ec2.describe_security_groups(GroupIds=[web])["SecurityGroups"][0]["IpPermissions"]
    assert shown[0]["IpRanges"] == [{"CidrIp": "0.0.0.0/0", "Description": "tout le monde"}]
    assert ec2.describe_security_groups(**filtered("ip-permission.to-port", "443"))["SecurityGroups"][0]["GroupId"] == web
    listed = ec2.describe_security_group_rules(**filtered("group-id", web))["SecurityGroupRules"]
    assert [rule["IsEgress"] for rule in listed] == [False, False, True]

    assert said(ec2.authorize_security_group_ingress, GroupId=web, IpPermissions=[tcp(22, ANYWHERE), tcp(80, ANYWHERE)]) == (
        "InvalidPermission.Duplicate",
        'the specified rule "peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW" already exists',
    )
    assert len(ec2.describe_security_groups(GroupIds=[web])["SecurityGroups"][0]["IpPermissions"]) == 2, "all or none"

    gone = ec2.revoke_security_group_ingress(GroupId=web, IpPermissions=[tcp(80, ANYWHERE)])
    assert gone["Return"] and gone["RevokedSecurityGroupRules"][0]["SecurityGroupRuleId"] == rules[0]["SecurityGroupRuleId"]
    again = ec2.revoke_security_group_ingress(GroupId=web, IpPermissions=[tcp(80, ANYWHERE)])
    assert not again["Return"] and again["UnknownIpPermissions"][0]["FromPort"] == 80
    by_id = [rules[1]["SecurityGroupRuleId"]]
    assert ec2.revoke_security_group_ingress(GroupId=web, SecurityGroupRuleIds=by_id)["Return"]
    assert said(ec2.revoke_security_group_ingress, GroupId=web, SecurityGroupRuleIds=by_id)[0] == (
        "InvalidSecurityGroupRuleId.NotFound"
    )
    everything = {"IpProtocol": "-1", "IpRanges": [ANYWHERE]}
    assert said(ec2.authorize_security_group_egress, GroupId=web, IpPermissions=[everything])[1] == (
        'the specified rule "peer: 0.0.0.0/0, ALL, ALLOW" already exists'
    )
    ec2.revoke_security_group_egress(GroupId=web, IpPermissions=[everything])
    assert ec2.describe_security_groups(GroupIds=[web])["SecurityGroups"][0]["IpPermissionsEgress"] == []


def test_a_group_has_a_name_of_its_own_in_plain_letters(ec2, vpc, web):
    make = ec2.create_security_group
    assert said(make, GroupName="web", Description="x") == (
        "InvalidGroup.Duplicate", f"The security group 'web' already exists for VPC '{vpc}'",
    )
    assert said(make, GroupName="default", Description="x") == (
        "InvalidParameterValue", "Cannot use reserved security group name: default",
    )
    assert said(make, GroupName="sg-web", Description="x")[1] == (
        "Value (sg-web) for parameter GroupName is invalid. Group names may not be in the format sg-*."
    )
    assert said(make, GroupName="b", Description="entrée") == (
        "InvalidParameterValue",
        "Value (entrée) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.",
    )
    assert said(make, GroupName="b", Description="x", VpcId="vpc-0abc")[0] == "InvalidVpcID.NotFound"
    accent = tcp(80, ANYWHERE | {"Description": "entrée"})
    assert said(ec2.authorize_security_group_ingress, GroupId=web, IpPermissions=[accent]) == (
        "InvalidParameterValue",
        "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  "
        "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
    )
    assert said(ec2.authorize_security_group_ingress, GroupId=web, IpPermissions=[tcp(80, {"CidrIp": "0.0.0.0"})]) == (
        "InvalidParameterValue", "CIDR block 0.0.0.0 is malformed",
    )


def test_a_group_that_something_needs_stays(ec2, vpc, web):
    default = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]
    assert default["IpPermissions"][0]["UserIdGroupPairs"] == [{"UserId": ACCOUNT, "GroupId": default["GroupId"]}]
    assert said(ec2.delete_security_group, GroupId=default["GroupId"]) == (
        "CannotDelete",
        f'the specified group: "{default["GroupId"]}" name: "default" cannot be deleted by a user',
    )
    base = ec2.create_security_group(GroupName="base", Description="Base")["GroupId"]
    from_web = tcp(5432, UserIdGroupPairs=[{"GroupId": web}])
    ec2.authorize_security_group_ingress(GroupId=base, IpPermissions=[from_web])
    assert said(ec2.delete_security_group, GroupId=web) == (
        "DependencyViolation", f"resource {web} has a dependent object",
    )
    ec2.revoke_security_group_ingress(GroupId=base, IpPermissions=[from_web])
    assert ec2.delete_security_group(GroupId=web)["GroupId"] == web
    assert ec2.delete_security_group(GroupName="base")["GroupId"] == base
    assert said(ec2.delete_security_group, GroupId=web)[0] == "InvalidGroup.NotFound"


def test_groups_come_page_by_page(ec2):
    for number in range(11):
        ec2.create_security_group(GroupName=f"g{number}", Description="x")
    pages = list(ec2.get_paginator("describe_security_groups").paginate(PaginationConfig={"PageSize": 5}))
    assert [len(page["SecurityGroups"]) for page in pages] == [5, 5, 2]
    assert len({group["GroupId"] for page in pages for group in page["SecurityGroups"]}) == 12
    assert said(ec2.describe_security_groups, NextToken="rien") == (
        "InvalidParameterValue", "Value ( rien ) for parameter NextToken is invalid. The token is invalid.",
    )


def test_what_has_tags_is_found_by_them(ec2, vpc):
    tagged = ec2.create_security_group(
        GroupName="api", Description="x",
        TagSpecifications=[{"ResourceType": "security-group", "Tags": [{"Key": "Name", "Value": "api"}]}],
    )
    assert tagged["Tags"] == [{"Key": "Name", "Value": "api"}]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    ec2.create_tags(Resources=[subnet, vpc], Tags=[{"Key": "equipe", "Value": "bleue"}])
    assert ec2.describe_subnets(**filtered("tag:equipe", "bleue"))["Subnets"][0]["SubnetId"] == subnet
    assert ec2.describe_security_groups(**filtered("tag-key", "Name"))["SecurityGroups"][0]["GroupId"] == tagged["GroupId"]
    listed = ec2.describe_tags(**filtered("key", "equipe"))["Tags"]
    assert {(one["ResourceId"], one["ResourceType"]) for one in listed} == {(subnet, "subnet"), (vpc, "vpc")}
    ec2.delete_tags(Resources=[subnet], Tags=[{"Key": "equipe", "Value": "rouge"}])
    assert len(ec2.describe_tags(**filtered("key", "equipe"))["Tags"]) == 2, "another value is another tag"
    ec2.delete_tags(Resources=[subnet, vpc])
    assert ec2.describe_tags(**filtered("key", "equipe"))["Tags"] == []
    assert said(ec2.create_tags, Resources=["subnet-0abc"], Tags=[{"Key": "a", "Value": "b"}])[0] == (
        "InvalidSubnetID.NotFound"
    )


def test_a_denial_is_a_403_that_who_may_can_decode(ec2, vpc, web, simulator):
    lea = simulator.client("ec2", **new_user(simulator, "lea", policy("ec2:DescribeVpcs")))
    start = "You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/lea is not authorized to "
    assert lea.describe_vpcs()["Vpcs"]
    assert refusal(lea.describe_subnets) == (
        403, "UnauthorizedOperation",
        start + "perform: ec2:DescribeSubnets because no identity-based policy allows the ec2:DescribeSubnets action",
    )
    status, code, message = refusal(lea.create_security_group, GroupName="b", Description="x")
    assert (status, code) == (403, "UnauthorizedOperation")
    told, encoded = message.split(". Encoded authorization failure message: ")
    arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group"
    assert told == (
        f"{start}perform: ec2:CreateSecurityGroup on resource: {arn}/* because no identity-based policy allows the "
        "ec2:CreateSecurityGroup action"
    )
    decoded = json.loads(simulator.client("sts").decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"])
    assert (decoded["allowed"], decoded["context"]["resource"]) == (False, f"{arn}/*")
    assert refusal(simulator.client("sts", **new_user(simulator, "zoe")).decode_authorization_message,
                   EncodedMessage=encoded)[1] == "AccessDenied"
    message = refusal(lea.authorize_security_group_ingress, GroupId=web, IpPermissions=[tcp(80, ANYWHERE)])[2]
    assert f"perform: ec2:AuthorizeSecurityGroupIngress on resource: {arn}/{web} because" in message
    assert refusal(ec2.describe_vpcs, DryRun=True)[:2] == (412, "DryRunOperation")
    assert refusal(lea.describe_subnets, DryRun=True)[:2] == (403, "UnauthorizedOperation")


def test_groups_are_allowed_by_their_tags_and_tagging_is_a_permission_of_its_own(ec2, web, simulator):
    statements = {"ec2:CreateSecurityGroup": {}, "ec2:DeleteSecurityGroup": {"aws:ResourceTag/equipe": "bleue"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": action, "Resource": "*"} | ({"Condition": {"StringEquals": keys}} if keys else {})
        for action, keys in statements.items()
    ]})
    lea = simulator.client("ec2", **new_user(simulator, "lea", document))
    assert refusal(lea.delete_security_group, GroupId=web)[1] == "UnauthorizedOperation"
    ec2.create_tags(Resources=[web], Tags=[{"Key": "equipe", "Value": "bleue"}])
    assert lea.delete_security_group(GroupId=web)["Return"]
    tagged = {"GroupName": "c", "Description": "x",
              "TagSpecifications": [{"ResourceType": "security-group", "Tags": [{"Key": "a", "Value": "b"}]}]}
    assert "perform: ec2:CreateTags on resource" in refusal(lea.create_security_group, **tagged)[2]
    assert lea.create_security_group(GroupName="c", Description="x")["GroupId"]


def test_what_is_not_simulated_or_not_signed_is_refused_in_ec2_s_form(ec2, simulator):
    assert refusal(ec2.describe_instances) == (
        400, "InvalidAction", "The action DescribeInstances is not valid for this web service.",
    )
    stranger = simulator.client("ec2", aws_access_key_id="AKIAIOSFODNN7EXAMPLE")
    assert refusal(stranger.describe_vpcs) == (
        401, "AuthFailure", "AWS was not able to validate the provided access credentials",
    )
    status, headers, body = send(urllib.request.Request(simulator.endpoint + "/?Action=DescribeVpcs&Version=2016-11-15"))
    assert status == 400 and headers["content-type"] == "text/xml;charset=UTF-8"
    assert "<Response><Errors><Error><Code>MissingParameter</Code>" in body and "</Errors><RequestID>" in body


def test_the_cli_opens_a_port(simulator, tmp_path):
    aws = Aws(simulator, tmp_path)
    vpc = aws("ec2", "describe-vpcs", "--filters", "Name=is-default,Values=true",
              "--query", "Vpcs[0].VpcId", "--output", "text").strip()
    subnets = aws("ec2", "describe-subnets", "--filters", f"Name=vpc-id,Values={vpc}",
                  "--query", "Subnets[].SubnetId", "--output", "text").split()
    assert len(subnets) == 3 and all(subnet.startswith("subnet-0") for subnet in subnets)
    group = aws("ec2", "create-security-group", "--group-name", "web", "--description", "Web", "--vpc-id", vpc,
                "--query", "GroupId", "--output", "text").strip()
    opened = aws("ec2", "authorize-security-group-ingress", "--group-id", group,
                 "--protocol", "tcp", "--port", "80", "--cidr", "0.0.0.0/0")
    assert opened["SecurityGroupRules"][0]["CidrIpv4"] == "0.0.0.0/0"
    assert "(InvalidPermission.Duplicate)" in aws.refused(
        "ec2", "authorize-security-group-ingress", "--group-name", "web", "--protocol", "tcp", "--port", "80",
        "--cidr", "0.0.0.0/0",
    )
    assert "Missing source specification" in aws.refused("ec2", "authorize-security-group-ingress", "--group-id", group,
                                               "--protocol", "tcp", "--port", "80")
    aws("ec2", "revoke-security-group-ingress", "--group-id", group, "--protocol", "tcp", "--port", "80",
        "--cidr", "0.0.0.0/0")
    aws("ec2", "delete-security-group", "--group-id", group)


def test_groups_rules_and_ids_are_kept(start):  # noqa: F811
    kept = start()
    ec2 = kept.client("ec2")
    group = ec2.create_security_group(GroupName="web", Description="x")["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(80, ANYWHERE)])
    ec2.create_tags(Resources=[group], Tags=[{"Key": "a", "Value": "b"}])

    def seen(client):
        return [
            client.describe_security_groups()["SecurityGroups"],
            client.describe_security_group_rules()["SecurityGroupRules"],
            client.describe_subnets()["Subnets"],
        ]

    before = seen(ec2)
    for how in ("done again from the log", "read from the saved state"):
        kept.end()
        kept = start()
        assert seen(kept.client("ec2")) == before, how
