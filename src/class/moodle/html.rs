//! French Markdown as the HTML that Moodle keeps, and the images that go with it.

use crate::render::html::{OPTIONS, harmless};
use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd, html};
use std::sync::Arc;
use workbook::images::Images;

/// HTML, and the files that it shows: name and SVG.
pub(super) struct Html {
    pub(super) text: String,
    pub(super) files: Vec<(String, Arc<str>)>,
}

/// Where Moodle finds the files of a text.
const FILES: &str = "@@PLUGINFILE@@/";

/// Markdown as HTML. An image that is not among `images` leaves its alternative text.
pub(super) fn html(markdown: &str, images: &Images) -> Html {
    let mut files: Vec<(String, Arc<str>)> = Vec::new();
    let mut events = Vec::new();
    // Whether each image that is open is shown.
    let mut open = Vec::new();
    for event in Parser::new_ext(markdown, OPTIONS) {
        match event {
            Event::Start(Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                let found = images.get(&*dest_url);
                open.push(found.is_some());
                let Some(svg) = found else { continue };
                let name = dest_url.rsplit('/').next().unwrap_or_default().to_owned();
                events.push(Event::Start(Tag::Image {
                    link_type,
                    dest_url: CowStr::from(format!("{FILES}{name}")),
                    title,
                    id,
                }));
                if !files.iter().any(|(known, _)| *known == name) {
                    files.push((name, Arc::clone(svg)));
                }
            }
            Event::End(TagEnd::Image) => {
                if open.pop() == Some(true) {
                    events.push(Event::End(TagEnd::Image));
                }
            }
            other => events.push(harmless(other, |_| CowStr::Borrowed("#"))),
        }
    }
    let mut text = String::new();
    html::push_html(&mut text, events.into_iter());
    // Moodle's pages give lines only to tables of these classes; raw HTML never comes this far.
    let text = text.replace("<table>", "<table class=\"table table-bordered\">");
    Html {
        text: alone(text.trim()).to_owned(),
        files,
    }
}

/// A single paragraph without its tags: Moodle puts an option on the line of its letter.
fn alone(text: &str) -> &str {
    let inner = text
        .strip_prefix("<p>")
        .and_then(|text| text.strip_suffix("</p>"));
    inner.filter(|inner| !inner.contains("<p>")).unwrap_or(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn images() -> Images {
        Images::from([("images/01-deux.svg".to_owned(), "<svg/>".into())])
    }

    #[test]
    fn tables_code_and_paragraphs_are_html_and_raw_html_is_text() {
        let made = html(
            "Un `a < b` :\n\n| x |\n|---|\n| 1 |\n\n```rust\nlet a = 1;\n\nlet b = 2;\n```\n\n<script>",
            &images(),
        );
        for part in [
            "<p>Un <code>a &lt; b</code> :</p>",
            "<table class=\"table table-bordered\">",
            "<pre><code class=\"language-rust\">let a = 1;\n\nlet b = 2;\n</code></pre>",
            "&lt;script&gt;",
        ] {
            assert!(made.text.contains(part), "{part}: {}", made.text);
        }
        assert_eq!(html("Une *phrase*.", &images()).text, "Une <em>phrase</em>.");
        assert_eq!(html("Une.\n\nDeux.", &images()).text, "<p>Une.</p>\n<p>Deux.</p>");
    }

    #[test]
    fn an_image_goes_with_its_text_and_one_that_is_not_there_leaves_its_words() {
        let made = html(
            "![Deux couches](images/01-deux.svg) ![Trois](images/03.svg)",
            &images(),
        );
        assert_eq!(
            made.text,
            "<img src=\"@@PLUGINFILE@@/01-deux.svg\" alt=\"Deux couches\" /> Trois"
        );
        assert_eq!(made.files, [("01-deux.svg".to_owned(), Arc::from("<svg/>"))]);
    }
}
