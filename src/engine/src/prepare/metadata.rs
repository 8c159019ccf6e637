//! What rust-analyzer is told of the prelude: enough crates to infer the types that cells meet, and
//! no more, since it reads every one of them.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

/// Beginnings of the names of crates whose types appear in those of the SDKs and of plotters.
const SEEN: [&str; 9] = [
    "aws-",
    "plotters",
    "tokio",
    "serde",
    "bytes",
    "http",
    "pin-project-lite",
    "futures-core",
    "prelude",
];
/// Crates that begin so, or that the prelude uses for itself, and that no variable's type names.
const UNSEEN: [&str; 22] = [
    "aws-lc",
    "aws-runtime",
    "aws-sdk-sso",
    "aws-sigv4",
    "aws-smithy-checksums",
    "aws-smithy-eventstream",
    "aws-smithy-http-client",
    "aws-smithy-json",
    "aws-smithy-observability",
    "aws-smithy-query",
    "aws-smithy-runtime-api-macros",
    "aws-smithy-schema",
    "aws-smithy-xml",
    "bytes-utils",
    "http-body-util",
    "httparse",
    "httpdate",
    "serde_derive",
    "serde_path",
    "tokio-macros",
    "tokio-rustls",
    "tokio-util",
];

/// Crates that cells may name although the prelude does not depend on them directly: the types that SDKs answer with are
/// theirs, and a variable needs the path of its type. `Bytes` is what an object holds, `PaginationStream` its pages.
pub(super) const NAMED: [&str; 3] = ["aws_smithy_async", "bytes", "http"];

/// Crates of the standard library's workspace that the types of cells need.
const SYSROOT: [&str; 15] = [
    "core",
    "alloc",
    "std",
    "hashbrown",
    "proc_macro",
    "rustc-std-workspace-core",
    "rustc-std-workspace-alloc",
    "rustc-std-workspace-std",
    // Without these, rust-analyzer does not take the rest for the standard library.
    "cfg-if",
    "panic_abort",
    "panic_unwind",
    "std_detect",
    "sysroot",
    "test",
    "unwind",
];

/// The crates, as code names them, that the prelude depends on directly.
pub(super) fn direct_dependencies(described: &Value) -> Vec<String> {
    let Some(root) = node(described, root(described)) else {
        return Vec::new();
    };
    list(&root["deps"])
        .iter()
        .filter_map(|dep| dep["name"].as_str().map(str::to_owned))
        .collect()
}

/// Keeps what rust-analyzer needs; `prelude`, where it was built, becomes `copy`, which stays.
pub(super) fn trim(mut described: Value, prelude: &Path, copy: &Path) -> Value {
    let root = root(&described).to_owned();
    name_more(&mut described, &root);
    let direct: BTreeSet<String> = node(&described, &root)
        .map(|node| {
            list(&node["deps"])
                .iter()
                .filter_map(|dep| dep["pkg"].as_str().map(str::to_owned))
                .collect()
        })
        .unwrap_or_default();
    let kept: BTreeSet<String> = list(&described["packages"])
        .iter()
        .filter(|package| {
            let name = package["name"].as_str().unwrap_or_default();
            let id = package["id"].as_str().unwrap_or_default();
            id == root || is_seen(name) || (direct.contains(id) && !is_unseen(name))
        })
        .filter_map(|package| package["id"].as_str().map(str::to_owned))
        .collect();
    keep(&mut described, &kept);
    for package in items(&mut described["packages"]) {
        trim_package(package, &root);
    }
    relocate(described, prelude, copy)
}

/// Has the prelude depend on the crates of [`NAMED`].
fn name_more(described: &mut Value, root: &str) {
    let found: Vec<Value> = list(&described["packages"])
        .iter()
        .filter_map(|package| {
            let name = package["name"].as_str()?.replace('-', "_");
            let kinds = json!([{"kind": null, "target": null}]);
            let dep = json!({"name": name, "pkg": package["id"], "dep_kinds": kinds});
            NAMED.contains(&name.as_str()).then_some(dep)
        })
        .collect();
    let nodes = items(&mut described["resolve"]["nodes"]);
    let Some(node) = nodes.iter_mut().find(|node| node["id"] == root) else {
        return;
    };
    for dep in found {
        let known = list(&node["deps"])
            .iter()
            .any(|known| known["name"] == dep["name"]);
        if !known && let (Some(deps), id) = (node["deps"].as_array_mut(), dep["pkg"].clone()) {
            deps.push(dep);
            if let Some(ids) = node["dependencies"].as_array_mut() {
                ids.push(id);
            }
        }
    }
}

/// Keeps of the standard library's workspace what the types of cells need.
pub(super) fn trim_sysroot(mut described: Value) -> Value {
    let kept: BTreeSet<String> = list(&described["packages"])
        .iter()
        .filter(|package| {
            package["name"]
                .as_str()
                .is_some_and(|name| SYSROOT.contains(&name))
        })
        .filter_map(|package| package["id"].as_str().map(str::to_owned))
        .collect();
    keep(&mut described, &kept);
    for members in ["workspace_members", "workspace_default_members"] {
        retain(&mut described[members], |id| {
            id.as_str().is_some_and(|id| kept.contains(id))
        });
    }
    described
}

/// Drops the packages that are not `kept`, and what depends on them.
fn keep(described: &mut Value, kept: &BTreeSet<String>) {
    let is_kept = |id: &Value| id.as_str().is_some_and(|id| kept.contains(id));
    retain(&mut described["packages"], |package| is_kept(&package["id"]));
    retain(&mut described["resolve"]["nodes"], |node| is_kept(&node["id"]));
    for node in items(&mut described["resolve"]["nodes"]) {
        retain(&mut node["deps"], |dep| is_kept(&dep["pkg"]) && is_normal(dep));
        retain(&mut node["dependencies"], is_kept);
    }
}

fn is_seen(name: &str) -> bool {
    SEEN.iter().any(|seen| name.starts_with(seen)) && !is_unseen(name)
}

fn is_unseen(name: &str) -> bool {
    UNSEEN.iter().any(|unseen| name.starts_with(unseen))
}

/// A dependency of the build script alone is not one of the code.
fn is_normal(dep: &Value) -> bool {
    list(&dep["dep_kinds"]).iter().any(|kind| kind["kind"].is_null())
}

/// Only the library matters, and the prelude's counts as an ordinary one.
fn trim_package(package: &mut Value, root: &str) {
    if package["id"] == root {
        for target in items(&mut package["targets"]) {
            target["kind"] = json!(["lib"]);
            target["crate_types"] = json!(["lib"]);
        }
    } else {
        package["dependencies"] = json!([]);
    }
    retain(&mut package["targets"], |target| {
        list(&target["kind"]).iter().any(|kind| *kind == "lib")
    });
    package["metadata"] = Value::Null;
}

fn relocate(described: Value, from: &Path, to: &Path) -> Value {
    let inside = |path: &Path| {
        serde_json::to_string(path)
            .unwrap_or_default()
            .trim_matches('"')
            .to_owned()
    };
    let text = described.to_string().replace(&inside(from), &inside(to));
    serde_json::from_str(&text).unwrap_or(described)
}

/// The described crate itself.
pub(crate) fn root(described: &Value) -> &str {
    described["resolve"]["root"].as_str().unwrap_or_default()
}

/// What the resolution says of the package `id`.
pub(crate) fn node<'a>(described: &'a Value, id: &str) -> Option<&'a Value> {
    list(&described["resolve"]["nodes"])
        .iter()
        .find(|node| node["id"] == id)
}

/// The elements of an array; none of anything else.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The same, to be changed.
pub(crate) fn items(value: &mut Value) -> &mut [Value] {
    value.as_array_mut().map_or(&mut [], Vec::as_mut_slice)
}

fn retain(value: &mut Value, keep: impl FnMut(&Value) -> bool) {
    if let Some(list) = value.as_array_mut() {
        list.retain(keep);
    }
}

#[cfg(test)]
mod tests {
    use super::{direct_dependencies, list, trim, trim_sysroot};
    use serde_json::{Value, json};
    use std::path::Path;

    fn package(id: &str, kind: &str) -> Value {
        let library =
            json!({"kind": [kind], "crate_types": [kind], "name": id, "src_path": format!("/built/{id}")});
        let script = json!({"kind": ["custom-build"], "name": "build"});
        json!({"name": id, "id": id, "targets": [library, script], "dependencies": [{"name": "x"}]})
    }

    fn described() -> Value {
        let dep = |id: &str, kind: Value| json!({"name": id.replace('-', "_"), "pkg": id, "dep_kinds": [{"kind": kind}]});
        let deps = json!([dep("aws-types", Value::Null), dep("cc", json!("build"))]);
        json!({
            "packages": [package("prelude", "dylib"), package("aws-types", "lib"), package("zeroize", "lib"),
                         package("cc", "lib"), package("aws-lc-rs", "lib")],
            "resolve": {"root": "prelude", "nodes": [
                {"id": "prelude", "deps": deps, "dependencies": ["aws-types", "cc"]},
                {"id": "aws-types", "deps": [dep("zeroize", Value::Null)], "dependencies": ["zeroize"]},
                {"id": "zeroize", "deps": [], "dependencies": []}]}
        })
    }

    #[test]
    fn only_the_crates_that_cells_meet_are_left() {
        let trimmed = trim(described(), Path::new("/built"), Path::new("/kept"));
        let names: Vec<_> = list(&trimmed["packages"])
            .iter()
            .map(|package| &package["name"])
            .collect();
        assert_eq!(names, ["prelude", "aws-types", "cc"]);
        assert_eq!(trimmed["resolve"]["nodes"][1]["deps"], json!([]));
    }

    #[test]
    fn the_crates_whose_types_the_sdks_answer_with_can_be_named() {
        let mut described = described();
        for id in ["bytes", "aws-smithy-async"] {
            if let Some(all) = described["packages"].as_array_mut() {
                all.push(package(id, "lib"));
            }
        }
        let trimmed = trim(described, Path::new("/built"), Path::new("/kept"));
        let names: Vec<_> = list(&trimmed["resolve"]["nodes"][0]["deps"])
            .iter()
            .map(|dep| &dep["name"])
            .collect();
        assert_eq!(names, ["aws_types", "bytes", "aws_smithy_async"]);
    }

    #[test]
    fn the_prelude_counts_as_a_library_and_its_sources_are_those_that_stay() {
        let trimmed = trim(described(), Path::new("/built"), Path::new("/kept"));
        let target = &trimmed["packages"][0]["targets"][0];
        assert_eq!(target["kind"], json!(["lib"]));
        assert_eq!(target["src_path"], "/kept/prelude");
        assert_eq!(list(&trimmed["packages"][1]["targets"]).len(), 1);
    }

    #[test]
    fn of_the_standard_library_the_core_is_left() {
        let package = |name: &str| package(name, "lib");
        let described = json!({
            "packages": [package("core"), package("std"), package("compiler_builtins")],
            "workspace_members": ["core", "compiler_builtins"],
            "resolve": {"root": null, "nodes": [{"id": "std", "dependencies": ["core"], "deps": [
                {"pkg": "core", "dep_kinds": [{"kind": null}]}, {"pkg": "cfg-if", "dep_kinds": [{"kind": null}]}]}]}
        });
        let trimmed = trim_sysroot(described);
        assert_eq!(list(&trimmed["packages"]).len(), 2);
        assert_eq!(trimmed["workspace_members"], json!(["core"]));
        assert_eq!(list(&trimmed["resolve"]["nodes"][0]["deps"]).len(), 1);
    }

    #[test]
    fn direct_dependencies_have_the_names_that_code_uses() {
        assert_eq!(direct_dependencies(&described()), ["aws_types", "cc"]);
    }
}
