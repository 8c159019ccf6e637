//! Cahier: an interactive workbook that teaches AWS in Rust, in French. In reading order:

pub mod failure;
pub mod jupyter;
pub mod lessons;
pub mod render;
pub mod store;
