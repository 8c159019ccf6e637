//! What authorisation asks of buckets and objects: whose they are, and what their policies and lists say.

use super::store::{Acl, Bucket, BucketPolicy, Grant, Grantee, Group, Store, canonical_id};
use crate::cloud::Cloud;
use crate::policy::{Document, DocumentKind, Source, SourceKind};
use crate::services::ResourceOwner;
use serde_json::{Value, json};
use std::sync::Arc;

/// What a bucket's owner may not do with what others own in it, unless they let it.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-alternatives-guidelines.html>
const OF_OBJECT_OWNER: [(&str, &[&str]); 4] = [
    (
        "s3:GetObject",
        &["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging"],
    ),
    ("s3:GetObjectAcl", &["s3:GetObjectAcl", "s3:GetObjectVersionAcl"]),
    ("s3:PutObjectAcl", &["s3:PutObjectAcl", "s3:PutObjectVersionAcl"]),
    ("", &["s3:PutObjectTagging", "s3:DeleteObjectTagging"]),
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
    let owner = &bucket.settings().owner;
    ResourceOwner {
        policy: policy(store, bucket, key),
        context: vec![("s3:ResourceAccount".to_owned(), vec![owner.clone()])],
        account: Some(owner.clone()),
    }
}

/// The bucket's policy as it is, or brought together with what lists and Block Public Access add to it.
fn policy(store: &Store, bucket: &Bucket, key: Option<&str>) -> Option<Source> {
    let settings = bucket.settings();
    let blocked = store.blocked(bucket);
    let mut further = Vec::new();
    if !settings.acls_disabled() {
        further = of_lists(bucket, key, blocked.ignore_public_acls);
        further.extend(key.and_then(|key| kept_from_owner(bucket, key)));
    }
    let public = settings.policy.as_ref().is_some_and(BucketPolicy::is_public);
    if blocked.restrict_public_buckets && public {
        further.push(only_own_account(&settings.owner));
    }
    let document = match (&settings.policy, further.is_empty()) {
        (None, true) => return None,
        (Some(policy), true) => Arc::clone(policy.document()),
        (policy, false) => together(policy.as_ref().map(BucketPolicy::text), further)?,
    };
    let id = format!("arn:aws:s3:::{}", bucket.name);
    Some(Source::new(id, SourceKind::Resource, document))
}

/// What the bucket's owner is not let do with an object that is somebody else's.
fn kept_from_owner(bucket: &Bucket, key: &str) -> Option<Value> {
    let acl = bucket.object_acl(key)?;
    let owner = &bucket.settings().owner;
    let foreign = acl.owner != *owner;
    let actions: Vec<&str> = OF_OBJECT_OWNER
        .into_iter()
        .filter(|(action, _)| foreign && !acl.lets(owner, action))
        .flat_map(|(_, actions)| actions.iter().copied())
        .collect();
    (!actions.is_empty()).then(|| {
        json!({
            "Effect": "Deny", "Principal": { "CanonicalUser": canonical_id(owner) },
            "Action": actions, "Resource": "*"
        })
    })
}

/// One document of a policy's statements and others.
fn together(policy: Option<&str>, further: Vec<Value>) -> Option<Arc<Document>> {
    let mut document: Value = policy
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_else(|| json!({ "Version": "2012-10-17" }));
    let own = match document["Statement"].take() {
        Value::Array(statements) => statements,
        Value::Null => Vec::new(),
        statement => vec![statement],
    };
    document["Statement"] = own.into_iter().chain(further).collect();
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
