//! What can go wrong in the program or in its input, as the learner is told it, once.

use crate::store::StoreError;
use std::path::PathBuf;

pub use workbook::nearest::nearest;

/// A failure: a message in French, a code for machines, and how to mend it. Where the learner stands is a
/// verdict, never a failure.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command line is not understood.
    #[error("{message}")]
    Usage {
        /// What is wrong with it.
        message: String,
        /// How to write it.
        hint: String,
    },
    /// No lesson has this id.
    #[error("la leçon «\u{a0}{id}\u{a0}» n’existe pas")]
    UnknownLesson {
        /// What was asked for.
        id: String,
        /// The nearest id there is.
        near: Option<String>,
    },
    /// No exercise has this id.
    #[error("l’exercice «\u{a0}{id}\u{a0}» n’existe pas")]
    UnknownExercise {
        /// What was asked for.
        id: String,
        /// The nearest id there is.
        near: Option<String>,
    },
    /// The lesson has no such cell.
    #[error("la leçon «\u{a0}{lesson}\u{a0}» n’a pas de cellule «\u{a0}{id}\u{a0}»")]
    UnknownCell {
        /// The lesson.
        lesson: String,
        /// What was asked for.
        id: String,
        /// The nearest id there is.
        near: Option<String>,
    },
    /// A lesson's file has a mistake; the text shows where.
    #[error("une leçon ne se lit pas\n{0}")]
    BrokenLesson(String),
    /// The folder of lessons holds none.
    #[error("aucune leçon dans {0}\u{a0}: il faut au moins un fichier .md")]
    NoLesson(PathBuf),
    /// A file or a folder cannot be read.
    #[error("impossible de lire {path} ({})", system(source))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// What a simulator had kept can no longer be understood.
    #[error("les données enregistrées dans {folder} sont abîmées (détail\u{a0}: {detail})")]
    Damaged {
        /// The folder.
        folder: PathBuf,
        /// What is wrong, in the simulator's words.
        detail: String,
    },
    /// A file or a folder cannot be written.
    #[error("impossible d’écrire {path} ({})", system(source))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// An answer is longer than any answer.
    #[error("la réponse dépasse {most} Mio")]
    TooLong {
        /// The most that is read, in MiB.
        most: u64,
    },
    /// What was to be said could not be.
    #[error("impossible d’écrire sur la sortie standard ({})", system(.0))]
    Output(std::io::Error),
    /// The data folder.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The port is taken.
    #[error("le port {0} est déjà utilisé")]
    PortInUse(u16),
    /// The simulator cannot start.
    #[error("le simulateur ne démarre pas ({0})")]
    Simulator(String),
    /// Rust cells cannot run.
    #[error("les cellules Rust ne peuvent pas s’exécuter\u{a0}: {0}")]
    Engine(String),
    /// Rust cells cannot run yet.
    #[error("la préparation n’est pas finie ({0}\u{a0}%)\u{a0}: les cellules Rust attendent encore")]
    StillPreparing(usize),
    /// Rust cells cannot run yet: the learner did not wait for the engine.
    #[error("le moteur Rust démarre encore, en arrière-plan\u{a0}: la cellule n’a pas été exécutée")]
    StillStarting,
    /// The learner stopped the command before a cell ran.
    #[error("interrompu\u{a0}: rien n’a été exécuté")]
    Interrupted,
    /// The preparation failed.
    #[error("la préparation a échoué\u{a0}: {0}")]
    Preparation(String),
    /// The preview cannot be served.
    #[error("l’aperçu ne peut pas être servi ({0})")]
    Preview(String),
    /// A notebook cannot be made, or its folder cannot be used.
    #[error("les notebooks\u{a0}: {0}")]
    Notebook(String),
    /// A kernel for Jupyter cannot be installed, or started.
    #[error("le noyau Jupyter\u{a0}: {message}")]
    Kernel {
        /// What is wrong.
        message: String,
        /// How to mend it.
        hint: String,
    },
    /// A mock exam cannot begin, go on, or be graded.
    #[error("{message}")]
    Exam {
        /// The code for machines.
        code: &'static str,
        /// What is wrong.
        message: String,
        /// How to mend it.
        hint: String,
    },
    /// A class's course, or one of its files, is not as it must be.
    #[error("{message}")]
    Class {
        /// The code for machines.
        code: &'static str,
        /// What is wrong.
        message: String,
        /// How to mend it.
        hint: String,
    },
    /// A program cannot be started.
    #[error("impossible de lancer «\u{a0}{program}\u{a0}» ({})", system(source))]
    Program {
        /// Its name.
        program: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// AWS did not tell who the caller is.
    #[error("AWS n’a pas confirmé ton identité\u{a0}: {0}")]
    Identity(String),
    /// What a run left on a real account could not be looked at.
    #[error("le ménage n’a pas pu se faire\u{a0}: {0}")]
    Cleaning(String),
    /// Nobody can confirm the use of a real account.
    #[error("l’usage d’un vrai compte AWS doit être confirmé, et il n’y a pas de terminal")]
    NoTerminal,
    /// The learner did not confirm.
    #[error("tu n’as pas confirmé\u{a0}: rien n’a été envoyé à AWS, à part la demande d’identité")]
    Declined,
}

impl Failure {
    /// The code for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Usage { .. } => "usage",
            Self::UnknownLesson { .. } => "unknown_lesson",
            Self::UnknownExercise { .. } => "unknown_exercise",
            Self::UnknownCell { .. } => "unknown_cell",
            Self::BrokenLesson(_) => "broken_lesson",
            Self::NoLesson(_) => "no_lesson",
            Self::Unreadable { .. } => "unreadable_file",
            Self::Damaged { .. } => "damaged_data",
            Self::Unwritable { .. } => "unwritable_file",
            Self::TooLong { .. } => "answer_too_long",
            Self::Output(_) => "output",
            Self::Store(StoreError::NotWritable { .. }) => "data_folder_not_writable",
            Self::Store(StoreError::Unreadable { .. }) => "data_folder_unreadable",
            Self::Store(StoreError::NotAnExport(_)) => "not_an_export",
            Self::PortInUse(_) => "port_in_use",
            Self::Simulator(_) => "simulator",
            Self::Engine(_) => "engine",
            Self::StillPreparing(_) => "still_preparing",
            Self::StillStarting => "still_starting",
            Self::Interrupted => "interrupted",
            Self::Preparation(_) => "preparation",
            Self::Cleaning(_) => "cleaning",
            Self::Preview(_) => "preview",
            Self::Notebook(_) => "notebook",
            Self::Kernel { .. } => "kernel",
            Self::Exam { code, .. } | Self::Class { code, .. } => code,
            Self::Program { .. } => "program",
            Self::Identity(_) => "identity",
            Self::NoTerminal => "no_terminal",
            Self::Declined => "declined",
        }
    }

    /// The same, as it is told at the prompt, where the engine goes on starting.
    #[must_use]
    pub fn at_prompt(self) -> Self {
        match self {
            Self::Interrupted => Self::StillStarting,
            other => other,
        }
    }

    /// How to mend it.
    pub fn hint(&self) -> Option<String> {
        let near = |near: &Option<String>, list: &str| match near {
            Some(near) => format!("voulais-tu dire «\u{a0}{near}\u{a0}»\u{a0}? {list}"),
            None => list.to_owned(),
        };
        Some(match self {
            Self::Usage { hint, .. }
            | Self::Kernel { hint, .. }
            | Self::Exam { hint, .. }
            | Self::Class { hint, .. } => hint.clone(),
            Self::UnknownLesson { near: id, .. } => near(id, "«\u{a0}cahier lecons\u{a0}» en donne la liste."),
            Self::UnknownExercise { near: id, .. } => {
                near(id, "«\u{a0}cahier lecons\u{a0}» donne la liste des exercices.")
            }
            Self::UnknownCell { near: id, .. } => near(id, "«\u{a0}cahier lire LECON\u{a0}» montre les cellules."),
            Self::BrokenLesson(_) => "corrige le fichier à l’endroit montré, puis recommence.".to_owned(),
            Self::NoLesson(_) => "vérifie le nom du dossier donné à --lecons.".to_owned(),
            Self::Unreadable { source, .. } if source.kind() == std::io::ErrorKind::InvalidData => {
                "enregistre-le en UTF-8 (dans l’éditeur\u{a0}: «\u{a0}Enregistrer sous\u{a0}», encodage UTF-8).".to_owned()
            }
            Self::Unreadable { .. } => "vérifie le chemin et les droits de lecture.".to_owned(),
            Self::Damaged { .. } => {
                "mets ce dossier de côté, et repars d’un dossier neuf ou d’une copie que tu as gardée.".to_owned()
            }
            Self::Unwritable { .. } => "vérifie le chemin, les droits et la place sur le disque.".to_owned(),
            Self::TooLong { most: 1 } => "donne le fichier ou la ligne de ta réponse, rien d’autre.".to_owned(),
            Self::TooLong { .. } => "Lambda ne prend pas d’archive plus grosse dans une requête\u{a0}: allège-la.".to_owned(),
            Self::Output(_) => "libère de la place, ou envoie la sortie ailleurs.".to_owned(),
            Self::Store(StoreError::NotWritable { .. }) => {
                "libère de la place ou rends le dossier accessible en écriture\u{a0}; CAHIER_DATA_DIR en choisit un autre."
                    .to_owned()
            }
            Self::Store(StoreError::Unreadable { .. }) => {
                "mets ce fichier de côté et recommence, ou choisis un autre dossier par CAHIER_DATA_DIR.".to_owned()
            }
            Self::Store(StoreError::NotAnExport(_)) => {
                "donne un fichier écrit par «\u{a0}cahier progres exporter FICHIER\u{a0}».".to_owned()
            }
            Self::PortInUse(_) => {
                "arrête l’autre programme, ou prends un port libre\u{a0}: «\u{a0}cahier simulateur --port 0\u{a0}».".to_owned()
            }
            Self::Simulator(_) | Self::Preparation(_) | Self::Engine(_) => {
                "«\u{a0}cahier diagnostic\u{a0}» dit ce qui manque et comment l’obtenir.".to_owned()
            }
            Self::Preview(_) => "choisis un autre port, au-dessus de 1024, ou laisse le programme en prendre un.".to_owned(),
            Self::Notebook(_) => "vérifie le dossier et ses droits d’écriture.".to_owned(),
            Self::StillPreparing(_) => {
                "lis la suite, ou réponds aux exercices dont la réponse est un nombre, un choix ou une URL.".to_owned()
            }
            Self::Interrupted => return None,
            Self::StillStarting => "relance-la dans un instant\u{a0}; d’ici là, lis la suite.".to_owned(),
            Self::Program { .. } => "vérifie que ce programme est installé et dans PATH.".to_owned(),
            Self::Identity(_) => {
                "vérifie le profil, la région et la connexion («\u{a0}aws sts get-caller-identity\u{a0}» doit répondre)."
                    .to_owned()
            }
            Self::Cleaning(_) => "le registre garde ce qui reste\u{a0}: «\u{a0}cahier aws nettoyer\u{a0}» reprend là.".to_owned(),
            Self::NoTerminal => "dans un script, ajoute --oui.".to_owned(),
            Self::Declined => "sans --aws, tout se passe dans le simulateur, gratuitement.".to_owned(),
        })
    }
}

/// What the system said, in French where it is one of the usual things.
pub fn system(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    let words = match error.kind() {
        ErrorKind::NotFound => "introuvable",
        ErrorKind::PermissionDenied => "accès refusé",
        ErrorKind::ReadOnlyFilesystem => "système de fichiers en lecture seule",
        ErrorKind::StorageFull => "le disque est plein",
        ErrorKind::QuotaExceeded => "le quota est atteint",
        ErrorKind::FileTooLarge => "le fichier deviendrait trop grand",
        ErrorKind::IsADirectory => "c’est un dossier",
        ErrorKind::NotADirectory => "ce n’est pas un dossier",
        ErrorKind::AlreadyExists => "un fichier de ce nom existe déjà",
        ErrorKind::InvalidFilename => "ce nom est trop long ou impossible",
        ErrorKind::InvalidInput => "refusé par le système",
        ErrorKind::TimedOut => "trop long à répondre",
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => "occupé par un autre programme",
        ErrorKind::InvalidData => "ce n’est pas du texte UTF-8",
        // As SQLite says it, in the simulator's own data.
        _ if error.to_string().contains("disk is full") => "le disque est plein",
        _ => return error.to_string(),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_slip_finds_the_nearest_id() {
        let ids = ["dynamodb", "url-presignee", "iam"];
        assert_eq!(nearest("dynamdb", ids.into_iter()), Some("dynamodb"));
        assert_eq!(nearest("url", ids.into_iter()), Some("url-presignee"));
        assert_eq!(nearest("kubernetes", ids.into_iter()), None);
        assert_eq!(nearest("", ids.into_iter()), None);
    }

    #[test]
    fn what_the_system_says_is_french_where_it_is_usual() {
        for code in [2, 13, 17, 20, 21, 22, 28, 30, 36, 122] {
            let said = system(&std::io::Error::from_raw_os_error(code));
            assert!(!said.contains("os error"), "{code}: {said}");
        }
    }
}
