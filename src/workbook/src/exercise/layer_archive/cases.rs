//! What a wrong archive shows of the way its author thinks.

use super::judge::{Check, What};
use super::search::{file, has_module};
use crate::archive::{ArchiveFacts, ArchiveQuestion, Entry, Trial};
use serde::Deserialize;

/// A slip that can be recognised in an archive, as lessons name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Case {
    /// The module is at the root of the archive.
    ModuleALaRacine,
    /// The whole layer is in a folder of its own.
    DossierEnTrop,
    /// The paths begin with `opt/`.
    CheminOpt,
    /// The module is in the folder of another version of Python.
    AutreVersion,
    /// The module is in a `site-packages` that Python does not look into.
    SitePackages,
    /// The command is in its place, and may not be executed.
    SansDroit,
    /// The command is in another folder.
    CommandeAilleurs,
    /// Lambda's limit, or the exercise's, is passed.
    TropGros,
    /// It holds a virtual environment.
    EnvironnementVirtuel,
    /// The module has nearly the right name: other capitals, a hyphen.
    AutreNom,
    /// A module that was found imports one that is not there.
    DependanceManquante,
}

/// An archive with the checks that it fails.
pub(super) struct Shown<'a> {
    pub(super) facts: &'a ArchiveFacts,
    pub(super) failed: &'a [&'a Check],
    pub(super) asked: &'a ArchiveQuestion,
}

impl Case {
    /// Whether the archive shows it.
    pub(super) fn shows(self, shown: &Shown<'_>) -> bool {
        let entries = &shown.facts.entries;
        let mut modules = shown.modules();
        match self {
            Self::ModuleALaRacine => modules.any(|module| has_module(entries, "", module)),
            Self::DossierEnTrop => wrapped(entries),
            Self::CheminOpt => entries.iter().any(|entry| entry.path.starts_with("opt/")),
            Self::AutreVersion => modules.any(|module| {
                let mut folders = versions(entries).filter(|version| *version != shown.asked.python);
                folders.any(|version| {
                    has_module(
                        entries,
                        &format!("python/lib/python{version}/site-packages/"),
                        module,
                    )
                })
            }),
            Self::SitePackages => modules.any(|module| {
                let folders = [
                    "python/site-packages/",
                    "python/lib/site-packages/",
                    "site-packages/",
                ];
                folders.iter().any(|folder| has_module(entries, folder, module))
            }),
            Self::SansDroit => shown
                .commands()
                .any(|name| file(entries, &format!("bin/{name}")).is_some_and(|file| !file.executable)),
            Self::CommandeAilleurs => shown.commands().any(|name| {
                let elsewhere = |entry: &Entry| entry.path.rsplit('/').next() == Some(name);
                file(entries, &format!("bin/{name}")).is_none() && entries.iter().any(elsewhere)
            }),
            Self::TropGros => {
                let refused = shown.facts.refusal.as_ref();
                refused.is_some_and(|refusal| refusal.message.starts_with("Unzipped size"))
                    || shown
                        .failed
                        .iter()
                        .any(|check| matches!(check.what, What::Size(_)))
            }
            Self::EnvironnementVirtuel => entries.iter().any(|entry| entry.path.ends_with("pyvenv.cfg")),
            Self::AutreNom => modules.any(|module| entries.iter().any(|entry| nearly(&entry.path, module))),
            Self::DependanceManquante => shown.lacks_another(),
        }
    }
}

impl<'a> Shown<'a> {
    /// The modules that are not imported.
    fn modules(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.failed.iter().filter_map(|check| match &check.what {
            What::Import { module, .. } => Some(module.as_str()),
            _ => None,
        })
    }

    /// The commands that are not run.
    fn commands(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.failed.iter().filter_map(|check| match &check.what {
            What::Command { name, .. } => Some(name.as_str()),
            _ => None,
        })
    }

    /// Whether Python, importing a module, misses another one.
    fn lacks_another(&self) -> bool {
        let Trial::Ran { tried, .. } = &self.facts.trial else {
            return false;
        };
        self.asked.tries.iter().zip(tried).any(|(asked, tried)| {
            let root = asked.module.split('.').next().unwrap_or_default();
            let another =
                |words: &str| !words.contains(&format!("'{root}'")) && !words.contains(&asked.module);
            let error = tried.error.as_ref();
            error.is_some_and(|(kind, words)| kind == "ModuleNotFoundError" && another(words))
        })
    }
}

/// Whether everything is in a folder of its own that holds what belongs at the root.
fn wrapped(entries: &[Entry]) -> bool {
    let places = ["python", "bin", "lib"];
    let parts = |entry: &'_ Entry| -> Option<(String, String)> {
        let (first, rest) = entry.path.trim_start_matches("./").split_once('/')?;
        let second = rest.split('/').next()?;
        Some((first.to_owned(), second.to_owned()))
    };
    let in_place = |entry: &Entry| parts(entry).is_some_and(|(first, _)| places.contains(&first.as_str()));
    let within = |entry: &Entry| {
        parts(entry).is_some_and(|(first, second)| first != "opt" && places.contains(&second.as_str()))
    };
    !entries.iter().any(in_place) && entries.iter().any(within)
}

/// The versions of Python that the archive has a folder for.
fn versions(entries: &[Entry]) -> impl Iterator<Item = &str> {
    let version =
        |entry: &'_ Entry| -> Option<usize> { entry.path.strip_prefix("python/lib/python")?.find('/') };
    let start = "python/lib/python".len();
    entries
        .iter()
        .filter_map(move |entry| entry.path.get(start..start + version(entry)?))
}

/// Whether a path is that of a module with nearly this name.
fn nearly(path: &str, module: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace(['-', '_', ' '], "");
    let mut parts = path.split('/').map(|part| part.trim_end_matches(".py"));
    parts.any(|part| part != module && plain(part) == plain(module))
}
