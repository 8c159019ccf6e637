//! Names and ARNs of functions and layers, as requests write them.

use super::errors::{constraint, invalid_parameter};
use crate::REGION;
use crate::error::AwsError;

/// A layer's name: letters, digits, `-` and `_`.
fn is_name(text: &str) -> bool {
    (1..=140).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A layer, of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LayerName {
    pub(super) account: String,
    pub(super) name: String,
}

const LAYER_PATTERN: &str = "(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]{1,140}|[a-zA-Z0-9-_]{1,140})";

impl LayerName {
    /// Reads `LayerName`: a name, or a layer's ARN.
    pub(super) fn read(text: &str, caller: &str) -> Result<Self, AwsError> {
        let of = |account: &str, name: &str| Self {
            account: account.to_owned(),
            name: name.to_owned(),
        };
        let parts: Vec<&str> = text.split(':').collect();
        match parts[..] {
            [name] if is_name(name) => Ok(of(caller, name)),
            ["arn", "aws", "lambda", _, account, "layer", name] if is_account(account) && is_name(name) => {
                Ok(of(account, name))
            }
            _ => Err(constraint(
                text,
                "layerName",
                &format!("Member must satisfy regular expression pattern: {LAYER_PATTERN}"),
            )),
        }
    }

    /// Its ARN.
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:lambda:{REGION}:{}:layer:{}", self.account, self.name)
    }
}

/// A version of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LayerVersionName {
    pub(super) layer: LayerName,
    pub(super) region: String,
    pub(super) version: u64,
}

impl LayerVersionName {
    /// Reads a layer version's ARN.
    pub(super) fn of_arn(arn: &str) -> Option<Self> {
        let parts: Vec<&str> = arn.split(':').collect();
        match parts[..] {
            ["arn", "aws", "lambda", region, account, "layer", name, version]
                if is_account(account)
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
}

/// What a request means by a function: whose it is, its name, and the version or alias after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FunctionName {
    pub(super) account: String,
    pub(super) name: String,
    pub(super) qualifier: Option<String>,
}

const FUNCTION_PATTERN: &str = "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?";

/// The version that every function has.
pub(super) const LATEST: &str = "$LATEST";

impl FunctionName {
    /// Reads `FunctionName`: a name, an ARN or a part of one, each perhaps with a qualifier; `Qualifier` beside it must
    /// then be the same.
    pub(super) fn read(text: &str, qualifier: Option<&str>, caller: &str) -> Result<Self, AwsError> {
        let malformed = || {
            constraint(
                text,
                "functionName",
                &format!("Member must satisfy regular expression pattern: {FUNCTION_PATTERN}"),
            )
        };
        let parts: Vec<&str> = text.split(':').collect();
        let (account, rest) = match &parts[..] {
            ["arn", "aws", "lambda", _, account, "function", rest @ ..]
            | [account, "function", rest @ ..]
                if is_account(account) =>
            {
                (*account, rest)
            }
            [account, rest @ ..] if is_account(account) && !rest.is_empty() => (*account, rest),
            ["function", rest @ ..] | rest => (caller, rest),
        };
        let (name, inline) = match rest {
            [name] => (*name, None),
            [name, inline] if is_qualifier(inline) => (*name, Some(*inline)),
            _ => return Err(malformed()),
        };
        if !is_name(name) {
            return Err(malformed());
        }
        if let (Some(inline), Some(given)) = (inline, qualifier)
            && inline != given
        {
            return Err(invalid_parameter(
                "The derived qualifier from the function name does not match the specified qualifier.",
            ));
        }
        Ok(Self {
            account: account.to_owned(),
            name: name.to_owned(),
            qualifier: inline.or(qualifier).map(str::to_owned),
        })
    }

    /// The function's ARN, without a qualifier.
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:lambda:{REGION}:{}:function:{}", self.account, self.name)
    }

    /// The ARN, with its qualifier where there is one.
    pub(super) fn qualified_arn(&self) -> String {
        match &self.qualifier {
            Some(qualifier) => format!("{}:{qualifier}", self.arn()),
            None => self.arn(),
        }
    }
}

fn is_qualifier(text: &str) -> bool {
    text == LATEST || is_name(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const US: &str = "123456789012";

    #[test]
    fn a_function_is_named_in_five_ways() {
        let name = |text: &str| FunctionName::read(text, None, US).unwrap();
        let expected = |account: &str, qualifier: Option<&str>| FunctionName {
            account: account.to_owned(),
            name: "ma-fonction".to_owned(),
            qualifier: qualifier.map(str::to_owned),
        };
        assert_eq!(name("ma-fonction"), expected(US, None));
        assert_eq!(name("ma-fonction:prod"), expected(US, Some("prod")));
        assert_eq!(name("function:ma-fonction"), expected(US, None));
        assert_eq!(
            name("999999999999:function:ma-fonction:3"),
            expected("999999999999", Some("3"))
        );
        assert_eq!(
            name("arn:aws:lambda:eu-west-3:999999999999:function:ma-fonction:$LATEST"),
            expected("999999999999", Some("$LATEST"))
        );
    }

    #[test]
    fn a_name_that_is_none_is_refused_in_the_model_s_words() {
        for text in ["", "é", "a b", "a:b:c", "arn:aws:lambda:eu-west-3:12:function:a"] {
            let refused = FunctionName::read(text, None, US).unwrap_err();
            assert_eq!(refused.short_code(), "ValidationException", "{text}");
        }
        let twice = FunctionName::read("a:1", Some("2"), US).unwrap_err();
        assert!(twice.message.starts_with("The derived qualifier"));
    }

    #[test]
    fn a_layer_is_a_name_or_an_arn_and_its_version_an_arn_with_a_number() {
        let arn = "arn:aws:lambda:eu-west-3:123456789012:layer:pandas";
        assert_eq!(
            LayerName::read("pandas", US).unwrap(),
            LayerName::read(arn, "1").unwrap()
        );
        assert!(LayerName::read("pan das", US).is_err());
        assert_eq!(LayerVersionName::of_arn(&format!("{arn}:7")).unwrap().version, 7);
        for not_a_version in [arn, &format!("{arn}:x"), &format!("{arn}:"), "pandas:1"] {
            assert_eq!(LayerVersionName::of_arn(not_a_version), None, "{not_a_version}");
        }
    }
}
