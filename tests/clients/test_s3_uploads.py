"""boto3's transfers: large files up and down, by parts, resumed, copied, with their checksums."""

import base64
import hashlib
import json
import os
import urllib.request

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError
from plain_http import send

BUCKET, KEY = "depot-2026", "gros/fichier.bin"
MIB = 1024 * 1024
BY_PARTS = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)


@pytest.fixture
def s3(simulator):
    client = simulator.client("s3")
    client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": simulator.region}
    )
    return client


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "fichier.bin"
    path.write_bytes(os.urandom(11 * MIB + 17))
    return path


def code(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return refused.value.response["Error"]["Code"]


def test_a_large_file_goes_up_by_parts_and_comes_down_whole(s3, file, tmp_path):
    s3.upload_file(str(file), BUCKET, KEY, Config=BY_PARTS, ExtraArgs={"ContentType": "image/png"})
    head = s3.head_object(Bucket=BUCKET, Key=KEY)
    assert (head["ContentLength"], head["ContentType"]) == (file.stat().st_size, "image/png")
    assert head["ETag"].endswith('-3"')
    s3.download_file(BUCKET, KEY, str(tmp_path / "retour.bin"), Config=BY_PARTS)
    assert (tmp_path / "retour.bin").read_bytes() == file.read_bytes()
    first = s3.head_object(Bucket=BUCKET, Key=KEY, PartNumber=1)
    assert (first["PartsCount"], first["ContentLength"]) == (3, 5 * MIB)


def test_an_upload_that_was_interrupted_goes_on_where_it_stopped(s3, file):
    content = file.read_bytes()
    pieces = [content[at : at + 5 * MIB] for at in range(0, len(content), 5 * MIB)]
    s3.create_multipart_upload(Bucket=BUCKET, Key=KEY)
    # A new session finds the upload and what it already holds.
    upload = s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"][0]
    named = {"Bucket": BUCKET, "Key": KEY, "UploadId": upload["UploadId"]}
    s3.upload_part(**named, PartNumber=1, Body=pieces[0])
    present = {part["PartNumber"] for part in s3.list_parts(**named)["Parts"]}
    for number, piece in enumerate(pieces, 1):
        if number not in present:
            s3.upload_part(**named, PartNumber=number, Body=piece)
    parts = [
        {"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in s3.list_parts(**named)["Parts"]
    ]
    done = s3.complete_multipart_upload(**named, MultipartUpload={"Parts": parts})
    again = s3.complete_multipart_upload(**named, MultipartUpload={"Parts": parts})
    assert done["ETag"] == again["ETag"]
    assert s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == content
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)


def test_an_upload_that_is_given_up_leaves_nothing(s3):
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key=KEY)["UploadId"]
    named = {"Bucket": BUCKET, "Key": KEY, "UploadId": upload}
    s3.upload_part(**named, PartNumber=1, Body=b"x")
    s3.abort_multipart_upload(**named)
    assert code(s3.upload_part, **named, PartNumber=2, Body=b"x") == "NoSuchUpload"
    assert code(s3.head_object, Bucket=BUCKET, Key=KEY) == "404"


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_a_checksum_survives_the_journey(s3, file, algorithm):
    s3.upload_file(str(file), BUCKET, KEY, Config=BY_PARTS, ExtraArgs={"ChecksumAlgorithm": algorithm})
    asked = ["Checksum", "ObjectParts", "ObjectSize", "StorageClass", "ETag"]
    attributes = s3.get_object_attributes(Bucket=BUCKET, Key=KEY, ObjectAttributes=asked)
    assert attributes["ObjectSize"] == file.stat().st_size
    assert f"Checksum{algorithm}" in attributes["Checksum"]
    assert attributes["ObjectParts"]["TotalPartsCount"] == 3


def test_the_checksum_of_a_whole_object_is_the_one_that_anyone_computes(s3):
    body = b"bonjour" * 1000
    expected = base64.b64encode(hashlib.sha256(body).digest()).decode()
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=body, ChecksumAlgorithm="SHA256")
    assert s3.head_object(Bucket=BUCKET, Key=KEY, ChecksumMode="ENABLED")["ChecksumSHA256"] == expected
    assert code(s3.put_object, Bucket=BUCKET, Key=KEY, Body=b"autre", ChecksumSHA256=expected) == "BadDigest"


def test_a_copy_takes_metadata_and_tags_along_or_replaces_them(s3):
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"a", Metadata={"auteur": "zoe"}, Tagging="etat=neuf")
    source = {"Bucket": BUCKET, "Key": "a"}
    s3.copy_object(Bucket=BUCKET, Key="b", CopySource=source)
    assert s3.head_object(Bucket=BUCKET, Key="b")["Metadata"] == {"auteur": "zoe"}
    tags = s3.get_object_tagging(Bucket=BUCKET, Key="b")["TagSet"]
    assert tags == [{"Key": "etat", "Value": "neuf"}]
    s3.copy_object(
        Bucket=BUCKET,
        Key="c",
        CopySource=source,
        MetadataDirective="REPLACE",
        Metadata={"auteur": "max"},
        TaggingDirective="REPLACE",
        Tagging="etat=vieux",
    )
    assert s3.head_object(Bucket=BUCKET, Key="c")["Metadata"] == {"auteur": "max"}
    assert s3.get_object_tagging(Bucket=BUCKET, Key="c")["TagSet"][0]["Value"] == "vieux"
    assert code(s3.copy_object, Bucket=BUCKET, Key="a", CopySource=source) == "InvalidRequest"
    etag = s3.head_object(Bucket=BUCKET, Key="a")["ETag"]
    assert (
        code(s3.copy_object, Bucket=BUCKET, Key="d", CopySource=source, CopySourceIfNoneMatch=etag)
        == "PreconditionFailed"
    )


def test_parts_can_go_up_by_presigned_urls(s3):
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key=KEY)["UploadId"]
    named = {"Bucket": BUCKET, "Key": KEY, "UploadId": upload}
    url = s3.generate_presigned_url("upload_part", Params=named | {"PartNumber": 1}, ExpiresIn=600)
    status, headers, body = send(urllib.request.Request(url, method="PUT", data=b"par une adresse"))
    assert status == 200, body
    part = {"PartNumber": 1, "ETag": headers["etag"] if "etag" in headers else headers["ETag"]}
    s3.complete_multipart_upload(**named, MultipartUpload={"Parts": [part]})
    assert s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == b"par une adresse"


def test_two_writers_who_mean_to_be_first_are_told_apart(s3):
    s3.put_object(Bucket=BUCKET, Key="verrou", Body=b"moi", IfNoneMatch="*")
    assert code(s3.put_object, Bucket=BUCKET, Key="verrou", Body=b"toi", IfNoneMatch="*") == "PreconditionFailed"
    read = s3.get_object(Bucket=BUCKET, Key="verrou")
    s3.put_object(Bucket=BUCKET, Key="verrou", Body=b"moi encore", IfMatch=read["ETag"])
    assert (
        code(s3.put_object, Bucket=BUCKET, Key="verrou", Body=b"toi", IfMatch=read["ETag"]) == "PreconditionFailed"
    )
    enforce = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{BUCKET}/*",
            "Condition": {"Null": {"s3:if-none-match": "true"}},
        },
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(enforce))
    assert code(s3.put_object, Bucket=BUCKET, Key="nouveau", Body=b"x") == "AccessDenied"
    s3.put_object(Bucket=BUCKET, Key="nouveau", Body=b"x", IfNoneMatch="*")
