//! AWS Organizations: accounts, organizational units, service and resource control policies.
//!
//! Not simulated: invitations and handshakes, delegated administrators, trusted access of services, policy types other
//! than service and resource control policies, tags.

mod accounts;
mod attachments;
mod errors;
mod input;
mod membership;
mod organization;
mod policies;
mod policy_types;
mod state;
mod tree;
mod units;

use std::fs;
use std::io;
use std::path::Path;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::Value;

use crate::call::{Access, Call, Outcome, Reply};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::protocol::Protocol;
use crate::services::{GLOBAL, Operation, Service, owned_by_caller, unmetered};
use input::Input;
use state::Organization;

pub(crate) use membership::Membership;

/// The organization, where there is one.
#[derive(Debug, Default)]
pub(crate) struct Organizations {
    state: RwLock<Option<Organization>>,
}

/// A saved state of [`Organizations`].
pub(crate) struct Snapshot(Option<Organization>);

/// The file in the data folder.
const FILE: &str = "organization.json";

impl Organizations {
    fn read(&self) -> RwLockReadGuard<'_, Option<Organization>> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Option<Organization>> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the organization.
    pub(crate) fn clear(&self) {
        *self.write() = None;
    }

    /// Saves the state.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot(self.read().clone())
    }

    /// Puts a saved state back.
    pub(crate) fn restore(&self, snapshot: &Snapshot) {
        self.write().clone_from(&snapshot.0);
    }

    /// Writes the state into a folder of its own.
    pub(crate) fn save(&self, folder: &Path) -> io::Result<()> {
        let state = serde_json::to_vec(&*self.read())?;
        let partial = folder.join("organization.partial");
        fs::write(&partial, state)?;
        fs::rename(&partial, folder.join(FILE))
    }

    /// Reads what [`Organizations::save`] wrote, if it ever did.
    pub(crate) fn load(&self, folder: &Path) -> io::Result<()> {
        match fs::read(folder.join(FILE)) {
            Ok(text) => *self.write() = serde_json::from_slice(&text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// What an operation answers: its output, `Null` where it has none.
type Answer = Result<Value, AwsError>;

/// What an operation works on.
struct Work<'a> {
    cloud: &'a Cloud,
    call: &'a Call,
    input: Input<'a>,
    organization: &'a mut Option<Organization>,
}

impl Work<'_> {
    /// The organization of the caller's account.
    fn member(&mut self) -> Result<&mut Organization, AwsError> {
        let account = self.call.account();
        let organization = self.organization.as_mut();
        organization
            .filter(|organization| organization.accounts.contains_key(account))
            .ok_or_else(errors::not_in_use)
    }

    /// The organization that the caller's account manages.
    fn managed(&mut self) -> Result<&mut Organization, AwsError> {
        let account = self.call.account().to_owned();
        let organization = self.member()?;
        if organization.management == account {
            Ok(organization)
        } else {
            Err(errors::access_denied())
        }
    }
}

fn run(cloud: &Cloud, call: &Call, operation: fn(&mut Work<'_>) -> Answer) -> Outcome {
    let mut organization = cloud.organizations.write();
    let output = operation(&mut Work {
        cloud,
        call,
        input: Input::of(&call.input),
        organization: &mut organization,
    })?;
    Ok(Reply::new(if output.is_null() {
        String::new()
    } else {
        output.to_string()
    }))
}

/// The permission is needed on everything that the request names by its id.
fn needed(cloud: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    const IDS: [&str; 10] = [
        "PolicyId",
        "TargetId",
        "RootId",
        "AccountId",
        "OrganizationalUnitId",
        "ParentId",
        "ChildId",
        "SourceParentId",
        "DestinationParentId",
        "ResourceId",
    ];
    let organization = cloud.organizations.read();
    let named = IDS.iter().filter_map(|member| call.input[*member].as_str());
    let arns = named.filter_map(|id| organization.as_ref()?.arn(id));
    let kind = ["PolicyType", "Type", "Filter"]
        .iter()
        .find_map(|member| call.input[*member].as_str());
    let kind: Vec<String> = kind.into_iter().map(str::to_owned).collect();
    let on = |resource: String| Access::new(action, resource).with("organizations:PolicyType", kind.clone());
    let needed: Vec<Access> = arns.map(on).collect();
    if needed.is_empty() {
        vec![on("*".to_owned()).shown_as("*")]
    } else {
        needed
    }
}

/// A line of the table: name, function.
macro_rules! line {
    ($name:literal, $run:path) => {
        Operation {
            name: $name,
            access: |cloud, call| needed(cloud, call, concat!("organizations:", $name)),
            meter: unmetered,
            execute: |cloud, call| run(cloud, call, $run),
        }
    };
}

/// The service's entry in the table of services.
pub(crate) static SERVICE: Service = Service {
    name: "organizations",
    protocol: Protocol::Json {
        version: "1.1",
        targets: &["AWSOrganizationsV20161128"],
    },
    regions: GLOBAL,
    resource_policy: owned_by_caller,
    operations: &[
        line!("CreateOrganization", organization::create),
        line!("DescribeOrganization", organization::describe),
        line!("DeleteOrganization", organization::delete),
        line!("ListRoots", organization::list_roots),
        line!("CreateAccount", accounts::create),
        line!("DescribeCreateAccountStatus", accounts::describe_status),
        line!("ListCreateAccountStatus", accounts::list_statuses),
        line!("DescribeAccount", accounts::describe),
        line!("ListAccounts", accounts::list),
        line!("ListAccountsForParent", accounts::list_for_parent),
        line!("MoveAccount", accounts::move_account),
        line!("CreateOrganizationalUnit", units::create),
        line!("DescribeOrganizationalUnit", units::describe),
        line!("UpdateOrganizationalUnit", units::update),
        line!("DeleteOrganizationalUnit", units::delete),
        line!("ListOrganizationalUnitsForParent", units::list_for_parent),
        line!("ListParents", tree::list_parents),
        line!("ListChildren", tree::list_children),
        line!("EnablePolicyType", policy_types::enable),
        line!("DisablePolicyType", policy_types::disable),
        line!("CreatePolicy", policies::create),
        line!("UpdatePolicy", policies::update),
        line!("DeletePolicy", policies::delete),
        line!("DescribePolicy", policies::describe),
        line!("ListPolicies", policies::list),
        line!("AttachPolicy", attachments::attach),
        line!("DetachPolicy", attachments::detach),
        line!("ListPoliciesForTarget", attachments::list_for_target),
        line!("ListTargetsForPolicy", attachments::list_targets),
    ],
};
