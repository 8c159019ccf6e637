//! Embeds the lessons and what belongs to them, so that a lesson is one file and the binary needs no folder.

use std::fmt::Write;
use std::path::PathBuf;
use std::{env, fs, io};

#[path = "src/lesson_files.rs"]
mod lesson_files;

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let folder = root.join("lessons");
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rerun-if-changed=src/lesson_files.rs");
    let mut files = Vec::new();
    if folder.is_dir() {
        files = lesson_files::lessons(&folder)?;
        files.extend(lesson_files::beside(&folder).map_err(|(_, error)| error)?);
    }
    let mut table = String::from("&[\n");
    for (name, path) in files {
        println!("cargo::rerun-if-changed={}", path.display());
        let path = path.display().to_string();
        let _ = writeln!(table, "    ({name:?}, include_str!({path:?})),");
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("lessons.rs"), table)
}
