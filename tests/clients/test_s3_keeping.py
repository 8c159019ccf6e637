"""boto3 and time: what a bucket throws away, what it keeps, and what nobody can destroy before its date."""

import datetime

import pytest
from botocore.exceptions import ClientError

BUCKET, KEY = "archives-2026", "rapport.pdf"
DAY = 24 * 3600


@pytest.fixture
def s3(simulator):
    return simulator.client("s3")


def create(s3, **settings):
    s3.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}, **settings
    )


def put(s3, key=KEY, body=b"x", **more):
    return s3.put_object(Bucket=BUCKET, Key=key, Body=body, **more).get("VersionId")


def rules(s3, *rules):
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": list(rules)})


def rule(**actions):
    return {"ID": "menage", "Status": "Enabled", "Filter": {"Prefix": ""}} | actions


def versions(s3):
    listed = s3.list_object_versions(Bucket=BUCKET)
    return len(listed.get("Versions", [])), len(listed.get("DeleteMarkers", []))


def refusal(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(Bucket=BUCKET, **arguments)
    answer = refused.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"]


def enable(s3):
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})


def simulated_now(simulator):
    _, clock = simulator.control("/_cahier/clock")
    return datetime.datetime.fromtimestamp(clock["now"], datetime.timezone.utc)


def test_old_versions_cost_until_a_rule_counts_them(s3, simulator):
    create(s3)
    enable(s3)
    for number in range(6):
        put(s3, body=str(number).encode())
    assert versions(s3) == (6, 0)
    rules(s3, rule(NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 2}))
    simulator.advance(3 * DAY)
    assert versions(s3) == (3, 0)
    assert s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == b"5"


def test_a_versioned_bucket_empties_itself_in_three_steps(s3, simulator):
    create(s3)
    enable(s3)
    put(s3)
    rules(
        s3,
        rule(Expiration={"Days": 10}, NoncurrentVersionExpiration={"NoncurrentDays": 5}),
    )
    head = s3.head_object(Bucket=BUCKET, Key=KEY)
    assert 'rule-id="menage"' in head["Expiration"]
    simulator.advance(12 * DAY)
    assert versions(s3) == (1, 1), "the object is hidden by a marker"
    assert refusal(s3.get_object, Key=KEY)[0] == "NoSuchKey"
    simulator.advance(6 * DAY)
    assert versions(s3)[0] == 0, "its version is destroyed"
    simulator.advance(20 * DAY)
    assert versions(s3) == (0, 0), "and the marker that hid it goes"


def test_an_unversioned_bucket_forgets_for_good_and_by_prefix(s3, simulator):
    create(s3)
    put(s3, "brouillons/a")
    put(s3, "final/b")
    put(s3, "brouillons/garde", Tagging="garder=oui")
    rules(
        s3,
        {
            "ID": "brouillons",
            "Status": "Enabled",
            "Filter": {"And": {"Prefix": "brouillons/", "Tags": [{"Key": "garder", "Value": "non"}]}},
            "Expiration": {"Days": 1},
        },
    )
    simulator.advance(3 * DAY)
    assert len(s3.list_objects_v2(Bucket=BUCKET)["Contents"]) == 3
    s3.put_object_tagging(
        Bucket=BUCKET, Key="brouillons/a", Tagging={"TagSet": [{"Key": "garder", "Value": "non"}]}
    )
    simulator.advance(1 * DAY)
    kept = [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert kept == ["brouillons/garde", "final/b"]


def test_parts_that_nobody_completes_are_thrown_away(s3, simulator):
    create(s3)
    rules(s3, rule(AbortIncompleteMultipartUpload={"DaysAfterInitiation": 7}))
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key=KEY)
    assert upload["AbortRuleId"] == "menage"
    simulator.advance(6 * DAY)
    assert s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]
    simulator.advance(3 * DAY)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)


def test_cold_classes_come_with_age_and_archives_must_be_restored(s3, simulator):
    create(s3)
    put(s3, body=b"x" * 200_000)
    put(s3, "petit")
    rules(
        s3,
        rule(
            Transitions=[
                {"Days": 30, "StorageClass": "STANDARD_IA"},
                {"Days": 90, "StorageClass": "GLACIER"},
            ]
        ),
    )
    simulator.advance(32 * DAY)
    assert s3.head_object(Bucket=BUCKET, Key=KEY)["StorageClass"] == "STANDARD_IA"
    simulator.advance(60 * DAY)
    assert s3.head_object(Bucket=BUCKET, Key=KEY)["StorageClass"] == "GLACIER"
    assert refusal(s3.get_object, Key=KEY)[0] == "InvalidObjectState"
    assert "StorageClass" not in s3.head_object(Bucket=BUCKET, Key="petit"), "small objects stay where they are"


def test_a_compliance_lock_holds_against_everybody_until_its_date(s3, simulator):
    create(s3, ObjectLockEnabledForBucket=True)
    s3.put_object_lock_configuration(
        Bucket=BUCKET,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}},
        },
    )
    version = put(s3)
    assert refusal(s3.delete_object, Key=KEY, VersionId=version, BypassGovernanceRetention=True) == (
        "AccessDenied",
        "Access Denied because object protected by object lock.",
    )
    marker = s3.delete_object(Bucket=BUCKET, Key=KEY)
    assert marker["DeleteMarker"], "a simple delete destroys nothing"
    batch = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": KEY, "VersionId": version}]})
    assert batch["Errors"][0]["Code"] == "AccessDenied"
    simulator.advance(31 * DAY)
    s3.delete_object(Bucket=BUCKET, Key=KEY, VersionId=version)
    assert versions(s3) == (0, 1)


def test_a_governance_lock_is_a_promise_that_the_powerful_can_break(s3, simulator):
    create(s3, ObjectLockEnabledForBucket=True)
    version = put(s3)
    until = simulated_now(simulator) + datetime.timedelta(days=30)
    s3.put_object_retention(
        Bucket=BUCKET, Key=KEY, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until}
    )
    assert refusal(s3.delete_object, Key=KEY, VersionId=version)[0] == "AccessDenied"
    shorter = {"Mode": "GOVERNANCE", "RetainUntilDate": until - datetime.timedelta(days=29)}
    assert refusal(s3.put_object_retention, Key=KEY, Retention=shorter)[0] == "AccessDenied"
    s3.put_object_retention(Bucket=BUCKET, Key=KEY, Retention=shorter, BypassGovernanceRetention=True)
    found = s3.get_object_retention(Bucket=BUCKET, Key=KEY)["Retention"]
    assert abs(found["RetainUntilDate"] - shorter["RetainUntilDate"]) < datetime.timedelta(seconds=1)
    s3.delete_object(Bucket=BUCKET, Key=KEY, VersionId=version, BypassGovernanceRetention=True)


def test_a_legal_hold_has_no_date(s3, simulator):
    create(s3, ObjectLockEnabledForBucket=True)
    version = put(s3, ObjectLockLegalHoldStatus="ON")
    simulator.advance(3650 * DAY)
    assert refusal(s3.delete_object, Key=KEY, VersionId=version)[0] == "AccessDenied"
    s3.put_object_legal_hold(Bucket=BUCKET, Key=KEY, LegalHold={"Status": "OFF"})
    s3.delete_object(Bucket=BUCKET, Key=KEY, VersionId=version)
    assert versions(s3) == (0, 0)
