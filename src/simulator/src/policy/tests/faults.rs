//! Documents that are refused, in AWS's words, and where the fault stands.

use super::table;
use crate::policy::{Document, DocumentKind, Fault};

fn sentence(text: &str, kind: DocumentKind) -> String {
    match Document::parse(text, kind) {
        Ok(_) => "ok".to_owned(),
        Err(malformed) => malformed.sentence(),
    }
}

/// `statements | IAM's sentence`.
fn identity(text: &str) {
    for [statements, expected] in table(text) {
        let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":{statements}}}");
        assert_eq!(sentence(&text, DocumentKind::Identity), expected, "{statements}");
    }
}

#[test]
fn iam_words_what_is_missing_or_too_much() {
    identity(
        r#"
        [] | Syntax errors in policy.
        ["afd"] | Syntax errors in policy.
        "a" | Syntax errors in policy.
        {"Effect":"Allow","Action":"s3:*","Resource":"*","Extra":"value"} | Syntax errors in policy.
        {"effect":"Allow","Action":"s3:*","Resource":"*"} | Syntax errors in policy.
        {"Effect":"invalid","Action":"s3:*","Resource":"*"} | Syntax errors in policy.
        {"Action":"s3:*","Resource":"*"} | Syntax errors in policy.
        {"Effect":"denY","Action":"s3:*","Resource":"*"} | The policy failed legacy parsing
        {"Effect":"Allow","Effect":"Deny","Action":"s3:*","Resource":"*"} | Syntax errors in policy.
        {"Effect":"Allow"} | Policy statement must contain actions.
        {"Effect":"Allow","Resource":"arn:aws:s3:::b"} | Policy statement must contain actions.
        {"Effect":"Allow","Action":[],"Resource":"*"} | Policy statement must contain actions.
        {"Effect":"Allow","Action":"s3:*"} | Policy statement must contain resources.
        {"Effect":"Allow","Action":"s3:*","Resource":[]} | Policy statement must contain resources.
        {"Effect":"Allow","Action":"s3:*","NotAction":"s3:Get*","Resource":"*"} | Syntax errors in policy.
        {"Effect":"Allow","Action":"s3:*","Resource":"*","NotResource":"*"} | Syntax errors in policy.
        {"Effect":"Allow","Action":{},"Resource":"*"} | Syntax errors in policy.
        {"Effect":"Allow","Action":[[]],"Resource":"*"} | Syntax errors in policy.
        {"Effect":"Allow","Action":"s3:*","Resource":{"a":"b"}} | Syntax errors in policy.
        {"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"} | Policy document should not specify a principal.
        {"Effect":"Allow","Action":"s3:*","NotPrincipal":{"AWS":"*"}} | Policy document should not specify a principal.
        {"Sid":{},"Effect":"Allow","Action":"s3:*","Resource":"*"} | Syntax errors in policy.
        [{"Sid":"a","Effect":"Allow","Action":"s3:*","Resource":"*"},{"Sid":"a","Effect":"Deny","Action":"s3:*","Resource":"*"}] | Statement IDs (SID) in a single policy must be unique.
        {"Sid":"pas-bon","Effect":"Allow","Action":"s3:*","Resource":"*"} | Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*
        "#,
    );
}

#[test]
fn iam_words_actions_and_resources() {
    identity(
        r#"
        {"Effect":"Allow","Action":"invalid","Resource":"*"} | Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.
        {"Effect":"Allow","NotAction":"","Resource":"*"} | Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.
        {"Effect":"Allow","Action":"invalid"} | Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.
        {"Effect":"Allow","Action":"a a:ListBucket","Resource":"*"} | Vendor a a is not valid
        {"Effect":"Allow","Action":"s3*:ListBucket","Resource":"*"} | Vendor s3* is not valid
        {"Effect":"Allow","Action":":ListBucket","Resource":"*"} | Vendor  is not valid
        {"Effect":"Allow","Action":"s3:List:Bucket","Resource":"*"} | Actions/Condition can contain only one colon.
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"invalid resource"} | Resource invalid resource must be in ARN format or "*".
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":""} | Resource  must be in ARN format or "*".
        {"Effect":"Allow","Action":"s:3:ListBucket","Resource":"sdfsadf"} | Resource sdfsadf must be in ARN format or "*".
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"a:bsdfdsafsad"} | Partition "bsdfdsafsad" is not valid for resource "arn:bsdfdsafsad:*:*:*:*".
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"a:b:cadfsdf"} | Partition "b" is not valid for resource "arn:b:cadfsdf:*:*:*".
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"a:b:c:d:e:f:g:h"} | Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"aws:s3:::example_bucket"} | Partition "s3" is not valid for resource "arn:s3:::example_bucket:*".
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:error:s3:::example_bucket"} | Partition "error" is not valid for resource "arn:error:s3:::example_bucket".
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws"} | Resource vendor must be fully qualified and cannot contain regexes.
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s*:::b"} | Resource vendor must be fully qualified and cannot contain regexes.
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:iam:us-east-1::b"} | IAM resource arn:aws:iam:us-east-1::b cannot contain region information.
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:us-east-1::b"} | Resource arn:aws:s3:us-east-1::b can not contain region information.
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:iam:::b"} | IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3::example_bucket"} | The policy failed legacy parsing
        {"Effect":"Allow","Resource":"arn:aws:s3::example_bucket"} | The policy failed legacy parsing
        {"Effect":"Allow","Action":"s3:ListBucket","NotResource":"arn:aws:s3::example_bucket"} | The policy failed legacy parsing
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws::::example_bucket"} | The policy failed legacy parsing
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws::fdsasf"} | The policy failed legacy parsing
        "#,
    );
}

#[test]
fn iam_words_conditions() {
    identity(
        r#"
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":[]} | Syntax errors in policy.
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":"a"} | Syntax errors in policy.
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"a":"b"}} | Syntax errors in policy.
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateGreaterThan":"b"}} | Syntax errors in policy.
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateGreaterThan":[]}} | Syntax errors in policy.
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateGreaterThan":{"a":{}}}} | Syntax errors in policy.
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"a":null}}} | Syntax errors in policy.
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"x":{"a":"1"}}} | Syntax errors in policy.
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"stringEquals":{"a":"1"}}} | Syntax errors in policy.
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NullIfExists":{"a":"true"}}} | Syntax errors in policy.
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAnyValue::StringEqualsIfExists":{"a":"b"}}} | Syntax errors in policy.
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForSomeValues:StringEquals":{"a":"b"}}} | Syntax errors in policy.
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateGreaterThan":{"a":"sdfdsf"}}} | The policy failed legacy parsing
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"a":"234-13"}}} | The policy failed legacy parsing
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"a":"9223372036854775808"}}} | The policy failed legacy parsing
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"a":"2016-12-13t2:00:00.593194+1"}}} | The policy failed legacy parsing
        {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"a":"2016-12-13t2:00:00.1999999999+10:59"}}} | The policy failed legacy parsing
        "#,
    );
}

#[test]
fn the_frame_of_an_identity_policy_is_checked_too() {
    for (text, expected) in [
        ("", "Syntax errors in policy."),
        ("This is not a json document", "Syntax errors in policy."),
        ("[]", "Syntax errors in policy."),
        ("{\"Version\":\"2012-10-17\"}", "Syntax errors in policy."),
        (
            "{\"Version\":\"2013-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}",
            "Syntax errors in policy.",
        ),
        (
            "{\"Id\":\"a\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}",
            "Syntax errors in policy.",
        ),
        (
            "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"},}",
            "Syntax errors in policy.",
        ),
        (
            "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}} x",
            "Syntax errors in policy.",
        ),
        (
            "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}",
            "ok",
        ),
    ] {
        assert_eq!(sentence(text, DocumentKind::Identity), expected, "{text}");
    }
}

#[test]
fn a_managed_policy_must_be_of_the_latest_version() {
    let statement = "\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}";
    for version in ["", "\"Version\":\"2008-10-17\","] {
        let text = format!("{{{version}{statement}}}");
        let malformed = Document::parse_managed(&text, DocumentKind::Identity).unwrap_err();
        assert_eq!(malformed.fault, Fault::OldVersion);
        assert_eq!(
            malformed.sentence(),
            "Policy document must be version 2012-10-17 or greater."
        );
        assert!(Document::parse(&text, DocumentKind::Identity).is_ok());
    }
    let text = format!("{{\"Version\":\"2012-10-17\",{statement}}}");
    assert!(Document::parse_managed(&text, DocumentKind::Identity).is_ok());
}

/// `document | sentence` of a trust policy.
#[test]
fn trust_policies_go_through_a_newer_parser() {
    for [text, expected] in table(
        r#"
        {"Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}} | ok
        {"Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}} | ok
        {"Id":"a","Statement":{"Sid":"avec un espace","Effect":"Allow","Principal":{"AWS":"*"},"Action":"STS:assumerole"}} | ok
        {"Statement" | This policy contains invalid Json
        [] | This policy contains invalid Json
        {"Version":"2012","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}} | The policy must contain a valid version string
        {"Version":"2012-10-17"} | Missing required field Statement
        {"Statement":[]} | Could not parse the policy: Statement is empty!
        {"Statement":{"Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}} | Missing required field Effect
        {"Statement":{"Effect":"allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}} | Invalid effect: allow
        {"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}} | Missing required field Principal
        {"Statement":{"Effect":"Allow","Principal":{},"Action":"sts:AssumeRole"}} | Missing required field Principal cannot be empty!
        {"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}} | AssumeRolepolicy contained an invalid principal: "STAR":"*".
        {"Statement":{"Effect":"Allow","Principal":"moi","Action":"sts:AssumeRole"}} | Principal must be a JSON object.
        {"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:group/g"},"Action":"sts:AssumeRole"}} | Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:group/g"
        {"Statement":{"Effect":"Allow","Principal":{"Service":"lambda"},"Action":"sts:AssumeRole"}} | Invalid principal in policy: "SERVICE":"lambda"
        {"Statement":{"Effect":"Allow","NotPrincipal":{"AWS":"*"},"Action":"sts:AssumeRole"}} | Allow with NotPrincipal is not allowed.
        {"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":"*"},"Action":"sts:AssumeRole"}} | AssumeRole policy must not contain NotPrincipal field.
        {"Statement":{"Effect":"Allow","Principal":{"AWS":"*"}}} | Missing required field Action
        {"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:GetObject"}} | AssumeRole policy may only specify STS AssumeRole actions.
        {"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"*"}} | AssumeRole policy may only specify STS AssumeRole actions.
        {"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Resource":"*"}} | Has prohibited field Resource
        {"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","NotResource":"*"}} | AssumeRole policy must not contain resources.
        {"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Comment":"non"}} | Unknown field Comment
        {"Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"},{"Sid":"a","Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]} | The Statement Ids in the policy are not unique
        {"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"x":{"a":"b"}}}} | Syntax error in policy.
        "#,
    ) {
        assert_eq!(sentence(text, DocumentKind::Trust), expected, "{text}");
    }
}

/// `statement | fault` of a bucket policy, as S3 gets it to word.
#[test]
fn a_resource_policy_names_principals_and_resources() {
    for [statement, expected] in table(
        r#"
        {"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"} | none
        {"Effect":"Deny","NotPrincipal":{"AWS":"123456789012"},"Action":"s3:*","Resource":"*"} | none
        {"Effect":"Allow","Action":"s3:*","Resource":"*"} | missing_element
        {"Effect":"Allow","Principal":"*","Action":"s3:*"} | missing_element
        {"Effect":"Allow","Principal":"alice","Action":"s3:*","Resource":"*"} | wrong_type
        {"Effect":"Allow","Principal":{"AWS":[]},"Action":"s3:*","Resource":"*"} | empty_element
        {"Effect":"Allow","Principal":{"*":"*"},"Action":"s3:*","Resource":"*"} | principal
        {"Effect":"Allow","Principal":{"AWS":"alice"},"Action":"s3:*","Resource":"*"} | principal
        {"Effect":"Allow","NotPrincipal":"*","Action":"s3:*","Resource":"*"} | allow_not_principal
        {"Effect":"Allow","Principal":"*","NotPrincipal":"*","Action":"s3:*","Resource":"*"} | both_elements
        {"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"rapports"} | resource_format
        {"Effect":"Allow","Principal":"*","Action":"s3","Resource":"*"} | action_prefix
        {"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/40"}}} | ip_address
        "#,
    ) {
        let text = format!("{{\"Statement\":[{statement}]}}");
        let faults = Document::faults(&text, DocumentKind::Resource);
        let fault = faults
            .first()
            .map(|malformed| serde_json::to_value(&malformed.fault).unwrap());
        let code = fault.map_or("none".to_owned(), |fault| {
            fault["code"].as_str().unwrap().to_owned()
        });
        assert_eq!(code, expected, "{statement}");
    }
}

/// `kind | statement | taken`.
#[test]
fn policies_of_organizations_and_sessions_have_rules_of_their_own() {
    for [kind, statement, expected] in table(
        r#"
        scp | {"Effect":"Allow","Action":"*","Resource":"*"} | yes
        scp | {"Effect":"Deny","NotAction":"iam:*","Resource":"*"} | yes
        scp | {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Null":{"a":"true"}}} | yes
        scp | {"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"} | no
        scp | {"Effect":"Allow","Action":"*"} | no
        rcp | {"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"} | yes
        rcp | {"Effect":"Deny","Principal":{"AWS":"*"},"Action":["s3:*","sqs:*"],"NotResource":"arn:aws:s3:::b/*"} | yes
        rcp | {"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"} | no
        rcp | {"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"} | no
        rcp | {"Effect":"Deny","Principal":"*","NotAction":"s3:*","Resource":"*"} | no
        rcp | {"Effect":"Deny","Principal":{"AWS":"123456789012"},"Action":"s3:*","Resource":"*"} | no
        rcp | {"Effect":"Deny","NotPrincipal":"*","Action":"s3:*","Resource":"*"} | no
        rcp | {"Effect":"Deny","Action":"s3:*","Resource":"*"} | no
        session | {"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/*"} | yes
        session | {"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:sqs"} | no
        boundary | {"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:sqs"} | yes
        boundary | {"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"} | no
        "#,
    ) {
        let of = match kind {
            "scp" => DocumentKind::ServiceControl,
            "rcp" => DocumentKind::ResourceControl,
            "session" => DocumentKind::Session,
            _ => DocumentKind::Boundary,
        };
        let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statement}]}}");
        let taken = Document::parse(&text, of);
        assert_eq!(taken.is_ok(), expected == "yes", "{kind} {statement}: {taken:?}");
        if let (Err(malformed), "scp" | "rcp") = (taken, kind) {
            assert_eq!(
                malformed.sentence(),
                "The provided policy document does not meet the requirements of the specified policy type."
            );
        }
    }
}

#[test]
fn every_fault_is_found_with_its_place() {
    let text = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\"Effect\": \"Allow\", \"Action\": \"GetObject\",\n     \"Resource\": [\"*\", \"rapports\"], \"Resorce\": 1}\n  ]\n}";
    let faults = Document::faults(text, DocumentKind::Identity);
    let found: Vec<_> = faults
        .iter()
        .map(|malformed| {
            (
                malformed.fault.clone(),
                malformed.span.start.line,
                malformed.span.start.column,
                malformed.span.end.column,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (
                Fault::UnknownElement {
                    name: "Resorce".to_owned()
                },
                5,
                37,
                46
            ),
            (
                Fault::ResourceFormat {
                    value: "rapports".to_owned()
                },
                5,
                24,
                34
            ),
            (
                Fault::ActionPrefix {
                    value: "GetObject".to_owned()
                },
                4,
                35,
                46
            ),
        ]
    );
}

#[test]
fn a_text_that_is_nested_too_deep_is_not_said_to_be_no_json() {
    let text = format!("{}{}", "[".repeat(60), "]".repeat(60));
    for kind in [DocumentKind::Identity, DocumentKind::Resource] {
        let faults = Document::faults(&text, kind);
        assert_eq!(faults[0].fault, Fault::TooDeep);
        assert_eq!(faults[0].span.start.column, 34);
    }
}

#[test]
fn the_place_where_a_text_stops_being_json_is_found() {
    for (text, line, column) in [
        ("{\"a\":}", 1, 6),
        ("{\n\"a\" 1}", 2, 5),
        ("[1,]", 1, 4),
        ("{\"a\":01}", 1, 8),
        ("\"\\x\"", 1, 3),
        ("\"\\ud800x\"", 1, 8),
        ("\"a\nb\"", 1, 3),
        ("nul", 1, 1),
        ("1 2", 1, 3),
    ] {
        let faults = Document::faults(text, DocumentKind::Identity);
        let place = faults[0].span.start;
        assert_eq!(faults[0].fault, Fault::Json, "{text}");
        assert_eq!((place.line, place.column), (line, column), "{text}");
    }
}

#[test]
fn a_text_nested_without_end_is_refused() {
    let text = "[".repeat(100_000);
    assert_eq!(
        sentence(&text, DocumentKind::Trust),
        "This policy contains invalid Json"
    );
}
