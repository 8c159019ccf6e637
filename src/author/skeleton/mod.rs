//! Skeletons: a lesson and an exercise of each kind, small true examples that a teacher replaces.

use super::desk::{Desk, FOLDER};
use super::lint::corrected;
use crate::failure::{Failure, nearest};
use crate::lessons;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use workbook::Workbook;
use workbook::parse::is_id;

/// A skeleton for each kind of exercise, by its name in lessons. To add one: a file beside this one, and its line here.
pub const EXERCISES: &[(&str, &str)] = &[
    ("nombre", include_str!("nombre.md")),
    ("choix", include_str!("choix.md")),
    ("url", include_str!("url.md")),
    ("code", include_str!("code.md")),
    ("etat", include_str!("etat.md")),
    ("politique", include_str!("politique.md")),
    ("document", include_str!("document.md")),
    ("archive", include_str!("archive.md")),
    ("ordre", include_str!("ordre.md")),
    ("prevision", include_str!("prevision.md")),
    ("commande", include_str!("commande.md")),
];

const LESSON: &str = include_str!("lecon.md");

/// What was written.
pub struct Written {
    /// The lesson's file.
    pub path: PathBuf,
    /// The line where it begins.
    pub line: usize,
}

/// Writes the skeleton of a lesson into `folder`, under the next number.
///
/// # Errors
/// When its id is malformed or taken, or the file cannot be written.
pub fn lesson(folder: Option<&Path>, slug: &str, title: &str) -> Result<Written, Failure> {
    let folder = folder.unwrap_or(Path::new(FOLDER));
    well_formed(slug)?;
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() {
        return Err(usage(
            "le titre est vide",
            "donne-le entre guillemets\u{a0}: --titre \"Les files d’attente\"",
        ));
    }
    let taken = if folder.is_dir() {
        ids(folder)?
    } else {
        BTreeMap::new()
    };
    let cell = format!("{slug}-bonjour");
    free(&taken, slug)?;
    // The id of the first cell is made of the lesson's: a long one leaves no room for it.
    well_formed(&cell)?;
    free(&taken, &cell)?;
    std::fs::create_dir_all(folder).map_err(|source| unwritable(folder, source))?;
    let path = folder.join(format!("{:02}-{slug}.md", next_number(folder)?));
    create(&path, &lesson_text(slug, &title))?;
    Ok(Written { path, line: 1 })
}

fn lesson_text(slug: &str, title: &str) -> String {
    // A JSON string is a YAML one, whatever it holds.
    let yaml = if is_plain(title) {
        title.to_owned()
    } else {
        serde_json::Value::from(title).to_string()
    };
    let text = LESSON
        .replace("@@ID@@", slug)
        .replace("@@TITRE@@", &yaml)
        .replace("@@TEXTE@@", title);
    corrected(&text).0
}

/// Whether YAML reads a text as it stands.
fn is_plain(title: &str) -> bool {
    let first = title.chars().next().is_some_and(char::is_alphabetic);
    let words = ["true", "false", "null", "yes", "no", "on", "off"];
    first && !title.contains([':', '#', '"', '\'', '\\']) && !words.contains(&title.to_lowercase().as_str())
}

/// Adds the skeleton of an exercise at the end of a lesson's file.
///
/// # Errors
/// When there is no such lesson or kind, the id is malformed or taken, or the file cannot be written.
pub fn exercise(folder: Option<&Path>, lesson: &str, id: &str, kind: &str) -> Result<Written, Failure> {
    let skeleton = of_kind(kind)?;
    well_formed(id)?;
    let folder = folder.unwrap_or(Path::new(FOLDER));
    let desk = Desk::open(Some(folder))?;
    let file = desk.find(lesson)?;
    free(&ids(folder)?, id)?;
    let before = file.text.trim_end();
    let text = format!("{before}\n\n{}", corrected(&skeleton.replace("@@ID@@", id)).0);
    file.rewrite(folder, &text)?;
    Ok(Written {
        path: folder.join(&file.name),
        line: before.lines().count() + 2,
    })
}

/// The skeleton of a kind.
fn of_kind(kind: &str) -> Result<&'static str, Failure> {
    let names = || EXERCISES.iter().map(|(name, _)| *name);
    let contract = workbook::exercise::kinds().find(|(_, name)| *name == kind);
    let kind = contract.map_or(kind, |(written, _)| written);
    let found = EXERCISES.iter().find(|(name, _)| *name == kind);
    found.map(|(_, text)| *text).ok_or_else(|| {
        let list = names().collect::<Vec<_>>().join(", ");
        let near =
            nearest(kind, names()).map(|near| format!("voulais-tu dire «\u{a0}{near}\u{a0}»\u{202f}? "));
        usage(
            &format!("le genre «\u{a0}{kind}\u{a0}» n’existe pas"),
            &format!("{}les genres\u{a0}: {list}.", near.unwrap_or_default()),
        )
    })
}

/// The ids that the lessons of a folder have, each with its lesson's file.
fn ids(folder: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let files = match lessons::from_folder(folder) {
        Err(Failure::NoLesson(_)) => Vec::new(),
        read => read?,
    };
    let workbook = Workbook::read(files).map_err(|error| Failure::BrokenLesson(error.plain()))?;
    let mut ids = BTreeMap::new();
    for lesson in workbook.lessons() {
        let cells = lesson.cells().map(|cell| cell.id.clone());
        let exercises = lesson.exercises().map(|spec| spec.id.clone());
        for id in std::iter::once(lesson.id.clone()).chain(cells).chain(exercises) {
            ids.insert(id, lesson.file.clone());
        }
    }
    Ok(ids)
}

fn well_formed(id: &str) -> Result<(), Failure> {
    if is_id(id) {
        return Ok(());
    }
    let message = format!("«\u{a0}{id}\u{a0}» ne peut pas servir d’identifiant");
    Err(usage(
        &message,
        "1 à 48 caractères parmi a-z, 0-9 et -, sans accent ni espace.",
    ))
}

fn free(taken: &BTreeMap<String, String>, id: &str) -> Result<(), Failure> {
    let Some(file) = taken.get(id) else { return Ok(()) };
    let message = format!("l’identifiant «\u{a0}{id}\u{a0}» est déjà pris dans {file}");
    Err(usage(
        &message,
        "choisis-en un autre\u{a0}: il est unique dans toutes les leçons.",
    ))
}

/// One more than the highest number that a file of the folder begins with.
fn next_number(folder: &Path) -> Result<u32, Failure> {
    let unreadable = |source| Failure::Unreadable {
        path: folder.to_owned(),
        source,
    };
    let mut highest = 0;
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let name = entry
            .map_err(unreadable)?
            .file_name()
            .to_string_lossy()
            .into_owned();
        let number = name.strip_suffix(".md").and_then(|stem| stem.split('-').next());
        highest = highest.max(number.and_then(|number| number.parse().ok()).unwrap_or(0));
    }
    Ok(highest + 1)
}

/// Writes a file that is not there yet.
fn create(path: &Path, text: &str) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|source| unwritable(path, source))
}

fn unwritable(path: &Path, source: std::io::Error) -> Failure {
    Failure::Unwritable {
        path: path.to_owned(),
        source,
    }
}

fn usage(message: &str, hint: &str) -> Failure {
    Failure::Usage {
        message: message.to_owned(),
        hint: hint.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
