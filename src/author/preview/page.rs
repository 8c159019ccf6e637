//! What is served around a lesson: the document, the list of lessons, the style and the script.

use super::escaped;
use std::fmt::Write;

/// The style of every page.
pub(super) const STYLE: &str = include_str!("page.css");
/// What waits for the next save.
pub(super) const SCRIPT: &str = include_str!("page.js");

/// Nothing is loaded from elsewhere, and no script runs but ours.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                                 connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A whole document, which knows which version of the lessons it shows.
pub(super) fn document(title: &str, body: &str, version: u64) -> String {
    format!(
        "<!doctype html><html lang=\"fr\" data-version=\"{version}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{}</title>\
         <link rel=\"stylesheet\" href=\"/apercu.css\"><script src=\"/apercu.js\" defer></script></head>\
         <body><main>{body}</main></body></html>",
        escaped(title)
    )
}

/// The list of the lessons: address, title, and whether it can be read.
pub(super) fn index(lessons: &[(String, String, bool)]) -> String {
    let mut body = String::from("<h1>Les leçons</h1><ul>");
    for (address, title, sound) in lessons {
        let mark = if *sound {
            ""
        } else {
            " <em>(ne se lit pas encore)</em>"
        };
        let _ = write!(
            body,
            "<li><a href=\"/{}\">{}</a>{mark}</li>",
            escaped(address),
            escaped(title)
        );
    }
    body.push_str("</ul>");
    body
}
