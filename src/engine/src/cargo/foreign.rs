//! Crates that the prepared library does not hold: the real cargo builds them, apart, and cells link
//! against them beside the library.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use super::{flag, real_command};
use crate::prepare::Manifest;

/// Builds `dependencies` and answers the arguments of rustc that let a cell use them.
pub(super) fn externs(
    manifest: &Manifest,
    target: &Path,
    dependencies: &BTreeMap<&String, &toml::Value>,
) -> io::Result<Vec<OsString>> {
    let folder = target.join("beyond");
    let text = write_crate(&folder, dependencies)?;
    let built = folder.join("externs.json");
    let seen = folder.join("built.toml");
    if fs::read_to_string(&seen).is_ok_and(|seen| seen == text)
        && let Ok(list) = fs::read(&built)
    {
        return Ok(arguments(&folder, serde_json::from_slice(&list)?));
    }
    let list = build(manifest, &folder, dependencies)?;
    fs::write(&built, serde_json::to_vec(&list)?)?;
    fs::write(&seen, text)?;
    Ok(arguments(&folder, list))
}

/// A crate with nothing but these dependencies. Its profile is not that of the library, so that no
/// crate of either is taken for one of the other.
pub(super) fn write_crate(
    folder: &Path,
    dependencies: &BTreeMap<&String, &toml::Value>,
) -> io::Result<String> {
    let mut table = toml::Table::new();
    for (name, value) in dependencies {
        table.insert((*name).clone(), (*value).clone());
    }
    let dependencies = toml::Table::from_iter([("dependencies".to_owned(), toml::Value::Table(table))]);
    let text = format!(
        "[package]\nname = \"beyond\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [profile.dev]\nopt-level = 1\ndebug = false\nincremental = false\n[workspace]\n{dependencies}"
    );
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "")?;
    fs::write(folder.join("Cargo.toml"), &text)?;
    Ok(text)
}

fn build(
    manifest: &Manifest,
    folder: &Path,
    dependencies: &BTreeMap<&String, &toml::Value>,
) -> io::Result<Vec<(String, PathBuf)>> {
    let output = real_command(manifest)
        .current_dir(folder)
        .args(["build", "--message-format=json"])
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        let out = String::from_utf8_lossy(&output.stdout);
        return Err(io::Error::other(format!("cargo build: {}\n{out}", output.status)));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let libraries: BTreeMap<String, PathBuf> = messages.lines().filter_map(library).collect();
    let wanted = dependencies.keys().map(|name| name.replace('-', "_"));
    Ok(wanted
        .filter_map(|name| libraries.get(&name).map(|path| (name.clone(), path.clone())))
        .collect())
}

/// The crate and the file of one of cargo's messages, if it tells of a library.
pub(crate) fn library(message: &str) -> Option<(String, PathBuf)> {
    let message: Value = serde_json::from_str(message).ok()?;
    if message["reason"] != "compiler-artifact" {
        return None;
    }
    let kinds = message["target"]["kind"].as_array()?;
    let library = ["lib", "rlib", "dylib", "proc-macro"];
    if !kinds
        .iter()
        .any(|kind| kind.as_str().is_some_and(|kind| library.contains(&kind)))
    {
        return None;
    }
    let mut files = message["filenames"]
        .as_array()?
        .iter()
        .filter_map(Value::as_str)
        .map(Path::new);
    let file = files.rfind(|file| {
        file.extension()
            .is_some_and(|kind| kind == "rlib" || kind == "so")
    })?;
    let name = message["target"]["name"].as_str()?.replace('-', "_");
    Some((name, PathBuf::from(file)))
}

fn arguments(folder: &Path, list: Vec<(String, PathBuf)>) -> Vec<OsString> {
    let mut arguments = vec!["-L".into(), flag("dependency=", folder.join("target/debug/deps"))];
    for (name, path) in list {
        arguments.extend(["--extern".into(), flag(&format!("{name}="), path)]);
    }
    arguments
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{library, write_crate};
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    #[test]
    fn a_dependency_keeps_its_own_settings() {
        let folder = tempfile::tempdir().unwrap();
        let name = "petit".to_owned();
        let value = toml::Value::Table(toml::toml! { path = "/p" });
        let text = write_crate(folder.path(), &BTreeMap::from([(&name, &value)])).unwrap();
        let written: toml::Table = toml::from_str(&text).unwrap();
        assert_eq!(written["dependencies"]["petit"]["path"].as_str(), Some("/p"));
    }

    #[test]
    fn a_message_of_cargo_tells_the_crate_and_its_file() {
        let message = r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"aws-sdk-s3"},
            "filenames":["/t/libaws_sdk_s3-1.rlib","/t/libaws_sdk_s3-1.rmeta"]}"#;
        let found = library(message);
        assert_eq!(
            found,
            Some(("aws_sdk_s3".to_owned(), PathBuf::from("/t/libaws_sdk_s3-1.rlib")))
        );
        assert_eq!(library(r#"{"reason":"build-finished"}"#), None);
    }
}
