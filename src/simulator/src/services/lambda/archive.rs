//! Deployment packages: a zip's size, hash and contents.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::errors::invalid_parameter;
use crate::archive_api::Entry;
use crate::error::AwsError;

/// The most that a function may hold with its layers, in bytes: 250 MB. An archive alone must hold less.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub(crate) const LARGEST_UNZIPPED: u64 = 262_144_000;

/// An archive that a request holds is smaller than this, in bytes: 50 MB. Larger ones come through S3.
pub(crate) const LARGEST_ZIPPED: usize = 52_428_800;

/// A deployment package.
#[derive(Debug)]
pub(crate) struct Archive {
    bytes: Bytes,
    sha256: String,
    unzipped: u64,
}

impl Archive {
    /// Reads a package; refuses what is no zip, or holds too much.
    pub(crate) fn read(bytes: Bytes) -> Result<Arc<Self>, AwsError> {
        let sha256 = STANDARD.encode(Sha256::digest(&bytes));
        let unzipped = measure(&bytes)?;
        if unzipped >= LARGEST_UNZIPPED {
            return Err(invalid_parameter(format!(
                "Unzipped size must be smaller than {LARGEST_UNZIPPED} bytes"
            )));
        }
        Ok(Arc::new(Self {
            bytes,
            sha256,
            unzipped,
        }))
    }

    /// A package that was read before, from where the simulator keeps it.
    pub(super) fn kept(bytes: Bytes) -> std::io::Result<Arc<Self>> {
        Self::read(bytes).map_err(|error| std::io::Error::other(error.message))
    }

    /// The zip itself.
    pub(crate) fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The zip's SHA-256, in base64, as AWS shows it.
    pub(crate) fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The zip's size in bytes.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// What it holds, in bytes.
    pub(crate) fn unzipped(&self) -> u64 {
        self.unzipped
    }

    /// Its files and folders.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        list(&self.bytes).unwrap_or_default()
    }
}

/// What a package that was read lists; a size is what the zip says of it.
fn list(bytes: &Bytes) -> Option<Vec<Entry>> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let entries = (0..zip.len()).map(|index| {
        let file = zip.by_index_raw(index).ok()?;
        Some(Entry {
            path: file.name().ok()?.replace('\\', "/"),
            bytes: file.size(),
            executable: !file.is_dir() && file.unix_mode().unwrap_or(0) & 0o111 != 0,
        })
    });
    entries.collect()
}

/// The sum of the sizes of what a zip holds; what it declares is believed only as far as the limit.
fn measure(bytes: &Bytes) -> Result<u64, AwsError> {
    if bytes.is_empty() {
        return Err(invalid_parameter("Uploaded file must be a non-empty zip"));
    }
    let unreadable = || {
        invalid_parameter("Could not unzip uploaded file. Please check your file, then try to upload again.")
    };
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    if zip.is_empty() {
        return Err(invalid_parameter("Uploaded file must be a non-empty zip"));
    }
    let mut names = BTreeSet::new();
    let mut total: u64 = 0;
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).map_err(|_| unreadable())?;
        // A path that leads out of the package's folder is no path of a package.
        let name = file.enclosed_name().ok_or_else(unreadable)?;
        names.insert(name);
        if total >= LARGEST_UNZIPPED {
            // It is refused anyway: no need to count on.
            continue;
        }
        let room = LARGEST_UNZIPPED - total;
        let mut counted = (&mut file).take(room);
        total += std::io::copy(&mut counted, &mut std::io::sink()).map_err(|_| unreadable())?;
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use std::io::Write as _;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    /// A zip of these files.
    fn zip_of(files: &[(&str, &[u8])]) -> Bytes {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner().into()
    }

    #[test]
    fn a_package_is_measured_by_what_it_holds() {
        let archive = Archive::read(zip_of(&[("a.py", b"abc"), ("python/b.py", &[b'x'; 5000])])).unwrap();
        assert_eq!(archive.unzipped(), 5003);
        assert!(archive.size() < 1000, "{}", archive.size());
        assert_eq!(archive.sha256().len(), 44);
    }

    #[test]
    fn what_is_no_package_is_refused() {
        let message = |bytes: Bytes| Archive::read(bytes).unwrap_err().message;
        assert_eq!(message(Bytes::new()), "Uploaded file must be a non-empty zip");
        assert_eq!(message(zip_of(&[])), "Uploaded file must be a non-empty zip");
        let broken = "Could not unzip uploaded file. Please check your file, then try to upload again.";
        assert_eq!(message(Bytes::from_static(b"not a zip")), broken);
        assert_eq!(message(zip_of(&[("../out.py", b"x")])), broken);
    }

    #[test]
    fn a_package_holds_less_than_250_mb_to_the_byte() {
        let zeros = vec![0; 262_144_000];
        let full = zip_of(&[("zeros", &zeros[1..])]);
        assert_eq!(Archive::read(full).unwrap().unzipped(), LARGEST_UNZIPPED - 1);
        assert_eq!(
            Archive::read(zip_of(&[("zeros", &zeros)])).unwrap_err().message,
            "Unzipped size must be smaller than 262144000 bytes"
        );
    }
}
