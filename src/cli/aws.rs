//! `aws`: the least privilege of a lesson, and what runs left on a real account.

use super::below::{self, Below};
use super::{Choice, Command, Context, Exit, flag, operand, option, text};
use crate::aws::clean::{self, Removal};
use crate::aws::names;
use crate::aws::policy::{self, Scope};
use crate::aws::proof::{self, Proof};
use crate::aws::rehearsal::{Rehearsal, Stage};
use crate::aws::run::{Ledger, folder};
use crate::backend::{Account, Backend};
use crate::failure::Failure;
use crate::identity;
use crate::store::data_folder;
use crate::workshop::{self, Workshop, prepare_if_missing};
use clap::{Arg, ArgMatches};
use serde_json::json;
use std::path::{Path, PathBuf};
use workbook::cell::Cell;
use workbook::french::counted;

/// `cahier aws`.
pub(super) const AWS: Command = Command {
    name: "aws",
    alias: "aws",
    about: "prépare et range un vrai compte\u{a0}: droits d’une leçon, ménage",
    examples: &[
        "cahier aws politique versionnement-s3",
        "cahier aws politique iam --compte 111122223333 --region eu-west-3",
        "cahier aws nettoyer",
        "cahier aws nettoyer --tout --oui",
    ],
    args: |command| below::with(command.subcommand_required(true), COMMANDS),
    run: |context, matches| below::run(COMMANDS, context, matches).unwrap_or(Ok(Exit::Done)),
};

/// The commands below `aws`.
const COMMANDS: &[Below] = &[
    Below {
        name: "politique",
        alias: "policy",
        about: "écrit la plus petite politique IAM qui laisse passer une leçon",
        args: |command| {
            command
                .arg(operand("LECON", "l’identifiant de la leçon"))
                .arg(option(
                    "compte",
                    "NUMERO",
                    "le numéro du compte, que la politique nomme alors",
                ))
                .arg(flag(
                    "role",
                    "avec --compte\u{a0}: ajoute la politique d’approbation d’un rôle qui porte ces droits",
                ))
                .arg(flag(
                    "essayer",
                    "rejoue la leçon dans le simulateur avec ces droits et aucun autre",
                ))
                .arg(flag(
                    "prouver",
                    "la rejoue aussi sans chacun de ces droits\u{a0}: elle doit échouer (quelques minutes)",
                ))
        },
        run: |context, matches| write_policy(context, matches),
    },
    Below {
        name: "nettoyer",
        alias: "clean",
        about: "supprime ce que tes passages ont laissé sur un vrai compte",
        args: |command| {
            command
                .arg(
                    Arg::new("PASSAGE")
                        .value_name("PASSAGE")
                        .help("le passage\u{a0}; sans lui, le seul qui reste"),
                )
                .arg(flag("tout", "tous les passages").conflicts_with("PASSAGE"))
        },
        run: |context, matches| clean_up(context, matches),
    },
];

/// `cahier aws politique`: nothing is sent to AWS.
fn write_policy(context: &Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let lesson = context.lesson(text(matches, "LECON"))?;
    let account = account_number(matches)?;
    let cells: Vec<&Cell> = lesson.cells().collect();
    prepare_if_missing()?;
    let screen = context.screen;
    screen.aside("Je répète la leçon dans le simulateur, ménage compris\u{a0}: rien n’est envoyé à AWS.");
    let chosen = names::chosen()?;
    let prefix = chosen.clone().unwrap_or_else(|| names::prefix(&lesson.id));
    let mut stage = Stage::set(&prefix)?;
    let rehearsal = stage.rehearse(&cells)?;
    complain(context, &rehearsal);
    let scope = Scope {
        account,
        region: region(context),
        prefix: chosen,
    };
    let statements = policy::least(&rehearsal.rights, &rehearsal.principal, &scope);
    let documents = policy::documents(&statements);
    let trust = scope.account.as_deref().filter(|_| matches.get_flag("role"));
    let trust = trust.map(policy::trust);
    let mut all = rehearsal.ok();
    let proof = proof(context, matches, &mut stage, &cells, &rehearsal)?;
    all &= proof.as_ref().is_none_or(|proof| proof.tried.ok());
    if screen.is_json() {
        let unneeded = proof.as_ref().map_or(&[][..], |proof| &proof.unneeded);
        let needed = proof.iter().flat_map(|proof| &proof.needed);
        let needed: Vec<_> = needed
            .map(|(what, fails)| json!({"without": what, "fails": fails}))
            .collect();
        screen.document(&json!({
            "lesson": lesson.id, "policies": documents, "trust_policy": trust,
            "tried": proof.as_ref().map(|proof| proof.tried.ok()), "unneeded": unneeded, "needed": needed,
            "left_out": rehearsal.left_out.iter().map(|(id, why)| json!({"id": id, "reason": why})).collect::<Vec<_>>(),
        }));
    } else {
        for document in documents.iter().chain(&trust) {
            screen.say(&format!("{document:#}"));
        }
    }
    Ok(if all { Exit::Done } else { Exit::NotYet })
}

/// Tries the policy, where that was asked for, and says what came of it.
fn proof(
    context: &Context,
    matches: &ArgMatches,
    stage: &mut Stage,
    cells: &[&Cell],
    first: &Rehearsal,
) -> Result<Option<Proof>, Failure> {
    let screen = context.screen;
    let proof = if matches.get_flag("prouver") {
        proof::proved(stage, cells, first, &mut |what, fails| {
            if let Some(fails) = fails {
                screen.aside(&format!(
                    "sans «\u{a0}{what}\u{a0}», «\u{a0}{fails}\u{a0}» échoue."
                ));
            }
        })?
    } else if matches.get_flag("essayer") {
        proof::tried(stage, cells, first)?
    } else {
        return Ok(None);
    };
    complain(context, &proof.tried);
    if proof.tried.ok() {
        screen.aside("Avec ces droits et aucun autre, la leçon et son ménage passent.");
    }
    for what in &proof.unneeded {
        screen.warn(&format!("la leçon passerait sans «\u{a0}{what}\u{a0}»."));
    }
    Ok(Some(proof))
}

/// The account that is given. A role's trust must name one: whose it is, nobody else may say.
fn account_number(matches: &ArgMatches) -> Result<Option<String>, Failure> {
    let usage = |message: String| {
        Failure::Usage {
        message,
        hint: "le numéro a douze chiffres\u{a0}: «\u{a0}aws sts get-caller-identity\u{a0}» dit celui de ton compte."
            .to_owned(),
    }
    };
    match matches.get_one::<String>("compte") {
        Some(given) if given.len() != 12 || !given.bytes().all(|digit| digit.is_ascii_digit()) => {
            Err(usage(format!("--compte {given} n’est pas un numéro de compte")))
        }
        None if matches.get_flag("role") => Err(usage("--role demande --compte".to_owned())),
        given => Ok(given.cloned()),
    }
}

fn complain(context: &Context, rehearsal: &Rehearsal) {
    for (id, wrong) in &rehearsal.cells {
        if let Some(wrong) = wrong {
            context.screen.warn(&format!(
                "la cellule «\u{a0}{id}\u{a0}» ne fait pas ce que dit la leçon\u{a0}: {wrong}"
            ));
        }
    }
    for removal in rehearsal.removals.iter().filter(|removal| !removal.ok()) {
        context.screen.warn(&removal.words());
    }
}

fn region(context: &Context) -> Option<String> {
    match &context.choice {
        Choice::Aws { account, .. } => account.region.clone(),
        Choice::Simulator { .. } => None,
    }
}

/// `cahier aws nettoyer`.
fn clean_up(context: &Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let mut left = Ledger::all(&data_folder())?;
    left.retain(|(_, ledger)| !ledger.open.is_empty());
    let screen = context.screen;
    if let Some(wanted) = matches.get_one::<String>("PASSAGE") {
        known(wanted)?;
        left.retain(|(_, ledger)| ledger.run == *wanted);
    } else if left.len() > 1 && !matches.get_flag("tout") {
        let names: Vec<&str> = left.iter().map(|(_, ledger)| ledger.run.as_str()).collect();
        return Err(Failure::Usage {
            message: format!(
                "plusieurs passages ont laissé quelque chose\u{a0}: {}",
                names.join(", ")
            ),
            hint: "nomme-en un, ou dis --tout.".to_owned(),
        });
    }
    let mut done = Vec::new();
    let mut failed = false;
    for (path, ledger) in &left {
        let removals = match clean_run(context, path, ledger) {
            Ok(removals) => removals,
            // The other runs are of other accounts or profiles: they need not wait for this one.
            Err(failure) if left.len() > 1 && !stops_all(&failure) => {
                failed = true;
                screen.warn(&format!("le passage {} reste\u{a0}: {failure}.", ledger.run));
                done.push(json!({
                    "run": ledger.run, "account": ledger.account, "resources": [], "error": failure.to_string(),
                }));
                continue;
            }
            Err(failure) => return Err(failure),
        };
        done.push(json!({"run": ledger.run, "account": ledger.account, "resources": removals}));
        if removals.iter().any(|removal| !removal.ok()) {
            failed = true;
            screen.warn(
                "tout n’est pas parti\u{a0}: refais cette commande plus tard, ou regarde dans la console.",
            );
        }
    }
    if left.is_empty() {
        screen.say("Rien à supprimer\u{a0}: aucun passage n’a laissé de ressource.");
    }
    if screen.is_json() {
        screen.document(&json!({"runs": done}));
    }
    Ok(if failed { Exit::NotYet } else { Exit::Done })
}

/// Whether a failure is the learner's word on the whole cleaning, not on one run.
fn stops_all(failure: &Failure) -> bool {
    matches!(failure, Failure::Declined | Failure::NoTerminal)
}

/// Whether there was ever such a run.
fn known(run: &str) -> Result<(), Failure> {
    if Ledger::all(&data_folder())?
        .iter()
        .any(|(_, ledger)| ledger.run == run)
    {
        return Ok(());
    }
    Err(Failure::Usage {
        message: format!("le passage «\u{a0}{run}\u{a0}» n’a pas de registre"),
        hint: format!("les registres sont dans {}.", folder(&data_folder()).display()),
    })
}

/// Where a run worked: in another region all of it would seem to be gone, and would be forgotten.
fn region_of(ledger: &Ledger, account: &Account) -> Result<Option<String>, Failure> {
    let worked = Some(&ledger.region).filter(|region| !region.is_empty());
    match (worked, &account.region) {
        (Some(worked), Some(given)) if worked != given => Err(Failure::Usage {
            message: format!(
                "le passage {} a travaillé dans la région {worked}, pas dans {given}",
                ledger.run
            ),
            hint: "sans --region, le ménage se fait là où le passage a travaillé.".to_owned(),
        }),
        (worked, given) => Ok(worked.or(given.as_ref()).cloned()),
    }
}

fn clean_run(context: &Context, path: &Path, ledger: &Ledger) -> Result<Vec<Removal>, Failure> {
    let Choice::Aws {
        account, confirmed, ..
    } = &context.choice
    else {
        return Ok(Vec::new());
    };
    if !confirmed && !identity::can_ask() {
        return Err(Failure::NoTerminal);
    }
    let region = region_of(ledger, account)?;
    prepare_if_missing()?;
    let account = Account {
        profile: account.profile.clone().or_else(|| ledger.profile.clone()),
        region,
    };
    let mut engine = workshop::engine_over(&Backend::Aws(account), &[])?;
    let identity = identity::ask_aws(&mut engine)?;
    if identity.account != ledger.account {
        return Err(Failure::Usage {
            message: format!(
                "le passage {} a travaillé sur le compte {}, et tes identifiants sont du compte {}",
                ledger.run, ledger.account, identity.account
            ),
            hint: "donne le profil de ce compte par --profil.".to_owned(),
        });
    }
    let screen = context.screen;
    screen.aside(&format!(
        "Passage {}, compte {}, région {}\u{a0}: {} à supprimer\u{a0}: {}.",
        ledger.run,
        ledger.account,
        ledger.region,
        counted(ledger.open.len(), "ressource", "ressources"),
        clean::left(ledger)
    ));
    identity::confirm(screen, *confirmed)?;
    clean::clean(&mut engine, path, &ledger.run, &mut |removal| {
        screen.say(&removal.words());
    })
}

/// The end of a session on a real account: what it left is removed where that was asked for beforehand or is now; else
/// it is said how. `None` where nothing was removed.
///
/// # Errors
/// When the ledger cannot be read, or nothing can be removed.
pub fn propose_cleaning(
    context: &Context,
    workshop: &Workshop,
    clean: bool,
) -> Result<Option<Vec<Removal>>, Failure> {
    let Some(run) = &workshop.run else {
        return Ok(None);
    };
    let ledger = Ledger::read(&run.ledger)?;
    let screen = context.screen;
    if ledger.open.is_empty() {
        return Ok(None);
    }
    let count = counted(ledger.open.len(), "ressource", "ressources");
    screen.aside(&format!(
        "Ce passage laisse {count}\u{a0}: {}.",
        clean::left(&ledger)
    ));
    let question = "Tout supprimer maintenant\u{a0}? Écris «\u{a0}oui\u{a0}»\u{a0}:";
    let wanted = clean || (identity::can_ask() && identity::said_yes(screen, question));
    if !wanted {
        screen.aside(&format!(
            "Pour tout supprimer\u{a0}: «\u{a0}cahier aws nettoyer {}\u{a0}».",
            run.id
        ));
        return Ok(None);
    }
    let path: PathBuf = run.ledger.clone();
    let mut engine = workshop::engine_over(&workshop.backend, &[])?;
    let removals = clean::clean(&mut engine, &path, &run.id, &mut |removal| {
        screen.say(&removal.words());
    });
    removals.map(Some)
}
