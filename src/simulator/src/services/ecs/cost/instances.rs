//! The same tasks on instances of EC2: the cheapest ones that hold them all at their busiest, for whole hours.

use time::OffsetDateTime;

use super::super::state::{Bill, Size};
use super::fargate::{gib, vcpu};

/// An instance type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Instance {
    /// `t3.small`.
    pub(super) name: &'static str,
    /// vCPUs.
    pub(super) vcpu: f64,
    /// GiB.
    pub(super) gib: f64,
    /// Dollars for an hour, On-Demand.
    pub(super) hour: f64,
    /// Whether it is of the ARM architecture.
    arm: bool,
}

const fn of(name: &'static str, vcpu: u32, gib: f64, hour: f64, arm: bool) -> Instance {
    Instance {
        name,
        vcpu: vcpu as f64,
        gib,
        hour,
        arm,
    }
}

/// Some types of each family, Linux, us-east-1.
/// <https://aws.amazon.com/ec2/pricing/on-demand/>
static INSTANCES: [Instance; 34] = [
    of("t3.nano", 2, 0.5, 0.0052, false),
    of("t3.micro", 2, 1.0, 0.0104, false),
    of("t3.small", 2, 2.0, 0.0208, false),
    of("t3.medium", 2, 4.0, 0.0416, false),
    of("t3.large", 2, 8.0, 0.0832, false),
    of("t3.xlarge", 4, 16.0, 0.1664, false),
    of("t3.2xlarge", 8, 32.0, 0.3328, false),
    of("c5.large", 2, 4.0, 0.085, false),
    of("c5.xlarge", 4, 8.0, 0.17, false),
    of("c5.2xlarge", 8, 16.0, 0.34, false),
    of("c5.4xlarge", 16, 32.0, 0.68, false),
    of("c5.9xlarge", 36, 72.0, 1.53, false),
    of("m5.4xlarge", 16, 64.0, 0.768, false),
    of("m5.8xlarge", 32, 128.0, 1.536, false),
    of("m5.16xlarge", 64, 256.0, 3.072, false),
    of("r5.large", 2, 16.0, 0.126, false),
    of("r5.xlarge", 4, 32.0, 0.252, false),
    of("r5.2xlarge", 8, 64.0, 0.504, false),
    of("r5.4xlarge", 16, 128.0, 1.008, false),
    of("r5.8xlarge", 32, 256.0, 2.016, false),
    of("t4g.nano", 2, 0.5, 0.0042, true),
    of("t4g.micro", 2, 1.0, 0.0084, true),
    of("t4g.small", 2, 2.0, 0.0168, true),
    of("t4g.medium", 2, 4.0, 0.0336, true),
    of("t4g.large", 2, 8.0, 0.0672, true),
    of("t4g.xlarge", 4, 16.0, 0.1344, true),
    of("t4g.2xlarge", 8, 32.0, 0.2688, true),
    of("m6g.4xlarge", 16, 64.0, 0.616, true),
    of("m6g.8xlarge", 32, 128.0, 1.232, true),
    of("m6g.16xlarge", 64, 256.0, 2.464, true),
    of("r6g.xlarge", 4, 32.0, 0.2016, true),
    of("r6g.2xlarge", 8, 64.0, 0.4032, true),
    of("r6g.4xlarge", 16, 128.0, 0.8064, true),
    of("r6g.8xlarge", 32, 256.0, 1.6128, true),
];

/// Instances that stand for tasks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fleet {
    /// Of which type.
    pub(super) instance: Instance,
    /// How many.
    pub(super) count: f64,
    /// For how many hours, each of which is begun.
    pub(super) hours: f64,
}

impl Fleet {
    /// What it comes to, in dollars.
    pub(super) fn amount(&self) -> f64 {
        self.instance.hour * self.count * self.hours
    }
}

/// The cheapest instance that could have run these tasks, all of one architecture, from the beginning of the first to the
/// end of the last; several of one type, where they are too much for any one.
pub(super) fn fleet(bills: &[&Bill], now: OffsetDateTime) -> Option<Fleet> {
    let arm = bills.first()?.arm;
    let (cpu, memory) = busiest(bills, now);
    let from = bills.iter().map(|bill| bill.from).min()?;
    let to = bills.iter().map(|bill| bill.to.unwrap_or(now)).max()?;
    let hours = ((to - from).as_seconds_f64() / 3600.0).ceil().max(1.0);
    let fleets = INSTANCES
        .iter()
        .filter(|instance| instance.arm == arm)
        .map(|instance| Fleet {
            instance: *instance,
            count: (cpu / instance.vcpu).max(memory / instance.gib).ceil().max(1.0),
            hours,
        });
    // A task that no instance of the type holds is not held by several either.
    let largest = |of: fn(Size) -> f64| bills.iter().map(|bill| of(bill.size)).fold(0.0, f64::max);
    let (largest_cpu, largest_memory) = (largest(vcpu), largest(gib));
    let holding =
        fleets.filter(|fleet| fleet.instance.vcpu >= largest_cpu && fleet.instance.gib >= largest_memory);
    // One instance rather than several, then the cheaper.
    holding.min_by(|one, other| {
        let several = |fleet: &Fleet| fleet.count > 1.0;
        several(one)
            .cmp(&several(other))
            .then(one.amount().total_cmp(&other.amount()))
    })
}

/// The most vCPUs and GiB that the tasks asked for at the same time.
fn busiest(bills: &[&Bill], now: OffsetDateTime) -> (f64, f64) {
    let mut changes: Vec<(OffsetDateTime, bool, f64, f64)> = Vec::new();
    for bill in bills {
        let (cpu, memory) = (vcpu(bill.size), gib(bill.size));
        changes.push((bill.from, true, cpu, memory));
        changes.push((bill.to.unwrap_or(now), false, -cpu, -memory));
    }
    // What ends at the moment in which something begins makes room for it.
    changes.sort_by_key(|(at, begins, ..)| (*at, *begins));
    let (mut used, mut most) = ((0.0_f64, 0.0_f64), (0.0_f64, 0.0_f64));
    for (_, _, cpu, memory) in changes {
        used = (used.0 + cpu, used.1 + memory);
        most = (most.0.max(used.0), most.1.max(used.1));
    }
    most
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use time::Duration;
    use time::macros::datetime;

    const NOON: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn bill(cpu: u32, memory: u32, from: Duration, to: Duration) -> Bill {
        Bill {
            task: String::new(),
            definition: String::new(),
            size: Size {
                cpu,
                memory,
                storage: 20,
            },
            arm: false,
            spot: false,
            from: NOON + from,
            to: Some(NOON + to),
        }
    }

    #[test]
    fn a_small_task_fits_the_smallest_instance_for_a_whole_hour() {
        let one = bill(256, 512, Duration::ZERO, Duration::minutes(5));
        let fleet = fleet(&[&one], NOON).unwrap();
        assert_eq!(
            (fleet.instance.name, fleet.count, fleet.hours),
            ("t3.nano", 1.0, 1.0)
        );
        assert!((fleet.amount() - 0.0052).abs() < 1e-9);
    }

    #[test]
    fn tasks_at_the_same_time_add_up_and_tasks_one_after_the_other_do_not() {
        let first = bill(1024, 2048, Duration::ZERO, Duration::hours(1));
        let second = bill(1024, 2048, Duration::hours(1), Duration::hours(2));
        let after = fleet(&[&first, &second], NOON).unwrap();
        assert_eq!((after.instance.name, after.hours), ("t3.small", 2.0));
        let beside = bill(1024, 2048, Duration::minutes(30), Duration::hours(2));
        let both = fleet(&[&first, &beside], NOON).unwrap();
        assert_eq!((both.instance.gib, both.amount()), (4.0, 0.0416 * 2.0));
    }

    #[test]
    fn the_largest_task_is_held_by_one_instance() {
        let large = bill(16_384, 122_880, Duration::ZERO, Duration::hours(1));
        let fleet = fleet(&[&large], NOON).unwrap();
        assert_eq!((fleet.instance.name, fleet.count), ("r5.4xlarge", 1.0));
    }

    #[test]
    fn of_no_task_there_is_no_fleet() {
        assert_eq!(fleet(&[], NOON), None);
    }
}
