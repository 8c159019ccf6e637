//! Pages of a listing. A page costs what it shows, not what the bucket holds.

use super::bucket::{Bucket, sequence_of};
use super::history::Version;
use super::version_id::Meaning;
use crate::services::s3::fault::{Fault, Outcome};
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::sync::Arc;

/// What a page shows.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Window<'a> {
    pub(crate) prefix: &'a str,
    /// Keys that hold it after the prefix are rolled up; an empty one rolls nothing up.
    pub(crate) delimiter: &'a str,
    pub(crate) max_keys: usize,
}

impl Window<'_> {
    /// The part of the key up to its first delimiter after the prefix.
    pub(super) fn common_prefix<'k>(&self, key: &'k str) -> Option<&'k str> {
        if self.delimiter.is_empty() {
            return None;
        }
        let rest = key.get(self.prefix.len()..)?;
        let at = rest.find(self.delimiter)?;
        key.get(..self.prefix.len() + at + self.delimiter.len())
    }

    /// Where to begin: after the marker, never before the prefix. A marker that is rolled up itself was shown with
    /// its common prefix, so all below that is behind.
    pub(super) fn start(&self, marker: &str) -> Start {
        if marker < self.prefix {
            return Start::At(self.prefix.to_owned());
        }
        match self
            .common_prefix(marker)
            .filter(|_| marker.starts_with(self.prefix))
        {
            Some(prefix) => Start::beyond(prefix),
            None => Start::After(marker.to_owned()),
        }
    }
}

/// The next key to look at.
#[derive(Debug, Clone)]
pub(super) enum Start {
    At(String),
    After(String),
    End,
}

impl Start {
    /// The first key that does not begin with `prefix`, in the order of UTF-8 bytes.
    pub(super) fn beyond(prefix: &str) -> Self {
        let mut text = prefix.to_owned();
        while let Some(last) = text.pop() {
            if let Some(next) = (u32::from(last) + 1..=0x0010_FFFF).find_map(char::from_u32) {
                text.push(next);
                return Self::At(text);
            }
        }
        Self::End
    }

    fn bounds(&self) -> Option<(Bound<&str>, Bound<&str>)> {
        match self {
            Self::At(key) => Some((Included(key), Unbounded)),
            Self::After(key) => Some((Excluded(key), Unbounded)),
            Self::End => None,
        }
    }
}

/// One page, and whether more follows.
#[derive(Debug, Clone)]
pub(crate) struct Page<T> {
    pub(crate) entries: Vec<T>,
    pub(crate) truncated: bool,
}

impl<T> Page<T> {
    fn empty() -> Self {
        Self {
            entries: Vec::new(),
            truncated: false,
        }
    }

    /// Cuts what was collected, one more than the page holds.
    pub(super) fn cut(mut entries: Vec<T>, max_keys: usize) -> Self {
        let truncated = entries.len() > max_keys;
        entries.truncate(max_keys);
        Self { entries, truncated }
    }
}

/// Where a page of objects begins.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ListFrom<'a> {
    /// After what a former page ended with.
    Marker(&'a str),
    /// After a key, be it in the middle of what is rolled up.
    Key(&'a str),
}

/// A line of `ListObjects`.
#[derive(Debug, Clone)]
pub(crate) enum ListEntry<'a> {
    Object { key: &'a Arc<str>, version: &'a Version },
    CommonPrefix(&'a str),
}

impl ListEntry<'_> {
    /// What the next page begins after.
    pub(crate) fn marker(&self) -> &str {
        match self {
            Self::Object { key, .. } => key,
            Self::CommonPrefix(prefix) => prefix,
        }
    }
}

/// A line of `ListObjectVersions`.
#[derive(Debug, Clone)]
pub(crate) enum VersionEntry<'a> {
    Version {
        key: &'a Arc<str>,
        version: &'a Version,
        is_latest: bool,
    },
    CommonPrefix(&'a str),
}

/// Where a page of versions begins.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct VersionMarker<'a> {
    pub(crate) key: &'a str,
    pub(crate) version_id: Option<&'a str>,
}

impl Bucket {
    /// The current objects from there on. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>
    pub(crate) fn list(&self, window: &Window<'_>, from: ListFrom<'_>) -> Page<ListEntry<'_>> {
        if window.max_keys == 0 {
            return Page::empty();
        }
        let mut entries = Vec::new();
        let mut start = match from {
            ListFrom::Marker(marker) => window.start(marker),
            ListFrom::Key(key) if key < window.prefix => Start::At(window.prefix.to_owned()),
            ListFrom::Key(key) => Start::After(key.to_owned()),
        };
        while entries.len() <= window.max_keys {
            let Some(bounds) = start.bounds() else { break };
            let Some(key) = self.visible.range::<str, _>(bounds).next() else {
                break;
            };
            if !key.starts_with(window.prefix) {
                break;
            }
            if let Some(prefix) = window.common_prefix(key) {
                start = Start::beyond(prefix);
                entries.push(ListEntry::CommonPrefix(prefix));
                continue;
            }
            start = Start::After(key.to_string());
            if let Some(version) = self.objects.get(key).and_then(|history| history.current()) {
                entries.push(ListEntry::Object { key, version });
            }
        }
        Page::cut(entries, window.max_keys)
    }

    /// Every version after the marker, keys ascending, newest first.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html>
    pub(crate) fn list_versions<'a>(
        &'a self,
        window: &Window<'_>,
        marker: VersionMarker<'_>,
    ) -> Outcome<Page<VersionEntry<'a>>> {
        let mut entries = Vec::new();
        if let Some(id) = marker.version_id {
            self.rest_of_key(window, marker.key, id, &mut entries)?;
        }
        if window.max_keys == 0 {
            return Ok(Page::empty());
        }
        let mut start = window.start(marker.key);
        while entries.len() <= window.max_keys {
            let Some(bounds) = start.bounds() else { break };
            let Some((key, history)) = self.objects.range::<str, _>(bounds).next() else {
                break;
            };
            if !key.starts_with(window.prefix) {
                break;
            }
            if let Some(prefix) = window.common_prefix(key) {
                start = Start::beyond(prefix);
                entries.push(VersionEntry::CommonPrefix(prefix));
                continue;
            }
            start = Start::After(key.to_string());
            let room = window.max_keys + 1 - entries.len();
            let versions = history.older_than(None).take(room).enumerate();
            entries.extend(versions.map(|(rank, (_, version))| VersionEntry::Version {
                key,
                version,
                is_latest: rank == 0,
            }));
        }
        Ok(Page::cut(entries, window.max_keys))
    }

    /// The versions of the marker's own key that are older than the marker's version.
    fn rest_of_key<'a>(
        &'a self,
        window: &Window<'_>,
        key: &str,
        id: &str,
        entries: &mut Vec<VersionEntry<'a>>,
    ) -> Outcome<()> {
        if self.mint.read(id) == Meaning::Malformed {
            return Err(Fault::invalid_version_id("version-id-marker", id));
        }
        let Some((key, history)) = self.objects.get_key_value(key) else {
            return Ok(());
        };
        let is_outside = !key.starts_with(window.prefix) || window.common_prefix(key).is_some();
        let Some(after) = sequence_of(&self.mint, history, id).filter(|_| !is_outside) else {
            return Ok(());
        };
        let current = history.current_sequence();
        let versions = history.older_than(Some(after)).take(window.max_keys + 1);
        entries.extend(versions.map(|(sequence, version)| VersionEntry::Version {
            key,
            version,
            is_latest: current == Some(sequence),
        }));
        Ok(())
    }
}
