//! Jupyter: lessons as notebooks, and the kernels that run them. A lesson is the only source; its notebook is generated
//! and never edited.

mod export;
mod folder;
pub mod kernel;
pub mod kernelspec;
mod nbformat;

pub use export::{ExportError, notebook};
pub use folder::{FolderError, Stale, Staleness, Written, stale, write};

/// A generated notebook: the file's name in `notebooks/` and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notebook {
    /// `04-versionnement-s3.ipynb` for `04-versionnement-s3.md`.
    pub file: String,
    /// The JSON document.
    pub text: String,
}
