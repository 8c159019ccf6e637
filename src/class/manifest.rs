//! What a learner's folder says of itself: whose it is, which exercises, from which seed, marked by the course's key.
//!
//! A learner reads the seed from it; a teacher believes nothing of it that the mark does not hold.

use super::seed::CourseKey;
use super::{refused, unreadable};
use crate::failure::Failure;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

/// Its name in a learner's folder.
pub(crate) const FILE: &str = "cahier-devoir.json";
/// The most bytes of it that are read.
pub(crate) const MOST: u64 = 256 << 10;
/// The version that is written, and the newest that is read.
const FORMAT: u32 = 1;
/// What the mark is for.
const PURPOSE: &str = "cahier.devoir.1";
/// The most exercises of one assignment.
const EXERCISES: usize = 500;

/// What was handed out to a learner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// The version of this form.
    pub(crate) format: u32,
    /// The course's identifier.
    pub(crate) course: String,
    /// The assignment's name.
    pub(crate) assignment: String,
    /// The learner's id.
    pub(crate) learner: String,
    /// The seed of the learner's values.
    pub(crate) seed: u64,
    /// When it is due, RFC 3339.
    pub(crate) due: Option<String>,
    /// The exercises, in order.
    pub(crate) exercises: Vec<Asked>,
}

/// An exercise as it was handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// Its id.
    pub(crate) id: String,
    /// The file that it is answered in.
    pub(crate) file: String,
    /// A digest of what the learner was shown of it.
    pub(crate) face: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<M> {
    manifest: M,
    mark: String,
}

/// A manifest as it came back, not believed yet.
#[derive(Debug)]
pub(crate) struct Returned {
    /// What it says.
    pub(crate) manifest: Manifest,
    mark: String,
}

impl Manifest {
    /// A manifest of the present form.
    pub(crate) fn new(course: String, assignment: &str, learner: &str, seed: u64) -> Self {
        Self {
            format: FORMAT,
            course,
            assignment: assignment.to_owned(),
            learner: learner.to_owned(),
            seed,
            due: None,
            exercises: Vec::new(),
        }
    }

    /// The file's text, with the course's mark. Same manifest and key, same text.
    pub(crate) fn written(&self, key: &CourseKey) -> String {
        let document = Document {
            manifest: self,
            mark: key.mark(PURPOSE, &self.message()),
        };
        let text = serde_json::to_string_pretty(&document);
        // Texts and numbers always have a JSON.
        format!("{}\n", text.unwrap_or_default())
    }

    /// What is marked: each value in one order, however the file was laid out.
    fn message(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl Returned {
    /// Reads what came back; `None` where it is no manifest, or of a newer form.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let Document { manifest, mark }: Document<Manifest> = serde_json::from_slice(bytes).ok()?;
        let sound = manifest.format <= FORMAT
            && manifest.exercises.len() <= EXERCISES
            && manifest.exercises.iter().all(|asked| is_file_name(&asked.file));
        sound.then_some(Self { manifest, mark })
    }

    /// Whether the course whose key this is has written it, and nobody changed it.
    pub(crate) fn is_of(&self, key: &CourseKey) -> bool {
        key.has_marked(PURPOSE, &self.manifest.message(), &self.mark)
    }
}

/// Whether this is a file's name, and no path that leads anywhere.
fn is_file_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0', ':'])
}

/// The manifest in a learner's folder, where there is one.
///
/// # Errors
/// When it is there and cannot be read.
pub(crate) fn in_folder(folder: &Path) -> Result<Option<Manifest>, Failure> {
    let path = folder.join(FILE);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(&path)(error)),
    };
    let mut bytes = Vec::new();
    file.take(MOST + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable(&path))?;
    let read = Returned::read(&bytes).filter(|_| bytes.len() as u64 <= MOST);
    read.map(|returned| Some(returned.manifest)).ok_or_else(|| {
        refused(
            "bad_manifest",
            format!("{} n’est plus comme tu l’as reçu", path.display()),
            "reprends-le dans l’archive du devoir\u{a0}; tes réponses, elles, restent où elles sont. S’il y est déjà ainsi, mets Cahier à jour.",
        )
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn manifest() -> Manifest {
        let mut manifest = Manifest::new("c".into(), "dynamodb", "ada", (1 << 53) - 1);
        manifest.exercises.push(Asked {
            id: "ddb".into(),
            file: "05-01-ddb.txt".into(),
            face: "0f".into(),
        });
        manifest
    }

    fn key() -> CourseKey {
        CourseKey::new("une clé de cours assez longue").unwrap()
    }

    #[test]
    fn a_manifest_comes_back_as_it_was_however_it_was_laid_out() {
        let text = manifest().written(&key());
        assert_eq!(text, manifest().written(&key()));
        let loose = text.replace('\n', "\r\n  ");
        for text in [&text, &loose, &format!("\u{feff}{text}")] {
            let returned = Returned::read(text.as_bytes()).unwrap();
            assert_eq!(returned.manifest, manifest());
            assert!(returned.is_of(&key()));
        }
    }

    #[test]
    fn whatever_is_changed_shows() {
        let text = manifest().written(&key());
        for (from, to) in [
            ("\"ada\"", "\"bob\""),
            ("9007199254740991", "7"),
            ("05-01-ddb.txt", "05-01-autre.txt"),
            ("\"due\": null", "\"due\": \"2030-01-01T00:00:00Z\""),
            ("\"dynamodb\"", "\"iam\""),
        ] {
            let changed = text.replace(from, to);
            assert_ne!(changed, text, "{from}");
            assert!(
                !Returned::read(changed.as_bytes()).unwrap().is_of(&key()),
                "{from}"
            );
        }
        let other = CourseKey::new("une autre clé de cours, longue").unwrap();
        assert!(!Returned::read(text.as_bytes()).unwrap().is_of(&other));
    }

    #[test]
    fn what_is_no_manifest_is_none() {
        let text = manifest().written(&key());
        let half = &text[..text.len() / 2];
        let leading = text.replace("05-01-ddb.txt", "../../etc/passwd");
        let more = text.replace("\"seed\"", "\"more\": 1, \"seed\"");
        let newer = text.replace("\"format\": 1", "\"format\": 2");
        for wrong in ["", "{}", "[]", half, &leading, &more, &newer] {
            assert!(Returned::read(wrong.as_bytes()).is_none(), "{wrong}");
        }
    }
}
