//! What a bucket is set to: everything of a bucket that is neither its objects nor its uploads.

use super::acl::Acl;
use super::cors::CorsRule;
use super::encryption::BucketEncryption;
use super::lifecycle::Lifecycle;
use super::lock::ObjectLock;
use super::policy::BucketPolicy;
use serde::{Deserialize, Serialize};

/// Names and values, as tags are.
pub(crate) type Tags = Vec<(String, String)>;

/// The settings of a bucket.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// Twelve digits: whose bucket it is.
    pub(crate) owner: String,
    pub(crate) versioning: Versioning,
    pub(crate) policy: Option<BucketPolicy>,
    /// `None` once deleted, which is as if nothing were blocked.
    pub(crate) public_access_block: Option<PublicAccessBlock>,
    /// `None` once deleted, which is as `ObjectWriter`.
    pub(crate) ownership: Option<Ownership>,
    pub(crate) acl: Acl,
    pub(crate) encryption: BucketEncryption,
    pub(crate) cors: Option<Vec<CorsRule>>,
    pub(crate) lifecycle: Option<Lifecycle>,
    /// `None` while there is no tag set.
    pub(crate) tags: Option<Tags>,
    /// `None` where Object Lock is not enabled; once enabled, it stays.
    pub(crate) object_lock: Option<ObjectLock>,
}

impl Settings {
    /// The settings that a bucket gets that is asked for without any: ACLs disabled and public access blocked, as on
    /// every bucket made since April 2023.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html>
    pub(crate) fn new(owner: &str) -> Self {
        Self {
            owner: owner.to_owned(),
            versioning: Versioning::Unversioned,
            policy: None,
            public_access_block: Some(PublicAccessBlock::ALL),
            ownership: Some(Ownership::BucketOwnerEnforced),
            acl: Acl::private(owner),
            encryption: BucketEncryption::default(),
            cors: None,
            lifecycle: None,
            tags: None,
            object_lock: None,
        }
    }

    /// Whether ACLs have no say in this bucket.
    pub(crate) fn acls_disabled(&self) -> bool {
        self.ownership == Some(Ownership::BucketOwnerEnforced)
    }

    /// What is blocked here, however it is said.
    pub(crate) fn blocked(&self) -> PublicAccessBlock {
        self.public_access_block.unwrap_or_default()
    }
}

/// The versioning state. Once left, `Unversioned` never comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Versioning {
    Unversioned,
    Enabled,
    Suspended,
}

/// Block Public Access, of a bucket or of an account.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>
#[expect(clippy::struct_excessive_bools, reason = "AWS's four settings")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct PublicAccessBlock {
    /// Refuses to set a public ACL.
    pub(crate) block_public_acls: bool,
    /// Acts as if public ACLs were not there.
    pub(crate) ignore_public_acls: bool,
    /// Refuses to set a public bucket policy.
    pub(crate) block_public_policy: bool,
    /// Keeps strangers out of a bucket whose policy is public.
    pub(crate) restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    /// Everything blocked.
    pub(crate) const ALL: Self = Self {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };

    /// What either blocks: a bucket and its account together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            block_public_acls: self.block_public_acls || other.block_public_acls,
            ignore_public_acls: self.ignore_public_acls || other.ignore_public_acls,
            block_public_policy: self.block_public_policy || other.block_public_policy,
            restrict_public_buckets: self.restrict_public_buckets || other.restrict_public_buckets,
        }
    }
}

/// Object Ownership. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ownership {
    BucketOwnerEnforced,
    BucketOwnerPreferred,
    ObjectWriter,
}

impl Ownership {
    /// AWS's name of it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::BucketOwnerEnforced => "BucketOwnerEnforced",
            Self::BucketOwnerPreferred => "BucketOwnerPreferred",
            Self::ObjectWriter => "ObjectWriter",
        }
    }

    /// The setting of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [
            Self::BucketOwnerEnforced,
            Self::BucketOwnerPreferred,
            Self::ObjectWriter,
        ]
        .into_iter()
        .find(|ownership| ownership.name() == name)
    }
}
