//! All lessons and the question bank together: ids unique over all, lookup by id.

use crate::bank::{self, Bank, Known, Question};
use crate::ids::Ids;
use crate::images::{self, Images};
use crate::lesson::{ExerciseSpec, Lesson};
use crate::nearest::nearest;
use crate::parse::{self, LessonError};

/// All lessons, in the order they were given, and the question bank.
#[derive(Default)]
pub struct Workbook {
    lessons: Vec<Lesson>,
    bank: Bank,
}

impl Workbook {
    /// Parses files given as (name, text): lessons, the bank's files, which are those named `questions/….toml`, and the
    /// lessons' images, `images/….svg`.
    ///
    /// # Errors
    /// When files have mistakes: all of them are reported, ids that two of them share among them.
    pub fn load(files: Vec<(String, String)>) -> Result<Self, LessonError> {
        let bytes = |(name, text): (String, String)| (name, text.into_bytes());
        Self::read(files.into_iter().map(bytes).collect())
    }

    /// The same, from the bytes of the files: text that is not UTF-8 is a mistake like any other.
    ///
    /// # Errors
    /// When files have mistakes: all of them are reported, ids that two of them share among them.
    pub fn read(files: Vec<(String, Vec<u8>)>) -> Result<Self, LessonError> {
        match Self::examine(files) {
            (workbook, None) => Ok(workbook),
            (_, Some(error)) => Err(error),
        }
    }

    /// What can be read of the files, and what keeps the others, or all of them together, from being used.
    pub fn examine(files: Vec<(String, Vec<u8>)>) -> (Self, Option<LessonError>) {
        let mut reading = Reading::default();
        let (bank, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|(name, _)| is_of_bank(name));
        let (images, lessons): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|(name, _)| images::is_image(name));
        reading.images(images);
        reading.lessons(lessons);
        reading.bank(bank);
        let workbook = Self {
            lessons: reading.lessons,
            bank: Bank::new(reading.questions),
        };
        (workbook, LessonError::join(reading.errors))
    }

    /// All lessons, in order.
    pub fn lessons(&self) -> &[Lesson] {
        &self.lessons
    }

    /// The question bank; empty where no file of it was given.
    pub fn bank(&self) -> &Bank {
        &self.bank
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

/// Whether a file of this name belongs to the question bank.
fn is_of_bank(name: &str) -> bool {
    name.strip_prefix("questions/")
        .and_then(|file| file.strip_suffix(".toml"))
        .is_some()
}

/// What has been read so far, and what is wrong with it.
#[derive(Default)]
struct Reading {
    images: Images,
    lessons: Vec<Lesson>,
    questions: Vec<Question>,
    ids: Ids,
    errors: Vec<LessonError>,
}

impl Reading {
    fn images(&mut self, files: Vec<(String, Vec<u8>)>) {
        for (name, bytes) in files {
            match images::read(&name, bytes) {
                Ok(svg) => {
                    self.images.insert(name, svg);
                }
                Err(error) => {
                    self.errors.push(error);
                    // It is there: that a lesson shows it is no mistake.
                    self.images.insert(name, "".into());
                }
            }
        }
    }

    fn lessons(&mut self, files: Vec<(String, Vec<u8>)>) {
        let mut texts = Vec::new();
        for (name, bytes) in files {
            match parse::decode(&name, bytes) {
                Ok(text) => {
                    self.lesson(&name, &text);
                    texts.push((name, text));
                }
                Err(error) => self.errors.push(error),
            }
        }
        self.errors.extend(self.ids.take_lessons(&self.lessons, &texts));
    }

    fn lesson(&mut self, name: &str, text: &str) {
        let lesson = parse::lesson(name, text);
        let text = parse::normalise(text);
        let mut mistakes = Vec::new();
        let images = images::shown(&text, &self.images, &mut mistakes);
        match lesson {
            Ok(lesson) => self.lessons.push(Lesson { images, ..lesson }),
            Err(error) => self.errors.push(error),
        }
        if !mistakes.is_empty() {
            self.errors.push(LessonError::of_file(name, &text, mistakes));
        }
    }

    fn bank(&mut self, files: Vec<(String, Vec<u8>)>) {
        let known = Known {
            lessons: &self.lessons,
            all: self.errors.is_empty(),
        };
        let mut errors = Vec::new();
        for (name, bytes) in files {
            let text = parse::decode(&name, bytes);
            match text.and_then(|text| bank::questions(&name, &text, &known, &mut self.ids)) {
                Ok(questions) => self.questions.extend(questions),
                Err(error) => errors.push(error),
            }
        }
        self.errors.extend(errors);
    }
}
