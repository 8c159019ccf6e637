//! The permissions that requests need.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>
//!
//! A request about a bucket that does not exist needs none: S3 says so to anybody.

use super::conditions::Conditions;
use super::input::NewBucket;
use super::operations::copy::Source;
use super::store::Tags;
use super::target::Target;
use crate::call::{Access, AuthKind, Call};
use crate::cloud::Cloud;

/// The ARN of a bucket.
pub(super) fn bucket_arn(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}")
}

/// The ARN of an object.
pub(super) fn object_arn(bucket: &str, key: &str) -> String {
    format!("arn:aws:s3:::{bucket}/{key}")
}

/// A request whose permissions are worked out.
pub(super) struct Asked<'a> {
    cloud: &'a Cloud,
    call: &'a Call,
    target: Target,
}

impl<'a> Asked<'a> {
    /// A target that cannot be read has no operation, hence needs no permission.
    pub(super) fn of(cloud: &'a Cloud, call: &'a Call) -> Self {
        let target = Target::of(&call.head).unwrap_or_default();
        Self { cloud, call, target }
    }

    fn bucket(&self) -> &str {
        self.target.bucket.as_deref().unwrap_or_default()
    }

    fn key(&self) -> &str {
        self.target.key.as_deref().unwrap_or_default()
    }

    fn exists(&self) -> bool {
        super::open(self.cloud).bucket(self.bucket()).is_ok()
    }

    /// One permission, with every condition key that goes with it.
    fn access(&self, action: &'static str, resource: String) -> Access {
        Conditions {
            cloud: self.cloud,
            call: self.call,
            target: &self.target,
        }
        .access(action, resource)
    }

    /// An action of the account.
    pub(super) fn on_account(&self, action: &'static str) -> Vec<Access> {
        vec![self.access(action, "*".to_owned())]
    }

    /// Listing one's buckets; who signs nothing has none and is sent elsewhere.
    pub(super) fn to_list_buckets(&self) -> Vec<Access> {
        if self.call.caller.kind == AuthKind::Anonymous {
            return Vec::new();
        }
        self.on_account("s3:ListAllMyBuckets")
    }

    /// An action on a bucket that need not exist.
    pub(super) fn on_any_bucket(&self, action: &'static str) -> Vec<Access> {
        vec![self.access(action, bucket_arn(self.bucket()))]
    }

    /// An action on the request's bucket.
    pub(super) fn on_bucket(&self, action: &'static str) -> Vec<Access> {
        if !self.exists() {
            return Vec::new();
        }
        self.on_any_bucket(action)
    }

    /// An action on the request's object.
    pub(super) fn on_object(&self, action: &'static str) -> Vec<Access> {
        if !self.exists() {
            return Vec::new();
        }
        vec![self.access(action, object_arn(self.bucket(), self.key()))]
    }

    /// An action on the request's object; naming a version takes another permission, not both.
    pub(super) fn on_version(&self, action: &'static str, of_version: &'static str) -> Vec<Access> {
        let by_version = self.target.query("versionId").is_some();
        self.on_object(if by_version { of_version } else { action })
    }

    /// Writing an object; what is sent along takes permissions of its own, and a condition on what is there reads it.
    pub(super) fn to_write(&self) -> Vec<Access> {
        let mut needed = self.on_object("s3:PutObject");
        for (header, action) in [
            ("x-amz-tagging", "s3:PutObjectTagging"),
            ("if-match", "s3:GetObject"),
            ("x-amz-object-lock-mode", "s3:PutObjectRetention"),
            ("x-amz-object-lock-legal-hold", "s3:PutObjectLegalHold"),
        ] {
            if self.call.header(header).is_some() {
                needed.extend(self.on_object(action));
            }
        }
        if self.sets_acl() && !self.writes_by_list() {
            needed.extend(self.on_object("s3:PutObjectAcl"));
        }
        needed
    }

    /// Whether it is the bucket's list that lets a stranger write: then the object is the stranger's, list included.
    fn writes_by_list(&self) -> bool {
        let store = super::open(self.cloud);
        let Ok(bucket) = store.bucket(self.bucket()) else {
            return false;
        };
        let (settings, account) = (bucket.settings(), self.call.caller.principal.account());
        let is_stranger = account != Some(settings.owner.as_str());
        is_stranger && !settings.acls_disabled() && settings.acl.lets_write(account)
    }

    /// Whether the request says who else may do what. The list that disabled ACLs still accept says nothing.
    fn sets_acl(&self) -> bool {
        let canned = self.call.header("x-amz-acl");
        canned.is_some_and(|acl| acl != "bucket-owner-full-control")
            || self
                .call
                .head
                .headers
                .keys()
                .any(|name| name.as_str().starts_with("x-amz-grant-"))
    }

    /// Reading the source of a copy and writing its target.
    pub(super) fn to_copy(&self) -> Vec<Access> {
        let mut needed = self.to_write();
        let Ok(source) = Source::of(self.call) else {
            return needed;
        };
        if super::open(self.cloud).bucket(&source.bucket).is_err() {
            return needed;
        }
        let action = if source.version_id.is_some() {
            "s3:GetObjectVersion"
        } else {
            "s3:GetObject"
        };
        let target = Target {
            query: source
                .version_id
                .iter()
                .map(|id| ("versionId".to_owned(), id.clone()))
                .collect(),
            bucket: Some(source.bucket.clone()),
            key: Some(source.key.clone()),
        };
        let from = Asked { target, ..*self };
        needed.push(from.access(action, object_arn(&source.bucket, &source.key)));
        needed
    }

    fn belongs_to_another(&self) -> bool {
        let store = super::open(self.cloud);
        let owner = store
            .bucket(self.bucket())
            .map(|bucket| bucket.settings().owner.as_str());
        owner.is_ok_and(|owner| self.call.caller.principal.account() != Some(owner))
    }

    /// Looking at an upload or giving it up: whoever began it in another's bucket may.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuAndPermissions.html>
    pub(super) fn on_upload(&self, action: &'static str) -> Vec<Access> {
        if self.belongs_to_another() && self.began_upload() {
            return Vec::new();
        }
        self.on_object(action)
    }

    fn began_upload(&self) -> bool {
        let store = super::open(self.cloud);
        let id = self.target.query("uploadId").unwrap_or_default();
        let upload = store
            .bucket(self.bucket())
            .and_then(|bucket| bucket.upload(self.key(), id));
        upload.is_ok_and(|upload| upload.options.initiator.0 == self.call.caller.principal.arn())
    }

    /// Deleting an object.
    pub(super) fn to_delete(&self) -> Vec<Access> {
        let mut needed = self.on_version("s3:DeleteObject", "s3:DeleteObjectVersion");
        // Whether a tag matches tells what is there; whether something is there does not.
        if self.call.header("if-match").is_some_and(|tag| tag != "*") {
            needed.extend(self.on_object("s3:GetObject"));
        }
        needed
    }

    /// Reading an object's attributes.
    pub(super) fn to_read_attributes(&self) -> Vec<Access> {
        let mut needed = self.on_version("s3:GetObject", "s3:GetObjectVersion");
        needed.extend(self.on_version("s3:GetObjectAttributes", "s3:GetObjectVersionAttributes"));
        needed
    }

    /// Making a bucket. Whose name it is already is told to anybody.
    pub(super) fn to_create(&self) -> Vec<Access> {
        if self.belongs_to_another() {
            return Vec::new();
        }
        let mut needed = self.on_any_bucket("s3:CreateBucket");
        if self.sets_acl() {
            needed.extend(self.on_any_bucket("s3:PutBucketAcl"));
        }
        for (header, action) in [
            (
                "x-amz-bucket-object-lock-enabled",
                "s3:PutBucketObjectLockConfiguration",
            ),
            ("x-amz-bucket-object-lock-enabled", "s3:PutBucketVersioning"),
            ("x-amz-object-ownership", "s3:PutBucketOwnershipControls"),
        ] {
            let asked = self.call.header(header);
            if asked.is_some_and(|value| !value.eq_ignore_ascii_case("false")) {
                needed.extend(self.on_any_bucket(action));
            }
        }
        let tags = NewBucket::read(&self.call.body).ok().and_then(|asked| asked.tags);
        if let Some(tags) = tags.filter(|tags| !tags.is_empty()) {
            needed.push(self.to_tag(&tags));
        }
        needed
    }

    /// Labelling the bucket that is being made.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>
    fn to_tag(&self, tags: &Tags) -> Access {
        let keys = tags.iter().map(|(key, _)| key.clone()).collect();
        let tag = self.access("s3:TagResource", bucket_arn(self.bucket()));
        tags.iter()
            .fold(tag.with("aws:TagKeys", keys), |tag, (key, value)| {
                tag.with(format!("aws:RequestTag/{key}"), vec![value.clone()])
            })
    }
}

/// A permission on one object of the request's bucket, for operations that find out as they go which ones they need.
pub(super) fn on_key(
    cloud: &Cloud,
    call: &Call,
    action: &'static str,
    bucket: &str,
    key: &str,
    version: Option<&str>,
) -> Access {
    let query = version.map(|id| ("versionId".to_owned(), id.to_owned()));
    let target = Target {
        bucket: Some(bucket.to_owned()),
        key: Some(key.to_owned()),
        query: query.into_iter().collect(),
    };
    let asked = Asked { cloud, call, target };
    asked.access(action, object_arn(bucket, key))
}

/// The permission to list the request's bucket, by which an absent key is told from a forbidden one.
pub(super) fn to_list(cloud: &Cloud, call: &Call, bucket: &str) -> Access {
    let target = Target {
        bucket: Some(bucket.to_owned()),
        ..Target::default()
    };
    let asked = Asked { cloud, call, target };
    asked.access("s3:ListBucket", bucket_arn(bucket))
}
