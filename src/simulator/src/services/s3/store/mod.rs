//! The buckets of every account: pure state, no HTTP, the time is an argument.
//!
//! A `Store` is cheap to clone (buckets, their settings and the histories of their keys are shared until one is
//! written to), which is what snapshots rest on. What changes, changes in few places: a bucket's settings in
//! [`Bucket::configure`], what a key holds in `Bucket::change`, uploads in `upload`.

mod acl;
mod bucket;
mod bucket_name;
mod checksum;
mod condition;
mod cors;
mod encryption;
mod history;
mod lifecycle;
mod lifecycle_run;
mod list;
mod lock;
mod object;
mod policy;
mod public;
mod saved;
mod settings;
mod upload;
mod upload_list;
mod version_id;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use acl::{Acl, Canned, Grant, Grantee, Group, Permission, canonical_id};
pub(crate) use bucket::Bucket;
pub(crate) use checksum::{Algorithm, Checksum, ChecksumType, Claim, hex};
pub(crate) use condition::{EtagCondition, ReadConditions, ReadOutcome, WriteConditions};
pub(crate) use cors::CorsRule;
pub(crate) use encryption::{AES256, BucketEncryption, Encryption, KMS, KMS_DSSE, managed_key};
pub(crate) use history::{Properties, Version};
pub(crate) use lifecycle::{Expiration, Filter, FilterForm, Lifecycle, Noncurrent, Rule, Transition, When};
pub(crate) use list::{ListEntry, ListFrom, Page, VersionEntry, VersionMarker, Window};
pub(crate) use lock::{Mode, ObjectLock, Period, Protection, Retention};
pub(crate) use object::{Attributes, Object};
pub(crate) use policy::BucketPolicy;
pub(crate) use saved::SavedStore;
pub(crate) use settings::{Ownership, PublicAccessBlock, Settings, Tags, Versioning};
pub(crate) use upload::{CompletedPart, Completion, Part, Upload, UploadOptions};
pub(crate) use upload_list::{UploadEntry, UploadMarker};
pub(crate) use write::{Deleted, Deletion};

use super::fault::{Fault, Outcome};
use std::collections::BTreeMap;
use std::sync::Arc;
use time::OffsetDateTime;
use version_id::Mint;

/// All the buckets of all accounts: they share one namespace.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    buckets: BTreeMap<String, Arc<Bucket>>,
    /// What accounts block for all their buckets.
    blocked: BTreeMap<String, PublicAccessBlock>,
    mint: Mint,
    /// The next midnight at which lifecycle rules run.
    next_run: Option<OffsetDateTime>,
}

impl Store {
    /// An empty store. `secret` is what makes version ids impossible to guess.
    pub(crate) fn new(secret: [u8; 32]) -> Self {
        Self {
            buckets: BTreeMap::new(),
            blocked: BTreeMap::new(),
            mint: Mint::new(secret),
            next_run: None,
        }
    }

    /// The buckets, by name.
    pub(crate) fn buckets(&self) -> impl Iterator<Item = &Bucket> {
        self.buckets.values().map(AsRef::as_ref)
    }

    /// One bucket, to read.
    pub(crate) fn bucket(&self, name: &str) -> Outcome<&Bucket> {
        self.buckets
            .get(name)
            .map(AsRef::as_ref)
            .ok_or_else(|| Fault::no_such_bucket(name))
    }

    /// One bucket, to write; a snapshot that shares it keeps the former state.
    pub(crate) fn bucket_mut(&mut self, name: &str) -> Outcome<&mut Bucket> {
        let shared = self
            .buckets
            .get_mut(name)
            .ok_or_else(|| Fault::no_such_bucket(name))?;
        Ok(Arc::make_mut(shared))
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>
    pub(crate) fn create_bucket(
        &mut self,
        name: &str,
        region: &str,
        settings: Settings,
        now: OffsetDateTime,
    ) -> Outcome<()> {
        bucket_name::check(name)?;
        if let Some(bucket) = self.buckets.get(name) {
            return Err(taken(name, bucket.settings().owner == settings.owner));
        }
        let bucket = Bucket::new(name, region, now, settings, self.mint.child());
        self.buckets.insert(name.to_owned(), Arc::new(bucket));
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html>
    pub(crate) fn delete_bucket(&mut self, name: &str) -> Outcome<()> {
        let bucket = self.bucket(name)?;
        if !bucket.is_empty() {
            let message = if bucket.versioning() == Versioning::Unversioned {
                "The bucket you tried to delete is not empty"
            } else {
                "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
            };
            return Err(Fault::new(409, "BucketNotEmpty", message).with("BucketName", name));
        }
        self.buckets.remove(name);
        Ok(())
    }

    /// Puts another principal in the place of one in every bucket policy.
    pub(crate) fn rename_principal(&mut self, former: &str, new: &str) {
        for bucket in self.buckets.values_mut() {
            let policy = bucket.settings().policy.as_ref();
            if let Some(policy) = policy.and_then(|policy| policy.with_principal(former, new)) {
                Arc::make_mut(bucket).configure(|settings| settings.policy = Some(policy));
            }
        }
    }

    /// What is blocked for a bucket: by itself or by its account.
    pub(crate) fn blocked(&self, bucket: &Bucket) -> PublicAccessBlock {
        let settings = bucket.settings();
        settings
            .blocked()
            .and(self.blocked_for(&settings.owner).unwrap_or_default())
    }

    /// What an account blocks for all its buckets, if it ever said.
    pub(crate) fn blocked_for(&self, account: &str) -> Option<PublicAccessBlock> {
        self.blocked.get(account).copied()
    }

    /// Sets or takes off what an account blocks.
    pub(crate) fn block(&mut self, account: &str, block: Option<PublicAccessBlock>) {
        match block {
            Some(block) => drop(self.blocked.insert(account.to_owned(), block)),
            None => drop(self.blocked.remove(account)),
        }
    }
}

fn taken(name: &str, by_caller: bool) -> Fault {
    let (code, message) = if by_caller {
        (
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
        )
    } else {
        (
            "BucketAlreadyExists",
            "The requested bucket name is not available. The bucket namespace is shared by all users of the system. \
             Please select a different name and try again.",
        )
    };
    Fault::new(409, code, message).with("BucketName", name)
}
