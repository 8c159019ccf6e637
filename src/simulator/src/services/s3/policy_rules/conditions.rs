//! The condition keys that a bucket policy may look at, and of which actions.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys>

use super::super::fault::Outcome;
use super::{like, malformed};
use serde_json::{Map, Value};

/// Keys of every request, in lower case.
const OF_EVERYTHING: &[&str] = &[
    "s3:accessgrantsinstancearn",
    "s3:accesspointnetworkorigin",
    "s3:authtype",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "s3:resourceaccount",
    "s3:signatureage",
    "s3:signatureversion",
    "s3:tlsversion",
    "s3:x-amz-content-sha256",
];

/// What a request makes or changes with `PutObject`'s headers.
const WRITES: &[&str] = &["BypassGovernanceRetention", "PutObject"];
const ENCRYPTING: &[&str] = &[
    "BypassGovernanceRetention",
    "PutObject",
    "ReplicateObject",
    "UpdateObjectEncryption",
];
const GRANTING: &[&str] = &[
    "BypassGovernanceRetention",
    "CreateBucket",
    "PutBucketAcl",
    "PutObject",
    "PutObjectAcl",
    "PutObjectVersionAcl",
];
const TAGGING: &[&str] = &[
    "BypassGovernanceRetention",
    "PutObject",
    "PutObjectTagging",
    "PutObjectVersionTagging",
];
const LISTING: &[&str] = &["ListBucket", "ListBucketVersions"];
const RETAINING: &[&str] = &["BypassGovernanceRetention", "PutObject", "PutObjectRetention"];

/// Keys of some actions, in lower case.
const OF_SOME: &[(&str, &[&str])] = &[
    ("s3:delimiter", LISTING),
    (
        "s3:existingobjecttag/*",
        &[
            "DeleteObjectTagging",
            "DeleteObjectVersionTagging",
            "GetObject",
            "GetObjectAcl",
            "GetObjectAttributes",
            "GetObjectTagging",
            "GetObjectVersion",
            "GetObjectVersionAcl",
            "GetObjectVersionAttributes",
            "GetObjectVersionTagging",
            "PutObjectAcl",
            "PutObjectTagging",
            "PutObjectVersionAcl",
            "PutObjectVersionTagging",
        ],
    ),
    ("s3:if-match", &["DeleteObject", "PutObject"]),
    ("s3:if-none-match", &["PutObject"]),
    (
        "s3:inventoryaccessibleoptionalfields",
        &["PutInventoryConfiguration"],
    ),
    ("s3:isreplicationpauserequest", &["PutReplicationConfiguration"]),
    ("s3:locationconstraint", &["CreateBucket"]),
    ("s3:max-keys", LISTING),
    (
        "s3:object-lock-legal-hold",
        &["BypassGovernanceRetention", "PutObject", "PutObjectLegalHold"],
    ),
    ("s3:object-lock-mode", RETAINING),
    ("s3:object-lock-remaining-retention-days", RETAINING),
    ("s3:object-lock-retain-until-date", RETAINING),
    ("s3:objectcreationoperation", WRITES),
    ("s3:prefix", LISTING),
    ("s3:requestobjecttag/*", TAGGING),
    ("s3:requestobjecttagkeys", TAGGING),
    (
        "s3:versionid",
        &[
            "DeleteObjectVersion",
            "DeleteObjectVersionTagging",
            "GetObjectVersion",
            "GetObjectVersionAcl",
            "GetObjectVersionAttributes",
            "GetObjectVersionTagging",
            "GetObjectVersionTorrent",
            "PutObjectVersionAcl",
            "PutObjectVersionTagging",
        ],
    ),
    ("s3:x-amz-acl", GRANTING),
    ("s3:x-amz-copy-source", WRITES),
    ("s3:x-amz-grant-full-control", GRANTING),
    ("s3:x-amz-grant-read", GRANTING),
    ("s3:x-amz-grant-read-acp", GRANTING),
    ("s3:x-amz-grant-write", GRANTING),
    ("s3:x-amz-grant-write-acp", GRANTING),
    ("s3:x-amz-metadata-directive", WRITES),
    ("s3:x-amz-object-ownership", &["CreateBucket"]),
    ("s3:x-amz-server-side-encryption", ENCRYPTING),
    ("s3:x-amz-server-side-encryption-aws-kms-key-id", ENCRYPTING),
    (
        "s3:x-amz-server-side-encryption-customer-algorithm",
        &["BypassGovernanceRetention", "PutObject", "ReplicateObject"],
    ),
    (
        "s3:x-amz-storage-class",
        &[
            "BypassGovernanceRetention",
            "PutObject",
            "PutObjectAcl",
            "PutObjectVersionAcl",
        ],
    ),
    ("s3:x-amz-website-redirect-location", WRITES),
];

/// Keys that nothing that is done to a bucket or its objects has, or whose actions the reference does not list.
const OF_OTHERS: &[&str] = &[
    "s3:accessgrantscope",
    "s3:accessgrantslocationscope",
    "s3:accesspointtag/*",
    "s3:buckettag/*",
    "s3:destinationregion",
    "s3:existingjoboperation",
    "s3:existingjobpriority",
    "s3:jobsuspendedcause",
    "s3:requestjoboperation",
    "s3:requestjobpriority",
    "s3:x-amz-bucket-namespace",
];

/// Checks the condition keys of a statement: each must be AWS's own or one of S3's, and be there for every action that is
/// named without wildcards.
pub(super) fn check(statement: &Map<String, Value>, actions: &[&str]) -> Outcome<()> {
    let operators = statement.get("Condition").and_then(Value::as_object);
    let keys = operators
        .into_iter()
        .flat_map(Map::values)
        .filter_map(Value::as_object);
    // What is listed by exception is about the rest, which nobody has named.
    let excepted = statement.contains_key("NotAction");
    for key in keys.flat_map(Map::keys) {
        let key = key.to_ascii_lowercase();
        if key.starts_with("aws:") || is_one_of(&key, OF_EVERYTHING) || is_one_of(&key, OF_OTHERS) {
            continue;
        }
        let Some((_, having)) = OF_SOME.iter().find(|(pattern, _)| like(pattern, &key)) else {
            return Err(malformed("Policy has an invalid condition key"));
        };
        if !excepted && !actions.iter().all(|action| has(action, having)) {
            return Err(malformed(
                "Conditions do not apply to combination of actions and resources in statement",
            ));
        }
    }
    Ok(())
}

fn is_one_of(key: &str, patterns: &[&str]) -> bool {
    patterns.iter().any(|pattern| like(pattern, key))
}

/// Whether an action is among those that have a key; one with wildcards may be.
fn has(action: &str, having: &[&str]) -> bool {
    let name = action.split_once(':').map_or(action, |(_, name)| name);
    name.contains(['*', '?']) || having.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn refused(action: &str, key: &str) -> String {
        let statement = format!(r#"{{"Condition":{{"StringEquals":{{"{key}":"x"}}}},"Action":{action}}}"#);
        let statement: Map<String, Value> = serde_json::from_str(&statement).unwrap();
        let actions: Vec<&str> = super::super::each(&statement["Action"])
            .into_iter()
            .filter_map(Value::as_str)
            .collect();
        match check(&statement, &actions) {
            Ok(()) => String::new(),
            Err(fault) => fault.message.into_owned(),
        }
    }

    #[test]
    fn keys_that_nobody_has_are_refused() {
        let unknown = "Policy has an invalid condition key";
        for key in ["s3:x-acl", "prefix", "ec2:Region", "s3:ExistingObjectTag"] {
            assert_eq!(refused(r#""s3:GetObject""#, key), unknown, "{key}");
        }
        for key in [
            "aws:SourceIp",
            "aws:Whatever",
            "AWS:PrincipalTag/a",
            "s3:authType",
            "S3:TlsVersion",
        ] {
            assert_eq!(refused(r#""s3:GetObject""#, key), "", "{key}");
        }
    }

    #[test]
    fn every_action_without_wildcards_must_have_a_key() {
        let apart = "Conditions do not apply to combination of actions and resources in statement";
        assert_eq!(refused(r#""s3:GetObject""#, "s3:prefix"), apart);
        assert_eq!(
            refused(r#"["s3:ListBucket","s3:GetBucketAcl"]"#, "s3:prefix"),
            apart
        );
        assert_eq!(refused(r#""s3:ListBucketMultipartUploads""#, "s3:prefix"), apart);
        assert_eq!(
            refused(r#"["s3:listbucket","s3:ListBucketVersions"]"#, "s3:Prefix"),
            ""
        );
        assert_eq!(refused(r#"["s3:*"]"#, "s3:prefix"), "");
        assert_eq!(refused(r#"["s3:PutObject*","s3:PutObject"]"#, "s3:x-amz-acl"), "");
        assert_eq!(refused(r#""s3:GetObject""#, "s3:ExistingObjectTag/equipe"), "");
    }
}
