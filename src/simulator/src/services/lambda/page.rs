//! Lists in pages: `MaxItems`, `Marker`, `NextMarker`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::errors::{constraint, invalid_parameter};
use crate::error::AwsError;

/// The page that is given where no size is asked for, in items.
const USUAL: usize = 50;

/// Where an item stands in its list: by its name, then by a number. A marker says it, so that a list goes on behind an item
/// that is not there any more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(String, u64);

impl Place {
    /// The place of an item that has its name alone.
    pub(super) fn named(name: &str) -> Self {
        Self::numbered(name, 0)
    }

    /// The place of one of several items of a name.
    pub(super) fn numbered(name: &str, number: u64) -> Self {
        Self(name.to_owned(), number)
    }

    fn read(marker: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(marker).ok()?).ok()?;
        let (number, name) = text.split_once('/')?;
        Some(Self(name.to_owned(), number.parse().ok()?))
    }

    fn marker(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}/{}", self.1, self.0))
    }
}

/// Which page of a list is asked for.
#[derive(Debug)]
pub(super) struct Page {
    size: usize,
    /// The place of the last item of the page before.
    after: Option<Place>,
}

impl Page {
    /// Reads which page is asked for; none is larger than `largest`.
    pub(super) fn of(input: &Value, largest: usize) -> Result<Self, AwsError> {
        let size = match input["MaxItems"].as_str() {
            None => USUAL,
            Some(text) => {
                let size: i64 = text.parse().map_err(|_| {
                    AwsError::new(
                        400,
                        "SerializationException",
                        format!("'{text}' can not be converted to an Integer"),
                    )
                })?;
                let size = usize::try_from(size)
                    .ok()
                    .filter(|size| *size >= 1)
                    .ok_or_else(|| {
                        constraint(
                            text,
                            "maxItems",
                            "Member must have value greater than or equal to 1",
                        )
                    })?;
                if size > largest && largest == USUAL {
                    let most = format!("Member must have value less than or equal to {largest}");
                    return Err(constraint(text, "maxItems", &most));
                }
                size
            }
        };
        let after = input["Marker"]
            .as_str()
            .map(|marker| Place::read(marker).ok_or_else(|| invalid_parameter("Invalid pagination token")));
        Ok(Self {
            size: size.min(USUAL),
            after: after.transpose()?,
        })
    }

    /// The page, under `name`, of items that are in the order of their places.
    pub(super) fn cut(&self, name: &str, items: Vec<(Place, Value)>) -> Value {
        let after = |place: &Place| self.after.as_ref().is_none_or(|after| place > after);
        let mut rest = items.into_iter().filter(|(place, _)| after(place)).peekable();
        let page: Vec<(Place, Value)> = rest.by_ref().take(self.size).collect();
        let mut output = Map::new();
        if let Some((last, _)) = page.last().filter(|_| rest.peek().is_some()) {
            output.insert("NextMarker".to_owned(), last.marker().into());
        }
        output.insert(name.to_owned(), page.into_iter().map(|(_, item)| item).collect());
        Value::Object(output)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    fn page(input: &Value, names: &[&str]) -> Result<Value, AwsError> {
        let items = names.iter().map(|name| (Place::named(name), json!(name)));
        Ok(Page::of(input, 50)?.cut("Names", items.collect()))
    }

    #[test]
    fn pages_follow_one_another_to_the_end() {
        let first = page(&json!({"MaxItems": "2"}), &["a", "b", "c"]).unwrap();
        assert_eq!(first["Names"], json!(["a", "b"]));
        let next = json!({"MaxItems": "2", "Marker": first["NextMarker"]});
        assert_eq!(page(&next, &["a", "b", "c"]).unwrap(), json!({"Names": ["c"]}));
        assert!(page(&json!({"Marker": "x"}), &["a"]).is_err());
        for size in ["0", "51", "x"] {
            assert!(Page::of(&json!({"MaxItems": size}), 50).is_err(), "{size}");
        }
    }

    #[test]
    fn a_list_goes_on_behind_what_was_deleted() {
        let first = page(&json!({"MaxItems": "2"}), &["a", "a-b", "ab", "b"]).unwrap();
        let next = json!({"Marker": first["NextMarker"]});
        assert_eq!(page(&next, &["ab", "b"]).unwrap(), json!({"Names": ["ab", "b"]}));
        assert!(Place::numbered("f", 2) < Place::numbered("f", 10));
    }
}
