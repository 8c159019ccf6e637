//! French Markdown as HTML. Everything that is not ours is escaped: raw HTML is shown, not passed through.

use super::markdown::sentence;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html};
use workbook::parse::is_https;
use workbook::verdict::Verdict;

/// What our Markdown may hold besides the usual.
pub const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

/// Text that stands in HTML as itself.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Without raw HTML, and without addresses that do anything but lead somewhere; `picture` says where an image is.
pub fn harmless(event: Event<'_>, picture: fn(&str) -> CowStr<'static>) -> Event<'_> {
    match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Link {
            link_type,
            dest_url: address(dest_url),
            title,
            id,
        }),
        Event::Start(Tag::Image {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Image {
            link_type,
            dest_url: picture(&dest_url),
            title,
            id,
        }),
        other => other,
    }
}

fn address(written: CowStr<'_>) -> CowStr<'_> {
    if is_https(&written) || written.starts_with('#') {
        written
    } else {
        CowStr::Borrowed("#")
    }
}

/// Markdown as HTML, without images.
pub fn markdown(text: &str) -> String {
    let mut page = String::new();
    let nowhere = |_: &str| CowStr::Borrowed("#");
    html::push_html(
        &mut page,
        Parser::new_ext(text, OPTIONS).map(|event| harmless(event, nowhere)),
    );
    page
}

/// What a verdict says, behind a bar of its colour.
pub fn verdict(verdict: &Verdict) -> String {
    let said = |text| markdown(&sentence(text));
    let (color, body) = match verdict {
        Verdict::Passed(text) => ("#2e8b57", said(text)),
        Verdict::NotYet(feedback) => ("#c77700", said(&feedback.message)),
        Verdict::Unreadable(text) | Verdict::Unverifiable(text) => ("#8a8a8a", said(text)),
        Verdict::DoesNotCompile(text) => ("#c8452f", format!("<pre>{}</pre>", escaped(text))),
    };
    barred(color, &body)
}

/// Markdown behind a bar: a hint.
pub fn hint(text: &str) -> String {
    barred("#33415c", &markdown(text))
}

fn barred(color: &str, body: &str) -> String {
    let style = format!("border-left: 4px solid {color}; padding: 0.1em 0.8em; margin: 0.3em 0");
    format!("<div style=\"{style}\">\n{body}</div>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_that_an_explanation_begins_with_is_no_rank_in_a_list() {
        let html = verdict(&Verdict::Passed("404. Le marqueur cache l’objet.".to_owned()));
        assert!(html.contains("<p>404. Le marqueur"), "{html}");
        let list = verdict(&Verdict::Passed("1. Un.\n2. Deux.".to_owned()));
        assert!(list.contains("<ol>"), "{list}");
    }

    #[test]
    fn what_a_learner_wrote_stays_text_in_a_verdict() {
        let html = verdict(&Verdict::Unreadable(
            "Je lis `<b>` et <script>x</script> [là](javascript:x).".to_owned(),
        ));
        assert!(html.contains("<code>&lt;b&gt;</code>"), "{html}");
        assert!(
            !html.contains("<script>") && !html.contains("javascript"),
            "{html}"
        );
        let html = verdict(&Verdict::DoesNotCompile("a < b\n  ^".to_owned()));
        assert!(html.contains("<pre>a &lt; b\n  ^</pre>"), "{html}");
    }
}
