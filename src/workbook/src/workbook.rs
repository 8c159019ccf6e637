//! All lessons together: ids unique over all, lookup by id.

use crate::lesson::{ExerciseSpec, Lesson};
use crate::nearest::nearest;
use crate::parse::error::Mistake;
use crate::parse::{self, LessonError};
use std::collections::HashMap;

/// All lessons, in the order they were given.
pub struct Workbook {
    lessons: Vec<Lesson>,
}

impl Workbook {
    /// Parses lessons given as (file name, text).
    ///
    /// # Errors
    /// When files have mistakes: all of them are reported, ids that two lessons share among them.
    pub fn load(files: Vec<(String, String)>) -> Result<Self, LessonError> {
        let bytes = |(name, text): (String, String)| (name, text.into_bytes());
        Self::read(files.into_iter().map(bytes).collect())
    }

    /// The same, from the bytes of the files: text that is not UTF-8 is a mistake like any other.
    ///
    /// # Errors
    /// When files have mistakes: all of them are reported, ids that two lessons share among them.
    pub fn read(files: Vec<(String, Vec<u8>)>) -> Result<Self, LessonError> {
        match Self::examine(files) {
            (lessons, None) => Ok(Self { lessons }),
            (_, Some(error)) => Err(error),
        }
    }

    /// The lessons that can be read, and what keeps the others, or all of them together, from being used.
    pub fn examine(files: Vec<(String, Vec<u8>)>) -> (Vec<Lesson>, Option<LessonError>) {
        let (mut texts, mut lessons, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for (name, bytes) in files {
            let text = parse::decode(&name, bytes);
            match text.and_then(|text| parse::lesson(&name, &text).map(|lesson| (lesson, text))) {
                Ok((lesson, text)) => {
                    lessons.push(lesson);
                    texts.push((name, text));
                }
                Err(error) => errors.push(error),
            }
        }
        errors.extend(shared_ids(&lessons, &texts));
        (lessons, LessonError::join(errors))
    }

    /// All lessons, in order.
    pub fn lessons(&self) -> &[Lesson] {
        &self.lessons
    }

    /// The lesson with this id.
    pub fn lesson(&self, id: &str) -> Option<&Lesson> {
        self.lessons.iter().find(|lesson| lesson.id == id)
    }

    /// The exercise with this id, and its lesson.
    pub fn exercise(&self, id: &str) -> Option<(&Lesson, &ExerciseSpec)> {
        let found = |lesson| {
            Lesson::exercises(lesson)
                .find(|exercise| exercise.id == id)
                .map(|one| (lesson, one))
        };
        self.lessons.iter().find_map(found)
    }

    /// The lesson id that was probably meant.
    pub fn nearest_lesson(&self, id: &str) -> Option<&str> {
        nearest(id, self.lessons.iter().map(|lesson| lesson.id.as_str()))
    }

    /// The exercise id that was probably meant.
    pub fn nearest_exercise(&self, id: &str) -> Option<&str> {
        nearest(
            id,
            self.lessons
                .iter()
                .flat_map(Lesson::exercises)
                .map(|exercise| exercise.id.as_str()),
        )
    }
}

/// The ids that an earlier lesson has already, as one error per file.
fn shared_ids(lessons: &[Lesson], files: &[(String, String)]) -> Vec<LessonError> {
    let (mut first, mut errors) = (HashMap::new(), Vec::new());
    for lesson in lessons {
        let Some((_, text)) = files.iter().find(|(name, _)| *name == lesson.file) else {
            continue;
        };
        let text = parse::normalise(text);
        let mut mistakes = Vec::new();
        let cells = lesson.cells().map(|cell| (cell.id.clone(), cell.line));
        let exercises = lesson
            .exercises()
            .map(|exercise| (exercise.id.clone(), exercise.line));
        let own = std::iter::once((format!("leçon {}", lesson.id), 2));
        for (id, line) in own.chain(cells).chain(exercises) {
            if let Some(other) = first.insert(id.clone(), &lesson.file)
                && *other != lesson.file
            {
                let start = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
                let message = format!("l’identifiant « {id} » est déjà pris dans {other}");
                mistakes.push(Mistake::new(
                    start..start,
                    message,
                    "attendu : un identifiant unique dans toutes les leçons",
                ));
            }
        }
        if !mistakes.is_empty() {
            errors.push(LessonError::of_file(&lesson.file, &text, mistakes));
        }
    }
    errors
}
