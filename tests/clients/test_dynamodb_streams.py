"""boto3, DynamoDB Streams and PartiQL: what a client of AWS accepts to send, and what a policy lets through."""

import re

import pytest
from identities import new_user, policy, refusal

TABLE = "commandes"


@pytest.fixture
def dynamodb(simulator):
    client = simulator.client("dynamodb")
    client.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": "client", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "client", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return client


def put(client, name):
    client.put_item(TableName=TABLE, Item={"client": {"S": name}})


def records(streams, **where):
    iterator = streams.get_shard_iterator(**where)["ShardIterator"]
    return [record["dynamodb"]["Keys"]["client"]["S"] for record in streams.get_records(ShardIterator=iterator)["Records"]]


def test_the_records_of_a_stream_are_read_through_its_shard(simulator, dynamodb):
    enabled = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    table = dynamodb.update_table(TableName=TABLE, StreamSpecification=enabled)["TableDescription"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}", table["LatestStreamLabel"])
    assert table["LatestStreamArn"].endswith(f"table/{TABLE}/stream/{table['LatestStreamLabel']}")
    streams = simulator.client("dynamodbstreams")
    (listed,) = streams.list_streams(TableName=TABLE)["Streams"]
    stream = {"StreamArn": table["LatestStreamArn"]}
    assert listed == stream | {"TableName": TABLE, "StreamLabel": table["LatestStreamLabel"]}
    (shard,) = streams.describe_stream(**stream)["StreamDescription"]["Shards"]
    assert re.fullmatch(r"shardId-\d{20}-[0-9a-f]{8}", shard["ShardId"])
    for name in ["zoé", "bob"]:
        put(dynamodb, name)
    where = stream | {"ShardId": shard["ShardId"]}
    assert records(streams, **where, ShardIteratorType="TRIM_HORIZON") == ["zoé", "bob"]
    assert records(streams, **where, ShardIteratorType="LATEST") == []
    again = streams.describe_stream(**stream, ExclusiveStartShardId=shard["ShardId"])
    assert again["StreamDescription"]["Shards"] == []


def test_leading_keys_bound_partiql_as_they_bound_the_operations(simulator, dynamodb):
    for name in ["alice", "bob"]:
        put(dynamodb, name)
    table = f"arn:aws:dynamodb:{simulator.region}:{simulator.account}:table/{TABLE}"
    own = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]}}
    document = policy(["dynamodb:GetItem", "dynamodb:PartiQL*"], table, Condition=own)
    alice = simulator.client("dynamodb", **new_user(simulator, "alice", document))
    select = f"SELECT * FROM {TABLE} WHERE client = ?"
    found = alice.execute_statement(Statement=select, Parameters=[{"S": "alice"}])
    assert found["Items"] == [{"client": {"S": "alice"}}]
    denied = [
        {"Statement": select, "Parameters": [{"S": "bob"}]},
        {"Statement": f"SELECT * FROM {TABLE} WHERE client = 'bob'"},
        {"Statement": f"SELECT * FROM {TABLE}"},
        {"Statement": f"INSERT INTO {TABLE} VALUE {{'client': 'carole'}}"},
        {"Statement": f"DELETE FROM {TABLE} WHERE client = 'bob'"},
    ]
    for statement in denied:
        assert refusal(alice.execute_statement, **statement)[1] == "AccessDeniedException", statement
    assert dynamodb.scan(TableName=TABLE)["Count"] == 2
