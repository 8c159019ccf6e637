//! The tags of tables, which condition keys tell of: dynoxide keeps them, here they are remembered.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use dynoxide::Database;
use serde_json::json;

use super::codec;
use super::policies::foreign_arn;
use super::store::Account;

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
    let listed = codec::run(
        account,
        "ListTagsOfResource",
        input,
        Database::list_tags_of_resource,
    );
    let Ok(listed) = listed else {
        return Tags::default();
    };
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let tags = listed["Tags"].as_array().into_iter().flatten();
    let tags: Tags = Arc::new(tags.map(|tag| (text(&tag["Key"]), text(&tag["Value"]))).collect());
    known.insert(table.to_owned(), Arc::clone(&tags));
    tags
}
