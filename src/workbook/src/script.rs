//! A script of a lesson: bash or Python beside the Rust that does the same, run where its tools are there.

/// The language of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// bash, with the AWS CLI.
    Bash,
    /// Python 3, with boto3 where it is imported.
    Python,
}

/// A piece of bash or Python in a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Unique over all lessons, `[a-z0-9-]{1,48}`.
    pub id: String,
    /// What it is written in.
    pub language: Language,
    /// Its text, as the lesson shows it.
    pub source: String,
    /// The expected standard output, with the wildcards of a cell's; `None` when the lesson promises nothing about it.
    pub expected: Option<String>,
    /// Line of the fence in the lesson file, counted from 1.
    pub line: usize,
}

impl Language {
    /// The language of a fence.
    pub(crate) fn of(fence: &str) -> Self {
        if fence == "python" {
            Self::Python
        } else {
            Self::Bash
        }
    }

    /// Its name in fences.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Python => "python",
        }
    }
}

impl Script {
    /// The script as Markdown: a fence, then what it prints.
    pub fn markdown(&self) -> String {
        let fence = |language: &str, text: &str| format!("```{language}\n{}\n```", text.trim_end());
        let source = fence(self.language.name(), &self.source);
        match &self.expected {
            Some(expected) => format!("{source}\n\n{}", fence("text", expected)),
            None => source,
        }
    }
}
