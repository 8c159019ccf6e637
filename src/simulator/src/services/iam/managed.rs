//! Managed policies of AWS: those that the simulated services and the lessons around them have a use for, in their
//! default version of March 2026.
//!
//! <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>
//!
//! `ReadOnlyAccess` is the part of the real one (of some 2,700 actions) that is about services near the simulated ones.

use std::sync::OnceLock;

use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::macros::datetime;

use super::state::{Held, ManagedPolicy, Tags, Version};
use crate::policy::DocumentKind;

/// Where the ARNs of AWS's policies begin.
pub(super) const PREFIX: &str = "arn:aws:iam::aws:policy/";

/// One of AWS's policies; it is read when it is first asked for.
struct Line {
    path: &'static str,
    name: &'static str,
    /// The number of its default version.
    version: u32,
    /// When that was made.
    date: OffsetDateTime,
    description: &'static str,
    text: &'static str,
    read: OnceLock<Option<ManagedPolicy>>,
}

macro_rules! line {
    ($path:literal, $name:literal, $version:literal, $year:tt - $month:tt - $day:tt, $description:literal) => {
        Line {
            path: $path,
            name: $name,
            version: $version,
            date: datetime!($year - $month - $day 0:00 UTC),
            description: $description,
            text: include_str!(concat!("managed/", $name, ".json")),
            read: OnceLock::new(),
        }
    };
}

#[rustfmt::skip]
static LINES: [Line; 30] = [
    line!("/", "AdministratorAccess", 1, 2015-02-06, "Provides full access to AWS services and resources."),
    line!("/", "PowerUserAccess", 12, 2026-02-12, "Provides full access to AWS services and resources, but does not allow management of Users and groups."),
    line!("/", "ReadOnlyAccess", 178, 2026-02-12, "Provides read-only access to AWS services and resources."),
    line!("/", "AWSDenyAll", 2, 2023-12-18, "Deny all access."),
    line!("/", "AmazonS3FullAccess", 2, 2021-09-27, "Provides full access to all buckets via the AWS Management Console."),
    line!("/", "AmazonS3ReadOnlyAccess", 3, 2023-08-10, "Provides read only access to all buckets via the AWS Management Console."),
    line!("/", "AmazonDynamoDBFullAccess", 15, 2021-01-29, "Provides full access to Amazon DynamoDB via the AWS Management Console."),
    line!("/", "AmazonDynamoDBFullAccess_v2", 3, 2026-02-12, "Provides full access to Amazon DynamoDB via the AWS Management Console."),
    line!("/", "AmazonDynamoDBReadOnlyAccess", 15, 2024-11-18, "Provides read only access to Amazon DynamoDB via the AWS Management Console."),
    line!("/", "IAMFullAccess", 2, 2019-06-21, "Provides full access to IAM via the AWS Management Console."),
    line!("/", "IAMReadOnlyAccess", 4, 2018-01-25, "Provides read only access to IAM via the AWS Management Console."),
    line!("/", "IAMUserChangePassword", 5, 2026-02-12, "Provides the ability for an IAM user to change their own password."),
    line!("/", "AWSOrganizationsFullAccess", 9, 2026-02-12, "Provides full access to AWS Organizations."),
    line!("/", "AWSOrganizationsReadOnlyAccess", 6, 2024-06-07, "Provides read-only access to AWS Organizations."),
    line!("/", "AWSLambda_FullAccess", 7, 2026-02-12, "Grants full access to AWS Lambda service, AWS Lambda console features, and other related AWS services."),
    line!("/", "AWSLambda_ReadOnlyAccess", 5, 2026-02-12, "Grants read-only access to AWS Lambda service, AWS Lambda console features, and other related AWS services."),
    line!("/", "AWSLambdaExecute", 1, 2015-02-06, "Provides Put, Get access to S3 and full access to CloudWatch Logs."),
    line!("/service-role/", "AWSLambdaBasicExecutionRole", 1, 2015-04-09, "Provides write permissions to CloudWatch Logs."),
    line!("/service-role/", "AWSLambdaDynamoDBExecutionRole", 1, 2015-04-09, "Provides list and read access to DynamoDB streams and write permissions to CloudWatch Logs."),
    line!("/service-role/", "AWSLambdaRole", 1, 2015-02-06, "Default policy for AWS Lambda service role."),
    line!("/service-role/", "AmazonECSTaskExecutionRolePolicy", 1, 2017-11-16, "Provides access to other AWS service resources that are required to run Amazon ECS tasks"),
    line!("/", "AmazonEC2ContainerRegistryReadOnly", 3, 2019-12-10, "Provides read-only access to Amazon EC2 Container Registry repositories."),
    line!("/", "AmazonEC2ContainerRegistryPullOnly", 1, 2024-10-04, "Provides pull access to Amazon EC2 Container Registry repositories."),
    line!("/", "AmazonEC2ContainerRegistryPowerUser", 3, 2019-12-10, "Provides full access to Amazon EC2 Container Registry repositories, but does not allow repository deletion or policy changes."),
    line!("/", "CloudWatchLogsFullAccess", 8, 2026-02-12, "Provides full access to CloudWatch Logs"),
    line!("/", "CloudWatchLogsReadOnlyAccess", 12, 2026-02-12, "Provides read only access to CloudWatch Logs"),
    line!("/aws-service-role/", "AmazonECSServiceRolePolicy", 23, 2026-02-12, "Policy to enable Amazon ECS to manage your cluster."),
    line!("/aws-service-role/", "AWSApplicationAutoscalingDynamoDBTablePolicy", 1, 2017-10-20, "Policy granting permissions to Application Auto Scaling to access DynamoDB and CloudWatch."),
    line!("/aws-service-role/", "AWSApplicationAutoscalingECSServicePolicy", 2, 2024-10-24, "Policy granting permissions to Application Auto Scaling to access Elastic Container Service and CloudWatch."),
    line!("/aws-service-role/", "AWSElasticLoadBalancingServiceRolePolicy", 14, 2026-02-12, "Service Linked Role Policy for AWS Elastic Load Balancing Control Plane"),
];

impl Line {
    /// The policy; `None` only if its document could not be read, which a test rules out.
    fn policy(&self) -> Option<&ManagedPolicy> {
        self.read.get_or_init(|| self.make()).as_ref()
    }

    fn make(&self) -> Option<ManagedPolicy> {
        let document = Held::parse_aws_managed(self.text, DocumentKind::Identity).ok()?;
        let version = Version {
            number: self.version,
            created: self.date,
            document,
        };
        Some(ManagedPolicy {
            arn: format!("arn:aws:iam::aws:policy{}{}", self.path, self.name),
            name: self.name.to_owned(),
            path: self.path.to_owned(),
            id: id(self.name),
            description: Some(self.description.to_owned()),
            created: self.date,
            updated: self.date,
            tags: Tags::new(),
            versions: vec![version],
            default: self.version,
            next: self.version + 1,
        })
    }
}

/// A unique id that is the same in each run.
fn id(name: &str) -> String {
    const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let hash = Sha256::digest(name);
    let letters = hash
        .iter()
        .take(17)
        .map(|byte| char::from(BASE32[usize::from(byte % 32)]));
    format!("ANPA{}", letters.collect::<String>())
}

/// The policy of that ARN.
pub(super) fn find(arn: &str) -> Option<&'static ManagedPolicy> {
    // Paths begin with a slash, which the prefix ends with.
    let place = arn.strip_prefix(PREFIX)?;
    let named = |line: &&Line| place.strip_prefix(&line.path[1..]) == Some(line.name);
    LINES.iter().find(named)?.policy()
}

/// Every policy.
pub(super) fn all<'a>() -> impl Iterator<Item = &'a ManagedPolicy> {
    LINES.iter().filter_map(Line::policy)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::policy::ADMINISTRATOR_ACCESS;

    #[test]
    fn every_document_can_be_read() {
        assert_eq!(all().count(), LINES.len());
        for policy in all() {
            assert_eq!(
                policy.document().unwrap().kind(),
                DocumentKind::Identity,
                "{}",
                policy.name
            );
        }
    }

    #[test]
    fn a_policy_is_found_by_its_arn_with_its_path() {
        assert!(find(ADMINISTRATOR_ACCESS).is_some());
        assert!(find("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole").is_some());
        assert!(find("arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole").is_none());
    }
}
