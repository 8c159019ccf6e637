//! What a resource in a policy must look like, as far as IAM checks.

use super::Fault;
use super::fault::IAM_PATHS;
use crate::policy::pattern::{Pattern, Syntax};

/// The names of AWS's partitions.
const PARTITIONS: &[&str] = &[
    "aws",
    "aws-cn",
    "aws-eusc",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-us-gov",
];

/// The pattern of a resource. Missing segments are wildcards: `arn:aws:sqs` is `arn:aws:sqs:*:*:*`.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
pub(super) fn pattern(text: &str, variables: bool) -> Pattern {
    let syntax = Syntax {
        wildcards: true,
        variables,
        arn: true,
    };
    let missing = 5_usize.saturating_sub(text.matches(':').count());
    if text == "*" || missing == 0 {
        return Pattern::compile(text, syntax);
    }
    Pattern::compile_as(text, &format!("{text}{}", ":*".repeat(missing)), syntax)
}

/// What is wrong with a resource, if something is; `complete`: whether AWS adds missing segments, which it does not in
/// session policies.
pub(super) fn fault(text: &str, complete: bool) -> Option<Fault> {
    let value = text.to_owned();
    if text == "*" {
        return None;
    }
    let segments: Vec<&str> = text.splitn(6, ':').collect();
    let segment = |at: usize| segments.get(at).copied();
    let Some(partition) = segment(1) else {
        return Some(Fault::ResourceFormat { value });
    };
    if partition != "*" && !PARTITIONS.contains(&partition) {
        return Some(wrong_partition(partition, &segments));
    }
    let Some(service) = segment(2).filter(|service| !service.contains(['*', '?'])) else {
        return Some(Fault::ResourceVendor { value });
    };
    let too_few = segments.len() < 6 && text.contains("::");
    if service.is_empty() || too_few {
        return Some(Fault::ResourceSegments { value });
    }
    if segments.len() < 6 && !complete {
        return Some(Fault::ResourceFormat { value });
    }
    of_service(service, segment(3).unwrap_or_default(), segment(5), value)
}

/// IAM shows the resource with `arn` before it and the missing segments completed.
fn wrong_partition(partition: &str, segments: &[&str]) -> Fault {
    let shown: Vec<&str> = (2..6)
        .map(|at| segments.get(at).copied().unwrap_or("*"))
        .collect();
    Fault::ResourcePartition {
        partition: partition.to_owned(),
        value: format!("arn:{partition}:{}", shown.join(":")),
    }
}

/// The rules that IAM has for its own resources and for S3's.
fn of_service(service: &str, region: &str, path: Option<&str>, value: String) -> Option<Fault> {
    let path = path.unwrap_or("*");
    let service = match service {
        "iam" => "iam",
        "s3" if !path.starts_with("accesspoint/") => "s3",
        _ => return None,
    };
    if !region.is_empty() {
        return Some(Fault::ResourceRegion { service, value });
    }
    let known = path == "*" || IAM_PATHS.iter().any(|known| path.starts_with(known));
    (service == "iam" && !known).then_some(Fault::ResourceIamPath { value })
}
