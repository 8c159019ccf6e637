//! An assignment of a course: which exercises it has, kept in `devoirs/NOM/devoir.toml`.

use super::course::Course;
use super::{refused, unreadable, unwritable};
use crate::failure::{Failure, nearest};
use crate::watch::files;
use crate::whole;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use time::format_description::well_known::Rfc3339;
use time::macros::{format_description, time};
use time::{Date, OffsetDateTime};
use workbook::Workbook;

/// The version of the file that is written.
const VERSION: u32 = 1;
/// The longest name of an assignment.
const LONGEST: usize = 48;

/// An assignment; its words are the teacher's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Assignment {
    /// The version of the file.
    pub(crate) version: u32,
    /// The name, which its folders have.
    pub(crate) nom: String,
    /// The lessons that its exercises are from.
    pub(crate) lecons: Vec<String>,
    /// When it is due, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) echeance: Option<String>,
    /// The exercises, in order.
    pub(crate) exercice: Vec<Asked>,
}

/// An exercise of an assignment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// Its id.
    pub(crate) id: String,
    /// The name of the file that it is answered in.
    pub(crate) fichier: String,
}

/// An exercise that no folder of files can be graded for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// Its id.
    pub(crate) exercise: String,
}

impl Assignment {
    /// The assignment of these lessons, or of these exercises of theirs, in the workbook's order; and what it leaves out.
    ///
    /// # Errors
    /// When nothing is left of it, or its name cannot be one.
    pub(crate) fn of(
        workbook: &Workbook,
        lessons: &[String],
        exercises: &[String],
        name: Option<&str>,
        due: Option<OffsetDateTime>,
    ) -> Result<(Self, Vec<LeftOut>), Failure> {
        let name = name.map_or_else(|| lessons.join("-"), str::to_owned);
        check_name(&name)?;
        let mut left_out = Vec::new();
        let mut asked = Vec::new();
        for (beginning, lesson, spec) in files::named(workbook) {
            let wanted =
                lessons.contains(&lesson.id) && (exercises.is_empty() || exercises.contains(&spec.id));
            if !wanted {
                continue;
            }
            let drawn = (spec.draw)(0);
            if drawn.exercise.needs_simulator() {
                left_out.push(LeftOut {
                    exercise: spec.id.clone(),
                });
                continue;
            }
            asked.push(Asked {
                id: spec.id.clone(),
                fichier: files::name(&beginning, &drawn),
            });
        }
        if asked.is_empty() {
            return Err(Failure::Usage {
                message: "ce devoir n’aurait aucun exercice".to_owned(),
                hint: "«\u{a0}cahier lecons --json\u{a0}» montre ceux de chaque leçon.".to_owned(),
            });
        }
        let assignment = Self {
            version: VERSION,
            nom: name,
            lecons: lessons.to_vec(),
            echeance: due.and_then(|due| due.format(&Rfc3339).ok()),
            exercice: asked,
        };
        Ok((assignment, left_out))
    }

    /// The folder of an assignment.
    pub(crate) fn folder(&self, course: &Course) -> PathBuf {
        course.path("devoirs").join(&self.nom)
    }

    /// When it is due, in seconds since 1970.
    pub(crate) fn due(&self) -> Option<i64> {
        let due = OffsetDateTime::parse(self.echeance.as_deref()?, &Rfc3339).ok()?;
        Some(due.unix_timestamp())
    }

    /// Writes the assignment's file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn keep(&self, course: &Course) -> Result<(), Failure> {
        let folder = self.folder(course);
        fs::create_dir_all(&folder).map_err(unwritable(&folder))?;
        let path = folder.join("devoir.toml");
        let text = toml::to_string(self)
            .map_err(|error| unwritable(&path)(std::io::Error::other(error.to_string())))?;
        whole::write(&path, &text).map_err(unwritable(&path))
    }

    /// All assignments of a course, by name; with `only`, that one.
    ///
    /// # Errors
    /// When there is none, or one cannot be read.
    pub(crate) fn all(course: &Course, only: Option<&str>) -> Result<Vec<Self>, Failure> {
        let mut all = Vec::new();
        for name in names(course)? {
            all.push(read(course, &name)?);
        }
        if let Some(only) = only {
            let near = nearest(only, all.iter().map(|one| one.nom.as_str())).map(str::to_owned);
            all.retain(|one| one.nom == only);
            if all.is_empty() {
                return Err(refused(
                    "unknown_assignment",
                    format!("le cours n’a pas de devoir «\u{a0}{only}\u{a0}»"),
                    match near {
                        Some(near) => format!("voulais-tu dire «\u{a0}{near}\u{a0}»\u{a0}?"),
                        None => "le dossier «\u{a0}devoirs\u{a0}» du cours les contient.".to_owned(),
                    },
                ));
            }
        }
        if all.is_empty() {
            return Err(refused(
                "no_assignment",
                "ce cours n’a pas encore de devoir",
                "«\u{a0}cahier classe devoir LECON\u{a0}» en prépare un.",
            ));
        }
        Ok(all)
    }
}

fn names(course: &Course) -> Result<Vec<String>, Failure> {
    let folder = course.path("devoirs");
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(&folder)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(unreadable(&folder))?;
        if entry.path().join("devoir.toml").is_file() {
            names.extend(entry.file_name().into_string().ok());
        }
    }
    names.sort();
    Ok(names)
}

fn read(course: &Course, name: &str) -> Result<Assignment, Failure> {
    let path = course.path("devoirs").join(name).join("devoir.toml");
    let text = fs::read_to_string(&path).map_err(unreadable(&path))?;
    let read: Result<Assignment, _> = toml::from_str(&text);
    let detail = match read {
        Ok(assignment) if assignment.nom != name => format!("nom = «\u{a0}{}\u{a0}»", assignment.nom),
        Ok(assignment) if assignment.version > VERSION => "une version plus récente de Cahier".to_owned(),
        Ok(assignment) => return Ok(assignment),
        Err(error) => error.message().to_owned(),
    };
    Err(refused(
        "damaged_assignment",
        format!("{} ne se lit pas (détail\u{a0}: {detail})", path.display()),
        "écris-le à nouveau\u{a0}: «\u{a0}cahier classe devoir\u{a0}», avec les mêmes leçons et le même nom.",
    ))
}

/// Whether a text can name an assignment: it names folders.
pub(crate) fn is_name(name: &str) -> bool {
    let sound = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    (1..=LONGEST).contains(&name.len()) && name.chars().all(sound) && !name.starts_with('-')
}

fn check_name(name: &str) -> Result<(), Failure> {
    if is_name(name) {
        return Ok(());
    }
    Err(Failure::Usage {
        message: format!("un devoir ne peut pas s’appeler «\u{a0}{name}\u{a0}»"),
        hint: format!(
            "--nom prend de 1 à {LONGEST} minuscules, chiffres et tirets, par exemple --nom semaine-3."
        ),
    })
}

/// A moment as a teacher writes it: a day, which counts to its end (UTC), or a whole moment with its time zone.
///
/// # Errors
/// When it is neither.
pub(crate) fn moment(text: &str) -> Result<OffsetDateTime, Failure> {
    let day = Date::parse(text.trim(), format_description!("[year]-[month]-[day]"));
    let moment = match day {
        Ok(day) => Ok(day.with_time(time!(23:59:59)).assume_utc()),
        Err(_) => OffsetDateTime::parse(text.trim(), &Rfc3339),
    };
    moment.map_err(|_| Failure::Usage {
        message: format!("«\u{a0}{text}\u{a0}» n’est pas une date"),
        hint: "écris --echeance 2026-12-15 (jusqu’à la fin de ce jour, heure UTC), ou --echeance 2026-12-15T18:00:00+01:00.".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_day_counts_to_its_end_and_a_moment_has_its_zone() {
        assert_eq!(moment("2026-12-15").unwrap().unix_timestamp(), 1_797_379_199);
        assert_eq!(
            moment("2026-12-15T18:00:00+01:00").unwrap().unix_timestamp(),
            1_797_354_000
        );
        for wrong in ["15/12/2026", "demain", "2026-13-01", "2026-12-15T18:00:00", ""] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_is_a_folder_s_and_nothing_else() {
        for sound in ["dynamodb", "semaine-3", "iam-dynamodb"] {
            assert!(is_name(sound), "{sound}");
        }
        let long = "a".repeat(LONGEST + 1);
        for wrong in ["", "..", "a/b", "A", "-a", "é", &long] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }
}
