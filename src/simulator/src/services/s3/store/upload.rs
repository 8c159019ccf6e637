//! Multipart uploads. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>

use super::bucket::{Bucket, check_key};
use super::checksum::{Algorithm, Checksum, ChecksumType, Claim, hex, md5, md5_hex};
use super::condition::WriteConditions;
use super::object::{Attributes, Object};
use super::version_id::Meaning;
use crate::services::s3::fault::{Fault, Outcome};
use bytes::{Bytes, BytesMut};
use std::collections::BTreeMap;
use std::sync::Arc;
use time::OffsetDateTime;

/// Every part but the last has at least this many bytes.
const PART_MINIMUM: u64 = 5 * 1024 * 1024;
const PART_NUMBERS: std::ops::RangeInclusive<u32> = 1..=10_000;

/// What an upload is begun with.
#[derive(Debug, Clone, Default)]
pub(crate) struct UploadOptions {
    pub(crate) attributes: Attributes,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) checksum: Option<(Algorithm, ChecksumType)>,
}

/// An upload in progress.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub(crate) id: Arc<str>,
    pub(crate) key: Arc<str>,
    pub(crate) initiated: OffsetDateTime,
    pub(crate) options: UploadOptions,
    pub(crate) parts: BTreeMap<u32, Part>,
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
    /// Checksums given along, any algorithm.
    pub(crate) checksum: Option<String>,
}

impl Upload {
    /// The checksum the whole will have.
    pub(crate) fn checksum_kind(&self) -> (Algorithm, ChecksumType) {
        self.options
            .checksum
            .unwrap_or((Algorithm::Crc64Nvme, ChecksumType::FullObject))
    }

    /// The object that these parts make.
    fn assemble(&self, wanted: &[CompletedPart]) -> Outcome<Object> {
        let parts = self.chosen(wanted)?;
        let mut body = BytesMut::with_capacity(parts.iter().map(|part| part.body.len()).sum());
        let mut digests = Vec::with_capacity(parts.len() * 16);
        for part in &parts {
            body.extend_from_slice(&part.body);
            digests.extend_from_slice(&md5(&part.body));
        }
        let body = body.freeze();
        let (algorithm, kind) = self.checksum_kind();
        let checksum = match kind {
            ChecksumType::FullObject => Checksum::of(algorithm, &body),
            ChecksumType::Composite => {
                Checksum::composite(algorithm, parts.iter().map(|part| part.checksum.value.as_str()))
            }
        };
        Ok(Object {
            etag: format!("{}-{}", md5_hex(&digests), parts.len()),
            part_sizes: parts.iter().map(|part| part.size()).collect(),
            body,
            checksum,
            attributes: self.options.attributes.clone(),
        })
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
        let part = self.parts.get(&line.number).filter(|part| part.etag == line.etag);
        let part = part.filter(|part| {
            line.checksum
                .as_ref()
                .is_none_or(|sum| *sum == part.checksum.value)
        });
        part.ok_or_else(|| {
            let message = "One or more of the specified parts could not be found.  The part may not have been \
                           uploaded, or the specified entity tag may not match the part's entity tag.";
            Fault::new(400, "InvalidPart", message)
                .with("UploadId", &*self.id)
                .with("PartNumber", line.number.to_string())
                .with("ETag", &line.etag)
        })
    }
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
        };
        Ok(self.uploads.entry((key, sequence)).or_insert(upload))
    }

    pub(crate) fn upload(&self, key: &str, upload_id: &str) -> Outcome<&Upload> {
        self.place(key, upload_id)
            .and_then(|place| self.uploads.get(&place))
            .ok_or_else(|| Fault::no_such_upload(upload_id))
    }

    /// Every upload in progress, by key then by age.
    pub(crate) fn uploads(&self) -> impl Iterator<Item = &Upload> {
        self.uploads.values()
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

    /// Makes the object; gives it and the id for `x-amz-version-id`.
    pub(crate) fn complete_upload(
        &mut self,
        key: &str,
        upload_id: &str,
        parts: &[CompletedPart],
        expected: Option<&str>,
        conditions: &WriteConditions,
        now: OffsetDateTime,
    ) -> Outcome<(Object, Option<Arc<str>>)> {
        let upload = self.upload(key, upload_id)?;
        let object = upload.assemble(parts)?;
        if expected.is_some_and(|value| value != object.checksum.value) {
            let name = object.checksum.algorithm.name();
            let message = format!("The {name} you specified did not match the calculated checksum.");
            return Err(Fault::new(400, "BadDigest", message));
        }
        let tags = upload.options.tags.clone();
        let version_id = self.put(key, object.clone(), tags, conditions, now)?;
        self.abort_upload(key, upload_id)?;
        Ok((object, version_id))
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
