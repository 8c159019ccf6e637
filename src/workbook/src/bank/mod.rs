//! The question bank: exam-style questions, beside the lessons that they belong to.

pub mod blueprint;
mod check;
mod drawn;
mod read;
pub mod similar;

pub use blueprint::{Domain, EXAMS, Exam, Skill};
pub use drawn::{DrawnQuestion, Explained};

pub(crate) use check::{Known, questions};

/// All questions, in the order of the files and of each file.
#[derive(Debug, Default)]
pub struct Bank {
    questions: Vec<Question>,
}

/// An exam-style question as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Unique over all lessons and questions, `[a-z0-9-]{1,48}`.
    pub id: String,
    /// The lesson's id.
    pub lesson: String,
    /// What it tests; at least one.
    pub skills: Vec<Skill>,
    /// 1 (application), 2 (analysis) or 3 (case study).
    pub level: u8,
    /// The page of AWS that it rests on.
    pub source: String,
    /// The situation and what is asked, in French Markdown.
    pub stem: String,
    /// In the order they are written.
    pub options: Vec<QuestionOption>,
    /// The file's name, as it was given.
    pub file: String,
    /// Its line in the file, counted from 1.
    pub line: usize,
}

/// One answer to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionOption {
    /// French Markdown.
    pub text: String,
    /// Whether it is to be chosen.
    pub right: bool,
    /// Why it is right or wrong in this situation, in French Markdown.
    pub explanation: String,
}

impl Bank {
    pub(crate) fn new(questions: Vec<Question>) -> Self {
        Self { questions }
    }

    /// All questions, in order.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The question with this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The questions that test a skill of this exam, in order.
    pub fn of_exam(&self, exam: &'static Exam) -> impl Iterator<Item = &Question> {
        self.questions
            .iter()
            .filter(move |question| question.skill(exam).is_some())
    }

    /// The questions of a lesson, in order.
    pub fn of_lesson(&self, lesson: &str) -> impl Iterator<Item = &Question> {
        self.questions
            .iter()
            .filter(move |question| question.lesson == lesson)
    }
}

impl Question {
    /// How many options are to be chosen.
    pub fn choose(&self) -> usize {
        self.options.iter().filter(|option| option.right).count()
    }

    /// All that is asked: the stem and the options.
    pub fn text(&self) -> String {
        let options = self.options.iter().map(|option| option.text.as_str());
        let all: Vec<&str> = std::iter::once(self.stem.as_str()).chain(options).collect();
        all.join("\n")
    }

    /// The first of this exam's skills that it tests.
    pub fn skill(&self, exam: &Exam) -> Option<Skill> {
        self.skills.iter().find(|skill| skill.exam == exam).copied()
    }
}
