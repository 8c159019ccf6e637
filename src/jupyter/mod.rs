//! Jupyter: lessons as notebooks, and the kernels that run them. A lesson is the only source; its notebook is generated
//! and never edited.

pub(crate) mod export;
mod folder;
pub mod kernel;
pub mod kernelspec;
pub(crate) mod nbformat;
pub(crate) mod seal;

use serde_json::json;

pub use export::{ExportError, SHARED_SEED, notebook};
pub use folder::{Existing, FolderError, Stale, Staleness, Written, stale, write};

/// A text that a program is told, as a cell in a notebook of ours prints it: shown as HTML too. Elsewhere it is the text.
pub(crate) fn told(text: &str, html: impl Fn() -> String) -> String {
    let rich = std::env::var_os(crate::workshop::RICH).is_some_and(|value| value == "1");
    if !rich || text.is_empty() {
        return text.to_owned();
    }
    kernel::shown::marked(&json!({"data": {"text/html": html(), "text/plain": text}}))
}

/// A generated notebook: the file's name in `notebooks/` and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notebook {
    /// `04-versionnement-s3.ipynb` for `04-versionnement-s3.md`.
    pub file: String,
    /// The JSON document.
    pub text: String,
}
