"""boto3 and DynamoDB: consumed capacity, throttling, and recovery by the clock."""

import pytest
from botocore.exceptions import ClientError

TABLE = "commandes"


def create(client, **throughput):
    capacity = (
        {"BillingMode": "PROVISIONED", "ProvisionedThroughput": throughput}
        if throughput
        else {"BillingMode": "PAY_PER_REQUEST"}
    )
    client.create_table(
        TableName=TABLE,
        AttributeDefinitions=[
            {"AttributeName": "client", "AttributeType": "S"},
            {"AttributeName": "jour", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "client", "KeyType": "HASH"},
            {"AttributeName": "jour", "KeyType": "RANGE"},
        ],
        **capacity,
    )
    client.get_waiter("table_exists").wait(TableName=TABLE, WaiterConfig={"Delay": 1, "MaxAttempts": 5})


@pytest.fixture
def dynamodb(simulator):
    return simulator.client("dynamodb")


def put(client, jour, size):
    """Writes an item of `size` bytes, names included, and gives the units that it cost."""
    item = {"client": {"S": "zoé"}, "jour": {"S": jour}}
    used = len("client") + len("zoé".encode()) + len("jour") + len(jour) + len("x")
    item["x"] = {"S": "x" * (size - used)}
    answer = client.put_item(TableName=TABLE, Item=item, ReturnConsumedCapacity="TOTAL")
    return answer["ConsumedCapacity"]["CapacityUnits"]


def test_a_write_costs_its_size_rounded_up_to_the_kibibyte(dynamodb):
    create(dynamodb, ReadCapacityUnits=50, WriteCapacityUnits=50)
    assert [put(dynamodb, "1", 1024), put(dynamodb, "2", 1025), put(dynamodb, "3", 3500)] == [1, 2, 4]


def test_a_query_sums_the_items_before_it_rounds(dynamodb):
    create(dynamodb, ReadCapacityUnits=50, WriteCapacityUnits=50)
    for day in range(3):
        put(dynamodb, str(day), 1500)
    answers = [
        dynamodb.query(
            TableName=TABLE,
            KeyConditionExpression="client = :c",
            ExpressionAttributeValues={":c": {"S": "zoé"}},
            ConsistentRead=strong,
            ReturnConsumedCapacity="TOTAL",
        )
        for strong in (True, False)
    ]
    assert [answer["Count"] for answer in answers] == [3, 3]
    assert [answer["ConsumedCapacity"]["CapacityUnits"] for answer in answers] == [2, 1]


def test_a_missing_item_still_costs_the_smallest_read(dynamodb):
    create(dynamodb, ReadCapacityUnits=5, WriteCapacityUnits=5)
    answer = dynamodb.get_item(
        TableName=TABLE,
        Key={"client": {"S": "personne"}, "jour": {"S": "0"}},
        ReturnConsumedCapacity="TOTAL",
    )
    assert answer["ConsumedCapacity"]["CapacityUnits"] == 0.5


def throttled(client):
    """Writes 100 KB at a time until the table refuses; gives the refusal."""
    for number in range(20):
        try:
            put(client, str(number), 100 * 1024)
        except ClientError as refused:
            return refused.response
    raise AssertionError("20 writes of 100 units on a table of 1 unit a second: none was refused")


def test_a_table_throttles_and_recovers_when_the_clock_moves(dynamodb, simulator):
    create(dynamodb, ReadCapacityUnits=1, WriteCapacityUnits=1)
    refused = throttled(dynamodb)
    assert refused["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert refused["Error"]["Code"] == "ProvisionedThroughputExceededException"
    reasons = [reason["reason"] for reason in refused["ThrottlingReasons"]]
    assert reasons == ["TableWriteProvisionedThroughputExceeded"]

    simulator.advance(400)
    assert put(dynamodb, "ensuite", 1024) == 1


def test_a_table_on_demand_does_not_throttle_at_that_rate(dynamodb):
    create(dynamodb)
    assert [put(dynamodb, str(number), 100 * 1024) for number in range(10)] == [100] * 10


def test_an_unknown_table_and_an_operation_that_is_not_simulated_are_told_apart(dynamodb, simulator):
    with pytest.raises(ClientError) as refused:
        dynamodb.describe_table(TableName="absente")
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"
    with pytest.raises(ClientError) as refused:
        dynamodb.list_global_tables()
    assert refused.value.response["Error"]["Code"] == "UnknownOperationException"
    assert simulator.alive()
