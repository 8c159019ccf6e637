//! Fargate's prices.
//!
//! <https://aws.amazon.com/fargate/pricing/> (Linux, us-east-1, 2026)

use time::{Duration, OffsetDateTime};

use super::super::state::{Bill, Size};

/// The shortest time that is billed, in seconds.
const SHORTEST: i64 = 60;

/// The ephemeral storage that costs nothing, in GiB.
const INCLUDED: u32 = 20;

/// Dollars for an hour.
struct Prices {
    vcpu: f64,
    gib: f64,
}

const X86: Prices = Prices {
    vcpu: 0.040_48,
    gib: 0.004_445,
};
const ARM: Prices = Prices {
    vcpu: 0.032_38,
    gib: 0.003_56,
};

/// A GiB of ephemeral storage beyond the included ones.
const STORAGE: f64 = 0.000_111;

/// What is left of the price of CPU and memory on Fargate Spot, at best: AWS says "up to 70 %" off; the price moves.
pub(super) const SPOT: f64 = 0.3;

impl Bill {
    /// The seconds that are billed at a time: whole ones, a minute at least.
    pub(super) fn seconds(&self, now: OffsetDateTime) -> i64 {
        let lasted = (self.to.unwrap_or(now) - self.from).max(Duration::ZERO);
        let whole = lasted.whole_seconds() + i64::from(lasted.subsec_nanoseconds() > 0);
        whole.max(SHORTEST)
    }

    /// What it comes to, in dollars.
    pub(super) fn amount(&self, now: OffsetDateTime) -> f64 {
        let prices = if self.arm { ARM } else { X86 };
        let discount = if self.spot { SPOT } else { 1.0 };
        let compute = (vcpu(self.size) * prices.vcpu + gib(self.size) * prices.gib) * discount;
        let storage = f64::from(self.size.storage.saturating_sub(INCLUDED)) * STORAGE;
        #[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^53")]
        let hours = self.seconds(now) as f64 / 3600.0;
        (compute + storage) * hours
    }
}

/// The vCPUs of a size.
pub(super) fn vcpu(size: Size) -> f64 {
    f64::from(size.cpu) / 1024.0
}

/// The memory of a size, in GiB.
pub(super) fn gib(size: Size) -> f64 {
    f64::from(size.memory) / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOON: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn bill(cpu: u32, memory: u32, lasted: Duration) -> Bill {
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
            from: NOON,
            to: Some(NOON + lasted),
        }
    }

    fn close(amount: f64, expected: f64) -> bool {
        (amount - expected).abs() < 1e-9
    }

    #[test]
    fn the_smallest_task_for_a_month_costs_nine_dollars() {
        let month = bill(256, 512, Duration::hours(730)).amount(NOON);
        assert!((month - 9.01).abs() < 0.005, "{month}");
    }

    #[test]
    fn a_minute_is_billed_at_least_and_seconds_after_it() {
        for (lasted, billed) in [
            (Duration::ZERO, 60),
            (Duration::seconds(10), 60),
            (Duration::seconds(60), 60),
            (Duration::milliseconds(60_001), 61),
            (Duration::seconds(3601), 3601),
        ] {
            assert_eq!(bill(256, 512, lasted).seconds(NOON), billed, "{lasted}");
        }
    }

    #[test]
    fn a_running_task_is_billed_to_the_present() {
        let mut running = bill(1024, 2048, Duration::ZERO);
        running.to = None;
        assert_eq!(running.seconds(NOON + Duration::seconds(90)), 90);
        let hour = running.amount(NOON + Duration::hours(1));
        assert!(close(hour, 0.040_48 + 2.0 * 0.004_445), "{hour}");
    }

    #[test]
    fn what_is_requested_is_billed_whatever_is_used_and_arm_spot_and_storage_change_the_price() {
        let hour = Duration::hours(1);
        let x86 = bill(1024, 2048, hour);
        let arm = Bill {
            arm: true,
            ..x86.clone()
        };
        assert!(close(arm.amount(NOON), 0.032_38 + 2.0 * 0.003_56));
        let spot = Bill {
            spot: true,
            ..x86.clone()
        };
        assert!(close(spot.amount(NOON), x86.amount(NOON) * 0.3));
        let mut roomy = x86.clone();
        roomy.size.storage = 120;
        assert!(close(roomy.amount(NOON) - x86.amount(NOON), 100.0 * 0.000_111));
    }
}
