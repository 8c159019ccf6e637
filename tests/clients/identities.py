"""What the tests of IAM, STS and Organizations share: documents, refusals, and clients of somebody's key."""

import json

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"


def policy(action, resource="*", effect="Allow", **more):
    """A document of one statement."""
    statement = {"Effect": effect, "Action": action, "Resource": resource} | more
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principal, **more):
    """A trust policy of one statement."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"} | more
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


ACCOUNT_TRUST = trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})


def refusal(call, *arguments, **parameters):
    """The error of a call that must be refused: status, code, message."""
    with pytest.raises(ClientError) as refused:
        call(*arguments, **parameters)
    response = refused.value.response
    error = response["Error"]
    return response["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error["Message"]


def holder(credentials):
    """The client arguments of a key, be it an access key or temporary credentials."""
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials.get("SessionToken"),
    }


def new_user(simulator, name, document=None):
    """Makes a user with a key; gives the client arguments of the key."""
    iam = simulator.client("iam")
    iam.create_user(UserName=name)
    if document:
        iam.put_user_policy(UserName=name, PolicyName="droits", PolicyDocument=document)
    return holder(iam.create_access_key(UserName=name)["AccessKey"])


def new_role(simulator, name, document, trusting=ACCOUNT_TRUST):
    """Makes a role with an inline policy; gives its ARN."""
    iam = simulator.client("iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="droits", PolicyDocument=document)
    return arn


def assume(simulator, role, by=None, **parameters):
    """Assumes a role; gives the client arguments of the session."""
    sts = simulator.client("sts", **(by or {}))
    parameters = {"RoleSessionName": "essai"} | parameters
    return holder(sts.assume_role(RoleArn=role, **parameters)["Credentials"])


def buckets(simulator, *names):
    """Makes buckets with an object `fichier.txt` each."""
    s3 = simulator.client("s3")
    for name in names:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": simulator.region})
        s3.put_object(Bucket=name, Key="fichier.txt", Body=b"bonjour")


def read(simulator, who, bucket):
    """What somebody reads of a bucket's `fichier.txt`."""
    return simulator.client("s3", **who).get_object(Bucket=bucket, Key="fichier.txt")["Body"].read()
