//! The kind `nombre`: a number with its unit, and misconceptions as formulas.

use super::builder::Builder;
use super::formula::Formula;
use super::plan::{Draw, Recipe};
use super::template::Template;
use super::{Exercise, Kind, Quiz, QuizAnswer, WrongAnswer, numbers};
use crate::evidence::{Answer, Evidence};
use crate::parse::error::Mistake;
use crate::parse::info::Role;
use crate::parse::located::Located;
use crate::verdict::{Feedback, Verdict};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

pub(super) const KIND: Kind = Kind {
    written: "nombre",
    name: "number",
    title: "nombre",
    allows: |role| matches!(role, Role::Misconceptions | Role::Hint | Role::Correction),
    requires: &[Role::Correction],
    build,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    reponse: Spanned<String>,
    unite: Option<String>,
    #[serde(default)]
    unites: BTreeMap<String, f64>,
    #[serde(default)]
    tolerance: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMisconception {
    id: Spanned<String>,
    formule: Spanned<String>,
    explication: Spanned<String>,
}

struct Number {
    answer: Formula,
    answer_place: Range<usize>,
    units: Units,
    tolerance: Tolerance,
    misconceptions: Vec<Misconception>,
    /// Whether the answer is the same for every seed.
    constant: bool,
}

struct Misconception {
    id: String,
    formula: Formula,
    place: Range<usize>,
    explanation: Template,
    explanation_place: Range<usize>,
}

/// How far a value may be from another and still be the same, besides the noise of binary fractions.
#[derive(Debug, Clone, Copy)]
struct Tolerance(f64);

impl Tolerance {
    fn close(self, left: f64, right: f64) -> bool {
        (left - right).abs() <= self.0 + 1e-9 * right.abs().max(1.0)
    }
}

/// The units that an answer may be given in, with their factors.
#[derive(Debug, Clone)]
struct Units(Vec<(String, f64)>);

fn build(builder: &mut Builder<'_>) -> Option<Box<dyn Recipe>> {
    let settings = builder.settings::<Settings>();
    let written = builder.misconceptions::<WrittenMisconception>();
    let settings = settings?;
    let ids: Vec<Located> = written
        .iter()
        .flatten()
        .map(|one| builder.misconception(&one.id))
        .collect();
    builder.check_ids(&ids);
    let misconceptions = written
        .into_iter()
        .flatten()
        .filter_map(|one| misconception(builder, &one))
        .collect();
    let answer_text = builder.setting(&settings.reponse);
    let units = Units::new(settings.unite, settings.unites);
    let sound = units
        .0
        .iter()
        .all(|(_, factor)| factor.is_finite() && *factor > 0.0);
    if !sound || settings.tolerance.is_nan() || settings.tolerance < 0.0 {
        let expected = "attendu : une tolérance positive ou nulle, des facteurs positifs";
        builder.mistake(
            builder.blocks.first.attribute.clone(),
            "tolérance ou facteur d’unité impossible",
            expected,
        );
    }
    Some(Box::new(Number {
        answer: builder.formula(&answer_text)?,
        answer_place: answer_text.span,
        units,
        tolerance: Tolerance(settings.tolerance),
        misconceptions,
        constant: builder.parameters.drawn.is_empty(),
    }))
}

fn misconception(builder: &mut Builder<'_>, written: &WrittenMisconception) -> Option<Misconception> {
    let formula = builder.misconception(&written.formule);
    let explanation = builder.misconception(&written.explication);
    Some(Misconception {
        id: written.id.get_ref().clone(),
        explanation: builder.markdown(&explanation),
        formula: builder.formula(&formula)?,
        place: formula.span,
        explanation_place: explanation.span,
    })
}

impl Number {
    /// Two values that must differ for this seed and do not.
    fn confusions(&self, draw: &Draw<'_>, right: f64) -> Vec<Mistake> {
        let value = |one: &Misconception| one.formula.value(draw.values);
        let mut found = Vec::new();
        for (at, one) in self.misconceptions.iter().enumerate() {
            let wrong = value(one);
            let twin = self.misconceptions[..at]
                .iter()
                .find(|before| self.tolerance.close(wrong, value(before)));
            let message = if !wrong.is_finite() {
                format!(
                    "pour la graine {}, l’erreur « {} » n’est pas un nombre fini",
                    draw.seed, one.id
                )
            } else if self.tolerance.close(wrong, right) {
                format!(
                    "pour la graine {}, l’erreur « {} » donne la bonne réponse ({})",
                    draw.seed,
                    one.id,
                    numbers::french(wrong)
                )
            } else if let Some(twin) = twin {
                format!(
                    "pour la graine {}, « {} » et « {} » donnent la même valeur ({})",
                    draw.seed,
                    twin.id,
                    one.id,
                    numbers::french(wrong)
                )
            } else {
                continue;
            };
            found.push(Mistake::new(
                one.place.clone(),
                message,
                "attendu : des valeurs toutes différentes, quel que soit le tirage",
            ));
        }
        found
    }

    /// Explanations that tell the right answer.
    fn leaks(&self, draw: &Draw<'_>, right: f64) -> Vec<Mistake> {
        let told = [numbers::french(right), numbers::plain(right)];
        let tells = |text: &str| told.iter().any(|number| has_number(text, number));
        if tells(draw.statement) {
            return Vec::new();
        }
        let leaks = |one: &&Misconception| {
            let filled = one
                .explanation
                .values(draw.values)
                .any(|value| self.tolerance.close(value, right));
            filled || (self.constant && tells(&one.explanation.literals()))
        };
        let report = |one: &Misconception| {
            let message = format!(
                "pour la graine {}, l’explication de « {} » donne la bonne réponse",
                draw.seed, one.id
            );
            Mistake::new(
                one.explanation_place.clone(),
                message,
                "attendu : une explication qui laisse chercher",
            )
        };
        self.misconceptions.iter().filter(leaks).map(report).collect()
    }
}

impl Recipe for Number {
    fn draw(&self, draw: &Draw<'_>) -> Box<dyn Exercise> {
        let wrong = |one: &Misconception| Wrong {
            id: one.id.clone(),
            value: one.formula.value(draw.values),
            explanation: one.explanation.fill(draw.values),
        };
        Box::new(Question {
            right: self.answer.value(draw.values),
            tolerance: self.tolerance,
            units: self.units.clone(),
            wrong: self.misconceptions.iter().map(wrong).collect(),
        })
    }

    fn lint(&self, draw: &Draw<'_>) -> Vec<Mistake> {
        let right = self.answer.value(draw.values);
        if !right.is_finite() {
            let message = format!(
                "pour la graine {}, la réponse n’est pas un nombre fini",
                draw.seed
            );
            return vec![Mistake::new(
                self.answer_place.clone(),
                message,
                "attendu : une formule définie pour tous les tirages",
            )];
        }
        let mut found = self.confusions(draw, right);
        found.extend(self.leaks(draw, right));
        found
    }
}

/// Whether a text has this number as a whole word.
fn has_number(text: &str, number: &str) -> bool {
    text.match_indices(number).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + number.len()..].chars();
        let (next, second) = (after.next(), after.next());
        let grouped = |c: char| matches!(c, ',' | '.' | '\u{202f}' | '\u{a0}');
        let starts = !before.is_some_and(|c| c.is_alphanumeric() || grouped(c) || c == '_' || c == '-');
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let continues = next.is_some_and(|c| c.is_alphanumeric() || c == '_')
            || (next.is_some_and(grouped) && digit(second));
        starts && !continues
    })
}

impl Units {
    fn new(unit: Option<String>, convertible: BTreeMap<String, f64>) -> Self {
        let mut units: Vec<(String, f64)> = convertible.into_iter().collect();
        if let Some(unit) = unit
            && !units.iter().any(|(name, _)| *name == unit)
        {
            units.insert(0, (unit, 1.0));
        }
        Self(units)
    }

    /// The factor of a unit as typed: case and a plural s do not matter.
    fn factor(&self, typed: &str) -> Option<f64> {
        if typed.is_empty() {
            return Some(1.0);
        }
        let fold = |text: &str| text.to_lowercase().split_whitespace().collect::<String>();
        let singular = |text: &str| {
            if text.len() > 2 {
                text.strip_suffix('s').unwrap_or(text).to_owned()
            } else {
                text.to_owned()
            }
        };
        let exact = self.0.iter().find(|(name, _)| name == typed);
        let folded = || self.0.iter().find(|(name, _)| fold(name) == fold(typed));
        let plural = || {
            self.0
                .iter()
                .find(|(name, _)| singular(&fold(name)) == singular(&fold(typed)))
        };
        exact.or_else(folded).or_else(plural).map(|(_, factor)| *factor)
    }

    fn unknown(&self, typed: &str) -> String {
        let typed: String = typed.chars().take(30).collect();
        if self.0.is_empty() {
            return format!(
                "Je ne comprends pas «\u{a0}{typed}\u{a0}» après le nombre. Écris le nombre seul."
            );
        }
        let names: Vec<String> = self.0.iter().map(|(name, _)| format!("`{name}`")).collect();
        format!(
            "Je ne connais pas l’unité «\u{a0}{typed}\u{a0}». Unités acceptées\u{a0}: {}, ou le nombre seul.",
            names.join(", ")
        )
    }
}

/// The question for one seed.
struct Question {
    right: f64,
    tolerance: Tolerance,
    units: Units,
    wrong: Vec<Wrong>,
}

struct Wrong {
    id: String,
    value: f64,
    explanation: String,
}

impl Question {
    fn read(&self, text: &str) -> Result<f64, String> {
        let read = numbers::read(text)?;
        let unit = read.rest.trim().trim_end_matches('.');
        let factor = self.units.factor(unit).ok_or_else(|| self.units.unknown(unit))?;
        Ok(read.value * factor)
    }

    /// What to say of a wrong value that no misconception explains.
    fn direction(&self, value: f64) -> String {
        let ratio = (value / self.right).abs();
        let sign = value.signum() * self.right.signum();
        let text = if sign < 0.0 && value != 0.0 && self.right != 0.0 {
            "Le signe n’est pas le bon."
        } else if ratio >= 10.0 {
            "C’est beaucoup trop grand\u{a0}: vérifie l’ordre de grandeur et les unités."
        } else if value.abs() > self.right.abs() {
            "C’est trop grand. Reprends le calcul étape par étape."
        } else if ratio <= 0.1 {
            "C’est beaucoup trop petit\u{a0}: vérifie l’ordre de grandeur et les unités."
        } else {
            "C’est trop petit. Reprends le calcul étape par étape."
        };
        format!("{text} Un indice peut t’aider.")
    }
}

impl Exercise for Question {
    fn judge(&self, evidence: &Evidence) -> Verdict {
        let text = evidence.answer.as_ref().map_or("", Answer::text);
        let value = match self.read(text) {
            Ok(value) => value,
            Err(message) => return Verdict::Unreadable(message),
        };
        if self.tolerance.close(value, self.right) {
            return Verdict::Passed(String::new());
        }
        let known = self
            .wrong
            .iter()
            .find(|wrong| self.tolerance.close(value, wrong.value));
        Verdict::NotYet(Feedback {
            message: known.map_or_else(|| self.direction(value), |wrong| wrong.explanation.clone()),
            misconception: known.map(|wrong| wrong.id.clone()),
            score: 0.0,
        })
    }

    fn right_answer(&self, _: &Evidence) -> Answer {
        Answer::Text(format!("{}", self.right))
    }

    fn quiz(&self) -> Option<Quiz> {
        let wrong = |wrong: &Wrong| QuizAnswer {
            value: wrong.value,
            explanation: wrong.explanation.clone(),
        };
        Some(Quiz::Number {
            right: self.right,
            tolerance: self.tolerance.0,
            units: self.units.0.clone(),
            wrong: self.wrong.iter().map(wrong).collect(),
        })
    }

    fn wrong_answers(&self, _: &Evidence) -> Vec<WrongAnswer> {
        let answer = |wrong: &Wrong| WrongAnswer {
            misconception: wrong.id.clone(),
            answer: Answer::Text(format!("{}", wrong.value)),
        };
        self.wrong.iter().map(answer).collect()
    }
}
