//! The control routes, and the clock behind them.

use serde_json::json;

use super::client::World;

#[test]
fn no_control_route_answers_without_the_token() {
    let world = World::frozen();
    let host = world.host();
    for path in [
        "/_cahier/clock",
        "/_cahier/journal",
        "/_cahier/journal/1",
        "/_cahier/dynamodb/throughput/notes",
        "/_cahier/reset",
        "/_cahier/nothing",
        "/_cahier",
    ] {
        for method in ["GET", "POST", "OPTIONS"] {
            for authorization in ["", "Bearer ", "Bearer wrong", world.simulator.control_token()] {
                let headers = [("host", host.as_str()), ("authorization", authorization)];
                let answer = world.plain(method, path, &headers, "");
                assert_eq!(answer.status, 403, "{method} {path}: {}", answer.body);
            }
        }
    }
}

#[test]
fn the_clock_moves_forward_by_what_is_asked() {
    let world = World::frozen();
    let before = world.control("GET", "/_cahier/clock", "").json();
    let after = world
        .control("POST", "/_cahier/clock", r#"{"advance_seconds": 601}"#)
        .json();
    assert_eq!(after["offset_seconds"], json!(601.0));
    assert_eq!(after["frozen"], true);
    let moved = after["now"].as_f64().unwrap() - before["now"].as_f64().unwrap();
    assert!((moved - 601.0).abs() < 1e-3, "{moved}");
}

#[test]
fn a_bad_advance_is_refused_and_moves_nothing() {
    let world = World::frozen();
    for body in [
        "",
        "{",
        "{}",
        "[]",
        r#"{"advance_seconds": -1}"#,
        r#"{"advance_seconds": "10"}"#,
        r#"{"advance_seconds": 1e300}"#,
    ] {
        let answer = world.control("POST", "/_cahier/clock", body);
        assert_eq!(answer.status, 400, "{body}: {}", answer.body);
        assert_eq!(answer.json()["error"]["code"], "BadRequest");
    }
    assert_eq!(
        world.control("GET", "/_cahier/clock", "").json()["offset_seconds"],
        json!(0.0)
    );
}

#[test]
fn reset_empties_the_cloud_and_keeps_the_key() {
    let world = World::frozen();
    world.notes(5, 5);
    world.advance(600);
    assert_eq!(world.control("POST", "/_cahier/reset", "").status, 200);
    assert_eq!(world.ok("ListTables", &json!({}))["TableNames"], json!([]));
    assert_eq!(
        world.control("GET", "/_cahier/clock", "").json()["offset_seconds"],
        json!(0.0)
    );
    assert_eq!(world.simulator.journal().len(), 1);
}

#[test]
fn the_journal_tells_who_did_what_and_what_it_consumed() {
    let world = World::frozen();
    world.notes(5, 5);
    world.put("a", 3500);
    world.dynamodb(
        "GetItem",
        &json!({"TableName": "absent", "Key": {"id": {"S": "a"}}}),
    );
    let journal = world.control("GET", "/_cahier/journal", "").json();
    let put = &journal[1];
    assert_eq!(put["service"], "dynamodb");
    assert_eq!(put["operation"], "PutItem");
    assert_eq!(put["principal"], "arn:aws:iam::123456789012:user/administrateur");
    assert_eq!(
        put["resource"],
        "arn:aws:dynamodb:eu-west-3:123456789012:table/notes"
    );
    assert_eq!(
        (put["status"].clone(), put["error"].clone()),
        (json!(200), json!(null))
    );
    assert_eq!(put["consumed_capacity"], json!(4.0));
    assert_eq!(journal[2]["error"], "ResourceNotFoundException");
    assert_eq!(journal[2]["status"], 400);
}

#[test]
fn one_call_is_shown_with_its_authentication_and_authorisation() {
    let world = World::frozen();
    world.notes(5, 5);
    let id = world.simulator.journal()[0].id;
    let call = world.control("GET", &format!("/_cahier/journal/{id}"), "").json();
    assert_eq!(call["operation"], "CreateTable");
    assert_eq!(call["authentication"]["kind"], "REST-HEADER");
    assert_eq!(
        call["authentication"]["access_key_id"],
        world.simulator.access_key_id()
    );
    assert!(
        call["authentication"]["canonical_request"]
            .as_str()
            .unwrap()
            .starts_with("POST\n/\n")
    );
    let decision = &call["authorisation"][0];
    assert_eq!(
        (decision["action"].as_str(), decision["decision"].as_str()),
        (Some("dynamodb:CreateTable"), Some("allowed"))
    );
    assert_eq!(
        decision["matched"][0],
        "arn:aws:iam::aws:policy/AdministratorAccess"
    );
    assert_eq!(world.control("GET", "/_cahier/journal/999", "").status, 404);
    assert_eq!(world.control("GET", "/_cahier/journal/x", "").status, 404);
}

#[test]
fn neither_secret_nor_token_is_ever_journalled() {
    let world = World::frozen();
    world.notes(5, 5);
    let id = world.simulator.journal()[0].id;
    let call = serde_json::to_string(&world.simulator.call_details(id)).unwrap();
    assert!(!call.contains(world.simulator.secret_access_key()));
    assert!(!call.contains(world.simulator.control_token()));
}

#[test]
fn an_anonymous_call_to_s3_is_denied_and_journalled() {
    let world = World::frozen();
    let host = world.host();
    let answer = world.plain("PUT", "/rapports", &[("host", &host)], "");
    assert_eq!(answer.status, 403);
    assert!(
        answer
            .body
            .contains("<Code>AccessDenied</Code><Message>Access Denied</Message>"),
        "{}",
        answer.body
    );
    let last = world.simulator.journal().pop().unwrap();
    assert_eq!(
        (last.principal.as_str(), last.error.as_deref()),
        ("*", Some("AccessDenied"))
    );
    let details = world.simulator.call_details(last.id).unwrap();
    assert_eq!(details.authorisation[0]["decision"], "implicitDeny");
}

#[test]
fn a_table_tells_how_full_its_token_buckets_are() {
    let world = World::frozen();
    world.notes(5, 5);
    let gauge = || {
        world
            .control("GET", "/_cahier/dynamodb/throughput/notes", "")
            .json()
    };
    assert_eq!(gauge()["own"]["write"]["level"], json!(1500.0));
    world.put("a", 3500);
    let told = gauge();
    assert_eq!(told["own"]["write"]["level"], json!(1496.0));
    assert_eq!(told["own"]["write"]["points"][0][1], json!(1500.0));
    assert_eq!(told["own"]["read"]["level"], json!(1500.0));
    let unknown = world.control("GET", "/_cahier/dynamodb/throughput/nobody", "");
    assert_eq!(unknown.status, 404);
    assert_eq!(
        world
            .control("POST", "/_cahier/dynamodb/throughput/notes", "")
            .status,
        405
    );
}
