//! Target tracking: when a metric has been off its target for long enough, and what capacity brings it back.
//!
//! A few consecutive minutes above the target scale out; fifteen well below it scale in.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html>

/// Minutes below.
pub(super) const IN: i64 = 15;

/// Which alarm a policy has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alarm {
    /// The metric is above its target.
    High,
    /// It is far enough below.
    Low,
}

impl Alarm {
    /// How the alarm's name says it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::High => "AlarmHigh",
            Self::Low => "AlarmLow",
        }
    }
}

/// What a policy tracks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tracking {
    /// The target, in percent.
    pub(super) target: f64,
    /// Below this, it is time to scale in.
    pub(super) low: f64,
    /// The minutes above the target that scaling out takes.
    pub(super) out: i64,
}

impl Tracking {
    /// The alarm after this minute, and the metric to go by. `known` is the first minute that counts; a minute without
    /// data raises no alarm.
    pub(super) fn alarm(
        self,
        minute: i64,
        known: i64,
        metric: impl Fn(i64) -> Option<f64>,
    ) -> Option<(Alarm, f64)> {
        let last = |count: i64| {
            let full = minute - count + 1 >= known;
            let values = || {
                (minute - count + 1..=minute)
                    .map(&metric)
                    .collect::<Option<Vec<f64>>>()
            };
            full.then(values).flatten()
        };
        if let Some(values) = last(self.out)
            && values.iter().all(|value| *value > self.target)
        {
            return values.last().map(|value| (Alarm::High, *value));
        }
        let values = last(IN).filter(|values| values.iter().all(|value| *value < self.low))?;
        Some((Alarm::Low, values.into_iter().fold(0.0, f64::max)))
    }

    /// The capacity at which a metric, now at `value` with `capacity`, would be at its target.
    pub(super) fn capacity(self, capacity: i64, value: f64) -> i64 {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "capacities are small"
        )]
        let needed = (capacity as f64 * value / self.target - 1e-9).ceil() as i64;
        needed
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const TRACKING: Tracking = Tracking {
        target: 70.0,
        low: 50.0,
        out: 2,
    };

    fn alarm(values: &[f64]) -> Option<(Alarm, f64)> {
        let last = i64::try_from(values.len()).unwrap() - 1;
        TRACKING.alarm(last, 0, |minute| {
            values.get(usize::try_from(minute).unwrap()).copied()
        })
    }

    #[test]
    fn two_minutes_above_the_target_scale_out_by_the_last_one() {
        assert_eq!(alarm(&[80.0]), None);
        assert_eq!(alarm(&[80.0, 70.0]), None, "the target itself is not above");
        assert_eq!(alarm(&[10.0, 80.0, 150.0]), Some((Alarm::High, 150.0)));
        assert_eq!(TRACKING.capacity(10, 150.0), 22);
        assert_eq!(TRACKING.capacity(10, 140.0), 20);
    }

    #[test]
    fn fifteen_minutes_well_below_scale_in_by_the_highest() {
        let mut values = vec![10.0; 14];
        assert_eq!(alarm(&values), None);
        values.push(49.9);
        assert_eq!(alarm(&values), Some((Alarm::Low, 49.9)));
        values.push(50.0);
        assert_eq!(alarm(&values), None, "twenty points below are the edge");
        assert_eq!(TRACKING.capacity(100, 49.9), 72);
        assert_eq!(TRACKING.capacity(100, 0.0), 0);
    }

    #[test]
    fn minutes_before_the_policy_do_not_count() {
        assert_eq!(TRACKING.alarm(20, 7, |_| Some(0.0)), None);
        assert_eq!(TRACKING.alarm(21, 7, |_| Some(0.0)), Some((Alarm::Low, 0.0)));
        assert_eq!(TRACKING.alarm(7, 7, |_| Some(90.0)), None);
    }
    #[test]
    fn a_minute_without_data_is_neither_high_nor_low() {
        let but = |missing: i64, value: f64| move |minute: i64| (minute != missing).then_some(value);
        assert_eq!(TRACKING.alarm(20, 0, but(20, 90.0)), None);
        assert_eq!(TRACKING.alarm(20, 0, but(18, 90.0)), Some((Alarm::High, 90.0)));
        assert_eq!(TRACKING.alarm(20, 0, but(6, 10.0)), None);
        assert_eq!(TRACKING.alarm(20, 0, but(5, 10.0)), Some((Alarm::Low, 10.0)));
    }
}
