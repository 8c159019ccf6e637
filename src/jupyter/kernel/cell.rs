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
    /// Lines that begin with `!`, as Jupyter's Python has them: bash.
    Shell(String),
    /// `?NAME`: what is known of it.
    Question(&'a str),
    /// What cannot be done here, and why.
    Refused(String),
}

/// What the first line of a script's cell says.
const LANGUAGES: [(&str, Language); 4] = [
    ("bash", Language::Bash),
    ("sh", Language::Bash),
    ("python", Language::Python),
    ("python3", Language::Python),
];

/// What `code` is. Comments before it say nothing of that.
pub(super) fn kind(code: &str) -> Kind<'_> {
    let text = after_comments(code.trim());
    if let Some(magic) = text.strip_prefix('%') {
        return script(magic);
    }
    // Of Rust that may follow, a notebook shows the value.
    if text.starts_with(":dep ") {
        return Kind::Rust;
    }
    if text.starts_with(':') && !text.starts_with("::") {
        return Kind::Commands(commands(text));
    }
    if text.starts_with('!') {
        return shell(text);
    }
    match text.strip_prefix('?').map(str::trim) {
        _ if code.trim().is_empty() => Kind::Blank,
        Some("") => {
            Kind::Refused("Écris le nom derrière «\u{a0}?\u{a0}»\u{a0}: «\u{a0}?String\u{a0}».".to_owned())
        }
        Some(name) => Kind::Question(name),
        None => Kind::Rust,
    }
}

/// What follows the comments and the blank lines that a cell begins with.
fn after_comments(text: &str) -> &str {
    let mut rest = text;
    while rest.starts_with("//") {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
    }
    rest
}

/// `%bash…` or `%%bash…`, without the first sign.
fn script(magic: &str) -> Kind<'_> {
    let (line, source) = magic.split_once('\n').unwrap_or((magic, ""));
    let Some(line) = line.strip_prefix('%') else {
        let words = "Une cellule de script commence par une ligne «\u{a0}%%bash\u{a0}» ou «\u{a0}%%python\u{a0}»\u{a0}; le script vient dessous.";
        return Kind::Refused(words.to_owned());
    };
    let (word, options) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
    let name = word.to_lowercase();
    match LANGUAGES.iter().find(|(known, _)| *known == name) {
        Some((_, language)) if options.is_empty() => Kind::Script(*language, source),
        Some(_) => Kind::Refused(format!(
            "«\u{a0}%%{word}\u{a0}» reste seul sur sa ligne\u{a0}: «\u{a0}{options}\u{a0}» n’y est pas compris. Le script vient dessous."
        )),
        None => Kind::Refused(format!(
            "«\u{a0}%%{word}\u{a0}» n’est pas connu ici\u{a0}: il y a %%bash et %%python."
        )),
    }
}

/// Lines for the shell, where all of them are.
fn shell(text: &str) -> Kind<'_> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let commands: Option<Vec<&str>> = lines.by_ref().map(|line| line.trim().strip_prefix('!')).collect();
    match commands {
        Some(commands) => Kind::Shell(commands.join("\n")),
        None => Kind::Refused(
            "Une ligne qui commence par «\u{a0}!\u{a0}» est pour bash\u{a0}: mets-la dans une cellule à elle, ou écris un script sous %%bash."
                .to_owned(),
        ),
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
            (":dep rand = \"0.9\"\nrand::random::<u8>()", Kind::Rust),
            ("?String", Kind::Question("String")),
            ("%%bash\naws s3 ls\n", Kind::Script(Language::Bash, "aws s3 ls")),
            ("%%python3\nprint(1)", Kind::Script(Language::Python, "print(1)")),
            ("// note\n\n%%BASH\nls", Kind::Script(Language::Bash, "ls")),
            ("// note\n:aide", Kind::Commands(vec![":aide"])),
            ("// note", Kind::Rust),
            ("!aws s3 ls\n\n! pwd", Kind::Shell("aws s3 ls\n pwd".to_owned())),
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
    fn what_cannot_be_run_is_refused_in_words() {
        for (code, told) in [
            ("%%perl\n1", "il y a %%bash et %%python"),
            ("%%bash -x\nls", "«\u{a0}-x\u{a0}»"),
            ("%bash ls", "commence par une ligne"),
            ("!ls\nlet x = 1;", "une cellule à elle"),
            (" ? ", "?String"),
        ] {
            let refused = matches!(kind(code), Kind::Refused(words) if words.contains(told));
            assert!(refused, "{code}: {:?}", kind(code));
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
