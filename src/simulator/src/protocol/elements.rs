//! Writes values as the XML elements of the query protocols' answers.

use std::fmt::Write as _;

use serde_json::Value;

use crate::protocol::rest_xml::escape;

/// A document as it is written, line by line.
pub(super) struct Elements {
    text: String,
    /// The name of each item of a list: `member`, or `item` in EC2's answers.
    item: &'static str,
}

impl Elements {
    /// An empty document whose lists are made of elements of that name.
    pub(super) fn new(item: &'static str) -> Self {
        Self {
            text: String::new(),
            item,
        }
    }

    /// The document.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// An element and what is in it: a structure's members, a list's items, a text. `Null` writes nothing.
    pub(super) fn element(&mut self, name: &str, value: &Value, depth: usize) {
        let margin = "  ".repeat(depth);
        match value {
            Value::Null => {}
            Value::Object(members) => {
                self.open(&margin, name, members.is_empty());
                for (name, value) in members {
                    self.element(name, value, depth + 1);
                }
                self.close(&margin, name, members.is_empty());
            }
            // A map of the protocol: `{"entry": [{"key": …, "value": …}, …]}`.
            Value::Array(entries) if name == "entry" => {
                for entry in entries {
                    self.element(name, entry, depth);
                }
            }
            Value::Array(items) => {
                self.open(&margin, name, items.is_empty());
                for item in items {
                    self.element(self.item, item, depth + 1);
                }
                self.close(&margin, name, items.is_empty());
            }
            Value::String(text) => self.line(format_args!("{margin}<{name}>{}</{name}>", escape(text))),
            other => self.line(format_args!("{margin}<{name}>{other}</{name}>")),
        }
    }

    /// A line of the document; writing to a text never fails.
    pub(super) fn line(&mut self, line: std::fmt::Arguments<'_>) {
        let _ = writeln!(self.text, "{line}");
    }

    fn open(&mut self, margin: &str, name: &str, empty: bool) {
        self.line(format_args!("{margin}<{name}{}>", if empty { "/" } else { "" }));
    }

    fn close(&mut self, margin: &str, name: &str, empty: bool) {
        if !empty {
            self.line(format_args!("{margin}</{name}>"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(item: &'static str, name: &str, value: &Value) -> String {
        let mut xml = Elements::new(item);
        xml.element(name, value, 0);
        xml.into_text().lines().map(str::trim).collect()
    }

    #[test]
    fn structures_lists_and_texts_are_written_as_elements() {
        let value = json!({"A": {"B": ["x<y", true], "C": [], "D": null}, "N": 3});
        assert_eq!(
            written("member", "R", &value),
            "<R><A><B><member>x&lt;y</member><member>true</member></B><C/></A><N>3</N></R>"
        );
        assert_eq!(
            written("item", "vpcSet", &json!([{"vpcId": "vpc-1"}])),
            "<vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet>"
        );
    }

    #[test]
    fn a_map_is_written_as_its_entries() {
        let entry = |key| json!({"key": key, "value": 1});
        assert_eq!(
            written("member", "M", &json!({"entry": [entry("a"), entry("b")]})),
            "<M><entry><key>a</key><value>1</value></entry><entry><key>b</key><value>1</value></entry></M>"
        );
    }
}
