//! What a paper's answers are worth: all of a question or nothing, by domain, by skill, and by lesson.

use super::Paper;
use std::collections::{BTreeMap, BTreeSet};

/// How many questions of some kind were answered right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Those that were.
    pub correct: usize,
    /// All of them.
    pub total: usize,
}

/// The result of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Of all questions.
    pub all: Score,
    /// How many questions have no answer, or not all of it: they count as wrong.
    pub unanswered: usize,
    /// By the number of the exam's domain; those with questions only.
    pub domains: BTreeMap<u8, Score>,
    /// By the number of the skill in the exam's guide.
    pub skills: BTreeMap<String, Score>,
    /// By the lesson's id.
    pub lessons: BTreeMap<String, Score>,
    /// Whether each question is right, in the paper's order.
    pub right: Vec<bool>,
}

impl Report {
    /// The result of these answers, in the paper's order; what is missing is not answered.
    pub fn of(paper: &Paper, answers: &[BTreeSet<char>]) -> Self {
        let mut report = Self {
            all: Score::default(),
            unanswered: 0,
            domains: BTreeMap::new(),
            skills: BTreeMap::new(),
            lessons: BTreeMap::new(),
            right: Vec::new(),
        };
        let none = BTreeSet::new();
        for (at, asked) in paper.questions.iter().enumerate() {
            let question = &asked.question;
            let chosen = answers.get(at).unwrap_or(&none);
            let right = question.is_right(chosen);
            report.unanswered += usize::from(chosen.len() < question.choose);
            report.right.push(right);
            report.all.add(right);
            report.domains.entry(question.domain).or_default().add(right);
            report
                .skills
                .entry(question.skill.clone())
                .or_default()
                .add(right);
            report.lessons.entry(asked.lesson.clone()).or_default().add(right);
        }
        report
    }

    /// The lessons to read again, where a question was missed: most questions missed first.
    pub fn to_read_again(&self) -> Vec<(&str, Score)> {
        let mut lessons: Vec<(&str, Score)> = self
            .lessons
            .iter()
            .filter(|(_, score)| score.missed() > 0)
            .map(|(lesson, score)| (lesson.as_str(), *score))
            .collect();
        lessons.sort_by_key(|(_, score)| std::cmp::Reverse(score.missed()));
        lessons
    }

    /// The questions that were missed, from 0.
    pub fn missed(&self) -> impl Iterator<Item = usize> + '_ {
        let right = self.right.iter().enumerate();
        right.filter(|(_, right)| !**right).map(|(at, _)| at)
    }
}

impl Score {
    fn add(&mut self, right: bool) {
        self.total += 1;
        self.correct += usize::from(right);
    }

    /// How many were not right.
    pub fn missed(&self) -> usize {
        self.total - self.correct
    }

    /// The right ones in percent, rounded down: 100 is all of them.
    pub fn percent(&self) -> usize {
        (self.correct * 100).checked_div(self.total).unwrap_or(0)
    }
}
