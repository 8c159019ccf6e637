//! A question as it is asked in one exam, for one seed: its options in an order drawn from it, with letters.

use super::{Exam, Question};
use crate::exercise::ChoiceOption;
use crate::exercise::letters;
use crate::exercise::parameters::{random, shuffled};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What is asked. As JSON, it does not tell what is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawnQuestion {
    /// The question's id.
    pub id: String,
    /// The number of the exam's domain that it belongs to.
    pub domain: u8,
    /// The skill's number in the exam's guide.
    pub skill: String,
    /// French Markdown.
    pub stem: String,
    /// In the order shown: `A`, `B`, …
    pub options: Vec<ChoiceOption>,
    /// How many are to be chosen.
    pub choose: usize,
    #[serde(skip)]
    explained: Vec<Explained>,
}

/// What is said of an option once the question has been answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// Its letter.
    pub letter: char,
    /// Whether it was to be chosen.
    pub right: bool,
    /// Why, in French Markdown.
    pub explanation: String,
}

impl Question {
    /// The question as `exam` asks it, for a seed; `None` where it tests none of the exam's skills.
    pub fn drawn(&self, exam: &Exam, seed: u64) -> Option<DrawnQuestion> {
        let skill = self.skill(exam)?;
        let order = shuffled(&mut random(seed, &self.id, "options"), self.options.len());
        let (mut options, mut explained) = (Vec::new(), Vec::new());
        for (letter, rank) in ('A'..='Z').zip(order) {
            let option = &self.options[rank];
            options.push(ChoiceOption {
                id: letter.to_string(),
                text: option.text.clone(),
            });
            explained.push(Explained {
                letter,
                right: option.right,
                explanation: option.explanation.clone(),
            });
        }
        Some(DrawnQuestion {
            id: self.id.clone(),
            domain: skill.domain().number,
            skill: skill.number.to_owned(),
            stem: self.stem.clone(),
            options,
            choose: self.choose(),
            explained,
        })
    }
}

impl DrawnQuestion {
    /// The letters that a learner typed: as many as are to be chosen.
    ///
    /// # Errors
    /// When they cannot be read, or are more or fewer than what is asked, in French.
    pub fn read(&self, typed: &str) -> Result<BTreeSet<char>, String> {
        let known: Vec<char> = self.letters().collect();
        let chosen = letters::read(typed, &known)?;
        if chosen.len() == self.choose {
            return Ok(chosen);
        }
        Err(match self.choose {
            1 => letters::ONE_ONLY.to_owned(),
            count => format!(
                "Il faut choisir {count} réponses\u{a0}: donne {count} lettres, comme `{}`.",
                letters::written(known.into_iter().take(count))
            ),
        })
    }

    /// Whether these letters are the right ones: all of them, and no other.
    pub fn is_right(&self, chosen: &BTreeSet<char>) -> bool {
        *chosen == self.right()
    }

    /// The letters that are to be chosen.
    pub fn right(&self) -> BTreeSet<char> {
        let right = self.explained.iter().filter(|option| option.right);
        right.map(|option| option.letter).collect()
    }

    /// What is said of each option afterwards, in the order shown.
    pub fn explained(&self) -> &[Explained] {
        &self.explained
    }

    /// The letters of its options, in order.
    pub fn letters(&self) -> impl Iterator<Item = char> + '_ {
        self.explained.iter().map(|option| option.letter)
    }

    /// The same question with what is said afterwards: where it was kept, that was kept beside it.
    pub(crate) fn with(self, explained: Vec<Explained>) -> Self {
        Self { explained, ..self }
    }
}
