//! Raw HTML: the terminal shows it as it is written, and a notebook would follow it.

use super::Subject;
use crate::author::finding::Finding;
use pulldown_cmark::{Event, Options, Parser};

/// HTML in the French texts of a lesson.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for passage in &subject.passages {
        let events = Parser::new_ext(&passage.text, Options::ENABLE_TABLES).into_offset_iter();
        for (event, range) in events {
            if let Event::Html(written) | Event::InlineHtml(written) = event {
                let at = passage.place(&range).start;
                let written: String = written.trim().chars().take(40).collect();
                let message = format!("«\u{a0}{written}\u{a0}» est du HTML, qui ne s’affiche pas partout");
                found.push(
                    Finding::new(subject.file, at, "html", message)
                        .of(passage.id.clone())
                        .hint("écris-le en Markdown, ou entre accents graves si c’est un exemple"),
                );
            }
        }
    }
    found
}
