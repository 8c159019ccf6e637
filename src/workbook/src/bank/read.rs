//! A file of the bank as it is written: its keys, and where each stands.

use crate::exercise::settings::{self, Table};
use crate::parse::error::Mistake;
use crate::parse::located::Located;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What a file says; what is missing or of the wrong type has been told, and is `None`.
pub(super) struct WrittenFile {
    pub(super) lesson: Option<Located>,
    pub(super) questions: Vec<WrittenQuestion>,
}

/// One `[[question]]`.
pub(super) struct WrittenQuestion {
    /// What stands for all of it: the line that opens it.
    pub(super) span: Range<usize>,
    pub(super) id: Option<Located>,
    pub(super) skills: Option<Vec<Located>>,
    pub(super) level: Option<(i64, Range<usize>)>,
    pub(super) source: Option<Located>,
    pub(super) stem: Option<Located>,
    pub(super) options: Option<Vec<WrittenOption>>,
}

/// One `[[question.options]]`.
pub(super) struct WrittenOption {
    pub(super) text: Option<Located>,
    pub(super) right: bool,
    pub(super) explanation: Option<Located>,
}

/// What is left of a table once its keys were taken out: nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

const FILE: [&str; 2] = ["lecon", "question"];
const QUESTION: [&str; 6] = ["id", "competences", "niveau", "source", "enonce", "options"];
const OPTION: [&str; 3] = ["texte", "juste", "explication"];

/// Reads a file; `None` where it is no TOML.
pub(super) fn file(text: &str, mistakes: &mut Vec<Mistake>) -> Option<WrittenFile> {
    let whole = Located::at(text, 0);
    let table = settings::syntax(&whole, mistakes)?;
    let start = whole.within(&(0..0));
    let mut keys = Keys::new(&start, table, mistakes);
    let lesson = keys.text("lecon");
    let tables = keys.tables("question", "[[question]]").unwrap_or_default();
    keys.nothing_else(&FILE);
    let questions = tables
        .into_iter()
        .map(|table| question(&whole, table, mistakes))
        .collect();
    Some(WrittenFile { lesson, questions })
}

fn question(whole: &Located, table: Table<'_>, mistakes: &mut Vec<Mistake>) -> WrittenQuestion {
    let part = whole.within(&table.span());
    let mut keys = Keys::new(&part, table, mistakes);
    let id = keys.text("id");
    let skills = keys.take::<Vec<Spanned<String>>>("competences");
    let level = keys.take::<Spanned<i64>>("niveau");
    let (source, stem) = (keys.text("source"), keys.text("enonce"));
    let options = keys.tables("options", "[[question.options]]");
    keys.nothing_else(&QUESTION);
    let located = |text: &Spanned<String>| Located::of_toml(whole, text);
    WrittenQuestion {
        id,
        skills: skills.map(|all| all.iter().map(located).collect()),
        level: level.map(|level| (*level.get_ref(), whole.place(&level.span()))),
        source,
        stem,
        options: options.map(|tables| {
            let read = |table| option(whole, table, mistakes);
            tables.into_iter().map(read).collect()
        }),
        span: part.span,
    }
}

fn option(whole: &Located, table: Table<'_>, mistakes: &mut Vec<Mistake>) -> WrittenOption {
    let part = whole.within(&table.span());
    let mut keys = Keys::new(&part, table, mistakes);
    let text = keys.text("texte");
    let right = keys.has("juste") && keys.take("juste") == Some(true);
    let explanation = keys.text("explication");
    keys.nothing_else(&OPTION);
    WrittenOption {
        text,
        right,
        explanation,
    }
}

/// The keys of one table that have not been read yet.
struct Keys<'a, 'm> {
    part: &'m Located,
    table: Table<'a>,
    mistakes: &'m mut Vec<Mistake>,
}

impl<'a, 'm> Keys<'a, 'm> {
    fn new(part: &'m Located, table: Table<'a>, mistakes: &'m mut Vec<Mistake>) -> Self {
        Self {
            part,
            table,
            mistakes,
        }
    }

    fn has(&self, key: &str) -> bool {
        self.table.get_ref().contains_key(key)
    }

    fn take<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        settings::take(self.part, self.table.get_mut(), key, self.mistakes)
    }

    fn text(&mut self, key: &str) -> Option<Located> {
        let text = self.take::<Spanned<String>>(key)?;
        Some(Located::of_toml(self.part, &text))
    }

    /// A list of tables, each opened by `opening`.
    fn tables(&mut self, key: &str, opening: &str) -> Option<Vec<Table<'a>>> {
        let expected = format!("attendu : {opening}");
        let Some(value) = self.table.get_mut().remove(key) else {
            let message = format!("la clé « {key} » manque");
            self.mistakes
                .push(Mistake::new(self.part.span.clone(), message, expected));
            return None;
        };
        let span = value.span();
        let DeValue::Array(items) = value.into_inner() else {
            let message = format!("« {key} » n’est pas une liste de tables");
            self.mistakes
                .push(Mistake::new(self.part.place(&span), message, expected));
            return None;
        };
        let tables: Vec<Table<'a>> = items
            .into_iter()
            .filter_map(|item| self.inner(item, &expected))
            .collect();
        Some(tables)
    }

    fn inner(&mut self, item: Spanned<DeValue<'a>>, expected: &str) -> Option<Table<'a>> {
        let span = item.span();
        if let DeValue::Table(inner) = item.into_inner() {
            return Some(Spanned::<DeTable<'a>>::new(span, inner));
        }
        let place = self.part.place(&span);
        self.mistakes
            .push(Mistake::new(place, "valeur du mauvais type", expected));
        None
    }

    /// What has not been taken is unknown.
    fn nothing_else(self, known: &[&str]) {
        settings::read_table::<Nothing>(self.part, self.table, known, self.mistakes);
    }
}
