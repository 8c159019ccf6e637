"""boto3 and S3: the versioning round trip, as the lesson on versioning tells it."""

import pytest
from botocore.exceptions import ClientError

BUCKET, KEY = "mon-bucket", "dossier/rapport é.pdf"


@pytest.fixture
def s3(simulator):
    client = simulator.client("s3")
    client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": simulator.region}
    )
    return client


def versioning(s3, status):
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": status})


def put(s3, body):
    return s3.put_object(Bucket=BUCKET, Key=KEY, Body=body).get("VersionId")


def read(s3, **version):
    return s3.get_object(Bucket=BUCKET, Key=KEY, **version)["Body"].read()


def refusal(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(Bucket=BUCKET, Key=KEY, **arguments)
    answer = refused.value.response
    metadata = answer["ResponseMetadata"]
    return metadata["HTTPStatusCode"], answer["Error"]["Code"], metadata["HTTPHeaders"]


def test_a_bucket_starts_without_versioning(s3):
    assert "Status" not in s3.get_bucket_versioning(Bucket=BUCKET)


def test_each_put_adds_a_version_that_can_be_read_by_its_id(s3):
    versioning(s3, "Enabled")
    first, second = put(s3, b"un"), put(s3, b"deux")
    assert first != second
    assert read(s3) == b"deux"
    assert read(s3, VersionId=first) == b"un"


def test_a_simple_delete_puts_a_marker_that_answers_404_and_405(s3):
    versioning(s3, "Enabled")
    version = put(s3, b"un")
    deleted = s3.delete_object(Bucket=BUCKET, Key=KEY)
    assert deleted["DeleteMarker"] is True
    marker = deleted["VersionId"]

    status, code, headers = refusal(s3.get_object)
    assert (status, code, headers["x-amz-delete-marker"]) == (404, "NoSuchKey", "true")
    status, code, headers = refusal(s3.get_object, VersionId=marker)
    assert (status, code, headers["x-amz-delete-marker"]) == (405, "MethodNotAllowed", "true")
    assert "last-modified" in headers

    listed = s3.list_object_versions(Bucket=BUCKET)
    assert [entry["VersionId"] for entry in listed["Versions"]] == [version]
    assert [(entry["VersionId"], entry["IsLatest"]) for entry in listed["DeleteMarkers"]] == [(marker, True)]
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)


def test_removing_the_marker_or_copying_an_old_version_restores_the_object(s3):
    versioning(s3, "Enabled")
    first, _ = put(s3, b"un"), put(s3, b"deux")
    marker = s3.delete_object(Bucket=BUCKET, Key=KEY)["VersionId"]
    undone = s3.delete_object(Bucket=BUCKET, Key=KEY, VersionId=marker)
    assert undone["DeleteMarker"] is True
    assert read(s3) == b"deux"

    source = {"Bucket": BUCKET, "Key": KEY, "VersionId": first}
    copied = s3.copy_object(Bucket=BUCKET, Key=KEY, CopySource=source)
    assert copied["CopySourceVersionId"] == first
    assert read(s3) == b"un"
    assert len(s3.list_object_versions(Bucket=BUCKET)["Versions"]) == 3


def test_deleting_a_version_by_its_id_destroys_it(s3):
    versioning(s3, "Enabled")
    first = put(s3, b"un")
    put(s3, b"deux")
    s3.delete_object(Bucket=BUCKET, Key=KEY, VersionId=first)
    assert refusal(s3.get_object, VersionId=first)[:2] == (404, "NoSuchVersion")
    assert read(s3) == b"deux"


def test_a_suspended_bucket_overwrites_its_null_version(s3):
    put(s3, "avant".encode())
    versioning(s3, "Enabled")
    kept = put(s3, b"pendant")
    versioning(s3, "Suspended")
    put(s3, "brouillon".encode())
    put(s3, "corrigé".encode())
    ids = [entry["VersionId"] for entry in s3.list_object_versions(Bucket=BUCKET)["Versions"]]
    assert sorted(ids) == sorted([kept, "null"])
    assert read(s3, VersionId="null") == "corrigé".encode()
    assert read(s3, VersionId=kept) == b"pendant"


def test_a_suspended_delete_replaces_the_null_version_by_a_null_marker(s3):
    put(s3, b"avant")
    versioning(s3, "Enabled")
    versioning(s3, "Suspended")
    deleted = s3.delete_object(Bucket=BUCKET, Key=KEY)
    assert (deleted["DeleteMarker"], deleted["VersionId"]) == (True, "null")
    assert "Versions" not in s3.list_object_versions(Bucket=BUCKET)


def test_versioning_cannot_be_disabled(s3):
    with pytest.raises(ClientError) as refused:
        versioning(s3, "Disabled")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert "Status" not in s3.get_bucket_versioning(Bucket=BUCKET)


def test_an_operation_that_is_not_simulated_says_so(s3, simulator):
    with pytest.raises(ClientError) as refused:
        s3.put_bucket_website(
            Bucket=BUCKET, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}}
        )
    answer = refused.value.response
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]) == (501, "NotImplemented")
    assert simulator.alive()
