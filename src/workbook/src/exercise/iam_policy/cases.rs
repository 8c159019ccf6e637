//! What a wrong policy shows of the way its author thinks.

use super::document::statements;
use serde::Deserialize;
use serde_json::Value;

/// A slip that can be recognised in a policy and its decisions, as lessons name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::exercise) enum Case {
    /// The bucket's ARN for an action on objects.
    SansEtoile,
    /// The objects' ARN for an action on the bucket.
    ArnDesObjets,
    /// `StringEquals` with a wildcard.
    EtoileDansEgal,
    /// The name of an action is misspelt.
    NomDAction,
    /// A name or ARN in another case.
    Casse,
    /// A condition on a key that the request does not have.
    CleAbsente,
    /// A condition with another value than the request's.
    Valeur,
    /// More is allowed than asked, through a wildcard in the action.
    ActionTropLarge,
    /// More is allowed than asked, through a wildcard in the resource.
    RessourceTropLarge,
    /// More is allowed than asked, to everybody.
    PrincipalTropLarge,
    /// More is allowed than asked, and nothing is denied explicitly.
    RefusOublie,
    /// What must be allowed is denied explicitly.
    RefusTropLarge,
    /// `NotAction` with `Allow`.
    NotAction,
    /// More is allowed than asked, without any condition.
    ConditionOubliee,
}

/// A wrongly decided request, with the statement that decided, where one did.
pub(in crate::exercise) struct Wrong<'a> {
    /// Whether it should have been allowed.
    pub(in crate::exercise) should_allow: bool,
    /// The decision and its trace.
    pub(in crate::exercise) decision: &'a Value,
}

impl Case {
    /// Whether the policy shows it.
    pub(in crate::exercise) fn shows(self, policy: &Value, wrong: &[Wrong<'_>]) -> bool {
        let refused = |reason: &str| {
            let reasons = wrong.iter().filter(|wrong| wrong.should_allow);
            let mut reasons = reasons.map(|wrong| wrong.decision["suggestion"]["reason"].as_str());
            reasons.any(|found| found == Some(reason))
        };
        match self {
            Self::SansEtoile => refused("object_arn"),
            Self::ArnDesObjets => refused("bucket_arn"),
            Self::EtoileDansEgal => refused("wildcard_in_equals"),
            Self::NomDAction => refused("misspelt"),
            Self::Casse => refused("case"),
            Self::CleAbsente => refused("missing_key"),
            Self::Valeur => refused("value"),
            Self::ActionTropLarge => granting(policy, wrong).any(|statement| wide(&statement["Action"])),
            Self::RessourceTropLarge => granting(policy, wrong).any(|statement| wide(&statement["Resource"])),
            Self::PrincipalTropLarge => {
                granting(policy, wrong).any(|statement| everybody(&statement["Principal"]))
            }
            Self::RefusOublie => {
                granted(wrong).next().is_some() && !statements(policy).any(|one| one["Effect"] == "Deny")
            }
            Self::RefusTropLarge => wrong
                .iter()
                .any(|wrong| wrong.should_allow && wrong.decision["decision"] == "explicitDeny"),
            Self::NotAction => {
                statements(policy).any(|one| one["Effect"] == "Allow" && one.get("NotAction").is_some())
            }
            Self::ConditionOubliee => {
                granting(policy, wrong).any(|statement| statement.get("Condition").is_none())
            }
        }
    }
}

/// The requests that are allowed and should not be.
fn granted<'a>(wrong: &'a [Wrong<'_>]) -> impl Iterator<Item = &'a Value> {
    wrong
        .iter()
        .filter(|wrong| !wrong.should_allow)
        .map(|wrong| wrong.decision)
}

/// The statements that allow what should not be allowed.
fn granting<'a>(policy: &'a Value, wrong: &'a [Wrong<'_>]) -> impl Iterator<Item = &'a Value> {
    let rank = |decision: &Value| usize::try_from(decision["decided_by"]["statement"].as_u64()?).ok();
    granted(wrong).filter_map(move |decision| statements(policy).nth(rank(decision)?))
}

fn wide(element: &Value) -> bool {
    let wide = |text: &Value| text.as_str().is_some_and(|text| text.contains('*'));
    match element {
        Value::Array(texts) => texts.iter().any(wide),
        text => wide(text),
    }
}

/// `"*"`, or an object with `"*"` among its values.
fn everybody(principal: &Value) -> bool {
    match principal {
        Value::Object(kinds) => kinds.values().any(everybody),
        Value::Array(several) => several.iter().any(everybody),
        one => one == "*",
    }
}
