//! The TOML of an exercise's blocks, read with the place of every mistake.

use super::Value;
use super::formula::{self, Formula};
use super::parameters::{Draw, ParameterPlan, Scope};
use crate::parse::error::Mistake;
use crate::parse::french;
use crate::parse::located::Located;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer, ValueDeserializer};

/// What every kind's `exercice` block says.
pub(crate) struct Common {
    /// `None` when it is not said.
    pub(crate) kind: Option<Spanned<String>>,
    pub(crate) title: String,
    pub(crate) points: f64,
    /// The page that the exercise's figures come from.
    pub(crate) source: Option<String>,
    pub(crate) parameters: ParameterPlan,
    pub(crate) scope: Scope,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenParameter {
    min: Option<f64>,
    max: Option<f64>,
    pas: Option<f64>,
    choix: Option<Vec<Scalar>>,
}

#[derive(Deserialize, Clone)]
#[serde(untagged)]
enum Scalar {
    Number(f64),
    Text(String),
}

/// The keys of every kind's `exercice` block.
pub(crate) const COMMON: [&str; 6] = ["genre", "titre", "points", "source", "parametres", "calculs"];

/// A TOML table whose common keys were taken out.
pub(crate) type Table<'a> = Spanned<DeTable<'a>>;

impl Common {
    /// Reads the common keys, and gives the table of those that belong to the kind; `None` where the block is no
    /// TOML. Without a kind or a title, the exercise has mistakes, and the rest is looked at all the same.
    pub(crate) fn read<'a>(block: &'a Located, mistakes: &mut Vec<Mistake>) -> Option<(Self, Table<'a>)> {
        let mut table = syntax(block, mistakes)?;
        let entries = table.get_mut();
        let kind = take::<Spanned<String>>(block, entries, "genre", mistakes);
        let title = take::<String>(block, entries, "titre", mistakes);
        let points = entries
            .contains_key("points")
            .then(|| take::<Spanned<f64>>(block, entries, "points", mistakes));
        let source = entries
            .contains_key("source")
            .then(|| take::<Spanned<String>>(block, entries, "source", mistakes));
        let mut common = Self {
            kind,
            source: source
                .flatten()
                .map(|source| check_source(block, source, mistakes)),
            title: title.unwrap_or_default(),
            points: points
                .flatten()
                .map_or(1.0, |points| check_points(block, &points, mistakes)),
            parameters: ParameterPlan::default(),
            scope: Scope::default(),
        };
        let parameters = inner(block, entries, "parametres", mistakes);
        let computed = inner(block, entries, "calculs", mistakes);
        for entry in parameters? {
            common.add_parameter(block, entry, mistakes);
        }
        for entry in computed? {
            common.add_computed(block, entry, mistakes);
        }
        Some((common, table))
    }

    fn add_parameter(&mut self, block: &Located, entry: Entry<'_>, mistakes: &mut Vec<Mistake>) {
        let Entry { name, place, value } = entry;
        self.check_name(&name, &place, mistakes);
        let written = match WrittenParameter::deserialize(ValueDeserializer::from(value)) {
            Ok(written) => written,
            Err(error) => {
                // Declared all the same: its uses are no mistakes of their own.
                self.scope.add_number(&name);
                return mistakes.push(mistake(block, &error, &[]));
            }
        };
        match draw(&written) {
            Ok(Draw::Choice(values)) if matches!(values.first(), Some(Value::Text(_))) => {
                self.scope.add_text(&name);
                self.parameters.drawn.push((name, Draw::Choice(values)));
            }
            Ok(draw) => {
                self.scope.add_number(&name);
                self.parameters.drawn.push((name, draw));
            }
            Err(expected) => {
                self.scope.add_number(&name);
                mistakes.push(Mistake::new(
                    place,
                    format!("le paramètre « {name} » ne peut pas être tiré"),
                    expected,
                ));
            }
        }
    }

    fn add_computed(&mut self, block: &Located, entry: Entry<'_>, mistakes: &mut Vec<Mistake>) {
        let Entry { name, place, value } = entry;
        self.check_name(&name, &place, mistakes);
        match Spanned::<String>::deserialize(ValueDeserializer::from(value)) {
            Ok(text) => {
                let located = Located::of_toml(block, &text);
                match Formula::parse(&located.text, &self.scope) {
                    Ok(formula) => self.parameters.computed.push((name.clone(), formula)),
                    Err(error) => mistakes.push(formula_mistake(&located, error)),
                }
            }
            Err(error) => mistakes.push(mistake(block, &error, &[])),
        }
        self.scope.add_number(&name);
    }

    fn check_name(&self, name: &str, place: &Range<usize>, mistakes: &mut Vec<Mistake>) {
        if !formula::is_name(name) {
            let message = format!("« {name} » ne peut pas nommer un paramètre");
            mistakes.push(Mistake::new(
                place.clone(),
                message,
                "attendu : a-z, 0-9 et _, et pas le nom d’une fonction",
            ));
        }
        if self.scope.is_number(name) || self.scope.is_text(name) {
            mistakes.push(Mistake::new(
                place.clone(),
                format!("« {name} » est déjà défini"),
                "attendu : un nom nouveau",
            ));
        }
    }
}

fn check_points(block: &Located, points: &Spanned<f64>, mistakes: &mut Vec<Mistake>) -> f64 {
    let value = *points.get_ref();
    if !(value > 0.0 && value <= 1000.0) {
        let message = format!("« points » vaut {value}");
        mistakes.push(Mistake::new(
            block.place(&points.span()),
            message,
            "attendu : un nombre entre 0 et 1000, 0 exclu",
        ));
    }
    value
}

fn check_source(block: &Located, source: Spanned<String>, mistakes: &mut Vec<Mistake>) -> String {
    if !crate::parse::is_https(source.get_ref()) {
        let message = format!("« {} » n’est pas l’adresse d’une page", source.get_ref());
        let expected = "attendu : source = \"https://docs.aws.amazon.com/…\"";
        mistakes.push(Mistake::new(block.place(&source.span()), message, expected));
    }
    source.into_inner()
}

fn draw(written: &WrittenParameter) -> Result<Draw, String> {
    match (&written.choix, written.min, written.max) {
        (Some(values), None, None) if written.pas.is_none() => choice(values),
        (None, Some(min), Some(max)) => Draw::steps(min, max, written.pas.unwrap_or(1.0)),
        _ => Err("attendu : { min = 1, max = 10, pas = 1 } ou { choix = [1, 2, 3] }".to_owned()),
    }
}

fn choice(values: &[Scalar]) -> Result<Draw, String> {
    let is_text = |scalar: &Scalar| matches!(scalar, Scalar::Text(_));
    if values.is_empty() || values.iter().any(is_text) != values.iter().all(is_text) {
        return Err(
            "attendu : une liste « choix » de nombres ou de textes, sans mélange, non vide".to_owned(),
        );
    }
    let value = |scalar: &Scalar| match scalar {
        Scalar::Number(number) => Value::Number(*number),
        Scalar::Text(text) => Value::Text(text.clone()),
    };
    Ok(Draw::Choice(values.iter().map(value).collect()))
}

/// Takes a key that must be there out of a table.
pub(crate) fn take<T: DeserializeOwned>(
    block: &Located,
    table: &mut DeTable<'_>,
    key: &str,
    mistakes: &mut Vec<Mistake>,
) -> Option<T> {
    let Some(value) = table.remove(key) else {
        mistakes.push(Mistake::new(
            block.span.clone(),
            format!("la clé « {key} » manque"),
            format!("attendu : {key} = …"),
        ));
        return None;
    };
    T::deserialize(ValueDeserializer::from(value))
        .map_err(|error| mistakes.push(mistake(block, &error, &[])))
        .ok()
}

/// One key of an inner table.
struct Entry<'a> {
    name: String,
    /// The key's place in the file.
    place: Range<usize>,
    value: Spanned<DeValue<'a>>,
}

/// Takes an inner table out, its entries in written order; `None` when it is no table.
fn inner<'a>(
    block: &Located,
    table: &mut DeTable<'a>,
    key: &str,
    mistakes: &mut Vec<Mistake>,
) -> Option<Vec<Entry<'a>>> {
    let Some(value) = table.remove(key) else {
        return Some(Vec::new());
    };
    let span = value.span();
    let DeValue::Table(inner) = value.into_inner() else {
        mistakes.push(Mistake::new(
            block.place(&span),
            format!("« {key} » n’est pas une table"),
            format!("attendu : [{key}]"),
        ));
        return None;
    };
    let entry = |(name, value): (Spanned<_>, _)| Entry {
        place: block.place(&name.span()),
        name: std::borrow::Cow::<str>::into_owned(name.into_inner()),
        value,
    };
    let mut entries: Vec<Entry<'a>> = inner.into_iter().map(entry).collect();
    entries.sort_by_key(|entry| entry.place.start);
    Some(entries)
}

/// Reads what is left of a table as a kind's settings; reports all its mistakes, as far as one does not hide
/// another. `others` are the keys that were taken out.
pub(crate) fn read_table<T: DeserializeOwned>(
    block: &Located,
    mut table: Table<'_>,
    others: &[&str],
    mistakes: &mut Vec<Mistake>,
) -> Option<T> {
    let mut whole = true;
    loop {
        let error = match T::deserialize(Deserializer::from(table.clone())) {
            Ok(read) => return whole.then_some(read),
            Err(error) => error,
        };
        mistakes.push(mistake(block, &error, others));
        let place = error.span()?;
        let unknown = error.message().starts_with("unknown field");
        whole &= unknown;
        if !leave_out(table.get_mut(), &place, unknown) {
            return None;
        }
    }
}

/// Takes what is wrong out of a table, so that the rest can be read: an unknown key, or an element of a list with
/// whatever is wrong in it. Whether there was such a thing.
fn leave_out(table: &mut DeTable<'_>, place: &Range<usize>, unknown: bool) -> bool {
    let key = table.keys().find(|key| unknown && key.span() == *place).cloned();
    if let Some(key) = key {
        return table.remove(&key).is_some();
    }
    table.iter_mut().any(|(_, value)| match value.get_mut() {
        DeValue::Table(inner) => leave_out(inner, place, unknown),
        DeValue::Array(items) => leave_out_of_list(items, place, unknown),
        _ => false,
    })
}

fn leave_out_of_list(items: &mut DeArray<'_>, place: &Range<usize>, unknown: bool) -> bool {
    if unknown {
        return items.iter_mut().any(|item| match item.get_mut() {
            DeValue::Table(inner) => leave_out(inner, place, unknown),
            _ => false,
        });
    }
    let holds = |item: &Spanned<DeValue<'_>>| {
        let span = item.span();
        span.start <= place.start && place.end <= span.end
    };
    let kept: DeArray<'_> = items.iter().filter(|item| !holds(item)).cloned().collect();
    let found = kept.len() < items.len();
    *items = kept;
    found
}

/// Reads a whole TOML block; reports all its mistakes, as far as one does not hide another.
pub(crate) fn read_block<T: DeserializeOwned>(block: &Located, mistakes: &mut Vec<Mistake>) -> Option<T> {
    read_table(block, syntax(block, mistakes)?, &[], mistakes)
}

/// A block's TOML, if it is well written. At most one mistake is told for a line, and one alone where a bracket is not
/// closed: the others would only follow from it.
pub(crate) fn syntax<'a>(block: &'a Located, mistakes: &mut Vec<Mistake>) -> Option<Table<'a>> {
    let (table, mut errors) = DeTable::parse_recoverable(&block.text);
    if errors.is_empty() {
        return Some(table);
    }
    let start = |error: &toml::de::Error| error.span().map_or(0, |span| span.start);
    errors.sort_by_key(start);
    let open = errors.iter().find(|error| {
        let said = error.message();
        said.starts_with("unclosed array,") || said.starts_with("unclosed inline")
    });
    if let Some(open) = open {
        let words = mistake(block, open, &[]);
        let span = mistake(block, &errors[0], &[]).span;
        mistakes.push(Mistake { span, ..words });
        return None;
    }
    errors.dedup_by_key(|error| block.text[..start(error)].matches('\n').count());
    mistakes.extend(errors.iter().map(|error| mistake(block, error, &[])));
    None
}

/// A mistake in a formula or template, placed in the file.
pub(crate) fn formula_mistake(text: &Located, error: formula::FormulaError) -> Mistake {
    Mistake::new(text.place(&error.range), error.message, error.expected)
}

fn mistake(block: &Located, error: &toml::de::Error, others: &[&str]) -> Mistake {
    let span = error.span().map_or(block.span.clone(), |span| block.place(&span));
    // A value that is not there is for the reader a text that lacks its quotes.
    let nothing = span.is_empty() && error.message().contains("must be quoted");
    let said = if nothing { "missing value" } else { error.message() };
    let (message, expected) = french::toml(said, others);
    Mistake::new(span, message, expected)
}
