//! Cahier: an interactive workbook that teaches AWS in Rust, in French. In reading order:

pub mod archive;
pub mod attempt;
pub mod author;
pub mod backend;
pub mod cli;
pub mod command;
pub mod failure;
pub mod identity;
pub mod jupyter;
pub mod keyboard;
mod lesson_files;
pub mod lessons;
pub mod live;
pub mod memory;
pub mod place;
pub mod process;
pub mod record;
pub mod refusal;
pub mod render;
pub mod repl;
pub mod rules;
pub mod script;
pub mod store;
pub mod typed;
pub mod whole;
pub mod workshop;
