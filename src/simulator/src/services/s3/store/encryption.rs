//! Encryption at rest: what a bucket encrypts with by default, and how an object says that it is encrypted.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html>

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How an object is encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum Encryption {
    /// With keys that S3 manages.
    #[default]
    S3,
    /// With a key of AWS KMS.
    Kms {
        /// The key's ARN.
        key: String,
        /// Whether an S3 Bucket Key stands between.
        bucket_key: bool,
        /// Twice (`aws:kms:dsse`).
        dual_layer: bool,
    },
}

impl Encryption {
    /// The value of `x-amz-server-side-encryption`.
    pub(crate) fn algorithm(&self) -> &'static str {
        match self {
            Self::S3 => AES256,
            Self::Kms {
                dual_layer: false, ..
            } => KMS,
            Self::Kms { dual_layer: true, .. } => KMS_DSSE,
        }
    }
}

pub(crate) const AES256: &str = "AES256";
pub(crate) const KMS: &str = "aws:kms";
pub(crate) const KMS_DSSE: &str = "aws:kms:dsse";

/// The default encryption of a bucket, as it was put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BucketEncryption {
    /// `AES256`, `aws:kms` or `aws:kms:dsse`.
    pub(crate) algorithm: String,
    /// The key as it was given: an id, an ARN or an alias; `None`: the key that AWS manages for S3.
    pub(crate) key: Option<String>,
    pub(crate) bucket_key: bool,
    /// Whether keys provided by customers are refused.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html>
    pub(crate) blocks_customer_keys: bool,
}

impl Default for BucketEncryption {
    fn default() -> Self {
        Self {
            algorithm: AES256.to_owned(),
            key: None,
            bucket_key: false,
            blocks_customer_keys: true,
        }
    }
}

/// The ARN of the key that AWS KMS keeps for S3 in an account, `alias/aws/s3`.
pub(crate) fn managed_key(region: &str, account: &str) -> String {
    let digest = super::hex(&Sha256::digest(format!("aws/s3 {region} {account}")));
    let (first, rest) = digest.split_at(8);
    format!(
        "arn:aws:kms:{region}:{account}:key/{first}-{}-4{}-8{}-{}",
        &rest[..4],
        &rest[4..7],
        &rest[7..10],
        &rest[10..22]
    )
}
