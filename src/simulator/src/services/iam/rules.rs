//! What names, paths, ARNs and the rest must be like, and IAM's quotas.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>

use crate::services::form::{Complaint, Form, Rule};

/// A name of so many characters at most.
const fn name(max: usize) -> Rule {
    Rule {
        min: 1,
        max,
        accepts: |text| text.chars().all(in_name),
        complaint: Complaint::Specified("contain only alphanumeric characters and/or the following: +=,.@_-"),
    }
}

fn in_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "+=,.@_-".contains(letter)
}

/// A user's or a role's new name.
pub(super) const USER_NAME: Rule = name(64);
/// A user's name in what is asked about users that there are.
pub(super) const EXISTING_USER_NAME: Rule = name(128);
/// A role's name.
pub(super) const ROLE_NAME: Rule = name(64);
/// A group's, a policy's or an instance profile's name.
pub(super) const NAME: Rule = name(128);

/// A path.
pub(super) const PATH: Rule = Rule {
    min: 1,
    max: 512,
    accepts: |text| {
        text == "/"
            || (text.len() > 2
                && text.starts_with('/')
                && text.ends_with('/')
                && text.chars().all(is_printable))
    },
    complaint: Complaint::Specified(
        "begin and end with / and contain only alphanumeric characters and/or / characters.",
    ),
};

/// The beginning of paths.
pub(super) const PATH_PREFIX: Rule = Rule {
    min: 1,
    max: 512,
    accepts: |text| text.starts_with('/') && text.chars().all(is_printable),
    complaint: Complaint::Pattern("\\u002F[\\u0021-\\u007F]*"),
};

fn is_printable(letter: char) -> bool {
    letter.is_ascii_graphic()
}

/// An ARN; whether it is one at all is asked where it is used.
pub(super) const ARN: Rule = Rule::length(20, 2048);

/// A policy document, white space included.
pub(super) const DOCUMENT: Rule = Rule {
    min: 1,
    max: 131_072,
    accepts: |text| {
        text.chars()
            .all(|letter| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{ff}'))
    },
    complaint: Complaint::Pattern("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"),
};

/// A role's description.
pub(super) const ROLE_DESCRIPTION: Rule = Rule {
    min: 0,
    max: 1000,
    accepts: |text| {
        text.chars()
            .all(|letter| matches!(letter, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}'))
    },
    complaint: Complaint::Pattern("[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*"),
};

/// A managed policy's description.
pub(super) const POLICY_DESCRIPTION: Rule = Rule::length(0, 1000);

/// A tag's key.
pub(crate) const TAG_KEY: Rule = Rule {
    min: 1,
    max: 128,
    accepts: |text| text.chars().all(in_tag),
    complaint: Complaint::Pattern("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+"),
};

/// A tag's value.
pub(crate) const TAG_VALUE: Rule = Rule {
    min: 0,
    max: 256,
    accepts: |text| text.chars().all(in_tag),
    complaint: Complaint::Pattern("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*"),
};

fn in_tag(letter: char) -> bool {
    letter.is_alphanumeric() || "_.:/=+-@\u{a0}".contains(letter) || letter == ' '
}

/// The id of an access key.
pub(super) const ACCESS_KEY_ID: Rule = Rule {
    min: 16,
    max: 128,
    accepts: |text| {
        text.chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    },
    complaint: Complaint::Pattern("[\\w]+"),
};

/// Whether an access key may be used.
pub(super) const STATUS: Rule = one_of(&["Active", "Inactive"], |text| {
    matches!(text, "Active" | "Inactive")
});

/// The number of a version of a managed policy.
pub(super) const VERSION_ID: Rule = Rule {
    min: 0,
    max: 128,
    accepts: |text| version_number(text).is_some(),
    complaint: Complaint::Pattern("v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?"),
};

/// 3 for `v3`.
pub(super) fn version_number(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('v')?.split('.').next()?;
    let plain = !digits.starts_with(['0', '+']) && !digits.is_empty();
    digits.parse().ok().filter(|_| plain)
}

/// An account's alias.
pub(super) const ACCOUNT_ALIAS: Rule = Rule {
    min: 3,
    max: 63,
    accepts: |text| {
        let inside = text
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-');
        inside && !text.starts_with('-') && !text.ends_with('-') && !text.contains("--")
    },
    complaint: Complaint::Specified(
        "contain only digits, lowercase letters, and hyphens (-), but cannot begin or end with a hyphen",
    ),
};

/// The name of a service: `ecs.amazonaws.com`.
pub(super) const SERVICE_NAME: Rule = name(128);
/// What tells two service-linked roles of a service apart.
pub(super) const CUSTOM_SUFFIX: Rule = name(64);

/// Which policies are listed.
pub(super) const SCOPE: Rule = one_of(&["All", "AWS", "Local"], |text| {
    matches!(text, "All" | "AWS" | "Local")
});

/// How a policy is used.
pub(super) const USAGE: Rule = one_of(&["PermissionsPolicy", "PermissionsBoundary"], |text| {
    matches!(text, "PermissionsPolicy" | "PermissionsBoundary")
});

/// A kind of entity.
pub(super) const ENTITY_TYPE: Rule = one_of(
    &["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"],
    |text| {
        matches!(
            text,
            "User" | "Role" | "Group" | "LocalManagedPolicy" | "AWSManagedPolicy"
        )
    },
);

/// The name of an action: `s3:GetObject`.
pub(super) const ACTION_NAME: Rule = Rule::length(3, 128);
/// The name of a resource in a simulation.
pub(super) const RESOURCE_NAME: Rule = Rule::length(1, 2048);
/// The name of a condition key.
pub(super) const CONTEXT_KEY_NAME: Rule = Rule::length(5, 256);

const fn one_of(values: &'static [&'static str], accepts: fn(&str) -> bool) -> Rule {
    Rule {
        min: 0,
        max: 128,
        accepts,
        complaint: Complaint::Values(values),
    }
}

/// The most tags of a resource.
pub(crate) const MOST_TAGS: usize = 50;

/// Reads a list of tags.
pub(crate) fn tags(form: &mut Form<'_>, member: &str) -> Vec<(String, String)> {
    let read = form.structures(member, MOST_TAGS, [("Key", &TAG_KEY), ("Value", &TAG_VALUE)]);
    read.into_iter().map(|[key, value]| (key, value)).collect()
}

/// What is said of tags whose keys begin with `aws:`, in any case, if there is one: nobody but AWS may give them.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules>
pub(crate) fn reserved<'a>(mut keys: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    let begins = |key: &str| {
        key.get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
    };
    keys.any(begins)
        .then_some("aws: prefixed tag key names are not allowed for external use.")
}

/// The quotas of an account, with the names by which a refusal calls them.
pub(super) mod quota {
    /// A quota: its name and the most that there may be.
    pub(in crate::services::iam) type Quota = (&'static str, usize);

    pub(in crate::services::iam) const USERS: Quota = ("UsersPerAccount", 5000);
    pub(in crate::services::iam) const GROUPS: Quota = ("GroupsPerAccount", 300);
    pub(in crate::services::iam) const ROLES: Quota = ("RolesPerAccount", 1000);
    pub(in crate::services::iam) const POLICIES: Quota = ("PoliciesPerAccount", 1500);
    pub(in crate::services::iam) const PROFILES: Quota = ("InstanceProfilesPerAccount", 1000);
    pub(in crate::services::iam) const GROUPS_OF_USER: Quota = ("GroupsPerUser", 10);
    pub(in crate::services::iam) const KEYS_OF_USER: Quota = ("AccessKeysPerUser", 2);
    pub(in crate::services::iam) const ROLES_OF_PROFILE: Quota = ("InstanceSessionsPerInstanceProfile", 1);
    pub(in crate::services::iam) const TAGS: Quota = ("TagsPerResource", super::MOST_TAGS);
    /// In characters, without white space.
    pub(in crate::services::iam) const POLICY_SIZE: Quota = ("PolicySize", 6144);
    /// In characters, without white space.
    pub(in crate::services::iam) const TRUST_SIZE: Quota = ("ACLSizePerRole", 2048);
    /// Versions of a managed policy.
    pub(in crate::services::iam) const VERSIONS: usize = 5;
}
