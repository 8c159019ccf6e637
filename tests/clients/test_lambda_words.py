"""Lambda's refusals word for word: what AWS answered to these very requests."""

import io
import json
import urllib.request
import zipfile

import boto3
import pytest
from botocore.config import Config
from identities import ACCOUNT, new_user, policy, refusal
from plain_http import send
from test_ecr import manifest
from test_lambda import HANDLER, function, lambdas, layer, role  # noqa: F401

REGION = "eu-west-3"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:"
LAYER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:"

NAME = (
    "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?"
    "([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?"
)
NAMESPACED = NAME.replace("([a-zA-Z0-9-_]+)(:(\\$LATEST", "([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?")
QUALIFIER = "\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+"


def one(value, member, constraint):
    return f"1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: {constraint}"


def pattern(value, member, expression):
    return one(f"'{value}'", member, f"Member must satisfy regular expression pattern: {expression}")


NOT_FOUND = "ResourceNotFoundException"
INVALID = "InvalidParameterValueException"
VALIDATION = "ValidationException"
CONFLICT = "ResourceConflictException"
PRECONDITION = "PreconditionFailedException"
SERIALIZATION = "SerializationException"

ELSEWHERE = f"arn:aws:lambda:us-east-1:{ACCOUNT}:layer:l"
UNREACHABLE = f"Layers from 'us-east-1' are not reachable in this region ('{REGION}')"

# What is there: the function `f` with the version 1 and the alias `prod`, the layer `l` with the version 1.
REFUSALS = [
    # Names of functions.
    ("get_function", {"FunctionName": "my-function!"}, VALIDATION, pattern("my-function!", "functionName", NAMESPACED)),
    ("invoke", {"FunctionName": "f:1:2"}, VALIDATION, pattern("f:1:2", "functionName", NAMESPACED)),
    ("list_aliases", {"FunctionName": "f.g"}, VALIDATION, pattern("f.g", "functionName", NAME)),
    ("get_function", {"FunctionName": "f", "Qualifier": "invalid!"}, VALIDATION,
     pattern("invalid!", "qualifier", QUALIFIER)),
    ("get_function", {"FunctionName": "f", "Qualifier": "a" * 129}, VALIDATION,
     one(f"'{'a' * 129}'", "qualifier", "Member must have length less than or equal to 128")),
    ("get_function", {"FunctionName": "f:1", "Qualifier": "2"}, INVALID,
     "The derived qualifier from the function name does not match the specified qualifier."),
    ("get_function", {"FunctionName": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"}, NOT_FOUND,
     f"Functions from 'us-east-1' are not reachable in this region ('{REGION}')"),
    ("get_function", {"FunctionName": "absente"}, NOT_FOUND, f"Function not found: {FUNCTION}absente"),
    ("get_function", {"FunctionName": "f", "Qualifier": "$latest"}, NOT_FOUND, f"Function not found: {FUNCTION}f:$latest"),
    ("get_function_configuration", {"FunctionName": "f", "Qualifier": "1221"}, NOT_FOUND,
     f"Function not found: {FUNCTION}f:1221"),
    ("invoke", {"FunctionName": "absente"}, NOT_FOUND, f"Function not found: {FUNCTION}absente:$LATEST"),
    ("list_functions", {"FunctionVersion": "invalid"}, VALIDATION,
     one("'invalid'", "functionVersion", "Member must satisfy enum value set: [ALL]")),
    # Deleting.
    ("delete_function", {"FunctionName": "absente", "Qualifier": "1233"}, NOT_FOUND,
     f"Function not found: {FUNCTION}absente"),
    ("delete_function", {"FunctionName": "f", "Qualifier": "$LATEST"}, INVALID,
     "$LATEST version cannot be deleted without deleting the function."),
    ("delete_function", {"FunctionName": "f", "Qualifier": "prod"}, INVALID, "Deletion of aliases is not currently supported."),
    # Aliases.
    ("create_alias", {"FunctionName": "f", "Name": "2024", "FunctionVersion": "1"}, VALIDATION,
     pattern("2024", "name", "(?!^[0-9]+$)([a-zA-Z0-9-_]+)")),
    ("create_alias", {"FunctionName": "f", "Name": "a", "FunctionVersion": "10"}, NOT_FOUND,
     f"Function not found: {FUNCTION}f:10"),
    ("create_alias", {"FunctionName": "absente", "Name": "a", "FunctionVersion": "1"}, NOT_FOUND,
     f"Function not found: {FUNCTION}absente:1"),
    ("create_alias", {"FunctionName": "f", "Name": "prod", "FunctionVersion": "1"}, CONFLICT,
     f"Alias already exists: {FUNCTION}f:prod"),
    ("get_alias", {"FunctionName": "f", "Name": "absent"}, NOT_FOUND, f"Cannot find alias arn: {FUNCTION}f:absent"),
    ("update_alias", {"FunctionName": "f", "Name": "absent"}, NOT_FOUND, f"Alias not found: {FUNCTION}f:absent"),
    ("update_alias", {"FunctionName": "f", "Name": "prod", "FunctionVersion": "abc"}, VALIDATION,
     pattern("abc", "functionVersion", "(\\$LATEST|[0-9]+)")),
    ("update_alias", {"FunctionName": "f", "Name": "prod", "Description": "d" * 257}, VALIDATION,
     one(f"'{'d' * 257}'", "description", "Member must have length less than or equal to 256")),
    # Other regions and partitions.
    ("invoke", {"FunctionName": f"arn:aws-cn:lambda:{REGION}:{ACCOUNT}:function:f"}, NOT_FOUND,
     f"Function not found: arn:aws-cn:lambda:{REGION}:{ACCOUNT}:function:f"),
    ("get_layer_version_by_arn", {"Arn": f"{ELSEWHERE}:1"}, NOT_FOUND, UNREACHABLE),
    ("list_layer_versions", {"LayerName": ELSEWHERE}, NOT_FOUND, UNREACHABLE),
    ("delete_layer_version", {"LayerName": ELSEWHERE, "VersionNumber": 1}, NOT_FOUND, UNREACHABLE),
    ("publish_layer_version", {"LayerName": ELSEWHERE, "Content": {"ZipFile": b"x"}}, NOT_FOUND, UNREACHABLE),
    # Variables.
    ("update_function_configuration", {"FunctionName": "f", "Environment": {"Variables": {"a-b": "x"}}}, VALIDATION,
     "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy "
     "constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+, Member must not be null]"),
    ("update_function_configuration",
     {"FunctionName": "f", "Environment": {"Variables": {"LAMBDA_TASK_ROOT": "x"}}}, INVALID,
     "Lambda was unable to configure your environment variables because the environment variables you have provided contains "
     "reserved keys that are currently not supported for modification. Reserved keys used in this request: LAMBDA_TASK_ROOT"),
    ("update_function_configuration", {"FunctionName": "f", "Environment": {"Variables": {"AB": 3}}}, SERIALIZATION,
     "NUMBER_VALUE can not be converted to a String"),
    ("update_function_configuration", {"FunctionName": "f", "Environment": {"Variables": {"AB": "a\0b"}}}, INVALID,
     "Lambda was unable to configure your environment variables because the environment variables you have provided contains "
     "null characters"),
    # Versions.
    ("publish_version", {"FunctionName": "f", "Description": "d" * 257}, VALIDATION,
     one(f"'{'d' * 257}'", "description", "Member must have length less than or equal to 256")),
    ("publish_version", {"FunctionName": "f", "RevisionId": "autre"}, PRECONDITION,
     "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the "
     "latest Revision Id"),
    # Permissions.
    ("add_permission", {"FunctionName": "f", "StatementId": "example.com", "Action": "lambda:InvokeFunction",
                        "Principal": "s3.amazonaws.com"}, VALIDATION,
     pattern("example.com", "statementId", "([a-zA-Z0-9-_]+)")),
    ("add_permission", {"FunctionName": "f:$LATEST", "StatementId": "s", "Action": "lambda:InvokeFunction",
                        "Principal": "s3.amazonaws.com"}, INVALID, "We currently do not support adding policies for $LATEST."),
    ("add_permission", {"FunctionName": "f", "StatementId": "s", "Action": "lambda:InvokeFunction",
                        "Principal": "invalid.nonaws.com"}, INVALID,
     "The provided principal was invalid. Please check the principal and try again."),
    ("add_permission", {"FunctionName": "f", "StatementId": "s", "Action": "lambda:InvokeFunction",
                        "Principal": f"arn:aws:iam::{ACCOUNT}:role/absent"}, INVALID,
     "The provided principal was invalid. Please check the principal and try again."),
    ("add_permission", {"FunctionName": "f:absent", "StatementId": "s", "Action": "lambda:InvokeFunction",
                        "Principal": "s3.amazonaws.com"}, NOT_FOUND, f"Cannot find alias arn: {FUNCTION}f:absent"),
    ("add_permission", {"FunctionName": "f", "StatementId": "s", "Action": "lambda:InvokeFunction",
                        "Principal": "s3.amazonaws.com", "Qualifier": "42"}, NOT_FOUND,
     f"Function not found: {FUNCTION}f:42"),
    ("add_permission", {"FunctionName": "f", "StatementId": "s", "Action": "lambda:InvokeFunction",
                        "Principal": "s3.amazonaws.com", "RevisionId": "autre"}, PRECONDITION,
     "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest "
     "Revision Id"),
    ("get_policy", {"FunctionName": "absente"}, NOT_FOUND, "The resource you requested does not exist."),
    ("get_policy", {"FunctionName": "f", "Qualifier": "77"}, NOT_FOUND, "The resource you requested does not exist."),
    ("remove_permission", {"FunctionName": "f", "StatementId": "s"}, NOT_FOUND,
     "No policy is associated with the given resource."),
    ("remove_permission", {"FunctionName": "absente", "StatementId": "s"}, NOT_FOUND,
     f"No policy found for: {FUNCTION}absente"),
    # Concurrency.
    ("put_function_concurrency", {"FunctionName": "absente", "ReservedConcurrentExecutions": 1}, NOT_FOUND,
     f"Function not found: {FUNCTION}absente:$LATEST"),
    ("put_function_concurrency", {"FunctionName": "f:1", "ReservedConcurrentExecutions": 1}, INVALID,
     "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please "
     "specify either a function name or an unqualified function ARN."),
    ("put_function_concurrency", {"FunctionName": "f", "ReservedConcurrentExecutions": 901}, INVALID,
     "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
     "minimum value of [100]."),
    # Events.
    ("put_function_event_invoke_config", {"FunctionName": "absente", "MaximumRetryAttempts": 1}, NOT_FOUND,
     "The function doesn't exist."),
    ("put_function_event_invoke_config", {"FunctionName": "f"}, INVALID,
     "You must specify at least one of error handling or destination setting."),
    ("update_function_event_invoke_config", {"FunctionName": "f", "MaximumRetryAttempts": 1}, NOT_FOUND,
     f"The function {FUNCTION}f:$LATEST doesn't have an EventInvokeConfig"),
    ("list_function_event_invoke_configs", {"FunctionName": "absente"}, NOT_FOUND, "The function doesn't exist."),
    # Tags.
    ("tag_resource", {"Resource": f"{FUNCTION}absente", "Tags": {"A": "1"}}, NOT_FOUND,
     f"Function not found: {FUNCTION}absente"),
    ("tag_resource", {"Resource": f"{FUNCTION}f:1", "Tags": {"A": "1"}}, INVALID,
     "Tags on function aliases and versions are not supported. Please specify a function ARN."),
    ("tag_resource", {"Resource": f"{FUNCTION}f", "Tags": {}}, INVALID,
     "An error occurred and the request cannot be processed."),
    ("tag_resource", {"Resource": f"{FUNCTION}f", "Tags": {f"k{n}": "v" for n in range(51)}}, INVALID,
     "Number of tags exceeds resource tag limit."),
    ("untag_resource", {"Resource": f"{FUNCTION}f", "TagKeys": []}, VALIDATION,
     one("null", "tagKeys", "Member must not be null")),
    ("tag_resource", {"Resource": f"{LAYER}l", "Tags": {"A": "1"}}, INVALID,
     "Tags on layers are not supported. Please specify a function ARN."),
    # Layers.
    ("publish_layer_version", {"LayerName": "n", "Content": {"S3Bucket": "b", "S3Key": "k", "S3ObjectStorageMode": "LINK"}},
     VALIDATION, one("'LINK'", "content.s3ObjectStorageMode", "Member must satisfy enum value set: [REFERENCE, COPY]")),
    ("get_layer_version", {"LayerName": "absente", "VersionNumber": 1}, NOT_FOUND,
     "The resource you requested does not exist."),
    ("get_layer_version", {"LayerName": "l", "VersionNumber": 0}, INVALID, "Layer Version Cannot be less than 1"),
    ("delete_layer_version", {"LayerName": "l", "VersionNumber": -1}, INVALID, "Layer Version Cannot be less than 1"),
    ("get_layer_version_policy", {"LayerName": "l", "VersionNumber": 1}, NOT_FOUND,
     "No policy is associated with the given resource."),
    ("get_layer_version_policy", {"LayerName": "l", "VersionNumber": 2}, NOT_FOUND,
     f"Layer version {LAYER}l:2 does not exist."),
    ("add_layer_version_permission", {"LayerName": "l", "VersionNumber": 1, "StatementId": "s", "Action": "*",
                                      "Principal": "*"}, VALIDATION, pattern("*", "action", "lambda:GetLayerVersion")),
    ("add_layer_version_permission", {"LayerName": "l", "VersionNumber": 1, "StatementId": "s", "RevisionId": "autre",
                                      "Action": "lambda:GetLayerVersion", "Principal": "*"}, PRECONDITION,
     "The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to retrieve the latest "
     "Revision Id"),
    ("remove_layer_version_permission", {"LayerName": "absente", "VersionNumber": 1, "StatementId": "s"}, NOT_FOUND,
     f"Layer version {LAYER}absente:1 does not exist."),
    ("list_layers", {"CompatibleArchitecture": "archdoesnotexist"}, VALIDATION,
     one("'archdoesnotexist'", "compatibleArchitecture", "Member must satisfy enum value set: [x86_64, arm64]")),
    # Layers of functions.
    ("update_function_configuration", {"FunctionName": "f", "Layers": [f"{LAYER}l:1", f"{LAYER}l:1"]}, INVALID,
     "Two different versions of the same layer are not allowed to be referenced in the same function. "
     f"{LAYER}l:1 and {LAYER}l:1 are versions of the same layer."),
    ("update_function_configuration", {"FunctionName": "f", "Layers": [f"{LAYER}l:9"]}, INVALID,
     f"Layer version {LAYER}l:9 does not exist."),
    # Code.
    ("update_function_code", {"FunctionName": "f", "S3Bucket": "absent-absent", "S3Key": "k"}, INVALID,
     "Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist"),
    ("update_function_code", {"FunctionName": "f", "ImageUri": "x/y:1"}, INVALID,
     "Please don't provide ImageUri when updating a function with packageType Zip."),
]


@pytest.fixture
def there(simulator, lambdas, function):  # noqa: F811
    function("f", Publish=True)
    lambdas.create_alias(FunctionName="f", Name="prod", FunctionVersion="1")
    layer(lambdas, "l")
    # The client's own checks would refuse some of these before they leave.
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    return boto3.client(
        "lambda", config=config, endpoint_url=simulator.endpoint, region_name=REGION,
        aws_access_key_id=simulator.access_key_id, aws_secret_access_key=simulator.secret_access_key,
    )


STATUS = {NOT_FOUND: 404, INVALID: 400, VALIDATION: 400, CONFLICT: 409, PRECONDITION: 412, SERIALIZATION: 400}


def test_each_request_is_refused_in_aws_s_words(there):
    answers = [refusal(getattr(there, operation), **request) for operation, request, _, _ in REFUSALS]
    assert answers == [(STATUS[code], code, message) for _, _, code, message in REFUSALS]


@pytest.mark.parametrize(("weights", "version", "code", "message"), [
    ({"1": 0.8, "2": 0.2}, "1", INVALID, "Number of items in AdditionalVersionWeights cannot be greater than 1"),
    ({"2": 2}, "1", VALIDATION, one(
        "'{2=2.0}'", "routingConfig.additionalVersionWeights",
        "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value "
        "greater than or equal to 0.0, Member must not be null]")),
    ({"1": 0.5}, "1", INVALID,
     "Invalid function version 1. Function version 1 is already included in routing configuration."),
    ({"10": 0.5}, "1", NOT_FOUND, f"Function not found: {FUNCTION}f:10"),
    ({"1": 0.5}, "$LATEST", INVALID, "$LATEST is not supported for an alias pointing to more than 1 version"),
    ({"$LATEST": 0.5}, "1", VALIDATION, one(
        "'{$LATEST=0.5}'", "routingConfig.additionalVersionWeights",
        "Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length "
        "greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]")),
])
def test_an_alias_that_cannot_share_its_calls_is_refused(there, weights, version, code, message):
    request = {"FunctionName": "f", "Name": "a", "FunctionVersion": version,
               "RoutingConfig": {"AdditionalVersionWeights": weights}}
    assert refusal(there.create_alias, **request) == (STATUS[code], code, message)


def test_a_layer_s_wrong_runtimes_and_architectures_are_told_in_one_answer(there):
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("a", "a")
    status, code, message = refusal(
        there.publish_layer_version, LayerName="n", Content={"ZipFile": zipped.getvalue()},
        CompatibleRuntimes=["invalidruntime", "python3.13"], CompatibleArchitectures=["invalidarch", "x86_64"],
    )
    assert (status, code) == (400, VALIDATION)
    assert message.startswith(
        "2 validation errors detected: Value '[invalidruntime, python3.13]' at 'compatibleRuntimes' failed to satisfy "
        "constraint: Member must satisfy enum value set: [nodejs20.x, python3.14, provided.al2023, "
    )
    assert message.endswith(
        "; Value '[invalidarch, x86_64]' at 'compatibleArchitectures' failed to satisfy constraint: Member must satisfy "
        "constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]"
    )


@pytest.mark.parametrize(("changes", "code", "message"), [
    ({"FunctionName": "a" * 65}, INVALID,
     one(f"'{'a' * 65}'", "functionName", "Member must have length less than or equal to 64")),
    ({"FunctionName": "a" * 141}, VALIDATION,
     one(f"'{'a' * 141}'", "functionName", "Member must have length less than or equal to 140")),
    ({"Role": "r1"}, VALIDATION,
     pattern("r1", "role", "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+")),
    ({"Architectures": ["x86_64", "arm64"]}, VALIDATION,
     one("'[x86_64, arm64]'", "architectures", "Member must have length less than or equal to 1")),
    ({"Architectures": ["X86_64"]}, VALIDATION,
     one("'[X86_64]'", "architectures", "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, "
         "arm64], Member must not be null]")),
])
def test_a_function_that_breaks_the_model_is_refused(function, changes, code, message):  # noqa: F811
    assert refusal(function, **changes)[1:] == (code, message)


IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/absent:latest"


@pytest.mark.parametrize(("kind", "code", "refused", "message"), [
    ("Image", {"ImageUri": "n'importe"}, INVALID, "Source image n'importe is not valid. Provide a valid source image."),
    ("Image", {"ImageUri": "public.ecr.aws/docker/library/httpd:2.4"}, INVALID,
     "Source image public.ecr.aws/docker/library/httpd:2.4 is not valid. Provide a valid source image."),
    ("Image", {"ImageUri": IMAGE}, INVALID, f"Source image {IMAGE} does not exist. Provide a valid source image."),
    ("Image", {}, INVALID, "Please provide ImageUri when creating a function with packageType Image."),
    ("Image", {"ImageUri": IMAGE, "ZipFile": b"x"}, INVALID,
     "Please do not provide other FunctionCode parameters when providing an ImageUri."),
    ("Zip", {"ImageUri": IMAGE, "ZipFile": b"x"}, INVALID,
     "Please do not provide other FunctionCode parameters when providing a ZipFile."),
    ("Autre", {"ZipFile": b"x"}, VALIDATION,
     one("'Autre'", "packageType", "Member must satisfy enum value set: [Image, Zip]")),
])
def test_code_of_another_kind_or_an_image_that_is_not_there_is_refused(there, role, kind, code, refused, message):  # noqa: F811
    settings = {} if kind == "Image" else {"Runtime": "python3.13", "Handler": "app.handler"}
    request = {"FunctionName": "g", "Role": role, "PackageType": kind, "Code": code, **settings}
    assert refusal(there.create_function, **request) == (400, refused, message)


def test_an_image_is_one_of_ecr_s_and_another_account_s_only_where_that_shares_it(simulator, there, role):  # noqa: F811
    ecr = simulator.client("ecr")
    ecr.create_repository(repositoryName="web")
    image = ecr.put_image(repositoryName="web", imageTag="v1", imageManifest=manifest(ecr))["image"]["imageId"]
    uri = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/web:v1"
    made = there.create_function(FunctionName="g", Role=role, PackageType="Image", Code={"ImageUri": uri})
    assert f"sha256:{made['CodeSha256']}" == image["imageDigest"]
    resolved = there.get_function(FunctionName="g")["Code"]["ResolvedImageUri"]
    assert resolved == f"{uri.removesuffix(':v1')}@{image['imageDigest']}"
    assert refusal(there.update_function_code, FunctionName="g", ImageUri=IMAGE)[1] == INVALID
    theirs = IMAGE.replace(ACCOUNT, "999999999999")
    assert refusal(there.update_function_code, FunctionName="g", ImageUri=theirs) == (
        403, "AccessDeniedException",
        "Lambda does not have permission to access the ECR image. Check the ECR permissions.",
    )


def test_variables_that_are_none_are_not_shown(there):
    changed = there.update_function_configuration(FunctionName="f", Environment={"Variables": {"CLE": "1"}})
    assert changed["Environment"] == {"Variables": {"CLE": "1"}}
    changed = there.update_function_configuration(FunctionName="f", Environment={"Variables": {}})
    assert "Environment" not in changed


def test_a_list_goes_on_while_what_it_listed_is_deleted(there, function, lambdas):  # noqa: F811
    for number in range(5):
        function(f"g{number}")
    pages = lambdas.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2})
    seen = []
    for page in pages:
        for listed in page["Functions"]:
            seen.append(listed["FunctionName"])
            lambdas.delete_function(FunctionName=listed["FunctionName"])
    assert seen == ["f", "g0", "g1", "g2", "g3", "g4"]
    assert lambdas.list_functions()["Functions"] == []


def test_what_is_not_signed_is_refused_in_lambda_s_words(simulator):
    for path in ("/2015-03-31/functions/", "/2018-10-31/layers", "/2015-03-31/functions/f/invocations"):
        status, headers, text = send(urllib.request.Request(simulator.endpoint + path))
        assert (status, json.loads(text)) == (403, {"message": "Missing Authentication Token"})
        assert headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"


def test_a_package_is_referred_to_only_in_a_bucket_that_keeps_versions(simulator, there):
    s3 = simulator.client("s3")
    s3.create_bucket(Bucket="paquets", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="paquets", Key="k", Body=HANDLER)
    content = {"S3Bucket": "paquets", "S3Key": "k", "S3ObjectStorageMode": "REFERENCE"}
    assert refusal(there.publish_layer_version, LayerName="n", Content=content)[:2] == (400, INVALID)
    s3.put_bucket_versioning(Bucket="paquets", VersioningConfiguration={"Status": "Enabled"})
    assert there.publish_layer_version(LayerName="n", Content=content)["Version"] == 1


def test_a_package_that_is_too_large_to_send_is_refused_by_its_own_size(there, lambdas, role):  # noqa: F811
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a", bytes(50 << 20))
    status, code, message = refusal(lambdas.update_function_code, FunctionName="f", ZipFile=zipped.getvalue())
    assert (status, code, message) == (
        413, "RequestEntityTooLargeException", "Zipped size must be smaller than 52428800 bytes"
    )


def test_who_is_deleted_is_no_longer_named_in_a_function_s_policy(simulator, there):
    iam = simulator.client("iam")
    new_user(simulator, "lea", policy("s3:GetObject"))
    identity = iam.get_user(UserName="lea")["User"]
    there.add_permission(
        FunctionName="f", StatementId="lea", Action="lambda:InvokeFunction", Principal=identity["Arn"]
    )
    for key in iam.list_access_keys(UserName="lea")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="lea", AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName="lea", PolicyName="droits")
    iam.delete_user(UserName="lea")
    statement = json.loads(there.get_policy(FunctionName="f")["Policy"])["Statement"][0]
    assert statement["Principal"] == {"AWS": identity["UserId"]}
