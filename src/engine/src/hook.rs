//! The other lives of the `cahier` program: what it is when it is called under another name, or by
//! its own engine.

use std::ffi::OsString;
use std::path::Path;

use crate::prepare::{self, WRAPPER};
use crate::{cargo, cell, guard, host};

/// First argument of the engine host.
pub(crate) const HOST: &str = "__hote-du-moteur";
/// First argument of the guard of the cells' process.
pub(crate) const GUARD: &str = "__gardien-des-cellules";
/// First argument of the cells' process.
pub(crate) const CELLS: &str = "__cellules";
/// The names under which evcxr and rustc call this program.
pub(crate) const NAMES: [&str; 3] = ["cargo", "rustup", LINKER];
/// The linker's name; rustc knows by its end that it speaks like a C compiler.
pub(crate) const LINKER: &str = "cahier-cc";

/// Must be the first call in `main`: when this process is a re-execution by the engine, or is called
/// as `cargo`, `rustup`, the linker of cells or the wrapper of rustc, it does that work and never returns.
///
/// A cell may call `cahier`: evcxr's own variable, which the cell's environment may hold, means
/// nothing here. Only names and first arguments do.
pub fn hook() {
    let mut arguments = std::env::args_os();
    let name = arguments.next().map(|path| {
        Path::new(&path)
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    });
    let arguments: Vec<OsString> = arguments.collect();
    match name.as_deref() {
        Some("cargo") => cargo::run(&arguments),
        Some("rustup") => cargo::rustup(&arguments),
        Some(LINKER) => cargo::link(&arguments),
        Some(WRAPPER) => prepare::wrap_rustc(&arguments),
        _ => reexecuted(&arguments),
    }
}

fn reexecuted(arguments: &[OsString]) {
    let path = |index: usize| arguments.get(index).map_or(Path::new(""), Path::new);
    let bytes = |index: usize| {
        let words = arguments.get(index).and_then(|words| words.to_str());
        words.and_then(|words| words.parse().ok()).unwrap_or(u64::MAX)
    };
    match arguments.first().and_then(|first| first.to_str()) {
        Some(HOST) => host::run(),
        Some(GUARD) => guard::run(path(1), [path(2), path(3)], bytes(4)),
        Some(CELLS) => cell::run([path(1), path(2)], bytes(3)),
        _ => {}
    }
}
