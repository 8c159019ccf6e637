//! Lessons made for one exercise, shared by the tests.
#![allow(clippy::unwrap_used, dead_code)]

pub(crate) mod scripted;

use workbook::evidence::{Answer, Evidence};
use workbook::exercise::Drawn;
use workbook::parse;
use workbook::verdict::Verdict;

/// A lesson with one exercise, `e`.
pub(crate) fn text(settings: &str, statement: &str, middle: &str, end: &str) -> String {
    let header = "---\nid: essai\ntitre: Essai\nresume: Un essai.\n---\n\n";
    let hint = "```markdown indice=\"e\"\nUn indice.\n```\n\n";
    format!(
        "{header}```toml exercice=\"e\"\n{settings}\n```\n\n{statement}\n\n{middle}\n\n{}{end}\n\n```markdown corrige=\"e\"\nLe corrigé.\n```\n",
        hint.repeat(3)
    )
}

/// The exercise of such a lesson, for a seed.
pub(crate) fn drawn(lesson: &str, seed: u64) -> Drawn {
    match parse::lesson("essai.md", lesson) {
        Ok(lesson) => (lesson.exercises().next().unwrap().draw)(seed),
        Err(error) => panic!("{}\n{lesson}", error.plain()),
    }
}

/// The mistakes of such a lesson.
pub(crate) fn mistakes(lesson: &str) -> String {
    parse::lesson("essai.md", lesson).err().unwrap().plain()
}

/// The verdict on a typed answer.
pub(crate) fn judge(drawn: &Drawn, answer: &str, ground: &Evidence) -> Verdict {
    let answer = Some(Answer::Text(answer.to_owned()));
    drawn.exercise.judge(&Evidence {
        answer,
        ..ground.clone()
    })
}

/// The right answer passes, and every listed wrong one gets its own feedback.
pub(crate) fn assert_sound(drawn: &Drawn, ground: &Evidence) {
    let right = drawn.exercise.right_answer(ground);
    let verdict = judge(drawn, right.text(), ground);
    assert_eq!(
        verdict,
        Verdict::Passed("Le corrigé.".to_owned()),
        "seed {} {right:?}",
        drawn.seed
    );
    for wrong in drawn.exercise.wrong_answers(ground) {
        let verdict = judge(drawn, wrong.answer.text(), ground);
        assert_eq!(
            verdict.misconception(),
            Some(wrong.misconception.as_str()),
            "seed {} {wrong:?} {verdict:?}",
            drawn.seed
        );
        assert!(verdict.score(drawn.max_score) < drawn.max_score);
    }
}
