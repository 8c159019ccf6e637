//! The bench where cells run: an engine over a simulator whose clock stands still but for what cells advance.

use super::{Gathering, ground, leaks};
use crate::attempt;
use crate::author::desk::File;
use crate::author::finding::Finding;
use crate::backend::Backend;
use crate::failure::Failure;
use crate::render::{self, Look};
use crate::script;
use crate::workshop::{self, failed};
use engine::{EvcxrEngine, Settings};
use std::path::PathBuf;
use std::time::Duration;
use workbook::cell::Cell;
use workbook::engine::{Evaluation, Outcome};
use workbook::evidence::Answer;
use workbook::exercise::Drawn;
use workbook::lesson::{Block, ExerciseSpec, Lesson};
use workbook::script::Script;
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
    backend: Backend,
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
            memory: engine::DEFAULT_MEMORY,
            env: environment.set,
            remove_env_prefix: environment.remove.into_iter().map(str::to_owned).collect(),
            prepared: place.prepared.clone(),
            program: place.program.clone(),
            directory: std::env::temp_dir(),
            cells: None,
        };
        let engine = EvcxrEngine::start(settings).map_err(|error| failed(&error))?;
        Ok(Self {
            session: session(engine, backend.clone()),
            backend,
        })
    }

    /// Runs a lesson's demo cells and scripts in order, then its Rust exercises and the programs of its predictions. A script
    /// is left out where the tools that it is written for are missing.
    ///
    /// # Errors
    /// When the engine cannot work.
    pub fn prove(&mut self, file: &File, lesson: &Lesson, progress: &dyn Fn(&str)) -> Result<Proof, Failure> {
        let mut gathering = Gathering::new(file);
        let mut plots = 0;
        let folder = script::Folder::default();
        for block in lesson.blocks() {
            match block {
                Block::Cell(cell) => {
                    progress(&format!("{}\u{a0}: cellule {}", file.name, cell.id));
                    plots += self.cell(cell, &mut gathering)?;
                }
                Block::Script(script) => {
                    progress(&format!("{}\u{a0}: script {}", file.name, script.id));
                    self.script(script, &folder, &mut gathering);
                }
                _ => {}
            }
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

    /// Runs a script where its tools are there.
    fn script(&self, script: &Script, folder: &script::Folder, gathering: &mut Gathering<'_>) {
        let outcome = script::run(script, &self.backend, folder);
        if outcome.ok() || matches!(outcome, script::Outcome::Missing(_)) {
            return;
        }
        let wrote = match &outcome {
            script::Outcome::Ran { ran, .. } => short(&ran.stderr),
            _ => String::new(),
        };
        let message = format!(
            "le script «\u{a0}{}\u{a0}»\u{a0}: {} {wrote}",
            script.id,
            outcome.words()
        );
        let hint = "«\u{a0}cahier executer LECON --scripts\u{a0}» le montre tel que l’élève le voit";
        gathering.note(
            (&script.id, script.line),
            "script",
            message.trim_end().to_owned(),
            hint,
        );
    }

    /// Runs a prediction's program: its last line is what is to be foreseen.
    fn prediction(&mut self, spec: &ExerciseSpec, gathering: &mut Gathering<'_>) -> Result<(), Failure> {
        let seeds = if spec.seeded {
            &[SEED, SEED + 1][..]
        } else {
            &[SEED]
        };
        for seed in seeds {
            let drawn = (spec.draw)(*seed);
            self.session.reset().map_err(|error| failed(&error))?;
            let ran = self.session.demonstrate(&drawn, &mut |_| {});
            let Some(ran) = ran.map_err(|error| failed(&error))? else {
                return Ok(());
            };
            let last = ran.output.stdout.trim_end().lines().last().unwrap_or_default();
            let answer = Answer::Text(last.to_owned());
            let foreseen = matches!(attempt::natively(&drawn, answer, ground()), Verdict::Passed(_));
            if ran.outcome != Outcome::Done || !foreseen {
                let program = drawn.program.as_deref().unwrap_or_default();
                let said = short(&render::output::ending(program, &ran, Look::plain(100)));
                let message = format!(
                    "l’exercice «\u{a0}{}\u{a0}», graine {seed}\u{a0}: le programme n’affiche pas la réponse en dernier, mais «\u{a0}{last}\u{a0}» {said}",
                    spec.id
                );
                let hint = "la clé «\u{a0}reponse\u{a0}» est la dernière ligne qu’affiche le programme";
                gathering.note(
                    (&spec.id, spec.line),
                    "prediction",
                    message.trim_end().to_owned(),
                    hint,
                );
                return Ok(());
            }
        }
        Ok(())
    }

    /// The starter, every listed wrong answer, then the right one: each as a learner would hand it in.
    fn exercise(&mut self, spec: &ExerciseSpec, gathering: &mut Gathering<'_>) -> Result<(), Failure> {
        let drawn = (spec.draw)(SEED);
        if drawn.program.is_some() {
            return self.prediction(spec, gathering);
        }
        if !drawn.exercise.needs_engine() {
            return Ok(());
        }
        self.session.reset().map_err(|error| failed(&error))?;
        let ground = self.session.world().ground();
        let starter = Answer::Rust(drawn.starter.clone().unwrap_or_default());
        let (verdict, evaluation) = self.judge(&drawn, starter)?;
        check_starter(spec, &verdict, evaluation.as_ref(), gathering);
        let right = drawn.exercise.right_answer(&ground);
        for wrong in drawn.exercise.wrong_answers(&ground) {
            let (verdict, _) = self.judge(&drawn, wrong.answer)?;
            gathering.recognised(spec, &drawn, &wrong.misconception, &verdict);
            if leaks::tells(&drawn, &right, verdict.message()) {
                gathering.leak(spec, &drawn, &wrong.misconception);
            }
        }
        let (verdict, _) = self.judge(&drawn, right)?;
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
    short(&render::output::ending(
        &cell.source,
        evaluation,
        Look::plain(100),
    ))
}

/// A text's first words, on one line.
fn short(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(400).collect()
}
