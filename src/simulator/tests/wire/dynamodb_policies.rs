//! Tables of several accounts, policies of tables, and DynamoDB's condition keys.

use aws_credential_types::Credentials;
use serde_json::{Value, json};

use super::client::{Answer, World};

/// Somebody with a key.
pub(super) struct Who(Credentials);

impl Who {
    fn of(answer: &Answer) -> Self {
        let text = |name: &str| {
            let start = answer.body.split_once(&format!("<{name}>"));
            let found = start.and_then(|(_, rest)| Some(rest.split_once('<')?.0.to_owned()));
            found.unwrap_or_default()
        };
        let token = Some(text("SessionToken")).filter(|token| !token.is_empty());
        let (id, secret) = (text("AccessKeyId"), text("SecretAccessKey"));
        assert!(!id.is_empty(), "{}", answer.body);
        Self(Credentials::new(id, secret, token, None, "test"))
    }
}

impl World {
    fn form(&self, service: &str, region: &str, version: &str, parameters: &[(&str, &str)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("Version", version).extend_pairs(parameters);
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let key = Credentials::new(
            self.simulator.access_key_id(),
            self.simulator.secret_access_key(),
            None,
            None,
            "test",
        );
        self.signed_by(key, region, service, "POST", "/", &headers, &body.finish())
    }

    /// A user of the default account who may do what the statements say.
    pub(super) fn reader(&self, name: &str, statements: &Value) -> Who {
        let iam = |parameters: &[(&str, &str)]| self.form("iam", "us-east-1", "2010-05-08", parameters);
        let policy = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        iam(&[("Action", "CreateUser"), ("UserName", name)]);
        let put = iam(&[
            ("Action", "PutUserPolicy"),
            ("UserName", name),
            ("PolicyName", "p"),
            ("PolicyDocument", &policy),
        ]);
        assert_eq!(put.status, 200, "{}", put.body);
        Who::of(&iam(&[("Action", "CreateAccessKey"), ("UserName", name)]))
    }

    /// The administrator of a new account, and its number.
    fn neighbour(&self) -> (Who, String) {
        let organizes = |operation: &str, input: &Value| {
            let target = format!("AWSOrganizationsV20161128.{operation}");
            let headers = [
                ("content-type", "application/x-amz-json-1.1"),
                ("x-amz-target", target.as_str()),
            ];
            let answer = self.signed("organizations", "POST", "/", &headers, &input.to_string());
            assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
            answer.json()
        };
        organizes("CreateOrganization", &json!({}));
        let created = organizes(
            "CreateAccount",
            &json!({"AccountName": "voisin", "Email": "voisin@example.com"}),
        );
        let request = created["CreateAccountStatus"]["Id"].clone();
        let status = organizes(
            "DescribeCreateAccountStatus",
            &json!({"CreateAccountRequestId": request}),
        );
        let id = status["CreateAccountStatus"]["AccountId"]
            .as_str()
            .unwrap()
            .to_owned();
        let role = format!("arn:aws:iam::{id}:role/OrganizationAccountAccessRole");
        let assumed = self.form(
            "sts",
            "eu-west-3",
            "2011-06-15",
            &[
                ("Action", "AssumeRole"),
                ("RoleArn", &role),
                ("RoleSessionName", "essai"),
            ],
        );
        assert_eq!(assumed.status, 200, "{}", assumed.body);
        (Who::of(&assumed), id)
    }

    pub(super) fn dynamodb_as(&self, who: &Who, operation: &str, input: &Value) -> Answer {
        let target = format!("DynamoDB_20120810.{operation}");
        let headers = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", target.as_str()),
        ];
        let body = input.to_string();
        self.signed_by(
            who.0.clone(),
            "eu-west-3",
            "dynamodb",
            "POST",
            "/",
            &headers,
            &body,
        )
    }

    fn table_as(&self, who: &Who, name: &str) {
        let created = self.dynamodb_as(
            who,
            "CreateTable",
            &json!({
                "TableName": name, "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            }),
        );
        assert_eq!(created.status, 200, "{}", created.body);
    }
}

const NOTES: &str = "arn:aws:dynamodb:eu-west-3:123456789012:table/notes";

fn key(table: &str) -> Value {
    json!({"TableName": table, "Key": {"id": {"S": "a"}}})
}

#[test]
fn each_account_has_its_own_tables() {
    let world = World::frozen();
    let (neighbour, id) = world.neighbour();
    world.notes(5, 5);
    world.table_as(&neighbour, "notes");
    world.table_as(&neighbour, "siens");
    assert_eq!(
        world.dynamodb_as(&neighbour, "ListTables", &json!({})).json()["TableNames"],
        json!(["notes", "siens"])
    );
    assert_eq!(world.ok("ListTables", &json!({}))["TableNames"], json!(["notes"]));
    let described = world.dynamodb_as(&neighbour, "DescribeTable", &json!({"TableName": "notes"}));
    assert_eq!(
        described.json()["Table"]["TableArn"],
        format!("arn:aws:dynamodb:eu-west-3:{id}:table/notes")
    );
    let item = json!({"TableName": "notes", "Item": {"id": {"S": "a"}}});
    assert_eq!(world.dynamodb_as(&neighbour, "PutItem", &item).status, 200);
    assert_eq!(world.ok("GetItem", &key("notes")), json!({}));
}

#[test]
fn a_policy_of_the_table_opens_it_to_another_account() {
    let world = World::frozen();
    let (neighbour, id) = world.neighbour();
    world.notes(5, 5);
    world.put("a", 1);
    let get = |table: &str| world.dynamodb_as(&neighbour, "GetItem", &key(table));
    let denied = get(NOTES);
    assert_eq!(denied.error(), "AccessDeniedException");
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{id}:root")},
        "Action": ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:DescribeTable"], "Resource": NOTES,
    }]})
    .to_string();
    world.ok(
        "PutResourcePolicy",
        &json!({"ResourceArn": NOTES, "Policy": policy}),
    );
    let read = get(NOTES).json();
    assert_eq!(read["Item"]["id"]["S"], "a");
    assert_eq!(get("notes").error(), "ResourceNotFoundException");
    let batch =
        json!({"RequestItems": {NOTES: {"Keys": [{"id": {"S": "a"}}]}}, "ReturnConsumedCapacity": "TOTAL"});
    let batch = world.dynamodb_as(&neighbour, "BatchGetItem", &batch).json();
    assert_eq!(batch["Responses"][NOTES][0]["id"]["S"], "a", "{batch}");
    assert_eq!(batch["ConsumedCapacity"][0]["TableName"], NOTES);
    let described = world.dynamodb_as(&neighbour, "DescribeTable", &json!({"TableName": NOTES}));
    assert_eq!(described.json()["Table"]["TableArn"], NOTES);
    let put = json!({"TableName": NOTES, "Item": {"id": {"S": "b"}}});
    assert_eq!(
        world.dynamodb_as(&neighbour, "PutItem", &put).error(),
        "AccessDeniedException"
    );
    world.ok("DeleteResourcePolicy", &json!({"ResourceArn": NOTES}));
    assert_eq!(get(NOTES).error(), "AccessDeniedException");
}

#[test]
fn a_policy_has_revisions() {
    let world = World::frozen();
    world.notes(5, 5);
    let get = || world.dynamodb("GetResourcePolicy", &json!({"ResourceArn": NOTES}));
    let none = get();
    assert_eq!(none.error(), "PolicyNotFoundException");
    assert_eq!(
        none.json()["message"],
        format!("Resource-based policy not found for the provided ResourceArn: {NOTES}")
    );
    let policy = |sid: &str| {
        json!({"Version": "2012-10-17", "Statement": [{
            "Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "dynamodb:DeleteTable", "Resource": NOTES,
        }]})
        .to_string()
    };
    let put = |sid: &str, expected: Option<&str>| {
        let mut input = json!({"ResourceArn": NOTES, "Policy": policy(sid)});
        expected.inspect(|expected| input["ExpectedRevisionId"] = (*expected).into());
        world.dynamodb("PutResourcePolicy", &input)
    };
    let first = put("a", Some("NO_POLICY")).json()["RevisionId"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(put("a", None).json()["RevisionId"], first);
    let refused = put("b", Some("NO_POLICY"));
    assert_eq!(refused.error(), "PolicyNotFoundException");
    assert!(
        refused
            .body
            .contains(&format!("a policy exists with revision id {first}."))
    );
    assert!(
        put("b", Some("12"))
            .body
            .contains("Requested update for policy with revision id 12")
    );
    let second = put("b", Some(&first)).json()["RevisionId"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_ne!(first, second);
    let got = get().json();
    assert_eq!(
        (got["Policy"].as_str().unwrap(), &got["RevisionId"]),
        (policy("b").as_str(), &json!(second))
    );
    let snapshot = world.simulator.snapshot();
    let deleted = world.dynamodb("DeleteTable", &json!({"TableName": "notes"}));
    assert_eq!(deleted.error(), "AccessDeniedException");
    assert!(
        deleted
            .body
            .contains("with an explicit deny in a resource-based policy"),
        "{}",
        deleted.body
    );
    assert_eq!(
        world.ok("DeleteResourcePolicy", &json!({"ResourceArn": NOTES}))["RevisionId"],
        second
    );
    assert_eq!(
        world.ok("DeleteResourcePolicy", &json!({"ResourceArn": NOTES})),
        json!({})
    );
    assert!(world.simulator.restore(snapshot));
    assert_eq!(get().json()["RevisionId"], second);
    let missing = json!({"ResourceArn": NOTES.replace("notes", "autres")});
    let missing = world.dynamodb("GetResourcePolicy", &missing);
    assert_eq!(missing.error(), "ResourceNotFoundException");
    let bad = world.dynamodb("PutResourcePolicy", &json!({"ResourceArn": NOTES, "Policy": "{"}));
    assert_eq!(bad.error(), "ValidationException");
}

#[test]
fn a_new_table_brings_its_policy_and_its_deletion_takes_it() {
    let world = World::frozen();
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Principal": "*", "Action": "dynamodb:PutItem", "Resource": NOTES,
    }]});
    let create = json!({
        "TableName": "notes", "BillingMode": "PAY_PER_REQUEST", "ResourcePolicy": policy.to_string(),
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    });
    world.ok("CreateTable", &create);
    assert_eq!(world.put("a", 1).error(), "AccessDeniedException");
    world.ok("DeleteTable", &json!({"TableName": "notes"}));
    world.notes(5, 5);
    assert_eq!(world.put("a", 1).status, 200);
}

#[test]
fn leading_keys_and_attributes_bound_what_a_user_reads_and_writes() {
    let world = World::frozen();
    world.notes(50, 50);
    let user = world.reader(
        "alice",
        &json!([{
            "Effect": "Allow", "Action": "dynamodb:*", "Resource": NOTES,
            "Condition": {
                "ForAllValues:StringEquals": {
                    "dynamodb:LeadingKeys": ["${aws:username}"],
                    "dynamodb:Attributes": ["id", "t"],
                },
                "StringEqualsIfExists": {
                    "dynamodb:Select": "SPECIFIC_ATTRIBUTES",
                    "dynamodb:ReturnValues": ["NONE", "UPDATED_OLD", "UPDATED_NEW"],
                },
            },
        }]),
    );
    let status = |operation: &str, input: Value| world.dynamodb_as(&user, operation, &input).status;
    let own = json!({"id": {"S": "alice"}, "t": {"S": "x"}});
    assert_eq!(status("PutItem", json!({"TableName": "notes", "Item": own})), 200);
    for (item, values) in [
        (json!({"id": {"S": "bob"}}), "NONE"),
        (json!({"id": {"S": "alice"}, "secret": {"S": "x"}}), "NONE"),
        (own.clone(), "ALL_OLD"),
    ] {
        let put = json!({"TableName": "notes", "Item": item, "ReturnValues": values});
        assert_eq!(status("PutItem", put.clone()), 400, "{put}");
    }
    let get = |id: &str, projection: &str| {
        let mut input = json!({"TableName": "notes", "Key": {"id": {"S": id}}});
        if !projection.is_empty() {
            input["ProjectionExpression"] = projection.into();
        }
        status("GetItem", input)
    };
    assert_eq!(
        (get("alice", "id, t"), get("alice", ""), get("bob", "id")),
        (200, 400, 400)
    );
    assert_eq!(get("alice", "id, secret[0].x"), 400);
    let query = |condition: &str, id: &str| {
        status(
            "Query",
            json!({
                "TableName": "notes", "KeyConditionExpression": condition, "ProjectionExpression": "#t",
                "ExpressionAttributeNames": {"#t": "t"}, "ExpressionAttributeValues": {":id": {"S": id}},
            }),
        )
    };
    assert_eq!((query("id = :id", "alice"), query("id = :id", "bob")), (200, 400));
    let update = |expression: &str| {
        status(
            "UpdateItem",
            json!({
                "TableName": "notes", "Key": {"id": {"S": "alice"}}, "UpdateExpression": expression,
                "ExpressionAttributeValues": {":v": {"S": "y"}},
            }),
        )
    };
    assert_eq!((update("SET t = :v"), update("SET secret = :v")), (200, 400));
    let batch = |ids: &[&str]| {
        let puts = ids
            .iter()
            .map(|id| json!({"PutRequest": {"Item": {"id": {"S": id}}}}));
        let puts: Vec<Value> = puts.collect();
        status("BatchWriteItem", json!({"RequestItems": {"notes": puts}}))
    };
    assert_eq!((batch(&["alice"]), batch(&["alice", "bob"])), (200, 400));
}

#[test]
fn a_policy_tells_a_transaction_from_a_single_write() {
    let world = World::frozen();
    world.notes(50, 50);
    let user = world.reader(
        "alice",
        &json!([{
            "Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": NOTES,
            "Condition": {"StringEquals": {"dynamodb:EnclosingOperation": "TransactWriteItems"}},
        }]),
    );
    let put = json!({"TableName": "notes", "Item": {"id": {"S": "a"}}});
    assert_eq!(
        world.dynamodb_as(&user, "PutItem", &put).error(),
        "AccessDeniedException"
    );
    let together = json!({"TransactItems": [{"Put": put}]});
    let together = world.dynamodb_as(&user, "TransactWriteItems", &together);
    assert_eq!(together.status, 200, "{}", together.body);
}

#[test]
fn tags_of_tables_are_condition_keys() {
    let world = World::frozen();
    world.notes(50, 50);
    let user = world.reader(
        "alice",
        &json!([
            {
                "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*",
                "Condition": {"StringEquals": {"aws:ResourceTag/equipe": "bleue"}},
            },
            {
                "Effect": "Allow", "Action": "dynamodb:TagResource", "Resource": "*",
                "Condition": {"StringEquals": {"aws:RequestTag/equipe": "verte"}},
            },
        ]),
    );
    let get = || world.dynamodb_as(&user, "GetItem", &key("notes")).status;
    let tags = |team: &str| json!({"ResourceArn": NOTES, "Tags": [{"Key": "equipe", "Value": team}]});
    assert_eq!(get(), 400);
    world.dynamodb("TagResource", &tags("bleue"));
    assert_eq!(get(), 200);
    assert_eq!(
        world.dynamodb_as(&user, "TagResource", &tags("rouge")).status,
        400
    );
    assert_eq!(
        world.dynamodb_as(&user, "TagResource", &tags("verte")).status,
        200
    );
    assert_eq!(get(), 400);
}
