//! A run on a real account: its name, its ledger in the data folder, its ceiling.

use super::names;
use super::prices;
use crate::failure::Failure;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use time::OffsetDateTime;
use time::macros::format_description;

/// What a run may cost where nothing else is said, in US dollars.
pub const CEILING: f64 = 1.0;

/// Where the cells' process finds the run's name.
pub const RUN: &str = "CAHIER_PASSAGE";

/// The configuration that a client without a guard finds: the SDK tells what the command says on standard error.
const REFUSAL: &str = "[default]
region = eu-west-3
credential_process = printf %s \"Cahier\u{a0}: un client que tu construis toi-même n’a pas d’identifiants sur un vrai compte, \
car rien ne le garderait. Prends ceux de l’atelier\u{a0}: atelier.s3, atelier.dynamodb…\" >&2 && exit 1
";

/// Writes the configuration that refuses credentials to clients without a guard, into the data folder.
///
/// # Errors
/// When it cannot be written.
pub fn write_refusal(data: &Path) -> Result<PathBuf, Failure> {
    let path = folder(data).join("sans-gardien.config");
    if fs::read_to_string(&path).is_ok_and(|there| there == REFUSAL) {
        return Ok(path);
    }
    let written = private(&folder(data)).and_then(|()| crate::whole::write(&path, REFUSAL));
    written.map_err(|source| Failure::Unwritable {
        path: path.clone(),
        source,
    })?;
    Ok(path)
}

/// A folder that only its owner reads.
fn private(folder: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// A run, and where its ledger is. The ledger is written by the cells' process, before each creation is sent; its lines
/// are read here.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its name: when it began, and some chance.
    pub id: String,
    /// The ledger.
    pub ledger: PathBuf,
    /// The most that it may cost, in US dollars.
    pub ceiling: f64,
    /// What the names of all that it creates begin with.
    pub prefix: String,
}

/// Where a run works.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// The account's number.
    pub account: String,
    /// The region.
    pub region: String,
    /// `--profil`, where it was given.
    pub profile: Option<String>,
    /// The lesson, where it is one that runs.
    pub lesson: Option<String>,
    /// Who acts: their ARN. It is not written down.
    pub who: String,
    /// What the names of the run begin with.
    pub prefix: String,
}

/// What a ledger says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ledger {
    /// The run.
    pub run: String,
    /// The account's number; empty where the run never got as far.
    pub account: String,
    /// The region.
    pub region: String,
    /// The profile that it ran with.
    pub profile: Option<String>,
    /// The lesson.
    pub lesson: Option<String>,
    /// When it began, in seconds since 1970.
    pub began: i64,
    /// What it cost as far as calls tell, in US dollars.
    pub spent: f64,
    /// What may still be there.
    pub open: Vec<Resource>,
}

/// Something that a run announced, and that was not removed since.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Resource {
    /// What it is, in the ledger's words: `compartiment`, `table`…
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// The folder of the ledgers.
pub fn folder(data: &Path) -> PathBuf {
    data.join("aws")
}

impl Run {
    /// A run whose ledger lies in the data folder. Nothing is written yet.
    pub fn new(data: &Path, ceiling: f64) -> Self {
        Self::in_folder(&folder(data), ceiling)
    }

    /// A run whose ledger lies in this folder.
    pub fn in_folder(folder: &Path, ceiling: f64) -> Self {
        let format = format_description!("[year][month][day]-[hour][minute][second]");
        let began = OffsetDateTime::now_utc().format(format).unwrap_or_default();
        // Two runs that begin in one second are of two processes.
        let id = format!("{began}-{:x}", std::process::id());
        Self {
            ledger: folder.join(format!("{id}.jsonl")),
            prefix: names::prefix(&id),
            id,
            ceiling,
        }
    }

    /// The same run with this prefix, where one was chosen.
    #[must_use]
    pub fn with_prefix(mut self, chosen: Option<String>) -> Self {
        self.prefix = chosen.unwrap_or(self.prefix);
        self
    }

    /// What the cells' process is told of it.
    pub fn variables(&self) -> Vec<(String, String)> {
        let pair = |name: &str, value: String| (name.to_owned(), value);
        vec![
            pair(RUN, self.id.clone()),
            pair(names::CHOSEN, self.prefix.clone()),
            pair("CAHIER_REGISTRE", self.ledger.display().to_string()),
            pair("CAHIER_PLAFOND", self.ceiling.to_string()),
            pair("CAHIER_TARIFS", prices::table()),
        ]
    }

    /// Opens the ledger: from now on, cells may create. Only its owner reads it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(&self, place: &Whereabouts) -> Result<(), Failure> {
        let line = json!({
            "passage": self.id, "debut": OffsetDateTime::now_utc().unix_timestamp(), "compte": place.account,
            "region": place.region, "profil": place.profile, "lecon": place.lesson, "prefixe": self.prefix,
        });
        self.write(&line).map_err(|source| Failure::Unwritable {
            path: self.ledger.clone(),
            source,
        })
    }

    /// Removes the ledger, of a run that left nothing to anybody.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn forget(&self) -> Result<(), Failure> {
        fs::remove_file(&self.ledger).map_err(|source| Failure::Unwritable {
            path: self.ledger.clone(),
            source,
        })
    }

    fn write(&self, line: &Value) -> std::io::Result<()> {
        if let Some(folder) = self.ledger.parent() {
            private(folder)?;
        }
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&self.ledger)?;
        file.write_all(format!("{line}\n").as_bytes())?;
        file.sync_all()
    }
}

impl Ledger {
    /// Reads a ledger. A line that a dead process tore was never acted upon, and one that is no text costs itself alone.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = fs::read(path).map_err(|source| Failure::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let text = String::from_utf8_lossy(&bytes);
        let run = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok(Self::parse(run, &text))
    }

    fn parse(run: String, text: &str) -> Self {
        let mut ledger = Self {
            run,
            account: String::new(),
            region: String::new(),
            profile: None,
            lesson: None,
            began: 0,
            spent: 0.0,
            open: Vec::new(),
        };
        let mut resources = BTreeMap::new();
        for line in text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        {
            let text = |key: &str| line[key].as_str().map(str::to_owned);
            if line["passage"].is_string() {
                ledger.account = text("compte").unwrap_or_default();
                ledger.region = text("region").unwrap_or_default();
                (ledger.profile, ledger.lesson) = (text("profil"), text("lecon"));
                ledger.began = line["debut"].as_i64().unwrap_or_default();
            }
            ledger.spent = line["depense"].as_f64().unwrap_or(ledger.spent);
            if let (Some(kind), Some(name)) = (text("genre"), text("nom")) {
                fold(resources.entry(Resource { kind, name }).or_default(), &line);
            }
        }
        let open = resources.into_iter().filter(|(_, state)| !state.closed);
        ledger.open = open.map(|(resource, _)| resource).collect();
        ledger
    }

    /// All ledgers of the data folder, the oldest first.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn all(data: &Path) -> Result<Vec<(PathBuf, Self)>, Failure> {
        let files = fs::read_dir(folder(data)).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = files.map(|file| file.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "jsonl"));
        paths.sort();
        paths
            .into_iter()
            .map(|path| Self::read(&path).map(|ledger| (path, ledger)))
            .collect()
    }
}

/// How far a resource is.
#[derive(Default)]
struct State {
    made: bool,
    closed: bool,
}

fn fold(state: &mut State, line: &Value) {
    match line["quoi"].as_str() {
        Some("creer") if state.closed => *state = State::default(),
        Some("faite") => state.made = true,
        // Made before, it is there all the same.
        Some("refusee") => state.closed |= !state.made,
        Some("supprimee") => state.closed = true,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn open(lines: &str) -> Vec<String> {
        let ledger = Ledger::parse("r".to_owned(), lines);
        ledger.open.into_iter().map(|resource| resource.name).collect()
    }

    #[test]
    fn what_was_announced_is_there_until_it_was_refused_or_removed() {
        let announced = r#"{"quoi":"creer","genre":"table","nom":"t","a":1}"#;
        let with = |more: &str| {
            open(&format!(
                "{announced}\n{{\"quoi\":\"{more}\",\"genre\":\"table\",\"nom\":\"t\"}}\n"
            ))
        };
        assert_eq!(open(announced), ["t"]);
        assert_eq!(with("faite"), ["t"]);
        assert!(with("refusee").is_empty() && with("supprimee").is_empty());
    }

    #[test]
    fn what_was_made_and_then_refused_a_second_time_is_still_there() {
        let line = |what: &str| format!("{{\"quoi\":\"{what}\",\"genre\":\"utilisateur\",\"nom\":\"u\"}}\n");
        let twice = ["creer", "faite", "creer", "refusee"].map(line).concat();
        assert_eq!(open(&twice), ["u"]);
        let again = ["creer", "faite", "supprimee", "creer"].map(line).concat();
        assert_eq!(open(&again), ["u"]);
    }

    #[test]
    fn a_torn_line_costs_that_line_alone() {
        let whole = r#"{"quoi":"creer","genre":"table","nom":"t"}"#;
        assert_eq!(open(&format!("{whole}\n{{\"quoi\":\"cre")), ["t"]);
    }

    #[test]
    fn a_ledger_is_its_owners_alone_and_says_where_the_run_works() {
        use std::os::unix::fs::PermissionsExt as _;
        let data = tempfile::tempdir().unwrap();
        let run = Run::new(data.path(), CEILING);
        let place = Whereabouts {
            account: "111122223333".to_owned(),
            region: "eu-west-3".to_owned(),
            profile: Some("formation".to_owned()),
            ..Whereabouts::default()
        };
        run.begin(&place).unwrap();
        let mode = fs::metadata(&run.ledger).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let (path, ledger) = Ledger::all(data.path()).unwrap().remove(0);
        assert_eq!((path, ledger.run.as_str()), (run.ledger.clone(), run.id.as_str()));
        assert_eq!(
            (ledger.account.as_str(), ledger.profile.as_deref()),
            ("111122223333", Some("formation"))
        );
    }
}
