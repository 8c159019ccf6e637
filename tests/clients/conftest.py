"""A simulator of its own for each test, started as a learner starts it, and AWS's own clients for it."""

import json
import os
import subprocess
import urllib.request
from dataclasses import dataclass

import boto3
import pytest
from botocore.config import Config
from plain_http import send

CAHIER = os.environ.get("CAHIER_BIN", "target/release/cahier")

# No retry: a client that tries again hides what the simulator answered, and sleeps in real time.
ONCE = {"total_max_attempts": 1, "mode": "standard"}


@dataclass
class Simulator:
    """What `cahier simulateur --json` announces."""

    process: subprocess.Popen
    endpoint: str
    region: str
    account: str
    access_key_id: str
    secret_access_key: str
    control_token: str

    def client(self, service, **changes):
        """A boto3 client; `signature_version` goes to its configuration."""
        config = Config(retries=ONCE, signature_version=changes.pop("signature_version", None))
        settings = {
            "endpoint_url": self.endpoint,
            "region_name": self.region,
            "aws_access_key_id": self.access_key_id,
            "aws_secret_access_key": self.secret_access_key,
        }
        return boto3.client(service, config=config, **(settings | changes))

    def control(self, route, body=None, token=None):
        """Calls a control route; gives its status and its JSON."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.endpoint + route, data=data)
        request.add_header("Authorization", f"Bearer {token or self.control_token}")
        request.add_header("Content-Type", "application/json")
        status, _, text = send(request)
        return status, json.loads(text) if text else None

    def advance(self, seconds):
        """Moves the simulated clock."""
        status, _ = self.control("/_cahier/clock", {"advance_seconds": seconds})
        assert status == 200

    def environment(self, folder):
        """What a program needs to talk to this simulator, and nothing else."""
        empty = folder / "aws-empty"
        empty.touch()
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_CONFIG_FILE": str(empty),
            "AWS_SHARED_CREDENTIALS_FILE": str(empty),
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
            "AWS_MAX_ATTEMPTS": "1",
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }

    def alive(self):
        """Whether it still serves a well-formed call."""
        return self.client("sts").get_caller_identity()["Account"] == self.account


@pytest.fixture(autouse=True)
def no_inherited_aws(monkeypatch):
    """The clients of this process see the arguments given to them, never the machine's own settings."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")


def started(data, *options):
    """Starts a simulator as a learner does; stopped by SIGTERM at the end, it must exit with 0."""
    process = subprocess.Popen(
        [CAHIER, "simulateur", "--port", "0", "--json", *options],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"CAHIER_DATA_DIR": str(data)},
    )
    line = process.stdout.readline()
    names = Simulator.__dataclass_fields__.keys() - {"process"}
    announced = {name: value for name, value in json.loads(line).items() if name in names}
    yield Simulator(process, **announced)
    assert process.poll() is None, "the simulator died during the test"
    process.terminate()
    assert process.wait(timeout=10) == 0


@pytest.fixture
def simulator(tmp_path):
    """A fresh simulator."""
    yield from started(tmp_path / "cahier")


@pytest.fixture(scope="session")
def runtimes(tmp_path_factory):
    """Where AWS's runtime client is kept, so that it is installed once."""
    return tmp_path_factory.mktemp("executions")


@pytest.fixture
def running(runtimes):
    """A fresh simulator that runs functions."""
    yield from started(runtimes, "--executer-lambda")
