//! Tables that spreadsheets exported: their encoding, their separator and their lines, whatever wrote them.

use encoding_rs::WINDOWS_1252;

/// The most bytes of a table that are read.
pub(crate) const MOST: u64 = 8 << 20;

/// A table as it was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Table {
    /// What its text was written in.
    pub(crate) encoding: Encoding,
    /// The titles of its columns, in lower case and without accents.
    pub(crate) columns: Vec<String>,
    /// Its lines below the titles; empty ones are left out.
    pub(crate) rows: Vec<Row>,
}

/// A line of a table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The line of the file on which it begins, counted from 1.
    pub(crate) line: u64,
    cells: Vec<String>,
}

/// What a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8, with a mark before it or without.
    Utf8,
    /// As a French Windows saves a table where nothing else is asked for; Latin-1 is a part of it.
    Windows1252,
}

/// A table that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TableError {
    /// It is written in 16-bit units.
    #[error("il est enregistré en UTF-16 («\u{a0}texte Unicode\u{a0}»)")]
    Utf16,
    /// Its letters cannot be told.
    #[error("son encodage n’est ni UTF-8 ni Windows-1252 (ligne {line}\u{a0}: {sample})")]
    Encoding {
        /// The first line that is not readable.
        line: usize,
        /// What it would say.
        sample: String,
    },
    /// It is a spreadsheet's own file.
    #[error("c’est un classeur, pas un CSV")]
    Workbook,
    /// A line cannot be taken apart.
    #[error("ligne {line}\u{a0}: elle ne se lit pas comme du CSV")]
    Line {
        /// Which one.
        line: u64,
    },
    /// There is not even a line of titles.
    #[error("il est vide")]
    Empty,
}

impl Table {
    /// Reads what a spreadsheet exported.
    ///
    /// # Errors
    /// When it is no table of text.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, TableError> {
        let (text, encoding) = decode(bytes)?;
        // Excel writes, and reads, a first line that only names the separator.
        let (text, skipped) = match text.strip_prefix("sep=").and_then(|rest| rest.split_once('\n')) {
            Some((_, rest)) => (rest, 1),
            None => (&*text, 0),
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator(text))
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        let mut lines = Lines {
            text,
            at: 0,
            line: 1 + skipped,
        };
        for record in reader.records() {
            let record = record.map_err(|error| TableError::Line {
                line: error.position().map_or(0, csv::Position::line) + skipped,
            })?;
            let line = lines.of(record.position().map_or(0, csv::Position::byte));
            let cells: Vec<String> = record.iter().map(str::to_owned).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                rows.push(Row { line, cells });
            }
        }
        if rows.is_empty() {
            return Err(TableError::Empty);
        }
        let columns = rows.remove(0).cells.iter().map(|title| bare(title)).collect();
        Ok(Self {
            encoding,
            columns,
            rows,
        })
    }

    /// The place of the first column that has one of these titles.
    pub(crate) fn column(&self, titles: &[&str]) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| titles.contains(&column.as_str()))
    }
}

impl Row {
    /// What stands in a column; nothing where the line is shorter.
    pub(crate) fn cell(&self, column: Option<usize>) -> &str {
        column
            .and_then(|column| self.cells.get(column))
            .map_or("", String::as_str)
    }

    /// How many cells it has.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }
}

/// Counts lines as an editor does. The reader's own count is one behind where lines end in CR and LF.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the record that was found at this byte; later ones only.
    fn of(&mut self, byte: u64) -> u64 {
        let bytes = self.text.as_bytes();
        let found = usize::try_from(byte)
            .unwrap_or(bytes.len())
            .clamp(self.at, bytes.len());
        let blank = bytes[found..]
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let passed = bytes[self.at..found + blank].split(|byte| *byte == b'\n').count() - 1;
        self.at = found + blank;
        self.line += passed as u64;
        self.line
    }
}

fn decode(bytes: &[u8]) -> Result<(String, Encoding), TableError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(TableError::Utf16);
    }
    // A ZIP (xlsx, ods), or the older container of xls.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(TableError::Workbook);
    }
    let unmarked = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(unmarked) {
        return Ok((text.to_owned(), Encoding::Utf8));
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    match (1..)
        .zip(text.lines())
        .find(|(_, line)| line.chars().any(is_foreign))
    {
        None => Ok((text.into_owned(), Encoding::Windows1252)),
        Some((line, sample)) => Err(TableError::Encoding {
            line,
            sample: sample
                .chars()
                .filter(|letter| !letter.is_control())
                .take(60)
                .collect(),
        }),
    }
}

/// Whether no French list holds this letter: Windows-1252 read as what it is not. These are the bytes by which the Mac's
/// old encoding (`é` is 0x8E) and code page 850 (`é` is 0x82) are told from it.
fn is_foreign(letter: char) -> bool {
    matches!(
        letter,
        'Ž' | '‚' | 'ƒ' | '„' | '†' | '‡' | 'ˆ' | '‰' | '‹' | '˜' | '\u{80}'..='\u{9f}'
    )
}

/// The separator of the line of titles: the one that it has most of, outside of quotes.
fn separator(text: &str) -> u8 {
    let titles = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let bare: String = titles.split('"').step_by(2).collect();
    let count = |mark: u8| bare.bytes().filter(|byte| *byte == mark).count();
    // Of equal ones, the last is taken: a comma where there is none at all.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|mark| count(*mark))
        .unwrap_or(b',')
}

/// A title without accents, case and blanks at its ends.
fn bare(title: &str) -> String {
    title
        .trim()
        .to_lowercase()
        .chars()
        .map(|letter| match letter {
            'é' | 'è' | 'ê' => 'e',
            'à' | 'â' => 'a',
            'ô' => 'o',
            '\u{a0}' => ' ',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn cells(bytes: &[u8]) -> (Encoding, Vec<Vec<String>>) {
        let table = Table::read(bytes).unwrap();
        (
            table.encoding,
            table.rows.into_iter().map(|row| row.cells).collect(),
        )
    }

    #[test]
    fn the_same_list_is_read_from_whatever_a_spreadsheet_wrote() {
        let expected = vec![vec!["e1".to_owned(), "Hélène, dite « Léo »".to_owned()]];
        let utf8 = "id;prénom\r\ne1;\"Hélène, dite « Léo »\"\r\n\r\n;\r\n";
        let marked = format!("\u{feff}{utf8}");
        let named = format!("sep=;\r\n{utf8}");
        let commas = "id,prénom\ne1,\"Hélène, dite « Léo »\"\n";
        let tabs = "id\tprénom\ne1\tHélène, dite « Léo »\n";
        for text in [utf8, &marked, &named, commas, tabs] {
            assert_eq!(
                cells(text.as_bytes()),
                (Encoding::Utf8, expected.clone()),
                "{text:?}"
            );
        }
        let (windows, _, lost) = WINDOWS_1252.encode(utf8);
        assert!(!lost);
        assert_eq!(cells(&windows), (Encoding::Windows1252, expected));
    }

    #[test]
    fn what_cannot_be_told_is_refused_by_name() {
        let mac = b"id;nom\ne1;Dupr\x8e\n";
        assert_eq!(
            Table::read(mac),
            Err(TableError::Encoding {
                line: 2,
                sample: "e1;DuprŽ".to_owned()
            })
        );
        assert_eq!(Table::read(b"\xff\xfei\x00d\x00"), Err(TableError::Utf16));
        assert_eq!(Table::read(b"PK\x03\x04..."), Err(TableError::Workbook));
        for nothing in ["", "\u{feff}", "\n\n", ";;\n"] {
            assert_eq!(
                Table::read(nothing.as_bytes()),
                Err(TableError::Empty),
                "{nothing:?}"
            );
        }
    }

    #[test]
    fn lines_are_counted_as_an_editor_does() {
        let text = "id,nom\n\"a\",\"deux\nlignes\"\n\nb,\n";
        let lines = |text: &str| -> Vec<u64> {
            let table = Table::read(text.as_bytes()).unwrap();
            table.rows.iter().map(|row| row.line).collect()
        };
        assert_eq!(lines(text), [2, 5]);
        assert_eq!(lines(&text.replace('\n', "\r\n")), [2, 5]);
        assert_eq!(lines(&format!("sep=,\r\n{}", text.replace('\n', "\r\n"))), [3, 6]);
        let table = Table::read(text.as_bytes()).unwrap();
        assert_eq!(table.column(&["nom"]), Some(1));
        assert_eq!(table.rows[1].cell(Some(1)), "");
        assert_eq!(table.rows[1].cell(Some(9)), "");
    }
}
