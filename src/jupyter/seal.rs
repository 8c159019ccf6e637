//! The seal of a notebook that Cahier wrote: whoever changes the notebook breaks it, and what they did is never written over.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// What stands before the seal, in the notebook's metadata.
const MARK: &str = "\"seal\": \"";
/// Bytes of the digest that a seal shows.
const LENGTH: usize = 16;

/// A notebook's text with its seal, which is empty in `text`.
pub(super) fn sealed(text: &str) -> String {
    let Some(at) = text.rfind(MARK).map(|at| at + MARK.len()) else {
        return text.to_owned();
    };
    let (before, after) = text.split_at(at);
    format!("{before}{}{after}", of(&[before, after]))
}

/// Whether a file is a notebook as Cahier wrote it.
pub(crate) fn is_whole(bytes: &[u8]) -> bool {
    let parts = || {
        let text = std::str::from_utf8(bytes).ok()?;
        let (before, rest) = text.split_at(text.rfind(MARK)? + MARK.len());
        let (seal, after) = rest.split_at(rest.find('"')?);
        Some((before, seal, after))
    };
    parts().is_some_and(|(before, seal, after)| seal == of(&[before, after]))
}

fn of(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part);
    }
    let mut seal = String::new();
    for byte in digest.finalize().iter().take(LENGTH) {
        let _ = write!(seal, "{byte:02x}");
    }
    seal
}

#[cfg(test)]
mod tests {
    use super::{is_whole, sealed};

    const TEXT: &str = "{\n \"source\": \"\\\"seal\\\": \\\"\\\"\",\n \"cahier\": {\"lesson\": \"iam\", \"seal\": \"\"}\n}\n";

    #[test]
    fn a_seal_holds_until_a_letter_is_changed() {
        let whole = sealed(TEXT);
        assert!(whole.len() > TEXT.len() && is_whole(whole.as_bytes()), "{whole}");
        for changed in [
            whole.replace("iam", "ecs"),
            whole.replace("\n}", "}"),
            TEXT.to_owned(),
            "{}".to_owned(),
            String::new(),
        ] {
            assert!(!is_whole(changed.as_bytes()), "{changed}");
        }
        assert!(!is_whole(b"\xff\xfe\"seal\": \""));
    }
}
