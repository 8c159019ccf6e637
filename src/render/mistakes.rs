//! A mistake in a lesson's file: where it is, and what was expected.

use super::style::Look;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

/// The mistakes, drawn over the lesson's text.
pub fn render(error: &dyn Diagnostic, look: Look) -> String {
    let theme = if look.color {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(look.width)
        .with_links(false);
    match handler.render_report(&mut text, error) {
        Ok(()) => without_english(&text),
        Err(_) => error.to_string(),
    }
}

/// miette heads each related report with a word and a code that tell a learner nothing.
fn without_english(text: &str) -> String {
    let heading = |line: &&str| {
        let bare = line.trim();
        !(bare.starts_with("Error:") || bare == "lecon")
    };
    let mut lines: Vec<&str> = text.lines().filter(heading).collect();
    lines.dedup_by(|one, other| one.is_empty() && other.is_empty());
    lines
        .join("\n")
        .replace("help:", "aide\u{a0}:")
        .trim_matches('\n')
        .to_owned()
}
