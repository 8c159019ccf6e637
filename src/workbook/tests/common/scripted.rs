//! An engine and a backend that follow a script, and say what was asked of them.
#![allow(clippy::unwrap_used, dead_code)]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use workbook::cell::{Cell, Role};
use workbook::engine::{
    Chunk, Completions, Diagnostic, Engine, EngineError, Evaluation, InputRequest, Inspection, Interrupt,
    Listener, Outcome, Output, Span, Variable,
};
use workbook::evidence::{CallRecord, Evidence};
use workbook::session::Session;
use workbook::world::{SnapshotId, World};

/// What happened, in order, on the engine and the backend.
pub(crate) type Log = Arc<Mutex<Vec<String>>>;

/// Understands a few words: `print X`, `panic X`, `call Op` (`call ?Op` by a presigned URL), `loop`, `exit`, `overflow`, `error`, `once`, and
/// `tired`, whose second run the learner stops; `killer`, which ends the process after the fact, and `late`, which does
/// so when it runs again; `item`, which does not compile twice without a reset; `ask X`, which reads its input; `greedy`, which
/// asks for too much memory; `slow`, which the learner stops while it compiles.
pub(crate) struct Scripted {
    log: Log,
    /// Whether the process has ended since the last evaluation.
    dead: bool,
    calls: Arc<Mutex<Vec<CallRecord>>>,
}

struct Nothing;
impl Interrupt for Nothing {
    fn interrupt(&self) {}
}

impl Scripted {
    /// How often this text ran, this time included.
    fn runs(&self, source: &str) -> usize {
        let log = self.log.lock().unwrap();
        log.iter().filter(|seen| *seen == source.trim()).count()
    }

    /// Whether it ran before, and nothing was forgotten since.
    fn is_there(&self, source: &str) -> bool {
        let log = self.log.lock().unwrap();
        let since = log.rsplit(|seen| seen == "(reset)").next().unwrap_or_default();
        since.iter().filter(|seen| *seen == source.trim()).count() > 1
    }
}

impl Engine for Scripted {
    fn eval(
        &mut self,
        source: &str,
        limit: Duration,
        live: &mut dyn Listener,
    ) -> Result<Evaluation, EngineError> {
        if std::mem::take(&mut self.dead) {
            return Ok(Evaluation {
                outcome: Outcome::Exited { status: 3 },
                output: Output::default(),
                elapsed: Duration::ZERO,
                ran: false,
                lost: true,
            });
        }
        self.log.lock().unwrap().push(source.trim().to_owned());
        let mut output = Output::default();
        let mut outcome = Outcome::Done;
        let compiling = source.starts_with("slow");
        for line in source.lines().map(str::trim) {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            outcome = match word {
                "print" => {
                    output.stdout.extend([rest, "\n"]);
                    live.chunk(Chunk::Stdout(format!("{rest}\n")));
                    continue;
                }
                "ask" => {
                    let request = InputRequest {
                        prompt: rest.to_owned(),
                        hidden: false,
                    };
                    let reply = live.input(&request);
                    self.log.lock().unwrap().push(format!("(answered {reply:?})"));
                    continue;
                }
                "call" => {
                    self.calls.lock().unwrap().push(call(rest));
                    continue;
                }
                "killer" => {
                    self.dead = true;
                    continue;
                }
                "late" => {
                    self.dead = self.runs(source) > 1;
                    continue;
                }
                "item" if self.is_there(source) => Outcome::DoesNotCompile(Vec::new()),
                "once" if self.runs(source) == 1 => continue,
                "tired" if self.runs(source) != 2 => continue,
                "once" | "panic" => Outcome::Panicked {
                    message: rest.to_owned(),
                    line: Some(1),
                },
                "loop" => Outcome::TimedOut { limit },
                "exit" => Outcome::Exited { status: 3 },
                "overflow" => Outcome::Crashed {
                    signal: 6,
                    stack_overflow: true,
                },
                "greedy" => Outcome::OutOfMemory { limit: 2 << 30 },
                "stop" | "slow" | "tired" => Outcome::Interrupted,
                "error" => Outcome::DoesNotCompile(vec![diagnostic(source)]),
                "engine" => return Err(EngineError::Failed("en panne".into())),
                _ => continue,
            };
            break;
        }
        let kept = matches!(
            outcome,
            Outcome::Done | Outcome::DoesNotCompile(_) | Outcome::Panicked { .. }
        );
        Ok(Evaluation {
            ran: !compiling && !matches!(outcome, Outcome::DoesNotCompile(_)),
            lost: !kept && !compiling,
            outcome,
            output,
            elapsed: Duration::ZERO,
        })
    }

    fn complete(&mut self, _: &str, _: usize) -> Result<Completions, EngineError> {
        Ok(Completions::default())
    }

    fn inspect(&mut self, _: &str, _: usize) -> Result<Option<Inspection>, EngineError> {
        Ok(None)
    }

    fn variables(&mut self) -> Result<Vec<Variable>, EngineError> {
        Ok(Vec::new())
    }

    fn interrupter(&self) -> Arc<dyn Interrupt> {
        Arc::new(Nothing)
    }

    fn reset(&mut self) -> Result<(), EngineError> {
        self.log.lock().unwrap().push("(reset)".into());
        Ok(())
    }
}

fn call(operation: &str) -> CallRecord {
    let (operation, presigned) = operation
        .strip_prefix('?')
        .map_or((operation, false), |name| (name, true));
    let (operation, status) = operation
        .split_once('!')
        .map_or((operation, 200), |(name, _)| (name, 400));
    CallRecord {
        service: "dynamodb".into(),
        operation: operation.into(),
        principal: "*".into(),
        resource: "*".into(),
        presigned,
        status,
        error: None,
        consumed_capacity: None,
    }
}

fn diagnostic(source: &str) -> Diagnostic {
    let at = source.find("error").unwrap();
    Diagnostic {
        code: Some("E0425".into()),
        message: "cannot find value `été`".into(),
        level: "error".into(),
        spans: vec![Span {
            range: at..at + 5,
            label: String::new(),
            primary: true,
        }],
        help: vec!["help: a note".into()],
    }
}

pub(crate) struct Scene {
    log: Log,
    calls: Arc<Mutex<Vec<CallRecord>>>,
    simulator: bool,
    again: Arc<AtomicBool>,
}

impl World for Scene {
    fn is_simulator(&self) -> bool {
        self.simulator
    }

    fn snapshot(&mut self) -> Option<SnapshotId> {
        self.log.lock().unwrap().push("(snapshot)".into());
        self.simulator.then_some(SnapshotId(7))
    }

    fn restore(&mut self, snapshot: SnapshotId) {
        self.log.lock().unwrap().push(format!("(restore {})", snapshot.0));
    }

    fn replays(&self, again: bool) {
        self.again.store(again, Ordering::SeqCst);
    }

    fn calls(&self) -> Option<Vec<CallRecord>> {
        self.simulator.then(|| self.calls.lock().unwrap().clone())
    }

    fn ground(&self) -> Evidence {
        Evidence {
            now: 42,
            ..Evidence::default()
        }
    }
}

pub(crate) fn session(simulator: bool) -> (Session, Log) {
    let (session, log, _) = session_that_tells(simulator);
    (session, log)
}

/// The same, and whether its world is told that cells run again.
pub(crate) fn session_that_tells(simulator: bool) -> (Session, Log, Arc<AtomicBool>) {
    let (log, calls) = (Log::default(), Arc::default());
    let engine = Scripted {
        log: Arc::clone(&log),
        dead: false,
        calls: Arc::clone(&calls),
    };
    let world = Scene {
        log: Arc::clone(&log),
        calls,
        simulator,
        again: Arc::default(),
    };
    let again = Arc::clone(&world.again);
    (Session::new(Box::new(engine), Box::new(world)), log, again)
}

pub(crate) fn cell(source: &str, expected: Option<&str>) -> Cell {
    Cell {
        id: "c".into(),
        source: source.into(),
        role: Role::Demo,
        expected: expected.map(str::to_owned),
        line: 1,
    }
}

pub(crate) fn log_of(log: &Log) -> Vec<String> {
    log.lock().unwrap().clone()
}
