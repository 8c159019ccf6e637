//! The table of S3's operations: name, permissions, function.

mod acl;
mod attributes;
mod bucket;
pub(super) mod copy;
mod cors;
mod delete;
mod encryption;
mod lifecycle;
mod lifecycle_rules;
mod listing;
mod lock;
mod multipart;
mod multipart_listing;
mod policy;
mod post;
mod public_access;
mod range;
mod read;
mod tagging;
mod unconfigured;
mod versions;
mod write;

pub(super) use read::{find_for_service, versioning_for_service};

use super::access::Asked;
use super::input::Input;
use super::{SERVICE, route};
use crate::call::{Access, Call, Outcome};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::{Operation, unmetered};

/// What an operation is, once its request is read.
type Run = fn(&Cloud, &Input<'_>) -> Outcome;

/// Which permissions a request needs.
type Needed = fn(&Cloud, &Call) -> Vec<Access>;

/// What is asked for before the operation: everything, except where a page of another origin is told of denials too.
fn ahead(cloud: &Cloud, call: &Call, needed: Needed) -> Vec<Access> {
    if call.header("origin").is_some() {
        return Vec::new();
    }
    needed(cloud, call)
}

fn run(cloud: &Cloud, call: &Call, needed: Needed, operation: Run) -> Outcome {
    let input = Input::of(call)?;
    let outcome = admit(cloud, call, needed).and_then(|()| operation(cloud, &input));
    cors::share(cloud, &input, outcome)
}

/// Asks for what was not asked for ahead.
fn admit(cloud: &Cloud, call: &Call, needed: Needed) -> Result<(), AwsError> {
    if call.header("origin").is_none() {
        return Ok(());
    }
    let mut decisions = needed(cloud, call)
        .into_iter()
        .map(|access| call.authorise(cloud, &access));
    decisions.try_for_each(|decision| decision.map_err(|denied| SERVICE.protocol.denied(&denied)))
}

const fn entry(
    name: &'static str,
    access: fn(&Cloud, &Call) -> Vec<Access>,
    execute: fn(&Cloud, &mut Call) -> Outcome,
) -> Operation {
    Operation {
        name,
        access,
        meter: unmetered,
        execute,
    }
}

/// A line of the table: the operation's name, the permissions it takes (a method of `Asked` and its arguments, or
/// none), its function.
macro_rules! line {
    ($name:literal, none, $run:path) => {
        entry($name, |_, _| Vec::new(), |cloud, call| run(cloud, call, |_, _| Vec::new(), $run))
    };
    ($name:literal, $access:ident($($action:literal),*), $run:path) => {
        entry(
            $name,
            |cloud, call| ahead(cloud, call, |cloud, call| Asked::of(cloud, call).$access($($action),*)),
            |cloud, call| {
                let needed: Needed = |cloud, call| Asked::of(cloud, call).$access($($action),*);
                run(cloud, call, needed, $run)
            },
        )
    };
}

#[rustfmt::skip]
pub(super) static OPERATIONS: &[Operation] = &[
    line!("ListBuckets", to_list_buckets(), bucket::list_buckets),
    line!("CreateBucket", to_create(), bucket::create_bucket),
    line!("HeadBucket", on_bucket("s3:ListBucket"), bucket::head_bucket),
    line!("DeleteBucket", on_bucket("s3:DeleteBucket"), bucket::delete_bucket),
    line!("GetBucketLocation", on_bucket("s3:GetBucketLocation"), bucket::get_location),
    line!("GetBucketVersioning", on_bucket("s3:GetBucketVersioning"), bucket::get_versioning),
    line!("PutBucketVersioning", on_bucket("s3:PutBucketVersioning"), bucket::put_versioning),

    line!("GetBucketPolicy", on_bucket("s3:GetBucketPolicy"), policy::get_policy),
    line!("PutBucketPolicy", on_bucket("s3:PutBucketPolicy"), policy::put_policy),
    line!("DeleteBucketPolicy", on_bucket("s3:DeleteBucketPolicy"), policy::delete_policy),
    line!("GetBucketPolicyStatus", on_bucket("s3:GetBucketPolicyStatus"), policy::get_status),
    line!("GetPublicAccessBlock", on_bucket("s3:GetBucketPublicAccessBlock"), public_access::get_block),
    line!("PutPublicAccessBlock", on_bucket("s3:PutBucketPublicAccessBlock"), public_access::put_block),
    line!("DeletePublicAccessBlock", on_bucket("s3:PutBucketPublicAccessBlock"), public_access::delete_block),
    line!("GetAccountPublicAccessBlock", on_account("s3:GetAccountPublicAccessBlock"), public_access::get_account_block),
    line!("PutAccountPublicAccessBlock", on_account("s3:PutAccountPublicAccessBlock"), public_access::put_account_block),
    line!("DeleteAccountPublicAccessBlock", on_account("s3:PutAccountPublicAccessBlock"), public_access::delete_account_block),
    line!("GetBucketOwnershipControls", on_bucket("s3:GetBucketOwnershipControls"), public_access::get_ownership),
    line!("PutBucketOwnershipControls", on_bucket("s3:PutBucketOwnershipControls"), public_access::put_ownership),
    line!("DeleteBucketOwnershipControls", on_bucket("s3:PutBucketOwnershipControls"), public_access::delete_ownership),
    line!("GetBucketAcl", on_bucket("s3:GetBucketAcl"), acl::get_bucket_acl),
    line!("PutBucketAcl", on_bucket("s3:PutBucketAcl"), acl::put_bucket_acl),
    line!("GetObjectAcl", on_version("s3:GetObjectAcl", "s3:GetObjectVersionAcl"), acl::get_object_acl),
    line!("PutObjectAcl", on_version("s3:PutObjectAcl", "s3:PutObjectVersionAcl"), acl::put_object_acl),

    line!("GetBucketEncryption", on_bucket("s3:GetEncryptionConfiguration"), encryption::get_encryption),
    line!("PutBucketEncryption", on_bucket("s3:PutEncryptionConfiguration"), encryption::put_encryption),
    line!("DeleteBucketEncryption", on_bucket("s3:PutEncryptionConfiguration"), encryption::delete_encryption),
    line!("GetBucketCors", on_bucket("s3:GetBucketCORS"), cors::get_cors),
    line!("PutBucketCors", on_bucket("s3:PutBucketCORS"), cors::put_cors),
    line!("DeleteBucketCors", on_bucket("s3:PutBucketCORS"), cors::delete_cors),
    line!("PreflightRequest", none, cors::preflight),
    line!("GetBucketLifecycleConfiguration", on_bucket("s3:GetLifecycleConfiguration"), lifecycle::get_lifecycle),
    line!("PutBucketLifecycleConfiguration", on_bucket("s3:PutLifecycleConfiguration"), lifecycle::put_lifecycle),
    line!("DeleteBucketLifecycle", on_bucket("s3:PutLifecycleConfiguration"), lifecycle::delete_lifecycle),
    line!("GetBucketTagging", on_bucket("s3:GetBucketTagging"), tagging::get_bucket_tagging),
    line!("PutBucketTagging", on_bucket("s3:PutBucketTagging"), tagging::put_bucket_tagging),
    line!("DeleteBucketTagging", on_bucket("s3:PutBucketTagging"), tagging::delete_bucket_tagging),

    line!("GetObjectLockConfiguration", on_bucket("s3:GetBucketObjectLockConfiguration"), lock::get_configuration),
    line!("PutObjectLockConfiguration", on_bucket("s3:PutBucketObjectLockConfiguration"), lock::put_configuration),
    line!("GetObjectRetention", on_object("s3:GetObjectRetention"), lock::get_retention),
    line!("PutObjectRetention", on_object("s3:PutObjectRetention"), lock::put_retention),
    line!("GetObjectLegalHold", on_object("s3:GetObjectLegalHold"), lock::get_legal_hold),
    line!("PutObjectLegalHold", on_object("s3:PutObjectLegalHold"), lock::put_legal_hold),

    line!("GetBucketAbac", on_bucket("s3:GetBucketAbac"), unconfigured::abac),
    line!("GetBucketAccelerateConfiguration", on_bucket("s3:GetAccelerateConfiguration"), unconfigured::accelerate),
    line!("GetBucketLogging", on_bucket("s3:GetBucketLogging"), unconfigured::logging),
    line!("GetBucketNotificationConfiguration", on_bucket("s3:GetBucketNotification"), unconfigured::notification),
    line!("GetBucketReplication", on_bucket("s3:GetReplicationConfiguration"), unconfigured::replication),
    line!("GetBucketRequestPayment", on_bucket("s3:GetBucketRequestPayment"), unconfigured::request_payment),
    line!("GetBucketWebsite", on_bucket("s3:GetBucketWebsite"), unconfigured::website),
    line!("ListBucketAnalyticsConfigurations", on_bucket("s3:GetAnalyticsConfiguration"), unconfigured::analytics),
    line!("ListBucketIntelligentTieringConfigurations", on_bucket("s3:GetIntelligentTieringConfiguration"), unconfigured::tiering),
    line!("ListBucketInventoryConfigurations", on_bucket("s3:GetInventoryConfiguration"), unconfigured::inventory),
    line!("ListBucketMetricsConfigurations", on_bucket("s3:GetMetricsConfiguration"), unconfigured::metrics),
    line!("GetBucketAnalyticsConfiguration", on_bucket("s3:GetAnalyticsConfiguration"), unconfigured::no_configuration),
    line!("GetBucketIntelligentTieringConfiguration", on_bucket("s3:GetIntelligentTieringConfiguration"), unconfigured::no_configuration),
    line!("GetBucketInventoryConfiguration", on_bucket("s3:GetInventoryConfiguration"), unconfigured::no_configuration),
    line!("GetBucketMetricsConfiguration", on_bucket("s3:GetMetricsConfiguration"), unconfigured::no_configuration),

    line!("ListObjects", on_bucket("s3:ListBucket"), listing::list_objects),
    line!("ListObjectsV2", on_bucket("s3:ListBucket"), listing::list_objects_v2),
    line!("ListObjectVersions", on_bucket("s3:ListBucketVersions"), versions::list_versions),
    line!("GetObject", on_version("s3:GetObject", "s3:GetObjectVersion"), read::get_object),
    line!("HeadObject", on_version("s3:GetObject", "s3:GetObjectVersion"), read::get_object),
    line!("GetObjectAttributes", to_read_attributes(), attributes::get_attributes),
    line!("PutObject", to_write(), write::put_object),
    // Whoever signed the form is asked for the permission once the form is read.
    Operation { meter: post::read_form, ..entry("PostObject", |_, _| Vec::new(), post::post_object) },
    line!("CopyObject", to_copy(), copy::copy_object),
    line!("DeleteObject", to_delete(), delete::delete_object),
    // Each key of the batch is authorised by itself.
    line!("DeleteObjects", none, delete::delete_objects),
    line!("GetObjectTagging", on_version("s3:GetObjectTagging", "s3:GetObjectVersionTagging"), tagging::get_tagging),
    line!("PutObjectTagging", on_version("s3:PutObjectTagging", "s3:PutObjectVersionTagging"), tagging::put_tagging),
    line!("DeleteObjectTagging", on_version("s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"), tagging::delete_tagging),

    line!("CreateMultipartUpload", to_write(), multipart::create_upload),
    line!("UploadPart", on_object("s3:PutObject"), multipart::upload_part),
    line!("UploadPartCopy", to_copy(), multipart::upload_part_copy),
    line!("CompleteMultipartUpload", to_write(), multipart::complete_upload),
    line!("AbortMultipartUpload", on_upload("s3:AbortMultipartUpload"), multipart::abort_upload),
    line!("ListParts", on_upload("s3:ListMultipartUploadParts"), multipart_listing::list_parts),
    line!("ListMultipartUploads", on_bucket("s3:ListBucketMultipartUploads"), multipart_listing::list_uploads),

    line!("UnknownOperation", none, refuse),
];

/// A request that asks for no operation.
fn refuse(_: &Cloud, input: &Input<'_>) -> Outcome {
    Err(route::refusal(&input.call.head).into())
}
