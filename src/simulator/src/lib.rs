//! AWS on a loopback port: a pipeline that reads as one list, services as values.
//!
//! [`Simulator`] starts it; `pipeline` is what each request goes through; `services` is the table of
//! what there is.

mod administrator;
pub mod archive_api;
mod auth;
mod authorisation;
mod call;
mod chance;
mod clock;
mod cloud;
mod control;
pub mod document_api;
mod durable;
mod error;
mod journal;
mod json;
mod pipeline;
mod policy;
pub mod policy_api;
mod protocol;
mod rights;
mod route;
mod server;
mod services;
mod shape;
mod simulator;

pub use clock::ClockState;
pub use durable::Warning;
pub use journal::{CallDetails, JournalEntry};
pub use rights::Right;
pub use simulator::{Config, Simulator, StartError};

/// The one region that is simulated.
pub const REGION: &str = "eu-west-3";

/// The one account that is simulated.
pub const ACCOUNT: &str = "123456789012";
