//! Kernelspecs, by which Jupyter knows a kernel: where they lie, and writing them without losing anybody else's.

use crate::whole;
use serde_json::{Map, Value, json};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What Jupyter is told of a kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// What people choose it by.
    pub display_name: &'static str,
    /// The program and its arguments; `{connection_file}` stands for the file that Jupyter writes.
    pub argv: Vec<String>,
    /// What is added to the environment that the kernel inherits.
    pub env: Vec<(String, String)>,
}

/// What says that a kernelspec is ours.
const OURS: &str = "cahier";
const FILE: &str = "kernel.json";
const LOGO: &str = "logo-svg.svg";
const LOGO_SVG: &str = include_str!("logo.svg");

/// The user's own folder of kernelspecs, as Jupyter finds it; none where there is no home.
pub fn user_folder() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let data = if let Some(folder) = named("JUPYTER_DATA_DIR") {
        PathBuf::from(folder)
    } else if cfg!(target_os = "macos") {
        dirs::home_dir()?.join("Library").join("Jupyter")
    } else {
        dirs::data_dir()?.join("jupyter")
    };
    Some(data.join("kernels"))
}

/// The folder of kernelspecs under a prefix: a virtual environment, or `/usr/local`.
pub fn prefix_folder(prefix: &Path) -> PathBuf {
    prefix.join("share").join("jupyter").join("kernels")
}

/// Whose a kernelspec is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// There is none.
    Nobody,
    /// We wrote it.
    Cahier,
    /// Somebody else did, or it cannot be read: it is left alone.
    Other,
}

/// Whose the kernelspec in `folder` is.
pub fn owner(folder: &Path) -> Owner {
    if fs::symlink_metadata(folder).is_err() || is_empty(folder) {
        return Owner::Nobody;
    }
    let spec = fs::read(folder.join(FILE)).ok();
    let spec = spec.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    if spec.is_some_and(|spec| spec["metadata"][OURS].is_object()) {
        Owner::Cahier
    } else {
        Owner::Other
    }
}

/// Whether nothing is in a folder: an installation that was stopped leaves it so.
fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

impl Spec {
    /// Writes it into `folder`, over an earlier one of ours.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        whole::write(&folder.join(LOGO), LOGO_SVG)?;
        let document = self.document();
        whole::write(&folder.join(FILE), &format!("{document:#}\n"))
    }

    fn document(&self) -> Value {
        let env: Map<String, Value> = self
            .env
            .iter()
            .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
            .collect();
        json!({
            "argv": self.argv,
            "display_name": self.display_name,
            "language": "rust",
            "interrupt_mode": "message",
            "env": env,
            "metadata": {OURS: {"version": env!("CARGO_PKG_VERSION")}},
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_we_wrote_is_ours_and_anything_else_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("rust");
        assert_eq!(owner(&place), Owner::Nobody);
        fs::create_dir(&place).unwrap();
        assert_eq!(owner(&place), Owner::Nobody);
        let spec = Spec {
            display_name: "Essai",
            argv: vec!["essai".to_owned()],
            env: vec![("PATH".to_owned(), "/bin".to_owned())],
        };
        spec.write(&place).unwrap();
        assert_eq!(owner(&place), Owner::Cahier);
        let written: Value = serde_json::from_slice(&fs::read(place.join(FILE)).unwrap()).unwrap();
        assert_eq!(written["env"]["PATH"], "/bin");
        for foreign in ["{\"argv\": []}", "pas du JSON"] {
            fs::write(place.join(FILE), foreign).unwrap();
            assert_eq!(owner(&place), Owner::Other, "{foreign}");
        }
        fs::remove_file(place.join(FILE)).unwrap();
        assert_eq!(owner(&place), Owner::Other);
    }
}
