//! Conditions with several values, keys or operators, and the qualifiers for multivalued keys.

use super::conditions::check;
use super::{Question, alice, context, identity, table};

#[test]
fn for_all_values_asks_each_value_and_is_content_with_none() {
    check(
        r#"
        ForAllValues:StringEquals | ["environment", "cost-center"] | [environment] | holds
        ForAllValues:StringEquals | ["environment", "cost-center"] | [cost-center] | holds
        ForAllValues:StringEquals | ["environment", "cost-center"] | [environment, cost-center] | holds
        ForAllValues:StringEquals | ["environment", "cost-center"] | [environment, dept] | fails
        ForAllValues:StringEquals | ["environment", "cost-center"] | - | holds
        ForAllValues:StringEquals | ["environment"] | [] | holds
        ForAllValues:StringEquals | ["environment"] | environment | holds
        ForAllValues:StringEqualsIgnoreCase | ["Environment"] | [environment, ENVIRONMENT] | holds
        ForAllValues:StringLike | ["env*"] | [environment, envoi] | holds
        ForAllValues:StringLike | ["env*"] | [environment, dept] | fails
        ForAllValues:StringNotEquals | ["secret"] | [a, b] | holds
        ForAllValues:StringNotEquals | ["secret"] | [a, secret] | fails
        ForAllValues:StringNotEquals | ["secret"] | - | holds
        ForAllValues:ArnLike | ["arn:aws:cloudfront::123456789012:distribution/*"] | [arn:aws:cloudfront::123456789012:distribution/a, arn:aws:cloudfront::123456789012:distribution/b] | holds
        ForAllValues:ArnLike | ["arn:aws:cloudfront::123456789012:distribution/*"] | [arn:aws:cloudfront::777788889999:distribution/a] | fails
        ForAllValues:Bool | ["true"] | [true, true] | holds
        ForAllValues:Bool | ["true"] | [true, false] | fails
        "#,
    );
}

#[test]
fn for_any_value_asks_one_value_and_fails_without() {
    check(
        r#"
        ForAnyValue:StringEquals | ["environment", "cost-center"] | [environment] | holds
        ForAnyValue:StringEquals | ["environment", "cost-center"] | [environment, dept] | holds
        ForAnyValue:StringEquals | ["environment", "cost-center"] | [dept] | fails
        ForAnyValue:StringEquals | ["environment", "cost-center"] | [Environment] | fails
        ForAnyValue:StringEquals | ["environment", "cost-center"] | - | fails
        ForAnyValue:StringEqualsIfExists | ["environment"] | - | holds
        ForAnyValue:StringLike | ["env*"] | [dept, environment] | holds
        ForAnyValue:StringNotEquals | ["secret"] | [secret, a] | holds
        ForAnyValue:StringNotEquals | ["secret"] | [secret] | fails
        ForAnyValue:StringNotEquals | ["secret"] | - | fails
        ForAnyValue:ArnNotLike | ["arn:aws:iam::*:role/a"] | [arn:aws:iam::123456789012:role/a, arn:aws:iam::123456789012:role/b] | holds
        ForAnyValue:Bool | ["true"] | [false, true] | holds
        "#,
    );
}

#[test]
fn several_values_without_a_qualifier_satisfy_no_positive_operator_and_escape_no_negated_one() {
    check(
        r#"
        StringEquals | "a" | [a, b] | fails
        StringEquals | "a" | [a] | holds
        StringNotEquals | "a" | [a, b] | fails
        StringNotEquals | "a" | [b, c] | holds
        "#,
    );
}

/// `condition block | context | does it hold`.
fn blocks(text: &str) {
    for [condition, actual, expected] in table(text) {
        let statement = format!(
            "{{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{{{condition}}}}}"
        );
        let question = Question {
            context: context(actual),
            ..Question::reads(alice())
        };
        let decision = question.put_to(&identity(&statement));
        assert_eq!(decision.allowed, expected == "holds", "{condition} with {actual}");
    }
}

#[test]
fn operators_and_keys_must_all_hold_and_values_are_alternatives() {
    blocks(
        r#"
        "StringEquals":{"a":["1","2"],"b":"3"} | a=2; b=3 | holds
        "StringEquals":{"a":["1","2"],"b":"3"} | a=2; b=4 | fails
        "StringEquals":{"a":["1","2"],"b":"3"} | a=2 | fails
        "StringEquals":{"a":"1"},"NumericLessThan":{"n":"5"} | a=1; n=4 | holds
        "StringEquals":{"a":"1"},"NumericLessThan":{"n":"5"} | a=1; n=6 | fails
        "StringEquals":{"a":"1"},"ArnNotLike":{"p":["arn:aws:iam::*:user/x","arn:aws:iam::*:user/y"]} | a=1; p=arn:aws:iam::1:user/z | holds
        "StringEquals":{"a":"1"},"ArnNotLike":{"p":["arn:aws:iam::*:user/x","arn:aws:iam::*:user/y"]} | a=1; p=arn:aws:iam::1:user/y | fails
        "ForAllValues:StringEquals":{"aws:TagKeys":["e","c"]},"Null":{"aws:TagKeys":"false"} | aws:TagKeys=[e, c] | holds
        "ForAllValues:StringEquals":{"aws:TagKeys":["e","c"]},"Null":{"aws:TagKeys":"false"} | - | fails
        "StringEqualsIgnoreCase":{"t":["preprod","storage"]},"ForAnyValue:StringEquals":{"aws:TagKeys":"environment"} | aws:TagKeys=[environment, costcenter]; t=PreProd | holds
        "StringEqualsIgnoreCase":{"t":["preprod","storage"]},"ForAnyValue:StringEquals":{"aws:TagKeys":"environment"} | aws:TagKeys=[Environment]; t=preprod | fails
        "StringEqualsIgnoreCase":{"t":["preprod","storage"]},"ForAnyValue:StringEquals":{"aws:TagKeys":"environment"} | t=storage | fails
        "#,
    );
}

#[test]
fn the_case_of_a_key_does_not_matter() {
    blocks(
        r#"
        "Bool":{"AWS:securetransport":"true"} | aws:SecureTransport=true | holds
        "StringEquals":{"aws:principaltag/Equipe":"rh"} | aws:PrincipalTag/equipe=rh | holds
        "Null":{"AWS:TOKENISSUETIME":"true"} | aws:TokenIssueTime=2026-01-01T00:00:00Z | fails
        "#,
    );
}
