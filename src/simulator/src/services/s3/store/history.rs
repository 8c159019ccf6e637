//! The versions of one key, newest first.

use super::acl::Acl;
use super::lock::Retention;
use super::object::Object;
use super::settings::Tags;
use super::version_id::NULL;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use time::OffsetDateTime;

/// What a version holds.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Object(Arc<Object>),
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html>
    DeleteMarker,
}

/// What belongs to a version and changes without making another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Properties {
    pub(crate) tags: Tags,
    pub(crate) retention: Option<Retention>,
    /// `None` while it was never said.
    pub(crate) legal_hold: Option<bool>,
    /// `None` is full control for the bucket's owner.
    pub(crate) acl: Option<Acl>,
}

/// One version of a key.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    /// `null` for what was written while the bucket was not versioned.
    pub(crate) id: Arc<str>,
    pub(crate) modified: OffsetDateTime,
    pub(crate) content: Content,
    pub(crate) properties: Properties,
}

impl Version {
    pub(crate) fn object(&self) -> Option<&Arc<Object>> {
        match &self.content {
            Content::Object(object) => Some(object),
            Content::DeleteMarker => None,
        }
    }

    pub(crate) fn is_delete_marker(&self) -> bool {
        matches!(self.content, Content::DeleteMarker)
    }

    pub(crate) fn is_null(&self) -> bool {
        &*self.id == NULL
    }
}

/// The versions of one key. Never empty inside a bucket.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    versions: BTreeMap<Reverse<u64>, Version>,
    null: Option<u64>,
}

impl History {
    pub(super) fn current(&self) -> Option<&Version> {
        self.versions.values().next()
    }

    pub(super) fn current_sequence(&self) -> Option<u64> {
        self.versions.keys().next().map(|Reverse(sequence)| *sequence)
    }

    pub(super) fn null_sequence(&self) -> Option<u64> {
        self.null
    }

    pub(super) fn get(&self, sequence: u64) -> Option<&Version> {
        self.versions.get(&Reverse(sequence))
    }

    pub(super) fn get_mut(&mut self, sequence: u64) -> Option<&mut Version> {
        self.versions.get_mut(&Reverse(sequence))
    }

    /// Adds the newest version. There is one null version at most: another null one takes its place.
    pub(super) fn push(&mut self, sequence: u64, version: Version) {
        if version.is_null()
            && let Some(former) = self.null.replace(sequence)
        {
            self.versions.remove(&Reverse(former));
        }
        self.versions.insert(Reverse(sequence), version);
    }

    pub(super) fn remove(&mut self, sequence: u64) -> Option<Version> {
        if self.null == Some(sequence) {
            self.null = None;
        }
        self.versions.remove(&Reverse(sequence))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// The versions older than `after`, or all of them, newest first.
    pub(super) fn older_than(&self, after: Option<u64>) -> impl Iterator<Item = (u64, &Version)> {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = after.map_or(Unbounded, |sequence| Excluded(Reverse(sequence)));
        self.versions
            .range((from, Unbounded))
            .map(|(Reverse(sequence), version)| (*sequence, version))
    }
}
