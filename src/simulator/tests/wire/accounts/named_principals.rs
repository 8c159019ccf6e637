//! Policies of resources that name users and roles, when these get another name or go.

use serde_json::{Value, json};

use super::super::client::World;
use super::cross_account::{member, member_s_administrator};
use super::{ACCOUNT, Who, allow};

fn policy(action: &str, resource: &str, principal: &str) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "AWS": principal }, "Action": action, "Resource": resource }],
    })
    .to_string()
}

/// Lets somebody read the objects of a bucket.
fn opens(world: &World, bucket: &str, principal: &str) -> u16 {
    let policy = policy("s3:GetObject", &format!("arn:aws:s3:::{bucket}/*"), principal);
    world
        .s3_as(
            &world.administrator(),
            "PUT",
            &format!("/{bucket}?policy"),
            &policy,
        )
        .status
}

fn user_arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/{name}")
}

fn deletes(world: &World, name: &str, who: &Who) {
    world.does("DeleteAccessKey", &[("UserName", name), ("AccessKeyId", &who.id)]);
    world.does("DeleteUser", &[("UserName", name)]);
}

#[test]
fn a_bucket_policy_follows_a_renamed_user_and_does_not_know_a_new_one_of_the_name() {
    let world = World::frozen();
    world.buckets();
    let carl = world.user("carl", None);
    assert_eq!(opens(&world, "rapports", &user_arn("carl")), 204);
    assert_eq!(world.reads(&carl, "rapports"), 200);
    let shown = || {
        world
            .s3_as(&world.administrator(), "GET", "/rapports?policy", "")
            .body
    };
    world.does("UpdateUser", &[("UserName", "carl"), ("NewUserName", "karl")]);
    assert!(shown().contains("user/karl"), "{}", shown());
    let impostor = world.user("carl", None);
    assert_eq!(
        (world.reads(&carl, "rapports"), world.reads(&impostor, "rapports")),
        (200, 403)
    );
    deletes(&world, "karl", &carl);
    assert!(shown().contains("\"AIDA"), "{}", shown());
    let another = world.user("karl", None);
    assert_eq!(world.reads(&another, "rapports"), 403);
    // What stands for somebody who is gone cannot be put again.
    let again = world.s3_as(&world.administrator(), "PUT", "/rapports?policy", &shown());
    assert_eq!(again.fault(), invalid_principal());
}

fn invalid_principal() -> (u16, String, String) {
    (
        400,
        "MalformedPolicy".to_owned(),
        "Invalid principal in policy".to_owned(),
    )
}

#[test]
fn a_bucket_policy_does_not_know_a_new_role_of_the_name_in_another_account() {
    let world = World::frozen();
    world.buckets();
    let account = member(&world);
    let there = member_s_administrator(&world, &account);
    let role = || {
        let trust = super::TRUST_ACCOUNT.replace(ACCOUNT, &account);
        let parameters = [
            ("RoleName", "visite"),
            ("AssumeRolePolicyDocument", trust.as_str()),
        ];
        let arn = world.iam_as(&there, "CreateRole", &parameters).text("Arn");
        let parameters = [
            ("RoleName", "visite"),
            ("PolicyName", "droits"),
            ("PolicyDocument", &allow("s3:*", "*")),
        ];
        assert_eq!(world.iam_as(&there, "PutRolePolicy", &parameters).status, 200);
        arn
    };
    let arn = role();
    assert_eq!(opens(&world, "rapports", &arn), 204);
    assert_eq!(world.reads(&world.assume(&there, &arn, &[]), "rapports"), 200);
    let name = ("RoleName", "visite");
    world.iam_as(&there, "DeleteRolePolicy", &[name, ("PolicyName", "droits")]);
    assert_eq!(world.iam_as(&there, "DeleteRole", &[name]).status, 200);
    let again = world.assume(&there, &role(), &[]);
    assert_eq!(world.reads(&again, "rapports"), 403);
    // Who is of the same organization is told why.
    let refused = world.s3_as(&again, "GET", "/rapports/a.txt", "");
    let sentence = "because no resource-based policy allows the s3:GetObject action";
    assert!(refused.text("Message").ends_with(sentence), "{}", refused.body);
}

#[test]
fn who_is_not_there_cannot_be_named() {
    let world = World::frozen();
    world.buckets();
    for absent in [
        user_arn("personne"),
        format!("arn:aws:iam::{ACCOUNT}:role/aucun"),
        "AIDAQQQQQQQQQQQQQQQQQ".to_owned(),
    ] {
        let policy = policy("s3:GetObject", "arn:aws:s3:::rapports/*", &absent);
        let put = world.s3_as(&world.administrator(), "PUT", "/rapports?policy", &policy);
        assert_eq!(put.fault(), invalid_principal(), "{absent}");
        world.notes_or_there();
        let put = put_on_notes(&world, &absent);
        assert_eq!(
            (put.0.as_str(), put.1.as_str()),
            (
                "ValidationException",
                "One or more parameter values were invalid: Invalid principal in policy document.",
            )
        );
    }
    // Nothing is known of accounts that are not simulated.
    assert_eq!(
        opens(&world, "rapports", "arn:aws:iam::111122223333:user/quelquun"),
        204
    );
}

impl World {
    /// The table `notes`, made once.
    fn notes_or_there(&self) {
        if self.ok("ListTables", &json!({}))["TableNames"] == json!([]) {
            self.notes(5, 5);
        }
    }
}

fn table_arn() -> String {
    format!("arn:aws:dynamodb:eu-west-3:{ACCOUNT}:table/notes")
}

/// Lets somebody read `notes`: the error's code and message, empty for none.
fn put_on_notes(world: &World, principal: &str) -> (String, String) {
    let policy = policy("dynamodb:GetItem", &table_arn(), principal);
    let input = json!({ "ResourceArn": table_arn(), "Policy": policy });
    let answer = world.dynamodb("PutResourcePolicy", &input);
    let message = answer.json()["message"].as_str().unwrap_or_default().to_owned();
    (answer.error(), message)
}

#[test]
fn a_table_s_policy_does_not_know_a_new_user_of_the_name() {
    let world = World::frozen();
    world.notes(5, 5);
    let carl = world.user("carl", None);
    assert_eq!(put_on_notes(&world, &user_arn("carl")).0, "");
    let reads = |who: &Who| {
        let input = json!({ "TableName": "notes", "Key": { "id": { "S": "a" } } });
        let headers = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", "DynamoDB_20120810.GetItem"),
        ];
        let body = input.to_string();
        world
            .signed_by(
                who.credentials(),
                "eu-west-3",
                "dynamodb",
                "POST",
                "/",
                &headers,
                &body,
            )
            .status
    };
    assert_eq!(reads(&carl), 200);
    deletes(&world, "carl", &carl);
    let another = world.user("carl", None);
    assert_eq!(reads(&another), 400);
    let shown = world.ok("GetResourcePolicy", &json!({ "ResourceArn": table_arn() }));
    let shown: Value = serde_json::from_str(shown["Policy"].as_str().unwrap()).unwrap();
    let named = shown["Statement"][0]["Principal"]["AWS"].as_str().unwrap();
    assert!(named.starts_with("AIDA"), "{named}");
}
