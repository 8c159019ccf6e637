//! Un passage sur un vrai compte : son nom, son registre, son plafond de dépense. Sans passage, rien de cela n'agit.

use crate::registre::Registre;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// L'étiquette que portent les ressources d'un passage ; sa valeur est le nom du passage.
pub(crate) const ETIQUETTE: &str = "cahier:passage";

/// What the run may still do, and where it writes down what it does.
pub(crate) struct Passage {
    /// Its name, the value of [`ETIQUETTE`] on all that it creates.
    pub(crate) nom: String,
    /// What the names of all that it creates begin with.
    pub(crate) prefixe: String,
    /// The most it may cost, in US dollars.
    pub(crate) plafond: f64,
    /// What a call costs, in US dollars, by `service:Operation`; `service:unit` for what is counted otherwise.
    pub(crate) tarifs: HashMap<String, f64>,
    registre: Mutex<Registre>,
    /// How long IAM takes to tell every service what it was told.
    propagation: Duration,
    /// When IAM was last told something.
    iam: Mutex<Option<Instant>>,
}

static PASSAGE: OnceLock<Option<Passage>> = OnceLock::new();

/// Ce par quoi commencent les noms des leçons.
const PREFIXE: &str = "cahier-";

/// Ce par quoi commence le nom de tout ce qui est créé ici : celui du passage, s'il y en a un.
pub(crate) fn prefixe() -> &'static str {
    passage().map_or(PREFIXE, |passage| &passage.prefixe)
}

/// The run of this process, which the workbook names in the environment.
///
/// # Panics
/// When the ledger cannot be opened: without it nothing may be created.
pub(crate) fn passage() -> Option<&'static Passage> {
    PASSAGE.get_or_init(trouver).as_ref()
}

fn trouver() -> Option<Passage> {
    let variable = |nom: &str| std::env::var(nom).ok().filter(|valeur| !valeur.is_empty());
    let nom = variable("CAHIER_PASSAGE")?;
    let registre = PathBuf::from(variable("CAHIER_REGISTRE").unwrap_or_default());
    let registre = match Registre::ouvrir(&registre) {
        Ok(registre) => registre,
        Err(erreur) => panic!(
            "le registre {} ne s’ouvre pas ({erreur})\u{a0}: sans lui, rien ne peut être créé",
            registre.display()
        ),
    };
    let tarifs = variable("CAHIER_TARIFS").and_then(|tarifs| serde_json::from_str(&tarifs).ok());
    Some(Passage {
        nom,
        prefixe: variable("CAHIER_PREFIXE").unwrap_or_else(|| PREFIXE.to_string()),
        plafond: variable("CAHIER_PLAFOND")
            .and_then(|plafond| plafond.parse().ok())
            .unwrap_or(0.0),
        tarifs: tarifs.unwrap_or_default(),
        registre: Mutex::new(registre),
        propagation: propagation(),
        iam: Mutex::new(None),
    })
}

/// How long the account may take to know everywhere what it was told; what stands for AWS takes no time.
pub(crate) fn propagation() -> Duration {
    let secondes = std::env::var("CAHIER_PROPAGATION")
        .ok()
        .and_then(|secondes| secondes.parse().ok());
    secondes.map_or(Duration::ZERO, Duration::from_secs)
}

impl Passage {
    /// The ledger, for one reader or writer at a time.
    pub(crate) fn registre(&self) -> MutexGuard<'_, Registre> {
        self.registre.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the account takes time to do what it is told: what stands for AWS takes none.
    pub(crate) fn est_lent(&self) -> bool {
        !self.propagation.is_zero()
    }

    /// IAM was told something that other services do not know yet.
    pub(crate) fn iam_a_change(&self) {
        *self.iam.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Waits until every service knows what IAM was told last:
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency>
    pub(crate) fn attendre_iam(&self) {
        let dernier = self.iam.lock().unwrap_or_else(PoisonError::into_inner).take();
        let reste = dernier.map(|dernier| self.propagation.saturating_sub(dernier.elapsed()));
        if let Some(reste) = reste.filter(|reste| !reste.is_zero()) {
            std::thread::sleep(reste);
        }
    }

    /// What a call or a unit costs, in US dollars. What nobody wrote a price for counts as the dearest call of all.
    pub(crate) fn tarif(&self, quoi: &str) -> f64 {
        let inconnu = || self.tarifs.get("inconnu").copied().unwrap_or(0.0);
        let service = || {
            quoi.split(':')
                .next()
                .and_then(|service| self.tarifs.get(service))
                .copied()
        };
        self.tarifs
            .get(quoi)
            .copied()
            .or_else(service)
            .unwrap_or_else(inconnu)
    }
}
