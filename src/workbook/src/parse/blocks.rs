//! A lesson's body as pieces: headings of level 2, blocks of Cahier, and prose between them.

use super::error::Mistake;
use super::info::{self, Role};
use super::located::Located;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// A piece of a lesson's body.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    /// Markdown as written.
    Prose(Range<usize>),
    /// A heading of level 2.
    Heading { title: String, span: Range<usize> },
    /// A block of Cahier.
    Block(Block),
}

/// A fence that has a meaning for Cahier.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) role: Role,
    /// The first word of its info string.
    pub(crate) language: String,
    pub(crate) id: String,
    /// The attribute's place.
    pub(crate) attribute: Range<usize>,
    /// The whole fence.
    pub(crate) span: Range<usize>,
    pub(crate) content: Located,
}

/// Cuts a lesson's body, which begins at byte `body`, into pieces.
pub(crate) fn pieces(text: &str, body: usize, mistakes: &mut Vec<Mistake>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut depth, mut prose_from) = (0_usize, body);
    let parser = Parser::new_ext(
        &text[body..],
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH,
    );
    for (event, range) in parser.into_offset_iter() {
        let span = body + range.start..body + range.end;
        let piece = match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                fence(text, span.clone(), depth, mistakes)
            }
            Event::Start(Tag::Heading {
                level: HeadingLevel::H2,
                ..
            }) if depth == 0 => Some(Piece::Heading {
                title: heading(&text[span.clone()]),
                span: span.clone(),
            }),
            _ => None,
        };
        depth = match event {
            Event::Start(_) => depth + 1,
            Event::End(TagEnd::CodeBlock | _) => depth.saturating_sub(1),
            _ => depth,
        };
        if let Some(piece) = piece {
            push_prose(text, prose_from..span.start, &mut pieces);
            prose_from = span.end;
            pieces.push(piece);
        }
    }
    push_prose(text, prose_from..text.len(), &mut pieces);
    pieces
}

fn push_prose(text: &str, range: Range<usize>, pieces: &mut Vec<Piece>) {
    if range.start < range.end && !text[range.clone()].trim().is_empty() {
        pieces.push(Piece::Prose(range));
    }
}

/// The title of a level 2 heading, written `## title` or underlined.
fn heading(written: &str) -> String {
    let line = written.trim().lines().next().unwrap_or_default();
    match line.strip_prefix("##") {
        Some(title) => title.trim().trim_end_matches('#').trim().to_owned(),
        None => line.trim().to_owned(),
    }
}

/// Reads a fence; `None` when it is only prose.
fn fence(text: &str, span: Range<usize>, depth: usize, mistakes: &mut Vec<Mistake>) -> Option<Piece> {
    let written = &text[span.clone()];
    let open_line = written.split('\n').next().unwrap_or_default();
    let marker = marker(open_line);
    let info_start = open_line.find(marker).map_or(0, |at| at + marker.len());
    let info = open_line[info_start..].trim_start();
    let info_start = open_line.len() - info.len();
    let (role, id, attribute) = info::read(info.trim_end(), span.start + info_start, mistakes)?;
    let open = span.start..span.start + open_line.len();
    let closing = closing_line(written, marker);
    if closing.is_none() {
        mistakes.push(Mistake::new(
            open.clone(),
            "bloc jamais fermé",
            format!("attendu : une ligne {marker}"),
        ));
    }
    if depth > 0 || line_start(text, span.start) != span.start || open_line.starts_with(' ') {
        let expected = "attendu : un bloc qui commence en colonne 1, hors d’une liste ou d’une citation";
        mistakes.push(Mistake::new(open, "bloc de Cahier en retrait", expected));
        return None;
    }
    let content_start = (open_line.len() + 1).min(written.len());
    let content = &written[content_start..closing.unwrap_or(written.len()).max(content_start)];
    let content = Located::at(content, span.start + content_start);
    Some(Piece::Block(Block {
        role,
        language: info.split_whitespace().next().unwrap_or_default().to_owned(),
        id,
        attribute,
        span,
        content,
    }))
}

/// The run of backticks or tildes that opens a fence.
fn marker(open_line: &str) -> &str {
    let line = open_line.trim_start_matches([' ', '\t', '>']);
    let character = if line.starts_with('~') { '~' } else { '`' };
    &line[..line.len() - line.trim_start_matches(character).len()]
}

/// Where the closing line begins in the fence, if the fence is closed.
fn closing_line(written: &str, marker: &str) -> Option<usize> {
    let trimmed = written.trim_end_matches('\n');
    let start = trimmed.rfind('\n')? + 1;
    let line = trimmed[start..].trim();
    let character = marker.chars().next()?;
    (line.len() >= marker.len() && line.chars().all(|c| c == character)).then_some(start)
}

fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |newline| newline + 1)
}
