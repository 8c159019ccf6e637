//! How `Describe…` operations choose what they show: by ids, by filters, page by page.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::Answer;
use super::errors::{invalid_value, no_pages_of};
use super::input::texts;
use crate::error::AwsError;

/// A list that an operation shows.
pub(super) struct Listing {
    /// Its element in the answer: `vpcSet`.
    pub(super) member: &'static str,
    /// How requests name some of it.
    pub(super) by_id: Option<ById>,
    /// The filters: their names, and where in an item of the answer their values stand. `*` is each item of a list. Those
    /// of tags come with every `tagSet`.
    pub(super) filters: &'static [(&'static str, &'static str)],
}

/// How requests name some of a list.
pub(super) struct ById {
    /// The parameter: `VpcId`.
    pub(super) parameter: &'static str,
    /// Where the id stands in an item: `vpcId`.
    pub(super) member: &'static str,
    /// Refuses an id that is not there.
    pub(super) missing: fn(&str) -> AwsError,
}

/// The fewest and the most items of a page.
const SMALLEST: usize = 5;
const LARGEST: usize = 1000;

impl Listing {
    /// What of `items` a request asks for.
    pub(super) fn answer(&self, input: &Value, items: Vec<Value>) -> Answer {
        let mut chosen = self.named(input, items)?;
        for filter in input["Filter"].as_array().into_iter().flatten() {
            let name = filter["Name"].as_str().unwrap_or_default();
            let wanted = texts(&filter["Value"]);
            let place = self.place_of(name)?;
            chosen.retain(|item| {
                let values = place.values(item);
                values
                    .iter()
                    .any(|value| wanted.iter().any(|pattern| like(pattern, value)))
            });
        }
        page(input, self.member, chosen)
    }

    /// The items whose ids a request tells; all of them, where it tells none.
    fn named(&self, input: &Value, items: Vec<Value>) -> Result<Vec<Value>, AwsError> {
        let Some(by_id) = &self.by_id else {
            return Ok(items);
        };
        let asked = texts(&input[by_id.parameter]);
        if asked.is_empty() {
            return Ok(items);
        }
        if input["MaxResults"].is_string() {
            return Err(no_pages_of(by_id.parameter));
        }
        let id = |item: &Value| item[by_id.member].as_str().unwrap_or_default().to_owned();
        for wanted in &asked {
            if !items.iter().any(|item| id(item) == *wanted) {
                return Err((by_id.missing)(wanted));
            }
        }
        Ok(items
            .into_iter()
            .filter(|item| asked.contains(&id(item)))
            .collect())
    }

    /// Where a filter looks in an item.
    fn place_of<'a>(&self, name: &'a str) -> Result<Place<'a>, AwsError> {
        if let Some(key) = name.strip_prefix("tag:") {
            return Ok(Place::Tag(key));
        }
        match name {
            "tag-key" => return Ok(Place::At("tagSet/*/key")),
            "tag-value" => return Ok(Place::At("tagSet/*/value")),
            _ => {}
        }
        let found = self.filters.iter().find(|(known, _)| *known == name);
        let (_, path) = found.ok_or_else(|| invalid_value(format!("The filter '{name}' is invalid")))?;
        Ok(Place::At(path))
    }
}

/// Where a filter looks.
enum Place<'a> {
    /// At a path.
    At(&'static str),
    /// At the value of the tag with this key.
    Tag(&'a str),
}

impl Place<'_> {
    /// What stands there in an item.
    fn values(&self, item: &Value) -> Vec<String> {
        match self {
            Self::At(path) => values(item, path),
            Self::Tag(key) => {
                let tags = item["tagSet"].as_array().into_iter().flatten();
                let tags = tags.filter(|tag| tag["key"] == **key);
                tags.filter_map(|tag| Some(tag["value"].as_str()?.to_owned()))
                    .collect()
            }
        }
    }
}

/// What stands at a path, as texts.
fn values(item: &Value, path: &str) -> Vec<String> {
    let (step, rest) = path
        .split_once('/')
        .map_or((path, None), |(step, rest)| (step, Some(rest)));
    let below: Vec<&Value> = if step == "*" {
        item.as_array().into_iter().flatten().collect()
    } else {
        item.get(step).into_iter().collect()
    };
    let of = |value: &Value| match (rest, value) {
        (Some(rest), value) => values(value, rest),
        (None, Value::String(text)) => vec![text.clone()],
        (None, Value::Null | Value::Array(_) | Value::Object(_)) => Vec::new(),
        (None, other) => vec![other.to_string()],
    };
    below.into_iter().flat_map(of).collect()
}

/// Whether a pattern, in which `*` stands for anything and `?` for one character, is of a text.
fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // Where the last `*` stood, and how much of the text it stands for: only that may still grow.
    let (mut at, mut from, mut star) = (0, 0, None);
    while from < text.len() {
        if pattern.get(at) == Some(&'*') {
            star = Some((at, from));
            at += 1;
        } else if pattern
            .get(at)
            .is_some_and(|sign| *sign == '?' || *sign == text[from])
        {
            (at, from) = (at + 1, from + 1);
        } else if let Some((place, held)) = star {
            star = Some((place, held + 1));
            (at, from) = (place + 1, held + 1);
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|sign| *sign == '*')
}

/// The page that a request asks for.
fn page(input: &Value, member: &str, items: Vec<Value>) -> Answer {
    let start = match input["NextToken"].as_str() {
        None => 0,
        Some(token) => place(token)
            .filter(|start| *start <= items.len())
            .ok_or_else(|| {
                invalid_value(format!(
                    "Value ( {token} ) for parameter NextToken is invalid. The token is invalid."
                ))
            })?,
    };
    let size = match input["MaxResults"].as_str() {
        None => LARGEST,
        Some(text) => size(text)?,
    };
    let end = items.len().min(start + size);
    let mut output = Map::new();
    if end < items.len() {
        output.insert("nextToken".to_owned(), STANDARD.encode(end.to_string()).into());
    }
    let page = items.into_iter().take(end).skip(start);
    output.insert(member.to_owned(), page.collect());
    Ok(output)
}

fn place(token: &str) -> Option<usize> {
    String::from_utf8(STANDARD.decode(token).ok()?).ok()?.parse().ok()
}

fn size(text: &str) -> Result<usize, AwsError> {
    let size = text.parse::<i64>().unwrap_or_default();
    match usize::try_from(size) {
        Ok(size) if size > LARGEST => Err(invalid_value(format!(
            "Value ( {text} ) for parameter MaxResults is invalid. Expecting a value smaller than or equal to {LARGEST}."
        ))),
        Ok(size) if size >= SMALLEST => Ok(size),
        _ => Err(invalid_value(format!(
            "Value ( {text} ) for parameter MaxResults is invalid. Expecting a value greater than or equal to {SMALLEST}."
        ))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    const SUBNETS: Listing = Listing {
        member: "subnetSet",
        by_id: Some(ById {
            parameter: "SubnetId",
            member: "subnetId",
            missing: super::super::errors::no_such_subnet,
        }),
        filters: &[("default-for-az", "defaultForAz"), ("cidr", "ranges/*/cidr")],
    };

    fn items() -> Vec<Value> {
        let item = |id: &str, value: &str| {
            json!({
                "subnetId": id, "defaultForAz": id != "c", "ranges": [{"cidr": format!("10.0.{id}")}],
                "tagSet": [{"key": "Name", "value": value}],
            })
        };
        vec![item("a", "web"), item("b", "base"), item("c", "web-2")]
    }

    fn chosen(input: &Value) -> Vec<String> {
        let output = SUBNETS.answer(input, items()).unwrap();
        let items = output["subnetSet"].as_array().unwrap().iter();
        items
            .map(|item| item["subnetId"].as_str().unwrap().to_owned())
            .collect()
    }

    fn filtered(name: &str, values: &[&str]) -> Vec<String> {
        chosen(&json!({"Filter": [{"Name": name, "Value": values}]}))
    }

    #[test]
    fn a_filter_keeps_what_has_one_of_its_values() {
        assert_eq!(filtered("default-for-az", &["true"]), ["a", "b"]);
        assert_eq!(filtered("cidr", &["10.0.a", "10.0.c"]), ["a", "c"]);
        assert_eq!(filtered("tag:Name", &["web*"]), ["a", "c"]);
        assert_eq!(filtered("tag:Name", &["???"]), ["a"]);
        assert_eq!(filtered("tag-key", &["Name"]).len(), 3);
        assert!(
            filtered("tag:name", &["web"]).is_empty(),
            "names of tags have their case"
        );
        let both = json!({"Filter": [
            {"Name": "tag-value", "Value": ["web*"]}, {"Name": "default-for-az", "Value": ["false"]},
        ]});
        assert_eq!(chosen(&both), ["c"]);
    }

    #[test]
    fn an_unknown_filter_and_an_id_that_is_not_there_are_refused() {
        let refused = |input: Value| SUBNETS.answer(&input, items()).unwrap_err();
        let filter = refused(json!({"Filter": [{"Name": "couleur", "Value": ["bleu"]}]}));
        assert_eq!(filter.message, "The filter 'couleur' is invalid");
        let id = refused(json!({"SubnetId": ["a", "z"]}));
        assert_eq!(id.code, "InvalidSubnetID.NotFound");
        assert_eq!(chosen(&json!({"SubnetId": ["c", "a"]})), ["a", "c"]);
        let both = refused(json!({"SubnetId": ["a"], "MaxResults": "5"}));
        assert_eq!(
            both.message,
            "The parameter SubnetIds cannot be used with the parameter MaxResults"
        );
    }

    #[test]
    fn a_star_stands_for_anything_and_nothing() {
        for (pattern, text, fits) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*c", "ab", false),
            ("?", "é", true),
            ("?", "", false),
            ("**", "x", true),
        ] {
            assert_eq!(like(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn pages_follow_one_another_and_have_five_items_at_least() {
        let many: Vec<Value> = (0..12)
            .map(|number| json!({"subnetId": number.to_string()}))
            .collect();
        let (mut seen, mut token) = (0, Value::Null);
        loop {
            let input = json!({"MaxResults": "5", "NextToken": token});
            let output = SUBNETS.answer(&input, many.clone()).unwrap();
            seen += output["subnetSet"].as_array().unwrap().len();
            token = output.get("nextToken").cloned().unwrap_or_default();
            if token.is_null() {
                break;
            }
        }
        assert_eq!(seen, 12);
        for input in [
            json!({"MaxResults": "4"}),
            json!({"MaxResults": "1001"}),
            json!({"NextToken": "x"}),
        ] {
            assert!(SUBNETS.answer(&input, many.clone()).is_err(), "{input}");
        }
    }
}
