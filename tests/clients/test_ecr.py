"""ECR with boto3 and the AWS CLI: repositories, images of the catalogue, tags that do not move, who may pull."""

import base64
import gzip
import hashlib
import io
import json
import tarfile
import urllib.request

import pytest
from identities import ACCOUNT, assume, new_role, new_user, policy, refusal
from plain_http import send
from test_cli import Aws
from test_durable import start  # noqa: F401

REGION = "eu-west-3"
CATALOGUE = "700000000007"
ARN = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/web"
WHERE = f"in the registry with id '{ACCOUNT}'"
IMAGES = ["httpd", "lit-s3", "lot", "memoire", "plante", "sourd", "web"]
PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]


@pytest.fixture
def ecr(simulator):
    return simulator.client("ecr")


@pytest.fixture
def web(ecr):
    """A repository."""
    return ecr.create_repository(repositoryName="web")["repository"]


def manifest(ecr, name="web"):
    """The manifest of an image of the catalogue."""
    found = ecr.batch_get_image(
        registryId=CATALOGUE, repositoryName=f"catalogue/{name}", imageIds=[{"imageTag": "latest"}]
    )
    assert found["failures"] == []
    return found["images"][0]["imageManifest"]


def put(ecr, tag="v1", name="web", repository="web"):
    return ecr.put_image(repositoryName=repository, imageTag=tag, imageManifest=manifest(ecr, name))["image"]["imageId"]


def said(call, **parameters):
    """The code and the message of a refusal, which is always a 400."""
    status, code, message = refusal(call, **parameters)
    assert status == 400
    return code, message


def test_a_repository_is_made_shown_set_and_deleted(ecr, web):
    assert web["repositoryArn"] == ARN
    assert web["repositoryUri"] == f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/web"
    assert (web["registryId"], web["imageTagMutability"]) == (ACCOUNT, "MUTABLE")
    assert web["imageScanningConfiguration"] == {"scanOnPush": False}
    assert web["encryptionConfiguration"] == {"encryptionType": "AES256"}
    made = ecr.create_repository(
        repositoryName="equipe/api", imageTagMutability="IMMUTABLE", imageScanningConfiguration={"scanOnPush": True},
        tags=[{"Key": "equipe", "Value": "bleue"}],
    )["repository"]
    assert (made["imageTagMutability"], made["imageScanningConfiguration"]["scanOnPush"]) == ("IMMUTABLE", True)
    assert ecr.list_tags_for_resource(resourceArn=made["repositoryArn"])["tags"] == [{"Key": "equipe", "Value": "bleue"}]
    assert [one["repositoryName"] for one in ecr.describe_repositories()["repositories"]] == ["equipe/api", "web"]
    assert ecr.describe_repositories(repositoryNames=["web"])["repositories"] == [web]

    changed = ecr.put_image_tag_mutability(repositoryName="web", imageTagMutability="IMMUTABLE")
    assert changed["imageTagMutability"] == "IMMUTABLE"
    ecr.put_image_scanning_configuration(repositoryName="web", imageScanningConfiguration={"scanOnPush": True})
    shown = ecr.describe_repositories(repositoryNames=["web"])["repositories"][0]
    assert (shown["imageTagMutability"], shown["imageScanningConfiguration"]["scanOnPush"]) == ("IMMUTABLE", True)
    assert ecr.delete_repository(repositoryName="web")["repository"]["repositoryArn"] == ARN
    assert said(ecr.describe_repositories, repositoryNames=["web"]) == (
        "RepositoryNotFoundException", f"The repository with name 'web' does not exist {WHERE}",
    )


def test_repositories_come_page_by_page(ecr):
    for number in range(12):
        ecr.create_repository(repositoryName=f"depot-{number:02}")
    pages = list(ecr.get_paginator("describe_repositories").paginate(PaginationConfig={"PageSize": 5}))
    assert [len(page["repositories"]) for page in pages] == [5, 5, 2]
    names = [one["repositoryName"] for page in pages for one in page["repositories"]]
    assert names == [f"depot-{number:02}" for number in range(12)]
    assert said(ecr.describe_repositories, nextToken="é")[0] == "InvalidParameterException"


@pytest.mark.parametrize(("name", "text"), [
    ("Web", r"Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression "
            r"'[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*''"),
    ("x" * 257, f"1 validation error detected: Value '{'x' * 257}' at 'repositoryName' failed to satisfy constraint: "
                "Member must have length less than or equal to 256"),
])
def test_a_name_that_cannot_be_is_refused(ecr, name, text):
    assert said(ecr.create_repository, repositoryName=name) == ("InvalidParameterException", text)


def test_a_name_is_given_once_and_what_holds_images_is_deleted_by_force_alone(ecr, web):
    assert said(ecr.create_repository, repositoryName="web") == (
        "RepositoryAlreadyExistsException", f"The repository with name 'web' already exists {WHERE}",
    )
    put(ecr)
    assert said(ecr.delete_repository, repositoryName="web") == (
        "RepositoryNotEmptyException",
        f"The repository with name 'web' in registry with id '{ACCOUNT}' cannot be deleted because it still contains images",
    )
    ecr.delete_repository(repositoryName="web", force=True)
    assert ecr.describe_repositories()["repositories"] == []


def test_the_catalogue_is_everybody_s_to_read_and_nobody_s_to_change(ecr, simulator):
    listed = ecr.describe_repositories(registryId=CATALOGUE)["repositories"]
    assert [one["repositoryName"] for one in listed] == [f"catalogue/{name}" for name in IMAGES]
    assert ecr.list_images(registryId=CATALOGUE, repositoryName="catalogue/lot")["imageIds"][0]["imageTag"] == "latest"
    said_of = ecr.list_tags_for_resource(resourceArn=f"arn:aws:ecr:{REGION}:{CATALOGUE}:repository/catalogue/plante")
    assert said_of["tags"] == [{"Key": "description", "Value": "Finit aussitôt avec le code 1."}]
    allowed = json.loads(
        ecr.get_repository_policy(registryId=CATALOGUE, repositoryName="catalogue/web")["policyText"]
    )["Statement"][0]
    assert allowed["Principal"] == "*" and set(PULL) < set(allowed["Action"])
    for call, parameters in [
        (ecr.put_image, {"imageManifest": manifest(ecr), "imageTag": "v2"}),
        (ecr.batch_delete_image, {"imageIds": [{"imageTag": "latest"}]}),
        (ecr.set_repository_policy, {"policyText": "{}"}),
        (ecr.delete_repository, {"force": True}),
    ]:
        code, message = said(call, registryId=CATALOGUE, repositoryName="catalogue/web", **parameters)
        assert code == "AccessDeniedException"
        assert f"on resource: arn:aws:ecr:{REGION}:{CATALOGUE}:repository/catalogue/web because no resource-based" in message
    # As across accounts: the caller's own policies must allow, too.
    lea = simulator.client("ecr", **new_user(simulator, "lea"))
    code, message = said(
        lea.batch_get_image, registryId=CATALOGUE, repositoryName="catalogue/web", imageIds=[{"imageTag": "latest"}]
    )
    assert code == "AccessDeniedException" and "because no identity-based policy allows the ecr:BatchGetImage" in message


def test_an_image_s_digest_is_its_manifest_s_and_its_layers_can_be_had(ecr, web):
    text = manifest(ecr)
    image = ecr.put_image(repositoryName="web", imageTag="v1", imageManifest=text)["image"]
    digest = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    assert image["imageId"] == {"imageDigest": digest, "imageTag": "v1"}
    assert image["imageManifestMediaType"] == "application/vnd.docker.distribution.manifest.v2+json"
    detail = ecr.describe_images(repositoryName="web")["imageDetails"][0]
    read = json.loads(text)
    assert (detail["imageDigest"], detail["imageTags"]) == (digest, ["v1"])
    assert detail["imageSizeInBytes"] == sum(layer["size"] for layer in read["layers"])
    assert detail["artifactMediaType"] == "application/vnd.docker.container.image.v1+json"

    blobs = [*read["layers"], read["config"]]
    found = ecr.batch_check_layer_availability(
        repositoryName="web", layerDigests=[blob["digest"] for blob in blobs] + ["sha256:00", "rien"]
    )
    assert [layer["layerAvailability"] for layer in found["layers"]] == ["AVAILABLE"] * 3 + ["UNAVAILABLE"]
    assert [layer["layerSize"] for layer in found["layers"][:3]] == [blob["size"] for blob in blobs]
    assert found["failures"][0]["failureCode"] == "InvalidLayerDigest"
    contents = []
    for blob in blobs:
        url = ecr.get_download_url_for_layer(repositoryName="web", layerDigest=blob["digest"])["downloadUrl"]
        with urllib.request.urlopen(url) as answer:
            contents.append(answer.read())
        assert "sha256:" + hashlib.sha256(contents[-1]).hexdigest() == blob["digest"]
    config = json.loads(contents.pop())
    assert config["config"]["ExposedPorts"] == {"80/tcp": {}}
    tars = [gzip.decompress(layer) for layer in contents]
    assert config["rootfs"]["diff_ids"] == ["sha256:" + hashlib.sha256(tar).hexdigest() for tar in tars]
    assert tarfile.open(fileobj=io.BytesIO(tars[1])).getnames() == ["bin/web"]
    absent = "sha256:" + "0" * 64
    assert said(ecr.get_download_url_for_layer, repositoryName="web", layerDigest=absent) == (
        "LayersNotFoundException",
        f"The layer with digest {absent} does not exist within the repository with name 'web' {WHERE}",
    )


def test_a_tag_moves_unless_it_is_immutable(ecr, web):
    first, second = put(ecr, "latest"), put(ecr, "latest", "lot")
    assert first["imageDigest"] != second["imageDigest"]
    assert ecr.list_images(repositoryName="web")["imageIds"].count({"imageDigest": first["imageDigest"]}) == 1
    assert said(put, ecr=ecr, tag="latest", name="lot") == (
        "ImageAlreadyExistsException",
        f"Image with digest '{second['imageDigest']}' and tag 'latest' already exists in the repository with name 'web' in "
        f"registry with id '{ACCOUNT}'",
    )
    ecr.put_image_tag_mutability(repositoryName="web", imageTagMutability="IMMUTABLE")
    assert said(put, ecr=ecr, tag="latest") == (
        "ImageTagAlreadyExistsException",
        "The image tag 'latest' already exists in the 'web' repository and cannot be overwritten because the tag is "
        "immutable.",
    )
    assert put(ecr, "v1") == {"imageDigest": first["imageDigest"], "imageTag": "v1"}
    ecr.put_image_tag_mutability(
        repositoryName="web", imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": "lat*"}],
    )
    assert put(ecr, "latest")["imageDigest"] == first["imageDigest"]
    assert said(put, ecr=ecr, tag="v1", name="lot")[0] == "ImageTagAlreadyExistsException"


@pytest.mark.parametrize(("changes", "code", "text"), [
    ({"imageManifest": "None"}, "InvalidParameterException",
     "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'"),
    ({"imageTag": "é"}, "InvalidParameterException", "Invalid parameter at 'imageTag' failed to satisfy constraint"),
    ({"imageDigest": "sha256:" + "0" * 64}, "ImageDigestDoesNotMatchException", "does not match the digest"),
    ({"repositoryName": "absent"}, "RepositoryNotFoundException", f"The repository with name 'absent' does not exist {WHERE}"),
])
def test_an_image_that_cannot_be_is_refused(ecr, web, changes, code, text):
    parameters = {"repositoryName": "web", "imageTag": "v1", "imageManifest": manifest(ecr)} | changes
    refused = said(ecr.put_image, **parameters)
    assert refused[0] == code and text in refused[1]
    assert ecr.list_images(repositoryName="web")["imageIds"] == []


def test_layers_must_be_of_the_catalogue_and_the_images_of_a_list_in_the_repository(ecr, web):
    other = manifest(ecr).replace('"layers": [', '"layers": [\n{"mediaType": "x", "size": 1, "digest": "sha256:abc"},')
    assert said(ecr.put_image, repositoryName="web", imageTag="v1", imageManifest=other) == (
        "LayersNotFoundException",
        f"Layers with digests '[sha256:abc]' required for pushing image into repository with name 'web' {WHERE} do not exist",
    )
    image = put(ecr)
    kind = "application/vnd.docker.distribution.manifest.list.v2+json"

    def listing(digest):
        platform = {"architecture": "amd64", "os": "linux"}
        entry = {"mediaType": "x", "size": 1, "digest": digest, "platform": platform}
        return json.dumps({"schemaVersion": 2, "mediaType": kind, "manifests": [entry]})

    assert said(ecr.put_image, repositoryName="web", imageManifest=listing("sha256:abc"))[0] == (
        "ReferencedImagesNotFoundException"
    )
    put_list = ecr.put_image(repositoryName="web", imageTag="multi", imageManifest=listing(image["imageDigest"]))["image"]
    assert put_list["imageManifestMediaType"] == kind
    gone = ecr.batch_delete_image(repositoryName="web", imageIds=[{"imageDigest": image["imageDigest"]}])
    assert gone["imageIds"] == [] and gone["failures"][0]["failureCode"] == "ImageReferencedByManifestList"


def test_images_are_listed_read_and_deleted_by_tag_and_by_digest(ecr, web):
    digest = put(ecr, "v1")["imageDigest"]
    put(ecr, "stable")
    other = put(ecr, "v2", "lot")["imageDigest"]
    put(ecr, "v2", "plante")
    untagged = ecr.list_images(repositoryName="web", filter={"tagStatus": "UNTAGGED"})["imageIds"]
    assert untagged == [{"imageDigest": other}]
    tagged = ecr.describe_images(repositoryName="web", filter={"tagStatus": "TAGGED"})["imageDetails"]
    assert sorted(tag for detail in tagged for tag in detail["imageTags"]) == ["stable", "v1", "v2"]
    asked = [{"imageTag": "v1"}, {"imageTag": "absent"}, {}, {"imageTag": "v1", "imageDigest": other}]
    read = ecr.batch_get_image(repositoryName="web", imageIds=asked)
    assert [image["imageId"] for image in read["images"]] == [{"imageDigest": digest, "imageTag": "v1"}]
    assert [(failure["imageId"], failure["failureCode"], failure["failureReason"]) for failure in read["failures"]] == [
        ({"imageTag": "absent"}, "ImageNotFound", "Requested image not found"),
        ({}, "MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null"),
        (asked[3], "ImageTagDoesNotMatchDigest", "The provided tag does not match the provided digest"),
    ]
    assert said(ecr.describe_images, repositoryName="web", imageIds=[{"imageTag": "absent"}]) == (
        "ImageNotFoundException",
        "The image with imageId {imageDigest:'null', imageTag:'absent'} does not exist within the repository with name "
        f"'web' {WHERE}",
    )
    gone = ecr.batch_delete_image(repositoryName="web", imageIds=[{"imageTag": "v1"}])
    assert gone["imageIds"] == [{"imageDigest": digest, "imageTag": "v1"}]
    assert ecr.describe_images(repositoryName="web", imageIds=[{"imageDigest": digest}])["imageDetails"][0]["imageTags"] == [
        "stable"
    ]
    gone = ecr.batch_delete_image(repositoryName="web", imageIds=[{"imageDigest": digest}, {"imageDigest": digest}])
    assert gone["imageIds"] == [{"imageDigest": digest, "imageTag": "stable"}]
    assert gone["failures"][0]["failureCode"] == "ImageNotFound"
    pages = ecr.get_paginator("list_images").paginate(repositoryName="web", PaginationConfig={"PageSize": 1})
    assert [len(page["imageIds"]) for page in pages] == [1, 1]


def test_a_repository_s_policy_lets_another_account_pull(ecr, web, simulator):
    put(ecr)
    organizations = simulator.client("organizations")
    organizations.create_organization()
    made = organizations.create_account(Email="x@example.com", AccountName="autre")["CreateAccountStatus"]["AccountId"]
    theirs = simulator.client("ecr", **assume(simulator, f"arn:aws:iam::{made}:role/OrganizationAccountAccessRole"))
    asked = {"registryId": ACCOUNT, "repositoryName": "web", "imageIds": [{"imageTag": "v1"}]}
    code, message = said(theirs.batch_get_image, **asked)
    assert code == "AccessDeniedException"
    assert message.endswith(
        f"is not authorized to perform: ecr:BatchGetImage on resource: {ARN} because no resource-based policy allows the "
        "ecr:BatchGetImage action"
    )
    statement = {"Sid": "Autre", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{made}:root"}, "Action": PULL}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    assert ecr.set_repository_policy(repositoryName="web", policyText=text)["policyText"] == text
    assert theirs.batch_get_image(**asked)["images"][0]["imageId"]["imageTag"] == "v1"
    assert said(theirs.put_image, registryId=ACCOUNT, repositoryName="web", imageManifest=manifest(ecr, "lot"))[0] == (
        "AccessDeniedException"
    )
    ecr.delete_repository_policy(repositoryName="web")
    assert said(theirs.batch_get_image, **asked)[0] == "AccessDeniedException"
    for call in (ecr.get_repository_policy, ecr.delete_repository_policy):
        assert said(call, repositoryName="web") == (
            "RepositoryPolicyNotFoundException",
            f"Repository policy does not exist for the repository with name 'web' {WHERE}",
        )


def test_a_policy_that_makes_no_sense_is_refused_and_a_principal_is_followed(ecr, web, simulator):
    invalid = (
        "InvalidParameterException",
        "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
    )
    absent = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/absent"}
    statement = {"Effect": "Allow", "Principal": absent, "Action": PULL}
    for text in ("{", "{}", json.dumps({"Statement": [{"Effect": "Allow", "Action": PULL}]}),
                 json.dumps({"Statement": [statement]})):
        assert said(ecr.set_repository_policy, repositoryName="web", policyText=text) == invalid
    role = new_role(simulator, "tireur", policy("s3:ListAllMyBuckets"))
    statement["Principal"] = {"AWS": role}
    ecr.set_repository_policy(repositoryName="web", policyText=json.dumps({"Statement": [statement]}))
    put(ecr)
    puller = simulator.client("ecr", **assume(simulator, role))
    asked = {"repositoryName": "web", "imageIds": [{"imageTag": "v1"}]}
    assert puller.batch_get_image(**asked)["images"], "in one account, either policy is enough"
    iam = simulator.client("iam")
    iam.delete_role_policy(RoleName="tireur", PolicyName="droits")
    iam.delete_role(RoleName="tireur")
    assert "AROA" in ecr.get_repository_policy(repositoryName="web")["policyText"]
    again = simulator.client("ecr", **assume(simulator, new_role(simulator, "tireur", policy("s3:ListAllMyBuckets"))))
    assert said(again.batch_get_image, **asked)[0] == "AccessDeniedException"


def test_who_pushes_needs_the_permission_on_the_repository(ecr, web, simulator):
    pull = policy([*PULL, "ecr:DescribeImages"], ARN)
    lea = simulator.client("ecr", **new_user(simulator, "lea", pull))
    put(ecr)
    assert lea.describe_images(repositoryName="web")["imageDetails"]
    code, message = said(lea.put_image, repositoryName="web", imageTag="v2", imageManifest=manifest(ecr, "lot"))
    assert (code, message) == (
        "AccessDeniedException",
        f"User: arn:aws:iam::{ACCOUNT}:user/lea is not authorized to perform: ecr:PutImage on resource: {ARN} because no "
        "identity-based policy allows the ecr:PutImage action",
    )
    assert "ecr:DescribeRepositories" in said(lea.describe_repositories)[1]
    assert "ecr:GetAuthorizationToken" in said(lea.get_authorization_token)[1]
    makes = policy("ecr:CreateRepository")
    zoe = simulator.client("ecr", **new_user(simulator, "zoe", makes))
    assert zoe.create_repository(repositoryName="sans-etiquette")
    assert "ecr:TagResource" in said(zoe.create_repository, repositoryName="etiquete", tags=[{"Key": "k", "Value": "v"}])[1]
    by_tag = policy(PULL, Condition={"StringEquals": {"aws:ResourceTag/equipe": "bleue"}})
    noe = simulator.client("ecr", **new_user(simulator, "noe", by_tag))
    asked = {"repositoryName": "web", "imageIds": [{"imageTag": "v1"}]}
    assert said(noe.batch_get_image, **asked)[0] == "AccessDeniedException"
    ecr.tag_resource(resourceArn=ARN, tags=[{"Key": "equipe", "Value": "bleue"}])
    assert noe.batch_get_image(**asked)["images"]
    ecr.untag_resource(resourceArn=ARN, tagKeys=["equipe"])
    assert said(noe.batch_get_image, **asked)[0] == "AccessDeniedException"


def test_a_registry_gives_a_password_for_twelve_hours(ecr, simulator):
    data = ecr.get_authorization_token()["authorizationData"][0]
    user, password = base64.b64decode(data["authorizationToken"]).decode().split(":", 1)
    assert user == "AWS" and len(password) > 100
    assert data["proxyEndpoint"] == f"https://{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
    now = simulator.control("/_cahier/clock")[1]["now"]
    assert abs(data["expiresAt"].timestamp() - now - 12 * 3600) < 60


def test_what_is_not_simulated_says_so(ecr, web, simulator):
    assert refusal(ecr.start_image_scan, repositoryName="web", imageId={"imageTag": "v1"})[:2] == (
        400, "UnknownOperationException",
    )
    request = urllib.request.Request(simulator.endpoint + "/_cahier/layers/sha256:abc")
    assert send(request)[0] == 404


def test_the_cli_takes_an_image_from_the_catalogue_as_one_is_tagged_again(simulator, tmp_path):
    aws = Aws(simulator, tmp_path)
    aws("ecr", "create-repository", "--repository-name", "web")
    text = aws.run("ecr", "batch-get-image", "--registry-id", CATALOGUE, "--repository-name", "catalogue/web",
                   "--image-ids", "imageTag=latest", "--query", "images[0].imageManifest", "--output", "text").stdout
    # As the shell's $(…) does.
    taken = text.rstrip("\n")
    image = aws("ecr", "put-image", "--repository-name", "web", "--image-tag", "v1", "--image-manifest", taken)["image"]
    assert image["imageId"]["imageDigest"] == "sha256:" + hashlib.sha256(taken.encode()).hexdigest()
    again = aws.run("ecr", "batch-get-image", "--repository-name", "web", "--image-ids", "imageTag=v1",
                    "--query", "images[0].imageManifest", "--output", "text").stdout
    assert again == text
    aws("ecr", "put-image", "--repository-name", "web", "--image-tag", "prod", "--image-manifest", again.rstrip("\n"))
    assert aws("ecr", "describe-images", "--repository-name", "web", "--image-ids", "imageTag=prod")["imageDetails"][0][
        "imageTags"
    ] == ["prod", "v1"]
    assert len(aws("ecr", "get-login-password")) > 100
    assert "(ImageAlreadyExistsException)" in aws.refused(
        "ecr", "put-image", "--repository-name", "web", "--image-tag", "v1", "--image-manifest", taken
    )


def test_repositories_and_images_are_kept(start):  # noqa: F811
    kept = start()
    ecr = kept.client("ecr")
    ecr.create_repository(repositoryName="web", imageTagMutability="IMMUTABLE")
    statement = {"Effect": "Allow", "Principal": "*", "Action": PULL}
    ecr.set_repository_policy(repositoryName="web", policyText=json.dumps({"Statement": [statement]}))
    put(ecr)
    before = [ecr.describe_repositories()["repositories"], ecr.describe_images(repositoryName="web")["imageDetails"]]
    for how in ("done again from the log", "read from the saved state"):
        kept.end()
        kept = start()
        ecr = kept.client("ecr")
        after = [ecr.describe_repositories()["repositories"], ecr.describe_images(repositoryName="web")["imageDetails"]]
        assert after == before, how
    assert json.loads(ecr.get_repository_policy(repositoryName="web")["policyText"]) == {"Statement": [statement]}
    assert said(put, ecr=ecr, name="lot")[0] == "ImageTagAlreadyExistsException"
