//! The table of S3's operations: name, permissions, function.

mod bucket;
pub(super) mod copy;
mod listing;
mod multipart;
mod range;
mod read;
mod tagging;
mod write;

use super::access::{on_account, on_bucket, on_object, on_version, to_copy, to_read_attributes, to_write};
use super::input::Input;
use crate::call::{Access, Call, Outcome};
use crate::cloud::Cloud;
use crate::services::{Operation, unmetered};

/// What an operation is, once its request is read.
type Run = fn(&Cloud, &Input<'_>) -> Outcome;

fn run(cloud: &Cloud, call: &Call, operation: Run) -> Outcome {
    operation(cloud, &Input::of(call)?)
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

/// A line of the table.
macro_rules! line {
    ($name:literal, $access:expr, $run:path) => {
        entry(
            $name,
            |_, call| {
                let access: fn(&Call) -> Vec<Access> = $access;
                access(call)
            },
            |cloud, call| run(cloud, call, $run),
        )
    };
}

#[rustfmt::skip]
pub(super) static OPERATIONS: &[Operation] = &[
    line!("ListBuckets", |_| on_account("s3:ListAllMyBuckets"), bucket::list_buckets),
    line!("CreateBucket", |call| on_bucket(call, "s3:CreateBucket"), bucket::create_bucket),
    line!("HeadBucket", |call| on_bucket(call, "s3:ListBucket"), bucket::head_bucket),
    line!("DeleteBucket", |call| on_bucket(call, "s3:DeleteBucket"), bucket::delete_bucket),
    line!("GetBucketLocation", |call| on_bucket(call, "s3:GetBucketLocation"), bucket::get_location),
    line!("GetBucketVersioning", |call| on_bucket(call, "s3:GetBucketVersioning"), bucket::get_versioning),
    line!("PutBucketVersioning", |call| on_bucket(call, "s3:PutBucketVersioning"), bucket::put_versioning),
    line!("ListObjects", |call| on_bucket(call, "s3:ListBucket"), listing::list_objects),
    line!("ListObjectsV2", |call| on_bucket(call, "s3:ListBucket"), listing::list_objects_v2),
    line!("ListObjectVersions", |call| on_bucket(call, "s3:ListBucketVersions"), listing::list_versions),
    line!("GetObject", |call| on_version(call, "s3:GetObject", "s3:GetObjectVersion"), read::get_object),
    line!("HeadObject", |call| on_version(call, "s3:GetObject", "s3:GetObjectVersion"), read::get_object),
    line!("GetObjectAttributes", to_read_attributes, read::get_attributes),
    line!("PutObject", to_write, write::put_object),
    line!("CopyObject", to_copy, copy::copy_object),
    line!("DeleteObject", |call| on_version(call, "s3:DeleteObject", "s3:DeleteObjectVersion"), write::delete_object),
    // Each key of the batch is authorised by itself.
    line!("DeleteObjects", |_| Vec::new(), write::delete_objects),
    line!("GetObjectTagging", |call| on_version(call, "s3:GetObjectTagging", "s3:GetObjectVersionTagging"), tagging::get_tagging),
    line!("PutObjectTagging", |call| on_version(call, "s3:PutObjectTagging", "s3:PutObjectVersionTagging"), tagging::put_tagging),
    line!("DeleteObjectTagging", |call| on_version(call, "s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"), tagging::delete_tagging),
    line!("CreateMultipartUpload", to_write, multipart::create_upload),
    line!("UploadPart", |call| on_object(call, "s3:PutObject"), multipart::upload_part),
    line!("UploadPartCopy", to_copy, multipart::upload_part_copy),
    line!("CompleteMultipartUpload", to_write, multipart::complete_upload),
    line!("AbortMultipartUpload", |call| on_object(call, "s3:AbortMultipartUpload"), multipart::abort_upload),
    line!("ListParts", |call| on_object(call, "s3:ListMultipartUploadParts"), multipart::list_parts),
    line!("ListMultipartUploads", |call| on_bucket(call, "s3:ListBucketMultipartUploads"), multipart::list_uploads),
];
