//! Accounts of the organization.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::errors::{constraint, error, invalid, no_such_account, no_such_parent};
use super::input::sized;
use super::state::{Account, Creation, Organization, id, timestamp};
use super::{Answer, Work};
use crate::chance;
use crate::error::AwsError;
use crate::services::iam::NewAccount;

/// The most accounts of an organization.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
const MOST_ACCOUNTS: usize = 10;

/// The role of a new account which the management account may assume.
const ACCESS_ROLE: &str = "OrganizationAccountAccessRole";

impl Organization {
    fn account(&self, account: &Account) -> Value {
        json!({
            "Id": account.id,
            "Arn": self.arn(&account.id),
            "Email": account.email,
            "Name": account.name,
            "Status": "ACTIVE",
            "State": "ACTIVE",
            "Paths": [self.path(&account.id)],
            "JoinedMethod": if account.created { "CREATED" } else { "INVITED" },
            "JoinedTimestamp": timestamp(account.joined),
        })
    }
}

fn status(creation: &Creation) -> Value {
    let mut shown = json!({
        "Id": creation.id,
        "AccountName": creation.name,
        "RequestedTimestamp": timestamp(creation.time),
        "CompletedTimestamp": timestamp(creation.time),
    });
    match &creation.result {
        Ok(account) => {
            shown["State"] = "SUCCEEDED".into();
            shown["AccountId"] = account.as_str().into();
        }
        Err(reason) => {
            shown["State"] = "FAILED".into();
            shown["FailureReason"] = reason.as_str().into();
        }
    }
    shown
}

fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else {
        return false;
    };
    let plain = |part: &str| !part.is_empty() && !part.contains(['@', ' ', '\t']);
    plain(name) && plain(domain) && domain.split('.').filter(|label| !label.is_empty()).count() > 1
}

/// What on AWS goes on in the background is done when this returns.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html>
pub(super) fn create(work: &mut Work<'_>) -> Answer {
    let (email, name) = (
        work.input.text("Email", 6, 64)?,
        work.input.text("AccountName", 1, 50)?,
    );
    let role = work.input.optional("RoleName").unwrap_or(ACCESS_ROLE);
    sized(role, 1, 64)?;
    if !is_email(email) {
        return Err(invalid(
            "INVALID_EMAIL_ADDRESS_TARGET",
            "You specified an invalid email address.",
        ));
    }
    let (cloud, now) = (work.cloud, work.call.time);
    let organization = work.managed()?;
    if organization.accounts.len() >= MOST_ACCOUNTS {
        return Err(constraint(
            "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
            "You have exceeded the allowed number of AWS accounts.",
        ));
    }
    let mut accounts = organization.accounts.values();
    let result = if accounts.any(|account| account.email.eq_ignore_ascii_case(email)) {
        Err("EMAIL_ALREADY_EXISTS".to_owned())
    } else {
        let account = open(organization, name, email, now);
        cloud.iam.open_account(&NewAccount {
            id: &account,
            role,
            trusted: &organization.management,
            now,
        });
        Ok(account)
    };
    let creation = Creation {
        id: id("car-", 32),
        name: name.to_owned(),
        time: now,
        result,
    };
    let shown = status(&creation);
    organization.creations.push(creation);
    Ok(json!({ "CreateAccountStatus": shown }))
}

/// Adds an account at the root, and gives its id.
fn open(organization: &mut Organization, name: &str, email: &str, now: OffsetDateTime) -> String {
    let number = loop {
        // Twelve digits, the first of which is not 0.
        let number = chance::text(b"123456789", 1) + &chance::text(b"0123456789", 11);
        if !organization.accounts.contains_key(&number) {
            break number;
        }
    };
    let account = Account {
        id: number.clone(),
        name: name.to_owned(),
        email: email.to_owned(),
        created: true,
        joined: now,
        parent: organization.root.clone(),
    };
    organization.accounts.insert(number.clone(), account);
    organization.attach_defaults(&number);
    number
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeCreateAccountStatus.html>
pub(super) fn describe_status(work: &mut Work<'_>) -> Answer {
    let id = work.input.required("CreateAccountRequestId")?;
    let organization = work.managed()?;
    let creation = organization.creations.iter().find(|creation| creation.id == id);
    let creation = creation.ok_or_else(|| {
        error(
            "CreateAccountStatusNotFoundException",
            "You specified an account creation request that doesn't exist.",
        )
    })?;
    Ok(json!({ "CreateAccountStatus": status(creation) }))
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListCreateAccountStatus.html>
pub(super) fn list_statuses(work: &mut Work<'_>) -> Answer {
    let (input, states) = (work.input, work.call.input["States"].as_array());
    let organization = work.managed()?;
    let wanted = |shown: &Value| states.is_none_or(|states| states.contains(&shown["State"]));
    let statuses = organization.creations.iter().map(status).filter(wanted);
    input.page("CreateAccountStatuses", statuses.collect())
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html>
pub(super) fn describe(work: &mut Work<'_>) -> Answer {
    let id = work.input.required("AccountId")?;
    let organization = work.managed()?;
    let account = organization.accounts.get(id).ok_or_else(no_such_account)?;
    Ok(json!({ "Account": organization.account(account) }))
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html>
pub(super) fn list(work: &mut Work<'_>) -> Answer {
    let input = work.input;
    let organization = work.managed()?;
    let accounts = organization.accounts.values();
    input.page(
        "Accounts",
        accounts.map(|account| organization.account(account)).collect(),
    )
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html>
pub(super) fn list_for_parent(work: &mut Work<'_>) -> Answer {
    let (input, parent) = (work.input, work.input.required("ParentId")?);
    let organization = work.managed()?;
    if !organization.is_parent(parent) {
        return Err(no_such_parent());
    }
    let accounts = organization
        .accounts
        .values()
        .filter(|account| account.parent == parent);
    input.page(
        "Accounts",
        accounts.map(|account| organization.account(account)).collect(),
    )
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_MoveAccount.html>
pub(super) fn move_account(work: &mut Work<'_>) -> Answer {
    let id = work.input.required("AccountId")?;
    let source = work.input.required("SourceParentId")?;
    let destination = work.input.required("DestinationParentId")?;
    let organization = work.managed()?;
    let current = organization
        .accounts
        .get(id)
        .ok_or_else(no_such_account)?
        .parent
        .clone();
    check_move(organization, &current, source, destination)?;
    if let Some(account) = organization.accounts.get_mut(id) {
        destination.clone_into(&mut account.parent);
    }
    Ok(Value::Null)
}

fn check_move(
    organization: &Organization,
    current: &str,
    source: &str,
    destination: &str,
) -> Result<(), AwsError> {
    if !organization.is_parent(source) || current != source {
        return Err(error(
            "SourceParentNotFoundException",
            "You specified a source parent that doesn't exist.",
        ));
    }
    if !organization.is_parent(destination) {
        return Err(error(
            "DestinationParentNotFoundException",
            "You specified a destination parent that doesn't exist.",
        ));
    }
    if source == destination {
        return Err(error(
            "DuplicateAccountException",
            "The specified account is already present in the specified destination.",
        ));
    }
    Ok(())
}
