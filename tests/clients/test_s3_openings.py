"""Ways to let others in without a key: policies, presigned URLs, forms; and ways to keep them out."""

import json
import urllib.request

import pytest
from botocore.exceptions import ClientError
from plain_http import send

BUCKET = "vitrine-2026"


@pytest.fixture
def s3(simulator):
    client = simulator.client("s3")
    client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": simulator.region}
    )
    client.put_object(Bucket=BUCKET, Key="page.html", Body=b"<p>", ContentType="text/html")
    return client


def policy(s3, *statements):
    s3.put_bucket_policy(
        Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    )


def public(**condition):
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    }
    return statement | ({"Condition": condition} if condition else {})


def fetch(url, method="GET", data=None, **headers):
    return send(urllib.request.Request(url, method=method, data=data, headers=headers))


def form(fields, content, name="note.txt"):
    """The body and the type of a browser's form."""
    lines = []
    for field, value in fields.items():
        lines += ["--limite", f'Content-Disposition: form-data; name="{field}"', "", value]
    lines += ["--limite", f'Content-Disposition: form-data; name="file"; filename="{name}"', "", content]
    return "\r\n".join([*lines, "--limite--", ""]).encode(), "multipart/form-data; boundary=limite"


def submit(post, content="bonjour", **changes):
    body, kind = form(post["fields"] | changes, content)
    return fetch(post["url"], "POST", body, **{"Content-Type": kind})


def test_a_bucket_becomes_public_only_when_both_locks_are_opened(s3, simulator):
    url = f"{simulator.endpoint}/{BUCKET}/page.html"
    assert fetch(url)[0] == 403
    with pytest.raises(ClientError) as refused:
        policy(s3, public())
    assert refused.value.response["Error"]["Code"] == "AccessDenied"
    assert "BlockPublicPolicy" in refused.value.response["Error"]["Message"]
    s3.delete_public_access_block(Bucket=BUCKET)
    policy(s3, public())
    assert s3.get_bucket_policy_status(Bucket=BUCKET)["PolicyStatus"]["IsPublic"]
    assert fetch(url)[::2] == (200, "<p>")
    assert fetch(url, "PUT", b"pirate")[0] == 403
    s3.put_public_access_block(
        Bucket=BUCKET, PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
    )
    assert fetch(url)[0] == 403
    assert s3.get_object(Bucket=BUCKET, Key="page.html")["ContentType"] == "text/html"


def test_a_url_that_is_too_old_for_the_policy_is_refused_before_it_expires(s3, simulator):
    young = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
        "Condition": {"NumericGreaterThan": {"s3:signatureAge": 600_000}},
    }
    policy(s3, young)
    url = s3.generate_presigned_url(
        "get_object", Params={"Bucket": BUCKET, "Key": "page.html"}, ExpiresIn=3600
    )
    assert fetch(url)[0] == 200
    simulator.advance(590)
    assert fetch(url)[0] == 200
    simulator.advance(20)
    status, _, body = fetch(url)
    assert status == 403 and "explicit deny in a resource-based policy" in body


def test_a_presigned_upload_is_held_to_what_was_signed(s3):
    url = s3.generate_presigned_url(
        "put_object",
        Params={"Bucket": BUCKET, "Key": "envoi.txt", "ContentType": "text/plain"},
        ExpiresIn=60,
    )
    status, _, body = fetch(url, "PUT", b"x", **{"Content-Type": "text/html"})
    assert status == 403 and "SignatureDoesNotMatch" in body
    status, _, body = fetch(url, "PUT", b"x", **{"Content-Type": "text/plain", "x-amz-acl": "public-read"})
    assert status == 403 and "There were headers present in the request which were not signed" in body
    assert fetch(url, "PUT", b"x", **{"Content-Type": "text/plain"})[0] == 200


def test_a_url_can_give_the_file_another_name(s3):
    url = s3.generate_presigned_url(
        "get_object",
        Params={
            "Bucket": BUCKET,
            "Key": "page.html",
            "ResponseContentDisposition": 'attachment; filename="copie.html"',
            "ResponseContentType": "application/octet-stream",
        },
    )
    _, headers, _ = fetch(url)
    headers = {name.lower(): value for name, value in headers.items()}
    assert headers["content-disposition"] == 'attachment; filename="copie.html"'
    assert headers["content-type"] == "application/octet-stream"


def test_a_form_lets_a_browser_upload_what_the_policy_describes(s3):
    post = s3.generate_presigned_post(
        BUCKET,
        "envois/${filename}",
        Fields={"Content-Type": "text/plain", "success_action_status": "201"},
        Conditions=[
            ["starts-with", "$Content-Type", "text/"],
            {"success_action_status": "201"},
            ["content-length-range", 1, 20],
        ],
        ExpiresIn=600,
    )
    status, _, body = submit(post)
    assert status == 201, body
    assert "<Key>envois/note.txt</Key>" in body
    assert s3.get_object(Bucket=BUCKET, Key="envois/note.txt")["Body"].read() == b"bonjour"
    assert "EntityTooLarge" in submit(post, "x" * 21)[2]
    assert "Policy Condition failed" in submit(post, **{"Content-Type": "image/png"})[2]
    assert "Extra input fields: acl" in submit(post, acl="public-read")[2]
    assert submit(post, key="ailleurs/x")[0] == 403


def test_a_form_expires_on_the_simulated_clock(s3, simulator):
    post = s3.generate_presigned_post(BUCKET, "envoi", ExpiresIn=600)
    assert submit(post)[0] == 204
    simulator.advance(590)
    assert submit(post)[0] == 204
    simulator.advance(20)
    status, _, body = submit(post)
    assert status == 403 and "Invalid according to Policy: Policy expired." in body
    assert submit(s3.generate_presigned_post(BUCKET, "envoi", ExpiresIn=600))[0] == 204


def test_a_page_of_another_origin_asks_first(s3, simulator):
    url = f"{simulator.endpoint}/{BUCKET}/page.html"
    asked = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "PUT"}
    assert fetch(url, "OPTIONS", **asked)[0] == 403
    s3.put_bucket_cors(
        Bucket=BUCKET,
        CORSConfiguration={
            "CORSRules": [
                {
                    "AllowedOrigins": ["https://*.example.com"],
                    "AllowedMethods": ["GET", "PUT"],
                    "AllowedHeaders": ["*"],
                    "MaxAgeSeconds": 60,
                }
            ]
        },
    )
    status, headers, _ = fetch(url, "OPTIONS", **asked)
    headers = {name.lower(): value for name, value in headers.items()}
    assert (status, headers["access-control-allow-origin"]) == (200, "https://app.example.com")
    presigned = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "page.html"})
    _, headers, _ = fetch(presigned, Origin="https://app.example.com")
    assert "access-control-allow-origin" in {name.lower() for name in headers}


def test_encryption_can_be_demanded_of_every_upload(s3):
    policy(
        s3,
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{BUCKET}/*",
            "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
        },
    )
    with pytest.raises(ClientError):
        s3.put_object(Bucket=BUCKET, Key="a", Body=b"x")
    stored = s3.put_object(Bucket=BUCKET, Key="a", Body=b"x", ServerSideEncryption="aws:kms")
    assert stored["ServerSideEncryption"] == "aws:kms"
    assert stored["SSEKMSKeyId"].startswith("arn:aws:kms:eu-west-3:123456789012:key/")
