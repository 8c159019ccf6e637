//! What is known of a name → terminal: where it is, its signature, and the beginning of its documentation.

use super::highlight::Colours;
use super::style::{Ink, Look};
use super::wrap::columns;
use super::{code, markdown};
use workbook::engine::{Inspection, Variable};

/// Lines of documentation that are shown: the first paragraphs say what it is.
const LINES: usize = 16;

/// The signature and the beginning of the documentation of a thing.
pub fn show(found: &Inspection, look: Look) -> String {
    let mut out = String::new();
    if !found.place.is_empty() {
        out.push_str(&look.paint(Ink::Dim, &found.place));
        out.push('\n');
    }
    for line in code::lines(&Colours::plain(&found.signature, Ink::Code), look.width, look) {
        out.push_str(&line);
        out.push('\n');
    }
    let about = markdown::without_links(&found.documentation, look);
    if !about.is_empty() {
        out.push('\n');
        out.push_str(&beginning(&about, look));
    }
    out
}

/// As many whole paragraphs as fit, one at least; what is left out is marked.
fn beginning(text: &str, look: Look) -> String {
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() <= LINES {
        return text.to_owned();
    }
    let paragraph = |from: &[&str]| from.iter().rposition(|line| line.trim().is_empty());
    let end = paragraph(&lines[..LINES]).filter(|end| *end > 0).unwrap_or(LINES);
    format!("{}\n{}\n", lines[..end].join("\n"), look.paint(Ink::Dim, "[…]"))
}

/// One variable on each line: its name, its type without modules, and the crate of that.
pub fn variables(variables: &[Variable], look: Look) -> String {
    let width = variables.iter().map(|one| columns(&one.name)).max().unwrap_or(0);
    let line = |one: &Variable| {
        let (short, home) = short(&one.type_name);
        let home = home.map_or(String::new(), |home| look.paint(Ink::Dim, &format!("  ({home})")));
        let gap = " ".repeat(width - columns(&one.name));
        format!("{}{gap}  {}{home}\n", one.name, look.paint(Ink::Code, &short))
    };
    variables.iter().map(line).collect()
}

/// A type without its modules, and the crate that it is from, unless every program has it.
fn short(type_name: &str) -> (String, Option<&str>) {
    let mut out = String::new();
    let mut home = None;
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut rest = type_name;
    while let Some(start) = rest.find(is_name) {
        let (before, path) = rest.split_at(start);
        let end = path
            .find(|letter: char| !is_name(letter) && letter != ':')
            .unwrap_or(path.len());
        // `Trait: Send` is no path, and a colon that ends a word belongs to what follows.
        let path = path[..end].trim_end_matches(':');
        let name = path.rsplit("::").next().unwrap_or(path);
        let first = path.split("::").next().unwrap_or(path);
        if first != name && !["std", "core", "alloc", "crate", "self"].contains(&first) {
            home = home.or(Some(first));
        }
        out.push_str(before.trim_end_matches("::"));
        out.push_str(name);
        rest = &rest[start + path.len()..];
    }
    (out + rest, home)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_comes_before_the_first_paragraphs_and_links_lose_their_addresses() {
        let found = Inspection {
            place: "prelude::atelier".to_owned(),
            signature: "pub fn f()".to_owned(),
            documentation: "Prépare [tout](https://exemple.test/).\n\n".to_owned()
                + &"Encore.\n\n".repeat(20),
            ..Inspection::default()
        };
        let shown = show(&found, Look::plain(40));
        assert!(
            shown.starts_with("prelude::atelier\npub fn f()\n\nPrépare tout.\n\nEncore."),
            "{shown}"
        );
        assert!(shown.ends_with("Encore.\n[…]\n"), "{shown}");
        assert!(shown.lines().count() <= LINES + 4, "{shown}");
    }

    #[test]
    fn one_long_paragraph_is_cut_and_a_short_text_is_whole() {
        let long = "mot\n".repeat(40);
        assert_eq!(beginning(&long, Look::plain(80)).lines().count(), LINES + 1);
        assert_eq!(beginning("mot\n", Look::plain(80)), "mot\n");
    }

    #[test]
    fn variables_are_lined_up_with_short_types_and_their_crates() {
        let variable = |name: &str, type_name: &str| Variable {
            name: name.to_owned(),
            type_name: type_name.to_owned(),
        };
        let shown = variables(
            &[
                variable("été", "Vec<(String, std::option::Option<u8>)>"),
                variable("client", "aws_sdk_s3::Client"),
                variable("t", "[&'static str; 3]"),
            ],
            Look::plain(80),
        );
        assert_eq!(
            shown,
            "été     Vec<(String, Option<u8>)>\nclient  Client  (aws_sdk_s3)\nt       [&'static str; 3]\n"
        );
    }
}
