//! Actions and resources: which statements are about a request.

use super::{alice, identity, table};
use crate::policy::Context;

/// `element: value | asked | does it match`, the other elements being open.
fn check(asked: &str, text: &str) {
    for [element, values, request, expected] in table(text) {
        let (action, resource) = match asked {
            "action" => (request, "arn:aws:s3:::rapports/a"),
            _ => ("s3:GetObject", request),
        };
        let other = if asked == "action" {
            "\"Resource\":\"*\""
        } else {
            "\"Action\":\"*\""
        };
        let statement = format!("{{\"Effect\":\"Allow\",\"{element}\":{values},{other}}}");
        let decision = ask(&statement, action, resource);
        assert_eq!(
            decision,
            expected == "matches",
            "{element} {values} for {request}"
        );
    }
}

fn ask(statement: &str, action: &str, resource: &str) -> bool {
    let request = crate::policy::Request {
        principal: &alice(),
        action,
        resource,
        resource_account: None,
        context: &Context::new(),
    };
    crate::policy::evaluate(&request, &identity(statement)).allowed
}

#[test]
fn actions_match_in_any_case_and_with_wildcards() {
    check(
        "action",
        r#"
        Action | "s3:GetObject" | s3:GetObject | matches
        Action | "S3:getobject" | s3:GetObject | matches
        Action | "s3:GetObject" | s3:GetObjectVersion | differs
        Action | "s3:Get*" | s3:GetObject | matches
        Action | "s3:Get*" | s3:PutObject | differs
        Action | "s3:*" | s3:DeleteBucket | matches
        Action | "s3:*" | s3express:CreateSession | differs
        Action | "*" | dynamodb:PutItem | matches
        Action | "*:*" | dynamodb:PutItem | matches
        Action | "s3:?etObject" | s3:GetObject | matches
        Action | "s3:??tObject" | s3:PutObject | matches
        Action | "s3:?etObject" | s3:PutObject | differs
        Action | "iam:*AccessKey*" | iam:CreateAccessKey | matches
        Action | "iam:*AccessKey*" | iam:ListAccessKeys | matches
        Action | "iam:*AccessKey*" | iam:ListUsers | differs
        Action | "s3:*Object" | s3:GetObject | matches
        Action | "s3:*Object" | s3:GetObjectAcl | differs
        Action | ["s3:PutObject", "s3:GetObject"] | s3:GetObject | matches
        Action | ["s3:PutObject", "s3:GetObject"] | s3:DeleteObject | differs
        Action | "s3:GetObjects" | s3:GetObject | differs
        Action | "dynamodb:*" | s3:GetObject | differs
        NotAction | "s3:*" | dynamodb:PutItem | matches
        NotAction | "s3:*" | s3:GetObject | differs
        NotAction | ["iam:*", "s3:Delete*"] | s3:GetObject | matches
        NotAction | ["iam:*", "s3:Delete*"] | s3:DeleteObject | differs
        "#,
    );
}

#[test]
fn resources_match_by_case_and_a_star_crosses_slashes() {
    check(
        "resource",
        r#"
        Resource | "*" | arn:aws:s3:::rapports/a | matches
        Resource | "arn:aws:s3:::rapports" | arn:aws:s3:::rapports | matches
        Resource | "arn:aws:s3:::rapports" | arn:aws:s3:::rapports/a | differs
        Resource | "arn:aws:s3:::rapports/*" | arn:aws:s3:::rapports | differs
        Resource | "arn:aws:s3:::rapports/*" | arn:aws:s3:::rapports/a/b/c | matches
        Resource | "arn:aws:s3:::rapports*" | arn:aws:s3:::rapports | matches
        Resource | "arn:aws:s3:::rapports*" | arn:aws:s3:::rapports-2/a | matches
        Resource | "arn:aws:s3:::Rapports/*" | arn:aws:s3:::rapports/a | differs
        Resource | "arn:aws:s3:::rapports/A" | arn:aws:s3:::rapports/a | differs
        Resource | "arn:aws:s3:::b/*/test/*" | arn:aws:s3:::b/1/test/object.jpg | matches
        Resource | "arn:aws:s3:::b/*/test/*" | arn:aws:s3:::b/1/2/test/object.jpg | matches
        Resource | "arn:aws:s3:::b/*/test/*" | arn:aws:s3:::b/1/2/test/3/object.jpg | matches
        Resource | "arn:aws:s3:::b/*/test/*" | arn:aws:s3:::b/1///test///object.jpg | matches
        Resource | "arn:aws:s3:::b/*/test/*" | arn:aws:s3:::b//test/object.jpg | matches
        Resource | "arn:aws:s3:::b/*/test/*" | arn:aws:s3:::b/1/test/ | matches
        Resource | "arn:aws:s3:::b/*/test/*" | arn:aws:s3:::b/1-test/object.jpg | differs
        Resource | "arn:aws:s3:::b/*/test/*" | arn:aws:s3:::b/test/object.jpg | differs
        Resource | "arn:aws:s3:::b/*/test/*" | arn:aws:s3:::b/1/2/test.jpg | differs
        Resource | "arn:aws:s3:::rapport?/a" | arn:aws:s3:::rapports/a | matches
        Resource | "arn:aws:s3:::b/?.txt" | arn:aws:s3:::b/é.txt | matches
        Resource | "arn:aws:s3:::b/??.txt" | arn:aws:s3:::b/é.txt | differs
        Resource | ["arn:aws:s3:::x/*", "arn:aws:s3:::y/*"] | arn:aws:s3:::y/1 | matches
        NotResource | "arn:aws:s3:::x/*" | arn:aws:s3:::y/1 | matches
        NotResource | "arn:aws:s3:::x/*" | arn:aws:s3:::x/1 | differs
        NotResource | ["arn:aws:s3:::x/*", "arn:aws:s3:::y/*"] | arn:aws:s3:::y/1 | differs
        "#,
    );
}

#[test]
fn a_star_crosses_colons_only_where_it_ends_its_segment() {
    check(
        "resource",
        r#"
        Resource | "arn:aws:sqs:*:123456789012:q" | arn:aws:sqs:eu-west-3:123456789012:q | matches
        Resource | "arn:aws:sqs:eu-*:123456789012:q" | arn:aws:sqs:eu-west-3:123456789012:q | matches
        Resource | "arn:aws:sqs:*-3:123456789012:q" | arn:aws:sqs:eu-west-3:123456789012:q | matches
        Resource | "arn:aws:sqs:*3:123456789012:q" | arn:aws:sqs:eu:3:123456789012:q | differs
        Resource | "arn:aws:sqs:e*:123456789012:q" | arn:aws:sqs:eu:3:123456789012:q | matches
        Resource | "arn:aws:sqs:?u-west-3:*:q" | arn:aws:sqs:eu-west-3:123456789012:q | matches
        Resource | "arn:aws:logs:eu-west-3:123456789012:*b" | arn:aws:logs:eu-west-3:123456789012:log-group:a:b | matches
        Resource | "arn:aws:sqs" | arn:aws:sqs:eu-west-3:123456789012:q | matches
        Resource | "arn:aws:sqs" | arn:aws:sns:eu-west-3:123456789012:q | differs
        Resource | "arn:aws:sqs:eu-west-3" | arn:aws:sqs:eu-west-3:123456789012:q | matches
        Resource | "arn:aws:sqs:eu-west-3" | arn:aws:sqs:us-east-1:123456789012:q | differs
        Resource | "arn:aws:sqs:eu-west-3:123456789012" | arn:aws:sqs:eu-west-3:123456789012:q | matches
        Resource | "arn:*:s3:::b" | arn:aws:s3:::b | matches
        "#,
    );
}

#[test]
fn an_action_without_a_resource_takes_all_that_its_service_has() {
    check(
        "resource",
        r#"
        Resource | "*" | * | matches
        Resource | "arn:aws:s3:::*" | * | matches
        Resource | "arn:aws:s3" | * | matches
        Resource | "arn:aws:s3:::rapports" | * | differs
        Resource | "arn:aws:s3:::rapports/*" | * | differs
        Resource | "arn:aws:dynamodb:*:*:*" | * | differs
        NotResource | "arn:aws:s3:::rapports" | * | matches
        NotResource | "*" | * | differs
        "#,
    );
}

#[test]
fn the_bucket_and_its_objects_are_two_resources() {
    let object =
        r#"{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::b/*"}"#;
    let bucket =
        r#"{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::b"}"#;
    assert!(ask(object, "s3:GetObject", "arn:aws:s3:::b/a"));
    assert!(!ask(object, "s3:ListBucket", "arn:aws:s3:::b"));
    assert!(ask(bucket, "s3:ListBucket", "arn:aws:s3:::b"));
    assert!(!ask(bucket, "s3:GetObject", "arn:aws:s3:::b/a"));
}

#[test]
fn denying_all_but_an_action_allows_nothing() {
    let statement = r#"{"Effect":"Deny","NotAction":"s3:GetObject","Resource":"*"}"#;
    assert!(!ask(statement, "s3:GetObject", "arn:aws:s3:::b/a"));
}

#[test]
fn a_pattern_full_of_stars_takes_no_time() {
    let stars = "a*".repeat(60);
    let statement =
        format!("{{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"arn:aws:s*s:{stars}b:1:x\"}}");
    let resource = format!("arn:aws:sqs:{}:1:x", "a".repeat(400));
    assert!(
        crate::policy::Document::parse(
            &format!("{{\"Statement\":[{statement}]}}"),
            crate::policy::DocumentKind::Identity
        )
        .is_err()
    );
    let statement = statement.replace("s*s", "sqs");
    assert!(!ask(&statement, "sqs:SendMessage", &resource));
}
