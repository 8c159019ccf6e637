//! S3's own condition keys: which ones a request has, with which values.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys>

use super::dates::parse_iso;
use super::input::{NewBucket, read_tagging_header};
use super::store::Tags;
use super::target::Target;
use super::xml;
use crate::call::{Access, AuthKind, Call};
use crate::cloud::Cloud;
use s3s::dto;
use std::borrow::Cow;
use time::OffsetDateTime;

/// A request, as conditions look at it.
pub(super) struct Conditions<'a> {
    pub(super) cloud: &'a Cloud,
    pub(super) call: &'a Call,
    pub(super) target: &'a Target,
}

type Keys = Vec<(Cow<'static, str>, Vec<String>)>;

/// Headers of writes that are condition keys under their own name.
const OF_WRITES: &[&str] = &[
    "x-amz-acl",
    "x-amz-copy-source",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
    "x-amz-metadata-directive",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
];

const OF_ACLS: &[&str] = &[
    "x-amz-acl",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
];

impl Conditions<'_> {
    /// A permission with its keys.
    pub(super) fn access(&self, action: &'static str, resource: String) -> Access {
        let mut keys = self.of_authentication();
        self.of_action(action, &mut keys);
        let shown = format!("\"{resource}\"");
        let names_it = resource != "*";
        let mut access = Access::new(action, resource);
        if names_it {
            access = access.shown_as(shown);
        }
        keys.into_iter()
            .fold(access, |access, (key, values)| access.with(key, values))
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html>
    fn of_authentication(&self) -> Keys {
        let mut keys = Keys::new();
        let kind = match self.call.caller.kind {
            AuthKind::Anonymous => return keys,
            AuthKind::RestHeader => "REST-HEADER",
            AuthKind::RestQueryString => "REST-QUERY-STRING",
            AuthKind::Post => "POST",
        };
        set(&mut keys, "s3:authType", Some(kind));
        set(&mut keys, "s3:signatureversion", Some("AWS4-HMAC-SHA256"));
        // A presigned URL that says nothing of the body leaves it unsigned.
        let digest = self
            .call
            .header("x-amz-content-sha256")
            .unwrap_or("UNSIGNED-PAYLOAD");
        set(&mut keys, "s3:x-amz-content-sha256", Some(digest));
        keys
    }

    fn of_action(&self, action: &str, keys: &mut Keys) {
        match action {
            "s3:ListBucket" | "s3:ListBucketVersions" => self.of_listing(keys),
            "s3:CreateBucket" => self.of_creation(keys),
            "s3:PutBucketAcl" => self.headers(OF_ACLS, keys),
            "s3:PutObjectAcl" | "s3:PutObjectVersionAcl" => {
                self.headers(OF_ACLS, keys);
                self.existing_tags(keys);
            }
            "s3:PutObject" | "s3:BypassGovernanceRetention" => self.of_write(keys),
            "s3:PutObjectTagging" | "s3:PutObjectVersionTagging" => {
                self.request_tags(keys);
                self.existing_tags(keys);
            }
            "s3:PutObjectRetention" => self.of_retention(keys),
            "s3:PutObjectLegalHold" => self.of_legal_hold(keys),
            "s3:DeleteObject" => self.headers(&["if-match"], keys),
            action if READS_TAGS.contains(&action) => self.existing_tags(keys),
            _ => {}
        }
        if action.contains("Version") {
            set(keys, "s3:VersionId", self.target.query("versionId"));
        }
    }

    fn of_listing(&self, keys: &mut Keys) {
        set(keys, "s3:prefix", self.target.query("prefix"));
        set(keys, "s3:delimiter", self.target.query("delimiter"));
        set(keys, "s3:max-keys", self.target.query("max-keys"));
    }

    fn of_creation(&self, keys: &mut Keys) {
        self.headers(OF_ACLS, keys);
        self.headers(&["x-amz-object-ownership"], keys);
        let asked = NewBucket::read(&self.call.body).unwrap_or_default();
        set(keys, "s3:locationconstraint", asked.region.as_deref());
        let tags = asked.tags.unwrap_or_default();
        let names: Vec<String> = tags.iter().map(|(name, _)| name.clone()).collect();
        for (name, value) in tags {
            keys.push((format!("aws:RequestTag/{name}").into(), vec![value]));
        }
        keys.push(("aws:TagKeys".into(), names));
    }

    fn of_write(&self, keys: &mut Keys) {
        self.headers(OF_WRITES, keys);
        self.headers(&["if-match", "if-none-match"], keys);
        self.request_tags(keys);
        self.of_retention(keys);
        self.of_legal_hold(keys);
        let query = |name| self.target.query(name).is_some();
        let creates = !query("partNumber") && !query("uploads");
        set(
            keys,
            "s3:ObjectCreationOperation",
            Some(if creates { "true" } else { "false" }),
        );
    }

    fn headers(&self, names: &[&'static str], keys: &mut Keys) {
        for name in names {
            if let Some(value) = self.call.header(name) {
                keys.push((format!("s3:{name}").into(), vec![value.to_owned()]));
            }
        }
    }

    /// The tags that a request sets: in a header, or in the body that replaces them.
    fn request_tags(&self, keys: &mut Keys) {
        let tags = match self.call.header("x-amz-tagging") {
            Some(header) => read_tagging_header(header).unwrap_or_default(),
            None if self.target.query("tagging").is_some() => self.tags_of_body(),
            None => return,
        };
        let names: Vec<String> = tags.iter().map(|(name, _)| name.clone()).collect();
        for (name, value) in tags {
            keys.push((format!("s3:RequestObjectTag/{name}").into(), vec![value]));
        }
        keys.push(("s3:RequestObjectTagKeys".into(), names));
    }

    fn tags_of_body(&self) -> Tags {
        let read = xml::read::<dto::Tagging>(&self.call.body);
        let tags = read.map(|tagging| tagging.tag_set).unwrap_or_default();
        tags.into_iter()
            .map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()))
            .collect()
    }

    /// The tags of the version that a request is about.
    fn existing_tags(&self, keys: &mut Keys) {
        let (Some(bucket), Some(key)) = (&self.target.bucket, &self.target.key) else {
            return;
        };
        let store = super::open(self.cloud);
        let Ok(found) = store
            .bucket(bucket)
            .and_then(|bucket| bucket.find(key, self.target.query("versionId"), "GET"))
        else {
            return;
        };
        for (name, value) in &found.version.properties.tags {
            keys.push((format!("s3:ExistingObjectTag/{name}").into(), vec![value.clone()]));
        }
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-managing-retention-limits>
    fn of_retention(&self, keys: &mut Keys) {
        let (mode, until) = if self.target.query("retention").is_some() {
            let read = xml::read::<dto::ObjectLockRetention>(&self.call.body);
            let retention = read.unwrap_or_default();
            let until = retention.retain_until_date.map(OffsetDateTime::from);
            (retention.mode.map(|mode| mode.as_str().to_owned()), until)
        } else {
            let header = |name| self.call.header(name);
            let until = header("x-amz-object-lock-retain-until-date").and_then(parse_iso);
            (header("x-amz-object-lock-mode").map(str::to_owned), until)
        };
        set(keys, "s3:object-lock-mode", mode.as_deref());
        if let Some(until) = until {
            let days = (until - self.call.time).whole_seconds().div_euclid(86_400);
            set(
                keys,
                "s3:object-lock-retain-until-date",
                Some(&super::dates::iso(until)),
            );
            set(
                keys,
                "s3:object-lock-remaining-retention-days",
                Some(&days.to_string()),
            );
        }
    }

    fn of_legal_hold(&self, keys: &mut Keys) {
        let status = if self.target.query("legal-hold").is_some() {
            let read = xml::read::<dto::ObjectLockLegalHold>(&self.call.body);
            let hold = read.unwrap_or_default();
            hold.status.map(|status| status.as_str().to_owned())
        } else {
            self.call
                .header("x-amz-object-lock-legal-hold")
                .map(str::to_owned)
        };
        set(keys, "s3:object-lock-legal-hold", status.as_deref());
    }
}

/// Actions that look at the tags an object already has.
const READS_TAGS: &[&str] = &[
    "s3:DeleteObjectTagging",
    "s3:DeleteObjectVersionTagging",
    "s3:GetObject",
    "s3:GetObjectAcl",
    "s3:GetObjectAttributes",
    "s3:GetObjectTagging",
    "s3:GetObjectVersion",
    "s3:GetObjectVersionAcl",
    "s3:GetObjectVersionAttributes",
    "s3:GetObjectVersionTagging",
];

fn set(keys: &mut Keys, key: &'static str, value: Option<&str>) {
    if let Some(value) = value {
        keys.push((key.into(), vec![value.to_owned()]));
    }
}
