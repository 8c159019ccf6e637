//! Mock exams in a class: a learner joins the reports of theirs to an assignment's folder, and the teacher's report tells
//! them. They are the learner's own: what was answered is graded again, and nobody saw who answered, or how.

use super::course::Course;
use super::{manifest, refused, unreadable, unwritable};
use crate::failure::Failure;
use crate::whole;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use workbook::bank::{Bank, blueprint};
use workbook::exam::{Ending, Order, Record, Report, draw, read_answers};

/// The file in an assignment's folder.
pub(crate) const FILE: &str = "cahier-examens.json";
/// The most bytes it may have: an exam takes some four thousand.
pub(crate) const MOST: u64 = 1 << 20;
/// The most exams that are taken of one learner.
const MANY: usize = 200;
const VERSION: u32 = 1;

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct Joined {
    version: u32,
    exams: Vec<Record>,
}

/// What one learner says of one certification: their best exam.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Best {
    /// How many exams were handed in, by themselves or when their time was up.
    pub(crate) exams: usize,
    /// Right answers of the best.
    pub(crate) correct: usize,
    /// Its questions.
    pub(crate) total: usize,
    /// When it ended, seconds since 1970.
    pub(crate) ended_at: i64,
    /// Whether these lessons draw the same paper, so that its answers were graded again.
    pub(crate) graded_again: bool,
}

/// Writes a learner's exams into the folder of an assignment; how many there are.
///
/// # Errors
/// When that is no such folder, there is no exam, or the file cannot be written.
pub(crate) fn join(folder: &Path, records: Vec<Record>) -> Result<(PathBuf, usize), Failure> {
    if manifest::in_folder(folder)?.is_none() {
        return Err(refused(
            "no_manifest",
            format!("{} n’est pas le dossier d’un devoir", folder.display()),
            format!(
                "donne le dossier que tu as décompressé, celui où est {}.",
                manifest::FILE
            ),
        ));
    }
    let exams: Vec<Record> = newest(records.into_iter().filter(is_over));
    if exams.is_empty() {
        return Err(refused(
            "no_exam",
            "aucun examen rendu n’est gardé",
            "passe-en un d’abord\u{a0}: «\u{a0}cahier examen --certification dva-c02\u{a0}».",
        ));
    }
    let (path, count) = (folder.join(FILE), exams.len());
    write(&path, exams)?;
    Ok((path, count))
}

/// The exams in a file that was handed in.
///
/// # Errors
/// When it is none of ours: why, in French.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Record>, String> {
    let joined: Joined =
        serde_json::from_slice(bytes).map_err(|_| format!("{FILE} n’est plus tel que Cahier l’a écrit"))?;
    if joined.version != VERSION {
        return Err(format!("{FILE} est d’une autre version de Cahier"));
    }
    Ok(newest(joined.exams.into_iter().filter(is_sensible)))
}

/// Keeps a learner's exams beside those that are here already; the same one twice is one.
///
/// # Errors
/// When the course's folder cannot be read or written.
pub(crate) fn keep(course: &Course, learner: &str, exams: Vec<Record>) -> Result<(), Failure> {
    let mut all = kept(course, learner)?;
    for exam in exams {
        all.retain(|known| key(known) != key(&exam));
        all.push(exam);
    }
    let folder = course.path("examens");
    fs::create_dir_all(&folder).map_err(unwritable(&folder))?;
    write(&place(course, learner), newest(all.into_iter()))
}

/// What is kept of a learner's exams.
///
/// # Errors
/// When it is there and cannot be read.
pub(crate) fn kept(course: &Course, learner: &str) -> Result<Vec<Record>, Failure> {
    let path = place(course, learner);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(&path)(error)),
    };
    read(&bytes).map_err(|why| {
        refused(
            "damaged_exams",
            format!("{}\u{a0}: {why}", path.display()),
            "supprime ce fichier, puis collecte à nouveau.",
        )
    })
}

/// The best exam of each certification.
pub(crate) fn best(bank: &Bank, records: &[Record]) -> BTreeMap<String, Best> {
    let mut all: BTreeMap<String, Best> = BTreeMap::new();
    for record in records {
        let one = judged(bank, record);
        let known = all
            .entry(record.certification.clone())
            .or_insert(Best { exams: 0, ..one });
        let exams = known.exams + 1;
        // Of two that are as good, the longer one says more.
        let better = |one: &Best| (one.correct * 1000 / one.total.max(1), one.total);
        if better(&one) > better(known) {
            *known = one;
        }
        known.exams = exams;
    }
    all
}

/// What an exam is worth by these lessons, where they draw its paper; else what it says itself.
fn judged(bank: &Bank, record: &Record) -> Best {
    let again = again(bank, record);
    Best {
        exams: 1,
        correct: again.unwrap_or(record.correct),
        total: record.total,
        ended_at: record.ended_at,
        graded_again: again.is_some(),
    }
}

fn again(bank: &Bank, record: &Record) -> Option<usize> {
    let order = Order {
        exam: blueprint::exam(&record.certification)?,
        seed: record.seed,
        questions: Some(record.total),
        minutes: Some(record.minutes),
    };
    let paper = draw(bank, &order).filter(|paper| paper.questions.len() == record.total)?;
    let letters = |chosen: &String| chosen.chars().map(String::from).collect::<Vec<_>>();
    let answers: BTreeMap<&String, Vec<String>> = record
        .answers
        .iter()
        .map(|(id, chosen)| (id, letters(chosen)))
        .collect();
    // A question that this paper does not have: it was drawn from other lessons.
    let answers = read_answers(&paper, &json!(answers)).ok()?;
    Some(Report::of(&paper, &answers).all.correct)
}

fn is_over(record: &Record) -> bool {
    record.ending != Ending::GivenUp
}

/// Numbers that an exam can have: whoever writes such a file by hand breaks no table.
fn is_sensible(record: &Record) -> bool {
    let exam = blueprint::exam(&record.certification);
    is_over(record)
        && exam.is_some_and(|exam| exam.code == record.certification && record.total <= exam.questions)
        && record.total > 0
        && record.correct <= record.total
        && record.started_at <= record.ended_at
        && (0..4_102_444_800).contains(&record.ended_at)
}

fn key(record: &Record) -> (&str, i64, u64) {
    (&record.certification, record.started_at, record.seed)
}

fn newest(records: impl Iterator<Item = Record>) -> Vec<Record> {
    let mut records: Vec<Record> = records.collect();
    records.sort_by(|one, other| (one.ended_at, key(one)).cmp(&(other.ended_at, key(other))));
    let from = records.len().saturating_sub(MANY);
    records.split_off(from)
}

fn place(course: &Course, learner: &str) -> PathBuf {
    course.path("examens").join(format!("{learner}.json"))
}

fn write(path: &Path, exams: Vec<Record>) -> Result<(), Failure> {
    let joined = Joined {
        version: VERSION,
        exams,
    };
    let text = serde_json::to_string_pretty(&joined).unwrap_or_default();
    whole::write(path, &format!("{text}\n")).map_err(unwritable(path))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use workbook::Workbook;

    fn record(correct: usize) -> Record {
        Record {
            certification: "DVA-C02".into(),
            seed: 7,
            minutes: 10,
            started_at: 1_796_000_000,
            ended_at: 1_796_000_300,
            ending: Ending::HandedIn,
            correct,
            total: 5,
            domains: BTreeMap::new(),
            skills: BTreeMap::new(),
            answers: BTreeMap::new(),
        }
    }

    fn bytes(exams: Vec<Record>) -> Vec<u8> {
        serde_json::to_vec(&Joined {
            version: VERSION,
            exams,
        })
        .unwrap()
    }

    #[test]
    fn a_score_that_its_answers_do_not_earn_is_not_believed() {
        let workbook = Workbook::load(crate::lessons::embedded()).unwrap();
        let order = Order {
            exam: blueprint::exam("DVA-C02").unwrap(),
            seed: 7,
            questions: Some(5),
            minutes: Some(10),
        };
        let paper = draw(workbook.bank(), &order).unwrap();
        let mut boasted = record(5);
        let two = paper.questions.iter().take(2).map(|asked| &asked.question);
        boasted.answers = two
            .map(|question| (question.id.clone(), question.right().into_iter().collect()))
            .collect();
        let told = best(workbook.bank(), &[boasted.clone()])["DVA-C02"];
        assert_eq!((told.correct, told.total, told.graded_again), (2, 5, true));
        // Of other lessons: nothing can be graded, and it is told so.
        boasted.answers.insert("inconnue".into(), "A".into());
        let told = best(workbook.bank(), &[boasted])["DVA-C02"];
        assert_eq!((told.correct, told.graded_again), (5, false));
    }

    #[test]
    fn the_best_counts_and_all_are_counted() {
        let bank = Bank::default();
        let later = Record {
            ended_at: 1_796_000_900,
            ..record(2)
        };
        let told = best(&bank, &[record(4), later])["DVA-C02"];
        assert_eq!((told.exams, told.correct, told.ended_at), (2, 4, 1_796_000_300));
    }

    #[test]
    fn what_no_exam_can_be_is_left_out_and_what_is_no_file_of_ours_is_refused() {
        let strange = [
            Record {
                total: 66,
                ..record(1)
            },
            Record {
                correct: 6,
                ..record(1)
            },
            Record {
                total: 0,
                ..record(0)
            },
            Record {
                certification: "=CMD()".into(),
                ..record(1)
            },
            Record {
                ended_at: i64::MAX,
                ..record(1)
            },
            Record {
                started_at: i64::MAX,
                ..record(1)
            },
            Record {
                ending: Ending::GivenUp,
                ..record(1)
            },
        ];
        assert_eq!(read(&bytes(strange.into())), Ok(Vec::new()));
        assert_eq!(read(&bytes(vec![record(3)])), Ok(vec![record(3)]));
        assert_eq!(read(&bytes(vec![record(3); 5000])).map(|all| all.len()), Ok(MANY));
        for nonsense in [&b""[..], b"[]", b"{\"version\":1}", b"\xff"] {
            assert!(read(nonsense).is_err());
        }
        let other = String::from_utf8(bytes(Vec::new())).unwrap().replace(":1", ":9");
        assert!(read(other.as_bytes()).unwrap_err().contains("autre version"));
    }

    #[test]
    fn the_same_exam_joined_twice_is_kept_once() {
        let place = tempfile::tempdir().unwrap();
        let course = Course::create(place.path(), None, None).unwrap();
        keep(&course, "ada", vec![record(3)]).unwrap();
        let more = Record { seed: 8, ..record(1) };
        keep(&course, "ada", vec![record(3), more.clone()]).unwrap();
        assert_eq!(kept(&course, "ada").unwrap(), [record(3), more]);
        assert_eq!(kept(&course, "bob").unwrap(), []);
    }
}
