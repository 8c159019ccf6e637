//! What stays of a sitting that is over: one line of the journal.

use super::{Ending, Report, Score, Sitting};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A sitting that is over, as the journal keeps it. Moments are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "exam_taken")]
pub struct Record {
    /// The exam's code.
    pub certification: String,
    /// What its paper was drawn from.
    pub seed: u64,
    /// How long it was to last.
    pub minutes: u32,
    /// When it began.
    pub started_at: i64,
    /// When it ended.
    pub ended_at: i64,
    /// How it ended.
    pub ending: Ending,
    /// Questions answered right.
    pub correct: usize,
    /// All questions.
    pub total: usize,
    /// By the number of the exam's domain.
    pub domains: BTreeMap<u8, Tally>,
    /// By the number of the skill.
    pub skills: BTreeMap<String, Tally>,
    /// What was answered, by question: `AC`.
    pub answers: BTreeMap<String, String>,
}

/// A score as the journal keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Questions answered right.
    pub correct: usize,
    /// All of them.
    pub total: usize,
}

impl From<Score> for Tally {
    fn from(score: Score) -> Self {
        Self {
            correct: score.correct,
            total: score.total,
        }
    }
}

impl Record {
    /// What stays of a sitting; `None` while it goes on.
    pub fn of(sitting: &Sitting) -> Option<Self> {
        let (ended_at, ending) = sitting.ended()?;
        let paper = sitting.paper();
        let report = Report::of(paper, sitting.answers());
        let answers = paper.questions.iter().zip(sitting.answers());
        Some(Self {
            certification: paper.exam.code.to_owned(),
            seed: paper.seed,
            minutes: paper.minutes,
            started_at: sitting.started_at(),
            ended_at,
            ending,
            correct: report.all.correct,
            total: report.all.total,
            domains: report
                .domains
                .iter()
                .map(|(number, score)| (*number, Tally::from(*score)))
                .collect(),
            skills: report
                .skills
                .iter()
                .map(|(skill, score)| (skill.clone(), Tally::from(*score)))
                .collect(),
            answers: answers
                .filter(|(_, chosen)| !chosen.is_empty())
                .map(|(asked, chosen)| (asked.question.id.clone(), chosen.iter().collect()))
                .collect(),
        })
    }
}
