//! Which tasks go.

use std::collections::{BTreeMap, VecDeque};

use time::OffsetDateTime;

use super::state::Held;

/// Which of a deployment's tasks go when `count` of them do, but for those that are protected: first those that do not count as healthy (the latest ones first),
/// then, as AWS keeps availability zones in balance, always one of the zone that has the most, the longest running first.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html>
pub(super) fn surplus<'a>(
    tasks: impl Iterator<Item = (&'a String, &'a Held)>,
    count: usize,
    now: OffsetDateTime,
) -> Vec<String> {
    let (mut healthy, mut others) = (Vec::new(), Vec::new());
    for (id, held) in tasks.filter(|(_, held)| held.protected.is_none_or(|until| until <= now)) {
        if held.is_healthy(now) {
            healthy.push((held.started, id, held));
        } else {
            others.push((held.order, id));
        }
    }
    others.sort_unstable_by(|one, other| other.cmp(one));
    let mut chosen: Vec<String> = others.into_iter().map(|(_, id)| id.clone()).collect();
    if chosen.len() < count {
        healthy.sort_unstable_by_key(|(started, id, held)| (*started, held.order, *id));
        let mut zones: BTreeMap<&str, VecDeque<&String>> = BTreeMap::new();
        for (_, id, held) in healthy {
            zones.entry(&held.zone).or_default().push_back(id);
        }
        while chosen.len() < count {
            // Of zones with as many, the first by name.
            let fullest = zones.values_mut().rev().max_by_key(|ids| ids.len());
            let Some(id) = fullest.and_then(VecDeque::pop_front) else {
                break;
            };
            chosen.push(id.clone());
        }
    }
    chosen.truncate(count);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::Duration;

    const NOON: OffsetDateTime = time::macros::datetime!(2026-11-22 12:00 UTC);

    fn held(order: u64, zone: &str, started: Option<i64>) -> Held {
        Held {
            order,
            zone: zone.to_owned(),
            started: started.map(|seconds| NOON - Duration::seconds(seconds)),
            ..Held::default()
        }
    }

    #[test]
    fn what_does_not_run_yet_goes_first_then_the_fullest_zone_loses_its_oldest() {
        let tasks: BTreeMap<String, Held> = [
            ("a", held(1, "a", Some(500))),
            ("b", held(2, "a", Some(400))),
            ("c", held(3, "a", Some(300))),
            ("d", held(4, "b", Some(900))),
            ("e", held(5, "b", None)),
            ("f", held(6, "b", Some(10))),
        ]
        .map(|(id, held)| (id.to_owned(), held))
        .into();
        let surplus = |count| surplus(tasks.iter(), count, NOON).concat();
        assert_eq!(surplus(0), "");
        assert_eq!(surplus(2), "fe");
        assert_eq!(surplus(3), "fea");
        assert_eq!(surplus(5), "feabc");
        assert_eq!(surplus(99), "feabcd");
    }

    #[test]
    fn a_protected_task_stays_until_its_time_is_over() {
        let mut kept = held(1, "a", Some(500));
        kept.protected = Some(NOON + Duration::seconds(1));
        let tasks: BTreeMap<String, Held> = [("a", kept), ("b", held(2, "a", Some(400)))]
            .map(|(id, held)| (id.to_owned(), held))
            .into();
        assert_eq!(surplus(tasks.iter(), 2, NOON), ["b"]);
        assert_eq!(surplus(tasks.iter(), 2, NOON + Duration::seconds(1)), ["a", "b"]);
    }
}
