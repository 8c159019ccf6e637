//! How text looks: the only place that knows the terminal's escape codes.

use owo_colors::{OwoColorize, Style as Paint};

/// What a renderer must know about the place its text goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether escape codes may be written.
    pub color: bool,
    /// Columns of a line.
    pub width: usize,
    /// Whether longer lines of code are folded: on a terminal, where they would break anywhere. Elsewhere they are
    /// left whole, to be copied.
    pub fold: bool,
}

impl Look {
    /// Plain text of `width` columns, as tests and files want it.
    pub const fn plain(width: usize) -> Self {
        Self {
            color: false,
            width,
            fold: false,
        }
    }

    /// What a cell made, as it may be written here: on a terminal, without what would drive that.
    pub fn harmless(self, text: &str) -> String {
        if self.fold {
            super::harmless::text(text)
        } else {
            text.to_owned()
        }
    }

    /// `text` in `ink`, or as it is where colours are off.
    pub fn paint(self, ink: Ink, text: &str) -> String {
        if !self.color || ink == Ink::Plain || text.is_empty() {
            return text.to_owned();
        }
        text.style(ink.paint()).to_string()
    }
}

/// The few inks that Cahier writes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ink {
    /// As the terminal writes.
    #[default]
    Plain,
    /// Headings.
    Heading,
    /// Strong emphasis.
    Strong,
    /// Emphasis.
    Emphasis,
    /// Code, inline and in blocks.
    Code,
    /// Words of a language, in code.
    Keyword,
    /// Texts, in code.
    Literal,
    /// Links.
    Link,
    /// What matters less.
    Dim,
    /// A success.
    Good,
    /// Not right yet; a warning.
    Warn,
    /// A failure.
    Bad,
}

impl Ink {
    fn paint(self) -> Paint {
        let paint = Paint::new();
        match self {
            Self::Plain => paint,
            Self::Heading => paint.bold().magenta(),
            Self::Strong => paint.bold(),
            Self::Emphasis => paint.italic(),
            Self::Code => paint.cyan(),
            Self::Keyword => paint.magenta(),
            Self::Literal => paint.green(),
            Self::Link => paint.underline().bright_blue(),
            Self::Dim => paint.dimmed(),
            Self::Good => paint.bold().green(),
            Self::Warn => paint.bold().yellow(),
            Self::Bad => paint.bold().red(),
        }
    }
}
