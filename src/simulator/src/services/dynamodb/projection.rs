//! Queries of a local secondary index that name attributes which it does not hold, in the older way
//! (`AttributesToGet`): those are fetched from the table. dynoxide fetches whole items only, which costs the same.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.Querying>

use serde_json::Value;

use super::home;
use super::store::Account;

/// The attributes to keep of each item.
pub(super) type Kept = Vec<String>;

/// Makes such a query one of whole items.
pub(super) fn widen(account: &Account, input: &mut Value) -> Option<Kept> {
    let listed = input.get("AttributesToGet")?.as_array()?;
    let kept = listed.iter().map(|name| name.as_str().map(str::to_owned));
    let kept = kept.collect::<Option<Kept>>()?;
    let unique = (1..kept.len()).all(|place| !kept[..place].contains(&kept[place]));
    let select = input.get("Select").and_then(Value::as_str);
    if kept.is_empty() || !unique || !matches!(select, None | Some("SPECIFIC_ATTRIBUTES")) {
        return None;
    }
    let description = home::describe(account, input["TableName"].as_str()?)?;
    let indexes = description["LocalSecondaryIndexes"].as_array()?;
    let index = indexes
        .iter()
        .find(|index| index["IndexName"] == input["IndexName"])?;
    let keys = [&description["KeySchema"], &index["KeySchema"]];
    let keys = keys.into_iter().filter_map(Value::as_array).flatten();
    let projected = index["Projection"]["NonKeyAttributes"]
        .as_array()
        .into_iter()
        .flatten();
    let held: Vec<&str> = keys
        .filter_map(|key| key["AttributeName"].as_str())
        .chain(projected.filter_map(Value::as_str))
        .collect();
    let all = index["Projection"]["ProjectionType"] == "ALL";
    if all || kept.iter().all(|name| held.contains(&name.as_str())) {
        return None;
    }
    let members = input.as_object_mut()?;
    members.remove("AttributesToGet");
    members.insert("Select".to_owned(), "ALL_ATTRIBUTES".into());
    Some(kept)
}

/// Leaves of each item what the query named.
pub(super) fn narrow(output: &mut Value, kept: &Kept) {
    for item in output["Items"].as_array_mut().into_iter().flatten() {
        if let Some(item) = item.as_object_mut() {
            item.retain(|name, _| kept.contains(name));
        }
    }
}
