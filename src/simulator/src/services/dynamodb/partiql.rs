//! Just enough of PartiQL to know which table a statement reads or writes.

use super::throughput::Direction;

/// What a statement does, and to which table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    verb: Verb,
    /// The table's name.
    pub(super) table: String,
    /// The index's name.
    pub(super) index: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Select,
    Insert,
    Update,
    Delete,
}

impl Statement {
    /// The permission it takes.
    pub(super) fn action(&self) -> &'static str {
        match self.verb {
            Verb::Select => "dynamodb:PartiQLSelect",
            Verb::Insert => "dynamodb:PartiQLInsert",
            Verb::Update => "dynamodb:PartiQLUpdate",
            Verb::Delete => "dynamodb:PartiQLDelete",
        }
    }

    /// Whether it reads or writes.
    pub(super) fn direction(&self) -> Direction {
        match self.verb {
            Verb::Select => Direction::Read,
            _ => Direction::Write,
        }
    }
}

/// Reads a statement; `None` for what is none, which dynoxide will refuse.
pub(super) fn read(text: &str) -> Option<Statement> {
    let mut words = words(text).into_iter().peekable();
    let first = words.next()?.to_ascii_uppercase();
    let (verb, before_table) = match first.as_str() {
        "SELECT" => (Verb::Select, Some("FROM")),
        "INSERT" => (Verb::Insert, Some("INTO")),
        "UPDATE" => (Verb::Update, None),
        "DELETE" => (Verb::Delete, Some("FROM")),
        _ => return None,
    };
    if let Some(before) = before_table {
        words.find(|word| word.eq_ignore_ascii_case(before))?;
    }
    let table = words.next()?;
    let dotted = words.next_if(|word| word == ".").is_some();
    let index = if dotted {
        words.next().map(|word| unquote(&word))
    } else {
        None
    };
    Some(Statement {
        verb,
        table: unquote(&table),
        index,
    })
}

fn unquote(word: &str) -> String {
    word.trim_matches('"').to_owned()
}

/// Words, quoted names, strings and single signs.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => rest[1..].find(first).map_or(rest.len(), |end| end + 2),
            sign if is_word(sign) => rest.find(|sign| !is_word(sign)).unwrap_or(rest.len()),
            sign => sign.len_utf8(),
        };
        words.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    words
}

fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '_' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table_of(text: &str) -> Option<(String, Option<String>, bool)> {
        read(text).map(|statement| {
            (
                statement.table.clone(),
                statement.index.clone(),
                statement.direction() == Direction::Read,
            )
        })
    }

    #[test]
    fn each_verb_names_its_table() {
        let table = |reads| Some(("ma-table".to_owned(), None, reads));
        assert_eq!(
            table_of("SELECT * FROM \"ma-table\" WHERE id = 'FROM x'"),
            table(true)
        );
        assert_eq!(
            table_of("insert into \"ma-table\" value {'id': 'a'}"),
            table(false)
        );
        assert_eq!(
            table_of("UPDATE \"ma-table\" SET n = 1 WHERE id = 'a'"),
            table(false)
        );
        assert_eq!(table_of("DELETE FROM \"ma-table\" WHERE id = 'a'"), table(false));
    }

    #[test]
    fn an_index_is_named_after_a_dot() {
        let expected = Some(("t".to_owned(), Some("i".to_owned()), true));
        assert_eq!(table_of("SELECT id FROM \"t\".\"i\" WHERE n = 1"), expected);
    }

    #[test]
    fn what_is_no_statement_names_nothing() {
        for text in [
            "",
            "DROP TABLE t",
            "SELECT",
            "SELECT * FROM",
            "é'",
            "\"",
            "UPDATE",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
