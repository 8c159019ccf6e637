//! What is left out of macros: what they are defined by is not parsed, but each use of it is kept in memory.
//!
//! The standard library writes the methods of a dozen kinds of integers in one macro, with all their
//! documentation; a tenth of rust-analyzer's memory was that.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode as _};
use ra_ap_syntax::{AstToken as _, NodeOrToken, SyntaxElement, SyntaxKind, SyntaxNode, T};

use super::Cut;
use super::items::{BODY, IDLE};

/// What is cut out of the macros that a file defines, and of the items that it hands to one.
pub(super) fn cuts(file: &SyntaxNode) -> Vec<Cut> {
    let mut cuts = Vec::new();
    for node in file.descendants() {
        if let Some(defined) = ast::MacroRules::cast(node.clone()) {
            for made in defined.token_tree().iter().flat_map(made) {
                within(&made, Place::Made, &mut cuts);
            }
        } else if let Some(called) = ast::MacroCall::cast(node).filter(is_an_item)
            && let Some(handed) = called.token_tree()
        {
            within(handed.syntax(), Place::Handed, &mut cuts);
        }
    }
    cuts
}

/// Where the tokens stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In what a definition makes.
    Made,
    /// In what a call hands over: a definition may ask for any attribute in it.
    Handed,
}

/// What a definition makes: the trees behind its arrows.
fn made(definition: &ast::TokenTree) -> Vec<SyntaxNode> {
    let parts = parts(definition.syntax());
    let arrows = parts
        .windows(3)
        .filter(|three| three[0].kind() == T![=] && three[1].kind() == T![>]);
    arrows.filter_map(|three| three[2].as_node().cloned()).collect()
}

/// Whether a macro is called where items stand.
fn is_an_item(call: &ast::MacroCall) -> bool {
    let around = call.syntax().parent().map(|parent| parent.kind());
    matches!(
        around,
        Some(
            SyntaxKind::SOURCE_FILE
                | SyntaxKind::ITEM_LIST
                | SyntaxKind::ASSOC_ITEM_LIST
                | SyntaxKind::MACRO_ITEMS
        )
    )
}

/// Cuts bodies of functions, attributes that change nothing, and of each documentation all but its first line.
fn within(tree: &SyntaxNode, place: Place, cuts: &mut Vec<Cut>) {
    let parts = parts(tree);
    let mut documented = false;
    let mut at = 0;
    while let Some(part) = parts.get(at) {
        if is_doc(part) {
            if documented {
                cuts.push((part.text_range().into(), String::new()));
            }
            documented = true;
        } else if let Some(range) = idle(&parts[at..]).filter(|_| place == Place::Made) {
            cuts.push((range, String::new()));
            at += 1;
        } else if let Some(body) = body(&parts[at..]) {
            let range: Range<usize> = body.text_range().into();
            if range.len() > BODY.len() {
                cuts.push((range, BODY.to_owned()));
            }
            documented = false;
            at += parts[at..]
                .iter()
                .position(|other| other.as_node() == Some(&body))
                .unwrap_or(0);
        } else {
            documented = false;
            if let Some(tree) = part.as_node() {
                let called = at > 0 && parts[at - 1].kind() == T![!];
                within(tree, if called { Place::Handed } else { place }, cuts);
            }
        }
        at += 1;
    }
}

/// The tokens and trees of a tree, without the space between them.
fn parts(tree: &SyntaxNode) -> Vec<SyntaxElement> {
    let all = tree.children_with_tokens();
    all.filter(|part| {
        part.kind() != SyntaxKind::WHITESPACE && (part.kind() != SyntaxKind::COMMENT || is_doc(part))
    })
    .collect()
}

fn is_doc(part: &SyntaxElement) -> bool {
    let comment = part.as_token().cloned().and_then(ast::Comment::cast);
    comment.is_some_and(|comment| comment.kind().doc.is_some())
}

/// The range of an attribute that changes no type, where one begins. More documentation is one too.
fn idle(parts: &[SyntaxElement]) -> Option<Range<usize>> {
    let [hash, NodeOrToken::Node(tree), ..] = parts else {
        return None;
    };
    let inside = self::parts(tree);
    let [open, name, next, ..] = inside.as_slice() else {
        return None;
    };
    let named = name.as_token()?.text();
    let is_idle = IDLE.contains(&named) || (named == "doc" && next.kind() == T![=]);
    (hash.kind() == T![#] && open.kind() == T!['['] && is_idle)
        .then(|| hash.text_range().cover(tree.text_range()).into())
}

/// The body of a function, where one begins: `fn`, its name, its parameters, and what comes before a brace.
fn body(parts: &[SyntaxElement]) -> Option<SyntaxNode> {
    let (first, rest) = parts.split_first()?;
    if first.kind() != T![fn] || !matches!(rest.first()?.kind(), SyntaxKind::IDENT | T![$]) {
        return None;
    }
    let parameters = rest.iter().position(|part| opened(part, T!['(']).is_some())?;
    let mut behind = rest[..parameters].iter();
    // A brace of the name is a function of macros: `fn ${concat(…)}()`.
    if behind.any(|part| opened(part, T!['{']).is_some()) {
        return None;
    }
    let end = rest[parameters..]
        .iter()
        .find(|part| part.kind() == T![;] || opened(part, T!['{']).is_some())?;
    opened(end, T!['{'])
}

/// The tree, if it opens with this.
fn opened(part: &SyntaxElement, with: SyntaxKind) -> Option<SyntaxNode> {
    let tree = part.as_node()?;
    (tree.first_token()?.kind() == with).then(|| tree.clone())
}

#[cfg(test)]
mod tests {
    use super::super::{Origin, outline};

    fn outlined(text: &str) -> String {
        outline(text, Origin::Written)
    }

    #[test]
    fn what_a_macro_makes_has_signatures_and_no_bodies() {
        assert_eq!(
            outlined(
                "macro_rules! m { ($a:ident) => { pub fn $a(b: u8) -> u8 where u8: Copy { let x = 1; x } }; }\n"
            ),
            "macro_rules! m { ($a:ident) => { pub fn $a(b: u8) -> u8 where u8: Copy { loop {} } }; }\n"
        );
    }

    #[test]
    fn what_a_macro_is_matched_by_stays() {
        for text in [
            "macro_rules! m { (fn a() { let x = 1; }) => { 1 }; }\n",
            "macro_rules! m { ($(#[inline])? fn $a:ident { $($b:tt)* }) => { struct $a; }; }\n",
            "macro_rules! m { () => { trait T { fn a(&self); const B: u8 = { 1 + 1 + 1 }; } }; }\n",
            "macro_rules! m { () => { fn ${concat(a, b)}() { let x = 1; } }; }\n",
            "macro_rules! m { () => { struct S { a: fn(u8) -> u8, b: [u8; { 1 + 1 + 1 }] } }; }\n",
        ] {
            assert_eq!(outlined(text), text);
        }
    }

    #[test]
    fn of_documentation_in_a_macro_the_first_line_is_left() {
        let text = "macro_rules! m { () => { /// One.\n/// Two.\n#[doc = concat!(\"t\", \"u\")]\n#[stable(feature = \"a\")]\n/// Three.\n#[cfg(a)]\npub fn a() {}\n/// Four.\nfn b(); } }\n";
        let left =
            "macro_rules! m { () => { /// One.\n\n\n\n\n#[cfg(a)]\npub fn a() {}\n/// Four.\nfn b(); } }\n";
        assert_eq!(outlined(text), left);
    }

    #[test]
    fn items_within_a_call_are_outlined_and_an_expression_s_are_not() {
        assert_eq!(
            outlined("cfg_net! { impl S { #[inline] pub fn b() { let x = 1; let y = 2; } } }\n"),
            "cfg_net! { impl S { #[inline] pub fn b() { loop {} } } }\n"
        );
        let handed_on = "macro_rules! m { () => { n! { #[stable(a)] Self = A, } }; }\n";
        assert_eq!(outlined(handed_on), handed_on);
        let constant = "const A: u8 = m! { fn b() { let x = 1; let y = 2; } };\n";
        assert_eq!(outlined(constant), constant);
    }
}
