//! A verdict in its box: the word, the points, what to do next.

use super::markdown;
use super::style::{Ink, Look};
use super::wrap::{Piece, wrap};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr as _;
use workbook::verdict::Verdict;

/// The verdict on an answer worth at most `max` points.
pub fn render(verdict: &Verdict, max: f64, look: Look) -> String {
    let (word, ink) = match verdict {
        Verdict::Passed(_) => ("Réussi", Ink::Good),
        Verdict::NotYet(_) => ("Pas encore", Ink::Warn),
        Verdict::Unreadable(_) => ("Réponse illisible (elle ne compte pas)", Ink::Warn),
        Verdict::DoesNotCompile(_) => ("Ne compile pas", Ink::Bad),
        Verdict::Unverifiable(_) => ("Invérifiable ici", Ink::Warn),
    };
    let title = if verdict.costs_an_attempt() {
        format!("{word} · {} / {}", points(verdict.score(max)), counted(max))
    } else {
        word.to_owned()
    };
    boxed(
        &title,
        ink,
        verdict.message(),
        matches!(verdict, Verdict::DoesNotCompile(_)),
        look,
    )
}

fn boxed(title: &str, ink: Ink, message: &str, verbatim: bool, look: Look) -> String {
    let bar = look.paint(ink, "│");
    let mut text = format!("{} {}\n", look.paint(ink, "┌"), look.paint(ink, title));
    let body = if verbatim {
        folded(&harmless(message), look)
    } else {
        markdown::render(
            &markdown::sentence(&harmless(message)),
            Look {
                width: look.width.saturating_sub(2),
                ..look
            },
        )
    };
    for line in body.lines() {
        text.push_str(format!("{bar} {line}").trim_end());
        text.push('\n');
    }
    let _ = writeln!(text, "{}", look.paint(ink, "└"));
    text
}

/// A text that is shown as it is written, except that its long lines go on below; code stays whole.
fn folded(message: &str, look: Look) -> String {
    let mut code = false;
    let mut text = String::new();
    for line in message.lines() {
        let words = line.trim_start();
        let fence = words.starts_with("```");
        code ^= fence;
        if code || fence {
            let _ = writeln!(text, "{line}");
            continue;
        }
        let indent = &line[..line.len() - words.len()];
        let width = look.width.saturating_sub(2 + indent.len()).max(20);
        if words.width() <= width {
            let _ = writeln!(text, "{line}");
            continue;
        }
        for line in wrap(&[Piece::new(words, Ink::Plain)], width, look) {
            let _ = writeln!(text, "{indent}{}", line.text);
        }
    }
    text
}

/// What an answer's own words (a file's name, an exception) could tell a terminal to do is not passed on.
fn harmless(message: &str) -> String {
    let signs = message.chars();
    signs
        .map(|sign| match sign {
            '\n' | '\t' => sign,
            sign if sign.is_control() => '\u{fffd}',
            sign => sign,
        })
        .collect()
}

/// A verdict in a line, in the words of `verifier` in a cell.
pub fn line(verdict: &Verdict, max: f64) -> String {
    let words = match verdict {
        Verdict::Passed(_) => "✔ Réussi",
        Verdict::NotYet(_) => "✘ Pas encore",
        Verdict::Unreadable(_) => "? Réponse illisible (elle ne compte pas)",
        Verdict::DoesNotCompile(_) => "✘ Le code ne compile pas",
        Verdict::Unverifiable(_) => "? Invérifiable ici",
    };
    format!("{words} ({} / {})", points(verdict.score(max)), points(max))
}

/// A number of points in French: `1`, `0,5`.
pub fn points(points: f64) -> String {
    let text = format!("{points:.2}");
    text.trim_end_matches('0').trim_end_matches('.').replace('.', ",")
}

/// `1 point`, `2 points`.
pub fn counted(number: f64) -> String {
    let unit = if number.abs() >= 2.0 { "points" } else { "point" };
    format!("{}\u{a0}{unit}", points(number))
}

/// A verdict's status, as contracts write it, in a few French words.
pub(crate) fn in_french(status: &str) -> &str {
    match status {
        "passed" => "réussi",
        "not_yet" => "pas encore",
        "unreadable" => "illisible",
        "does_not_compile" => "ne compile pas",
        "unverifiable" => "invérifiable",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use workbook::verdict::Feedback;

    #[test]
    fn what_would_command_the_terminal_is_shown_as_no_sign() {
        let text = render(
            &Verdict::Unreadable("\u{1b}]0;titre\u{7}".into()),
            1.0,
            Look::plain(60),
        );
        assert!(
            text.contains("\u{fffd}]0;titre\u{fffd}") && !text.contains('\u{1b}'),
            "{text}"
        );
    }

    #[test]
    fn a_partial_answer_shows_its_points_and_its_feedback() {
        let feedback = Feedback {
            message: "Pense à **arrondir**.".into(),
            misconception: None,
            score: 0.5,
        };
        let text = render(&Verdict::NotYet(feedback), 2.0, Look::plain(60));
        assert_eq!(
            text,
            "┌ Pas encore · 0,5 / 2\u{a0}points\n│ Pense à arrondir.\n└\n"
        );
    }

    #[test]
    fn a_status_that_an_explanation_begins_with_stays_as_it_is_written() {
        let text = render(&Verdict::Passed("404. Le marqueur.".into()), 1.0, Look::plain(60));
        assert!(text.contains("│ 404. Le marqueur."), "{text}");
    }

    #[test]
    fn an_unreadable_answer_shows_no_points() {
        let text = render(
            &Verdict::Unreadable("Un nombre est attendu.".into()),
            1.0,
            Look::plain(60),
        );
        assert!(text.contains("elle ne compte pas") && !text.contains("point"));
    }

    #[test]
    fn compiler_drawings_keep_their_columns() {
        let drawing = "  1 │ let a\n    │     ^";
        let text = render(&Verdict::DoesNotCompile(drawing.into()), 1.0, Look::plain(20));
        assert!(text.contains("│   1 │ let a\n│     │     ^"), "{text}");
    }
}
