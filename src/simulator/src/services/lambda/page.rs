//! Lists in pages: `MaxItems`, `Marker`, `NextMarker`.

use serde_json::{Map, Value};

use super::errors::{constraint, invalid_parameter};
use crate::error::AwsError;

/// The page that is given where no size is asked for, in items.
const USUAL: usize = 50;

/// Which page of a list is asked for.
#[derive(Debug)]
pub(super) struct Page {
    size: usize,
    /// The key of the last item of the page before.
    after: Option<String>,
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
        Ok(Self {
            size: size.min(USUAL),
            after: input["Marker"].as_str().map(str::to_owned),
        })
    }

    /// The page, under `name`. Each item comes with a key that is its own.
    pub(super) fn cut(&self, name: &str, items: Vec<(String, Value)>) -> Result<Value, AwsError> {
        let start = match &self.after {
            None => 0,
            Some(after) => {
                let place = items.iter().position(|(key, _)| key == after);
                place.ok_or_else(|| invalid_parameter("Invalid pagination token"))? + 1
            }
        };
        let end = items.len().min(start + self.size);
        let mut output = Map::new();
        if let Some((key, _)) = items.get(end.wrapping_sub(1)).filter(|_| end < items.len()) {
            output.insert("NextMarker".to_owned(), key.clone().into());
        }
        let page = items.into_iter().take(end).skip(start);
        output.insert(name.to_owned(), page.map(|(_, item)| item).collect());
        Ok(Value::Object(output))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    #[test]
    fn pages_follow_one_another_to_the_end() {
        let items = || ["a", "b", "c"].map(|key| (key.to_owned(), json!(key))).to_vec();
        let page = |input: Value| Page::of(&input, 50).unwrap().cut("Names", items());
        assert_eq!(
            page(json!({"MaxItems": "2"})).unwrap(),
            json!({"Names": ["a", "b"], "NextMarker": "b"})
        );
        assert_eq!(
            page(json!({"MaxItems": "2", "Marker": "b"})).unwrap(),
            json!({"Names": ["c"]})
        );
        assert!(page(json!({"Marker": "x"})).is_err());
        for size in ["0", "51", "x"] {
            assert!(Page::of(&json!({"MaxItems": size}), 50).is_err(), "{size}");
        }
    }
}
