//! Access control lists of buckets and objects.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/managing-acls.html>

use super::read::find;
use crate::call::Outcome;
use crate::cloud::Cloud;
use crate::services::s3::access::{bucket_arn, object_arn};
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::{AclSent, Input, grant_of, public_acl_blocked};
use crate::services::s3::store::{Acl, Bucket, Grant, Grantee, Group, Permission, Settings, canonical_id};
use crate::services::s3::{open, owner, reply, xml};
use s3s::dto;

/// A list has this many grants at most.
const LIMIT: usize = 100;

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html>
pub(super) fn get_bucket_acl(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let store = open(cloud);
    let bucket = input.bucket_in(&store)?;
    let ignored = store.blocked(bucket).ignore_public_acls;
    Ok(reply::document(&policy(&bucket.settings().acl, ignored))?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html>
pub(super) fn get_object_acl(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let read = find(cloud, input, "GET")?;
    let store = open(cloud);
    let bucket = input.bucket_in(&store)?;
    let acl = in_force(bucket, read.version.properties.acl);
    let ignored = store.blocked(bucket).ignore_public_acls;
    let mut answer = reply::document(&policy(&acl, ignored))?;
    reply::set_some(&mut answer.headers, "x-amz-version-id", read.version_id);
    Ok(answer)
}

/// The list in force: where lists are disabled, the bucket's owner owns everything.
fn in_force(bucket: &Bucket, acl: Option<Acl>) -> Acl {
    let settings = bucket.settings();
    let acl = acl.filter(|_| !settings.acls_disabled());
    acl.unwrap_or_else(|| Acl::private(&settings.owner))
}

/// A list as a document; what is shown is what is in force.
fn policy(acl: &Acl, ignores_public: bool) -> dto::AccessControlPolicy {
    let shown = if ignores_public {
        acl.without_public()
    } else {
        acl.clone()
    };
    dto::AccessControlPolicy {
        grants: Some(shown.grants.iter().map(line).collect()),
        owner: Some(owner(&acl.owner)),
    }
}

fn line(grant: &Grant) -> dto::Grant {
    let kind = |name| dto::Type::from_static(name);
    let grantee = match &grant.grantee {
        Grantee::CanonicalUser(id) => dto::Grantee {
            display_name: None,
            email_address: None,
            id: Some(id.clone()),
            type_: kind("CanonicalUser"),
            uri: None,
        },
        Grantee::Group(group) => dto::Grantee {
            display_name: None,
            email_address: None,
            id: None,
            type_: kind("Group"),
            uri: Some(group.uri().to_owned()),
        },
    };
    dto::Grant {
        grantee: Some(grantee),
        permission: Some(dto::Permission::from_static(grant.permission.name())),
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html>
pub(super) fn put_bucket_acl(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_body()?;
    let mut store = open(cloud);
    let bucket = input.bucket_in(&store)?;
    let blocked = store.blocked(bucket).block_public_acls;
    let acl = wanted(input, bucket.settings(), &bucket.settings().acl.owner)?;
    if blocked && acl.is_public() {
        return Err(public_acl_blocked(input, "s3:PutBucketAcl", &bucket_arn(input.bucket())).into());
    }
    let bucket = input.bucket_in_mut(&mut store)?;
    bucket.configure(|settings| settings.acl = acl);
    Ok(reply::empty(200))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html>
pub(super) fn put_object_acl(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_body()?;
    let read = find(cloud, input, "PUT")?;
    let mut store = open(cloud);
    let bucket = input.bucket_in(&store)?;
    let blocked = store.blocked(bucket).block_public_acls;
    let former = in_force(bucket, read.version.properties.acl);
    let acl = wanted(input, bucket.settings(), &former.owner)?;
    if blocked && acl.is_public() {
        let resource = object_arn(input.bucket(), input.key());
        return Err(public_acl_blocked(input, "s3:PutObjectAcl", &resource).into());
    }
    let bucket = input.bucket_in_mut(&mut store)?;
    let version_id = bucket.set_acl(input.key(), input.version_id(), acl)?;
    let mut answer = reply::empty(200);
    reply::set_some(&mut answer.headers, "x-amz-version-id", version_id);
    Ok(answer)
}

/// The list that a request sets: in its headers or in its body.
fn wanted(input: &Input<'_>, settings: &Settings, owner: &str) -> fault::Outcome<Acl> {
    let sent = input.acl_sent()?;
    let body = &input.call.body;
    let acl = match (sent, body.is_empty()) {
        (AclSent::Nothing, true) => {
            let message = "Your request was missing a required header";
            return Err(
                Fault::new(400, "MissingSecurityHeader", message).with("MissingHeaderName", "x-amz-acl")
            );
        }
        (AclSent::Nothing, false) => from_document(body, owner)?,
        (_, false) => {
            let message = "This request does not support content";
            return Err(Fault::new(400, "UnexpectedContent", message));
        }
        (sent, true) => sent
            .acl(owner, &settings.owner)
            .unwrap_or_else(|| Acl::private(owner)),
    };
    // Where lists are disabled, the one that changes nothing is still taken.
    let changes = acl.reaches_others() || acl.owner != settings.owner;
    if settings.acls_disabled() && (changes || input.header("x-amz-acl") == Some("private")) {
        return Err(Fault::acls_not_supported());
    }
    Ok(acl)
}

fn from_document(body: &[u8], owner: &str) -> fault::Outcome<Acl> {
    let malformed = || {
        let message =
            "The XML you provided was not well-formed or did not validate against our published schema";
        Fault::new(400, "MalformedACLError", message)
    };
    let document: dto::AccessControlPolicy = xml::read(body).map_err(|_| malformed())?;
    let named = document.owner.and_then(|owner| owner.id).ok_or_else(malformed)?;
    grant_of(&named, "CanonicalUser/ID")?;
    if named != canonical_id(owner) {
        return Err(Fault::access_denied());
    }
    let lines = document.grants.unwrap_or_default();
    if lines.len() > LIMIT {
        return Err(malformed());
    }
    let grants: fault::Outcome<Vec<Grant>> = lines.into_iter().map(|line| grant(line, malformed)).collect();
    Ok(Acl {
        owner: owner.to_owned(),
        grants: grants?,
    })
}

fn grant(line: dto::Grant, malformed: impl Fn() -> Fault) -> fault::Outcome<Grant> {
    let permission = line.permission.as_ref().map(dto::Permission::as_str);
    let permission = permission.and_then(Permission::named).ok_or_else(&malformed)?;
    let grantee = line.grantee.ok_or_else(&malformed)?;
    let grantee = match (grantee.type_.as_str(), grantee.id, grantee.uri) {
        ("CanonicalUser", Some(id), _) => grant_of(&id, "CanonicalUser/ID")?,
        ("Group", _, Some(uri)) => {
            let group = Group::of(&uri)
                .ok_or_else(|| Fault::invalid_argument("Invalid group uri", "Group/URI", uri))?;
            Grantee::Group(group)
        }
        _ => return Err(malformed()),
    };
    Ok(Grant { grantee, permission })
}
