//! A store as it is written down: plain data, the bytes of objects and parts apart, under the name of their SHA-256.

use super::Store;
use super::bucket::Bucket;
use super::checksum::{Checksum, hex};
use super::history::{Content, Properties, Version};
use super::object::{Attributes, Object, ObjectPart};
use super::settings::{PublicAccessBlock, Settings};
use super::upload::{Completed, Part, Upload, UploadOptions};
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
    blocked: BTreeMap<String, PublicAccessBlock>,
    next_run: Option<OffsetDateTime>,
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
    settings: Settings,
    mint: SavedMint,
    versions: Vec<SavedVersion>,
    uploads: Vec<SavedUpload>,
    completed: Vec<SavedCompletion>,
}

/// What was made of an upload: who completes it again must be told the same.
#[derive(Debug, Serialize, Deserialize)]
struct SavedCompletion {
    key: String,
    sequence: u64,
    completed: Completed,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedVersion {
    key: String,
    sequence: u64,
    id: String,
    modified: OffsetDateTime,
    properties: Properties,
    /// `None` is a delete marker.
    object: Option<SavedObject>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedObject {
    body: String,
    etag: String,
    checksum: Checksum,
    attributes: Attributes,
    parts: Vec<ObjectPart>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedUpload {
    id: String,
    key: String,
    sequence: u64,
    initiated: OffsetDateTime,
    options: UploadOptions,
    deleted_since: bool,
    parts: Vec<SavedPart>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedPart {
    number: u32,
    body: String,
    etag: String,
    checksum: Checksum,
    modified: OffsetDateTime,
}

impl Store {
    /// Writes the store down.
    pub(crate) fn saved(&self) -> (SavedStore, Bodies) {
        let mut bodies = Bodies::new();
        let buckets = self
            .buckets()
            .map(|bucket| save_bucket(bucket, &mut bodies))
            .collect();
        let saved = SavedStore {
            mint: save_mint(&self.mint),
            buckets,
            blocked: self.blocked.clone(),
            next_run: self.next_run,
        };
        (saved, bodies)
    }

    /// Reads a store that was written down; `body` finds the bytes of that name.
    pub(crate) fn from_saved<E>(
        saved: SavedStore,
        mut body: impl FnMut(&str) -> Result<Bytes, E>,
    ) -> Result<Self, E> {
        let mut store = Self {
            mint: load_mint(&saved.mint),
            blocked: saved.blocked,
            next_run: saved.next_run,
            ..Self::new(saved.mint.secret)
        };
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

/// Puts bytes aside, and gives the name under which they are found again.
fn save_body(body: &Bytes, bodies: &mut Bodies) -> String {
    let name = hex(&Sha256::digest(body));
    bodies.entry(name.clone()).or_insert_with(|| body.clone());
    name
}

fn save_bucket(bucket: &Bucket, bodies: &mut Bodies) -> SavedBucket {
    let mut versions = Vec::new();
    for (key, history) in &bucket.objects {
        for (sequence, version) in history.older_than(None) {
            versions.push(save_version(key, sequence, version, bodies));
        }
    }
    let (uploads, completed) = (bucket.uploads.iter(), bucket.completed.iter());
    SavedBucket {
        name: bucket.name.clone(),
        region: bucket.region.clone(),
        created: bucket.created,
        settings: bucket.settings().clone(),
        mint: save_mint(&bucket.mint),
        versions,
        uploads: uploads
            .map(|((_, sequence), upload)| save_upload(*sequence, upload, bodies))
            .collect(),
        completed: completed.map(save_completion).collect(),
    }
}

fn save_completion(((key, sequence), completed): (&(Arc<str>, u64), &Completed)) -> SavedCompletion {
    SavedCompletion {
        key: key.to_string(),
        sequence: *sequence,
        completed: completed.clone(),
    }
}

fn save_version(key: &str, sequence: u64, version: &Version, bodies: &mut Bodies) -> SavedVersion {
    SavedVersion {
        key: key.to_owned(),
        sequence,
        id: version.id.to_string(),
        modified: version.modified,
        properties: version.properties.clone(),
        object: version.object().map(|object| save_object(object, bodies)),
    }
}

fn save_object(object: &Object, bodies: &mut Bodies) -> SavedObject {
    SavedObject {
        body: save_body(&object.body, bodies),
        etag: object.etag.clone(),
        checksum: object.checksum.clone(),
        attributes: object.attributes.clone(),
        parts: object.parts.clone(),
    }
}

fn save_upload(sequence: u64, upload: &Upload, bodies: &mut Bodies) -> SavedUpload {
    let parts = upload.parts.iter().map(|(number, part)| SavedPart {
        number: *number,
        body: save_body(&part.body, bodies),
        etag: part.etag.clone(),
        checksum: part.checksum.clone(),
        modified: part.modified,
    });
    SavedUpload {
        id: upload.id.to_string(),
        key: upload.key.to_string(),
        sequence,
        initiated: upload.initiated,
        options: upload.options.clone(),
        deleted_since: upload.deleted_since,
        parts: parts.collect(),
    }
}

fn load_bucket<E>(saved: SavedBucket, body: &mut impl FnMut(&str) -> Result<Bytes, E>) -> Result<Bucket, E> {
    let mint = load_mint(&saved.mint);
    let mut bucket = Bucket::new(&saved.name, &saved.region, saved.created, saved.settings, mint);
    for line in saved.versions {
        let content = match line.object {
            None => Content::DeleteMarker,
            Some(object) => Content::Object(Arc::new(load_object(object, body)?)),
        };
        let version = Version {
            id: line.id.into(),
            modified: line.modified,
            content,
            properties: line.properties,
        };
        bucket.insert(&line.key, line.sequence, version);
    }
    for line in saved.uploads {
        let sequence = line.sequence;
        let upload = load_upload(line, body)?;
        bucket.uploads.insert((Arc::clone(&upload.key), sequence), upload);
    }
    for line in saved.completed {
        bucket
            .completed
            .insert((line.key.into(), line.sequence), line.completed);
    }
    Ok(bucket)
}

fn load_object<E>(saved: SavedObject, body: &mut impl FnMut(&str) -> Result<Bytes, E>) -> Result<Object, E> {
    Ok(Object {
        body: body(&saved.body)?,
        etag: saved.etag,
        checksum: saved.checksum,
        attributes: saved.attributes,
        parts: saved.parts,
    })
}

fn load_upload<E>(saved: SavedUpload, body: &mut impl FnMut(&str) -> Result<Bytes, E>) -> Result<Upload, E> {
    let mut parts = BTreeMap::new();
    for part in saved.parts {
        let read = Part {
            body: body(&part.body)?,
            etag: part.etag,
            checksum: part.checksum,
            modified: part.modified,
        };
        parts.insert(part.number, read);
    }
    Ok(Upload {
        id: saved.id.into(),
        key: saved.key.into(),
        initiated: saved.initiated,
        options: saved.options,
        parts,
        deleted_since: saved.deleted_since,
    })
}
