"""STS with boto3: roles, sessions and their end, federation, and who the caller is."""

import urllib.request
from datetime import UTC, datetime

import pytest
from identities import (
    ACCOUNT,
    assume,
    buckets,
    holder,
    new_role,
    new_user,
    policy,
    read,
    refusal,
    trust,
)
from plain_http import send

READ_RAPPORTS = policy("s3:GetObject", "arn:aws:s3:::rapports/*")


@pytest.fixture
def role(simulator):
    """A role that reads the bucket `rapports`, beside which there is another."""
    buckets(simulator, "rapports", "secrets")
    return new_role(simulator, "lecteur", READ_RAPPORTS)


def test_an_assumed_role_reads_one_bucket_and_not_another(role, simulator):
    session = assume(simulator, role)
    identity = simulator.client("sts", **session).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/lecteur/essai"
    assert identity["UserId"].endswith(":essai")
    assert read(simulator, session, "rapports") == b"bonjour"
    assert refusal(read, simulator, session, "secrets")[:2] == (403, "AccessDenied")


def test_a_session_policy_narrows(role, simulator):
    narrow = assume(simulator, role, Policy=policy("s3:GetObject", "arn:aws:s3:::rapports/autre.txt"))
    message = refusal(read, simulator, narrow, "rapports")[2]
    assert message.endswith("because no session policy allows the s3:GetObject action")
    wide = assume(simulator, role, Policy=policy("*"))
    assert read(simulator, wide, "rapports") == b"bonjour"
    assert refusal(read, simulator, wide, "secrets")[0] == 403
    managed = assume(simulator, role, PolicyArns=[{"arn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}])
    assert read(simulator, managed, "rapports") == b"bonjour"


def test_a_session_expires_by_the_clock_in_each_service_s_words(role, simulator):
    session = assume(simulator, role, DurationSeconds=900)
    simulator.advance(899 - 60)
    assert read(simulator, session, "rapports") == b"bonjour"
    simulator.advance(61 + 60)
    assert refusal(read, simulator, session, "rapports") == (
        400, "ExpiredToken", "The provided token has expired."
    )
    expired = "The security token included in the request is expired"
    assert refusal(simulator.client("sts", **session).get_caller_identity) == (403, "ExpiredToken", expired)
    assert refusal(simulator.client("dynamodb", **session).list_tables) == (400, "ExpiredTokenException", expired)


def test_a_presigned_url_ends_with_its_session(role, simulator):
    session = assume(simulator, role, DurationSeconds=900)
    url = simulator.client("s3", **session).generate_presigned_url(
        "get_object", Params={"Bucket": "rapports", "Key": "fichier.txt"}, ExpiresIn=3600
    )
    assert "X-Amz-Security-Token" in url
    assert send(urllib.request.Request(url))[::2] == (200, "bonjour")
    simulator.advance(901)
    status, _, body = send(urllib.request.Request(url))
    assert status == 400 and "<Code>ExpiredToken</Code>" in body


def test_temporary_keys_need_their_own_token(role, simulator):
    session = assume(simulator, role)
    without = session | {"aws_session_token": None}
    assert refusal(read, simulator, without, "rapports")[1] == "InvalidAccessKeyId"
    wrong = session | {"aws_session_token": session["aws_session_token"][:-4] + "AAAA"}
    assert refusal(read, simulator, wrong, "rapports")[:2] == (400, "InvalidToken")
    assert refusal(simulator.client("sts", **wrong).get_caller_identity)[:2] == (403, "InvalidClientTokenId")


def test_a_role_for_a_service_is_assumed_by_nobody_else(simulator):
    arn = new_role(simulator, "execution", READ_RAPPORTS, trust({"Service": "lambda.amazonaws.com"}))
    sts = simulator.client("sts")
    status, code, message = refusal(sts.assume_role, RoleArn=arn, RoleSessionName="essai")
    assert (status, code) == (403, "AccessDenied")
    start = f"User: arn:aws:iam::{ACCOUNT}:user/administrateur is not authorized to perform: sts:AssumeRole on resource: {arn}"
    assert message.startswith(start)


def test_the_external_id_of_the_trust_policy_must_be_given(simulator):
    trusting = trust(
        {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Condition={"StringEquals": {"sts:ExternalId": "42-zebre"}}
    )
    arn = new_role(simulator, "partenaire", READ_RAPPORTS, trusting)
    assume(simulator, arn, ExternalId="42-zebre")
    sts = simulator.client("sts")
    assert refusal(sts.assume_role, RoleArn=arn, RoleSessionName="essai", ExternalId="autre")[1] == "AccessDenied"
    assert refusal(sts.assume_role, RoleArn=arn, RoleSessionName="essai")[1] == "AccessDenied"


def test_durations_have_bounds(role, simulator):
    sts, iam = simulator.client("sts"), simulator.client("iam")
    ask = {"RoleArn": role, "RoleSessionName": "essai"}
    assert refusal(sts.assume_role, **ask, DurationSeconds=3601) == (
        400,
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    )
    iam.update_role(RoleName="lecteur", MaxSessionDuration=43200)
    credentials = sts.assume_role(**ask, DurationSeconds=43200)["Credentials"]
    assert credentials["AccessKeyId"].startswith("ASIA")
    chained = new_role(simulator, "maillon", policy("sts:AssumeRole", role))
    link = simulator.client("sts", **assume(simulator, chained))
    assert refusal(link.assume_role, **ask, DurationSeconds=3601)[2] == (
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
    )


def test_tags_of_a_session_decide(simulator):
    buckets(simulator, "rapports", "secrets")
    own = policy("s3:GetObject", "arn:aws:s3:::${aws:PrincipalTag/seau}/*")
    trusting = trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Action=["sts:AssumeRole", "sts:TagSession"])
    arn = new_role(simulator, "etiquete", own, trusting)
    session = assume(simulator, arn, Tags=[{"Key": "seau", "Value": "rapports"}])
    assert read(simulator, session, "rapports") == b"bonjour"
    assert refusal(read, simulator, session, "secrets")[0] == 403


def test_get_session_token_and_get_federation_token(simulator):
    buckets(simulator, "rapports", "secrets")
    alice = new_user(simulator, "alice", policy(["s3:*", "sts:*", "iam:*"]))
    sts = simulator.client("sts", **alice)
    own = holder(sts.get_session_token(DurationSeconds=900)["Credentials"])
    assert read(simulator, own, "secrets") == b"bonjour"
    assert refusal(simulator.client("iam", **own).list_users)[1] == "InvalidClientTokenId"

    answer = sts.get_federation_token(Name="invite", Policy=READ_RAPPORTS)
    assert answer["FederatedUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:federated-user/invite"
    guest = holder(answer["Credentials"])
    assert simulator.client("sts", **guest).get_caller_identity()["UserId"] == f"{ACCOUNT}:invite"
    assert read(simulator, guest, "rapports") == b"bonjour"
    assert refusal(read, simulator, guest, "secrets")[0] == 403


def test_sessions_are_revoked_by_the_time_of_issue(role, simulator):
    old = assume(simulator, role)
    assert read(simulator, old, "rapports") == b"bonjour"
    simulator.advance(120)
    now = simulator.control("/_cahier/clock")[1]["now"]
    cut = datetime.fromtimestamp(now - 60, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    revoke = policy("*", effect="Deny", Condition={"DateLessThan": {"aws:TokenIssueTime": cut}})
    simulator.client("iam").put_role_policy(
        RoleName="lecteur", PolicyName="AWSRevokeOlderSessions", PolicyDocument=revoke
    )
    assert refusal(read, simulator, old, "rapports")[0] == 403
    assert read(simulator, assume(simulator, role), "rapports") == b"bonjour"


def test_a_key_s_account_and_a_message_that_is_none(simulator):
    sts = simulator.client("sts")
    assert sts.get_access_key_info(AccessKeyId=simulator.access_key_id)["Account"] == ACCOUNT
    with pytest.raises(sts.exceptions.InvalidAuthorizationMessageException):
        sts.decode_authorization_message(EncodedMessage="rien")
