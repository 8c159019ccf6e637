//! Puts what evcxr writes in no order into one. It keeps the items and the variables of a session in maps of which each
//! process has an order of its own: the same cell of the same lesson would be another text each time, and be compiled again.
//!
//! What moves are whole items of the root, macros first since they must stand before their use, and the lines that pass a
//! variable on. evcxr takes rustc's messages by the lines that it wrote: they are told in these ([`Ordered::told`]).

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode as _, HasName as _};
use ra_ap_syntax::{Edition, SourceFile};
use serde_json::Value;

use super::build::TEXT;
use super::narrow::{self, Way};
use crate::cell::EVCXR_FUNCTION;

/// The first name of what evcxr writes behind the learner's items: its error, or its module.
const GENERATED: [&str; 2] = ["EvcxrUserCodeError", "evcxr_internal_runtime"];

/// A generated source in its order.
pub(super) struct Ordered {
    pub(super) text: String,
    /// The line of evcxr's for each of the text's, both from 0.
    was: Vec<usize>,
}

impl Ordered {
    pub(super) fn of(source: &str) -> Self {
        let lines: Vec<&str> = source.split_inclusive('\n').collect();
        let mut was: Vec<usize> = (0..lines.len()).collect();
        if let Some(blocks) = items(source, &lines) {
            reorder(&mut was, blocks);
        }
        for group in variables(source) {
            was[group].sort_by_key(|line| (lines[*line].trim().is_empty(), lines[*line]));
        }
        let text = was.iter().map(|line| lines[*line]).collect();
        Self { text, was }
    }

    /// A message of rustc's on the text, as one on evcxr's. `None` where the two are the same.
    pub(super) fn told(&self, message: &[u8]) -> Option<Vec<u8>> {
        if self.was.is_sorted() {
            return None;
        }
        let mut message: Value = serde_json::from_slice(message).ok()?;
        self.tell(&mut message);
        Some(format!("{message}\n").into_bytes())
    }

    /// Tells every span of the text in evcxr's lines.
    fn tell(&self, json: &mut Value) {
        match json {
            Value::Array(items) => items.iter_mut().for_each(|item| self.tell(item)),
            Value::Object(fields) => {
                let ours = fields.get("file_name").and_then(Value::as_str) == Some(TEXT);
                if ours {
                    let start = self.line(fields.get("line_start"));
                    let end = self.line(fields.get("line_end"));
                    if let (Some(start), Some(end)) = (start, end) {
                        fields.insert("line_start".to_owned(), start.into());
                        fields.insert("line_end".to_owned(), end.max(start).into());
                    }
                }
                fields.values_mut().for_each(|value| self.tell(value));
            }
            _ => {}
        }
    }

    /// evcxr's line for one of the text's, both from 1.
    fn line(&self, line: Option<&Value>) -> Option<usize> {
        let line = usize::try_from(line?.as_u64()?).ok()?;
        let was = self.was.get(line.checked_sub(1)?);
        // rustc speaks of a line behind the last.
        Some(was.map_or(line, |was| was + 1))
    }
}

/// A block of lines, and whether it is a macro.
type Block = (Range<usize>, bool);

/// The lines of each of the learner's items, each with the comments before it and the empty lines behind it, in the order in
/// which they should stand; none where they cannot be told apart.
fn items(source: &str, lines: &[&str]) -> Option<Vec<Block>> {
    let parsed = SourceFile::parse(source, Edition::Edition2024);
    if !parsed.errors().is_empty() {
        return None;
    }
    let line = |at: usize| source[..at].matches('\n').count();
    let mut blocks: Vec<Block> = Vec::new();
    let mut from = 0;
    for node in parsed.tree().syntax().children() {
        let range = node.text_range();
        let (first, last) = (line(range.start().into()), line(range.end().into()));
        if first < from {
            return None;
        }
        match ast::Item::cast(node) {
            Some(item) if is_generated(&item) => break,
            Some(item) => blocks.push((from..last + 1, matches!(item, ast::Item::MacroRules(_)))),
            None if blocks.is_empty() => {}
            None => return None,
        }
        let empty = lines[last + 1..].iter().take_while(|line| line.trim().is_empty());
        from = last + 1 + empty.count();
        if let Some((block, _)) = blocks.last_mut() {
            block.end = from;
        }
    }
    blocks.sort_by_key(|(block, is_macro)| (!is_macro, lines[block.clone()].concat()));
    Some(blocks)
}

fn is_generated(item: &ast::Item) -> bool {
    let name = match item {
        ast::Item::Struct(item) => item.name(),
        ast::Item::Module(item) => item.name(),
        ast::Item::Fn(item) => item.name(),
        _ => None,
    };
    name.is_some_and(|name| {
        let name = name.text();
        GENERATED.contains(&name) || name.starts_with(EVCXR_FUNCTION)
    })
}

/// Lines in the order of these blocks, which follow each other somewhere in them.
fn reorder(was: &mut [usize], blocks: Vec<Block>) {
    let start = blocks.iter().map(|(block, _)| block.start).min();
    let order = blocks.into_iter().flat_map(|(block, _)| block);
    for (at, line) in (start.unwrap_or_default()..).zip(order) {
        was[at] = line;
    }
}

/// The groups of lines that pass variables on in one way, with the empty lines among and around them.
fn variables(source: &str) -> Vec<Range<usize>> {
    let mut groups = Vec::new();
    let mut open: Option<(usize, Option<Way>)> = None;
    let mut count = 0;
    for (at, (line, code)) in narrow::lines(source).enumerate() {
        count = at + 1;
        let way = Way::of(line).filter(|_| code);
        let passes = way.is_some() || line.trim().is_empty();
        open = match open {
            Some((start, of)) if passes && (of.is_none() || way.is_none() || of == way) => {
                Some((start, of.or(way)))
            }
            other => {
                groups.extend(group(other, at));
                passes.then_some((at, way))
            }
        };
    }
    groups.extend(group(open, count));
    groups
}

fn group(open: Option<(usize, Option<Way>)>, end: usize) -> Option<Range<usize>> {
    open.and_then(|(start, way)| way.map(|_| start..end))
}

#[cfg(test)]
mod tests {
    use super::Ordered;
    use crate::cargo::build::TEXT;
    use crate::cargo::lean;
    use serde_json::{Value, json};

    const USE: &str = "use std::fmt;\n";
    const STRUCT: &str = "// en quatre lignes\nstruct Point {\n    x: u8,\n}\n\n";
    const MACRO: &str = "macro_rules! un {\n    () => { 1 };\n}\n";
    const CODE: &str = "let a = 1;\n\nprintln!(\"{}\", un!());\n";

    /// What evcxr writes of these items, and with these variables.
    fn source(items: &[&str], variables: &[&str]) -> String {
        let lines =
            |line: &dyn Fn(&str) -> String| variables.iter().map(|name| line(name)).collect::<String>();
        let checks = lines(&|name| {
            format!("vars_ok &= evcxr_variable_store.check_variable::<u8>(stringify!({name}));\n")
        });
        let takes = lines(&|name| {
            format!("let {name} = evcxr_variable_store.take_variable::<u8>(stringify!({name}));\n")
        });
        let keeps =
            lines(&|name| format!("evcxr_variable_store.put_variable::<u8>(stringify!({name}), {name});\n"));
        let text = lean::tests::source(&format!(
            "{{let mut vars_ok = true;\n{checks}if !vars_ok {{}}}}\n{takes}{CODE}{keeps}"
        ));
        text.replacen("#![allow(x)]\n", &format!("#![allow(x)]\n{}", items.concat()), 1)
    }

    fn told(source: &Ordered, spans: &Value) -> Value {
        let message = json!({"message": "m", "spans": spans}).to_string();
        let told = source.told(message.as_bytes());
        serde_json::from_slice(told.as_deref().unwrap_or(message.as_bytes())).unwrap_or_default()
    }

    #[test]
    fn items_and_variables_in_any_order_are_one_text() {
        let one = Ordered::of(&source(&[USE, STRUCT, MACRO], &["a", "b", "c"]));
        for (items, variables) in [
            ([MACRO, USE, STRUCT], ["c", "a", "b"]),
            ([STRUCT, MACRO, USE], ["b", "c", "a"]),
        ] {
            let other = Ordered::of(&source(&items, &variables));
            assert_eq!(one.text, other.text);
        }
        let place = |text: &str| one.text.find(text).unwrap_or(usize::MAX);
        assert!(
            place(MACRO) < place(STRUCT) && place(STRUCT) < place("struct EvcxrUserCodeError"),
            "{}",
            one.text
        );
        assert!(one.text.contains(CODE), "{}", one.text);
    }

    #[test]
    fn nothing_is_lost_and_the_learner_s_code_stays_on_its_line() {
        let source = source(&[STRUCT, USE, MACRO], &["b", "a"]);
        let ordered = Ordered::of(&source);
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        assert_eq!(sorted(&source), sorted(&ordered.text));
        let line = |text: &str| text.lines().position(|line| line == "let a = 1;");
        assert_eq!(line(&source), line(&ordered.text));
    }

    #[test]
    fn a_message_is_told_in_the_lines_of_evcxr_s_own_text() {
        let source = source(&[STRUCT, USE, MACRO], &["b", "a"]);
        let ordered = Ordered::of(&source);
        let line =
            |text: &str, part: &str| text.lines().position(|line| line.contains(part)).map(|at| at + 1);
        for part in [
            "x: u8",
            "use std::fmt",
            "put_variable::<u8>(stringify!(a)",
            "let a = 1",
            "() => { 1 }",
        ] {
            let (here, there) = (line(&ordered.text, part), line(&source, part));
            let span =
                |at: Option<usize>, file: &str| json!({"file_name": file, "line_start": at, "line_end": at});
            let found = told(
                &ordered,
                &json!([span(here, TEXT), {"expansion": {"span": span(here, TEXT)}}]),
            );
            assert_eq!(
                found["spans"],
                json!([span(there, TEXT), {"expansion": {"span": span(there, TEXT)}}])
            );
            let foreign = json!([span(here, "/rustc/library/core/src/lib.rs")]);
            assert_eq!(told(&ordered, &foreign)["spans"], foreign);
        }
    }

    #[test]
    fn a_text_that_is_no_rust_keeps_the_order_of_its_items() {
        let broken = source(&[STRUCT, USE, "fn f( {\n"], &["a"]);
        assert_eq!(Ordered::of(&broken).text, broken);
        let on_one_line = source(&["struct B; struct A;\n"], &["a"]);
        assert_eq!(Ordered::of(&on_one_line).text, on_one_line);
    }
}
