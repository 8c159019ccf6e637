//! What rust-analyzer reads of a crate: its sources without what no type is inferred from.
//!
//! Bodies of functions, what only the crate itself uses, what an implementation repeats of its trait, and
//! all but the beginning of long documentations are left out. What is left is a fifth of the text, and
//! stays where it is when cargo cleans its own copies.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ra_ap_syntax::ast::{self, AstNode as _, HasDocComments as _, HasName as _, HasVisibility};
use ra_ap_syntax::{AstToken as _, Edition, SourceFile, SyntaxNode};
use serde_json::{Value, json};

use super::metadata::{items, list};

/// In place of each body; it has any type.
const BODY: &str = "{ loop {} }";
/// Lines of a documentation that are kept, and bytes of them.
const DOC_LINES: usize = 8;
const DOC_BYTES: usize = 600;
/// Beginnings of the names of modules that the generated crates of the SDK keep to themselves.
const PRIVATE: [&str; 11] = [
    "protocol_serde",
    "endpoint_lib",
    "event_stream_serde",
    "json_errors",
    "lens",
    "rest_xml_",
    "serde_util",
    "serialization_settings",
    "auth_plugin",
    "sdk_feature_tracker",
    "type_registry",
];

/// Ends of the names of the types in which they keep how an operation is sent.
const GENERATED: [&str; 4] = ["Interceptor", "Serializer", "Deserializer", "Classifier"];
/// Ends of the names of the traits whose implementations change no type of a cell's.
const UNTYPED: [&str; 3] = ["::Debug", "::PartialOrd", "::Ord"];
/// Folders in which nothing is that others use.
const TESTS: [&str; 3] = ["tests", "benches", "examples"];

/// Writes the outline of every package of `described` into a folder of its own in `folder`, and has
/// `described` point there. Packages inside `kept_together` keep their place in it.
pub(super) fn write(described: &mut Value, folder: &Path, kept_together: Option<&Path>) -> io::Result<()> {
    for package in items(&mut described["packages"]) {
        let manifest = PathBuf::from(package["manifest_path"].as_str().unwrap_or_default());
        let Some(root) = manifest.parent() else { continue };
        let name = package["name"].as_str().unwrap_or_default().to_owned();
        let version = package["version"].as_str().unwrap_or_default();
        let together = kept_together.and_then(|all| root.strip_prefix(all).ok());
        let copy = together.map_or_else(
            || folder.join(format!("{name}-{version}")),
            |within| folder.join(within),
        );
        // The library's file may be anywhere in the package.
        for target in list(&package["targets"]) {
            let file = Path::new(target["src_path"].as_str().unwrap_or_default());
            let source = file.parent().unwrap_or(root);
            let within = source.strip_prefix(root).unwrap_or(Path::new("src"));
            copy_folder(source, &copy.join(within), name.starts_with("aws-sdk-"))?;
        }
        let moved = |path: &Value| {
            let within = Path::new(path.as_str()?).strip_prefix(root).ok()?;
            Some(copy.join(within))
        };
        for target in items(&mut package["targets"]) {
            target["src_path"] = json!(moved(&target["src_path"]));
        }
        package["manifest_path"] = json!(moved(&package["manifest_path"]));
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path, generated: bool) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let text = name.to_string_lossy();
        if generated && PRIVATE.iter().any(|private| text.starts_with(private)) {
            continue;
        }
        if entry.file_type()?.is_dir() && TESTS.contains(&text.as_ref()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to.join(&name), generated)?;
        } else if Path::new(&name).extension().is_some_and(|kind| kind == "rs") {
            let text = fs::read_to_string(entry.path())?;
            let of = match generated {
                false => Origin::Written,
                true if is_an_input(&entry.path()) => Origin::Input,
                true => Origin::Generated,
            };
            fs::write(to.join(&name), outline(&text, of))?;
        }
    }
    Ok(())
}

/// Whose work a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// Somebody wrote it.
    Written,
    /// It is of a generated crate of the SDK.
    Generated,
    /// The same, and what it documents the operation's fluent builder documents too.
    Input,
}

/// Whether a file of the SDK has the input of an operation: `operation/get_item/_get_item_input.rs`.
fn is_an_input(file: &Path) -> bool {
    let in_an_operation = file.iter().any(|part| part == "operation");
    in_an_operation
        && file
            .file_name()
            .is_some_and(|name| name.to_string_lossy().ends_with("_input.rs"))
}

/// The text without what no type is inferred from.
fn outline(text: &str, of: Origin) -> String {
    let generated = of != Origin::Written;
    let parsed = SourceFile::parse(text, Edition::Edition2024);
    let own = private_types(&parsed.syntax_node());
    let mut cuts: Vec<(Range<usize>, String)> = Vec::new();
    for node in parsed.syntax_node().descendants() {
        if is_dispensable(&node) || is_of(&node, &own) {
            cuts.push((node.text_range().into(), String::new()));
        } else {
            cuts.extend(body(&node).map(|range| (range, BODY.to_owned())));
            let kept = if is_documented_elsewhere(&node, of) {
                0
            } else {
                DOC_LINES
            };
            cuts.extend(end_of_docs(&node, kept).map(|range| (range, String::new())));
            cuts.extend(derived(&node).filter(|_| generated));
        }
    }
    cuts.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut outlined = String::with_capacity(text.len() / 2);
    let mut at = 0;
    for (range, instead) in cuts {
        // What is within another cut is gone with it.
        if range.start >= at {
            outlined.push_str(&text[at..range.start]);
            outlined.push_str(&instead);
            at = range.end;
        }
    }
    outlined.push_str(&text[at..]);
    outlined
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
fn derived(node: &SyntaxNode) -> Option<(Range<usize>, String)> {
    let attribute = ast::Attr::cast(node.clone())?;
    let text = attribute.syntax().text().to_string();
    let traits: Vec<&str> = text
        .strip_prefix("#[derive(")?
        .strip_suffix(")]")?
        .split(',')
        .map(str::trim)
        .collect();
    let kept: Vec<&str> = traits
        .iter()
        .filter(|name| !UNTYPED.iter().any(|untyped| name.ends_with(untyped)))
        .copied()
        .collect();
    let range = attribute.syntax().text_range().into();
    Some((
        range,
        if kept.is_empty() {
            String::new()
        } else {
            format!("#[derive({})]", kept.join(", "))
        },
    ))
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
    (body.len() > BODY.len()).then_some(body)
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Origin, is_an_input, outline, write};
    use serde_json::json;
    use std::fs;
    use std::path::Path;

    #[test]
    fn bodies_are_left_out_and_signatures_stay() {
        let text = "/// Doc.\npub async fn a(&self) -> Result<u8, E> {\n    let x = 1;\n    fn b() { let y = 2; }\n    Ok(x)\n}\nstruct S { c: u8 }\n";
        assert_eq!(
            outline(text, Origin::Written),
            "/// Doc.\npub async fn a(&self) -> Result<u8, E> { loop {} }\nstruct S { c: u8 }\n"
        );
    }

    #[test]
    fn of_a_long_documentation_the_beginning_is_left() {
        let lines: Vec<String> = (0..30).map(|line| format!("/// line {line}")).collect();
        let outlined = outline(&format!("{}\npub struct S;\n", lines.join("\n")), Origin::Written);
        assert!(outlined.contains("line 7\n"), "{outlined}");
        assert!(!outlined.contains("line 8"), "{outlined}");
        assert!(outlined.ends_with("pub struct S;\n"), "{outlined}");
    }

    #[test]
    fn what_is_the_crate_s_own_is_left_out() {
        let text = "fn a() {}\npub(crate) fn b() {}\nconst fn c() -> usize { 4 }\npub fn d() {}\n\
                    impl S { fn e(&self) {} pub fn f(&self) {} }\ntrait T { fn g(&self); }\n\
                    impl Iterator for S { type Item = u8; fn next(&mut self) -> Option<u8> { None } }\n";
        assert_eq!(
            outline(text, Origin::Written),
            "\n\nconst fn c() -> usize { 4 }\npub fn d() {}\nimpl S {  pub fn f(&self) {} }\n\
             trait T { fn g(&self); }\nimpl Iterator for S { type Item = u8;  }\n"
        );
    }

    #[test]
    fn how_the_sdk_sends_an_operation_is_left_out_with_its_implementations() {
        let text = "struct SendSerializer;\nimpl Serialize for SendSerializer {}\npub struct Send;\nimpl Plugin for Send {}\n";
        assert_eq!(
            outline(text, Origin::Written),
            "\n\npub struct Send;\nimpl Plugin for Send {}\n"
        );
    }

    #[test]
    fn of_what_is_derived_the_traits_that_types_depend_on_are_left() {
        let text = "#[derive(::std::clone::Clone, ::std::cmp::PartialEq, ::std::fmt::Debug)]\npub struct S;\n\
                    #[derive(::std::fmt::Debug)]\npub struct T;\n";
        assert_eq!(
            outline(text, Origin::Generated),
            "#[derive(::std::clone::Clone, ::std::cmp::PartialEq)]\npub struct S;\n\npub struct T;\n"
        );
        assert_eq!(outline(text, Origin::Written), text);
    }

    #[test]
    fn what_the_sdk_documents_several_times_is_documented_once() {
        let text = "impl KeyBuilder { /// A.\n pub fn a() {}\n /// A.\n pub fn set_a() {}\n }\nimpl Client { /// G.\n pub fn get_a() {}\n }\n";
        let once = "impl KeyBuilder { /// A.\n pub fn a() {}\n \n pub fn set_a() {}\n }\nimpl Client { /// G.\n pub fn get_a() {}\n }\n";
        assert_eq!(outline(text, Origin::Generated), once);
        assert_eq!(outline(text, Origin::Written), text);
        assert!(!outline(text, Origin::Input).contains("///"));
        assert!(is_an_input(Path::new(
            "src/operation/get_item/_get_item_input.rs"
        )));
        assert!(!is_an_input(Path::new(
            "src/types/_layer_version_content_input.rs"
        )));
    }

    #[test]
    fn what_is_in_a_macro_stays_as_it_is() {
        let text =
            "macro_rules! m { () => { fn a() { let x = 1; } } }\nm! { fn b() { let x = 1; let y = 2; } }\n";
        assert_eq!(outline(text, Origin::Written), text);
    }

    #[test]
    fn a_package_points_at_its_outline_which_has_no_private_module() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("registry/aws-sdk-x");
        fs::create_dir_all(package.join("src/protocol_serde")).unwrap();
        fs::write(package.join("src/lib.rs"), "pub fn a() { let long = 123456; }").unwrap();
        fs::write(package.join("src/protocol_serde/shape.rs"), "").unwrap();
        let mut described = json!({"packages": [{"name": "aws-sdk-x", "version": "1.0.0",
            "manifest_path": package.join("Cargo.toml"), "targets": [{"src_path": package.join("src/lib.rs")}]}]});
        let outlines = folder.path().join("outlines");
        write(&mut described, &outlines, None).unwrap();
        let copy = outlines.join("aws-sdk-x-1.0.0");
        assert_eq!(
            fs::read_to_string(copy.join("src/lib.rs")).unwrap(),
            "pub fn a() { loop {} }"
        );
        assert!(!copy.join("src/protocol_serde").exists());
        assert_eq!(
            described["packages"][0]["targets"][0]["src_path"],
            json!(copy.join("src/lib.rs"))
        );
        assert_eq!(
            described["packages"][0]["manifest_path"],
            json!(copy.join("Cargo.toml"))
        );
    }
}
