//! The default encryption of a bucket.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html>

use crate::call::Outcome;
use crate::cloud::Cloud;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::Input;
use crate::services::s3::store::{AES256, BucketEncryption, KMS, KMS_DSSE};
use crate::services::s3::{open, reply, xml};
use s3s::xml::{DeError, DeResult, Deserialize, Deserializer};

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html>
pub(super) fn get_encryption(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let set = input.bucket_in(&open(cloud))?.settings().encryption.clone();
    let document = xml::write_with(|writer| {
        writer.element_with_ns("ServerSideEncryptionConfiguration", xml::NAMESPACE, |writer| {
            writer.element("Rule", |writer| {
                writer.element("ApplyServerSideEncryptionByDefault", |writer| {
                    writer.content("SSEAlgorithm", set.algorithm.as_str())?;
                    match &set.key {
                        Some(key) => writer.content("KMSMasterKeyID", key.as_str()),
                        None => Ok(()),
                    }
                })?;
                writer.content("BucketKeyEnabled", &set.bucket_key)?;
                let blocked = if set.blocks_customer_keys { "SSE-C" } else { "NONE" };
                writer.element("BlockedEncryptionTypes", |writer| {
                    writer.content("EncryptionType", blocked)
                })
            })
        })
    })?;
    Ok(reply::written(document))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html>
pub(super) fn put_encryption(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let asked: Configuration = xml::read(input.document()?)?;
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    let encryption = asked.checked(&bucket.settings().encryption)?;
    bucket.configure(|settings| settings.encryption = encryption);
    Ok(reply::empty(200))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html>
pub(super) fn delete_encryption(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    let blocks_customer_keys = bucket.settings().encryption.blocks_customer_keys;
    bucket.configure(|settings| {
        settings.encryption = BucketEncryption {
            blocks_customer_keys,
            ..BucketEncryption::default()
        };
    });
    Ok(reply::empty(204))
}

/// The request's document: s3s's shape knows nothing of blocked types yet.
#[derive(Debug, Default)]
struct Configuration {
    rules: Vec<Rule>,
}

#[derive(Debug, Default)]
struct Rule {
    algorithm: Option<String>,
    key: Option<String>,
    bucket_key: Option<bool>,
    blocked: Option<Vec<String>>,
}

impl<'xml> Deserialize<'xml> for Configuration {
    fn deserialize(reader: &mut Deserializer<'xml>) -> DeResult<Self> {
        let mut configuration = Self::default();
        reader.named_element("ServerSideEncryptionConfiguration", |reader| {
            reader.for_each_element(|reader, name| match name {
                b"Rule" => {
                    configuration.rules.push(read_rule(reader)?);
                    Ok(())
                }
                _ => Err(DeError::UnexpectedTagName),
            })
        })?;
        Ok(configuration)
    }
}

fn read_rule(reader: &mut Deserializer<'_>) -> DeResult<Rule> {
    let mut rule = Rule::default();
    reader.for_each_element(|reader, name| match name {
        b"ApplyServerSideEncryptionByDefault" => reader.for_each_element(|reader, name| {
            match name {
                b"SSEAlgorithm" => rule.algorithm = Some(reader.content()?),
                b"KMSMasterKeyID" => rule.key = Some(reader.content()?),
                _ => return Err(DeError::UnexpectedTagName),
            }
            Ok(())
        }),
        b"BucketKeyEnabled" => {
            rule.bucket_key = Some(reader.content()?);
            Ok(())
        }
        b"BlockedEncryptionTypes" => {
            let blocked = rule.blocked.get_or_insert_default();
            reader.for_each_element(|reader, name| match name {
                b"EncryptionType" => {
                    blocked.push(reader.content()?);
                    Ok(())
                }
                _ => Err(DeError::UnexpectedTagName),
            })
        }
        _ => Err(DeError::UnexpectedTagName),
    })?;
    Ok(rule)
}

impl Configuration {
    /// What the document sets, unless S3 refuses it.
    fn checked(self, former: &BucketEncryption) -> fault::Outcome<BucketEncryption> {
        let [rule] = <[Rule; 1]>::try_from(self.rules).map_err(|_| Fault::malformed_xml())?;
        let blocks_customer_keys = rule.blocks(former)?;
        let algorithm = match (rule.algorithm, &rule.blocked) {
            (Some(algorithm), _) => algorithm,
            // A rule may be about blocked types alone.
            (None, Some(_)) => AES256.to_owned(),
            (None, None) => return Err(Fault::malformed_xml()),
        };
        if ![AES256, KMS, KMS_DSSE].contains(&algorithm.as_str()) {
            return Err(Fault::malformed_xml());
        }
        if algorithm == AES256 && rule.key.is_some() {
            let message = "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse";
            let fault = Fault::new(400, "InvalidArgument", message);
            return Err(fault.with("ArgumentName", "ApplyServerSideEncryptionByDefault"));
        }
        Ok(BucketEncryption {
            algorithm,
            key: rule.key,
            bucket_key: rule.bucket_key.unwrap_or(false),
            blocks_customer_keys,
        })
    }
}

impl Rule {
    fn blocks(&self, former: &BucketEncryption) -> fault::Outcome<bool> {
        match self.blocked.as_deref() {
            None => Ok(former.blocks_customer_keys),
            Some([kind]) if kind == "SSE-C" => Ok(true),
            Some([kind]) if kind == "NONE" => Ok(false),
            Some(_) => Err(Fault::malformed_xml()),
        }
    }
}
