"""The AWS CLI drives the simulator with nothing but environment variables, as in the lessons."""

import json
import re
import shutil
import subprocess
import urllib.request

import pytest
from plain_http import send

BUCKET = "mon-bucket"


class Aws:
    """Runs `aws …` in an environment that holds only the simulator's settings."""

    def __init__(self, simulator, folder):
        self.program = shutil.which("aws")
        assert self.program, "the AWS CLI is not installed (pip install awscli)"
        self.environment = simulator.environment(folder)
        self.folder = folder

    def run(self, *words):
        return subprocess.run(
            [self.program, *words],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )

    def __call__(self, *words):
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip().startswith(("{", "[")) else done.stdout

    def refused(self, *words):
        done = self.run(*words)
        assert done.returncode != 0, done.stdout
        return done.stderr


@pytest.fixture
def aws(simulator, tmp_path):
    return Aws(simulator, tmp_path)


def bucket(aws):
    aws("s3api", "create-bucket", "--bucket", BUCKET,
        "--create-bucket-configuration", "LocationConstraint=eu-west-3")


def test_sts_names_the_caller(aws):
    assert aws("sts", "get-caller-identity")["Arn"] == "arn:aws:iam::123456789012:user/administrateur"


def test_the_versioning_round_trip(aws):
    bucket(aws)
    aws("s3api", "put-bucket-versioning", "--bucket", BUCKET, "--versioning-configuration", "Status=Enabled")
    assert aws("s3api", "get-bucket-versioning", "--bucket", BUCKET)["Status"] == "Enabled"

    ids = []
    for text in ("un", "deux"):
        (aws.folder / "rapport.pdf").write_text(text)
        put = aws("s3api", "put-object", "--bucket", BUCKET, "--key", "rapport.pdf", "--body", "rapport.pdf")
        ids.append(put["VersionId"])
    aws("s3api", "get-object", "--bucket", BUCKET, "--key", "rapport.pdf", "--version-id", ids[0], "avant.pdf")
    assert (aws.folder / "avant.pdf").read_text() == "un"

    deleted = aws("s3api", "delete-object", "--bucket", BUCKET, "--key", "rapport.pdf")
    assert deleted["DeleteMarker"] is True
    assert "NoSuchKey" in aws.refused("s3api", "get-object", "--bucket", BUCKET, "--key", "rapport.pdf", "x")
    assert "MethodNotAllowed" in aws.refused(
        "s3api", "get-object", "--bucket", BUCKET, "--key", "rapport.pdf", "--version-id", deleted["VersionId"], "x"
    )
    listed = aws("s3api", "list-object-versions", "--bucket", BUCKET)
    assert (len(listed["Versions"]), len(listed["DeleteMarkers"])) == (2, 1)

    source = f"{BUCKET}/rapport.pdf?versionId={ids[0]}"
    aws("s3api", "copy-object", "--bucket", BUCKET, "--key", "rapport.pdf", "--copy-source", source)
    aws("s3", "cp", f"s3://{BUCKET}/rapport.pdf", "rendu.pdf")
    assert (aws.folder / "rendu.pdf").read_text() == "un"


def test_a_presigned_url_downloads_then_expires(aws, simulator):
    bucket(aws)
    (aws.folder / "fichier.txt").write_text("bonjour")
    aws("s3", "cp", "fichier.txt", f"s3://{BUCKET}/fichier.txt")
    url = aws("s3", "presign", f"s3://{BUCKET}/fichier.txt", "--expires-in", "600").strip()
    assert send(urllib.request.Request(url))[::2] == (200, "bonjour")
    simulator.advance(601)
    status, _, body = send(urllib.request.Request(url))
    assert status == 403
    assert re.search("<Message>Request has expired</Message>", body)


def test_a_table_is_created_written_queried_and_throttled(aws, simulator):
    aws("dynamodb", "create-table", "--table-name", "commandes",
        "--attribute-definitions", "AttributeName=client,AttributeType=S",
        "--key-schema", "AttributeName=client,KeyType=HASH",
        "--provisioned-throughput", "ReadCapacityUnits=1,WriteCapacityUnits=1")
    put = ("dynamodb", "put-item", "--table-name", "commandes", "--return-consumed-capacity", "TOTAL", "--item")
    small = json.dumps({"client": {"S": "zoe"}, "x": {"S": "x" * 1500}})
    assert aws(*put, small)["ConsumedCapacity"]["CapacityUnits"] == 2
    found = aws("dynamodb", "query", "--table-name", "commandes", "--return-consumed-capacity", "TOTAL",
                "--key-condition-expression", "client = :c",
                "--expression-attribute-values", '{":c": {"S": "zoe"}}')
    assert (found["Count"], found["ConsumedCapacity"]["CapacityUnits"]) == (1, 0.5)

    (aws.folder / "gros.json").write_text(json.dumps({"client": {"S": "gros"}, "x": {"S": "x" * 380_000}}))
    refusals = [done.stderr for done in (aws.run(*put, "file://gros.json") for _ in range(3)) if done.returncode]
    assert refusals, "writes of 372 units on a table of 1 unit a second: none was refused"
    assert "ProvisionedThroughputExceededException" in refusals[0]
    simulator.advance(800)
    assert aws(*put, small)["ConsumedCapacity"]["CapacityUnits"] == 2
