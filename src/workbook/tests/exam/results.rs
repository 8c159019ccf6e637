//! What a result says.

use super::{BEGUN, ids, paper, sitting};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use workbook::exam::{Act, Ending, Paper, Record, Report, Score, read_answers};

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
