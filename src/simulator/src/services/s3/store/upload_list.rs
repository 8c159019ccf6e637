//! Pages of the uploads in progress.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html>

use super::bucket::Bucket;
use super::list::{Page, Start, Window};
use super::upload::Upload;
use super::version_id::Meaning;
use crate::services::s3::fault::{Fault, Outcome};
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::sync::Arc;

/// A line of `ListMultipartUploads`.
#[derive(Debug, Clone)]
pub(crate) enum UploadEntry<'a> {
    Upload(&'a Upload),
    CommonPrefix(&'a str),
}

/// Where a page of uploads begins.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct UploadMarker<'a> {
    pub(crate) key: &'a str,
    /// Counts only beside a key.
    pub(crate) upload_id: Option<&'a str>,
}

impl Bucket {
    /// The uploads in progress after the marker, keys ascending, oldest first.
    pub(crate) fn list_uploads(
        &self,
        window: &Window<'_>,
        marker: UploadMarker<'_>,
    ) -> Outcome<Page<UploadEntry<'_>>> {
        let mut from = self.upload_start(window, marker)?;
        let mut entries = Vec::new();
        while entries.len() <= window.max_keys {
            let Some((place, upload)) = from.as_ref().and_then(|from| self.next_upload(from)) else {
                break;
            };
            if !place.0.starts_with(window.prefix) {
                break;
            }
            if let Some(prefix) = window.common_prefix(&place.0) {
                from = Start::beyond(prefix).into();
                entries.push(UploadEntry::CommonPrefix(prefix));
            } else {
                from = Some(From::AfterUpload(Arc::clone(&place.0), place.1));
                entries.push(UploadEntry::Upload(upload));
            }
        }
        if window.max_keys == 0 {
            entries.clear();
        }
        Ok(Page::cut(entries, window.max_keys))
    }

    fn upload_start(&self, window: &Window<'_>, marker: UploadMarker<'_>) -> Outcome<Option<From>> {
        let id = marker
            .upload_id
            .filter(|id| !id.is_empty() && !marker.key.is_empty());
        let Some(id) = id else {
            return Ok(window.start(marker.key).into());
        };
        match self.mint.read(id) {
            Meaning::Sequence(sequence) => Ok(Some(From::AfterUpload(marker.key.into(), sequence))),
            _ => Err(Fault::invalid_argument(
                "Invalid uploadId marker",
                "upload-id-marker",
                id,
            )),
        }
    }

    fn next_upload(&self, from: &From) -> Option<(&(Arc<str>, u64), &Upload)> {
        let lower = match from {
            From::Key(key) => Included((Arc::clone(key), 0)),
            From::AfterKey(key) => Excluded((Arc::clone(key), u64::MAX)),
            From::AfterUpload(key, sequence) => Excluded((Arc::clone(key), *sequence)),
        };
        self.uploads.range((lower, Unbounded)).next()
    }
}

/// The next upload to look at.
enum From {
    Key(Arc<str>),
    AfterKey(Arc<str>),
    AfterUpload(Arc<str>, u64),
}

impl std::convert::From<Start> for Option<From> {
    fn from(start: Start) -> Self {
        match start {
            Start::At(key) => Some(From::Key(key.into())),
            Start::After(key) => Some(From::AfterKey(key.into())),
            Start::End => None,
        }
    }
}
