//! The lessons that an author works on: a folder's files, with their texts as they are checked.

use crate::failure::{Failure, nearest};
use crate::{lessons, whole};
use std::path::{Path, PathBuf};
use workbook::parse;

/// The folder that is worked on where nothing else is said.
pub const FOLDER: &str = "lessons";

/// A folder of lessons, or those of the program itself.
pub struct Desk {
    /// The folder; `None` for the program's own lessons.
    pub folder: Option<PathBuf>,
    /// Its lessons, in their order.
    pub files: Vec<File>,
    /// What belongs to them: their questions and figures, by name.
    pub beside: Vec<(String, Vec<u8>)>,
}

/// The folder of the questions.
const QUESTIONS: &str = "questions/";

/// A lesson's file.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Its text, as places in it are counted: without byte order mark, with plain line ends.
    pub text: String,
}

impl Desk {
    /// The lessons of `folder`; without one, those of the usual folder, or else the program's own.
    ///
    /// # Errors
    /// When the folder cannot be read, or has no lesson.
    pub fn open(folder: Option<&Path>) -> Result<Self, Failure> {
        let usual = Path::new(FOLDER);
        let folder = folder.or_else(|| usual.is_dir().then_some(usual));
        let files = match folder {
            Some(folder) => lessons::from_folder(folder)?,
            None => lessons::embedded()
                .into_iter()
                .map(|(name, text)| (name, text.into_bytes()))
                .collect(),
        };
        let is_lesson = |(name, _): &(String, Vec<u8>)| !name.contains('/');
        let (files, beside): (Vec<_>, Vec<_>) = files.into_iter().partition(is_lesson);
        Ok(Self {
            folder: folder.map(Path::to_owned),
            files: files
                .into_iter()
                .map(|(name, bytes)| File::new(name, bytes))
                .collect(),
            beside,
        })
    }

    /// The lesson that is meant: its id, its file's name, or a part of that.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(&self, wanted: &str) -> Result<&File, Failure> {
        let found = self.files.iter().find(|file| file.is(wanted));
        found.ok_or_else(|| Failure::UnknownLesson {
            id: wanted.to_owned(),
            near: nearest(wanted, self.files.iter().map(File::handle)).map(str::to_owned),
        })
    }

    /// The files of questions, in their order.
    pub fn questions(&self) -> Vec<File> {
        let is_bank = |(name, _): &&(String, Vec<u8>)| name.starts_with(QUESTIONS);
        let files = self.beside.iter().filter(is_bank);
        files
            .map(|(name, bytes)| File::new(name.clone(), bytes.clone()))
            .collect()
    }

    /// The files as the workbook reads them.
    pub fn sources(&self) -> Vec<(String, Vec<u8>)> {
        self.files
            .iter()
            .map(|file| (file.name.clone(), file.bytes.clone()))
            .chain(self.beside.iter().cloned())
            .collect()
    }
}

impl File {
    /// A file as it was read.
    pub fn new(name: String, bytes: Vec<u8>) -> Self {
        Self {
            text: parse::normalise(&String::from_utf8_lossy(&bytes)),
            name,
            bytes,
        }
    }

    /// The name without `.md`.
    pub fn stem(&self) -> &str {
        stem(&self.name)
    }

    /// The id that the header gives, even where the lesson has mistakes.
    pub fn id(&self) -> Option<&str> {
        let header = self.text.lines().take_while(|line| !line.starts_with('#'));
        header
            .filter_map(|line| line.strip_prefix("id:"))
            .map(str::trim)
            .find(|id| !id.is_empty())
    }

    /// What the lesson is called on the command line.
    pub fn handle(&self) -> &str {
        self.id().unwrap_or_else(|| self.stem())
    }

    fn is(&self, wanted: &str) -> bool {
        let slug = self.stem().split_once('-').map(|(_, slug)| slug);
        self.id() == Some(wanted) || self.stem() == wanted || self.name == wanted || slug == Some(wanted)
    }

    /// A text of as many lines as this one, each with the line end that it has here.
    fn with_line_ends(&self, text: &str) -> String {
        let ends_with_return = |line: &[u8]| line.last() == Some(&b'\r');
        let mut ends = self.bytes.split(|byte| *byte == b'\n').map(ends_with_return);
        let line = |line: &str| match (line.strip_suffix('\n'), ends.next()) {
            (Some(line), Some(true)) => format!("{line}\r\n"),
            _ => line.to_owned(),
        };
        text.split_inclusive('\n').map(line).collect()
    }

    /// Writes another text in the place of this one, with the line ends that the file had.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn rewrite(&self, folder: &Path, text: &str) -> Result<(), Failure> {
        let path = folder.join(&self.name);
        let mark = if self.bytes.starts_with("\u{feff}".as_bytes()) {
            "\u{feff}"
        } else {
            ""
        };
        let text = self.with_line_ends(text);
        whole::write(&path, &format!("{mark}{text}")).map_err(|source| Failure::Unwritable { path, source })
    }
}

/// Whether the file `name` is a lesson's, or holds its questions.
pub fn belongs(name: &str, lesson: &str) -> bool {
    let questions = name
        .strip_prefix(QUESTIONS)
        .and_then(|name| name.strip_suffix(".toml"));
    name == lesson || questions == Some(stem(lesson))
}

fn stem(name: &str) -> &str {
    name.strip_suffix(".md").unwrap_or(name)
}
