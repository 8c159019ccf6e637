//! A cell that failed, as Jupyter is told it: a name for machines, a sentence, and the whole in colours.

use crate::failure::Failure;
use crate::live;
use crate::render::{self, Ink, Look};
use serde_json::{Value, json};
use workbook::engine::{Evaluation, Outcome};
use workbook::explanation::Refused;
use workbook::session::CellRun;

/// Why a cell failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    /// For machines.
    pub(super) name: &'static str,
    /// What is wrong, in a line.
    pub(super) value: String,
    /// What people read.
    pub(super) traceback: Vec<String>,
}

/// How errors look in a notebook.
const LOOK: Look = Look {
    color: true,
    width: 88,
    fold: false,
};

impl Trouble {
    /// A sentence is all there is to say.
    pub(super) fn said(name: &'static str, sentence: String) -> Self {
        let painted = LOOK.paint(Ink::Bad, &sentence);
        Self {
            name,
            value: sentence,
            traceback: vec![painted],
        }
    }

    /// A failure of a command or of the program.
    pub(super) fn failure(failure: &Failure) -> Self {
        let mut trouble = Self::said("Failure", failure.to_string());
        trouble.name = match failure {
            Failure::Usage { .. } => "UsageError",
            Failure::Interrupted | Failure::StillStarting | Failure::StillPreparing(_) => "Interrupted",
            _ => trouble.name,
        };
        trouble.traceback = vec![format!("{} {failure}", LOOK.paint(Ink::Bad, "Erreur\u{a0}:"))];
        let hint = failure
            .hint()
            .map(|hint| hint.replace("cahier lecons", ":lecons"));
        let hint = hint.map(|hint| format!("{} {hint}", LOOK.paint(Ink::Strong, "Conseil\u{a0}:")));
        trouble.traceback.extend(hint);
        trouble
    }

    /// How a cell ended, and what became of the variables; nothing where it simply ran.
    pub(super) fn of(source: &str, run: &CellRun) -> Option<Self> {
        let mut trouble = Self::ended(source, &run.evaluation)?;
        trouble
            .traceback
            .extend(live::recovery(&run.recovery).map(|words| LOOK.paint(Ink::Dim, &words)));
        Some(trouble)
    }

    /// How an evaluation ended; nothing where it simply ran.
    pub(super) fn ended(source: &str, evaluation: &Evaluation) -> Option<Self> {
        let text = render::output::ending(source, evaluation, LOOK);
        let plain = render::output::ending(source, evaluation, Look { color: false, ..LOOK });
        let first = || plain.lines().next().unwrap_or_default().to_owned();
        let (name, value) = match &evaluation.outcome {
            Outcome::Done => return None,
            Outcome::DoesNotCompile(diagnostics) => {
                let worst = diagnostics
                    .iter()
                    .find(|one| one.level == "error")
                    .or(diagnostics.first());
                let said = worst.map(|one| match &one.code {
                    Some(code) => format!("[{code}] {}", one.message),
                    None => one.message.clone(),
                });
                ("CompilationError", said.unwrap_or_else(first))
            }
            Outcome::Panicked { message, .. } => ("Panic", Refused::shortened(message).into_owned()),
            Outcome::Exited { .. } => ("ProcessExit", first()),
            Outcome::Crashed { .. } => ("Crash", first()),
            Outcome::TimedOut { .. } => ("Timeout", first()),
            Outcome::OutOfMemory { .. } => ("OutOfMemory", first()),
            Outcome::Interrupted => ("Interrupted", first()),
        };
        Some(Self {
            name,
            value,
            traceback: text.trim_end().lines().map(str::to_owned).collect(),
        })
    }

    /// What the error message and a reply have in common.
    pub(super) fn content(&self) -> Value {
        json!({"ename": self.name, "evalue": self.value, "traceback": self.traceback})
    }

    /// The reply to a request that failed.
    pub(super) fn reply(&self) -> Value {
        let mut content = self.content();
        content["status"] = "error".into();
        content
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use workbook::engine::Output;

    fn ended(outcome: Outcome) -> Option<Trouble> {
        let evaluation = Evaluation {
            outcome,
            output: Output::default(),
            elapsed: Duration::ZERO,
            ran: true,
            lost: false,
        };
        Trouble::ended("", &evaluation)
    }

    #[test]
    fn each_way_to_fail_has_a_name_for_machines_and_a_sentence_for_people() {
        assert_eq!(ended(Outcome::Done), None);
        let limit = Duration::from_secs(30);
        let panicked = Outcome::Panicked {
            message: "aïe".to_owned(),
            line: Some(2),
        };
        for (outcome, name, words) in [
            (panicked, "Panic", "aïe"),
            (Outcome::Exited { status: 3 }, "ProcessExit", "code 3"),
            (Outcome::TimedOut { limit }, "Timeout", "30 s"),
            (Outcome::OutOfMemory { limit: 2 << 30 }, "OutOfMemory", "Gio"),
            (Outcome::Interrupted, "Interrupted", "interrompue"),
            (
                Outcome::DoesNotCompile(Vec::new()),
                "CompilationError",
                "ne compile pas",
            ),
        ] {
            let told = ended(outcome).unwrap_or_else(|| Trouble::said("", String::new()));
            assert_eq!(told.name, name);
            assert!(told.value.contains(words), "{told:?}");
            assert!(
                !told.value.contains('\u{1b}') && told.traceback[0].contains('\u{1b}'),
                "{told:?}"
            );
        }
    }

    #[test]
    fn a_command_that_fails_says_how_to_mend_it() {
        let told = Trouble::failure(&Failure::Usage {
            message: "il manque un mot".to_owned(),
            hint: "écris-le.".to_owned(),
        });
        assert_eq!(
            (told.name, told.value.as_str()),
            ("UsageError", "il manque un mot")
        );
        assert!(told.traceback[1].contains("écris-le."), "{told:?}");
        assert_eq!(told.reply()["status"], "error");
    }
}
