//! Links: what they lead to is there.

use super::Subject;
use crate::author::finding::Finding;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;
use std::path::Path;
use workbook::parse::{Passage, is_https};

/// A link or an image in a passage.
struct Link {
    target: String,
    range: Range<usize>,
    /// The text that stands for an image, `None` for a link.
    alternative: Option<String>,
}

/// Links that lead nowhere, and images that say nothing to who does not see them.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let anchors = anchors(&subject.file.text);
    let mut found = Vec::new();
    for passage in &subject.passages {
        for link in links(&passage.text) {
            let at = passage.place(&link.range).start;
            found.extend(fault(subject.folder, &anchors, &link).map(|(message, hint)| {
                Finding::new(subject.file, at, "link", message)
                    .of(passage.id.clone())
                    .hint(hint)
            }));
            found.extend(mute(&link).map(|message| told(subject, passage, at, message)));
        }
    }
    found
}

fn told(subject: &Subject<'_>, passage: &Passage, at: usize, message: String) -> Finding {
    Finding::new(subject.file, at, "alternative", message)
        .of(passage.id.clone())
        .hint("écris entre les crochets ce que l’image montre")
}

fn mute(link: &Link) -> Option<String> {
    let silent = link.alternative.as_ref()?.trim().is_empty();
    silent.then(|| {
        format!(
            "l’image «\u{a0}{}\u{a0}» n’a pas de texte qui la remplace",
            link.target
        )
    })
}

/// What is wrong with a link, and how to mend it.
fn fault(folder: Option<&Path>, anchors: &[String], link: &Link) -> Option<(String, &'static str)> {
    let target = link.target.as_str();
    if target.is_empty() {
        return Some(("un lien sans adresse".to_owned(), "écris [texte](adresse)"));
    }
    if let Some(anchor) = target.strip_prefix('#') {
        let known = anchors.iter().any(|one| one == anchor);
        let message = format!("aucun titre de la leçon n’a l’ancre «\u{a0}#{anchor}\u{a0}»");
        return (!known).then_some((message, "une ancre est le titre en minuscules, avec des tirets"));
    }
    if target.contains("://") || target.starts_with("//") || target.contains(':') {
        let message = format!("«\u{a0}{target}\u{a0}» n’est pas une adresse https");
        return (!is_https(target)).then_some((message, "écris l’adresse entière\u{a0}: https://…"));
    }
    missing(folder?, target)
}

fn missing(folder: &Path, target: &str) -> Option<(String, &'static str)> {
    let (file, anchor) = target
        .split_once('#')
        .map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    let path = folder.join(file);
    if !path.exists() {
        let message = format!("le fichier «\u{a0}{file}\u{a0}» n’existe pas");
        return Some((message, "un lien relatif part du dossier de la leçon"));
    }
    let anchor = anchor?;
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let known = anchors(&text).iter().any(|one| one == anchor);
    let message = format!("aucun titre de «\u{a0}{file}\u{a0}» n’a l’ancre «\u{a0}#{anchor}\u{a0}»");
    (!known).then_some((message, "une ancre est le titre en minuscules, avec des tirets"))
}

fn links(text: &str) -> Vec<Link> {
    let mut found: Vec<Link> = Vec::new();
    let mut in_image = false;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => found.push(Link {
                target: dest_url.into_string(),
                range,
                alternative: None,
            }),
            Event::Start(Tag::Image { dest_url, .. }) => {
                in_image = true;
                found.push(Link {
                    target: dest_url.into_string(),
                    range,
                    alternative: Some(String::new()),
                });
            }
            Event::End(TagEnd::Image) => in_image = false,
            Event::Text(words) | Event::Code(words) if in_image => {
                let image = found.last_mut().and_then(|link| link.alternative.as_mut());
                if let Some(text) = image {
                    text.push_str(&words);
                }
            }
            _ => {}
        }
    }
    found
}

/// The anchors of a text's headings, as Jupyter and GitHub make them.
fn anchors(text: &str) -> Vec<String> {
    let (mut anchors, mut heading) = (Vec::new(), None::<String>);
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => anchors.extend(heading.take().map(|title| anchor(&title))),
            Event::Text(words) | Event::Code(words) => {
                if let Some(title) = &mut heading {
                    title.push_str(&words);
                }
            }
            _ => {}
        }
    }
    anchors
}

/// The anchor of a heading.
pub(crate) fn anchor(title: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || " \u{a0}\u{202f}-_".contains(*letter);
    let lower = title.trim().to_lowercase();
    let letter = |letter: char| {
        if letter.is_alphanumeric() || letter == '_' {
            letter
        } else {
            '-'
        }
    };
    lower.chars().filter(kept).map(letter).collect()
}
