//! Writing and deleting objects, and changing what belongs to their versions.

use super::acl::Acl;
use super::bucket::{Bucket, sequence_of};
use super::condition::WriteConditions;
use super::history::{Content, History, Properties, Version};
use super::lock::{self, Protection, Retention};
use super::object::Object;
use super::settings::{Tags, Versioning};
use super::version_id::{Meaning, NULL};
use crate::services::s3::fault::{Fault, Outcome};
use std::sync::Arc;
use time::OffsetDateTime;

/// A key may hold this many bytes.
const KEY_LIMIT: usize = 1024;

/// What a DELETE did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deleted {
    /// A marker was made, or the version that went was one.
    pub(crate) delete_marker: bool,
    pub(crate) version_id: Option<Arc<str>>,
}

/// What a DELETE asks for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Deletion<'a> {
    pub(crate) version_id: Option<&'a str>,
    pub(crate) conditions: WriteConditions,
    /// Whether the caller bypasses governance retention, and may.
    pub(crate) bypass: bool,
}

impl Bucket {
    /// Stores an object as the key's current version; gives the id for `x-amz-version-id`, which is told of versions that
    /// will stay only: what a suspended bucket overwrites has none in the answer to its write.
    pub(crate) fn put(
        &mut self,
        key: &str,
        object: Object,
        mut properties: Properties,
        conditions: &WriteConditions,
        now: OffsetDateTime,
    ) -> Outcome<Option<Arc<str>>> {
        check_key(key)?;
        conditions.check(key, self.current_object(key).map(|(etag, _)| etag))?;
        if let Some(lock) = self.settings().object_lock {
            properties.retention = properties.retention.or(lock.retention(now));
        }
        let id = self.push(key, Content::Object(Arc::new(object)), properties, now);
        Ok(Some(id).filter(|_| self.versioning() == Versioning::Enabled))
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html>
    pub(crate) fn delete(
        &mut self,
        key: &str,
        deletion: &Deletion<'_>,
        now: OffsetDateTime,
    ) -> Outcome<Deleted> {
        check_key(key)?;
        self.check_deletion(key, deletion)?;
        match (deletion.version_id, self.versioning()) {
            (Some(id), _) => self.delete_version(key, id, deletion.bypass, now),
            (None, Versioning::Unversioned) => {
                self.remove(key, History::null_sequence);
                Ok(Deleted {
                    delete_marker: false,
                    version_id: None,
                })
            }
            (None, Versioning::Enabled | Versioning::Suspended) => {
                self.note_deletion(key);
                let id = self.push(key, Content::DeleteMarker, Properties::default(), now);
                Ok(Deleted {
                    delete_marker: true,
                    version_id: Some(id),
                })
            }
        }
    }

    /// A condition on a key whose current version is a marker fails; on a key that is not there, it is a 404.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html>
    fn check_deletion(&self, key: &str, deletion: &Deletion<'_>) -> Outcome<()> {
        let marked = self.current(key).is_ok_and(Version::is_delete_marker);
        if marked && deletion.conditions.if_match.is_some() {
            return Err(Fault::precondition_failed("If-Match"));
        }
        let current = self.current_object(key).map(|(etag, _)| etag);
        deletion.conditions.check(key, current)
    }

    /// Removes a version for good. One that is gone already is no error.
    fn delete_version(&mut self, key: &str, id: &str, bypass: bool, now: OffsetDateTime) -> Outcome<Deleted> {
        if self.mint.read(id) == Meaning::Malformed {
            return Err(Fault::invalid_version_id("versionId", id));
        }
        match self.protection(key, Some(id), now) {
            Protection::Absolute => return Err(lock::protected()),
            Protection::Governance if !bypass => return Err(lock::protected()),
            _ => {}
        }
        let mint = self.mint.clone();
        let removed = self.remove(key, |history| sequence_of(&mint, history, id));
        let delete_marker = removed.is_some_and(|version| version.is_delete_marker());
        Ok(Deleted {
            delete_marker,
            version_id: Some(id.into()),
        })
    }

    pub(super) fn push(
        &mut self,
        key: &str,
        content: Content,
        properties: Properties,
        modified: OffsetDateTime,
    ) -> Arc<str> {
        let sequence = self.mint.next();
        self.push_at(key, sequence, content, properties, modified)
    }

    /// The same, at a place that was taken before.
    pub(super) fn push_at(
        &mut self,
        key: &str,
        sequence: u64,
        content: Content,
        properties: Properties,
        modified: OffsetDateTime,
    ) -> Arc<str> {
        let id: Arc<str> = match self.versioning() {
            Versioning::Enabled => self.mint.id(sequence).into(),
            Versioning::Unversioned | Versioning::Suspended => NULL.into(),
        };
        let version = Version {
            id: Arc::clone(&id),
            modified,
            content,
            properties,
        };
        self.insert(key, sequence, version);
        id
    }

    /// Puts a version at its place.
    pub(super) fn insert(&mut self, key: &str, sequence: u64, version: Version) {
        self.change(key, |history| history.push(sequence, version));
    }

    pub(super) fn remove(
        &mut self,
        key: &str,
        which: impl FnOnce(&History) -> Option<u64>,
    ) -> Option<Version> {
        let sequence = which(self.objects.get(key)?)?;
        self.note_deletion(key);
        self.change(key, |history| history.remove(sequence))
    }

    /// The one place where what a key holds changes.
    pub(super) fn change<T>(&mut self, key: &str, change: impl FnOnce(&mut History) -> T) -> T {
        let key = self
            .objects
            .get_key_value(key)
            .map_or_else(|| key.into(), |(key, _)| Arc::clone(key));
        let history = self.objects.entry(Arc::clone(&key)).or_default();
        let outcome = change(Arc::make_mut(history));
        let is_visible = history
            .current()
            .is_some_and(|version| !version.is_delete_marker());
        if history.is_empty() {
            self.objects.remove(&key);
        }
        if is_visible {
            self.visible.insert(key);
        } else {
            self.visible.remove(&key);
        }
        outcome
    }

    /// Changes what belongs to a version, which stays the same version; gives the id for `x-amz-version-id`.
    fn amend(
        &mut self,
        key: &str,
        version_id: Option<&str>,
        method: &'static str,
        amend: impl FnOnce(&mut Properties),
    ) -> Outcome<Option<Arc<str>>> {
        let shown = self.find(key, version_id, method)?.version_id.cloned();
        let mint = self.mint.clone();
        self.change(key, |history| {
            let sequence = match version_id {
                None => history.current_sequence(),
                Some(id) => sequence_of(&mint, history, id),
            };
            if let Some(version) = sequence.and_then(|sequence| history.get_mut(sequence)) {
                amend(&mut version.properties);
            }
        });
        Ok(shown)
    }

    /// Replaces the tags of a version.
    pub(crate) fn set_tags(
        &mut self,
        key: &str,
        version_id: Option<&str>,
        tags: Tags,
        method: &'static str,
    ) -> Outcome<Option<Arc<str>>> {
        self.amend(key, version_id, method, |properties| properties.tags = tags)
    }

    /// Replaces the access control list of a version.
    pub(crate) fn set_acl(
        &mut self,
        key: &str,
        version_id: Option<&str>,
        acl: Acl,
    ) -> Outcome<Option<Arc<str>>> {
        self.amend(key, version_id, "PUT", |properties| properties.acl = Some(acl))
    }

    /// Sets or takes off the retention of a version.
    pub(crate) fn set_retention(
        &mut self,
        key: &str,
        version_id: Option<&str>,
        retention: Option<Retention>,
        bypass: bool,
        now: OffsetDateTime,
    ) -> Outcome<()> {
        self.check_object_lock()?;
        let former = self.find(key, version_id, "PUT")?.version.properties.retention;
        lock::check_change(former, retention, bypass, now)?;
        self.amend(key, version_id, "PUT", |properties| {
            properties.retention = retention;
        })?;
        Ok(())
    }

    /// Puts a version under legal hold, or lets it go.
    pub(crate) fn set_legal_hold(&mut self, key: &str, version_id: Option<&str>, held: bool) -> Outcome<()> {
        self.check_object_lock()?;
        self.amend(key, version_id, "PUT", |properties| {
            properties.legal_hold = Some(held);
        })?;
        Ok(())
    }
}

pub(super) fn check_key(key: &str) -> Outcome<()> {
    if key.len() <= KEY_LIMIT {
        return Ok(());
    }
    Err(Fault::new(400, "KeyTooLongError", "Your key is too long")
        .with("Size", key.len().to_string())
        .with("MaxSizeAllowed", KEY_LIMIT.to_string()))
}
