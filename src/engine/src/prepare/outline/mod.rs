//! What rust-analyzer reads of a crate: its sources without what no type is inferred from.
//!
//! Bodies of functions, what only the crate itself uses, what an implementation repeats of its trait, and
//! all but the beginning of long documentations are left out ([`items`]), of macros as well ([`macros`]).
//! What is left is a fifth of the text, and stays where it is when cargo cleans its own copies.

mod items;
mod macros;

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ra_ap_syntax::{Edition, SourceFile};
use serde_json::{Value, json};

use super::metadata::{items, list};

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

/// A part of a text, and what stands there in its place.
type Cut = (Range<usize>, String);

/// The text without what no type is inferred from.
fn outline(text: &str, of: Origin) -> String {
    let parsed = SourceFile::parse(text, Edition::Edition2024);
    let mut cuts = items::cuts(&parsed.syntax_node(), of);
    cuts.extend(macros::cuts(&parsed.syntax_node()));
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
    fn what_the_length_of_an_array_may_be_computed_by_keeps_its_body() {
        let length = "pub const fn size_of<T>() -> usize {\n    <T as SizedTypeProperties>::SIZE\n}\n";
        assert_eq!(outline(length, Origin::Written), length);
        let long = format!("pub const fn a() {{ {} }}\n", "f();".repeat(20));
        assert_eq!(outline(&long, Origin::Written), "pub const fn a() { loop {} }\n");
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
    fn how_the_sdk_writes_a_shape_and_what_implements_nothing_is_left_out() {
        let text = "impl S {\n    pub const SCHEMA: &'static ::aws_smithy_schema::Schema<'static> = &S_SCHEMA;\n}\n\
                    impl ::aws_smithy_schema::serde::SerializableStruct for S {}\nimpl T {}\n\
                    impl S { pub fn deserialize(d: &mut dyn ::aws_smithy_schema::serde::D) -> Self { loop {} }\n pub fn a() {} }\n";
        assert_eq!(
            outline(text, Origin::Generated),
            "\n\n\nimpl S { \n pub fn a() {} }\n"
        );
        assert!(outline(text, Origin::Written).contains("SerializableStruct for S"));
    }

    #[test]
    fn a_builder_is_not_compared() {
        let text = "#[derive(Clone, ::std::cmp::PartialEq)]\npub struct ABuilder;\n\
                    #[derive(Clone, ::std::cmp::PartialEq)]\npub struct A;\n";
        let left = "#[derive(Clone)]\npub struct ABuilder;\n#[derive(Clone, ::std::cmp::PartialEq)]\npub struct A;\n";
        assert_eq!(outline(text, Origin::Generated), left);
    }

    #[test]
    fn attributes_that_change_no_type_are_left_out() {
        let text = "#[stable(feature = \"a\")]\n#[cfg(b)]\n#[unstable(feature = \"c\")]\npub struct A;\n";
        let left = "\n#[cfg(b)]\n#[unstable(feature = \"c\")]\npub struct A;\n";
        assert_eq!(outline(text, Origin::Written), left);
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
