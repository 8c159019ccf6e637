//! The images of lessons: which ones a lesson shows, and whether they are there.

use crate::nearest::nearest;
use crate::parse::error::Mistake;
use crate::parse::{self, LessonError};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Images by their path from the lesson on, `images/NN-nom.svg`, as SVG.
pub type Images = BTreeMap<String, Arc<str>>;

const FOLDER: &str = "images/";

const FORM: &str = "attendu : ![ce que l’image montre](images/NN-nom.svg)";

/// Whether a file of this name is an image of a lesson.
pub(crate) fn is_image(name: &str) -> bool {
    name.strip_prefix(FOLDER)
        .and_then(|file| file.strip_suffix(".svg"))
        .is_some()
}

/// The text of an image's file.
///
/// # Errors
/// When it is no SVG, or one that runs code.
pub(crate) fn read(name: &str, bytes: Vec<u8>) -> Result<Arc<str>, LessonError> {
    let text = parse::decode(name, bytes)?;
    let refused = |at: usize, message: &str, expected: &str| {
        let mistake = Mistake::new(at..at, message, expected);
        Err(LessonError::of_file(name, &text, vec![mistake]))
    };
    if !text.contains("<svg") {
        return refused(0, "ce n’est pas une image SVG", "attendu : <svg …> … </svg>");
    }
    if let Some(at) = text.find("<script") {
        return refused(at, "du code dans une image", "attendu : une image sans <script>");
    }
    Ok(text.into())
}

/// The images that a lesson's text shows, among those that are there; what is wrong with the others is a mistake.
pub(crate) fn shown(text: &str, there: &Images, mistakes: &mut Vec<Mistake>) -> Images {
    let mut found = Images::new();
    for image in named(text, 0) {
        match there.get_key_value(&image.path) {
            Some((path, svg)) => {
                found.insert(path.clone(), Arc::clone(svg));
            }
            None => mistakes.push(absent(&image, there)),
        }
        let written = &text[image.span.clone()];
        if image.alt.trim().is_empty() {
            mistakes.push(Mistake::new(
                image.span,
                "une image sans texte de remplacement",
                FORM,
            ));
        } else if is_image(&image.path) && !written.ends_with(&format!("]({})", image.path)) {
            let message = format!("l’image « {} » est écrite autrement", image.path);
            mistakes.push(Mistake::new(image.span, message, FORM));
        }
    }
    found
}

fn absent(image: &Named, there: &Images) -> Mistake {
    let path = &image.path;
    if !is_image(path) {
        let message = format!("l’image « {path} » n’est pas un fichier SVG du dossier images");
        return Mistake::new(image.span.clone(), message, FORM);
    }
    let expected = match nearest(path, there.keys().map(String::as_str)) {
        Some(near) => format!("attendu : « {near} », sans doute"),
        None => format!("attendu : un fichier {path} à côté de la leçon"),
    };
    Mistake::new(
        image.span.clone(),
        format!("l’image « {path} » n’existe pas"),
        expected,
    )
}

/// An image as a text names it.
struct Named {
    path: String,
    alt: String,
    span: Range<usize>,
}

/// The images of a Markdown text that begins at byte `from`, those of the Markdown in its fences among them.
fn named(text: &str, from: usize) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    let (mut open, mut inner) = (false, false);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for (event, range) in Parser::new_ext(&text[from..], options).into_offset_iter() {
        let span = from + range.start..from + range.end;
        match event {
            Event::Start(Tag::Image { dest_url, .. }) => {
                open = true;
                found.push(Named {
                    path: dest_url.into_string(),
                    alt: String::new(),
                    span,
                });
            }
            Event::End(TagEnd::Image) => open = false,
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                inner = info.starts_with("markdown");
            }
            Event::End(TagEnd::CodeBlock) => inner = false,
            Event::Text(words) | Event::Code(words) if open => {
                if let Some(image) = found.last_mut() {
                    image.alt.push_str(&words);
                }
            }
            Event::Text(_) if inner => found.extend(named(&text[..span.end], span.start)),
            _ => {}
        }
    }
    found
}
