//! Resource-based policies of tables, and what authorisation is told of a table.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html>

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::codec::{self, invalid, table_arn};
use super::home;
use super::names;
use super::store::Account;
use super::{reply, tags};
use crate::call::{Call, Outcome};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::policy::{Document, DocumentKind, Source, SourceKind};
use crate::services::ResourceOwner;

/// The most bytes of a policy.
const LONGEST: usize = 20 * 1024;

/// What stands for the revision of a policy that there must not be yet.
const NO_POLICY: &str = "NO_POLICY";

/// A policy as it is attached.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Attached {
    /// Its revision.
    revision: String,
    /// What it says.
    #[serde(serialize_with = "write", deserialize_with = "read_again")]
    document: Arc<Document>,
}

fn write<S: Serializer>(document: &Arc<Document>, serializer: S) -> Result<S::Ok, S::Error> {
    document.serialize(serializer)
}

fn read_again<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Document>, D::Error> {
    Document::deserialize(deserializer).map(Arc::new)
}

/// The policies of an account's tables and streams, by ARN.
#[derive(Debug, Default)]
pub(super) struct Policies {
    attached: RwLock<BTreeMap<String, Attached>>,
}

impl Clone for Policies {
    fn clone(&self) -> Self {
        Self::of(self.all())
    }
}

impl Policies {
    /// Those policies.
    pub(super) fn of(attached: BTreeMap<String, Attached>) -> Self {
        Self {
            attached: RwLock::new(attached),
        }
    }

    /// Every policy.
    pub(super) fn all(&self) -> BTreeMap<String, Attached> {
        let attached = self.attached.read().unwrap_or_else(PoisonError::into_inner);
        attached.clone()
    }

    fn get(&self, arn: &str) -> Option<Attached> {
        let attached = self.attached.read().unwrap_or_else(PoisonError::into_inner);
        attached.get(arn).cloned()
    }

    fn change<T>(&self, act: impl FnOnce(&mut BTreeMap<String, Attached>) -> T) -> T {
        act(&mut self.attached.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another principal in the place of one.
    pub(super) fn rename_principal(&self, former: &str, new: &str) {
        self.change(|attached| {
            for policy in attached.values_mut() {
                if let Some(Ok(document)) = policy.document.with_principal(former, new) {
                    policy.document = Arc::new(document);
                }
            }
        });
    }

    /// Forgets what was attached to a table that is deleted, and to its streams.
    pub(super) fn forget(&self, table: &str) {
        let streams = format!("{table}/");
        self.change(|attached| attached.retain(|arn, _| arn != table && !arn.starts_with(&streams)));
    }
}

/// What authorisation is told of the table, index or stream of an ARN.
pub(super) fn owner(cloud: &Cloud, arn: &str) -> ResourceOwner {
    let Some(id) = names::account_of_arn(arn) else {
        return ResourceOwner::default();
    };
    let mut owner = ResourceOwner {
        account: Some(id.to_owned()),
        ..ResourceOwner::default()
    };
    let Some(account) = cloud.dynamodb.used(id) else {
        return owner;
    };
    // An index has its table's policy, a stream its own.
    let holder = arn.split_once("/index/").map_or(arn, |(table, _)| table);
    owner.policy = account
        .policies
        .get(holder)
        .map(|attached| Source::new(holder, SourceKind::Resource, attached.document));
    if let Some(table) = names::table_of_arn(arn) {
        let tags = tags::of(&account, table);
        let keys = tags
            .iter()
            .map(|(key, value)| (format!("aws:ResourceTag/{key}"), vec![value.clone()]));
        owner.context = keys.collect();
    }
    owner
}

/// The table or stream that a request names.
struct Target {
    account: Arc<Account>,
    arn: String,
    table: String,
}

impl Target {
    fn of(cloud: &Cloud, call: &Call) -> Result<Self, AwsError> {
        let Some(arn) = call.input["ResourceArn"].as_str() else {
            return Err(invalid(
                "1 validation error detected: Value null at 'resourceArn' failed to satisfy constraint: Member must not be null",
            ));
        };
        let table = names::table_of_arn(arn).filter(|_| !arn.contains("/index/"));
        let Some(table) = table else {
            return Err(invalid(format!(
                "One or more parameter values were invalid: Provided Arn is not a DynamoDB resource arn: {arn}"
            )));
        };
        let account = home::of(cloud, call)?;
        if !home::exists(&account, table) {
            return Err(AwsError::new(
                400,
                "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
                format!("Requested resource not found: Table: {table} not found"),
            ));
        }
        Ok(Self {
            account,
            arn: arn.to_owned(),
            table: table.to_owned(),
        })
    }

    fn not_found(rest: &str) -> AwsError {
        let start = "Resource-based policy not found for the provided ResourceArn: ";
        AwsError::new(
            400,
            "com.amazonaws.dynamodb.v20120810#PolicyNotFoundException",
            format!("{start}{rest}"),
        )
    }

    /// The revision that the request expects must be the one that there is.
    fn expect(&self, expected: Option<&str>, known: Option<&Attached>) -> Result<(), AwsError> {
        let table = &self.table;
        match (expected, known) {
            (None, _) | (Some(NO_POLICY), None) => Ok(()),
            (Some(expected), Some(known)) if expected == known.revision => Ok(()),
            (Some(NO_POLICY), Some(known)) => Err(Self::not_found(&format!(
                "Requested policy update expecting none to be present for table {table}, but a policy exists with revision id {}.",
                known.revision
            ))),
            (Some(expected), Some(known)) => Err(Self::not_found(&format!(
                "Requested update for policy with revision id {expected}, but the policy associated to target table {table} has revision id {}.",
                known.revision
            ))),
            (Some(_), None) => Err(Self::not_found(&self.arn)),
        }
    }
}

/// Reads a policy of a table.
fn read(cloud: &Cloud, text: &str) -> Result<Arc<Document>, AwsError> {
    if text.len() > LONGEST {
        return Err(invalid(format!(
            "Resource policy size exceeds the maximum allowed size of {LONGEST} bytes"
        )));
    }
    let read = Document::parse(text, DocumentKind::Resource);
    let document = read.map_err(|malformed| invalid(malformed.sentence()))?;
    if !cloud.iam.knows_principals(&document) {
        // In these words: <https://github.com/hashicorp/terraform-provider-aws/issues/42933>
        return Err(invalid(
            "One or more parameter values were invalid: Invalid principal in policy document.",
        ));
    }
    Ok(Arc::new(document))
}

/// The policy that `CreateTable` attaches, if it does.
pub(super) fn given(cloud: &Cloud, input: &mut Value) -> Result<Option<Arc<Document>>, AwsError> {
    let given = input.as_object_mut();
    match given.and_then(|members| members.remove("ResourcePolicy")) {
        Some(Value::String(text)) => read(cloud, &text).map(Some),
        _ => Ok(None),
    }
}

/// Attaches a policy; its revision is the time, and later than that of the one before.
pub(super) fn attach(account: &Account, arn: &str, document: Arc<Document>, now: OffsetDateTime) -> String {
    account.policies.change(|attached| {
        let before = attached
            .get(arn)
            .and_then(|known| known.revision.parse::<i128>().ok());
        let time = now.unix_timestamp_nanos() / 1_000_000;
        let revision = before.map_or(time, |before| time.max(before + 1)).to_string();
        let new = Attached {
            revision: revision.clone(),
            document,
        };
        attached.insert(arn.to_owned(), new);
        revision
    })
}

/// `PutResourcePolicy`; the same policy again changes nothing.
pub(super) fn put(cloud: &Cloud, call: &mut Call) -> Outcome {
    let target = Target::of(cloud, call)?;
    let Some(text) = call.input["Policy"].as_str() else {
        return Err(invalid(
            "1 validation error detected: Value null at 'policy' failed to satisfy constraint: Member must not be null",
        ));
    };
    let document = read(cloud, text)?;
    let known = target.account.policies.get(&target.arn);
    target.expect(call.input["ExpectedRevisionId"].as_str(), known.as_ref())?;
    let revision = match known {
        Some(known) if known.document.text() == text => known.revision,
        _ => attach(&target.account, &target.arn, document, cloud.clock.now()),
    };
    Ok(reply(&json!({ "RevisionId": revision }), None))
}

/// `GetResourcePolicy`.
pub(super) fn get(cloud: &Cloud, call: &mut Call) -> Outcome {
    let target = Target::of(cloud, call)?;
    let known = target.account.policies.get(&target.arn);
    let known = known.ok_or_else(|| Target::not_found(&target.arn))?;
    let output = json!({ "Policy": known.document.text(), "RevisionId": known.revision });
    Ok(reply(&output, None))
}

/// `DeleteResourcePolicy`; without a policy, there is nothing to do.
pub(super) fn delete(cloud: &Cloud, call: &mut Call) -> Outcome {
    let target = Target::of(cloud, call)?;
    let known = target.account.policies.get(&target.arn);
    target.expect(call.input["ExpectedRevisionId"].as_str(), known.as_ref())?;
    let Some(known) = known else {
        return Ok(reply(&json!({}), None));
    };
    target
        .account
        .policies
        .change(|attached| attached.remove(&target.arn));
    Ok(reply(&json!({ "RevisionId": known.revision }), None))
}

/// What a table leaves behind when it is deleted: nothing.
pub(super) fn forget(account: &Account, table: &str) {
    account.policies.forget(&table_arn(&account.id, table));
    account.tags.forget(table);
}

/// The ARN of a table, in dynoxide's terms.
pub(super) fn foreign_arn(table: &str) -> String {
    format!("{}table/{table}", codec::FOREIGN)
}
