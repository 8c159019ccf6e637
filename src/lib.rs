//! Cahier.

pub mod jupyter;
