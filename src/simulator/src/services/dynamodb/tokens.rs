//! `ClientRequestToken`: a transaction whose token is known is not done twice within ten minutes of simulated time.
//!
//! dynoxide is given no token: it would count by the machine's clock, and forget with the process.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use dynoxide::{Database, DynoxideError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

use super::codec;
use super::home;
use super::metering;
use super::partiql;
use super::store::Account;
use super::throughput::Direction;
use crate::error::AwsError;

/// How long a token is valid after the request that brought it.
const VALID: Duration = Duration::minutes(10);

/// The longest token; dynoxide refuses a longer one.
const LONGEST: usize = 36;

/// The most tokens that an account keeps: a clock that stands still makes none old.
const MOST: usize = 10_000;

/// What was done under a token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Done {
    at: OffsetDateTime,
    /// What was asked for, as a hash.
    request: [u8; 32],
    reply: Value,
}

/// What an account's transactions did lately, by operation and token.
pub(super) type Seen = BTreeMap<String, Done>;

/// The tokens of an account.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<Seen>);

impl Clone for Tokens {
    fn clone(&self) -> Self {
        Self::of(self.all())
    }
}

impl Tokens {
    /// Those tokens.
    pub(super) fn of(seen: Seen) -> Self {
        Self(Mutex::new(seen))
    }

    /// Every token.
    pub(super) fn all(&self) -> Seen {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a transaction's token stands for.
struct Request {
    /// The operation and the token: each operation has tokens of its own.
    key: String,
    hash: [u8; 32],
}

impl Request {
    /// Takes the token out of an input, where there is one that is well formed.
    fn take(operation: &str, input: &mut Value) -> Option<Self> {
        let asked = match operation {
            "TransactWriteItems" => input["TransactItems"].to_string(),
            "ExecuteTransaction" => statements(input).to_string(),
            _ => return None,
        };
        let members = input.as_object_mut()?;
        let token = members.get("ClientRequestToken")?.as_str()?;
        if token.len() > LONGEST {
            return None;
        }
        let key = format!("{operation} {token}");
        members.remove("ClientRequestToken");
        let hash = Sha256::digest(asked).into();
        Some(Self { key, hash })
    }
}

/// The statements of a transaction; what they leave out is what it stands for.
fn statements(input: &Value) -> Value {
    let mut statements = input["TransactStatements"].clone();
    for statement in statements.as_array_mut().into_iter().flatten() {
        if let Some(members) = statement.as_object_mut() {
            let mode = members.entry("ReturnValuesOnConditionCheckFailure");
            mode.or_insert_with(|| "NONE".into());
        }
    }
    statements
}

/// Does an operation, or answers as it did when its token came before. `now` is the call's time, which is the same when the
/// call is done again from a log.
pub(super) fn run<Q, R>(
    account: &Account,
    operation: &str,
    mut input: Value,
    now: OffsetDateTime,
    act: fn(&Database, Q) -> dynoxide::Result<R>,
) -> Result<Value, AwsError>
where
    Q: DeserializeOwned,
    R: Serialize,
{
    let Some(request) = Request::take(operation, &mut input) else {
        return codec::run(account, input, act);
    };
    // Held while the transaction is done: the same one at the same time waits, and is answered then.
    let mut seen = account.tokens.lock();
    seen.retain(|_, done| now - done.at < VALID);
    if let Some(done) = seen.get(&request.key) {
        if done.request != request.hash {
            return Err(mismatch(account));
        }
        return Ok(again(account, &input, done.reply.clone()));
    }
    let reply = codec::run(account, input, act)?;
    let done = Done {
        at: now,
        request: request.hash,
        reply: reply.clone(),
    };
    seen.insert(request.key, done);
    make_room(&mut seen);
    Ok(reply)
}

fn make_room(seen: &mut Seen) {
    if seen.len() > MOST {
        let oldest = seen.iter().min_by_key(|(_, done)| done.at);
        let oldest = oldest.map(|(key, _)| key.clone());
        oldest.and_then(|key| seen.remove(&key));
    }
}

fn mismatch(account: &Account) -> AwsError {
    let text = "An error occurred (IdempotentParameterMismatchException)".to_owned();
    codec::translate(
        &account.id,
        &DynoxideError::IdempotentParameterMismatchException(text),
    )
}

/// The reply of a transaction that is not done again: it consumed what reading its items does.
fn again(account: &Account, input: &Value, mut reply: Value) -> Value {
    let consumed = match input.get("TransactItems") {
        Some(_) => reading(account, input),
        None => as_reads(input, &reply["ConsumedCapacity"]),
    };
    if let Some(members) = reply.as_object_mut() {
        members.remove("ConsumedCapacity");
        members.extend(consumed.map(|consumed| ("ConsumedCapacity".to_owned(), consumed)));
    }
    reply
}

/// What a transaction that reads the items of this one consumes.
fn reading(account: &Account, input: &Value) -> Option<Value> {
    let gets = metering::parts(input).map(|(_, part)| {
        let get = json!({ "TableName": part["TableName"], "Key": key(account, part)? });
        Some(json!({ "Get": get }))
    });
    let gets: Vec<Value> = gets.collect::<Option<_>>()?;
    let input = json!({ "TransactItems": gets, "ReturnConsumedCapacity": "INDEXES" });
    let mut output = codec::run(account, input, Database::transact_get_items).ok()?;
    Some(output["ConsumedCapacity"].take())
}

/// The key of the item that a part of a transaction is about.
fn key(account: &Account, part: &Value) -> Option<Value> {
    if let Some(key) = part.get("Key") {
        return Some(key.clone());
    }
    let table = home::describe(account, part["TableName"].as_str()?)?;
    let names = table["KeySchema"].as_array()?.iter();
    let names = names.filter_map(|part| part["AttributeName"].as_str());
    let item = &part["Item"];
    Some(names.map(|name| (name.to_owned(), item[name].clone())).collect())
}

/// What PartiQL's writes consumed, as though they had read: no less than two units for each statement, and four
/// kilobytes for each unit.
fn as_reads(input: &Value, consumed: &Value) -> Option<Value> {
    let mut counts = HashMap::new();
    for statement in input["TransactStatements"].as_array()? {
        let read = statement["Statement"].as_str().and_then(partiql::read)?;
        if read.direction() == Direction::Read {
            return Some(consumed.clone());
        }
        *counts.entry(read.table).or_insert(0.0) += 1.0;
    }
    let entries = consumed.as_array()?.iter().map(|entry| {
        let table = entry["TableName"].as_str()?;
        // Of the table alone: an index is not read.
        let written = entry
            .pointer("/Table/WriteCapacityUnits")
            .or(entry.get("CapacityUnits"))?;
        let items: f64 = *counts.get(table)?;
        let units = 2.0 * items.max((written.as_f64()? / 2.0 / 4.0).ceil());
        let detail = json!({ "CapacityUnits": units, "ReadCapacityUnits": units });
        let mut entry = detail.clone();
        entry["TableName"] = table.into();
        entry["Table"] = detail;
        Some(entry)
    });
    entries.collect()
}
