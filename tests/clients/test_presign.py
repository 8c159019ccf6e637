"""Presigned URLs made by boto3 and used without any key: download, expiry, and every way to be refused."""

import re
import urllib.request

import pytest
from plain_http import send

BUCKET, KEY = "mon-bucket", "fichier.txt"


@pytest.fixture
def s3(simulator):
    client = simulator.client("s3")
    client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": simulator.region}
    )
    client.put_object(Bucket=BUCKET, Key=KEY, Body=b"bonjour")
    return client


def presign(client, seconds=600, operation="get_object"):
    return client.generate_presigned_url(operation, Params={"Bucket": BUCKET, "Key": KEY}, ExpiresIn=seconds)


def fetch(url, method="GET", data=None):
    return send(urllib.request.Request(url, method=method, data=data))


def element(xml, name):
    found = re.search(f"<{name}>(.*?)</{name}>", xml, re.S)
    return found and found.group(1)


def test_a_url_downloads_until_the_clock_says_that_it_has_expired(s3, simulator):
    url = presign(s3)
    assert "X-Amz-Signature" in url
    assert fetch(url)[::2] == (200, "bonjour")
    assert fetch(url)[::2] == (200, "bonjour"), "a presigned URL may be used again"

    simulator.advance(590)
    assert fetch(url)[0] == 200
    simulator.advance(30)
    status, _, body = fetch(url)
    assert (status, element(body, "Code"), element(body, "Message")) == (403, "AccessDenied", "Request has expired")
    assert element(body, "X-Amz-Expires") == "600"
    assert element(body, "Expires") and element(body, "ServerTime")

    assert fetch(presign(s3))[0] == 200, "a URL made after the jump is not born expired"


def test_a_presigned_put_uploads(s3):
    status, _, body = fetch(presign(s3, operation="put_object"), "PUT", b"nouveau")
    assert status == 200, body
    assert s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == b"nouveau"


def test_an_altered_query_does_not_match_its_signature(s3):
    status, _, body = fetch(presign(s3).replace("X-Amz-Expires=600", "X-Amz-Expires=6000"))
    assert (status, element(body, "Code")) == (403, "SignatureDoesNotMatch")
    assert "X-Amz-Expires=6000" in element(body, "CanonicalRequest")
    assert element(body, "StringToSign").startswith("AWS4-HMAC-SHA256")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_url_is_bound_to_its_method(s3, method):
    status, _, body = fetch(presign(s3), method, b"x" if method == "PUT" else None)
    assert (status, element(body, "Code")) == (403, "SignatureDoesNotMatch")
    assert s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == b"bonjour"


def test_a_sigv2_url_is_refused_as_in_every_recent_region(s3, simulator):
    url = presign(simulator.client("s3", signature_version="s3"))
    assert "AWSAccessKeyId" in url
    status, _, body = fetch(url)
    assert (status, element(body, "Code")) == (400, "InvalidRequest")
    assert "Please use AWS4-HMAC-SHA256." in element(body, "Message")


def test_an_unsigned_request_is_denied(s3, simulator):
    status, _, body = fetch(f"{simulator.endpoint}/{BUCKET}/{KEY}")
    assert (status, element(body, "Code")) == (403, "AccessDenied")


def test_more_than_seven_days_is_refused(s3):
    assert fetch(presign(s3, 604_800))[0] == 200
    status, _, body = fetch(presign(s3, 700_000))
    assert (status, element(body, "Code")) == (400, "AuthorizationQueryParametersError")
    assert "must be less than a week" in element(body, "Message")


def test_an_unknown_key_and_a_wrong_secret_are_told_apart(s3, simulator):
    unknown = simulator.client("s3", aws_access_key_id="AKIAIOSFODNN7EXAMPLE")
    status, _, body = fetch(presign(unknown))
    assert (status, element(body, "Code")) == (403, "InvalidAccessKeyId")
    wrong = simulator.client("s3", aws_secret_access_key="pas-la-bonne-cle")
    status, _, body = fetch(presign(wrong))
    assert (status, element(body, "Code")) == (403, "SignatureDoesNotMatch")
