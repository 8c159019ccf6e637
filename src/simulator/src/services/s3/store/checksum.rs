//! The checksums S3 verifies and stores.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>

use crate::services::s3::fault::{Fault, Outcome};
use base64::{Engine, prelude::BASE64_STANDARD};
use crc_fast::CrcAlgorithm;
use md5::Md5;
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// An algorithm of `x-amz-checksum-*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

impl Algorithm {
    /// Every algorithm.
    pub(crate) const ALL: [Self; 5] = [
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
    ];

    /// The name in requests, such as `CRC64NVME`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
        }
    }

    /// The header that carries it.
    pub(crate) const fn header(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
        }
    }

    /// The algorithm of that name, in either case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    /// The length of a value, in bytes.
    const fn width(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// What a multipart upload gets when it does not say.
    pub(crate) const fn default_type(self) -> ChecksumType {
        match self {
            Self::Crc64Nvme => ChecksumType::FullObject,
            _ => ChecksumType::Composite,
        }
    }

    fn digest(self, data: &[u8]) -> Vec<u8> {
        let crc32 = |algorithm| {
            let value = u32::try_from(crc_fast::checksum(algorithm, data)).unwrap_or(u32::MAX);
            value.to_be_bytes().to_vec()
        };
        match self {
            Self::Crc32 => crc32(CrcAlgorithm::Crc32IsoHdlc),
            Self::Crc32c => crc32(CrcAlgorithm::Crc32Iscsi),
            Self::Crc64Nvme => crc_fast::checksum(CrcAlgorithm::Crc64Nvme, data)
                .to_be_bytes()
                .to_vec(),
            Self::Sha1 => Sha1::digest(data).to_vec(),
            Self::Sha256 => Sha256::digest(data).to_vec(),
        }
    }
}

/// Whether a multipart object's checksum covers its bytes or its parts' checksums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ChecksumType {
    FullObject,
    Composite,
}

impl ChecksumType {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::FullObject => "FULL_OBJECT",
            Self::Composite => "COMPOSITE",
        }
    }
}

/// A checksum as stored and sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Checksum {
    pub(crate) algorithm: Algorithm,
    pub(crate) kind: ChecksumType,
    /// Base64, followed by `-N` for a composite one.
    pub(crate) value: String,
}

impl Checksum {
    /// The checksum of these bytes.
    pub(crate) fn of(algorithm: Algorithm, data: &[u8]) -> Self {
        let value = BASE64_STANDARD.encode(algorithm.digest(data));
        Self {
            algorithm,
            kind: ChecksumType::FullObject,
            value,
        }
    }

    /// The checksum of the parts' checksums.
    pub(crate) fn composite<'a>(algorithm: Algorithm, parts: impl Iterator<Item = &'a str>) -> Self {
        let mut count = 0;
        let mut joined = Vec::new();
        for part in parts {
            joined.extend(BASE64_STANDARD.decode(part).unwrap_or_default());
            count += 1;
        }
        let value = format!("{}-{count}", BASE64_STANDARD.encode(algorithm.digest(&joined)));
        Self {
            algorithm,
            kind: ChecksumType::Composite,
            value,
        }
    }
}

/// What a request says about the bytes it sends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Claim {
    /// `Content-MD5`.
    pub(crate) md5: Option<String>,
    /// `x-amz-checksum-*`.
    pub(crate) checksum: Option<(Algorithm, String)>,
    /// `x-amz-sdk-checksum-algorithm`, without a value.
    pub(crate) wanted: Option<Algorithm>,
}

impl Claim {
    /// Checks the bytes against the claim, and gives the checksum to store.
    /// S3 computes CRC64NVME for what comes without any.
    pub(crate) fn verify(&self, data: &[u8], md5: &[u8; 16]) -> Outcome<Checksum> {
        self.verify_md5(md5)?;
        let Some((algorithm, expected)) = &self.checksum else {
            return Ok(Checksum::of(self.wanted.unwrap_or(Algorithm::Crc64Nvme), data));
        };
        let is_valid = BASE64_STANDARD
            .decode(expected)
            .is_ok_and(|raw| raw.len() == algorithm.width());
        if !is_valid {
            let message = format!("Value for {} header is invalid.", algorithm.header());
            return Err(Fault::invalid_request(message));
        }
        let found = Checksum::of(*algorithm, data);
        if found.value != *expected {
            let message = format!(
                "The {} you specified did not match the calculated checksum.",
                algorithm.name()
            );
            return Err(Fault::new(400, "BadDigest", message));
        }
        Ok(found)
    }

    /// Checks the bytes of a document against the claim, if there is one.
    pub(crate) fn check_document(&self, data: &[u8]) -> Outcome<()> {
        match (&self.md5, &self.checksum) {
            (None, None) => Ok(()),
            _ => self.verify(data, &md5(data)).map(drop),
        }
    }

    /// Refuses an MD5 that is none, before anyone looks at what it is said of.
    pub(crate) fn check_spelling(&self) -> Outcome<()> {
        self.md5
            .as_deref()
            .map_or(Ok(()), |text| read_md5(text).map(drop))
    }

    fn verify_md5(&self, md5: &[u8; 16]) -> Outcome<()> {
        let Some(expected) = &self.md5 else { return Ok(()) };
        let raw = read_md5(expected)?;
        if raw != md5 {
            let message = "The Content-MD5 you specified did not match what we received.";
            return Err(Fault::new(400, "BadDigest", message)
                .with("CalculatedDigest", BASE64_STANDARD.encode(md5))
                .with("ExpectedDigest", hex(&raw)));
        }
        Ok(())
    }
}

fn read_md5(text: &str) -> Outcome<Vec<u8>> {
    let raw = BASE64_STANDARD.decode(text).ok().filter(|raw| raw.len() == 16);
    raw.ok_or_else(|| {
        Fault::new(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
            .with("Content-MD5", text)
    })
}

/// The MD5 of these bytes.
pub(crate) fn md5(data: &[u8]) -> [u8; 16] {
    Md5::digest(data).into()
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The MD5 of these bytes, in hexadecimal: the `ETag` of an object sent in one piece.
pub(crate) fn md5_hex(data: &[u8]) -> String {
    hex(&md5(data))
}
