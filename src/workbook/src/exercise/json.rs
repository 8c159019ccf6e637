//! JSON documents of a lesson that are none, found without the rules of AWS.

use super::plan::Draw;
use crate::parse::error::Mistake;
use crate::parse::located::Located;
use std::ops::Range;

/// What is wrong with a document as it is filled for a draw; `written` is how the lesson has it.
pub(super) fn mistake(
    draw: &Draw<'_>,
    name: &str,
    filled: &str,
    written: Option<&Located>,
) -> Option<Mistake> {
    let error = serde_json::from_str::<serde_json::Value>(filled).err()?;
    let message = format!(
        "pour la graine {}, {name} de « {} » n’est pas du JSON, à sa ligne {}",
        draw.seed,
        draw.exercise,
        error.line()
    );
    let place = written.map_or(0..0, |written| written.place(&line(&written.text, error.line())));
    let expected = "attendu : un document JSON ; regarde s’il manque une virgule, un guillemet ou une accolade, ici ou juste avant";
    Some(Mistake::new(place, message, expected))
}

/// The byte range of a line, counted from 1, without the spaces before it. A value that is filled in has no line end.
fn line(text: &str, wanted: usize) -> Range<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n').take(wanted.saturating_sub(1)) {
        start += line.len();
    }
    let line = text[start..].lines().next().unwrap_or_default();
    let indent = line.len() - line.trim_start().len();
    start + indent..start + line.trim_end().len().max(indent)
}
