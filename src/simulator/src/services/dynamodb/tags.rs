//! The tags of tables, which condition keys tell of: dynoxide keeps them, here they are remembered.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use dynoxide::Database;
use serde_json::{Value, json};

use super::codec::{self, invalid};
use super::policies::foreign_arn;
use super::store::Account;
use crate::error::AwsError;

/// Keys and values.
pub(super) type Tags = Arc<Vec<(String, String)>>;

/// The tags of each table that was asked for.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    of_tables: RwLock<HashMap<String, Tags>>,
}

impl Remembered {
    /// They are about to change, or have changed.
    pub(super) fn forget(&self, table: &str) {
        let mut known = self.of_tables.write().unwrap_or_else(PoisonError::into_inner);
        known.remove(table);
    }
}

/// Tags are a table's, not an index's, and have no odd characters.
pub(super) fn check(input: &Value) -> Result<(), AwsError> {
    if let Some(arn) = input["ResourceArn"].as_str() {
        if !arn.starts_with("arn:") {
            return Err(invalid(format!(
                "One or more parameter values were invalid: ARNs must start with 'arn:': {arn}"
            )));
        }
        if arn.contains("/index/") {
            return Err(invalid(format!(
                "Invalid TableArn: Invalid ResourceArn provided as input {arn}"
            )));
        }
    }
    for (place, tag) in input["Tags"].as_array().into_iter().flatten().enumerate() {
        for (member, path) in [("Key", "key"), ("Value", "value")] {
            let given = tag[member].as_str().unwrap_or_default();
            if !given.chars().all(is_allowed) {
                return Err(invalid(format!(
                    "1 validation error detected: Value '{given}' at 'tags.{}.member.{path}' failed to satisfy \
                     constraint: Member must satisfy regular expression pattern: {PATTERN}",
                    place + 1
                )));
            }
        }
    }
    Ok(())
}

/// The characters of keys and values.
const PATTERN: &str = r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$";

fn is_allowed(sign: char) -> bool {
    sign.is_alphanumeric() || sign.is_whitespace() || "_.:/=+-@".contains(sign)
}

/// The tags of a table; none for one that does not exist.
pub(super) fn of(account: &Account, table: &str) -> Tags {
    let known = account.tags.of_tables.read();
    let known = known.unwrap_or_else(PoisonError::into_inner);
    if let Some(tags) = known.get(table) {
        return Arc::clone(tags);
    }
    drop(known);
    let mut known = account
        .tags
        .of_tables
        .write()
        .unwrap_or_else(PoisonError::into_inner);
    let input = json!({ "ResourceArn": foreign_arn(table) });
    let listed = codec::run(account, input, Database::list_tags_of_resource);
    let Ok(listed) = listed else {
        return Tags::default();
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let tags = listed["Tags"].as_array().into_iter().flatten();
    let tags: Tags = Arc::new(tags.map(|tag| (text(&tag["Key"]), text(&tag["Value"]))).collect());
    known.insert(table.to_owned(), Arc::clone(&tags));
    tags
}
