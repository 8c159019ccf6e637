//! Policies that a simulation is to leave out, as if they were not attached.
//!
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html>

use serde_json::Value;

use crate::error::AwsError;
use crate::policy::{Source, SourceKind};
use crate::services::iam::errors::invalid_input;

/// What is left out.
pub(super) struct Exclusions(Vec<Exclusion>);

struct Exclusion {
    kind: Option<String>,
    arn: Option<String>,
    /// The id of an inline policy, as simulations call it.
    inline: Option<String>,
}

impl Exclusions {
    /// Reads the request's list.
    pub(super) fn of(input: &Value) -> Result<Self, AwsError> {
        let listed = input["PolicyExclusionList"].as_array().into_iter().flatten();
        listed.map(Exclusion::of).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a policy stays.
    pub(super) fn keep(&self, source: &Source) -> bool {
        !self.0.iter().any(|exclusion| exclusion.names(source))
    }
}

impl Exclusion {
    fn of(item: &Value) -> Result<Self, AwsError> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let (kind, arn) = (text(&item["PolicyType"]), text(&item["PolicyArn"]));
        let inline = &item["InlinePolicyIdentifier"];
        let part = |name: &str| inline[name].as_str().unwrap_or_default();
        let id = format!(
            "{}_{}_{}",
            part("AttachmentType"),
            part("AttachmentName"),
            part("PolicyName")
        );
        if arn.as_deref().is_some_and(|arn| !arn.starts_with("arn:"))
            || (kind, &arn, inline) == (None, &None, &Value::Null)
        {
            return Err(invalid_input(
                "Invalid Input: the policy identifier is not valid.",
            ));
        }
        Ok(Self {
            kind: text(&item["PolicyType"]),
            arn,
            inline: (!inline.is_null()).then_some(id),
        })
    }

    /// Whether it names a policy: every part of it that is there must.
    fn names(&self, source: &Source) -> bool {
        let kind = self
            .kind
            .as_deref()
            .is_none_or(|kind| kind == kind_of(source.kind));
        let arn = self.arn.as_deref().is_none_or(|arn| *source.id == *arn);
        let inline = self.inline.as_deref().is_none_or(|id| *source.id == *id);
        kind && arn && inline
    }
}

fn kind_of(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::UserInline | SourceKind::GroupInline | SourceKind::RoleInline => "inline",
        SourceKind::AwsManaged => "aws-managed",
        SourceKind::CustomerManaged => "user-managed",
        SourceKind::Boundary => "permission-boundary",
        SourceKind::ServiceControl => "scp",
        SourceKind::ResourceControl => "rcp",
        SourceKind::Session | SourceKind::Resource | SourceKind::Trust => "",
    }
}
