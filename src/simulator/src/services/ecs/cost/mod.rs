//! What tasks cost: on Fargate, to the second; and what instances of EC2 would have cost for the same hours.
//!
//! Prices are those of us-east-1 (N. Virginia), in US dollars: those of eu-west-3 are published nowhere that could be
//! verified. They teach the order of things, not an invoice.

mod fargate;
mod instances;
mod report;

pub(super) use report::report;
