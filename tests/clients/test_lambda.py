"""Lambda's layers, functions, versions and permissions with boto3 and the AWS CLI."""

import io
import json
import urllib.request
import zipfile

import pytest
from botocore.exceptions import ClientError
from identities import ACCOUNT, new_role, new_user, policy, refusal, trust
from plain_http import send
from test_cli import Aws

REGION = "eu-west-3"


def package(files):
    """A zip of these files, as bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


HANDLER = package({"app.py": "def handler(event, context):\n    return event\n"})


@pytest.fixture
def lambdas(simulator):
    return simulator.client("lambda")


@pytest.fixture
def role(simulator):
    iam = simulator.client("iam")
    trusted = trust({"Service": "lambda.amazonaws.com"})
    return iam.create_role(RoleName="execution", AssumeRolePolicyDocument=trusted)["Role"]["Arn"]


@pytest.fixture
def function(lambdas, role):
    def create(name="MaFonction", **changes):
        settings = {
            "FunctionName": name, "Runtime": "python3.13", "Handler": "app.handler", "Role": role,
            "Code": {"ZipFile": HANDLER},
        }
        return lambdas.create_function(**(settings | changes))

    return create


def layer(lambdas, name, files=None, **more):
    content = {"ZipFile": package(files or {"python/m.py": "x = 1"})}
    return lambdas.publish_layer_version(LayerName=name, Content=content, **more)


def message(refused):
    return refused.value.response["Error"]["Code"], refused.value.response["Error"]["Message"]


def test_a_layer_is_published_listed_downloaded_and_its_numbers_are_never_given_twice(simulator, lambdas):
    first = layer(lambdas, "pandas", {"python/pandas.py": "v = 1"}, Description="un",
                  CompatibleRuntimes=["python3.12", "python3.13"], CompatibleArchitectures=["x86_64"], LicenseInfo="MIT")
    assert first["LayerVersionArn"] == f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:pandas:1"
    assert (first["Version"], first["CompatibleRuntimes"]) == (1, ["python3.12", "python3.13"])
    for _ in range(2):
        layer(lambdas, "pandas")
    lambdas.delete_layer_version(LayerName="pandas", VersionNumber=3)
    lambdas.delete_layer_version(LayerName="pandas", VersionNumber=3)
    assert layer(lambdas, "pandas")["Version"] == 4
    listed = lambdas.list_layer_versions(LayerName="pandas")["LayerVersions"]
    assert [found["Version"] for found in listed] == [4, 2, 1]
    for python in ("python3.12", "python3.13"):
        fitting = lambdas.list_layers(CompatibleRuntime=python)["Layers"]
        assert fitting[0]["LatestMatchingVersion"]["Version"] == 1
    got = lambdas.get_layer_version(LayerName=first["LayerArn"], VersionNumber=1)
    assert got["Content"]["CodeSha256"] == first["Content"]["CodeSha256"]
    place = got["Content"]["Location"]
    with urllib.request.urlopen(place) as answer:
        assert zipfile.ZipFile(io.BytesIO(answer.read())).read("python/pandas.py") == b"v = 1"
    for bare in (place.split("?")[0], place[:-1], place.replace("Expires=", "Expires=9")):
        status, _, text = send(urllib.request.Request(bare))
        assert status == 403 and "<Code>AccessDenied</Code><Message>Access Denied</Message>" in text, bare
    simulator.advance(601)
    status, headers, text = send(urllib.request.Request(place))
    assert (status, headers["content-type"]) == (403, "application/xml")
    assert "<Code>AccessDenied</Code><Message>Request has expired</Message><Expires>" in text
    by_arn = lambdas.get_layer_version_by_arn(Arn=first["LayerVersionArn"])
    assert by_arn["Description"] == "un"
    with pytest.raises(ClientError) as refused:
        lambdas.get_layer_version(LayerName="pandas", VersionNumber=3)
    assert message(refused) == ("ResourceNotFoundException", "The resource you requested does not exist.")


def test_a_function_has_five_layers_at_most_one_version_of_each_and_keeps_those_that_are_deleted(lambdas, function):
    arns = [layer(lambdas, f"l{number}")["LayerVersionArn"] for number in range(6)]
    assert [found["Arn"] for found in function(Layers=arns[:5])["Layers"]] == arns[:5]

    def refused(layers):
        with pytest.raises(ClientError) as refused:
            lambdas.update_function_configuration(FunctionName="MaFonction", Layers=layers)
        return message(refused)

    assert refused(arns) == ("InvalidParameterValueException", "Cannot reference more than 5 layers.")
    other = layer(lambdas, "l0")["LayerVersionArn"]
    assert refused([arns[0], other])[1] == (
        "Two different versions of the same layer are not allowed to be referenced in the same function. "
        f"{arns[0]} and {other} are versions of the same layer."
    )
    elsewhere = arns[0].replace(REGION, "us-east-1")
    assert refused([elsewhere])[1] == (
        f"Layers are not in the same region as the function. Layers are expected to be in region {REGION}."
    )
    missing = arns[0].rsplit(":", 1)[0] + ":9"
    assert refused([missing])[1] == f"Layer version {missing} does not exist."
    code, text = refused([arns[0].rsplit(":", 1)[0]])
    assert code == "ValidationException" and "at 'layers' failed to satisfy constraint" in text

    lambdas.delete_layer_version(LayerName="l1", VersionNumber=1)
    kept = lambdas.update_function_configuration(FunctionName="MaFonction", Layers=arns[1:3])
    assert [found["Arn"] for found in kept["Layers"]] == arns[1:3], "the whole list is replaced, what it had stays"
    gone = lambdas.update_function_configuration(FunctionName="MaFonction", Layers=[])
    assert "Layers" not in gone
    assert refused([arns[1]])[1] == f"Layer version {arns[1]} does not exist."


def test_what_a_function_and_its_layers_hold_is_limited_to_the_byte(lambdas, function, simulator):
    limit = 262_144_000
    s3 = simulator.client("s3")
    s3.create_bucket(Bucket="paquets", CreateBucketConfiguration={"LocationConstraint": REGION})

    def big(name, size):
        s3.put_object(Bucket="paquets", Key=name, Body=package({"python/big": bytes(size)}))
        return lambdas.publish_layer_version(LayerName=name, Content={"S3Bucket": "paquets", "S3Key": name})

    with pytest.raises(ClientError) as refused:
        big("trop", limit)
    assert message(refused) == ("InvalidParameterValueException", f"Unzipped size must be smaller than {limit} bytes")
    code = len("def handler(event, context):\n    return event\n")
    full = big("plein", limit - code)["LayerVersionArn"]
    assert function("juste", Layers=[full])["Layers"]
    over = big("un-de-plus", limit - code + 1)["LayerVersionArn"]
    with pytest.raises(ClientError) as refused:
        function("trop", Layers=[over])
    assert message(refused)[1] == (
        f"Function code combined with layers exceeds the maximum allowed size of {limit} bytes. "
        f"The actual size is {limit + 1} bytes."
    )
    with pytest.raises(ClientError) as refused:
        function("trop", Layers=[full, over])
    assert message(refused)[1] == f"Layers consume more than the available size of {limit} bytes"


def test_a_layer_version_is_shared_with_another_account_and_no_other_version_of_it(lambdas, simulator):
    organizations = simulator.client("organizations")
    organizations.create_organization()
    made = organizations.create_account(Email="x@example.com", AccountName="autre")["CreateAccountStatus"]
    other = simulator.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{made['AccountId']}:role/OrganizationAccountAccessRole", RoleSessionName="essai"
    )["Credentials"]
    keys = {
        "aws_access_key_id": other["AccessKeyId"],
        "aws_secret_access_key": other["SecretAccessKey"],
        "aws_session_token": other["SessionToken"],
    }
    theirs = simulator.client("lambda", **keys)
    arns = [layer(lambdas, "commune")["LayerVersionArn"] for _ in range(2)]
    added = lambdas.add_layer_version_permission(
        LayerName="commune", VersionNumber=1, StatementId="autre", Action="lambda:GetLayerVersion",
        Principal=made["AccountId"],
    )
    assert json.loads(added["Statement"])["Principal"] == {"AWS": f"arn:aws:iam::{made['AccountId']}:root"}
    assert theirs.get_layer_version_by_arn(Arn=arns[0])["Version"] == 1
    code, text = refusal(theirs.get_layer_version_by_arn, Arn=arns[1])[1:3]
    assert code == "AccessDeniedException"
    assert text.endswith(
        f"is not authorized to perform: lambda:GetLayerVersion on resource: {arns[1]} because no resource-based policy "
        "allows the lambda:GetLayerVersion action"
    )
    with pytest.raises(ClientError) as refused:
        lambdas.add_layer_version_permission(
            LayerName="commune", VersionNumber=1, StatementId="autre", Action="lambda:GetLayerVersion", Principal="*"
        )
    assert message(refused)[0] == "ResourceConflictException"
    policy = lambdas.get_layer_version_policy(LayerName="commune", VersionNumber=1)
    assert json.loads(policy["Policy"])["Statement"][0]["Sid"] == "autre"
    lambdas.remove_layer_version_permission(
        LayerName="commune", VersionNumber=1, StatementId="autre", RevisionId=policy["RevisionId"]
    )
    assert refusal(theirs.get_layer_version_by_arn, Arn=arns[0])[1] == "AccessDeniedException"


def test_a_function_is_made_read_changed_published_and_deleted(lambdas, function):
    made = function(Environment={"Variables": {"CLE": "1"}}, Tags={"equipe": "bleue"}, MemorySize=256)
    assert (made["State"], made["Version"], made["Timeout"], made["MemorySize"]) == ("Pending", "$LATEST", 3, 256)
    lambdas.get_waiter("function_active_v2").wait(FunctionName="MaFonction")
    got = lambdas.get_function(FunctionName=made["FunctionArn"])
    assert got["Tags"] == {"equipe": "bleue"}
    assert got["Configuration"]["State"] == "Active"
    assert [v["Version"] for v in lambdas.list_versions_by_function(FunctionName="MaFonction")["Versions"]] == ["$LATEST"]

    first = lambdas.publish_version(FunctionName="MaFonction")
    assert (first["Version"], lambdas.publish_version(FunctionName="MaFonction")["Version"]) == ("1", "1")
    lambdas.update_function_configuration(FunctionName="MaFonction", Timeout=30)
    assert lambdas.publish_version(FunctionName="MaFonction", Description="deux")["Version"] == "2"
    assert lambdas.get_function_configuration(FunctionName="MaFonction", Qualifier="1")["Timeout"] == 3
    alias = lambdas.create_alias(FunctionName="MaFonction", Name="prod", FunctionVersion="1")
    assert alias["AliasArn"] == made["FunctionArn"] + ":prod"
    assert lambdas.get_function(FunctionName="MaFonction:prod")["Configuration"]["Version"] == "1"
    with pytest.raises(ClientError) as refused:
        lambdas.delete_function(FunctionName="MaFonction", Qualifier="1")
    assert message(refused) == (
        "ResourceConflictException", "Unable to delete version because the following aliases reference it: [prod]"
    )
    lambdas.update_alias(FunctionName="MaFonction", Name="prod", FunctionVersion="2",
                         RoutingConfig={"AdditionalVersionWeights": {"1": 0.1}})
    assert lambdas.list_aliases(FunctionName="MaFonction", FunctionVersion="1")["Aliases"][0]["Name"] == "prod"
    lambdas.update_function_code(FunctionName="MaFonction", ZipFile=package({"app.py": "def handler(e, c): return 2"}))
    latest = lambdas.get_function_configuration(FunctionName="MaFonction")
    assert latest["CodeSha256"] != first["CodeSha256"]
    with pytest.raises(ClientError) as refused:
        lambdas.update_function_configuration(FunctionName="MaFonction", Timeout=4, RevisionId="autre")
    assert message(refused)[0] == "PreconditionFailedException"
    lambdas.delete_function(FunctionName="MaFonction")
    with pytest.raises(ClientError) as refused:
        lambdas.get_function(FunctionName="MaFonction")
    assert message(refused) == ("ResourceNotFoundException", f"Function not found: {made['FunctionArn']}")


@pytest.mark.parametrize(("changes", "code", "text"), [
    ({"Runtime": "python3.6"}, "InvalidParameterValueException", "The runtime parameter of python3.6 is no longer"),
    ({"Runtime": "python9"}, "InvalidParameterValueException", "Value python9 at 'runtime'"),
    ({"Timeout": 901}, "ValidationException", "Value '901' at 'timeout'"),
    ({"MemorySize": 20_000}, "ValidationException", "Value '20000' at 'memorySize'"),
    ({"Code": {"ZipFile": b"rien"}}, "InvalidParameterValueException", "Could not unzip uploaded file."),
    ({"Code": {"S3Bucket": "absent", "S3Key": "x"}}, "InvalidParameterValueException", "Error occurred while GetObject."),
    ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, "InvalidParameterValueException", "Reserved keys"),
    ({"Environment": {"Variables": {"CLE": "x" * 5000}}}, "InvalidParameterValueException", "4KB limit"),
    ({"Role": f"arn:aws:iam::{ACCOUNT}:role/absent"}, "InvalidParameterValueException", "cannot be assumed by Lambda"),
    ({"PackageType": "Image", "Code": {"ImageUri": "x/y:1"}}, "InvalidParameterValueException", "PackageType is Image"),
])
def test_a_function_that_cannot_be_is_refused(function, lambdas, changes, code, text):
    with pytest.raises(ClientError) as refused:
        function(**changes)
    assert message(refused)[0] == code
    assert text in message(refused)[1]
    assert lambdas.list_functions()["Functions"] == []


def test_who_makes_a_function_must_be_allowed_to_hand_it_its_role_and_its_layers(simulator, lambdas, role):
    arn = layer(lambdas, "commune")["LayerVersionArn"]
    lea = simulator.client("lambda", **new_user(simulator, "lea", policy("lambda:CreateFunction")))
    settings = {
        "FunctionName": "f", "Runtime": "python3.13", "Handler": "app.handler", "Role": role, "Code": {"ZipFile": HANDLER},
    }
    status, code, text = refusal(lea.create_function, **settings)[:3]
    assert (status, code) == (403, "AccessDeniedException")
    assert f"is not authorized to perform: iam:PassRole on resource: {role}" in text
    zoe = simulator.client(
        "lambda", **new_user(simulator, "zoe", policy(["lambda:CreateFunction", "iam:PassRole"]))
    )
    assert "lambda:GetLayerVersion" in refusal(zoe.create_function, **settings, Layers=[arn])[2]
    assert zoe.create_function(**settings)["FunctionName"] == "f"


def test_a_function_s_policy_is_made_statement_by_statement(lambdas, function):
    arn = function()["FunctionArn"]
    lambdas.add_permission(FunctionName="MaFonction", StatementId="s3", Action="lambda:InvokeFunction",
                           Principal="s3.amazonaws.com", SourceArn="arn:aws:s3:::depots", SourceAccount=ACCOUNT)
    statement = json.loads(lambdas.get_policy(FunctionName="MaFonction")["Policy"])["Statement"][0]
    assert statement == {
        "Sid": "s3", "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "lambda:InvokeFunction",
        "Resource": arn,
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": ACCOUNT}, "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::depots"},
        },
    }
    lambdas.remove_permission(FunctionName="MaFonction", StatementId="s3")
    with pytest.raises(ClientError) as refused:
        lambdas.get_policy(FunctionName="MaFonction")
    assert message(refused)[0] == "ResourceNotFoundException"


def test_what_is_not_simulated_says_so_and_uploaded_code_does_not_run_unasked(lambdas, function):
    function()
    assert lambdas.invoke(FunctionName="MaFonction", InvocationType="DryRun")["StatusCode"] == 204
    with pytest.raises(ClientError) as refused:
        lambdas.invoke(FunctionName="MaFonction")
    assert "--executer-lambda" in message(refused)[1]
    with pytest.raises(ClientError) as refused:
        lambdas.list_event_source_mappings()
    assert message(refused) == (
        "UnknownOperationException", "The operation ListEventSourceMappings is not simulated."
    )


def test_the_cli_publishes_a_layer_and_gives_it_to_a_function(simulator, tmp_path, function):
    aws = Aws(simulator, tmp_path)
    function()
    (tmp_path / "pandas_layer.zip").write_bytes(package({"python/pandas.py": "x = 1"}))
    published = aws("lambda", "publish-layer-version", "--layer-name", "pandas-layer",
                    "--zip-file", "fileb://pandas_layer.zip", "--compatible-runtimes", "python3.12")
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:pandas-layer:1"
    assert published["LayerVersionArn"] == arn
    updated = aws("lambda", "update-function-configuration", "--function-name", "MaFonction", "--layers", arn)
    assert updated["Layers"][0]["Arn"] == arn
    assert updated["LastUpdateStatus"] == "InProgress"


def test_an_unsigned_or_badly_signed_call_is_refused_in_this_protocol_s_form(simulator):
    status, headers, body = send(urllib.request.Request(simulator.endpoint + "/2015-03-31/functions"))
    assert status in (403, 404), body
    stranger = simulator.client("lambda", aws_access_key_id="AKIAIOSFODNN7EXAMPLE")
    assert refusal(stranger.list_functions)[:2] == (403, "UnrecognizedClientException")
