//! Tells a type that the learner defines anew from the old one of the same name and with the same names of fields: to the
//! compiler both are one type, and a variable of the old one would be read as if it were of the new.
//!
//! What the definition says goes into the type under which a variable is kept, as a number. A variable of the old
//! definition is then of another type, and evcxr tells that it was lost. The lines are those of evcxr 0.22.0.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use ra_ap_syntax::ast::{self, AstNode as _, HasName as _};
use ra_ap_syntax::{Edition, NodeOrToken, SourceFile, SyntaxNode, WalkEvent};
use sha2::{Digest as _, Sha256};

use super::lean;
use super::narrow::{defined, passed_on, with_lines, words};

/// Keeps a variable along with what its type's definition says.
const WRAPPER: &str = "__CahierDefinedAs";

/// What each name that a source defines stands for, without what changes nothing of a value.
type Definitions = BTreeMap<String, String>;

/// The generated source in which variables of the learner's own types are kept as of just these definitions. No line
/// moves.
pub(super) fn told_apart(source: &str) -> String {
    let module = lean::store(source).unwrap_or_default();
    let own = format!("{}\n{}", &source[..module.start], &source[module.end..]);
    let names = defined(&own);
    if names.is_empty() {
        return source.to_owned();
    }
    let mut definitions = None;
    let text = with_lines(source, |line| {
        let (name, kind) = passed_on(line).filter(|(_, kind)| !words(kind).is_disjoint(&names))?;
        let definitions = definitions.get_or_insert_with(|| read(&own));
        Some(wrapped(line, name, kind, digest(kind, definitions)))
    });
    match definitions {
        Some(_) => format!(
            "{} pub struct {WRAPPER}<T, const N: ::core::primitive::u64>(pub T);\n",
            text.trim_end()
        ),
        None => text,
    }
}

/// A line that checks, takes out or keeps a variable, with the definition in its type.
fn wrapped(line: &str, name: &str, kind: &str, digest: u64) -> String {
    let (plain, told) = (
        format!("<{kind}>(stringify!"),
        format!("<{WRAPPER}<{kind}, {digest}>>(stringify!"),
    );
    let line = line.replacen(&plain, &told, 1);
    if let Some(call) = line.strip_suffix(&format!("), {name});")) {
        return format!("{call}), {WRAPPER}({name}));");
    }
    match line.strip_suffix(';') {
        Some(call) if line.starts_with("let ") => format!("{call}.0;"),
        _ => line,
    }
}

/// A number for all that the definitions say of which a type is made.
fn digest(kind: &str, definitions: &Definitions) -> u64 {
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<_> = words(kind).into_iter().collect();
    while let Some(word) = waiting.pop() {
        if let Some((name, text)) = definitions.get_key_value(word)
            && reached.insert(name)
        {
            waiting.extend(words(text));
        }
    }
    let mut hash = Sha256::new();
    for name in reached {
        hash.update(name);
        hash.update("\0");
        hash.update(&definitions[name]);
        hash.update("\0");
    }
    hash.finalize()[..8]
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn read(source: &str) -> Definitions {
    let file = SourceFile::parse(source, Edition::Edition2024).tree();
    let mut definitions = Definitions::new();
    add(file.syntax(), &mut definitions);
    definitions
}

/// Adds what the items right below a node define; what a module defines is known by its own names.
fn add(node: &SyntaxNode, definitions: &mut Definitions) {
    for item in node.children().filter_map(ast::Item::cast) {
        match &item {
            ast::Item::Module(module) => {
                if let Some(list) = module.item_list() {
                    add(list.syntax(), definitions);
                }
            }
            ast::Item::Impl(implementation) => {
                let text = associated(implementation);
                for name in implemented(implementation).filter(|_| !text.is_empty()) {
                    definitions.entry(name).or_default().push_str(&text);
                }
            }
            _ => {
                for name in names(&item) {
                    let text = definitions.entry(name).or_default();
                    text.push_str(&said(item.syntax()));
                }
            }
        }
    }
}

/// The names of the type that something is implemented for.
fn implemented(implementation: &ast::Impl) -> impl Iterator<Item = String> {
    let of = implementation.self_ty().map(|of| of.syntax().text().to_string());
    let of = of.unwrap_or_default();
    let names: Vec<String> = words(&of).into_iter().map(str::to_owned).collect();
    names.into_iter().filter(|name| !name.is_empty())
}

/// The constants and types of an implementation: a value may be made of them.
fn associated(implementation: &ast::Impl) -> String {
    let items = implementation.assoc_item_list();
    let items = items.iter().flat_map(ast::AssocItemList::assoc_items);
    items
        .filter(|item| matches!(item, ast::AssocItem::Const(_) | ast::AssocItem::TypeAlias(_)))
        .map(|item| said(item.syntax()))
        .collect()
}

/// The names that an item gives to what a value may be made of.
fn names(item: &ast::Item) -> Vec<String> {
    let name = match item {
        ast::Item::Struct(item) => item.name(),
        ast::Item::Enum(item) => item.name(),
        ast::Item::Union(item) => item.name(),
        ast::Item::TypeAlias(item) => item.name(),
        ast::Item::Trait(item) => item.name(),
        ast::Item::Const(item) => item.name(),
        ast::Item::Static(item) => item.name(),
        ast::Item::MacroRules(item) => item.name(),
        ast::Item::Fn(item) if item.const_token().is_some() => item.name(),
        ast::Item::Use(item) => return imported(item),
        _ => None,
    };
    name.map(|name| plain(&name.to_string())).into_iter().collect()
}

/// A name as [`words`] finds it.
fn plain(name: &str) -> String {
    name.trim_start_matches("r#").to_owned()
}

fn imported(item: &ast::Use) -> Vec<String> {
    let trees = item.syntax().descendants().filter_map(ast::UseTree::cast);
    let name = |tree: ast::UseTree| match tree.rename() {
        Some(rename) => rename.name().map(|name| plain(&name.to_string())),
        None => Some(plain(&tree.path()?.segment()?.name_ref()?.to_string())),
    };
    trees.filter_map(name).collect()
}

/// An item's text without comments and layout, without attributes but those that change what is there, and without what a trait's methods do.
fn said(item: &SyntaxNode) -> String {
    let mut text = String::new();
    let mut events = item.preorder_with_tokens();
    while let Some(event) = events.next() {
        match event {
            WalkEvent::Enter(NodeOrToken::Node(node)) if says_nothing(&node) => events.skip_subtree(),
            WalkEvent::Enter(NodeOrToken::Token(token)) if !token.kind().is_trivia() => {
                text.push_str(token.text());
                text.push(' ');
            }
            _ => {}
        }
    }
    text
}

fn says_nothing(node: &SyntaxNode) -> bool {
    if ast::Attr::can_cast(node.kind()) {
        let text = node.text().to_string();
        return words(&text).is_disjoint(&HashSet::from(["repr", "cfg", "cfg_attr"]));
    }
    ast::Visibility::can_cast(node.kind())
        || ast::BlockExpr::can_cast(node.kind())
            && node.ancestors().any(|outer| ast::Trait::can_cast(outer.kind()))
}

#[cfg(test)]
mod tests {
    use super::{WRAPPER, digest, read, told_apart};

    fn lines(kind: &str) -> String {
        format!(
            "fn f() {{\n\
             vars_ok &= evcxr_variable_store.check_variable::<{kind}>(stringify!(a));\n\
             let mut a = evcxr_variable_store.take_variable::<{kind}>(stringify!(a));\n\
             evcxr_variable_store.put_variable::<{kind}>(stringify!(a), a);\n}}\n"
        )
    }

    #[test]
    fn a_variable_is_kept_as_of_a_definition_and_no_line_moves() {
        let source = format!("struct A {{ x: u8 }}\n{}", lines("Vec<A>"));
        let found = told_apart(&source);
        let number = digest("A", &read("struct A { x: u8 }"));
        for line in [
            format!(
                "vars_ok &= evcxr_variable_store.check_variable::<{WRAPPER}<Vec<A>, {number}>>(stringify!(a));\n"
            ),
            format!(
                "let mut a = evcxr_variable_store.take_variable::<{WRAPPER}<Vec<A>, {number}>>(stringify!(a)).0;\n"
            ),
            format!(
                "evcxr_variable_store.put_variable::<{WRAPPER}<Vec<A>, {number}>>(stringify!(a), {WRAPPER}(a));\n"
            ),
        ] {
            assert!(found.contains(&line), "{found}");
        }
        assert_eq!(found.lines().count(), source.lines().count());
    }

    #[test]
    fn variables_of_other_types_stay_as_they_are() {
        for source in [lines("u8"), format!("struct A;\n{}", lines("u8"))] {
            assert_eq!(told_apart(&source), source);
        }
    }

    #[test]
    fn what_a_value_is_made_of_is_told_apart_through_all_that_it_names() {
        let old = "const N: usize = 1; struct B([u8; N]); struct A { b: B }";
        let number = |text: &str| digest("Vec<A>", &read(text));
        for new in [
            "const N: usize = 2; struct B([u8; N]); struct A { b: B }",
            "const N: usize = 1; struct B([i8; N]); struct A { b: B }",
            "const N: usize = 1; struct B([u8; N]); #[repr(C)] struct A { b: B }",
            "const N: usize = 1; enum B { X } struct A { b: B }",
            "const N: usize = 1; struct B([u8; N]); struct A { #[cfg(x)] b: B }",
        ] {
            assert_ne!(number(new), number(old), "{new}");
        }
    }

    #[test]
    fn what_a_value_is_made_of_is_told_apart_in_modules_implementations_and_statics_too() {
        for (kind, old, new) in [
            (
                "A",
                "struct A { x: [u8; K::N] } struct K; impl K { const N: usize = 1; }",
                "struct A { x: [u8; K::N] } struct K; impl K { const N: usize = 2; }",
            ),
            (
                "G<U>",
                "struct G<X: T>(X::O); struct U; impl T for U { type O = u8; }",
                "struct G<X: T>(X::O); struct U; impl T for U { type O = String; }",
            ),
            (
                "A",
                "static N: usize = 1; struct A([u8; N]);",
                "static N: usize = 2; struct A([u8; N]);",
            ),
            (
                "A",
                "mod m { pub type T = u8; } use m::*; struct A(T);",
                "mod m { pub type T = u64; } use m::*; struct A(T);",
            ),
            ("r#match", "struct r#match(u8);", "struct r#match(i8);"),
            ("A", "struct /* c */ A(u8);", "struct /* c */ A(i8);"),
        ] {
            assert_ne!(digest(kind, &read(old)), digest(kind, &read(new)), "{new}");
        }
        let tools = |body: &str| format!("mod m {{ pub struct O(u8); pub fn f() -> u8 {{ {body} }} }}");
        assert_eq!(
            digest("m::O", &read(&tools("1"))),
            digest("m::O", &read(&tools("2")))
        );
    }

    #[test]
    fn a_comment_within_a_definition_does_not_hide_it() {
        let source = format!("struct /* c */ A {{ x: u8 }}\n{}", lines("A"));
        assert!(told_apart(&source).contains(WRAPPER));
        let raw = format!("struct r#match(u8);\n{}", lines("r#match"));
        assert!(told_apart(&raw).contains(WRAPPER));
    }

    #[test]
    fn what_changes_nothing_of_a_value_keeps_the_variable() {
        let old = "struct A { x: u8 } trait T { fn f(&self) {} }";
        for new in [
            "/// Un.\n#[derive(Debug)]\npub struct A {\n    pub x: u8 } trait T { fn f(&self) { g(); } }",
            "struct C; struct A { x: u8 } trait T { fn f(&self) {} } impl A { fn g() {} }",
        ] {
            for kind in ["A", "Box<dyn T>"] {
                assert_eq!(digest(kind, &read(new)), digest(kind, &read(old)), "{new}");
            }
        }
        assert_ne!(
            digest("Box<dyn T>", &read("trait T { fn g(&self); fn f(&self) {} }")),
            digest("Box<dyn T>", &read(old))
        );
    }
}
