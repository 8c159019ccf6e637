//! Every cell and every exercise of the lessons, run for real: cells print what the lesson promises, right
//! answers pass, starters do not, and each listed wrong answer is told apart by its own feedback.
#![allow(clippy::unwrap_used)]

#[path = "support/slot.rs"]
mod slot;

use slot::slot;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use cahier::author::check::{Order, verify};
use cahier::author::lint::counts::Counts;
use cahier::author::proofs::{Bench, Place, ground};
use cahier::author::{Desk, File, Finding, Report};
use cahier::lessons;
use engine::prepare;
use workbook::Workbook;
use workbook::bank::{EXAMS, Question, QuestionOption};
use workbook::evidence::Answer;
use workbook::lesson::Lesson;

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

/// What is found in the lessons, but for what needs the compiler.
fn checked() -> &'static Report {
    static REPORT: OnceLock<Report> = OnceLock::new();
    REPORT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons");
        let order = Order {
            only: None,
            bench: None,
            progress: &|_| {},
        };
        verify(&Desk::open(Some(&folder)).unwrap(), &order)
    })
}

/// The first words of the operations that lessons send.
const VERBS: [&str; 25] = [
    "abort",
    "add",
    "assume",
    "attach",
    "batch",
    "complete",
    "copy",
    "create",
    "delete",
    "deregister",
    "describe",
    "get",
    "head",
    "invoke",
    "list",
    "publish",
    "put",
    "query",
    "register",
    "run",
    "scan",
    "simulate",
    "stop",
    "transact",
    "update",
];

/// The operations that a lesson's text sends: `client.get_item()…send()`.
fn sent(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(".send()").filter_map(|(at, _)| {
        let statement = text[..at].rsplit([';', '{', '}']).next()?;
        let mut calls = statement
            .split('.')
            .filter_map(|call| call.trim_end().strip_suffix("()"));
        calls.find(|call| VERBS.iter().any(|verb| call.split('_').next() == Some(verb)))
    })
}

#[test]
fn what_lessons_send_is_compiled_with_the_prelude() {
    let list = include_str!("../src/prelude/src/operations.rs");
    let listed: BTreeSet<_> = list
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .collect();
    let texts: Vec<_> = lessons::embedded();
    let all: BTreeSet<_> = texts.iter().flat_map(|(_, text)| sent(text)).collect();
    assert!(all.len() > 60, "{}: {all:?}", all.len());
    let missing: Vec<_> = all.difference(&listed).collect();
    assert!(
        missing.is_empty(),
        "put into src/prelude/src/operations.rs: {missing:?}"
    );
}

#[test]
fn form_language_and_native_answers_of_everything_are_in_order() {
    let mut failures = Failures::default();
    failures.take(checked().failures.clone());
    failures.report();
}

#[test]
fn each_lesson_holds_what_a_course_needs() {
    let mut failures = Failures::default();
    for lesson in workbook().lessons() {
        let mut counts = Counts::default();
        counts.add(lesson);
        let questions = workbook().bank().of_lesson(&lesson.id).count();
        let enough = counts.cells >= 10 && counts.exercises >= 14 && counts.kinds.len() >= 5;
        failures.expect(enough && questions >= 35, || {
            format!("{}: {counts:?}, {questions} questions", lesson.id)
        });
        for drawn in lesson.exercises().map(|exercise| (exercise.draw)(SEED)) {
            failures.expect(drawn.hints.len() >= 3, || {
                format!("{}: {} hints", drawn.id, drawn.hints.len())
            });
            let wrong = drawn.exercise.wrong_answers(&ground()).len();
            // A choice of three has two wrong options; these two lessons have none.
            let least = if ["dynamodb", "url-presignee"].contains(&lesson.id.as_str()) {
                3
            } else {
                2
            };
            failures.expect(wrong >= least, || {
                format!("{}: {wrong} wrong answers listed", drawn.id)
            });
        }
    }
    let counts = &checked().counts;
    let enough = counts.exercises >= 90 && counts.seeded >= 45 && counts.questions >= 200;
    failures.expect(enough, || format!("{counts:?}"));
    failures.report();
}

#[test]
fn the_bank_is_spread_over_the_exams_and_the_levels() {
    let bank = workbook().bank();
    let mut failures = Failures::default();
    for exam in EXAMS {
        let count = bank.of_exam(exam).count();
        failures.expect(count >= 65, || format!("{}: {count} questions", exam.code));
    }
    let all = bank.questions();
    let share = |part: usize| part * 100 / all.len();
    let multiple = share(all.iter().filter(|question| question.choose() > 1).count());
    failures.expect((22..=40).contains(&multiple), || format!("{multiple} % multiple"));
    for level in 1..=3 {
        let part = share(all.iter().filter(|question| question.level == level).count());
        failures.expect((25..=42).contains(&part), || format!("level {level}: {part} %"));
    }
    let singles: Vec<_> = all.iter().filter(|question| question.choose() == 1).collect();
    let longest = singles
        .iter()
        .filter(|question| longest_is_right(question))
        .count();
    failures.expect(longest * 100 / singles.len() <= 35, || {
        format!("the longest option is right in {longest} of {}", singles.len())
    });
    failures.report();
}

fn longest_is_right(question: &Question) -> bool {
    let length = |option: &QuestionOption| option.text.chars().count();
    let options = question.options.iter();
    options
        .max_by_key(|option| length(option))
        .is_some_and(|option| option.right)
}

/// One preparation for all tests, made when it is missing.
fn prepared() -> PathBuf {
    let folder = prepare::folder(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("data"));
    prepare::prepare(&folder, Path::new(env!("CARGO_BIN_EXE_cahier")), &mut |_| {}).unwrap();
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

/// Runs a lesson's demo cells and scripts in order, then its Rust exercises and the programs of its predictions.
fn run(lesson: &Lesson) {
    let _slot = slot();
    let mut failures = Failures::default();
    let proof = bench().prove(&file(lesson), lesson, &|_| {}).unwrap();
    failures.expect(proof.plots >= 2, || {
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
    run(lesson("couches-lambda"));
}

#[test]
fn the_lesson_on_iam_runs() {
    run(lesson("iam"));
}

#[test]
fn the_lesson_on_ecs_runs() {
    run(lesson("ecs-fargate"));
}

#[test]
fn the_lesson_on_versioning_runs() {
    run(lesson("versionnement-s3"));
}

#[test]
fn the_lesson_on_dynamodb_runs() {
    run(lesson("dynamodb"));
}

#[test]
fn the_lesson_on_presigned_urls_runs() {
    run(lesson("url-presignee"));
}
