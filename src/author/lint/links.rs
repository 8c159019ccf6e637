//! Links: what they lead to is there.

use super::Subject;
use crate::author::finding::Finding;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;
use std::path::Path;
use workbook::parse::is_https;

/// A link in a passage.
struct Link {
    target: String,
    range: Range<usize>,
}

/// Links that lead nowhere. Images are the parser's.
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
        }
    }
    found
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
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter();
    events
        .filter_map(|(event, range)| match event {
            Event::Start(Tag::Link { dest_url, .. }) => Some(Link {
                target: dest_url.into_string(),
                range,
            }),
            _ => None,
        })
        .collect()
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
