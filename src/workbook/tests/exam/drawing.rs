//! How a paper is drawn.

use super::{bank, book, ids, large, lesson, order, word};
use std::collections::BTreeSet;
use workbook::Workbook;
use workbook::bank::blueprint;
use workbook::exam::{Order, draw};

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
