//! An exercise before its parameters are drawn, and the lint over many seeds.

use super::parameters::ParameterPlan;
use super::template::Template;
use super::{Drawn, Exercise, Kind, Parameters, WrongAnswer};
use crate::archive::ArchiveQuestion;
use crate::command::CommandQuestion;
use crate::evidence::{Answer, Evidence};
use crate::parse::error::Mistake;
use crate::ruling::PolicyQuestion;
use crate::verdict::Verdict;
use std::ops::Range;

/// Everything a lesson says of one exercise.
pub(crate) struct Plan {
    pub(crate) id: String,
    pub(crate) kind: &'static Kind,
    pub(crate) title: String,
    pub(crate) source: Option<String>,
    pub(crate) max_score: f64,
    pub(crate) parameters: ParameterPlan,
    pub(crate) statement: Template,
    pub(crate) program: Option<Template>,
    pub(crate) starter: Option<Template>,
    pub(crate) hints: Vec<Template>,
    pub(crate) correction: Template,
    pub(crate) solution: Option<Template>,
    pub(crate) recipe: Box<dyn Recipe>,
}

/// A seed's values, as a kind needs them to draw itself.
pub(crate) struct Draw<'a> {
    pub(crate) exercise: &'a str,
    pub(crate) seed: u64,
    /// Drawn and computed values.
    pub(crate) values: &'a Parameters,
    /// The statement for this seed.
    pub(crate) statement: &'a str,
    pub(crate) solution: Option<&'a str>,
    pub(crate) max_score: f64,
}

/// A kind of exercise with its settings, before the parameters are drawn.
pub(crate) trait Recipe: Send + Sync {
    /// The judgement for one seed.
    fn draw(&self, draw: &Draw<'_>) -> Box<dyn Exercise>;

    /// What is wrong for this seed, if anything.
    fn lint(&self, draw: &Draw<'_>) -> Vec<Mistake>;
}

impl Plan {
    /// Whether it has parameters drawn from a seed.
    pub(crate) fn seeded(&self) -> bool {
        !self.parameters.drawn.is_empty()
    }

    /// The exercise for a seed.
    pub(crate) fn draw(&self, seed: u64) -> Drawn {
        let (parameters, values) = self.parameters.draw(seed, &self.id);
        let fill = |template: &Template| template.fill(&values);
        let statement = fill(&self.statement);
        let program = self.program.as_ref().map(fill);
        let starter = self.starter.as_ref().map(fill);
        let solution = self.solution.as_ref().map(fill);
        let comment = fill(&self.correction).trim().to_owned();
        let inner = self.recipe.draw(&Draw {
            exercise: &self.id,
            seed,
            values: &values,
            statement: &statement,
            solution: solution.as_deref(),
            max_score: self.max_score,
        });
        let shown = solution
            .map(|code| format!("```rust\n{}\n```\n\n", code.trim_end()))
            .unwrap_or_default();
        Drawn {
            id: self.id.clone(),
            kind: self.kind.name,
            kind_title: self.kind.title,
            title: self.title.clone(),
            seed,
            parameters,
            hints: self
                .hints
                .iter()
                .map(|hint| fill(hint).trim().to_owned())
                .collect(),
            solution: format!("{shown}{comment}"),
            statement,
            program,
            starter,
            max_score: self.max_score,
            exercise: Box::new(Commented { inner, comment }),
        }
    }

    /// Tries seeds, or one where nothing is drawn; reports what is wrong for the first of them.
    pub(crate) fn lint(&self, seeds: Range<u64>, here: &Range<usize>, mistakes: &mut Vec<Mistake>) {
        for seed in seeds.take(if self.seeded() { usize::MAX } else { 1 }) {
            let (_, values) = self.parameters.draw(seed, &self.id);
            let statement = self.statement.fill(&values);
            let draw = Draw {
                exercise: &self.id,
                seed,
                values: &values,
                statement: &statement,
                solution: None,
                max_score: self.max_score,
            };
            let mut found = self.recipe.lint(&draw);
            if let Some(name) = self.unusable(&values) {
                let message = format!("pour la graine {seed}, {name} n’est pas un nombre fini");
                found.push(Mistake::new(
                    here.clone(),
                    message,
                    "attendu : des formules définies pour tous les tirages",
                ));
            }
            if !found.is_empty() {
                mistakes.extend(found);
                return;
            }
        }
    }

    /// What cannot be computed with these values, if anything.
    fn unusable(&self, values: &Parameters) -> Option<String> {
        for (name, formula) in &self.parameters.computed {
            if !formula.value(values).is_finite() {
                return Some(format!("« {name} »"));
            }
        }
        let texts = [&self.statement, &self.correction].into_iter().chain(&self.hints);
        let texts = texts
            .chain(self.program.iter())
            .chain(self.starter.iter())
            .chain(self.solution.iter());
        let mut holes = texts.flat_map(|text| text.values(values));
        holes
            .any(|value| !value.is_finite())
            .then(|| "une formule d’un texte".to_owned())
    }
}

/// Adds the author's comment to a passed verdict, before what the kind has to say of it.
struct Commented {
    inner: Box<dyn Exercise>,
    comment: String,
}

impl Exercise for Commented {
    fn options(&self) -> &[super::ChoiceOption] {
        self.inner.options()
    }

    fn checks(&self) -> &[super::Check] {
        self.inner.checks()
    }

    fn probe(&self) -> Option<&super::Probe> {
        self.inner.probe()
    }

    fn needs_engine(&self) -> bool {
        self.inner.needs_engine()
    }

    fn policy_question(&self, answer: &str) -> Option<PolicyQuestion> {
        self.inner.policy_question(answer)
    }

    fn needs_simulator(&self) -> bool {
        self.inner.needs_simulator()
    }

    fn asks_for_a_document(&self) -> bool {
        self.inner.asks_for_a_document()
    }

    fn archive(&self) -> Option<&ArchiveQuestion> {
        self.inner.archive()
    }

    fn command(&self) -> Option<&CommandQuestion> {
        self.inner.command()
    }

    fn judge(&self, evidence: &Evidence) -> Verdict {
        match self.inner.judge(evidence) {
            Verdict::Passed(note) if note.is_empty() => Verdict::Passed(self.comment.clone()),
            Verdict::Passed(note) => Verdict::Passed(format!("{}\n\n{note}", self.comment)),
            verdict => verdict,
        }
    }

    fn right_answer(&self, evidence: &Evidence) -> Answer {
        self.inner.right_answer(evidence)
    }

    fn right_expression(&self) -> Option<String> {
        self.inner.right_expression()
    }

    fn quiz(&self) -> Option<super::Quiz> {
        self.inner.quiz()
    }

    fn wrong_answers(&self, evidence: &Evidence) -> Vec<WrongAnswer> {
        self.inner.wrong_answers(evidence)
    }
}
