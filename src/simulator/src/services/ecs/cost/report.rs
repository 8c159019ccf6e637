//! The answer of `GET /_cahier/ecs/costs`.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::super::state::{Bill, State};
use super::fargate::{SPOT, gib, vcpu};
use super::instances::fleet;

/// What each task of every account cost so far, the sum, and what instances would have cost.
pub(in super::super) fn report(state: &State, now: OffsetDateTime) -> Value {
    let mut bills: Vec<Bill> = Vec::new();
    for account in state.accounts.values() {
        bills.extend(account.ledger.iter().cloned());
        let tasks = account
            .clusters
            .values()
            .flat_map(|cluster| cluster.tasks.values());
        let live = tasks.filter(|task| task.is_live());
        bills.extend(live.filter_map(|task| task.bill(account.definition(&task.definition))));
    }
    bills.sort_by(|one, other| (one.from, &one.task).cmp(&(other.from, &other.task)));
    let total: f64 = bills.iter().map(|bill| bill.amount(now)).sum();
    let seconds: i64 = bills.iter().map(|bill| bill.seconds(now)).sum();
    json!({
        "currency": "USD",
        "prices": {
            "region": "us-east-1",
            "note": "Public On-Demand prices of us-east-1 (Linux); those of eu-west-3 differ.",
            "spot": format!("Fargate Spot at {SPOT} of the price, the most that AWS announces (up to 70 % off); it moves."),
            "source": "https://aws.amazon.com/fargate/pricing/",
        },
        "tasks": bills.iter().map(|bill| line(bill, now)).collect::<Vec<_>>(),
        "total": { "seconds": seconds, "amount": rounded(total) },
        "ec2": instances(&bills, now),
    })
}

fn line(bill: &Bill, now: OffsetDateTime) -> Value {
    json!({
        "task": bill.task,
        "definition": bill.definition,
        "vcpu": vcpu(bill.size),
        "memory_gib": gib(bill.size),
        "architecture": if bill.arm { "ARM64" } else { "X86_64" },
        "spot": bill.spot,
        "ephemeral_storage_gib": bill.size.storage,
        "from": bill.from.format(&Rfc3339).unwrap_or_default(),
        "to": bill.to.and_then(|at| at.format(&Rfc3339).ok()),
        "seconds": bill.seconds(now),
        "amount": rounded(bill.amount(now)),
    })
}

/// The cheapest instances, of each architecture that tasks asked for.
fn instances(bills: &[Bill], now: OffsetDateTime) -> Value {
    let mut fleets = Vec::new();
    let mut total = 0.0;
    for arm in [false, true] {
        let of: Vec<&Bill> = bills.iter().filter(|bill| bill.arm == arm).collect();
        if let Some(fleet) = fleet(&of, now) {
            total += fleet.amount();
            fleets.push(json!({
                "instance": fleet.instance.name,
                "vcpu": fleet.instance.vcpu,
                "memory_gib": fleet.instance.gib,
                "price_per_hour": fleet.instance.hour,
                "count": fleet.count,
                "hours": fleet.hours,
                "amount": rounded(fleet.amount()),
            }));
        }
    }
    json!({
        "note": "The cheapest On-Demand instances of one type that hold all tasks at their busiest, for the whole hours from the \
                 first task's beginning to the last one's end.",
        "source": "https://aws.amazon.com/ec2/pricing/on-demand/",
        "fleets": fleets,
        "amount": rounded(total),
    })
}

/// Dollars, to a millionth of one.
fn rounded(amount: f64) -> f64 {
    (amount * 1e6).round() / 1e6
}
