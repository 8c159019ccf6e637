//! The `cargo`, `rustup` and linker that evcxr calls: `cargo build` of a cell becomes one call of
//! rustc against the prepared library, and what rust-analyzer asks is answered from the preparation.
//!
//! Whatever a cell needs beyond the prepared library goes to the real cargo.

mod alone;
mod analysis;
mod build;
mod cache;
mod compilation;
mod defined;
mod foreign;
mod lean;
mod linker;
mod metadata;
mod moved;
mod narrow;
mod notices;
mod order;
mod stop;

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::prepare::{self, Manifest};
pub(crate) use build::TEXT as COMPILED_TEXT;
pub use cache::forget as forget_cells;
pub(crate) use cache::{VARIABLE as COMPILED_CELLS, clean as clean_cells, make_folder as cells_folder};
pub(crate) use foreign::library;
pub(crate) use linker::link;
pub(crate) use stop::{allow_builds, stop_build};

/// Where the manifest of the preparation is.
const MANIFEST: &str = "CAHIER_MANIFEST";
/// Where rust-analyzer finds the sources of the standard library.
const SOURCES: &str = "RUST_SRC_PATH";
/// The learner's own `CARGO_HOME`, which ours hides.
const CARGO_HOME: &str = "CAHIER_CARGO_HOME";
/// The folder of the engine host that a build belongs to, and through which it is stopped.
pub(crate) const FOLDER: &str = "CAHIER_HOST_FOLDER";
/// The random part of the mark that the engine's own words in the output of cells bear.
pub(crate) const MARK: &str = "CAHIER_MARK";

/// What evcxr's process needs in its environment for its calls to come here: in `folder` are `bin` and the
/// manifest.
///
/// rust-analyzer prefers `$CARGO_HOME/bin/cargo` to any other, hence the change of that variable.
pub(crate) fn environment(manifest: &Manifest, folder: &Path) -> Vec<(OsString, OsString)> {
    let mut variables = vec![
        (MANIFEST.into(), folder.join(prepare::FILE).into_os_string()),
        ("CARGO_HOME".into(), folder.as_os_str().to_owned()),
    ];
    let sources = manifest.sources.as_ref();
    variables.extend(sources.map(|sources| (SOURCES.into(), sources.clone().into_os_string())));
    let home = std::env::var_os(CARGO_HOME).or_else(|| std::env::var_os("CARGO_HOME"));
    variables.extend(home.map(|home| (CARGO_HOME.into(), home)));
    variables
}

/// What one call of cargo asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// Compile a cell, or only check it.
    Compile { check: bool },
    /// Describe the crate whose manifest this is.
    Metadata { manifest: Option<PathBuf> },
    /// Anything else.
    Other,
}

fn asked(arguments: &[OsString]) -> Asked {
    let mut words = arguments.iter().filter_map(|word| word.to_str());
    match words.find(|word| !word.starts_with('-') && !word.starts_with('+')) {
        Some("build") => Asked::Compile { check: false },
        Some("check") => Asked::Compile { check: true },
        Some("metadata") => {
            let manifest = words
                .find(|word| *word == "--manifest-path")
                .and_then(|_| words.next());
            Asked::Metadata {
                manifest: manifest.map(PathBuf::from),
            }
        }
        _ => Asked::Other,
    }
}

/// Acts as cargo.
pub(crate) fn run(arguments: &[OsString]) -> ! {
    let Some(manifest) = manifest() else {
        fail("cahier: rien n’est préparé ici")
    };
    let here = std::env::current_dir().unwrap_or_default();
    match asked(arguments) {
        Asked::Compile { check } => build::compile(&manifest, &here, check),
        Asked::Metadata { manifest: path } => metadata::answer(&manifest, &here, path.as_deref(), arguments),
        Asked::Other => real(&manifest, arguments),
    }
}

/// Acts as rustup: tells where the tools are, and refuses to install anything behind the learner's back.
pub(crate) fn rustup(arguments: &[OsString]) -> ! {
    let words: Vec<_> = arguments.iter().filter_map(|word| word.to_str()).collect();
    let Some(manifest) = manifest() else {
        fail("cahier: rien n’est préparé ici")
    };
    let path = match words[..] {
        ["which", "rustc"] => manifest.rustc,
        // evcxr must find this program again under that name.
        ["which", "cargo"] => std::env::args_os()
            .next()
            .map(|own| sibling(Path::new(&own), "cargo"))
            .unwrap_or(manifest.cargo),
        ["which", tool] => sibling(&manifest.rustc, tool),
        _ => std::process::exit(1),
    };
    let _ = writeln!(std::io::stdout(), "{}", path.display());
    std::process::exit(0)
}

/// The file `name` beside `path`; a bare name was found through PATH.
fn sibling(path: &Path, name: &str) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let found = folder.map(Path::to_owned).or_else(|| {
        let all = std::env::var_os("PATH")?;
        std::env::split_paths(&all).find(|folder| folder.join(path).exists())
    });
    found.unwrap_or_default().join(name)
}

fn manifest() -> Option<Manifest> {
    let path = std::env::var_os(MANIFEST).map(PathBuf::from);
    // Called by its path, without our environment: the preparation is the folder above.
    let beside = || {
        Some(sibling(
            Path::new(&std::env::args_os().next()?),
            "../manifest.json",
        ))
    };
    Manifest::read(&path.or_else(beside)?)
}

/// The real cargo with the learner's own settings.
fn real_command(manifest: &Manifest) -> Command {
    let mut command = Command::new(&manifest.cargo);
    match std::env::var_os(CARGO_HOME) {
        Some(home) => command.env("CARGO_HOME", home),
        None => command.env_remove("CARGO_HOME"),
    };
    command
}

fn real(manifest: &Manifest, arguments: &[OsString]) -> ! {
    let error = real_command(manifest).args(arguments).exec();
    fail(&error.to_string())
}

fn fail(why: &str) -> ! {
    let _ = writeln!(std::io::stderr(), "error: {why}");
    std::process::exit(101)
}

/// Joins a flag and a path, which need not be UTF-8.
fn flag(name: &str, path: impl AsRef<OsStr>) -> OsString {
    let mut flag = OsString::from(name);
    flag.push(path);
    flag
}

#[cfg(test)]
mod tests {
    use super::{Asked, asked};
    use std::ffi::OsString;
    use std::path::PathBuf;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn evcxr_s_build_is_recognised_behind_its_options() {
        let line = "--offline build --target x86_64-unknown-linux-gnu --message-format=json";
        assert_eq!(asked(&words(line)), Asked::Compile { check: false });
        assert_eq!(asked(&words("check --target x")), Asked::Compile { check: true });
    }

    #[test]
    fn the_manifest_of_a_metadata_call_is_read() {
        let line = "metadata --format-version 1 --manifest-path /a/Cargo.toml --filter-platform x";
        assert_eq!(
            asked(&words(line)),
            Asked::Metadata {
                manifest: Some(PathBuf::from("/a/Cargo.toml"))
            }
        );
        assert_eq!(
            asked(&words("metadata --format-version=1")),
            Asked::Metadata { manifest: None }
        );
    }

    #[test]
    fn what_is_not_known_goes_to_the_real_cargo() {
        assert_eq!(asked(&words("clean")), Asked::Other);
        assert_eq!(
            asked(&words("-Zunstable-options rustc --print cfg")),
            Asked::Other
        );
    }
}
