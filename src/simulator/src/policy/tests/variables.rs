//! Policy variables, their defaults and escapes.

use super::{Question, alice, context, table};
use crate::policy::{Applicable, Document, DocumentKind, Source, SourceKind};

fn allows(version: &str, statement: &str, actual: &str, resource: &'static str) -> bool {
    let text = format!("{{{version}\"Statement\":[{statement}]}}");
    let document = Document::parse(&text, DocumentKind::Identity).unwrap();
    let policies = Applicable {
        identity: vec![Source::new("p", SourceKind::UserInline, document.into())],
        ..Applicable::default()
    };
    let question = Question {
        context: context(actual),
        resource,
        ..Question::reads(alice())
    };
    question.put_to(&policies).allowed
}

const VERSION: &str = "\"Version\":\"2012-10-17\",";

/// `element value | context | resource | does it match`.
fn resources(element: &str, text: &'static str) {
    for [value, actual, resource, expected] in table(text) {
        let statement = format!("{{\"Effect\":\"Allow\",\"Action\":\"*\",\"{element}\":\"{value}\"}}");
        let matches = allows(VERSION, &statement, actual, resource);
        assert_eq!(
            matches,
            expected == "matches",
            "{value} with {actual} for {resource}"
        );
    }
}

#[test]
fn a_variable_stands_for_its_key() {
    resources(
        "Resource",
        "
        arn:aws:s3:::b/${aws:username}/* | aws:username=alice | arn:aws:s3:::b/alice/1 | matches
        arn:aws:s3:::b/${aws:username}/* | aws:username=alice | arn:aws:s3:::b/bob/1 | differs
        arn:aws:s3:::b/${AWS:UserName}/* | aws:username=alice | arn:aws:s3:::b/alice/1 | matches
        arn:aws:s3:::b/${aws:username} | - | arn:aws:s3:::b/ | differs
        arn:aws:s3:::b/${aws:username} | - | arn:aws:s3:::b/${aws:username} | differs
        arn:aws:s3:::b/${aws:PrincipalTag/team}-x | aws:PrincipalTag/team=rh | arn:aws:s3:::b/rh-x | matches
        arn:aws:s3:::${aws:PrincipalTag/a}-${aws:PrincipalTag/b} | aws:PrincipalTag/a=1; aws:PrincipalTag/b=2 | arn:aws:s3:::1-2 | matches
        arn:aws:s3:::${aws:PrincipalTag/a}-${aws:PrincipalTag/b} | aws:PrincipalTag/a=1 | arn:aws:s3:::1- | differs
        arn:aws:dynamodb:eu-west-3:1:table/${aws:username} | aws:username=alice | arn:aws:dynamodb:eu-west-3:1:table/alice | matches
        ",
    );
}

#[test]
fn a_value_brings_no_wildcard_in() {
    resources(
        "Resource",
        "
        arn:aws:s3:::b/${aws:username} | aws:username=* | arn:aws:s3:::b/alice | differs
        arn:aws:s3:::b/${aws:username} | aws:username=* | arn:aws:s3:::b/* | matches
        arn:aws:s3:::b/${aws:username}/* | aws:username=a?c | arn:aws:s3:::b/abc/1 | differs
        ",
    );
}

#[test]
fn a_default_stands_in_for_a_missing_key() {
    resources(
        "Resource",
        "
        arn:aws:s3:::b-${aws:PrincipalTag/team, 'company-wide'} | - | arn:aws:s3:::b-company-wide | matches
        arn:aws:s3:::b-${aws:PrincipalTag/team, 'company-wide'} | aws:PrincipalTag/team=yellow | arn:aws:s3:::b-yellow | matches
        arn:aws:s3:::b-${aws:PrincipalTag/team, 'company-wide'} | aws:PrincipalTag/team=yellow | arn:aws:s3:::b-company-wide | differs
        arn:aws:s3:::b-${aws:PrincipalTag/team, ''} | - | arn:aws:s3:::b- | matches
        ",
    );
}

#[test]
fn special_characters_are_written_as_variables() {
    resources(
        "Resource",
        "
        arn:aws:s3:::b/${*}.txt | - | arn:aws:s3:::b/*.txt | matches
        arn:aws:s3:::b/${*}.txt | - | arn:aws:s3:::b/a.txt | differs
        arn:aws:s3:::b/${?} | - | arn:aws:s3:::b/? | matches
        arn:aws:s3:::b/${?} | - | arn:aws:s3:::b/a | differs
        arn:aws:s3:::b/${$}{x} | - | arn:aws:s3:::b/${x} | matches
        arn:aws:s3:::b/${*}* | - | arn:aws:s3:::b/*suite | matches
        arn:aws:s3:::b/${ | - | arn:aws:s3:::b/${ | matches
        ",
    );
}

#[test]
fn a_multivalued_key_is_no_variable() {
    resources(
        "Resource",
        "
        arn:aws:s3:::b/${aws:TagKeys} | aws:TagKeys=[a] | arn:aws:s3:::b/a | differs
        ",
    );
}

#[test]
fn a_variable_stands_only_in_the_last_part_of_an_arn() {
    resources(
        "Resource",
        "
        arn:aws:sqs:eu-west-3:${aws:PrincipalAccount}:q | aws:PrincipalAccount=1 | arn:aws:sqs:eu-west-3:1:q | differs
        ",
    );
}

#[test]
fn a_resource_whose_variable_has_no_value_is_none() {
    resources(
        "NotResource",
        "
        arn:aws:s3:::b/${aws:username} | aws:username=alice | arn:aws:s3:::b/alice | differs
        arn:aws:s3:::b/${aws:username} | aws:username=alice | arn:aws:s3:::b/bob | matches
        arn:aws:s3:::b/${aws:username} | - | arn:aws:s3:::b/bob | matches
        ",
    );
}

#[test]
fn conditions_resolve_variables_in_texts_and_arns() {
    for [operator, value, actual, expected] in table(
        "
        StringEquals | ${aws:username} | k=alice; aws:username=alice | holds
        StringEquals | ${aws:username} | k=bob; aws:username=alice | fails
        StringEquals | ${aws:username} | k=alice | fails
        StringEquals | ${aws:username, 'alice'} | k=alice | holds
        StringNotEquals | ${aws:PrincipalTag/Team} | k=rh; aws:PrincipalTag/Team=rh | fails
        StringNotEquals | ${aws:PrincipalTag/Team} | k=rh | holds
        StringLike | home/${aws:username}/* | k=home/alice/a; aws:username=alice | holds
        StringLike | home/${aws:username}/* | k=home/bob/a; aws:username=alice | fails
        StringLike | home/${aws:username}/* | k=home//a | fails
        StringNotLike | home/${aws:username}/* | k=home/alice/a; aws:username=alice | fails
        StringEqualsIgnoreCase | ${aws:username} | k=ALICE; aws:username=alice | holds
        StringEquals | ${*} | k=* | holds
        ArnLike | arn:aws:iam::*:user/${aws:username} | k=arn:aws:iam::1:user/alice; aws:username=alice | holds
        ArnLike | arn:aws:iam::${aws:PrincipalAccount}:user/a | k=arn:aws:iam::1:user/a; aws:PrincipalAccount=1 | holds
        ArnLike | arn:aws:iam::${aws:PrincipalAccount}:user/a | k=arn:aws:iam::2:user/a; aws:PrincipalAccount=1 | fails
        ArnNotLike | arn:aws:iam::*:user/${aws:username} | k=arn:aws:iam::1:user/alice | holds
        NumericEquals | ${aws:n} | k=1; aws:n=1 | fails
        ",
    ) {
        let statement = format!(
            "{{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{{\"{operator}\":{{\"k\":\"{value}\"}}}}}}"
        );
        let allowed = allows(VERSION, &statement, actual, "arn:aws:s3:::b/a");
        assert_eq!(allowed, expected == "holds", "{operator} {value} with {actual}");
    }
}

#[test]
fn before_2012_a_variable_is_plain_text() {
    let resource = r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/${aws:username}"}"#;
    let condition = r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"k":"${aws:username}"}}}"#;
    for version in ["", "\"Version\":\"2008-10-17\","] {
        assert!(!allows(
            version,
            resource,
            "aws:username=alice",
            "arn:aws:s3:::b/alice"
        ));
        assert!(allows(
            version,
            resource,
            "aws:username=alice",
            "arn:aws:s3:::b/${aws:username}"
        ));
        assert!(!allows(
            version,
            condition,
            "k=alice; aws:username=alice",
            "arn:aws:s3:::b/a"
        ));
        assert!(allows(
            version,
            condition,
            "k=${aws:username}",
            "arn:aws:s3:::b/a"
        ));
    }
    assert!(allows(
        VERSION,
        resource,
        "aws:username=alice",
        "arn:aws:s3:::b/alice"
    ));
}
