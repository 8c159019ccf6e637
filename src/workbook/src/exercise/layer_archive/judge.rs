//! The judgement of a layer's archive: what Lambda says of it, where its files are, what Python imports from it.

use super::cases::{Case, Shown};
use super::content::{File, pack};
use super::failing::{self, Failing};
use super::slips;
use crate::archive::{ArchiveFacts, ArchiveQuestion, Trial};
use crate::evidence::{Answer, Evidence};
use crate::exercise::{Exercise, WrongAnswer, score};
use crate::glob;
use crate::ruling::{self, Refusal};
use crate::verdict::{Feedback, Verdict};
use std::collections::HashSet;

/// What must hold of an archive.
pub(super) struct Check {
    pub(super) id: String,
    pub(super) what: What,
    pub(super) reason: Option<String>,
}

/// What a check looks at.
pub(super) enum What {
    /// A module that a function imports, and an expression that holds then.
    Import {
        module: String,
        expression: Option<String>,
    },
    /// A command that a function runs by its name, and a part of its text.
    Command { name: String, text: Option<String> },
    /// A file, below `/opt`, and a part of its text.
    File { path: String, text: Option<String> },
    /// A pattern of paths that are not there.
    Absent(String),
    /// The most bytes, unzipped.
    Size(u64),
}

/// A way to be wrong, and how it is recognised.
pub(super) struct Misconception {
    pub(super) id: String,
    pub(super) case: Option<Case>,
    pub(super) paths: Vec<String>,
    pub(super) checks: Option<Vec<String>>,
    pub(super) words: Option<String>,
    pub(super) files: Vec<File>,
    pub(super) explanation: String,
}

/// The question for one seed.
pub(super) struct Question {
    pub(super) asked: ArchiveQuestion,
    pub(super) checks: Vec<Check>,
    pub(super) model: Vec<File>,
    pub(super) max_score: f64,
    pub(super) misconceptions: Vec<Misconception>,
}

/// How many names of the archive's root are shown.
const SHOWN: usize = 5;

/// How a ZIP is made.
const HOW: &str =
    "Fabrique-la avec `zip -r couche.zip DOSSIER`, ou avec `python3 -m zipfile -c couche.zip DOSSIER`.";

impl Question {
    fn weigh(&self, facts: &ArchiveFacts) -> Verdict {
        if let Trial::Impossible(reason) = &facts.trial {
            return Verdict::Unverifiable(format!(
                "Ton archive n’a pas pu être décompressée et essayée ici\u{a0}: {reason}."
            ));
        }
        let failed = |check: &'_ Check| failing::of(check, facts, &self.asked);
        let failures: Vec<(&Check, Failing)> = self
            .checks
            .iter()
            .filter_map(|check| Some((check, failed(check)?)))
            .collect();
        let Some((_, first)) = failures.first() else {
            return Verdict::Passed(self.note(&facts.trial).unwrap_or_default());
        };
        let checks: Vec<&Check> = failures.iter().map(|(check, _)| *check).collect();
        let known = self.recognise(facts, &checks);
        let told = known.map(|one| one.explanation.clone());
        let told = told.or_else(|| slips::explain(&self.shown(facts, &checks)));
        let reason = || checks.iter().find_map(|check| check.reason.clone());
        let told = told.or_else(|| first.about.said()).or_else(reason);
        let right = self.checks.len() - failures.len();
        let mut lines: Vec<String> = failures
            .iter()
            .map(|(_, failing)| format!("- {}", failing.told))
            .collect();
        // A module that is not found fails every check that needs it.
        lines.dedup();
        let parts = [
            told.unwrap_or_else(|| {
                "Une fonction ne trouve pas encore tout ce qu’elle attend de ta couche.".to_owned()
            }),
            format!("{}\n\n{}", tally(right, self.checks.len()), lines.join("\n")),
            root(facts),
        ];
        let parts = parts.into_iter().chain(self.note(&facts.trial));
        let score = score::partial(self.max_score, right, self.checks.len());
        not_yet(parts.collect::<Vec<_>>().join("\n\n"), known, score)
    }

    fn shown<'a>(&'a self, facts: &'a ArchiveFacts, failed: &'a [&'a Check]) -> Shown<'a> {
        Shown {
            facts,
            failed,
            asked: &self.asked,
        }
    }

    fn recognise(&self, facts: &ArchiveFacts, failed: &[&Check]) -> Option<&Misconception> {
        let shown = self.shown(facts, failed);
        let has = |pattern: &String| {
            facts
                .entries
                .iter()
                .any(|entry| glob::matches(pattern, &entry.path))
        };
        let said = |words: &String| match &facts.trial {
            Trial::Ran { tried, .. } => {
                let mut errors = tried.iter().filter_map(|one| one.error.as_ref());
                errors.any(|(kind, message)| format!("{kind}: {message}").contains(words))
            }
            _ => false,
        };
        self.misconceptions.iter().find(|one| {
            let named = one.checks.as_ref().is_none_or(|checks| {
                checks.len() == failed.len() && failed.iter().all(|check| checks.contains(&check.id))
            });
            named
                && one.case.is_none_or(|case| case.shows(&shown))
                && one.paths.iter().all(has)
                && one.words.as_ref().is_none_or(said)
        })
    }

    /// What Lambda refuses: no archive at all costs nothing, one that is too large does.
    fn refused(&self, facts: &ArchiveFacts, refusal: &Refusal) -> Verdict {
        let known = self
            .recognise(facts, &[])
            .filter(|one| one.case == Some(Case::TropGros));
        let told = ruling::refusal(refusal);
        if refusal.message.starts_with("Unzipped size") {
            let told = known.map_or(told.clone(), |one| format!("{}\n\n{told}", one.explanation));
            return not_yet(told, known, 0.0);
        }
        Verdict::Unreadable(format!("{told} {HOW}"))
    }

    /// What is to be known of the way the archive was tried.
    fn note(&self, trial: &Trial) -> Option<String> {
        let alone = "seule la structure de l’archive a été vérifiée, aucun module n’a été importé.";
        match trial {
            Trial::NotAsked | Trial::Impossible(_) => None,
            Trial::NoPython => Some(format!(
                "*Python\u{a0}3 n’est pas sur cette machine\u{a0}: {alone}*"
            )),
            Trial::Ran { version, .. } if *version == self.asked.python => None,
            Trial::Ran { version, .. } => Some(format!(
                "*Essayée avec Python\u{a0}{version}, faute de Python\u{a0}{} sur cette machine.*",
                self.asked.python
            )),
        }
    }
}

/// What stands at the root of the archive: most slips show there.
fn root(facts: &ArchiveFacts) -> String {
    let mut names: Vec<String> = Vec::new();
    let mut known = HashSet::new();
    for entry in &facts.entries {
        let name = match entry.path.split_once('/') {
            Some((folder, _)) => format!("`{folder}/`"),
            None => format!("`{}`", entry.path),
        };
        if known.insert(name.clone()) {
            names.push(name);
        }
    }
    let more = if names.len() > SHOWN { "…" } else { "." };
    names.truncate(SHOWN);
    format!("À la racine de ton archive\u{a0}: {}{more}", names.join(", "))
}

fn tally(right: usize, all: usize) -> String {
    format!("Vérifications réussies\u{a0}: {right} sur {all}.")
}

fn not_yet(message: String, known: Option<&Misconception>, score: f64) -> Verdict {
    Verdict::NotYet(Feedback {
        message,
        misconception: known.map(|one| one.id.clone()),
        score,
    })
}

impl Exercise for Question {
    fn archive(&self) -> Option<&ArchiveQuestion> {
        Some(&self.asked)
    }

    fn judge(&self, evidence: &Evidence) -> Verdict {
        if let Some(Answer::Text(path) | Answer::Rust(path)) = &evidence.answer {
            return Verdict::Unreadable(format!(
                "Il n’y a pas de fichier lisible, de 50\u{a0}Mo au plus, à «\u{a0}{}\u{a0}». Donne le chemin de ton archive, comme `couche.zip`. {HOW}",
                path.trim()
            ));
        }
        let Some(facts) = &evidence.archive else {
            return Verdict::Unverifiable("Ton archive n’a pas été examinée ici.".to_owned());
        };
        match &facts.refusal {
            Some(refusal) => self.refused(facts, refusal),
            None => self.weigh(facts),
        }
    }

    fn right_answer(&self, _: &Evidence) -> Answer {
        Answer::Archive(pack(&self.model))
    }

    fn wrong_answers(&self, _: &Evidence) -> Vec<WrongAnswer> {
        let answer = |one: &Misconception| WrongAnswer {
            misconception: one.id.clone(),
            answer: Answer::Archive(pack(&one.files)),
        };
        self.misconceptions.iter().map(answer).collect()
    }
}
