"""The AWS CLI's high-level commands on S3, as one uses them from day to day."""

import json

import pytest
from test_cli import Aws

BUCKET = "dossiers-2026"


@pytest.fixture
def aws(simulator, tmp_path):
    aws = Aws(simulator, tmp_path)
    aws("s3", "mb", f"s3://{BUCKET}")
    return aws


def keys(aws, *words):
    listed = aws("s3api", "list-objects-v2", "--bucket", BUCKET, *words)
    return [found["Key"] for found in listed.get("Contents", [])] if listed else []


@pytest.fixture
def folder(tmp_path):
    source = tmp_path / "source"
    for name, text in {"a.txt": "un", "notes/b.txt": "deux", "notes/été.txt": "trois"}.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return source


def test_a_folder_is_kept_in_step_with_a_bucket(aws, folder, tmp_path):
    aws("s3", "sync", str(folder), f"s3://{BUCKET}")
    assert keys(aws) == ["a.txt", "notes/b.txt", "notes/été.txt"]
    assert aws("s3", "sync", str(folder), f"s3://{BUCKET}") == "", "nothing is uploaded twice"
    (folder / "a.txt").unlink()
    aws("s3", "sync", str(folder), f"s3://{BUCKET}", "--delete")
    assert keys(aws) == ["notes/b.txt", "notes/été.txt"]
    aws("s3", "cp", f"s3://{BUCKET}/notes/", str(tmp_path / "retour"), "--recursive")
    assert (tmp_path / "retour" / "été.txt").read_text() == "trois"
    listing = aws("s3", "ls", f"s3://{BUCKET}")
    assert "PRE notes/" in listing
    aws("s3", "mv", f"s3://{BUCKET}/notes/b.txt", f"s3://{BUCKET}/b.txt")
    assert keys(aws) == ["b.txt", "notes/été.txt"]
    aws("s3", "rm", f"s3://{BUCKET}", "--recursive")
    aws("s3", "rb", f"s3://{BUCKET}")
    assert BUCKET not in aws("s3", "ls")


def test_pages_are_followed_and_odd_names_survive(aws, tmp_path):
    many = tmp_path / "nombreux"
    many.mkdir()
    for number in range(7):
        (many / f"n° {number} + ünï.txt").write_text("x")
    aws("s3", "sync", str(many), f"s3://{BUCKET}/x/")
    assert len(keys(aws, "--page-size", "2")) == 7
    assert keys(aws, "--page-size", "2", "--start-after", "x/n° 5")[-1] == "x/n° 6 + ünï.txt"
    rolled = aws("s3api", "list-objects-v2", "--bucket", BUCKET, "--delimiter", "/")
    assert rolled["CommonPrefixes"] == [{"Prefix": "x/"}]


def test_a_bucket_is_set_up_step_by_step(aws):
    aws("s3api", "put-bucket-versioning", "--bucket", BUCKET, "--versioning-configuration", "Status=Enabled")
    aws("s3api", "put-bucket-tagging", "--bucket", BUCKET, "--tagging", "TagSet=[{Key=equipe,Value=bleue}]")
    assert aws("s3api", "get-bucket-tagging", "--bucket", BUCKET)["TagSet"][0]["Value"] == "bleue"
    rules = {
        "Rules": [
            {
                "ID": "menage",
                "Status": "Enabled",
                "Filter": {"Prefix": "tmp/"},
                "NoncurrentVersionExpiration": {"NoncurrentDays": 30, "NewerNoncurrentVersions": 3},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
            }
        ]
    }
    aws("s3api", "put-bucket-lifecycle-configuration", "--bucket", BUCKET,
        "--lifecycle-configuration", json.dumps(rules))
    assert aws("s3api", "get-bucket-lifecycle-configuration", "--bucket", BUCKET)["Rules"] == rules["Rules"]
    encryption = aws("s3api", "get-bucket-encryption", "--bucket", BUCKET)
    rule = encryption["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    block = aws("s3api", "get-public-access-block", "--bucket", BUCKET)["PublicAccessBlockConfiguration"]
    assert all(block.values())
    assert aws("s3api", "get-bucket-ownership-controls", "--bucket", BUCKET)["OwnershipControls"]["Rules"] == [
        {"ObjectOwnership": "BucketOwnerEnforced"}
    ]
    refused = aws.refused("s3api", "put-bucket-acl", "--bucket", BUCKET, "--acl", "public-read")
    assert "AccessControlListNotSupported" in refused and "The bucket does not allow ACLs" in refused


def test_every_version_is_destroyed_before_a_bucket_goes(aws, tmp_path):
    aws("s3api", "put-bucket-versioning", "--bucket", BUCKET, "--versioning-configuration", "Status=Enabled")
    (tmp_path / "f").write_text("x")
    for _ in range(3):
        aws("s3", "cp", "f", f"s3://{BUCKET}/f")
    aws("s3", "rm", f"s3://{BUCKET}/f")
    refused = aws.refused("s3", "rb", f"s3://{BUCKET}")
    assert "BucketNotEmpty" in refused and "You must delete all versions in the bucket." in refused
    listed = aws("s3api", "list-object-versions", "--bucket", BUCKET)
    every = [
        {"Key": entry["Key"], "VersionId": entry["VersionId"]}
        for entry in listed["Versions"] + listed["DeleteMarkers"]
    ]
    done = aws("s3api", "delete-objects", "--bucket", BUCKET, "--delete", json.dumps({"Objects": every}))
    assert len(done["Deleted"]) == 4
    aws("s3", "rb", f"s3://{BUCKET}")
