//! What goes wrong with the data folder, in words for the learner.

use rusqlite::ErrorCode;
use std::path::{Path, PathBuf};

/// What went wrong with the data folder.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be written: read-only, full, or somebody else's.
    #[error("le dossier de données {folder} n’accepte pas d’écriture ({reason})")]
    NotWritable {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Its journal cannot be read.
    #[error("le journal de progression {file} est illisible ({reason})")]
    Unreadable {
        /// The journal's file.
        file: PathBuf,
        /// What SQLite said.
        reason: String,
    },
    /// A file to import is not an export of ours.
    #[error("ce fichier n’est pas un export de progression de Cahier ({0})")]
    NotAnExport(String),
}

impl StoreError {
    pub(super) fn not_writable(folder: &Path, error: &rusqlite::Error) -> Self {
        Self::NotWritable {
            folder: folder.to_owned(),
            reason: reason(error),
        }
    }

    /// A file to import that is not even JSON, or JSON of another shape.
    pub fn not_json(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        Self::NotAnExport(match error.classify() {
            serde_json::error::Category::Eof if line <= 1 && column == 0 => "il est vide".to_owned(),
            serde_json::error::Category::Eof => "il s’arrête trop tôt".to_owned(),
            serde_json::error::Category::Data => "une valeur n’a pas la forme attendue".to_owned(),
            _ => format!("ce n’est pas du JSON, ligne {line}, colonne {column}"),
        })
    }
}

/// What SQLite said, in French where it is one of the usual things.
pub(super) fn reason(error: &rusqlite::Error) -> String {
    let words = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "le disque est plein",
        Some(ErrorCode::ReadOnly) => "lecture seule",
        Some(ErrorCode::CannotOpen) => "le fichier ne s’ouvre pas",
        Some(ErrorCode::PermissionDenied) => "accès refusé",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "un autre programme l’occupe",
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => "ce n’est pas un journal de Cahier",
        Some(ErrorCode::SystemIoFailure) => {
            "une lecture ou une écriture a échoué\u{a0}: le disque est peut-être plein"
        }
        _ => return error.to_string(),
    };
    words.to_owned()
}
