//! Le registre d'un passage : ce qu'il crée, noté avant d'être créé. Une ligne de JSON par événement, jamais récrite.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Ce qui désigne une ressource : son genre, puis son nom.
pub(crate) type Cle = (String, String);

/// Ce que le registre sait d'une ressource.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ressource {
    /// Whether AWS said that it was created.
    pub(crate) faite: bool,
    /// Whether AWS said that it was not, or it was removed since.
    pub(crate) close: bool,
    /// When its creation was first announced, in seconds since 1970.
    pub(crate) depuis: i64,
    /// When a creation was announced of which nobody heard the end.
    pub(crate) en_suspens: Option<i64>,
    /// What AWS called what it made: version numbers, ARNs.
    pub(crate) ids: Vec<String>,
}

/// An open ledger and what stands in it.
#[derive(Debug)]
pub(crate) struct Registre {
    chemin: PathBuf,
    fichier: File,
    ressources: BTreeMap<Cle, Ressource>,
    depense: f64,
    /// The spending that was last written down.
    notee: f64,
    appels: u64,
}

/// Spending is written down at each step of so many dollars: what is lost with the process is less.
const PAS: f64 = 0.000_001;

impl Registre {
    /// Opens a ledger, and makes it where there is none.
    pub(crate) fn ouvrir(chemin: &Path) -> io::Result<Self> {
        let fichier = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(chemin)?;
        let mut registre = Self {
            chemin: chemin.to_owned(),
            fichier,
            ressources: BTreeMap::new(),
            depense: 0.0,
            notee: 0.0,
            appels: 0,
        };
        // A line that is no text costs that line alone, too.
        let texte = String::from_utf8_lossy(&std::fs::read(chemin)?).into_owned();
        // A line that a dead process tore was not acted upon: the call comes after it.
        texte
            .lines()
            .filter_map(|ligne| serde_json::from_str(ligne).ok())
            .for_each(|ligne: Value| registre.lire(&ligne));
        if !texte.is_empty() && !texte.ends_with('\n') {
            registre.fichier.write_all(b"\n")?;
        }
        Ok(registre)
    }

    fn lire(&mut self, ligne: &Value) {
        let texte = |champ: &str| ligne[champ].as_str().unwrap_or_default().to_string();
        if let Some(depense) = ligne["depense"].as_f64() {
            self.depense = depense;
            self.notee = depense;
            self.appels = ligne["appels"].as_u64().unwrap_or(0);
        }
        if ligne["genre"].is_null() {
            return;
        }
        let ressource = self.ressources.entry((texte("genre"), texte("nom"))).or_default();
        match ligne["quoi"].as_str() {
            Some("creer") => {
                if ressource.close {
                    *ressource = Ressource::default();
                }
                let quand = ligne["a"].as_i64();
                if ressource.depuis == 0 {
                    ressource.depuis = quand.unwrap_or(0);
                }
                ressource.en_suspens = quand;
            }
            Some("faite") => {
                ressource.faite = true;
                ressource.en_suspens = None;
                ressource.ids.extend(ligne["id"].as_str().map(str::to_string));
            }
            Some("refusee") => {
                ressource.close |= !ressource.faite;
                ressource.en_suspens = None;
            }
            Some("supprimee") => ressource.close = true,
            _ => {}
        }
    }

    fn noter(&mut self, ligne: &Value, sur_le_disque: bool) -> io::Result<()> {
        self.fichier.write_all(format!("{ligne}\n").as_bytes())?;
        if sur_le_disque {
            self.fichier.sync_data()?;
        }
        self.lire(ligne);
        Ok(())
    }

    /// Announces a creation; it may be sent once this has returned.
    pub(crate) fn annoncer(&mut self, cle: &Cle) -> io::Result<()> {
        let ligne = json!({"quoi": "creer", "genre": cle.0, "nom": cle.1, "a": maintenant()});
        self.noter(&ligne, true)
    }

    /// Notes what became of it: `faite`, `refusee` or `supprimee`.
    pub(crate) fn conclure(&mut self, quoi: &str, cle: &Cle, id: Option<&str>) -> io::Result<()> {
        self.noter(
            &json!({"quoi": quoi, "genre": cle.0, "nom": cle.1, "id": id}),
            true,
        )
    }

    /// Adds to what was spent, and tells how much that is.
    pub(crate) fn depenser(&mut self, dollars: f64) -> io::Result<()> {
        self.depense += dollars;
        self.appels += 1;
        if self.depense - self.notee < PAS {
            return Ok(());
        }
        self.noter(&json!({"depense": self.depense, "appels": self.appels}), false)
    }

    /// What was spent, in US dollars.
    pub(crate) fn depense(&self) -> f64 {
        self.depense
    }

    /// What may still be there.
    pub(crate) fn ouvertes(&self) -> Vec<(Cle, Ressource)> {
        let ouvertes = self.ressources.iter().filter(|(_, ressource)| !ressource.close);
        ouvertes
            .map(|(cle, ressource)| (cle.clone(), ressource.clone()))
            .collect()
    }

    /// Whether this run, or another one whose ledger lies beside, has created it: AWS said so.
    pub(crate) fn connait(&self, cle: &Cle) -> bool {
        self.auteur(cle).is_some()
    }

    /// The run, this one or another one whose ledger lies beside, that has created it: AWS said so.
    pub(crate) fn auteur(&self, cle: &Cle) -> Option<String> {
        if self.a_fait(cle) {
            return Some(self.passage());
        }
        let mut voisins = self.voisins().into_iter();
        voisins
            .find(|voisin| voisin.a_fait(cle))
            .map(|voisin| voisin.passage())
    }

    /// The run's name, which is that of its ledger.
    fn passage(&self) -> String {
        self.chemin
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// Whether this run has created it: AWS said so.
    pub(crate) fn a_fait(&self, cle: &Cle) -> bool {
        let ressource = self.ressources.get(cle);
        ressource.is_some_and(|ressource| ressource.faite && !ressource.close)
    }

    fn voisins(&self) -> Vec<Self> {
        let fichiers = self
            .chemin
            .parent()
            .and_then(|dossier| std::fs::read_dir(dossier).ok());
        let fichiers = fichiers
            .into_iter()
            .flatten()
            .flatten()
            .map(|fichier| fichier.path());
        fichiers
            .filter(|chemin| *chemin != self.chemin && chemin.extension().is_some_and(|fin| fin == "jsonl"))
            .filter_map(|chemin| Self::ouvrir(&chemin).ok())
            .collect()
    }
}

/// Seconds since 1970, by the machine's clock.
pub(crate) fn maintenant() -> i64 {
    let depuis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(depuis.as_secs()).unwrap_or_default()
}
