//! The kind `prevision`: a program is shown, the learner says what its last line will be, and then it runs.

use super::builder::Builder;
use super::plan::{Draw, Recipe};
use super::template::Template;
use super::{Exercise, Kind, Quiz, QuizAnswer, WrongAnswer, numbers};
use crate::evidence::{Answer, Evidence};
use crate::parse::error::Mistake;
use crate::parse::info::Role;
use crate::parse::located::Located;
use crate::verdict::{Feedback, Verdict};
use serde::Deserialize;
use std::ops::Range;
use toml::Spanned;

pub(super) const KIND: Kind = Kind {
    written: "prevision",
    name: "prediction",
    title: "prévision",
    allows: |role| {
        matches!(
            role,
            Role::Program | Role::Misconceptions | Role::Hint | Role::Correction
        )
    },
    requires: &[Role::Program, Role::Misconceptions, Role::Correction],
    build,
};

/// The longest answer that is looked at, in characters.
const LONGEST: usize = 400;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The last line that the program prints.
    reponse: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMisconception {
    id: Spanned<String>,
    reponse: Spanned<String>,
    explication: Spanned<String>,
}

struct Prediction {
    answer: Template,
    answer_place: Range<usize>,
    misconceptions: Vec<PlannedMisconception>,
}

struct PlannedMisconception {
    id: String,
    answer: Template,
    place: Range<usize>,
    explanation: Template,
}

fn build(builder: &mut Builder<'_>) -> Option<Box<dyn Recipe>> {
    let settings = builder.settings::<Settings>();
    let written = builder.misconceptions::<WrittenMisconception>()?;
    let ids: Vec<Located> = written.iter().map(|one| builder.misconception(&one.id)).collect();
    builder.check_ids(&ids);
    let misconceptions = written.iter().zip(ids).map(|(one, id)| {
        let answer = builder.misconception(&one.reponse);
        let explanation = builder.misconception(&one.explication);
        PlannedMisconception {
            id: id.text,
            answer: builder.plain(&answer),
            place: answer.span,
            explanation: builder.markdown(&explanation),
        }
    });
    let misconceptions = misconceptions.collect();
    let answer = builder.setting(&settings?.reponse);
    Some(Box::new(Prediction {
        answer: builder.plain(&answer),
        answer_place: answer.span,
        misconceptions,
    }))
}

impl Recipe for Prediction {
    fn draw(&self, draw: &Draw<'_>) -> Box<dyn Exercise> {
        let wrong = self.misconceptions.iter().map(|one| Wrong {
            id: one.id.clone(),
            answer: one.answer.fill(draw.values),
            explanation: one.explanation.fill(draw.values),
        });
        Box::new(Question {
            right: self.answer.fill(draw.values),
            wrong: wrong.collect(),
        })
    }

    fn lint(&self, draw: &Draw<'_>) -> Vec<Mistake> {
        let right = self.answer.fill(draw.values);
        if folded(&right).is_empty() || right.trim().contains('\n') {
            let expected = "attendu : la dernière ligne qu’affiche le programme";
            return vec![Mistake::new(
                self.answer_place.clone(),
                "une réponse qui n’est pas une ligne",
                expected,
            )];
        }
        let mut taken = vec![("la bonne réponse".to_owned(), right)];
        let mut found = Vec::new();
        for one in &self.misconceptions {
            let wrong = one.answer.fill(draw.values);
            if let Some((twin, _)) = taken.iter().find(|(_, other)| same(other, &wrong)) {
                let message = format!(
                    "pour la graine {}, l’erreur « {} » donne la même ligne que {twin}",
                    draw.seed, one.id
                );
                let expected = "attendu : des réponses toutes différentes, quel que soit le tirage";
                found.push(Mistake::new(one.place.clone(), message, expected));
            }
            taken.push((format!("« {} »", one.id), wrong));
        }
        found
    }
}

/// Whether two lines say the same: case, spaces, quotes around, and a final stop do not matter, and numbers are numbers.
fn same(left: &str, right: &str) -> bool {
    match (number(left), number(right)) {
        (Some(left), Some(right)) => (left - right).abs() <= f64::EPSILON * right.abs(),
        _ => folded(left) == folded(right),
    }
}

fn number(text: &str) -> Option<f64> {
    let read = numbers::read(text).ok()?;
    read.rest.trim().is_empty().then_some(read.value)
}

fn folded(text: &str) -> String {
    let bare = text
        .trim()
        .trim_matches(|sign| "\"'`«»“”".contains(sign) || char::is_whitespace(sign))
        .trim_end_matches(['.', '!'])
        .trim();
    let words = bare
        .split_whitespace()
        .map(|word| word.to_lowercase().replace('’', "'"));
    words.collect::<Vec<_>>().join(" ")
}

struct Wrong {
    id: String,
    answer: String,
    explanation: String,
}

/// The question for one seed.
struct Question {
    right: String,
    wrong: Vec<Wrong>,
}

impl Exercise for Question {
    fn judge(&self, evidence: &Evidence) -> Verdict {
        let text = evidence.answer.as_ref().map_or("", Answer::text);
        if text.chars().count() > LONGEST {
            return Verdict::Unreadable(
                "Ta réponse est trop longue. Seule la dernière ligne que le programme affiche est demandée."
                    .to_owned(),
            );
        }
        if folded(text).is_empty() || !text.chars().any(char::is_alphanumeric) {
            return Verdict::Unreadable(
                "Écris la dernière ligne que le programme va afficher, telle quelle.".to_owned(),
            );
        }
        if text.trim().contains('\n') {
            return Verdict::Unreadable(
                "Ta réponse a plusieurs lignes. Seule la dernière que le programme affiche est demandée."
                    .to_owned(),
            );
        }
        if same(text, &self.right) {
            return Verdict::Passed(String::new());
        }
        let known = self.wrong.iter().find(|wrong| same(text, &wrong.answer));
        let unknown = || {
            "Ce n’est pas ce que le programme affiche. Suis-le ligne par ligne\u{a0}: qu’y a-t-il dans le compte \
             juste avant la dernière\u{a0}?"
                .to_owned()
        };
        Verdict::NotYet(Feedback {
            message: known.map_or_else(unknown, |wrong| wrong.explanation.clone()),
            misconception: known.map(|wrong| wrong.id.clone()),
            score: 0.0,
        })
    }

    fn right_answer(&self, _: &Evidence) -> Answer {
        Answer::Text(self.right.clone())
    }

    /// A number where every answer is one, for then spaces and commas do not matter; else the line itself.
    fn quiz(&self) -> Option<Quiz> {
        let numbered = |wrong: &Wrong| {
            Some(QuizAnswer {
                value: number(&wrong.answer)?,
                explanation: wrong.explanation.clone(),
            })
        };
        let wrong: Option<Vec<_>> = self.wrong.iter().map(numbered).collect();
        if let (Some(right), Some(wrong)) = (number(&self.right), wrong) {
            return Some(Quiz::Number {
                right,
                tolerance: 0.0,
                units: Vec::new(),
                wrong,
            });
        }
        let line = |wrong: &Wrong| QuizAnswer {
            value: wrong.answer.clone(),
            explanation: wrong.explanation.clone(),
        };
        Some(Quiz::Line {
            right: self.right.clone(),
            wrong: self.wrong.iter().map(line).collect(),
        })
    }

    fn wrong_answers(&self, _: &Evidence) -> Vec<WrongAnswer> {
        let answer = |wrong: &Wrong| WrongAnswer {
            misconception: wrong.id.clone(),
            answer: Answer::Text(wrong.answer.clone()),
        };
        self.wrong.iter().map(answer).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_only_written_otherwise_is_the_same_line() {
        for (left, right) in [
            ("404 NoSuchKey", "404  nosuchkey."),
            ("« vide »", "vide"),
            ("0,5", "0.5"),
            ("1 500", "1500"),
        ] {
            assert!(same(left, right), "{left} | {right}");
        }
        for (left, right) in [("404", "405"), ("404 NoSuchKey", "404"), ("vide", "le vide")] {
            assert!(!same(left, right), "{left} | {right}");
        }
    }
}
