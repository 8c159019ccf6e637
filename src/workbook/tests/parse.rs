//! Lessons as authors write them, right and wrong.
#![allow(clippy::unwrap_used)]

use workbook::evidence::{Answer, Evidence};
use workbook::lesson::Block;
use workbook::parse::{self, LessonError};
use workbook::verdict::Verdict;
use workbook::{Workbook, exercise::Value};

const SAMPLE: &str = include_str!("exemple.md");

fn refused(text: &str) -> LessonError {
    match parse::lesson("exemple.md", text) {
        Ok(_) => panic!("accepted"),
        Err(error) => error,
    }
}

fn line_of(text: &str, needle: &str) -> usize {
    text[..text.find(needle).unwrap()].matches('\n').count() + 1
}

#[test]
fn the_sample_is_read_in_full() {
    let lesson = parse::lesson("exemple.md", SAMPLE).unwrap();
    assert_eq!(
        (lesson.id.as_str(), lesson.title.as_str()),
        ("exemple", "Une leçon d’essai")
    );
    assert_eq!(lesson.summary, "Un bloc de chaque sorte.");
    let titles: Vec<&str> = lesson
        .sections
        .iter()
        .map(|section| section.title.as_str())
        .collect();
    assert_eq!(titles, ["", "Calculer", "Suite"]);
    let Block::Prose(prose) = &lesson.sections[0].blocks[0] else {
        panic!("no prose")
    };
    assert!(
        prose.starts_with("# Une leçon") && prose.ends_with("```"),
        "{prose}"
    );
    let cell = lesson.cells().next().unwrap();
    assert_eq!(cell.source, "println!(\"bonjour\");\n");
    assert_eq!(cell.expected.as_deref(), Some("bonjour\n"));
    assert_eq!(cell.line, line_of(SAMPLE, "```rust cellule"));
    let exercise = lesson.exercises().next().unwrap();
    assert_eq!((exercise.kind, exercise.seeded), ("number", true));
    assert_eq!(exercise.line, line_of(SAMPLE, "```toml exercice"));
}

#[test]
fn a_drawn_exercise_fills_its_texts_and_hides_computed_values() {
    let lesson = parse::lesson("exemple.md", SAMPLE).unwrap();
    let spec = lesson.exercises().next().unwrap();
    for seed in 0..500 {
        let drawn = (spec.draw)(seed);
        let Value::Number(reads) = drawn.parameters["lectures"] else {
            panic!("a text")
        };
        assert!(
            drawn.statement.contains(&format!("sert {reads} lectures")),
            "{}",
            drawn.statement
        );
        assert!(!drawn.parameters.contains_key("unites"));
        assert!(!drawn.statement.contains("@{"));
        assert_eq!(drawn.hints.len(), 3);
        assert!(drawn.hints[2].starts_with("Ici") && drawn.hints[2].contains("/ 4"));
        assert!((drawn.max_score - 2.0).abs() < f64::EPSILON);
        assert_eq!(drawn.statement, (spec.draw)(seed).statement);
    }
}

#[test]
fn the_right_answer_passes_and_each_wrong_one_gets_its_own_feedback() {
    let lesson = parse::lesson("exemple.md", SAMPLE).unwrap();
    let spec = lesson.exercises().next().unwrap();
    for seed in 0..500 {
        let drawn = (spec.draw)(seed);
        let judge = |answer| {
            drawn.exercise.judge(&Evidence {
                answer: Some(answer),
                ..Evidence::default()
            })
        };
        let right = drawn.exercise.right_answer(&Evidence::default());
        let verdict = judge(right.clone());
        assert_eq!(verdict.status(), "passed");
        assert!(verdict.message().contains("RCU."), "{verdict:?}");
        assert_eq!(
            judge(Answer::Text(format!("{}rcu", right.text()))).status(),
            "passed"
        );
        let wrong = drawn.exercise.wrong_answers(&Evidence::default());
        assert_eq!(wrong.len(), 2);
        for wrong in wrong {
            assert_eq!(
                judge(wrong.answer).misconception(),
                Some(wrong.misconception.as_str())
            );
        }
        assert!(
            matches!(judge(Answer::Text("0,5 WCU".into())), Verdict::Unreadable(text) if text.contains("`RCU`"))
        );
        let far = judge(Answer::Text("99999999".into()));
        assert!(far.message().contains("beaucoup trop grand"), "{far:?}");
    }
}

#[test]
fn units_convert() {
    let lesson = parse::lesson("exemple.md", SAMPLE).unwrap();
    let drawn = (lesson.exercises().next().unwrap().draw)(3);
    let right: f64 = drawn
        .exercise
        .right_answer(&Evidence::default())
        .text()
        .parse()
        .unwrap();
    let answer = Some(Answer::Text(format!("{} kRCU", right / 1000.0)));
    assert_eq!(
        drawn
            .exercise
            .judge(&Evidence {
                answer,
                ..Evidence::default()
            })
            .status(),
        "passed"
    );
}

#[test]
fn line_ends_marks_and_tildes_do_not_matter() {
    let tildes = SAMPLE
        .replace("````markdown", "~~~markdown")
        .replace("\n````\n", "\n~~~\n");
    let windows = format!("\u{feff}{}", SAMPLE.replace('\n', "\r\n"));
    for text in [tildes, windows] {
        let lesson = parse::lesson("exemple.md", &text).unwrap();
        assert_eq!(lesson.cells().next().unwrap().source, "println!(\"bonjour\");\n");
        assert_eq!(lesson.exercises().count(), 1);
    }
}

#[test]
fn all_mistakes_of_a_file_are_reported_at_once() {
    let text = SAMPLE
        .replace("cellule=", "celule=")
        .replace("sert @{lectures}", "sert @{x}")
        .replace("id = \"taille", "idd = \"taille");
    let error = refused(&text);
    assert!(error.mistakes().len() >= 4, "{}", error.plain());
    let first = &error.mistakes()[0];
    assert_eq!(
        (first.file.as_str(), first.line, first.column),
        ("exemple.md", 19, 9)
    );
    let lines: Vec<usize> = error.mistakes().iter().map(|mistake| mistake.line).collect();
    assert!(lines.is_sorted(), "{lines:?}");
}

#[test]
fn ids_are_unique_over_all_lessons() {
    let second = SAMPLE
        .replace("id: exemple", "id: autre")
        .replace("exercice=\"exemple-rcu\"", "exercice=\"autre-rcu\"");
    let second = second.replace("=\"exemple-rcu\"", "=\"autre-rcu\"");
    let load = |second: &str| {
        Workbook::load(vec![
            ("1.md".into(), SAMPLE.into()),
            ("2.md".into(), second.into()),
        ])
    };
    let error = load(&second).err().unwrap();
    let places: Vec<_> = error
        .mistakes()
        .iter()
        .map(|mistake| (mistake.file.as_str(), mistake.line))
        .collect();
    assert_eq!(places, [("2.md", 19)]);
    assert!(error.plain().contains("déjà pris dans 1.md"), "{}", error.plain());
    let book = load(&second.replace("exemple-bonjour", "autre-bonjour")).unwrap();
    assert_eq!(book.lessons().len(), 2);
    assert_eq!(book.exercise("autre-rcu").unwrap().0.id, "autre");
    assert_eq!(book.nearest_exercise("autre-rcus"), Some("autre-rcu"));
    assert!(book.lesson("absente").is_none());
}

#[test]
fn errors_of_several_files_are_reported_together() {
    let error = Workbook::load(vec![("1.md".into(), "a".into()), ("2.md".into(), "b".into())])
        .err()
        .unwrap();
    assert_eq!(error.mistakes().len(), 2);
    assert!(error.plain().contains("1.md:1:1") && error.plain().contains("2.md:1:1"));
}

#[test]
fn no_truncation_of_a_lesson_makes_the_parser_panic() {
    let mut accepted = 0;
    for end in (0..SAMPLE.len())
        .filter(|end| SAMPLE.is_char_boundary(*end))
        .step_by(3)
    {
        accepted += usize::from(parse::lesson("exemple.md", &SAMPLE[..end]).is_ok());
    }
    assert!(accepted > 0);
}

#[test]
fn a_huge_lesson_is_read_in_reasonable_time() {
    let mut text = SAMPLE.to_owned();
    for number in 0..3_000 {
        let cell = format!("\nTexte {number}.\n\n```rust cellule=\"c-{number}\"\nlet x = {number};\n```\n");
        text.push_str(&cell);
    }
    let start = std::time::Instant::now();
    let lesson = parse::lesson("exemple.md", &text).unwrap();
    assert_eq!(lesson.cells().count(), 3_001);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
