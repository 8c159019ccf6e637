//! A layer's archive: a tar, then gzip around it, always of the same bytes for the same files. A library that compresses
//! would give others, and thus other digests, from one of its versions to the next.

use crc_fast::{CrcAlgorithm, checksum};

/// The size of what a tar is made of, in bytes.
const BLOCK: usize = 512;

/// The largest part of a gzip file that is not compressed, in bytes.
const STORED: usize = 65_535;

/// A tar of files with their paths and contents, all of root's and readable by everyone.
/// <https://www.gnu.org/software/tar/manual/html_node/Standard.html>
pub(super) fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = Vec::new();
    for (path, content) in files {
        tar.extend(header(path, content.len()));
        tar.extend(content.as_bytes());
        tar.resize(tar.len().next_multiple_of(BLOCK), 0);
    }
    // The end is two empty blocks.
    tar.resize(tar.len() + 2 * BLOCK, 0);
    tar
}

fn header(path: &str, size: usize) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, path);
    put(100, "0000755\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{size:011o}\0"));
    // 2026-01-01, in seconds.
    put(136, &format!("{:011o}\0", 1_767_225_600));
    // While the sum is made, spaces stand in its place.
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// A gzip file whose content is stored as it is.
/// <https://www.rfc-editor.org/rfc/rfc1952>, <https://www.rfc-editor.org/rfc/rfc1951#section-3.2.4>
pub(super) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut parts = content.chunks(STORED).peekable();
    while let Some(part) = parts.next() {
        let length = u16::try_from(part.len()).unwrap_or(u16::MAX);
        gzip.push(u8::from(parts.peek().is_none()));
        gzip.extend(length.to_le_bytes());
        gzip.extend((!length).to_le_bytes());
        gzip.extend(part);
    }
    let sum = checksum(CrcAlgorithm::Crc32IsoHdlc, content).to_le_bytes();
    gzip.extend(&sum[..4]);
    let size = u32::try_from(content.len()).unwrap_or(u32::MAX);
    gzip.extend(size.to_le_bytes());
    gzip
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tar_is_whole_blocks_with_a_sum_that_holds() {
        let tar = tar(&[("bin/web", "contenu")]);
        assert_eq!(tar.len(), 4 * BLOCK);
        assert_eq!(&tar[..7], b"bin/web");
        assert_eq!(&tar[BLOCK..BLOCK + 7], b"contenu");
        let given = String::from_utf8_lossy(&tar[148..154]).into_owned();
        let mut blank = tar[..BLOCK].to_vec();
        blank[148..156].fill(b' ');
        let sum: u32 = blank.iter().map(|byte| u32::from(*byte)).sum();
        assert_eq!(u32::from_str_radix(&given, 8), Ok(sum));
    }

    #[test]
    fn a_gzip_file_holds_its_content_its_sum_and_its_size() {
        let content = vec![7; STORED + 10];
        let gzip = gzip(&content);
        assert_eq!(gzip.len(), 10 + 5 + STORED + 5 + 10 + 8);
        assert_eq!(gzip[10], 0, "the first part is not the last");
        assert_eq!(gzip[10 + 5 + STORED], 1);
        assert_eq!(
            gzip[gzip.len() - 4..],
            u32::try_from(content.len()).unwrap_or(0).to_le_bytes()
        );
    }
}
