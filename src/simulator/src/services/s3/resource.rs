//! What authorisation asks of buckets and objects: whose they are, and what their policies and lists say.

use super::store::{Acl, Bucket, BucketPolicy, Grant, Grantee, Group, Store, canonical_id};
use crate::cloud::Cloud;
use crate::policy::{Document, DocumentKind, Source, SourceKind};
use crate::services::ResourceOwner;
use serde_json::{Value, json};
use std::sync::Arc;

/// What a bucket's owner may do with what others own in it.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-alternatives-guidelines.html>
const OF_BUCKET_OWNER: [&str; 5] = [
    "s3:AbortMultipartUpload",
    "s3:DeleteObject*",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
    "s3:RestoreObject",
];

/// The owner and the policy of a bucket or an object. Of an object's versions, the current one has the say.
pub(super) fn of(cloud: &Cloud, arn: &str) -> ResourceOwner {
    let name = arn.strip_prefix("arn:aws:s3:::").unwrap_or_default();
    let (name, key) = name
        .split_once('/')
        .map_or((name, None), |(name, key)| (name, Some(key)));
    let store = super::open(cloud);
    store
        .bucket(name)
        .map_or_else(|_| ResourceOwner::default(), |bucket| look(&store, bucket, key))
}

fn look(store: &Store, bucket: &Bucket, key: Option<&str>) -> ResourceOwner {
    let settings = bucket.settings();
    let account = key
        .and_then(|key| foreign_owner(bucket, key))
        .unwrap_or_else(|| settings.owner.clone());
    ResourceOwner {
        policy: policy(store, bucket, key, &account),
        context: vec![("s3:ResourceAccount".to_owned(), vec![settings.owner.clone()])],
        account: Some(account),
    }
}

/// Who owns an object, where that is not the bucket's owner.
fn foreign_owner(bucket: &Bucket, key: &str) -> Option<String> {
    if bucket.settings().acls_disabled() {
        return None;
    }
    let acl = bucket.object_acl(key)?;
    (acl.owner != bucket.settings().owner).then(|| acl.owner.clone())
}

/// The bucket's policy as it is, or brought together with what lists and Block Public Access add to it.
fn policy(store: &Store, bucket: &Bucket, key: Option<&str>, owner: &str) -> Option<Source> {
    let settings = bucket.settings();
    let blocked = store.blocked(bucket);
    let mut further = Vec::new();
    if !settings.acls_disabled() {
        further = of_lists(bucket, key, blocked.ignore_public_acls);
    }
    let public = settings.policy.as_ref().is_some_and(BucketPolicy::is_public);
    if blocked.restrict_public_buckets && public {
        further.push(only_own_account(&settings.owner));
    }
    let foreign = owner != settings.owner;
    if foreign {
        further.push(json!({
            "Effect": "Allow", "Principal": { "CanonicalUser": canonical_id(&settings.owner) },
            "Action": OF_BUCKET_OWNER, "Resource": "*"
        }));
    }
    let document = match (&settings.policy, further.is_empty()) {
        (None, true) => return None,
        (Some(policy), true) => Arc::clone(policy.document()),
        (policy, false) => together(policy.as_ref().map(BucketPolicy::text), further, foreign)?,
    };
    let id = format!("arn:aws:s3:::{}", bucket.name);
    Some(Source::new(id, SourceKind::Resource, document))
}

/// One document of a policy's statements and others. Where the object is not the bucket owner's, the policy may only
/// forbid.
fn together(policy: Option<&str>, further: Vec<Value>, foreign: bool) -> Option<Arc<Document>> {
    let mut document: Value = policy
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_else(|| json!({ "Version": "2012-10-17" }));
    let own = match document["Statement"].take() {
        Value::Array(statements) => statements,
        Value::Null => Vec::new(),
        statement => vec![statement],
    };
    let kept = own
        .into_iter()
        .filter(|statement| !foreign || statement["Effect"] == "Deny");
    document["Statement"] = kept.chain(further).collect();
    let parsed = Document::parse(&document.to_string(), DocumentKind::Resource);
    parsed.ok().map(Arc::new)
}

/// What `RestrictPublicBuckets` makes of a public policy: nobody but the owner's account and AWS's services.
fn only_own_account(owner: &str) -> Value {
    json!({
        "Sid": "RestrictPublicBuckets", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
        "Condition": {
            "StringNotEqualsIfExists": { "aws:PrincipalAccount": owner },
            "BoolIfExists": { "aws:PrincipalIsAWSService": "false" }
        }
    })
}

/// What the lists of a bucket and an object grant, as statements.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions>
fn of_lists(bucket: &Bucket, key: Option<&str>, ignores_public: bool) -> Vec<Value> {
    let settings = bucket.settings();
    let resource = match key {
        None => format!("arn:aws:s3:::{}", bucket.name),
        Some(key) => format!("arn:aws:s3:::{}/{}", bucket.name, literally(key)),
    };
    let statements = |acl: &Acl, actions: fn(&Grant) -> &'static [&'static str]| {
        let in_force = if ignores_public {
            acl.without_public()
        } else {
            acl.clone()
        };
        let grants = in_force.grants.into_iter();
        let lines = grants.filter_map(|grant| statement(&grant, actions(&grant), &resource));
        lines.collect::<Vec<_>>()
    };
    let Some(key) = key else {
        return statements(&settings.acl, |grant| grant.permission.bucket_actions());
    };
    let mut granted = statements(&settings.acl, |grant| grant.permission.content_actions());
    match bucket.object_acl(key) {
        Some(acl) => granted.extend(statements(acl, |grant| grant.permission.object_actions())),
        // Who may list a bucket learns that a key is absent.
        None if bucket.find(key, None, "GET").is_err() => {
            granted.extend(statements(&settings.acl, absent_actions));
        }
        None => {}
    }
    granted
}

/// What a grant on a bucket lets do with a key that is not there: find that out.
fn absent_actions(grant: &Grant) -> &'static [&'static str] {
    let lists = grant.permission.bucket_actions().contains(&"s3:ListBucket");
    if lists { &["s3:GetObject"] } else { &[] }
}

/// A key as a pattern that stands for nothing else.
fn literally(key: &str) -> String {
    key.replace('$', "${$}").replace('*', "${*}").replace('?', "${?}")
}

fn statement(grant: &Grant, actions: &[&str], resource: &str) -> Option<Value> {
    if actions.is_empty() {
        return None;
    }
    let principal = match &grant.grantee {
        Grantee::Group(Group::LogDelivery) => return None,
        Grantee::Group(_) => json!("*"),
        // Whoever wrote it without a signature cannot prove to be the same.
        Grantee::CanonicalUser(id) if *id == canonical_id("") => return None,
        Grantee::CanonicalUser(id) => json!({ "CanonicalUser": id }),
    };
    let mut statement = json!({
        "Effect": "Allow", "Principal": principal, "Action": actions, "Resource": resource
    });
    if grant.grantee == Grantee::Group(Group::AuthenticatedUsers) {
        statement["Condition"] = json!({ "StringNotEquals": { "aws:PrincipalType": "Anonymous" } });
    }
    Some(statement)
}
