//! What a sitting does with answers and time.

use super::{BEGUN, paper, sitting};
use serde_json::json;
use std::collections::BTreeSet;
use workbook::exam::{Act, Effect, Ending, Paper, Sitting, State};

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
