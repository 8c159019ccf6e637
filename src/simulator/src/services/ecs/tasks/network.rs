//! `networkConfiguration`, checked against EC2.

use serde_json::Value;

use super::super::errors::invalid;
use super::super::input::{text, texts};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::ec2;

/// The network that a task is to have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Wanted {
    /// The subnets of which it may be in any.
    pub(in super::super) subnets: Vec<String>,
    /// Its security groups; without any, the default one.
    pub(in super::super) groups: Vec<String>,
    /// Whether it has a public address.
    pub(in super::super) public: bool,
}

/// The most subnets, and the most security groups.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html>
const MOST_SUBNETS: usize = 16;
const MOST_GROUPS: usize = 5;

impl Wanted {
    /// Reads the configuration of a task whose network mode is `awsvpc`.
    pub(in super::super) fn read(cloud: &Cloud, account: &str, given: &Value) -> Result<Self, AwsError> {
        let given = &given["awsvpcConfiguration"];
        if given.is_null() {
            return Err(invalid(
                "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
            ));
        }
        let owned =
            |member: &str| -> Vec<String> { texts(given, member).into_iter().map(str::to_owned).collect() };
        let wanted = Self {
            subnets: owned("subnets"),
            groups: owned("securityGroups"),
            public: public(given)?,
        };
        if wanted.subnets.is_empty() {
            return Err(invalid("subnets can not be empty."));
        }
        if wanted.subnets.len() > MOST_SUBNETS {
            return Err(invalid(format!("subnets can have at most {MOST_SUBNETS} items.")));
        }
        if wanted.groups.len() > MOST_GROUPS {
            return Err(invalid(format!(
                "securityGroups can have at most {MOST_GROUPS} items."
            )));
        }
        wanted.exists(cloud, account)?;
        Ok(wanted)
    }

    /// Refuses subnets and security groups that EC2 does not know.
    fn exists(&self, cloud: &Cloud, account: &str) -> Result<(), AwsError> {
        let told = |what: &str, id: &str, refusal: &AwsError| {
            invalid(format!(
                "Error retrieving {what} information for [{id}]: {} (ErrorCode: {})",
                refusal.message, refusal.code
            ))
        };
        for id in &self.subnets {
            ec2::find_subnet(account, id).map_err(|refusal| told("subnet", id, &refusal))?;
        }
        for id in &self.groups {
            ec2::check_group(cloud, account, id).map_err(|refusal| told("security group", id, &refusal))?;
        }
        Ok(())
    }
}

fn public(given: &Value) -> Result<bool, AwsError> {
    match text(given, "assignPublicIp") {
        None | Some("DISABLED") => Ok(false),
        Some("ENABLED") => Ok(true),
        Some(other) => Err(invalid(format!(
            "1 validation error detected: Value '{other}' at 'networkConfiguration.awsvpcConfiguration.assignPublicIp' failed to \
             satisfy constraint: Member must satisfy enum value set: [ENABLED, DISABLED]"
        ))),
    }
}
