//! Access control lists, where a bucket still has them.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html>

use crate::policy::canonical_user;
use serde::{Deserialize, Serialize};

/// The owner of what an anonymous caller wrote, as AWS names it.
const ANONYMOUS_ID: &str = "65a011a29cdf8ec533ec3d1ccaae921c";

/// The canonical user id of an account: 64 hexadecimal digits; an account of no digits is an anonymous writer.
pub(crate) fn canonical_id(account: &str) -> String {
    if account.is_empty() {
        return ANONYMOUS_ID.to_owned();
    }
    canonical_user(account)
}

/// Who has which rights on a bucket or an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Acl {
    /// The owner's account, twelve digits; empty for an anonymous writer.
    pub(crate) owner: String,
    pub(crate) grants: Vec<Grant>,
}

/// One right of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) grantee: Grantee,
    pub(crate) permission: Permission,
}

/// Who is granted something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Grantee {
    /// An account, by its canonical id.
    CanonicalUser(String),
    Group(Group),
}

/// The groups that S3 knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Group {
    AllUsers,
    AuthenticatedUsers,
    LogDelivery,
}

impl Group {
    const ALL: [Self; 3] = [Self::AllUsers, Self::AuthenticatedUsers, Self::LogDelivery];

    pub(crate) const fn uri(self) -> &'static str {
        match self {
            Self::AllUsers => "http://acs.amazonaws.com/groups/global/AllUsers",
            Self::AuthenticatedUsers => "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
            Self::LogDelivery => "http://acs.amazonaws.com/groups/s3/LogDelivery",
        }
    }

    /// The group of that URI.
    pub(crate) fn of(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.uri() == uri)
    }
}

/// A right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Permission {
    FullControl,
    Read,
    Write,
    ReadAcp,
    WriteAcp,
}

impl Permission {
    const ALL: [Self; 5] = [
        Self::FullControl,
        Self::Read,
        Self::Write,
        Self::ReadAcp,
        Self::WriteAcp,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::FullControl => "FULL_CONTROL",
            Self::Read => "READ",
            Self::Write => "WRITE",
            Self::ReadAcp => "READ_ACP",
            Self::WriteAcp => "WRITE_ACP",
        }
    }

    /// The permission of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.name() == name)
    }

    /// What the permission lets do with a bucket.
    pub(crate) fn bucket_actions(self) -> &'static [&'static str] {
        match self {
            Self::Read => &[
                "s3:ListBucket",
                "s3:ListBucketVersions",
                "s3:ListBucketMultipartUploads",
            ],
            Self::ReadAcp => &["s3:GetBucketAcl"],
            Self::WriteAcp => &["s3:PutBucketAcl"],
            Self::Write => &[],
            Self::FullControl => &[
                "s3:ListBucket",
                "s3:ListBucketVersions",
                "s3:ListBucketMultipartUploads",
                "s3:GetBucketAcl",
                "s3:PutBucketAcl",
            ],
        }
    }

    /// What the permission on a bucket lets do with its objects.
    pub(crate) fn content_actions(self) -> &'static [&'static str] {
        match self {
            Self::Write | Self::FullControl => &["s3:PutObject", "s3:DeleteObject"],
            Self::Read | Self::ReadAcp | Self::WriteAcp => &[],
        }
    }

    /// What the permission lets do with an object.
    pub(crate) fn object_actions(self) -> &'static [&'static str] {
        match self {
            Self::Read => &["s3:GetObject", "s3:GetObjectVersion"],
            Self::ReadAcp => &["s3:GetObjectAcl", "s3:GetObjectVersionAcl"],
            Self::WriteAcp => &["s3:PutObjectAcl", "s3:PutObjectVersionAcl"],
            Self::Write => &[],
            Self::FullControl => &[
                "s3:GetObject",
                "s3:GetObjectVersion",
                "s3:GetObjectAcl",
                "s3:GetObjectVersionAcl",
                "s3:PutObjectAcl",
                "s3:PutObjectVersionAcl",
            ],
        }
    }
}

/// A list of grants that a name stands for.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Canned {
    Private,
    PublicRead,
    PublicReadWrite,
    AwsExecRead,
    AuthenticatedRead,
    BucketOwnerRead,
    BucketOwnerFullControl,
    LogDeliveryWrite,
}

impl Canned {
    /// The list of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "private" => Self::Private,
            "public-read" => Self::PublicRead,
            "public-read-write" => Self::PublicReadWrite,
            "aws-exec-read" => Self::AwsExecRead,
            "authenticated-read" => Self::AuthenticatedRead,
            "bucket-owner-read" => Self::BucketOwnerRead,
            "bucket-owner-full-control" => Self::BucketOwnerFullControl,
            "log-delivery-write" => Self::LogDeliveryWrite,
            _ => return None,
        })
    }

    /// The grants, for what `owner` owns in a bucket of `bucket_owner`.
    pub(crate) fn acl(self, owner: &str, bucket_owner: &str) -> Acl {
        let group = |group, permission| Grant {
            grantee: Grantee::Group(group),
            permission,
        };
        let further = match self {
            Self::Private | Self::AwsExecRead => Vec::new(),
            Self::PublicRead => vec![group(Group::AllUsers, Permission::Read)],
            Self::PublicReadWrite => vec![
                group(Group::AllUsers, Permission::Read),
                group(Group::AllUsers, Permission::Write),
            ],
            Self::AuthenticatedRead => vec![group(Group::AuthenticatedUsers, Permission::Read)],
            Self::LogDeliveryWrite => vec![
                group(Group::LogDelivery, Permission::Write),
                group(Group::LogDelivery, Permission::ReadAcp),
            ],
            Self::BucketOwnerRead => owner_grant(owner, bucket_owner, Permission::Read),
            Self::BucketOwnerFullControl => owner_grant(owner, bucket_owner, Permission::FullControl),
        };
        let mut acl = Acl::private(owner);
        acl.grants.extend(further);
        acl
    }
}

fn owner_grant(owner: &str, bucket_owner: &str, permission: Permission) -> Vec<Grant> {
    if owner == bucket_owner {
        return Vec::new();
    }
    vec![Grant {
        grantee: Grantee::CanonicalUser(canonical_id(bucket_owner)),
        permission,
    }]
}

impl Acl {
    /// Full control for the owner, nothing for anybody else.
    pub(crate) fn private(owner: &str) -> Self {
        Self {
            owner: owner.to_owned(),
            grants: vec![Grant {
                grantee: Grantee::CanonicalUser(canonical_id(owner)),
                permission: Permission::FullControl,
            }],
        }
    }

    /// Whether it grants anything to everyone, or to everyone who has an account.
    pub(crate) fn is_public(&self) -> bool {
        self.grants.iter().any(|grant| grant.grantee.is_public())
    }

    /// Whether it grants anything to somebody else than the owner.
    pub(crate) fn reaches_others(&self) -> bool {
        let owner = Grantee::CanonicalUser(canonical_id(&self.owner));
        self.grants.iter().any(|grant| grant.grantee != owner)
    }

    /// The list without its public grants, which is what `IgnorePublicAcls` leaves of it.
    pub(crate) fn without_public(&self) -> Self {
        let grants = self.grants.iter().filter(|grant| !grant.grantee.is_public());
        Self {
            owner: self.owner.clone(),
            grants: grants.cloned().collect(),
        }
    }
}

impl Grantee {
    pub(crate) fn is_public(&self) -> bool {
        matches!(self, Self::Group(Group::AllUsers | Group::AuthenticatedUsers))
    }
}
