//! Lists the prelude's sources, so that the binary carries them: adding a module there is one edit.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let prelude = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("../prelude");
    println!("cargo::rerun-if-changed={}", prelude.join("src").display());
    let mut files = vec!["Cargo.toml".to_owned(), "Cargo.lock".to_owned()];
    list(&prelude, "src", &mut files)?;
    files.sort();
    let mut table = String::from("&[\n");
    for file in files {
        let path = prelude.join(&file).canonicalize()?;
        println!("cargo::rerun-if-changed={}", path.display());
        writeln!(
            table,
            "    ({file:?}, include_str!({:?})),",
            path.display().to_string()
        )
        .map_err(io::Error::other)?;
    }
    table.push(']');
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    fs::write(out.join("prelude_sources.rs"), table)
}

fn list(root: &Path, folder: &str, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            list(root, &path, files)?;
        } else if Path::new(&path).extension().is_some_and(|kind| kind == "rs") {
            files.push(path);
        }
    }
    Ok(())
}
