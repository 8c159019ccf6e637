//! JSON pointers (RFC 6901) in which `*` stands for every item of a list, or every member of an object.

use serde_json::Value;

/// What stands at a pointer: several values where it has a `*`.
pub(super) fn find<'a>(document: &'a Value, pointer: &str) -> Vec<&'a Value> {
    let segments = pointer.split('/').skip(1);
    segments.fold(vec![document], |found, segment| {
        found
            .into_iter()
            .flat_map(|value| below(value, segment))
            .collect()
    })
}

fn below<'a>(value: &'a Value, segment: &str) -> Vec<&'a Value> {
    let name = segment.replace("~1", "/").replace("~0", "~");
    match value {
        Value::Array(items) if name == "*" => items.iter().collect(),
        Value::Object(members) if name == "*" => members.values().collect(),
        Value::Array(items) => {
            let rank = name.parse::<usize>().ok();
            rank.and_then(|rank| items.get(rank)).into_iter().collect()
        }
        Value::Object(members) => members.get(&name).into_iter().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::find;
    use serde_json::json;

    #[test]
    fn a_star_stands_for_all_and_a_name_for_one() {
        let document = json!({"Rules": [{"Days": 1}, {"Days": 2}, {"a/b": 3}]});
        let days = |pointer| find(&document, pointer).len();
        assert_eq!(
            (
                days("/Rules/*/Days"),
                days("/Rules/1/Days"),
                days("/Rules/7/Days")
            ),
            (2, 1, 0)
        );
        assert_eq!(find(&document, "/Rules/2/a~1b"), [&json!(3)]);
        assert_eq!(find(&document, ""), [&document]);
        assert_eq!(days("/*/*/Days/x"), 0);
    }
}
