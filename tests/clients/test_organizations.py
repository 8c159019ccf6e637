"""Organizations with boto3: member accounts, units, and the policies that bind them."""

import pytest
from identities import ACCOUNT, assume, policy, refusal, trust

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"


@pytest.fixture
def organizations(simulator):
    client = simulator.client("organizations")
    client.create_organization(FeatureSet="ALL")
    return client


@pytest.fixture
def root(organizations):
    return organizations.list_roots()["Roots"][0]["Id"]


@pytest.fixture
def member(organizations):
    """The id of a member account."""
    status = organizations.create_account(Email="equipe@example.com", AccountName="equipe")["CreateAccountStatus"]
    status = organizations.describe_create_account_status(CreateAccountRequestId=status["Id"])["CreateAccountStatus"]
    assert status["State"] == "SUCCEEDED"
    return status["AccountId"]


@pytest.fixture
def there(simulator, member):
    """The administrator of the member account."""
    return assume(simulator, f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole")


def bind(organizations, root, kind, name, content, target):
    """Makes a policy and attaches it; gives its id."""
    enabled = [one["Type"] for one in organizations.list_roots()["Roots"][0]["PolicyTypes"]]
    if kind not in enabled:
        organizations.enable_policy_type(RootId=root, PolicyType=kind)
    made = organizations.create_policy(Name=name, Description=name, Type=kind, Content=content)
    identifier = made["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=identifier, TargetId=target)
    return identifier


def test_the_member_account_is_another_account(simulator, member, there):
    assert simulator.client("sts", **there).get_caller_identity()["Account"] == member
    iam = simulator.client("iam", **there)
    assert iam.create_user(UserName="alice")["User"]["Arn"] == f"arn:aws:iam::{member}:user/alice"
    assert refusal(simulator.client("iam").get_user, UserName="alice")[1] == "NoSuchEntity"


def test_a_role_across_accounts_needs_both_sides(simulator, member, there):
    remote = simulator.client("iam", **there)
    role = remote.create_role(
        RoleName="visite", AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
    )["Role"]["Arn"]
    remote.put_role_policy(RoleName="visite", PolicyName="lire", PolicyDocument=policy("iam:ListUsers"))
    iam = simulator.client("iam")
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    alice = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    sts = simulator.client("sts", **alice)
    assert refusal(sts.assume_role, RoleArn=role, RoleSessionName="essai")[1] == "AccessDenied"
    iam.put_user_policy(UserName="alice", PolicyName="assumer", PolicyDocument=policy("sts:AssumeRole", role))
    visitor = simulator.client("iam", **assume(simulator, role, by=alice))
    assert visitor.list_users()["Users"] == []
    assert refusal(visitor.list_roles)[1] == "AccessDenied"


def test_a_service_control_policy_binds_members_only(simulator, organizations, root, there):
    iam = simulator.client("iam", **there)
    iam.create_user(UserName="alice")
    identifier = bind(organizations, root, SCP, "sans-utilisateurs", policy("iam:CreateUser", effect="Deny"), root)
    status, code, message = refusal(iam.create_user, UserName="bob")
    assert (status, code) == (403, "AccessDenied")
    assert "with an explicit deny in a service control policy" in message
    assert simulator.client("iam").create_user(UserName="bob")["User"]["UserName"] == "bob"
    organizations.detach_policy(PolicyId=identifier, TargetId=root)
    iam.create_user(UserName="bob")


def test_an_allow_list_needs_an_allow_at_every_level(simulator, organizations, root, member, there):
    bind(organizations, root, SCP, "iam-seul", policy("iam:*"), member)
    organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=member)
    assert simulator.client("iam", **there).list_users()["Users"] == []
    message = refusal(simulator.client("s3", **there).list_buckets)[2]
    assert message.endswith("because no service control policy allows the s3:ListAllMyBuckets action")


def test_a_resource_control_policy_closes_a_role_of_a_member(simulator, organizations, root, member, there):
    content = policy("sts:AssumeRole", effect="Deny", Principal="*")
    bind(organizations, root, RCP, "sans-visite", content, member)
    role = f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole"
    message = refusal(simulator.client("sts").assume_role, RoleArn=role, RoleSessionName="essai")[2]
    assert "with an explicit deny in a resource control policy" in message
    with pytest.raises(organizations.exceptions.InvalidInputException):
        organizations.detach_policy(PolicyId="p-RCPFullAWSAccess", TargetId=member)


def test_the_tree(organizations, root, member):
    unit = organizations.create_organizational_unit(ParentId=root, Name="produits")["OrganizationalUnit"]["Id"]
    organizations.move_account(AccountId=member, SourceParentId=root, DestinationParentId=unit)
    assert organizations.list_parents(ChildId=member)["Parents"][0]["Id"] == unit
    assert [one["Id"] for one in organizations.list_accounts_for_parent(ParentId=unit)["Accounts"]] == [member]
    pages = organizations.get_paginator("list_accounts").paginate(PaginationConfig={"PageSize": 1})
    assert sorted(account["Id"] for page in pages for account in page["Accounts"]) == sorted([ACCOUNT, member])


def test_the_exceptions_of_the_model(simulator, organizations, root, member):
    raised = organizations.exceptions
    with pytest.raises(raised.AlreadyInOrganizationException):
        organizations.create_organization()
    with pytest.raises(raised.OrganizationNotEmptyException):
        organizations.delete_organization()
    with pytest.raises(raised.ParentNotFoundException):
        organizations.create_organizational_unit(ParentId="r-zzzz", Name="x")
    identifier = organizations.create_policy(
        Name="p", Description="", Type=SCP, Content=policy("s3:*", effect="Deny")
    )["Policy"]["PolicySummary"]["Id"]
    with pytest.raises(raised.PolicyTypeNotEnabledException):
        organizations.attach_policy(PolicyId=identifier, TargetId=member)
    organizations.enable_policy_type(RootId=root, PolicyType=SCP)
    organizations.attach_policy(PolicyId=identifier, TargetId=member)
    with pytest.raises(raised.DuplicatePolicyAttachmentException):
        organizations.attach_policy(PolicyId=identifier, TargetId=member)
    with pytest.raises(raised.PolicyInUseException):
        organizations.delete_policy(PolicyId=identifier)
    organizations.detach_policy(PolicyId=identifier, TargetId=member)
    with pytest.raises(raised.ConstraintViolationException) as refused:
        organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=member)
    assert refused.value.response["Reason"] == "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"


def test_without_an_organization(simulator):
    client = simulator.client("organizations")
    assert refusal(client.describe_organization) == (
        400, "AWSOrganizationsNotInUseException", "Your account is not a member of an organization."
    )
