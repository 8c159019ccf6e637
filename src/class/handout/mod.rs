//! What a learner is handed out: lessons and exercises with values of their own, in an archive that is the same each time.
//!
//! Nothing goes in but what is named here: prose, cells, statements, options, programs, starters. Solutions, hints, checks,
//! misconceptions and right answers are never asked for.

mod lesson;

use super::assignment::Assignment;
use super::course::Course;
use super::manifest::{self, Asked, Manifest};
use super::roster::Learner;
use super::{digest, refused};
use crate::failure::Failure;
use crate::watch::files;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use workbook::Workbook;
use workbook::exercise::Drawn;
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

/// The files of a learner's folder, by name.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The folder's name, which the archive has too.
pub(crate) fn name(assignment: &Assignment, learner: &Learner) -> String {
    format!("{}-{}", assignment.nom, learner.id)
}

/// An assignment's exercises, drawn for one seed, each with the file that it is answered in.
///
/// # Errors
/// When the lessons do not have one of them any more.
pub(crate) fn drawn(
    workbook: &Workbook,
    assignment: &Assignment,
    seed: u64,
) -> Result<Vec<(String, Drawn)>, Failure> {
    let draw = |asked: &super::assignment::Asked| {
        let (_, spec) = workbook.exercise(&asked.id).ok_or_else(|| {
            refused(
                "unknown_exercise",
                format!("le devoir «\u{a0}{}\u{a0}» demande l’exercice «\u{a0}{}\u{a0}», qui n’est plus dans les leçons", assignment.nom, asked.id),
                "reprends les leçons d’alors (--lecons DOSSIER), ou prépare le devoir à nouveau sans lui.",
            )
        })?;
        Ok((asked.fichier.clone(), (spec.draw)(seed)))
    };
    assignment.exercice.iter().map(draw).collect()
}

/// A digest of what a learner is shown of an exercise.
pub(crate) fn face(drawn: &Drawn) -> String {
    let options = drawn.exercise.options().iter();
    let options: Vec<String> = options
        .map(|option| format!("{}\n{}", option.id, option.text))
        .collect();
    let texts = [
        drawn.kind,
        &drawn.title,
        &drawn.statement,
        drawn.program.as_deref().unwrap_or_default(),
        drawn.starter.as_deref().unwrap_or_default(),
    ];
    digest(
        texts
            .into_iter()
            .map(str::as_bytes)
            .chain(options.iter().map(String::as_bytes)),
    )
}

/// The files that a learner is handed out.
///
/// # Errors
/// When the lessons do not have one of the exercises any more.
pub(crate) fn files(
    course: &Course,
    workbook: &Workbook,
    assignment: &Assignment,
    learner: &Learner,
) -> Result<Files, Failure> {
    let seed = course.seed(&learner.id);
    let drawn = drawn(workbook, assignment, seed)?;
    let mut manifest = Manifest::new(
        course.settings.identifiant.clone(),
        &assignment.nom,
        &learner.id,
        seed,
    );
    manifest.due.clone_from(&assignment.echeance);
    let mut files = Files::new();
    for (file, exercise) in &drawn {
        manifest.exercises.push(Asked {
            id: exercise.id.clone(),
            file: file.clone(),
            face: face(exercise),
        });
        if let Some(beginning) = files::beginning(exercise) {
            files.insert(file.clone(), beginning.into_bytes());
        }
    }
    for id in &assignment.lecons {
        let Some(lesson) = workbook.lesson(id) else {
            continue;
        };
        files.insert(
            format!("{id}.md"),
            lesson::markdown(lesson, seed, &drawn).into_bytes(),
        );
        for (name, svg) in &lesson.images {
            files.insert(name.clone(), svg.as_bytes().to_vec());
        }
    }
    files.insert(
        manifest::FILE.to_owned(),
        manifest.written(&course.key).into_bytes(),
    );
    files.insert(
        "LISEZ-MOI.md".to_owned(),
        readme(course, assignment, learner).into_bytes(),
    );
    Ok(files)
}

fn readme(course: &Course, assignment: &Assignment, learner: &Learner) -> String {
    let mut text = format!(
        "# {}\u{a0}: {}\n\nCe devoir est à {}. Ses nombres ne sont qu’à toi.\n\n",
        course.settings.titre,
        assignment.nom,
        learner.name()
    );
    if let Some(due) = assignment.due() {
        let _ = writeln!(
            text,
            "À rendre avant le {} (heure UTC).\n",
            workbook::french::moment(due)
        );
    }
    let lessons: Vec<String> = assignment.lecons.iter().map(|id| format!("`{id}.md`")).collect();
    let _ = write!(
        text,
        "1. Lis {}\u{a0}: chaque exercice dit dans quel fichier tu réponds.\n\
         2. Écris tes réponses avec ton éditeur. Dans ce dossier, `cahier suivre` juge chaque enregistrement, et\n   \
         `cahier verifier EXERCICE --fichier FICHIER` juge une réponse.\n\
         3. Rends ce dossier entier, comprimé en `.zip`. Garde `{}` tel quel\u{a0}: c’est lui qui dit que ce devoir est le tien.\n",
        lessons.join(" et "),
        manifest::FILE
    );
    text
}

/// An archive of these files, in one folder. Same files, same bytes.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn archive(folder: &str, files: &Files) -> Result<Vec<u8>, Failure> {
    // The oldest moment that an archive can tell: when it was made is no part of what it holds.
    let options = SimpleFileOptions::default()
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let written = zip
            .start_file(format!("{folder}/{name}"), options)
            .map_err(std::io::Error::from)
            .and_then(|()| zip.write_all(content));
        written.map_err(super::unwritable(std::path::Path::new(name)))?;
    }
    let bytes = zip.finish().map_err(std::io::Error::from);
    Ok(bytes
        .map_err(super::unwritable(std::path::Path::new(folder)))?
        .into_inner())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_archive_of_the_same_files_has_the_same_bytes() {
        let files: Files = [
            ("b.txt".to_owned(), b"deux".to_vec()),
            ("images/a.svg".to_owned(), vec![b'x'; 9000]),
        ]
        .into();
        let first = archive("devoir-ada", &files).unwrap();
        assert_eq!(first, archive("devoir-ada", &files.clone()).unwrap());
        let mut zip = zip::ZipArchive::new(Cursor::new(&first)).unwrap();
        assert_eq!(zip.len(), 2);
        let entry = zip.by_name("devoir-ada/images/a.svg").unwrap();
        assert_eq!(entry.size(), 9000);
        assert!(first.len() < 1000, "{}", first.len());
    }
}
