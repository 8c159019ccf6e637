//! Le ménage après un passage sur un vrai compte : tout ce que dit son registre, et rien d'autre, dans l'ordre où AWS
//! le laisse partir.

mod conteneurs;
mod fonctions;
mod identites;
mod journaux;
mod stockage;

use crate::atelier::{Atelier, Qui};
use crate::identifiants;
use crate::pannes;
use crate::passage::{self, ETIQUETTE};
use crate::registre::{Cle, Registre, Ressource, maintenant};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

/// What became of a resource.
enum Fin {
    /// It is gone.
    Supprimee,
    /// It was not there any more.
    Absente,
    /// One of that name is there, older than the run and without its label: it stays.
    Etrangere,
}

/// A removal that AWS refused, in its words.
type Refus = String;

/// What goes when: users before the policies that limit them, functions before their layers and roles.
const ORDRE: [&str; 12] = [
    "taches",
    "service",
    "grappe",
    "plan",
    "fonction",
    "journaux",
    "couche",
    "utilisateur",
    "groupe",
    "role",
    "politique",
    "compartiment",
];

/// A resource of a run, as what removes it sees it.
struct Cible<'a> {
    atelier: &'a Atelier,
    /// The run's name, which is the value of its label.
    passage: &'a str,
    nom: &'a str,
    ressource: &'a Ressource,
}

/// Clocks of two machines differ by less, in seconds.
const ECART: i64 = 5;

impl Cible<'_> {
    /// Whether what bears the name is the run's: its label alone says so. The ledger may have been edited, and what the run
    /// made may be gone, and its name somebody else's now.
    fn est_a_nous(&self, etiquette: Option<&str>) -> bool {
        etiquette == Some(self.passage)
    }

    /// Whether something that bears no label was created since the run announced it.
    fn est_depuis(&self, creee: i64) -> bool {
        self.ressource.depuis > 0 && creee + ECART >= self.ressource.depuis
    }

    /// What is before and after the first `/` of the name.
    fn parties(&self) -> (&str, &str) {
        self.nom.split_once('/').unwrap_or((self.nom, ""))
    }
}

/// Demande à AWS qui tu es, et rien d'autre ; écrit la réponse, ou le refus, en une ligne de JSON.
pub async fn identite() {
    if let Some(absent) = identifiants::profil_absent().await {
        println!("{}", json!({"error": absent}));
        return;
    }
    let config = identifiants::les_siennes().await;
    let region = config.region().map(ToString::to_string).unwrap_or_default();
    let reponse = aws_sdk_sts::Client::new(&config)
        .get_caller_identity()
        .send()
        .await;
    let dite = match reponse {
        Ok(qui) => json!({
            "account": qui.account().unwrap_or_default(),
            "arn": qui.arn().unwrap_or_default(),
            "region": region,
        }),
        Err(erreur) => json!({"error": pannes::raison(&erreur)}),
    };
    println!("{dite}");
}

/// Supprime ce qui reste d'un passage, et écrit une ligne de JSON pour chaque ressource. Ce qui ne peut pas l'être est
/// dit, et le reste continue ; refait, cela ne coûte que les questions.
///
/// # Panics
/// Quand le registre ne se lit pas.
pub async fn nettoyer(registre: &str, passage: &str) {
    let mut registre = match Registre::ouvrir(Path::new(registre)) {
        Ok(registre) => registre,
        Err(erreur) => panic!("le registre {registre} ne s’ouvre pas\u{a0}: {erreur}"),
    };
    let atelier = Atelier::gardes_par(None, identifiants::les_siennes().await, Qui::Toi);
    let mut ouvertes = registre.ouvertes();
    ouvertes.sort_by_key(|(cle, _)| {
        ORDRE
            .iter()
            .position(|genre| *genre == cle.0)
            .unwrap_or(ORDRE.len())
    });
    let debut = Instant::now();
    for (cle, ressource) in &ouvertes {
        let cible = Cible {
            atelier: &atelier,
            passage,
            nom: &cle.1,
            ressource,
        };
        let fin = retirer_enfin(&cible, &cle.0, debut).await;
        dire(&mut registre, cle, &fin);
    }
}

/// What services answer to a removal that comes too soon after another one.
const PASSAGERS: [&str; 3] = ["DeleteConflict", "OperationAborted", "ConcurrentModification"];
/// How long what was made may seem not to be there, in seconds.
const JEUNESSE: i64 = 60;
/// Between two tries.
const PAUSE: Duration = Duration::from_secs(2);

/// Removes, and tries again for as long as the account may take to know everywhere what it was told: what was made before
/// the cleaning began may not be seen yet, and what held something may still seem to hold it.
async fn retirer_enfin(cible: &Cible<'_>, genre: &str, menage: Instant) -> Result<Fin, Refus> {
    let (debut, patience) = (Instant::now(), passage::propagation());
    let jeune = maintenant() < cible.ressource.depuis.saturating_add(JEUNESSE);
    loop {
        let fin = retirer(cible, genre).await;
        let attend = match &fin {
            Ok(Fin::Absente) if cible.ressource.faite && jeune => menage.elapsed() < patience,
            Err(raison) if PASSAGERS.iter().any(|code| raison.contains(code)) => debut.elapsed() < patience,
            _ => false,
        };
        if !attend {
            return fin;
        }
        tokio::time::sleep(PAUSE.min(patience)).await;
    }
}

async fn retirer(cible: &Cible<'_>, genre: &str) -> Result<Fin, Refus> {
    match genre {
        "taches" => conteneurs::taches(cible).await,
        "service" => conteneurs::service(cible).await,
        "grappe" => conteneurs::grappe(cible).await,
        "plan" => conteneurs::plan(cible).await,
        "fonction" => fonctions::fonction(cible).await,
        "couche" => fonctions::couche(cible).await,
        "utilisateur" => identites::utilisateur(cible).await,
        "groupe" => identites::groupe(cible).await,
        "role" => identites::role(cible).await,
        "politique" => identites::politique(cible).await,
        "compartiment" => stockage::compartiment(cible).await,
        "table" => stockage::table(cible).await,
        "journaux" => journaux::groupe(cible).await,
        autre => Err(format!("genre de ressource inconnu\u{a0}: {autre}")),
    }
}

fn dire(registre: &mut Registre, cle: &Cle, fin: &Result<Fin, Refus>) {
    let (etat, raison) = match fin {
        Ok(Fin::Supprimee) => ("removed", None),
        Ok(Fin::Absente) => ("absent", None),
        Ok(Fin::Etrangere) => ("foreign", None),
        Err(raison) => ("failed", Some(raison)),
    };
    println!(
        "{}",
        json!({"kind": cle.0, "name": cle.1, "status": etat, "error": raison})
    );
    if fin.is_ok() {
        if let Err(erreur) = registre.conclure("supprimee", cle, None) {
            eprintln!("le registre ne s’écrit pas\u{a0}: {erreur}");
        }
    }
}

/// The codes by which services say that something is not there.
const ABSENTS: [&str; 12] = [
    "NoSuchEntity",
    "NoSuchEntityException",
    "NoSuchBucket",
    "NoSuchKey",
    "NoSuchUpload",
    "NoSuchTagSet",
    "NotFound",
    "ResourceNotFoundException",
    "ClusterNotFoundException",
    "ServiceNotFoundException",
    "ServiceNotActiveException",
    "404",
];

/// An answer; `None` where what it was about is not there.
fn present<T, E>(reponse: Result<T, SdkError<E>>) -> Result<Option<T>, Refus>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match reponse {
        Ok(reponse) => Ok(Some(reponse)),
        Err(erreur) if erreur.code().is_some_and(|code| ABSENTS.contains(&code)) => Ok(None),
        Err(erreur) => Err(pannes::raison(&erreur)),
    }
}

/// How a removal ended.
fn fini<T>(reponse: Option<T>) -> Fin {
    reponse.map_or(Fin::Absente, |_| Fin::Supprimee)
}

/// The value of the run's label among tags.
fn etiquette<'t, T>(
    tags: &'t [T],
    lire: impl Fn(&'t T) -> (Option<&'t str>, Option<&'t str>),
) -> Option<&'t str> {
    tags.iter()
        .map(lire)
        .find(|(cle, _)| *cle == Some(ETIQUETTE))
        .and_then(|(_, valeur)| valeur)
}
