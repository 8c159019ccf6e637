//! Sessions over a scripted engine: what is replayed, when, and on which backend.
#![allow(clippy::unwrap_used)]

mod common;

use common::{drawn, mistakes, text};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use workbook::cell::{Cell, Role};
use workbook::engine::{
    Chunk, Completions, Diagnostic, Engine, EngineError, Evaluation, Interrupt, Outcome, Output, Span,
};
use workbook::evidence::{Answer, CallRecord, Evidence};
use workbook::session::{Attempt, Recovery, Session};
use workbook::verdict::Verdict;
use workbook::world::{SnapshotId, World};

/// What happened, in order, on the engine and the backend.
type Log = Arc<Mutex<Vec<String>>>;

/// Understands a few words: `print X`, `panic X`, `call Op`, `loop`, `exit`, `overflow`, `error`, `once`.
struct Scripted {
    log: Log,
    calls: Arc<Mutex<Vec<CallRecord>>>,
}

struct Nothing;
impl Interrupt for Nothing {
    fn interrupt(&self) {}
}

impl Engine for Scripted {
    fn eval(
        &mut self,
        source: &str,
        limit: Duration,
        live: &mut dyn FnMut(Chunk),
    ) -> Result<Evaluation, EngineError> {
        self.log.lock().unwrap().push(source.trim().to_owned());
        let mut output = Output::default();
        let mut outcome = Outcome::Done;
        for line in source.lines().map(str::trim) {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            outcome = match word {
                "print" => {
                    output.stdout.push_str(&format!("{rest}\n"));
                    live(Chunk::Stdout(format!("{rest}\n")));
                    continue;
                }
                "call" => {
                    self.calls.lock().unwrap().push(call(rest));
                    continue;
                }
                "once"
                    if self
                        .log
                        .lock()
                        .unwrap()
                        .iter()
                        .filter(|seen| *seen == source.trim())
                        .count()
                        == 1 =>
                {
                    continue;
                }
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
                "stop" => Outcome::Interrupted,
                "error" => Outcome::DoesNotCompile(vec![diagnostic(source)]),
                "engine" => return Err(EngineError::Failed("en panne".into())),
                _ => continue,
            };
            break;
        }
        Ok(Evaluation {
            outcome,
            output,
            elapsed: Duration::ZERO,
        })
    }

    fn complete(&mut self, _: &str, _: usize) -> Result<Completions, EngineError> {
        Ok(Completions::default())
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
    let (operation, status) = operation
        .split_once('!')
        .map_or((operation, 200), |(name, _)| (name, 400));
    CallRecord {
        service: "dynamodb".into(),
        operation: operation.into(),
        principal: "*".into(),
        resource: "*".into(),
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

struct Scene {
    log: Log,
    calls: Arc<Mutex<Vec<CallRecord>>>,
    simulator: bool,
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

fn session(simulator: bool) -> (Session, Log) {
    let (log, calls) = (Log::default(), Arc::default());
    let engine = Scripted {
        log: Arc::clone(&log),
        calls: Arc::clone(&calls),
    };
    let world = Scene {
        log: Arc::clone(&log),
        calls,
        simulator,
    };
    (Session::new(Box::new(engine), Box::new(world)), log)
}

fn cell(source: &str, expected: Option<&str>) -> Cell {
    Cell {
        id: "c".into(),
        source: source.into(),
        role: Role::Demo,
        expected: expected.map(str::to_owned),
        line: 1,
    }
}

fn log_of(log: &Log) -> Vec<String> {
    log.lock().unwrap().clone()
}

#[test]
fn a_demo_cell_is_compared_with_what_the_lesson_promises() {
    let (mut session, _) = session(true);
    let run = session
        .run_cell(&cell("print id 42", Some("id […]\n")), &mut |_| {})
        .unwrap();
    assert!(run.ok() && run.recovery == Recovery::NotNeeded);
    let run = session
        .run_cell(&cell("print non", Some("oui")), &mut |_| {})
        .unwrap();
    assert_eq!(run.mismatch.as_ref().unwrap().line, 1);
    assert!(!run.ok());
}

#[test]
fn output_comes_live() {
    let (mut session, _) = session(true);
    let mut seen = Vec::new();
    session
        .eval("print a\nprint b", &mut |chunk| seen.push(chunk))
        .unwrap();
    assert_eq!(seen, [Chunk::Stdout("a\n".into()), Chunk::Stdout("b\n".into())]);
}

#[test]
fn lost_variables_are_replayed_on_the_snapshot_from_before_the_first_cell() {
    for death in ["loop", "exit", "overflow", "stop"] {
        let (mut session, log) = session(true);
        for source in ["print 1", "panic x", "error", "print 2"] {
            session.eval(source, &mut |_| {}).unwrap();
        }
        let mut replayed_output = 0;
        let run = session.eval(death, &mut |_| replayed_output += 1).unwrap();
        assert_eq!(run.recovery, Recovery::Replayed { cells: 2 }, "{death}");
        assert_eq!(replayed_output, 0, "a replay is silent");
        let expected = [
            "(snapshot)",
            "print 1",
            "panic x",
            "error",
            "print 2",
            death,
            "(restore 7)",
            "print 1",
            "print 2",
        ];
        assert_eq!(log_of(&log), expected);
    }
}

#[test]
fn a_replay_that_fails_says_at_which_cell_and_keeps_what_ran() {
    let (mut session, _) = session(true);
    session.eval("print 1", &mut |_| {}).unwrap();
    session.run_cell(&cell("once", None), &mut |_| {}).unwrap();
    let run = session.eval("exit", &mut |_| {}).unwrap();
    assert_eq!(
        run.recovery,
        Recovery::Failed {
            cells: 1,
            failed: "c".into()
        }
    );
    assert_eq!(
        session.replay(&mut |_| {}).unwrap(),
        Recovery::Replayed { cells: 1 }
    );
}

#[test]
fn nothing_is_replayed_on_a_real_account_unless_asked() {
    let (mut session, log) = session(false);
    session.eval("print 1", &mut |_| {}).unwrap();
    let run = session.eval("exit", &mut |_| {}).unwrap();
    assert_eq!(run.recovery, Recovery::Lost { cells: 1 });
    assert_eq!(log_of(&log).last().unwrap(), "exit");
    assert_eq!(
        session.replay(&mut |_| {}).unwrap(),
        Recovery::Replayed { cells: 1 }
    );
}

#[test]
fn without_cells_that_passed_nothing_is_replayed_or_put_back() {
    let (mut session, log) = session(true);
    assert_eq!(
        session.eval("exit", &mut |_| {}).unwrap().recovery,
        Recovery::NotNeeded
    );
    assert_eq!(log_of(&log), ["(snapshot)", "exit"]);
    session.eval("print 1", &mut |_| {}).unwrap();
    session.reset().unwrap();
    assert_eq!(
        session.eval("exit", &mut |_| {}).unwrap().recovery,
        Recovery::NotNeeded
    );
}

#[test]
fn an_engine_that_fails_is_an_error_and_no_verdict() {
    let (mut session, _) = session(true);
    assert!(session.eval("engine", &mut |_| {}).is_err());
}

const STARTER: &str = "```rust depart=\"e\"\nprint depart\n```\n\n";
const SOLUTION: &str = "```rust,ignore solution=\"e\"\nprint @{n}\n```";

fn code(checks: &str, errors: &str) -> String {
    let settings = "genre = \"code\"\ntitre = \"Du Rust\"\npoints = 4\nsortie = \"@{n}\"\n[parametres]\nn = { min = 2, max = 9 }";
    text(
        settings,
        "Affiche @{n}.",
        &format!("{STARTER}{checks}\n\n{errors}"),
        SOLUTION,
    )
}

fn attempt(lesson: &str, source: &str, simulator: bool) -> Attempt {
    let (mut session, _) = session(simulator);
    session
        .attempt(&drawn(lesson, 1), Answer::Rust(source.to_owned()), &mut |_| {})
        .unwrap()
}

const ERRORS: &str = r#"```toml erreurs="e"
[[erreur]]
id = "zero"
motif = "zéro"
exemple = "panic zéro"
explication = "Zéro n'est pas @{n}."
[[erreur]]
id = "triche"
motif = "tricher"
ou = "source"
exemple = "print tricher"
explication = "Sans tricher."
```"#;

#[test]
fn a_rust_answer_passes_when_its_output_and_checks_do() {
    let lesson = code("```rust,ignore verification=\"e\"\nprint ok\n```", ERRORS);
    let exercise = drawn(&lesson, 1);
    assert_eq!(exercise.starter.as_deref(), Some("print depart\n"));
    assert!(
        exercise.solution.starts_with("```rust\nprint "),
        "{}",
        exercise.solution
    );
    let right = exercise.exercise.right_answer(&Evidence::default());
    assert_eq!(
        attempt(&lesson, right.text(), true).verdict,
        Verdict::Passed("Le corrigé.".into())
    );
    for wrong in exercise.exercise.wrong_answers(&Evidence::default()) {
        let found = attempt(&lesson, wrong.answer.text(), true).verdict;
        assert_eq!(found.misconception(), Some(wrong.misconception.as_str()));
        assert!(!found.message().contains("@{"));
    }
    let starter = attempt(&lesson, "print depart", true).verdict;
    assert_eq!((starter.status(), starter.score(4.0)), ("not_yet", 2.0));
}

#[test]
fn each_way_to_end_is_reported_as_what_it_is() {
    let lesson = code("", ERRORS);
    for (source, words) in [
        ("loop", "30 s"),
        ("exit", "statut 3"),
        ("overflow", "pile a débordé"),
        ("panic boum", "boum"),
        ("print autre", "ligne 1"),
    ] {
        let verdict = attempt(&lesson, source, true).verdict;
        assert_eq!(verdict.status(), "not_yet", "{source}");
        assert!(
            verdict.message().contains(words),
            "{source}: {}",
            verdict.message()
        );
    }
    assert_eq!(attempt(&lesson, "stop", true).verdict.status(), "unreadable");
    let verdict = attempt(&lesson, "let été = 1;\nerror", true).verdict;
    assert_eq!(verdict.status(), "does_not_compile");
    for words in ["Ligne 2", "E0425", "cannot find value `été`", "help: a note"] {
        assert!(verdict.message().contains(words), "{}", verdict.message());
    }
}

#[test]
fn hidden_checks_show_only_their_authors_words() {
    let check = |name: &str, source: &str| format!("```rust,ignore {name}=\"e\"\n{source}\n```\n\n");
    let secret = "panic assertion `left == right` failed: le cas vide left: 41 right: 42";
    let checks = check("verification", "print ok") + &check("verification-cachee", secret);
    let said = attempt(&code(&checks, ""), "print 0", true).verdict;
    assert!(
        said.message().contains("2 vérification") || said.message().contains("1 vérification"),
        "{}",
        said.message()
    );
    let only = check("verification-cachee", "panic assertion failed: secret == 42");
    let lesson = code(&only, "").replace("sortie = \"@{n}\"\n", "");
    let verdict = attempt(&lesson, "print 0", true).verdict;
    assert!(
        !verdict.message().contains("secret") && !verdict.message().contains("42"),
        "{}",
        verdict.message()
    );
    let own = check("verification-cachee", "panic le cas vide");
    let lesson = code(&own, "").replace("sortie = \"@{n}\"\n", "");
    assert!(
        attempt(&lesson, "print 0", true)
            .verdict
            .message()
            .contains("le cas vide")
    );
}

#[test]
fn a_check_that_kills_the_process_ends_the_attempt_and_is_replayed() {
    let checks =
        "```rust,ignore verification=\"e\"\nloop\n```\n\n```rust,ignore verification=\"e\"\nprint ok\n```";
    let (mut session, log) = session(true);
    session.eval("print avant", &mut |_| {}).unwrap();
    let found = session
        .attempt(
            &drawn(&code(checks, ""), 1),
            Answer::Rust("print x".into()),
            &mut |_| {},
        )
        .unwrap();
    assert_eq!(found.recovery, Recovery::Replayed { cells: 2 });
    assert_eq!(found.verdict.status(), "not_yet");
    assert_eq!(
        log_of(&log)[2..],
        ["print x", "loop", "(restore 7)", "print avant", "print x"]
    );
}

const STATE: &str = r#"genre = "etat"
titre = "Un état"
points = 4
[parametres]
n = { min = 2, max = 9 }
[attendu]
"/statut" = "ACTIVE"
"/unites" = "@{n * 2}"
[appels]
exiges = ["dynamodb:Query"]
interdits = ["dynamodb:Scan"]"#;

fn state(probe: &str) -> String {
    let errors = r#"```toml erreurs="e"
[[erreur]]
id = "simple"
si = { "/unites" = "@{n}" }
exemple = "print simple"
explication = "Tu as oublié de doubler."
```"#;
    let middle = format!("{STARTER}```rust,ignore sonde=\"e\"\n{probe}\n```\n\n{errors}");
    text(STATE, "Fais-le.", &middle, SOLUTION)
}

#[test]
fn a_state_is_judged_by_its_probe_and_its_calls() {
    let right = state("print {\"statut\": \"ACTIVE\", \"unites\": @{n * 2}}");
    let said = |lesson: &str, source: &str| attempt(lesson, source, true).verdict;
    assert_eq!(said(&right, "call Query").status(), "passed");
    let string = state("print bruit\nprint {\"statut\": \"ACTIVE\", \"unites\": \"@{n * 2}\"}");
    assert_eq!(said(&string, "call Query").status(), "passed");
    let scan = said(&right, "call Query\ncall Scan");
    assert!(
        scan.message().contains("`dynamodb:Scan`") && (scan.score(4.0) - 3.0).abs() < 1e-9,
        "{scan:?}"
    );
    assert!(
        said(&right, "call Query!400")
            .message()
            .contains("`dynamodb:Query`")
    );
    let simple = said(
        &state("print {\"statut\": \"ACTIVE\", \"unites\": @{n}}"),
        "call Query",
    );
    assert_eq!(simple.misconception(), Some("simple"));
    let other = said(&state("print {\"statut\": \"CREATING\"}"), "call Query");
    assert!(
        other.message().contains("`/statut`") && !other.message().contains("ACTIVE"),
        "{other:?}"
    );
    assert!(
        said(&state("panic x"), "call Query")
            .message()
            .contains("pu être lu")
    );
    assert_eq!(said(&right, "error").status(), "does_not_compile");
}

#[test]
fn calls_made_before_the_attempt_do_not_count() {
    let lesson = state("print {\"statut\": \"ACTIVE\", \"unites\": @{n * 2}}");
    let (mut session, _) = session(true);
    session.eval("call Scan\ncall Query", &mut |_| {}).unwrap();
    let found = session
        .attempt(&drawn(&lesson, 1), Answer::Rust("call Query".into()), &mut |_| {})
        .unwrap();
    assert_eq!(found.verdict.status(), "passed");
}

#[test]
fn calls_are_unverifiable_on_a_real_account() {
    let lesson = state("print {\"statut\": \"ACTIVE\", \"unites\": @{n * 2}}");
    assert_eq!(
        attempt(&lesson, "print x", false).verdict.status(),
        "unverifiable"
    );
}

#[test]
fn rust_exercises_that_cannot_be_judged_are_refused() {
    let bare = code("", "").replace("sortie = \"@{n}\"\n", "");
    assert!(mistakes(&bare).contains("rien ne vérifie"), "{}", mistakes(&bare));
    assert!(mistakes(&code("", "").replace(STARTER, "")).contains("n'a pas de bloc « depart »"));
    assert!(mistakes(&code("", "").replace(SOLUTION, "")).contains("n'a pas de bloc « solution »"));
    assert!(mistakes(&code("", ERRORS).replace("ou = \"source\"", "ou = \"ailleurs\"")).contains("ailleurs"));
    assert!(mistakes(&state("1").replace("\"/statut\"", "\"statut\"")).contains("pointeur JSON"));
    assert!(mistakes(&state("1").replace("dynamodb:Query", "Query")).contains("service:Operation"));
    assert!(mistakes(&state("1").replace("@{n * 2}", "@{m * 2}")).contains("paramètre inconnu « m »"));
    assert!(
        mistakes(&code("", ERRORS).replace("motif = \"zéro\"", "si = { \"/a\" = 1 }"))
            .contains("n'a pas de sonde")
    );
}

#[test]
fn a_native_answer_never_touches_the_engine() {
    let lesson = text(
        "genre = \"nombre\"\ntitre = \"Un\"\nreponse = \"2\"",
        "1 + 1 ?",
        "",
        "",
    );
    let (mut session, log) = session(true);
    let found = session
        .attempt(&drawn(&lesson, 0), Answer::Text("2".into()), &mut |_| {})
        .unwrap();
    assert_eq!((found.verdict.status(), found.evaluation), ("passed", None));
    assert!(log_of(&log).is_empty());
}
