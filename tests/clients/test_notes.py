"""The course notes' own commands, word for word, in a shell with AWS's own CLI and boto3: only names are filled in."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import urllib.request
import zipfile

import pytest
from identities import ACCOUNT
from plain_http import send

READ_ONE_BUCKET = """\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::mon-bucket/*"
  }]
}
"""

PRESIGN_IN_PYTHON = """\
import boto3

s3 = boto3.client('s3')
url = s3.generate_presigned_url('get_object',
    Params={'Bucket': 'mon-bucket', 'Key': 'fichier.txt'},
    ExpiresIn=600)
print(url)
"""


MAKE_LAYER = """\
mkdir python
pip install pandas -t python/
zip -r pandas_layer.zip python/
"""

PUBLISH_LAYER = """\
aws lambda publish-layer-version \\
  --layer-name pandas-layer \\
  --zip-file fileb://pandas_layer.zip \\
  --compatible-runtimes python3.12
"""

ATTACH_LAYER = """\
aws lambda update-function-configuration \\
  --function-name MaFonction \\
  --layers arn:aws:lambda:eu-west-3:xxxxxxxxxxxx:layer:pandas-layer:1
"""

# The notes' API: its image is pushed to ECR, then a task of Fargate uses it and exposes a port.
PUSH_IMAGE = """\
aws ecr create-repository --repository-name api
MANIFEST=$(aws ecr batch-get-image --registry-id 700000000007 --repository-name catalogue/web \\
  --image-ids imageTag=latest --query 'images[0].imageManifest' --output text)
aws ecr put-image --repository-name api --image-tag 1 --image-manifest "$MANIFEST"
"""

API = """\
{
  "family": "api",
  "requiresCompatibilities": ["FARGATE"],
  "networkMode": "awsvpc",
  "cpu": "512",
  "memory": "1024",
  "executionRoleArn": "arn:aws:iam::123456789012:role/api-execution",
  "containerDefinitions": [{
    "name": "api",
    "image": "123456789012.dkr.ecr.eu-west-3.amazonaws.com/api:1",
    "essential": true,
    "environment": [{ "name": "PORT", "value": "3000" }],
    "portMappings": [{ "containerPort": 3000 }]
  }]
}
"""

EXECUTION_ROLE = """\
aws iam create-role --role-name api-execution --assume-role-policy-document '{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
aws iam attach-role-policy --role-name api-execution \\
  --policy-arn arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy
"""

RUN_TASK = """\
aws ecs register-task-definition --cli-input-json file://api.json > /dev/null
aws ecs create-cluster --cluster-name production > /dev/null
SUBNET=$(aws ec2 describe-subnets --query 'Subnets[0].SubnetId' --output text)
GROUP=$(aws ec2 create-security-group --group-name api --description API --query GroupId --output text)
aws ec2 authorize-security-group-ingress --group-id $GROUP --protocol tcp --port 3000 --cidr 0.0.0.0/0 > /dev/null
aws ecs run-task --cluster production --launch-type FARGATE --task-definition api:1 \\
  --network-configuration "awsvpcConfiguration={subnets=[$SUBNET],securityGroups=[$GROUP],assignPublicIp=ENABLED}"
"""

ADDRESS = """\
INTERFACE=$(aws ecs describe-tasks --cluster production --tasks $TASK --output text --query \\
  "tasks[0].attachments[0].details[?name=='networkInterfaceId'].value")
aws ec2 describe-network-interfaces --network-interface-ids $INTERFACE \\
  --query 'NetworkInterfaces[0].Association.PublicIp' --output text
"""


class Shell:
    """A learner's shell: the simulator's environment, the AWS CLI, and a python3 that has boto3."""

    def __init__(self, simulator, folder):
        assert shutil.which("aws"), "the AWS CLI is not installed (pip install awscli)"
        self.environment = simulator.environment(folder)
        self.environment["PATH"] = os.path.dirname(sys.executable) + ":" + self.environment["PATH"]
        self.folder = folder

    def run(self, command, **settings):
        return subprocess.run(
            ["bash", "-ec", command],
            env=self.environment | settings,
            cwd=self.folder,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )

    def __call__(self, command, **settings):
        done = self.run(command, **settings)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, command, **settings):
        return json.loads(self(command, **settings))


@pytest.fixture
def shell(simulator, tmp_path):
    shell = Shell(simulator, tmp_path)
    shell("aws s3 mb s3://mon-bucket")
    return shell


def credentials(session):
    given = session["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }


def test_a_policy_lets_a_role_read_one_bucket(shell, tmp_path):
    (tmp_path / "politique.json").write_text(READ_ONE_BUCKET)
    trusted = {"Service": "lambda.amazonaws.com", "AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}],
    }
    (tmp_path / "confiance.json").write_text(json.dumps(trust))
    (tmp_path / "fichier.txt").write_text("bonjour")
    shell("aws s3 cp fichier.txt s3://mon-bucket/fichier.txt")

    shell("aws iam create-role --role-name RoleLambda --assume-role-policy-document file://confiance.json")
    shell("aws iam create-policy --policy-name LectureMonBucket --policy-document file://politique.json")
    arn = f"arn:aws:iam::{ACCOUNT}:policy/LectureMonBucket"
    shell(f"aws iam attach-role-policy --role-name RoleLambda --policy-arn {arn}")
    kept = shell.json(f"aws iam get-policy-version --policy-arn {arn} --version-id v1")["PolicyVersion"]
    assert kept["Document"] == json.loads(READ_ONE_BUCKET)

    role = f"arn:aws:iam::{ACCOUNT}:role/RoleLambda"
    session = shell.json(f"aws sts assume-role --role-arn {role} --role-session-name essai")
    as_role = credentials(session)
    assert shell("aws s3 cp s3://mon-bucket/fichier.txt -", **as_role) == "bonjour"
    shell("aws s3 mb s3://autre-bucket && aws s3 cp fichier.txt s3://autre-bucket/fichier.txt")
    for command, action, resource in [
        ("aws s3 cp fichier.txt s3://mon-bucket/autre.txt", "s3:PutObject", "mon-bucket/autre.txt"),
        ("aws s3api get-object --bucket autre-bucket --key fichier.txt x", "s3:GetObject", "autre-bucket/fichier.txt"),
    ]:
        refused = shell.run(command, **as_role)
        assert refused.returncode != 0
        assert (
            f"User: arn:aws:sts::{ACCOUNT}:assumed-role/RoleLambda/essai is not authorized to perform: {action} "
            f'on resource: "arn:aws:s3:::{resource}" because no identity-based policy allows the {action} action'
        ) in refused.stderr


def test_two_uploads_are_two_versions_and_one_is_asked_for(shell, tmp_path):
    shell(
        "aws s3api put-bucket-versioning \\\n"
        "  --bucket mon-bucket \\\n"
        "  --versioning-configuration Status=Enabled"
    )
    for text in ("première", "seconde"):
        (tmp_path / "rapport.pdf").write_text(text)
        shell("aws s3 cp rapport.pdf s3://mon-bucket/rapport.pdf")
    listed = shell.json("aws s3api list-object-versions --bucket mon-bucket --prefix rapport.pdf")
    latest, first = listed["Versions"]
    assert latest["IsLatest"] and not first["IsLatest"]
    version = shlex.quote(first["VersionId"])
    shell(f"aws s3api get-object --bucket mon-bucket --key rapport.pdf --version-id {version} avant.pdf")
    assert (tmp_path / "avant.pdf").read_text() == "première"

    shell("aws s3 rm s3://mon-bucket/rapport.pdf")
    marker = shell.json("aws s3api list-object-versions --bucket mon-bucket")["DeleteMarkers"][0]["VersionId"]
    shell(f"aws s3api delete-object --bucket mon-bucket --key rapport.pdf --version-id {shlex.quote(marker)}")
    assert shell("aws s3 cp s3://mon-bucket/rapport.pdf -") == "seconde", "a deleted file is had back"


def good_for_ten_minutes(simulator, url):
    plain = urllib.request.Request(url)
    assert send(plain)[::2] == (200, "bonjour"), "whoever holds the link downloads, without an account"
    simulator.advance(590)
    assert send(plain)[0] == 200
    simulator.advance(11)
    status, _, body = send(plain)
    assert status == 403 and "<Message>Request has expired</Message>" in body


def test_the_cli_presigns_a_link_for_ten_minutes(shell, simulator, tmp_path):
    (tmp_path / "fichier.txt").write_text("bonjour")
    shell("aws s3 cp fichier.txt s3://mon-bucket/fichier.txt")
    url = shell("aws s3 presign s3://mon-bucket/fichier.txt --expires-in 600").strip()
    good_for_ten_minutes(simulator, url)


def test_the_boto3_program_presigns_a_link_for_ten_minutes(shell, simulator, tmp_path):
    (tmp_path / "fichier.txt").write_text("bonjour")
    (tmp_path / "lien.py").write_text(PRESIGN_IN_PYTHON)
    shell("aws s3 cp fichier.txt s3://mon-bucket/fichier.txt")
    url = shell("python3 lien.py").strip()
    good_for_ten_minutes(simulator, url)


def pandas_wheel(folder):
    """A package of pandas's name in a few bytes, where pip finds it without a network."""
    described = "Metadata-Version: 2.1\nName: pandas\nVersion: 9.9\n"
    tagged = "Wheel-Version: 1.0\nGenerator: essai\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(folder / "pandas-9.9-py3-none-any.whl", "w") as wheel:
        wheel.writestr("pandas/__init__.py", "__version__ = '9.9'\n")
        wheel.writestr("pandas-9.9.dist-info/METADATA", described)
        wheel.writestr("pandas-9.9.dist-info/WHEEL", tagged)
        wheel.writestr("pandas-9.9.dist-info/RECORD", "")


def test_a_function_finds_pandas_once_it_has_the_layer(running, tmp_path):
    wheels, work = tmp_path / "paquets", tmp_path / "travail"
    wheels.mkdir()
    work.mkdir()
    pandas_wheel(wheels)
    shell = Shell(running, work)
    trusted = {"Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}}
    (work / "confiance.json").write_text(json.dumps({"Version": "2012-10-17"} | trusted))
    shell("aws iam create-role --role-name RoleLambda --assume-role-policy-document file://confiance.json")
    (work / "app.py").write_text("import pandas\ndef handler(event, context): return pandas.__version__\n")
    shell(
        "zip -q fonction.zip app.py && aws lambda create-function --function-name MaFonction --runtime "
        f"python3.{sys.version_info.minor} --handler app.handler --role arn:aws:iam::{ACCOUNT}:role/RoleLambda "
        "--zip-file fileb://fonction.zip"
    )

    def invoke():
        told = shell.json("aws lambda invoke --function-name MaFonction sortie.json")
        return told.get("FunctionError"), json.loads((work / "sortie.json").read_text())

    error, failed = invoke()
    assert error == "Unhandled"
    assert failed["errorMessage"] == "Unable to import module 'app': No module named 'pandas'"

    shell(MAKE_LAYER, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(wheels))
    published = shell.json(PUBLISH_LAYER)
    arn = f"arn:aws:lambda:eu-west-3:{ACCOUNT}:layer:pandas-layer:1"
    assert (published["LayerVersionArn"], published["CompatibleRuntimes"]) == (arn, ["python3.12"])
    attached = shell.json(ATTACH_LAYER.replace("xxxxxxxxxxxx", ACCOUNT))
    assert [layer["Arn"] for layer in attached["Layers"]] == [arn]
    assert invoke() == (None, "9.9")


def test_an_api_is_pushed_run_on_fargate_and_answers_on_its_port(simulator, tmp_path):
    shell = Shell(simulator, tmp_path)
    (tmp_path / "api.json").write_text(API)
    shell(PUSH_IMAGE)
    shell(EXECUTION_ROLE)
    task = shell.json(RUN_TASK)["tasks"][0]
    assert task["lastStatus"] == "PROVISIONING"
    simulator.advance(20)
    named = {"TASK": task["taskArn"]}
    shell("aws ecs wait tasks-running --cluster production --tasks $TASK", **named)
    address = shell(ADDRESS, **named).strip()
    with urllib.request.urlopen(f"http://{address}:3000/") as page:
        assert page.status == 200 and "api:1" in page.read().decode()
    shell("aws ecs stop-task --cluster production --task $TASK", **named)
    simulator.advance(60)
    shell("aws ecs wait tasks-stopped --cluster production --tasks $TASK", **named)
    told = shell.json("aws ecs describe-tasks --cluster production --tasks $TASK", **named)["tasks"][0]
    assert (told["lastStatus"], told["stopCode"]) == ("STOPPED", "UserInitiated")
