//! Ids that are unique over all files: who has each, and what is said to who takes it again.

use crate::lesson::Lesson;
use crate::parse::error::Mistake;
use crate::parse::{self, LessonError};
use std::collections::HashMap;
use std::ops::Range;

/// The ids that are taken, and the file that has each. A lesson's own id is a name apart.
#[derive(Default)]
pub(crate) struct Ids(HashMap<String, String>);

impl Ids {
    /// Takes the ids of lessons, given with the texts of their files; what another lesson has already is a mistake.
    pub(crate) fn take_lessons(
        &mut self,
        lessons: &[Lesson],
        files: &[(String, String)],
    ) -> Vec<LessonError> {
        let mut errors = Vec::new();
        for lesson in lessons {
            let Some((_, text)) = files.iter().find(|(name, _)| *name == lesson.file) else {
                continue;
            };
            let text = parse::normalise(text);
            let mistakes = self.take_lesson(lesson, &text);
            if !mistakes.is_empty() {
                errors.push(LessonError::of_file(&lesson.file, &text, mistakes));
            }
        }
        errors
    }

    fn take_lesson(&mut self, lesson: &Lesson, text: &str) -> Vec<Mistake> {
        let cells = lesson.cells().map(|cell| (cell.id.clone(), cell.line));
        let exercises = lesson
            .exercises()
            .map(|exercise| (exercise.id.clone(), exercise.line));
        let scripts = lesson.scripts().map(|script| (script.id.clone(), script.line));
        let own = std::iter::once((of_lesson(&lesson.id), 2));
        let mut mistakes = Vec::new();
        for (id, line) in own.chain(cells).chain(scripts).chain(exercises) {
            let earlier = self.0.insert(id.clone(), lesson.file.clone());
            // Twice in one lesson has been told when it was read.
            if let Some(other) = earlier.filter(|other| *other != lesson.file) {
                let start = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
                let expected = "attendu : un identifiant unique dans toutes les leçons";
                mistakes.push(taken(&id, &other, start..start, expected));
            }
        }
        mistakes
    }

    /// Takes the id of a question of `file`; a mistake where anything has it already.
    pub(crate) fn take_for_question(&mut self, id: &str, file: &str, at: &Range<usize>) -> Option<Mistake> {
        let lesson = self.0.get(&of_lesson(id)).cloned();
        let earlier = self.0.insert(id.to_owned(), file.to_owned());
        let expected = "attendu : un identifiant unique dans toutes les leçons et toutes les questions";
        earlier
            .or(lesson)
            .map(|other| taken(id, &other, at.clone(), expected))
    }
}

fn of_lesson(id: &str) -> String {
    format!("leçon {id}")
}

fn taken(id: &str, other: &str, at: Range<usize>, expected: &str) -> Mistake {
    let message = format!("l’identifiant « {id} » est déjà pris dans {other}");
    Mistake::new(at, message, expected)
}
