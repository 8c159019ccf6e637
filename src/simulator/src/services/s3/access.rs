//! The permissions that requests need.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>

use super::operations::copy::Source;
use super::target::Target;
use crate::call::{Access, Call};

/// The ARN of a bucket.
pub(super) fn bucket_arn(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}")
}

/// The ARN of an object.
pub(super) fn object_arn(bucket: &str, key: &str) -> String {
    format!("arn:aws:s3:::{bucket}/{key}")
}

/// An action of the account.
pub(super) fn on_account(action: &'static str) -> Vec<Access> {
    vec![Access::new(action, "*")]
}

/// An action on the request's bucket.
pub(super) fn on_bucket(call: &Call, action: &'static str) -> Vec<Access> {
    let target = target(call);
    vec![Access::new(
        action,
        bucket_arn(target.bucket.as_deref().unwrap_or_default()),
    )]
}

/// An action on the request's object.
pub(super) fn on_object(call: &Call, action: &'static str) -> Vec<Access> {
    vec![Access::new(action, resource(&target(call)))]
}

/// An action on the request's object; naming a version takes another permission, not both.
pub(super) fn on_version(call: &Call, action: &'static str, of_version: &'static str) -> Vec<Access> {
    let target = target(call);
    let action = if target.query("versionId").is_some() {
        of_version
    } else {
        action
    };
    vec![Access::new(action, resource(&target))]
}

/// Writing an object; tags sent along take their own permission, and a condition on what is there reads it.
pub(super) fn to_write(call: &Call) -> Vec<Access> {
    let mut needed = on_object(call, "s3:PutObject");
    if call.header("x-amz-tagging").is_some() {
        needed.extend(on_object(call, "s3:PutObjectTagging"));
    }
    if call.header("if-match").is_some() {
        needed.extend(on_object(call, "s3:GetObject"));
    }
    needed
}

/// Reading the source of a copy and writing its target.
pub(super) fn to_copy(call: &Call) -> Vec<Access> {
    let mut needed = to_write(call);
    if let Ok(source) = Source::of(call) {
        let action = if source.version_id.is_some() {
            "s3:GetObjectVersion"
        } else {
            "s3:GetObject"
        };
        needed.push(Access::new(action, object_arn(&source.bucket, &source.key)));
    }
    needed
}

/// Reading an object's attributes.
pub(super) fn to_read_attributes(call: &Call) -> Vec<Access> {
    let mut needed = on_version(call, "s3:GetObject", "s3:GetObjectVersion");
    needed.extend(on_version(
        call,
        "s3:GetObjectAttributes",
        "s3:GetObjectVersionAttributes",
    ));
    needed
}

fn resource(target: &Target) -> String {
    let part = |text: &Option<String>| text.clone().unwrap_or_default();
    object_arn(&part(&target.bucket), &part(&target.key))
}

/// A target that cannot be read has no operation, hence needs no permission.
fn target(call: &Call) -> Target {
    Target::of(&call.head).unwrap_or_default()
}
