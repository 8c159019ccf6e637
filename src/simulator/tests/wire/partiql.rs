//! PartiQL under the condition keys of DynamoDB: a statement bounds what it touches as an operation does.

use serde_json::{Value, json};

use super::client::World;
use super::dynamodb_policies::Who;

const NOTES: &str = "arn:aws:dynamodb:eu-west-3:123456789012:table/notes";

fn run(world: &World, who: &Who, statement: &str, parameters: &Value) -> String {
    let mut input = json!({"Statement": statement});
    if parameters.is_array() {
        input["Parameters"] = parameters.clone();
    }
    let answer = world.dynamodb_as(who, "ExecuteStatement", &input);
    if answer.status == 200 {
        "done".to_owned()
    } else {
        answer.error()
    }
}

fn world() -> World {
    let world = World::frozen();
    world.notes(50, 50);
    for id in ["alice", "bob"] {
        world.put(id, 10);
    }
    world
}

#[test]
fn leading_keys_bound_a_statement_by_what_it_asks_of_the_key() {
    for set in ["ForAllValues", "ForAnyValue"] {
        let world = world();
        let condition = format!("{set}:StringEquals");
        let user = world.reader(
            "alice",
            &json!([{
                "Effect": "Allow", "Resource": NOTES,
                "Action": ["dynamodb:GetItem", "dynamodb:PartiQL*"],
                "Condition": {condition: {"dynamodb:LeadingKeys": ["${aws:username}"]}},
            }]),
        );
        let none = Value::Null;
        let parameter = |id: &str| json!([{"S": id}]);
        for (statement, parameters) in [
            ("SELECT * FROM notes WHERE id = 'alice'", none.clone()),
            ("SELECT * FROM \"notes\" WHERE id = ?", parameter("alice")),
            (
                "SELECT t FROM notes WHERE id IN ['alice'] AND t <> 'x'",
                none.clone(),
            ),
            ("UPDATE notes SET n = 1 WHERE id = ?", parameter("alice")),
            ("DELETE FROM notes WHERE id = 'alice'", none.clone()),
            ("INSERT INTO notes VALUE {'id': 'alice', 't': 'x'}", none.clone()),
        ] {
            assert_eq!(
                run(&world, &user, statement, &parameters),
                "done",
                "{set} {statement}"
            );
        }
        for (statement, parameters) in [
            ("SELECT * FROM notes", none.clone()),
            ("SELECT * FROM notes WHERE id = 'bob'", none.clone()),
            ("SELECT * FROM notes WHERE id = ?", parameter("bob")),
            ("SELECT * FROM notes WHERE id > 'a'", none.clone()),
            ("SELECT * FROM notes WHERE id = 'alice' OR t = 'x'", none.clone()),
            ("SELECT * FROM notes /* WHERE id = 'alice' */", none.clone()),
            ("SELECT * FROM notes WHERE NOT id = 'alice'", none.clone()),
            ("UPDATE notes SET n = 1 WHERE id = ?", parameter("bob")),
            ("FROM notes WHERE id = 'bob' SET n = 1", none.clone()),
            ("DELETE FROM notes WHERE id = 'bob'", none.clone()),
            ("INSERT INTO notes VALUE {'id': 'carole'}", none.clone()),
            ("INSERT INTO notes VALUE {'id': ?}", parameter("carole")),
        ] {
            let answer = run(&world, &user, statement, &parameters);
            assert_eq!(answer, "AccessDeniedException", "{set} {statement}");
        }
        assert_eq!(
            world.ok("Scan", &json!({"TableName": "notes"}))["Count"],
            2,
            "{set}"
        );
    }
}

#[test]
fn each_statement_of_a_batch_needs_its_own_permission() {
    let world = world();
    let user = world.reader(
        "alice",
        &json!([{
            "Effect": "Allow", "Resource": NOTES, "Action": "dynamodb:PartiQL*",
            "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["alice"]}},
        }]),
    );
    let select = "SELECT * FROM notes WHERE id = ?";
    let batch = |ids: &[&str]| {
        let statements = ids
            .iter()
            .map(|id| json!({"Statement": select, "Parameters": [{"S": id}]}));
        let statements: Vec<Value> = statements.collect();
        world
            .dynamodb_as(&user, "BatchExecuteStatement", &json!({"Statements": statements}))
            .status
    };
    assert_eq!((batch(&["alice"]), batch(&["alice", "bob"])), (200, 400));
    let hidden = json!({"TransactStatements": [
        {"Statement": "UPDATE notes SET n = 1 WHERE id = 'alice'"},
        {"Statement": "FROM notes WHERE id = 'bob' SET n = 1"},
    ]});
    let answer = world.dynamodb_as(&user, "ExecuteTransaction", &hidden);
    assert_eq!(answer.error(), "AccessDeniedException", "{}", answer.body);
}

#[test]
fn a_policy_forbids_the_statements_that_scan() {
    let world = world();
    let select = json!({"Effect": "Allow", "Action": "dynamodb:PartiQLSelect", "Resource": NOTES});
    let mut scan = select.clone();
    scan["Effect"] = "Deny".into();
    scan["Condition"] = json!({"Bool": {"dynamodb:FullTableScan": ["true"]}});
    let user = world.reader("alice", &json!([scan, select]));
    for (statement, expected) in [
        ("SELECT * FROM notes WHERE id = 'bob'", "done"),
        ("SELECT * FROM notes WHERE id IN ['bob', 'alice']", "done"),
        ("SELECT * FROM notes WHERE t = 'x'", "AccessDeniedException"),
        ("SELECT * FROM notes", "AccessDeniedException"),
    ] {
        assert_eq!(
            run(&world, &user, statement, &Value::Null),
            expected,
            "{statement}"
        );
    }
}

#[test]
fn attributes_and_returned_values_of_a_statement_are_bounded() {
    let world = world();
    let user = world.reader(
        "alice",
        &json!([{
            "Effect": "Allow", "Resource": NOTES, "Action": "dynamodb:PartiQL*",
            "Condition": {
                "ForAllValues:StringEquals": {"dynamodb:Attributes": ["id", "t"]},
                "StringEqualsIfExists": {
                    "dynamodb:Select": "SPECIFIC_ATTRIBUTES",
                    "dynamodb:ReturnValues": ["NONE", "UPDATED_NEW"],
                },
            },
        }]),
    );
    for (statement, expected) in [
        ("SELECT id, t FROM notes WHERE id = 'bob'", "done"),
        ("SELECT * FROM notes WHERE id = 'bob'", "AccessDeniedException"),
        (
            "SELECT secret FROM notes WHERE id = 'bob'",
            "AccessDeniedException",
        ),
        (
            "SELECT id FROM notes WHERE id = 'bob' AND secret = 1",
            "AccessDeniedException",
        ),
        (
            "UPDATE notes SET t = 'y' WHERE id = 'bob' RETURNING MODIFIED NEW *",
            "done",
        ),
        (
            "UPDATE notes SET t = 'y' WHERE id = 'bob' RETURNING ALL OLD *",
            "AccessDeniedException",
        ),
        (
            "UPDATE notes SET secret = 'y' WHERE id = 'bob'",
            "AccessDeniedException",
        ),
        (
            "INSERT INTO notes VALUE {'id': 'carole', 'secret': 1}",
            "AccessDeniedException",
        ),
    ] {
        assert_eq!(
            run(&world, &user, statement, &Value::Null),
            expected,
            "{statement}"
        );
    }
}
