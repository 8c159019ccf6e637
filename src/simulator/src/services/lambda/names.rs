//! Names and ARNs of functions and layers, as requests write them.

use super::errors::{constraint, invalid_parameter, not_found};
use crate::REGION;
use crate::error::AwsError;
use crate::services::form::{Complaint, Form, Rule};

/// What names and qualifiers are made of.
pub(super) fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// A region as the API's patterns have it: `eu-west-3`.
pub(super) fn is_region(text: &str) -> bool {
    let text = text.strip_prefix("eusc-").unwrap_or(text);
    let parts: Vec<&str> = text.split('-').collect();
    let (Some((first, middle)), Some((number, _))) = (parts.split_first(), parts.split_last()) else {
        return false;
    };
    let letters = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    first.len() == 2
        && letters(first)
        && (2..=3).contains(&middle.len())
        && middle[..middle.len() - 1].iter().all(letters)
        && number.len() == 1
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Refuses what is in another region.
pub(super) fn reachable(what: &str, region: &str) -> Result<(), AwsError> {
    if region == REGION {
        return Ok(());
    }
    Err(not_found(format!(
        "{what} from '{region}' are not reachable in this region ('{REGION}')"
    )))
}

/// What a request means by a function: whose it is, its name, and the version or alias after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FunctionName {
    pub(super) account: String,
    pub(super) name: String,
    pub(super) qualifier: Option<String>,
}

/// The version that every function has.
pub(super) const LATEST: &str = "$LATEST";

/// What the API's model lets a `FunctionName` be: operations differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameShape {
    /// `FunctionName`.
    Plain,
    /// `NamespacedFunctionName`, of operations that take a `Qualifier`.
    Namespaced,
}

impl NameShape {
    fn longest(self) -> usize {
        match self {
            Self::Plain => 140,
            Self::Namespaced => 256,
        }
    }

    fn pattern(self) -> &'static str {
        match self {
            Self::Plain => {
                "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?"
            }
            Self::Namespaced => {
                "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
            }
        }
    }

    fn pattern_constraint(self) -> String {
        format!(
            "Member must satisfy regular expression pattern: {}",
            self.pattern()
        )
    }

    /// Notes what breaks the model in a request's `FunctionName` and `Qualifier`.
    pub(super) fn constrain(self, form: &mut Form<'_>, text: &str) {
        form.optional("Qualifier", &QUALIFIER);
        let longest = self.longest();
        if text.len() > longest {
            let constraint = format!("Member must have length less than or equal to {longest}");
            form.wrong("FunctionName", text, &constraint);
        }
        if Written::read(text, self).is_none() {
            form.wrong("FunctionName", text, &self.pattern_constraint());
        }
    }

    fn is_name(self, text: &str) -> bool {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| is_letter(byte) || (self == Self::Namespaced && byte == b'.'))
    }

    fn is_qualifier(self, text: &str) -> bool {
        text == LATEST
            || (self == Self::Namespaced && text == "$LATEST.PUBLISHED")
            || (!text.is_empty() && text.bytes().all(is_letter))
    }
}

/// What a `Qualifier` beside the name may be.
const QUALIFIER: Rule = Rule {
    min: 1,
    max: 128,
    accepts: |text| text.bytes().all(|byte| is_letter(byte) || byte == b'$'),
    complaint: Complaint::Pattern("\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+"),
};

/// The parts of a `FunctionName` as it was written.
#[derive(Debug, Default, PartialEq, Eq)]
struct Written<'a> {
    region: Option<&'a str>,
    account: Option<&'a str>,
    name: &'a str,
    qualifier: Option<&'a str>,
}

/// Which of the region, the account and the word `function` may be there before a name, in the order of trying.
const OPTIONAL: [[bool; 3]; 8] = [
    [true, true, true],
    [true, true, false],
    [true, false, true],
    [true, false, false],
    [false, true, true],
    [false, true, false],
    [false, false, true],
    [false, false, false],
];

impl<'a> Written<'a> {
    /// Reads a name, an ARN or a part of one. What may be left out is there as early as it can be.
    fn read(text: &'a str, shape: NameShape) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        let parts = match &parts[..] {
            ["arn", partition, "lambda", rest @ ..]
                if partition.is_empty() || partition.starts_with("aws") =>
            {
                rest
            }
            all => all,
        };
        OPTIONAL
            .iter()
            .find_map(|there| Self::split(parts, *there, shape))
    }

    /// Reads the parts, some of them being there or not.
    fn split(mut parts: &[&'a str], [region, account, word]: [bool; 3], shape: NameShape) -> Option<Self> {
        let mut read = Self::default();
        if region {
            read.region = Some(take(&mut parts, is_region)?);
        }
        if account {
            read.account = Some(take(&mut parts, is_account)?);
        }
        if word {
            take(&mut parts, |part| part == "function")?;
        }
        read.name = take(&mut parts, |part| shape.is_name(part))?;
        if !parts.is_empty() {
            read.qualifier = Some(take(&mut parts, |part| shape.is_qualifier(part))?);
        }
        parts.is_empty().then_some(read)
    }
}

/// Takes the first part, if it is what it should be.
fn take<'a>(parts: &mut &[&'a str], is: impl Fn(&str) -> bool) -> Option<&'a str> {
    let (first, rest) = parts.split_first().filter(|(first, _)| is(first))?;
    *parts = rest;
    Some(first)
}

impl FunctionName {
    /// Reads `FunctionName`: a name, an ARN or a part of one, each perhaps with a qualifier; `Qualifier` beside it must
    /// then be the same.
    ///
    /// # Errors
    /// What is no name, or of another region, or contradicts itself, in AWS's words.
    pub(super) fn read(
        text: &str,
        qualifier: Option<&str>,
        caller: &str,
        shape: NameShape,
    ) -> Result<Self, AwsError> {
        let written = Written::read(text, shape)
            .ok_or_else(|| constraint(text, "functionName", &shape.pattern_constraint()))?;
        if let Some(region) = written.region {
            reachable("Functions", region)?;
        }
        // Nothing of another partition is here.
        if text.starts_with("arn:") && !text.starts_with("arn:aws:") {
            return Err(not_found(format!("Function not found: {text}")));
        }
        if let (Some(inline), Some(given)) = (written.qualifier, qualifier)
            && inline != given
        {
            return Err(invalid_parameter(
                "The derived qualifier from the function name does not match the specified qualifier.",
            ));
        }
        Ok(Self {
            account: written.account.unwrap_or(caller).to_owned(),
            name: written.name.to_owned(),
            qualifier: written.qualifier.or(qualifier).map(str::to_owned),
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

    /// The ARN with its qualifier, `$LATEST` where there is none.
    pub(super) fn version_arn(&self) -> String {
        format!("{}:{}", self.arn(), self.qualifier.as_deref().unwrap_or(LATEST))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const US: &str = "123456789012";

    #[test]
    fn a_function_is_named_in_five_ways() {
        let name = |text: &str| FunctionName::read(text, None, US, NameShape::Plain).unwrap();
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
        let word = name("arn:aws:lambda:eu-west-3:999999999999:function");
        assert_eq!((word.name.as_str(), word.qualifier), ("function", None));
    }

    fn refused(text: &str, qualifier: Option<&str>, shape: NameShape) -> (String, String) {
        let error = FunctionName::read(text, qualifier, US, shape).unwrap_err();
        (error.short_code().to_owned(), error.message)
    }

    #[test]
    fn a_name_that_is_none_is_refused_in_the_model_s_words() {
        let none = [
            "",
            "é",
            "a b",
            "a:b:c",
            "a.b",
            "a:$LATES",
            "arn:aws:lambda:eu-west-3:12:function:a",
            "arn:aws:lambda::123456789012:function:a",
            "arn:aws:lambda:invalid-region:123456789012:function:a",
            "arn:aws:ec2:eu-west-3:123456789012:instance:i",
            "function:a:$LATEST:b",
        ];
        for text in none {
            let (code, message) = refused(text, None, NameShape::Plain);
            assert_eq!(code, "ValidationException", "{text}");
            assert!(
                message.contains("Member must satisfy regular expression pattern: (arn:"),
                "{message}"
            );
        }
        FunctionName::read("a.b", None, US, NameShape::Namespaced).unwrap();
    }

    #[test]
    fn a_name_of_another_region_or_with_two_qualifiers_is_refused() {
        let elsewhere = "arn:aws:lambda:ap-southeast-1:123456789012:function:a";
        assert_eq!(
            refused(elsewhere, None, NameShape::Plain),
            (
                "ResourceNotFoundException".to_owned(),
                "Functions from 'ap-southeast-1' are not reachable in this region ('eu-west-3')".to_owned()
            )
        );
        for partition in ["aws-cn", ""] {
            let other = format!("arn:{partition}:lambda:eu-west-3:123456789012:function:a");
            assert_eq!(
                refused(&other, None, NameShape::Plain).0,
                "ResourceNotFoundException"
            );
        }
        let (code, message) = refused("a:1", Some("2"), NameShape::Namespaced);
        assert_eq!(code, "InvalidParameterValueException");
        assert!(message.starts_with("The derived qualifier"), "{message}");
    }

    #[test]
    fn every_fault_of_a_name_and_its_qualifier_is_told() {
        let long = format!(
            "arn:aws:lambda:invalid-region:123456789012:function:{}",
            "a".repeat(140)
        );
        let input = serde_json::json!({ "Qualifier": "b".repeat(129) });
        let mut form = Form::of_json(&input);
        NameShape::Plain.constrain(&mut form, &long);
        let message = form.check().unwrap_err().message;
        assert!(message.starts_with("3 validation errors detected: "), "{message}");
        assert!(message.contains(
            "at 'qualifier' failed to satisfy constraint: Member must have length less than or equal to 128"
        ));
        assert!(message.contains("at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 140"));
    }
}
