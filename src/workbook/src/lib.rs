//! Lessons, exercises and verdicts: the functional core of Cahier. Nothing here reads a file, opens
//! a socket or prints; front ends pass text in and get values back.
//!
//! The line: `parse` text → [`lesson::Lesson`] → [`cell::Cell`] → [`session::Session`] (over an
//! [`engine::Engine`] and a [`world::World`]) → [`evidence::Evidence`] → [`exercise::Exercise::judge`]
//! → [`verdict::Verdict`] → [`progress`].

pub mod archive;
pub mod bank;
pub mod cell;
pub mod command;
pub mod engine;
pub mod evidence;
pub mod exam;
pub mod exercise;
pub mod expected;
pub mod explanation;
pub mod french;
pub mod glob;
mod held;
mod ids;
pub mod images;
pub mod lesson;
pub mod nearest;
pub mod parse;
pub mod progress;
mod recovery;
mod replies;
pub mod review;
pub mod ruling;
mod run;
pub mod script;
pub mod seed;
pub mod session;
pub mod verdict;
mod workbook;
pub mod world;

pub use workbook::Workbook;
