//! `classe creer`: a course and its learners.

use super::Below;
use crate::class::corrections;
use crate::class::course::{Course, is_open_to_others};
use crate::class::roster::Learner;
use crate::class::table::Encoding;
use crate::cli::{Context, Exit, operand, option, text};
use crate::failure::Failure;
use clap::ArgMatches;
use serde_json::json;
use std::path::Path;
use workbook::french::counted;

pub(super) const CREATE: Below = Below {
    name: "creer",
    alias: "create",
    about: "crée un cours\u{a0}: sa clé et la liste de ses élèves\u{a0}; relancé, ajoute des élèves",
    args: |command| {
        command
            .arg(operand("DOSSIER", "le dossier du cours"))
            .arg(
                option(
                    "eleves",
                    "LISTE",
                    "la liste des élèves en CSV\u{a0}: id, nom, prenom, et au besoin groupe et courriel",
                )
                .required(true),
            )
            .arg(option("titre", "TITRE", "le titre du cours"))
            .arg(option(
                "adresse",
                "URL",
                "l’adresse de ton site, par laquelle xAPI nomme les élèves",
            ))
    },
    run: create,
};

fn create(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let folder = Path::new(text(matches, "DOSSIER"));
    let list = Path::new(text(matches, "eleves"));
    let given = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    // A list that cannot be used leaves no course behind.
    Course::check_list(list)?;
    let course = Course::create(folder, given("titre"), given("adresse"))?;
    let (change, roster, encoding) = course.enrol(list)?;
    corrections::lay_out(&course)?;
    let learners = roster.learners().len();
    if context.screen.is_json() {
        context.screen.document(&json!({
            "folder": folder,
            "title": course.settings.titre,
            "course": course.settings.identifiant,
            "homepage": course.settings.adresse,
            "learners": learners,
            "added": change.added,
            "changed": change.changed,
            "not_in_list": change.kept,
            "encoding": match encoding { Encoding::Utf8 => "utf-8", Encoding::Windows1252 => "windows-1252" },
        }));
    }
    let say = |words: &str| context.screen.say(words);
    say(&format!(
        "{}\u{a0}: {} dans {}.",
        course.settings.titre,
        counted(learners, "élève", "élèves"),
        folder.display()
    ));
    say(&format!(
        "{}, {}.",
        counted(change.added.len(), "ajouté", "ajoutés"),
        counted(change.changed.len(), "modifié", "modifiés")
    ));
    if encoding == Encoding::Windows1252 {
        let mut names = roster.learners().iter().map(Learner::name);
        let accented = names.find(|name| !name.is_ascii()).unwrap_or_default();
        say(&format!(
            "La liste est lue en Windows-1252\u{a0}: vérifie les accents («\u{a0}{accented}\u{a0}»)."
        ));
    }
    if !change.kept.is_empty() {
        say(&format!(
            "{} que cette liste n’a plus, et qui restent dans le cours\u{a0}: {}. Pour en retirer, modifie {}.",
            counted(change.kept.len(), "élève", "élèves"),
            change.kept.join(", "),
            course.path("eleves.csv").display()
        ));
    }
    if is_open_to_others(&course) {
        context.screen.warn(&format!(
            "d’autres que toi peuvent lire {}\u{a0}: «\u{a0}chmod 600\u{a0}» la protège.",
            course.path("cle").display()
        ));
    }
    say(
        "Garde une copie du dossier\u{a0}: sans le fichier «\u{a0}cle\u{a0}», rien de ce qui sera rendu ne sera reconnu.",
    );
    Ok(Exit::Done)
}
