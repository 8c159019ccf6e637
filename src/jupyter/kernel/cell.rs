//! What a cell of a notebook is: Rust, `:commands`, a script, or a question about a name.

use crate::desk::commands::COMMANDS;
use workbook::script::Language;

/// A cell, by what is to be done with it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// Nothing at all.
    Blank,
    Rust,
    /// Commands, one after the other.
    Commands(Vec<&'a str>),
    Script(Language, &'a str),
    /// `?NAME`: what is known of it.
    Question(&'a str),
    /// `%%WORD`, which is no language of ours.
    UnknownMagic(&'a str),
}

/// What the first line of a script's cell says.
const LANGUAGES: [(&str, Language); 4] = [
    ("bash", Language::Bash),
    ("sh", Language::Bash),
    ("python", Language::Python),
    ("python3", Language::Python),
];

/// What `code` is.
pub(super) fn kind(code: &str) -> Kind<'_> {
    let text = code.trim();
    if let Some(magic) = text.strip_prefix("%%") {
        let (line, source) = magic.split_once('\n').unwrap_or((magic, ""));
        let word = line.trim();
        let language = LANGUAGES.iter().find(|(name, _)| *name == word);
        return language.map_or(Kind::UnknownMagic(word), |(_, language)| {
            Kind::Script(*language, source)
        });
    }
    if text.starts_with(':') && !text.starts_with("::") {
        return Kind::Commands(commands(text));
    }
    match text.strip_prefix('?') {
        _ if text.is_empty() => Kind::Blank,
        Some(name) => Kind::Question(name.trim()),
        None => Kind::Rust,
    }
}

/// Each line is a command where all of them are; otherwise it is one, with all that follows as its argument.
fn commands(text: &str) -> Vec<&str> {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    if lines().all(|line| line.starts_with(':')) {
        lines().collect()
    } else {
        vec![text]
    }
}

/// What the command at the beginning of `typed` is for.
pub(super) fn about(typed: &str) -> Option<String> {
    let name = typed.strip_prefix(':')?.split_whitespace().next()?;
    let command = COMMANDS.iter().find(|command| command.is(name))?;
    let argument = Some(command.argument).filter(|argument| !argument.is_empty());
    let line = argument.map_or(String::new(), |argument| format!(" {argument}"));
    Some(format!("`:{}{line}` {}.", command.name, command.about))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_known_by_how_it_begins() {
        for (code, expected) in [
            ("  \n", Kind::Blank),
            ("let x = f()?;", Kind::Rust),
            ("::std::process::id()", Kind::Rust),
            ("?String", Kind::Question("String")),
            ("%%bash\naws s3 ls\n", Kind::Script(Language::Bash, "aws s3 ls")),
            ("%%python3\nprint(1)", Kind::Script(Language::Python, "print(1)")),
            ("%%perl\n1", Kind::UnknownMagic("perl")),
            (":aide", Kind::Commands(vec![":aide"])),
            (
                ":lecon iam\n\n:suivant\n",
                Kind::Commands(vec![":lecon iam", ":suivant"]),
            ),
            (
                ":reponse fn f() {\n}",
                Kind::Commands(vec![":reponse fn f() {\n}"]),
            ),
        ] {
            assert_eq!(kind(code), expected, "{code}");
        }
    }

    #[test]
    fn a_command_says_what_it_is_for() {
        assert!(
            about(":clock avancer 10m").is_some_and(|about| about.starts_with("`:horloge [avancer DUREE]`"))
        );
        assert_eq!(about(":inconnue"), None);
    }
}
