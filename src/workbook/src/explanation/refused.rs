//! An error of the AWS SDK as its `Debug` writes it, told in two lines.

use std::borrow::Cow;
use std::ops::Range;
use std::str::Chars;

/// An answer of AWS that is an error, as the SDK's `Debug` begins it: on one line, or on several.
const ERRORS: [&str; 2] = ["ServiceError(ServiceError {", "ServiceError(\n    ServiceError {"];

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
        let answer = &text[next_answer(text)?];
        Some(Self {
            code: quoted_after(answer, "code: Some(")?,
            message: quoted_after(answer, "message: Some("),
        })
    }

    /// What a panic says, with AWS's code and sentence in place of all that the SDK keeps of each answer. The rest of the
    /// text stays as it is.
    pub fn shortened(text: &str) -> Cow<'_, str> {
        let mut short = String::new();
        let mut rest = text;
        while let Some(range) = next_answer(rest) {
            let answer = &rest[range.clone()];
            short.push_str(&rest[..range.start]);
            match Self::find(answer) {
                Some(refused) => short.push_str(&refused.said()),
                None => short.push_str(answer),
            }
            rest = &rest[range.end..];
        }
        if short.is_empty() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(short + rest)
    }

    fn said(&self) -> String {
        let message = self
            .message
            .as_ref()
            .map(|message| format!(", message: {message:?}"));
        format!(
            "ServiceError {{ code: {:?}{}, … }}",
            self.code,
            message.unwrap_or_default()
        )
    }

    /// Whether `pourquoi` has more to say about it.
    pub fn is_explained(&self) -> bool {
        EXPLAINED.iter().any(|known| self.code.starts_with(known))
    }
}

/// Where the next answer of AWS is, to the parenthesis that closes it; to the end of a text that was cut before.
fn next_answer(text: &str) -> Option<Range<usize>> {
    let start = ERRORS.iter().filter_map(|error| text.find(error)).min()?;
    let mut open = 0_usize;
    let mut within = false;
    let mut letters = text[start..].char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' if within => {
                letters.next();
            }
            '"' => within = !within,
            '(' if !within => open += 1,
            ')' if !within => {
                open -= 1;
                if open == 0 {
                    return Some(start..start + at + 1);
                }
            }
            _ => {}
        }
    }
    Some(start..text.len())
}

/// The string literal after these words, read.
fn quoted_after(text: &str, words: &str) -> Option<String> {
    let (_, rest) = text.split_once(words)?;
    let mut letters = rest.trim_start().strip_prefix('"')?.chars();
    let mut read = String::new();
    loop {
        match letters.next()? {
            '"' => return Some(read),
            '\\' => match letters.next()? {
                'n' => read.push('\n'),
                't' => read.push('\t'),
                'u' => read.push(escaped(&mut letters)?),
                other => read.push(other),
            },
            letter => read.push(letter),
        }
    }
}

/// The letter of `{301}`, behind `\u`.
fn escaped(letters: &mut Chars<'_>) -> Option<char> {
    let number: String = letters.by_ref().take_while(|letter| *letter != '}').collect();
    char::from_u32(u32::from_str_radix(number.trim_start_matches('{'), 16).ok()?)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail so")]
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
            "mon ServiceError, code: Some(\"x\"), et la suite",
            "ServiceError { code: \"C1\", detail: 9 }",
        ] {
            assert_eq!(Refused::shortened(text), text);
            assert_eq!(Refused::find(text), None, "{text}");
        }
    }

    #[test]
    fn what_stands_around_an_answer_stays_and_each_answer_is_shortened() {
        let answer = |code: &str| {
            format!(
                "ServiceError(ServiceError {{ source: A {{ code: Some({code:?}), message: None }}, raw: R(b\"<a>)\\\"\") }})"
            )
        };
        let text = format!("un {} puis {} fin", answer("A"), answer("B"));
        assert_eq!(
            Refused::shortened(&text),
            "un ServiceError { code: \"A\", … } puis ServiceError { code: \"B\", … } fin"
        );
        let lines = "ServiceError(\n    ServiceError {\n        code: Some(\n            \"A\",\n        ),\n    },\n)";
        assert_eq!(Refused::find(lines).unwrap().code, "A");
        let accent = "ServiceError(ServiceError { code: Some(\"A\"), message: Some(\"e\\u{301}\") })";
        assert_eq!(
            Refused::find(accent).unwrap().message.as_deref(),
            Some("e\u{301}")
        );
    }
}
