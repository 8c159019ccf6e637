//! The build itself: unpack, `cargo build`, then what makes cells fast.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::toolchain::Toolchain;
use super::{Manifest, PrepareError, Progress, WRAPPER, manifest, metadata, outline, sources, spare, store};
use crate::cargo::library;
use crate::whole;

/// The shared library's file name.
const LIBRARY: &str = "libprelude.so";
/// The configuration of a stock evcxr: each context in a temporary folder of its own.
const STOCK: &str = "[evcxr]\nopt_level = \"0\"\noffline_mode = true\n\n[dependencies]\ntokio = \"1\"\n";
/// Settings of the learner's own cargo that must not change this build; what tells cargo where
/// crates come from stays.
const KEPT_VARIABLES: [&str; 6] = [
    "CARGO_HOME",
    "CARGO_NET_",
    "CARGO_HTTP_",
    "CARGO_REGISTRIES_",
    "CARGO_REGISTRY_",
    "CARGO_SOURCE_",
];

/// The profile of the build: what is quickest to compile, and checks that are the cells' own.
const PROFILE: [&str; 5] = [
    "profile.dev.opt-level=0",
    "profile.dev.debug=false",
    "profile.dev.debug-assertions=false",
    "profile.dev.overflow-checks=false",
    "profile.dev.strip=\"symbols\"",
];

/// Builds into `crates` and leaves in `keyed` what the engine needs.
pub(super) fn build(
    toolchain: &Toolchain,
    program: &Path,
    crates: &Path,
    keyed: &Path,
    rust_src: bool,
    progress: &mut dyn FnMut(Progress),
) -> Result<Manifest, PrepareError> {
    let prelude = crates.join("prelude");
    let io = |path: &Path| {
        let path = path.to_owned();
        move |error| PrepareError::folder(&path, error)
    };
    sources::unpack(&prelude).map_err(io(crates))?;
    let described = describe(toolchain, &prelude)?;
    let total = total(&described);
    let wrapper = wrapper(toolchain, program, crates);
    let libraries = compile(toolchain, wrapper.as_deref(), crates, total, progress)?;
    // Some of the packages that cargo counts are not for this platform.
    progress(Progress::Crates {
        done: total,
        total,
        name: "prelude".to_owned(),
    });
    let copy = keyed.join("prelude");
    let lib = keyed.join("lib");
    sources::unpack(&copy).map_err(io(keyed))?;
    fs::create_dir_all(&lib).map_err(io(&lib))?;
    let built = libraries
        .get("prelude")
        .ok_or_else(|| PrepareError::Build(format!("{LIBRARY} ?")))?;
    let library = lib.join(LIBRARY);
    // Where only the standard library's sources were missing, cells may be running with the library of before.
    whole::copy(built, &library).map_err(io(&library))?;
    let target = crates.join("target");
    let deps = lib.join("deps");
    store::keep(
        &target.join(&toolchain.host).join("debug/deps"),
        &target.join("debug/deps"),
        &deps,
    )
    .map_err(io(&deps))?;
    let mut externs: BTreeMap<String, PathBuf> = metadata::direct_dependencies(&described)
        .into_iter()
        .chain(metadata::NAMED.map(str::to_owned))
        .filter_map(|name| Some((store::kept(libraries.get(&name)?, &deps)?, name)))
        .map(|(path, name)| (name, path))
        .collect();
    externs.insert("prelude".to_owned(), library.clone());
    let mut described = metadata::trim(described, &prelude, &copy);
    let outlines = keyed.join("outlines");
    outline::write(&mut described, &outlines, None).map_err(io(&outlines))?;
    let metadata = keyed.join("metadata.json");
    fs::write(&metadata, described.to_string()).map_err(io(&metadata))?;
    let sources = keyed.join("library");
    let sysroot = describe_sysroot(toolchain, &keyed.join("sysroot.json"), &sources);
    let stock = keyed.join("evcxr");
    fs::create_dir_all(&stock)
        .and_then(|()| fs::write(stock.join("evcxr.toml"), STOCK))
        .map_err(io(&stock))?;
    let manifest = Manifest {
        path: keyed.join(manifest::FILE),
        rustc: toolchain.rustc.clone(),
        cargo: toolchain.cargo.clone(),
        version: toolchain.version(),
        host: toolchain.host.clone(),
        std_folder: toolchain.std_folder.clone(),
        std_library: toolchain.std_library.clone(),
        library,
        stub: stub(&keyed.join("stub")),
        folders: vec![deps],
        externs,
        metadata,
        sources: sysroot.as_ref().map(|_| sources),
        sysroot,
        rust_src,
        made_in: None,
    };
    manifest.write().map_err(io(keyed))?;
    Ok(manifest)
}

/// What cargo knows of the prelude and its dependencies on this platform.
fn describe(toolchain: &Toolchain, prelude: &Path) -> Result<serde_json::Value, PrepareError> {
    let output = cargo_metadata(toolchain, prelude)
        .output()
        .map_err(|error| PrepareError::folder(&toolchain.cargo, error))?;
    if !output.status.success() {
        return Err(PrepareError::build(
            prelude,
            &String::from_utf8_lossy(&output.stderr),
        ));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| PrepareError::Build(error.to_string()))
}

/// What cargo knows of the standard library, for rust-analyzer, and an outline of its sources. Without
/// them, rust-analyzer reads all of the sources, without cargo, and infers a little less.
fn describe_sysroot(toolchain: &Toolchain, file: &Path, sources: &Path) -> Option<PathBuf> {
    let mut cargo = cargo_metadata(toolchain, &toolchain.library());
    // That workspace uses features that are not stable yet; rust-analyzer reads it in the same way.
    cargo.env("__CARGO_TEST_CHANNEL_OVERRIDE_DO_NOT_USE_THIS", "nightly");
    let output = cargo.output().ok().filter(|output| output.status.success())?;
    let mut described = metadata::trim_sysroot(serde_json::from_slice(&output.stdout).ok()?);
    outline::write(&mut described, sources, Some(&toolchain.library())).ok()?;
    described["workspace_root"] = serde_json::json!(sources);
    // Where it stands, rust-analyzer asks for the above, which is all that it reads of it.
    fs::write(sources.join("Cargo.toml"), "[workspace]\n").ok()?;
    fs::write(file, described.to_string()).ok()?;
    Some(file.to_owned())
}

fn cargo_metadata(toolchain: &Toolchain, folder: &Path) -> Command {
    let mut cargo = cargo(toolchain, folder);
    cargo.args([
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--filter-platform",
        &toolchain.host,
    ]);
    cargo
}

fn total(described: &serde_json::Value) -> usize {
    described["resolve"]["nodes"].as_array().map_or(0, Vec::len)
}

/// This program under the name of the wrapper, if the compiler knows the flags that it adds.
fn wrapper(toolchain: &Toolchain, program: &Path, crates: &Path) -> Option<PathBuf> {
    if !spare::is_known(&toolchain.rustc) {
        return None;
    }
    let bin = crates.join("bin");
    crate::client::link_program(&bin, WRAPPER, program).ok()?;
    Some(bin.join(WRAPPER))
}

/// Runs `cargo build` and answers the libraries it made.
fn compile(
    toolchain: &Toolchain,
    wrapper: Option<&Path>,
    crates: &Path,
    total: usize,
    progress: &mut dyn FnMut(Progress),
) -> Result<BTreeMap<String, PathBuf>, PrepareError> {
    let target = crates.join("target");
    let rpath = format!("-Clink-arg=-Wl,-rpath,{}", toolchain.std_folder.display());
    let mut child = cargo(toolchain, &crates.join("prelude"))
        .args([
            "build",
            "--locked",
            "--message-format=json",
            "--target",
            &toolchain.host,
        ])
        // A configuration file may change profiles too; the command line comes first.
        .args(PROFILE.iter().flat_map(|line| ["--config", line]))
        .arg("--target-dir")
        .arg(&target)
        .env("CARGO_BUILD_BUILD_DIR", &target)
        .env("CARGO_ENCODED_RUSTFLAGS", format!("-Cprefer-dynamic\x1f{rpath}"))
        .env("RUSTC_WRAPPER", wrapper.unwrap_or(Path::new("")))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| PrepareError::folder(&toolchain.cargo, error))?;
    let words = child.stderr.take().map(|mut from| {
        std::thread::spawn(move || {
            let mut words = Vec::new();
            let _ = from.read_to_end(&mut words);
            String::from_utf8_lossy(&words).into_owned()
        })
    });
    let mut libraries = BTreeMap::new();
    let mut errors = String::new();
    if let Some(out) = child.stdout.take() {
        let mut done = BTreeSet::new();
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            libraries.extend(library(&line));
            errors.push_str(&error(&line));
            if let Some(name) = finished(&line, &mut done) {
                progress(Progress::Crates {
                    done: done.len(),
                    total,
                    name,
                });
            }
        }
    }
    let status = child
        .wait()
        .map_err(|error| PrepareError::folder(crates, error))?;
    let words = words.and_then(|words| words.join().ok()).unwrap_or_default();
    if status.success() {
        Ok(libraries)
    } else {
        Err(PrepareError::build(crates, &format!("{words}{errors}")))
    }
}

/// The package that a message says is done, if it was not before.
fn finished(line: &str, done: &mut BTreeSet<String>) -> Option<String> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    if message["reason"] != "compiler-artifact"
        || message["target"]["kind"] == serde_json::json!(["custom-build"])
    {
        return None;
    }
    let package = message["package_id"].as_str()?.to_owned();
    let name = message["target"]["name"].as_str()?.to_owned();
    done.insert(package).then_some(name)
}

fn error(line: &str) -> String {
    let message: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
    let message = &message["message"];
    if message["level"] == "error" {
        message["rendered"].as_str().unwrap_or_default().to_owned()
    } else {
        String::new()
    }
}

/// cargo in `folder`, deaf to settings of the learner's own projects.
fn cargo(toolchain: &Toolchain, folder: &Path) -> Command {
    let mut cargo = Command::new(&toolchain.cargo);
    for (name, _) in std::env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        let kept = KEPT_VARIABLES.iter().any(|kept| text.starts_with(kept));
        if (text.starts_with("CARGO") && !kept) || text.starts_with("RUSTC") || text.starts_with("RUSTFLAGS")
        {
            cargo.env_remove(&name);
        }
    }
    cargo
        .current_dir(folder)
        .env("RUSTC", &toolchain.rustc)
        // Empty, they also silence a configuration file's.
        .env("RUSTC_WRAPPER", "")
        .env("RUSTC_WORKSPACE_WRAPPER", "")
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TERM_COLOR", "never")
        .stdin(Stdio::null());
    cargo
}

/// A shared library with the prelude's name and nothing in it. Without it cells work, 80 ms later.
fn stub(folder: &Path) -> Option<PathBuf> {
    fs::create_dir_all(folder).ok()?;
    let stub = folder.join(LIBRARY);
    let made = Command::new("cc")
        .args(["-shared", "-nostdlib", "-x", "c", "/dev/null"])
        .arg(format!("-Wl,-soname,{LIBRARY}"))
        .arg("-o")
        .arg(&stub)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    made.is_ok_and(|status| status.success()).then_some(stub)
}
