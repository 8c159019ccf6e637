//! The bench where cells run: an engine over a simulator whose clock stands still but for what cells advance.

use super::Gathering;
use crate::author::desk::File;
use crate::author::finding::Finding;
use crate::backend::Backend;
use crate::failure::Failure;
use crate::render::{self, Look};
use crate::workshop::{self, failed};
use engine::{EvcxrEngine, Settings};
use std::path::PathBuf;
use std::time::Duration;
use workbook::cell::Cell;
use workbook::engine::{Evaluation, Outcome};
use workbook::evidence::Answer;
use workbook::exercise::Drawn;
use workbook::lesson::{ExerciseSpec, Lesson};
use workbook::session::Session;
use workbook::verdict::Verdict;

/// A loaded machine may be slow: cells are not timed here.
const LIMIT: Duration = Duration::from_mins(3);
/// The seed that Rust exercises are tried with: each answer is compiled.
const SEED: u64 = 7;

/// Where the engine finds what it needs.
pub struct Place {
    /// The `cahier` binary.
    pub program: PathBuf,
    /// The data folder.
    pub data: PathBuf,
    /// What cells link against, as it was prepared.
    pub prepared: PathBuf,
}

/// A session for one lesson.
pub struct Bench {
    session: Session,
}

/// What running a lesson has shown.
pub struct Proof {
    /// The plots that its cells drew.
    pub plots: usize,
    /// What is wrong.
    pub failures: Vec<Finding>,
}

impl Bench {
    /// A fresh simulator with an engine over it.
    ///
    /// # Errors
    /// When cells cannot run here.
    pub fn open(place: &Place) -> Result<Self, Failure> {
        let backend = workshop::simulator(true)?;
        let environment = backend.environment(&place.program, &place.data);
        let settings = Settings {
            env: environment.set,
            remove_env_prefix: environment.remove_prefix.into_iter().map(str::to_owned).collect(),
            prepared: place.prepared.clone(),
            program: place.program.clone(),
            directory: std::env::temp_dir(),
        };
        let engine = EvcxrEngine::start(settings).map_err(|error| failed(&error))?;
        Ok(Self {
            session: session(engine, backend),
        })
    }

    /// Runs a lesson's demo cells in order, then its Rust exercises.
    ///
    /// # Errors
    /// When the engine cannot work.
    pub fn prove(&mut self, file: &File, lesson: &Lesson, progress: &dyn Fn(&str)) -> Result<Proof, Failure> {
        let mut gathering = Gathering::new(file);
        let mut plots = 0;
        for cell in lesson.cells() {
            progress(&format!("{}\u{a0}: cellule {}", file.name, cell.id));
            plots += self.cell(cell, &mut gathering)?;
        }
        for spec in lesson.exercises() {
            progress(&format!("{}\u{a0}: exercice {}", file.name, spec.id));
            self.exercise(spec, &mut gathering)?;
        }
        Ok(Proof {
            plots,
            failures: gathering.found,
        })
    }

    /// What an answer to an exercise gets, in a session without variables.
    ///
    /// # Errors
    /// When the engine cannot work.
    pub fn attempt(&mut self, drawn: &Drawn, answer: Answer) -> Result<Verdict, Failure> {
        self.session.reset().map_err(|error| failed(&error))?;
        Ok(self.judge(drawn, answer)?.0)
    }

    fn judge(&mut self, drawn: &Drawn, answer: Answer) -> Result<(Verdict, Option<Evaluation>), Failure> {
        let attempt = self.session.attempt(drawn, answer, &mut |_| {});
        let attempt = attempt.map_err(|error| failed(&error))?;
        Ok((attempt.verdict, attempt.evaluation))
    }

    /// Runs a demo cell; tells how many plots it drew.
    fn cell(&mut self, cell: &Cell, gathering: &mut Gathering<'_>) -> Result<usize, Failure> {
        let run = self.session.run_cell(cell, &mut |_| {});
        let run = run.map_err(|error| failed(&error))?;
        if run.evaluation.outcome != Outcome::Done {
            let message = format!(
                "la cellule «\u{a0}{}\u{a0}» échoue\u{a0}: {}",
                cell.id,
                ended(cell, &run.evaluation)
            );
            gathering.note(
                (&cell.id, cell.line),
                "cell",
                message,
                "«\u{a0}cahier executer LECON\u{a0}» la montre telle que l’élève la voit",
            );
        } else if let Some(difference) = &run.mismatch {
            let message = format!(
                "la cellule «\u{a0}{}\u{a0}» n’affiche pas ce que la leçon annonce, {difference}",
                cell.id
            );
            gathering.note((&cell.id, cell.line), "output", message, "corrige le bloc «\u{a0}sortie\u{a0}»\u{a0}; […] y remplace ce qui change d’une fois à l’autre");
        }
        let rich = &run.evaluation.output.rich;
        Ok(rich.iter().filter(|rich| rich.data.contains("<svg")).count())
    }

    /// The starter, every listed wrong answer, then the right one: each as a learner would hand it in.
    fn exercise(&mut self, spec: &ExerciseSpec, gathering: &mut Gathering<'_>) -> Result<(), Failure> {
        let drawn = (spec.draw)(SEED);
        if !drawn.exercise.needs_engine() {
            return Ok(());
        }
        self.session.reset().map_err(|error| failed(&error))?;
        let ground = self.session.world().ground();
        let starter = Answer::Rust(drawn.starter.clone().unwrap_or_default());
        let (verdict, evaluation) = self.judge(&drawn, starter)?;
        check_starter(spec, &verdict, evaluation.as_ref(), gathering);
        for wrong in drawn.exercise.wrong_answers(&ground) {
            let (verdict, _) = self.judge(&drawn, wrong.answer)?;
            gathering.recognised(spec, &drawn, &wrong.misconception, &verdict);
        }
        let (verdict, _) = self.judge(&drawn, drawn.exercise.right_answer(&ground))?;
        gathering.passed(spec, &drawn, &verdict);
        Ok(())
    }
}

fn session(engine: EvcxrEngine, backend: Backend) -> Session {
    Session::new(Box::new(engine), Box::new(backend)).with_limit(LIMIT)
}

/// A starter compiles, runs to its end, and is not the answer.
fn check_starter(
    spec: &ExerciseSpec,
    verdict: &Verdict,
    run: Option<&Evaluation>,
    gathering: &mut Gathering<'_>,
) {
    let place = (spec.id.as_str(), spec.line);
    if verdict.status() != "not_yet" {
        let message = format!(
            "l’exercice «\u{a0}{}\u{a0}»\u{a0}: le code de départ devrait donner «\u{a0}pas encore\u{a0}» ({})",
            spec.id,
            super::told(verdict)
        );
        gathering.note(
            place,
            "starter",
            message,
            "il doit compiler, et laisser quelque chose à faire",
        );
    } else if !run.is_some_and(|one| one.outcome == Outcome::Done) {
        let message = format!(
            "l’exercice «\u{a0}{}\u{a0}»\u{a0}: le code de départ ne va pas au bout",
            spec.id
        );
        gathering.note(
            place,
            "starter",
            message,
            "il ne doit pas paniquer\u{a0}: un notebook l’exécute tel quel",
        );
    }
}

/// How a cell ended, in a few words.
fn ended(cell: &Cell, evaluation: &Evaluation) -> String {
    let said = render::output::ending(&cell.source, evaluation, Look::plain(100));
    let words: Vec<&str> = said.split_whitespace().collect();
    words.join(" ").chars().take(400).collect()
}
