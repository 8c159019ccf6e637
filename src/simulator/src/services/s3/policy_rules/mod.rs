//! What S3 demands of a bucket policy beyond the grammar of policies, in its own words.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html>

mod actions;
mod conditions;

use super::fault::{Fault, Outcome};
use actions::{OF_BUCKETS, OF_OBJECTS};
use serde_json::{Map, Value};

/// A bucket policy has this many bytes at most.
const LIMIT: usize = 20 * 1024;

/// What S3 says of a principal that is written wrongly, or is not there.
pub(super) const INVALID_PRINCIPAL: &str = "Invalid principal in policy";

/// A refusal of a policy.
pub(super) fn malformed(message: impl Into<String>) -> Fault {
    Fault::new(400, "MalformedPolicy", message.into())
}

/// Checks the policy of a bucket before anyone reads it closer.
pub(super) fn check(text: &str, bucket: &str) -> Outcome<()> {
    if !text.starts_with('{') {
        return Err(malformed(
            "Policies must be valid JSON and the first byte must be '{'",
        ));
    }
    if text.len() > LIMIT {
        return Err(malformed(
            "Policies must not exceed the maximum allowed size of 20480 bytes",
        ));
    }
    let policy: Map<String, Value> =
        serde_json::from_str(text).map_err(|_| malformed("This policy contains invalid Json"))?;
    for name in policy.keys() {
        if !["Version", "Id", "Statement"].contains(&name.as_str()) {
            return Err(malformed(format!("Unknown field {name}")));
        }
    }
    check_version(&policy)?;
    let statements = policy
        .get("Statement")
        .ok_or_else(|| malformed("Missing required field Statement"))?;
    let statements = each(statements);
    if statements.is_empty() {
        return Err(malformed("Could not parse the policy: Statement is empty!"));
    }
    statements
        .into_iter()
        .try_for_each(|statement| check_statement(statement, bucket))
}

fn check_version(policy: &Map<String, Value>) -> Outcome<()> {
    match policy.get("Version").map(Value::as_str) {
        None | Some(Some("2012-10-17" | "2008-10-17")) => Ok(()),
        Some(_) => Err(malformed("The policy must contain a valid version string")),
    }
}

fn check_statement(statement: &Value, bucket: &str) -> Outcome<()> {
    let statement = statement
        .as_object()
        .ok_or_else(|| malformed("Statement must be a JSON object"))?;
    check_effect(statement)?;
    check_principal(statement)?;
    let actions = one_of(statement, "Action", "NotAction")?;
    let resources = one_of(statement, "Resource", "NotResource")?;
    let levels = levels_of(&actions)?;
    let places = places_of(&resources, bucket)?;
    conditions::check(statement, &actions)?;
    // What is listed by exception is about the rest, which always fits.
    let excepted = statement.contains_key("NotAction") || statement.contains_key("NotResource");
    let fits = |level: &Level| match level {
        Level::Bucket => places.bucket,
        Level::Object => places.objects,
        Level::Any => true,
    };
    if excepted || levels.iter().all(fits) {
        return Ok(());
    }
    Err(malformed("Action does not apply to any resource(s) in statement"))
}

fn check_effect(statement: &Map<String, Value>) -> Outcome<()> {
    match statement.get("Effect").map(Value::as_str) {
        Some(Some("Allow" | "Deny")) => Ok(()),
        None => Err(malformed("Missing required field Effect cannot be empty!")),
        Some(other) => Err(malformed(format!(
            "Invalid effect: {}",
            other.unwrap_or_default()
        ))),
    }
}

fn check_principal(statement: &Map<String, Value>) -> Outcome<()> {
    let principal = statement
        .get("Principal")
        .or_else(|| statement.get("NotPrincipal"));
    let principal = principal.ok_or_else(|| malformed("Missing required field Principal"))?;
    let invalid = || malformed(INVALID_PRINCIPAL);
    match principal {
        Value::String(name) if name == "*" => Ok(()),
        Value::Object(kinds) if !kinds.is_empty() => kinds.iter().try_for_each(|(kind, names)| {
            let known = ["AWS", "Service", "Federated", "CanonicalUser"].contains(&kind.as_str());
            let names = each(names);
            let spelled = |name: &&Value| name.as_str().is_some_and(|name| is_principal(kind, name));
            if known && !names.is_empty() && names.iter().all(spelled) {
                Ok(())
            } else {
                Err(invalid())
            }
        }),
        _ => Err(invalid()),
    }
}

/// Whether a principal may be written like that. `*` stands for everyone, never for a part of a name.
fn is_principal(kind: &str, name: &str) -> bool {
    let account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    match kind {
        "AWS" if name == "*" || account(name) => true,
        "AWS" => {
            let parts: Vec<&str> = name.splitn(6, ':').collect();
            let [_, _, service, _, owner, resource] = parts[..] else {
                return is_unique_id(name);
            };
            let whole = matches!(service, "iam" | "sts") && account(owner) && !resource.contains('*');
            let kinds = ["user/", "role/", "assumed-role/", "federated-user/"];
            name.starts_with("arn:")
                && whole
                && (resource == "root" || kinds.iter().any(|kind| resource.starts_with(kind)))
        }
        "Service" => name.ends_with(".amazonaws.com"),
        "CanonicalUser" => name.len() == 64,
        _ => !name.is_empty(),
    }
}

/// What an ARN becomes once its user or role is deleted.
fn is_unique_id(name: &str) -> bool {
    ["AIDA", "AROA"].iter().any(|prefix| name.starts_with(prefix)) && name.len() > 16
}

/// What an action is done to.
enum Level {
    Bucket,
    Object,
    Any,
}

fn levels_of(actions: &[&str]) -> Outcome<Vec<Level>> {
    actions
        .iter()
        .map(|action| level_of(action).ok_or_else(|| malformed("Policy has invalid action")))
        .collect()
}

fn level_of(action: &str) -> Option<Level> {
    if action == "*" {
        return Some(Level::Any);
    }
    let (service, name) = action.split_once(':')?;
    if !service.eq_ignore_ascii_case("s3") {
        return None;
    }
    let matching = |names: &[&str]| {
        names
            .iter()
            .any(|known| like(&name.to_ascii_lowercase(), &known.to_ascii_lowercase()))
    };
    match (matching(OF_BUCKETS), matching(OF_OBJECTS)) {
        (true, true) => Some(Level::Any),
        (true, false) => Some(Level::Bucket),
        (false, true) => Some(Level::Object),
        (false, false) => None,
    }
}

/// Which of a bucket's resources are named.
#[derive(Default)]
struct Places {
    bucket: bool,
    objects: bool,
}

fn places_of(resources: &[&str], bucket: &str) -> Outcome<Places> {
    let mut places = Places::default();
    for resource in resources {
        let name = match resource.strip_prefix("arn:aws:s3:::") {
            Some(name) => name,
            None if *resource == "*" => "*",
            None => return Err(malformed("Policy has invalid resource")),
        };
        let (container, key) = name
            .split_once('/')
            .map_or((name, None), |(container, key)| (container, Some(key)));
        if !like(container, bucket) && !variable(container) {
            return Err(malformed("Policy has invalid resource"));
        }
        // A wildcard at the end of the bucket's name stands for its objects too.
        let open = container.ends_with('*');
        places.bucket |= key.is_none();
        places.objects |= key.is_some() || open;
    }
    Ok(places)
}

fn variable(text: &str) -> bool {
    text.contains("${")
}

/// The values of whichever of two elements is there; one of them must be.
fn one_of<'a>(statement: &'a Map<String, Value>, element: &str, other: &str) -> Outcome<Vec<&'a str>> {
    let found = statement.get(element).or_else(|| statement.get(other));
    let found = found.ok_or_else(|| malformed(format!("Missing required field {element}")))?;
    let values: Option<Vec<&str>> = each(found).into_iter().map(Value::as_str).collect();
    values
        .filter(|values| !values.is_empty())
        .ok_or_else(|| malformed(format!("Missing required field {element} cannot be empty!")))
}

/// A value, or each of a list.
fn each(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(values) => values.iter().collect(),
        value => vec![value],
    }
}

/// `*` stands for any text, `?` for any character.
fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut star) = ((0, 0), None);
    while at.1 < text.len() {
        match pattern.get(at.0) {
            Some('*') => {
                star = Some(at);
                at.0 += 1;
            }
            Some(c) if *c == '?' || *c == text[at.1] => at = (at.0 + 1, at.1 + 1),
            _ => match star {
                None => return false,
                Some((pattern_at, text_at)) => {
                    star = Some((pattern_at, text_at + 1));
                    at = (pattern_at + 1, text_at + 1);
                }
            },
        }
    }
    pattern[at.0..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn refused(principal: &str, action: &str, resource: &str) -> String {
        let text = format!(
            r#"{{"Statement":[{{"Effect":"Allow","Principal":{principal},"Action":{action},"Resource":{resource}}}]}}"#
        );
        check(&text, "rapports").map_or_else(|fault| fault.message.into_owned(), |()| String::new())
    }

    #[test]
    fn a_policy_is_refused_in_s3s_words() {
        let message = |text: &str| check(text, "rapports").unwrap_err().message.into_owned();
        assert_eq!(
            message(""),
            "Policies must be valid JSON and the first byte must be '{'"
        );
        assert_eq!(message("{"), "This policy contains invalid Json");
        assert_eq!(message("{}"), "Missing required field Statement");
        assert_eq!(
            message(r#"{"Version":"2020","Statement":[]}"#),
            "The policy must contain a valid version string"
        );
        assert_eq!(
            message(r#"{"Statement":[]}"#),
            "Could not parse the policy: Statement is empty!"
        );
    }

    #[test]
    fn resources_are_the_buckets_own() {
        let all = r#""*""#;
        assert_eq!(
            refused(all, r#""s3:GetObject""#, r#""arn:aws:s3:::rapports/*""#),
            ""
        );
        assert_eq!(
            refused(
                all,
                r#""s3:*""#,
                r#"["arn:aws:s3:::rapports","arn:aws:s3:::rapports/*"]"#
            ),
            ""
        );
        assert_eq!(
            refused(all, r#""s3:GetObject""#, r#""arn:aws:s3:::autre/*""#),
            "Policy has invalid resource"
        );
        assert_eq!(refused(all, r#""s3:GetObject""#, r#""*""#), "");
    }

    #[test]
    fn an_action_must_apply_to_a_resource() {
        let all = r#""*""#;
        let misplaced = "Action does not apply to any resource(s) in statement";
        assert_eq!(
            refused(all, r#""s3:GetObject""#, r#""arn:aws:s3:::rapports""#),
            misplaced
        );
        assert_eq!(
            refused(all, r#""s3:ListBucket""#, r#""arn:aws:s3:::rapports/*""#),
            misplaced
        );
        assert_eq!(refused(all, r#""s3:Get*""#, r#""arn:aws:s3:::rapports/*""#), "");
        assert_eq!(
            refused(all, r#""s3:FlyObject""#, r#""arn:aws:s3:::rapports/*""#),
            "Policy has invalid action"
        );
        assert_eq!(
            refused(all, r#""dynamodb:GetItem""#, r#""arn:aws:s3:::rapports/*""#),
            "Policy has invalid action"
        );
    }

    #[test]
    fn principals_have_a_form() {
        let put = |principal: &str| refused(principal, r#""s3:GetObject""#, r#""arn:aws:s3:::rapports/*""#);
        for good in [
            r#"{"AWS":"*"}"#,
            r#"{"AWS":"111122223333"}"#,
            r#"{"AWS":["arn:aws:iam::111122223333:root","arn:aws:iam::111122223333:user/a/b"]}"#,
            r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/r/s"}"#,
            r#"{"Service":"cloudtrail.amazonaws.com"}"#,
        ] {
            assert_eq!(put(good), "", "{good}");
        }
        for bad in [
            r#""moi""#,
            r#"{"AWS":"arn:aws:iam::111122223333:user/*"}"#,
            r#"{"AWS":"arn:aws:iam::111122223333:group/g"}"#,
            r#"{"AWS":[]}"#,
            r#"{"Someone":"111122223333"}"#,
        ] {
            assert_eq!(put(bad), "Invalid principal in policy", "{bad}");
        }
    }
}
