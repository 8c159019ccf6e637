//! What keeps a preparation from being done, in words for the learner.

use std::io;
use std::path::{Path, PathBuf};

/// What keeps cells from running on this machine.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// [`super::prepare`] has not run, or not to its end.
    #[error("rien n’est préparé pour exécuter du Rust ; lance « cahier preparer »")]
    Missing,
    /// Another process prepares the folder.
    #[error("une préparation est en cours dans ce dossier ; attends qu’elle finisse, puis relance")]
    Busy,
    /// There is no rustc.
    #[error("Rust n’est pas installé : « rustc » est introuvable ; installe-le avec https://rustup.rs")]
    NoToolchain,
    /// rustc is there and does not work.
    #[error("« rustc » ne fonctionne pas : {0}")]
    BrokenToolchain(String),
    /// There is no cargo.
    #[error("« cargo » est introuvable à côté de rustc ; réinstalle Rust avec https://rustup.rs")]
    NoCargo,
    /// There is no C compiler, which rustc links with.
    #[error(
        "l’éditeur de liens « cc » est introuvable ; installe un compilateur C (paquet build-essential ou gcc)"
    )]
    NoLinker,
    /// The crates could not be fetched.
    #[error(
        "les bibliothèques n’ont pas pu être téléchargées : vérifie la connexion à Internet, puis relance\n{0}"
    )]
    NoNetwork(String),
    /// The disk is full.
    #[error("le disque est plein ; la préparation demande environ 1,5 Go dans {}", .0.display())]
    DiskFull(PathBuf),
    /// The folder cannot be written.
    #[error("tu n’as pas le droit d’écrire dans le dossier {} ; change ses droits, ou relance en administrateur (sudo)", .path.display())]
    ReadOnly {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file could not be read or written.
    #[error("{} : {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The build failed.
    #[error("la compilation des bibliothèques a échoué\n{0}")]
    Build(String),
}

impl PrepareError {
    /// What an error of the system on `path` means.
    pub(crate) fn folder(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull(path.to_owned()),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly {
                path: path.to_owned(),
                source,
            },
            _ => Self::Io {
                path: path.to_owned(),
                source,
            },
        }
    }

    /// What cargo's last words mean.
    pub(super) fn build(folder: &Path, words: &str) -> Self {
        let says = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
        let end: Vec<&str> = words.lines().rev().take(20).collect();
        let end = end.into_iter().rev().collect::<Vec<_>>().join("\n");
        if says(&["No space left on device", "os error 28"]) {
            Self::DiskFull(folder.to_owned())
        } else if says(&["linker `cc` not found", "linker `cc`"]) && says(&["not found"]) {
            Self::NoLinker
        } else if says(&[
            "spurious network error",
            "failed to download",
            "Could not resolve host",
            "network failure",
        ]) || says(&[
            "download of config.json failed",
            "failed to fetch",
            "Timeout was reached",
            "index, it is required",
        ]) {
            Self::NoNetwork(end)
        } else {
            Self::Build(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PrepareError;
    use std::io;
    use std::path::Path;

    #[test]
    fn cargo_s_last_words_tell_what_to_do() {
        let meant = |words: &str| PrepareError::build(Path::new("/p"), words);
        let resolve = "error: failed to download\n  Could not resolve host: index.example";
        assert!(matches!(meant(resolve), PrepareError::NoNetwork(_)));
        assert!(matches!(
            meant("No space left on device (os error 28)"),
            PrepareError::DiskFull(_)
        ));
        assert!(matches!(
            meant("error: linker `cc` not found"),
            PrepareError::NoLinker
        ));
        assert!(matches!(
            meant("error[E0432]: unresolved import"),
            PrepareError::Build(_)
        ));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let error = PrepareError::folder(Path::new("/p/x"), io::ErrorKind::ReadOnlyFilesystem.into());
        assert!(matches!(error, PrepareError::ReadOnly { .. }));
        assert!(error.to_string().contains("/p/x"));
    }
}
