//! Figures in a terminal: the picture itself where it can show one, its dots and texts elsewhere.

mod dots;
mod encode;
mod protocol;
mod query;
mod raster;
mod room;

pub use protocol::{Protocol, VARIABLE};
pub use query::typed_ahead;
pub use room::Room;

use super::harmless;
use super::style::{Ink, Look};
use crate::failure::Failure;
use protocol::Told;
use std::io::{IsTerminal, stdin, stdout};
use std::sync::{Mutex, PoisonError};

/// How figures are shown at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plots {
    /// What they say of themselves: in a pipe or a file, which is searched and read aloud.
    Words,
    /// Dots and texts.
    Text,
    /// The picture.
    Picture(Protocol, Room),
}

impl Plots {
    /// The figure as text for the terminal; empty where it says nothing or cannot be drawn.
    pub fn show(self, svg: &str, look: Look) -> String {
        let shown = match self {
            Self::Words => None,
            Self::Text => dots::text(svg, look),
            Self::Picture(protocol, room) => picture(svg, protocol, room).or_else(|| dots::text(svg, look)),
        };
        shown.or_else(|| words(svg, look)).unwrap_or_default()
    }
}

fn picture(svg: &str, protocol: Protocol, room: Room) -> Option<String> {
    let (pixels, frame) = raster::drawn(svg, move |size| room.frame(size))?;
    Some(format!("{}\n", encode::sequence(protocol, &pixels, frame)?))
}

/// On a line of its own, folded where lines are.
fn words(svg: &str, look: Look) -> Option<String> {
    let words = format!("Figure\u{a0}: {}", harmless::text(&raster::words(svg)?));
    Some(super::wrap::told(Ink::Plain, &words, look))
}

/// Whether the way that the environment asks for is one.
///
/// # Errors
/// When [`VARIABLE`] holds something else.
pub fn check() -> Result<(), Failure> {
    told().map(|_| ())
}

fn told() -> Result<Told, Failure> {
    protocol::told(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
}

/// What the terminal said of sixel, once it did.
static ASKED: Mutex<Option<bool>> = Mutex::new(None);

/// How figures are shown at this process's terminal, where lines have so many columns. It is asked at most once, when
/// the first figure comes.
pub(super) fn of_terminal(width: usize) -> Plots {
    let picture = |protocol| Plots::Picture(protocol, Room::measured(width));
    match told() {
        Ok(Told::Known(protocol)) => picture(protocol),
        Ok(Told::Ask) if stdin().is_terminal() && stdout().is_terminal() => {
            let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
            if asked.is_none() {
                *asked = query::sixel();
            }
            match *asked {
                Some(true) => picture(Protocol::Sixel),
                _ => Plots::Text,
            }
        }
        Ok(Told::Ask | Told::Text) | Err(_) => Plots::Text,
    }
}

#[cfg(test)]
mod tests;
