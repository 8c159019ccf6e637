//! The nbformat 4.5 document, with its keys in the order in which Jupyter itself writes them.
//!
//! See <https://nbformat.readthedocs.io/en/latest/format_description.html>.

use super::seal;
use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use serde::Serialize;
use serde_json::ser::PrettyFormatter;
use serde_json::{Map, Serializer, Value};
use workbook::images::Images;

/// A notebook document.
#[derive(Debug, Serialize)]
pub(crate) struct Document {
    cells: Vec<Cell>,
    metadata: Metadata,
    nbformat: u8,
    nbformat_minor: u8,
}

/// One cell.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Cell {
    /// Rust.
    Code(Code),
    /// Prose.
    Markdown(Markdown),
}

/// A cell of Rust.
#[derive(Debug, Serialize)]
pub(crate) struct Code {
    cell_type: &'static str,
    /// Always null: nothing has run yet in the reader's kernel.
    execution_count: Option<u32>,
    /// Unique in the notebook.
    id: String,
    /// Empty in a notebook that nobody grades.
    metadata: Map<String, Value>,
    /// What the lesson promises that the cell prints.
    outputs: Vec<Stream>,
    /// Lines, each with its line end but the last.
    source: Vec<String>,
}

/// A cell of prose.
#[derive(Debug, Serialize)]
pub(crate) struct Markdown {
    cell_type: &'static str,
    /// Unique in the notebook.
    id: String,
    /// Empty in a notebook that nobody grades.
    metadata: Map<String, Value>,
    /// Lines, each with its line end but the last.
    source: Vec<String>,
}

/// Text on standard output.
#[derive(Debug, Serialize)]
pub(crate) struct Stream {
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
    /// [`super::seal`]; empty until the document is written.
    seal: &'static str,
}

/// The kernel that a notebook asks for.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct KernelSpec {
    display_name: &'static str,
    language: &'static str,
    name: &'static str,
}

impl KernelSpec {
    /// Any kernel of Rust.
    pub(crate) const RUST: Self = Self {
        display_name: "Rust",
        language: "rust",
        name: "rust",
    };
    /// Ours.
    pub(crate) const CAHIER: Self = Self {
        display_name: "Cahier (Rust)",
        language: "rust",
        name: "cahier",
    };
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
    pub(crate) fn new(lesson: &str, title: &str, kernelspec: KernelSpec, cells: Vec<Cell>) -> Self {
        Self {
            cells,
            metadata: Metadata {
                cahier: Origin {
                    lesson: lesson.to_string(),
                    seal: "",
                },
                kernelspec,
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

    pub(crate) fn cells_mut(&mut self) -> &mut [Cell] {
        &mut self.cells
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(Cell::id)
    }

    /// The bytes that Jupyter would write: one space of indent and a final line end. They are sealed.
    pub(crate) fn to_json(&self) -> serde_json::Result<String> {
        let mut bytes = Vec::new();
        let mut serializer = Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b" "));
        self.serialize(&mut serializer)?;
        bytes.push(b'\n');
        Ok(seal::sealed(&String::from_utf8_lossy(&bytes)))
    }
}

impl Cell {
    pub(crate) fn code(id: String, source: &str, stdout: Option<&str>) -> Self {
        Self::Code(Code {
            cell_type: "code",
            execution_count: None,
            id,
            metadata: Map::new(),
            outputs: stdout.map(Stream::stdout).into_iter().collect(),
            source: lines(source.trim_end()),
        })
    }

    /// Prose; it carries those of `images` that it shows.
    pub(crate) fn markdown(id: String, source: &str, images: &Images) -> Self {
        Self::Markdown(Markdown {
            cell_type: "markdown",
            id,
            metadata: Map::new(),
            source: lines(&carrying(source.trim(), images)),
        })
    }

    /// `code` or `markdown`.
    pub(crate) fn cell_type(&self) -> &'static str {
        match self {
            Self::Code(Code { cell_type, .. }) | Self::Markdown(Markdown { cell_type, .. }) => cell_type,
        }
    }

    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Code(Code { id, .. }) | Self::Markdown(Markdown { id, .. }) => id,
        }
    }

    /// The whole text.
    pub(crate) fn source(&self) -> String {
        match self {
            Self::Code(Code { source, .. }) | Self::Markdown(Markdown { source, .. }) => source.concat(),
        }
    }

    pub(crate) fn metadata(&mut self) -> &mut Map<String, Value> {
        match self {
            Self::Code(Code { metadata, .. }) | Self::Markdown(Markdown { metadata, .. }) => metadata,
        }
    }
}

/// Markdown with those of `images` that it shows written into it. As HTML with a `data:` address, because `JupyterLab` shows
/// no SVG that is attached to a cell, and nbconvert follows no such address in Markdown.
pub(crate) fn carrying(source: &str, images: &Images) -> String {
    let (mut written, mut at) = (String::new(), 0);
    let mut events = Parser::new(source).into_offset_iter();
    while let Some((event, range)) = events.next() {
        let Event::Start(Tag::Image { dest_url, .. }) = event else {
            continue;
        };
        let inner = events
            .by_ref()
            .take_while(|(event, _)| !matches!(event, Event::End(TagEnd::Image)));
        let alt: String = inner.filter_map(|(event, _)| words(event)).collect();
        if let Some(svg) = images.get(&*dest_url) {
            written.push_str(&source[at..range.start]);
            written.push_str(&img(&alt, svg));
            at = range.end;
        }
    }
    written + &source[at..]
}

fn words(event: Event<'_>) -> Option<String> {
    match event {
        Event::Text(text) | Event::Code(text) => Some(text.into_string()),
        Event::SoftBreak | Event::HardBreak => Some(" ".to_owned()),
        _ => None,
    }
}

fn img(alt: &str, svg: &str) -> String {
    let alt = alt
        .replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;");
    format!(
        "<img alt=\"{alt}\" src=\"data:image/svg+xml;base64,{}\">",
        STANDARD.encode(svg)
    )
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
