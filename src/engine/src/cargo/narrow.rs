//! Leaves out of a cell what it does not touch. evcxr hands every variable of the session to each cell and takes it
//! back, and repeats every `use`: rustc then compiles the passing on of things that nobody looks at, and reads
//! the whole library for their types.
//!
//! A variable or a `use` is touched where its name stands as a word, in a string too (`"{name}"`). No line moves: rustc's
//! messages and panics are told by their lines. The texts are those of evcxr 0.22.0 (`eval_context.rs`).

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};

use super::lean;

/// What checks, takes out and keeps a variable: one line for each.
const CHECKED: &str = "vars_ok &= evcxr_variable_store.check_variable::<";
const KEPT: &str = "evcxr_variable_store.put_variable::<";
const TAKEN: &str = " = evcxr_variable_store.take_variable::<";
const NAME: &str = ">(stringify!(";
/// The import of all that the prelude shows.
const WHOLE_PRELUDE: &str = "use prelude::*;";

/// The words of a text: names, keywords, and those of its strings.
pub(super) fn words(text: &str) -> HashSet<&str> {
    text.split(|letter: char| !is_of_a_word(letter)).collect()
}

/// Whether a letter may be one of a name's: names have letters that are not ASCII too, and not only alphabetic ones.
pub(super) fn is_of_a_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || !letter.is_ascii()
}

/// The lines of a text with their ends; for each, whether it begins in code: not within a string or a comment.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut at = 0;
    let tokens = tokenize(text, FrontmatterAllowed::No).filter_map(move |token| {
        let start = at;
        at += token.len as usize;
        let spans_lines = token.kind != TokenKind::Whitespace && text[start..at].contains('\n');
        spans_lines.then_some(start + 1..at)
    });
    let within: Vec<Range<usize>> = tokens.collect();
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (line, !within.iter().any(|range| range.contains(&start)))
    })
}

/// The name and the type of the variable that a line keeps for the next cells.
pub(super) fn kept(line: &str) -> Option<(&str, &str)> {
    name_and_type(line.strip_prefix(KEPT)?)
}

/// What a line of evcxr's does to a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Checks,
    Takes,
    Keeps,
}

impl Way {
    /// What this line does, if that is one of these.
    pub(super) fn of(line: &str) -> Option<Self> {
        way_and_rest(line).map(|(way, _)| way)
    }
}

/// The name and the type of the variable that a line of evcxr's checks, takes out or keeps.
pub(super) fn passed_on(line: &str) -> Option<(&str, &str)> {
    name_and_type(way_and_rest(line)?.1)
}

fn way_and_rest(line: &str) -> Option<(Way, &str)> {
    let taken = || line.strip_prefix("let ")?.split_once(TAKEN);
    if let Some(rest) = line.strip_prefix(CHECKED) {
        Some((Way::Checks, rest))
    } else if let Some(rest) = line.strip_prefix(KEPT) {
        Some((Way::Keeps, rest))
    } else {
        Some((Way::Takes, taken()?.1))
    }
}

fn name_and_type(rest: &str) -> Option<(&str, &str)> {
    let (kind, rest) = rest.rsplit_once(NAME)?;
    Some((rest.split_once(')')?.0, kind))
}

/// The first variable that the cell would keep as of a type that rust-analyzer has not found out, and the generated source
/// that keeps none of these. A length that it does not know is `_` in what it writes, and what it takes for the end of all
/// is `!`; rustc would fill the gap here, and not in the cells that follow.
pub(super) fn of_no_known_type(source: &str) -> Option<(&str, String)> {
    let mut code = lines(source).filter(|(_, code)| *code).map(|(line, _)| line);
    let name = code.find_map(kept_with_a_gap)?;
    Some((
        name,
        without_lines(source, |line| kept_with_a_gap(line).is_some()),
    ))
}

fn kept_with_a_gap(line: &str) -> Option<&str> {
    let (name, kind) = kept(line)?;
    (kind.contains('!') || has_a_gap(kind)).then_some(name)
}

/// Whether a type has a `_` that is no part of a name, nor of a lifetime.
fn has_a_gap(kind: &str) -> bool {
    kind.match_indices('_').any(|(at, sign)| {
        let before = kind[..at].chars().next_back();
        let after = kind[at + sign.len()..].chars().next();
        !before.is_some_and(|letter| letter == '\'' || is_of_a_word(letter))
            && !after.is_some_and(is_of_a_word)
    })
}

/// The generated source without the variables that the cell does not touch: they stay where they are kept. One whose
/// type the learner defined is always passed on, since the type may have changed and evcxr then tells. So is one whose
/// name is not ASCII: the compiler may write it otherwise.
pub(super) fn untouched_variables_left_out(source: &str) -> String {
    let module = lean::store(source).unwrap_or_default();
    let own = format!("{}\n{}", &source[..module.start], &source[module.end..]);
    // The path of an import names no variable.
    let code = lines(&own)
        .filter(|(line, code)| !code || passed_on(line).is_none() && import(line.trim_end()).is_none());
    let touched: HashSet<_> = code.flat_map(|(line, _)| words(line)).collect();
    let defined = defined(&own);
    without_lines(source, |line| {
        passed_on(line).is_some_and(|(name, kind)| {
            name.is_ascii()
                && !touched.contains(name.trim_start_matches("r#"))
                && words(kind).is_disjoint(&defined)
        })
    })
}

/// The names of the types that a text defines, and of what a type may be called by: an alias, a trait.
pub(super) fn defined(text: &str) -> HashSet<&str> {
    let mut at = 0;
    let mut named_next = false;
    let mut names = HashSet::new();
    for token in tokenize(text, FrontmatterAllowed::No) {
        let word = &text[at..at + token.len as usize];
        at += token.len as usize;
        if matches!(
            token.kind,
            TokenKind::Ident | TokenKind::RawIdent | TokenKind::InvalidIdent
        ) {
            if named_next {
                names.insert(word.trim_start_matches("r#"));
            }
            named_next = ["struct", "enum", "union", "type", "trait"].contains(&word);
        }
    }
    names
}

/// The imports of the library's crates, whose names `is_crate` knows.
pub(super) fn imports<'a>(
    source: &'a str,
    is_crate: &'a impl Fn(&str) -> bool,
) -> impl Iterator<Item = &'a str> {
    lines(source)
        .filter(|(_, code)| *code)
        .map(|(line, _)| line.trim_end())
        .filter(move |line| import(line).is_some_and(|(from, _)| is_crate(from)))
}

/// The crate and the name that a `use` brings; evcxr writes one line for each.
fn import(line: &str) -> Option<(&str, &str)> {
    let path = line.strip_prefix("use ")?.strip_suffix(';')?;
    if path.contains(|letter| !is_of_a_word(letter) && !":*# ".contains(letter)) {
        return None;
    }
    let (path, name) = match path.split_once(" as ") {
        Some(both) => both,
        None => (path, path.rsplit("::").next()?),
    };
    let from = path.trim_start_matches("::").split("::").next()?;
    Some((from, name.trim().trim_start_matches("r#")))
}

/// The generated source without those imports that are `known` to be right and that the cell does not touch. `shown` are
/// the names that the prelude shows.
pub(super) fn untouched_imports_left_out(source: &str, known: &HashSet<&str>, shown: &[&str]) -> String {
    let rest = without_lines(source, |line| known.contains(line));
    let touched = words(&rest);
    without_lines(source, |line| {
        known.contains(line)
            && match import(line) {
                _ if line == WHOLE_PRELUDE => !shown.iter().any(|name| touched.contains(name)),
                Some((_, name)) => name != "*" && name != "_" && !touched.contains(name),
                None => false,
            }
    })
}

/// The text with some of the lines of its code empty.
fn without_lines(source: &str, left_out: impl Fn(&str) -> bool) -> String {
    with_lines(source, |line| left_out(line).then(String::new))
}

/// The text with others in place of those lines of its code for which `other` gives one.
pub(super) fn with_lines(source: &str, mut other: impl FnMut(&str) -> Option<String>) -> String {
    lines(source)
        .map(
            |(line, code)| match code.then(|| other(line.trim_end())).flatten() {
                Some(other) => Cow::Owned(other + "\n"),
                None => Cow::Borrowed(line),
            },
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{imports, kept, of_no_known_type, untouched_imports_left_out, untouched_variables_left_out};
    use std::collections::HashSet;

    fn source(code: &str) -> String {
        let variable = |name: &str, kind: &str| {
            format!(
                "vars_ok &= evcxr_variable_store.check_variable::<{kind}>(stringify!({name}));\n\
                 let mut {name} = evcxr_variable_store.take_variable::<{kind}>(stringify!({name}));\n\
                 evcxr_variable_store.put_variable::<{kind}>(stringify!({name}), {name});\n"
            )
        };
        format!(
            "\nmod evcxr_internal_runtime {{\nlet client = 1;\n}}\n#[unsafe(no_mangle)]\nfn f() {{\n{}{}{code}\n}}\n",
            variable("client", "aws_sdk_s3::client::Client"),
            variable("mots", "alloc::vec::Vec<alloc::string::String>"),
        )
    }

    #[test]
    fn a_variable_that_the_cell_does_not_name_is_not_passed_on_and_no_line_moves() {
        let source = source("println!(\"{}\", mots.len());");
        let found = untouched_variables_left_out(&source);
        assert!(!found.contains("aws_sdk_s3"), "{found}");
        assert_eq!(found.matches("stringify!(mots)").count(), 3, "{found}");
        let line = |text: &str| text.lines().position(|line| line.starts_with("println!"));
        assert_eq!(line(&found), line(&source));
        assert_eq!(found.lines().count(), source.lines().count());
    }

    #[test]
    fn a_variable_that_is_named_in_a_string_is_passed_on() {
        for code in [
            "println!(\"{client:?}\");",
            "println!(\"\nuse {client};\n\");",
            "use std::fmt::Write; let n = client.len();",
            "println!(\"\nuse aws_sdk_s3::client;\n{}\", r#client);",
            "let b = &client;",
            "macro_rules! m { () => { client } }",
        ] {
            let source = source(code);
            let found = untouched_variables_left_out(&source);
            assert_eq!(found.matches("stringify!(client)").count(), 3, "{code}");
        }
    }

    #[test]
    fn a_variable_whose_type_the_learner_defined_is_passed_on() {
        let own = "struct Client;\n";
        let source = format!(
            "{own}{}",
            source("mots.len();").replace("aws_sdk_s3::client::Client", "Vec<Client>")
        );
        let found = untouched_variables_left_out(&source);
        assert_eq!(found.matches("stringify!(client)").count(), 3, "{found}");
    }

    #[test]
    fn what_looks_like_a_line_of_evcxr_s_within_a_string_stays() {
        let text = "let a = \"\nuse prelude::*;\nevcxr_variable_store.put_variable::<u8>(stringify!(zz), zz);\n\";\n";
        assert_eq!(untouched_variables_left_out(text), text);
        let known = HashSet::from(["use prelude::*;"]);
        assert_eq!(untouched_imports_left_out(text, &known, &[]), text);
    }

    #[test]
    fn a_name_that_is_raw_or_not_ascii_is_found() {
        for (name, code) in [("r#type", "f(r#type);"), ("étudiant·es", "f(étudiant·es);")] {
            let source = source(code).replace("client", name);
            let found = untouched_variables_left_out(&source);
            assert_eq!(
                found.matches(&format!("stringify!({name})")).count(),
                3,
                "{name} {found}"
            );
        }
    }

    #[test]
    fn a_path_of_an_import_names_no_variable() {
        let source = format!("use aws_sdk_s3::client::Builder;{}", source("mots.len();"));
        let found = untouched_variables_left_out(&source);
        assert!(!found.contains("stringify!(client)"), "{found}");
    }

    #[test]
    fn a_variable_whose_type_has_a_gap_is_found() {
        let keeps =
            |kind: &str| format!("evcxr_variable_store.put_variable::<{kind}>(stringify!(a_b), a_b);\n");
        for kind in ["[u8; _]", "!", "Vec<[u8; _]>", "Result<!, String>", "(u8, _)"] {
            let text = format!("f();\n{}g();\n", keeps(kind));
            let found = of_no_known_type(&text);
            assert_eq!(found, Some(("a_b", "f();\n\ng();\n".to_owned())), "{kind}");
        }
        for kind in [
            "std::borrow::Cow<'_, str>",
            "[u8; 4]",
            "my_crate::_A<__B>",
            "fn(u8) -> _b::C",
        ] {
            assert_eq!(of_no_known_type(&keeps(kind)), None, "{kind}");
        }
    }

    #[test]
    fn the_variable_that_a_line_keeps_is_told_with_its_type() {
        let line = "evcxr_variable_store.put_variable::<Vec<u8>>(stringify!(a), a);";
        assert_eq!(kept(line), Some(("a", "Vec<u8>")));
        assert_eq!(kept("let a = 1;"), None);
    }

    fn imported(code: &str) -> String {
        let uses = "use aws_sdk_s3::types::Tag;\nuse aws_sdk_s3::Client as Magasin;\nuse prelude::*;\nuse std::fmt;\n";
        let source = format!("{uses}{code}\n");
        let is_crate = |name: &str| name == "aws_sdk_s3" || name == "prelude";
        let known: HashSet<_> = imports(&source, &is_crate).collect();
        assert_eq!(known.len(), 3);
        untouched_imports_left_out(&source, &known, &["heure", "tokio"])
    }

    #[test]
    fn an_import_that_the_cell_does_not_name_is_left_out() {
        assert_eq!(imported("let a = 1;"), "\n\n\nuse std::fmt;\nlet a = 1;\n");
        assert!(imported("Tag::new()").starts_with("use aws_sdk_s3::types::Tag;\n\n\n"));
        assert!(imported("Magasin::new()").starts_with("\nuse aws_sdk_s3::Client as Magasin;\n\n"));
        assert!(imported("heure()").starts_with("\n\nuse prelude::*;\n"));
    }

    #[test]
    fn an_import_that_was_never_compiled_stays() {
        let source = "use aws_sdk_s3::Nope;\nlet a = 1;\n";
        assert_eq!(untouched_imports_left_out(source, &HashSet::new(), &[]), source);
    }
}
