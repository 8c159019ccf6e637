//! Names and ARNs of layers, as requests write them.

use super::super::errors::constraint;
use super::super::names::{is_account, is_letter, is_region, reachable};
use crate::REGION;
use crate::error::AwsError;

/// A layer's name: letters, digits, `-` and `_`.
fn is_name(text: &str) -> bool {
    (1..=140).contains(&text.len()) && text.bytes().all(is_letter)
}

/// A layer, of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct LayerName {
    pub(in super::super) account: String,
    pub(in super::super) name: String,
}

const LAYER_PATTERN: &str = "(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+";

impl LayerName {
    /// Reads `LayerName`: a name, or a layer's ARN.
    pub(in super::super) fn read(text: &str, caller: &str) -> Result<Self, AwsError> {
        let of = |account: &str, name: &str| Self {
            account: account.to_owned(),
            name: name.to_owned(),
        };
        let parts: Vec<&str> = text.split(':').collect();
        match parts[..] {
            [name] if is_name(name) => Ok(of(caller, name)),
            ["arn", "aws", "lambda", region, account, "layer", name]
                if is_region(region) && is_account(account) && is_name(name) =>
            {
                reachable("Layers", region)?;
                Ok(of(account, name))
            }
            _ if text.len() > 140 => Err(constraint(
                text,
                "layerName",
                "Member must have length less than or equal to 140",
            )),
            _ => Err(constraint(
                text,
                "layerName",
                &format!("Member must satisfy regular expression pattern: {LAYER_PATTERN}"),
            )),
        }
    }

    /// Whether a text is the ARN of a layer.
    pub(in super::super) fn is_arn(text: &str) -> bool {
        let parts: Vec<&str> = text.split(':').collect();
        matches!(parts[..], ["arn", "aws", "lambda", region, account, "layer", name]
            if is_region(region) && is_account(account) && is_name(name))
    }

    /// Its ARN.
    pub(in super::super) fn arn(&self) -> String {
        format!("arn:aws:lambda:{REGION}:{}:layer:{}", self.account, self.name)
    }
}

/// A version of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct LayerVersionName {
    pub(in super::super) layer: LayerName,
    pub(in super::super) region: String,
    pub(in super::super) version: u64,
}

impl LayerVersionName {
    /// Reads a layer version's ARN.
    pub(in super::super) fn of_arn(arn: &str) -> Option<Self> {
        let parts: Vec<&str> = arn.split(':').collect();
        match parts[..] {
            ["arn", "aws", "lambda", region, account, "layer", name, version]
                if is_region(region)
                    && is_account(account)
                    && is_name(name)
                    && version.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                Some(Self {
                    layer: LayerName {
                        account: account.to_owned(),
                        name: name.to_owned(),
                    },
                    region: region.to_owned(),
                    version: version.parse().ok()?,
                })
            }
            _ => None,
        }
    }

    /// Refuses a layer of another region.
    pub(in super::super) fn check_region(&self) -> Result<(), AwsError> {
        reachable("Layers", &self.region)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const US: &str = "123456789012";

    #[test]
    fn a_layer_is_a_name_or_an_arn_and_its_version_an_arn_with_a_number() {
        let arn = "arn:aws:lambda:eu-west-3:123456789012:layer:pandas";
        assert_eq!(
            LayerName::read("pandas", US).unwrap(),
            LayerName::read(arn, "1").unwrap()
        );
        let refused = |text: &str| LayerName::read(text, US).unwrap_err().message;
        assert!(refused("pan das").contains("pattern"));
        assert!(refused(&arn.replace("eu-west-3", "banana")).contains("pattern"));
        let elsewhere = "Layers from 'us-east-1' are not reachable in this region ('eu-west-3')";
        assert_eq!(refused(&arn.replace("eu-west-3", "us-east-1")), elsewhere);
        let version = format!("{}:7", arn.replace("eu-west-3", "us-east-1"));
        let version = LayerVersionName::of_arn(&version).unwrap();
        assert_eq!(version.check_region().unwrap_err().message, elsewhere);
        assert_eq!(LayerVersionName::of_arn(&format!("{arn}:7")).unwrap().version, 7);
        for not_a_version in [
            arn,
            &format!("{arn}:x"),
            &format!("{arn}:"),
            "pandas:1",
            "arn:aws:lambda:banana:123456789012:layer:pandas:1",
        ] {
            assert_eq!(LayerVersionName::of_arn(not_a_version), None, "{not_a_version}");
        }
    }
}
