//! The verdict on a request, and AWS's sentence for a denial.

use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{PolicyType, Principal};

/// What a request comes to, as IAM's policy simulators name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Verdict {
    /// It may.
    Allowed,
    /// A statement denies it.
    ExplicitDeny,
    /// No statement allows it.
    ImplicitDeny,
}

/// What policies say of one access, and why.
///
/// It is cheap to keep and to clone; its words are made when it is serialised.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    /// Whether the access is granted.
    pub(crate) allowed: bool,
    /// The same, and if not, how.
    pub(crate) verdict: Verdict,
    /// The kind of policy that a denial names.
    pub(crate) denied_by: Option<PolicyType>,
    /// The id of the policy that allows or explicitly denies.
    pub(crate) policy: Option<Arc<str>>,
    /// What was asked and what each policy said.
    pub(crate) trace: Arc<Trace>,
}

/// What was asked and what each policy said.
#[derive(Debug)]
pub(crate) struct Trace {
    /// Who asked.
    pub(crate) principal: Principal,
    /// `s3:GetObject`.
    pub(crate) action: String,
    /// The resource's ARN.
    pub(crate) resource: String,
}

impl Decision {
    /// The ARN of who asked, `*` for an anonymous caller.
    pub(crate) fn principal(&self) -> &str {
        self.trace.principal.arn()
    }

    /// AWS's sentence for a denial.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
    pub(crate) fn sentence(&self) -> String {
        let Trace { action, resource, .. } = &*self.trace;
        format!(
            "User: {} is not authorized to perform: {action} on resource: {resource} because no identity-based policy \
             allows the {action} action",
            self.principal(),
        )
    }
}

impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("principal", self.principal())?;
        map.serialize_entry("action", &self.trace.action)?;
        map.serialize_entry("resource", &self.trace.resource)?;
        map.serialize_entry("allowed", &self.allowed)?;
        map.serialize_entry("decision", &self.verdict)?;
        map.serialize_entry("matched", &self.policy.as_deref().into_iter().collect::<Vec<_>>())?;
        map.end()
    }
}
