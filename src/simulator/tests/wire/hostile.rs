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
