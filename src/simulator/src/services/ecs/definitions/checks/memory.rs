//! CPU and memory: of the task, of its containers, of these against that.

use super::super::super::errors::client;
use super::super::draft::{Draft, name};
use super::super::sizes;
use crate::error::AwsError;

/// The least memory of a container, in MiB.
const LEAST_MEMORY: i64 = 6;

/// What bounds the CPU units of a task that is not Fargate's: an eighth of a vCPU, and 192 of them.
const CPU_BOUNDS: std::ops::RangeInclusive<u32> = 128..=196_608;

/// The task's values can be read.
pub(super) fn of_task(draft: Draft<'_>) -> Result<(), AwsError> {
    if let Some(cpu) = draft.text("cpu")
        && !sizes::cpu(cpu).is_some_and(|units| draft.fargate || CPU_BOUNDS.contains(&units))
    {
        return Err(client("Invalid 'cpu' setting for task."));
    }
    if draft
        .text("memory")
        .is_some_and(|memory| sizes::memory(memory).is_none())
    {
        return Err(client("Invalid 'memory' setting for task."));
    }
    Ok(())
}

/// Each container has memory, and all of them together fit into the task.
pub(super) fn of_containers(draft: Draft<'_>) -> Result<(), AwsError> {
    let (mut reserved, mut cpu) = (0_i64, 0_i64);
    for container in draft.containers {
        let called = name(container);
        let invalid = |what: &str| client(format!("Invalid setting for container '{called}'. {what}"));
        let (memory, reservation) = (
            container["memory"].as_i64(),
            container["memoryReservation"].as_i64(),
        );
        if memory.is_none() && reservation.is_none() && draft.text("memory").is_none() {
            return Err(invalid(
                "At least one of 'memory' or 'memoryReservation' must be specified.",
            ));
        }
        for (member, value) in [("memory", memory), ("memoryReservation", reservation)] {
            if value.is_some_and(|value| value < LEAST_MEMORY) {
                return Err(client(super::containers::setting(member, container)));
            }
        }
        if let (Some(memory), Some(reservation)) = (memory, reservation)
            && memory < reservation
        {
            return Err(invalid(
                "'memory' must be greater than or equal to 'memoryReservation'.",
            ));
        }
        let units = container["cpu"].as_i64().unwrap_or_default();
        if units < 0 {
            return Err(client(super::containers::setting("cpu", container)));
        }
        let limit = draft.memory().map(i64::from);
        if limit.is_some_and(|limit| memory.or(reservation).is_some_and(|memory| memory > limit)) {
            return Err(client(format!(
                "The 'memory' setting for container '{called}' is greater than for the task."
            )));
        }
        reserved = reservation
            .or(memory)
            .unwrap_or_default()
            .saturating_add(reserved);
        cpu = units.saturating_add(cpu);
    }
    if draft.cpu().is_some_and(|units| cpu > i64::from(units)) {
        return Err(client(
            "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
        ));
    }
    if draft.memory().is_some_and(|memory| reserved > i64::from(memory)) {
        return Err(client(
            "The sum of all container 'memoryReservation' values cannot be greater than the value of the task 'memory'.",
        ));
    }
    Ok(())
}
