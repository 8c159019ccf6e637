//! What can be wrong with a document, as a value that each service words in its own way.

use serde::Serialize;

use super::elements::STAR;
use super::{DocumentKind, Span};

/// A fault of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(crate) enum Fault {
    /// The text is not JSON.
    Json,
    /// The text has values within values deeper than any policy.
    TooDeep,
    /// The text is JSON, but no object.
    NotAnObject,
    /// A name stands twice in one object.
    DuplicateKey {
        /// The name.
        name: String,
    },
    /// An element that policies do not have; names of elements are case-sensitive.
    UnknownElement {
        /// Its name.
        name: String,
    },
    /// An element of another JSON type than the grammar's.
    WrongType {
        /// Its name.
        name: String,
        /// What is expected there.
        expected: &'static str,
    },
    /// An element that this kind of policy must have.
    MissingElement {
        /// Its name.
        name: &'static str,
    },
    /// An element without content.
    EmptyElement {
        /// Its name.
        name: &'static str,
    },
    /// An element that this kind of policy must not have.
    ProhibitedElement {
        /// Its name.
        name: &'static str,
    },
    /// An element together with its negation.
    BothElements {
        /// The element: `Action`, beside `NotAction`.
        name: &'static str,
    },
    /// A `Version` that is none.
    Version {
        /// What stands there.
        value: String,
    },
    /// A `Version` before 2012-10-17, in a managed policy.
    OldVersion,
    /// An `Effect` other than `Allow` and `Deny`.
    Effect {
        /// What stands there.
        value: String,
    },
    /// An effect that this kind of policy does not support.
    EffectNotSupported {
        /// What stands there.
        value: &'static str,
    },
    /// `NotPrincipal` with `Allow`.
    AllowNotPrincipal,
    /// A principal that is none.
    Principal {
        /// `AWS`, `Service`, `Federated`, `CanonicalUser`, or what stands there.
        kind: String,
        /// The value.
        value: String,
    },
    /// A `Sid` with other characters than letters and digits.
    SidCharacters {
        /// The `Sid`.
        value: String,
    },
    /// A `Sid` that another statement has.
    DuplicateSid {
        /// The `Sid`.
        value: String,
    },
    /// An action without the prefix of a service.
    ActionPrefix {
        /// The action.
        value: String,
    },
    /// An action with more than one colon.
    ActionColons {
        /// The action.
        value: String,
    },
    /// An action whose prefix is no name of a service.
    ActionVendor {
        /// The prefix.
        value: String,
    },
    /// An action that this kind of policy does not support.
    ActionNotSupported {
        /// The action.
        value: String,
    },
    /// A resource that is no ARN.
    ResourceFormat {
        /// The resource.
        value: String,
    },
    /// A resource in a partition that does not exist.
    ResourcePartition {
        /// The partition.
        partition: String,
        /// The resource, as IAM completes it.
        value: String,
    },
    /// A resource whose service is missing or has wildcards.
    ResourceVendor {
        /// The resource.
        value: String,
    },
    /// A resource of a global service with a Region.
    ResourceRegion {
        /// `iam` or `s3`.
        service: &'static str,
        /// The resource.
        value: String,
    },
    /// A resource of IAM with an unknown path.
    ResourceIamPath {
        /// The resource.
        value: String,
    },
    /// A resource with too few segments, as only older parsers tell them.
    ResourceSegments {
        /// The resource.
        value: String,
    },
    /// A condition operator that does not exist.
    Operator {
        /// Its name.
        name: String,
    },
    /// A value that is no date, for a date operator.
    Date {
        /// The value.
        value: String,
    },
    /// A value that is no address or network, for an IP address operator.
    IpAddress {
        /// The value.
        value: String,
    },
}

/// A document that is refused: what is wrong and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// What the document was read as.
    pub(crate) kind: DocumentKind,
    /// What is wrong.
    pub(crate) fault: Fault,
    /// Where.
    pub(crate) span: Span,
}

/// IAM's list of what a resource of IAM may begin with.
pub(super) const IAM_PATHS: &[&str] = &[
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

impl Malformed {
    /// AWS's sentence, which IAM sends with the code `MalformedPolicyDocument`.
    ///
    /// Three parsers word faults: IAM's own for identities, the newer one that trust policies and most resources go
    /// through, and that of Organizations, which always says the same.
    pub(crate) fn sentence(&self) -> String {
        match self.kind {
            DocumentKind::Identity | DocumentKind::Boundary | DocumentKind::Session => {
                self.fault.of_identity()
            }
            DocumentKind::Trust | DocumentKind::Resource | DocumentKind::Repository => {
                self.fault.of_resource(self.kind)
            }
            DocumentKind::ServiceControl | DocumentKind::ResourceControl => {
                "The provided policy document does not meet the requirements of the specified policy type."
                    .to_owned()
            }
        }
    }
}

impl Fault {
    fn of_identity(&self) -> String {
        match self {
            Self::OldVersion => "Policy document must be version 2012-10-17 or greater.".to_owned(),
            Self::Effect { value } if is_effect_in_other_case(value) => legacy(),
            Self::Date { .. } | Self::ResourceSegments { .. } => legacy(),
            Self::ProhibitedElement {
                name: "Principal" | "NotPrincipal",
            } => "Policy document should not specify a principal.".to_owned(),
            Self::DuplicateSid { .. } => "Statement IDs (SID) in a single policy must be unique.".to_owned(),
            Self::SidCharacters { .. } => {
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies \
                                           the regular expression [0-9A-Za-z]*"
                    .to_owned()
            }
            Self::MissingElement { name: "Action" } | Self::EmptyElement { name: "Action" } => {
                "Policy statement must contain actions.".to_owned()
            }
            Self::MissingElement { name: "Resource" } | Self::EmptyElement { name: "Resource" } => {
                "Policy statement must contain resources.".to_owned()
            }
            _ => self
                .of_action()
                .or_else(|| self.of_resource_element())
                .unwrap_or_else(|| "Syntax errors in policy.".to_owned()),
        }
    }

    fn of_action(&self) -> Option<String> {
        match self {
            Self::ActionPrefix { .. } => {
                Some("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.".to_owned())
            }
            Self::ActionColons { .. } => Some("Actions/Condition can contain only one colon.".to_owned()),
            Self::ActionVendor { value } => Some(format!("Vendor {value} is not valid")),
            _ => None,
        }
    }

    fn of_resource_element(&self) -> Option<String> {
        match self {
            Self::ResourceFormat { value } => {
                Some(format!("Resource {value} must be in ARN format or \"*\"."))
            }
            Self::ResourcePartition { partition, value } => Some(format!(
                "Partition \"{partition}\" is not valid for resource \"{value}\"."
            )),
            Self::ResourceVendor { .. } => {
                Some("Resource vendor must be fully qualified and cannot contain regexes.".to_owned())
            }
            Self::ResourceRegion {
                service: "iam",
                value,
            } => Some(format!("IAM resource {value} cannot contain region information.")),
            Self::ResourceRegion { value, .. } => {
                Some(format!("Resource {value} can not contain region information."))
            }
            Self::ResourceIamPath { .. } => Some(format!(
                "IAM resource path must either be \"*\" or start with {}.",
                IAM_PATHS.join(", ")
            )),
            _ => None,
        }
    }

    fn of_resource(&self, kind: DocumentKind) -> String {
        match self {
            Self::Json | Self::TooDeep | Self::NotAnObject => "This policy contains invalid Json".to_owned(),
            Self::UnknownElement { name } => format!("Unknown field {name}"),
            Self::Version { .. } => "The policy must contain a valid version string".to_owned(),
            Self::EmptyElement { name: "Statement" } => {
                "Could not parse the policy: Statement is empty!".to_owned()
            }
            Self::EmptyElement { name: "Principal" } => {
                "Missing required field Principal cannot be empty!".to_owned()
            }
            Self::MissingElement { name } | Self::EmptyElement { name } => {
                format!("Missing required field {name}")
            }
            Self::ProhibitedElement { name: "NotResource" } => {
                "AssumeRole policy must not contain resources.".to_owned()
            }
            Self::ProhibitedElement { name: "NotPrincipal" } => {
                "AssumeRole policy must not contain NotPrincipal field.".to_owned()
            }
            Self::ProhibitedElement { name } => format!("Has prohibited field {name}"),
            Self::WrongType { name, .. } if name == "Principal" => {
                "Principal must be a JSON object.".to_owned()
            }
            Self::Effect { value } => format!("Invalid effect: {value}"),
            Self::AllowNotPrincipal => "Allow with NotPrincipal is not allowed.".to_owned(),
            Self::DuplicateSid { .. } => "The Statement Ids in the policy are not unique".to_owned(),
            // In these words: <https://github.com/aws/aws-cdk/issues/5732>
            Self::Principal { kind, value } if kind == STAR => {
                format!("AssumeRolepolicy contained an invalid principal: \"{kind}\":\"{value}\".")
            }
            Self::Principal { kind, value } => {
                let kind = if kind == "Service" { "SERVICE" } else { kind };
                format!("Invalid principal in policy: \"{kind}\":\"{value}\"")
            }
            _ if kind == DocumentKind::Trust && self.of_action().is_some() => trust_action(),
            Self::ActionNotSupported { .. } => trust_action(),
            _ => self
                .of_action()
                .or_else(|| self.of_resource_element())
                .unwrap_or_else(|| "Syntax error in policy.".to_owned()),
        }
    }
}

fn legacy() -> String {
    "The policy failed legacy parsing".to_owned()
}

fn trust_action() -> String {
    "AssumeRole policy may only specify STS AssumeRole actions.".to_owned()
}

/// `allow` and the like, which IAM finds out later than any other word.
pub(super) fn is_effect_in_other_case(value: &str) -> bool {
    value.eq_ignore_ascii_case("Allow") || value.eq_ignore_ascii_case("Deny")
}
