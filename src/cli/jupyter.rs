//! `jupyter`: makes Cahier's kernel, or stock evcxr with the prepared prelude, known to Jupyter.

use super::below::{self, Below};
use super::{Choice, Command, Context, Exit, LESSONS, flag, option};
use crate::backend;
use crate::failure::Failure;
use crate::jupyter::kernel::{self, Connection};
use crate::jupyter::kernelspec::{self, Owner, Spec};
use crate::script::on_path;
use crate::store::data_folder;
use crate::workshop::prepare_if_missing;
use clap::{Arg, ArgMatches};
use engine::prepare;
use serde_json::json;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// `cahier jupyter`.
pub(super) const JUPYTER: Command = Command {
    name: "jupyter",
    alias: "jupyter",
    about: "donne à Jupyter le noyau de Cahier, ou prépare celui d’evcxr",
    examples: &[
        "cahier jupyter installer",
        "cahier jupyter installer --prefixe .venv",
        "cahier jupyter installer --evcxr",
        "cahier jupyter installer --desinstaller",
    ],
    args: |command| below::with(command.subcommand_required(true), COMMANDS),
    run,
};

/// The commands below `jupyter`.
const COMMANDS: &[Below] = &[
    Below {
        name: "installer",
        alias: "install",
        about: "écrit la description d’un noyau là où Jupyter la cherche",
        args: |command| {
            command
                .arg(flag(
                    "evcxr",
                    "celle d’evcxr_jupyter, le noyau Rust d’origine, avec les bibliothèques préparées",
                ))
                .arg(option(
                    "prefixe",
                    "DOSSIER",
                    "dans DOSSIER/share/jupyter\u{a0}: un environnement virtuel, ou /usr/local pour une classe",
                ))
                .arg(flag(
                    "desinstaller",
                    "retire ce que cette commande a écrit, et rien d’autre",
                ))
        },
        run: |context, matches| install(context, matches),
    },
    Below {
        name: "lancer",
        alias: "launch",
        about: "lance le noyau\u{a0}; c’est Jupyter qui le fait",
        args: |command| {
            command
                .arg(
                    Arg::new("FICHIER")
                        .value_name("FICHIER")
                        .help("le fichier de connexion"),
                )
                .arg(
                    option("fichier", "FICHIER", "le même, comme d’autres noyaux le prennent")
                        .short('f')
                        .conflicts_with("FICHIER"),
                )
        },
        run: launch,
    },
];

fn run(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    if let Choice::Aws { confirmed: false, .. } = context.choice {
        return Err(Failure::Usage {
            message: "un noyau ne peut pas demander si tu veux bien de ton vrai compte".to_owned(),
            hint: "confirme-le ici, une fois pour toutes, par --oui\u{a0}; ou retire --aws.".to_owned(),
        });
    }
    below::run(COMMANDS, context, matches).unwrap_or(Ok(Exit::Done))
}

/// Runs the kernel, as Jupyter does.
fn launch(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    if context.screen.is_json() {
        return Err(Failure::Usage {
            message: "--json ne va pas avec «\u{a0}cahier jupyter lancer\u{a0}»".to_owned(),
            hint: "retire --json\u{a0}: un noyau ne parle qu’à Jupyter.".to_owned(),
        });
    }
    let file = matches
        .get_one::<String>("FICHIER")
        .or(matches.get_one("fichier"));
    let file = file.ok_or_else(|| Failure::Usage {
        message: "il manque le fichier de connexion".to_owned(),
        hint: "c’est Jupyter qui l’écrit et lance le noyau\u{a0}: «\u{a0}cahier jupyter installer\u{a0}», puis «\u{a0}jupyter lab\u{a0}»."
            .to_owned(),
    })?;
    kernel::run(context, &Connection::read(Path::new(file))?)?;
    Ok(Exit::Done)
}

/// The kernel of ours, and the one whose cells talk to a real account.
const OWN: [&str; 2] = ["cahier", "Cahier (Rust)"];
const REAL: [&str; 2] = ["cahier-aws", "Cahier (Rust, vrai compte AWS)"];

/// The name of our kernel for this world, for machines and for people.
fn own(context: &Context) -> [&'static str; 2] {
    match context.choice {
        Choice::Simulator { .. } => OWN,
        Choice::Aws { .. } => REAL,
    }
}

/// What leads a kernel to a real account.
fn towards_account(choice: &Choice) -> Vec<String> {
    let Choice::Aws { account, ceiling, .. } = choice else {
        return Vec::new();
    };
    let mut words = vec!["--aws".to_owned(), "--oui".to_owned()];
    words.extend(["--plafond".to_owned(), ceiling.to_string()]);
    for (option, value) in [("--profil", &account.profile), ("--region", &account.region)] {
        words.extend(value.iter().flat_map(|value| [option.to_owned(), value.clone()]));
    }
    words
}
/// What stock evcxr is called, which the lessons' notebooks ask for; and beside a kernelspec of that name that is not
/// ours.
const STOCK: [&str; 2] = ["rust", "rust-cahier"];
const STOCK_NAME: &str = "Rust (evcxr, Cahier)";

fn install(context: &Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let kernels = kernels(matches.get_one::<String>("prefixe").map(Path::new))?;
    let evcxr = matches.get_flag("evcxr");
    if matches.get_flag("desinstaller") {
        let [own, _] = own(context);
        return remove(
            context,
            &kernels,
            if evcxr { &STOCK } else { std::slice::from_ref(&own) },
        );
    }
    if let (true, Choice::Aws { .. }) = (evcxr, &context.choice) {
        return Err(Failure::Usage {
            message: "--evcxr ne va pas avec --aws".to_owned(),
            hint: "le noyau de Cahier tient le registre de ce que les cellules créent\u{a0}: retire --evcxr."
                .to_owned(),
        });
    }
    if evcxr {
        install_stock(context, &kernels)
    } else {
        install_own(context, &kernels)
    }
}

/// The folder that kernelspecs lie in, with its whole path: Jupyter is started elsewhere.
fn kernels(prefix: Option<&Path>) -> Result<PathBuf, Failure> {
    let folder = match prefix {
        Some(prefix) if prefix.as_os_str().is_empty() => {
            return Err(Failure::Usage {
                message: "--prefixe est vide".to_owned(),
                hint: "donne-lui un dossier, par exemple celui d’un environnement virtuel\u{a0}: --prefixe .venv.".to_owned(),
            });
        }
        Some(prefix) => Some(kernelspec::prefix_folder(prefix)),
        None => kernelspec::user_folder(),
    };
    let folder = folder.ok_or_else(|| Failure::Kernel {
        message: "ton dossier personnel est introuvable".to_owned(),
        hint: "donne un dossier par --prefixe, ou à la variable JUPYTER_DATA_DIR.".to_owned(),
    })?;
    whole_path(&folder)
}

fn whole_path(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|source| Failure::Unreadable {
        path: path.to_owned(),
        source,
    })
}

fn install_own(context: &Context, kernels: &Path) -> Result<Exit, Failure> {
    let [name, display_name] = own(context);
    let folder = kernels.join(name);
    if kernelspec::owner(&folder) == Owner::Other {
        return Err(Failure::Kernel {
            message: format!("{} n’est pas de Cahier, et reste comme il est", folder.display()),
            hint: "renomme ce dossier, ou choisis un autre endroit par --prefixe.".to_owned(),
        });
    }
    in_folder(&folder, || {
        prepare_if_missing()?;
        write(&own_spec(context)?, &folder)
    })?;
    tell(context, name, display_name, &folder);
    Ok(Exit::Done)
}

fn own_spec(context: &Context) -> Result<Spec, Failure> {
    let mut argv = vec![
        backend::program().display().to_string(),
        "jupyter".to_owned(),
        "lancer".to_owned(),
        "{connection_file}".to_owned(),
    ];
    if let Some(lessons) = context.folder() {
        argv.extend(["--lecons".to_owned(), whole_path(lessons)?.display().to_string()]);
    }
    argv.extend(towards_account(&context.choice));
    Ok(Spec {
        display_name: own(context)[1],
        argv,
        env: inherited(context)?,
    })
}

/// What must reach the kernel, however Jupyter is started: a Jupyter from a menu has no shell's variables.
fn inherited(context: &Context) -> Result<Vec<(String, String)>, Failure> {
    let mut env = Vec::new();
    for name in ["PATH", "CARGO_HOME", "RUSTUP_HOME"] {
        let value = std::env::var(name).ok().filter(|value| !value.is_empty());
        env.extend(value.map(|value| (name.to_owned(), value)));
    }
    for name in ["CAHIER_DATA_DIR", "CAHIER_PREPARATION_DIR"] {
        if let Some(folder) = std::env::var_os(name).filter(|value| !value.is_empty()) {
            let folder = whole_path(Path::new(&folder))?;
            env.push((name.to_owned(), folder.display().to_string()));
        }
    }
    // A cell asks for verdicts on exercises of the same lessons.
    if let Some(folder) = context.folder() {
        env.push((LESSONS.to_owned(), whole_path(folder)?.display().to_string()));
    }
    Ok(env)
}

fn install_stock(context: &Context, kernels: &Path) -> Result<Exit, Failure> {
    let program = evcxr()?;
    let [usual, beside] = STOCK;
    let foreign = kernelspec::owner(&kernels.join(usual)) == Owner::Other;
    let name = if foreign { beside } else { usual };
    let folder = kernels.join(name);
    if kernelspec::owner(&folder) == Owner::Other {
        return Err(Failure::Kernel {
            message: format!(
                "{} et {} ne sont pas de Cahier, et restent comme ils sont",
                kernels.join(usual).display(),
                folder.display()
            ),
            hint: "renomme l’un de ces dossiers, ou choisis un autre endroit par --prefixe.".to_owned(),
        });
    }
    in_folder(&folder, || {
        prepare_if_missing()?;
        write(&stock_spec(context, &program, &folder)?, &folder)
    })?;
    // Jupyter would list an earlier one of ours a second time.
    if !foreign && kernelspec::owner(&kernels.join(beside)) == Owner::Cahier {
        take_away(&kernels.join(beside))?;
    }
    if foreign {
        context.screen.warn(&format!(
            "le noyau «\u{a0}{usual}\u{a0}» n’est pas de Cahier\u{a0}: il reste comme il est. Dans un notebook des leçons, choisis \
             «\u{a0}{STOCK_NAME}\u{a0}» dans le menu du noyau."
        ));
    }
    tell(context, name, STOCK_NAME, &folder);
    Ok(Exit::Done)
}

fn stock_spec(context: &Context, program: &Path, folder: &Path) -> Result<Spec, Failure> {
    let mut env = prepare::stock_environment(
        &prepare::folder(&data_folder()),
        &folder.join("evcxr"),
        &backend::program(),
    )
    .map_err(|error| Failure::Preparation(error.to_string()))?;
    // At each start evcxr_jupyter puts the kernelspec that it finds under this path back to its own; there is none.
    env.push((
        "JUPYTER_PATH".to_owned(),
        folder.join("evcxr").display().to_string(),
    ));
    // The prelude calls it for each verdict.
    env.push(("CAHIER_BIN".to_owned(), backend::program().display().to_string()));
    let known: Vec<String> = env.iter().map(|(name, _)| name.clone()).collect();
    env.extend(
        inherited(context)?
            .into_iter()
            .filter(|(name, _)| !known.contains(name)),
    );
    Ok(Spec {
        display_name: STOCK_NAME,
        argv: vec![
            program.display().to_string(),
            "--control_file".to_owned(),
            "{connection_file}".to_owned(),
        ],
        env,
    })
}

/// The stock kernel: `$EVCXR_JUPYTER`, or the one on the path.
fn evcxr() -> Result<PathBuf, Failure> {
    let hint =
        "installe-le\u{a0}: «\u{a0}cargo install evcxr_jupyter --version 0.22.0 --locked\u{a0}».".to_owned();
    if let Some(named) = std::env::var_os("EVCXR_JUPYTER").filter(|value| !value.is_empty()) {
        let named = PathBuf::from(named);
        if named.is_file() {
            return whole_path(&named);
        }
        return Err(Failure::Kernel {
            message: format!(
                "EVCXR_JUPYTER désigne {}, qui n’est pas un fichier",
                named.display()
            ),
            hint: format!("corrige cette variable, ou {hint}"),
        });
    }
    let found = on_path("evcxr_jupyter").ok_or_else(|| Failure::Kernel {
        message: "evcxr_jupyter est introuvable dans PATH".to_owned(),
        hint: format!("{hint} Ou donne son chemin à la variable EVCXR_JUPYTER."),
    })?;
    whole_path(&found)
}

/// Does something for a folder that is made first: what cannot be written is told before minutes of preparation. A new
/// one goes away again where that fails.
fn in_folder(folder: &Path, work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    let is_new = kernelspec::owner(folder) == Owner::Nobody;
    std::fs::create_dir_all(folder).map_err(|source| unwritable(folder, source))?;
    work().inspect_err(|_| {
        if is_new {
            let _ = std::fs::remove_dir_all(folder);
        }
    })
}

fn write(spec: &Spec, folder: &Path) -> Result<(), Failure> {
    spec.write(folder).map_err(|source| unwritable(folder, source))
}

fn unwritable(folder: &Path, source: std::io::Error) -> Failure {
    Failure::Unwritable {
        path: folder.to_owned(),
        source,
    }
}

fn tell(context: &Context, name: &str, display_name: &str, folder: &Path) {
    if context.screen.is_json() {
        context
            .screen
            .document(&json!({"kernelspec": folder, "name": name}));
    }
    context.screen.say(&format!(
        "Le noyau «\u{a0}{display_name}\u{a0}» ({name}) est dans {}.",
        folder.display()
    ));
}

fn remove(context: &Context, kernels: &Path, names: &[&str]) -> Result<Exit, Failure> {
    let mut removed = Vec::new();
    let mut kept = Vec::new();
    for folder in names.iter().map(|name| kernels.join(name)) {
        match kernelspec::owner(&folder) {
            Owner::Nobody => {}
            Owner::Other => kept.push(folder),
            Owner::Cahier => {
                take_away(&folder)?;
                removed.push(folder);
            }
        }
    }
    if context.screen.is_json() {
        context.screen.document(&json!({"removed": removed}));
    }
    for folder in &kept {
        let words = format!("{} n’est pas de Cahier, et reste comme il est.", folder.display());
        context.screen.warn(&words);
    }
    for folder in &removed {
        context.screen.say(&format!("{} est retiré.", folder.display()));
    }
    if removed.is_empty() {
        context
            .screen
            .say(&format!("Rien à retirer dans {}.", kernels.display()));
    }
    Ok(Exit::Done)
}

fn take_away(folder: &Path) -> Result<(), Failure> {
    match std::fs::remove_dir_all(folder) {
        Err(source) if source.kind() != ErrorKind::NotFound => Err(unwritable(folder, source)),
        _ => Ok(()),
    }
}
