//! The judgement of a layer's archive: what Lambda says of it, where its files are, what Python imports from it.

use super::cases::{Case, Shown};
use super::content::{File, pack};
use super::search::{self, has_module, python_folders};
use crate::archive::{ArchiveFacts, ArchiveQuestion, Trial, Tried};
use crate::evidence::{Answer, Evidence};
use crate::exercise::{Exercise, WrongAnswer, numbers};
use crate::ruling::{self, Refusal};
use crate::verdict::{Feedback, Verdict};

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
    /// A command that a function runs by its name.
    Command(String),
    /// A file, below `/opt`.
    File(String),
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

/// What holds earns its share of this part of the points; the rest is for an archive that is wholly right.
const PARTIAL: f64 = 0.5;

/// How many names of the archive's root are shown.
const SHOWN: usize = 5;

/// How a ZIP is made.
const HOW: &str =
    "Fabrique-la avec `zip -r couche.zip DOSSIER`, ou avec `python3 -m zipfile -c couche.zip DOSSIER`.";

impl Question {
    /// What is wrong with a check, in French; `None` where it holds.
    fn fails(&self, check: &Check, facts: &ArchiveFacts) -> Option<String> {
        let entries = &facts.entries;
        match &check.what {
            What::Import { module, expression } => self.fails_to_import(module, expression.as_deref(), facts),
            What::Command(name) => match search::file(entries, &format!("bin/{name}")) {
                Some(file) if file.executable => None,
                Some(_) => Some(format!(
                    "La commande `{name}` est trouvée, mais elle n’est pas exécutable\u{a0}: le système répond `Permission denied`."
                )),
                None => Some(format!("La commande `{name}` n’est pas trouvée.")),
            },
            What::File(path) => {
                let missing = search::file(entries, path).is_none();
                missing.then(|| format!("`/opt/{path}` n’existe pas."))
            }
            What::Absent(pattern) => {
                let mut paths = entries.iter().map(|entry| &entry.path);
                let found = paths.find(|path| search::matches(pattern, path))?;
                Some(format!("L’archive contient `{found}`, qui n’y a pas sa place."))
            }
            What::Size(limit) => {
                let [size, most] = [facts.unzipped, *limit].map(kibibytes);
                (facts.unzipped > *limit).then(|| {
                    format!("Décompressée, ta couche pèse {size}\u{a0}Ko. La limite est de {most}\u{a0}Ko.")
                })
            }
        }
    }

    fn fails_to_import(
        &self,
        module: &str,
        expression: Option<&str>,
        facts: &ArchiveFacts,
    ) -> Option<String> {
        let Trial::Ran { tried, too_long, .. } = &facts.trial else {
            let folders = python_folders(&self.asked.python);
            let mut found = folders
                .iter()
                .map(|folder| has_module(&facts.entries, folder, module));
            return (!found.any(|found| found)).then(|| not_found(module));
        };
        let wanted =
            |one: &crate::archive::Try| one.module == module && one.expression.as_deref() == expression;
        let rank = self.asked.tries.iter().position(wanted)?;
        match tried.get(rank) {
            Some(tried) => fails_in_python(module, expression, tried),
            None if *too_long => Some(format!(
                "`import {module}` ne finit pas\u{a0}: Python a été arrêté au bout de 10\u{a0}secondes."
            )),
            None => Some(format!("`import {module}` arrête Python.")),
        }
    }

    fn weigh(&self, facts: &ArchiveFacts) -> Verdict {
        let failed = |check: &'_ Check| self.fails(check, facts);
        let failures: Vec<(&Check, String)> = self
            .checks
            .iter()
            .filter_map(|check| Some((check, failed(check)?)))
            .collect();
        if failures.is_empty() {
            return Verdict::Passed(self.note(&facts.trial).unwrap_or_default());
        }
        let checks: Vec<&Check> = failures.iter().map(|(check, _)| *check).collect();
        let known = self.recognise(facts, &checks);
        let reason = checks.iter().find_map(|check| check.reason.clone());
        let told = known.map(|one| one.explanation.clone()).or(reason);
        let right = self.checks.len() - failures.len();
        let mut lines: Vec<String> = failures.iter().map(|(_, told)| format!("- {told}")).collect();
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
        let score = self.max_score * PARTIAL * share(right, self.checks.len());
        not_yet(parts.collect::<Vec<_>>().join("\n\n"), known, score)
    }

    fn recognise(&self, facts: &ArchiveFacts, failed: &[&Check]) -> Option<&Misconception> {
        let shown = Shown {
            facts,
            failed,
            asked: &self.asked,
        };
        let has = |pattern: &String| {
            facts
                .entries
                .iter()
                .any(|entry| search::matches(pattern, &entry.path))
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
            Trial::NotAsked => None,
            Trial::NoPython => Some(format!(
                "*Python\u{a0}3 n’est pas sur cette machine\u{a0}: {alone}*"
            )),
            Trial::Impossible(reason) => Some(format!(
                "*L’archive n’a pas pu être essayée dans Python ({reason})\u{a0}: {alone}*"
            )),
            Trial::Ran { version, .. } if *version == self.asked.python => None,
            Trial::Ran { version, .. } => Some(format!(
                "*Essayée avec Python\u{a0}{version}, faute de Python\u{a0}{} sur cette machine.*",
                self.asked.python
            )),
        }
    }
}

fn not_found(module: &str) -> String {
    format!("`import {module}` échoue\u{a0}: `ModuleNotFoundError: No module named '{module}'`.")
}

fn fails_in_python(module: &str, expression: Option<&str>, tried: &Tried) -> Option<String> {
    let expression = expression.unwrap_or_default();
    match tried {
        Tried {
            error: Some((kind, message)),
            ..
        } => Some(format!("`import {module}` échoue\u{a0}: `{kind}: {message}`.")),
        Tried {
            holds: Some(false),
            left: Some(left),
            ..
        } => {
            let asked = expression.split("==").next().unwrap_or_default().trim();
            Some(format!(
                "`{asked}` vaut `{left}`\u{a0}: ce n’est pas ce qui est demandé."
            ))
        }
        Tried {
            holds: Some(false), ..
        } => Some(format!("`{expression}` est faux.")),
        _ => None,
    }
}

/// What stands at the root of the archive: most slips show there.
fn root(facts: &ArchiveFacts) -> String {
    let mut names: Vec<String> = Vec::new();
    for entry in &facts.entries {
        let name = match entry.path.split_once('/') {
            Some((folder, _)) => format!("`{folder}/`"),
            None => format!("`{}`", entry.path),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = if names.len() > SHOWN { "…" } else { "." };
    names.truncate(SHOWN);
    format!("À la racine de ton archive\u{a0}: {}{more}", names.join(", "))
}

/// A size in units of 1024 bytes, rounded up: what is over a limit is never shown as the limit.
#[expect(clippy::cast_precision_loss, reason = "an archive has 250 MB at most")]
fn kibibytes(bytes: u64) -> String {
    numbers::french(bytes.div_ceil(1024) as f64)
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

#[expect(clippy::cast_precision_loss, reason = "there are a few checks")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

impl Exercise for Question {
    fn archive(&self) -> Option<&ArchiveQuestion> {
        Some(&self.asked)
    }

    fn judge(&self, evidence: &Evidence) -> Verdict {
        if let Some(Answer::Text(path) | Answer::Rust(path)) = &evidence.answer {
            return Verdict::Unreadable(format!(
                "Il n’y a pas de fichier lisible à «\u{a0}{}\u{a0}». Donne le chemin de ton archive, comme `couche.zip`. {HOW}",
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
