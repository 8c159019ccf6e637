//! The lessons as they are shown, and their version, which grows when a file changes.

use super::{html, page};
use crate::author::desk::{Desk, File};
use crate::failure::Failure;
use crate::lesson_files;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use workbook::Workbook;
use workbook::lesson::Lesson;
use workbook::parse::LessonError;

/// A state of the folder's files: names, times and sizes.
type Stamp = Vec<(PathBuf, Option<SystemTime>, u64)>;

/// What is shown at one moment.
pub struct Shelf {
    folder: PathBuf,
    seed: u64,
    /// The only lesson that is shown, by its file's name; `None` for all, with a list.
    only: Option<String>,
    stamp: Stamp,
    /// Grows with each change.
    pub version: u64,
    sources: Vec<(String, Vec<u8>)>,
    files: Vec<File>,
    workbook: Workbook,
    /// What cannot be read.
    pub error: Option<LessonError>,
    pages: BTreeMap<String, String>,
}

impl Shelf {
    /// The lessons of `folder`, drawn for `seed`.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn open(folder: &Path, only: Option<String>, seed: u64) -> Result<Self, Failure> {
        let mut shelf = Self {
            folder: folder.to_owned(),
            seed,
            only,
            stamp: Vec::new(),
            version: 0,
            sources: Vec::new(),
            files: Vec::new(),
            workbook: Workbook::default(),
            error: None,
            pages: BTreeMap::new(),
        };
        shelf.read()?;
        Ok(shelf)
    }

    /// Looks whether a file has changed, and reads the lessons again; whether they have changed.
    pub fn refresh(&mut self) -> bool {
        let stamp = stamp(&self.folder);
        if stamp == self.stamp {
            return false;
        }
        // An editor replaces a file in two steps: what cannot be read now is looked at again at the next turn.
        self.read().unwrap_or(false)
    }

    fn read(&mut self) -> Result<bool, Failure> {
        let stamp = stamp(&self.folder);
        let desk = Desk::open(Some(&self.folder))?;
        self.stamp = stamp;
        let sources = desk.sources();
        if sources == self.sources {
            return Ok(false);
        }
        (self.workbook, self.error) = Workbook::examine(sources.clone());
        self.sources = sources;
        self.files = desk.files;
        self.version += 1;
        self.draw();
        Ok(true)
    }

    fn draw(&mut self) {
        let pages = self.shown().map(|file| {
            let document = page::document(&self.title(file), &self.body(file), self.version);
            (file.stem().to_owned(), document)
        });
        self.pages = pages.collect();
        let list: Vec<(String, String, bool)> = self
            .files
            .iter()
            .map(|file| {
                (
                    file.stem().to_owned(),
                    self.title(file),
                    self.lesson(&file.name).is_some(),
                )
            })
            .collect();
        let home = match self.only.as_ref().and_then(|only| only.strip_suffix(".md")) {
            Some(stem) => self.pages.get(stem).cloned().unwrap_or_default(),
            None => page::document("Les leçons", &page::index(&list), self.version),
        };
        self.pages.insert(String::new(), home);
    }

    fn body(&self, file: &File) -> String {
        match (self.lesson(&file.name), &self.error) {
            (Some(lesson), _) => html::lesson(lesson, self.seed),
            (None, Some(error)) => html::mistakes(error, &file.name),
            (None, None) => String::new(),
        }
    }

    fn title(&self, file: &File) -> String {
        self.lesson(&file.name)
            .map_or_else(|| file.name.clone(), |lesson| lesson.title.clone())
    }

    /// The lesson of a file, where neither it nor an id that it shares is wrong.
    pub fn lesson(&self, file: &str) -> Option<&Lesson> {
        let wrong = self
            .error
            .iter()
            .flat_map(LessonError::mistakes)
            .any(|one| one.file == file);
        self.workbook
            .lessons()
            .iter()
            .find(|lesson| lesson.file == file && !wrong)
    }

    /// The files that are shown.
    pub fn shown(&self) -> impl Iterator<Item = &File> {
        let wanted = |file: &&File| self.only.as_ref().is_none_or(|only| *only == file.name);
        self.files.iter().filter(wanted)
    }

    /// The page at an address, without its first slash.
    pub(super) fn page(&self, address: &str) -> Option<&str> {
        self.pages.get(address).map(String::as_str)
    }

    /// An image of the lessons' own folder, with its media type.
    pub(super) fn image(&self, name: &str) -> Option<(&'static str, Vec<u8>)> {
        let media = match name.rsplit_once('.')?.1 {
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "jpg" | "jpeg" => "image/jpeg",
            "gif" => "image/gif",
            "webp" => "image/webp",
            _ => return None,
        };
        let images = self.folder.join("images").canonicalize().ok()?;
        if name.starts_with('.') || name.contains(['/', '\\', '\0']) {
            return None;
        }
        // A link may lead out of the folder: what counts is where it ends.
        let path = images.join(name).canonicalize().ok()?;
        let within = path.parent() == Some(&images);
        let bytes = within.then(|| std::fs::read(path).ok()).flatten()?;
        Some((media, bytes))
    }
}

/// The times and sizes of a folder's lessons, and of what belongs to them.
fn stamp(folder: &Path) -> Stamp {
    let lessons = lesson_files::lessons(folder).into_iter().flatten();
    let beside = lesson_files::beside(folder).into_iter().flatten();
    lessons
        .chain(beside)
        .filter_map(|(_, path)| {
            let data = std::fs::metadata(&path).ok()?;
            Some((path, data.modified().ok(), data.len()))
        })
        .collect()
}
