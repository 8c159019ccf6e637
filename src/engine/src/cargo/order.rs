//! Puts what evcxr writes in no order into one. It keeps the items and the variables of a session in maps of which each
//! process has an order of its own: the same cell of the same lesson would be another text each time, and be compiled again.
//!
//! What moves are whole items of the root, macros first since they must stand before their use, and the lines that pass a
//! variable on. evcxr takes rustc's messages by the lines that it wrote: they are told in these ([`Ordered::told`]).

use std::collections::HashSet;
use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode as _, AstToken as _, HasAttrs as _, HasName as _};
use ra_ap_syntax::{Edition, NodeOrToken, SourceFile, SyntaxNode, SyntaxToken, TextRange, TextSize};
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
        let mut silent = HashSet::new();
        if let Some(items) = items(source, &lines) {
            was[items.start..items.start + items.order.len()].copy_from_slice(&items.order);
            silent = items.comments;
        }
        for group in variables(source) {
            was[group].sort_by_key(|line| (lines[*line].trim().is_empty(), lines[*line]));
        }
        let line = |at: &usize| if silent.contains(at) { "\n" } else { lines[*at] };
        let text = was.iter().map(line).collect();
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

/// A block of lines, and whether it defines macros, or may, or does not.
type Block = (Range<usize>, Macros);

/// Macros must stand before their use, and so must what makes macros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Macros {
    Rules,
    Call,
    None,
}

impl Macros {
    fn of(item: &ast::Item) -> Self {
        let shares = || {
            let mut attributes = item.attrs();
            attributes.any(|attribute| attribute.syntax().text().to_string().contains("macro_use"))
        };
        match item {
            ast::Item::MacroRules(_) => Self::Rules,
            ast::Item::MacroCall(_) => Self::Call,
            _ if shares() => Self::Call,
            _ => Self::None,
        }
    }
}

/// The learner's items.
struct Items {
    /// The first line of them.
    start: usize,
    /// Their lines, in the order in which they should stand there; the empty ones between them come last.
    order: Vec<usize>,
    /// Lines with nothing but a comment: evcxr writes what stands behind an item before whichever comes next.
    comments: HashSet<usize>,
}

/// None where items cannot be told apart.
fn items(source: &str, lines: &[&str]) -> Option<Items> {
    let parsed = SourceFile::parse(source, Edition::Edition2024);
    if !parsed.errors().is_empty() {
        return None;
    }
    let root = parsed.tree().syntax().clone();
    let ends: Vec<usize> = source.match_indices('\n').map(|(at, _)| at).collect();
    let line = |at: TextSize| ends.partition_point(|end| *end < usize::from(at));
    let code: Vec<bool> = narrow::lines(source).map(|(_, code)| code).collect();
    let whole = |range: TextRange| {
        let before = source[..range.start().into()].rsplit('\n').next();
        let after = source[range.end().into()..].split('\n').next();
        [before, after]
            .into_iter()
            .flatten()
            .all(|rest| rest.trim().is_empty())
    };
    let plain = comments(&root).into_iter().filter(|range| whole(*range));
    let comments: HashSet<usize> = plain
        .flat_map(|range| line(range.start())..=line(range.end()))
        .collect();
    let is_empty =
        |at: &usize| comments.contains(at) || code.get(*at) == Some(&true) && lines[*at].trim().is_empty();
    let mut blocks: Vec<Block> = Vec::new();
    let mut empty = Vec::new();
    let (mut start, mut from) = (0, 0);
    for node in root.children() {
        empty.extend((from..lines.len()).take_while(is_empty));
        from = empty.last().map_or(from, |line| from.max(line + 1));
        let (first, last) = (line(node.text_range().start()), line(node.text_range().end()));
        match ast::Item::cast(node) {
            Some(item) if is_generated(&item) => break,
            // Two on one line, or a comment that goes from one to the other.
            _ if last < from || !(first..from).all(|at| is_empty(&at)) || !code[from] => return None,
            Some(item) => blocks.push((from..last + 1, Macros::of(&item))),
            None if blocks.is_empty() => {
                start = last + 1;
                empty.clear();
            }
            None => return None,
        }
        from = last + 1;
    }
    if code.get(from) == Some(&false) {
        return None;
    }
    blocks.sort_by_cached_key(|(block, macros)| (*macros, lines[block.clone()].concat()));
    let order = blocks.into_iter().flat_map(|(block, _)| block).chain(empty);
    Some(Items {
        start,
        order: order.collect(),
        comments: comments
            .into_iter()
            .filter(|line| (start..from).contains(line))
            .collect(),
    })
}

/// The comments between items and right before them that document nothing.
fn comments(root: &SyntaxNode) -> Vec<TextRange> {
    let mut found = Vec::new();
    for element in root.children_with_tokens() {
        match element {
            NodeOrToken::Token(token) => found.extend(plain(&token)),
            NodeOrToken::Node(node) => {
                let tokens = node.children_with_tokens().map_while(NodeOrToken::into_token);
                let before = tokens.take_while(|token| token.kind().is_trivia());
                found.extend(before.filter_map(|token| plain(&token)));
            }
        }
    }
    found
}

/// Where a comment is that documents nothing.
fn plain(token: &SyntaxToken) -> Option<TextRange> {
    let comment = ast::Comment::cast(token.clone())?;
    comment.kind().doc.is_none().then(|| token.text_range())
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

/// The groups of lines that pass variables on in one way, with the empty lines among and around them.
fn variables(source: &str) -> Vec<Range<usize>> {
    let mut groups = Vec::new();
    let mut open: Option<(usize, Option<Way>)> = None;
    let mut count = 0;
    for (at, (line, code)) in narrow::lines(source).enumerate() {
        count = at + 1;
        let way = Way::of(line).filter(|_| code && is_whole(line));
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

/// Whether a line is all of such a statement: a type may be written on several.
fn is_whole(line: &str) -> bool {
    narrow::passed_on(line).is_some() && line.trim_end().ends_with(");")
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
    const STRUCT: &str = "/// En quatre lignes.\nstruct Point {\n    x: u8,\n}\n\n";
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
            place(MACRO) < place(STRUCT.trim_end())
                && place(STRUCT.trim_end()) < place("struct EvcxrUserCodeError"),
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
    fn a_comment_between_items_is_nobody_s_and_one_within_or_behind_stays() {
        let a = "struct A { // dans\n    x: u8,\n} // après\n";
        let text = |items: &[&str]| Ordered::of(&source(items, &["a"])).text;
        let one = text(&[USE, a, "\n// rien\n/* de\n rien */\n", STRUCT]);
        let other = text(&[STRUCT, "// rien\n", USE, "/* de\n rien */\n\n", a]);
        assert_eq!(one, other);
        assert!(one.contains(a) && !one.contains("rien"), "{one}");
    }

    #[test]
    fn what_makes_macros_stands_before_what_uses_them() {
        let module = "#[macro_use]\nmod outils {\n    macro_rules! deux { () => { 2 } }\n}\n";
        let user = "#[inline]\nfn f() -> u8 { deux!() }\n";
        let text = Ordered::of(&source(&[user, module, MACRO], &["a"])).text;
        let place = |part: &str| text.find(part).unwrap_or(usize::MAX);
        assert!(
            place(MACRO) < place(module) && place(module) < place(user),
            "{text}"
        );
    }

    #[test]
    fn a_statement_on_several_lines_stays_whole() {
        let takes = |name: &str, kind: &str| {
            format!("let {name} = evcxr_variable_store.take_variable::<{kind}>(stringify!({name}));\n")
        };
        let long = takes("b", "Vec<\n    u8,\n>");
        let source = source(&[USE], &[]).replace(
            CODE,
            &format!("{}{long}{}{CODE}", takes("z", "u8"), takes("c", "u8")),
        );
        let text = Ordered::of(&source).text;
        assert!(
            text.contains(&format!("{}{long}{}", takes("z", "u8"), takes("c", "u8"))),
            "{text}"
        );
    }

    #[test]
    fn a_text_that_is_no_rust_keeps_the_order_of_its_items() {
        let broken = source(&[STRUCT, USE, "fn f( {\n"], &["a"]);
        assert_eq!(Ordered::of(&broken).text, broken);
        for items in [
            "struct B; struct A;\n",
            "struct B; /* de\n deux */\nstruct A;\n",
            "struct B; /* de\n\n deux */ struct A;\n",
        ] {
            let mixed = source(&[items], &["a"]);
            assert_eq!(Ordered::of(&mixed).text, mixed, "{items}");
        }
    }
}
