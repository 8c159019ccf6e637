"""boto3, S3 and several accounts: whose a bucket is, who else gets in, and what each of them is told."""

import json

import pytest
from botocore.exceptions import ClientError

BUCKET = "partage-2026"


def refusal(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    answer = refused.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]


class Account:
    """A member account of the organization, and its clients."""

    def __init__(self, simulator, name):
        self.simulator = simulator
        organizations = simulator.client("organizations")
        status = organizations.create_account(Email=f"{name}@example.com", AccountName=name)["CreateAccountStatus"]
        while status["State"] == "IN_PROGRESS":
            simulator.advance(5)
            status = organizations.describe_create_account_status(CreateAccountRequestId=status["Id"])[
                "CreateAccountStatus"
            ]
        self.id = status["AccountId"]
        self.session = self.assume("OrganizationAccountAccessRole")

    def assume(self, role):
        credentials = self.simulator.client("sts").assume_role(
            RoleArn=f"arn:aws:iam::{self.id}:role/{role}", RoleSessionName="visite"
        )["Credentials"]
        return {
            "aws_access_key_id": credentials["AccessKeyId"],
            "aws_secret_access_key": credentials["SecretAccessKey"],
            "aws_session_token": credentials["SessionToken"],
        }

    def client(self, service):
        return self.simulator.client(service, **self.session)

    def user(self, name, *statements):
        """A client for S3 of a new user with these permissions."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": statements})
            iam.put_user_policy(UserName=name, PolicyName="droits", PolicyDocument=document)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return self.simulator.client(
            "s3", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
        )


@pytest.fixture
def partner(simulator):
    simulator.client("organizations").create_organization(FeatureSet="ALL")
    return Account(simulator, "partenaire")


@pytest.fixture
def s3(simulator):
    client = simulator.client("s3")
    create(client, BUCKET)
    client.put_object(Bucket=BUCKET, Key="commun/a.txt", Body=b"a")
    client.put_object(Bucket=BUCKET, Key="prive/b.txt", Body=b"b")
    return client


def create(client, bucket):
    return client.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
    )


def let_in(s3, principal, actions=("s3:GetObject",), resource=f"{BUCKET}/commun/*"):
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": list(actions),
        "Resource": f"arn:aws:s3:::{resource}",
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def test_a_bucket_name_belongs_to_one_account_in_the_world(s3, partner):
    assert refusal(create, client=partner.client("s3"), bucket=BUCKET) == (409, "BucketAlreadyExists")
    assert refusal(create, client=s3, bucket=BUCKET) == (409, "BucketAlreadyOwnedByYou")
    create(partner.client("s3"), "partenaire-2026")
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [BUCKET]
    assert [bucket["Name"] for bucket in partner.client("s3").list_buckets()["Buckets"]] == ["partenaire-2026"]


def test_a_stranger_needs_both_policies_the_buckets_and_its_own(s3, partner):
    allowed, bare = partner.user("alice", READ), partner.user("bob")
    get = {"Bucket": BUCKET, "Key": "commun/a.txt"}
    assert refusal(allowed.get_object, **get) == (403, "AccessDenied")
    let_in(s3, partner.id)
    assert allowed.get_object(**get)["Body"].read() == b"a"
    assert refusal(bare.get_object, **get) == (403, "AccessDenied")
    assert refusal(allowed.get_object, Bucket=BUCKET, Key="prive/b.txt") == (403, "AccessDenied")
    let_in(s3, f"arn:aws:iam::{partner.id}:user/bob")
    assert refusal(allowed.get_object, **get) == (403, "AccessDenied")


def test_an_expected_owner_guards_against_a_bucket_that_changed_hands(s3, simulator, partner):
    get = {"Bucket": BUCKET, "Key": "commun/a.txt"}
    assert s3.get_object(**get, ExpectedBucketOwner=simulator.account)["Body"].read() == b"a"
    assert refusal(s3.get_object, **get, ExpectedBucketOwner=partner.id) == (403, "AccessDenied")
    assert refusal(s3.delete_object, **get, ExpectedBucketOwner=partner.id) == (403, "AccessDenied")
    copy = {"Bucket": BUCKET, "Key": "copie", "CopySource": f"{BUCKET}/commun/a.txt"}
    assert refusal(s3.copy_object, **copy, ExpectedSourceBucketOwner=partner.id) == (403, "AccessDenied")


def test_what_a_stranger_uploads_belongs_to_the_buckets_owner(s3, partner):
    write = {"Effect": "Allow", "Action": ["s3:PutObject", "s3:PutObjectAcl"], "Resource": "*"}
    depositor = partner.user("alice", write)
    let_in(s3, partner.id, ["s3:PutObject"])
    depositor.put_object(Bucket=BUCKET, Key="commun/depot", Body=b"depot")
    assert s3.get_object(Bucket=BUCKET, Key="commun/depot")["Body"].read() == b"depot"
    owner = s3.get_bucket_acl(Bucket=BUCKET)["Owner"]["ID"]
    listed = s3.list_objects_v2(Bucket=BUCKET, Prefix="commun/depot", FetchOwner=True)["Contents"]
    assert listed[0]["Owner"]["ID"] == owner


def test_where_lists_are_in_force_a_stranger_keeps_what_it_uploads(s3, partner):
    s3.put_bucket_ownership_controls(
        Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    every = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    depositor = partner.user("alice", every)
    let_in(s3, partner.id, ["s3:PutObject", "s3:PutObjectAcl"])
    key = {"Bucket": BUCKET, "Key": "commun/depot"}
    depositor.put_object(**key, Body=b"depot")
    assert refusal(s3.get_object, **key) == (403, "AccessDenied")
    assert depositor.get_object(**key)["Body"].read() == b"depot"
    depositor.put_object(**key, Body=b"cede", ACL="bucket-owner-full-control")
    assert s3.get_object(**key)["Body"].read() == b"cede"
    s3.delete_object(**key)


def test_a_role_of_the_other_account_lists_only_the_prefix_that_it_was_given(s3, simulator, partner):
    partner.client("iam").create_role(
        RoleName="lecteur",
        AssumeRolePolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"AWS": simulator.account},
                    "Action": "sts:AssumeRole",
                },
            }
        ),
    )
    listing = {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": "*"}
    partner.client("iam").put_role_policy(
        RoleName="lecteur",
        PolicyName="droits",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": listing}),
    )
    statements = [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{partner.id}:role/lecteur"},
            "Action": "s3:ListBucket",
            "Resource": f"arn:aws:s3:::{BUCKET}",
            "Condition": {"StringLike": {"s3:prefix": "commun/*"}},
        }
    ]
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
    visitor = simulator.client("s3", **partner.assume("lecteur"))
    assert [found["Key"] for found in visitor.list_objects_v2(Bucket=BUCKET, Prefix="commun/")["Contents"]] == [
        "commun/a.txt"
    ]
    assert refusal(visitor.list_objects_v2, Bucket=BUCKET, Prefix="prive/") == (403, "AccessDenied")
    assert refusal(visitor.list_objects_v2, Bucket=BUCKET) == (403, "AccessDenied")


def test_a_policy_names_principals_as_aws_writes_them(s3):
    with pytest.raises(ClientError) as refused:
        let_in(s3, "pas-un-compte")
    assert refused.value.response["Error"]["Code"] == "MalformedPolicy"
    assert refused.value.response["Error"]["Message"] == "Invalid principal in policy"
