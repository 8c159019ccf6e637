//! `classe moodle`: a question bank as a file that Moodle imports.

use super::Below;
use crate::class::moodle::{Collection, Format, Several, Wish, collect, written};
use crate::cli::{Context, Exit, each, flag, option};
use crate::failure::Failure;
use crate::whole;
use clap::{Arg, ArgMatches};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use workbook::french::counted;

pub(super) const MOODLE: Below = Below {
    name: "moodle",
    alias: "moodle",
    about: "écrit les questions et les exercices pour la banque de questions de Moodle",
    args: |command| {
        command
            .arg(
                Arg::new("LECON")
                    .value_name("LECON")
                    .num_args(1..)
                    .required_unless_present_any(["toutes", "certification"])
                    .conflicts_with_all(["toutes", "certification"])
                    .help("l’identifiant d’une leçon, ou de plusieurs"),
            )
            .arg(
                option(
                    "certification",
                    "CODE",
                    "seulement les questions qui préparent dva-c02, saa-c03 ou clf-c02",
                )
                .conflicts_with("toutes"),
            )
            .arg(flag("toutes", "toutes les leçons"))
            .arg(
                option("format", "FORMAT", "xml (par défaut) ou gift, qui garde moins")
                    .value_parser(["xml", "gift"])
                    .default_value("xml"),
            )
            .arg(
                option(
                    "variantes",
                    "N",
                    "le nombre de variantes d’un exercice à valeurs tirées, de 1 à 100 (5 par défaut)",
                )
                .value_parser(clap::value_parser!(u64).range(1..=100))
                .allow_negative_numbers(true),
            )
            .arg(flag(
                "tout-ou-rien",
                "toutes les bonnes options ou zéro, par l’extension multichoiceset de Moodle (xml)",
            ))
            .arg(option(
                "sortie",
                "FICHIER",
                "le fichier à écrire (par défaut, la sortie standard)",
            ))
    },
    run: moodle,
};

/// Variants of an exercise whose values are drawn, where their number is not said.
const VARIANTS: u64 = 5;

fn moodle(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let order = Order::read(context, matches)?;
    let collection = collect(&order.wish);
    let place = order.file.clone().unwrap_or_else(|| PathBuf::from("-"));
    let text = written(&collection, order.wish.format, order.several);
    let text = text.map_err(|source| Failure::Unwritable {
        path: place.clone(),
        source,
    })?;
    match &order.file {
        Some(path) => whole::write(path, &text).map_err(|source| Failure::Unwritable {
            path: path.clone(),
            source,
        })?,
        None => context.screen.write(&text),
    }
    if context.screen.is_json() {
        context.screen.document(&document(&order, &collection));
    }
    tell(context, &order, &collection);
    Ok(Exit::Done)
}

/// What the command line asks for.
struct Order<'a> {
    wish: Wish<'a>,
    several: Several,
    file: Option<PathBuf>,
}

impl<'a> Order<'a> {
    fn read(context: &'a Context, matches: &ArgMatches) -> Result<Self, Failure> {
        let word = |name: &str| matches.get_one::<String>(name);
        let file = word("sortie").map(PathBuf::from);
        if context.screen.is_json() && file.is_none() {
            return Err(Failure::Usage {
                message: "--json demande un fichier pour l’export".to_owned(),
                hint: "ajoute --sortie FICHIER\u{a0}: la sortie standard reçoit le compte rendu.".to_owned(),
            });
        }
        let format = match word("format").map(String::as_str) {
            Some("gift") => Format::Gift,
            _ => Format::Xml,
        };
        let all = matches.get_flag("tout-ou-rien");
        if all && format == Format::Gift {
            return Err(Failure::Usage {
                message: "--tout-ou-rien demande le format xml".to_owned(),
                hint: "GIFT ne connaît pas cette extension\u{a0}: retire --format gift, ou --tout-ou-rien."
                    .to_owned(),
            });
        }
        let exam = word("certification").map(|code| crate::cli::exam::certification(code));
        let workbook = context.workbook()?;
        let named = matches.get_many::<String>("LECON").into_iter().flatten();
        let mut lessons = named
            .map(|id| context.lesson(id))
            .collect::<Result<Vec<_>, _>>()?;
        if lessons.is_empty() {
            lessons.extend(workbook.lessons());
        }
        let variants = matches.get_one::<u64>("variantes").copied().unwrap_or(VARIANTS);
        Ok(Self {
            wish: Wish {
                lessons,
                bank: workbook.bank(),
                exam: exam.transpose()?,
                variants: usize::try_from(variants).unwrap_or(usize::MAX),
                // What is exported twice is the same: not the seed of whoever exports it.
                seed: context.given_seed().unwrap_or(0),
                format,
            },
            several: if all {
                Several::AllOrNothing
            } else {
                Several::Partial
            },
            file,
        })
    }
}

fn document(order: &Order<'_>, collection: &Collection) -> serde_json::Value {
    json!({
        "file": order.file,
        "format": if order.wish.format == Format::Gift { "gift" } else { "xml" },
        "seed": order.wish.seed,
        "categories": each(&collection.categories, |category| json!({
            "path": category.path,
            "id": category.id,
            "questions": each(&category.questions, |question| json!(question.id)),
        })),
        "left_out": each(&collection.left_out, |left| json!({"id": left.exercise, "why": left.why})),
        "fewer_variants": each(&collection.few, |(id, count)| json!({"id": id, "variants": count})),
    })
}

/// What was written, and what was not: beside an export that goes to standard output.
fn tell(context: &Context, order: &Order<'_>, collection: &Collection) {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for left in &collection.left_out {
        reasons.entry(left.why).or_default().push(&left.exercise);
    }
    for (why, exercises) in reasons {
        context.screen.warn(&format!(
            "{} pas dans Moodle\u{a0}: {}. {}.",
            if exercises.len() > 1 { "ne vont" } else { "ne va" },
            exercises.join(", "),
            capital(why)
        ));
    }
    for (exercise, count) in &collection.few {
        let there = counted(*count, "variante différente", "variantes différentes");
        context.screen.warn(&format!(
            "«\u{a0}{exercise}\u{a0}» n’a que {there} parmi les tirages essayés."
        ));
    }
    let several = collection.several();
    if several > 0 && order.several == Several::Partial {
        let what = counted(several, "question a", "questions ont");
        context.screen.warn(&format!(
            "{what} plusieurs bonnes options. Moodle donne une part des points à qui en trouve une partie, et zéro dès \
             qu’une option est fausse. Avec l’extension multichoiceset, --tout-ou-rien est plus fidèle à l’examen."
        ));
    }
    if order.wish.format == Format::Gift {
        context
            .screen
            .warn("GIFT n’a ni points, ni indices, ni unités, ni images\u{a0}: --format xml les garde.");
    }
    let questions = counted(collection.questions().count(), "question", "questions");
    let categories = counted(collection.categories.len(), "catégorie", "catégories");
    let place = order
        .file
        .as_ref()
        .map(|file| format!(" dans {}", file.display()));
    context.screen.aside(&format!(
        "{questions} en {categories}{}. Dans Moodle\u{a0}: Banque de questions, Importer.",
        place.unwrap_or_default()
    ));
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}
