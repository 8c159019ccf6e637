//! Texts with `@{formula}` in them, filled in for a seed.

use super::formula::{Formula, FormulaError};
use super::parameters::Scope;
use super::{Parameters, Value, numbers};
use pulldown_cmark::{Event, Parser, Tag};
use std::ops::Range;

/// A text with holes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Literal(String),
    /// A formula; `code` when it stands in code, where numbers keep their plain form.
    Formula {
        formula: Box<Formula>,
        code: bool,
    },
    /// A parameter that is a text; quotes are escaped in Rust.
    Text {
        name: String,
        rust: bool,
    },
}

impl Template {
    /// Parses French Markdown: numbers are filled in as `1 500`, and as `1500` in code.
    pub(crate) fn markdown(text: &str, scope: &Scope) -> Result<Self, Vec<FormulaError>> {
        let code = code_ranges(text);
        parse(text, scope, false, &|at| {
            code.iter().any(|range| range.contains(&at))
        })
    }

    /// Parses a text for machines (a bucket's name, a key): numbers keep their plain form.
    pub(crate) fn plain(text: &str, scope: &Scope) -> Result<Self, Vec<FormulaError>> {
        parse(text, scope, false, &|_| true)
    }

    /// Parses Rust: numbers keep their plain form, texts are escaped for a string literal.
    pub(crate) fn rust(text: &str, scope: &Scope) -> Result<Self, Vec<FormulaError>> {
        parse(text, scope, true, &|_| true)
    }

    /// The text for these parameters.
    pub(crate) fn fill(&self, parameters: &Parameters) -> String {
        self.parts.iter().map(|part| part.fill(parameters)).collect()
    }

    /// The value of the formula, when the text is one formula and nothing else.
    pub(crate) fn single_value(&self, parameters: &Parameters) -> Option<f64> {
        match self.parts.as_slice() {
            [Part::Formula { formula, .. }] => Some(formula.value(parameters)),
            _ => None,
        }
    }

    /// The values of the formulas in it.
    pub(crate) fn values<'a>(&'a self, parameters: &'a Parameters) -> impl Iterator<Item = f64> + 'a {
        self.parts.iter().filter_map(|part| match part {
            Part::Formula { formula, .. } => Some(formula.value(parameters)),
            _ => None,
        })
    }

    /// The parts without holes, joined by what cannot be part of a number.
    pub(crate) fn literals(&self) -> String {
        let literal = |part: &Part| match part {
            Part::Literal(text) => text.clone(),
            _ => "x".to_owned(),
        };
        self.parts.iter().map(literal).collect()
    }
}

impl Part {
    fn fill(&self, parameters: &Parameters) -> String {
        match self {
            Self::Literal(text) => text.clone(),
            Self::Formula { formula, code: true } => numbers::plain(formula.value(parameters)),
            Self::Formula { formula, code: false } => numbers::french(formula.value(parameters)),
            Self::Text { name, rust } => match parameters.get(name) {
                Some(Value::Text(text)) if *rust => text.escape_debug().to_string(),
                Some(Value::Text(text)) => text.clone(),
                Some(Value::Number(number)) => numbers::plain(*number),
                None => String::new(),
            },
        }
    }
}

fn parse(
    text: &str,
    scope: &Scope,
    rust: bool,
    in_code: &dyn Fn(usize) -> bool,
) -> Result<Template, Vec<FormulaError>> {
    let (mut parts, mut errors, mut at) = (Vec::new(), Vec::new(), 0);
    while let Some(skip) = text[at..].find("@{") {
        let open = at + skip;
        parts.push(Part::Literal(text[at..open].to_owned()));
        let inside = open + 2;
        let line = text[inside..]
            .find('\n')
            .map_or(text.len(), |length| inside + length);
        // Another opening before the end means that this one was forgotten.
        let line = text[inside..line]
            .find("@{")
            .map_or(line, |length| inside + length);
        let Some(length) = text[inside..line].find('}') else {
            errors.push(FormulaError::new(
                open..open + 2,
                "« @{ » jamais fermé",
                "attendu : une } sur la même ligne",
            ));
            at = inside;
            continue;
        };
        let range = inside..inside + length;
        match hole(&text[range.clone()], scope, rust, in_code(open)) {
            Ok(part) => parts.push(part),
            Err(error) => errors.push(FormulaError {
                range: inside + error.range.start..inside + error.range.end,
                ..error
            }),
        }
        at = range.end + 1;
    }
    parts.push(Part::Literal(text[at..].to_owned()));
    parts.retain(|part| !matches!(part, Part::Literal(text) if text.is_empty()));
    if errors.is_empty() {
        Ok(Template { parts })
    } else {
        Err(errors)
    }
}

fn hole(text: &str, scope: &Scope, rust: bool, code: bool) -> Result<Part, FormulaError> {
    if scope.is_text(text.trim()) {
        return Ok(Part::Text {
            name: text.trim().to_owned(),
            rust,
        });
    }
    Ok(Part::Formula {
        formula: Box::new(Formula::parse(text, scope)?),
        code,
    })
}

/// Byte ranges of inline code and code blocks.
fn code_ranges(text: &str) -> Vec<Range<usize>> {
    if !text.contains("@{") {
        return Vec::new();
    }
    let is_code = |event: &Event<'_>| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_)));
    Parser::new(text)
        .into_offset_iter()
        .filter(|(event, _)| is_code(event))
        .map(|(_, range)| range)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn scope() -> Scope {
        Scope::of_names(&["n"], &["bucket"])
    }

    fn parameters() -> Parameters {
        [
            ("n".to_owned(), Value::Number(1500.5)),
            ("bucket".to_owned(), Value::Text("a\"b".to_owned())),
        ]
        .into()
    }

    #[test]
    fn numbers_are_french_in_prose_and_plain_in_code() {
        let text = "@{n} ou `@{n}`\n\n```json\n{\"n\": @{n * 2}}\n```\n";
        let filled = Template::markdown(text, &scope()).unwrap().fill(&parameters());
        assert_eq!(
            filled,
            "1\u{202f}500,5 ou `1500.5`\n\n```json\n{\"n\": 3001}\n```\n"
        );
    }

    #[test]
    fn rust_gets_literals_and_escaped_texts() {
        let filled = Template::rust("(@{n}, \"@{bucket}\", @{round(n)})", &scope())
            .unwrap()
            .fill(&parameters());
        assert_eq!(filled, "(1500.5, \"a\\\"b\", 1501)");
    }

    #[test]
    fn every_mistake_is_reported_at_its_place() {
        let errors = Template::markdown("a @{x} b @{n c\n@{n +}", &scope()).unwrap_err();
        assert!(
            errors
                .iter()
                .all(|error| error.expected.starts_with("attendu : "))
        );
        let starts: Vec<usize> = errors.iter().map(|error| error.range.start).collect();
        assert_eq!(starts, [4, 9, 19]);
    }

    #[test]
    fn a_text_without_holes_is_kept_as_it_is() {
        let text = "1 { } @ {} é";
        assert_eq!(
            Template::markdown(text, &scope()).unwrap().fill(&parameters()),
            text
        );
    }
}
