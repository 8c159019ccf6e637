//! Values that are looked for in a JSON document: at pointers, written in TOML, computed from the parameters.

use super::builder::Builder;
use super::template::Template;
use super::{Parameters, numbers};
use crate::parse::located::Located;
use serde_json::Value as Json;
use std::ops::Range;

/// Values at JSON pointers (RFC 6901).
pub(super) type Expectations = Vec<(String, Wanted)>;

/// The same, for one seed.
pub(super) type DrawnExpectations = Vec<(String, DrawnWanted)>;

/// What a value of a document must be.
pub(super) enum Wanted {
    Json(Json),
    Text(Template),
}

/// A wanted value for one seed.
pub(super) struct DrawnWanted {
    value: Json,
    /// Whether it is a formula's number, which may also stand in a string (`DynamoDB`'s numbers do).
    computed: bool,
}

/// The expectations of a table, which stands at `place` in the file.
pub(super) fn expectations(
    builder: &mut Builder<'_>,
    table: &toml::Table,
    place: &Range<usize>,
) -> Expectations {
    let mut found = Vec::new();
    for (pointer, value) in table {
        if !pointer.is_empty() && !pointer.starts_with('/') {
            let message = format!("« {pointer} » n’est pas un pointeur JSON");
            builder.mistake(place.clone(), message, "attendu : \"/cle/0/autre\" (RFC 6901)");
        }
        found.push((pointer.clone(), Wanted::of(builder, value, place)));
    }
    found
}

/// The expectations for one seed.
pub(super) fn drawn(list: &Expectations, values: &Parameters) -> DrawnExpectations {
    let draw = |(pointer, wanted): &(String, Wanted)| (pointer.clone(), wanted.draw(values));
    list.iter().map(draw).collect()
}

impl Wanted {
    /// A value of TOML, or a text with holes.
    pub(super) fn of(builder: &mut Builder<'_>, value: &toml::Value, place: &Range<usize>) -> Self {
        match value {
            toml::Value::String(text) if text.contains("@{") => {
                Self::Text(builder.plain(&Located::unplaced(text, place.clone())))
            }
            value => Self::Json(serde_json::to_value(value).unwrap_or(Json::Null)),
        }
    }

    /// The value for one seed.
    pub(super) fn draw(&self, values: &Parameters) -> DrawnWanted {
        match self {
            Self::Json(value) => DrawnWanted {
                value: value.clone(),
                computed: false,
            },
            Self::Text(text) => match text.single_value(values) {
                Some(number) => DrawnWanted {
                    value: Json::from(number),
                    computed: true,
                },
                None => DrawnWanted {
                    value: Json::from(text.fill(values)),
                    computed: false,
                },
            },
        }
    }
}

impl DrawnWanted {
    /// A value that no parameter changes.
    pub(super) fn fixed(value: Json) -> Self {
        Self {
            value,
            computed: false,
        }
    }

    /// Whether a value that was found is the wanted one.
    pub(super) fn accepts(&self, found: &Json) -> bool {
        match (&self.value, found) {
            (Json::String(wanted), Json::String(found)) => wanted == found,
            (Json::Number(wanted), Json::String(found)) if self.computed => wanted
                .as_f64()
                .is_some_and(|wanted| numbers::plain(wanted) == *found),
            (wanted, found) => same(wanted, found),
        }
    }

    /// The value itself.
    pub(super) fn value(&self) -> &Json {
        &self.value
    }
}

/// Equal as JSON, 3 and 3.0 being the same number.
fn same(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => match (left.as_f64(), right.as_f64()) {
            (Some(left), Some(right)) => (left - right).abs() <= 1e-9 * left.abs().max(1.0),
            _ => left == right,
        },
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, left)| right.get(key).is_some_and(|right| same(left, right)))
        }
        _ => left == right,
    }
}
