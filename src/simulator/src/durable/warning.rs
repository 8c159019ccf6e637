//! What whoever opens a data folder must know of it: what could not be taken up, and where that is kept.

use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

use super::log::Aside;

/// Something about the saved data that the learner must be told; the simulator runs nevertheless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// Calls of the log could not be done again.
    Refused {
        /// Which ones, each with the reason.
        calls: Vec<String>,
        /// Where the log is kept.
        log: PathBuf,
    },
    /// The end of the log cannot be read.
    Damaged {
        /// How long it is.
        bytes: usize,
        /// Where it is kept.
        end: PathBuf,
    },
    /// An administrator who could no longer help themself has their rights again.
    AdministratorRescued {
        /// Their name.
        user: String,
    },
}

impl From<Aside> for Warning {
    fn from(aside: Aside) -> Self {
        Self::Damaged {
            bytes: aside.bytes,
            end: aside.path,
        }
    }
}

/// How many calls are named.
const NAMED: usize = 3;

impl Display for Warning {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { calls, log } => {
                let (which, rest) = match calls.len() {
                    1 => ("un appel enregistré n’a pas pu être refait", 0),
                    count => (
                        "des appels enregistrés n’ont pas pu être refaits",
                        count.saturating_sub(NAMED),
                    ),
                };
                let named: Vec<&str> = calls.iter().take(NAMED).map(String::as_str).collect();
                write!(out, "{which}\u{a0}: {}", named.join(", "))?;
                if rest > 0 {
                    write!(out, " et {rest} de plus")?;
                }
                write!(
                    out,
                    ". Tout le reste est là\u{a0}; le journal de ces appels est gardé dans {}.",
                    log.display()
                )
            }
            Self::Damaged { bytes, end } => write!(
                out,
                "la fin du journal des appels est illisible, sans doute après un arrêt brutal. Ce qui a été fait avant \
                 est là\u{a0}; la partie illisible ({bytes}\u{a0}o) est gardée dans {}.",
                end.display()
            ),
            Self::AdministratorRescued { user } => write!(
                out,
                "l’utilisateur {user} ne pouvait plus se rendre aucun droit. Il a de nouveau la politique \
                 AdministratorAccess, et plus de limite d’autorisations, comme si l’utilisateur racine d’un vrai compte \
                 les lui avait rendus."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_calls_are_named_and_the_others_counted() {
        let of = |count: usize| {
            let calls = (0..count).map(|number| format!("s3:Appel{number}")).collect();
            let log = PathBuf::from("compte/log-2.refused");
            Warning::Refused { calls, log }.to_string()
        };
        assert!(of(1).starts_with("un appel enregistré n’a pas pu être refait\u{a0}: s3:Appel0. Tout"));
        assert!(
            of(3).contains("s3:Appel0, s3:Appel1, s3:Appel2. Tout"),
            "{}",
            of(3)
        );
        assert!(of(5).contains("s3:Appel2 et 2 de plus. Tout"), "{}", of(5));
        assert!(of(5).ends_with("compte/log-2.refused."));
    }
}
