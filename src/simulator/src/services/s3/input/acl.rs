//! Access control lists in headers.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html>

use super::Input;
use crate::services::s3::fault::{Fault, Outcome};
use crate::services::s3::store::{
    Acl, Bucket, Canned, Grant, Grantee, Group, Ownership, Permission, Settings, canonical_id,
};

const CANNED: &str = "x-amz-acl";
const GRANTS: [(&str, Permission); 5] = [
    ("x-amz-grant-full-control", Permission::FullControl),
    ("x-amz-grant-read", Permission::Read),
    ("x-amz-grant-read-acp", Permission::ReadAcp),
    ("x-amz-grant-write", Permission::Write),
    ("x-amz-grant-write-acp", Permission::WriteAcp),
];

/// What a request's headers say about an access control list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::services::s3) enum AclSent {
    Nothing,
    Canned(Canned),
    Grants(Vec<Grant>),
}

impl AclSent {
    /// The list, for what `owner` owns in a bucket of `bucket_owner`.
    pub(in crate::services::s3) fn acl(self, owner: &str, bucket_owner: &str) -> Option<Acl> {
        match self {
            Self::Nothing => None,
            Self::Canned(canned) => Some(canned.acl(owner, bucket_owner)),
            Self::Grants(grants) => Some(Acl {
                owner: owner.to_owned(),
                grants,
            }),
        }
    }
}

impl Input<'_> {
    /// What the headers say.
    pub(in crate::services::s3) fn acl_sent(&self) -> Outcome<AclSent> {
        let mut grants = Vec::new();
        for (header, permission) in GRANTS {
            if let Some(text) = self.header(header) {
                for grantee in text.split(',') {
                    grants.push(Grant {
                        grantee: grantee_of(grantee.trim(), header)?,
                        permission,
                    });
                }
            }
        }
        match self.header(CANNED) {
            None if grants.is_empty() => Ok(AclSent::Nothing),
            None => Ok(AclSent::Grants(grants)),
            Some(_) if !grants.is_empty() => Err(Fault::invalid_request(
                "Specifying both Canned ACLs and Header Grants is not allowed",
            )),
            Some(name) => Canned::named(name)
                .map(AclSent::Canned)
                .ok_or_else(|| Fault::invalid_argument("", CANNED, name)),
        }
    }

    /// The list of an object that is written into a bucket; `None` is full control for the bucket's owner.
    pub(in crate::services::s3) fn object_acl(
        &self,
        bucket: &Bucket,
        blocked: bool,
        action: &str,
    ) -> Outcome<Option<Acl>> {
        let settings = bucket.settings();
        let sent = self.acl_sent()?;
        if settings.acls_disabled() {
            check_disabled(&sent)?;
            return Ok(None);
        }
        let owner = self.object_owner(settings, &sent);
        let acl = sent.acl(&owner, &settings.owner);
        if blocked && acl.as_ref().is_some_and(Acl::is_public) {
            let resource = crate::services::s3::access::object_arn(self.bucket(), self.key());
            return Err(public_acl_blocked(self, action, &resource));
        }
        let foreign = owner != settings.owner;
        Ok(acl.or_else(|| foreign.then(|| Acl::private(&owner))))
    }

    /// Who owns what is written. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html>
    fn object_owner(&self, settings: &Settings, sent: &AclSent) -> String {
        let handed_over = *sent == AclSent::Canned(Canned::BucketOwnerFullControl);
        if settings.ownership == Some(Ownership::BucketOwnerPreferred) && handed_over {
            return settings.owner.clone();
        }
        self.account().unwrap_or_default().to_owned()
    }
}

/// Where lists are disabled, only those are taken that change nothing.
fn check_disabled(sent: &AclSent) -> Outcome<()> {
    match sent {
        AclSent::Nothing | AclSent::Canned(Canned::BucketOwnerFullControl) => Ok(()),
        _ => Err(Fault::acls_not_supported()),
    }
}

/// What Block Public Access answers to who would make something public by a list.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html#troubleshoot-403-bpa>
pub(in crate::services::s3) fn public_acl_blocked(input: &Input<'_>, action: &str, resource: &str) -> Fault {
    input.prevented(
        action,
        resource,
        "public ACLs are prevented by the BlockPublicAcls setting",
    )
}

impl Input<'_> {
    /// A denial that is Block Public Access's.
    pub(in crate::services::s3) fn prevented(&self, action: &str, resource: &str, why: &str) -> Fault {
        if self.account().is_none() {
            return Fault::access_denied();
        }
        let principal = self.call.caller.principal.arn();
        Fault::new(
            403,
            "AccessDenied",
            format!(
                "User: {principal} is not authorized to perform: {action} on resource: \"{resource}\" because {why} in \
                 S3 Block Public Access."
            ),
        )
    }
}

/// `id="…"` or `uri="…"`.
fn grantee_of(text: &str, header: &'static str) -> Outcome<Grantee> {
    let unreadable = || Fault::invalid_argument("Argument format not recognized", header, text);
    let (kind, value) = text.split_once('=').ok_or_else(unreadable)?;
    let value = value.trim().trim_matches('"');
    match kind.trim() {
        "id" => grant_of(value, "id"),
        "uri" => Group::of(value)
            .map(Grantee::Group)
            .ok_or_else(|| Fault::invalid_argument("Invalid group uri", "uri", value)),
        _ => Err(unreadable()),
    }
}

/// The account of a canonical id. Its shape is all that can be told of one that is not of this cloud.
pub(in crate::services::s3) fn grant_of(id: &str, argument: &str) -> Outcome<Grantee> {
    let is_id = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id || id == canonical_id("") {
        return Ok(Grantee::CanonicalUser(id.to_owned()));
    }
    Err(Fault::invalid_argument("Invalid id", argument, id))
}
