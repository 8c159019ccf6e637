//! The live preview: a lesson as a page on this machine, which reloads at each save.

mod html;
mod page;
mod server;
mod shelf;

pub use server::Server;
pub use shelf::Shelf;

use crate::render::html::escaped;
