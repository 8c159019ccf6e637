//! Tables named by their ARN, where a request may also give their name: dynoxide is given names, the answer says what
//! the request said.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-cross-account-access.html>

use serde_json::{Map, Value};

use super::codec::{arn_prefix, invalid};
use crate::REGION;
use crate::error::AwsError;

/// The name of a table, and the account of its ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named<'a> {
    /// The account, when an ARN says it.
    pub(super) account: Option<&'a str>,
    /// The table's name.
    pub(super) table: &'a str,
}

/// Reads a table's name or ARN; what is neither is left for dynoxide to refuse.
pub(super) fn read(given: &str) -> Named<'_> {
    let plain = Named {
        account: None,
        table: given,
    };
    let Some(rest) = given.strip_prefix("arn:aws:dynamodb:") else {
        return plain;
    };
    let mut parts = rest.splitn(3, ':');
    match (
        parts.next(),
        parts.next(),
        parts.next().and_then(|rest| rest.strip_prefix("table/")),
    ) {
        (Some(REGION), Some(account), Some(table)) if !table.contains('/') => Named {
            account: Some(account),
            table,
        },
        _ => plain,
    }
}

/// The ARNs by which a request named tables.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The account of the tables, when an ARN says it.
    pub(super) account: Option<String>,
    /// Each table's name, and the ARN given for it.
    arns: Vec<(String, String)>,
}

/// An ARN of another region.
fn foreign(given: &str) -> Option<AwsError> {
    let region = given.strip_prefix("arn:aws:dynamodb:")?.split(':').next()?;
    let message = format!("1 validation error detected: Invalid AWS region in '{given}'");
    (region != REGION && !region.is_empty()).then(|| invalid(message))
}

impl Names {
    /// Puts names in the place of a request's ARNs.
    pub(super) fn take(input: &mut Value) -> Result<Self, AwsError> {
        let mut names = Self::default();
        names.table_name(input)?;
        if let Some(Value::Array(parts)) = input.get_mut("TransactItems") {
            let operations = parts.iter_mut().filter_map(Value::as_object_mut);
            for operation in operations.flat_map(Map::values_mut) {
                names.table_name(operation)?;
            }
        }
        if let Some(Value::Object(requests)) = input.get_mut("RequestItems")
            && requests.keys().any(|given| given.starts_with("arn:"))
        {
            let old = std::mem::take(requests);
            for (given, request) in old {
                requests.insert(names.bare(&given)?, request);
            }
        }
        Ok(names)
    }

    fn table_name(&mut self, holder: &mut Value) -> Result<(), AwsError> {
        if let Some(Value::String(given)) = holder.get_mut("TableName")
            && given.starts_with("arn:")
        {
            *given = self.bare(given)?;
        }
        Ok(())
    }

    /// The name that stands for what was given.
    fn bare(&mut self, given: &str) -> Result<String, AwsError> {
        if let Some(error) = foreign(given) {
            return Err(error);
        }
        let named = read(given);
        let Some(account) = named.account else {
            return Ok(given.to_owned());
        };
        match &self.account {
            Some(other) if other != account => {
                return Err(invalid("The tables of one request must be in the same account."));
            }
            _ => self.account = Some(account.to_owned()),
        }
        self.arns.push((named.table.to_owned(), given.to_owned()));
        Ok(named.table.to_owned())
    }

    /// Says tables in an answer as the request said them.
    pub(super) fn put_back(&self, output: &mut Value) {
        if self.arns.is_empty() {
            return;
        }
        match output.get_mut("ConsumedCapacity") {
            Some(Value::Array(entries)) => entries.iter_mut().for_each(|entry| self.rename(entry)),
            Some(entry) => self.rename(entry),
            None => {}
        }
        for member in [
            "Responses",
            "UnprocessedKeys",
            "UnprocessedItems",
            "ItemCollectionMetrics",
        ] {
            if let Some(Value::Object(tables)) = output.get_mut(member) {
                let old = std::mem::take(tables);
                tables.extend(
                    old.into_iter()
                        .map(|(name, value)| (self.given(&name).to_owned(), value)),
                );
            }
        }
    }

    fn rename(&self, consumed: &mut Value) {
        if let Some(Value::String(name)) = consumed.get_mut("TableName") {
            *name = self.given(name).to_owned();
        }
    }

    fn given<'a>(&'a self, name: &'a str) -> &'a str {
        let found = self.arns.iter().find(|(table, _)| table == name);
        found.map_or(name, |(_, arn)| arn)
    }
}

/// The account of an ARN of DynamoDB, or `None` for what is none.
pub(super) fn account_of_arn(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:aws:dynamodb:")?
        .split(':')
        .nth(1)
        .filter(|account| !account.is_empty())
}

/// Whether a table may have that name.
pub(super) fn is_name(given: &str) -> bool {
    let allowed = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-' | '.');
    (3..=255).contains(&given.len()) && given.chars().all(allowed)
}

/// The table of an ARN of a table, of an index of it or of a stream of it.
pub(super) fn table_of_arn(arn: &str) -> Option<&str> {
    let resource = arn.strip_prefix("arn:aws:dynamodb:")?.splitn(3, ':').nth(2)?;
    let table = resource.strip_prefix("table/")?.split('/').next()?;
    (!table.is_empty()).then_some(table)
}

/// Puts dynoxide's own region and account in an ARN's place.
pub(super) fn globalise(arn: &mut String, account: &str, foreign: &str) {
    *arn = arn.replacen(&arn_prefix(account), foreign, 1);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    const ARN: &str = "arn:aws:dynamodb:eu-west-3:111122223333:table/notes";

    #[test]
    fn an_arn_gives_the_account_and_the_name() {
        let named = read(ARN);
        assert_eq!((named.account, named.table), (Some("111122223333"), "notes"));
        for other in [
            "notes",
            "arn:aws:dynamodb:us-east-1:1:table/notes",
            "arn:aws:dynamodb:eu-west-3:1:table/notes/index/i",
        ] {
            assert_eq!((read(other).account, read(other).table), (None, other));
        }
    }

    #[test]
    fn names_stand_for_arns_and_the_answer_says_arns_again() {
        let mut input = json!({"RequestItems": {ARN: {"Keys": []}}});
        let names = Names::take(&mut input).unwrap();
        assert_eq!(input, json!({"RequestItems": {"notes": {"Keys": []}}}));
        assert_eq!(names.account.as_deref(), Some("111122223333"));
        let mut output = json!({"Responses": {"notes": []}, "ConsumedCapacity": [{"TableName": "notes"}]});
        names.put_back(&mut output);
        assert_eq!(
            output,
            json!({"Responses": {ARN: []}, "ConsumedCapacity": [{"TableName": ARN}]})
        );
    }

    #[test]
    fn another_region_and_a_mixture_of_accounts_are_refused() {
        let mut input = json!({"TableName": ARN.replace("eu-west-3", "us-east-1")});
        assert!(
            Names::take(&mut input)
                .unwrap_err()
                .message
                .contains("Invalid AWS region in")
        );
        let get = |account: &str| json!({"Get": {"TableName": ARN.replace("111122223333", account)}});
        let mut input = json!({"TransactItems": [get("1"), get("2")]});
        assert!(Names::take(&mut input).is_err());
    }
}
