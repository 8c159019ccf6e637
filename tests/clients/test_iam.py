"""IAM with boto3 and the AWS CLI: identities, policies, limits and simulations."""

import json
import shutil
import subprocess

import pytest
from identities import ACCOUNT, assume, buckets, new_role, new_user, policy, read, refusal, trust


@pytest.fixture
def iam(simulator):
    return simulator.client("iam")


@pytest.fixture
def aws(simulator, tmp_path):
    """Runs `aws …` with the simulator's settings, and those given."""
    program = shutil.which("aws")
    assert program, "the AWS CLI is not installed (pip install awscli)"

    def run(*words, **settings):
        done = subprocess.run(
            [program, *words],
            env=simulator.environment(tmp_path) | settings,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )
        return done

    return run


def answered(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout.strip() else None


def test_the_cli_lists_what_it_made_page_by_page(aws):
    for number in range(5):
        answered(aws("iam", "create-user", "--user-name", f"u{number}", "--path", "/equipe/"))
    listed = answered(aws("iam", "list-users", "--path-prefix", "/equipe/", "--page-size", "2"))
    assert [user["UserName"] for user in listed["Users"]] == ["u0", "u1", "u2", "u3", "u4"]


def test_a_user_a_group_and_their_policies(iam, simulator):
    buckets(simulator, "rapports", "secrets")
    alice = new_user(simulator, "alice")
    iam.create_group(GroupName="lecteurs")
    iam.add_user_to_group(GroupName="lecteurs", UserName="alice")
    assert refusal(read, simulator, alice, "rapports")[:2] == (403, "AccessDenied")
    iam.put_group_policy(
        GroupName="lecteurs", PolicyName="lire", PolicyDocument=policy("s3:GetObject", "arn:aws:s3:::rapports/*")
    )
    assert read(simulator, alice, "rapports") == b"bonjour"
    assert refusal(read, simulator, alice, "secrets")[0] == 403
    iam.put_user_policy(
        UserName="alice", PolicyName="refus", PolicyDocument=policy("s3:*", effect="Deny")
    )
    message = refusal(read, simulator, alice, "rapports")[2]
    assert message.endswith("with an explicit deny in an identity-based policy")


def test_a_boundary_bounds(iam, simulator):
    buckets(simulator, "rapports", "secrets")
    limit = iam.create_policy(
        PolicyName="Limite", PolicyDocument=policy("s3:GetObject", "arn:aws:s3:::rapports/*")
    )["Policy"]["Arn"]
    alice = new_user(simulator, "alice", policy("s3:*"))
    iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=limit)
    assert read(simulator, alice, "rapports") == b"bonjour"
    message = refusal(read, simulator, alice, "secrets")[2]
    assert message.endswith("because no permissions boundary allows the s3:GetObject action")
    assert iam.get_user(UserName="alice")["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == limit


def test_a_deactivated_key_opens_nothing(iam, simulator):
    alice = new_user(simulator, "alice", policy("*"))
    sts = simulator.client("sts", **alice)
    assert sts.get_caller_identity()["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/alice"
    key = alice["aws_access_key_id"]
    iam.update_access_key(UserName="alice", AccessKeyId=key, Status="Inactive")
    assert refusal(sts.get_caller_identity)[:2] == (403, "InvalidClientTokenId")
    assert refusal(simulator.client("s3", **alice).list_buckets)[:2] == (403, "InvalidAccessKeyId")
    assert refusal(simulator.client("dynamodb", **alice).list_tables)[:2] == (400, "UnrecognizedClientException")
    iam.update_access_key(UserName="alice", AccessKeyId=key, Status="Active")
    assert sts.get_caller_identity()["Account"] == ACCOUNT


def test_paginators_and_typed_errors_work(iam):
    for number in range(7):
        iam.create_role(
            RoleName=f"r{number}", AssumeRolePolicyDocument=trust({"Service": "ecs-tasks.amazonaws.com"})
        )
    pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 3})
    assert [role["RoleName"] for page in pages for role in page["Roles"]] == [f"r{number}" for number in range(7)]
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName="absent")
    with pytest.raises(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName="R0", AssumeRolePolicyDocument=trust({"Service": "ecs-tasks.amazonaws.com"}))
    with pytest.raises(iam.exceptions.MalformedPolicyDocumentException):
        iam.create_policy(PolicyName="p", PolicyDocument='{"Version": "2012-10-17"}')
    with pytest.raises(iam.exceptions.DeleteConflictException):
        iam.attach_role_policy(RoleName="r0", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
        iam.delete_role(RoleName="r0")


def test_versions_of_a_policy_up_to_their_limit(iam, simulator):
    arn = iam.create_policy(PolicyName="p", PolicyDocument=policy("s3:*"))["Policy"]["Arn"]
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy("ec2:*"), SetAsDefault=True)
    with pytest.raises(iam.exceptions.LimitExceededException):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy("ec2:*"))
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert [(one["VersionId"], one["IsDefaultVersion"]) for one in versions] == [
        ("v5", True), ("v4", False), ("v3", False), ("v2", False), ("v1", False)
    ]
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    document = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"]
    assert document == json.loads(policy("s3:*"))


def test_a_principal_is_simulated_with_statements_and_positions(iam, simulator):
    new_user(simulator, "alice", policy("s3:GetObject", "arn:aws:s3:::rapports/*"))
    results = iam.simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:user/alice",
        ActionNames=["s3:GetObject", "s3:PutObject"],
        ResourceArns=["arn:aws:s3:::rapports/a.txt", "arn:aws:s3:::secrets/a.txt"],
    )["EvaluationResults"]
    decisions = [
        [one["EvalResourceDecision"] for one in result["ResourceSpecificResults"]] for result in results
    ]
    assert decisions == [["allowed", "implicitDeny"], ["implicitDeny", "implicitDeny"]]
    (statement,) = results[0]["ResourceSpecificResults"][0]["MatchedStatements"]
    assert statement["SourcePolicyId"] == "user_alice_droits"
    assert statement["StartPosition"]["Line"] == 1 < statement["EndPosition"]["Column"]


def test_a_custom_policy_is_simulated_with_circumstances(iam):
    document = policy("s3:*", Condition={"StringEquals": {"aws:PrincipalTag/equipe": "rouge"}})

    def simulate(**more):
        answer = iam.simulate_custom_policy(
            PolicyInputList=[document], ActionNames=["s3:ListAllMyBuckets"], **more
        )
        return answer["EvaluationResults"][0]

    without = simulate()
    assert without["EvalDecision"] == "implicitDeny"
    assert without["MissingContextValues"] == ["aws:PrincipalTag/equipe"]
    entry = {
        "ContextKeyName": "aws:PrincipalTag/equipe", "ContextKeyType": "string", "ContextKeyValues": ["rouge"]
    }
    assert simulate(ContextEntries=[entry])["EvalDecision"] == "allowed"
    keys = iam.get_context_keys_for_custom_policy(PolicyInputList=[document])
    assert keys["ContextKeyNames"] == ["aws:PrincipalTag/equipe"]


def test_the_account_in_one_answer(iam, simulator):
    new_user(simulator, "alice", policy("s3:*"))
    new_role(simulator, "lecteur", policy("s3:*"))
    details = iam.get_account_authorization_details(Filter=["User", "Role", "AWSManagedPolicy"])
    alice = next(user for user in details["UserDetailList"] if user["UserName"] == "alice")
    assert alice["UserPolicyList"][0]["PolicyDocument"] == json.loads(policy("s3:*"))
    assert details["RoleDetailList"][0]["RoleName"] == "lecteur"
    assert "AdministratorAccess" in [one["PolicyName"] for one in details["Policies"]]
    assert iam.get_account_summary()["SummaryMap"]["Users"] == 2


def test_dynamodb_is_denied_in_its_own_words(simulator):
    simulator.client("dynamodb").create_table(
        TableName="commandes",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table = f"arn:aws:dynamodb:eu-west-3:{ACCOUNT}:table/commandes"
    alice = new_user(simulator, "alice", policy("dynamodb:GetItem", table))
    dynamodb = simulator.client("dynamodb", **alice)
    key = {"id": {"S": "1"}}
    assert "Item" not in dynamodb.get_item(TableName="commandes", Key=key)
    assert refusal(dynamodb.put_item, TableName="commandes", Item=key) == (
        400,
        "AccessDeniedException",
        f"User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: dynamodb:PutItem on resource: {table} "
        "because no identity-based policy allows the dynamodb:PutItem action",
    )


def test_the_journal_explains_a_denial(simulator):
    buckets(simulator, "rapports")
    session = assume(simulator, new_role(simulator, "lecteur", policy("s3:PutObject")))
    refusal(read, simulator, session, "rapports")
    last = simulator.control("/_cahier/journal")[1][-1]
    assert (last["status"], last["error"]) == (403, "AccessDenied")
    assert last["principal"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/lecteur/essai"
    (decision,) = simulator.control(f"/_cahier/journal/{last['id']}")[1]["authorisation"]
    assert (decision["decision"], decision["action"]) == ("implicitDeny", "s3:GetObject")
