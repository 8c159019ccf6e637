"""boto3 and Application Auto Scaling: targets, policies, and tables that scale as the clock moves."""

import datetime

import pytest
from botocore.exceptions import ClientError

TABLE = "compteurs"
TARGET = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": f"table/{TABLE}",
    "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
}


@pytest.fixture
def dynamodb(simulator):
    client = simulator.client("dynamodb")
    client.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )
    return client


@pytest.fixture
def scaling(simulator):
    return simulator.client("application-autoscaling")


def capacity(dynamodb):
    return dynamodb.describe_table(TableName=TABLE)["Table"]["ProvisionedThroughput"]["WriteCapacityUnits"]


def follow(scaling, value=70.0):
    return scaling.put_scaling_policy(
        PolicyName="suivre",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": value,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"},
        },
        **TARGET,
    )


def write(dynamodb, simulator, minutes, kilobytes):
    """Writes that much in each minute."""
    item = {"id": {"S": "a"}, "t": {"S": "x" * (1024 * kilobytes - 100)}}
    for _ in range(minutes):
        dynamodb.put_item(TableName=TABLE, Item=item)
        simulator.advance(60)


def test_a_table_scales_out_with_its_load_and_in_when_it_rests(dynamodb, scaling, simulator):
    scaling.register_scalable_target(MinCapacity=5, MaxCapacity=40, **TARGET)
    alarms = follow(scaling)["Alarms"]
    assert len(alarms) == 4
    write(dynamodb, simulator, minutes=4, kilobytes=290)
    assert capacity(dynamodb) > 5
    simulator.advance(3 * 3600)
    assert capacity(dynamodb) == 5
    activities = scaling.describe_scaling_activities(ServiceNamespace="dynamodb")["ScalingActivities"]
    assert {activity["StatusCode"] for activity in activities} == {"Successful"}
    assert len(activities) >= 2


def test_bounds_are_kept(dynamodb, scaling, simulator):
    scaling.register_scalable_target(MinCapacity=8, MaxCapacity=40, **TARGET)
    follow(scaling)
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (8, 40)
    assert target["RoleARN"].endswith("AWSServiceRoleForApplicationAutoScaling_DynamoDBTable")
    simulator.advance(120)
    assert capacity(dynamodb) == 8


def test_policies_are_described_and_deleted(dynamodb, scaling):
    scaling.register_scalable_target(MinCapacity=5, MaxCapacity=40, **TARGET)
    arn = follow(scaling)["PolicyARN"]
    assert follow(scaling, 50.0)["PolicyARN"] == arn
    (policy,) = scaling.describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"]
    assert policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 50.0
    scaling.delete_scaling_policy(PolicyName="suivre", **TARGET)
    scaling.deregister_scalable_target(**TARGET)
    assert scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"] == []


def test_what_is_wrong_is_refused_in_aws_s_words(dynamodb, scaling):
    with pytest.raises(ClientError) as error:
        follow(scaling)
    assert error.value.response["Error"]["Code"] == "ObjectNotFoundException"
    scaling.register_scalable_target(MinCapacity=5, MaxCapacity=40, **TARGET)
    with pytest.raises(ClientError) as error:
        follow(scaling, 95.0)
    assert error.value.response["Error"]["Code"] == "ValidationException"
    with pytest.raises(ClientError) as error:
        scaling.register_scalable_target(MinCapacity=50, MaxCapacity=40, **TARGET)
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_a_schedule_raises_the_minimum_at_its_time(dynamodb, scaling, simulator):
    scaling.register_scalable_target(MinCapacity=5, MaxCapacity=40, **TARGET)
    status, clock = simulator.control("/_cahier/clock")
    assert status == 200
    now = datetime.datetime.fromtimestamp(clock["now"], datetime.timezone.utc)
    when = (now + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
    scaling.put_scheduled_action(
        ScheduledActionName="soldes",
        Schedule=f"at({when})",
        ScalableTargetAction={"MinCapacity": 20},
        **TARGET,
    )
    assert capacity(dynamodb) == 5
    simulator.advance(3_700)
    assert capacity(dynamodb) == 20
