//! What every command is given: the screen, the lessons, the data folder, the seed, the world it plays in.

use super::seed;
use crate::aws::run::CEILING;
use crate::backend::Account;
use crate::class::manifest;
use crate::failure::Failure;
use crate::render::{self, Screen};
use crate::store::{Store, data_folder};
use crate::{class, lessons, record, replay};
use clap::ArgMatches;
use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use workbook::Workbook;
use workbook::exercise::Drawn;
use workbook::lesson::Lesson;
use workbook::progress::{EventKind, Progress};

/// Names the folder of lessons where `--lecons` does not.
pub const LESSONS: &str = "CAHIER_LECONS";

/// Which world the learner asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice {
    /// The simulator, with its clock stopped or not.
    Simulator {
        /// `--horloge-figee`.
        frozen: bool,
    },
    /// A real account.
    Aws {
        /// `--profil` and `--region`.
        account: Account,
        /// `--oui`.
        confirmed: bool,
        /// `--plafond`, in US dollars.
        ceiling: f64,
    },
}

/// What every command is given. Lessons and data folder are opened when a command first needs them.
pub struct Context {
    /// Where text goes.
    pub screen: Screen,
    /// The world that cells talk to.
    pub choice: Choice,
    folder: Option<PathBuf>,
    seed: Option<u64>,
    workbook: OnceCell<Workbook>,
    store: OnceCell<Store>,
}

impl Context {
    /// The context that the options ask for; `real_account` where the command is about one anyway.
    ///
    /// # Errors
    /// When options contradict one another.
    pub fn new(screen: Screen, options: &ArgMatches, real_account: bool) -> Result<Self, Failure> {
        Ok(Self {
            screen,
            choice: choice(options, real_account)?,
            folder: folder(options),
            seed: options.get_one::<u64>("graine").copied(),
            workbook: OnceCell::new(),
            store: OnceCell::new(),
        })
    }

    /// All lessons.
    ///
    /// # Errors
    /// When a lesson has mistakes or its folder cannot be read.
    pub fn workbook(&self) -> Result<&Workbook, Failure> {
        if let Some(workbook) = self.workbook.get() {
            return Ok(workbook);
        }
        let read = match &self.folder {
            Some(folder) => Workbook::read(lessons::from_folder(folder)?),
            None => Workbook::load(lessons::embedded()),
        };
        let workbook = read.map_err(|error| {
            Failure::BrokenLesson(if self.screen.is_json() {
                error.plain()
            } else {
                render::mistakes::render(&error, self.screen.look())
            })
        })?;
        Ok(self.workbook.get_or_init(|| workbook))
    }

    /// The folder of `--lecons`, where it was given.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The lesson with this id.
    ///
    /// # Errors
    /// When there is none.
    pub fn lesson(&self, id: &str) -> Result<&Lesson, Failure> {
        let workbook = self.workbook()?;
        workbook.lesson(id).ok_or_else(|| Failure::UnknownLesson {
            id: id.to_owned(),
            near: workbook.nearest_lesson(id).map(str::to_owned),
        })
    }

    /// The exercise with this id, drawn for the learner's seed, and its lesson.
    ///
    /// # Errors
    /// When there is none, or the seed cannot be read.
    pub fn exercise(&self, id: &str) -> Result<(&Lesson, Drawn), Failure> {
        self.exercise_of(id, None)
    }

    /// The exercise with this id and its lesson, drawn for this seed, else for the learner's.
    ///
    /// # Errors
    /// When there is none, or the learner's seed cannot be read.
    pub fn exercise_of(&self, id: &str, seed: Option<u64>) -> Result<(&Lesson, Drawn), Failure> {
        let workbook = self.workbook()?;
        let (lesson, spec) = workbook.exercise(id).ok_or_else(|| Failure::UnknownExercise {
            id: id.to_owned(),
            near: workbook.nearest_exercise(id).map(str::to_owned),
        })?;
        let seed = seed.map_or_else(|| self.seed(), Ok)?;
        Ok((lesson, (spec.draw)(seed)))
    }

    /// The data folder.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn store(&self) -> Result<&Store, Failure> {
        if self.store.get().is_none() {
            let store = Store::open(&data_folder())?;
            return Ok(self.store.get_or_init(|| store));
        }
        self.store
            .get()
            .ok_or_else(|| Failure::Preparation("dossier de données".to_owned()))
    }

    /// The data folder, to import into it.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn store_mut(&mut self) -> Result<&mut Store, Failure> {
        self.store()?;
        self.store
            .get_mut()
            .ok_or_else(|| Failure::Preparation("dossier de données".to_owned()))
    }

    /// `--graine`, where it was given.
    pub fn given_seed(&self) -> Option<u64> {
        self.seed
    }

    /// Goes on with this seed, unless `--graine` gave one.
    pub(crate) fn take_seed(&mut self, seed: u64) {
        self.seed.get_or_insert(seed);
    }

    /// `--graine`, else that of the assignment in whose folder the command is given, else the learner's own.
    ///
    /// # Errors
    /// When the assignment or `CAHIER_GRAINE` has no seed, or the data folder cannot be read.
    pub fn seed(&self) -> Result<u64, Failure> {
        if let Some(seed) = self.seed {
            return Ok(seed);
        }
        match manifest::in_folder(Path::new("."))? {
            Some(assignment) => Ok(assignment.seed),
            None => self.own_seed(),
        }
    }

    /// The learner's own seed: what a class's server gives in `CAHIER_GRAINE`, else the data folder's.
    ///
    /// # Errors
    /// When that variable is no seed, or the data folder cannot be read.
    pub fn own_seed(&self) -> Result<u64, Failure> {
        match seed::given()? {
            Some(seed) => Ok(seed),
            None => Ok(self.store()?.seed()?),
        }
    }

    /// Where the learner stands.
    ///
    /// # Errors
    /// When the data folder cannot be read.
    pub fn progress(&self) -> Result<Progress, Failure> {
        Ok(record::progress(self.store()?)?)
    }

    /// Keeps an event. Where that is impossible, says so and goes on: whatever is wrong with the journal, what was done
    /// stands.
    pub fn note(&self, event: &EventKind) {
        if let Some(words) = self.keep(event) {
            self.screen.warn(&words);
        }
    }

    /// Keeps an event. Where that is impossible, what is to be said of it.
    pub fn keep(&self, event: &EventKind) -> Option<String> {
        // What a class handed in is not the progress of who grades it, and what a cell asks for again was kept the first time.
        if class::is_grading() || replay::is_under_way() {
            return None;
        }
        let kept = self.store().and_then(|store| Ok(record::append(store, event)?));
        let failure = kept.err()?;
        Some(format!(
            "ta progression n’a pas été enregistrée\u{a0}: {failure}."
        ))
    }

    /// Keeps an event as [`Self::note`] does, once the data folder is known to be readable.
    ///
    /// # Errors
    /// When the data folder cannot be read.
    pub fn record(&self, event: &EventKind) -> Result<(), Failure> {
        self.store()?;
        self.note(event);
        Ok(())
    }
}

/// `--lecons`, else the folder that a kernel gives what its cells run.
fn folder(options: &ArgMatches) -> Option<PathBuf> {
    let given = options.get_one::<String>("lecons").map(PathBuf::from);
    given.or_else(|| {
        let inherited = std::env::var_os(LESSONS).filter(|folder| !folder.is_empty());
        inherited.map(PathBuf::from)
    })
}

/// `implied`: the command is about a real account, whether `--aws` is said or not.
fn choice(options: &ArgMatches, implied: bool) -> Result<Choice, Failure> {
    let ceiling = ceiling(options)?;
    let text = |name: &str| options.get_one::<String>(name).cloned();
    let account = Account {
        profile: text("profil"),
        region: text("region"),
    };
    let frozen = options
        .try_get_one::<bool>("horloge-figee")
        .ok()
        .flatten()
        .copied()
        .unwrap_or(false);
    if options.get_flag("aws") && frozen {
        return Err(Failure::Usage {
            message: "--horloge-figee ne va pas avec --aws".to_owned(),
            hint: "l’heure d’un vrai compte ne s’arrête pas\u{a0}: garde l’un des deux.".to_owned(),
        });
    }
    if options.get_flag("aws") || implied {
        return Ok(Choice::Aws {
            account,
            confirmed: options.get_flag("oui"),
            ceiling: ceiling.unwrap_or(CEILING),
        });
    }
    if account != Account::default() || options.get_flag("oui") || ceiling.is_some() {
        return Err(Failure::Usage {
            message: "--profil, --region, --plafond et --oui ne servent qu’avec --aws".to_owned(),
            hint: "ajoute --aws pour un vrai compte, ou retire ces options.".to_owned(),
        });
    }
    Ok(Choice::Simulator { frozen })
}

/// `--plafond`, in US dollars.
fn ceiling(options: &ArgMatches) -> Result<Option<f64>, Failure> {
    let Some(text) = options.get_one::<String>("plafond") else {
        return Ok(None);
    };
    let amount: Option<f64> = text.replace(',', ".").parse().ok();
    let amount = amount.filter(|amount| amount.is_finite() && *amount >= 0.0);
    amount.map(Some).ok_or_else(|| Failure::Usage {
        message: format!("--plafond vaut «\u{a0}{text}\u{a0}», et ce n’est pas une somme"),
        hint: "donne des dollars, par exemple --plafond 0,50.".to_owned(),
    })
}
