//! Server-side encryption in the headers of writes.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html>

use super::Input;
use crate::services::s3::fault::{Fault, Outcome};
use crate::services::s3::store::{AES256, Bucket, Encryption, KMS, KMS_DSSE, managed_key};

const ALGORITHM: &str = "x-amz-server-side-encryption";
const KEY: &str = "x-amz-server-side-encryption-aws-kms-key-id";
const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";
const CUSTOMER: &str = "x-amz-server-side-encryption-customer-";
/// The alias of the key that AWS manages for S3.
const MANAGED: &str = "alias/aws/s3";

impl Input<'_> {
    /// How what is written into a bucket is encrypted: as the request says, else as the bucket does.
    pub(in crate::services::s3) fn encryption(&self, bucket: &Bucket) -> Outcome<Encryption> {
        if self.any_header(CUSTOMER) {
            return Err(customer_key_refused(bucket));
        }
        let Some(algorithm) = self.header(ALGORITHM) else {
            if self.header(KEY).is_some() {
                let message = "The header 'x-amz-server-side-encryption' with value 'aws:kms' or 'aws:kms:dsse' must be \
                               specified with a key id.";
                return Err(argument(message, ALGORITHM));
            }
            return resolve_default(bucket);
        };
        match algorithm {
            AES256 if self.header(KEY).is_none() => Ok(Encryption::S3),
            AES256 => Err(argument(
                "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : \
                 aws:kms or aws:kms:dsse",
                ALGORITHM,
            )),
            KMS | KMS_DSSE => Ok(Encryption::Kms {
                key: key_arn(bucket, self.header(KEY))?,
                bucket_key: algorithm == KMS && self.wants_bucket_key(bucket),
                dual_layer: algorithm == KMS_DSSE,
            }),
            other => {
                let message = "The encryption method specified is not supported";
                Err(Fault::invalid_argument(message, ALGORITHM, other))
            }
        }
    }

    fn wants_bucket_key(&self, bucket: &Bucket) -> bool {
        match self.header(BUCKET_KEY) {
            Some(asked) => asked.eq_ignore_ascii_case("true"),
            None => bucket.settings().encryption.bucket_key,
        }
    }
}

/// Keys provided by customers travel over TLS only, which this endpoint does not speak.
fn customer_key_refused(bucket: &Bucket) -> Fault {
    if bucket.settings().encryption.blocks_customer_keys {
        return Fault::access_denied();
    }
    Fault::invalid_request(
        "Requests specifying Server Side Encryption with Customer provided keys must be made over a secure \
         connection.",
    )
}

/// How a bucket encrypts what comes without a word about it.
pub(in crate::services::s3) fn resolve_default(bucket: &Bucket) -> Outcome<Encryption> {
    let default = &bucket.settings().encryption;
    match default.algorithm.as_str() {
        AES256 => Ok(Encryption::S3),
        algorithm => Ok(Encryption::Kms {
            key: key_arn(bucket, default.key.as_deref())?,
            bucket_key: default.bucket_key && algorithm == KMS,
            dual_layer: algorithm == KMS_DSSE,
        }),
    }
}

/// The key that is meant. AWS KMS has no other key here than the one that it manages for S3.
fn key_arn(bucket: &Bucket, asked: Option<&str>) -> Outcome<String> {
    let managed = managed_key(&bucket.region, &bucket.settings().owner);
    let Some(asked) = asked else {
        return Ok(managed);
    };
    let id = managed.rsplit('/').next().unwrap_or_default();
    let alias = asked == MANAGED || asked.ends_with(&format!(":{MANAGED}"));
    if alias || asked == managed || asked == id {
        return Ok(managed);
    }
    let message = if asked.starts_with("arn:") {
        format!("Key '{asked}' does not exist")
    } else if asked.starts_with("alias/") {
        format!(
            "Alias arn:aws:kms:{}:{}:{asked} is not found.",
            bucket.region,
            bucket.settings().owner
        )
    } else {
        format!("Invalid keyId '{asked}'")
    };
    Err(Fault::new(400, "KMS.NotFoundException", message))
}

fn argument(message: &'static str, name: &'static str) -> Fault {
    Fault::new(400, "InvalidArgument", message).with("ArgumentName", name)
}
