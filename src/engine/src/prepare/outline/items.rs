//! What is left out of a crate's items.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode as _, HasDocComments as _, HasName as _, HasVisibility};
use ra_ap_syntax::{AstToken as _, SyntaxNode};

use super::{Cut, Origin};

/// In place of each body; it has any type.
pub(super) const BODY: &str = "{ loop {} }";
/// Bytes of a constant function's body that is kept: the length of an array may be what it answers, as of those that
/// `to_be_bytes` gives back, and what is longer is no length.
const CONSTANT: usize = 64;
/// Lines of a documentation that are kept, and bytes of them.
const DOC_LINES: usize = 8;
const DOC_BYTES: usize = 600;
/// Ends of the names of the types in which they keep how an operation is sent.
const GENERATED: [&str; 4] = ["Interceptor", "Serializer", "Deserializer", "Classifier"];
/// Attributes that change neither a type nor what is proposed while typing.
pub(super) const IDLE: [&str; 11] = [
    "allow",
    "cold",
    "expect",
    "inline",
    "must_use",
    "rustc_const_stable",
    "rustc_const_unstable",
    "rustc_diagnostic_item",
    "rustc_inherit_overflow_checks",
    "stable",
    "track_caller",
];
/// The crate that says how the SDK writes and reads a shape.
const SCHEMA: &str = "aws_smithy_schema";
/// The end of the name of the trait that a builder does without.
const COMPARED: &str = "::PartialEq";
/// Ends of the names of the traits whose implementations change no type of a cell's.
const UNTYPED: [&str; 3] = ["::Debug", "::PartialOrd", "::Ord"];

/// What is cut out of a file's items.
pub(super) fn cuts(file: &SyntaxNode, of: Origin) -> Vec<Cut> {
    let generated = of != Origin::Written;
    let own = private_types(file);
    let mut cuts: Vec<Cut> = Vec::new();
    for node in file.descendants() {
        if is_idle(&node)
            || is_dispensable(&node)
            || is_of(&node, &own)
            || (generated && is_of_a_schema(&node))
        {
            cuts.push((node.text_range().into(), String::new()));
        } else {
            cuts.extend(body(&node).map(|range| (range, BODY.to_owned())));
            let kept = if is_documented_elsewhere(&node, of) {
                0
            } else {
                DOC_LINES
            };
            cuts.extend(end_of_docs(&node, kept).map(|range| (range, String::new())));
            cuts.extend(derived(&node, of));
        }
    }
    cuts
}

/// The types that only this file can name, unless it is the root of a module that others look into.
fn private_types(file: &SyntaxNode) -> Vec<String> {
    let structs = file.children().filter_map(ast::Struct::cast);
    structs
        .filter(|found| found.visibility().is_none())
        .filter_map(|found| Some(found.name()?.text().to_string()))
        .filter(|name| GENERATED.iter().any(|end| name.ends_with(end)))
        .collect()
}

/// Whether this is one of these types or an implementation for it.
fn is_of(node: &SyntaxNode, types: &[String]) -> bool {
    let named = |name: &str| types.iter().any(|own| own == name);
    let name = ast::Struct::cast(node.clone()).and_then(|found| found.name());
    let self_type = ast::Impl::cast(node.clone()).and_then(|found| found.self_ty());
    name.is_some_and(|name| named(name.text()))
        || self_type.is_some_and(|of| named(&of.syntax().text().to_string()))
}

/// A `derive` without the traits that no type depends on: each is an implementation to be expanded.
fn derived(node: &SyntaxNode, of: Origin) -> Option<Cut> {
    let attribute = ast::Attr::cast(node.clone()).filter(|_| of != Origin::Written)?;
    let text = attribute.syntax().text().to_string();
    let traits = text.strip_prefix("#[derive(")?.strip_suffix(")]")?;
    let compared = !is_a_builder(&node.parent()?);
    let kept: Vec<&str> = traits
        .split(',')
        .map(str::trim)
        .filter(|name| !UNTYPED.iter().any(|untyped| name.ends_with(untyped)))
        .filter(|name| compared || !name.ends_with(COMPARED))
        .collect();
    let instead = if kept.is_empty() {
        String::new()
    } else {
        format!("#[derive({})]", kept.join(", "))
    };
    Some((attribute.syntax().text_range().into(), instead))
}

/// Whether a type is a builder, which nobody compares.
fn is_a_builder(node: &SyntaxNode) -> bool {
    let name = ast::Struct::cast(node.clone()).and_then(|found| found.name());
    name.is_some_and(|name| name.text().ends_with("Builder"))
}

/// Whether an attribute changes neither a type nor what is proposed.
fn is_idle(node: &SyntaxNode) -> bool {
    let path = ast::Attr::cast(node.clone()).and_then(|attribute| attribute.path());
    path.is_some_and(|path| IDLE.contains(&path.syntax().text().to_string().as_str()))
}

/// Whether the SDK keeps here how a shape is written and read, or has an implementation of nothing.
fn is_of_a_schema(node: &SyntaxNode) -> bool {
    let names = |part: Option<SyntaxNode>| part.is_some_and(|part| part.text().to_string().contains(SCHEMA));
    if let Some(found) = ast::Const::cast(node.clone()) {
        return names(found.ty().map(|ty| ty.syntax().clone()));
    }
    if let Some(found) = ast::Fn::cast(node.clone()) {
        return names(found.param_list().map(|list| list.syntax().clone()));
    }
    let Some(found) = ast::Impl::cast(node.clone()) else {
        return false;
    };
    if let Some(of) = found.trait_() {
        return names(Some(of.syntax().clone()));
    }
    let mut items = found
        .assoc_item_list()
        .into_iter()
        .flat_map(|list| list.assoc_items());
    items.all(|item| is_dispensable(item.syntax()) || is_of_a_schema(item.syntax()))
}

/// Whether a function is the crate's own, or says again what its trait says; or a static is.
fn is_dispensable(node: &SyntaxNode) -> bool {
    if let Some(found) = ast::Static::cast(node.clone()) {
        return !is_public(&found);
    }
    let Some(function) = ast::Fn::cast(node.clone()) else {
        return false;
    };
    let around = node.parent().and_then(|list| list.parent());
    if let Some(found) = around.clone().and_then(ast::Impl::cast) {
        return found.trait_().is_some() || !is_public(&function);
    }
    let of_a_trait = around.is_some_and(|around| ast::Trait::can_cast(around.kind()));
    // The length of an array may be what a constant function answers.
    !of_a_trait && !is_public(&function) && function.const_token().is_none()
}

fn is_public(item: &impl HasVisibility) -> bool {
    item.visibility()
        .is_some_and(|visibility| visibility.syntax().text() == "pub")
}

/// The body of a function, unless it is as short.
fn body(node: &SyntaxNode) -> Option<Range<usize>> {
    let function = ast::Fn::cast(node.clone())?;
    let body: Range<usize> = function.body()?.syntax().text_range().into();
    let kept = if function.const_token().is_some() {
        CONSTANT
    } else {
        BODY.len()
    };
    (body.len() > kept).then_some(body)
}

/// Whether another item of the SDK says the same: a builder's `set_key` and `get_key` say what its `key` does.
fn is_documented_elsewhere(node: &SyntaxNode, of: Origin) -> bool {
    let builder = || {
        let around = node.parent()?.parent().and_then(ast::Impl::cast)?;
        Some(around.self_ty()?.syntax().text().to_string().ends_with("Builder"))
    };
    match of {
        Origin::Written => false,
        Origin::Input => true,
        Origin::Generated => {
            let name = ast::Fn::cast(node.clone()).and_then(|function| function.name());
            name.is_some_and(|name| name.text().starts_with("set_") || name.text().starts_with("get_"))
                && builder().unwrap_or_default()
        }
    }
}

/// What of an item's documentation comes after its first `lines`; of many, one is left at least.
fn end_of_docs(node: &SyntaxNode, lines: usize) -> Option<Range<usize>> {
    let comments: Vec<Range<usize>> = ast::AnyHasDocComments::cast(node.clone())?
        .doc_comments()
        .map(|comment| comment.syntax().text_range().into())
        .collect();
    let mut bytes = 0;
    let kept = comments
        .iter()
        .take(lines)
        .take_while(|comment| {
            bytes += comment.len();
            bytes <= DOC_BYTES
        })
        .count()
        .max(lines.min(1));
    let first = comments.get(kept)?.start;
    Some(first..comments.last()?.end)
}
