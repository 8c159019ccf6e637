//! Operations on tables: dynoxide has the tables, `throughput` what may be consumed of them.

use dynoxide::Database;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::again;
use super::codec;
use super::home;
use super::names::{self, Names};
use super::policies;
use super::reply;
use super::store::Account;
use super::streams;
use super::tags;
use super::throughput::change::Change;
use super::throughput::create::Plan;
use super::throughput::{describe, limits};
use crate::call::{Call, Outcome, Reply};
use crate::cloud::Cloud;
use crate::error::AwsError;

/// An operation of dynoxide that consumes nothing.
pub(super) fn manage<Q, R>(
    cloud: &Cloud,
    call: &mut Call,
    act: fn(&Database, Q) -> dynoxide::Result<R>,
) -> Outcome
where
    Q: DeserializeOwned,
    R: Serialize,
{
    let account = home::of(cloud, call)?;
    Names::take(&mut call.input)?;
    codec::globalise(&account.id, call);
    let mut output = codec::run(&account, call.input.take(), act)?;
    codec::localise(cloud, &account.id, &mut output);
    Ok(reply(&output, None))
}

/// The same for the operations that change tags; their answer has no body.
pub(super) fn retag<Q, R>(
    cloud: &Cloud,
    call: &mut Call,
    act: fn(&Database, Q) -> dynoxide::Result<R>,
) -> Outcome
where
    Q: DeserializeOwned,
    R: Serialize,
{
    tags::check(&call.input)?;
    let arn = call.input["ResourceArn"].as_str().map(str::to_owned);
    manage(cloud, call, act)?;
    if let Some(arn) = arn
        && let Some(account) = names::account_of_arn(&arn).and_then(|id| cloud.dynamodb.used(id))
    {
        names::table_of_arn(&arn).inspect(|table| account.tags.forget(table));
    }
    Ok(Reply::new(""))
}

/// How long a change of the time to live takes, at most; another one must wait for it.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html>
const CHANGE: Duration = Duration::HOUR;

/// `UpdateTimeToLive`: what is enabled is not enabled again, on another attribute neither, and likewise for disabled.
pub(super) fn update_time_to_live(cloud: &Cloud, call: &mut Call) -> Outcome {
    let account = home::of(cloud, call)?;
    let (name, time) = (home::table(call).to_owned(), call.time);
    home::learn(&account, &name, time);
    check_time_to_live(&account, &name, &call.input["TimeToLiveSpecification"], time)?;
    let reply = manage(cloud, call, Database::update_time_to_live)?;
    account
        .throughput
        .with(&name, |table| table.time_to_live_changed = Some(time));
    Ok(reply)
}

fn check_time_to_live(
    account: &Account,
    table: &str,
    asked: &Value,
    now: OffsetDateTime,
) -> Result<(), AwsError> {
    let (Some(enable), Some(attribute)) = (asked["Enabled"].as_bool(), asked["AttributeName"].as_str())
    else {
        return Ok(());
    };
    let input = json!({ "TableName": table });
    let described = codec::run(account, input, Database::describe_time_to_live);
    let described = described.unwrap_or_default();
    let current = &described["TimeToLiveDescription"];
    let changed = account.throughput.with(table, |table| table.time_to_live_changed);
    let refused = match (
        current["TimeToLiveStatus"].as_str(),
        current["AttributeName"].as_str(),
    ) {
        (Some("ENABLED"), Some(active)) if active != attribute => Some(format!(
            "TimeToLive is active on a different AttributeName: current AttributeName is {active}"
        )),
        (Some("ENABLED"), _) if enable => Some("TimeToLive is already enabled".to_owned()),
        (Some("DISABLED"), _) if !enable => Some("TimeToLive is already disabled".to_owned()),
        _ if changed.flatten().is_some_and(|changed| now < changed + CHANGE) => {
            Some("Time to live has been modified multiple times within a fixed interval".to_owned())
        }
        _ => None,
    };
    refused.map_or(Ok(()), |message| Err(codec::invalid(message)))
}

/// `CreateTable`.
pub(super) fn create(cloud: &Cloud, call: &mut Call) -> Outcome {
    let (account, now) = (home::of(cloud, call)?, cloud.clock.now());
    Names::take(&mut call.input)?;
    let plan = Plan::read(&call.input);
    let name = call.input["TableName"].as_str().unwrap_or_default().to_owned();
    let policy = policies::given(cloud, &mut call.input)?;
    if names::is_name(&name) && !home::exists(&account, &name) {
        plan.check(&call.input, account.throughput.reserved())?;
    }
    let mut output = codec::run(&account, call.input.take(), Database::create_table)?;
    codec::localise(cloud, &account.id, &mut output);
    let mut table = plan.table(now);
    describe::dress_created(&mut output["TableDescription"], &mut table, plan.warms(), now);
    account.throughput.learn(&name, table);
    if let Some(policy) = policy {
        policies::attach(&account, &codec::table_arn(&account.id, &name), policy, now);
    }
    Ok(reply(&output, None))
}

/// `DescribeTable`.
pub(super) fn describe(cloud: &Cloud, call: &mut Call) -> Outcome {
    let account = home::of(cloud, call)?;
    Names::take(&mut call.input)?;
    let name = call.input["TableName"].as_str().unwrap_or_default().to_owned();
    let mut output = codec::run(&account, call.input.take(), Database::describe_table)?;
    dress(cloud, &account, &name, &mut output["Table"]);
    Ok(reply(&output, None))
}

/// Makes dynoxide's description of a table whole.
fn dress(cloud: &Cloud, account: &Account, name: &str, description: &mut Value) {
    let now = cloud.clock.now();
    home::learn(account, name, now);
    codec::localise(cloud, &account.id, description);
    account
        .throughput
        .with(name, |table| describe::dress(description, table, now));
}

/// What the answer to `DeleteTable` tells of the table.
const DELETED: [&str; 11] = [
    "TableName",
    "TableStatus",
    "TableId",
    "TableArn",
    "TableSizeBytes",
    "ItemCount",
    "BillingModeSummary",
    "ProvisionedThroughput",
    "OnDemandThroughput",
    "TableClassSummary",
    "DeletionProtectionEnabled",
];

/// `DeleteTable`: the answer says no more of the table than that it is being deleted.
pub(super) fn delete(cloud: &Cloud, call: &mut Call) -> Outcome {
    let (account, now) = (home::of(cloud, call)?, cloud.clock.now());
    Names::take(&mut call.input)?;
    let name = call.input["TableName"].as_str().unwrap_or_default().to_owned();
    home::learn(&account, &name, now);
    let mut output = codec::run(&account, call.input.take(), Database::delete_table)?;
    codec::localise(cloud, &account.id, &mut output);
    let description = &mut output["TableDescription"];
    account
        .throughput
        .with(&name, |table| describe::dress(description, table, now));
    account.throughput.forget(&name);
    policies::forget(&account, &name);
    if let Some(members) = description.as_object_mut() {
        members.retain(|member, _| DELETED.contains(&member.as_str()));
    }
    Ok(reply(&output, None))
}

/// `UpdateTable`.
pub(super) fn update(cloud: &Cloud, call: &mut Call) -> Outcome {
    let account = home::of(cloud, call)?;
    Names::take(&mut call.input)?;
    again::reinstate(cloud, &account, call);
    let output = update_at(cloud, &account, call.input.take(), call.time)?;
    Ok(reply(&output, None))
}

/// Updates a table at a simulated time, which may lie before the present one: auto scaling catches up.
pub(super) fn update_at(
    cloud: &Cloud,
    account: &Account,
    mut input: Value,
    now: OffsetDateTime,
) -> Result<Value, AwsError> {
    let name = input["TableName"].as_str().unwrap_or_default().to_owned();
    home::learn(account, &name, now);
    streams::check_change(account, &input)?;
    let change = Change::read(&input);
    let reserved = account.throughput.reserved();
    let checked = account.throughput.with(&name, |table| {
        let checked = change.check(&input, table, reserved, now);
        checked.map(|()| table.clone())
    });
    let before = checked.transpose()?;
    let deleted = deleted_indexes(cloud, account, &name, &change);
    let left = before
        .as_ref()
        .is_none_or(|before| change.leave_to_dynoxide(&mut input, before));
    let mut output = if left {
        codec::run(account, input, Database::update_table)?
    } else {
        json!({ "TableDescription": home::describe(account, &name) })
    };
    codec::localise(cloud, &account.id, &mut output);
    let description = &mut output["TableDescription"];
    account.throughput.with(&name, |after| {
        change.apply(after, now);
        if let Some(before) = &before {
            describe::dress_updated(description, before, &change, after, now);
        }
    });
    show_deleted(description, &deleted);
    Ok(output)
}

/// The descriptions of the indexes that a change deletes, as they still are.
fn deleted_indexes(cloud: &Cloud, account: &Account, name: &str, change: &Change) -> Vec<Value> {
    if !change.deletes_indexes() {
        return Vec::new();
    }
    let mut description = home::describe(account, name).unwrap_or_default();
    dress(cloud, account, name, &mut description);
    let indexes = description["GlobalSecondaryIndexes"].take();
    let indexes = indexes.as_array().cloned().unwrap_or_default();
    let deleted = |index: &Value| {
        index["IndexName"]
            .as_str()
            .is_some_and(|name| change.deletes(name))
    };
    indexes.into_iter().filter(deleted).collect()
}

fn show_deleted(description: &mut Value, deleted: &[Value]) {
    if deleted.is_empty() {
        return;
    }
    description["TableStatus"] = "UPDATING".into();
    if !description["GlobalSecondaryIndexes"].is_array() {
        description["GlobalSecondaryIndexes"] = json!([]);
    }
    if let Some(indexes) = description["GlobalSecondaryIndexes"].as_array_mut() {
        indexes.extend(deleted.iter().cloned().map(|mut index| {
            index["IndexStatus"] = "DELETING".into();
            index
        }));
    }
}

/// `DescribeLimits`.
#[expect(clippy::unnecessary_wraps, reason = "it fills a place of Operation")]
pub(super) fn describe_limits(_: &Cloud, _: &mut Call) -> Outcome {
    Ok(reply(&limits::describe(), None))
}

/// `DescribeContinuousBackups`: there are none.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html>
pub(super) fn describe_continuous_backups(cloud: &Cloud, call: &mut Call) -> Outcome {
    let account = home::of(cloud, call)?;
    Names::take(&mut call.input)?;
    let Some(name) = call.input["TableName"].as_str() else {
        return Err(codec::invalid(
            "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
        ));
    };
    if !home::exists(&account, name) {
        let code = "com.amazonaws.dynamodb.v20120810#TableNotFoundException";
        return Err(AwsError::new(400, code, format!("Table not found: {name}")));
    }
    let disabled = json!({ "ContinuousBackupsDescription": {
        "ContinuousBackupsStatus": "DISABLED",
        "PointInTimeRecoveryDescription": { "PointInTimeRecoveryStatus": "DISABLED" },
    } });
    Ok(reply(&disabled, None))
}

/// `DescribeEndpoints`: the one that was asked.
#[expect(clippy::unnecessary_wraps, reason = "it fills a place of Operation")]
pub(super) fn describe_endpoints(_: &Cloud, call: &mut Call) -> Outcome {
    let address = call.header("host").unwrap_or_default();
    let endpoints = json!({ "Endpoints": [{ "Address": address, "CachePeriodInMinutes": 1440 }] });
    Ok(reply(&endpoints, None))
}
