//! Every cell and every exercise of the lessons, run for real: cells print what the lesson promises, right
//! answers pass, starters do not, and each listed wrong answer is told apart by its own feedback.
#![allow(clippy::unwrap_used)]

#[path = "support/slot.rs"]
mod slot;

use slot::slot;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use cahier::author::proofs::{self, Bench, Place, ground};
use cahier::author::{File, Finding};
use cahier::lessons;
use engine::prepare;
use workbook::Workbook;
use workbook::evidence::Answer;
use workbook::lesson::{ExerciseSpec, Lesson};

/// The seed that exercises are looked at with.
const SEED: u64 = 7;

fn workbook() -> &'static Workbook {
    static WORKBOOK: OnceLock<Workbook> = OnceLock::new();
    WORKBOOK.get_or_init(|| Workbook::load(lessons::embedded()).unwrap())
}

fn lesson(id: &str) -> &'static Lesson {
    workbook().lesson(id).unwrap()
}

/// The file that a lesson was read from.
fn file(lesson: &Lesson) -> File {
    let mut files = lessons::embedded().into_iter();
    let (name, text) = files.find(|(name, _)| *name == lesson.file).unwrap();
    File::new(name, text.into_bytes())
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

    fn take(&mut self, findings: Vec<Finding>) {
        let line = |one: Finding| format!("{}:{}: {} [{}]", one.file, one.line, one.message, one.rule);
        self.0.extend(findings.into_iter().map(line));
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
    for lesson in workbook().lessons() {
        failures.take(proofs::native(&file(lesson), lesson));
    }
    failures.report();
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

/// An engine over a simulator whose clock stands still but for what cells advance.
fn bench() -> Bench {
    let place = Place {
        program: PathBuf::from(env!("CARGO_BIN_EXE_cahier")),
        data: PathBuf::from(env!("CARGO_TARGET_TMPDIR")),
        prepared: prepared(),
    };
    Bench::open(&place).unwrap()
}

/// Runs a lesson's demo cells in order, then its Rust exercises.
fn run(lesson: &Lesson, plots: usize) {
    let _slot = slot();
    let mut failures = Failures::default();
    let proof = bench().prove(&file(lesson), lesson, &|_| {}).unwrap();
    failures.expect(proof.plots >= plots, || {
        format!("{}: {} plots", lesson.id, proof.plots)
    });
    failures.take(proof.failures);
    failures.report();
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
    let _slot = slot();
    let mut bench = bench();
    let mut failures = Failures::default();
    for (id, answer, told) in COUNTERFEITS {
        let mut exercises = workbook().lessons().iter().flat_map(Lesson::exercises);
        let drawn = (exercises.find(|spec| spec.id == *id).unwrap().draw)(SEED);
        let answer = Answer::Rust((*answer).to_owned());
        let verdict = bench.attempt(&drawn, answer).unwrap();
        let right = verdict.status() == "not_yet" && verdict.message().contains(told);
        failures.expect(right, || format!("{id}: {verdict:?}"));
    }
    failures.report();
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
