//! Cleaning up after a run: the cells' process removes what the ledger says, with the SDK's own chain, and tells of each.

use super::names::PREFIX;
use super::run::Ledger;
use crate::failure::Failure;
use crate::render;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Duration;
use workbook::engine::{Chunk, Engine, Evaluation, Listener, Outcome};
use workbook::french::counted;
use workbook::session::Session;

/// Tables take minutes to go.
const PATIENCE: Duration = Duration::from_mins(20);

/// What became of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is gone.
    Removed,
    /// It was not there any more.
    Absent,
    /// Something of that name is there that the run did not create; it stays.
    Foreign,
    /// It is still there.
    Failed,
}

/// A resource, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// What it is, in the ledger's words.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What became of it.
    pub status: Status,
    /// Why it is still there, in AWS's words.
    pub error: Option<String>,
}

impl Removal {
    /// Whether nothing of it is left to do.
    pub fn ok(&self) -> bool {
        self.status != Status::Failed
    }

    /// What is said of it.
    pub fn words(&self) -> String {
        let end = match self.status {
            Status::Removed => "suppression faite".to_owned(),
            Status::Absent => "n’y était plus".to_owned(),
            Status::Foreign => "n’est pas de ce passage, et reste".to_owned(),
            Status::Failed => format!("est encore là ({})", self.error.as_deref().unwrap_or_default()),
        };
        format!("{}\u{a0}: {end}", shown(&self.kind, &self.name))
    }
}

/// How a resource is named to people.
pub fn shown(kind: &str, name: &str) -> String {
    const KINDS: &[(&str, &str)] = &[
        ("fonction", "fonction Lambda"),
        ("couche", "versions de la couche"),
        ("role", "rôle"),
        ("grappe", "cluster ECS"),
        ("plan", "définition de tâche"),
        ("service", "service ECS"),
        ("taches", "tâches du cluster"),
        ("journaux", "groupe de journaux"),
    ];
    let kind = KINDS
        .iter()
        .find(|(one, _)| *one == kind)
        .map_or(kind, |(_, shown)| shown);
    format!("{kind} {name}")
}

/// Removes what is left of a run, in the world that the engine's cells talk to, and tells of each as it goes: some take
/// minutes.
///
/// # Errors
/// When the engine cannot work, or the cell was stopped; what was removed until then is in the ledger.
pub fn clean(
    engine: &mut dyn Engine,
    ledger: &Path,
    run: &str,
    each: &mut dyn FnMut(&Removal),
) -> Result<Vec<Removal>, Failure> {
    let cell = cell(ledger, run);
    let mut told_as_it_goes = Follow::new(each);
    let evaluation = engine.eval(&cell, PATIENCE, &mut told_as_it_goes);
    told(
        &cell,
        &evaluation.map_err(|error| crate::workshop::failed(&error))?,
    )
}

/// The same in a session that is open, within its limit.
///
/// # Errors
/// As for [`clean`].
pub fn clean_in(session: &mut Session, ledger: &Path, run: &str) -> Result<Vec<Removal>, Failure> {
    let cell = cell(ledger, run);
    let ran = session.eval(&cell, &mut |_| {});
    told(
        &cell,
        &ran.map_err(|error| crate::workshop::failed(&error))?.evaluation,
    )
}

/// Tells of each removal as soon as its line is whole.
struct Follow<'a> {
    line: String,
    each: &'a mut dyn FnMut(&Removal),
}

impl<'a> Follow<'a> {
    fn new(each: &'a mut dyn FnMut(&Removal)) -> Self {
        Self {
            line: String::new(),
            each,
        }
    }
}

impl Listener for Follow<'_> {
    fn chunk(&mut self, chunk: Chunk) {
        let Chunk::Stdout(text) = chunk else {
            return;
        };
        for piece in text.split_inclusive('\n') {
            self.line += piece;
            if !piece.ends_with('\n') {
                continue;
            }
            if let Ok(removal) = serde_json::from_str(&self.line) {
                (self.each)(&removal);
            }
            self.line.clear();
        }
    }
}

fn cell(ledger: &Path, run: &str) -> String {
    // A path is no name of the run's, were it to read like one.
    let ledger = format!("{:?}", ledger.display().to_string()).replace(PREFIX, "cahier\\u{2d}");
    format!("prelude::menage::nettoyer({ledger}, {run:?}).await;")
}

fn told(cell: &str, evaluation: &Evaluation) -> Result<Vec<Removal>, Failure> {
    let lines = evaluation.output.stdout.lines();
    let removals: Vec<Removal> = lines.filter_map(|line| serde_json::from_str(line).ok()).collect();
    match evaluation.outcome {
        Outcome::Done => Ok(removals),
        Outcome::Interrupted | Outcome::TimedOut { .. } => Err(Failure::Cleaning(format!(
            "arrêté en chemin, après {}",
            counted(removals.len(), "ressource", "ressources")
        ))),
        _ => {
            let ending = render::output::ending(cell, evaluation, render::Look::plain(100));
            Err(Failure::Cleaning(ending.trim().to_owned()))
        }
    }
}

/// What runs on this account left that nobody removed, in a sentence: a terminal that was closed asks no question.
pub fn left_before(data: &Path, account: &str) -> Option<String> {
    let mut left = Ledger::all(data).unwrap_or_default();
    left.retain(|(_, ledger)| ledger.account == account && !ledger.open.is_empty());
    let count = left.iter().map(|(_, ledger)| ledger.open.len()).sum();
    (count > 0).then(|| {
        format!(
            "{} de {} sur ce compte {} peut-être encore là\u{a0}: «\u{a0}cahier aws nettoyer{}\u{a0}» en fait le ménage.",
            counted(count, "ressource", "ressources"),
            counted(left.len(), "autre passage", "autres passages"),
            if count > 1 { "sont" } else { "est" },
            if left.len() > 1 { " --tout" } else { "" },
        )
    })
}

/// What is left of a run, in a line for people.
pub fn left(ledger: &Ledger) -> String {
    let names: Vec<String> = ledger
        .open
        .iter()
        .map(|one| shown(&one.kind, &one.name))
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::aws::run::folder;

    #[test]
    fn what_earlier_runs_left_on_this_account_is_told_and_nothing_else() {
        let data = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder(data.path())).unwrap();
        let ledger = |run: &str, account: &str, state: &str| {
            let line =
                |what: &str| format!("{{\"quoi\":\"{what}\",\"genre\":\"table\",\"nom\":\"t\",\"a\":1}}\n");
            let head =
                format!("{{\"passage\":\"{run}\",\"compte\":\"{account}\",\"region\":\"eu-west-3\"}}\n");
            let text = [head, line("creer"), line(state)].concat();
            std::fs::write(folder(data.path()).join(format!("{run}.jsonl")), text).unwrap();
        };
        let told = || left_before(data.path(), "111122223333");
        ledger("a", "111122223333", "supprimee");
        ledger("b", "444455556666", "faite");
        assert_eq!(told(), None);
        ledger("c", "111122223333", "faite");
        let one = told().unwrap();
        assert!(
            one.contains("1\u{a0}ressource") && one.contains("«\u{a0}cahier aws nettoyer\u{a0}»"),
            "{one}"
        );
        ledger("d", "111122223333", "faite");
        assert!(told().unwrap().contains("nettoyer --tout"));
    }
}
