//! evcxr behind [`workbook::engine::Engine`], and the preparation of what cells link against.
//!
//! Four processes, so that no cell and no compiler can take the workbook down: the workbook
//! ([`EvcxrEngine`]), the host (evcxr and rust-analyzer), the guard of the cells' process, and that
//! process itself. All are one program: [`hook()`] tells them apart.

mod cargo;
mod cell;
mod client;
mod diagnostics;
mod guard;
mod help;
mod hook;
mod host;
mod marks;
mod places;
pub mod prepare;
mod protocol;
mod refusals;
mod sys;
mod whole;

pub use cargo::forget_cells;
pub use client::{DEFAULT_MEMORY, EvcxrEngine, Settings};
pub use hook::hook;
pub use sys::save_memory;
