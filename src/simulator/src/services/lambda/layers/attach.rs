//! Which layer versions a function has: what AWS checks when they are given to it.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/adding-layers.html>

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::archive::LARGEST_UNZIPPED;
use super::super::errors::{constraint, invalid_parameter};
use super::super::state::Held;
use super::names::LayerVersionName;
use crate::REGION;
use crate::call::{Access, Call};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::lambda::SERVICE;

/// The most layers of a function.
const MOST: usize = 5;

/// A layer version that a function has. It holds the package itself: a version that is deleted stays with those who
/// have it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in super::super) struct LayerReference {
    /// The layer version's ARN.
    pub(in super::super) arn: String,
    /// Its package.
    pub(in super::super) content: Held,
}

impl LayerReference {
    /// As a function's configuration shows it.
    pub(in super::super) fn shown(&self) -> Value {
        json!({ "Arn": self.arn, "CodeSize": self.content.0.size() })
    }
}

/// The layer versions of these ARNs, in their order; those that the function has already need not be there any more.
pub(in super::super) fn attach(
    cloud: &Cloud,
    call: &Call,
    arns: &[String],
    known: &[LayerReference],
) -> Result<Vec<LayerReference>, AwsError> {
    let named = read(arns)?;
    if arns.len() > MOST {
        return Err(invalid_parameter(format!(
            "Cannot reference more than {MOST} layers."
        )));
    }
    if named.iter().any(|name| name.region != REGION) {
        return Err(invalid_parameter(format!(
            "Layers are not in the same region as the function. Layers are expected to be in region {REGION}."
        )));
    }
    one_version_each(arns, &named)?;
    let of = |(arn, name): (&String, &LayerVersionName)| {
        let kept = known.iter().find(|reference| reference.arn == *arn);
        kept.map_or_else(|| find(cloud, call, arn, name), |kept| Ok(kept.clone()))
    };
    arns.iter().zip(&named).map(of).collect()
}

fn read(arns: &[String]) -> Result<Vec<LayerVersionName>, AwsError> {
    let named: Option<Vec<LayerVersionName>> = arns.iter().map(|arn| LayerVersionName::of_arn(arn)).collect();
    named.ok_or_else(|| {
        constraint(
            &format!("[{}]", arns.join(", ")),
            "layers",
            "Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length \
             greater than or equal to 1, Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+), \
             Member must not be null]",
        )
    })
}

fn one_version_each(arns: &[String], named: &[LayerVersionName]) -> Result<(), AwsError> {
    for (at, one) in named.iter().enumerate() {
        if let Some(other) = named[..at].iter().position(|before| before.layer == one.layer) {
            return Err(invalid_parameter(format!(
                "Two different versions of the same layer are not allowed to be referenced in the same function. {} and {} \
                 are versions of the same layer.",
                arns[other], arns[at]
            )));
        }
    }
    Ok(())
}

fn find(cloud: &Cloud, call: &Call, arn: &str, name: &LayerVersionName) -> Result<LayerReference, AwsError> {
    // Who gives a function a layer must be allowed to get it: by its owner, too, where that is another account.
    call.authorise(cloud, &Access::new("lambda:GetLayerVersion", arn))
        .map_err(|denied| SERVICE.protocol.denied(&denied))?;
    let version = cloud.lambda.with(&name.layer.account, |account| {
        account.layer_version(&name.layer.name, name.version).cloned()
    });
    let version = version.ok_or_else(|| invalid_parameter(format!("Layer version {arn} does not exist.")))?;
    Ok(LayerReference {
        arn: arn.to_owned(),
        content: version.content.clone(),
    })
}

/// Refuses a function that holds too much, with its layers. `code` is the size of what its own package holds, in bytes.
pub(in super::super) fn fits(code: u64, layers: &[LayerReference]) -> Result<(), AwsError> {
    let layers: u64 = layers.iter().map(|layer| layer.content.0.unzipped()).sum();
    if layers > LARGEST_UNZIPPED {
        return Err(invalid_parameter(format!(
            "Layers consume more than the available size of {LARGEST_UNZIPPED} bytes"
        )));
    }
    let whole = code + layers;
    if whole > LARGEST_UNZIPPED {
        return Err(invalid_parameter(format!(
            "Function code combined with layers exceeds the maximum allowed size of {LARGEST_UNZIPPED} bytes. The actual \
             size is {whole} bytes."
        )));
    }
    Ok(())
}
