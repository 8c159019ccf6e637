//! The subresources of buckets and objects, each with the operations that it stands for.
//!
//! Every one that S3 knows is listed, simulated or not, so that none is taken for a plain read or write:
//! `PUT /bucket/key?acl` must never overwrite the object.

/// What a query parameter without a value of its own stands for.
pub(super) struct Subresource {
    /// The parameter.
    pub(super) name: &'static str,
    /// S3's name of it in refusals.
    pub(super) kind: &'static str,
    /// The operations, by method.
    pub(super) operations: &'static [(&'static str, &'static str)],
}

macro_rules! table {
    ($($name:literal $kind:literal: $($method:ident $operation:ident),*;)*) => {
        &[$(Subresource {
            name: $name,
            kind: $kind,
            operations: &[$((stringify!($method), stringify!($operation))),*],
        }),*]
    };
}

/// Where several operations share a path without a subresource.
pub(super) const BUCKET_ITSELF: &[(&str, &str)] = &[
    ("HEAD", "HeadBucket"),
    ("GET", "ListObjects"),
    ("PUT", "CreateBucket"),
    ("DELETE", "DeleteBucket"),
    ("POST", "PostObject"),
];

pub(super) const OBJECT_ITSELF: &[(&str, &str)] = &[
    ("HEAD", "HeadObject"),
    ("GET", "GetObject"),
    ("PUT", "PutObject"),
    ("DELETE", "DeleteObject"),
];

#[rustfmt::skip]
pub(super) const BUCKET: &[Subresource] = table! {
    "abac" "BUCKET_ABAC": GET GetBucketAbac, PUT PutBucketAbac;
    "accelerate" "ACCELERATE": GET GetBucketAccelerateConfiguration, PUT PutBucketAccelerateConfiguration;
    "acl" "ACL": GET GetBucketAcl, PUT PutBucketAcl;
    "analytics" "ANALYTICS": GET ListBucketAnalyticsConfigurations, PUT PutBucketAnalyticsConfiguration,
        DELETE DeleteBucketAnalyticsConfiguration;
    "cors" "CORS": GET GetBucketCors, PUT PutBucketCors, DELETE DeleteBucketCors;
    "delete" "MULTI_OBJECT_DELETE": POST DeleteObjects;
    "encryption" "ENCRYPTION": GET GetBucketEncryption, PUT PutBucketEncryption, DELETE DeleteBucketEncryption;
    "intelligent-tiering" "INTELLIGENT_TIERING": GET ListBucketIntelligentTieringConfigurations,
        PUT PutBucketIntelligentTieringConfiguration, DELETE DeleteBucketIntelligentTieringConfiguration;
    "inventory" "INVENTORY": GET ListBucketInventoryConfigurations, PUT PutBucketInventoryConfiguration,
        DELETE DeleteBucketInventoryConfiguration;
    "lifecycle" "LIFECYCLE": GET GetBucketLifecycleConfiguration, PUT PutBucketLifecycleConfiguration,
        DELETE DeleteBucketLifecycle;
    "location" "LOCATION": GET GetBucketLocation;
    "logging" "LOGGING_STATUS": GET GetBucketLogging, PUT PutBucketLogging;
    "metadataAnnotationTable" "BUCKET_METADATA_ANNOTATION_TABLE_CONFIGURATION":
        PUT UpdateBucketMetadataAnnotationTableConfiguration;
    "metadataConfiguration" "BUCKET_METADATA_CONFIGURATION": GET GetBucketMetadataConfiguration,
        POST CreateBucketMetadataConfiguration, DELETE DeleteBucketMetadataConfiguration;
    "metadataInventoryTable" "BUCKET_METADATA_INVENTORY_TABLE_CONFIGURATION":
        PUT UpdateBucketMetadataInventoryTableConfiguration;
    "metadataJournalTable" "BUCKET_METADATA_JOURNAL_TABLE_CONFIGURATION":
        PUT UpdateBucketMetadataJournalTableConfiguration;
    "metadataTable" "BUCKET_METADATA_TABLE_CONFIGURATION": GET GetBucketMetadataTableConfiguration,
        POST CreateBucketMetadataTableConfiguration, DELETE DeleteBucketMetadataTableConfiguration;
    "metrics" "METRICS": GET ListBucketMetricsConfigurations, PUT PutBucketMetricsConfiguration,
        DELETE DeleteBucketMetricsConfiguration;
    "notification" "NOTIFICATION": GET GetBucketNotificationConfiguration, PUT PutBucketNotificationConfiguration;
    "object-lock" "OBJECT_LOCK_CONFIGURATION": GET GetObjectLockConfiguration, PUT PutObjectLockConfiguration;
    "ownershipControls" "OWNERSHIP_CONTROLS": GET GetBucketOwnershipControls, PUT PutBucketOwnershipControls,
        DELETE DeleteBucketOwnershipControls;
    "policy" "BUCKETPOLICY": GET GetBucketPolicy, PUT PutBucketPolicy, DELETE DeleteBucketPolicy;
    "policyStatus" "POLICY_STATUS": GET GetBucketPolicyStatus;
    "publicAccessBlock" "PUBLIC_ACCESS_BLOCK": GET GetPublicAccessBlock, PUT PutPublicAccessBlock,
        DELETE DeletePublicAccessBlock;
    "replication" "REPLICATION": GET GetBucketReplication, PUT PutBucketReplication, DELETE DeleteBucketReplication;
    "requestPayment" "REQUEST_PAYMENT": GET GetBucketRequestPayment, PUT PutBucketRequestPayment;
    "tagging" "TAGGING": GET GetBucketTagging, PUT PutBucketTagging, DELETE DeleteBucketTagging;
    "uploads" "UPLOADS": GET ListMultipartUploads;
    "versioning" "VERSIONING": GET GetBucketVersioning, PUT PutBucketVersioning;
    "versions" "BUCKETVERSIONS": GET ListObjectVersions;
    "website" "WEBSITE": GET GetBucketWebsite, PUT PutBucketWebsite, DELETE DeleteBucketWebsite;
};

#[rustfmt::skip]
pub(super) const OBJECT: &[Subresource] = table! {
    "acl" "ACL": GET GetObjectAcl, PUT PutObjectAcl;
    "annotation" "OBJECT_ANNOTATIONS": GET GetObjectAnnotation, PUT PutObjectAnnotation,
        DELETE DeleteObjectAnnotation;
    "attributes" "OBJECT_ATTRIBUTES": GET GetObjectAttributes;
    "delete" "MULTI_OBJECT_DELETE": POST DeleteObjects;
    "encryption" "OBJECT_ENCRYPTION": PUT UpdateObjectEncryption;
    "legal-hold" "OBJECT_LOCK_LEGALHOLD": GET GetObjectLegalHold, PUT PutObjectLegalHold;
    "renameObject" "RENAME": PUT RenameObject;
    "restore" "RESTORE": POST RestoreObject;
    "retention" "OBJECT_LOCK_RETENTION": GET GetObjectRetention, PUT PutObjectRetention;
    "select" "SELECT": POST SelectObjectContent;
    "tagging" "OBJECT_TAGGING": GET GetObjectTagging, PUT PutObjectTagging, DELETE DeleteObjectTagging;
    "torrent" "TORRENT": GET GetObjectTorrent;
    "uploadId" "UPLOAD": GET ListParts, POST CompleteMultipartUpload, DELETE AbortMultipartUpload;
    "uploads" "UPLOADS": POST CreateMultipartUpload;
};

/// `uploadId` beside `partNumber`.
pub(super) const PART: Subresource = Subresource {
    name: "uploadId",
    kind: "PART",
    operations: &[("PUT", "UploadPart")],
};

/// Subresources of a bucket that mean the bucket's own also where a key is named.
pub(super) const OF_THE_BUCKET_EVERYWHERE: &[&str] = &[
    "accelerate",
    "cors",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "notification",
    "policy",
    "replication",
    "requestPayment",
    "versioning",
    "versions",
    "website",
];

/// Lists of configurations, of which `id` names one.
pub(super) const ONE_OF: &[(&str, &str)] = &[
    (
        "ListBucketAnalyticsConfigurations",
        "GetBucketAnalyticsConfiguration",
    ),
    (
        "ListBucketIntelligentTieringConfigurations",
        "GetBucketIntelligentTieringConfiguration",
    ),
    (
        "ListBucketInventoryConfigurations",
        "GetBucketInventoryConfiguration",
    ),
    ("ListBucketMetricsConfigurations", "GetBucketMetricsConfiguration"),
];

/// Operations on an object that name a version.
pub(super) const TAKES_VERSION: &[&str] = &[
    "DeleteObject",
    "DeleteObjectTagging",
    "GetObject",
    "GetObjectAcl",
    "GetObjectAnnotation",
    "GetObjectAttributes",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "GetObjectTagging",
    "GetObjectTorrent",
    "HeadObject",
    "PutObjectAcl",
    "PutObjectAnnotation",
    "PutObjectLegalHold",
    "PutObjectRetention",
    "PutObjectTagging",
    "DeleteObjectAnnotation",
    "RestoreObject",
    "SelectObjectContent",
    "UpdateObjectEncryption",
];
