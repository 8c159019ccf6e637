//! Calls that are done again, from a log of changes: what they met the first time is put back before them.
//!
//! Auto scaling follows what was consumed, reads too, which no log holds: a table's throughput may be another one when
//! `UpdateTable` is done again, and what was granted must not be refused then. So it is noted with the call, beside
//! what metering notes, and scaling rests meanwhile.

use dynoxide::Database;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::codec;
use super::home;
use super::store::Account;
use super::throughput::{Mode, Saved, Table};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;

/// Notes the throughput that `UpdateTable` meets.
pub(super) fn note(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    let account = home::of(cloud, call)?;
    let name = home::table(call);
    home::learn(&account, name, call.time);
    let saved = account.throughput.with(name, |table| table.save());
    call.postponed = saved.map_or(Value::Null, |saved| json!(saved));
    Ok(())
}

/// Puts back what was noted, if the call is done again.
pub(super) fn reinstate(cloud: &Cloud, account: &Account, call: &mut Call) {
    let noted = call.postponed.take();
    if cloud.clock.is_replaying()
        && let Ok(saved) = serde_json::from_value::<Saved>(noted)
    {
        put_back(account, home::table(call), saved, call.time);
    }
}

fn put_back(account: &Account, name: &str, saved: Saved, now: OffsetDateTime) {
    home::learn(account, name, now);
    let noted = Table::load(saved, now);
    let units = |table: &Table| table.part(None).map(|part| part.settings.provisioned);
    let current = account.throughput.with(name, |table| units(table)).flatten();
    if let Some(wanted) =
        units(&noted).filter(|wanted| noted.mode == Mode::Provisioned && Some(*wanted) != current)
    {
        let input = json!({ "TableName": name, "ProvisionedThroughput": {
            "ReadCapacityUnits": wanted.read, "WriteCapacityUnits": wanted.write,
        } });
        // The table may be gone: the call itself says so then.
        let _ = codec::run(account, input, Database::update_table);
    }
    if current.is_some() {
        account.throughput.learn(name, noted);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use time::macros::datetime;

    const NOON: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    #[test]
    fn a_table_gets_back_the_throughput_that_was_noted() {
        let account = Account::new("123456789012", Database::memory().unwrap());
        let table = json!({
            "TableName": "notes",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        });
        codec::run(&account, table, Database::create_table).unwrap();
        let mut scaled = home::describe(&account, "notes").unwrap();
        scaled["ProvisionedThroughput"]["ReadCapacityUnits"] = 20.into();
        let noted = json!(Table::of(&scaled, NOON).save());
        put_back(&account, "notes", serde_json::from_value(noted).unwrap(), NOON);
        let described = home::describe(&account, "notes").unwrap();
        assert_eq!(described["ProvisionedThroughput"]["ReadCapacityUnits"], 20);
        let known = account.throughput.with("notes", |table| table.save());
        assert_eq!(json!(known.unwrap()), json!(Table::of(&scaled, NOON).save()));
        put_back(&account, "autre", Table::of(&scaled, NOON).save(), NOON);
        assert!(!account.throughput.knows("autre"));
    }
}
