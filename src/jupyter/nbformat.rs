//! The nbformat 4.5 document, with its keys in the order in which Jupyter itself writes them.
//!
//! See <https://nbformat.readthedocs.io/en/latest/format_description.html>.

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::PrettyFormatter;

/// A notebook document.
#[derive(Debug, Serialize)]
pub(super) struct Document {
    cells: Vec<Cell>,
    metadata: Metadata,
    nbformat: u8,
    nbformat_minor: u8,
}

/// One cell.
#[derive(Debug, Serialize)]
#[serde(tag = "cell_type", rename_all = "lowercase")]
pub(super) enum Cell {
    /// Rust.
    Code {
        /// Always null: nothing has run yet in the reader's kernel.
        execution_count: Option<u32>,
        /// Unique in the notebook.
        id: String,
        /// Nothing of ours.
        metadata: Empty,
        /// What the lesson promises that the cell prints.
        outputs: Vec<Stream>,
        /// Lines, each with its line end but the last.
        source: Vec<String>,
    },
    /// Prose.
    Markdown {
        /// Unique in the notebook.
        id: String,
        /// Nothing of ours.
        metadata: Empty,
        /// Lines, each with its line end but the last.
        source: Vec<String>,
    },
}

/// A JSON object without keys.
#[derive(Debug, Default, Serialize)]
pub(super) struct Empty {}

/// Text on standard output.
#[derive(Debug, Serialize)]
pub(super) struct Stream {
    name: &'static str,
    output_type: &'static str,
    text: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Metadata {
    cahier: Origin,
    kernelspec: KernelSpec,
    language_info: LanguageInfo,
    title: String,
}

#[derive(Debug, Serialize)]
struct Origin {
    lesson: String,
}

#[derive(Debug, Serialize)]
struct KernelSpec {
    display_name: &'static str,
    language: &'static str,
    name: &'static str,
}

#[derive(Debug, Serialize)]
struct LanguageInfo {
    codemirror_mode: &'static str,
    file_extension: &'static str,
    mimetype: &'static str,
    name: &'static str,
    pygments_lexer: &'static str,
}

impl Document {
    pub(super) fn new(lesson: &str, title: &str, cells: Vec<Cell>) -> Self {
        Self {
            cells,
            metadata: Metadata {
                cahier: Origin {
                    lesson: lesson.to_string(),
                },
                kernelspec: KernelSpec {
                    display_name: "Rust",
                    language: "rust",
                    name: "rust",
                },
                language_info: LanguageInfo {
                    codemirror_mode: "rust",
                    file_extension: ".rs",
                    mimetype: "text/rust",
                    name: "rust",
                    pygments_lexer: "rust",
                },
                title: title.to_string(),
            },
            nbformat: 4,
            nbformat_minor: 5,
        }
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|cell| match cell {
            Cell::Code { id, .. } | Cell::Markdown { id, .. } => id.as_str(),
        })
    }

    /// The bytes that Jupyter would write: one space of indent and a final line end.
    pub(super) fn to_json(&self) -> serde_json::Result<String> {
        let mut bytes = Vec::new();
        let mut serializer = Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b" "));
        self.serialize(&mut serializer)?;
        bytes.push(b'\n');
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Cell {
    pub(super) fn code(id: String, source: &str, stdout: Option<&str>) -> Self {
        Self::Code {
            execution_count: None,
            id,
            metadata: Empty {},
            outputs: stdout.map(Stream::stdout).into_iter().collect(),
            source: lines(source.trim_end()),
        }
    }

    pub(super) fn markdown(id: String, source: &str) -> Self {
        Self::Markdown {
            id,
            metadata: Empty {},
            source: lines(source.trim()),
        }
    }
}

impl Stream {
    fn stdout(text: &str) -> Self {
        Self {
            name: "stdout",
            output_type: "stream",
            text: lines(&format!("{}\n", text.trim_end_matches('\n'))),
        }
    }
}

fn lines(text: &str) -> Vec<String> {
    text.split_inclusive('\n').map(str::to_string).collect()
}
