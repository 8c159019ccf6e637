//! The kind `ordre`: steps to put in order, shown in one drawn from the seed.

use super::builder::Builder;
use super::plan::{Draw, Recipe};
use super::template::Template;
use super::{ChoiceOption, Exercise, Kind, Quiz, WrongAnswer, parameters, score};
use crate::evidence::{Answer, Evidence};
use crate::nearest;
use crate::parse::info::Role;
use crate::parse::located::Located;
use crate::verdict::{Feedback, Verdict};
use serde::Deserialize;
use toml::Spanned;

pub(super) const KIND: Kind = Kind {
    written: "ordre",
    name: "ordering",
    title: "mise en ordre",
    allows: |role| matches!(role, Role::Misconceptions | Role::Hint | Role::Correction),
    requires: &[Role::Misconceptions, Role::Correction],
    build,
};

/// How many steps there may be: two are a choice, and more than eight are a memory game.
const STEPS: std::ops::RangeInclusive<usize> = 3..=8;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The steps, in an order that is right.
    etape: Vec<WrittenStep>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStep {
    id: Spanned<String>,
    texte: Spanned<String>,
    /// The steps that must come before; without it, the one that is written before.
    apres: Option<Vec<Spanned<String>>>,
}

/// A step that is placed before another that it must come after.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMisconception {
    id: Spanned<String>,
    place: Spanned<String>,
    avant: Spanned<String>,
    explication: Spanned<String>,
}

struct Ordering {
    steps: Vec<PlannedStep>,
    misconceptions: Vec<PlannedMisconception>,
}

struct PlannedStep {
    text: Template,
    /// The ranks of the steps that must come before.
    after: Vec<usize>,
}

struct PlannedMisconception {
    id: String,
    placed: usize,
    before: usize,
    explanation: Template,
}

fn build(builder: &mut Builder<'_>) -> Option<Box<dyn Recipe>> {
    let settings = builder.settings::<Settings>();
    let written = builder.misconceptions::<WrittenMisconception>();
    let (settings, written) = (settings?, written?);
    let count = settings.etape.len();
    if !STEPS.contains(&count) {
        let here = builder.blocks.first.attribute.clone();
        let expected = format!("attendu : de {} à {} étapes", STEPS.start(), STEPS.end());
        builder.mistake(here, format!("une mise en ordre de {count} étapes"), expected);
    }
    let ids: Vec<Located> = settings
        .etape
        .iter()
        .map(|step| builder.setting(&step.id))
        .collect();
    builder.check_ids(&ids);
    let names: Vec<&str> = ids.iter().map(|id| id.text.as_str()).collect();
    let steps: Vec<PlannedStep> = settings
        .etape
        .iter()
        .enumerate()
        .map(|(rank, step)| planned(builder, rank, step, &names))
        .collect();
    let listed: Vec<Located> = written.iter().map(|one| builder.misconception(&one.id)).collect();
    builder.check_ids(&listed);
    let misconceptions = written
        .iter()
        .zip(listed)
        .map(|(one, id)| misconception(builder, one, id, &names, &steps))
        .collect::<Option<_>>()?;
    Some(Box::new(Ordering {
        steps,
        misconceptions,
    }))
}

fn planned(builder: &mut Builder<'_>, rank: usize, written: &WrittenStep, names: &[&str]) -> PlannedStep {
    let text = builder.setting(&written.texte);
    if text.text.trim().is_empty() {
        builder.mistake(text.span.clone(), "étape vide", "attendu : un texte");
    }
    let after = match &written.apres {
        None => rank.checked_sub(1).into_iter().collect(),
        Some(before) => {
            let earlier = &names[..rank];
            let before = before.iter().map(|id| builder.setting(id));
            let before: Vec<Located> = before.collect();
            before
                .into_iter()
                .filter_map(|id| known(builder, &id, earlier))
                .collect()
        }
    };
    PlannedStep {
        text: builder.markdown(&text),
        after,
    }
}

/// The rank of a step among those that may be named there; reports one that is not.
fn known(builder: &mut Builder<'_>, id: &Located, names: &[&str]) -> Option<usize> {
    let found = names.iter().position(|name| *name == id.text);
    if found.is_none() {
        let message = format!("aucune étape écrite avant ne s’appelle « {} »", id.text);
        builder.mistake(id.span.clone(), message, nearest::expected(&id.text, names));
    }
    found
}

fn misconception(
    builder: &mut Builder<'_>,
    written: &WrittenMisconception,
    id: Located,
    names: &[&str],
    steps: &[PlannedStep],
) -> Option<PlannedMisconception> {
    let [placed, before] = [&written.place, &written.avant].map(|id| builder.misconception(id));
    let (placed_rank, before_rank) = (known(builder, &placed, names), known(builder, &before, names));
    let explanation = builder.misconception(&written.explication);
    let explanation = builder.markdown(&explanation);
    let (placed_rank, before_rank) = (placed_rank?, before_rank?);
    if !needs(steps, placed_rank, before_rank) {
        let message = format!("« {} » peut venir avant « {} »", placed.text, before.text);
        let expected = "attendu : une étape, et une autre qui doit la précéder";
        builder.mistake(placed.span, message, expected);
        return None;
    }
    Some(PlannedMisconception {
        id: id.text,
        placed: placed_rank,
        before: before_rank,
        explanation,
    })
}

/// Whether a step must come after another, be it by way of others.
fn needs(steps: &[PlannedStep], step: usize, other: usize) -> bool {
    let after = &steps[step].after;
    after.contains(&other) || after.iter().any(|before| needs(steps, *before, other))
}

impl Recipe for Ordering {
    fn draw(&self, draw: &Draw<'_>) -> Box<dyn Exercise> {
        let order = self.shown(draw);
        let shown = ('A'..='Z').zip(&order).map(|(letter, rank)| ChoiceOption {
            id: letter.to_string(),
            text: self.steps[*rank].text.fill(draw.values),
        });
        let misconceptions = self.misconceptions.iter().map(|one| Misconception {
            id: one.id.clone(),
            placed: one.placed,
            before: one.before,
            explanation: one.explanation.fill(draw.values),
        });
        Box::new(Question {
            shown: shown.collect(),
            ranks: order,
            after: self.steps.iter().map(|step| step.after.clone()).collect(),
            misconceptions: misconceptions.collect(),
            max_score: draw.max_score,
        })
    }

    fn lint(&self, _: &Draw<'_>) -> Vec<crate::parse::error::Mistake> {
        Vec::new()
    }
}

impl Ordering {
    /// The ranks in the order shown, which is none of the right ones.
    fn shown(&self, draw: &Draw<'_>) -> Vec<usize> {
        let mut random = parameters::random(draw.seed, draw.exercise, "etapes");
        let mut order = parameters::shuffled(&mut random, self.steps.len());
        let right = |order: &[usize]| {
            let place = |rank: usize| order.iter().position(|one| *one == rank);
            let mut steps = self.steps.iter().enumerate();
            steps.all(|(rank, step)| step.after.iter().all(|before| place(*before) < place(rank)))
        };
        if right(&order) {
            order.reverse();
        }
        order
    }
}

struct Misconception {
    id: String,
    placed: usize,
    before: usize,
    explanation: String,
}

/// The question for one seed.
struct Question {
    shown: Vec<ChoiceOption>,
    /// The rank of each step that is shown.
    ranks: Vec<usize>,
    /// What each step must come after, by ranks.
    after: Vec<Vec<usize>>,
    misconceptions: Vec<Misconception>,
    max_score: f64,
}

impl Question {
    /// The ranks in the learner's order: `B A C`, `b,a,c`, `BAC`, `B > A > C`.
    fn read(&self, text: &str) -> Result<Vec<usize>, String> {
        let text: String = text.chars().take(200).collect();
        let mut order = Vec::new();
        let signs = text
            .chars()
            .filter(|sign| !sign.is_whitespace() && !",;>→-.()".contains(*sign));
        for sign in signs {
            let letter = sign.to_ascii_uppercase().to_string();
            let Some(place) = self.shown.iter().position(|step| step.id == letter) else {
                return Err(format!(
                    "Je ne comprends pas «\u{a0}{sign}\u{a0}». {}",
                    self.form()
                ));
            };
            let rank = self.ranks[place];
            if order.contains(&rank) {
                return Err(format!("L’étape {letter} est donnée deux fois. {}", self.form()));
            }
            order.push(rank);
        }
        let missing = self.shown.iter().zip(&self.ranks);
        let missing: Vec<&str> = missing
            .filter(|(_, rank)| !order.contains(rank))
            .map(|(step, _)| step.id.as_str())
            .collect();
        match missing.as_slice() {
            [] => Ok(order),
            _ if order.is_empty() => Err(self.form()),
            [one] => Err(format!("Il manque l’étape {one}. {}", self.form())),
            several => Err(format!(
                "Il manque les étapes {}. {}",
                several.join(", "),
                self.form()
            )),
        }
    }

    fn form(&self) -> String {
        let letters: Vec<&str> = self.shown.iter().rev().map(|step| step.id.as_str()).collect();
        format!(
            "Réponds par toutes les lettres, dans l’ordre\u{a0}: `{}`, par exemple.",
            letters.join(" ")
        )
    }

    /// The pairs of steps, of which the first must come before the second, that are the wrong way round.
    fn wrong(&self, order: &[usize]) -> Vec<(usize, usize)> {
        let place = |rank: usize| order.iter().position(|one| *one == rank);
        let pairs = self.after.iter().enumerate();
        let pairs = pairs.flat_map(|(rank, after)| after.iter().map(move |before| (*before, rank)));
        pairs
            .filter(|(before, rank)| place(*before) > place(*rank))
            .collect()
    }

    fn feedback(&self, order: &[usize]) -> Feedback {
        let place = |rank: usize| order.iter().position(|one| *one == rank);
        let wrong = self.wrong(order);
        let mut known = self.misconceptions.iter();
        let known = known.find(|one| place(one.placed) < place(one.before));
        let pairs: usize = self.after.iter().map(Vec::len).sum();
        let message = known.map_or_else(
            || {
                let early = wrong
                    .iter()
                    .map(|(_, rank)| *rank)
                    .min_by_key(|rank| place(*rank));
                let letter = |rank: usize| {
                    let place = self.ranks.iter().position(|one| *one == rank);
                    place.map_or("", |place| self.shown[place].id.as_str())
                };
                format!(
                    "L’étape {} vient trop tôt\u{a0}: elle a besoin d’une étape que tu places après.",
                    early.map_or("", letter)
                )
            },
            |one| one.explanation.clone(),
        );
        Feedback {
            message,
            misconception: known.map(|one| one.id.clone()),
            score: score::partial(self.max_score, pairs - wrong.len(), pairs),
        }
    }

    fn written(&self, order: &[usize]) -> Answer {
        let letter = |rank: &usize| {
            let place = self.ranks.iter().position(|one| one == rank);
            place.map_or("", |place| self.shown[place].id.as_str())
        };
        Answer::Text(order.iter().map(letter).collect::<Vec<_>>().join(" "))
    }
}

impl Exercise for Question {
    fn options(&self) -> &[ChoiceOption] {
        &self.shown
    }

    fn judge(&self, evidence: &Evidence) -> Verdict {
        match self.read(evidence.answer.as_ref().map_or("", Answer::text)) {
            Err(message) => Verdict::Unreadable(message),
            Ok(order) if self.wrong(&order).is_empty() => Verdict::Passed(String::new()),
            Ok(order) => Verdict::NotYet(self.feedback(&order)),
        }
    }

    fn right_answer(&self, _: &Evidence) -> Answer {
        self.written(&(0..self.shown.len()).collect::<Vec<_>>())
    }

    /// Where each step needs the one before it, there is no other right order.
    fn quiz(&self) -> Option<Quiz> {
        let text = |rank: usize| {
            let place = self.ranks.iter().position(|one| *one == rank);
            place
                .map_or("", |place| self.shown[place].text.as_str())
                .to_owned()
        };
        let only = self.after.iter().enumerate().skip(1);
        let only = only.into_iter().all(|(rank, after)| after.contains(&(rank - 1)));
        only.then(|| Quiz::Ordering {
            steps: (0..self.ranks.len()).map(text).collect(),
        })
    }

    /// The right order with one step moved right before another that it needs.
    fn wrong_answers(&self, _: &Evidence) -> Vec<WrongAnswer> {
        let answer = |one: &Misconception| {
            let mut order: Vec<usize> = (0..self.shown.len()).filter(|rank| *rank != one.placed).collect();
            let place = order.iter().position(|rank| *rank == one.before).unwrap_or(0);
            order.insert(place, one.placed);
            WrongAnswer {
                misconception: one.id.clone(),
                answer: self.written(&order),
            }
        };
        self.misconceptions.iter().map(answer).collect()
    }
}
