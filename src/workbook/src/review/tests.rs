//! When things come back, and by which exercise.

use super::{Card, DAY, Subject, Traps, cards, due};
use crate::progress::{Event, EventKind};

const HOUR: i64 = 3600;

fn attempt(at: i64, exercise: &str, status: &str, misconception: Option<&str>) -> Event {
    Event {
        at,
        kind: EventKind::Attempt {
            exercise: exercise.to_owned(),
            seed: 1,
            status: status.to_owned(),
            score: 0.0,
            misconception: misconception.map(str::to_owned),
        },
    }
}

fn passed(at: i64, exercise: &str) -> Event {
    attempt(at, exercise, "passed", None)
}

fn hint(at: i64, exercise: &str) -> Event {
    let exercise = exercise.to_owned();
    Event {
        at,
        kind: EventKind::Hint { exercise, level: 1 },
    }
}

fn traps() -> Traps {
    let both = vec!["a".to_owned(), "b".to_owned()];
    Traps::from([("arrondi".to_owned(), both)])
}

fn card(events: &[Event], exercise: &str) -> Card {
    let subject = Subject::Exercise(exercise.to_owned());
    let found = cards(events, &traps())
        .into_iter()
        .find(|card| card.subject == subject);
    found.unwrap_or_else(|| panic!("{exercise} has no card"))
}

fn names(found: &[&Card]) -> Vec<String> {
    found.iter().map(|card| card.exercise.clone()).collect()
}

#[test]
fn what_is_passed_again_and_again_comes_back_ever_later() {
    let mut events = vec![passed(0, "a")];
    let mut waits = Vec::new();
    for _ in 0..5 {
        let now = card(&events, "a");
        waits.push(now.due_at - now.reviewed_at);
        events.push(passed(now.due_at, "a"));
    }
    assert!(waits[0] >= DAY, "{waits:?}");
    assert!(waits.windows(2).all(|pair| pair[0] < pair[1]), "{waits:?}");
    assert!(waits[4] > 30 * DAY, "{waits:?}");
}

#[test]
fn what_was_hard_comes_back_sooner_than_what_was_easy_and_what_was_not_known_at_once() {
    let easy = card(&[passed(0, "a")], "a");
    let helped = card(&[hint(0, "a"), passed(60, "a")], "a");
    let second = card(&[attempt(0, "a", "not_yet", None), passed(60, "a")], "a");
    let wrong = card(&[attempt(0, "a", "not_yet", None)], "a");
    assert!(helped.due_at < easy.due_at && second.due_at == helped.due_at);
    assert!(wrong.due_at < HOUR, "{wrong:?}");
    assert_eq!(second.reviews, 1);
}

#[test]
fn an_answer_that_tells_nothing_of_what_is_known_plays_no_part() {
    for status in ["unreadable", "unverifiable", "does_not_compile"] {
        assert_eq!(cards(&[attempt(0, "a", status, None)], &traps()), []);
    }
    assert_eq!(cards(&[hint(0, "a")], &traps()), []);
    let after = [passed(0, "a"), hint(60, "a"), attempt(120, "a", "not_yet", None)];
    assert_eq!(
        card(&after, "a").due_at - 120,
        card(&[passed(0, "a")], "a").due_at
    );
}

#[test]
fn a_misconception_comes_back_by_the_other_exercise_that_knows_it_until_it_is_avoided() {
    let mut events = vec![attempt(0, "a", "not_yet", Some("arrondi"))];
    let all = cards(&events, &traps());
    let found = due(&all, HOUR);
    assert_eq!(found[0].subject, Subject::Misconception("arrondi".to_owned()));
    assert_eq!(names(&found), ["b", "a"]);
    // On the same day it is put off to another one; the day after, it is avoided for good.
    events.push(passed(2 * HOUR, "b"));
    let mistake = |events: &[Event]| {
        let mut all = cards(events, &traps()).into_iter();
        all.find(|card| matches!(card.subject, Subject::Misconception(_)))
            .unwrap_or_else(|| panic!("{events:?}"))
    };
    let put_off = mistake(&events);
    assert!(put_off.due_at >= DAY && !put_off.known, "{put_off:?}");
    events.push(passed(DAY, "b"));
    assert!(mistake(&events).known && mistake(&events).due_at > put_off.due_at);
    events.push(attempt(30 * DAY, "b", "not_yet", Some("arrondi")));
    let all = cards(&events, &traps());
    assert_eq!(names(&due(&all, 31 * DAY))[0], "a");
}

#[test]
fn what_was_passed_after_failures_rests_until_another_day() {
    let fail = |at| attempt(at, "a", "not_yet", Some("arrondi"));
    let events = [fail(0), fail(60), fail(90), passed(120, "a")];
    assert_eq!(
        names(&due(&cards(&events, &traps()), 3 * HOUR)),
        Vec::<String>::new()
    );
    assert!(card(&events, "a").due_at <= 3 * DAY);
}

#[test]
fn misconceptions_come_first_and_no_exercise_twice() {
    let events = [
        passed(0, "c"),
        attempt(0, "a", "not_yet", Some("arrondi")),
        attempt(0, "b", "not_yet", None),
    ];
    let all = cards(&events, &traps());
    assert_eq!(names(&due(&all, 40 * DAY)), ["b", "a", "c"]);
    assert_eq!(names(&due(&all, 0)), Vec::<String>::new());
}

#[test]
fn other_values_come_back_each_time_and_the_same_until_then() {
    let once = card(&[passed(0, "a")], "a");
    let twice = card(&[passed(0, "a"), passed(9 * DAY, "a")], "a");
    assert_eq!(once.seed(7), card(&[passed(50, "a")], "a").seed(7));
    assert_ne!(once.seed(7), twice.seed(7));
    assert_ne!(once.seed(7), once.seed(8));
    assert!(once.seed(7) < 1 << 53);
}

#[test]
fn what_was_reset_or_given_up_is_forgotten_or_comes_back() {
    let reset = |exercise: Option<&str>| Event {
        at: 9,
        kind: EventKind::Reset {
            exercise: exercise.map(str::to_owned),
        },
    };
    let events = [passed(0, "a"), passed(1, "c"), reset(Some("a"))];
    assert_eq!(cards(&events, &traps()).len(), 1);
    assert_eq!(cards(&[passed(0, "a"), reset(None)], &traps()), []);
    let given_up = Event {
        at: 5,
        kind: EventKind::SolutionSeen {
            exercise: "a".to_owned(),
            abandoned: true,
        },
    };
    assert!(card(&[given_up], "a").due_at < HOUR);
}

#[test]
fn what_is_known_fades_with_the_days() {
    let one = card(&[passed(0, "a")], "a");
    let known = |days| one.retrievability(days * DAY);
    assert!(known(0) > 0.99 && known(1) > known(10) && known(10) > known(100));
    assert!((one.retrievability(one.due_at) - 0.9).abs() < 0.05);
}

#[test]
fn days_in_a_row_end_today_or_yesterday() {
    let events = [
        passed(0, "a"),
        passed(DAY, "a"),
        passed(2 * DAY + 5, "b"),
        hint(4 * DAY, "a"),
    ];
    for (now, days) in [(2 * DAY + 9, 3), (3 * DAY, 3), (4 * DAY, 0), (DAY, 2)] {
        assert_eq!(super::days_in_a_row(&events, now), days, "{now}");
    }
}

#[test]
fn a_clock_that_was_set_back_does_no_harm() {
    let events = [passed(10 * DAY, "a"), passed(0, "a"), passed(20 * DAY, "a")];
    assert!(card(&events, "a").due_at > 20 * DAY);
}
