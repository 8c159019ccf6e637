//! What an account may use, uses and has used of Fargate.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::Size;

/// How many vCPUs of Fargate may be in use at the same time. AWS raises a new account's quotas as they are used; here
/// they stay, unless they are set.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Quotas {
    /// Of On-Demand tasks.
    pub(in super::super) on_demand: u32,
    /// Of Spot tasks.
    pub(in super::super) spot: u32,
    /// Whether Fargate Spot has any capacity to spare.
    pub(in super::super) spot_available: bool,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            on_demand: 6,
            spot: 6,
            spot_available: true,
        }
    }
}

/// The CPU units of the tasks that are not over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Used {
    /// Of On-Demand tasks.
    pub(in super::super) on_demand: u32,
    /// Of Spot tasks.
    pub(in super::super) spot: u32,
}

/// What a task is billed for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in super::super) struct Bill {
    /// The task's ARN.
    pub(in super::super) task: String,
    /// `family:revision`.
    pub(in super::super) definition: String,
    /// What it asked for.
    pub(in super::super) size: Size,
    /// Whether its CPU is of the ARM architecture.
    pub(in super::super) arm: bool,
    /// Whether it ran on Fargate Spot.
    pub(in super::super) spot: bool,
    /// When its images began to be pulled.
    pub(in super::super) from: OffsetDateTime,
    /// When it stopped; `None` while it has not.
    pub(in super::super) to: Option<OffsetDateTime>,
}
