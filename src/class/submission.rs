//! What was collected: `remises/DEVOIR/ELEVE/EMPREINTE/`, one folder for each different set of answers; nothing is ever
//! written over, and the one that counts follows from what is there.

use super::course::Course;
use super::manifest::Manifest;
use super::{digest, refused, unreadable, unwritable};
use crate::failure::Failure;
use crate::whole;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Says what a folder of answers is.
const RECEIPT: &str = "remise.json";
/// The version that is written.
const VERSION: u32 = 1;

/// What is known of a set of answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Receipt {
    /// The version of this form.
    pub(crate) version: u32,
    /// Where it came from, as the teacher's folder had it.
    pub(crate) source: String,
    /// When its file was last written, seconds since 1970.
    pub(crate) handed_in: i64,
    /// Nanoseconds of that second.
    #[serde(default)]
    pub(crate) nanoseconds: u32,
    /// How many sets of answers were kept before it: of two of the same moment, the later one counts.
    #[serde(default)]
    pub(crate) before: usize,
    /// How many exercises were answered.
    pub(crate) answered: usize,
    /// Whether everything in it could be read.
    pub(crate) sound: bool,
    /// The file of each exercise that was handed in.
    pub(crate) files: BTreeMap<String, String>,
    /// A digest of what the learner was shown of each exercise.
    pub(crate) faces: BTreeMap<String, String>,
}

/// A set of answers of one learner to one assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Submission {
    folder: PathBuf,
    /// What is known of it.
    pub(crate) receipt: Receipt,
}

/// Answers that came in.
#[derive(Debug)]
pub(crate) struct Incoming<'a> {
    /// What their folder says of itself; its mark was verified.
    pub(crate) manifest: &'a Manifest,
    /// Where they came from.
    pub(crate) source: &'a str,
    /// When, seconds since 1970.
    pub(crate) handed_in: i64,
    /// Nanoseconds of that second.
    pub(crate) nanoseconds: u32,
    /// The bytes that answer each exercise.
    pub(crate) answers: BTreeMap<String, Vec<u8>>,
    /// How many of them are more than what the file began with.
    pub(crate) answered: usize,
    /// Whether everything could be read.
    pub(crate) sound: bool,
}

/// What became of answers that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// They were not here yet.
    New,
    /// The same answers were here already.
    Known,
}

/// Seconds since 1970, and nanoseconds of that second.
type Moment = (i64, u32);

impl Receipt {
    fn moment(&self) -> Moment {
        (self.handed_in, self.nanoseconds)
    }
}

impl Submission {
    /// The bytes that answer an exercise; `None` where nothing was handed in for it.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(crate) fn answer(&self, exercise: &str) -> Result<Option<(PathBuf, Vec<u8>)>, Failure> {
        let Some(file) = self.receipt.files.get(exercise) else {
            return Ok(None);
        };
        let path = self.folder.join(file);
        let bytes = fs::read(&path).map_err(unreadable(&path))?;
        Ok(Some((path, bytes)))
    }

    /// What tells these answers from any others.
    pub(crate) fn digest(&self) -> String {
        let name = self
            .folder
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        name.unwrap_or_default()
    }

    /// What one is chosen by: answers before none, whole ones before damaged ones, then the newest.
    fn rank(&self) -> (bool, bool, Moment, usize, &Path) {
        let receipt = &self.receipt;
        (
            receipt.answered > 0,
            receipt.sound,
            receipt.moment(),
            receipt.before,
            &self.folder,
        )
    }
}

/// All that a learner handed in for an assignment: the one that counts last.
///
/// # Errors
/// When the course's folder cannot be read.
pub(crate) fn all(course: &Course, assignment: &str, learner: &str) -> Result<Vec<Submission>, Failure> {
    let folder = place(course, assignment, learner);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(&folder)(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let folder = entry.map_err(unreadable(&folder))?.path();
        // What was not written to its end has another name.
        if folder.join(RECEIPT).is_file() && folder.extension().is_none() {
            let receipt = receipt(&folder)?;
            found.push(Submission { folder, receipt });
        }
    }
    found.sort_by(|one, other| one.rank().cmp(&other.rank()));
    Ok(found)
}

/// Keeps answers that came in, and tells whether they are new.
///
/// # Errors
/// When the course's folder cannot be written.
pub(crate) fn keep(course: &Course, incoming: &Incoming<'_>) -> Result<Fate, Failure> {
    let manifest = incoming.manifest;
    let file = |id: &String| {
        manifest
            .exercises
            .iter()
            .find(|asked| asked.id == *id)
            .map(|asked| asked.file.clone())
    };
    let files: BTreeMap<String, String> = incoming
        .answers
        .keys()
        .filter_map(|id| Some((id.clone(), file(id)?)))
        .collect();
    let parts = incoming
        .answers
        .iter()
        .flat_map(|(id, bytes)| [id.as_bytes(), bytes.as_slice()]);
    let place = place(course, &manifest.assignment, &manifest.learner);
    let folder = place.join(digest(parts));
    let mut new = Receipt {
        version: VERSION,
        source: incoming.source.to_owned(),
        handed_in: incoming.handed_in,
        nanoseconds: incoming.nanoseconds,
        before: all(course, &manifest.assignment, &manifest.learner).map_or(0, |all| all.len()),
        answered: incoming.answered,
        sound: incoming.sound,
        files,
        faces: manifest
            .exercises
            .iter()
            .map(|asked| (asked.id.clone(), asked.face.clone()))
            .collect(),
    };
    if folder.join(RECEIPT).is_file() {
        let known = receipt(&folder)?;
        // The same answers handed in twice count from the later time.
        if known.moment() < new.moment() || (!known.sound && new.sound) {
            (new.handed_in, new.nanoseconds) = new.moment().max(known.moment());
            new.before = known.before;
            write_receipt(&folder, &new)?;
        }
        return Ok(Fate::Known);
    }
    let beside = folder.with_extension("part");
    if beside.exists() {
        fs::remove_dir_all(&beside).map_err(unwritable(&beside))?;
    }
    fs::create_dir_all(&beside).map_err(unwritable(&beside))?;
    for (id, bytes) in &incoming.answers {
        if let Some(file) = new.files.get(id) {
            let path = beside.join(file);
            fs::write(&path, bytes).map_err(unwritable(&path))?;
        }
    }
    write_receipt(&beside, &new)?;
    fs::rename(&beside, &folder).map_err(unwritable(&folder))?;
    Ok(Fate::New)
}

fn place(course: &Course, assignment: &str, learner: &str) -> PathBuf {
    course.path("remises").join(assignment).join(learner)
}

fn receipt(folder: &Path) -> Result<Receipt, Failure> {
    let path = folder.join(RECEIPT);
    let bytes = fs::read(&path).map_err(unreadable(&path))?;
    serde_json::from_slice(&bytes).map_err(|error| {
        refused(
            "damaged_receipt",
            format!("{} ne se lit pas (détail\u{a0}: {error})", path.display()),
            "mets son dossier de côté, puis collecte à nouveau\u{a0}: les autres remises restent.",
        )
    })
}

fn write_receipt(folder: &Path, receipt: &Receipt) -> Result<(), Failure> {
    let path = folder.join(RECEIPT);
    let text = serde_json::to_string_pretty(receipt).unwrap_or_default();
    whole::write(&path, &format!("{text}\n")).map_err(unwritable(&path))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::class::manifest::Asked;

    fn keep_one(course: &Course, text: &str, handed_in: i64, answered: usize, sound: bool) -> Fate {
        let mut manifest = Manifest::new("c".into(), "iam", "ada", 7);
        manifest.exercises.push(Asked {
            id: "e".into(),
            file: "01-01-e.txt".into(),
            face: "f".into(),
        });
        let incoming = Incoming {
            manifest: &manifest,
            source: text,
            handed_in,
            nanoseconds: 0,
            answers: [("e".to_owned(), text.as_bytes().to_vec())].into(),
            answered,
            sound,
        };
        keep(course, &incoming).unwrap()
    }

    fn current(course: &Course) -> Receipt {
        all(course, "iam", "ada").unwrap().pop().unwrap().receipt
    }

    #[test]
    fn the_newest_counts_and_what_came_before_stays() {
        let place = tempfile::tempdir().unwrap();
        let course = Course::create(place.path(), None, None).unwrap();
        assert_eq!(keep_one(&course, "un", 100, 1, true), Fate::New);
        assert_eq!(keep_one(&course, "deux", 200, 1, true), Fate::New);
        assert_eq!(keep_one(&course, "un", 100, 1, true), Fate::Known);
        assert_eq!(current(&course).source, "deux");
        assert_eq!(all(&course, "iam", "ada").unwrap().len(), 2);
        // Handed in once more: it is the newest again.
        assert_eq!(keep_one(&course, "un", 300, 1, true), Fate::Known);
        assert_eq!(
            (current(&course).source, current(&course).handed_in),
            ("un".to_owned(), 300)
        );
    }

    #[test]
    fn of_two_within_a_second_the_later_one_counts_and_of_two_at_once_the_one_collected_last() {
        let place = tempfile::tempdir().unwrap();
        let course = Course::create(place.path(), None, None).unwrap();
        // Whatever their digests are, which name their folders.
        for text in ["un", "deux", "trois", "quatre", "cinq"] {
            keep_one(&course, text, 100, 1, true);
            assert_eq!(current(&course).source, text);
        }
        // Collected once more, nothing changes.
        keep_one(&course, "deux", 100, 1, true);
        assert_eq!(current(&course).source, "cinq");
        let mut receipt = current(&course);
        receipt.nanoseconds = 5;
        let folder = all(&course, "iam", "ada").unwrap().swap_remove(0).folder;
        let first = super::receipt(&folder).unwrap().source;
        receipt.source.clone_from(&first);
        receipt.before = 0;
        write_receipt(&folder, &receipt).unwrap();
        assert_eq!(current(&course).source, first);
    }

    #[test]
    fn neither_an_empty_folder_nor_a_damaged_one_takes_the_place_of_answers() {
        let place = tempfile::tempdir().unwrap();
        let course = Course::create(place.path(), None, None).unwrap();
        keep_one(&course, "réponses", 100, 1, true);
        keep_one(&course, "abîmé", 200, 1, false);
        keep_one(&course, "vide", 300, 0, true);
        assert_eq!(current(&course).source, "réponses");
        let (path, bytes) = all(&course, "iam", "ada")
            .unwrap()
            .pop()
            .unwrap()
            .answer("e")
            .unwrap()
            .unwrap();
        assert!(path.ends_with("01-01-e.txt"));
        assert_eq!(bytes, "réponses".as_bytes());
    }
}
