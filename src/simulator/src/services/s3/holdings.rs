//! What a bucket holds under one key, for who judges a bucket from the inside.

use super::open;
use crate::cloud::Cloud;

/// What is kept under a key.
pub(crate) struct Holdings {
    /// The versions, newest first; `None` stands for a delete marker.
    pub(crate) versions: Vec<Option<Held>>,
    /// Uploads that were begun and not completed.
    pub(crate) uploads: usize,
}

/// One version with content.
pub(crate) struct Held {
    /// Its size in bytes.
    pub(crate) bytes: u64,
    /// Its storage class.
    pub(crate) class: String,
}

/// What a bucket holds under a key, every lifecycle run up to now done; nothing for a bucket that is not there.
pub(crate) fn holdings(cloud: &Cloud, bucket: &str, key: &str) -> Holdings {
    let store = open(cloud);
    let bucket = store.bucket(bucket).ok();
    let held = bucket.into_iter().flat_map(|bucket| bucket.versions_of(key));
    let versions = held.map(|version| {
        version.object().map(|object| Held {
            bytes: object.size(),
            class: object.attributes.class().to_owned(),
        })
    });
    Holdings {
        versions: versions.collect(),
        uploads: bucket.map_or(0, |bucket| bucket.uploads_of(key)),
    }
}
