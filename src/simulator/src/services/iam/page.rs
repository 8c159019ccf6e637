//! Lists in pages: `MaxItems`, `Marker`, `IsTruncated`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::errors::invalid;
use crate::error::AwsError;
use crate::services::form::{Form, Rule};

/// The largest page, in items.
const LARGEST: i64 = 1000;

/// The page that is given where no size is asked for, in items.
const USUAL: usize = 100;

/// Which page of a list is asked for.
#[derive(Debug)]
pub(super) struct Page {
    size: usize,
    /// The last item of the page before, by its place and its key.
    after: Option<String>,
}

impl Page {
    /// Reads which page is asked for.
    pub(super) fn of(form: &mut Form<'_>) -> Self {
        let size = form.number("MaxItems", 1, LARGEST);
        Self {
            size: size.and_then(|size| usize::try_from(size).ok()).unwrap_or(USUAL),
            after: form.optional("Marker", &Rule::length(1, 320)),
        }
    }

    /// The page, as the members `name`, `IsTruncated` and `Marker`. Each item comes with a key that is its own.
    pub(super) fn cut(
        &self,
        name: &str,
        items: Vec<(String, Value)>,
    ) -> Result<Map<String, Value>, AwsError> {
        let start = self
            .after
            .as_deref()
            .map_or(Ok(0), |marker| position(marker, &items))?;
        let end = items.len().min(start + self.size);
        let mut output = Map::new();
        output.insert("IsTruncated".to_owned(), (end < items.len()).into());
        if let Some((key, _)) = items.get(end.wrapping_sub(1)).filter(|_| end < items.len()) {
            output.insert(
                "Marker".to_owned(),
                STANDARD.encode(format!("{end}:{key}")).into(),
            );
        }
        let page = items.into_iter().take(end).skip(start);
        output.insert(name.to_owned(), page.map(|(_, item)| item).collect());
        Ok(output)
    }

    /// The page as an operation's whole result.
    pub(super) fn answer(&self, name: &str, items: Vec<(String, Value)>) -> Result<Value, AwsError> {
        self.cut(name, items).map(Value::Object)
    }
}

/// Where the page after a marker begins: behind its item, or, should that be gone, where it was.
fn position(marker: &str, items: &[(String, Value)]) -> Result<usize, AwsError> {
    let text = STANDARD
        .decode(marker)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let parts = text.as_deref().and_then(|text| text.split_once(':'));
    let (place, key) = parts.ok_or_else(|| invalid("Invalid Marker."))?;
    let place: usize = place.parse().map_err(|_| invalid("Invalid Marker."))?;
    let found = items.iter().position(|(other, _)| other == key);
    Ok(found
        .map_or(place.saturating_sub(1), |index| index + 1)
        .min(items.len()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn items(keys: &[&str]) -> Vec<(String, Value)> {
        keys.iter().map(|key| ((*key).to_owned(), json!(key))).collect()
    }

    fn page(size: usize, after: Option<&str>) -> Page {
        Page {
            size,
            after: after.map(str::to_owned),
        }
    }

    #[test]
    fn a_list_is_read_page_by_page_to_its_end() {
        let all = ["a", "b", "c", "d", "e"];
        let (mut read, mut marker) = (Vec::new(), None);
        loop {
            let output = page(2, marker.as_deref()).cut("L", items(&all)).unwrap();
            read.extend(output["L"].as_array().unwrap().clone());
            marker = output
                .get("Marker")
                .map(|marker| marker.as_str().unwrap().to_owned());
            assert_eq!(output["IsTruncated"], json!(marker.is_some()));
            if marker.is_none() {
                break;
            }
        }
        assert_eq!(Value::from(read), json!(all));
    }

    #[test]
    fn a_page_goes_on_where_it_was_though_items_came_and_went() {
        let first = page(2, None).cut("L", items(&["b", "c", "d"])).unwrap();
        let marker = first["Marker"].as_str().unwrap();
        let next = page(2, Some(marker))
            .cut("L", items(&["a", "b", "c", "d"]))
            .unwrap();
        assert_eq!(next["L"], json!(["d"]));
        let next = page(2, Some(marker)).cut("L", items(&["b", "d"])).unwrap();
        assert_eq!(next["L"], json!(["d"]));
    }

    #[test]
    fn what_is_no_marker_is_refused() {
        for marker in ["", "x", "////", "eDp5"] {
            let error = page(2, Some(marker)).cut("L", items(&["a"])).unwrap_err();
            assert_eq!(
                (error.code.as_ref(), error.message.as_str()),
                ("ValidationError", "Invalid Marker.")
            );
        }
    }
}
