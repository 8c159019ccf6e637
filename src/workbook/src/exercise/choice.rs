//! The kind `choix`: one or several options, in an order drawn from the seed.

use super::builder::Builder;
use super::plan::{Draw, Recipe};
use super::template::Template;
use super::{ChoiceOption, Exercise, Kind, Quiz, QuizOption, WrongAnswer, letters, parameters};
use crate::evidence::{Answer, Evidence};
use crate::parse::error::Mistake;
use crate::parse::info::Role;
use crate::parse::located::Located;
use crate::verdict::{Feedback, Verdict};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;

pub(super) const KIND: Kind = Kind {
    written: "choix",
    name: "choice",
    title: "choix",
    allows: |role| matches!(role, Role::Hint | Role::Correction),
    requires: &[Role::Correction],
    build,
};

/// Letters are enough for this many options.
const MOST_OPTIONS: usize = 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    options: Vec<WrittenOption>,
    #[serde(default = "shuffled")]
    melanger: bool,
}

fn shuffled() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOption {
    id: Option<Spanned<String>>,
    texte: Spanned<String>,
    #[serde(default)]
    juste: bool,
    explication: Option<Spanned<String>>,
}

struct Choice {
    options: Vec<PlannedOption>,
    shuffle: bool,
}

struct PlannedOption {
    id: String,
    text: Template,
    place: Range<usize>,
    right: bool,
    explanation: Template,
}

fn build(builder: &mut Builder<'_>) -> Option<Box<dyn Recipe>> {
    let settings = builder.settings::<Settings>()?;
    let here = builder.blocks.first.attribute.clone();
    let count = settings.options.len();
    if !(2..=MOST_OPTIONS).contains(&count) {
        let message = match count {
            0 => "un choix sans option".to_owned(),
            1 => "une seule option".to_owned(),
            _ => format!("un choix entre {count} options"),
        };
        builder.mistake(
            here.clone(),
            message,
            format!("attendu : de 2 à {MOST_OPTIONS} options"),
        );
    }
    let right = settings.options.iter().filter(|option| option.juste).count();
    if right == 0 || right == count {
        let expected = "attendu : au moins une option juste et une fausse";
        let message = match right {
            0 => "aucune option juste",
            _ => "toutes les options sont justes",
        };
        builder.mistake(here, message, expected);
    }
    let ids: Vec<Located> = settings
        .options
        .iter()
        .filter_map(|one| one.id.as_ref())
        .map(|id| builder.setting(id))
        .collect();
    builder.check_ids(&ids);
    let options = (1..)
        .zip(&settings.options)
        .map(|(rank, option)| planned(builder, rank, option))
        .collect();
    Some(Box::new(Choice {
        options,
        shuffle: settings.melanger,
    }))
}

fn planned(builder: &mut Builder<'_>, rank: usize, written: &WrittenOption) -> PlannedOption {
    let text = builder.setting(&written.texte);
    if text.text.trim().is_empty() {
        builder.mistake(text.span.clone(), "option vide", "attendu : un texte");
    }
    let explanation = written.explication.as_ref().map(|text| builder.setting(text));
    if !written.juste
        && explanation
            .as_ref()
            .is_none_or(|text| text.text.trim().is_empty())
    {
        let expected = "attendu : explication = \"…\", ce qu’on répond à qui la choisit";
        builder.mistake(text.span.clone(), "option fausse sans explication", expected);
    }
    PlannedOption {
        id: written
            .id
            .as_ref()
            .map_or_else(|| format!("option-{rank}"), |id| id.get_ref().clone()),
        text: builder.markdown(&text),
        place: text.span,
        right: written.juste,
        explanation: explanation
            .map(|text| builder.markdown(&text))
            .unwrap_or_default(),
    }
}

impl Choice {
    /// The written options' ranks in the order shown.
    fn order(&self, draw: &Draw<'_>) -> Vec<usize> {
        if !self.shuffle {
            return (0..self.options.len()).collect();
        }
        let mut random = parameters::random(draw.seed, draw.exercise, "options");
        parameters::shuffled(&mut random, self.options.len())
    }
}

impl Recipe for Choice {
    fn draw(&self, draw: &Draw<'_>) -> Box<dyn Exercise> {
        let (mut shown, mut keys) = (Vec::new(), Vec::new());
        for (letter, rank) in ('A'..='Z').zip(self.order(draw)) {
            let option = &self.options[rank];
            shown.push(ChoiceOption {
                id: letter.to_string(),
                text: option.text.fill(draw.values),
            });
            keys.push(Key {
                letter,
                id: option.id.clone(),
                right: option.right,
                explanation: option.explanation.fill(draw.values),
            });
        }
        Box::new(Question {
            shown,
            keys,
            shuffled: self.shuffle,
        })
    }

    fn lint(&self, draw: &Draw<'_>) -> Vec<Mistake> {
        let texts: Vec<String> = self
            .options
            .iter()
            .map(|option| option.text.fill(draw.values))
            .collect();
        let twin = |at: &usize| texts[..*at].contains(&texts[*at]);
        let report = |at: usize| {
            let message = format!(
                "pour la graine {}, deux options disent « {} »",
                draw.seed, texts[at]
            );
            Mistake::new(
                self.options[at].place.clone(),
                message,
                "attendu : des options toutes différentes",
            )
        };
        (0..texts.len()).filter(twin).map(report).collect()
    }
}

/// The question for one seed.
struct Question {
    shown: Vec<ChoiceOption>,
    keys: Vec<Key>,
    shuffled: bool,
}

struct Key {
    letter: char,
    id: String,
    right: bool,
    explanation: String,
}

impl Question {
    fn right(&self) -> BTreeSet<char> {
        self.keys
            .iter()
            .filter(|key| key.right)
            .map(|key| key.letter)
            .collect()
    }

    fn read(&self, text: &str) -> Result<BTreeSet<char>, String> {
        let known: Vec<char> = self.keys.iter().map(|key| key.letter).collect();
        let chosen = letters::read(text, &known)?;
        if chosen.len() > 1 && self.right().len() == 1 {
            return Err(letters::ONE_ONLY.to_owned());
        }
        Ok(chosen)
    }

    fn feedback(&self, chosen: &BTreeSet<char>) -> Feedback {
        let wrong = || {
            self.keys
                .iter()
                .filter(|key| !key.right && chosen.contains(&key.letter))
        };
        let mut parts: Vec<String> = wrong()
            .map(|key| format!("**{}** — {}", key.letter, key.explanation.trim()))
            .collect();
        if parts.is_empty() {
            parts.push("Ce que tu as choisi est juste, mais il manque une réponse ou plus. Relis les autres options.".to_owned());
        }
        Feedback {
            message: parts.join("\n\n"),
            misconception: wrong().next().map(|key| key.id.clone()),
            score: 0.0,
        }
    }
}

fn written(letters: impl IntoIterator<Item = char>) -> Answer {
    Answer::Text(letters::written(letters))
}

impl Exercise for Question {
    fn options(&self) -> &[ChoiceOption] {
        &self.shown
    }

    fn judge(&self, evidence: &Evidence) -> Verdict {
        match self.read(evidence.answer.as_ref().map_or("", Answer::text)) {
            Err(message) => Verdict::Unreadable(message),
            Ok(chosen) if chosen == self.right() => Verdict::Passed(String::new()),
            Ok(chosen) => Verdict::NotYet(self.feedback(&chosen)),
        }
    }

    fn right_answer(&self, _: &Evidence) -> Answer {
        written(self.right())
    }

    fn quiz(&self) -> Option<Quiz> {
        let option = |(shown, key): (&ChoiceOption, &Key)| QuizOption {
            text: shown.text.clone(),
            right: key.right,
            explanation: key.explanation.clone(),
        };
        Some(Quiz::Choice {
            options: self.shown.iter().zip(&self.keys).map(option).collect(),
            shuffled: self.shuffled,
        })
    }

    /// Each wrong option chosen instead of a right one, the others being right.
    fn wrong_answers(&self, _: &Evidence) -> Vec<WrongAnswer> {
        let others: Vec<char> = self.right().into_iter().skip(1).collect();
        let answer = |key: &Key| WrongAnswer {
            misconception: key.id.clone(),
            answer: written(std::iter::once(key.letter).chain(others.iter().copied())),
        };
        self.keys.iter().filter(|key| !key.right).map(answer).collect()
    }
}
