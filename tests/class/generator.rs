//! A class that is made up from a seed: learners who answer rightly, wrongly, unreadably or not at all, and some whose
//! submission is not as it should be. What each must have is computed here, beside the program.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "the tests and the bench each use their part"
)]

use crate::support::Machine;
use cahier::class::seed::CourseKey;
use cahier::place::Place;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Cursor, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use workbook::Workbook;
use workbook::evidence::Answer;
use workbook::exercise::Drawn;
use workbook::session;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The lessons that the class works at: all native kinds but URLs, which belong to a learner's own simulator.
pub const LESSONS: [&str; 2] = ["couches-lambda", "ecs-fargate"];
pub const ASSIGNMENT: &str = "couches-lambda-ecs-fargate";
const MANIFEST: &str = "cahier-devoir.json";

/// What a learner's submission is like. Each is at a fixed place of the list, so that a class of any size has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Zip,
    Folder,
    DeepZip,
    Twice,
    OthersName,
    OthersSeed,
    Truncated,
    OthersFolder,
    NoManifest,
    Nothing,
    CopiesNext,
    NotText,
}

impl Fate {
    pub fn of(rank: usize) -> Self {
        match rank {
            3 => Self::OthersName,
            5 => Self::Truncated,
            7 => Self::Twice,
            9 => Self::OthersFolder,
            11 => Self::Nothing,
            13 => Self::CopiesNext,
            15 => Self::NoManifest,
            17 => Self::OthersSeed,
            19 => Self::Folder,
            21 => Self::DeepZip,
            23 => Self::NotText,
            _ => Self::Zip,
        }
    }

    /// Whether what was handed in counts.
    pub fn counts(self) -> bool {
        !matches!(
            self,
            Self::OthersName
                | Self::OthersSeed
                | Self::Truncated
                | Self::OthersFolder
                | Self::NoManifest
                | Self::Nothing
        )
    }
}

/// What one answer must be worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    pub status: String,
    pub points: Option<f64>,
    pub misconception: Option<String>,
}

/// A class, its course and what it handed in.
pub struct Class {
    pub machine: Machine,
    pub ids: Vec<String>,
    pub workbook: Workbook,
    /// By learner, then by exercise.
    pub expected: BTreeMap<String, BTreeMap<String, Expected>>,
    /// The exercise whose file one learner copied from the next.
    pub copied: String,
}

/// Chance that is the same each time: splitmix64.
pub struct Chance(u64);

impl Chance {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) % below as u64).unwrap()
    }
}

/// The files of an unpacked folder.
type Files = BTreeMap<String, Vec<u8>>;

impl Class {
    /// Makes a class of this size: its course, its archives, and `rendus`, what came back.
    pub fn new(size: usize) -> Self {
        let machine = Machine::new();
        let ids: Vec<String> = (0..size).map(|rank| format!("eleve-{rank:03}")).collect();
        let mut list = String::from("\u{feff}id;nom;prénom;groupe;courriel\r\n");
        for (rank, id) in ids.iter().enumerate() {
            let _ = write!(list, "{id};Nom{rank};Zoé;G{};{id}@ecole.example\r\n", rank % 3);
        }
        fs::write(machine.folder.path().join("liste.csv"), list).unwrap();
        // The same values each time.
        let key = machine.folder.path().join("cours/cle");
        fs::create_dir(machine.folder.path().join("cours")).unwrap();
        fs::write(&key, "la clé d’un cours qui n’existe que pour essayer\n").unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        let made = machine.run(&[
            "classe",
            "creer",
            "cours",
            "--eleves",
            "liste.csv",
            "--titre",
            "Essai",
        ]);
        assert_eq!(made.code, Some(0), "{made:?}");
        let assigned = machine.run(&["classe", "devoir", LESSONS[0], LESSONS[1], "--cours", "cours"]);
        assert_eq!(assigned.code, Some(0), "{assigned:?}");
        let mut class = Self {
            machine,
            ids,
            workbook: Workbook::load(cahier::lessons::embedded()).unwrap(),
            expected: BTreeMap::new(),
            copied: String::new(),
        };
        class.answer();
        class
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.machine.folder.path().join(below)
    }

    pub fn archive(&self, id: &str) -> PathBuf {
        self.path(&format!(
            "cours/devoirs/{ASSIGNMENT}/a-distribuer/{ASSIGNMENT}-{id}.zip"
        ))
    }

    /// The seed of a learner, from the key itself.
    pub fn seed(&self, id: &str) -> u64 {
        let key = fs::read_to_string(self.path("cours/cle")).unwrap();
        CourseKey::new(&key).unwrap().seed(id)
    }

    /// A learner's exercises.
    pub fn drawn(&self, id: &str) -> Vec<Drawn> {
        let seed = self.seed(id);
        let lessons = LESSONS.iter().map(|lesson| self.workbook.lesson(lesson).unwrap());
        lessons
            .flat_map(workbook::lesson::Lesson::exercises)
            .map(|spec| (spec.draw)(seed))
            .collect()
    }

    fn answer(&mut self) {
        let mut all = Vec::new();
        for (rank, id) in self.ids.clone().into_iter().enumerate() {
            let mut files = unpacked(&self.archive(&id));
            let mut chance = Chance(rank as u64);
            let mut expected = BTreeMap::new();
            for drawn in self.drawn(&id) {
                let one = answer(&drawn, &mut files, &mut chance);
                expected.insert(drawn.id.clone(), one);
            }
            if !Fate::of(rank).counts() {
                for one in expected.values_mut() {
                    *one = without("absent", Some(0.0));
                }
            }
            self.expected.insert(id.clone(), expected);
            all.push((rank, id, files));
        }
        let rendus = self.path("rendus");
        fs::create_dir_all(&rendus).unwrap();
        for at in 0..all.len() {
            let next = all
                .get(at + 1)
                .map(|(_, _, files)| files.clone())
                .unwrap_or_default();
            let (rank, id, files) = all[at].clone();
            self.hand_in(&rendus, rank, &id, files, &next);
        }
        strangers(&rendus);
    }

    fn hand_in(&mut self, rendus: &Path, rank: usize, id: &str, mut files: Files, next: &Files) {
        let zip = rendus.join(format!("{ASSIGNMENT}-{id}.zip"));
        let root = format!("{ASSIGNMENT}-{id}/");
        match Fate::of(rank) {
            Fate::Nothing => {}
            Fate::Zip => pack(&zip, &root, &files),
            Fate::Folder => {
                for (name, bytes) in &files {
                    let path = rendus.join(&root).join(name);
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(path, bytes).unwrap();
                }
            }
            Fate::DeepZip => {
                let mut more: Files = files
                    .into_iter()
                    .map(|(name, bytes)| (format!("{root}{name}"), bytes))
                    .collect();
                more.insert(format!("__MACOSX/{root}._{MANIFEST}"), b"mac".to_vec());
                more.insert("../../dehors.txt".to_owned(), b"dehors".to_vec());
                pack(&rendus.join("Remise").join(format!("{id}.zip")), "", &more);
            }
            Fate::Twice => {
                pack(&zip, &root, &files);
                // An earlier try, with another name: everything in it is worth nothing.
                let early = rendus.join(format!("{ASSIGNMENT}-{id} (1).zip"));
                let blank = unpacked(&self.archive(id));
                let first = blank
                    .keys()
                    .find(|name| Path::new(name).extension().is_some_and(|kind| kind == "txt"))
                    .unwrap()
                    .clone();
                let mut blank = blank;
                blank.get_mut(&first).unwrap().extend_from_slice(b"trop tot\n");
                pack(&early, &root, &blank);
                let hour_ago = SystemTime::now() - Duration::from_hours(1);
                File::options()
                    .write(true)
                    .open(&early)
                    .unwrap()
                    .set_modified(hour_ago)
                    .unwrap();
            }
            Fate::OthersName | Fate::OthersSeed => {
                let text = String::from_utf8(files[MANIFEST].clone()).unwrap();
                let (from, to) = if Fate::of(rank) == Fate::OthersName {
                    (format!("\"{id}\""), format!("\"{}\"", self.ids[0]))
                } else {
                    (self.seed(id).to_string(), "7".to_owned())
                };
                assert!(text.contains(&from));
                files.insert(MANIFEST.to_owned(), text.replace(&from, &to).into_bytes());
                pack(&zip, &root, &files);
            }
            Fate::Truncated => {
                pack(&zip, &root, &files);
                let bytes = fs::read(&zip).unwrap();
                fs::write(&zip, &bytes[..bytes.len() * 2 / 3]).unwrap();
            }
            Fate::OthersFolder => pack(&zip, &format!("{ASSIGNMENT}-{id}/"), next),
            Fate::NoManifest => {
                files.remove(MANIFEST);
                pack(&zip, &root, &files);
            }
            Fate::CopiesNext => self.copy(&zip, &root, id, files, next),
            Fate::NotText => {
                let drawn = self.drawn(id);
                let number = drawn.iter().find(|one| one.kind == "number").unwrap();
                files.insert(file_of(&files, &number.id), b"r\xe9ponse : 12\n".to_vec());
                self.expect(id, &number.id, without("unreadable", Some(0.0)));
                pack(&zip, &root, &files);
            }
        }
    }

    /// Hands in the next learner's file for one exercise, head and all.
    fn copy(&mut self, zip: &Path, root: &str, id: &str, mut files: Files, next: &Files) {
        let neighbour = self.ids[self.ids.iter().position(|one| one == id).unwrap() + 1].clone();
        let written = |name: &str| {
            let text = String::from_utf8(next[name].clone()).unwrap();
            let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
            lines.join("\n")
        };
        // Asked of the two with other values, and answered by the one who is copied.
        let pairs = self.drawn(id).into_iter().zip(self.drawn(&neighbour));
        let mut numbers = pairs.filter(|(mine, theirs)| {
            mine.kind == "number"
                && mine.statement != theirs.statement
                && !written(&file_of(next, &mine.id)).trim().is_empty()
        });
        let copied = numbers.next().unwrap().0;
        let name = file_of(&files, &copied.id);
        files.insert(name.clone(), next[&name].clone());
        let written = written(&name);
        self.copied.clone_from(&copied.id);
        let expected = judged(&copied, Answer::Text(written.trim().to_owned()));
        self.expect(id, &copied.id, expected);
        pack(zip, root, &files);
    }

    fn expect(&mut self, id: &str, exercise: &str, expected: Expected) {
        self.expected
            .get_mut(id)
            .unwrap()
            .insert(exercise.to_owned(), expected);
    }
}

fn without(status: &str, points: Option<f64>) -> Expected {
    Expected {
        status: status.to_owned(),
        points,
        misconception: None,
    }
}

/// What an answer is worth, asked of the judgement itself.
fn judged(drawn: &Drawn, answer: Answer) -> Expected {
    let verdict = session::judge(drawn, answer, Place::nowhere().ground());
    Expected {
        status: verdict.status().to_owned(),
        points: Some(verdict.score(drawn.max_score)),
        misconception: verdict.misconception().map(str::to_owned),
    }
}

pub fn file_of(files: &Files, exercise: &str) -> String {
    let document: serde_json::Value = serde_json::from_slice(&files[MANIFEST]).unwrap();
    let asked = document["manifest"]["exercises"].as_array().unwrap().iter();
    let mut asked = asked.filter(|asked| asked["id"] == exercise);
    asked.next().unwrap()["file"].as_str().unwrap().to_owned()
}

/// Answers an exercise in its file, and tells what that must be worth.
fn answer(drawn: &Drawn, files: &mut Files, chance: &mut Chance) -> Expected {
    let exercise = &drawn.exercise;
    let name = file_of(files, &drawn.id);
    let draw = chance.next(10);
    if exercise.needs_engine() || exercise.command().is_some() || exercise.archive().is_some() {
        // Most leave these as they are; what is written waits to be run.
        if draw > 0 || exercise.archive().is_some() {
            return without("blank", Some(0.0));
        }
        let more = if exercise.needs_engine() {
            "// à moi\nlet ici = 1;\n"
        } else {
            "aws sts get-caller-identity\n"
        };
        files.get_mut(&name).unwrap().extend_from_slice(more.as_bytes());
        return without("pending", None);
    }
    let ground = Place::nowhere().ground();
    let text = match draw {
        0 => return without("blank", Some(0.0)),
        1 => "~~~ ???".to_owned(),
        2..=5 => exercise.right_answer(&ground).text().to_owned(),
        _ => {
            let wrong = exercise.wrong_answers(&ground);
            let rank = chance.next(wrong.len());
            wrong[rank].answer.text().to_owned()
        }
    };
    let bytes = if exercise.asks_for_a_document() {
        text.clone().into_bytes()
    } else {
        let head = files.get(&name).cloned().unwrap();
        [head, text.clone().into_bytes(), b"\n".to_vec()].concat()
    };
    files.insert(name, bytes);
    let expected = judged(drawn, Answer::Text(text));
    match draw {
        1 => assert_eq!(expected.status, "unreadable", "{}", drawn.id),
        2..=5 => assert_eq!(expected.status, "passed", "{}", drawn.id),
        _ => assert_eq!(expected.status, "not_yet", "{}", drawn.id),
    }
    expected
}

/// What nobody of the class handed in.
fn strangers(rendus: &Path) {
    let other = Machine::new();
    fs::write(other.folder.path().join("liste.csv"), "id,nom\nintrus,X\n").unwrap();
    other.run(&["classe", "creer", "cours", "--eleves", "liste.csv"]);
    let said = other.run(&["classe", "devoir", LESSONS[0], "--cours", "cours"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let folder = format!("cours/devoirs/{0}/a-distribuer/{0}-intrus.zip", LESSONS[0]);
    fs::copy(other.folder.path().join(folder), rendus.join("intrus.zip")).unwrap();
    fs::write(rendus.join("notes.pdf"), "%PDF").unwrap();
    fs::write(rendus.join(".DS_Store"), "").unwrap();
}

/// The files of an archive, without the folder that they are in.
pub fn unpacked(path: &Path) -> Files {
    let mut zip = ZipArchive::new(Cursor::new(fs::read(path).unwrap())).unwrap();
    let mut files = Files::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        let name = entry.name().unwrap().split_once('/').unwrap().1.to_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        files.insert(name, bytes);
    }
    files
}

pub fn pack(path: &Path, root: &str, files: &Files) {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(format!("{root}{name}"), SimpleFileOptions::default())
            .unwrap();
        zip.write_all(bytes).unwrap();
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, zip.finish().unwrap().into_inner()).unwrap();
}
