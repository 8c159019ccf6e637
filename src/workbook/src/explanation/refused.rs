//! An error of the AWS SDK as its `Debug` writes it, told in two lines.

use std::borrow::Cow;

/// The SDK's name for an answer of AWS that is an error.
const ERROR: &str = "ServiceError";

/// What AWS answered: its code, and its own sentence.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused {
    /// AWS’s code, such as `AccessDenied`.
    pub code: String,
    /// AWS’s own sentence.
    pub message: Option<String>,
}

/// Codes that `pourquoi` explains.
const EXPLAINED: [&str; 6] = [
    "AccessDenied",
    "SignatureDoesNotMatch",
    "InvalidSignature",
    "ExpiredToken",
    "InvalidAccessKeyId",
    "UnrecognizedClient",
];

impl Refused {
    /// Finds the answer of AWS in what a panic says; `None` where there is none.
    pub fn find(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once(ERROR)?;
        let code = quoted_after(rest, "code: Some(")?;
        Some(Self {
            code,
            message: quoted_after(rest, "message: Some("),
        })
    }

    /// What a panic says, with AWS's code and sentence in place of all that the SDK keeps of the answer. A text that holds
    /// no answer of AWS stays as it is.
    pub fn shortened(text: &str) -> Cow<'_, str> {
        let Some(refused) = Self::find(text) else {
            return Cow::Borrowed(text);
        };
        let before = text.split_once(ERROR).map_or("", |(before, _)| before);
        let message = refused.message.unwrap_or_default();
        Cow::Owned(format!(
            "{before}{ERROR} {{ code: {:?}, message: {message:?}, … }}",
            refused.code
        ))
    }

    /// Whether `pourquoi` has more to say about it.
    pub fn is_explained(&self) -> bool {
        EXPLAINED.iter().any(|known| self.code.starts_with(known))
    }
}

/// The string literal after these words, read.
fn quoted_after(text: &str, words: &str) -> Option<String> {
    let (_, rest) = text.split_once(words)?;
    let mut letters = rest.strip_prefix('"')?.chars();
    let mut read = String::new();
    loop {
        match letters.next()? {
            '"' => return Some(read),
            '\\' => match letters.next()? {
                'n' => read.push('\n'),
                't' => read.push('\t'),
                other => read.push(other),
            },
            letter => read.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_of_aws_is_found_in_the_sdk_s_error() {
        let text = "called `Result::unwrap()` on an `Err` value: ServiceError(ServiceError { source: Unhandled(Unhandled { \
                    source: ErrorMetadata { code: Some(\"AccessDenied\"), message: Some(\"not \\\"you\\\"\"), extras: None } })";
        let found = Refused::find(text);
        let expected = Refused {
            code: "AccessDenied".to_owned(),
            message: Some("not \"you\"".to_owned()),
        };
        assert!(expected.is_explained());
        assert_eq!(found, Some(expected));
        assert_eq!(
            Refused::shortened(text),
            "called `Result::unwrap()` on an `Err` value: ServiceError { code: \"AccessDenied\", message: \"not \\\"you\\\"\", … }"
        );
    }

    #[test]
    fn an_error_of_a_program_is_left_as_it_is() {
        for text in [
            "aïe",
            "code: Some(\"x\")",
            "ServiceError: code: Some(\"never ends",
        ] {
            assert_eq!(Refused::shortened(text), text);
            assert_eq!(Refused::find(text), None, "{text}");
        }
    }
}
