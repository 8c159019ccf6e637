//! Mock exams: how a paper is drawn, what a sitting does with answers and time, what a result says.
#![allow(clippy::unwrap_used)]

use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use workbook::Workbook;
use workbook::bank::blueprint;
use workbook::exam::{
    Act, Effect, Ending, Order, Paper, Record, Report, Score, Sitting, State, draw, read_answers,
};

/// A word that no other number has, in letters: what is compared of questions is their words.
fn word(number: usize) -> String {
    let letter = |rank: u32| char::from(b'a' + u8::try_from(number / 20_usize.pow(rank) % 20).unwrap());
    (0..4).map(letter).collect()
}

/// Questions of a lesson: how many for each skill. Every third asks for two options.
fn bank(lesson: &str, skills: &[(&str, usize)], first: usize) -> String {
    let mut text = format!("lecon = \"{lesson}\"\n");
    let mut number = first;
    for (skill, count) in skills {
        for _ in 0..*count {
            let two = number.is_multiple_of(3);
            let asks = if two { " Choisis DEUX réponses." } else { "" };
            let said: Vec<String> = (0..9).map(|part| word(number * 17 + part)).collect();
            let _ = write!(
                text,
                "[[question]]\nid = \"q-{number}\"\ncompetences = [\"{skill}\"]\nniveau = 1\nsource = \"https://exemple.fr/\"\nenonce = \"{}\u{a0}?{asks}\"\noptions = [\n",
                said.join(" ")
            );
            for option in 0..5 {
                let right = option == 0 || (two && option == 1);
                let _ = writeln!(
                    text,
                    "{{ texte = \"{} {}\", juste = {right}, explication = \"{}\" }},",
                    word(number * 31 + option + 7),
                    word(option),
                    if right { "bien" } else { "non" }
                );
            }
            text.push_str("]\n");
            number += 1;
        }
    }
    text
}

fn lesson(id: &str) -> (String, String) {
    let cell = format!("```rust cellule=\"la-{id}\"\nlet a = 1;\n```\n");
    (
        format!("{id}.md"),
        format!("---\nid: {id}\ntitre: Un\nresume: Un.\n---\n\n{cell}"),
    )
}

fn book(banks: &[(&str, &[(&str, usize)])]) -> Workbook {
    let mut files = Vec::new();
    for (rank, (id, skills)) in banks.iter().enumerate() {
        files.push(lesson(id));
        files.push((format!("questions/{id}.toml"), bank(id, skills, rank * 500 + 1)));
    }
    Workbook::load(files).map_err(|error| error.plain()).unwrap()
}

/// Enough questions for two domains of DVA-C02, too few for the third, none for the fourth.
fn large() -> Workbook {
    book(&[
        ("dynamodb", &[("DVA-C02 1.3.1", 30), ("DVA-C02 1.3.2", 30)]),
        ("iam", &[("DVA-C02 2.1.3", 30)]),
        ("ecs-fargate", &[("DVA-C02 3.1.1", 30)]),
    ])
}

fn order(seed: u64) -> Order {
    Order {
        exam: blueprint::exam("DVA-C02").unwrap(),
        seed,
        questions: None,
        minutes: None,
    }
}

fn paper(questions: usize) -> Paper {
    let wanted = Order {
        questions: Some(questions),
        ..order(5)
    };
    draw(large().bank(), &wanted).unwrap()
}

fn ids(paper: &Paper) -> Vec<&str> {
    paper
        .questions
        .iter()
        .map(|asked| asked.question.id.as_str())
        .collect()
}

#[test]
fn a_paper_has_the_length_and_time_of_the_exam_and_the_weights_of_the_covered_domains() {
    let book = large();
    for seed in 0..60 {
        let paper = draw(book.bank(), &order(seed)).unwrap();
        assert_eq!(
            (paper.questions.len(), paper.minutes, paper.seed),
            (65, 130, seed)
        );
        assert_eq!(
            [1, 2, 3, 4].map(|domain| paper.of_domain(domain)),
            [25, 21, 19, 0]
        );
        assert_eq!(ids(&paper).into_iter().collect::<BTreeSet<_>>().len(), 65);
        assert_eq!(paper.uncovered, [4]);
        assert_eq!(
            paper.covered().map(|domain| domain.number).collect::<Vec<_>>(),
            [1, 2, 3]
        );
        let shares: f64 = paper.covered().map(|domain| paper.share(domain)).sum();
        assert!((shares - 100.0).abs() < 1e-9, "{shares}");
    }
}

#[test]
fn the_same_seed_gives_the_same_paper_and_another_seed_another() {
    let book = large();
    let drawn = |seed| draw(book.bank(), &order(seed)).unwrap();
    assert_eq!(drawn(7), drawn(7));
    let (one, other) = (drawn(7), drawn(8));
    assert_ne!(ids(&one), ids(&other));
    // Domains come mixed, as in the exam.
    let domains: Vec<u8> = one.questions.iter().map(|asked| asked.question.domain).collect();
    assert!(!domains.is_sorted(), "{domains:?}");
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for seed in 0..60 {
        seen.extend(ids(&drawn(seed)).into_iter().map(str::to_owned));
    }
    assert_eq!(seen.len(), 120, "each question is drawn by some seed");
}

#[test]
fn a_bank_that_is_too_small_gives_a_shorter_paper_with_the_same_weights() {
    let book = book(&[
        ("dynamodb", &[("DVA-C02 1.3.1", 60)]),
        ("iam", &[("DVA-C02 2.1.3", 5)]),
    ]);
    let paper = draw(book.bank(), &order(1)).unwrap();
    assert_eq!(paper.uncovered, [3, 4]);
    // 32 and 26 of 58: of 13 questions that is 7.2 and 5.8, and of 14 it would be at least six of the five.
    assert_eq!([1, 2].map(|domain| paper.of_domain(domain)), [8, 5]);
    assert_eq!((paper.ordered, paper.minutes), (65, 26));
    let few = Order {
        questions: Some(3),
        minutes: Some(9),
        ..order(1)
    };
    let few = draw(book.bank(), &few).unwrap();
    assert_eq!((few.questions.len(), few.minutes), (3, 9));
    let other = Order {
        exam: blueprint::exam("CLF-C02").unwrap(),
        ..order(1)
    };
    assert_eq!(draw(book.bank(), &other), None);
    assert_eq!(draw(&workbook::bank::Bank::default(), &order(1)), None);
}

#[test]
fn two_questions_that_ask_the_same_are_never_in_one_paper() {
    let one = bank("iam", &[("DVA-C02 2.1.3", 1)], 1);
    let twin = one.replace("q-1\"", "q-2\"").replacen(&word(17), "autre", 1);
    let twin = twin.replace("lecon = \"iam\"\n", "");
    let files = vec![
        lesson("iam"),
        ("questions/iam.toml".to_owned(), format!("{one}{twin}")),
    ];
    let book = Workbook::load(files).map_err(|error| error.plain()).unwrap();
    assert_eq!(book.bank().questions().len(), 2);
    let drawn: BTreeSet<String> = (0..30)
        .map(|seed| {
            let paper = draw(book.bank(), &order(seed)).unwrap();
            assert_eq!(paper.questions.len(), 1);
            paper.questions[0].question.id.clone()
        })
        .collect();
    assert_eq!(drawn.len(), 2, "either may be drawn");
}

const BEGUN: i64 = 1_800_000_000;

fn sitting() -> Sitting {
    Sitting::start(paper(9), BEGUN)
}

#[test]
fn one_option_takes_the_place_of_another_and_of_several_one_must_go_first() {
    let mut sitting = sitting();
    let of = |choose| move |asked: &workbook::exam::Asked| asked.question.choose == choose;
    let single = sitting.paper().questions.iter().position(of(1)).unwrap();
    let double = sitting.paper().questions.iter().position(of(2)).unwrap();
    let act = |sitting: &mut Sitting, act| sitting.act(act, BEGUN);
    act(&mut sitting, Act::Go(single));
    for (letter, chosen) in [('A', "A"), ('C', "C"), ('C', ""), ('B', "B")] {
        assert_eq!(act(&mut sitting, Act::Toggle(letter)), [Effect::Keep]);
        assert_eq!(sitting.chosen(single).iter().collect::<String>(), chosen);
    }
    assert_eq!(act(&mut sitting, Act::Toggle('Z')), []);
    act(&mut sitting, Act::Go(double));
    act(&mut sitting, Act::Toggle('D'));
    assert!(!sitting.is_answered(double), "one of two is no answer yet");
    act(&mut sitting, Act::Toggle('A'));
    assert!(sitting.is_answered(double));
    assert_eq!(act(&mut sitting, Act::Toggle('B')), [Effect::TooMany]);
    assert_eq!(sitting.chosen(double).iter().collect::<String>(), "AD");
    assert_eq!(sitting.answered(), 2);
    act(&mut sitting, Act::Answer(BTreeSet::new()));
    assert_eq!(sitting.answered(), 1);
}

#[test]
fn one_goes_forward_and_back_flags_and_never_leaves_the_paper() {
    let mut sitting = sitting();
    sitting.act(Act::Previous, BEGUN);
    assert_eq!(sitting.position(), 0);
    sitting.act(Act::Flag, BEGUN);
    sitting.act(Act::Next, BEGUN);
    assert!(sitting.is_flagged(0) && !sitting.is_flagged(1));
    sitting.act(Act::Go(700), BEGUN);
    assert_eq!(sitting.position(), 8);
    sitting.act(Act::Next, BEGUN);
    assert_eq!(sitting.position(), 8);
    sitting.act(Act::Go(0), BEGUN);
    sitting.act(Act::Flag, BEGUN);
    assert_eq!(sitting.flagged(), 0);
}

#[test]
fn time_goes_on_while_nobody_looks_and_a_clock_that_is_set_back_gives_none() {
    let mut sitting = sitting();
    let minutes = i64::from(sitting.paper().minutes);
    assert_eq!(sitting.left(BEGUN), minutes * 60);
    sitting.act(Act::Toggle('A'), BEGUN + 60);
    assert_eq!(sitting.left(BEGUN + 60), minutes * 60 - 60);
    // Killed, and resumed five minutes later.
    let (paper, state) = kept(&sitting);
    let mut resumed = Sitting::resume(paper, state).unwrap();
    assert_eq!(resumed, sitting);
    assert_eq!(resumed.left(BEGUN + 360), minutes * 60 - 360);
    resumed.act(Act::Wait, BEGUN + 360);
    // The clock is set back by a day.
    assert_eq!(resumed.left(BEGUN - 86_400), minutes * 60 - 360);
    resumed.act(Act::Flag, BEGUN - 86_400);
    assert_eq!(resumed.left(BEGUN), minutes * 60 - 360);
}

/// What is left of a sitting when the program is killed: what was written last, as JSON.
fn kept(sitting: &Sitting) -> (Paper, State) {
    let paper = serde_json::to_string(sitting.paper()).unwrap();
    let state = serde_json::to_string(sitting.state()).unwrap();
    (
        serde_json::from_str(&paper).unwrap(),
        serde_json::from_str(&state).unwrap(),
    )
}

#[test]
fn when_time_is_up_the_paper_is_handed_in_as_it_is() {
    let mut sitting = sitting();
    let end = sitting.deadline();
    sitting.act(Act::Toggle('A'), BEGUN);
    assert_eq!(sitting.act(Act::Wait, end - 1), []);
    assert_eq!(sitting.ended(), None);
    // The answer that comes too late is not taken.
    assert_eq!(
        sitting.act(Act::Toggle('B'), end + 500),
        [Effect::Keep, Effect::End]
    );
    assert_eq!(sitting.ended(), Some((end, Ending::TimeUp)));
    assert_eq!(sitting.chosen(0).iter().collect::<String>(), "A");
    assert_eq!(sitting.act(Act::Toggle('B'), end + 501), []);
    assert_eq!(sitting.act(Act::GiveUp, end + 501), []);
    assert_eq!(sitting.left(end + 501), 0);
}

#[test]
fn what_was_kept_of_another_paper_is_not_taken_for_this_one() {
    let sitting = sitting();
    let (_, state) = kept(&sitting);
    assert!(Sitting::resume(sitting.paper().clone(), state.clone()).is_some());
    assert!(Sitting::resume(paper(8), state.clone()).is_none());
    let mut written = serde_json::to_value(&state).unwrap();
    for (key, value) in [
        ("position", json!(9)),
        ("flags", json!([9])),
        ("answers", json!([["Z"], [], [], [], [], [], [], [], []])),
        ("seen", json!(0)),
    ] {
        let before = written[key].take();
        written[key] = value;
        let state: State = serde_json::from_value(written.clone()).unwrap();
        assert!(Sitting::resume(sitting.paper().clone(), state).is_none(), "{key}");
        written[key] = before;
    }
    for broken in ["", "{}", "null", "{\"certification\":\"XXX-C01\"}"] {
        assert!(serde_json::from_str::<Paper>(broken).is_err(), "{broken}");
    }
}

/// All right, but for the questions `wrong` names.
fn answers(paper: &Paper, wrong: impl Fn(usize) -> bool) -> Vec<BTreeSet<char>> {
    let questions = paper.questions.iter().enumerate();
    questions
        .map(|(at, asked)| {
            let right = asked.question.right();
            if wrong(at) {
                asked
                    .question
                    .letters()
                    .filter(|one| !right.contains(one))
                    .take(right.len())
                    .collect()
            } else {
                right
            }
        })
        .collect()
}

#[test]
fn a_question_is_right_as_a_whole_or_not_at_all() {
    let paper = paper(65);
    let all = Report::of(&paper, &answers(&paper, |_| false));
    assert_eq!(
        (all.all, all.unanswered),
        (
            Score {
                correct: 65,
                total: 65
            },
            0
        )
    );
    assert_eq!(all.to_read_again(), []);
    let none = Report::of(&paper, &[]);
    assert_eq!(
        (none.all.correct, none.unanswered, none.all.percent()),
        (0, 65, 0)
    );
    let mut half = answers(&paper, |_| false);
    let double = paper
        .questions
        .iter()
        .position(|asked| asked.question.choose == 2)
        .unwrap();
    half[double].pop_first();
    let half_report = Report::of(&paper, &half);
    assert_eq!((half_report.all.correct, half_report.unanswered), (64, 1));
    assert_eq!(half_report.missed().collect::<Vec<_>>(), [double]);
    let mut more = answers(&paper, |_| false);
    more[double] = paper.questions[double].question.letters().collect();
    assert_eq!(Report::of(&paper, &more).all.correct, 64);
    assert_eq!(
        Score {
            correct: 64,
            total: 65
        }
        .percent(),
        98
    );
}

#[test]
fn a_report_adds_up_by_domain_skill_and_lesson_and_says_what_to_read_again() {
    let paper = paper(65);
    let of_iam = |at: usize| paper.questions[at].lesson == "iam";
    let of_ecs = |at: usize| paper.questions[at].lesson == "ecs-fargate";
    let first_of_ecs = (0..65).find(|at| of_ecs(*at));
    let report = Report::of(
        &paper,
        &answers(&paper, |at| of_iam(at) || Some(at) == first_of_ecs),
    );
    assert_eq!(
        report.domains[&2],
        Score {
            correct: 0,
            total: 21
        }
    );
    assert_eq!(
        report.domains[&3],
        Score {
            correct: 18,
            total: 19
        }
    );
    let total = |scores: &mut dyn Iterator<Item = &Score>| scores.map(|score| score.total).sum::<usize>();
    assert_eq!(total(&mut report.domains.values()), 65);
    assert_eq!(total(&mut report.skills.values()), 65);
    let again: Vec<&str> = report.to_read_again().iter().map(|(lesson, _)| *lesson).collect();
    assert_eq!(again, ["iam", "ecs-fargate"]);
}

#[test]
fn what_stays_of_a_sitting_is_its_result_and_its_answers() {
    let mut sitting = sitting();
    assert_eq!(Record::of(&sitting), None);
    let right = sitting.paper().questions[0].question.right();
    sitting.act(Act::Answer(right.clone()), BEGUN + 5);
    sitting.act(Act::HandIn, BEGUN + 9);
    let record = Record::of(&sitting).unwrap();
    assert_eq!((record.correct, record.total, record.ended_at), (1, 9, BEGUN + 9));
    assert_eq!(record.ending, Ending::HandedIn);
    let id = sitting.paper().questions[0].question.id.clone();
    assert_eq!(record.answers, BTreeMap::from([(id, right.iter().collect())]));
    let written = serde_json::to_value(&record).unwrap();
    assert_eq!(
        (&written["kind"], &written["ending"]),
        (&json!("exam_taken"), &json!("handed_in"))
    );
    assert_eq!(serde_json::from_value::<Record>(written).unwrap(), record);
}

#[test]
fn answers_of_a_script_are_read_and_what_is_wrong_with_them_is_told() {
    let paper = paper(9);
    let (id, other) = (ids(&paper)[3].to_owned(), ids(&paper)[4].to_owned());
    let given = read_answers(&paper, &json!({ &id: ["b", " A "], &other: [] })).unwrap();
    assert_eq!(given[3], BTreeSet::from(['A', 'B']));
    assert!(
        given
            .iter()
            .enumerate()
            .all(|(at, chosen)| at == 3 || chosen.is_empty())
    );
    for (document, told) in [
        (json!([]), "pas un objet JSON"),
        (json!(null), "pas un objet JSON"),
        (json!({ &id: "A" }), "liste de lettres"),
        (json!({ &id: ["Z"] }), "contient \"Z\""),
        (json!({ &id: ["AB"] }), "contient \"AB\""),
        (json!({ &id: [1] }), "contient 1"),
        (json!({ &id: [""] }), "contient \"\""),
        (
            json!({ "q-autre": ["A"] }),
            "n’est pas dans cet examen, tiré pour DVA-C02 avec la graine 5",
        ),
    ] {
        let said = read_answers(&paper, &document).unwrap_err();
        assert!(said.contains(told), "{document}: {said}");
    }
}
