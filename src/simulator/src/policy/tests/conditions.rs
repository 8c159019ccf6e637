//! The condition operators one by one, as AWS documents them.

use super::{Question, alice, context, identity, table};

/// `operator | values in the policy | context of the key k | does it hold`.
pub(super) fn check(text: &str) {
    for [operator, values, actual, expected] in table(text) {
        let entry = if actual == "-" {
            "-".to_owned()
        } else {
            format!("k={actual}")
        };
        let statement = format!(
            "{{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{{\"{operator}\":{{\"k\":{values}}}}}}}"
        );
        let question = Question {
            context: context(&entry),
            ..Question::reads(alice())
        };
        let decision = question.put_to(&identity(&statement));
        assert_eq!(
            decision.allowed,
            expected == "holds",
            "{operator} {values} with {actual}"
        );
    }
}

#[test]
fn strings_are_compared_whole_and_by_case() {
    check(
        r#"
        StringEquals | "finance" | finance | holds
        StringEquals | "finance" | Finance | fails
        StringEquals | "finance" | financements | fails
        StringEquals | ["finance", "rh"] | rh | holds
        StringEquals | ["finance", "rh"] | paie | fails
        StringEquals | [] | rh | fails
        StringEquals | "finance" | - | fails
        StringNotEquals | "finance" | rh | holds
        StringNotEquals | "finance" | finance | fails
        StringNotEquals | "finance" | Finance | holds
        StringNotEquals | ["finance", "rh"] | rh | fails
        StringNotEquals | ["finance", "rh"] | paie | holds
        StringNotEquals | [] | paie | holds
        StringNotEquals | "finance" | - | holds
        StringEqualsIgnoreCase | "Finance" | fINANCE | holds
        StringEqualsIgnoreCase | "École" | éCOLE | holds
        StringEqualsIgnoreCase | "finance" | rh | fails
        StringEqualsIgnoreCase | "finance" | - | fails
        StringNotEqualsIgnoreCase | "Finance" | fINANCE | fails
        StringNotEqualsIgnoreCase | "finance" | rh | holds
        StringNotEqualsIgnoreCase | "finance" | - | holds
        "#,
    );
}

#[test]
fn only_the_like_operators_know_wildcards() {
    check(
        r#"
        StringEquals | "rap*" | rapports | fails
        StringEquals | "rap*" | rap* | holds
        StringEquals | "a?c" | abc | fails
        StringNotEquals | "rap*" | rapports | holds
        StringLike | "rap*" | rapports | holds
        StringLike | "rap*" | Rapports | fails
        StringLike | "*" | n'importe quoi | holds
        StringLike | "a?c" | abc | holds
        StringLike | "a?c" | aéc | holds
        StringLike | "a?c" | abbc | fails
        StringLike | "a??c" | aéc | fails
        StringLike | "*.txt" | notes.txt | holds
        StringLike | "*.txt" | notes.txt.bak | fails
        StringLike | "a*b*c" | a123b456c | holds
        StringLike | "a*b*c" | a123c456b | fails
        StringLike | ["x*", "a*"] | abc | holds
        StringLike | "home/*/" | home/a/b/ | holds
        StringLike | "rap*" | - | fails
        StringNotLike | "rap*" | rapports | fails
        StringNotLike | "rap*" | notes | holds
        StringNotLike | ["rap*", "not*"] | notes | fails
        StringNotLike | "rap*" | - | holds
        "#,
    );
}

#[test]
fn numbers_are_compared_by_value() {
    check(
        r#"
        NumericEquals | "10" | 10 | holds
        NumericEquals | 10 | 10.0 | holds
        NumericEquals | "10" | 11 | fails
        NumericEquals | ["1", "2"] | 2 | holds
        NumericEquals | "10" | dix | fails
        NumericEquals | "dix" | 10 | fails
        NumericEquals | "10" | - | fails
        NumericNotEquals | "10" | 11 | holds
        NumericNotEquals | "10" | 10 | fails
        NumericNotEquals | ["10", "11"] | 11 | fails
        NumericNotEquals | "10" | - | holds
        NumericLessThan | "10" | 9.5 | holds
        NumericLessThan | "10" | 10 | fails
        NumericLessThan | "10" | -3 | holds
        NumericLessThan | "10" | - | fails
        NumericLessThanEquals | "10" | 10 | holds
        NumericLessThanEquals | "10" | 10.1 | fails
        NumericGreaterThan | "10" | 11 | holds
        NumericGreaterThan | "10" | 10 | fails
        NumericGreaterThan | "9" | 10 | holds
        NumericGreaterThanEquals | "10" | 10 | holds
        NumericGreaterThanEquals | "10" | 9.9 | fails
        NumericGreaterThanEquals | "10" | - | fails
        "#,
    );
}

#[test]
fn booleans_are_true_or_false_in_any_case() {
    check(
        r#"
        Bool | "true" | true | holds
        Bool | true | true | holds
        Bool | "TRUE" | true | holds
        Bool | "false" | false | holds
        Bool | "false" | true | fails
        Bool | "true" | false | fails
        Bool | ["true", "false"] | false | holds
        Bool | "yes" | yes | fails
        Bool | "true" | - | fails
        Bool | "false" | - | fails
        BoolIfExists | "true" | - | holds
        BoolIfExists | "true" | false | fails
        "#,
    );
}

#[test]
fn bytes_are_compared_through_base_64() {
    check(
        r#"
        BinaryEquals | "QmluYXJ5VmFsdWVJbkJhc2U2NA==" | QmluYXJ5VmFsdWVJbkJhc2U2NA== | holds
        BinaryEquals | "QmluYXJ5VmFsdWVJbkJhc2U2NA==" | ASIAIOSFODNN7EXAMPLE | fails
        BinaryEquals | "QmluYXJ5VmFsdWVJbkJhc2U2NA==" | - | fails
        BinaryEquals | "pas de la base 64" | pas de la base 64 | fails
        "#,
    );
}

#[test]
fn arns_are_compared_segment_by_segment() {
    check(
        r#"
        ArnEquals | "arn:aws:sns:us-west-2:123456789012:TOPIC-ID" | arn:aws:sns:us-west-2:123456789012:TOPIC-ID | holds
        ArnEquals | "arn:aws:sns:us-west-2:123456789012:TOPIC-ID" | arn:aws:sns:us-west-2:777788889999:TOPIC-ID | fails
        ArnEquals | "arn:aws:sns:us-west-2:123456789012:TOPIC-ID" | - | fails
        ArnEquals | "arn:aws:iam::123456789012:role/*" | arn:aws:iam::123456789012:role/a/b | holds
        ArnLike | "arn:aws:iam::123456789012:role/*" | arn:aws:iam::123456789012:user/a | fails
        ArnLike | "arn:aws:iam::*:role/lecteur" | arn:aws:iam::123456789012:role/lecteur | holds
        ArnLike | "arn:aws:iam::1234567890??:role/lecteur" | arn:aws:iam::123456789012:role/lecteur | holds
        ArnLike | "arn:aws:iam:*:role/lecteur" | arn:aws:iam::123456789012:role/lecteur | fails
        ArnLike | "arn:aws:*:*:*:*" | arn:aws:sqs:eu-west-3:123456789012:file | holds
        ArnLike | "arn:aws:logs:*:*:log-group:*" | arn:aws:logs:eu-west-3:123456789012:log-group:a:b | holds
        ArnLike | "arn:aws:IAM::*:role/*" | arn:aws:iam::123456789012:role/a | fails
        ArnLike | "*" | arn:aws:iam::123456789012:role/a | holds
        ArnLike | "*" | pas un arn | fails
        ArnLike | ["arn:aws:iam::*:user/a", "arn:aws:iam::*:user/b"] | arn:aws:iam::123456789012:user/b | holds
        ArnNotEquals | "arn:aws:iam::*:user/a" | arn:aws:iam::123456789012:user/b | holds
        ArnNotEquals | "arn:aws:iam::*:user/*" | arn:aws:iam::123456789012:user/b | fails
        ArnNotLike | ["arn:aws:iam::*:user/a", "arn:aws:iam::*:user/b"] | arn:aws:iam::123456789012:user/b | fails
        ArnNotLike | "arn:aws:iam::*:user/a" | - | holds
        "#,
    );
}

#[test]
fn null_asks_whether_the_key_is_there() {
    check(
        r#"
        Null | "true" | - | holds
        Null | "true" | a | fails
        Null | "false" | a | holds
        Null | "false" | - | fails
        Null | true | - | holds
        Null | false | [a, b] | holds
        Null | ["true", "false"] | - | holds
        Null | "peut-être" | - | fails
        "#,
    );
}

#[test]
fn if_exists_forgives_a_missing_key_and_nothing_else() {
    check(
        r#"
        StringEqualsIfExists | "t1" | - | holds
        StringEqualsIfExists | "t1" | t1 | holds
        StringEqualsIfExists | "t1" | m2 | fails
        StringLikeIfExists | ["t1.*", "t2.*", "m3.*"] | t1.micro | holds
        StringLikeIfExists | ["t1.*", "t2.*", "m3.*"] | m2.micro | fails
        StringLikeIfExists | ["t1.*", "t2.*", "m3.*"] | - | holds
        StringNotEqualsIfExists | "t1" | - | holds
        StringNotEqualsIfExists | "t1" | t1 | fails
        NumericLessThanIfExists | "10" | - | holds
        NumericLessThanIfExists | "10" | 12 | fails
        DateGreaterThanIfExists | "2026-01-01T00:00:00Z" | - | holds
        IpAddressIfExists | "10.0.0.0/8" | - | holds
        IpAddressIfExists | "10.0.0.0/8" | 192.0.2.1 | fails
        ArnLikeIfExists | "arn:aws:iam::*:role/*" | - | holds
        ArnLikeIfExists | "arn:aws:iam::*:role/*" | arn:aws:iam::123456789012:user/a | fails
        "#,
    );
}
