//! The file in which an exercise is answered: its name, how it begins, and the answer in it.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::archive;
use crate::failure::Failure;
use crate::render::{Look, markdown};
use crate::written;
use workbook::Workbook;
use workbook::evidence::Answer;
use workbook::exercise::Drawn;
use workbook::lesson::{ExerciseSpec, Lesson};

/// Columns of a statement at the head of a file.
const WIDTH: usize = 96;

/// What an answer is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Rust, from the exercise's starter.
    Rust,
    /// A JSON document.
    Document,
    /// An archive, which the learner puts there.
    Archive,
    /// A command of the AWS CLI.
    Command,
    /// A number, letters, a URL.
    Text,
}

impl Form {
    fn of(drawn: &Drawn) -> Self {
        let exercise = &drawn.exercise;
        if exercise.needs_engine() {
            Self::Rust
        } else if exercise.archive().is_some() {
            Self::Archive
        } else if exercise.asks_for_a_document() {
            Self::Document
        } else if exercise.command().is_some() {
            Self::Command
        } else {
            Self::Text
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Rust => "rs",
            Self::Document => "json",
            Self::Archive => "zip",
            Self::Command => "sh",
            Self::Text => "txt",
        }
    }

    /// What begins a line that is no part of the answer.
    fn comment(self) -> Option<&'static str> {
        match self {
            Self::Rust => Some("//"),
            Self::Command | Self::Text => Some("#"),
            Self::Document | Self::Archive => None,
        }
    }
}

/// All exercises with their lessons, each with the beginning of its file's name: the same whatever is followed, or handed
/// out, with it.
pub(crate) fn named(workbook: &Workbook) -> impl Iterator<Item = (String, &Lesson, &ExerciseSpec)> {
    let lessons = (1_usize..).zip(workbook.lessons());
    lessons.flat_map(|(number, lesson)| {
        let ranked = (1_usize..).zip(lesson.exercises());
        ranked.map(move |(rank, exercise)| (format!("{number:02}-{rank:02}"), lesson, exercise))
    })
}

/// The name of an exercise's file, which begins so.
pub(crate) fn name(beginning: &str, drawn: &Drawn) -> String {
    format!("{beginning}-{}.{}", drawn.id, Form::of(drawn).extension())
}

/// The file of an exercise, whose name begins so.
pub(super) fn path(folder: &Path, beginning: &str, drawn: &Drawn) -> PathBuf {
    folder.join(name(beginning, drawn))
}

/// The most bytes of an answer to this exercise.
pub(crate) fn most(drawn: &Drawn) -> u64 {
    match Form::of(drawn) {
        Form::Archive => archive::MOST as u64,
        _ => written::MOST,
    }
}

/// How the file begins; none where the learner puts it there.
pub(crate) fn beginning(drawn: &Drawn) -> Option<String> {
    let form = Form::of(drawn);
    match form {
        Form::Archive => None,
        Form::Document => Some("{\n}\n".to_owned()),
        Form::Rust => Some(format!(
            "{}\n{}\n",
            statement(drawn, "//"),
            drawn.starter.as_deref().unwrap_or_default().trim_end()
        )),
        Form::Command | Form::Text => Some(format!("{}\n", statement(drawn, "#"))),
    }
}

/// The title, the statement and the options, as comments.
fn statement(drawn: &Drawn, comment: &str) -> String {
    let mut text = format!("{}\n\n{}\n", drawn.title, drawn.statement.trim());
    if let Some(program) = &drawn.program {
        let _ = write!(text, "\n```rust\n{}\n```\n", program.trim_end());
    }
    for option in drawn.exercise.options() {
        let _ = write!(text, "\n- {}\u{a0}: {}\n", option.id, option.text);
    }
    let shown = markdown::render(&text, Look::plain(WIDTH));
    let mut lines = String::new();
    for line in shown.trim_end().lines() {
        let _ = writeln!(lines, "{}", format!("{comment} {line}").trim_end());
    }
    let end = if comment == "#" {
        " Écris ta réponse sous cette ligne."
    } else {
        ""
    };
    format!("{lines}{comment}{end}\n")
}

/// Writes the file as it begins, unless there is one.
pub(super) fn lay_out(file: &Path, drawn: &Drawn) -> Result<(), Failure> {
    let Some(text) = beginning(drawn).filter(|_| !file.exists()) else {
        return Ok(());
    };
    write(file, &text)
}

/// Puts the file back as it begins; what was there stays beside it. Answers where.
pub(super) fn start_again(file: &Path, drawn: &Drawn) -> Result<Option<PathBuf>, Failure> {
    let kept = (2..u32::MAX)
        .map(|number| file.with_extension(format!("{number}.ancien")))
        .find(|path| !path.exists())
        .filter(|_| file.exists());
    if let Some(kept) = &kept {
        fs::rename(file, kept).map_err(|source| Failure::Unwritable {
            path: kept.clone(),
            source,
        })?;
    }
    lay_out(file, drawn)?;
    Ok(kept)
}

/// Writes a file that is not there yet.
fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let written = File::create_new(file).and_then(|mut new| new.write_all(text.as_bytes()));
    written.map_err(|source| Failure::Unwritable {
        path: file.to_owned(),
        source,
    })
}

/// What is in the file, to tell whether it changed.
pub(super) fn content(file: &Path, drawn: &Drawn) -> Result<Option<Vec<u8>>, Failure> {
    let most = most(drawn);
    match fs::metadata(file) {
        Ok(metadata) if metadata.len() > most => Err(Failure::TooLong { most: most >> 20 }),
        Ok(_) => fs::read(file).map(Some).or_else(|source| missing(file, source)),
        Err(source) => missing(file, source),
    }
}

/// An editor may have taken the file away for a moment.
fn missing(file: &Path, source: std::io::Error) -> Result<Option<Vec<u8>>, Failure> {
    if source.kind() == ErrorKind::NotFound {
        return Ok(None);
    }
    Err(Failure::Unreadable {
        path: file.to_owned(),
        source,
    })
}

/// The answer in what the file holds; none where nothing was written yet.
pub(crate) fn answer(content: &[u8], file: &Path, drawn: &Drawn) -> Result<Option<Answer>, Failure> {
    let form = Form::of(drawn);
    if form == Form::Archive {
        return Ok(Some(Answer::Archive(content.to_vec())));
    }
    let text = written::text(content, file)?;
    if beginning(drawn).is_some_and(|beginning| beginning.trim() == text.trim()) {
        return Ok(None);
    }
    if form == Form::Rust {
        return Ok(Some(Answer::Rust(text.to_owned())));
    }
    let is_comment = |line: &str| {
        form.comment()
            .is_some_and(|comment| line.trim_start().starts_with(comment))
    };
    let lines: Vec<&str> = text.lines().filter(|line| !is_comment(line)).collect();
    let written = lines.join("\n");
    Ok((!written.trim().is_empty()).then(|| Answer::Text(written.trim().to_owned())))
}
