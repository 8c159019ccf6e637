//! The buckets of one account: pure state, no HTTP, the time is an argument.
//!
//! A `Store` is cheap to clone (buckets are shared until one is written to), which is what snapshots rest on.

mod bucket;
mod bucket_name;
mod checksum;
mod condition;
mod history;
mod list;
mod object;
mod saved;
mod upload;
mod version_id;

#[cfg(test)]
mod tests;

pub(crate) use bucket::{Bucket, Deleted, Versioning};
pub(crate) use checksum::{Algorithm, Checksum, ChecksumType, Claim, hex};
pub(crate) use condition::{EtagCondition, ReadConditions, ReadOutcome, WriteConditions};
pub(crate) use history::Version;
pub(crate) use list::{ListEntry, Page, VersionEntry, VersionMarker, Window};
pub(crate) use object::{Attributes, Object};
pub(crate) use saved::SavedStore;
pub(crate) use upload::{CompletedPart, Part, Upload, UploadOptions};

use super::fault::{Fault, Outcome};
use std::collections::BTreeMap;
use std::sync::Arc;
use time::OffsetDateTime;
use version_id::Mint;

/// All the buckets of the account.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    buckets: BTreeMap<String, Arc<Bucket>>,
    mint: Mint,
}

impl Store {
    /// An empty store. `secret` is what makes version ids impossible to guess.
    pub(crate) fn new(secret: [u8; 32]) -> Self {
        Self {
            buckets: BTreeMap::new(),
            mint: Mint::new(secret),
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
    pub(crate) fn create_bucket(&mut self, name: &str, region: &str, now: OffsetDateTime) -> Outcome<()> {
        bucket_name::check(name)?;
        if self.buckets.contains_key(name) {
            return Err(Fault::new(
                409,
                "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you already own it.",
            )
            .with("BucketName", name));
        }
        let bucket = Bucket::new(name, region, now, self.mint.child(name));
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
}
