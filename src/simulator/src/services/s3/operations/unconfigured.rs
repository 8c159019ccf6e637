//! Settings of buckets that are not simulated: who reads them finds what a bucket has that never got any.

use crate::call::{Outcome, Reply};
use crate::cloud::Cloud;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::Input;
use crate::services::s3::{open, reply, xml};
use s3s::xml::{SerResult, Serializer};

type Writer<'a> = Serializer<&'a mut Vec<u8>>;

/// An answer with one element, whatever bucket it is about, as long as there is one.
fn answer(
    cloud: &Cloud,
    input: &Input<'_>,
    root: &str,
    content: impl FnOnce(&mut Writer<'_>) -> SerResult,
) -> fault::Outcome<Reply> {
    input.bucket_in(&open(cloud))?;
    let document = xml::write_with(|writer| writer.element_with_ns(root, xml::NAMESPACE, content))?;
    Ok(reply::written(document))
}

#[expect(clippy::unnecessary_wraps, reason = "it fills the place of a writer")]
fn none(_: &mut Writer<'_>) -> SerResult {
    Ok(())
}

fn absent(cloud: &Cloud, input: &Input<'_>, code: &'static str, message: &'static str) -> Outcome {
    input.bucket_in(&open(cloud))?;
    Err(Fault::not_configured(code, message, input.bucket()).into())
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAbac.html>
pub(super) fn abac(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let status = |writer: &mut Writer<'_>| writer.content("Status", "Disabled");
    Ok(answer(cloud, input, "AbacStatus", status)?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAccelerateConfiguration.html>
pub(super) fn accelerate(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    Ok(answer(cloud, input, "AccelerateConfiguration", none)?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLogging.html>
pub(super) fn logging(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    Ok(answer(cloud, input, "BucketLoggingStatus", none)?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html>
pub(super) fn notification(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    Ok(answer(cloud, input, "NotificationConfiguration", none)?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html>
pub(super) fn request_payment(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let payer = |writer: &mut Writer<'_>| writer.content("Payer", "BucketOwner");
    Ok(answer(cloud, input, "RequestPaymentConfiguration", payer)?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html>
pub(super) fn replication(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let message = "The replication configuration was not found";
    absent(cloud, input, "ReplicationConfigurationNotFoundError", message)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketWebsite.html>
pub(super) fn website(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let message = "The specified bucket does not have a website configuration";
    absent(cloud, input, "NoSuchWebsiteConfiguration", message)
}

fn no_lines(cloud: &Cloud, input: &Input<'_>, root: &str) -> Outcome {
    let truncated = |writer: &mut Writer<'_>| writer.content("IsTruncated", &false);
    Ok(answer(cloud, input, root, truncated)?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketAnalyticsConfigurations.html>
pub(super) fn analytics(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    no_lines(cloud, input, "ListBucketAnalyticsConfigurationsResult")
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketIntelligentTieringConfigurations.html>
pub(super) fn tiering(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    no_lines(cloud, input, "ListIntelligentTieringConfigurationsResult")
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketInventoryConfigurations.html>
pub(super) fn inventory(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    no_lines(cloud, input, "ListInventoryConfigurationsResult")
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketMetricsConfigurations.html>
pub(super) fn metrics(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    no_lines(cloud, input, "ListMetricsConfigurationsResult")
}

/// What is said of any configuration that is named.
pub(super) fn no_configuration(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let message = "The specified configuration does not exist.";
    absent(cloud, input, "NoSuchConfiguration", message)
}
