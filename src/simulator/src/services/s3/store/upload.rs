//! Multipart uploads. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>

use super::bucket::Bucket;
use super::checksum::{Algorithm, Checksum, ChecksumType, Claim, hex, md5, md5_hex};
use super::condition::WriteConditions;
use super::history::Properties;
use super::object::{Attributes, Object, ObjectPart};
use super::version_id::Meaning;
use super::write::check_key;
use crate::services::s3::fault::{Fault, Outcome};
use bytes::{Bytes, BytesMut};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use time::OffsetDateTime;

/// Every part but the last has at least this many bytes.
const PART_MINIMUM: u64 = 5 * 1024 * 1024;
const PART_NUMBERS: std::ops::RangeInclusive<u32> = 1..=10_000;
/// So many completed uploads are remembered, for who completes one again.
const REMEMBERED: usize = 1_000;

/// What an upload is begun with.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct UploadOptions {
    pub(crate) attributes: Attributes,
    pub(crate) properties: Properties,
    pub(crate) checksum: Option<(Algorithm, ChecksumType)>,
    /// Who began it, by ARN (or canonical id) and by name.
    pub(crate) initiator: (String, Option<String>),
}

/// An upload in progress.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub(crate) id: Arc<str>,
    pub(crate) key: Arc<str>,
    pub(crate) initiated: OffsetDateTime,
    pub(crate) options: UploadOptions,
    pub(crate) parts: BTreeMap<u32, Part>,
    /// Whether the key lost a version since the upload was begun.
    pub(super) deleted_since: bool,
}

/// What was made of an upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Completed {
    pub(crate) etag: String,
    pub(crate) checksum: Checksum,
    /// What `x-amz-version-id` says.
    pub(crate) version_id: Option<String>,
}

/// What `CompleteMultipartUpload` asks for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Completion<'a> {
    pub(crate) parts: &'a [CompletedPart],
    /// The checksum that the whole must have.
    pub(crate) checksum: Option<String>,
    /// The kind of checksum that the caller believes in.
    pub(crate) kind: Option<&'a str>,
    /// The size that the whole must have, in bytes.
    pub(crate) size: Option<u64>,
    pub(crate) conditions: WriteConditions,
}

/// A part that was received.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) body: Bytes,
    pub(crate) etag: String,
    pub(crate) checksum: Checksum,
    pub(crate) modified: OffsetDateTime,
}

impl Part {
    pub(crate) fn size(&self) -> u64 {
        self.body.len() as u64
    }
}

/// A part as `CompleteMultipartUpload` names it.
#[derive(Debug, Clone)]
pub(crate) struct CompletedPart {
    pub(crate) number: u32,
    pub(crate) etag: String,
    /// A checksum given along.
    pub(crate) checksum: Option<(Algorithm, String)>,
}

impl Upload {
    /// The checksum the whole will have.
    pub(crate) fn checksum_kind(&self) -> (Algorithm, ChecksumType) {
        self.options
            .checksum
            .unwrap_or((Algorithm::Crc64Nvme, ChecksumType::FullObject))
    }

    /// The object that these parts make.
    fn assemble(&self, completion: &Completion<'_>) -> Outcome<Object> {
        self.check_kind(completion.kind)?;
        let parts = self.chosen(completion.parts)?;
        let mut body = BytesMut::with_capacity(parts.iter().map(|part| part.body.len()).sum());
        let mut digests = Vec::with_capacity(parts.len() * 16);
        for part in &parts {
            body.extend_from_slice(&part.body);
            digests.extend_from_slice(&md5(&part.body));
        }
        let body = body.freeze();
        check_size(completion.size, body.len() as u64)?;
        let checksum = self.whole_checksum(&parts, &body);
        check_whole(completion.checksum.as_deref(), &checksum)?;
        Ok(Object {
            etag: format!("{}-{}", md5_hex(&digests), parts.len()),
            parts: parts.iter().map(|part| self.remembered(part)).collect(),
            body,
            checksum,
            attributes: self.options.attributes.clone(),
        })
    }

    fn whole_checksum(&self, parts: &[&Part], body: &[u8]) -> Checksum {
        let (algorithm, kind) = self.checksum_kind();
        match kind {
            ChecksumType::FullObject => Checksum::of(algorithm, body),
            ChecksumType::Composite => {
                Checksum::composite(algorithm, parts.iter().map(|part| part.checksum.value.as_str()))
            }
        }
    }

    fn remembered(&self, part: &Part) -> ObjectPart {
        ObjectPart {
            size: part.size(),
            checksum: self.options.checksum.map(|_| part.checksum.value.clone()),
        }
    }

    /// A caller who names the kind of checksum must name the one that the upload was begun with.
    fn check_kind(&self, kind: Option<&str>) -> Outcome<()> {
        let declared = self.options.checksum.map(|(_, kind)| kind.name());
        if kind.is_none() || kind == declared {
            return Ok(());
        }
        let declared = declared.unwrap_or("null");
        Err(Fault::invalid_request(format!(
            "The upload was created using the {declared} checksum mode. The complete request must use the same \
             checksum mode."
        )))
    }

    fn chosen(&self, wanted: &[CompletedPart]) -> Outcome<Vec<&Part>> {
        if wanted.is_empty() {
            return Err(Fault::malformed_xml());
        }
        if wanted.windows(2).any(|pair| pair[0].number >= pair[1].number) {
            let message =
                "The list of parts was not in ascending order. Parts must be ordered by part number.";
            return Err(Fault::new(400, "InvalidPartOrder", message).with("UploadId", &*self.id));
        }
        let mut parts = Vec::with_capacity(wanted.len());
        for (rank, line) in wanted.iter().enumerate() {
            let part = self.matching(line)?;
            if rank + 1 < wanted.len() && part.size() < PART_MINIMUM {
                return Err(too_small(line.number, part));
            }
            parts.push(part);
        }
        Ok(parts)
    }

    fn matching(&self, line: &CompletedPart) -> Outcome<&Part> {
        let missing = || self.invalid_part(line);
        let part = self
            .parts
            .get(&line.number)
            .filter(|part| part.etag == line.etag)
            .ok_or_else(missing)?;
        match (&line.checksum, self.options.checksum) {
            (None, Some((algorithm, ChecksumType::Composite))) => Err(Fault::invalid_request(format!(
                "The upload was created using a {} checksum. The complete request must include the checksum for each \
                 part. It was missing for part {} in the request.",
                algorithm.name().to_lowercase(),
                line.number
            ))),
            (Some((given, _)), Some((algorithm, _))) if *given != algorithm => Err(Fault::new(
                400,
                "BadDigest",
                format!(
                    "The {} you specified for part {} did not match what we received.",
                    given.name().to_lowercase(),
                    line.number
                ),
            )),
            (Some((_, value)), Some(_)) if *value == part.checksum.value => Ok(part),
            // Without a declared algorithm no checksum of a part is kept that one could be held against.
            (Some(_), _) => Err(missing()),
            (None, _) => Ok(part),
        }
    }

    fn invalid_part(&self, line: &CompletedPart) -> Fault {
        let message = "One or more of the specified parts could not be found.  The part may not have been uploaded, \
                       or the specified entity tag may not match the part's entity tag.";
        Fault::new(400, "InvalidPart", message)
            .with("UploadId", &*self.id)
            .with("PartNumber", line.number.to_string())
            .with("ETag", &line.etag)
    }
}

fn check_size(expected: Option<u64>, found: u64) -> Outcome<()> {
    match expected {
        Some(expected) if expected != found => Err(Fault::invalid_request(format!(
            "The provided 'x-amz-mp-object-size' header value {expected} does not match what was computed: {found}"
        ))),
        _ => Ok(()),
    }
}

/// Of a composite checksum, a client may leave out the number of parts.
fn check_whole(expected: Option<&str>, found: &Checksum) -> Outcome<()> {
    let digest = found.value.split('-').next().unwrap_or_default();
    if expected.is_none_or(|expected| expected == found.value || expected == digest) {
        return Ok(());
    }
    let name = found.algorithm.name().to_lowercase();
    let message = format!("The {name} you specified did not match the calculated checksum.");
    Err(Fault::new(400, "BadDigest", message))
}

fn too_small(number: u32, part: &Part) -> Fault {
    Fault::new(
        400,
        "EntityTooSmall",
        "Your proposed upload is smaller than the minimum allowed size",
    )
    .with("ProposedSize", part.size().to_string())
    .with("MinSizeAllowed", PART_MINIMUM.to_string())
    .with("PartNumber", number.to_string())
    .with("ETag", &part.etag)
}

impl Bucket {
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html>
    pub(crate) fn create_upload(
        &mut self,
        key: &str,
        options: UploadOptions,
        now: OffsetDateTime,
    ) -> Outcome<&Upload> {
        check_key(key)?;
        options.attributes.check()?;
        let sequence = self.mint.next();
        let id: Arc<str> = self.mint.id(sequence).into();
        let key: Arc<str> = key.into();
        let upload = Upload {
            id,
            key: Arc::clone(&key),
            initiated: now,
            options,
            parts: BTreeMap::new(),
            deleted_since: false,
        };
        Ok(self.uploads.entry((key, sequence)).or_insert(upload))
    }

    pub(crate) fn upload(&self, key: &str, upload_id: &str) -> Outcome<&Upload> {
        self.place(key, upload_id)
            .and_then(|place| self.uploads.get(&place))
            .ok_or_else(|| Fault::no_such_upload(upload_id))
    }

    /// Receives a part; a number that was used already is replaced.
    pub(crate) fn put_part(
        &mut self,
        key: &str,
        upload_id: &str,
        number: u32,
        body: Bytes,
        claim: &Claim,
        now: OffsetDateTime,
    ) -> Outcome<Part> {
        let upload = self.upload(key, upload_id)?;
        let (declared, default) = (upload.options.checksum, upload.checksum_kind().0);
        if !PART_NUMBERS.contains(&number) {
            let message = "Part number must be an integer between 1 and 10000, inclusive";
            return Err(Fault::invalid_argument(message, "partNumber", number.to_string()));
        }
        let digest = md5(&body);
        let claim = Claim {
            wanted: Some(default),
            ..claim.clone()
        };
        let checksum = claim.verify(&body, &digest)?;
        // Only an upload that named an algorithm holds its parts to it.
        if let Some((wanted, _)) = declared.filter(|(wanted, _)| *wanted != checksum.algorithm) {
            let message = format!(
                "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
                wanted.name().to_lowercase(),
                checksum.algorithm.name().to_lowercase()
            );
            return Err(Fault::invalid_request(message));
        }
        let part = Part {
            body,
            etag: hex(&digest),
            checksum,
            modified: now,
        };
        let place = self
            .place(key, upload_id)
            .and_then(|place| self.uploads.get_mut(&place));
        let upload = place.ok_or_else(|| Fault::no_such_upload(upload_id))?;
        upload.parts.insert(number, part.clone());
        Ok(part)
    }

    /// Makes the object. Who completes an upload again is told the same again.
    pub(crate) fn complete_upload(
        &mut self,
        key: &str,
        upload_id: &str,
        completion: &Completion<'_>,
        now: OffsetDateTime,
    ) -> Outcome<Completed> {
        let place = self.place(key, upload_id);
        let place = place.ok_or_else(|| Fault::no_such_upload(upload_id))?;
        if let Some(completed) = self.completed.get(&place) {
            return Ok(completed.clone());
        }
        let upload = self.upload(key, upload_id)?;
        let object = upload.assemble(completion)?;
        completion
            .conditions
            .check_since(key, self.current_object(key), place.1, upload.deleted_since)?;
        let properties = upload.options.properties.clone();
        let (etag, checksum) = (object.etag.clone(), object.checksum.clone());
        let version_id = self.put(key, object, properties, &WriteConditions::default(), now)?;
        let completed = Completed {
            etag,
            checksum,
            version_id: version_id.map(|id| id.to_string()),
        };
        self.uploads.remove(&place);
        self.remember(place, completed.clone());
        Ok(completed)
    }

    fn remember(&mut self, place: (Arc<str>, u64), completed: Completed) {
        if self.completed.len() >= REMEMBERED {
            let oldest = self
                .completed
                .keys()
                .min_by_key(|(_, sequence)| *sequence)
                .cloned();
            oldest.and_then(|oldest| self.completed.remove(&oldest));
        }
        self.completed.insert(place, completed);
    }

    /// Uploads to a key learn that it lost a version.
    pub(super) fn note_deletion(&mut self, key: &str) {
        if self.uploads.is_empty() {
            return;
        }
        let key: Arc<str> = key.into();
        let of_key = (Arc::clone(&key), 0)..=(key, u64::MAX);
        for (_, upload) in self.uploads.range_mut(of_key) {
            upload.deleted_since = true;
        }
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html>
    pub(crate) fn abort_upload(&mut self, key: &str, upload_id: &str) -> Outcome<()> {
        self.place(key, upload_id)
            .and_then(|place| self.uploads.remove(&place))
            .map(drop)
            .ok_or_else(|| Fault::no_such_upload(upload_id))
    }

    fn place(&self, key: &str, upload_id: &str) -> Option<(Arc<str>, u64)> {
        match self.mint.read(upload_id) {
            Meaning::Sequence(sequence) => Some((key.into(), sequence)),
            _ => None,
        }
    }
}
