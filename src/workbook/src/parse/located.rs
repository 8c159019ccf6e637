//! A piece of a lesson that remembers where in the file it stands.

use std::ops::Range;
use toml::Spanned;

/// A text and its place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) text: String,
    /// Byte range in the file that stands for the text (quotes included for a TOML string).
    pub(crate) span: Range<usize>,
    /// Where the text's first byte is, when the text stands in the file as it is.
    exact: Option<usize>,
}

impl Located {
    /// A text that stands at `start` in the file, as it is.
    pub(crate) fn at(text: impl Into<String>, start: usize) -> Self {
        let text = text.into();
        Self {
            span: start..start + text.len(),
            exact: Some(start),
            text,
        }
    }

    /// A string of the TOML document `block`. Escapes make the inner positions unknown: the whole
    /// string stands for them then.
    pub(crate) fn of_toml(block: &Self, string: &Spanned<String>) -> Self {
        let span = block.place(&string.span());
        let raw = block.text.get(string.span()).unwrap_or_default();
        let value = string.get_ref();
        let exact = raw.find(value.as_str()).map(|at| span.start + at);
        Self {
            text: value.clone(),
            span,
            exact,
        }
    }

    /// The same text, of which a part stands for what is wrong with all of that part.
    pub(crate) fn within(&self, part: &Range<usize>) -> Self {
        Self {
            span: self.place(part),
            ..self.clone()
        }
    }

    /// A text whose inner positions are not known.
    pub(crate) fn unplaced(text: &str, span: Range<usize>) -> Self {
        Self {
            text: text.to_owned(),
            span,
            exact: None,
        }
    }

    /// The place in the file of a byte range of the text.
    pub(crate) fn place(&self, range: &Range<usize>) -> Range<usize> {
        match self.exact {
            Some(start) => start + range.start..start + range.end,
            None => self.span.clone(),
        }
    }
}
