//! What evcxr says of a thing: HTML, made from Markdown that may hold HTML itself, as the SDKs' does.

use htmd::element_handler::{HandlerResult, Handlers};
use htmd::options::{BulletListMarker, Options};
use htmd::{Element, HtmlToMarkdown};

/// What it says where it knows nothing.
const NOTHING: &str = "No documentation found";
const CODE: &str = "<pre><code class=\"language-rust\">";
const END_OF_CODE: &str = "</code></pre>";

/// Where a thing is, its signature and its documentation, as far as evcxr tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Explained {
    pub(super) place: String,
    pub(super) signature: String,
    pub(super) documentation: String,
}

/// Reads what evcxr says: the place, where there is one, the signature, a rule, and the documentation.
pub(super) fn explained(html: &str) -> Option<Explained> {
    if html.contains(NOTHING) && html.len() < NOTHING.len() + 10 {
        return None;
    }
    let (first, rest) = code(html)?;
    let (place, signature, rest) = match code(rest) {
        Some((second, rest)) => (first, second, rest),
        None => (String::new(), first, rest),
    };
    Some(Explained {
        place,
        signature: short(&signature),
        documentation: markdown(rest.trim_start().trim_start_matches("<hr />")),
    })
}

/// The code that a text begins with, and what follows it.
fn code(html: &str) -> Option<(String, &str)> {
    let (code, rest) = html.trim_start().strip_prefix(CODE)?.split_once(END_OF_CODE)?;
    let code = code
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    Some((code.trim_end().to_owned(), rest))
}

fn markdown(html: &str) -> String {
    let converter = HtmlToMarkdown::builder()
        .options(Options {
            bullet_list_marker: BulletListMarker::Dash,
            ul_bullet_spacing: 1,
            ol_number_spacing: 1,
            ..Options::default()
        })
        // Relative links lead nowhere from here.
        .add_handler(vec!["a"], link)
        .build();
    let text = converter.convert(html).unwrap_or_default();
    // Where the rest of a long documentation was left out, what announces it says nothing.
    let text = text.trim();
    let announced = text.ends_with(':').then(|| text.rsplit_once('\n')).flatten();
    announced.map_or(text, |(before, _)| before.trim_end()).to_owned()
}

fn link(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let far = element
        .attrs
        .iter()
        .any(|attribute| &*attribute.name.local == "href" && attribute.value.contains("://"));
    if far {
        return handlers.fallback(element);
    }
    Some(handlers.walk_children(element.node))
}

/// Types without the modules that they are in: `::std::option::Option<crate::types::Tag>` is `Option<Tag>`.
pub(crate) fn short(code: &str) -> String {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '#';
    let mut out = String::new();
    let mut rest = code;
    while let Some(at) = rest.find("::") {
        let before = &rest[..at];
        let start = before.rfind(|letter| !is_name(letter)).map_or(0, |place| {
            place + before[place..].chars().next().map_or(1, char::len_utf8)
        });
        let after = &rest[at + 2..];
        let module = &before[start..];
        let leads_to_a_type = after.starts_with(|letter: char| is_name(letter));
        // `>::` leads into a type, as `Type::` does.
        let is_module = !module.starts_with(char::is_uppercase) && !before.ends_with('>');
        out.push_str(&before[..start]);
        if !(leads_to_a_type && is_module) {
            out.push_str(module);
            out.push_str("::");
        }
        rest = after;
    }
    out + rest
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail so")]
mod tests {
    use super::{explained, short};

    #[test]
    fn nothing_known_is_nothing() {
        assert_eq!(explained("<p>No documentation found</p>\n"), None);
        assert_eq!(explained(""), None);
    }

    #[test]
    fn a_variable_has_a_type_and_a_function_its_place_and_its_words() {
        let variable =
            explained("<pre><code class=\"language-rust\">let été: &amp;Vec&lt;u8&gt;\n</code></pre>\n")
                .unwrap();
        assert_eq!(
            (variable.place.as_str(), variable.signature.as_str()),
            ("", "let été: &Vec<u8>")
        );
        let function = explained(
            "<pre><code class=\"language-rust\">prelude::atelier\n</code></pre>\n<pre><code class=\"language-rust\">pub fn f(a: ::std::string::String)\n</code></pre>\n<hr />\n<p>Prépare <code>f</code> &amp; <a href=\"str::g\">g</a>.</p>\n<ul>\n<li>un</li>\n</ul>",
        )
        .unwrap();
        assert_eq!(function.place, "prelude::atelier");
        assert_eq!(function.signature, "pub fn f(a: String)");
        assert!(
            function.documentation.starts_with("Prépare `f` & g."),
            "{function:?}"
        );
        assert!(function.documentation.contains("- un"), "{function:?}");
    }

    #[test]
    fn html_inside_the_documentation_is_markdown_too() {
        let said = explained(
            "<pre><code class=\"language-rust\">a::B\n</code></pre>\n<pre><code class=\"language-rust\">pub fn b()\n</code></pre>\n<hr />\n<p><b>Un</b> - le <i>deux</i></p><note>\n<p>Trois.</p>\n</note>",
        );
        let cut = explained(
            "<pre><code class=\"language-rust\">a\n</code></pre>\n<hr />\n<p>Un.</p>\n<ul>\n<li>The fluent builder is configurable:</li>\n</ul>",
        );
        assert_eq!(cut.unwrap().documentation, "Un.");
        assert_eq!(said.unwrap().documentation, "**Un** - le *deux*\n\nTrois.");
    }

    #[test]
    fn types_lose_the_modules_that_they_are_in() {
        assert_eq!(
            short("-> ::std::result::Result<crate::a::B, ::x::y::SdkError<C>>"),
            "-> Result<B, SdkError<C>>"
        );
        assert_eq!(short("aws_sdk_s3::Client"), "Client");
        assert_eq!(short("Vec::<u8>::new"), "Vec::<u8>::new");
        assert_eq!(short("Kind::Été(std::fmt::Debug)"), "Kind::Été(Debug)");
        assert_eq!(short("<a::B as c::D>::E"), "<B as D>::E");
    }
}
