//! Every cell and every exercise of the lessons, run for real: cells print what the lesson promises, right
//! answers pass, starters do not, and each listed wrong answer is told apart by its own feedback.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use cahier::backend::Backend;
use cahier::lessons;
use engine::{EvcxrEngine, Settings, prepare};
use simulator::{Config, Simulator};
use workbook::Workbook;
use workbook::engine::{Evaluation, Outcome};
use workbook::evidence::{Answer, Evidence, SigningKey};
use workbook::exercise::Drawn;
use workbook::lesson::{ExerciseSpec, Lesson};
use workbook::session::Session;
use workbook::verdict::Verdict;

/// A loaded machine may be slow: cells are not timed here.
const LIMIT: Duration = Duration::from_mins(3);
/// Seeds that native exercises are tried with.
const SEEDS: u64 = 25;
/// Seeds that archives are tried with: each answer starts a Python.
const ARCHIVE_SEEDS: u64 = 3;
/// The seed that Rust exercises are tried with: each answer is compiled.
const SEED: u64 = 7;

fn workbook() -> &'static Workbook {
    static WORKBOOK: OnceLock<Workbook> = OnceLock::new();
    WORKBOOK.get_or_init(|| Workbook::load(lessons::embedded()).unwrap())
}

fn lesson(id: &str) -> &'static Lesson {
    workbook().lesson(id).unwrap()
}

/// A backend as evidence shows it, without starting one.
fn ground() -> Evidence {
    let key = SigningKey {
        access_key_id: "AKIACAHIERDETEST0001".to_owned(),
        secret_access_key: "un secret qui ne sert qu'ici".to_owned(),
    };
    Evidence {
        keys: vec![key],
        now: 1_795_348_800,
        endpoint: Some("http://127.0.0.1:4566".to_owned()),
        rules: Some(cahier::rules::rules),
        documents: Some(cahier::rules::documents),
        ..Evidence::default()
    }
}

/// What is wrong with a lesson, each by the id of its cell or exercise.
#[derive(Default)]
struct Failures(Vec<String>);

impl Failures {
    fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(what());
        }
    }

    fn passed(&mut self, id: &str, verdict: &Verdict) {
        let right = matches!(verdict, Verdict::Passed(_));
        self.expect(right, || format!("{id}: the right answer gives {verdict:?}"));
    }

    fn recognised(&mut self, id: &str, misconception: &str, verdict: &Verdict) {
        let right = matches!(verdict, Verdict::NotYet(feedback)
            if feedback.misconception.as_deref() == Some(misconception) && !feedback.message.trim().is_empty());
        self.expect(right, || {
            format!("{id}: the wrong answer « {misconception} » gives {verdict:?}")
        });
    }

    fn report(self) {
        assert!(
            self.0.is_empty(),
            "{} failure(s):\n{}",
            self.0.len(),
            self.0.join("\n")
        );
    }
}

#[test]
fn native_answers_of_every_exercise_are_judged_as_the_lesson_lists_them() {
    let mut failures = Failures::default();
    for exercise in workbook().lessons().iter().flat_map(Lesson::exercises) {
        let seeds = match exercise.kind {
            _ if !exercise.seeded => 1,
            "layer_archive" => ARCHIVE_SEEDS,
            _ => SEEDS,
        };
        for seed in 0..seeds {
            let drawn = (exercise.draw)(seed);
            if !drawn.exercise.needs_engine() {
                judge_natively(&drawn, &mut failures);
            }
        }
    }
    failures.report();
}

fn judge_natively(drawn: &Drawn, failures: &mut Failures) {
    let ground = ground();
    let id = format!("{} (seed {})", drawn.id, drawn.seed);
    let judge = |answer: Answer| cahier::attempt::natively(drawn, answer, self::ground());
    failures.passed(&id, &judge(drawn.exercise.right_answer(&ground)));
    for wrong in drawn.exercise.wrong_answers(&ground) {
        failures.recognised(&id, &wrong.misconception, &judge(wrong.answer));
    }
    let unreadable = judge(Answer::Text("~~~ ???".to_owned()));
    failures.expect(unreadable.status() == "unreadable", || {
        format!("{id}: nonsense gives {unreadable:?}")
    });
}

#[test]
fn complete_lessons_hold_cells_kinds_and_feedback_enough() {
    let mut failures = Failures::default();
    for lesson in ["dynamodb", "url-presignee"].map(lesson) {
        let exercises: Vec<&ExerciseSpec> = lesson.exercises().collect();
        let kinds: std::collections::BTreeSet<_> = exercises.iter().map(|exercise| exercise.kind).collect();
        let counts = (lesson.cells().count(), exercises.len(), kinds.len());
        failures.expect(counts.0 >= 8 && counts.1 >= 10 && counts.2 >= 4, || {
            format!("{}: {counts:?}", lesson.id)
        });
        for drawn in exercises.iter().map(|exercise| (exercise.draw)(SEED)) {
            failures.expect(drawn.hints.len() >= 3, || {
                format!("{}: {} hints", drawn.id, drawn.hints.len())
            });
            let wrong = drawn.exercise.wrong_answers(&ground()).len();
            failures.expect(wrong >= 3, || {
                format!("{}: {wrong} wrong answers listed", drawn.id)
            });
        }
    }
    failures.report();
}

/// One preparation for all tests, made when it is missing.
fn prepared() -> PathBuf {
    let folder = prepare::folder(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("data"));
    prepare::prepare(&folder, &mut |_| {}).unwrap();
    folder
}

/// A session over a simulator whose clock stands still but for what cells advance.
fn session() -> Session {
    let simulator = Simulator::start(Config {
        frozen: true,
        ..Config::default()
    })
    .unwrap();
    let backend = Backend::Simulator(Arc::new(simulator));
    let program = PathBuf::from(env!("CARGO_BIN_EXE_cahier"));
    let environment = backend.environment(&program, Path::new(env!("CARGO_TARGET_TMPDIR")));
    let settings = Settings {
        env: environment.set,
        remove_env_prefix: environment.remove_prefix.into_iter().map(str::to_owned).collect(),
        prepared: prepared(),
        program,
        directory: std::env::temp_dir(),
    };
    Session::new(Box::new(EvcxrEngine::start(settings).unwrap()), Box::new(backend)).with_limit(LIMIT)
}

/// One engine at a time.
fn one_at_a_time() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a lesson's demo cells in order, then its Rust exercises.
fn run(lesson: &Lesson, plots: usize) {
    let _one = one_at_a_time();
    let mut session = session();
    let mut failures = Failures::default();
    let drawn = run_cells(&mut session, lesson, &mut failures);
    failures.expect(drawn >= plots, || format!("{}: {drawn} plots", lesson.id));
    for exercise in lesson.exercises() {
        attempt_all(&mut session, &(exercise.draw)(SEED), &mut failures);
    }
    failures.report();
}

fn run_cells(session: &mut Session, lesson: &Lesson, failures: &mut Failures) -> usize {
    let mut plots = 0;
    for cell in lesson.cells() {
        let run = session.run_cell(cell, &mut |_| {}).unwrap();
        failures.expect(run.ok(), || format!("{}: {}", cell.id, ended(&run.evaluation)));
        if let Some(difference) = &run.mismatch {
            failures.0.push(format!("{}: {difference}", cell.id));
        }
        plots += run
            .evaluation
            .output
            .rich
            .iter()
            .filter(|rich| rich.data.contains("<svg"))
            .count();
    }
    plots
}

/// The starter, every listed wrong answer, then the right one: each as a learner would hand it in.
fn attempt_all(session: &mut Session, drawn: &Drawn, failures: &mut Failures) {
    if !drawn.exercise.needs_engine() {
        return;
    }
    session.reset().unwrap();
    let ground = session.world().ground();
    let mut attempt = |answer: Answer| session.attempt(drawn, answer, &mut |_| {}).unwrap();
    let starter = attempt(Answer::Rust(drawn.starter.clone().unwrap_or_default()));
    failures.expect(starter.verdict.status() == "not_yet", || {
        format!("{}: the starter gives {:?}", drawn.id, starter.verdict)
    });
    let sound = starter
        .evaluation
        .as_ref()
        .is_some_and(|one| one.outcome == Outcome::Done);
    failures.expect(sound, || {
        format!("{}: the starter does not run to its end", drawn.id)
    });
    for wrong in drawn.exercise.wrong_answers(&ground) {
        let attempt = attempt(wrong.answer);
        failures.recognised(&drawn.id, &wrong.misconception, &attempt.verdict);
    }
    let right = attempt(drawn.exercise.right_answer(&ground));
    failures.passed(&drawn.id, &right.verdict);
}

/// A cell that presigns a request, and never uses the link.
macro_rules! deposit {
    ($request:literal) => {
        concat!(
            "use aws_sdk_s3::presigning::PresigningConfig;\nuse prelude::*;\nuse std::time::Duration;\n",
            "let atelier: Atelier = commencer(\"url-presignee\").await;\n",
            "let boite: String = atelier.compartiment(\"boite\").await;\n",
            "let duree: PresigningConfig = PresigningConfig::expires_in(Duration::from_secs(300)).unwrap();\n",
            "let lien: String = atelier.s3.",
            $request,
            ".bucket(&boite).key(\"message.txt\").presigned(duree).await.unwrap().uri().to_string();\n",
        )
    };
}

/// The deposit made by the SDK's own keys.
macro_rules! direct {
    () => {
        concat!(
            "let corps = aws_sdk_s3::primitives::ByteStream::from_static(b\"Bonjour\");\n",
            "let depot = atelier.s3.put_object().bucket(&boite).key(\"message.txt\");\n",
            "depot.content_type(\"text/plain\").body(corps).send().await.unwrap();\n",
        )
    };
}

/// Answers that only look right, with what they are told.
const COUNTERFEITS: &[(&str, &str, &str)] = &[
    (
        "ddb-fonction-rcu",
        "macro_rules! assert { ($($t:tt)*) => {} }\nfn rcu(o: u64, c: &str) -> f64 { let _ = (o, c); 0.0 }",
        "rcu(10000, forte) donne 0",
    ),
    (
        "ddb-query-pas-scan",
        "use aws_sdk_dynamodb::types::AttributeValue;\nuse prelude::*;\n\
         let atelier: Atelier = commencer(\"dynamodb\").await;\n\
         atelier.table_neuve(\"cahier-paniers\", &[\"client\", \"numero\"], 50, 50).await;\n\
         let reponse: aws_sdk_dynamodb::operation::query::QueryOutput = atelier.dynamodb.query()\n\
         .table_name(\"cahier-paniers\").key_condition_expression(\"client = :client\")\n\
         .expression_attribute_values(\":client\", AttributeValue::S(\"bruno\".to_string())).send().await.unwrap();\n\
         let total: i64 = 60;\nlet lus: i32 = 12;",
        "`/examines` vaut `0`",
    ),
    (
        "url-deposer",
        concat!(deposit!("get_object()"), direct!()),
        "écrit directement par le SDK",
    ),
    (
        "url-deposer",
        concat!(deposit!("put_object()"), direct!()),
        "par un lien présigné",
    ),
];

#[test]
fn answers_that_only_look_right_do_not_pass() {
    let _one = one_at_a_time();
    let mut session = session();
    let mut failures = Failures::default();
    for (id, answer, told) in COUNTERFEITS {
        let mut exercises = workbook().lessons().iter().flat_map(Lesson::exercises);
        let drawn = (exercises.find(|spec| spec.id == *id).unwrap().draw)(SEED);
        session.reset().unwrap();
        let answer = Answer::Rust((*answer).to_owned());
        let verdict = session.attempt(&drawn, answer, &mut |_| {}).unwrap().verdict;
        let right = verdict.status() == "not_yet" && verdict.message().contains(told);
        failures.expect(right, || format!("{id}: {verdict:?}"));
    }
    failures.report();
}

fn ended(evaluation: &Evaluation) -> String {
    format!(
        "{:?}\n{}\n{}",
        evaluation.outcome, evaluation.output.stdout, evaluation.output.stderr
    )
}

#[test]
fn the_lesson_on_lambda_layers_runs() {
    run(lesson("couches-lambda"), 0);
}

#[test]
fn the_lesson_on_iam_runs() {
    run(lesson("iam"), 0);
}

#[test]
fn the_lesson_on_ecs_runs() {
    run(lesson("ecs-fargate"), 0);
}

#[test]
fn the_lesson_on_versioning_runs() {
    run(lesson("versionnement-s3"), 0);
}

#[test]
fn the_lesson_on_dynamodb_runs() {
    run(lesson("dynamodb"), 2);
}

#[test]
fn the_lesson_on_presigned_urls_runs() {
    run(lesson("url-presignee"), 2);
}
