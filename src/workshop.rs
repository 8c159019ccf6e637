//! A session ready to work: the backend, the engine over it, and Ctrl-C that stops the cell only.

use crate::aws::cells;
use crate::aws::clean;
use crate::aws::names::{self, Named};
use crate::aws::plan;
use crate::aws::rehearsal::Stage;
use crate::aws::run::{self, RUN, Run, Whereabouts};
use crate::backend::{self, Account, Backend};
use crate::cell_time;
use crate::cli::{Choice, Context};
use crate::failure::Failure;
use crate::identity::{self, Identity};
use crate::refusal;
use crate::render::Screen;
use crate::replay;
use crate::store::data_folder;
use engine::prepare::{self, Status};
use engine::{EvcxrEngine, Settings};
use signal_hook::consts::SIGINT;
use signal_hook::iterator::Signals;
use simulator::Config;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::time::Duration;
use workbook::cell::Cell;
use workbook::engine::{EngineError, Interrupt};
use workbook::session::{DEFAULT_LIMIT, Session};

/// A session over its backend.
pub struct Workshop {
    /// What cells talk to.
    pub backend: Backend,
    /// The cells.
    pub session: Session,
    /// The run, on a real account.
    pub run: Option<Run>,
    /// Where that run works.
    pub whereabouts: Option<Whereabouts>,
    /// Whether it rehearses: what is refused in it is not what the learner asks about afterwards.
    rehearses: bool,
}

/// The simulator of this process, on a free port.
///
/// # Errors
/// When it cannot start.
pub fn simulator(frozen: bool) -> Result<Backend, Failure> {
    let config = Config {
        port: 0,
        frozen,
        ..Config::default()
    };
    Ok(Backend::Simulator(backend::start_simulator(config)?))
}

impl Workshop {
    /// A lesson's cell as it is to be in this world.
    pub fn adapted(&self, cell: &Cell) -> Cell {
        match &self.whereabouts {
            Some(place) => cells::there(cell, place),
            None => cell.clone(),
        }
    }

    /// The world that the learner asked for, with an engine over it. Prepares first where that was never
    /// done; asks first where the world is a real account.
    ///
    /// # Errors
    /// When cells cannot run here, or the learner does not confirm.
    pub fn open(context: &Context) -> Result<Self, Failure> {
        match &context.choice {
            Choice::Simulator { frozen } => {
                prepare_if_missing()?;
                Self::over(simulator(*frozen)?)
            }
            Choice::Aws { .. } => Self::for_cells(context, None),
        }
    }

    /// The same for these cells of a lesson: on a real account, they are rehearsed in a simulator first, so that what they
    /// will do there is said before anything is sent.
    ///
    /// # Errors
    /// As for [`Self::open`].
    pub fn for_cells(context: &Context, lesson: Option<(&str, &[&Cell])>) -> Result<Self, Failure> {
        match &context.choice {
            Choice::Simulator { .. } => Self::open(context),
            Choice::Aws {
                account,
                confirmed,
                ceiling,
            } => {
                let asked = Asked {
                    screen: context.screen,
                    confirmed: *confirmed,
                    ceiling: *ceiling,
                };
                Self::on_real_account(&asked, account, lesson)
            }
        }
    }

    /// Cells of a run, which announces in its ledger what it creates.
    ///
    /// # Errors
    /// When cells cannot run here.
    pub fn in_run(backend: Backend, run: &Run) -> Result<Self, Failure> {
        let engine = engine_over(&backend, &run.variables())?;
        let whereabouts = Whereabouts {
            prefix: run.prefix.clone(),
            ..Whereabouts::default()
        };
        Ok(Self {
            session: session_of(engine, &backend, run),
            backend,
            run: None,
            whereabouts: Some(whereabouts),
            rehearses: true,
        })
    }

    /// An engine over `backend`; it warms up in the background.
    ///
    /// # Errors
    /// When cells cannot run here.
    pub fn over(backend: Backend) -> Result<Self, Failure> {
        Self::with(backend, &[], DEFAULT_LIMIT)
    }

    /// The same in a notebook: what cells are told by this program is shown there as more than text, and they have the time
    /// to have it judge Rust, for which it starts an engine of its own.
    ///
    /// # Errors
    /// When cells cannot run here.
    pub fn in_notebook(backend: Backend) -> Result<Self, Failure> {
        Self::with(backend, &[(RICH, "1")], cell_time::limit()?)
    }

    fn with(backend: Backend, variables: &[(&str, &str)], limit: Duration) -> Result<Self, Failure> {
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let engine = engine_over(&backend, &variables)?;
        let session = Session::new(Box::new(engine), Box::new(backend.clone()));
        Ok(Self {
            session: session.with_limit(limit),
            backend,
            run: None,
            whereabouts: None,
            rehearses: false,
        })
    }

    /// A real account in a notebook, confirmed when its kernel was installed: says which one it is, and how to clean up.
    ///
    /// # Errors
    /// When cells cannot run here, or AWS does not say who is asking.
    pub fn of_account_in_notebook(screen: Screen, account: &Account, ceiling: f64) -> Result<Self, Failure> {
        let asked = Asked {
            screen,
            confirmed: true,
            ceiling,
        };
        let workshop = Self::on_real_account(&asked, account, None)?;
        if let Some(run) = &workshop.run {
            screen.aside(&format!(
                "À la fin, dans un terminal, supprime tout ce que ce notebook a créé\u{a0}: «\u{a0}cahier aws nettoyer {}\u{a0}».",
                run.id
            ));
        }
        Ok(workshop)
    }

    fn on_real_account(
        asked: &Asked,
        account: &Account,
        lesson: Option<(&str, &[&Cell])>,
    ) -> Result<Self, Failure> {
        if !asked.confirmed && !identity::can_ask() {
            return Err(Failure::NoTerminal);
        }
        prepare_if_missing()?;
        let run = Run::new(&data_folder(), asked.ceiling).with_prefix(names::chosen()?);
        let backend = Backend::Aws(account.clone());
        let screen = asked.screen;
        let mut variables = run.variables();
        variables.extend(screen.is_sheet().then(|| (RICH.to_owned(), "1".to_owned())));
        let mut engine = engine_over(&backend, &variables)?;
        // While AWS is asked who this is.
        let rehearsed = lesson.map(|(_, cells)| Ok::<_, Failure>((cells, Stage::set(&run.prefix)?)));
        let rehearsed = rehearsed.transpose()?;
        let identity = identity::ask_aws(&mut engine)?;
        screen.aside(&plan::whereabouts(&identity, &run));
        if let Some(left) = clean::left_before(&data_folder(), &identity.account) {
            screen.warn(&left);
        }
        if let Some((cells, stage)) = rehearsed {
            announce(screen, stage, cells, &identity, &run)?;
        }
        identity::confirm(screen, asked.confirmed)?;
        let whereabouts = Whereabouts {
            account: identity.account,
            region: identity.region,
            profile: account.profile.clone(),
            lesson: lesson.map(|(id, _)| id.to_owned()),
            who: identity.arn,
            prefix: run.prefix.clone(),
        };
        run.begin(&whereabouts)?;
        Ok(Self {
            session: session_of(engine, &backend, &run),
            backend,
            run: Some(run),
            whereabouts: Some(whereabouts),
            rehearses: false,
        })
    }
}

/// A session of a run: its cells name what they create as the run does.
fn session_of(engine: EvcxrEngine, backend: &Backend, run: &Run) -> Session {
    let engine = Named::new(Box::new(engine), &run.prefix);
    Session::new(Box::new(engine), Box::new(backend.clone())).with_limit(RUN_LIMIT)
}

/// Says what these cells of a lesson will do on a real account, once they have been rehearsed on this stage.
///
/// # Errors
/// When cells cannot run here.
pub fn announce(
    screen: Screen,
    mut stage: Stage,
    cells: &[&Cell],
    identity: &Identity,
    run: &Run,
) -> Result<(), Failure> {
    screen.aside("Je répète d’abord ces cellules dans le simulateur\u{a0}: rien n’est encore envoyé à AWS.");
    let rehearsal = stage.rehearse(cells)?;
    screen.aside(&plan::plan(&rehearsal, identity));
    if rehearsal.dollars > run.ceiling {
        screen.warn("l’estimation dépasse le plafond\u{a0}: le passage s’arrêtera en chemin.");
    }
    Ok(())
}

/// What the learner said of the real account beside which one it is.
struct Asked {
    screen: Screen,
    confirmed: bool,
    ceiling: f64,
}

/// How long a cell may take on a real account, where tables are made in half a minute.
const RUN_LIMIT: Duration = Duration::from_mins(5);

impl Drop for Workshop {
    fn drop(&mut self) {
        if let Some(simulator) = self.backend.simulator().filter(|_| !self.rehearses) {
            refusal::keep(simulator);
        }
    }
}

/// Set for cells whose outputs are shown in a notebook: a verdict may then be more than text.
pub const RICH: &str = "CAHIER_SORTIE_RICHE";

/// Where the cells that were compiled are, in the data folder.
pub fn compiled_cells(data: &Path) -> PathBuf {
    data.join("cellules")
}

/// Whether cells could run at once, without a preparation first.
pub fn is_prepared() -> bool {
    let folder = prepare::folder(&data_folder());
    matches!(prepare::status(&folder), Status::Prepared(_))
}

/// Prepares what cells link against, where that was never done.
///
/// # Errors
/// When it cannot be done here.
pub fn prepare_if_missing() -> Result<(), Failure> {
    let folder = prepare::folder(&data_folder());
    match prepare::status(&folder) {
        Status::Prepared(_) => Ok(()),
        Status::Missing => crate::cli::prepare_with_bar(&folder).map(|_| ()),
        Status::Impossible(error) => Err(Failure::Engine(error.to_string())),
    }
}

/// An engine whose cells talk to `backend`, with more variables in their environment.
///
/// # Errors
/// When cells cannot run here.
pub fn engine_over(backend: &Backend, variables: &[(String, String)]) -> Result<EvcxrEngine, Failure> {
    let data = data_folder();
    let program = backend::program();
    let mut environment = backend.environment(&program, &data);
    environment.set.extend_from_slice(variables);
    environment.set.push(replay::variable());
    let in_run = variables.iter().any(|(name, _)| name == RUN);
    if in_run || backend.simulator().is_none() {
        environment.withhold(&run::write_refusal(&data)?);
    }
    let settings = Settings {
        env: environment.set,
        remove_env_prefix: environment.remove.into_iter().map(str::to_owned).collect(),
        prepared: prepare::folder(&data),
        program,
        memory: crate::memory::limit()?,
        directory: std::env::current_dir().unwrap_or_else(|_| std::env::temp_dir()),
        cells: Some(compiled_cells(&data_folder())),
    };
    let engine = EvcxrEngine::start(settings).map_err(|error| failed(&error))?;
    stop_on_interrupt(workbook::engine::Engine::interrupter(&engine));
    catch_interrupts()?;
    Ok(engine)
}

/// An engine's failure, as the learner is told it.
pub fn failed(error: &EngineError) -> Failure {
    match error {
        EngineError::Starting => Failure::Interrupted,
        error => Failure::Engine(error.to_string()),
    }
}

/// What Ctrl-C stops: whatever runs among these.
static RUNNING: Mutex<Vec<Arc<dyn Interrupt>>> = Mutex::new(Vec::new());

fn running() -> std::sync::MutexGuard<'static, Vec<Arc<dyn Interrupt>>> {
    RUNNING.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Stops whatever runs, as Ctrl-C does.
pub fn interrupt() {
    running().iter().for_each(|one| one.interrupt());
}

/// From now on, Ctrl-C stops this too, when it runs.
pub fn stop_on_interrupt(stoppable: Arc<dyn Interrupt>) {
    running().push(stoppable);
}

/// From now on, Ctrl-C stops the running cell, and not this program.
///
/// The prompt asks for it before it reads its first line: what reads lines puts back, after each, the handler that
/// it found before, and would put back none if this one came in between.
///
/// # Errors
/// When the system refuses the handler.
pub fn catch_interrupts() -> Result<(), Failure> {
    static CAUGHT: OnceLock<()> = OnceLock::new();
    if CAUGHT.set(()).is_err() {
        return Ok(());
    }
    let mut signals = Signals::new([SIGINT]).map_err(|error| Failure::Engine(error.to_string()))?;
    std::thread::spawn(move || {
        for _ in signals.forever() {
            interrupt();
        }
    });
    Ok(())
}
