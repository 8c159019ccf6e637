//! What of a learner's line may run: one operation of a service that the simulator has, on files of its own folder.

/// The services that a command may speak to, as the CLI calls them: those that the simulator has.
pub const SERVICES: &[&str] = &[
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
const ELSEWHERE: &[&str] = &[
    "--ca-bundle",
    "--endpoint-url",
    "--no-sign-request",
    "--no-verify-ssl",
    "--profile",
];

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

/// The longest line, in characters.
const LONGEST: usize = 4000;

/// The arguments of a line, after `aws`.
///
/// # Errors
/// In French, when it is no single `aws` command that may run: what is wrong, and how to mend it.
pub fn arguments(line: &str) -> Result<Vec<String>, String> {
    let line = line.trim();
    if line.chars().count() > LONGEST {
        return Err("Ta commande est trop longue\u{a0}: une seule commande `aws` est attendue.".to_owned());
    }
    // A line that goes on under itself is one line.
    let line = line.replace("\\\r\n", " ").replace("\\\n", " ");
    if let Some(sign) = shell_sign(&line) {
        return Err(format!(
            "Une seule commande `aws` est attendue, sans `{sign}`\u{a0}: rien d’autre que la CLI n’est lancé. \
             Si ce signe fait partie d’une valeur, mets-la entre guillemets."
        ));
    }
    if line
        .chars()
        .any(|sign| sign.is_control() && !"\t\r\n".contains(sign))
    {
        return Err("Ta commande contient un caractère invisible. Tape-la de nouveau au clavier.".to_owned());
    }
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
    check_operation(&arguments)?;
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

/// The service and the operation come first, in this order. The CLI allows options before them, but then only it can tell a
/// service from an option's value.
fn check_operation(arguments: &[String]) -> Result<(), String> {
    let Some(service) = arguments.first() else {
        return Err("Il manque le service après `aws`\u{a0}: `aws s3api …`, par exemple.".to_owned());
    };
    if service.starts_with('-') {
        return Err(format!(
            "Place `{}` après l’opération\u{a0}: le service vient juste après `aws`.",
            short(service)
        ));
    }
    if !SERVICES.contains(&service.as_str()) {
        let near = crate::nearest::nearest(service, SERVICES.iter().copied());
        let near = near.map_or(String::new(), |near| format!(" Voulais-tu dire `{near}`\u{a0}?"));
        return Err(format!(
            "Le simulateur n’a pas de service `{}`.{near}",
            short(service)
        ));
    }
    let Some(operation) = arguments.get(1).filter(|word| !word.starts_with('-')) else {
        return Err(format!("Il manque l’opération juste après `aws {service}`."));
    };
    let asks_for_help = operation == "help" || arguments.get(2).is_some_and(|word| word == "help");
    if asks_for_help {
        return Err(
            "L’aide de la CLI s’affiche dans un terminal. Ici, écris la commande elle-même.".to_owned(),
        );
    }
    Ok(())
}

fn check_options(arguments: &[String]) -> Result<(), String> {
    // The CLI takes any beginning of an option that is its own: `--end` is `--endpoint-url`.
    let elsewhere = |word: &&String| {
        let name = name(word);
        name.len() > 2 && ELSEWHERE.iter().any(|option| option.starts_with(name))
    };
    let found = arguments.iter().find(elsewhere);
    found.map_or(Ok(()), |word| {
        Err(format!(
            "Retire `{}`\u{a0}: ici, tout va au simulateur de l’exercice, avec ses propres identifiants.",
            name(word)
        ))
    })
}

/// The name of an option, without the value that `=` may join to it.
fn name(word: &str) -> &str {
    if word.starts_with("--") {
        word.split('=').next().unwrap_or_default()
    } else {
        ""
    }
}

/// Files are those of the exercise's folder: no absolute path, nothing above; and nothing is fetched for a value.
fn check_paths(arguments: &[String]) -> Result<(), String> {
    let mut before = "";
    for word in arguments {
        let (option, value) = match word.split_once('=') {
            Some((option, value)) if word.starts_with("--") => (option, value),
            _ => (before, word.as_str()),
        };
        let slashed = SLASHED.contains(&option) || value.starts_with("s3://");
        if (!slashed && outside(value)) || named_outside(value) {
            return Err(format!(
                "«\u{a0}{}\u{a0}»\u{a0}: nomme un fichier du dossier de l’exercice, sans chemin absolu ni `..`.",
                short(word)
            ));
        }
        if ["http://", "https://"]
            .iter()
            .any(|scheme| value.starts_with(scheme))
        {
            return Err(format!(
                "«\u{a0}{}\u{a0}»\u{a0}: la CLI irait chercher cette page. Écris la valeur elle-même.",
                short(word)
            ));
        }
        before = word;
    }
    Ok(())
}

fn outside(path: &str) -> bool {
    path.starts_with(['/', '~']) || path.split(['/', '\\']).any(|part| part == "..")
}

/// Whether a file that a value names, wherever in it, is outside the folder.
fn named_outside(value: &str) -> bool {
    ["file://", "fileb://"]
        .iter()
        .any(|scheme| value.split(scheme).skip(1).any(outside))
}

fn short(word: &str) -> String {
    word.chars().take(60).collect()
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
    fn a_line_may_go_on_under_itself() {
        assert_eq!(arguments("aws s3 \\\r\n ls").unwrap(), ["s3", "ls"]);
    }

    #[test]
    fn nothing_is_fetched_for_a_value() {
        let line = "aws iam create-policy --policy-name x --policy-document http://127.0.0.1:1/p.json";
        assert!(refused(line).contains("irait chercher"), "{}", refused(line));
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
            (
                "aws --region s3 configure list",
                "le service vient juste après `aws`",
            ),
            ("aws s3 --query configure", "juste après `aws s3`"),
            ("aws s3 help", "dans un terminal"),
            ("aws s3 ls help", "dans un terminal"),
            ("aws s3 ls x\0y", "invisible"),
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
            "aws s3 ls --e http://127.0.0.1:1",
            "aws s3 ls --p prod",
            "aws s3 ls --ca=x",
            "aws s3 ls --no-sign-request",
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
            "aws s3api get-object --bucket b --key=plan.txt /tmp/x",
            "aws s3 cp s3://b/plan.txt --query=x /tmp/x",
            "aws s3 cp s3://b/plan.txt /tmp/x=y",
            "aws s3 cp s3://b/plan.txt arn:/../../../tmp/x",
            "aws s3 cp --query=x /tmp/secret s3://b/k",
            "aws s3api put-object --bucket b --key k --metadata a=1,b@=file:///tmp/secret",
        ] {
            assert!(refused(line).contains("dossier de l’exercice"), "{line}");
        }
        for line in [
            "aws iam list-roles --path-prefix /equipe/",
            "aws s3api put-object --bucket b --key=/a --body x",
            "aws iam attach-role-policy --role-name r --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
            "aws s3api put-object --bucket b --key k --body rapport.txt",
            "aws iam put-role-policy --policy-document file://p.json",
        ] {
            assert!(arguments(line).is_ok(), "{line}");
        }
    }
}
