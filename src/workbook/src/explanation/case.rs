//! A compiler message, as the rules read it.

use crate::engine::{Diagnostic, Span};
use std::ops::Range;

/// A message, over the learner's text.
pub(super) struct Case<'a> {
    source: &'a str,
    diagnostic: &'a Diagnostic,
}

impl<'a> Case<'a> {
    pub(super) fn new(source: &'a str, diagnostic: &'a Diagnostic) -> Self {
        Self { source, diagnostic }
    }

    pub(super) fn message(&self) -> &'a str {
        &self.diagnostic.message
    }

    /// Whether the message or a label has these words.
    pub(super) fn says(&self, words: &str) -> bool {
        self.message().contains(words) || self.labelled(words).is_some()
    }

    /// The word between backticks of this rank in the message: most often the learner's name for something.
    pub(super) fn name(&self, rank: usize) -> Option<&'a str> {
        quoted(self.message(), rank)
    }

    /// The label that has these words.
    pub(super) fn label(&self, words: &str) -> Option<&'a str> {
        self.labelled(words).map(|span| span.label.as_str())
    }

    /// The note or help that has these words.
    pub(super) fn help(&self, words: &str) -> Option<&'a str> {
        let mut helps = self.diagnostic.help.iter();
        helps.find(|help| help.contains(words)).map(String::as_str)
    }

    /// The learner's text at the label that has these words.
    pub(super) fn at(&self, words: &str) -> Option<&'a str> {
        self.labelled(words).and_then(|span| self.text(&span.range))
    }

    /// The learner's text at the place of the error.
    pub(super) fn place(&self) -> Option<&'a str> {
        self.text(&self.primary()?.range)
    }

    /// The types of « expected `…`, found `…` », without their paths.
    pub(super) fn expected_and_found(&self) -> Option<(String, String)> {
        let label = self
            .label("expected ")
            .filter(|label| label.contains(", found "))?;
        let (expected, found) = label.strip_prefix("expected ")?.split_once(", found ")?;
        Some((short(expected.trim_matches('`')), short(found.trim_matches('`'))))
    }

    /// The learner's line with the place of the error put in other words.
    pub(super) fn mended(&self, by: &str) -> Option<String> {
        self.line_with(&self.primary()?.range, by)
    }

    /// The learner's line with the text at a label put in other words.
    pub(super) fn mended_at(&self, words: &str, by: &str) -> Option<String> {
        self.line_with(&self.labelled(words)?.range, by)
    }

    /// The learner's line with something put in before the method or the field at the place of the error.
    pub(super) fn mended_before(&self, insertion: &str) -> Option<String> {
        let name = self.primary()?.range.start;
        let dot = self
            .source
            .get(..name)?
            .trim_end()
            .strip_suffix('.')?
            .trim_end()
            .len();
        self.line_with(&(dot..dot), insertion)
    }

    /// What stands before the method or the field at the place of the error, on its line.
    pub(super) fn receiver(&self) -> Option<&'a str> {
        let name = self.primary()?.range.start;
        let before = self.source.get(..name)?.trim_end().strip_suffix('.')?;
        let start = before.rfind(|sign: char| !sign.is_alphanumeric() && sign != '_')?;
        before.get(start..)?.get(1..).filter(|word| !word.is_empty())
    }

    /// The first line that has these words, with them put in other words.
    pub(super) fn line_saying(&self, words: &str, by: &str) -> Option<String> {
        let start = self.source.find(words)?;
        self.line_with(&(start..start + words.len()), by)
    }

    /// A word of the learner's text that is this name but for its capitals.
    pub(super) fn same_but_for_capitals(&self, name: &str) -> Option<&'a str> {
        let mut words = self
            .source
            .split(|sign: char| !sign.is_alphanumeric() && sign != '_');
        let kind = |name: &str| name.starts_with(char::is_uppercase);
        words.find(|word| {
            *word != name && kind(word) == kind(name) && word.to_lowercase() == name.to_lowercase()
        })
    }

    /// The function of the learner's around the place of the error.
    pub(super) fn within_function(&self) -> Option<&'a str> {
        let before = self.source.get(..self.primary()?.range.start)?;
        let start = before.rfind("fn ")?;
        let inside = &before[start..];
        let open = inside.matches('{').count() > inside.matches('}').count();
        let name = inside["fn ".len()..].split(['(', '<']).next()?;
        open.then_some(name.trim())
    }

    /// Whether nothing follows the place of the error on its line.
    pub(super) fn ends_its_line(&self) -> bool {
        let after = self.primary().and_then(|span| self.source.get(span.range.end..));
        let rest = after.and_then(|after| after.lines().next()).unwrap_or_default();
        rest.trim().is_empty()
    }

    fn primary(&self) -> Option<&'a Span> {
        let spans = &self.diagnostic.spans;
        spans.iter().find(|span| span.primary).or(spans.first())
    }

    fn labelled(&self, words: &str) -> Option<&'a Span> {
        let mut spans = self.diagnostic.spans.iter();
        spans.find(|span| span.label.contains(words))
    }

    fn text(&self, range: &Range<usize>) -> Option<&'a str> {
        self.source.get(range.clone()).filter(|text| !text.is_empty())
    }

    fn line_with(&self, range: &Range<usize>, by: &str) -> Option<String> {
        let before = self.source.get(..range.start)?;
        let after = self.source.get(range.end..)?;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = after.find('\n').unwrap_or(after.len());
        let line = format!("{}{by}{}", before.get(start..)?, after.get(..end)?);
        Some(line.trim().to_owned())
    }
}

/// The part between backticks of this rank.
pub(super) fn quoted(text: &str, rank: usize) -> Option<&str> {
    text.split('`').skip(1).step_by(2).nth(rank)
}

/// A type without the paths before its names: `Option<std::string::String>` is `Option<String>`.
pub(super) fn short(named: &str) -> String {
    let mut said = String::new();
    let mut rest = named;
    while let Some(at) = rest.find("::") {
        let (before, after) = rest.split_at(at);
        let name = before.trim_end_matches(|sign: char| sign.is_alphanumeric() || sign == '_');
        said.push_str(name);
        rest = &after[2..];
    }
    said + rest
}

/// A type as a sentence names it.
pub(super) fn kind_of(named: &str) -> String {
    match named {
        "integer" | "{integer}" => "un entier".to_owned(),
        "floating-point number" | "{float}" => "un nombre à virgule".to_owned(),
        "()" => "rien (`()`)".to_owned(),
        "String" => "une `String`".to_owned(),
        other => format!("un `{other}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_loses_its_paths_only() {
        assert_eq!(short("Option<std::string::String>"), "Option<String>");
        assert_eq!(short("&mut aws_sdk_s3::types::Tag"), "&mut Tag");
        assert_eq!(short("{integer}"), "{integer}");
    }

    #[test]
    fn what_is_between_backticks_is_found_by_its_rank() {
        assert_eq!(quoted("cannot add `i32` to `u64`", 1), Some("u64"));
        assert_eq!(quoted("nothing", 0), None);
    }
}
