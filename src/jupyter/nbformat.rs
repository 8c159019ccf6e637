//! The nbformat 4.5 document, with its keys in the order in which Jupyter itself writes them.
//!
//! See <https://nbformat.readthedocs.io/en/latest/format_description.html>.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::PrettyFormatter;
use workbook::images::Images;

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
#[serde(untagged)]
pub(super) enum Cell {
    /// Rust.
    Code(Code),
    /// Prose.
    Markdown(Markdown),
}

/// A cell of Rust.
#[derive(Debug, Serialize)]
pub(super) struct Code {
    cell_type: &'static str,
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
}

/// A cell of prose.
#[derive(Debug, Serialize)]
pub(super) struct Markdown {
    cell_type: &'static str,
    /// Unique in the notebook.
    id: String,
    /// Nothing of ours.
    metadata: Empty,
    /// Lines, each with its line end but the last.
    source: Vec<String>,
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
            Cell::Code(Code { id, .. }) | Cell::Markdown(Markdown { id, .. }) => id.as_str(),
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
        Self::Code(Code {
            cell_type: "code",
            execution_count: None,
            id,
            metadata: Empty {},
            outputs: stdout.map(Stream::stdout).into_iter().collect(),
            source: lines(source.trim_end()),
        })
    }

    /// Prose; it carries those of `images` that it shows.
    pub(super) fn markdown(id: String, source: &str, images: &Images) -> Self {
        Self::Markdown(Markdown {
            cell_type: "markdown",
            id,
            metadata: Empty {},
            source: lines(&carrying(source.trim(), images)),
        })
    }
}

/// Markdown with those of `images` that it shows written into it. As HTML with a `data:` address, because `JupyterLab` shows
/// no SVG that is attached to a cell, and nbconvert follows no such address in Markdown.
fn carrying(source: &str, images: &Images) -> String {
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
