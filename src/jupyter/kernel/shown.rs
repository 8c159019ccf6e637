//! Rich outputs of cells, as messages: what evcxr's marks carry, and what of ours goes through them.
//!
//! A cell shows `text/html` and such by evcxr's two lines. Behind [`BUNDLE`] it gives a JSON document in place of the content:
//! `{"data": {"text/html": …, "text/plain": …}}`, an output with several forms. With a `"display_id"` it can be replaced
//! later, by one that says `"update": true` too. `{"clear": true}` takes the outputs of the cell away (`"wait": true`: once
//! there is another one).

use super::iopub::Publisher;
use serde_json::{Map, Value, json};
use workbook::engine::Rich;

/// The type by which a cell gives what no single content can say.
pub(crate) const BUNDLE: &str = "application/vnd.cahier.sortie+json";

/// The lines by which a cell's process shows a bundle.
pub(crate) fn marked(bundle: &Value) -> String {
    format!("EVCXR_BEGIN_CONTENT {BUNDLE}\n{bundle}\nEVCXR_END_CONTENT")
}

/// Publishes a rich output.
pub(super) fn show(publisher: &Publisher, rich: &Rich) {
    if rich.mime != BUNDLE {
        publisher.display(&data(rich));
        return;
    }
    match serde_json::from_str::<Value>(&rich.data) {
        Ok(bundle) if bundle["clear"] == true => {
            publisher.output("clear_output", json!({"wait": bundle["wait"] == true}));
        }
        Ok(bundle) if bundle["data"].is_object() => show_bundle(publisher, &bundle),
        _ => publisher.stream("stdout", &format!("{}\n", rich.data)),
    }
}

fn show_bundle(publisher: &Publisher, bundle: &Value) {
    let mut transient = Map::new();
    if let Some(id) = bundle["display_id"].as_str() {
        transient.insert("display_id".to_owned(), id.into());
    }
    let kind = if bundle["update"] == true && !transient.is_empty() {
        "update_display_data"
    } else {
        "display_data"
    };
    let content = json!({"data": bundle["data"], "metadata": {}, "transient": transient});
    publisher.output(kind, content);
}

/// One content under its type; JSON as a value, as notebooks keep it. What cannot be shown everywhere has a text beside it.
pub(super) fn data(rich: &Rich) -> Value {
    let mime = rich.mime.split(';').next().unwrap_or_default();
    let is_json = mime == "application/json" || mime.ends_with("+json");
    let parsed = Some(&rich.data)
        .filter(|_| is_json)
        .and_then(|text| serde_json::from_str(text).ok());
    let mut data = Map::new();
    data.insert(
        mime.to_owned(),
        parsed.unwrap_or_else(|| Value::from(rich.data.as_str())),
    );
    if mime == "image/svg+xml" {
        data.insert("text/plain".to_owned(), "(figure SVG)".into());
    }
    Value::Object(data)
}
