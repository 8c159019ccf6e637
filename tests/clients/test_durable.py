"""A data folder keeps what was acknowledged, also when the simulator is killed while it works."""

import json
import os
import signal
import subprocess
import threading

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

QUICK = Config(
    retries={"total_max_attempts": 1},
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
)
WRITERS = 4


class Kept:
    """A simulator on a data folder."""

    def __init__(self, folder):
        command = [os.environ["CAHIER_BIN"], "simulateur", "--port", "0", "--json", "--donnees", str(folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.place = json.loads(self.process.stdout.readline())

    def client(self, service):
        return boto3.client(
            service,
            endpoint_url=self.place["endpoint"],
            region_name=self.place["region"],
            aws_access_key_id=self.place["access_key_id"],
            aws_secret_access_key=self.place["secret_access_key"],
            config=QUICK,
        )

    def end(self, how=signal.SIGKILL):
        self.process.send_signal(how)
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


@pytest.fixture
def start(tmp_path):
    """Starts simulators on one folder; the last one is stopped at the end."""
    started = []

    def begin():
        started.append(Kept(tmp_path))
        return started[-1]

    yield begin
    for kept in started:
        if kept.process.poll() is None:
            kept.end()


def prepare(kept):
    kept.client("dynamodb").create_table(
        TableName="notes",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    kept.client("s3").create_bucket(
        Bucket="registre", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
    )


def write_until_refused(kept, name, acknowledged, enough):
    dynamodb, s3 = kept.client("dynamodb"), kept.client("s3")
    for number in range(100_000):
        key = f"{name}-{number}"
        try:
            dynamodb.put_item(TableName="notes", Item={"id": {"S": key}})
            acknowledged.append(("item", key))
            s3.put_object(Bucket="registre", Key=key, Body=key.encode())
            acknowledged.append(("object", key))
        except (BotoCoreError, ClientError):
            return
        if len(acknowledged) > 300:
            enough.set()


def keys(kept):
    items = kept.client("dynamodb").get_paginator("scan").paginate(TableName="notes")
    objects = kept.client("s3").get_paginator("list_objects_v2").paginate(Bucket="registre")
    return {("item", item["id"]["S"]) for page in items for item in page["Items"]} | {
        ("object", entry["Key"]) for page in objects for entry in page.get("Contents", [])
    }


def test_a_simulator_killed_under_load_loses_no_acknowledged_write(start):
    kept = start()
    prepare(kept)
    acknowledged, enough = [], threading.Event()
    writers = [
        threading.Thread(target=write_until_refused, args=(kept, f"w{n}", acknowledged, enough))
        for n in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    assert enough.wait(60)
    kept.end(signal.SIGKILL)
    for writer in writers:
        writer.join()
    found = keys(start())
    assert set(acknowledged) <= found
    # Each writer may have had one write under way that was kept without being acknowledged.
    assert len(found) <= len(acknowledged) + WRITERS


def test_an_orderly_stop_keeps_everything(start):
    kept = start()
    prepare(kept)
    kept.client("s3").put_object(Bucket="registre", Key="a", Body=b"avant")
    kept.end(signal.SIGTERM)
    body = start().client("s3").get_object(Bucket="registre", Key="a")["Body"].read()
    assert body == b"avant"


def test_a_folder_in_use_is_refused_with_its_name(start, tmp_path):
    start()
    command = [os.environ["CAHIER_BIN"], "simulateur", "--port", "0", "--json", "--donnees", str(tmp_path)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert second.returncode == 2
    assert str(tmp_path) in json.loads(second.stdout)["error"]["message"]
