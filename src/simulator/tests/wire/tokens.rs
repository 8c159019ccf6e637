//! `ClientRequestToken`: what is sent twice is done once.

use std::path::Path;

use serde_json::{Value, json};
use simulator::{Config, Simulator};

use super::client::{Answer, World};
use super::common::killed_now;

fn kept_in(folder: &Path) -> World {
    let config = Config {
        data_dir: Some(folder.to_owned()),
        ..Config::default()
    };
    World {
        simulator: Simulator::start(config).unwrap(),
    }
}

/// Adds to the number of the item `id`.
fn add(world: &World, token: &str, id: &str, by: u32) -> Answer {
    let update = json!({
        "TableName": "notes",
        "Key": {"id": {"S": id}},
        "UpdateExpression": "ADD n :by",
        "ExpressionAttributeValues": {":by": {"N": by.to_string()}},
    });
    let input = json!({
        "ClientRequestToken": token,
        "TransactItems": [{"Update": update}],
        "ReturnConsumedCapacity": "TOTAL",
    });
    world.dynamodb("TransactWriteItems", &input)
}

fn number(world: &World, id: &str) -> Value {
    let item = world.ok(
        "GetItem",
        &json!({"TableName": "notes", "Key": {"id": {"S": id}}}),
    );
    item["Item"]["n"]["N"].clone()
}

#[test]
fn a_transaction_with_a_known_token_is_not_done_again_and_costs_a_read() {
    let world = World::frozen();
    world.notes(50, 50);
    let consumed = |answer: &Answer| answer.json()["ConsumedCapacity"][0].clone();
    let first = consumed(&add(&world, "t", "a", 1));
    assert_eq!(
        (&first["CapacityUnits"], &first["WriteCapacityUnits"]),
        (&json!(2.0), &json!(2.0))
    );
    world.advance(599);
    let second = add(&world, "t", "a", 1);
    assert_eq!(second.status, 200, "{}", second.body);
    let second = consumed(&second);
    assert_eq!(
        (&second["CapacityUnits"], &second["ReadCapacityUnits"]),
        (&json!(2.0), &json!(2.0))
    );
    assert_eq!(number(&world, "a"), "1");
    // Ten minutes after the first request, it is a new one.
    world.advance(1);
    assert_eq!(add(&world, "t", "a", 1).status, 200);
    assert_eq!(number(&world, "a"), "2");
}

#[test]
fn a_known_token_with_another_request_is_refused_for_ten_simulated_minutes() {
    let world = World::frozen();
    world.notes(50, 50);
    assert_eq!(add(&world, "t", "a", 1).status, 200);
    let refused = add(&world, "t", "a", 2);
    assert_eq!(
        (refused.status, refused.error().as_str()),
        (400, "IdempotentParameterMismatchException")
    );
    world.advance(601);
    assert_eq!(add(&world, "t", "a", 2).status, 200);
    assert_eq!(number(&world, "a"), "3");
}

#[test]
fn a_token_that_was_used_again_later_costs_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let world = kept_in(folder.path());
    world.notes(50, 50);
    add(&world, "t", "a", 1);
    world.advance(601);
    assert_eq!(add(&world, "t", "a", 2).status, 200);
    let left = killed_now(folder.path());
    let world = kept_in(left.path());
    assert_eq!(world.simulator.warnings(), []);
    assert_eq!(number(&world, "a"), "3");
}

#[test]
fn a_token_is_known_over_a_restart_and_over_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let world = kept_in(folder.path());
    world.notes(50, 50);
    add(&world, "t", "a", 1);
    let killed = killed_now(folder.path());
    drop(world);
    for path in [folder.path(), killed.path()] {
        let world = kept_in(path);
        assert_eq!(add(&world, "t", "a", 1).status, 200);
        assert_eq!(number(&world, "a"), "1");
        let left = killed_now(path);
        assert_eq!(number(&kept_in(left.path()), "a"), "1");
    }
}

#[test]
fn a_token_of_a_state_that_was_put_back_is_forgotten_with_what_it_did() {
    let world = World::frozen();
    world.notes(50, 50);
    let before = world.simulator.snapshot();
    add(&world, "t", "a", 1);
    assert!(world.simulator.restore(before));
    add(&world, "t", "a", 1);
    assert_eq!(number(&world, "a"), "1");
}

#[test]
fn statements_with_a_known_token_are_not_done_again() {
    let world = World::frozen();
    world.notes(50, 50);
    world.put("a", 9_000);
    let update = |token: &str, mode: Option<&str>, value: u32| {
        let mut statement = json!({"Statement": format!("UPDATE notes SET n = {value} WHERE id = 'a'")});
        if let Some(mode) = mode {
            statement["ReturnValuesOnConditionCheckFailure"] = mode.into();
        }
        let input = json!({
            "ClientRequestToken": token,
            "TransactStatements": [statement],
            "ReturnConsumedCapacity": "TOTAL",
        });
        world.dynamodb("ExecuteTransaction", &input)
    };
    assert_eq!(update("t", None, 1).status, 200);
    assert_eq!(update("u", None, 2).status, 200);
    // 9 KB, read in a transaction: three units, twice.
    let again = update("t", Some("NONE"), 1);
    assert_eq!(
        again.json()["ConsumedCapacity"][0]["ReadCapacityUnits"],
        6.0,
        "{}",
        again.body
    );
    assert_eq!(number(&world, "a"), "2");
    assert_eq!(
        update("t", Some("ALL_OLD"), 1).error(),
        "IdempotentParameterMismatchException"
    );
    // The other operation has tokens of its own.
    assert_eq!(add(&world, "t", "b", 1).status, 200);
}
