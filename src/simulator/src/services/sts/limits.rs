//! What STS's parameters must be like, and how large what goes into a session may be.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>

use serde_json::Value;

use crate::error::AwsError;
use crate::services::form::{Complaint, Form, Rule};
use crate::services::iam::{SessionPolicies, Tags};

const fn name(min: usize, max: usize) -> Rule {
    Rule {
        min,
        max,
        accepts: |text| {
            text.chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter))
        },
        complaint: Complaint::Pattern("[\\w+=,.@-]*"),
    }
}

/// The name of a role's session.
pub(super) const SESSION_NAME: Rule = name(2, 64);
/// The name of a federated user.
pub(super) const FEDERATED_NAME: Rule = name(2, 32);
/// A source identity.
pub(super) const SOURCE_IDENTITY: Rule = name(2, 256);
/// An ARN.
pub(super) const ARN: Rule = Rule::length(20, 2048);

/// What tells one customer of a third party from another.
pub(super) const EXTERNAL_ID: Rule = Rule {
    min: 2,
    max: 1224,
    accepts: |text| {
        text.chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "_+=,.@:/-".contains(letter))
    },
    complaint: Complaint::Pattern("[\\w+=,.@:\\/-]*"),
};

const fn policy(max: usize) -> Rule {
    Rule {
        min: 1,
        max,
        accepts: |text| {
            text.chars()
                .all(|letter| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{ff}'))
        },
        complaint: Complaint::Pattern("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"),
    }
}

/// An inline session policy of `AssumeRole`: its size is weighed together with everything else.
pub(super) const ROLE_SESSION_POLICY: Rule = policy(usize::MAX);
/// An inline session policy of `GetFederationToken`.
pub(super) const SESSION_POLICY: Rule = policy(PLAINTEXT);

/// The serial number of a multi-factor device.
pub(super) const SERIAL_NUMBER: Rule = Rule::length(9, 256);
/// A code of a multi-factor device.
pub(super) const TOKEN_CODE: Rule = Rule::length(6, 6);
/// An access key's id.
pub(super) const ACCESS_KEY_ID: Rule = Rule {
    min: 16,
    max: 128,
    accepts: |text| {
        text.chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    },
    complaint: Complaint::Pattern("[\\w]*"),
};
/// An encoded authorization message.
pub(super) const MESSAGE: Rule = Rule::length(1, 10_240);

/// The most characters of all session policies together.
const PLAINTEXT: usize = 2048;

/// The most characters of everything that is packed into a token. AWS packs in a format of its own: only the
/// order of magnitude of the percentage is comparable.
const PACKED: usize = 4096;

/// The most managed policies of a session.
const MOST_POLICIES: usize = 10;

/// Reads the ARNs of managed session policies.
pub(super) fn policy_arns(form: &mut Form<'_>) -> Vec<String> {
    let arns = form.structures("PolicyArns", MOST_POLICIES, [("arn", &ARN)]);
    arns.into_iter().map(|[arn]| arn).collect()
}

/// The share of a token that policies and tags take, in percent; `Null` where there are none.
pub(super) fn packed(policies: Option<&SessionPolicies>, tags: &Tags) -> Result<Value, AwsError> {
    let inline = policies.and_then(|policies| policies.inline.as_ref());
    let managed = policies.into_iter().flat_map(|policies| &policies.managed);
    let policies = inline.map_or(0, |document| document.text().chars().count())
        + managed.map(|arn| arn.chars().count()).sum::<usize>();
    let tags: usize = tags.iter().map(|(key, value)| key.len() + value.len()).sum();
    let percent = |size: usize, most: usize| (size * 100).div_ceil(most);
    let share = percent(policies, PLAINTEXT).max(percent(policies + tags, PACKED));
    if share > 100 {
        let message =
            format!("Packed policy consumes {share}% of allotted space, please use smaller policy.");
        return Err(AwsError::new(400, "PackedPolicyTooLarge", message));
    }
    let share = percent(policies + tags, PACKED);
    Ok(if share == 0 { Value::Null } else { share.into() })
}
