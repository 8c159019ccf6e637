//! Tables for spreadsheets: CSV as RFC 4180 has it, or as a French spreadsheet opens it at once.

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// RFC 4180: commas, points in numbers, nothing before the first line.
    Standard,
    /// Semicolons, commas in numbers, and a mark by which a spreadsheet knows the letters for UTF-8.
    French,
    /// As the standard has it, and each text as it is: Cahier reads it again, and must find what it wrote.
    Own,
}

/// One cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Text(String),
    Number(f64),
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Option<&str>> for Cell {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Empty, Self::from)
    }
}

/// What a spreadsheet takes for the beginning of a formula, and computes:
/// <https://owasp.org/www-community/attacks/CSV_Injection>.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// The table with its titles, each row on a line that ends with CR and LF.
pub(crate) fn written(titles: &[&str], rows: &[Vec<Cell>], form: Form) -> String {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(if form == Form::French { b';' } else { b',' })
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    // Written to memory, where nothing fails.
    let _ = writer.write_record(titles);
    for row in rows {
        let _ = writer.write_record(row.iter().map(|cell| said(cell, form)));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    let mark = if form == Form::French { "\u{feff}" } else { "" };
    format!("{mark}{}", String::from_utf8_lossy(&bytes))
}

fn said(cell: &Cell, form: Form) -> String {
    match (cell, form) {
        (Cell::Empty, _) => String::new(),
        (Cell::Number(number), Form::French) => number.to_string().replace('.', ","),
        (Cell::Number(number), Form::Standard | Form::Own) => number.to_string(),
        // Whatever the separators are, it is a spreadsheet that opens the file.
        (Cell::Text(text), Form::Standard | Form::French) if text.starts_with(FORMULA) => format!("'{text}"),
        (Cell::Text(text), _) => text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, Form, written};

    fn rows() -> Vec<Vec<Cell>> {
        vec![
            vec!["Été, \"hiver\"".into(), Cell::Number(1.5)],
            vec!["=1+1".into(), Cell::Empty],
            vec!["deux\nlignes; ici".into(), Cell::Number(2.0)],
        ]
    }

    #[test]
    fn a_table_is_quoted_where_it_must_be() {
        assert_eq!(
            written(&["nom", "note"], &rows(), Form::Standard),
            "nom,note\r\n\"Été, \"\"hiver\"\"\",1.5\r\n'=1+1,\r\n\"deux\nlignes; ici\",2\r\n"
        );
    }

    #[test]
    fn no_text_is_computed_by_a_spreadsheet_and_no_number_is_changed() {
        for text in ["=HYPERLINK(1)", "+33 6", "-2+3", "@SUM(A1)", "＝1+1", "＠a"] {
            let rows = [vec![text.into(), Cell::Number(-1.5)]];
            for (form, number) in [(Form::Standard, "-1.5"), (Form::French, "-1,5")] {
                let table = written(&["nom", "note"], &rows, form);
                let line = table.lines().nth(1).unwrap_or_default();
                assert!(
                    line.starts_with(&format!("'{text}")) && line.ends_with(number),
                    "{line}"
                );
            }
            // What is read again is what was written.
            assert!(written(&["nom", "note"], &rows, Form::Own).contains(&format!("\n{text},-1.5")));
        }
    }

    #[test]
    fn a_french_spreadsheet_opens_it_without_a_question_and_computes_nothing() {
        assert_eq!(
            written(&["nom", "note"], &rows(), Form::French),
            "\u{feff}nom;note\r\n\"Été, \"\"hiver\"\"\";1,5\r\n'=1+1;\r\n\"deux\nlignes; ici\";2\r\n"
        );
    }
}
