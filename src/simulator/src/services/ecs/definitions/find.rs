//! Finding a task definition by what a request calls it.

use super::super::errors::{client, invalid};
use super::super::state::{Account, TaskDefinition};
use crate::error::AwsError;

/// The revision that a request names: `family` (the latest active one), `family:revision`, or an ARN. `missing` is AWS's
/// answer where there is none.
pub(in super::super) fn find<'a>(
    account: &'a Account,
    named: &str,
    missing: impl Fn() -> AwsError,
) -> Result<&'a TaskDefinition, AwsError> {
    let (family, revision) = split(named)?;
    let family = account.families.get(family).ok_or_else(&missing)?;
    let found = match revision {
        None => family.latest(),
        Some(revision) => family.revisions.get(&revision),
    };
    found.ok_or_else(missing)
}

/// The family and the revision that a text names.
pub(super) fn split(named: &str) -> Result<(&str, Option<u64>), AwsError> {
    let short = match named.strip_prefix("arn:") {
        Some(rest) => rest.split_once(":task-definition/").map(|(_, short)| short),
        None => Some(named),
    };
    let short = short.ok_or_else(|| invalid(format!("Invalid arn syntax: {named}")))?;
    match short.split_once(':') {
        None => Ok((short, None)),
        Some((family, revision)) => match revision.parse() {
            Ok(revision) => Ok((family, Some(revision))),
            Err(_) => Err(invalid(format!("Invalid revision number. Number: {revision}"))),
        },
    }
}

/// How operations that only look say that there is no such definition.
pub(super) fn not_described() -> AwsError {
    client("Unable to describe task definition.")
}
