//! Takes what learners handed in: whose each is, whether it is what was handed out, and what of it counts. One that cannot
//! be taken is named, and changes nothing for the others.

mod find;
mod parcel;

use super::assignment::Assignment;
use super::course::Course;
use super::exams;
use super::handout;
use super::manifest::{self, Manifest, Returned};
use super::roster::Roster;
use super::submission::{self, Fate, Incoming};
use crate::failure::Failure;
use crate::render::harmless;
use crate::watch::files;
use find::Found;
use parcel::{Content, Fault, Parcel};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use workbook::Workbook;
use workbook::exercise::Drawn;

/// The bytes that answer each exercise, how many are answers, and whether all could be read.
type Answers = (BTreeMap<String, Vec<u8>>, usize, bool);

/// Something that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Where it was.
    pub(crate) source: String,
    /// Whose it is.
    pub(crate) learner: String,
    /// What it answers.
    pub(crate) assignment: String,
    /// How many exercises are answered.
    pub(crate) answered: usize,
    /// Whether it was here already.
    pub(crate) fate: Fate,
    /// When it was handed in, seconds since 1970.
    pub(crate) handed_in: i64,
    /// Whether that was after it was due.
    pub(crate) late: bool,
    /// What the teacher should know of it, in French.
    pub(crate) remarks: Vec<String>,
}

/// Something that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    /// Where it was.
    pub(crate) source: String,
    /// Why, for machines.
    pub(crate) code: &'static str,
    /// Why, in French.
    pub(crate) why: String,
}

/// A learner of whom several sets of answers are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Several {
    /// The learner.
    pub(crate) learner: String,
    /// The assignment.
    pub(crate) assignment: String,
    /// Where the one that counts was.
    pub(crate) counts: String,
    /// Where the others were.
    pub(crate) others: Vec<String>,
}

/// What came of a folder of submissions.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    /// What was taken, in the order of its places.
    pub(crate) taken: Vec<Taken>,
    /// What was not.
    pub(crate) refused: Vec<Refused>,
    /// Who handed in several sets of answers, now or before.
    pub(crate) several: Vec<Several>,
    /// Of each assignment, who has handed in nothing yet.
    pub(crate) missing: BTreeMap<String, Vec<String>>,
}

/// What submissions are held against.
pub(crate) struct Desk<'a> {
    course: &'a Course,
    workbook: &'a Workbook,
    roster: &'a Roster,
    assignments: &'a [Assignment],
    /// The exercises of an assignment as one learner has them.
    drawn: HashMap<(String, String), Vec<(String, Drawn)>>,
}

impl<'a> Desk<'a> {
    /// A desk for these learners and assignments.
    pub(crate) fn new(
        course: &'a Course,
        workbook: &'a Workbook,
        roster: &'a Roster,
        assignments: &'a [Assignment],
    ) -> Self {
        Self {
            course,
            workbook,
            roster,
            assignments,
            drawn: HashMap::new(),
        }
    }

    /// Takes what is in a folder, or the one archive that is named.
    ///
    /// # Errors
    /// When the folder cannot be read, or the course's not be written; nothing that was taken is lost then.
    pub(crate) fn collect(&mut self, folder: &Path) -> Result<Collected, Failure> {
        let mut collected = Collected::default();
        for found in find::find(folder)? {
            let source = shown(found.path(), folder);
            match open(&found).and_then(|parcel| Ok((parcel.roots()?, parcel))) {
                Ok((roots, mut parcel)) => {
                    let inside = |name: &str| format!("{source}\u{a0}: {}", harmless::text(name));
                    let nested = parcel.nested(&roots).into_iter().map(|name| Refused {
                        source: inside(name),
                        code: Fault::Nested.code(),
                        why: Fault::Nested.to_string(),
                    });
                    collected.refused.extend(nested);
                    let several = roots.len() > 1;
                    for root in roots {
                        let source = if several { inside(&root) } else { source.clone() };
                        // A platform may have packed everybody's folders into one archive: these name learners too.
                        let names = found.path().join(root.trim_start_matches('/'));
                        let names = names.strip_prefix(folder).unwrap_or(Path::new(""));
                        match self.take(&mut parcel, &root, names, source)? {
                            Ok(taken) => collected.taken.push(taken),
                            Err(refused) => collected.refused.push(refused),
                        }
                    }
                }
                Err(fault) => collected.refused.push(Refused {
                    source,
                    code: fault.code(),
                    why: fault.to_string(),
                }),
            }
        }
        self.look_at_all(&mut collected)?;
        Ok(collected)
    }

    fn take(
        &mut self,
        parcel: &mut Parcel,
        root: &str,
        names: &Path,
        source: String,
    ) -> Result<Result<Taken, Refused>, Failure> {
        let manifest = match self.recognise(parcel, root, names) {
            Ok(manifest) => manifest,
            Err((code, why)) => return Ok(Err(Refused { source, code, why })),
        };
        let mut remarks = Vec::new();
        let (answers, answered, sound) = self.read_answers(parcel, root, &manifest, &mut remarks)?;
        remarks.extend(parcel.leading_out().iter().map(|name| {
            format!(
                "l’archive contient un chemin qui en sort ({})\u{a0}: il n’est pas pris",
                name.escape_debug()
            )
        }));
        self.take_exams(parcel, root, &manifest.learner, &mut remarks)?;
        let (handed_in, nanoseconds) =
            parcel.handed_in(manifest.exercises.iter().map(|asked| asked.file.as_str()));
        let incoming = Incoming {
            manifest: &manifest,
            source: &source,
            handed_in,
            nanoseconds,
            answers,
            answered,
            sound,
        };
        let fate = submission::keep(self.course, &incoming)?;
        let assignment = self.assignment(&manifest.assignment);
        let due = assignment.and_then(Assignment::due);
        Ok(Ok(Taken {
            late: due.is_some_and(|due| handed_in > due),
            source,
            learner: manifest.learner,
            assignment: manifest.assignment,
            answered,
            fate,
            handed_in,
            remarks,
        }))
    }

    /// Keeps the mock exams that were joined; one file that cannot be read takes nothing from the answers.
    fn take_exams(
        &self,
        parcel: &mut Parcel,
        root: &str,
        learner: &str,
        remarks: &mut Vec<String>,
    ) -> Result<(), Failure> {
        let read = match parcel.read(root, exams::FILE, exams::MOST) {
            Content::Missing => return Ok(()),
            Content::Bytes(bytes) => exams::read(&bytes),
            Content::Refused(why) => Err(why),
            Content::Damaged => Err(format!("{} est abîmé", exams::FILE)),
        };
        match read {
            Ok(records) => exams::keep(self.course, learner, records)?,
            Err(why) => remarks.push(format!("{why}\u{a0}: les examens blancs ne sont pas pris")),
        }
        Ok(())
    }

    /// Whose this is, and what it answers.
    fn recognise(
        &self,
        parcel: &mut Parcel,
        root: &str,
        names: &Path,
    ) -> Result<Manifest, (&'static str, String)> {
        let unusable = |why: String| ("bad_manifest", why);
        let bytes = match parcel.read(root, manifest::FILE, manifest::MOST) {
            Content::Bytes(bytes) => bytes,
            Content::Refused(why) => return Err(unusable(why)),
            Content::Missing => return Err((Fault::NoManifest.code(), Fault::NoManifest.to_string())),
            Content::Damaged => return Err(unusable(format!("{} est abîmé", manifest::FILE))),
        };
        let returned = Returned::read(&bytes)
            .ok_or_else(|| unusable(format!("{} n’est plus tel qu’il a été distribué", manifest::FILE)))?;
        let said = &returned.manifest;
        if said.course != self.course.settings.identifiant {
            return Err(("other_course", "c’est le devoir d’un autre cours".to_owned()));
        }
        if !returned.is_of(&self.course.key) {
            return Err((
                "forged_manifest",
                format!(
                    "{} a été modifié\u{a0}: il dit être à «\u{a0}{}\u{a0}», et le sceau du cours ne le confirme pas",
                    manifest::FILE,
                    said.learner.escape_debug()
                ),
            ));
        }
        if self.roster.learner(&said.learner).is_none() {
            return Err((
                "unknown_learner",
                format!(
                    "l’élève «\u{a0}{}\u{a0}» n’est pas dans la liste du cours",
                    said.learner
                ),
            ));
        }
        if self.assignment(&said.assignment).is_none() {
            return Err((
                "unknown_assignment",
                format!(
                    "le cours n’a pas (ou plus) de devoir «\u{a0}{}\u{a0}»",
                    said.assignment
                ),
            ));
        }
        match self.other_sender(names, said) {
            Some(sender) => Err((
                "copied_manifest",
                format!(
                    "elle porte le nom de «\u{a0}{sender}\u{a0}» et contient le devoir distribué à «\u{a0}{}\u{a0}»",
                    said.learner
                ),
            )),
            None => Ok(returned.manifest),
        }
    }

    /// Another learner than the manifest's whom the names of the file and its folders name. A file's name is its sender's own
    /// choice, and a folder's the platform's: none of them may name somebody else.
    fn other_sender(&self, names: &Path, said: &Manifest) -> Option<&str> {
        let names = names.iter().rev().filter_map(|name| name.to_str());
        let mut learners = names.filter_map(|name| {
            let stem = name
                .strip_suffix(".zip")
                .or_else(|| name.strip_suffix(".ZIP"))
                .unwrap_or(name);
            // A browser that has such a file already puts a number behind the name.
            let stem = stem.split(" (").next().unwrap_or(stem);
            let bare = stem
                .strip_prefix(&said.assignment)
                .and_then(|rest| rest.strip_prefix('-'));
            self.roster.named_by(bare.unwrap_or(stem))
        });
        let other = learners.find(|learner| learner.id != said.learner)?;
        Some(&other.id)
    }

    /// The bytes that answer each exercise, how many are answers, and whether all could be read.
    fn read_answers(
        &mut self,
        parcel: &mut Parcel,
        root: &str,
        manifest: &Manifest,
        remarks: &mut Vec<String>,
    ) -> Result<Answers, Failure> {
        let (mut answers, mut answered, mut sound) = (BTreeMap::new(), 0, true);
        for (_, drawn) in self.drawn(&manifest.assignment, &manifest.learner)? {
            let Some(asked) = manifest.exercises.iter().find(|asked| asked.id == drawn.id) else {
                continue;
            };
            match parcel.read(root, &asked.file, files::most(drawn)) {
                Content::Missing => {}
                Content::Refused(why) => remarks.push(format!("{why}\u{a0}: il n’est pas pris")),
                Content::Damaged => {
                    sound = false;
                    remarks.push(format!("{} est abîmé\u{a0}: il n’est pas pris", asked.file));
                }
                Content::Bytes(bytes) => {
                    // What is no text is an answer too, which nobody can read.
                    let blank = matches!(files::answer(&bytes, Path::new(&asked.file), drawn), Ok(None));
                    answered += usize::from(!blank);
                    answers.insert(asked.id.clone(), bytes);
                }
            }
        }
        if answered == 0 {
            remarks.push("aucun exercice n’y a de réponse".to_owned());
        }
        Ok((answers, answered, sound))
    }

    fn assignment(&self, name: &str) -> Option<&'a Assignment> {
        self.assignments.iter().find(|one| one.nom == name)
    }

    fn drawn(&mut self, assignment: &str, learner: &str) -> Result<&[(String, Drawn)], Failure> {
        let key = (assignment.to_owned(), learner.to_owned());
        if !self.drawn.contains_key(&key) {
            let asked = self.assignment(assignment);
            let drawn = asked.map(|one| handout::drawn(self.workbook, one, self.course.seed(learner)));
            self.drawn
                .insert(key.clone(), drawn.transpose()?.unwrap_or_default());
        }
        Ok(self.drawn.get(&key).map_or(&[], Vec::as_slice))
    }

    /// Who handed in several, and who nothing.
    fn look_at_all(&self, collected: &mut Collected) -> Result<(), Failure> {
        let touched: BTreeSet<&str> = collected
            .taken
            .iter()
            .map(|taken| taken.assignment.as_str())
            .collect();
        for assignment in self.assignments {
            let mut missing = Vec::new();
            for learner in self.roster.learners() {
                let mut all = submission::all(self.course, &assignment.nom, &learner.id)?;
                match all.pop() {
                    None => missing.push(learner.id.clone()),
                    Some(counts) if !all.is_empty() && touched.contains(assignment.nom.as_str()) => {
                        collected.several.push(Several {
                            learner: learner.id.clone(),
                            assignment: assignment.nom.clone(),
                            counts: counts.receipt.source,
                            others: all.into_iter().map(|one| one.receipt.source).collect(),
                        });
                    }
                    Some(_) => {}
                }
            }
            collected.missing.insert(assignment.nom.clone(), missing);
        }
        Ok(())
    }
}

fn open(found: &Found) -> Result<Parcel, Fault> {
    match found {
        Found::Folder(path) => Ok(Parcel::Folder(path.clone())),
        Found::Zip(path) => Parcel::zip(path),
        Found::OtherArchive(_) => Err(Fault::OtherArchive),
        Found::Nothing(_) => Err(Fault::NoManifest),
    }
}

/// A path as the teacher knows it. A name that a learner chose drives nobody's terminal.
fn shown(path: &Path, folder: &Path) -> String {
    let below = path
        .strip_prefix(folder)
        .ok()
        .filter(|below| below.as_os_str() != "");
    let path = below.unwrap_or_else(|| path.file_name().map_or(path, Path::new));
    harmless::text(&path.display().to_string())
}
