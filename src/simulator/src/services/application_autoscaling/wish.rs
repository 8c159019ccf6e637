//! What the policies of a target want together: out as soon as one of them does, in when all of them do.
//!
//! <https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html>

use time::{Duration, OffsetDateTime};

use super::dimension::Dimension;
use super::state::{Policy, Target};
use super::tracking::{Alarm, Tracking};
use crate::cloud::Cloud;
use crate::services::dynamodb::minute;

/// A capacity that a target is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wish {
    /// How much.
    pub(super) capacity: i64,
    /// From what it was reckoned.
    pub(super) from: i64,
    /// Why, in AWS's words.
    pub(super) cause: String,
}

impl Wish {
    /// A wish that no policy has.
    pub(super) fn plain(capacity: i64, from: i64, cause: String) -> Self {
        Self {
            capacity,
            from,
            cause,
        }
    }
}

/// When a target's policies are asked, and about what.
pub(super) struct Moment<'a> {
    /// The target's account.
    pub(super) account: &'a str,
    /// The target's dimension.
    pub(super) dimension: &'static Dimension,
    /// The minute that is over.
    pub(super) minute: i64,
    /// Its end.
    pub(super) end: OffsetDateTime,
    /// The capacity as it is.
    pub(super) capacity: i64,
}

/// What a target's policies want, if they want anything else than there is.
pub(super) fn wish(cloud: &Cloud, target: &Target, moment: &Moment<'_>) -> Option<Wish> {
    let voices: Vec<Voice> = target
        .policies
        .iter()
        .filter_map(|(name, policy)| moment.ask(cloud, target, name, policy))
        .collect();
    let highest = |alarm: Alarm| {
        let voices = voices.iter().filter(move |voice| voice.alarm == Some(alarm));
        voices.max_by_key(|voice| voice.wish.capacity)
    };
    if let Some(out) = highest(Alarm::High).filter(|voice| voice.wish.capacity > moment.capacity) {
        return (!target.suspended.scaling_out).then(|| out.wish.clone());
    }
    let mut with_scaling_in = voices.iter().filter(|voice| voice.scales_in);
    let agreed = with_scaling_in.all(|voice| voice.alarm == Some(Alarm::Low));
    let held = target.suspended.scaling_in || (moment.dimension.holding)(cloud, &moment.resource(target));
    let voice = highest(Alarm::Low)?;
    let resting = voices.iter().any(|voice| voice.resting_in);
    (agreed && !held && !resting && voice.wish.capacity < moment.capacity).then(|| voice.wish.clone())
}

/// What one policy says.
struct Voice {
    /// Its alarm; a policy that does not scale in never says that its metric is low.
    alarm: Option<Alarm>,
    /// Whether it scales in at all.
    scales_in: bool,
    /// Whether it is in its cooldown after scaling in.
    resting_in: bool,
    /// What it wants, where it has an alarm.
    wish: Wish,
}

impl Moment<'_> {
    fn resource<'a>(&'a self, target: &'a Target) -> super::dimension::Resource<'a> {
        target.resource(self.account)
    }

    fn ask(&self, cloud: &Cloud, target: &Target, name: &str, policy: &Policy) -> Option<Voice> {
        let (configuration, resource) = (&policy.configuration, self.resource(target));
        let goal = configuration["TargetValue"].as_f64()?;
        let tracking = Tracking {
            target: goal,
            low: (self.dimension.low)(goal),
            out: self.dimension.out,
        };
        let metric = policy.metric();
        let data = |minute| (self.dimension.utilization)(cloud, &resource, metric, minute);
        let rung = tracking.alarm(self.minute, minute(policy.created) + 1, data);
        let scales_in = configuration["DisableScaleIn"] != true;
        let rung = rung.filter(|(alarm, _)| *alarm == Alarm::High || scales_in);
        let working = (self.dimension.working)(cloud, &resource);
        // What the last scaling out added is part of what the next one wants, as long as it cools down.
        let from = match rung {
            Some((Alarm::High, _)) if self.within(target.last_out, policy, "ScaleOutCooldown") => {
                target.before_out
            }
            _ => working,
        };
        let capacity = rung.map_or(self.capacity, |(_, value)| tracking.capacity(from, value));
        Some(Voice {
            alarm: rung.map(|(alarm, _)| alarm),
            scales_in,
            resting_in: scales_in && self.within(target.last_in, policy, "ScaleInCooldown"),
            wish: Wish {
                capacity: capacity.clamp(target.min, target.max),
                from,
                cause: cause(name, policy, rung.map(|(alarm, _)| alarm)),
            },
        })
    }

    /// Whether a policy's cooldown since `last` goes on.
    fn within(&self, last: Option<OffsetDateTime>, policy: &Policy, cooldown: &str) -> bool {
        let cooldown = policy.configuration[cooldown]
            .as_i64()
            .unwrap_or(self.dimension.cooldown);
        last.is_some_and(|last| self.end - last < Duration::seconds(cooldown))
    }
}

fn cause(name: &str, policy: &Policy, alarm: Option<Alarm>) -> String {
    let kind = alarm.map_or("", Alarm::name);
    let alarm = policy.alarms.iter().find(|(other, _)| other == kind);
    let alarm = alarm.map_or(kind, |(_, name)| name.as_str());
    format!("monitor alarm {alarm} in state ALARM triggered policy {name}")
}
