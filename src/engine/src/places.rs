//! Places that evcxr could not bring back to the learner's text: an import, which it moves elsewhere, or a mistake of
//! syntax that reaches into what it puts behind the cell. rustc quotes the lines, by which they are found again.

use serde_json::Value;
use workbook::engine::Span;

/// The spans of a message of rustc's whose lines stand in `source`.
pub(crate) fn by_their_lines(source: &str, json: &Value) -> Vec<Span> {
    let spans = json["spans"].as_array().map_or(&[][..], Vec::as_slice);
    spans
        .iter()
        .filter_map(|span| by_its_line(source, span))
        .collect()
}

fn by_its_line(source: &str, span: &Value) -> Option<Span> {
    let quoted = span["text"].get(0)?;
    let written = quoted["text"].as_str()?;
    if written.trim().len() < 2 {
        return None;
    }
    let mut start = 0;
    let line = source.split_inclusive('\n').find_map(|line| {
        let at = start;
        start += line.len();
        let same = line.trim() == written.trim();
        same.then(|| (at + line.len() - line.trim_start().len(), line.trim()))
    });
    let (at, line) = line?;
    let indent = written.chars().count() - written.trim_start().chars().count();
    let column = |name: &str| {
        let column = usize::try_from(quoted[name].as_u64()?).ok()?;
        column.checked_sub(1 + indent)
    };
    let byte = |column: usize| line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    let begin = byte(column("highlight_start")?);
    let end = if span["line_start"] == span["line_end"] {
        byte(column("highlight_end")?)
    } else {
        line.len()
    };
    Some(Span {
        range: at + begin..at + end.max(begin),
        label: span["label"].as_str().unwrap_or_default().to_owned(),
        primary: span["is_primary"] == true,
    })
}

#[cfg(test)]
mod tests {
    use super::by_their_lines;
    use serde_json::json;

    fn span(text: &str, start: usize, end: usize) -> serde_json::Value {
        json!({
            "line_start": 9, "line_end": 9, "is_primary": true, "label": "no such name",
            "text": [{ "text": text, "highlight_start": start, "highlight_end": end }],
        })
    }

    #[test]
    fn a_place_is_found_by_the_line_that_rustc_quotes() {
        let source = "// été\n  use a::Étoile;\n";
        let found = by_their_lines(source, &json!({ "spans": [span("use a::Étoile;", 8, 14)] }));
        assert_eq!(&source[found[0].range.clone()], "Étoile");
        assert!(found[0].primary);
        let indented = by_their_lines(source, &json!({ "spans": [span("    use a::Étoile;", 12, 18)] }));
        assert_eq!(found, indented);
    }

    #[test]
    fn a_place_over_several_lines_ends_with_its_first() {
        let source = "let a = \"b;\nlet c = 1;";
        let mut text = span("let a = \"b;", 9, 12);
        text["line_end"] = json!(40);
        let found = by_their_lines(source, &json!({ "spans": [text] }));
        assert_eq!(&source[found[0].range.clone()], "\"b;");
    }

    #[test]
    fn a_line_that_is_not_the_learner_s_has_no_place() {
        for text in ["evcxr_variable_store", "}", ""] {
            let found = by_their_lines("let a = {\n}", &json!({ "spans": [span(text, 1, 2)] }));
            assert!(found.is_empty(), "{text}");
        }
    }
}
