//! Which operation a request asks for.
//!
//! Every subresource that S3 knows is listed, simulated or not, so that none is taken for a plain read or write:
//! `PUT /bucket/key?acl` must never overwrite the object.

use super::target::Target;
use http::request::Parts;
use http::{HeaderMap, Method};

/// What is answered for what S3 itself would not understand.
const UNKNOWN: &str = "UnknownOperation";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Account,
    Bucket,
    Object,
}

/// Method, subresource (empty: none) and operation.
type Line = (&'static str, &'static str, &'static str);

const ACCOUNT: &[Line] = &[("GET", "", "ListBuckets")];

#[rustfmt::skip]
const BUCKET: &[Line] = &[
    ("HEAD", "", "HeadBucket"),
    ("GET", "location", "GetBucketLocation"),
    ("GET", "versioning", "GetBucketVersioning"), ("PUT", "versioning", "PutBucketVersioning"),
    ("GET", "versions", "ListObjectVersions"),
    ("GET", "uploads", "ListMultipartUploads"),
    ("POST", "delete", "DeleteObjects"),
    ("GET", "abac", "GetBucketAbac"), ("PUT", "abac", "PutBucketAbac"),
    ("GET", "accelerate", "GetBucketAccelerateConfiguration"),
    ("PUT", "accelerate", "PutBucketAccelerateConfiguration"),
    ("GET", "acl", "GetBucketAcl"), ("PUT", "acl", "PutBucketAcl"),
    ("GET", "analytics", "GetBucketAnalyticsConfiguration"),
    ("PUT", "analytics", "PutBucketAnalyticsConfiguration"),
    ("DELETE", "analytics", "DeleteBucketAnalyticsConfiguration"),
    ("GET", "cors", "GetBucketCors"), ("PUT", "cors", "PutBucketCors"), ("DELETE", "cors", "DeleteBucketCors"),
    ("GET", "encryption", "GetBucketEncryption"), ("PUT", "encryption", "PutBucketEncryption"),
    ("DELETE", "encryption", "DeleteBucketEncryption"),
    ("GET", "intelligent-tiering", "GetBucketIntelligentTieringConfiguration"),
    ("PUT", "intelligent-tiering", "PutBucketIntelligentTieringConfiguration"),
    ("DELETE", "intelligent-tiering", "DeleteBucketIntelligentTieringConfiguration"),
    ("GET", "inventory", "GetBucketInventoryConfiguration"),
    ("PUT", "inventory", "PutBucketInventoryConfiguration"),
    ("DELETE", "inventory", "DeleteBucketInventoryConfiguration"),
    ("GET", "lifecycle", "GetBucketLifecycleConfiguration"),
    ("PUT", "lifecycle", "PutBucketLifecycleConfiguration"),
    ("DELETE", "lifecycle", "DeleteBucketLifecycle"),
    ("GET", "logging", "GetBucketLogging"), ("PUT", "logging", "PutBucketLogging"),
    ("GET", "metadataConfiguration", "GetBucketMetadataConfiguration"),
    ("POST", "metadataConfiguration", "CreateBucketMetadataConfiguration"),
    ("DELETE", "metadataConfiguration", "DeleteBucketMetadataConfiguration"),
    ("GET", "metadataTable", "GetBucketMetadataTableConfiguration"),
    ("POST", "metadataTable", "CreateBucketMetadataTableConfiguration"),
    ("DELETE", "metadataTable", "DeleteBucketMetadataTableConfiguration"),
    ("GET", "metrics", "GetBucketMetricsConfiguration"), ("PUT", "metrics", "PutBucketMetricsConfiguration"),
    ("DELETE", "metrics", "DeleteBucketMetricsConfiguration"),
    ("GET", "notification", "GetBucketNotificationConfiguration"),
    ("PUT", "notification", "PutBucketNotificationConfiguration"),
    ("GET", "object-lock", "GetObjectLockConfiguration"), ("PUT", "object-lock", "PutObjectLockConfiguration"),
    ("GET", "ownershipControls", "GetBucketOwnershipControls"),
    ("PUT", "ownershipControls", "PutBucketOwnershipControls"),
    ("DELETE", "ownershipControls", "DeleteBucketOwnershipControls"),
    ("GET", "policy", "GetBucketPolicy"), ("PUT", "policy", "PutBucketPolicy"),
    ("DELETE", "policy", "DeleteBucketPolicy"),
    ("GET", "policyStatus", "GetBucketPolicyStatus"),
    ("GET", "publicAccessBlock", "GetPublicAccessBlock"), ("PUT", "publicAccessBlock", "PutPublicAccessBlock"),
    ("DELETE", "publicAccessBlock", "DeletePublicAccessBlock"),
    ("GET", "replication", "GetBucketReplication"), ("PUT", "replication", "PutBucketReplication"),
    ("DELETE", "replication", "DeleteBucketReplication"),
    ("GET", "requestPayment", "GetBucketRequestPayment"), ("PUT", "requestPayment", "PutBucketRequestPayment"),
    ("GET", "session", "CreateSession"),
    ("GET", "tagging", "GetBucketTagging"), ("PUT", "tagging", "PutBucketTagging"),
    ("DELETE", "tagging", "DeleteBucketTagging"),
    ("GET", "website", "GetBucketWebsite"), ("PUT", "website", "PutBucketWebsite"),
    ("DELETE", "website", "DeleteBucketWebsite"),
    ("GET", "list-type", "ListObjectsV2"),
    ("GET", "", "ListObjects"), ("PUT", "", "CreateBucket"), ("DELETE", "", "DeleteBucket"),
    ("POST", "", "PostObject"),
];

#[rustfmt::skip]
const OBJECT: &[Line] = &[
    ("GET", "attributes", "GetObjectAttributes"),
    ("GET", "tagging", "GetObjectTagging"), ("PUT", "tagging", "PutObjectTagging"),
    ("DELETE", "tagging", "DeleteObjectTagging"),
    ("POST", "uploads", "CreateMultipartUpload"),
    ("GET", "uploadId", "ListParts"), ("PUT", "uploadId", "UploadPart"),
    ("POST", "uploadId", "CompleteMultipartUpload"), ("DELETE", "uploadId", "AbortMultipartUpload"),
    ("GET", "acl", "GetObjectAcl"), ("PUT", "acl", "PutObjectAcl"),
    ("PUT", "encryption", "UpdateObjectEncryption"),
    ("GET", "legal-hold", "GetObjectLegalHold"), ("PUT", "legal-hold", "PutObjectLegalHold"),
    ("PUT", "renameObject", "RenameObject"),
    ("POST", "restore", "RestoreObject"),
    ("GET", "retention", "GetObjectRetention"), ("PUT", "retention", "PutObjectRetention"),
    ("POST", "select", "SelectObjectContent"),
    ("GET", "torrent", "GetObjectTorrent"),
    ("HEAD", "", "HeadObject"), ("GET", "", "GetObject"), ("PUT", "", "PutObject"), ("DELETE", "", "DeleteObject"),
];

/// Query parameters that change what a simulated operation does, not which one it is.
const PARAMETERS: &[&str] = &[
    "bucket-region",
    "continuation-token",
    "delimiter",
    "encoding-type",
    "fetch-owner",
    "key-marker",
    "marker",
    "max-buckets",
    "max-keys",
    "max-parts",
    "max-uploads",
    "part-number-marker",
    "partNumber",
    "prefix",
    "start-after",
    "upload-id-marker",
    "version-id-marker",
    "versionId",
];

/// AWS's name of the operation that a request asks for, simulated or not.
pub(super) fn operation(head: &Parts) -> String {
    let Ok(target) = Target::of(head) else {
        return UNKNOWN.to_owned();
    };
    name(&head.method, &target, &head.headers).to_owned()
}

fn name(method: &Method, target: &Target, headers: &HeaderMap) -> &'static str {
    let (level, table) = match (&target.bucket, &target.key) {
        (None, _) => (Level::Account, ACCOUNT),
        (Some(_), None) => (Level::Bucket, BUCKET),
        (Some(_), Some(_)) => (Level::Object, OBJECT),
    };
    let asked = |subresource: &str| subresource.is_empty() || target.query(subresource).is_some();
    let line = table
        .iter()
        .find(|(verb, subresource, _)| *verb == method.as_str() && asked(subresource));
    let Some(&(_, subresource, name)) = line else {
        return UNKNOWN;
    };
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    if target.query.iter().any(|(query, _)| {
        query != subresource && !is_harmless(query, level, is_read) && !completes(query, name)
    }) {
        return UNKNOWN;
    }
    match (name, headers.contains_key("x-amz-copy-source")) {
        ("PutObject", true) => "CopyObject",
        ("UploadPart", true) => "UploadPartCopy",
        ("ListObjectsV2", _) if target.query("list-type") != Some("2") => "ListObjects",
        (name, _) => name,
    }
}

/// Whether a write takes this parameter. Any other write that carries it was meant as something else: a part
/// without its upload, or a version to write over.
fn completes(query: &str, operation: &str) -> bool {
    match query {
        "partNumber" => operation == "UploadPart",
        "versionId" => !matches!(operation, "PutObject" | "CreateBucket" | "DeleteBucket"),
        _ => false,
    }
}

/// Whether a further query parameter leaves the operation what it is. S3 ignores parameters it does not know; here
/// only reads do, because a write that was meant as something else would destroy data.
fn is_harmless(name: &str, level: Level, is_read: bool) -> bool {
    let is_subresource = match level {
        Level::Account => false,
        Level::Bucket => BUCKET.iter().any(|(_, subresource, _)| *subresource == name),
        Level::Object => OBJECT.iter().any(|(_, subresource, _)| *subresource == name),
    };
    let of_a_read = is_read && (PARAMETERS.contains(&name) || !is_subresource);
    of_a_read || name.to_ascii_lowercase().starts_with("x-")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn named(method: &str, uri: &str) -> String {
        let request = http::Request::builder().method(method).uri(uri).body(()).unwrap();
        operation(&request.into_parts().0)
    }

    #[test]
    fn a_write_with_the_parameter_of_a_read_is_no_write() {
        for write in [
            "/b/k?versionId=v",
            "/b/k?partNumber=1",
            "/b/k?prefix=a",
            "/b/k?max-keys=1",
            "/b?prefix=x",
        ] {
            assert_eq!(named("PUT", write), UNKNOWN, "{write}");
        }
        assert_eq!(named("DELETE", "/b/k?partNumber=1"), UNKNOWN);
    }

    #[test]
    fn operations_are_named() {
        assert_eq!(named("GET", "/"), "ListBuckets");
        assert_eq!(
            named("GET", "/b?list-type=2&prefix=a&encoding-type=url"),
            "ListObjectsV2"
        );
        assert_eq!(named("GET", "/b?list-type=1"), "ListObjects");
        assert_eq!(named("GET", "/b?versions&max-keys=3"), "ListObjectVersions");
        assert_eq!(named("PUT", "/b?versioning"), "PutBucketVersioning");
        assert_eq!(
            named("GET", "/b/k?versionId=null&response-content-type=a"),
            "GetObject"
        );
        assert_eq!(named("GET", "/b/k?x-id=GetObject"), "GetObject");
        assert_eq!(named("PUT", "/b/k?partNumber=1&uploadId=u"), "UploadPart");
        assert_eq!(named("DELETE", "/b/k?versionId=v"), "DeleteObject");
    }

    #[test]
    fn no_subresource_is_taken_for_a_plain_write() {
        for (_, subresource, _) in BUCKET.iter().chain(OBJECT).filter(|line| !line.1.is_empty()) {
            assert_ne!(
                named("PUT", &format!("/b/k?{subresource}")),
                "PutObject",
                "{subresource}"
            );
            assert_ne!(
                named("DELETE", &format!("/b/k?{subresource}")),
                "DeleteObject",
                "{subresource}"
            );
            assert_ne!(
                named("PUT", &format!("/b?{subresource}")),
                "CreateBucket",
                "{subresource}"
            );
            assert_ne!(
                named("DELETE", &format!("/b?{subresource}")),
                "DeleteBucket",
                "{subresource}"
            );
        }
        assert_eq!(named("PUT", "/b/k?unheard-of"), UNKNOWN);
        assert_eq!(named("DELETE", "/b/k?unheard-of"), UNKNOWN);
    }

    #[test]
    fn a_read_ignores_a_parameter_that_s3_does_not_know() {
        assert_eq!(named("GET", "/b/k?cache=1"), "GetObject");
        assert_eq!(named("GET", "/b/k?acl"), "GetObjectAcl");
        assert_eq!(named("HEAD", "/b/k?acl"), UNKNOWN);
    }
}
