//! Où parlent les cellules : un simulateur déjà lancé, un simulateur que l'on démarre, ou un vrai compte AWS.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// Le monde auquel parlent les cellules de ce processus.
#[derive(Debug, Clone)]
pub enum Connexion {
    /// Un point de terminaison donné par l'environnement (le cahier l'a déjà démarré).
    Environnement {
        /// L'adresse, par exemple `http://127.0.0.1:4566`.
        endpoint: String,
        /// Le jeton qui ouvre les routes de contrôle, si l'on parle à un simulateur.
        jeton: Option<String>,
    },
    /// Un simulateur démarré par ce processus, qui s'arrête avec lui.
    Simulateur(Simulateur),
    /// Un vrai compte AWS.
    Aws,
}

/// Ce que le simulateur annonce sur sa première ligne.
#[derive(Debug, Clone)]
pub struct Simulateur {
    /// L'adresse, par exemple `http://127.0.0.1:41234`.
    pub endpoint: String,
    /// La région simulée.
    pub region: String,
    /// La clé d'accès de l'administrateur simulé.
    pub access_key_id: String,
    /// Sa clé secrète.
    pub secret_access_key: String,
    /// Le jeton qui ouvre les routes de contrôle.
    pub jeton: String,
}

impl Connexion {
    /// L'adresse et le jeton des routes de contrôle, ou `None` hors du simulateur.
    pub(crate) fn controle(&self) -> Option<(&str, &str)> {
        match self {
            Self::Environnement {
                endpoint,
                jeton: Some(jeton),
            } => Some((endpoint, jeton)),
            Self::Simulateur(simulateur) => Some((&simulateur.endpoint, &simulateur.jeton)),
            _ => None,
        }
    }

    /// Les variables d'environnement que doit recevoir un programme lancé depuis une cellule.
    pub(crate) fn variables(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Simulateur(simulateur) => vec![
                ("AWS_ENDPOINT_URL", simulateur.endpoint.as_str()),
                ("AWS_REGION", &simulateur.region),
                ("AWS_DEFAULT_REGION", &simulateur.region),
                ("AWS_ACCESS_KEY_ID", &simulateur.access_key_id),
                ("AWS_SECRET_ACCESS_KEY", &simulateur.secret_access_key),
                ("CAHIER_CONTROL_TOKEN", &simulateur.jeton),
            ],
            _ => Vec::new(),
        }
    }
}

/// Le processus du simulateur. Son entrée standard reste ouverte aussi longtemps que le nôtre vit.
struct Demarre {
    connexion: Connexion,
    _processus: Option<Child>,
}

static MONDE: OnceLock<Demarre> = OnceLock::new();

/// Le monde de ce processus ; démarre le simulateur au premier appel s'il le faut.
///
/// # Panics
/// Quand le simulateur ne démarre pas ; le message dit quoi faire.
pub fn connexion() -> &'static Connexion {
    &MONDE.get_or_init(trouver).connexion
}

fn variable(nom: &str) -> Option<String> {
    std::env::var(nom).ok().filter(|valeur| !valeur.is_empty())
}

fn trouver() -> Demarre {
    if let Some(endpoint) = variable("AWS_ENDPOINT_URL") {
        let jeton = variable("CAHIER_CONTROL_TOKEN");
        return Demarre {
            connexion: Connexion::Environnement { endpoint, jeton },
            _processus: None,
        };
    }
    if variable("CAHIER_MONDE").as_deref() == Some("aws") {
        return Demarre {
            connexion: Connexion::Aws,
            _processus: None,
        };
    }
    match demarrer() {
        Ok((simulateur, processus)) => Demarre {
            connexion: Connexion::Simulateur(simulateur),
            _processus: Some(processus),
        },
        Err(raison) => panic!(
            "le simulateur d’AWS ne démarre pas : {raison}. Indique le chemin du programme `cahier` dans \
             la variable CAHIER_BIN, ou place-le dans le PATH."
        ),
    }
}

/// Le programme `cahier` : celui que l'environnement désigne, sinon celui du PATH.
pub(crate) fn programme() -> String {
    variable("CAHIER_BIN").unwrap_or_else(|| "cahier".to_string())
}

fn demarrer() -> Result<(Simulateur, Child), String> {
    let mut processus = Command::new(programme())
        .args(["simulateur", "--port", "0", "--json", "--avec-l-entree"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|erreur| erreur.to_string())?;
    let sortie = processus.stdout.take().ok_or("sa sortie est fermée")?;
    let mut ligne = String::new();
    BufReader::new(sortie)
        .read_line(&mut ligne)
        .map_err(|erreur| erreur.to_string())?;
    let simulateur = lire_annonce(&ligne).ok_or_else(|| format!("réponse inattendue {ligne:?}"))?;
    Ok((simulateur, processus))
}

fn lire_annonce(ligne: &str) -> Option<Simulateur> {
    let annonce: serde_json::Value = serde_json::from_str(ligne).ok()?;
    let champ = |nom: &str| annonce.get(nom)?.as_str().map(str::to_string);
    Some(Simulateur {
        endpoint: champ("endpoint")?,
        region: champ("region")?,
        access_key_id: champ("access_key_id")?,
        secret_access_key: champ("secret_access_key")?,
        jeton: champ("control_token")?,
    })
}
