//! Just enough of PartiQL to know what a statement reads or writes: its table, the attributes that it names, and the
//! values that it demands of them.

mod condition;
mod reader;
mod words;

use std::collections::BTreeSet;

use serde_json::Value;

use self::condition::Condition;
use self::reader::Reader;
use self::words::Word;
use super::throughput::Direction;

/// What a statement does, and to which table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    verb: Verb,
    /// The table's name.
    pub(super) table: String,
    /// The index's name.
    pub(super) index: Option<String>,
    /// The rest, where it is understood.
    pub(super) said: Option<Said>,
}

/// What a statement says of items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    condition: Condition,
    /// The top-level attributes that it names.
    pub(super) attributes: BTreeSet<String>,
    /// What `RETURNING` asks for, as `ReturnValues` says it.
    pub(super) returned: Option<&'static str>,
    /// Whether it reads whole items.
    pub(super) whole: bool,
}

impl Said {
    /// The values that an attribute may have; `None` where any will do.
    pub(super) fn values(&self, attribute: &str, parameters: &Value) -> Option<BTreeSet<String>> {
        self.condition.values(attribute, parameters)
    }
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
    let words = words::cut(text)?;
    let (first, rest) = words.split_first()?;
    let mut reader = Reader::new(rest);
    let verb = match first {
        word if word.is("SELECT") => {
            let place = rest.iter().position(|word| word.is("FROM"))?;
            // With two of them, the first may be a column's name, and the table the second's.
            let more = rest[place + 1..].iter().any(|word| word.is("FROM"));
            (!more).then_some(())?;
            reader = Reader::new(&rest[place + 1..]);
            Verb::Select
        }
        word if word.is("INSERT") => reader.takes("INTO").then_some(Verb::Insert)?,
        word if word.is("UPDATE") => Verb::Update,
        word if word.is("DELETE") => reader.takes("FROM").then_some(Verb::Delete)?,
        word if word.is("FROM") => Verb::Update,
        _ => return None,
    };
    let table = reader.name()?;
    let index = if reader.takes_sign('.') {
        Some(reader.name()?)
    } else {
        None
    };
    let said = match verb {
        Verb::Select => selected(rest, reader),
        Verb::Insert => inserted(reader),
        Verb::Update | Verb::Delete => changed(reader),
    };
    Some(Statement {
        verb,
        table,
        index,
        said,
    })
}

/// `SELECT columns FROM table [WHERE condition] [ORDER BY attribute [ASC|DESC], …]`.
fn selected(words: &[Word], mut reader: Reader<'_>) -> Option<Said> {
    let mut columns = Reader::new(words);
    let whole = columns.takes_sign('*');
    if !whole {
        columns.path()?;
        while columns.takes_sign(',') {
            columns.path()?;
        }
    }
    columns.takes("FROM").then_some(())?;
    let condition = demanded(&mut reader)?;
    if reader.takes("ORDER") {
        reader.takes("BY").then_some(())?;
        loop {
            reader.path()?;
            let _ = reader.takes("ASC") || reader.takes("DESC");
            if !reader.takes_sign(',') {
                break;
            }
        }
    }
    reader.ends()?;
    reader.attributes.append(&mut columns.attributes);
    Some(Said {
        condition,
        attributes: reader.attributes,
        returned: None,
        whole,
    })
}

/// `INSERT INTO table VALUE item [IF NOT EXISTS]`.
fn inserted(mut reader: Reader<'_>) -> Option<Said> {
    reader.takes("VALUE").then_some(())?;
    let condition = reader.item()?;
    if reader.takes("IF") {
        (reader.takes("NOT") && reader.takes("EXISTS")).then_some(())?;
    }
    reader.ends()?;
    Some(Said {
        condition,
        attributes: reader.attributes,
        returned: None,
        whole: false,
    })
}

/// `[SET path = value, …] [REMOVE path] [WHERE condition] [RETURNING …]`, the condition before or after the changes.
fn changed(mut reader: Reader<'_>) -> Option<Said> {
    let mut conditions = Vec::new();
    loop {
        if reader.takes("SET") {
            loop {
                reader.path()?;
                reader.takes_sign('=').then_some(())?;
                reader.assigned()?;
                if !reader.takes_sign(',') {
                    break;
                }
            }
        } else if reader.takes("REMOVE") {
            reader.path()?;
        } else if reader.takes("WHERE") {
            conditions.push(reader.condition()?);
        } else {
            break;
        }
    }
    let returned = if reader.takes("RETURNING") {
        Some(returned(&mut reader)?)
    } else {
        None
    };
    reader.ends()?;
    Some(Said {
        condition: Condition::All(conditions),
        attributes: reader.attributes,
        returned,
        whole: false,
    })
}

fn demanded(reader: &mut Reader<'_>) -> Option<Condition> {
    if reader.takes("WHERE") {
        reader.condition()
    } else {
        Some(Condition::Other)
    }
}

/// `ALL OLD *` and the like.
fn returned(reader: &mut Reader<'_>) -> Option<&'static str> {
    let all = reader.takes("ALL");
    (all || reader.takes("MODIFIED")).then_some(())?;
    let old = reader.takes("OLD");
    (old || reader.takes("NEW")).then_some(())?;
    reader.takes_sign('*').then_some(())?;
    Some(match (all, old) {
        (true, true) => "ALL_OLD",
        (true, false) => "ALL_NEW",
        (false, true) => "UPDATED_OLD",
        (false, false) => "UPDATED_NEW",
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

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

    fn bound(text: &str) -> Option<String> {
        let parameters = serde_json::json!([{"S": "p0"}, {"N": "7"}, {"L": []}]);
        let values = read(text)?.said?.values("pk", &parameters)?;
        Some(values.into_iter().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_statement_bounds_its_key_by_equality_alone() {
        for (text, values) in [
            ("SELECT * FROM t WHERE pk = 'a'", "a"),
            (
                "SELECT a.b[0], c FROM \"t\".\"i\" WHERE 'a' = \"pk\" ORDER BY sk DESC;",
                "a",
            ),
            ("SELECT * FROM t WHERE x > ? AND pk = ?", "7"),
            ("SELECT * FROM t WHERE pk = ? AND x < 1.5e-3 -- OR pk = 'b'", "p0"),
            ("SELECT * FROM t WHERE pk IN ['a', ?] AND NOT x = 1", "a p0"),
            (
                "SELECT * FROM t WHERE (pk = 'a' OR (pk IN ('b') AND size(x) > 2)) AND n BETWEEN 1 AND 2",
                "a b",
            ),
            ("SELECT * FROM t WHERE pk = 'a' AND pk = 'b'", "a b"),
            (
                "SELECT * FROM t WHERE pk = -1.5 AND begins_with(sk, 'x') AND y IS NOT MISSING",
                "-1.5",
            ),
            (
                "INSERT INTO t VALUE {'pk': 'a', 'm': {'pk': 'b', 'l': [<<1, 2>>]}}",
                "a",
            ),
            ("INSERT INTO t VALUE {'n': ?, 'pk': ?} IF NOT EXISTS", "7"),
            (
                "UPDATE t SET n = n + 1, l = list_append(l, [1]) REMOVE x.y WHERE pk = 'a' RETURNING ALL NEW *",
                "a",
            ),
            ("FROM t WHERE pk = ? SET n = 1", "p0"),
            ("DELETE FROM t WHERE pk = 'a' AND sk <> 'b'", "a"),
        ] {
            assert_eq!(bound(text).as_deref(), Some(values), "{text}");
        }
    }

    #[test]
    fn what_leaves_the_key_open_or_is_not_understood_bounds_nothing() {
        for text in [
            "SELECT * FROM t",
            "SELECT * FROM t WHERE pk > 'a'",
            "SELECT * FROM t WHERE pk <> 'a'",
            "SELECT * FROM t WHERE pk = 'a' OR x = 1",
            "SELECT * FROM t WHERE NOT pk = 'a'",
            "SELECT * FROM t WHERE pk NOT IN ['a']",
            "SELECT * FROM t WHERE pk IN ['a', x]",
            "SELECT * FROM t WHERE pk = x",
            "SELECT * FROM t WHERE pk.x = 'a'",
            "SELECT * FROM t WHERE x = ? AND y = ? AND pk = ?",
            "SELECT * FROM t WHERE begins_with(pk, 'a')",
            "SELECT * FROM t WHERE pk = 'a' + 'b'",
            "SELECT * FROM t WHERE pk = `a`",
            "SELECT * FROM t /* WHERE pk = 'a' */",
            "SELECT * FROM t WHERE pk = 'a' nonsense",
            "INSERT INTO t VALUE {'m': {'pk': 'a'}}",
            "INSERT INTO t VALUE ?",
            "DELETE FROM t RETURNING ALL OLD *",
        ] {
            assert!(read(text).is_some(), "{text}");
            assert_eq!(bound(text), None, "{text}");
        }
        assert_eq!(read("SELECT a, FROM FROM t"), None);
    }

    #[test]
    fn parentheses_without_end_are_not_followed() {
        let text = format!("SELECT * FROM t WHERE {}", "(".repeat(100_000));
        assert_eq!(read(&text).unwrap().said, None);
    }

    #[test]
    fn a_statement_names_its_attributes() {
        let named = |text: &str| {
            let attributes = read(text).unwrap().said.unwrap().attributes;
            attributes.into_iter().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            named("SELECT a.x, \"b\"[1] FROM t WHERE c = 'd' AND size(e) > f ORDER BY g"),
            "a b c e f g"
        );
        assert_eq!(
            named("UPDATE t SET a = b + 1 REMOVE c WHERE pk = 'x'"),
            "a b c pk"
        );
        assert_eq!(
            named("INSERT INTO t VALUE {'pk': 1, \"n\": {'inner': 2}}"),
            "n pk"
        );
    }
}
