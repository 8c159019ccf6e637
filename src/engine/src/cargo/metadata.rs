//! `cargo metadata` of evcxr's temporary crate, from the preparation and without cargo.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use serde_json::{Value, json};

use super::{fail, foreign, real, real_command};
use crate::prepare::Manifest;
use crate::prepare::metadata::{items, list, node, root};

/// The name of the crate that evcxr writes only to see whether a dependency exists.
const TRIAL: &str = "evcxr_dummy_validate_dep";

/// Answers one call, about the crate at `path` or in the folder `here`.
pub(super) fn answer(manifest: &Manifest, here: &Path, path: Option<&Path>, arguments: &[OsString]) -> ! {
    let folder = path.and_then(Path::parent).unwrap_or(here);
    if folder.ends_with("lib/rustlib/src/rust/library") || manifest.sources.as_deref() == Some(folder) {
        sysroot(manifest);
    }
    let Ok(text) = fs::read_to_string(folder.join("Cargo.toml")) else {
        real(manifest, arguments)
    };
    let dependencies = dependencies(&text);
    let beyond: BTreeMap<_, _> = dependencies
        .iter()
        .filter(|(name, _)| !manifest.provides(name))
        .collect();
    if !beyond.is_empty() && text.contains(TRIAL) {
        real(manifest, arguments);
    }
    match described(manifest, folder, &dependencies) {
        Ok(described) => {
            let _ = writeln!(io::stdout(), "{described}");
            std::process::exit(0)
        }
        Err(error) => fail(&error.to_string()),
    }
}

/// The standard library's own workspace; without it rust-analyzer finds the sources by itself.
fn sysroot(manifest: &Manifest) -> ! {
    match manifest
        .sysroot
        .as_ref()
        .and_then(|file| manifest.description(file).ok())
    {
        Some(described) => {
            let _ = io::stdout().write_all(described.as_bytes());
            std::process::exit(0)
        }
        None => fail("cahier: la bibliothèque standard est lue sans cargo"),
    }
}

fn dependencies(text: &str) -> BTreeMap<String, toml::Value> {
    let table: toml::Table = toml::from_str(text).unwrap_or_default();
    let dependencies = table.get("dependencies").and_then(toml::Value::as_table).cloned();
    dependencies.unwrap_or_default().into_iter().collect()
}

fn described(
    manifest: &Manifest,
    folder: &Path,
    dependencies: &BTreeMap<String, toml::Value>,
) -> io::Result<Value> {
    let beyond: BTreeMap<_, _> = dependencies
        .iter()
        .filter(|(name, _)| !manifest.provides(name))
        .collect();
    let mut described: Value = serde_json::from_str(&manifest.description(&manifest.metadata)?)?;
    let alone = dependencies.is_empty();
    let mut deps = entry(&mut described, folder);
    if alone {
        forget_others(&mut described, folder, &mut deps);
    }
    if !beyond.is_empty() {
        deps.extend(add(manifest, &mut described, folder, &beyond)?);
    }
    let id = id(folder);
    let ids: Vec<Value> = deps.iter().map(|dep| dep["pkg"].clone()).collect();
    let node = json!({"id": id, "dependencies": ids, "deps": deps, "features": []});
    push(&mut described["resolve"]["nodes"], node);
    described["resolve"]["root"] = json!(id);
    described["workspace_members"] = json!([id]);
    described["workspace_default_members"] = json!([id]);
    described["workspace_root"] = json!(folder);
    described["target_directory"] = json!(folder.join("target"));
    described["build_directory"] = json!(folder.join("target"));
    Ok(described)
}

/// evcxr starts by showing rust-analyzer a crate without dependencies; describing the library to it
/// then would only make it read everything twice.
fn forget_others(described: &mut Value, folder: &Path, deps: &mut Vec<Value>) {
    deps.clear();
    let id = id(folder);
    let own: Vec<Value> = list(&described["packages"])
        .iter()
        .filter(|package| package["id"] == id)
        .cloned()
        .collect();
    described["packages"] = json!(own);
    described["resolve"]["nodes"] = json!([]);
}

fn id(folder: &Path) -> String {
    format!("path+file://{}#ctx@1.0.0", folder.display())
}

/// Adds evcxr's crate, which depends on the prelude and on all that the prelude depends on.
fn entry(described: &mut Value, folder: &Path) -> Vec<Value> {
    let prelude = root(described).to_owned();
    let mut deps = node(described, &prelude)
        .map(|node| list(&node["deps"]).to_vec())
        .unwrap_or_default();
    deps.push(dep("prelude", &prelude));
    let packages = list(&described["packages"]);
    let Some(model) = packages.iter().find(|package| package["id"] == prelude) else {
        return deps;
    };
    let mut package = model.clone();
    if let Some(mut own) = list(&package["dependencies"]).first().cloned() {
        own["name"] = json!("prelude");
        push(&mut package["dependencies"], own);
    }
    package["name"] = json!("ctx");
    package["version"] = json!("1.0.0");
    package["id"] = json!(id(folder));
    package["manifest_path"] = json!(folder.join("Cargo.toml"));
    for target in items(&mut package["targets"]) {
        target["name"] = json!("ctx");
        target["src_path"] = json!(folder.join("src/lib.rs"));
        target["kind"] = json!(["cdylib"]);
        target["crate_types"] = json!(["cdylib"]);
    }
    push(&mut described["packages"], package);
    deps
}

fn dep(name: &str, id: &str) -> Value {
    json!({"name": name, "pkg": id, "dep_kinds": [{"kind": null, "target": null}]})
}

/// Adds what the real cargo says of crates beyond the library.
fn add(
    manifest: &Manifest,
    described: &mut Value,
    folder: &Path,
    beyond: &BTreeMap<&String, &toml::Value>,
) -> io::Result<Vec<Value>> {
    let apart = folder.join("target/beyond");
    foreign::write_crate(&apart, beyond)?;
    let mut cargo = real_command(manifest);
    cargo.current_dir(&apart).args([
        "metadata",
        "--format-version",
        "1",
        "--filter-platform",
        &manifest.host,
    ]);
    let output = cargo.output()?;
    if !output.status.success() {
        return Err(io::Error::other(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ));
    }
    let theirs: Value = serde_json::from_slice(&output.stdout)?;
    let own = root(&theirs).to_owned();
    let deps = node(&theirs, &own)
        .map(|node| list(&node["deps"]).to_vec())
        .unwrap_or_default();
    merge(&mut described["packages"], list(&theirs["packages"]), &own);
    merge(
        &mut described["resolve"]["nodes"],
        list(&theirs["resolve"]["nodes"]),
        &own,
    );
    Ok(deps)
}

fn merge(into: &mut Value, from: &[Value], but: &str) {
    for item in from {
        let known = list(into).iter().any(|known| known["id"] == item["id"]);
        if item["id"] != but && !known {
            push(into, item.clone());
        }
    }
}

fn push(into: &mut Value, item: Value) {
    if let Some(list) = into.as_array_mut() {
        list.push(item);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::described;
    use crate::prepare::Manifest;
    use serde_json::json;
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    fn tokio() -> BTreeMap<String, toml::Value> {
        BTreeMap::from([("tokio".to_owned(), toml::Value::String("1".to_owned()))])
    }

    #[test]
    fn evcxr_s_crate_sees_the_prelude_and_what_it_depends_on() {
        let folder = tempfile::tempdir().unwrap();
        let metadata = folder.path().join("metadata.json");
        let canned = json!({
            "packages": [
                {"name": "prelude", "id": "p", "dependencies": [{"name": "tokio", "req": "^1"}],
                 "targets": [{"kind": ["lib"], "name": "prelude", "src_path": "/p/src/lib.rs"}]},
                {"name": "tokio", "id": "t", "dependencies": [], "targets": []}],
            "resolve": {"root": "p", "nodes": [
                {"id": "p", "deps": [{"name": "tokio", "pkg": "t", "dep_kinds": []}]}, {"id": "t", "deps": []}]}
        });
        fs::write(&metadata, canned.to_string()).unwrap();
        let mut manifest = Manifest {
            metadata,
            ..Manifest::default()
        };
        let file = folder.path().join("libtokio.rlib");
        manifest.externs.insert("tokio".to_owned(), file);
        let found = described(&manifest, Path::new("/x"), &tokio()).unwrap();
        let node = found["resolve"]["nodes"].as_array().unwrap().last().unwrap();
        assert_eq!(node["dependencies"], json!(["t", "p"]));
        let package = found["packages"].as_array().unwrap().last().unwrap();
        assert_eq!(package["targets"][0]["src_path"], "/x/src/lib.rs");
        assert_eq!(package["dependencies"][1]["name"], "prelude");
        assert_eq!(found["workspace_members"][0], found["resolve"]["root"]);
        let alone = described(&manifest, Path::new("/x"), &BTreeMap::new()).unwrap();
        assert_eq!(alone["packages"].as_array().map(Vec::len), Some(1));
    }
}
