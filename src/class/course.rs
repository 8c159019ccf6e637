//! A course's folder: its settings, its key, its learners, and where everything else of it is.

use super::roster::{Change, Roster};
use super::seed::CourseKey;
use super::{hexadecimal, refused, table, unreadable, unwritable};
use crate::failure::Failure;
use crate::whole;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use uuid::Uuid;
use workbook::french::counted;

/// The version of a course's files that is written, and the newest that is read.
const VERSION: u32 = 1;
/// How many random bytes a key has.
const KEY_BYTES: usize = 32;
/// How many mistakes of a list are shown.
const SHOWN: usize = 20;

/// A course that is open.
#[derive(Debug)]
pub(crate) struct Course {
    folder: PathBuf,
    /// What `cours.toml` says.
    pub(crate) settings: Settings,
    /// Gives each learner their seed, and marks what is handed out.
    pub(crate) key: CourseKey,
}

/// What `cours.toml` says; its words are the teacher's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// The version of the course's files.
    pub(crate) version: u32,
    /// What tells this course from any other, for ever.
    pub(crate) identifiant: String,
    /// The title, in French.
    pub(crate) titre: String,
    /// The address under which learners have their accounts: what xAPI statements name them by.
    pub(crate) adresse: String,
}

impl Course {
    /// Opens the course in a folder.
    ///
    /// # Errors
    /// When there is none, or its files are not as they must be.
    pub(crate) fn open(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join("cours.toml");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Err(refused(
                    "no_course",
                    format!("il n’y a pas de cours dans {}", folder.display()),
                    "donne son dossier par --cours, ou fais-en un\u{a0}: «\u{a0}cahier classe creer DOSSIER --eleves liste.csv\u{a0}».",
                ));
            }
            Err(error) => return Err(unreadable(&path)(error)),
        };
        let settings: Settings = toml::from_str(&text).map_err(|error| {
            refused(
                "damaged_course",
                format!(
                    "{} ne se lit pas (détail\u{a0}: {})",
                    path.display(),
                    error.message()
                ),
                "remets ce fichier comme il était, ou reprends-le d’une copie.",
            )
        })?;
        if settings.version > VERSION {
            return Err(refused(
                "newer_course",
                format!("{} vient d’une version plus récente de Cahier", path.display()),
                "mets Cahier à jour.",
            ));
        }
        Ok(Self {
            folder: folder.to_owned(),
            key: key(folder)?,
            settings,
        })
    }

    /// Opens the course in a folder, or makes it where there is none: a key of its own, which never changes.
    ///
    /// # Errors
    /// When the folder cannot be written, or holds a course that cannot be opened.
    pub(crate) fn create(folder: &Path, title: Option<&str>, address: Option<&str>) -> Result<Self, Failure> {
        fs::create_dir_all(folder).map_err(unwritable(folder))?;
        let path = folder.join("cours.toml");
        let mut settings = if path.exists() {
            Self::open(folder)?.settings
        } else {
            make_key(&folder.join("cle"))?;
            let identifiant = Uuid::new_v4().to_string();
            Settings {
                version: VERSION,
                titre: "Cours AWS".to_owned(),
                // `.invalid` is nobody's, for ever (RFC 2606): a teacher with a site gives its address.
                adresse: format!("https://cahier.invalid/cours/{identifiant}"),
                identifiant,
            }
        };
        let before = settings.clone();
        if let Some(title) = title {
            title.trim().clone_into(&mut settings.titre);
        }
        if let Some(address) = address {
            settings.adresse = address_of(address)?;
        }
        if settings != before || !path.exists() {
            let text = toml::to_string(&settings)
                .map_err(|error| unwritable(&path)(std::io::Error::other(error.to_string())))?;
            whole::write(&path, &text).map_err(unwritable(&path))?;
        }
        Self::open(folder)
    }

    /// A path in the course's folder.
    pub(crate) fn path(&self, below: impl AsRef<Path>) -> PathBuf {
        self.folder.join(below)
    }

    /// The learners.
    ///
    /// # Errors
    /// When `eleves.csv` is missing or cannot be used.
    pub(crate) fn roster(&self) -> Result<Roster, Failure> {
        let path = self.path("eleves.csv");
        let bytes = bounded(&path)?;
        Ok(Roster::read(&bytes)
            .map_err(|faults| wrong_list(&path, &faults))?
            .0)
    }

    /// Whether a list of learners can be used.
    ///
    /// # Errors
    /// When it cannot: every mistake is told, with its line.
    pub(crate) fn check_list(list: &Path) -> Result<(), Failure> {
        Roster::read(&bounded(list)?)
            .map(|_| ())
            .map_err(|faults| wrong_list(list, &faults))
    }

    /// Adds the learners of a list to those of the course; who is there stays. Answers what changed, all learners, and
    /// whether the list was written as a French Windows does.
    ///
    /// # Errors
    /// When the list cannot be used; nothing changes then.
    pub(crate) fn enrol(&self, list: &Path) -> Result<(Change, Roster, table::Encoding), Failure> {
        let bytes = bounded(list)?;
        let (new, encoding) = Roster::read(&bytes).map_err(|faults| wrong_list(list, &faults))?;
        let path = self.path("eleves.csv");
        let mut roster = if path.exists() {
            self.roster()?
        } else {
            Roster::default()
        };
        let change = roster.join(new);
        // Two lists may each be sound, and hold ids that only capitals tell apart.
        let text = roster.written();
        Roster::read(text.as_bytes()).map_err(|faults| wrong_list(list, &faults))?;
        whole::write(&path, &text).map_err(unwritable(&path))?;
        Ok((change, roster, encoding))
    }

    /// The seed of the learner with this id.
    pub(crate) fn seed(&self, learner: &str) -> u64 {
        self.key.seed(learner)
    }
}

/// The address as it is kept: without a slash at its end.
fn address_of(written: &str) -> Result<String, Failure> {
    let address = written.trim().trim_end_matches('/');
    let rest = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"));
    let sound = rest.is_some_and(|rest| !rest.is_empty())
        && address
            .chars()
            .all(|letter| letter.is_ascii_graphic() && !"<>\"{}|\\^`".contains(letter));
    if sound {
        return Ok(address.to_owned());
    }
    Err(Failure::Usage {
        message: format!("«\u{a0}{written}\u{a0}» n’est pas une adresse"),
        hint: "écris-la en entier, par exemple --adresse https://ecole.example/aws.".to_owned(),
    })
}

/// The bytes of a table, which is no file of gigabytes.
pub(super) fn bounded(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable(path))?;
    file.take(table::MOST + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable(path))?;
    if bytes.len() as u64 > table::MOST {
        return Err(refused(
            "table_too_long",
            format!("{} dépasse {} Mio", path.display(), table::MOST >> 20),
            "donne la liste elle-même, exportée en CSV.",
        ));
    }
    Ok(bytes)
}

fn wrong_list(path: &Path, faults: &[String]) -> Failure {
    let mut lines: Vec<String> = faults
        .iter()
        .take(SHOWN)
        .map(|fault| format!("\n  - {fault}"))
        .collect();
    if faults.len() > SHOWN {
        let more = counted(faults.len() - SHOWN, "autre faute", "autres fautes");
        lines.push(format!("\n  - et {more}"));
    }
    refused(
        "bad_roster",
        format!(
            "la liste {} ne convient pas\u{a0}:{}",
            path.display(),
            lines.concat()
        ),
        "corrige-la, puis exporte-la en CSV (dans le tableur\u{a0}: «\u{a0}CSV UTF-8\u{a0}»). La première ligne nomme les colonnes\u{a0}: id, nom, prenom, et au besoin groupe et courriel.",
    )
}

fn key(folder: &Path) -> Result<CourseKey, Failure> {
    let path = folder.join("cle");
    let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => refused(
            "no_key",
            format!("la clé du cours, {}, n’est plus là", path.display()),
            "reprends-la d’une copie\u{a0}: avec une autre, tous les exercices changeraient, et plus rien de ce qui est rendu ne serait reconnu.",
        ),
        _ => unreadable(&path)(error),
    })?;
    CourseKey::new(&text).map_err(|weak| {
        refused(
            "weak_key",
            weak.to_string(),
            "«\u{a0}openssl rand -hex 32\u{a0}» en fait une qui convient.",
        )
    })
}

/// Makes a key that only its owner reads; one that is there (a hub's, say) stays.
fn make_key(path: &Path) -> Result<(), Failure> {
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| unwritable(path)(std::io::Error::other(error.to_string())))?;
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Ok(mut file) => writeln!(file, "{}", hexadecimal(&bytes)).map_err(unwritable(path)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(unwritable(path)(error)),
    }
}

/// Whether others than its owner may read a course's key.
pub(crate) fn is_open_to_others(course: &Course) -> bool {
    fs::metadata(course.path("cle")).is_ok_and(|about| about.permissions().mode() & 0o077 != 0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_course_keeps_its_key_and_its_learners_seeds_however_often_it_is_made() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("cours");
        let list = place.path().join("liste.csv");
        fs::write(&list, "id,nom\na,Un\n").unwrap();
        let course = Course::create(&folder, Some(" DVA "), None).unwrap();
        course.enrol(&list).unwrap();
        let (seed, key) = (course.seed("a"), fs::read(folder.join("cle")).unwrap());
        assert_eq!(key.len(), 2 * KEY_BYTES + 1);
        assert!(!is_open_to_others(&course));
        fs::write(&list, "id,nom\na,Un\nb,Deux\n").unwrap();
        let again = Course::create(&folder, None, Some("https://ecole.example/aws/")).unwrap();
        let (change, roster, _) = again.enrol(&list).unwrap();
        assert_eq!(change.added, ["b"]);
        assert_eq!(roster.learners().len(), 2);
        assert_eq!(fs::read(folder.join("cle")).unwrap(), key);
        assert_eq!(again.seed("a"), seed);
        assert_eq!(again.settings.titre, "DVA");
        assert_eq!(again.settings.adresse, "https://ecole.example/aws");
        assert_eq!(again.settings.identifiant, course.settings.identifiant);
        assert!(!format!("{again:?}").contains(std::str::from_utf8(&key).unwrap().trim()));
    }

    #[test]
    fn a_key_that_is_gone_is_never_replaced() {
        let place = tempfile::tempdir().unwrap();
        Course::create(place.path(), None, None).unwrap();
        fs::remove_file(place.path().join("cle")).unwrap();
        for opened in [
            Course::create(place.path(), None, None),
            Course::open(place.path()),
        ] {
            assert_eq!(opened.unwrap_err().code(), "no_key");
        }
        assert!(!place.path().join("cle").exists());
    }

    #[test]
    fn a_hub_s_key_that_is_there_already_is_the_course_s() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("cle"), "une clé de cours assez longue\n").unwrap();
        let course = Course::create(place.path(), None, None).unwrap();
        let hub = CourseKey::new("une clé de cours assez longue").unwrap();
        assert_eq!(course.seed("ada"), hub.seed("ada"));
    }

    #[test]
    fn only_an_address_is_one() {
        assert!(address_of("https://ecole.example/").is_ok());
        for wrong in [
            "ecole.example",
            "https://",
            "https://a b",
            "javascript:x",
            "https://é",
        ] {
            assert!(address_of(wrong).is_err(), "{wrong}");
        }
    }
}
