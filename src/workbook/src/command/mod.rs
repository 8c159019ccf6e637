//! A line of the AWS CLI as a learner types it, and what is known of it once it has run. Front ends run it before an answer
//! is judged.

mod line;

pub use line::{SERVICES, arguments};

use std::collections::{BTreeMap, BTreeSet};

/// What an exercise needs to have run around a learner's command. Each command is its arguments after `aws`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommandQuestion {
    /// The files of the working folder, by name.
    pub files: BTreeMap<String, String>,
    /// What runs before, in this order.
    pub before: Vec<Vec<String>>,
    /// What runs after, to look at what became of the account; the order among them does not matter.
    pub probes: Vec<Vec<String>>,
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandFacts {
    /// There is no AWS CLI on this machine.
    NoCli,
    /// It could not be tried, for this reason.
    Impossible(String),
    /// It ran, and the probes after it.
    Ran {
        /// The learner's command.
        own: Ran,
        /// The probes, in the order of the question.
        probes: Vec<Ran>,
    },
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ran {
    /// Its exit code; `None` where it was ended from outside.
    pub code: Option<i32>,
    /// What it wrote on standard output.
    pub stdout: String,
    /// What it wrote on standard error.
    pub stderr: String,
}

impl Ran {
    /// AWS's error code and message, where the command tells that AWS refused.
    pub fn refusal(&self) -> Option<(&str, &str)> {
        let (_, after) = self.stderr.split_once("An error occurred (")?;
        let (code, rest) = after.split_once(')')?;
        let message = rest.split_once(": ").map_or("", |(_, message)| message);
        Some((code, message.trim()))
    }
}

/// A command without what does not matter to it: the order of its options, and how they are joined to their values.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Form {
    words: Vec<String>,
    options: BTreeMap<String, Vec<String>>,
}

impl Form {
    pub(crate) fn of(arguments: &[String]) -> Self {
        let flags = BTreeSet::from([
            "--recursive",
            "--bypass-governance-retention",
            "--force",
            "--no-paginate",
        ]);
        let mut form = Self {
            words: Vec::new(),
            options: BTreeMap::new(),
        };
        let mut open: Option<String> = None;
        for word in arguments {
            if let Some((name, value)) = word.split_once('=').filter(|(name, _)| name.starts_with("--")) {
                form.options
                    .entry(name.to_owned())
                    .or_default()
                    .push(value.to_owned());
                open = None;
            } else if word.starts_with("--") {
                form.options.entry(word.clone()).or_default();
                open = (!flags.contains(word.as_str())).then(|| word.clone());
            } else if let Some(values) = open.as_ref().and_then(|name| form.options.get_mut(name)) {
                values.push(word.clone());
            } else {
                form.words.push(word.clone());
            }
        }
        form
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_order_of_options_does_not_matter_to_a_form() {
        let form = |line: &str| Form::of(&arguments(line).unwrap());
        assert_eq!(
            form("aws s3api get-object --bucket b --key k f"),
            form("aws s3api get-object --bucket=b --key k f")
        );
        assert_eq!(
            form("aws s3api head-object --key k --bucket b"),
            form("aws s3api head-object --bucket b --key=k")
        );
        assert_ne!(form("aws s3 rm s3://b --recursive"), form("aws s3 rm s3://b"));
    }

    #[test]
    fn what_aws_refused_is_read_from_standard_error() {
        let ran = Ran {
            stderr: "\nAn error occurred (NoSuchKey) when calling the GetObject operation: The specified key does not exist.\n".to_owned(),
            ..Ran::default()
        };
        assert_eq!(
            ran.refusal(),
            Some(("NoSuchKey", "The specified key does not exist."))
        );
        assert_eq!(Ran::default().refusal(), None);
    }
}
