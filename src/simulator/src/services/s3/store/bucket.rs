//! One bucket: reading, writing and deleting objects under its versioning state.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html>

use super::condition::WriteConditions;
use super::history::{Content, History, Version};
use super::object::Object;
use super::upload::Upload;
use super::version_id::{Meaning, Mint, NULL};
use crate::services::s3::fault::{Fault, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use time::OffsetDateTime;

/// A key may hold this many bytes.
const KEY_LIMIT: usize = 1024;

/// The versioning state. Once left, `Unversioned` never comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Versioning {
    Unversioned,
    Enabled,
    Suspended,
}

/// A bucket and all that is in it.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    pub(crate) region: String,
    pub(crate) created: OffsetDateTime,
    pub(super) objects: BTreeMap<Arc<str>, History>,
    /// The keys whose current version is an object: what `ListObjects` walks through, however many are deleted.
    pub(super) visible: BTreeSet<Arc<str>>,
    pub(super) uploads: BTreeMap<(Arc<str>, u64), Upload>,
    pub(super) mint: Mint,
    versioning: Versioning,
}

/// A version that was asked for and exists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found<'a> {
    pub(crate) version: &'a Version,
    pub(crate) object: &'a Arc<Object>,
    /// What `x-amz-version-id` says: nothing while the bucket was never versioned.
    pub(crate) version_id: Option<&'a Arc<str>>,
}

/// What a DELETE did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deleted {
    /// A marker was made, or the version that went was one.
    pub(crate) delete_marker: bool,
    pub(crate) version_id: Option<Arc<str>>,
}

impl Bucket {
    pub(super) fn new(name: &str, region: &str, created: OffsetDateTime, mint: Mint) -> Self {
        Self {
            name: name.to_owned(),
            region: region.to_owned(),
            created,
            versioning: Versioning::Unversioned,
            objects: BTreeMap::new(),
            visible: BTreeSet::new(),
            uploads: BTreeMap::new(),
            mint,
        }
    }

    pub(crate) fn versioning(&self) -> Versioning {
        self.versioning
    }

    /// Enables or suspends; existing versions do not change.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html>
    pub(crate) fn set_versioning(&mut self, enabled: bool) {
        self.versioning = if enabled {
            Versioning::Enabled
        } else {
            Versioning::Suspended
        };
    }

    /// No version, no marker: uploads in progress do not keep a bucket from being deleted.
    pub(crate) fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Stores an object as the key's current version; gives the id for `x-amz-version-id`.
    pub(crate) fn put(
        &mut self,
        key: &str,
        object: Object,
        tags: Vec<(String, String)>,
        conditions: &WriteConditions,
        now: OffsetDateTime,
    ) -> Outcome<Option<Arc<str>>> {
        check_key(key)?;
        conditions.check(key, self.current_etag(key))?;
        let id = self.push(key, Content::Object(Arc::new(object)), tags, now);
        Ok(self.shown(&id).cloned())
    }

    /// The version of that id, or the current one. `method` is named when it is a delete marker.
    pub(crate) fn find(
        &self,
        key: &str,
        version_id: Option<&str>,
        method: &'static str,
    ) -> Outcome<Found<'_>> {
        let version = match version_id {
            None => self.current(key)?,
            Some(id) => self.version(key, id)?,
        };
        let Some(object) = version.object() else {
            return Err(marker_fault(key, version, version_id.is_some(), method));
        };
        let version_id = if version_id.is_some() {
            Some(&version.id)
        } else {
            self.shown(&version.id)
        };
        Ok(Found {
            version,
            object,
            version_id,
        })
    }

    /// Replaces the tags of a version, which stays the same version.
    pub(crate) fn set_tags(
        &mut self,
        key: &str,
        version_id: Option<&str>,
        tags: Vec<(String, String)>,
        method: &'static str,
    ) -> Outcome<Option<Arc<str>>> {
        let shown = self.find(key, version_id, method)?.version_id.cloned();
        let history = self.objects.get_mut(key).ok_or_else(|| Fault::no_such_key(key))?;
        let sequence = match version_id {
            None => history.current_sequence(),
            Some(id) => sequence_of(&self.mint, history, id),
        };
        if let Some(version) = sequence.and_then(|sequence| history.get_mut(sequence)) {
            version.tags = tags;
        }
        Ok(shown)
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html>
    pub(crate) fn delete(
        &mut self,
        key: &str,
        version_id: Option<&str>,
        conditions: &WriteConditions,
        now: OffsetDateTime,
    ) -> Outcome<Deleted> {
        check_key(key)?;
        conditions.check(key, self.current_etag(key))?;
        match (version_id, self.versioning) {
            (Some(id), _) => self.delete_version(key, id),
            (None, Versioning::Unversioned) => {
                self.remove(key, History::null_sequence);
                Ok(Deleted {
                    delete_marker: false,
                    version_id: None,
                })
            }
            (None, Versioning::Enabled | Versioning::Suspended) => {
                let id = self.push(key, Content::DeleteMarker, Vec::new(), now);
                Ok(Deleted {
                    delete_marker: true,
                    version_id: Some(id),
                })
            }
        }
    }

    /// Removes a version for good. One that is gone already is no error.
    fn delete_version(&mut self, key: &str, id: &str) -> Outcome<Deleted> {
        if self.mint.read(id) == Meaning::Malformed {
            return Err(Fault::invalid_version_id("versionId", id));
        }
        let mint = self.mint.clone();
        let removed = self.remove(key, |history| sequence_of(&mint, history, id));
        let delete_marker = removed.is_some_and(|version| version.is_delete_marker());
        Ok(Deleted {
            delete_marker,
            version_id: Some(id.into()),
        })
    }

    fn push(
        &mut self,
        key: &str,
        content: Content,
        tags: Vec<(String, String)>,
        modified: OffsetDateTime,
    ) -> Arc<str> {
        let sequence = self.mint.next();
        let id: Arc<str> = match self.versioning {
            Versioning::Enabled => self.mint.id(sequence).into(),
            Versioning::Unversioned | Versioning::Suspended => NULL.into(),
        };
        self.insert(
            key,
            sequence,
            Version {
                id: Arc::clone(&id),
                modified,
                content,
                tags,
            },
        );
        id
    }

    /// Puts a version at its place.
    pub(super) fn insert(&mut self, key: &str, sequence: u64, version: Version) {
        let key = self
            .objects
            .get_key_value(key)
            .map_or_else(|| key.into(), |(key, _)| Arc::clone(key));
        self.objects
            .entry(Arc::clone(&key))
            .or_default()
            .push(sequence, version);
        self.refresh(&key);
    }

    fn remove(&mut self, key: &str, which: impl FnOnce(&History) -> Option<u64>) -> Option<Version> {
        let history = self.objects.get_mut(key)?;
        let removed = history.remove(which(history)?);
        if history.is_empty() {
            self.objects.remove(key);
        }
        self.refresh(key);
        removed
    }

    /// Keeps `visible` true after a change of this key.
    fn refresh(&mut self, key: &str) {
        let shown = self.objects.get_key_value(key).filter(|(_, history)| {
            history
                .current()
                .is_some_and(|version| !version.is_delete_marker())
        });
        match shown {
            Some((key, _)) => drop(self.visible.insert(Arc::clone(key))),
            None => drop(self.visible.remove(key)),
        }
    }

    fn current(&self, key: &str) -> Outcome<&Version> {
        self.objects
            .get(key)
            .and_then(History::current)
            .ok_or_else(|| Fault::no_such_key(key))
    }

    fn current_etag(&self, key: &str) -> Option<&str> {
        let current = self.objects.get(key)?.current()?;
        current.object().map(|object| object.etag.as_str())
    }

    fn version(&self, key: &str, id: &str) -> Outcome<&Version> {
        if self.mint.read(id) == Meaning::Malformed {
            return Err(Fault::invalid_version_id("versionId", id));
        }
        let history = self.objects.get(key);
        history
            .and_then(|history| history.get(sequence_of(&self.mint, history, id)?))
            .ok_or_else(|| Fault::no_such_version(key, id))
    }

    /// The id as answers show it: a bucket that was never versioned shows none.
    fn shown<'a>(&self, id: &'a Arc<str>) -> Option<&'a Arc<str>> {
        (self.versioning != Versioning::Unversioned).then_some(id)
    }
}

/// Where the version of that id stands. A null version answers to `null` only.
pub(super) fn sequence_of(mint: &Mint, history: &History, id: &str) -> Option<u64> {
    match mint.read(id) {
        Meaning::Null => history.null_sequence(),
        Meaning::Sequence(sequence) => Some(sequence).filter(|_| history.null_sequence() != Some(sequence)),
        Meaning::Unknown | Meaning::Malformed => None,
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

/// A current marker hides the key (404); a marker asked for by its id exists but cannot be read (405).
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html>
fn marker_fault(key: &str, marker: &Version, by_id: bool, method: &'static str) -> Fault {
    let fault = if by_id {
        let modified = super::super::dates::http_date(marker.modified);
        Fault::marker_refuses(method).header("last-modified", modified)
    } else {
        Fault::no_such_key(key)
    };
    fault
        .header("x-amz-delete-marker", "true")
        .header("x-amz-version-id", &*marker.id)
}
