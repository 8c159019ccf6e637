//! Draws a paper from the bank: to the weights of the exam's guide, no question twice, none beside one that asks the same.

use super::shares::shares;
use super::{Asked, Paper};
use crate::bank::{Bank, Domain, Exam, Question, similar};
use crate::exercise::parameters::{random, shuffled};
use std::collections::BTreeSet;

/// What paper is wanted.
#[derive(Debug, Clone)]
pub struct Order {
    /// The exam to imitate.
    pub exam: &'static Exam,
    /// What chance starts from: the same seed and bank give the same paper.
    pub seed: u64,
    /// How many questions, at most; those of the real exam where nothing is said.
    pub questions: Option<usize>,
    /// How long; where nothing is said, as long for each question as in the real exam.
    pub minutes: Option<u32>,
}

/// A paper; `None` where the bank has no question for this exam.
///
/// A domain that the bank has no question of is left out, and the weights of the others keep their proportions. Where a
/// domain has too few questions for its weight, the whole paper is shorter.
pub fn draw(bank: &Bank, order: &Order) -> Option<Paper> {
    let exam = order.exam;
    let pool = pool(bank, exam, order.seed);
    let of_domain = |domain: &Domain| -> Vec<&Question> {
        let is_of = |question: &&&Question| {
            let skill = question.skill(exam);
            skill.is_some_and(|skill| skill.domain() == domain)
        };
        pool.iter().filter(is_of).copied().collect()
    };
    let pools: Vec<(&Domain, Vec<&Question>)> = exam
        .domains
        .iter()
        .map(|domain| (domain, of_domain(domain)))
        .collect();
    let covered: Vec<&(&Domain, Vec<&Question>)> =
        pools.iter().filter(|(_, there)| !there.is_empty()).collect();
    let weights: Vec<u32> = covered.iter().map(|(domain, _)| domain.weight).collect();
    let available: Vec<usize> = covered.iter().map(|(_, there)| there.len()).collect();
    let ordered = order.questions.unwrap_or(exam.questions);
    let counts = shares(&weights, &available, ordered);
    let chosen: Vec<&Question> = covered
        .iter()
        .zip(counts)
        .flat_map(|((_, there), count)| there[..count].iter().copied())
        .collect();
    let questions: Vec<Asked> = shuffled(&mut random(order.seed, exam.code, "ordre"), chosen.len())
        .into_iter()
        .filter_map(|at| asked(chosen[at], order))
        .collect();
    if questions.is_empty() {
        return None;
    }
    let uncovered = pools.iter().filter(|(_, there)| there.is_empty());
    Some(Paper {
        exam,
        seed: order.seed,
        minutes: order.minutes.unwrap_or_else(|| minutes(exam, questions.len())),
        ordered,
        uncovered: uncovered.map(|(domain, _)| domain.number).collect(),
        questions,
    })
}

fn asked(question: &Question, order: &Order) -> Option<Asked> {
    Some(Asked {
        question: question.drawn(order.exam, order.seed)?,
        lesson: question.lesson.clone(),
        source: question.source.clone(),
    })
}

/// The real exam's time for each question, rounded up to a minute.
fn minutes(exam: &Exam, questions: usize) -> u32 {
    let questions = u32::try_from(questions).unwrap_or(u32::MAX);
    let of_exam = u32::try_from(exam.questions).unwrap_or(u32::MAX).max(1);
    (exam.minutes.saturating_mul(questions)).div_ceil(of_exam)
}

/// The questions for this exam in an order drawn from the seed, without those that are too like an earlier one.
fn pool<'a>(bank: &'a Bank, exam: &'static Exam, seed: u64) -> Vec<&'a Question> {
    let all: Vec<&Question> = bank.of_exam(exam).collect();
    let twins = twins(&all);
    let mut pool: Vec<&Question> = Vec::new();
    for at in shuffled(&mut random(seed, exam.code, "tirage"), all.len()) {
        let question = all[at];
        let is_twin = |other: &&Question| {
            twins.contains(&(question.id.as_str(), other.id.as_str()))
                || twins.contains(&(other.id.as_str(), question.id.as_str()))
        };
        if !pool.iter().any(is_twin) {
            pool.push(question);
        }
    }
    pool
}

/// The pairs of questions that ask the same thing: a bank that passes the author's checks has none, a folder of one's own
/// may.
fn twins<'a>(questions: &[&'a Question]) -> BTreeSet<(&'a str, &'a str)> {
    let texts: Vec<String> = questions.iter().map(|question| question.text()).collect();
    let named: Vec<(&str, &str)> = questions
        .iter()
        .zip(&texts)
        .map(|(question, text)| (question.id.as_str(), text.as_str()))
        .collect();
    let id = |wanted: &str| {
        let found = questions.iter().find(|question| question.id == wanted);
        found.map(|question| question.id.as_str())
    };
    similar::among(&named)
        .iter()
        .filter_map(|pair| Some((id(&pair.first)?, id(&pair.second)?)))
        .collect()
}
