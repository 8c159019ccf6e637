//! Markdown → terminal text: headings, lists, tables, fences, emphasis, links, quotes and callouts.

use super::highlight::Colours;
use super::style::{Ink, Look};
use super::table::{self, Table};
use super::wrap::{Piece, wrap};
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::borrow::Cow;

/// Renders `text` for `look`; the result ends with one line end, unless it is empty.
pub fn render(text: &str, look: Look) -> String {
    page(Parser::new_ext(text, options()), look)
}

/// The same with the words of links alone: where every other word is one, their addresses drown the text.
pub fn without_links(text: &str, look: Look) -> String {
    let is_link =
        |event: &Event<'_>| matches!(event, Event::Start(Tag::Link { .. }) | Event::End(TagEnd::Link));
    page(
        Parser::new_ext(text, options()).filter(|event| !is_link(event)),
        look,
    )
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_GFM | Options::ENABLE_STRIKETHROUGH
}

fn page<'a>(events: impl Iterator<Item = Event<'a>>, look: Look) -> String {
    let mut page = Page::new(look);
    for event in events {
        page.take(event);
    }
    page.finish()
}

/// The same Markdown, of which a number at the beginning (`404. Le marqueur…`) is no rank: only 1 begins a list there.
pub(super) fn sentence(text: &str) -> Cow<'_, str> {
    let digits = text.len() - text.trim_start_matches(|sign: char| sign.is_ascii_digit()).len();
    let (number, rest) = text.split_at(digits);
    if number.is_empty() || number == "1" || !rest.starts_with(". ") {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{number}\\{rest}"))
}

/// Whether a text has a heading of level 1, however it is written.
pub fn has_title(text: &str) -> bool {
    Parser::new(text).any(|event| {
        matches!(
            event,
            Event::Start(Tag::Heading {
                level: HeadingLevel::H1,
                ..
            })
        )
    })
}

/// One level of indentation: what starts its first line, and its next ones.
struct Margin {
    first: Option<String>,
    rest: String,
}

struct Page {
    look: Look,
    out: String,
    pieces: Vec<Piece>,
    inks: Vec<Ink>,
    margins: Vec<Margin>,
    lists: Vec<Option<u64>>,
    link: Option<(String, String)>,
    /// Where the image is that is being described.
    image: String,
    table: Option<Table>,
    code: Option<(String, String)>,
    tight: bool,
}

impl Page {
    fn new(look: Look) -> Self {
        Self {
            look,
            out: String::new(),
            pieces: Vec::new(),
            inks: Vec::new(),
            margins: Vec::new(),
            lists: Vec::new(),
            link: None,
            image: String::new(),
            table: None,
            code: None,
            tight: false,
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.text(&text),
            },
            Event::Code(code) => self.inline_code(&code),
            Event::SoftBreak => self.text(" "),
            Event::HardBreak => self.text("\n"),
            Event::Rule => self.rule(),
            Event::Html(_) | Event::InlineHtml(_) => {}
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.text(&text);
            }
            Event::TaskListMarker(done) => self.text(if done { "[x] " } else { "[ ] " }),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => {
                self.gap();
                self.inks.push(Ink::Heading);
            }
            Tag::Paragraph => self.gap(),
            Tag::BlockQuote(kind) => self.quote(kind),
            Tag::CodeBlock(kind) => self.open_code(&kind),
            Tag::List(start) => {
                self.flush();
                if self.lists.is_empty() {
                    self.gap();
                }
                self.lists.push(start);
            }
            Tag::Item => self.item(),
            Tag::Emphasis => self.inks.push(Ink::Emphasis),
            Tag::Strong => self.inks.push(Ink::Strong),
            Tag::Strikethrough => self.inks.push(Ink::Dim),
            Tag::Link { dest_url, .. } => {
                self.inks.push(Ink::Link);
                self.link = Some((dest_url.to_string(), String::new()));
            }
            Tag::Image { dest_url, .. } => {
                self.pieces.push(Piece::new("[Figure\u{a0}: ", Ink::Strong));
                self.inks.push(Ink::Emphasis);
                self.image = dest_url.to_string();
            }
            Tag::Table(_) => {
                self.gap();
                self.table = Some(Table::default());
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.end_heading(level),
            TagEnd::Paragraph => {
                self.flush();
                self.tight = false;
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.margins.pop();
            }
            TagEnd::CodeBlock => {
                self.end_code();
                self.margins.pop();
                self.tight = false;
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.tight = false;
            }
            TagEnd::Item => {
                self.flush();
                self.margins.pop();
                self.tight = true;
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.inks.pop();
            }
            TagEnd::Link => self.end_link(),
            TagEnd::Image => self.end_image(),
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.pieces);
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => self.end_table(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((_, shown)) = &mut self.link {
            shown.push_str(text);
        }
        let ink = self.inks.last().copied().unwrap_or_default();
        self.pieces.push(Piece::new(text, ink));
    }

    /// Without colours, the back quotes stay: they are what tells code from prose.
    fn inline_code(&mut self, code: &str) {
        if let Some((_, shown)) = &mut self.link {
            shown.push_str(code);
        }
        let quoted = if self.look.color {
            code.to_owned()
        } else {
            format!("`{code}`")
        };
        self.pieces.push(Piece::new(quoted, Ink::Code));
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        self.inks.pop();
        let width: usize = self
            .pieces
            .iter()
            .map(|piece| super::wrap::columns(&piece.text))
            .sum();
        self.flush();
        let line = match level {
            HeadingLevel::H1 => "═",
            HeadingLevel::H2 => "─",
            _ => return,
        };
        let rule = line.repeat(width.min(self.room()));
        self.push_line(&self.look.paint(Ink::Heading, &rule));
    }

    fn end_link(&mut self) {
        self.inks.pop();
        let Some((url, shown)) = self.link.take() else {
            return;
        };
        if url != shown && url.contains("://") {
            self.pieces.push(Piece::new(format!(" ({url})"), Ink::Dim));
        }
    }

    /// A terminal shows what an image says, and where it is.
    fn end_image(&mut self) {
        self.inks.pop();
        self.pieces.push(Piece::new("]", Ink::Strong));
        let path = std::mem::take(&mut self.image);
        self.pieces.push(Piece::new(format!(" ({path})"), Ink::Dim));
    }

    fn end_table(&mut self) {
        let Some(table) = self.table.take() else { return };
        let look = Look {
            width: self.room(),
            ..self.look
        };
        for line in table::draw(&table, look) {
            self.push_line(&line);
        }
        self.tight = false;
    }

    fn quote(&mut self, kind: Option<BlockQuoteKind>) {
        self.flush();
        self.gap();
        let bar = self.look.paint(Ink::Dim, "│ ");
        self.margins.push(Margin {
            first: None,
            rest: bar,
        });
        let Some(kind) = kind else {
            self.tight = true;
            return;
        };
        let (title, ink) = match kind {
            BlockQuoteKind::Note => ("Note", Ink::Strong),
            BlockQuoteKind::Tip => ("Astuce", Ink::Good),
            BlockQuoteKind::Important => ("Important", Ink::Strong),
            BlockQuoteKind::Warning => ("Attention", Ink::Warn),
            BlockQuoteKind::Caution => ("Danger", Ink::Bad),
        };
        self.push_line(&self.look.paint(ink, title));
        self.tight = true;
    }

    fn open_code(&mut self, kind: &CodeBlockKind<'_>) {
        self.flush();
        self.gap();
        let language = match kind {
            CodeBlockKind::Fenced(info) => info.split([' ', ',']).next().unwrap_or_default(),
            CodeBlockKind::Indented => "",
        };
        if !language.is_empty() {
            self.push_line(&self.look.paint(Ink::Dim, &format!("── {language} ──")));
        }
        self.margins.push(Margin {
            first: None,
            rest: "    ".to_owned(),
        });
        self.code = Some((language.to_owned(), String::new()));
    }

    fn end_code(&mut self) {
        let (language, code) = self.code.take().unwrap_or_default();
        let code = Colours::of(&code, &language);
        for line in super::code::lines(&code, self.room(), self.look) {
            self.push_line(&line);
        }
    }

    fn item(&mut self) {
        if !self.tight {
            self.flush();
        }
        let bullet = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "• ".to_owned(),
        };
        let rest = " ".repeat(super::wrap::columns(&bullet));
        self.margins.push(Margin {
            first: Some(bullet),
            rest,
        });
        self.tight = true;
    }

    fn rule(&mut self) {
        self.gap();
        let rule = "─".repeat(self.room().min(40));
        self.push_line(&self.look.paint(Ink::Dim, &rule));
        self.tight = false;
    }

    /// A blank line between blocks, except at the start of a page, an item or a quote.
    fn gap(&mut self) {
        self.flush();
        if self.tight {
            self.tight = false;
        } else if !self.out.is_empty() {
            let margin: String = self.margins.iter().map(|margin| margin.rest.as_str()).collect();
            self.out.push_str(margin.trim_end());
            self.out.push('\n');
        }
    }

    fn room(&self) -> usize {
        let used: usize = self
            .margins
            .iter()
            .map(|margin| plain_columns(&margin.rest))
            .sum();
        self.look.width.saturating_sub(used).max(20)
    }

    fn flush(&mut self) {
        let pieces = std::mem::take(&mut self.pieces);
        if pieces.iter().all(|piece| piece.text.is_empty()) {
            return;
        }
        for line in wrap(&pieces, self.room(), self.look) {
            self.push_line(&line.text);
        }
        self.tight = false;
    }

    fn push_line(&mut self, line: &str) {
        let mut text = String::new();
        for margin in &mut self.margins {
            text.push_str(&margin.first.take().unwrap_or_else(|| margin.rest.clone()));
        }
        text.push_str(line);
        self.out.push_str(text.trim_end_matches(' '));
        self.out.push('\n');
    }

    fn finish(mut self) -> String {
        self.flush();
        self.out
    }
}

/// Columns of a margin, whatever its colours: margins are spaces, or a bar and a space.
fn plain_columns(margin: &str) -> usize {
    if margin.contains('│') { 2 } else { margin.len() }
}

#[cfg(test)]
mod tests;
