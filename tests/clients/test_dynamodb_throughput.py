"""boto3 and DynamoDB's throughput: tables, indexes, keys, modes, limits, as a script against AWS meets them."""

import pytest
from botocore.exceptions import ClientError

TABLE = "mesures"


def create(client, *, mode=None, index=None):
    """A table of a key `p` and a sort key `s`; `mode` is its (read, write) units, `None`: on demand."""

    def capacity(units):
        read, write = units
        return {"ProvisionedThroughput": {"ReadCapacityUnits": read, "WriteCapacityUnits": write}}

    attributes = ["p", "s"] + (["g"] if index else [])
    asked = {
        "TableName": TABLE,
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in attributes],
        "KeySchema": [
            {"AttributeName": "p", "KeyType": "HASH"},
            {"AttributeName": "s", "KeyType": "RANGE"},
        ],
    }
    asked |= capacity(mode) if mode else {"BillingMode": "PAY_PER_REQUEST"}
    if index:
        asked["GlobalSecondaryIndexes"] = [
            {
                "IndexName": "par-g",
                "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
            | capacity(index)
        ]
    client.create_table(**asked)
    client.get_waiter("table_exists").wait(TableName=TABLE, WaiterConfig={"Delay": 1, "MaxAttempts": 3})


def item(p, s="0", kilobytes=1, **others):
    members = {"p": p, "s": s, "t": "x" * (1024 * kilobytes - 100)} | others
    return {name: {"S": value} for name, value in members.items()}


def refused(act, times=400):
    """Does it again until it is refused."""
    for number in range(times):
        try:
            act(number)
        except ClientError as error:
            return error.response
    raise AssertionError(f"done {times} times, and never refused")


@pytest.fixture
def dynamodb(simulator):
    return simulator.client("dynamodb")


def test_an_index_without_capacity_holds_up_the_writes_of_its_table(dynamodb, simulator):
    create(dynamodb, mode=(50, 1000), index=(50, 1))
    error = refused(
        lambda number: dynamodb.put_item(TableName=TABLE, Item=item(str(number), kilobytes=50, g="x"))
    )
    assert error["Error"]["Code"] == "ProvisionedThroughputExceededException"
    (reason,) = error["ThrottlingReasons"]
    assert reason["reason"] == "IndexWriteProvisionedThroughputExceeded"
    assert reason["resource"].endswith(f":table/{TABLE}/index/par-g")
    dynamodb.put_item(TableName=TABLE, Item=item("sans l'attribut de l'index"))
    simulator.advance(400)
    dynamodb.put_item(TableName=TABLE, Item=item("plus tard", g="x"))


def test_one_key_takes_no_more_than_a_partition(dynamodb):
    create(dynamodb)
    error = refused(lambda number: dynamodb.put_item(TableName=TABLE, Item=item("chaude", str(number), 200)))
    assert error["Error"]["Code"] == "ThrottlingException"
    (reason,) = error["throttlingReasons"]
    assert reason["reason"] == "TableWriteKeyRangeThroughputExceeded"
    dynamodb.put_item(TableName=TABLE, Item=item("froide"))


def test_a_batch_hands_back_what_has_no_capacity(dynamodb, simulator):
    create(dynamodb, mode=(1, 1))
    puts = [{"PutRequest": {"Item": item(str(number), kilobytes=31)}} for number in range(20)]
    answer = dynamodb.batch_write_item(RequestItems={TABLE: puts}, ReturnConsumedCapacity="TOTAL")
    later = answer["UnprocessedItems"][TABLE]
    assert len(later) == 10
    assert answer["ConsumedCapacity"][0]["CapacityUnits"] == 310
    with pytest.raises(ClientError) as error:
        dynamodb.batch_write_item(RequestItems={TABLE: later})
    assert error.value.response["Error"]["Code"] == "ProvisionedThroughputExceededException"
    simulator.advance(600)
    assert dynamodb.batch_write_item(RequestItems={TABLE: later})["UnprocessedItems"] == {}


def test_a_transaction_costs_twice_and_says_which_part_was_throttled(dynamodb):
    create(dynamodb, mode=(5, 1))
    put = {"Put": {"TableName": TABLE, "Item": item("a", kilobytes=30)}}
    answer = dynamodb.transact_write_items(TransactItems=[put], ReturnConsumedCapacity="INDEXES")
    assert answer["ConsumedCapacity"][0]["Table"]["WriteCapacityUnits"] == 60
    error = refused(lambda _: dynamodb.transact_write_items(TransactItems=[put]), 10)
    assert error["Error"]["Code"] == "TransactionCanceledException"
    assert [reason["Code"] for reason in error["CancellationReasons"]] == ["ProvisionedThroughputExceeded"]


def test_capacity_is_shown_by_table_and_index(dynamodb):
    create(dynamodb, mode=(50, 50), index=(50, 50))
    answer = dynamodb.put_item(TableName=TABLE, Item=item("a", g="x"), ReturnConsumedCapacity="INDEXES")
    consumed = answer["ConsumedCapacity"]
    assert consumed["CapacityUnits"] == 2
    assert consumed["Table"] == {"CapacityUnits": 1}
    assert consumed["GlobalSecondaryIndexes"] == {"par-g": {"CapacityUnits": 1}}


def update(client, read, write):
    throughput = {"ReadCapacityUnits": read, "WriteCapacityUnits": write}
    return client.update_table(TableName=TABLE, ProvisionedThroughput=throughput)


def test_capacity_is_decreased_four_times_then_once_an_hour(dynamodb, simulator):
    create(dynamodb, mode=(50, 50))
    for read in (40, 30, 20, 10):
        update(dynamodb, read, 50)
    with pytest.raises(ClientError) as error:
        update(dynamodb, 5, 50)
    assert error.value.response["Error"]["Code"] == "LimitExceededException"
    update(dynamodb, 60, 50)
    described = dynamodb.describe_table(TableName=TABLE)["Table"]["ProvisionedThroughput"]
    assert described["NumberOfDecreasesToday"] == 4
    simulator.advance(3_700)
    update(dynamodb, 5, 50)


def test_a_table_changes_its_mode(dynamodb):
    create(dynamodb, mode=(5, 5))
    dynamodb.update_table(TableName=TABLE, BillingMode="PAY_PER_REQUEST")
    described = dynamodb.describe_table(TableName=TABLE)["Table"]
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert described["TableStatus"] == "ACTIVE"


def test_a_maximum_on_demand_throttles(dynamodb):
    create(dynamodb)
    dynamodb.update_table(
        TableName=TABLE, OnDemandThroughput={"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 10}
    )
    error = refused(lambda number: dynamodb.put_item(TableName=TABLE, Item=item(str(number), kilobytes=10)))
    assert error["Error"]["Code"] == "ThrottlingException"
    (reason,) = error["throttlingReasons"]
    assert reason["reason"] == "TableWriteMaxOnDemandThroughputExceeded"


def test_warm_throughput_rises_and_never_falls(dynamodb):
    create(dynamodb)

    def warm(read, write):
        throughput = {"ReadUnitsPerSecond": read, "WriteUnitsPerSecond": write}
        dynamodb.update_table(TableName=TABLE, WarmThroughput=throughput)

    warm(13_000, 5_000)
    shown = dynamodb.describe_table(TableName=TABLE)["Table"]["WarmThroughput"]
    assert (shown["ReadUnitsPerSecond"], shown["WriteUnitsPerSecond"], shown["Status"]) == (
        13_000,
        5_000,
        "ACTIVE",
    )
    with pytest.raises(ClientError) as error:
        warm(12_500, 5_000)
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_the_account_has_limits(dynamodb):
    limits = dynamodb.describe_limits()
    assert limits["AccountMaxReadCapacityUnits"] == limits["AccountMaxWriteCapacityUnits"] == 80_000
    assert limits["TableMaxReadCapacityUnits"] == limits["TableMaxWriteCapacityUnits"] == 40_000
    with pytest.raises(ClientError) as error:
        create(dynamodb, mode=(40_001, 1))
    assert error.value.response["Error"]["Code"] == "LimitExceededException"


def test_a_table_has_a_policy(dynamodb, simulator):
    create(dynamodb)
    arn = dynamodb.describe_table(TableName=TABLE)["Table"]["TableArn"]
    with pytest.raises(dynamodb.exceptions.PolicyNotFoundException):
        dynamodb.get_resource_policy(ResourceArn=arn)
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",'
        f' "Action": "dynamodb:PutItem", "Resource": "{arn}"}}]}}'
    )
    revision = dynamodb.put_resource_policy(ResourceArn=arn, Policy=policy)["RevisionId"]
    assert dynamodb.get_resource_policy(ResourceArn=arn)["RevisionId"] == revision
    with pytest.raises(ClientError) as error:
        dynamodb.put_item(TableName=TABLE, Item=item("a"))
    assert error.value.response["Error"]["Code"] == "AccessDeniedException"
    dynamodb.delete_resource_policy(ResourceArn=arn, ExpectedRevisionId=revision)
    dynamodb.put_item(TableName=TABLE, Item=item("a"))
    assert simulator.alive()


def test_backups_are_off(dynamodb):
    create(dynamodb)
    shown = dynamodb.describe_continuous_backups(TableName=TABLE)["ContinuousBackupsDescription"]
    assert shown["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"
    assert dynamodb.describe_time_to_live(TableName=TABLE)["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "DISABLED"
    }
