"""`cahier pourquoi` about Lambda's refusals: whose policy lacks what."""

import subprocess

import pytest
from conftest import CAHIER
from identities import ACCOUNT, new_user, policy, refusal, trust
from test_lambda import HANDLER, function, lambdas, layer, role  # noqa: F401


@pytest.fixture
def why(simulator, tmp_path):
    """What `cahier pourquoi` says, in one line."""

    def ask():
        environment = simulator.environment(tmp_path) | {"CAHIER_CONTROL_TOKEN": simulator.control_token}
        done = subprocess.run([CAHIER, "pourquoi"], env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return " ".join(done.stdout.split())

    return ask


def neighbour(simulator):
    """A client of another account of the organization."""
    organizations = simulator.client("organizations")
    organizations.create_organization()
    made = organizations.create_account(Email="x@example.com", AccountName="voisin")["CreateAccountStatus"]
    session = simulator.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{made['AccountId']}:role/OrganizationAccountAccessRole", RoleSessionName="essai"
    )["Credentials"]
    keys = {
        "aws_access_key_id": session["AccessKeyId"],
        "aws_secret_access_key": session["SecretAccessKey"],
        "aws_session_token": session["SessionToken"],
    }
    return made["AccountId"], keys


def settings(role, **changes):  # noqa: F811
    return {
        "FunctionName": "f", "Runtime": "python3.13", "Handler": "app.handler", "Role": role, "Code": {"ZipFile": HANDLER},
    } | changes


def test_a_layer_of_another_account_lacks_a_policy_of_its_own(simulator, lambdas, why):  # noqa: F811
    arn = layer(lambdas, "commune")["LayerVersionArn"]
    _, keys = neighbour(simulator)
    made = simulator.client("iam", **keys).create_role(
        RoleName="execution", AssumeRolePolicyDocument=trust({"Service": "lambda.amazonaws.com"})
    )
    theirs = simulator.client("lambda", **keys)
    assert refusal(theirs.create_function, **settings(made["Role"]["Arn"], Layers=[arn]))[1] == "AccessDeniedException"
    told = why()
    assert "lambda:CreateFunction" in told
    assert f"lambda:GetLayerVersion sur {arn}" in told.replace("`", "")
    assert "la politique de la ressource n’autorise pas" in told


def test_a_role_that_one_may_not_pass_lacks_an_identity_policy(simulator, role, why):  # noqa: F811
    lea = simulator.client("lambda", **new_user(simulator, "lea", policy("lambda:CreateFunction")))
    assert refusal(lea.create_function, **settings(role))[1] == "AccessDeniedException"
    assert f"iam:PassRole sur {role}" in why().replace("`", "")


def test_a_role_of_another_account_cannot_be_passed_at_all(simulator, lambdas, why):  # noqa: F811
    account, _ = neighbour(simulator)
    theirs = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    assert refusal(lambdas.create_function, **settings(theirs)) == (
        403, "AccessDeniedException", "Cross-account pass role is not allowed."
    )
    assert f"iam:PassRole sur {theirs}" in why().replace("`", "")


def test_a_role_that_does_not_trust_lambda_is_explained_by_its_trust_policy(simulator, lambdas, why):  # noqa: F811
    made = simulator.client("iam").create_role(
        RoleName="ecs", AssumeRolePolicyDocument=trust({"Service": "ecs-tasks.amazonaws.com"})
    )
    refused = refusal(lambdas.create_function, **settings(made["Role"]["Arn"]))
    assert refused == (
        400, "InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda."
    )
    told = why().replace("`", "")
    assert "The role defined for the function cannot be assumed by Lambda." in told
    assert f"sts:AssumeRole sur arn:aws:iam::{ACCOUNT}:role/ecs" in told
