//! The simulator over the wire, as a client sees it: services, capacity, control routes, life and death.
#![allow(clippy::unwrap_used)]

mod accounts;
mod autoscaling;
mod client;
#[path = "../common/mod.rs"]
mod common;
mod control;
mod durable;
mod dynamodb;
mod dynamodb_policies;
mod ecs_services;
mod fuzz;
mod hostile;
mod jumps;
mod lifecycle;
mod metering;
mod partiql;
mod partitions;
mod refusals;
mod streams;
mod sts;
mod throughput;
mod tokens;
