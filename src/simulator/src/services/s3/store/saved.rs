//! A store as it is written down: plain data, the objects' bytes apart, under the name of their SHA-256.
//!
//! Multipart uploads in progress are not kept.

use super::Store;
use super::bucket::{Bucket, Versioning};
use super::checksum::{Algorithm, Checksum, ChecksumType, hex};
use super::history::{Content, Version};
use super::object::{Attributes, Object};
use super::version_id::Mint;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use time::OffsetDateTime;

/// The bytes of objects, by name.
pub(crate) type Bodies = BTreeMap<String, Bytes>;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SavedStore {
    mint: SavedMint,
    buckets: Vec<SavedBucket>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedMint {
    secret: [u8; 32],
    last: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedBucket {
    name: String,
    region: String,
    created: OffsetDateTime,
    /// `None` while never versioned, then whether enabled.
    versioning: Option<bool>,
    mint: SavedMint,
    versions: Vec<SavedVersion>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedVersion {
    key: String,
    sequence: u64,
    id: String,
    modified: OffsetDateTime,
    tags: Vec<(String, String)>,
    /// `None` is a delete marker.
    object: Option<SavedObject>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedObject {
    body: String,
    etag: String,
    checksum: (String, bool, String),
    attributes: Attributes,
    part_sizes: Vec<u64>,
}

impl Store {
    /// Writes the store down.
    pub(crate) fn saved(&self) -> (SavedStore, Bodies) {
        let mut bodies = Bodies::new();
        let buckets = self
            .buckets()
            .map(|bucket| save_bucket(bucket, &mut bodies))
            .collect();
        (
            SavedStore {
                mint: save_mint(&self.mint),
                buckets,
            },
            bodies,
        )
    }

    /// Reads a store that was written down; `body` finds the bytes of that name.
    pub(crate) fn from_saved<E>(
        saved: SavedStore,
        mut body: impl FnMut(&str) -> Result<Bytes, E>,
    ) -> Result<Self, E> {
        let mut store = Self::new(saved.mint.secret);
        store.mint = load_mint(&saved.mint);
        for bucket in saved.buckets {
            let bucket = load_bucket(bucket, &mut body)?;
            store.buckets.insert(bucket.name.clone(), Arc::new(bucket));
        }
        Ok(store)
    }
}

fn save_mint(mint: &Mint) -> SavedMint {
    let (secret, last) = mint.state();
    SavedMint { secret, last }
}

fn load_mint(saved: &SavedMint) -> Mint {
    Mint::from_state(saved.secret, saved.last)
}

fn save_bucket(bucket: &Bucket, bodies: &mut Bodies) -> SavedBucket {
    let versions = bucket.objects.iter().flat_map(|(key, history)| {
        history
            .older_than(None)
            .map(move |(sequence, version)| (key, sequence, version))
    });
    SavedBucket {
        name: bucket.name.clone(),
        region: bucket.region.clone(),
        created: bucket.created,
        versioning: match bucket.versioning() {
            Versioning::Unversioned => None,
            state => Some(state == Versioning::Enabled),
        },
        mint: save_mint(&bucket.mint),
        versions: versions
            .map(|(key, sequence, version)| save_version(key, sequence, version, bodies))
            .collect(),
    }
}

fn save_version(key: &str, sequence: u64, version: &Version, bodies: &mut Bodies) -> SavedVersion {
    SavedVersion {
        key: key.to_owned(),
        sequence,
        id: version.id.to_string(),
        modified: version.modified,
        tags: version.tags.clone(),
        object: version.object().map(|object| save_object(object, bodies)),
    }
}

fn save_object(object: &Object, bodies: &mut Bodies) -> SavedObject {
    let name = hex(&Sha256::digest(&object.body));
    bodies.entry(name.clone()).or_insert_with(|| object.body.clone());
    let checksum = &object.checksum;
    let whole = checksum.kind == ChecksumType::FullObject;
    SavedObject {
        body: name,
        etag: object.etag.clone(),
        checksum: (
            checksum.algorithm.name().to_owned(),
            whole,
            checksum.value.clone(),
        ),
        attributes: object.attributes.clone(),
        part_sizes: object.part_sizes.clone(),
    }
}

fn load_bucket<E>(saved: SavedBucket, body: &mut impl FnMut(&str) -> Result<Bytes, E>) -> Result<Bucket, E> {
    let mut bucket = Bucket::new(&saved.name, &saved.region, saved.created, load_mint(&saved.mint));
    if let Some(enabled) = saved.versioning {
        bucket.set_versioning(enabled);
    }
    for line in saved.versions {
        let content = match line.object {
            None => Content::DeleteMarker,
            Some(object) => Content::Object(Arc::new(load_object(object, body)?)),
        };
        let version = Version {
            id: line.id.into(),
            modified: line.modified,
            content,
            tags: line.tags,
        };
        bucket.insert(&line.key, line.sequence, version);
    }
    Ok(bucket)
}

fn load_object<E>(saved: SavedObject, body: &mut impl FnMut(&str) -> Result<Bytes, E>) -> Result<Object, E> {
    let (algorithm, whole, value) = saved.checksum;
    let kind = if whole {
        ChecksumType::FullObject
    } else {
        ChecksumType::Composite
    };
    let algorithm = Algorithm::named(&algorithm).unwrap_or(Algorithm::Crc64Nvme);
    Ok(Object {
        body: body(&saved.body)?,
        etag: saved.etag,
        checksum: Checksum {
            algorithm,
            kind,
            value,
        },
        attributes: saved.attributes,
        part_sizes: saved.part_sizes,
    })
}
