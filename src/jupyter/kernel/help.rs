//! Help while a cell is typed: what may come next, what a name is, whether the cell is whole.

use super::cell;
use super::text::{byte_of, letter_of};
use super::wire::Message;
use super::worker::Kernel;
use crate::desk::candidates::Found;
use crate::desk::{lock, words};
use crate::render::{Look, documentation};
use crate::syntax::{Wholeness, wholeness};
use serde_json::{Value, json};
use workbook::engine::{Completion, Completions, Inspection};

/// How documentation looks where there is no Markdown.
const PLAIN: Look = Look::plain(88);

/// The text of a cell, and the byte that the cursor is before.
fn asked(request: &Message) -> (&str, usize) {
    let code = request.text("code");
    let cursor = request.content["cursor_pos"].as_u64().map(usize::try_from);
    let cursor = cursor.and_then(Result::ok).unwrap_or(usize::MAX);
    (code, byte_of(code, cursor))
}

/// One completion: what takes the place of the bytes of its range, and what it is.
struct Candidate {
    text: String,
    label: String,
    kind: &'static str,
}

impl Kernel<'_> {
    /// The content of a `complete_reply`.
    pub(super) fn complete(&self, request: &Message) -> Value {
        let (code, place) = asked(request);
        let (start, end, found) = self.candidates_at(code, place);
        let (start, end) = (letter_of(code, start), letter_of(code, end));
        let types: Vec<Value> = found
            .iter()
            .map(|one| json!({"start": start, "end": end, "text": one.text, "type": one.kind, "signature": one.label}))
            .collect();
        let matches: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
        json!({
            "status": "ok",
            "matches": matches,
            "cursor_start": start,
            "cursor_end": end,
            "metadata": {"_jupyter_types_experimental": types},
        })
    }

    fn candidates_at(&self, code: &str, place: usize) -> (usize, usize, Vec<Candidate>) {
        let indent = code.len() - code.trim_start().len();
        if matches!(
            cell::kind(code),
            cell::Kind::Script(..) | cell::Kind::Shell(_) | cell::Kind::Refused(_)
        ) {
            return (place, place, Vec::new());
        }
        let line = code[..place].rfind('\n').map_or(0, |end| end + 1);
        let begun = if code[indent..].starts_with(':') {
            line.max(indent.min(place))
        } else {
            place
        };
        if code[begun..place].starts_with(':') {
            return match self.candidates.complete(&code[begun..place]) {
                Found::Words { start, words } => {
                    (begun + start, place, words.into_iter().map(word).collect())
                }
                Found::Rust(from) => {
                    let from = begun + from;
                    let (start, end, found) = self.rust_at(&code[from..], place - from);
                    (from + start, from + end, found)
                }
            };
        }
        self.rust_at(code, place)
    }

    /// What the engine knows, or else the words of the language while it starts.
    fn rust_at(&self, code: &str, place: usize) -> (usize, usize, Vec<Candidate>) {
        let found = self
            .kitchen
            .at_once()
            .and_then(|workshop| lock(&workshop).session.complete(code, place).ok());
        match found {
            Some(Completions { range, items }) if !items.is_empty() => {
                (range.start, range.end, items.into_iter().map(known).collect())
            }
            _ => {
                let (start, words) = words::complete(&code[..place]);
                (start, place, words.into_iter().map(word).collect())
            }
        }
    }

    /// The content of an `inspect_reply`.
    pub(super) fn inspect(&self, request: &Message) -> Value {
        let (code, place) = asked(request);
        let line = code[..place].rsplit('\n').next().unwrap_or_default().trim_start();
        let data = match cell::about(line) {
            Some(about) => Some(json!({"text/plain": about.replace('`', ""), "text/markdown": about})),
            None => self.inspected(code, place).map(|found| data(&found)),
        };
        json!({"status": "ok", "found": data.is_some(), "data": data.unwrap_or(json!({})), "metadata": {}})
    }

    /// What is known of the name under the cursor, or of the function whose call it stands in.
    pub(super) fn inspected(&self, code: &str, place: usize) -> Option<Inspection> {
        let workshop = self.kitchen.at_once()?;
        let mut workshop = lock(&workshop);
        let mut known = |place| workshop.session.inspect(code, place).ok().flatten();
        known(place).or_else(|| known(called(&code[..place])?))
    }

    /// The content of an `is_complete_reply`.
    pub(super) fn is_complete(request: &Message) -> Value {
        let code = request.text("code");
        match (cell::kind(code), wholeness(code.trim())) {
            (
                cell::Kind::Script(..)
                | cell::Kind::Shell(_)
                | cell::Kind::Refused(_)
                | cell::Kind::Question(_),
                _,
            ) => {
                json!({"status": "complete"})
            }
            (_, Wholeness::Whole) => json!({"status": "complete"}),
            (_, Wholeness::Wrong) => json!({"status": "invalid"}),
            (_, Wholeness::Open(depth)) => json!({"status": "incomplete", "indent": "    ".repeat(depth)}),
        }
    }
}

fn word(text: String) -> Candidate {
    let kind = if text.starts_with(':') { "magic" } else { "keyword" };
    Candidate {
        label: text.clone(),
        text,
        kind,
    }
}

fn known(item: Completion) -> Candidate {
    Candidate {
        text: item.text,
        label: item.label,
        kind: item.kind.jupyter(),
    }
}

/// What is known of a name, in the forms that Jupyter shows.
pub(super) fn data(found: &Inspection) -> Value {
    json!({"text/plain": documentation::show(found, PLAIN), "text/markdown": found.markdown()})
}

/// The end of the name before the bracket that is still open at the end of `before`.
fn called(before: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, letter) in before.char_indices().rev() {
        match letter {
            ')' => depth += 1,
            '(' if depth == 0 => {
                return Some(before[..place].trim_end_matches('!').len()).filter(|end| *end > 0);
            }
            '(' => depth -= 1,
            ';' | '{' | '}' => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::wire::Author;
    use super::*;

    #[test]
    fn the_function_whose_arguments_are_typed_is_found() {
        assert_eq!(called("x.get(f(1), "), Some("x.get".len()));
        assert_eq!(called("println!("), Some("println".len()));
        for nothing in ["x.get(1)", "f(x); y", "("] {
            assert_eq!(called(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_cell_is_whole_open_or_wrong() {
        let status = |code: &str| {
            let request = Author::new().write(
                Vec::new(),
                &json!({}),
                "is_complete_request",
                json!({"code": code}),
            );
            Kernel::is_complete(&request)
        };
        for whole in [
            "1 + 1",
            "fn f() {}",
            "",
            "%%bash\nif true; then (",
            ":aide",
            "?vec[",
        ] {
            assert_eq!(status(whole), json!({"status": "complete"}), "{whole}");
        }
        assert_eq!(
            status("fn f() {\n    g("),
            json!({"status": "incomplete", "indent": "        "})
        );
        assert_eq!(
            status("let s = \"début"),
            json!({"status": "incomplete", "indent": ""})
        );
        assert_eq!(status("let x = 1);"), json!({"status": "invalid"}));
    }
}
