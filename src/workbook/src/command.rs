//! A line of the AWS CLI as a learner types it, and what is known of it once it has run. Front ends run it before an answer
//! is judged.

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

/// The services that a command may speak to, as the CLI calls them: those that the simulator has.
const SERVICES: &[&str] = &[
    "application-autoscaling",
    "dynamodb",
    "dynamodbstreams",
    "ec2",
    "ecr",
    "ecs",
    "iam",
    "lambda",
    "organizations",
    "s3",
    "s3api",
    "sts",
];

/// Options that would lead a command elsewhere than to the simulator.
const ELSEWHERE: &[&str] = &["--endpoint-url", "--profile", "--ca-bundle", "--no-verify-ssl"];

/// Options whose value may begin with a slash without being a file's path.
const SLASHED: &[&str] = &[
    "--delimiter",
    "--key",
    "--log-group-name",
    "--path",
    "--path-prefix",
    "--prefix",
    "--query",
    "--start-after",
];

/// The arguments of a line, after `aws`.
///
/// # Errors
/// In French, when it is no single `aws` command that may run: what is wrong, and how to mend it.
pub fn arguments(line: &str) -> Result<Vec<String>, String> {
    let line = line.trim();
    if line.chars().count() > 4000 {
        return Err("Ta commande est trop longue\u{a0}: une seule commande `aws` est attendue.".to_owned());
    }
    if let Some(sign) = shell_sign(line) {
        return Err(format!(
            "Une seule commande `aws` est attendue, sans `{sign}`\u{a0}: rien d’autre que la CLI n’est lancé. \
             Si ce signe fait partie d’une valeur, mets-la entre guillemets."
        ));
    }
    // A line that goes on under itself is one line.
    let line = line.replace("\\\r\n", " ").replace("\\\n", " ");
    let Some(words) = shlex::split(&line) else {
        return Err("Un guillemet n’est pas fermé dans ta commande.".to_owned());
    };
    let mut words = words.into_iter();
    match words.next().as_deref() {
        None => return Err("Ta réponse est vide. Écris une commande qui commence par `aws`.".to_owned()),
        Some("aws") => {}
        Some(_) => return Err("Ta commande doit commencer par `aws`.".to_owned()),
    }
    let arguments: Vec<String> = words.collect();
    check_options(&arguments)?;
    check_service(&arguments)?;
    check_paths(&arguments)?;
    Ok(arguments)
}

/// The first sign outside quotes that would be the shell's.
fn shell_sign(line: &str) -> Option<char> {
    let (mut quote, mut escaped) = (None, false);
    for sign in line.chars() {
        match (quote, sign) {
            _ if escaped => escaped = false,
            (None | Some('"'), '\\') => escaped = true,
            (None, '\'' | '"') => quote = Some(sign),
            (Some(open), _) if open == sign => quote = None,
            (None, '|' | '&' | ';' | '<' | '>' | '`' | '$' | '(' | ')' | '#' | '\n')
            | (Some('"'), '`' | '$') => return Some(if sign == '\n' { '⏎' } else { sign }),
            _ => {}
        }
    }
    None
}

fn check_service(arguments: &[String]) -> Result<(), String> {
    let mut named = arguments.iter().filter(|word| !word.starts_with('-'));
    let Some(service) = named.next() else {
        return Err("Il manque le service après `aws`\u{a0}: `aws s3api …`, par exemple.".to_owned());
    };
    if !SERVICES.contains(&service.as_str()) {
        let near = crate::nearest::nearest(service, SERVICES.iter().copied());
        let near = near.map_or(String::new(), |near| format!(" Voulais-tu dire `{near}`\u{a0}?"));
        let service: String = service.chars().take(40).collect();
        return Err(format!("Le simulateur n’a pas de service `{service}`.{near}"));
    }
    if named.next().is_none() {
        return Err(format!("Il manque l’opération après `aws {service}`."));
    }
    Ok(())
}

fn check_options(arguments: &[String]) -> Result<(), String> {
    let name = |word: &str| word.split('=').next().unwrap_or_default().to_owned();
    // The CLI takes any beginning of an option that is its own: `--endpoint` is `--endpoint-url`.
    let elsewhere = |word: &str| {
        let name = name(word);
        name.len() >= 5 && ELSEWHERE.iter().any(|option| option.starts_with(&name))
    };
    let found = arguments.iter().find(|word| elsewhere(word));
    found.map_or(Ok(()), |word| {
        Err(format!(
            "Retire `{}`\u{a0}: ici, tout va au simulateur de l’exercice, avec ses propres identifiants.",
            name(word)
        ))
    })
}

/// Files are those of the exercise's folder: no absolute path, nothing above.
fn check_paths(arguments: &[String]) -> Result<(), String> {
    let mut before = "";
    for word in arguments {
        let bare = word.split_once('=').map_or(word.as_str(), |(_, value)| value);
        let file = ["fileb://", "file://"]
            .iter()
            .find_map(|scheme| bare.strip_prefix(scheme));
        let outside = |path: &str| {
            path.starts_with('/') || path.starts_with('~') || path.split('/').any(|part| part == "..")
        };
        let slashed = SLASHED.contains(&before.split('=').next().unwrap_or_default());
        let remote = bare.starts_with("s3://") || bare.starts_with("arn:");
        let suspect = file.map_or(!slashed && !remote && outside(bare), outside);
        if suspect {
            let word: String = word.chars().take(60).collect();
            return Err(format!(
                "«\u{a0}{word}\u{a0}»\u{a0}: nomme un fichier du dossier de l’exercice, sans chemin absolu ni `..`."
            ));
        }
        before = word;
    }
    Ok(())
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

    fn refused(line: &str) -> String {
        arguments(line).unwrap_err()
    }

    #[test]
    fn a_line_is_split_as_a_shell_does_it() {
        let line = "aws dynamodb put-item --table-name T \\\n  --item '{\"id\": {\"S\": \"a b\"}}'";
        let read = arguments(line).unwrap();
        assert_eq!(
            read,
            [
                "dynamodb",
                "put-item",
                "--table-name",
                "T",
                "--item",
                r#"{"id": {"S": "a b"}}"#
            ]
        );
    }

    #[test]
    fn nothing_but_one_aws_command_is_run() {
        for (line, told) in [
            ("", "vide"),
            ("ls", "commencer par `aws`"),
            ("aws s3 ls; rm -rf x", "sans `;`"),
            ("aws s3 ls | sh", "sans `|`"),
            ("aws s3 ls $(id)", "sans `$`"),
            ("aws s3 ls \"$HOME\"", "sans `$`"),
            ("aws s3 ls\naws s3 ls", "sans `⏎`"),
            ("aws s3 ls > x", "sans `>`"),
            ("aws s3 'ls", "guillemet"),
            ("aws", "manque le service"),
            ("aws s3", "manque l’opération"),
            ("aws configure set region x", "pas de service `configure`"),
            ("aws dynamod list-tables", "Voulais-tu dire `dynamodb`"),
        ] {
            assert!(refused(line).contains(told), "{line}: {}", refused(line));
        }
        assert!(
            arguments("aws iam create-role --role-name r --assume-role-policy-document '{\"a\":\"$b;|\"}'")
                .is_ok()
        );
    }

    #[test]
    fn a_command_leads_nowhere_but_to_the_simulator_and_to_its_own_folder() {
        for line in [
            "aws s3 ls --endpoint-url https://s3.amazonaws.com",
            "aws s3 ls --endpoint=https://x",
            "aws --profile prod s3 ls",
        ] {
            assert!(refused(line).contains("Retire"), "{line}");
        }
        for line in [
            "aws s3 cp s3://b/k /etc/passwd",
            "aws s3 cp s3://b/k --recursive ~/x",
            "aws s3 cp s3://b/k ../x",
            "aws s3api put-object --bucket b --key k --body /etc/passwd",
            "aws iam put-role-policy --policy-document file:///etc/passwd",
            "aws iam put-role-policy --policy-document=file://../x",
        ] {
            assert!(refused(line).contains("dossier de l’exercice"), "{line}");
        }
        for line in [
            "aws iam list-roles --path-prefix /equipe/",
            "aws s3api put-object --bucket b --key k --body rapport.txt",
            "aws iam put-role-policy --policy-document file://p.json",
        ] {
            assert!(arguments(line).is_ok(), "{line}");
        }
    }

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
