//! Requests that no decent client sends: each is answered or dropped, and the simulator lives on.

use serde_json::{Value, json};

use super::client::World;

fn alive(world: &World) {
    assert_eq!(world.dynamodb("ListTables", &json!({})).status, 200);
}

#[test]
fn malformed_http_is_answered_400_or_dropped() {
    let world = World::frozen();
    for bytes in [
        &b"BONJOUR\r\n\r\n"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n",
    ] {
        let answer = world.raw(bytes);
        assert_eq!(
            answer.map(|answer| answer.status),
            Some(400),
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
    for cut in [
        &b""[..],
        b"POST / HTTP/1.1\r\nhost",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nshort",
    ] {
        let _ = world.raw(cut);
    }
    alive(&world);
}

#[test]
fn bodies_that_are_not_a_json_object_are_a_serialization_exception() {
    let world = World::frozen();
    for body in ["", "{", "[]", "null", "\"x\"", "{\"a\":1}}", "\u{0}"] {
        let answer = world.dynamodb_text("ListTables", body);
        assert_eq!(
            (answer.status, answer.error().as_str()),
            (400, "SerializationException"),
            "{body:?}"
        );
    }
}

#[test]
fn an_item_nested_too_deep_is_refused_at_every_depth() {
    let world = World::frozen();
    world.notes(100, 100);
    for depth in [31, 32, 33, 60, 70, 200, 5_000, 100_000] {
        let value = format!(
            "{}{{\"S\":\"x\"}}{}",
            "{\"L\":[".repeat(depth),
            "]}".repeat(depth)
        );
        let body = format!("{{\"TableName\":\"notes\",\"Item\":{{\"id\":{{\"S\":\"a\"}},\"v\":{value}}}}}");
        let answer = world.dynamodb_text("PutItem", &body);
        if depth > 31 {
            assert_eq!(
                (answer.status, answer.error().as_str()),
                (400, "ValidationException"),
                "{depth}: {}",
                answer.body
            );
            assert!(
                answer.json()["message"]
                    .as_str()
                    .unwrap()
                    .contains("Nesting Levels have exceeded supported limits")
            );
        } else {
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
    }
    alive(&world);
}

#[test]
fn absurd_numbers_expressions_and_names_are_refused() {
    let world = World::frozen();
    world.notes(1000, 1000);
    let put = |value: Value| {
        world.dynamodb(
            "PutItem",
            &json!({"TableName": "notes", "Item": {"id": {"S": "a"}, "n": value}}),
        )
    };
    for number in ["1e999", "9".repeat(60).as_str(), "1e-999", "NaN", "", "0x10"] {
        let answer = put(json!({"N": number}));
        assert_eq!(
            (answer.status, answer.error().as_str()),
            (400, "ValidationException"),
            "{number}: {}",
            answer.body
        );
    }
    assert_eq!(put(json!({"N": 1})).status, 400);
    assert_eq!(put(json!({"Z": "x"})).status, 400);
    assert_eq!(
        put(json!({"S": "x".repeat(410_000)})).error(),
        "ValidationException"
    );
    let nested = format!("{}a = a{}", "(".repeat(2000), ")".repeat(2000));
    let scan = world.dynamodb("Scan", &json!({"TableName": "notes", "FilterExpression": nested}));
    assert_eq!((scan.status, scan.error().as_str()), (400, "ValidationException"));
    let nots = "NOT ".repeat(1000) + "a = b";
    world.dynamodb("Scan", &json!({"TableName": "notes", "FilterExpression": nots}));
    let statement = format!(
        "SELECT * FROM \"notes\" WHERE {}id = 'a'{}",
        "(".repeat(3000),
        ")".repeat(3000)
    );
    world.dynamodb("ExecuteStatement", &json!({"Statement": statement}));
    alive(&world);
}

#[test]
fn an_item_s_numbers_keys_and_size_have_limits() {
    let world = World::frozen();
    world.notes(30_000, 30_000);
    let put = |item: Value| world.dynamodb("PutItem", &json!({"TableName": "notes", "Item": item}));
    let says = |item: Value, words: &str| {
        let answer = put(item);
        assert_eq!(answer.error(), "ValidationException", "{}", answer.body);
        assert!(answer.body.contains(words), "{}", answer.body);
    };
    let digits = |count: usize| json!({"id": {"S": "a"}, "n": {"N": "7".repeat(count)}});
    assert_eq!(put(digits(38)).status, 200);
    says(
        digits(39),
        "Attempting to store more than 38 significant digits in a Number",
    );
    let big = json!({"id": {"S": "a"}, "n": {"N": "1e126"}});
    says(
        big,
        "Number overflow. Attempting to store a number with magnitude larger than supported range",
    );
    let small = json!({"id": {"S": "a"}, "n": {"N": "1e-131"}});
    says(
        small,
        "Number underflow. Attempting to store a number with magnitude smaller than supported range",
    );
    // `id`, `a`, `t` and the text: 400 KB to the byte.
    let sized = |bytes: usize| json!({"id": {"S": "a"}, "t": {"S": "x".repeat(bytes - 4)}});
    assert_eq!(put(sized(400 * 1024)).status, 200);
    says(
        sized(400 * 1024 + 1),
        "Item size has exceeded the maximum allowed size",
    );
    says(
        json!({"id": {"S": ""}}),
        "The AttributeValue for a key attribute cannot contain an empty string value. Key: id",
    );
    says(
        json!({"id": {"S": "é".repeat(1025)}}),
        "Size of hashkey has exceeded the maximum size limit of2048 bytes",
    );
    says(json!({"t": {"S": "x"}}), "Missing the key id in the item");
    says(
        json!({"id": {"N": "1"}}),
        "Type mismatch for key id expected: S actual: N",
    );
    let binary = put(json!({"id": {"S": "a"}, "b": {"B": "a*b"}}));
    assert_eq!(binary.error(), "SerializationException", "{}", binary.body);
    alive(&world);
}

#[test]
fn a_batch_has_limits() {
    let world = World::frozen();
    world.notes(30_000, 30_000);
    let write = |ids: &[String]| {
        let puts = ids
            .iter()
            .map(|id| json!({"PutRequest": {"Item": {"id": {"S": id}}}}));
        let requests = json!({"RequestItems": {"notes": puts.collect::<Vec<_>>()}});
        world.dynamodb("BatchWriteItem", &requests)
    };
    let ids = |count: usize| (0..count).map(|id| id.to_string()).collect::<Vec<_>>();
    assert_eq!(write(&ids(25)).status, 200);
    assert_eq!(write(&ids(26)).error(), "ValidationException");
    let twice = write(&["a".to_owned(), "a".to_owned()]);
    assert!(
        twice
            .body
            .contains("Provided list of item keys contains duplicates"),
        "{}",
        twice.body
    );
    let keys = |count: usize| {
        (0..count)
            .map(|id| json!({"id": {"S": id.to_string()}}))
            .collect::<Vec<_>>()
    };
    let read = |keys: Vec<Value>| {
        world.dynamodb(
            "BatchGetItem",
            &json!({"RequestItems": {"notes": {"Keys": keys}}}),
        )
    };
    assert_eq!(read(keys(100)).status, 200);
    assert_eq!(read(keys(101)).error(), "ValidationException");
    assert!(
        read([keys(1), keys(1)].concat())
            .body
            .contains("Provided list of item keys contains duplicates")
    );
    alive(&world);
}

#[test]
fn a_body_larger_than_is_taken_is_refused_unread() {
    let world = World::frozen();
    let answer = world.dynamodb_text("PutItem", &"x".repeat((16 << 20) + 1));
    assert_eq!(answer.status, 413);
    alive(&world);
}

#[test]
fn hundreds_of_connections_at_once_are_all_answered() {
    let world = World::frozen();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| (0..20).for_each(|_| alive(&world)));
        }
    });
    assert_eq!(world.simulator.journal().len(), 320);
}
