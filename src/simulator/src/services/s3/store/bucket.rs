//! One bucket: its settings, and reading its objects under its versioning state.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html>

use super::acl::Acl;
use super::history::{History, Version};
use super::object::Object;
use super::settings::{Settings, Versioning};
use super::upload::{Completed, Upload};
use super::version_id::{Meaning, Mint};
use crate::services::s3::dates::http_date;
use crate::services::s3::fault::{Fault, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use time::OffsetDateTime;

/// A bucket and all that is in it.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    pub(crate) region: String,
    pub(crate) created: OffsetDateTime,
    pub(super) settings: Arc<Settings>,
    pub(super) objects: BTreeMap<Arc<str>, Arc<History>>,
    /// The keys whose current version is an object: what `ListObjects` walks through, however many are deleted.
    pub(super) visible: BTreeSet<Arc<str>>,
    pub(super) uploads: BTreeMap<(Arc<str>, u64), Upload>,
    /// The last uploads that were completed.
    pub(super) completed: BTreeMap<(Arc<str>, u64), Completed>,
    pub(super) mint: Mint,
}

/// A version that was asked for and exists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found<'a> {
    pub(crate) version: &'a Version,
    pub(crate) object: &'a Arc<Object>,
    /// What `x-amz-version-id` says: nothing while the bucket was never versioned.
    pub(crate) version_id: Option<&'a Arc<str>>,
}

impl Bucket {
    pub(super) fn new(
        name: &str,
        region: &str,
        created: OffsetDateTime,
        settings: Settings,
        mint: Mint,
    ) -> Self {
        Self {
            name: name.to_owned(),
            region: region.to_owned(),
            created,
            settings: Arc::new(settings),
            objects: BTreeMap::new(),
            visible: BTreeSet::new(),
            uploads: BTreeMap::new(),
            completed: BTreeMap::new(),
            mint,
        }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The one place where what a bucket is set to changes.
    pub(crate) fn configure(&mut self, change: impl FnOnce(&mut Settings)) {
        change(Arc::make_mut(&mut self.settings));
    }

    pub(crate) fn versioning(&self) -> Versioning {
        self.settings.versioning
    }

    /// Enables or suspends; existing versions do not change.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html>
    pub(crate) fn set_versioning(&mut self, enabled: bool) -> Outcome<()> {
        if !enabled && self.settings.object_lock.is_some() {
            let message = "An Object Lock configuration is present on this bucket, so the versioning state cannot be \
                           changed.";
            return Err(Fault::new(409, "InvalidBucketState", message));
        }
        let state = if enabled {
            Versioning::Enabled
        } else {
            Versioning::Suspended
        };
        self.configure(|settings| settings.versioning = state);
        Ok(())
    }

    /// The versions and markers of a key, newest first.
    pub(crate) fn versions_of(&self, key: &str) -> impl Iterator<Item = &Version> {
        let history = self.objects.get(key).into_iter();
        history.flat_map(|history| history.older_than(None).map(|(_, version)| version))
    }

    /// How many uploads of a key were begun and not completed.
    pub(crate) fn uploads_of(&self, key: &str) -> usize {
        self.uploads.keys().filter(|(of, _)| **of == *key).count()
    }

    /// No version, no marker: uploads in progress do not keep a bucket from being deleted.
    pub(crate) fn is_empty(&self) -> bool {
        self.objects.is_empty()
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

    pub(super) fn current(&self, key: &str) -> Outcome<&Version> {
        self.objects
            .get(key)
            .and_then(|history| history.current())
            .ok_or_else(|| Fault::no_such_key(key))
    }

    /// The tag of the current object and its position; a delete marker counts as no object.
    pub(super) fn current_object(&self, key: &str) -> Option<(&str, u64)> {
        let history = self.objects.get(key)?;
        let object = history.current()?.object()?;
        Some((&object.etag, history.current_sequence()?))
    }

    /// The access control list of a key's current version, where it has one of its own.
    pub(crate) fn object_acl(&self, key: &str) -> Option<&Acl> {
        self.objects.get(key)?.current()?.properties.acl.as_ref()
    }

    pub(super) fn version(&self, key: &str, id: &str) -> Outcome<&Version> {
        if self.mint.read(id) == Meaning::Malformed {
            return Err(Fault::invalid_version_id("versionId", id));
        }
        let history = self.objects.get(key);
        history
            .and_then(|history| history.get(sequence_of(&self.mint, history, id)?))
            .ok_or_else(|| Fault::no_such_version(key, id))
    }

    /// The id as answers show it: a bucket that was never versioned shows none.
    pub(super) fn shown<'a>(&self, id: &'a Arc<str>) -> Option<&'a Arc<str>> {
        (self.versioning() != Versioning::Unversioned).then_some(id)
    }
}

/// Where the version of that id stands. A null version answers to `null` only.
pub(super) fn sequence_of(mint: &Mint, history: &History, id: &str) -> Option<u64> {
    match mint.read(id) {
        Meaning::Null => history.null_sequence(),
        Meaning::Sequence(sequence) => Some(sequence).filter(|_| history.null_sequence() != Some(sequence)),
        Meaning::Foreign | Meaning::Malformed => None,
    }
}

/// A current marker hides the key (404); a marker asked for by its id exists but cannot be read (405).
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html>
fn marker_fault(key: &str, marker: &Version, by_id: bool, method: &'static str) -> Fault {
    // A write cannot be meant for a marker, whichever way it is named.
    let fault = if by_id || matches!(method, "PUT" | "DELETE") {
        Fault::marker_refuses(method).header("last-modified", http_date(marker.modified))
    } else {
        Fault::no_such_key(key)
    };
    fault
        .header("x-amz-delete-marker", "true")
        .header("x-amz-version-id", &*marker.id)
}
