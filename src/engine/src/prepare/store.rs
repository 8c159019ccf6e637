//! What cells link against, out of a build: of the crates within the library only what describes them
//! to rustc, since their machine code is in the library itself.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::whole;

/// Fills the folder `kept` with what rustc reads: of `built` the crates of the target, of `host` the
/// procedural macros.
pub(super) fn keep(built: &Path, host: &Path, kept: &Path) -> io::Result<()> {
    fs::create_dir_all(kept)?;
    let described = files(built, "rmeta")?;
    let stems: BTreeSet<_> = described.iter().filter_map(|file| file.file_stem()).collect();
    // A crate that is a static library too has no description of its own.
    let whole = files(built, "rlib")?
        .into_iter()
        .filter(|file| file.file_stem().is_some_and(|stem| !stems.contains(stem)));
    for file in described.iter().cloned().chain(whole).chain(files(host, "so")?) {
        if let Some(name) = file.file_name() {
            whole::copy(&file, &kept.join(name))?;
        }
    }
    Ok(())
}

/// Where [`keep`] put the crate that was built as `library`.
pub(super) fn kept(library: &Path, kept: &Path) -> Option<PathBuf> {
    let within = kept.join(library.file_name()?);
    let found = [within.with_extension("rmeta"), within];
    found.into_iter().find(|file| file.exists())
}

fn files(folder: &Path, kind: &str) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let paths = entries.into_iter().map(|entry| entry.path());
    Ok(paths
        .filter(|path| path.extension() == Some(OsStr::new(kind)))
        .collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{keep, kept};
    use std::fs;
    use std::path::Path;

    #[test]
    fn of_a_crate_its_description_is_kept_and_the_whole_where_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let (built, host) = (folder.path().join("built"), folder.path().join("host"));
        fs::create_dir_all(&built).unwrap();
        fs::create_dir_all(&host).unwrap();
        for name in [
            "liba-1.rmeta",
            "liba-1.rlib",
            "libb-2.rlib",
            "libprelude.so",
            "c.d",
        ] {
            fs::write(built.join(name), name).unwrap();
        }
        for name in ["libm-3.so", "libm-3.rlib"] {
            fs::write(host.join(name), name).unwrap();
        }
        let deps = folder.path().join("deps");
        keep(&built, &host, &deps).unwrap();
        let mut names: Vec<_> = fs::read_dir(&deps)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["liba-1.rmeta", "libb-2.rlib", "libm-3.so"]);
        assert_eq!(
            kept(Path::new("/x/liba-1.rlib"), &deps),
            Some(deps.join("liba-1.rmeta"))
        );
        assert_eq!(
            kept(Path::new("/x/libb-2.rlib"), &deps),
            Some(deps.join("libb-2.rlib"))
        );
        assert_eq!(kept(Path::new("/x/libz.rlib"), &deps), None);
    }
}
