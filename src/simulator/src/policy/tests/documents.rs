//! Documents that are read: what they say, where it stands, how much counts.

use crate::policy::{Document, DocumentKind, Position, SourceKind};

const LINES: &str = r#"{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Lire",
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::rapports/*"
        },
        {
            "Effect": "Deny",
            "NotAction": ["s3:*", "sqs:*"],
            "NotResource": "*",
            "Condition": {"Null": {"aws:TokenIssueTime": true}}
        }
    ]
}"#;

fn at(line: u32, column: u32) -> Position {
    Position { line, column }
}

#[test]
fn statements_keep_their_places() {
    let document = Document::parse(LINES, DocumentKind::Identity).unwrap();
    let [first, second] = document.statements() else {
        panic!("two statements");
    };
    assert_eq!((first.index, first.sid.as_deref()), (0, Some("Lire")));
    assert_eq!((first.span.start, first.span.end), (at(4, 9), at(9, 10)));
    assert_eq!((second.index, second.sid.as_deref()), (1, None));
    assert_eq!((second.span.start, second.span.end), (at(10, 9), at(15, 10)));
}

/// Positions that IAM's simulators gave for policies that are known.
#[test]
fn simulators_report_the_place_behind_the_bracket_or_inside_the_brace() {
    let reported = |text: &str| {
        let document = Document::parse(text, DocumentKind::Identity).unwrap();
        let statement = &document.statements()[0];
        (statement.reported_start, statement.span.end)
    };
    // The example of simulate-custom-policy in the reference of the CLI.
    let one = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}"#;
    assert_eq!(reported(one), (at(1, 38), at(1, 167)));
    // AdministratorAccess: line 3, column 17 to line 8, column 6.
    let administrator = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}";
    assert_eq!(reported(administrator), (at(3, 17), at(8, 6)));
    assert_eq!(reported(LINES), (at(3, 19), at(9, 10)));
}

#[test]
fn columns_count_characters() {
    let text = "{\"Id\":\"é€😀\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}]}";
    let document = Document::parse(text, DocumentKind::Resource).unwrap();
    assert_eq!(document.statements()[0].span.start, at(1, 26));
    assert_eq!(document.id(), Some("é€😀"));
}

#[test]
fn white_space_does_not_count() {
    let size = |text: &str| Document::parse(text, DocumentKind::Identity).unwrap().size();
    let tight = r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#;
    assert_eq!(size(tight), tight.len());
    let loose = "{ \"Statement\":\t{\r\n\"Effect\": \"Deny\",\n \"Action\": \"*\", \"Resource\": \"*\" } }\n";
    assert_eq!(size(loose), tight.len());
}

#[test]
fn a_document_is_saved_as_its_text_and_read_again() {
    let document = Document::parse(LINES, DocumentKind::Boundary).unwrap();
    let saved = serde_json::to_string(&document).unwrap();
    let read: Document = serde_json::from_str(&saved).unwrap();
    assert_eq!((read.text(), read.kind()), (LINES, DocumentKind::Boundary));
    assert_eq!(read.statements().len(), 2);
    let spoilt = saved.replace("Allow", "Perhaps");
    let error = serde_json::from_str::<Document>(&spoilt).unwrap_err();
    assert!(
        error.to_string().starts_with("Syntax errors in policy."),
        "{error}"
    );
}

#[test]
fn the_keys_that_a_document_reads_are_listed_once() {
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:username}/${s3:prefix, 'a'}",
        "Condition":{"StringEquals":{"AWS:UserName":"${aws:PrincipalTag/x}","k":"v"},"ArnLike":{"aws:SourceArn":"arn:aws:iam::${aws:PrincipalAccount}:user/a"}}}}"#;
    let document = Document::parse(text, DocumentKind::Identity).unwrap();
    assert_eq!(
        document.context_keys(),
        [
            "AWS:UserName",
            "k",
            "aws:SourceArn",
            "s3:prefix",
            "aws:PrincipalTag/x",
            "aws:PrincipalAccount"
        ]
    );
}

#[test]
fn kinds_of_sources_have_the_simulators_names() {
    for (kind, name) in [
        (SourceKind::UserInline, "IAM Policy"),
        (SourceKind::AwsManaged, "IAM Policy"),
        (SourceKind::Boundary, "IAM Policy"),
        (SourceKind::Resource, "Resource Policy"),
    ] {
        assert_eq!(kind.policy_source_type(), name);
    }
}

/// Documents that IAM takes although they look odd.
#[test]
fn what_iam_takes_is_taken() {
    for statement in [
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":["arn:aws:s3:::b","*"]}"#,
        r#"{"Effect":"Allow","Action":"iam: asdf safdsf af ","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"s3-s:ListBucket","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"s3.s:ListBucket","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"inconnu:ListBucket","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:iam:::user/example_bucket"}"#,
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s33:::example_bucket"}"#,
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:fdsasf"}"#,
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:cloudwatch:us-east-1::example_bucket"}"#,
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:iam::123456789012:*"}"#,
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:eu-west-3:123456789012:accesspoint/a"}"#,
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{}}"#,
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"a":{}}}"#,
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"DateGreaterThan":{}}}"#,
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"DateGreaterThan":{"a":[]}}}"#,
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"DateLessThan":{"a":"-292275054"}}}"#,
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"DateLessThan":{"a":"2016-12-13t2:00:00.593194+23"}}}"#,
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"Bool":{"a":true},"NumericEquals":{"b":[1,2.5]}}}"#,
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"ForAnyValue:StringEqualsIfExists":{"a":"asf"}}}"#,
        r#"{"Effect":"Deny","Action":"s3:*","NotResource":["arn:aws:s3:::HRBucket/Payroll","arn:aws:s3:::HRBucket/Payroll/*"]}"#,
        r#"{"Effect":"Allow","NotAction":"s3:ListBucket","NotResource":"*"}"#,
        r#"{"Sid":"","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"","Effect":"Allow","Action":"*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"iam:GetUser","Resource":"arn:aws:iam::*:user/${aws:username}"}"#,
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b\/\u0061\ud83d\ude00"}"#,
    ] {
        let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statement}]}}");
        let faults = Document::faults(&text, DocumentKind::Identity);
        assert!(faults.is_empty(), "{statement}: {faults:?}");
    }
}

#[test]
fn a_repository_s_policy_need_not_name_the_repository() {
    let text = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}}"#;
    let document = Document::parse(text, DocumentKind::Repository).unwrap();
    assert!(document.statements()[0].resources.is_none());
    assert!(Document::parse(text, DocumentKind::Resource).is_err());
    let nobody = r#"{"Statement":{"Effect":"Allow","Action":"ecr:BatchGetImage"}}"#;
    assert!(Document::parse(nobody, DocumentKind::Repository).is_err());
}
