//! Version ids: unique, opaque to whoever reads them, and readable for us.
//!
//! An id hides the position of its version in its bucket's history, so that finding a version, or going on after
//! one that was deleted since, costs one look-up and no index.

use base64::alphabet::Alphabet;
use base64::engine::{Engine, GeneralPurpose, general_purpose::NO_PAD};
use sha2::{Digest, Sha256};

/// The id of a version written while the bucket was not (or no longer) versioned.
pub(crate) const NULL: &str = "null";

const LENGTH: usize = 32;
const TAG: usize = 16;

const ENGINE: GeneralPurpose = {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    match Alphabet::new(letters) {
        Ok(alphabet) => GeneralPurpose::new(&alphabet, NO_PAD),
        Err(_) => panic!("64 distinct letters"),
    }
};

/// What a caller's version id turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The null version.
    Null,
    /// A version of this bucket, whether it still exists or not.
    Sequence(u64),
    /// A version of another bucket.
    Foreign,
    /// No id that was ever given out.
    Malformed,
}

/// A bucket has this many bits of a position to itself.
const OWN_BITS: u32 = 40;

/// Makes the ids of one bucket, in the order of its writes.
#[derive(Debug, Clone)]
pub(crate) struct Mint {
    secret: [u8; 32],
    last: u64,
}

impl Mint {
    pub(crate) fn new(secret: [u8; 32]) -> Self {
        Self { secret, last: 0 }
    }

    /// What [`Mint::from_state`] makes the same mint of.
    pub(crate) fn state(&self) -> ([u8; 32], u64) {
        (self.secret, self.last)
    }

    pub(crate) fn from_state(secret: [u8; 32], last: u64) -> Self {
        Self { secret, last }
    }

    /// A mint for the next bucket; no two share a position.
    pub(crate) fn child(&mut self) -> Self {
        Self {
            secret: self.secret,
            last: self.next() << OWN_BITS,
        }
    }

    /// The next position.
    pub(crate) fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// The id of a position.
    pub(crate) fn id(&self, sequence: u64) -> String {
        let mut raw = [0_u8; TAG + 8];
        let tag = self.tag(sequence);
        raw[..TAG].copy_from_slice(&tag);
        raw[TAG..].copy_from_slice(&(sequence ^ self.pad(&tag)).to_be_bytes());
        ENGINE.encode(raw)
    }

    /// Reads an id that a caller sent.
    pub(crate) fn read(&self, id: &str) -> Meaning {
        if id == NULL {
            return Meaning::Null;
        }
        if id.len() != LENGTH {
            return Meaning::Malformed;
        }
        let mut raw = [0_u8; TAG + 8];
        if ENGINE.decode_slice(id, &mut raw) != Ok(raw.len()) {
            return Meaning::Malformed;
        }
        let (tag, masked) = raw.split_at(TAG);
        let mut bytes = [0_u8; 8];
        bytes.copy_from_slice(masked);
        let sequence = u64::from_be_bytes(bytes) ^ self.pad(tag);
        if self.tag(sequence) != tag {
            Meaning::Malformed
        } else if sequence >> OWN_BITS == self.last >> OWN_BITS {
            Meaning::Sequence(sequence)
        } else {
            Meaning::Foreign
        }
    }

    fn tag(&self, sequence: u64) -> [u8; TAG] {
        let digest = Sha256::new()
            .chain_update(self.secret)
            .chain_update(b"tag")
            .chain_update(sequence.to_be_bytes());
        let mut tag = [0; TAG];
        tag.copy_from_slice(&digest.finalize()[..TAG]);
        tag
    }

    fn pad(&self, tag: &[u8]) -> u64 {
        let digest = Sha256::new()
            .chain_update(self.secret)
            .chain_update(b"pad")
            .chain_update(tag)
            .finalize();
        let mut pad = [0; 8];
        pad.copy_from_slice(&digest[..8]);
        u64::from_be_bytes(pad)
    }
}
