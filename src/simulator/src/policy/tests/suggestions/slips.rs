//! Common slips in resources, actions and conditions, each with the change that mends it.

use super::super::{Question, context, identity, table};
use super::{get, only, suggested};

/// `kind reason from → to` of the only suggestion.
#[track_caller]
fn slip(statement: &str, question: &Question) -> String {
    let changes = suggested(question, &identity(statement));
    let change = only(&changes);
    let text = |key: &str| change[key].as_str().unwrap_or("-").to_owned();
    format!(
        "{} {} {} → {}",
        text("kind"),
        text("reason"),
        text("from"),
        text("to")
    )
}

fn list() -> Question {
    Question {
        action: "s3:ListBucket",
        resource: "arn:aws:s3:::rapports",
        ..get()
    }
}

#[test]
fn common_slips_in_resources_are_told() {
    let on =
        |resource: &str| format!("{{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"{resource}\"}}");
    assert_eq!(
        slip(&on("arn:aws:s3:::rapports"), &get()),
        "extend_resource object_arn arn:aws:s3:::rapports → arn:aws:s3:::rapports/*"
    );
    assert_eq!(
        slip(&on("arn:aws:s3:::rapports/*"), &list()),
        "extend_resource bucket_arn arn:aws:s3:::rapports/* → arn:aws:s3:::rapports"
    );
    assert_eq!(
        slip(&on("arn:aws:s3:::Rapports"), &list()),
        "extend_resource case arn:aws:s3:::Rapports → arn:aws:s3:::rapports"
    );
    assert_eq!(
        slip(&on("arn:aws:s3:::autre/*"), &get()),
        "extend_resource - - → -"
    );
    let all = Question {
        action: "s3:ListAllMyBuckets",
        resource: "*",
        ..get()
    };
    assert_eq!(
        slip(&on("arn:aws:s3:::rapports"), &all),
        "extend_resource no_resource arn:aws:s3:::rapports → *"
    );
}

#[test]
fn common_slips_in_actions_are_told() {
    let to = |action: &str| {
        format!("{{\"Effect\":\"Allow\",\"Action\":\"{action}\",\"Resource\":\"arn:aws:s3:::rapports/*\"}}")
    };
    assert_eq!(
        slip(&to("s3:GetObjects"), &get()),
        "extend_action misspelt s3:GetObjects → s3:GetObject"
    );
    assert_eq!(
        slip(&to("s3:GetObjet"), &get()),
        "extend_action misspelt s3:GetObjet → s3:GetObject"
    );
    assert_eq!(slip(&to("s3:PutObject"), &get()), "extend_action - - → -");
    assert_eq!(slip(&to("sqs:SendMessage"), &get()), "add_statement - - → -");
}

/// `condition | context | reason from → to`.
#[test]
fn common_slips_in_conditions_are_told() {
    for [condition, actual, expected] in table(
        r#"
        "StringEquals":{"k":"finance"} | k=rh | value finance → finance, rh
        "StringEquals":{"k":["finance","paie"]} | k=rh | value finance, paie → finance, paie, rh
        "StringEquals":{"k":"Finance"} | k=finance | case Finance → finance
        "StringEquals":{"k":"fin*"} | k=finance | wildcard_in_equals fin* → fin*
        "StringLike":{"k":"fin*"} | k=rh | value fin* → fin*, rh
        "StringEquals":{"k":"finance"} | - | missing_key finance → finance
        "Bool":{"aws:MultiFactorAuthPresent":"true"} | aws:MultiFactorAuthPresent=false | value true → false
        "Null":{"k":"true"} | k=1 | unexpected_key -
        "Null":{"k":"false"} | - | missing_key -
        "StringNotEquals":{"k":["finance","rh"]} | k=rh | excluded_value finance, rh → finance
        "StringNotEquals":{"k":"rh"} | k=rh | excluded_value -
        "DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"} | aws:CurrentTime=2026-11-22T12:00:00.5Z | deadline 2020-01-01T00:00:00Z → 2026-11-23T12:00:00Z
        "DateEquals":{"aws:currenttime":"2020-01-01"} | aws:CurrentTime=2026-11-22T12:00:00Z | deadline 2020-01-01 → 2026-11-23T12:00:00Z
        "DateGreaterThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"} | aws:CurrentTime=2026-11-22T12:00:00Z | value 2030-01-01T00:00:00Z → 2026-11-22T12:00:00Z
        "NumericLessThanEquals":{"aws:EpochTime":"1000"} | aws:EpochTime=1795348800 | deadline 1000 → 1795435200
        "NumericLessThan":{"s3:signatureAge":"600000"} | s3:signatureAge=700000 | deadline 600000 → 604800000
        "NumericLessThan":{"s3:signatureAge":"1000"} | s3:signatureAge=2000; s3:authType=REST-HEADER | deadline 1000 → 900000
        "NumericLessThan":{"aws:MultiFactorAuthAge":"300"} | aws:MultiFactorAuthAge=301 | deadline 300 → 129600
        "NumericLessThan":{"k":"10"} | k=12 | value 10 → 12
        "NumericGreaterThanEquals":{"k":"10"} | k=9 | value 10 → 9
        "DateLessThan":{"k":"2026-01-01T00:00:00Z"} | k=2026-11-22T12:00:00Z | value 2026-01-01T00:00:00Z → 2026-11-22T12:00:00Z
        "IpAddress":{"k":"10.0.0.0/8"} | k=127.0.0.1 | value 10.0.0.0/8 → 10.0.0.0/8, 127.0.0.1
        "ArnLike":{"k":"arn:aws:iam::*:user/a"} | k=arn:aws:iam::1:user/b | value arn:aws:iam::*:user/a → arn:aws:iam::*:user/a, arn:aws:iam::1:user/b
        "ForAllValues:StringEquals":{"k":["a"]} | k=[a, b] | value a → a, b
        "StringEquals":{"k":["a"]} | k=[a, b] | set_operator a → a
        "#,
    ) {
        let statement = format!(
            "{{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::rapports/*\",\"Condition\":{{{condition}}}}}"
        );
        let question = Question {
            context: context(actual),
            ..get()
        };
        let changes = suggested(&question, &identity(&statement));
        let change = only(&changes);
        assert_eq!(change["kind"], "fix_condition", "{condition}");
        let replaced = match (change["from"].as_str(), change["to"].as_str()) {
            (Some(from), Some(to)) => format!("{from} → {to}"),
            _ => "-".to_owned(),
        };
        assert_eq!(
            format!("{} {replaced}", change["reason"].as_str().unwrap()),
            expected,
            "{condition}"
        );
        assert_eq!(change["conditions"].as_array().unwrap().len(), 1);
    }
}
