//! What `CreateTable` and `UpdateTable` ask for of throughput, and whether they may have it.
//!
//! dynoxide stores the throughput of tables, and neither the indexes' nor any warm throughput: what it does not know
//! is taken out of the request before it sees it.

use serde_json::Value;
use time::OffsetDateTime;

use super::exclusive::{self, refused};
use super::limits;
use super::part::{Mode, Part};
use super::switches;
use super::table::{Table, partition_key};
use super::units::Units;
use super::wish::Wish;
use crate::error::AwsError;

/// What is asked of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    /// `BillingMode`.
    pub(super) mode: Option<Mode>,
    /// For the table itself.
    pub(super) own: Wish,
    /// For indexes that there are.
    pub(super) updates: Vec<(String, Wish)>,
    /// For new indexes, with their partition keys.
    pub(super) creates: Vec<(String, Vec<String>, Wish)>,
    /// Indexes to be deleted.
    pub(super) deletes: Vec<String>,
}

impl Change {
    /// What an `UpdateTable` asks for.
    pub(crate) fn read(input: &Value) -> Self {
        let mut change = Self {
            mode: mode(input),
            own: Wish::read(input),
            ..Self::default()
        };
        for update in input["GlobalSecondaryIndexUpdates"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let named =
                |action: &str| Some((update[action]["IndexName"].as_str()?.to_owned(), &update[action]));
            if let Some((name, asked)) = named("Update") {
                change.updates.push((name, Wish::read(asked)));
            }
            if let Some((name, asked)) = named("Create") {
                let partition = partition_key(&asked["KeySchema"]);
                change.creates.push((name, partition, Wish::read(asked)));
            }
            change.deletes.extend(named("Delete").map(|(name, _)| name));
        }
        change
    }

    /// Whether it deletes any index.
    pub(crate) fn deletes_indexes(&self) -> bool {
        !self.deletes.is_empty()
    }

    /// Whether it deletes this index.
    pub(crate) fn deletes(&self, index: &str) -> bool {
        self.deletes.iter().any(|name| name == index)
    }

    /// Takes out of a request what dynoxide does not know; whether anything is left for it to do.
    pub(crate) fn leave_to_dynoxide(&self, input: &mut Value, table: &Table) -> bool {
        let Some(members) = input.as_object_mut() else {
            return true;
        };
        let had = members.len();
        if self.own.warms() {
            members.remove("WarmThroughput");
        }
        if let Some(Value::Array(updates)) = members.get_mut("GlobalSecondaryIndexUpdates") {
            let known = |update: &Value| {
                let name = update["Update"]["IndexName"].as_str();
                name.is_some_and(|name| table.part(Some(name)).is_some())
                    && !Wish::read(&update["Update"]).is_empty()
            };
            updates.retain(|update| !known(update));
            if updates.is_empty() && !self.updates.is_empty() {
                members.remove("GlobalSecondaryIndexUpdates");
            }
        }
        let idle = ["TableName", "AttributeDefinitions"];
        members.len() == had || members.keys().any(|member| !idle.contains(&member.as_str()))
    }

    /// Whether it may be: `reserved` is what the account's tables have provisioned.
    pub(crate) fn check(
        &self,
        input: &Value,
        table: &Table,
        reserved: Units<i64>,
        now: OffsetDateTime,
    ) -> Result<(), AwsError> {
        exclusive::check(input)?;
        self.check_modes(table)?;
        self.check_parts(table)?;
        limits::check_account(reserved, self.more(table))?;
        for (_, wish, part) in self.changed(table) {
            if wish.decreases(&part.settings) {
                part.settings.decreases.check(now)?;
            }
        }
        switches::check(self.mode, table, now)
    }

    /// Each part that there is and is to be changed: its index's name, what is asked, and what it is now.
    fn changed<'a>(
        &'a self,
        table: &'a Table,
    ) -> impl Iterator<Item = (Option<&'a str>, &'a Wish, &'a Part)> {
        let own = std::iter::once((None, &self.own));
        let indexes = self
            .updates
            .iter()
            .map(|(name, wish)| (Some(name.as_str()), wish));
        own.chain(indexes)
            .filter_map(|(name, wish)| Some((name, wish, table.part(name)?)))
    }

    /// Each index has the throughput of the mode that the table will have.
    fn check_modes(&self, table: &Table) -> Result<(), AwsError> {
        let target = self.mode.unwrap_or(table.mode);
        if target == Mode::OnDemand {
            let forbidden = self.updates.iter().find(|(_, wish)| wish.provisioned.is_some());
            return forbidden.map_or(Ok(()), |(name, _)| {
                Err(refused(&format!(
                    "The only Updates for index: {name} when TableThroughputMode is PAY_PER_REQUEST can be to \
                     OnDemandThroughput, WarmThroughput"
                )))
            });
        }
        let limited = |(_, wish): &&(String, Wish)| wish.maximum.read.or(wish.maximum.write).is_some();
        if let Some((name, wish)) = self.updates.iter().find(limited) {
            let member = if wish.maximum.read.is_some() {
                "MaxReadRequestUnits"
            } else {
                "MaxWriteRequestUnits"
            };
            return Err(refused(&format!(
                "{member} for OnDemandThroughput for index : {name} cannot be specified when the table BillingMode is \
                 PROVISIONED"
            )));
        }
        if table.mode == Mode::OnDemand && self.own.provisioned.is_some() {
            let given = |name: &String| {
                self.updates
                    .iter()
                    .any(|(other, wish)| other == name && wish.provisioned.is_some())
            };
            let missing = table
                .indexes
                .keys()
                .find(|name| !given(name) && !self.deletes.contains(name));
            if let Some(name) = missing {
                return Err(refused(&format!(
                    "ProvisionedThroughput must be specified for index: {name}"
                )));
            }
        }
        match self
            .creates
            .iter()
            .find(|(_, _, wish)| wish.provisioned.is_none())
        {
            Some((name, ..)) => Err(refused(&format!(
                "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {name}"
            ))),
            None => Ok(()),
        }
    }

    fn check_parts(&self, table: &Table) -> Result<(), AwsError> {
        for (name, wish, part) in self.changed(table) {
            if let (Some(index), Some(asked)) = (name, wish.provisioned) {
                check_changes(index, part.settings.provisioned, asked)?;
            }
            wish.check_limits(name)?;
            let because = "current WarmThroughput, decreasing WarmThroughput is not supported";
            wish.check_warm(name, part.settings.warm, because)?;
        }
        for (name, _, wish) in &self.creates {
            wish.check_limits(Some(name))?;
        }
        Ok(())
    }

    /// The provisioned units that it would reserve beyond what the table has reserved.
    fn more(&self, table: &Table) -> Units<i64> {
        let changed: Vec<_> = self.changed(table).collect();
        Units::each(|direction| {
            let of = |units: Units<i64>| *units.of(direction);
            let grown = changed.iter().filter_map(|(_, wish, part)| {
                Some(of(wish.provisioned?).saturating_sub(of(part.settings.provisioned)))
            });
            let new = self
                .creates
                .iter()
                .filter_map(|(_, _, wish)| wish.provisioned.map(of));
            grown.chain(new).fold(0, i64::saturating_add)
        })
    }

    /// Makes it so.
    pub(crate) fn apply(&self, table: &mut Table, now: OffsetDateTime) {
        if let Some(mode) = self.mode.filter(|mode| *mode != table.mode) {
            switches::switch(table, mode, now);
        }
        let mode = table.mode;
        for name in &self.deletes {
            table.indexes.remove(name);
        }
        self.own.apply(&mut table.own, mode, now);
        for (name, wish) in &self.updates {
            if let Some(part) = table.indexes.get_mut(name) {
                wish.apply(part, mode, now);
            }
        }
        for (name, partition, wish) in &self.creates {
            let settings = wish.settings(mode, partition.clone());
            table.indexes.insert(name.clone(), Part::new(mode, settings, now));
        }
    }
}

/// The `BillingMode` that a request names.
pub(super) fn mode(input: &Value) -> Option<Mode> {
    match input["BillingMode"].as_str()? {
        "PROVISIONED" => Some(Mode::Provisioned),
        "PAY_PER_REQUEST" => Some(Mode::OnDemand),
        _ => None,
    }
}

/// Refuses an update of an index that changes nothing.
fn check_changes(index: &str, current: Units<i64>, asked: Units<i64>) -> Result<(), AwsError> {
    if current != asked {
        return Ok(());
    }
    Err(crate::services::dynamodb::codec::invalid(format!(
        "The provisioned throughput for the index {index} will not change. The requested value equals the current \
         value. Current ReadCapacityUnits provisioned for index {index}: {}. Requested ReadCapacityUnits: {}. Current \
         WriteCapacityUnits provisioned for index {index}: {}. Requested WriteCapacityUnits: {}. Refer to the Amazon \
         DynamoDB Developer Guide for current limits and how to request higher limits.",
        current.read, asked.read, current.write, asked.write
    )))
}
