//! What a table on demand takes at once, and what one partition key takes.

use serde_json::json;

use super::client::{Answer, World};
use super::throughput::{indexed, on_demand, provision, update_index};

/// Puts 400 units into each of so many keys, until one is refused.
fn burst(world: &World, keys: usize) -> (usize, Option<Answer>) {
    for key in 0..keys {
        let answer = world.put(&format!("clé-{key}"), 409_000);
        if answer.status != 200 {
            return (key, Some(answer));
        }
    }
    (keys, None)
}

#[test]
fn a_new_table_on_demand_takes_four_thousand_writes_a_second() {
    let world = World::frozen();
    on_demand(&world, &json!({}));
    let (served, refused) = burst(&world, 20);
    assert_eq!(served, 10);
    let refused = refused.unwrap();
    assert_eq!(refused.error(), "ThrottlingException");
    assert_eq!(
        refused.json()["throttlingReasons"][0]["reason"],
        "TableWriteKeyRangeThroughputExceeded"
    );
    world.advance(1);
    assert_eq!(burst(&world, 20).0, 10);
}

#[test]
fn half_an_hour_after_a_peak_a_table_on_demand_takes_twice_as_much() {
    let world = World::frozen();
    on_demand(&world, &json!({}));
    let minute = world.simulator.now().unix_timestamp() % 60;
    world.advance(u64::try_from(61 - minute).unwrap());
    for second in 0..58 {
        let (served, refused) = burst(&world, 10);
        assert_eq!(served, 10, "second {second}: {refused:?}");
        world.advance(1);
    }
    world.advance(60);
    assert_eq!(burst(&world, 30).0, 10, "the peak is not the previous one yet");
    world.advance(31 * 60);
    let (served, _) = burst(&world, 30);
    assert!((19..=20).contains(&served), "{served}");
}

#[test]
fn one_key_gets_what_a_partition_serves() {
    let world = World::frozen();
    world.notes(40_000, 40_000);
    for _ in 0..3 {
        assert_eq!(world.put("chaude", 409_000).status, 200);
    }
    let refused = world.put("chaude", 10);
    assert_eq!(refused.error(), "ProvisionedThroughputExceededException");
    assert_eq!(
        refused.json()["ThrottlingReasons"][0]["reason"],
        "TableWriteKeyRangeThroughputExceeded"
    );
    assert_eq!(world.put("froide", 10).status, 200);
    world.advance(1);
    assert_eq!(world.put("chaude", 10).status, 200);
}

#[test]
fn a_hot_key_of_an_index_holds_up_the_writes_that_change_it_there() {
    let world = World::frozen();
    indexed(&world);
    provision(&world, 100, 10_000);
    update_index(&world, 5_000, 10_000);
    let put = |id: usize, city: &str| {
        let item = json!({"id": {"S": format!("{id}-{}", "x".repeat(900))}, "ville": {"S": city}});
        world.dynamodb("PutItem", &json!({"TableName": "notes", "Item": item}))
    };
    let refused = (0..1100)
        .map(|id| put(id, "Paris"))
        .find(|answer| answer.status != 200);
    let reasons = refused.unwrap().json()["ThrottlingReasons"].clone();
    assert_eq!(
        reasons,
        json!([{"reason": "IndexWriteKeyRangeThroughputExceeded", "resource": "arn:aws:dynamodb:eu-west-3:123456789012:table/notes/index/par-ville"}])
    );
    assert_eq!(put(5000, "Lyon").status, 200, "another key of the index goes on");
}
