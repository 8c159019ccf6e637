//! A mistake in a lesson's file: where it is, and what was expected.

use super::style::{Ink, Look};
use super::wrap::{Piece, wrap};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};
use std::fmt;
use std::ops::Range;
use workbook::parse::{LessonError, Placed};

/// The mistakes, each drawn over its line of the lesson.
pub fn render(error: &LessonError, look: Look) -> String {
    let drawn: Vec<String> = error
        .mistakes()
        .iter()
        .map(|mistake| draw(mistake, look))
        .collect();
    drawn.join("\n\n")
}

fn draw(mistake: &Placed, look: Look) -> String {
    let theme = if look.color {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(look.width)
        .with_links(false);
    let mut text = String::new();
    if handler
        .render_report(&mut text, &Shown::of(mistake, look.width))
        .is_err()
    {
        text = format!("{mistake}\n");
    }
    let mut drawn = text.trim_matches('\n').to_owned();
    let expected = [Piece::new(bound(&mistake.expected), Ink::Plain)];
    for line in wrap(&expected, look.width.saturating_sub(4), look) {
        drawn.push_str("\n    ");
        drawn.push_str(&line.text);
    }
    drawn
}

/// With no-break spaces inside French quotes: a quote does not stay behind at the end of a line.
fn bound(text: &str) -> String {
    text.replace("« ", "«\u{a0}").replace(" »", "\u{a0}»")
}

/// A mistake as miette draws it: the part of its line that a terminal has room for.
#[derive(Debug)]
struct Shown {
    title: String,
    window: Window,
    span: Range<usize>,
}

/// Columns that line numbers and frames take.
const FRAME: usize = 12;

impl Shown {
    fn of(mistake: &Placed, width: usize) -> Self {
        let text = &mistake.text;
        let start = text[..mistake.span.start]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let end = text[start..]
            .find('\n')
            .map_or(text.len(), |length| start + length);
        let span = mistake.span.start.min(end)..mistake.span.end.min(end);
        let room = width.saturating_sub(FRAME).max(20);
        let (from, to) = around(&text[start..end], &(span.start - start..span.end - start), room);
        let before = if from > 0 { "…" } else { "" };
        let after = if start + to < end { "…" } else { "" };
        let line = format!("{before}{}{after}", &text[start + from..start + to]);
        let shift = |at: usize| (at.min(start + to) + before.len()).saturating_sub(start + from);
        Self {
            title: bound(&mistake.to_string()),
            span: shift(span.start)..shift(span.end),
            window: Window {
                line,
                file: mistake.file.clone(),
                place: (mistake.line, mistake.column),
            },
        }
    }
}

/// The byte range of a line that is shown: all of it where there is room, else what is around `span`.
fn around(line: &str, span: &Range<usize>, room: usize) -> (usize, usize) {
    let letters: Vec<usize> = line
        .char_indices()
        .map(|(at, _)| at)
        .chain([line.len()])
        .collect();
    let count = letters.len() - 1;
    if count <= room {
        return (0, line.len());
    }
    let column = letters.partition_point(|at| *at < span.start);
    let first = column.saturating_sub(room / 3).min(count - room);
    (letters[first], letters[first + room])
}

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.title)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.window.line.is_empty()).then_some(&self.window as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(None, self.span.clone());
        Some(Box::new(std::iter::once(label)))
    }
}

/// One line of a file, or a part of it, that keeps its place in the file.
#[derive(Debug)]
struct Window {
    line: String,
    file: String,
    /// Line and column of the mistake, from 1.
    place: (usize, usize),
}

impl SourceCode for Window {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.line.read_span(span, before, after)?;
        let (line, column) = self.place;
        Ok(Box::new(MietteSpanContents::new_named(
            self.file.clone(),
            inner.data(),
            *inner.span(),
            line - 1,
            column - 1,
            inner.line_count(),
        )))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use workbook::Workbook;

    fn drawn(text: &str, width: usize) -> String {
        let error = Workbook::load(vec![("01-essai.md".to_owned(), text.to_owned())])
            .err()
            .unwrap();
        render(&error, Look::plain(width))
    }

    #[test]
    fn a_mistake_is_drawn_under_its_line_with_what_was_expected() {
        let text = "---\nid: Essai\ntitre: Un\nresume: Deux\n---\n";
        assert_eq!(
            drawn(text, 60),
            "  × 01-essai.md:2:1 : l’identifiant «\u{a0}Essai\u{a0}» n’a pas la\n  │ bonne forme\n   ╭─[01-essai.md:2:1]\n 2 │ id: \
             Essai\n   · ─────────\n   ╰────\n    attendu : 1 à 48 caractères parmi a-z, 0-9 et -"
        );
    }

    #[test]
    fn an_empty_file_has_no_line_to_show_and_still_says_what_was_expected() {
        let shown = drawn("", 80);
        assert!(
            shown.starts_with("  × 01-essai.md:1:1 : fichier vide\n"),
            "{shown}"
        );
        assert!(shown.contains("attendu : en tête du fichier"), "{shown}");
    }

    #[test]
    fn a_very_long_line_is_shown_around_the_mistake() {
        let long = "mot ".repeat(2_000);
        let text = format!("---\nid: essai\ntitre: Un\nresume: {long}: {long}\n---\n");
        let shown = drawn(&text, 80);
        assert!(
            shown.lines().all(|line| super::super::wrap::columns(line) <= 80),
            "{shown}"
        );
        assert!(
            shown.contains("[01-essai.md:4:8009]") && shown.contains(" mot : mot "),
            "{shown}"
        );
    }

    #[test]
    fn nothing_that_a_learner_reads_is_english() {
        let shown = drawn("texte", 80);
        for word in ["Error", "help", "Caused", "lecon"] {
            assert!(!shown.contains(word), "{shown}");
        }
    }
}
