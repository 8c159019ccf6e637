//! An append-only file of records: each is on its way to the disk before it counts, and what cannot be read is set aside.
//!
//! A record is its length and its CRC-32 (4 bytes each, little-endian), then its bytes, of which there is one at least.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crc_fast::{CrcAlgorithm, checksum};

const HEADER: usize = 8;

/// The file, open for writing at its end.
#[derive(Debug)]
pub(super) struct Log {
    file: File,
    /// Where the next record goes.
    end: u64,
}

/// What follows the last record that can be read, moved to a file of its own.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Aside {
    /// That file.
    pub(super) path: PathBuf,
    /// How long it is.
    pub(super) bytes: usize,
}

impl Log {
    /// Opens or makes the file, and gives each record to `read`, oldest first.
    ///
    /// What follows the last one that is whole (a write that was cut short, or damage) is set aside.
    pub(super) fn open(path: &Path, mut read: impl FnMut(&[u8])) -> io::Result<(Self, Option<Aside>)> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        let mut content = Vec::new();
        file.read_to_end(&mut content)?;
        let mut rest = content.as_slice();
        while let Some((record, after)) = first(rest) {
            read(record);
            rest = after;
        }
        let aside = set_aside(path, rest)?;
        let end = (content.len() - rest.len()) as u64;
        file.set_len(end)?;
        file.seek(SeekFrom::Start(end))?;
        Ok((Self { file, end }, aside))
    }

    /// How long the file is, in bytes.
    pub(super) fn length(&self) -> u64 {
        self.end
    }

    /// Hands a record to the operating system: from then on the death of this process does not lose it.
    ///
    /// A failure leaves the file as it was.
    pub(super) fn append(&mut self, record: &[u8]) -> io::Result<()> {
        let length = u32::try_from(record.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let mut bytes = Vec::with_capacity(HEADER + record.len());
        bytes.extend(length.to_le_bytes());
        bytes.extend(crc(record).to_le_bytes());
        bytes.extend(record);
        if let Err(error) = self.file.write_all(&bytes) {
            self.file.set_len(self.end)?;
            self.file.seek(SeekFrom::Start(self.end))?;
            return Err(error);
        }
        self.end += bytes.len() as u64;
        Ok(())
    }

    /// Another handle of the same file, to wait for the disk without holding the log.
    pub(super) fn handle(&self) -> io::Result<File> {
        self.file.try_clone()
    }
}

fn set_aside(log: &Path, rest: &[u8]) -> io::Result<Option<Aside>> {
    if rest.is_empty() {
        return Ok(None);
    }
    let path = log.with_extension("torn");
    std::fs::write(&path, rest)?;
    let bytes = rest.len();
    Ok(Some(Aside { path, bytes }))
}

/// The first record of `bytes` if it is whole, and what follows it.
fn first(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (crc_read, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    // A power cut leaves zeros at the end of a file, which would pass for empty records, checksum included.
    if length == 0 {
        return None;
    }
    let (record, after) = rest.split_at_checked(length)?;
    (crc(record) == u32::from_le_bytes(*crc_read)).then_some((record, after))
}

fn crc(bytes: &[u8]) -> u32 {
    // A CRC-32 fills the low half.
    u32::try_from(checksum(CrcAlgorithm::Crc32IsoHdlc, bytes)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(path: &Path) -> (Vec<Vec<u8>>, Log) {
        let mut records = Vec::new();
        let log = Log::open(path, |record| records.push(record.to_vec()));
        (records, log.unwrap().0)
    }

    #[test]
    fn records_come_back_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let (none, mut log) = read(&path);
        assert!(none.is_empty());
        log.append(b"un").unwrap();
        log.append(b"deux").unwrap();
        let (records, log) = read(&path);
        assert_eq!(records, [b"un".to_vec(), b"deux".to_vec()]);
        assert_eq!(log.length(), 2 * 8 + 6);
    }

    #[test]
    fn a_torn_end_is_set_aside_and_writing_goes_on_after_the_last_whole_record() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        for cut in 1..11 {
            std::fs::write(&path, b"").unwrap();
            let mut log = read(&path).1;
            log.append(b"un").unwrap();
            log.append(b"deux").unwrap();
            let whole = std::fs::read(&path).unwrap();
            std::fs::write(&path, &whole[..whole.len() - cut]).unwrap();
            let (records, mut log) = read(&path);
            assert_eq!(records, [b"un".to_vec()], "{cut} bytes cut");
            let aside = std::fs::read(path.with_extension("torn")).unwrap();
            assert_eq!(aside, whole[10..whole.len() - cut]);
            log.append(b"trois").unwrap();
            assert_eq!(read(&path).0, [b"un".to_vec(), b"trois".to_vec()]);
        }
    }

    #[test]
    fn zeros_at_the_end_are_no_records() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        for zeros in [1, 8, 4096] {
            std::fs::write(&path, b"").unwrap();
            read(&path).1.append(b"un").unwrap();
            let mut bytes = std::fs::read(&path).unwrap();
            bytes.extend(vec![0; zeros]);
            std::fs::write(&path, &bytes).unwrap();
            let aside = Log::open(&path, |_| ()).unwrap().1;
            let expected = Aside {
                path: path.with_extension("torn"),
                bytes: zeros,
            };
            assert_eq!(aside, Some(expected));
            assert_eq!(read(&path).0, [b"un".to_vec()]);
        }
    }

    #[test]
    fn a_changed_byte_ends_the_reading() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = read(&path).1;
        log.append(b"un").unwrap();
        log.append(b"deux").unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[18] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(read(&path).0, [b"un".to_vec()]);
    }
}
