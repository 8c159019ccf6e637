"""Foreign implementations of AWS, which stand for a real account: moto's server, and MiniStack."""

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import boto3

CAHIER = os.environ.get("CAHIER_BIN", "target/release/cahier")
REGION = "eu-west-3"
# Marked, so that they are found wherever they should not be.
KEY = "AKIAMARQUE0000000000"
SECRET = "secretMarque/QueRienNeDoitMontrer0000000"
# How long a backend may take to answer, in seconds.
PATIENCE = 60
# How long a lesson may take, and its cleaning, in seconds.
LIMIT = 540


def as_in_lessons(name):
    """A name with the prefix that the lessons write, whatever the run's own."""
    return re.sub(r"\bcah[0-9a-z]{3}-", "cahier-", name)


def free_port():
    """A port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


# How each is started at a port; `{}` stands for it.
STARTS = {
    "moto": (["moto_server", "-p", "{}"], {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true", "MOTO_ACCOUNT_ID": "111122223333"}),
    # It checks signatures and rights only where it is told to.
    "ministack": (
        ["ministack"],
        {"GATEWAY_PORT": "{}", "EDGE_PORT": "{}", "AUTH": "true", "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET},
    ),
}


@dataclass
class Account:
    """A backend that runs, and a learner's machine that leads to it."""

    name: str
    folder: Path
    port: int = field(default_factory=free_port)

    @property
    def endpoint(self):
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Starts it, and waits until it answers."""
        words, variables = STARTS[self.name]
        words = [word.format(self.port) for word in words]
        variables = {name: value.format(self.port) for name, value in variables.items()}
        assert shutil.which(words[0]), f"{words[0]} is not on the PATH"
        log = (self.folder / "backend.log").open("wb")
        process = subprocess.Popen(words, env=os.environ | variables, stdout=log, stderr=log, cwd=self.folder)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and process.poll() is None:
            try:
                urllib.request.urlopen(self.endpoint, timeout=5).close()
                return process
            except urllib.error.HTTPError:
                return process
            except OSError:
                time.sleep(0.1)
        process.kill()
        raise AssertionError((self.folder / "backend.log").read_text())

    def environment(self):
        """What leads `cahier` there, as AWS's own variables lead it to AWS."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            # The same for all, so that a cell is compiled once for every backend.
            "CAHIER_PREFIXE": "cahtst-",
            "CAHIER_PREPARATION_DIR": preparation(),
            "CAHIER_DATA_DIR": str(self.folder / "donnees"),
        }

    def cahier(self, *words):
        """Runs `cahier`; what it said."""
        return subprocess.run(
            [CAHIER, *words], env=self.environment(), cwd=self.folder, capture_output=True, text=True, timeout=LIMIT, check=False
        )

    def client(self, service):
        """A client of boto3's."""
        return boto3.client(
            service, endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id=KEY, aws_secret_access_key=SECRET
        )

    def holds(self):
        """Everything that is there, of every kind that a lesson can create."""
        s3, dynamodb, functions = self.client("s3"), self.client("dynamodb"), self.client("lambda")
        iam, ecs = self.client("iam"), self.client("ecs")
        clusters = ecs.list_clusters()["clusterArns"]
        definitions = [
            arn for status in ("ACTIVE", "INACTIVE") for arn in ecs.list_task_definitions(status=status)["taskDefinitionArns"]
        ]
        found = {
            "bucket": [one["Name"] for one in s3.list_buckets()["Buckets"]],
            "table": dynamodb.list_tables()["TableNames"],
            "function": [one["FunctionName"] for one in functions.list_functions()["Functions"]],
            "layer": [one["LayerName"] for one in functions.list_layers()["Layers"]],
            "user": [one["UserName"] for one in iam.list_users()["Users"]],
            "group": [one["GroupName"] for one in iam.list_groups()["Groups"]],
            "role": [one["RoleName"] for one in iam.list_roles()["Roles"]],
            "policy": [one["PolicyName"] for one in iam.list_policies(Scope="Local")["Policies"]],
            "cluster": clusters,
            "service": [arn for cluster in clusters for arn in ecs.list_services(cluster=cluster)["serviceArns"]],
            "task definition": definitions,
        }
        return {kind: names for kind, names in found.items() if names}


def preparation():
    """Where the libraries of cells were prepared, whatever the data folder."""
    found = os.environ.get("CAHIER_PREPARATION_DIR")
    assert found, "CAHIER_PREPARATION_DIR says where cells' libraries are"
    return found
