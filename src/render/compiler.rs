//! Compiler messages over the learner's own text, accents included.

use super::explained;
use super::style::Look;
use ariadne::{Color, Config, IndexType, Label, Report, ReportKind, Source};
use std::fmt::Write;
use std::ops::Range;
use workbook::engine::Diagnostic;
use workbook::explanation::explain_all;

const NAME: &str = "cellule";

/// rustc's messages, each drawn over `source`, the text that was evaluated, with what it means in French below.
pub fn diagnostics(source: &str, diagnostics: &[Diagnostic], look: Look) -> String {
    let explanations = explain_all(source, diagnostics);
    diagnostics
        .iter()
        .zip(explanations)
        .map(|(diagnostic, explanation)| {
            let drawn = draw(source, diagnostic, look);
            drawn + &explanation.map_or(String::new(), |one| explained::render(&one, look))
        })
        .collect()
}

fn draw(source: &str, diagnostic: &Diagnostic, look: Look) -> String {
    let Some(place) = diagnostic
        .spans
        .iter()
        .find(|span| span.primary)
        .or(diagnostic.spans.first())
    else {
        return without_place(diagnostic);
    };
    let (kind, english, french) = match diagnostic.level.as_str() {
        "warning" => (ReportKind::Warning, "Warning:", "Avertissement\u{a0}:"),
        _ => (ReportKind::Error, "Error:", "Erreur\u{a0}:"),
    };
    let config = Config::default()
        .with_index_type(IndexType::Byte)
        .with_color(look.color);
    let mut report = Report::build(kind, (NAME, within(source, &place.range)))
        .with_config(config)
        .with_message(&diagnostic.message);
    if let Some(code) = &diagnostic.code {
        report = report.with_code(code);
    }
    for span in &diagnostic.spans {
        let color = if span.primary { Color::Red } else { Color::Blue };
        let label = Label::new((NAME, within(source, &span.range))).with_color(color);
        let text = if span.label.is_empty() {
            "ici"
        } else {
            span.label.as_str()
        };
        report = report.with_label(label.with_message(text));
    }
    for help in &diagnostic.help {
        report = report.with_note(help);
    }
    let mut drawn = Vec::new();
    match report.finish().write((NAME, Source::from(source)), &mut drawn) {
        // A custom kind would be coloured even where colours are off.
        Ok(()) => String::from_utf8_lossy(&drawn).replacen(english, french, 1),
        Err(_) => without_place(diagnostic),
    }
}

fn without_place(diagnostic: &Diagnostic) -> String {
    let code = diagnostic
        .code
        .as_deref()
        .map(|code| format!("[{code}] "))
        .unwrap_or_default();
    let mut text = format!("{code}{}\n", diagnostic.message);
    for help in &diagnostic.help {
        let _ = writeln!(text, "  {help}");
    }
    text
}

/// A range of whole characters inside the text, whatever was reported.
fn within(source: &str, range: &Range<usize>) -> Range<usize> {
    let start = source.floor_char_boundary(range.start.min(source.len()));
    let end = source.ceil_char_boundary(range.end.min(source.len()));
    start..end.max(start)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use workbook::engine::Span;

    fn unknown(source: &str, name: &str) -> Diagnostic {
        let start = source.find(name).unwrap();
        Diagnostic {
            code: Some("E0425".to_owned()),
            message: format!("cannot find value `{name}` in this scope"),
            level: "error".to_owned(),
            spans: vec![Span {
                range: start..start + name.len(),
                label: "not found in this scope".to_owned(),
                primary: true,
            }],
            help: Vec::new(),
        }
    }

    #[test]
    fn the_span_is_under_the_word_although_accents_come_before_it() {
        let source = "let débité = 3; // là\nlet été = \"é\"; prévu + débité";
        let drawn = diagnostics(source, &[unknown(source, "prévu")], Look::plain(80));
        let lines: Vec<&str> = drawn.lines().collect();
        let rank = lines
            .iter()
            .position(|line| line.contains("prévu + débité"))
            .unwrap();
        let column = |line: &str, wanted: char| line.chars().position(|letter| letter == wanted).unwrap();
        let word = lines[rank].chars().collect::<String>().find("prévu").unwrap();
        let word = lines[rank][..word].chars().count();
        assert_eq!(column(lines[rank + 1], '┬').abs_diff(word + 2), 0, "{drawn}");
        assert!(drawn.contains("not found in this scope"));
        assert!(!drawn.contains('\u{1b}'));
    }

    #[test]
    fn what_a_message_means_stands_below_it_once_for_each_kind() {
        let source = "prévu + autre";
        let drawn = diagnostics(
            source,
            &[unknown(source, "prévu"), unknown(source, "autre")],
            Look::plain(80),
        );
        let (first, second) = drawn.split_once("`autre`").unwrap();
        assert!(
            first.contains("│ Aucune variable ne s’appelle `prévu`"),
            "{drawn}"
        );
        assert!(!second.contains("Aucune variable"), "{drawn}");
    }

    #[test]
    fn a_range_outside_of_the_text_does_not_break_the_report() {
        let mut diagnostic = unknown("é", "é");
        diagnostic.spans[0].range = 1..90;
        assert!(diagnostics("é", &[diagnostic], Look::plain(80)).contains("E0425"));
    }
}
