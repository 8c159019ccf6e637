//! rustc's messages, in the coordinates of the learner's own text.

use std::ops::Range;

use evcxr::{CompilationError, Error};
use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};
use workbook::engine::{Diagnostic, Span};

use crate::protocol::Answer;
use crate::{places, refusals};

/// What the host answers when evcxr did not run a cell.
pub(crate) fn rejection(source: &str, error: Error) -> Answer {
    let diagnostics: Vec<Diagnostic> = match error {
        Error::CompilationErrors(errors) => {
            let all = errors.iter().map(|error| diagnostic(source, error));
            in_order(all.filter(is_about_the_cell).collect())
        }
        other => vec![refusals::in_french(message(source, &other.to_string()))],
    };
    Answer::Rejected { diagnostics }
}

/// A line before any Rust that begins with `!`: evcxr would give it to a shell, outside the world of the cells.
pub(crate) fn shell_line(source: &str) -> Option<Answer> {
    let is_before_rust = |line: &&str| {
        let text = line.trim_start_matches(' ');
        line.trim().is_empty() || line.starts_with("//") || line.starts_with('!') || text.starts_with(':')
    };
    let line = source
        .lines()
        .take_while(is_before_rust)
        .find(|line| line.starts_with('!'))?;
    let start = line.as_ptr() as usize - source.as_ptr() as usize;
    let diagnostics = vec![Diagnostic {
        code: None,
        message: "une ligne qui commence par «\u{a0}!\u{a0}» n’est pas du Rust\u{a0}; pour le contraire d’une valeur, écris «\u{a0}(!x)\u{a0}», et pour une commande du système un script bash"
            .to_owned(),
        level: "error".to_owned(),
        spans: vec![Span {
            range: start..start + line.len(),
            label: String::new(),
            primary: true,
        }],
        help: Vec::new(),
    }];
    Some(Answer::Rejected { diagnostics })
}

/// The refusal of a cell in which a sign closes what was never opened, in rustc's words: evcxr would take it for the end of
/// what it writes around the cell.
pub(crate) fn closed_too_often(source: &str) -> Option<Answer> {
    let mut open = 0_usize;
    let mut at = 0;
    for token in tokenize(source, FrontmatterAllowed::No) {
        let range = at..at + token.len as usize;
        at = range.end;
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => open += 1,
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace if open == 0 => {
                let label = "unexpected closing delimiter".to_owned();
                let diagnostics = vec![Diagnostic {
                    code: None,
                    message: format!("{label}: `{}`", &source[range.clone()]),
                    level: "error".to_owned(),
                    spans: vec![Span {
                        range,
                        label,
                        primary: true,
                    }],
                    help: Vec::new(),
                }];
                return Some(Answer::Rejected { diagnostics });
            }
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => open -= 1,
            _ => {}
        }
    }
    None
}

/// rustc warns about earlier cells again and again; what does not compile is this one.
fn is_about_the_cell(diagnostic: &Diagnostic) -> bool {
    diagnostic.level != "warning" || !diagnostic.spans.is_empty()
}

/// What rustc found comes first, and what it notes beside a mistake is none; what evcxr refuses comes last: it is often
/// gone once the mistake is mended.
fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if diagnostics.iter().any(|one| one.level == "error") {
        diagnostics.retain(|one| one.level == "error" || one.level == "warning");
    }
    diagnostics.sort_by_key(refusals::is_french);
    diagnostics
}

fn diagnostic(source: &str, error: &CompilationError) -> Diagnostic {
    let helps = error
        .help()
        .iter()
        .map(|line| on_one_line(line))
        .collect::<Vec<_>>();
    let notes = notes(&error.json);
    let help = helps
        .iter()
        .chain(&notes)
        .filter(|line| !is_a_catalogue(line))
        .map(|line| refusals::without_internals(line))
        .collect();
    let mut spans = spans(source, error);
    if spans.is_empty() {
        spans = places::by_their_lines(source, &error.json);
    }
    if spans.is_empty() && error.code().is_none() {
        spans = of_the_variable(source, &error.message());
    }
    let message = refusals::without_internals(&error.message());
    // The sign that does not match is the one that closes the cell, which the learner has not written.
    let own = spans.iter().any(|span| span.label.contains(MISMATCHED));
    let message = if message.starts_with(MISMATCHED) && !own {
        UNCLOSED.to_owned()
    } else {
        message
    };
    refusals::in_french(Diagnostic {
        code: error.code().map(str::to_owned),
        message,
        level: error.level().to_owned(),
        spans,
        help,
    })
}

const MISMATCHED: &str = "mismatched closing delimiter";
const UNCLOSED: &str = "this cell contains an unclosed delimiter";

fn spans(source: &str, error: &CompilationError) -> Vec<Span> {
    let spans = error.spanned_messages().iter().filter_map(|message| {
        let span = message.span?;
        let start = (span.start_line, span.start_column);
        Some(Span {
            range: byte_range(source, start, (span.end_line, span.end_column)),
            label: label(error, &message.label),
            primary: message.is_primary,
        })
    });
    spans.collect()
}

/// evcxr puts what rustc would write instead two lines below its help; where that is a word or a line, it follows the
/// sentence.
fn on_one_line(help: &str) -> String {
    let Some((sentence, instead)) = help.split_once("\n\n") else {
        return help.to_owned();
    };
    let instead = instead.trim();
    if instead.is_empty() || instead.contains('\n') || sentence.contains(&format!("`{instead}`")) {
        sentence.to_owned()
    } else {
        format!("{sentence}: `{instead}`")
    }
}

/// Whether a help only lists what else there is in the world: nobody who begins reads that.
fn is_a_catalogue(help: &str) -> bool {
    [
        "following other types implement trait",
        "following types implement trait",
        "satisfying `",
        "has been written to",
        "using `--verbose`",
    ]
    .iter()
    .any(|words| help.contains(words))
}

/// evcxr repeats the message where rustc wrote no label.
fn label(error: &CompilationError, label: &str) -> String {
    let message = refusals::without_internals(&error.message());
    let label = refusals::without_internals(label);
    let repeated = label
        .strip_prefix(error.level())
        .and_then(|rest| rest.strip_prefix(": "));
    if repeated == Some(message.as_str()) {
        String::new()
    } else {
        label
    }
}

fn notes(json: &serde_json::Value) -> Vec<String> {
    let children = json["children"].as_array().map_or(&[][..], Vec::as_slice);
    let notes = children
        .iter()
        .filter(|child| child["level"] == "note" && child["spans"] == serde_json::json!([]));
    notes
        .filter_map(|note| note["message"].as_str().map(str::to_owned))
        .collect()
}

/// evcxr's own refusals.
fn message(source: &str, text: &str) -> Diagnostic {
    Diagnostic {
        code: None,
        message: text.to_owned(),
        level: "error".to_owned(),
        spans: of_the_variable(source, text),
        help: Vec::new(),
    }
}

/// They have no span; the variable they name has a place.
fn of_the_variable(source: &str, refusal: &str) -> Vec<Span> {
    let place = refusals::variable(refusal).and_then(|name| definition(source, name));
    let span = place.map(|range| Span {
        range,
        label: String::new(),
        primary: true,
    });
    span.into_iter().collect()
}

fn definition(source: &str, name: &str) -> Option<Range<usize>> {
    ["let ", "let mut "].iter().find_map(|keyword| {
        let start = source.find(&format!("{keyword}{name}"))? + keyword.len();
        Some(start..start + name.len())
    })
}

/// Bytes between two places given as rustc does: line and column from 1, columns in characters.
fn byte_range(source: &str, start: (usize, usize), end: (usize, usize)) -> Range<usize> {
    let start = byte_offset(source, start);
    start..byte_offset(source, end).max(start)
}

fn byte_offset(source: &str, (line, column): (usize, usize)) -> usize {
    let mut lines = source.split_inclusive('\n');
    let before: usize = lines.by_ref().take(line.saturating_sub(1)).map(str::len).sum();
    let text = lines.next().unwrap_or_default().trim_end_matches('\n');
    let within = text
        .char_indices()
        .nth(column.saturating_sub(1))
        .map_or(text.len(), |(at, _)| at);
    before + within
}

/// The line of the learner's text that a line of the generated file came from.
///
/// evcxr copies the learner's lines as they are, in blocks; equal lines are told apart by their
/// neighbours.
pub(crate) fn source_line(generated: &str, line: usize, source: &str) -> Option<usize> {
    let generated: Vec<&str> = generated.lines().map(str::trim).collect();
    let source: Vec<&str> = source.lines().map(str::trim).collect();
    let at = line.checked_sub(1)?;
    let wanted = generated.get(at).filter(|text| !text.is_empty())?;
    let likeness = |candidate: usize| {
        let same = |step: usize, forward: bool| {
            let (ours, theirs) = if forward {
                (Some(candidate + step), Some(at + step))
            } else {
                (candidate.checked_sub(step), at.checked_sub(step))
            };
            ours.and_then(|i| source.get(i)) == theirs.and_then(|i| generated.get(i))
        };
        let run = |forward| (1..20).take_while(|step| same(*step, forward)).count();
        run(true) + run(false)
    };
    let whole: Vec<usize> = (0..source.len()).filter(|at| source[*at] == *wanted).collect();
    // evcxr writes each statement on lines of its own; the learner may have several on one.
    let part = || {
        (0..source.len())
            .filter(|at| wanted.len() > 2 && source[*at].contains(wanted))
            .collect()
    };
    let candidates: Vec<usize> = if whole.is_empty() { part() } else { whole };
    candidates
        .into_iter()
        .max_by_key(|candidate| (likeness(*candidate), std::cmp::Reverse(*candidate)))
        .map(|found| found + 1)
}

#[cfg(test)]
mod tests {
    use super::{byte_range, closed_too_often, definition, on_one_line, shell_line, source_line};
    use crate::protocol::Answer;
    use crate::refusals::variable;

    #[test]
    fn a_line_that_would_go_to_a_shell_is_refused_and_a_negation_in_rust_is_not() {
        let source = "// note\n:dep serde\n!rm -r été";
        let Some(Answer::Rejected { diagnostics }) = shell_line(source) else {
            panic!("not refused");
        };
        assert_eq!(&source[diagnostics[0].spans[0].range.clone()], "!rm -r été");
        for rust in [
            " !vrai",
            "let x =\n!vrai;",
            "(!vrai)",
            "",
            ":vars\nlet x = 1;\n!x",
        ] {
            assert!(shell_line(rust).is_none(), "{rust}");
        }
    }

    #[test]
    fn columns_count_characters_and_ranges_count_bytes() {
        let source = "// été\nlet où = \"à\" + 1;\n";
        let range = byte_range(source, (2, 10), (2, 17));
        assert_eq!(&source[range], "\"à\" + 1");
    }

    #[test]
    fn a_sign_that_closes_nothing_is_refused_where_it_stands() {
        let found = |source| match closed_too_often(source) {
            Some(Answer::Rejected { diagnostics }) => Some(diagnostics[0].spans[0].range.clone()),
            _ => None,
        };
        assert_eq!(found("}\nlet a = 5;"), Some(0..1));
        assert_eq!(found("é; (1, [2]); // )\nlet b = \"]\"; }"), Some(32..33));
        assert_eq!(found("let a = (1, '}');"), None);
    }

    #[test]
    fn a_statement_that_shares_its_line_has_that_line() {
        let generated = "fn f() {\nlet v = [1];\nlet i = 7;\n(\nv[i]\n).evcxr_display();\n}";
        assert_eq!(
            source_line(generated, 5, "// a\nlet v = [1]; let i = 7; v[i]"),
            Some(2)
        );
        assert_eq!(source_line(generated, 4, "(1) + (2)"), None);
    }

    #[test]
    fn what_to_write_instead_follows_the_help() {
        assert_eq!(
            on_one_line("consider cloning\n\n.clone()"),
            "consider cloning: `.clone()`"
        );
        assert_eq!(on_one_line("remove the `.await`\n\n"), "remove the `.await`");
        assert_eq!(on_one_line("add `;` here\n\n;"), "add `;` here");
        assert_eq!(on_one_line("use quotes\n\n\"\na\n\""), "use quotes");
        assert_eq!(on_one_line("a\nb"), "a\nb");
    }

    #[test]
    fn a_place_past_the_end_of_a_line_stays_on_it() {
        let source = "é\nb\n";
        assert_eq!(byte_range(source, (1, 9), (1, 9)), 2..2);
        assert_eq!(byte_range(source, (9, 1), (9, 4)), 5..5);
    }

    #[test]
    fn a_line_is_found_back_by_its_text_and_its_neighbours() {
        let source = "let a = 1;\npanic!(\"x\");\nlet b = 2;\npanic!(\"x\");";
        let generated = "mod x {\nlet a = 1;\npanic!(\"x\");\nlet b = 2;\npanic!(\"x\");\n}";
        assert_eq!(source_line(generated, 3, source), Some(2));
        assert_eq!(source_line(generated, 5, source), Some(4));
        assert_eq!(source_line(generated, 1, source), None);
        assert_eq!(source_line(generated, 99, source), None);
    }

    #[test]
    fn a_refusal_of_evcxr_points_at_the_variable_it_names() {
        let refusal = "The variable `carré` is a closure, which cannot be persisted.";
        let name = variable(refusal).unwrap_or_default();
        assert_eq!(name, "carré");
        assert_eq!(definition("let x = 1;\nlet carré = |y| y;", name), Some(15..21));
    }
}
