//! Operations on buckets themselves.

use crate::REGION;
use crate::call::{Outcome, Reply};
use crate::cloud::Cloud;
use crate::services::s3::access::bucket_arn;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::{AclSent, Input, NewBucket, check_bucket_tags};
use crate::services::s3::store::{
    Bucket, Canned, ObjectLock, Ownership, PublicAccessBlock, Settings, Tags, Versioning, canonical_id,
};
use crate::services::s3::{open, reply, xml};
use s3s::dto;
use s3s::xml::{SerResult, Serializer};

/// A list names this many buckets at most.
const PAGE: i32 = 10_000;
/// The parameters of which any asks for the form of the answer that has pages.
const PAGED: [&str; 4] = ["max-buckets", "prefix", "continuation-token", "bucket-region"];

/// Regions a bucket could be asked for; a request for a name that is none of them is wrong in itself.
/// <https://docs.aws.amazon.com/general/latest/gr/s3.html>
const REGIONS: [&str; 35] = [
    "EU",
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-2",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html>
///
/// Written by hand: s3s's shape has no ARNs yet.
pub(super) fn list_buckets(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let Some(account) = input.account() else {
        return Ok(to_product_page());
    };
    let max = page_size(input)?;
    check_region(input)?;
    let prefix = input.query("prefix");
    let after = input.query("continuation-token").unwrap_or_default();
    let store = open(cloud);
    let chosen = |bucket: &&Bucket| {
        bucket.settings().owner == account
            && bucket.name.starts_with(prefix.unwrap_or_default())
            && bucket.name.as_str() > after
    };
    let mut buckets: Vec<&Bucket> = store.buckets().filter(chosen).take(max + 1).collect();
    let truncated = buckets.len() > max;
    buckets.truncate(max);
    let paged = PAGED.iter().any(|name| input.query(name).is_some());
    let document = xml::write_with(|writer| {
        writer.element_with_ns("ListAllMyBucketsResult", xml::NAMESPACE, |writer| {
            writer.element("Owner", |writer| {
                writer.content("ID", canonical_id(account).as_str())
            })?;
            writer.element("Buckets", |writer| {
                buckets
                    .iter()
                    .try_for_each(|bucket| summary(writer, bucket, paged))
            })?;
            if let Some(prefix) = prefix {
                writer.content("Prefix", prefix)?;
            }
            match buckets.last().filter(|_| truncated) {
                Some(last) => writer.content("ContinuationToken", last.name.as_str()),
                None => Ok(()),
            }
        })
    })?;
    Ok(reply::written(document))
}

fn summary(writer: &mut Serializer<&mut Vec<u8>>, bucket: &Bucket, paged: bool) -> SerResult {
    writer.element("Bucket", |writer| {
        writer.content("Name", bucket.name.as_str())?;
        writer.timestamp(
            "CreationDate",
            &bucket.created.into(),
            dto::TimestampFormat::DateTime,
        )?;
        if paged {
            writer.content("BucketRegion", bucket.region.as_str())?;
        }
        writer.content("BucketArn", bucket_arn(&bucket.name).as_str())
    })
}

/// Who signs nothing is sent to read about S3.
fn to_product_page() -> Reply {
    let mut answer = reply::empty(307);
    reply::set(&mut answer.headers, "location", "https://aws.amazon.com/s3/");
    answer
}

fn page_size(input: &Input<'_>) -> fault::Outcome<usize> {
    let name = "max-buckets";
    if input.query(name).is_none_or(str::is_empty) {
        return Ok(usize::try_from(PAGE).unwrap_or_default());
    }
    let asked = input.count(name)?;
    let size = usize::try_from(asked)
        .ok()
        .filter(|_| (1..=PAGE).contains(&asked));
    size.ok_or_else(|| {
        let message = format!("Argument {name} must be an integer between 1 and {PAGE}");
        Fault::invalid_argument(message, name, asked.to_string())
    })
}

/// Each region's endpoint lists its own buckets only.
fn check_region(input: &Input<'_>) -> fault::Outcome<()> {
    let Some(region) = input.query("bucket-region") else {
        return Ok(());
    };
    if region.eq_ignore_ascii_case(REGION) {
        return Ok(());
    }
    let known = REGIONS.contains(&region.to_ascii_lowercase().as_str()) || region == "us-east-1";
    let message = if known {
        "Requests with bucket-region specified must be made to the corresponding regional endpoint".to_owned()
    } else {
        format!("Argument value {region} is not a valid AWS Region")
    };
    Err(Fault::new(400, "InvalidArgument", message).with("ArgumentName", "bucket-region"))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>
pub(super) fn create_bucket(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let Some(account) = input.account() else {
        let message = "Anonymous users cannot invoke this API. Please authenticate.";
        return Err(Fault::new(403, "AccessDenied", message).into());
    };
    input.check_body()?;
    let configuration = NewBucket::read(&input.call.body)?;
    check_location(configuration.region.as_deref())?;
    let name = input.bucket();
    let mut store = open(cloud);
    let mut settings = settings(input, account, store.blocked_for(account).unwrap_or_default())?;
    settings.tags = creation_tags(configuration.tags)?;
    store.create_bucket(name, REGION, settings, input.call.time)?;
    let mut answer = reply::empty(200);
    reply::set(&mut answer.headers, "location", &format!("/{name}"));
    reply::set(&mut answer.headers, "x-amz-bucket-arn", &bucket_arn(name));
    Ok(answer)
}

/// What the headers say of the bucket to make.
fn settings(input: &Input<'_>, account: &str, blocked: PublicAccessBlock) -> fault::Outcome<Settings> {
    let mut settings = Settings::new(account);
    if let Some(name) = input.header("x-amz-object-ownership") {
        let ownership = Ownership::named(name).ok_or_else(|| {
            let message = format!("Invalid x-amz-object-ownership header: {name}");
            Fault::new(400, "InvalidArgument", message).with("ArgumentName", "x-amz-object-ownership")
        })?;
        settings.ownership = Some(ownership);
    }
    if input.says_true("x-amz-bucket-object-lock-enabled") {
        settings.object_lock = Some(ObjectLock::default());
        settings.versioning = Versioning::Enabled;
    }
    let sent = input.acl_sent()?;
    // These two are about objects; on a bucket they say nothing.
    let about_objects = [Canned::BucketOwnerRead, Canned::BucketOwnerFullControl];
    let sent = match sent {
        AclSent::Canned(canned) if about_objects.contains(&canned) => AclSent::Nothing,
        sent => sent,
    };
    let Some(acl) = sent.acl(account, account) else {
        return Ok(settings);
    };
    if settings.acls_disabled() && acl.reaches_others() {
        let message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
        return Err(Fault::new(400, "InvalidBucketAclWithObjectOwnership", message));
    }
    if acl.is_public() && settings.blocked().and(blocked).block_public_acls {
        let message = "Bucket cannot have public ACLs set with BlockPublicAccess enabled";
        return Err(Fault::new(
            400,
            "InvalidBucketAclWithBlockPublicAccessError",
            message,
        ));
    }
    settings.acl = acl;
    Ok(settings)
}

/// Tags that a bucket is made with; system tags are refused in other words than afterwards.
fn creation_tags(tags: Option<Tags>) -> fault::Outcome<Option<Tags>> {
    let Some(tags) = tags.filter(|tags| !tags.is_empty()) else {
        return Ok(None);
    };
    if let Some((name, _)) = tags.iter().find(|(name, _)| name.starts_with("aws:")) {
        let message = "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system tags. \
                       Remove \"aws:\" from your tag keys and try again.";
        return Err(Fault::new(400, "InvalidTag", message).with("TagKey", name));
    }
    check_bucket_tags(tags).map(Some)
}

/// Outside us-east-1 a bucket must be asked for in the endpoint's own region.
fn check_location(asked: Option<&str>) -> fault::Outcome<()> {
    match asked.filter(|region| !region.is_empty()) {
        Some(region) if region == REGION => Ok(()),
        Some(region) if !REGIONS.contains(&region) => {
            let message = "The specified location-constraint is not valid";
            Err(Fault::new(400, "InvalidLocationConstraint", message).with("LocationConstraint", region))
        }
        other => {
            let asked = other.unwrap_or("unspecified");
            let message = format!(
                "The {asked} location constraint is incompatible for the region specific endpoint this request was \
                 sent to."
            );
            Err(Fault::new(400, "IllegalLocationConstraintException", message))
        }
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html>
pub(super) fn head_bucket(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let store = open(cloud);
    let bucket = input.bucket_in(&store)?;
    let mut answer = reply::empty(200);
    reply::set(&mut answer.headers, "x-amz-bucket-region", &bucket.region);
    reply::set(&mut answer.headers, "x-amz-bucket-arn", &bucket_arn(&bucket.name));
    reply::set(&mut answer.headers, "x-amz-access-point-alias", "false");
    reply::set(&mut answer.headers, "content-type", "application/xml");
    Ok(answer)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html>
pub(super) fn delete_bucket(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let mut store = open(cloud);
    input.bucket_in(&store)?;
    store.delete_bucket(input.bucket())?;
    Ok(reply::empty(204))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html>
pub(super) fn get_location(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let region = input.bucket_in(&open(cloud))?.region.clone();
    let location_constraint = Some(dto::BucketLocationConstraint::from(region));
    Ok(reply::document(&dto::GetBucketLocationOutput {
        location_constraint,
    })?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html>
pub(super) fn get_versioning(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let status = match input.bucket_in(&open(cloud))?.versioning() {
        Versioning::Unversioned => None,
        Versioning::Enabled => Some(dto::BucketVersioningStatus::ENABLED),
        Versioning::Suspended => Some(dto::BucketVersioningStatus::SUSPENDED),
    };
    let status = status.map(dto::BucketVersioningStatus::from_static);
    Ok(reply::document(&dto::GetBucketVersioningOutput {
        mfa_delete: None,
        status,
    })?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html>
pub(super) fn put_versioning(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let configuration: dto::VersioningConfiguration = xml::read(input.document()?)?;
    let enabled = match configuration
        .status
        .as_ref()
        .map(dto::BucketVersioningStatus::as_str)
    {
        Some(dto::BucketVersioningStatus::ENABLED) => true,
        Some(dto::BucketVersioningStatus::SUSPENDED) => false,
        Some(_) => return Err(Fault::malformed_xml().into()),
        None => {
            let message = "The Versioning element must be specified";
            return Err(Fault::new(400, "IllegalVersioningConfigurationException", message).into());
        }
    };
    check_mfa_delete(input, &configuration)?;
    input.bucket_in_mut(&mut open(cloud))?.set_versioning(enabled)?;
    Ok(Reply::default())
}

/// MFA delete is the root user's to switch, with a device, over TLS.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html>
fn check_mfa_delete(input: &Input<'_>, configuration: &dto::VersioningConfiguration) -> fault::Outcome<()> {
    match configuration.mfa_delete.as_ref().map(dto::MFADelete::as_str) {
        None | Some(dto::MFADelete::DISABLED) => Ok(()),
        Some(dto::MFADelete::ENABLED) if input.header("x-amz-mfa").is_some() => Err(Fault::invalid_request(
            "DevPay and Mfa authentication must be done over HTTPS",
        )),
        Some(dto::MFADelete::ENABLED) => Err(Fault::new(
            403,
            "AccessDenied",
            "Mfa Authentication must be used for this request",
        )),
        Some(_) => Err(Fault::malformed_xml()),
    }
}
