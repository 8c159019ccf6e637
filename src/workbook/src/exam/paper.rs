//! The paper of a mock exam: what is asked, in which order, and in how many minutes.

use crate::bank::{Domain, DrawnQuestion, Exam, Explained, blueprint};
use serde::{Deserialize, Serialize};

/// What is asked. As it is kept, it has everything that is needed to go on and to explain: another version of the lessons
/// does not change an exam that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// The exam that it imitates; kept as its code.
    #[serde(rename = "certification", with = "code")]
    pub exam: &'static Exam,
    /// What it was drawn from.
    pub seed: u64,
    /// How long it lasts.
    pub minutes: u32,
    /// How many questions were ordered: more than there are where the bank has too few.
    pub ordered: usize,
    /// The numbers of the exam's domains that the bank has no question of.
    pub uncovered: Vec<u8>,
    /// The questions, in order; at least one.
    pub questions: Vec<Asked>,
}

/// A question of a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub struct Asked {
    /// The question, its options in the order shown.
    pub question: DrawnQuestion,
    /// The id of the lesson that it belongs to.
    pub lesson: String,
    /// The page of AWS that it rests on.
    pub source: String,
}

impl Paper {
    /// The domains that questions were drawn from, in order.
    pub fn covered(&self) -> impl Iterator<Item = &'static Domain> + '_ {
        let domains = self.exam.domains.iter();
        domains.filter(|domain| !self.uncovered.contains(&domain.number))
    }

    /// The domains that the bank has no question of, in order.
    pub fn uncovered(&self) -> impl Iterator<Item = &'static Domain> + '_ {
        let domains = self.exam.domains.iter();
        domains.filter(|domain| self.uncovered.contains(&domain.number))
    }

    /// A covered domain's part of this paper, in percent: its weight among those of the covered domains.
    pub fn share(&self, domain: &Domain) -> f64 {
        let sum: u32 = self.covered().map(|domain| domain.weight).sum();
        f64::from(domain.weight) * 100.0 / f64::from(sum.max(1))
    }

    /// How many questions of this paper are of a domain.
    pub fn of_domain(&self, number: u8) -> usize {
        let questions = self.questions.iter();
        questions.filter(|asked| asked.question.domain == number).count()
    }
}

/// An exam as its code.
mod code {
    use super::{Exam, blueprint};
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
    pub(super) fn serialize<S: Serializer>(exam: &&'static Exam, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(exam.code)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<&'static Exam, D::Error> {
        let code = String::deserialize(from)?;
        blueprint::exam(&code).ok_or_else(|| D::Error::custom(code))
    }
}

/// A question with what is said of it afterwards, which it leaves out where it is only asked.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    question: DrawnQuestion,
    explained: Vec<Explained>,
    lesson: String,
    source: String,
}

impl From<Kept> for Asked {
    fn from(kept: Kept) -> Self {
        Self {
            question: kept.question.with(kept.explained),
            lesson: kept.lesson,
            source: kept.source,
        }
    }
}

impl From<Asked> for Kept {
    fn from(asked: Asked) -> Self {
        Self {
            explained: asked.question.explained().to_vec(),
            question: asked.question,
            lesson: asked.lesson,
            source: asked.source,
        }
    }
}
