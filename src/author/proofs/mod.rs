//! What a lesson promises, tried for real: right answers pass, each wrong one is told apart, cells print what they should.

mod bench;
mod leaks;
mod native;

pub use bench::{Bench, Place, Proof};
pub use native::prove as native;

use super::desk::File;
use super::finding::Finding;
use workbook::evidence::{Evidence, SigningKey};
use workbook::exercise::Drawn;
use workbook::lesson::{Block, ExerciseSpec, Lesson};
use workbook::verdict::Verdict;

/// A backend as evidence shows it, without starting one.
pub fn ground() -> Evidence {
    let key = SigningKey {
        access_key_id: "AKIACAHIERDETEST0001".to_owned(),
        secret_access_key: "un secret qui ne sert qu’ici".to_owned(),
    };
    Evidence {
        keys: vec![key],
        now: 1_795_348_800,
        endpoint: Some("http://127.0.0.1:4566".to_owned()),
        rules: Some(crate::rules::rules),
        documents: Some(crate::rules::documents),
        ..Evidence::default()
    }
}

/// Whether something of the lesson needs the compiler.
pub fn needs_cells(lesson: &Lesson) -> bool {
    let runs = |block| matches!(block, &Block::Cell(_) | &Block::Script(_));
    lesson.blocks().any(runs) || lesson.exercises().any(needs_engine)
}

fn needs_engine(spec: &ExerciseSpec) -> bool {
    let drawn = (spec.draw)(0);
    drawn.program.is_some() || drawn.exercise.needs_engine()
}

/// The failures of one lesson's exercises, as they are gathered.
struct Gathering<'a> {
    file: &'a File,
    found: Vec<Finding>,
}

impl<'a> Gathering<'a> {
    fn new(file: &'a File) -> Self {
        Self {
            file,
            found: Vec::new(),
        }
    }

    /// Notes a failure of an exercise, once for each rule and each misconception: not for every seed.
    fn note(&mut self, (id, line): (&str, usize), rule: &'static str, message: String, hint: &str) {
        self.found.push(
            Finding::on_line(self.file, line, rule, message)
                .of(Some(id.to_owned()))
                .hint(hint),
        );
    }

    fn passed(&mut self, spec: &ExerciseSpec, drawn: &Drawn, verdict: &Verdict) {
        if !matches!(verdict, Verdict::Passed(_)) {
            let message = format!(
                "l’exercice «\u{a0}{}\u{a0}», graine {}\u{a0}: la bonne réponse ne passe pas ({})",
                drawn.id,
                drawn.seed,
                told(verdict)
            );
            let hint = "la réponse, le modèle ou la solution doit satisfaire toutes les vérifications";
            self.note((&spec.id, spec.line), "right-answer", message, hint);
        }
    }

    fn recognised(&mut self, spec: &ExerciseSpec, drawn: &Drawn, misconception: &str, verdict: &Verdict) {
        let right = matches!(verdict, Verdict::NotYet(feedback)
            if feedback.misconception.as_deref() == Some(misconception) && !feedback.message.trim().is_empty());
        if !right {
            let message = format!(
                "l’exercice «\u{a0}{}\u{a0}», graine {}\u{a0}: l’erreur «\u{a0}{misconception}\u{a0}» n’est pas reconnue ({})",
                drawn.id,
                drawn.seed,
                told(verdict)
            );
            let hint =
                "ce qui reconnaît une erreur ne doit convenir qu’à elle, et son exemple doit la montrer";
            self.note((&spec.id, spec.line), "wrong-answer", message, hint);
        }
    }

    fn leak(&mut self, spec: &ExerciseSpec, drawn: &Drawn, misconception: &str) {
        let message = format!(
            "l’exercice «\u{a0}{}\u{a0}», graine {}\u{a0}: l’explication de «\u{a0}{misconception}\u{a0}» donne la bonne réponse",
            drawn.id, drawn.seed
        );
        let hint = "dis ce que l’élève a pensé et où chercher, sans la réponse";
        self.note((&spec.id, spec.line), "leak", message, hint);
    }
}

/// What a verdict says, in a few words.
fn told(verdict: &Verdict) -> String {
    let status = crate::render::verdict::in_french(verdict.status());
    let as_what = verdict
        .misconception()
        .map(|id| format!(", reconnue comme «\u{a0}{id}\u{a0}»"))
        .unwrap_or_default();
    let said: String = verdict.message().split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = said.chars().take(240).collect();
    format!("{status}{as_what}\u{a0}: {short}")
}
