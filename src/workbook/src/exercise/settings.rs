//! The TOML of an exercise's blocks, read with the place of every mistake.

use super::Value;
use super::formula::{self, Formula};
use super::parameters::{Draw, ParameterPlan, Scope};
use crate::parse::error::Mistake;
use crate::parse::located::Located;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer, ValueDeserializer};

/// What every kind's `exercice` block says.
pub(crate) struct Common {
    pub(crate) kind: Spanned<String>,
    pub(crate) title: String,
    pub(crate) points: f64,
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

/// A TOML table whose common keys were taken out.
pub(crate) type Table<'a> = Spanned<DeTable<'a>>;

impl Common {
    /// Reads the common keys, and gives the table of those that belong to the kind.
    pub(crate) fn read<'a>(block: &'a Located, mistakes: &mut Vec<Mistake>) -> Option<(Self, Table<'a>)> {
        let mut table = DeTable::parse(&block.text)
            .map_err(|error| mistakes.push(mistake(block, &error)))
            .ok()?;
        let entries = table.get_mut();
        let kind = take::<Spanned<String>>(block, entries, "genre", mistakes);
        let title = take::<String>(block, entries, "titre", mistakes);
        let points = entries
            .contains_key("points")
            .then(|| take::<Spanned<f64>>(block, entries, "points", mistakes));
        let points = match points {
            Some(points) => check_points(block, &points?, mistakes),
            None => 1.0,
        };
        let mut common = Self {
            kind: kind?,
            title: title?,
            points,
            parameters: ParameterPlan::default(),
            scope: Scope::default(),
        };
        for (name, span, value) in inner(block, entries, "parametres", mistakes) {
            common.add_parameter(block, &name, &span, value, mistakes);
        }
        for (name, span, value) in inner(block, entries, "calculs", mistakes) {
            common.add_computed(block, &name, &span, value, mistakes);
        }
        Some((common, table))
    }

    fn add_parameter(
        &mut self,
        block: &Located,
        name: &str,
        span: &std::ops::Range<usize>,
        value: Spanned<DeValue<'_>>,
        mistakes: &mut Vec<Mistake>,
    ) {
        let place = block.place(span);
        self.check_name(name, &place, mistakes);
        let written = match WrittenParameter::deserialize(ValueDeserializer::from(value)) {
            Ok(written) => written,
            Err(error) => {
                // Declared all the same: its uses are no mistakes of their own.
                self.scope.add_number(name);
                return mistakes.push(mistake(block, &error));
            }
        };
        match draw(&written) {
            Ok(Draw::Choice(values)) if matches!(values.first(), Some(Value::Text(_))) => {
                self.scope.add_text(name);
                self.parameters
                    .drawn
                    .push((name.to_owned(), Draw::Choice(values)));
            }
            Ok(draw) => {
                self.scope.add_number(name);
                self.parameters.drawn.push((name.to_owned(), draw));
            }
            Err(expected) => {
                self.scope.add_number(name);
                mistakes.push(Mistake::new(
                    place,
                    format!("le paramètre « {name} » ne peut pas être tiré"),
                    expected,
                ));
            }
        }
    }

    fn add_computed(
        &mut self,
        block: &Located,
        name: &str,
        span: &std::ops::Range<usize>,
        value: Spanned<DeValue<'_>>,
        mistakes: &mut Vec<Mistake>,
    ) {
        self.check_name(name, &block.place(span), mistakes);
        match Spanned::<String>::deserialize(ValueDeserializer::from(value)) {
            Ok(text) => {
                let located = Located::of_toml(block, &text);
                match Formula::parse(&located.text, &self.scope) {
                    Ok(formula) => self.parameters.computed.push((name.to_owned(), formula)),
                    Err(error) => mistakes.push(formula_mistake(&located, error)),
                }
            }
            Err(error) => mistakes.push(mistake(block, &error)),
        }
        self.scope.add_number(name);
    }

    fn check_name(&self, name: &str, place: &std::ops::Range<usize>, mistakes: &mut Vec<Mistake>) {
        if !formula::is_name(name) {
            let message = format!("« {name} » ne peut pas nommer un paramètre");
            mistakes.push(Mistake::new(
                place.clone(),
                message,
                "attendu : a-z, 0-9 et _, et pas le nom d'une fonction",
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
fn take<T: DeserializeOwned>(
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
        .map_err(|error| mistakes.push(mistake(block, &error)))
        .ok()
}

type Entry<'a> = (String, std::ops::Range<usize>, Spanned<DeValue<'a>>);

/// Takes an inner table out, its entries in written order.
fn inner<'a>(
    block: &Located,
    table: &mut DeTable<'a>,
    key: &str,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Entry<'a>> {
    let Some(value) = table.remove(key) else {
        return Vec::new();
    };
    let span = value.span();
    let DeValue::Table(inner) = value.into_inner() else {
        mistakes.push(Mistake::new(
            block.place(&span),
            format!("« {key} » n'est pas une table"),
            format!("attendu : [{key}]"),
        ));
        return Vec::new();
    };
    let entry = |(name, value): (Spanned<_>, _)| {
        let span = name.span();
        (
            std::borrow::Cow::<str>::into_owned(name.into_inner()),
            span,
            value,
        )
    };
    let mut entries: Vec<Entry<'a>> = inner.into_iter().map(entry).collect();
    entries.sort_by_key(|(_, span, _)| span.start);
    entries
}

/// Reads what is left of a table as a kind's settings.
pub(crate) fn read_table<T: DeserializeOwned>(
    block: &Located,
    table: Table<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<T> {
    T::deserialize(Deserializer::from(table))
        .map_err(|error| mistakes.push(mistake(block, &error)))
        .ok()
}

/// Reads a whole TOML block.
pub(crate) fn read_block<T: DeserializeOwned>(block: &Located, mistakes: &mut Vec<Mistake>) -> Option<T> {
    toml::from_str(&block.text)
        .map_err(|error| mistakes.push(mistake(block, &error)))
        .ok()
}

/// A mistake in a formula or template, placed in the file.
pub(crate) fn formula_mistake(text: &Located, error: formula::FormulaError) -> Mistake {
    Mistake::new(text.place(&error.range), error.message, error.expected)
}

fn mistake(block: &Located, error: &toml::de::Error) -> Mistake {
    let span = error.span().map_or(block.span.clone(), |span| block.place(&span));
    let (message, expected) = in_french(error.message());
    Mistake::new(span, message, expected)
}

/// The TOML reader's words in French where they are common.
fn in_french(message: &str) -> (String, String) {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match (message, quoted.as_slice()) {
        (m, [name, known @ ..]) if m.starts_with("unknown field") => {
            let near = crate::nearest::nearest(name, known.iter().copied());
            let expected = match near {
                Some(near) => format!("as-tu voulu écrire « {near} » ?"),
                None if known.is_empty() => "attendu : aucune autre clé".to_owned(),
                None => format!("attendu : {}", known.join(", ")),
            };
            (format!("clé inconnue « {name} »"), expected)
        }
        (m, [name, ..]) if m.starts_with("unknown variant") => (
            format!("valeur inconnue « {name} »"),
            format!("attendu : {}", quoted[1..].join(", ")),
        ),
        (m, [name, ..]) if m.starts_with("missing field") => (
            format!("la clé « {name} » manque"),
            format!("attendu : {name} = …"),
        ),
        (m, _) if m.starts_with("invalid type") => {
            let wanted = m.split_once("expected ").map_or("", |(_, wanted)| wanted);
            (
                "valeur du mauvais type".to_owned(),
                format!("attendu : {}", type_in_french(wanted)),
            )
        }
        (m, _) if m.starts_with("duplicate key") => (
            "clé en double".to_owned(),
            "attendu : une seule fois chaque clé".to_owned(),
        ),
        (m, _) => (
            format!("TOML invalide : {m}"),
            "attendu : une écriture TOML correcte (https://toml.io)".to_owned(),
        ),
    }
}

fn type_in_french(wanted: &str) -> String {
    match wanted {
        "a string" => "un texte entre guillemets".to_owned(),
        "a boolean" => "true ou false".to_owned(),
        "a sequence" => "une liste [ … ]".to_owned(),
        "a map" => "une table".to_owned(),
        "f64" | "i64" | "u64" => "un nombre".to_owned(),
        _ if wanted.starts_with("struct") => "une table { … }".to_owned(),
        _ => wanted.to_owned(),
    }
}
