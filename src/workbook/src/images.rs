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
    match active(&text) {
        Some((at, message)) => refused(
            at,
            message,
            "attendu : un dessin seul, sans script, sans page ni adresse d’ailleurs",
        ),
        None => Ok(text.into()),
    }
}

/// The first place of an SVG that is more than a drawing: pages and notebooks show it as it is.
fn active(text: &str) -> Option<(usize, &'static str)> {
    let lower = text.to_ascii_lowercase();
    let code = "du code dans une image";
    let words = [
        ("<script", code),
        (":script", code),
        ("javascript:", code),
        ("<foreignobject", "une page dans une image"),
        (":foreignobject", "une page dans une image"),
        ("href=\"http", "une image qui en appelle une autre"),
        ("href='http", "une image qui en appelle une autre"),
        ("href=\"//", "une image qui en appelle une autre"),
        ("url(http", "une image qui en appelle une autre"),
        ("@import", "une image qui en appelle une autre"),
        ("<!entity", "une image qui déclare des entités"),
    ];
    let word = words
        .iter()
        .filter_map(|(word, message)| Some((lower.find(word)?, *message)));
    let handler = handlers(&lower).map(|at| (at, code));
    word.chain(handler).min()
}

/// The places of attributes whose name begins with `on`: what they hold is code.
fn handlers(lower: &str) -> impl Iterator<Item = usize> {
    lower.match_indices("on").filter_map(|(at, _)| {
        let before = lower[..at].chars().next_back()?;
        let rest = &lower[at + 2..];
        let name = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_lowercase()).len();
        let then = rest[name..].trim_start().starts_with('=');
        (name > 0 && then && (before.is_whitespace() || "\"'/".contains(before))).then_some(at)
    })
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
