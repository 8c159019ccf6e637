//! `notebooks`: the lessons as Jupyter notebooks.

use super::{Command, Context, Exit, flag, option, seed};
use crate::failure::Failure;
use crate::jupyter::{Existing, SHARED_SEED, Written, notebook, stale as folder_stale};
use clap::ArgMatches;
use serde_json::json;
use std::path::Path;

/// `cahier notebooks`.
pub(super) const NOTEBOOKS: Command = Command {
    name: "notebooks",
    alias: "notebooks",
    about: "écrit un notebook Jupyter par leçon",
    examples: &[
        "cahier notebooks",
        "cahier notebooks --verifier",
        "cahier notebooks --graine 7 --dossier les-miens --garder",
    ],
    args: |command| {
        command
            .arg(flag(
                "verifier",
                "échoue si un notebook n’est plus celui de sa leçon",
            ))
            .arg(
                flag("garder", "laisse comme ils sont les notebooks qui existent déjà")
                    .conflicts_with("verifier"),
            )
            .arg(
                flag(
                    "remplacer",
                    "écrit aussi par-dessus les notebooks que quelqu’un a changés",
                )
                .conflicts_with_all(["verifier", "garder"]),
            )
            .arg(
                option(
                    "dossier",
                    "DOSSIER",
                    "où les écrire («\u{a0}notebooks\u{a0}» par défaut)",
                )
                .default_value("notebooks"),
            )
    },
    run,
};

fn run(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let seed = seed(context)?;
    let notebooks = context
        .workbook()?
        .lessons()
        .iter()
        .map(|lesson| notebook(&lesson.file, lesson, seed));
    let notebooks: Vec<_> = notebooks
        .collect::<Result<_, _>>()
        .map_err(|error| Failure::Notebook(error.to_string()))?;
    let place = Path::new(super::text(matches, "dossier"));
    let failed = |error: crate::jupyter::FolderError| Failure::Notebook(error.to_string());
    if matches.get_flag("verifier") {
        let stale: Vec<String> = folder_stale(place, &notebooks)
            .map_err(failed)?
            .iter()
            .map(ToString::to_string)
            .collect();
        tell(
            context,
            &json!({"stale": stale}),
            &stale,
            "Tous les notebooks sont ceux des leçons.",
        );
        return Ok(if stale.is_empty() {
            Exit::Done
        } else {
            Exit::NotYet
        });
    }
    let existing = match (matches.get_flag("garder"), matches.get_flag("remplacer")) {
        (true, _) => Existing::Kept,
        (_, true) => Existing::Replaced,
        _ => Existing::ReplacedWhereWhole,
    };
    let written = crate::jupyter::write(place, &notebooks, existing).map_err(failed)?;
    let those = |wanted: fn(&Written) -> bool| -> Vec<&str> {
        let found = written.iter().filter(|one| wanted(one));
        found.map(|one| one.file.as_str()).collect()
    };
    let (changed, kept) = (those(|one| one.changed), those(|one| one.kept));
    let lines = changed.iter().map(|file| (*file).to_owned());
    let left = kept
        .iter()
        .map(|file| format!("{file}\u{a0}: gardé comme il est."));
    tell(
        context,
        &json!({"written": those(|one| !one.kept), "changed": changed, "kept": kept}),
        &lines.chain(left).collect::<Vec<_>>(),
        "Tous les notebooks étaient à jour.",
    );
    if !kept.is_empty() && existing != Existing::Kept {
        let words = "des notebooks ont été changés depuis que Cahier les a écrits\u{a0}; --remplacer les écrit à nouveau, et ce qu’on y a fait est perdu.";
        context.screen.warn(words);
    }
    Ok(Exit::Done)
}

/// Not the learner's own seed: without `--graine`, everybody opens the same files. A class's seed that is none is a
/// mistake all the same.
fn seed(context: &Context) -> Result<u64, Failure> {
    match context.given_seed() {
        Some(seed) => Ok(seed),
        None => seed::given().map(|_| SHARED_SEED),
    }
}

fn tell(context: &Context, document: &serde_json::Value, lines: &[String], nothing: &str) {
    if context.screen.is_json() {
        context.screen.document(document);
    }
    if lines.is_empty() {
        context.screen.say(nothing);
    }
    for line in lines {
        context.screen.say(line);
    }
}
