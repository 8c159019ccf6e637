//! The condition keys of DynamoDB: which keys and attributes a request is about, and how it asks.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html>

use std::collections::BTreeSet;

use serde_json::Value;

use super::expression;
use super::home;
use super::key_condition;
use super::partiql::Statement;
use super::throughput::{Direction, Table};
use crate::call::Access;
use crate::cloud::Cloud;

/// Members whose names are those of attributes.
const BY_NAME: [&str; 7] = [
    "Item",
    "Key",
    "Expected",
    "AttributeUpdates",
    "KeyConditions",
    "QueryFilter",
    "ScanFilter",
];

/// Members that are expressions.
const EXPRESSIONS: [&str; 5] = [
    "ProjectionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ConditionExpression",
    "UpdateExpression",
];

/// What is found in the parts of a request that are about one table.
#[derive(Debug, Default)]
pub(super) struct Found {
    leading: BTreeSet<String>,
    attributes: BTreeSet<String>,
    select: Option<String>,
    scan: Option<bool>,
    returned: Option<&'static str>,
}

/// Stands for the keys and the attributes that a PartiQL statement leaves open. `ForAllValues` holds of no key at all;
/// whether AWS lets a policy about leading keys grant a statement that scans, for having none, it does not say. Here no
/// policy grants it that names the keys.
const OPEN: &str = "<any>";

impl Found {
    /// Looks at an operation on one item, or at a query or a scan, of the table at `arn`.
    pub(super) fn look(&mut self, cloud: &Cloud, arn: (&str, &str), index: Option<&str>, input: &Value) {
        self.attributes.extend(attributes(input));
        let partition = partition(cloud, arn, index);
        let asked = || key_condition::values(input, &partition);
        let given = input.get("Item").or(input.get("Key")).cloned();
        if let Some(key) = given.or_else(asked) {
            let values = partition.iter().filter_map(|name| plain(key.get(name)?));
            self.leading.extend(values);
        }
    }

    /// Looks at a PartiQL statement about the table at `arn`.
    pub(super) fn state(
        &mut self,
        cloud: &Cloud,
        arn: (&str, &str),
        statement: &Statement,
        parameters: &Value,
    ) {
        let partition = partition(cloud, arn, statement.index.as_deref());
        let bounds = statement.said.as_ref().and_then(|said| {
            let bounds = partition.iter().map(|name| said.values(name, parameters));
            bounds.collect::<Option<Vec<_>>>()
        });
        let bounds = bounds.filter(|bounds| !bounds.is_empty());
        if statement.direction() == Direction::Read {
            self.scan = Some(bounds.is_none());
        }
        match bounds {
            Some(bounds) => self.leading.extend(bounds.into_iter().flatten()),
            None => self.leading.extend([OPEN.to_owned()]),
        }
        let Some(said) = &statement.said else {
            self.attributes.insert(OPEN.to_owned());
            return;
        };
        self.attributes.extend(said.attributes.iter().cloned());
        self.returned = said.returned;
        self.select = (statement.direction() == Direction::Read).then(|| {
            let derived = match statement.index {
                _ if !said.whole => "SPECIFIC_ATTRIBUTES",
                Some(_) => "ALL_PROJECTED_ATTRIBUTES",
                None => "ALL_ATTRIBUTES",
            };
            derived.to_owned()
        });
    }

    /// What a read returns of the items.
    pub(super) fn select(&mut self, input: &Value, index: Option<&str>) {
        let some = ["ProjectionExpression", "AttributesToGet"]
            .iter()
            .any(|member| input.get(*member).is_some());
        let derived = match index {
            _ if some => "SPECIFIC_ATTRIBUTES",
            Some(_) => "ALL_PROJECTED_ATTRIBUTES",
            None => "ALL_ATTRIBUTES",
        };
        self.select = Some(input["Select"].as_str().unwrap_or(derived).to_owned());
    }

    /// Adds the keys to a permission.
    pub(super) fn add(self, access: Access) -> Access {
        access
            .with("dynamodb:LeadingKeys", self.leading.into_iter().collect())
            .with("dynamodb:Attributes", self.attributes.into_iter().collect())
            .with("dynamodb:Select", self.select.into_iter().collect())
            .with(
                "dynamodb:FullTableScan",
                self.scan.iter().map(bool::to_string).collect(),
            )
            .with(
                "dynamodb:ReturnValues",
                self.returned.into_iter().map(str::to_owned).collect(),
            )
    }
}

/// The attributes of the partition key of a table, or of an index of it.
fn partition(cloud: &Cloud, (id, table): (&str, &str), index: Option<&str>) -> Vec<String> {
    let Some(account) = cloud.dynamodb.used(id) else {
        return Vec::new();
    };
    home::learn(&account, table, cloud.clock.now());
    let partition = account.throughput.with(table, |table: &mut Table| {
        let part = table.part(index).or(table.part(None));
        part.map(|part| part.settings.partition.clone())
    });
    partition.flatten().unwrap_or_default()
}

/// The top-level attributes that a request names.
fn attributes(input: &Value) -> impl Iterator<Item = String> {
    let named = BY_NAME
        .iter()
        .filter_map(|member| input[*member].as_object())
        .flat_map(|members| members.keys().cloned());
    let listed = input["AttributesToGet"].as_array().into_iter().flatten();
    let listed = listed.filter_map(|name| name.as_str().map(str::to_owned));
    let expressed = EXPRESSIONS
        .iter()
        .filter_map(|member| input[*member].as_str())
        .flat_map(|text| expression::attributes(text, &input["ExpressionAttributeNames"]));
    named.chain(listed).chain(expressed)
}

/// A key's value as policies compare it.
pub(super) fn plain(value: &Value) -> Option<String> {
    let (_, value) = value.as_object()?.iter().next()?;
    value.as_str().map(str::to_owned)
}

/// How the request asks: as it says itself, which is nothing when it leaves the default.
pub(super) fn manner(access: Access, input: &Value) -> Access {
    let said = |member: &str| input[member].as_str().map(str::to_owned).into_iter().collect();
    access
        .with("dynamodb:ReturnValues", said("ReturnValues"))
        .with("dynamodb:ReturnConsumedCapacity", said("ReturnConsumedCapacity"))
}

/// The tags that a request gives to a table or takes from it.
pub(super) fn tags(mut access: Access, input: &Value) -> Access {
    let mut keys = Vec::new();
    for tag in input["Tags"].as_array().into_iter().flatten() {
        if let (Some(key), Some(value)) = (tag["Key"].as_str(), tag["Value"].as_str()) {
            access = access.with(format!("aws:RequestTag/{key}"), vec![value.to_owned()]);
            keys.push(key.to_owned());
        }
    }
    let taken = input["TagKeys"].as_array().into_iter().flatten();
    keys.extend(taken.filter_map(|key| key.as_str().map(str::to_owned)));
    access.with("aws:TagKeys", keys)
}
