//! What requests say: which repository they are about, which images, which page.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::errors::{constraint, invalid_parameter, not_one_of, pattern};
use super::names::{REPOSITORY_PATTERN, is_account, is_repository_name};
use crate::call::Call;
use crate::error::AwsError;
use crate::services::form::{Form, Rule};

/// The length of a repository's name.
const NAME: Rule = Rule::length(2, 256);

/// The most images and names in one request.
const MOST: usize = 100;

/// The form of a request, with ECR's code for what breaks a constraint of the model.
pub(super) fn form(call: &Call) -> Form<'_> {
    Form::of_json(&call.input).coded("InvalidParameterException")
}

/// The registry that a request names: an account's, the caller's own where nothing is said.
pub(super) fn registry(call: &Call) -> Result<String, AwsError> {
    match call.input["registryId"].as_str() {
        None => Ok(call.account().to_owned()),
        Some(id) if is_account(id) => Ok(id.to_owned()),
        Some(_) => Err(pattern("registryId", "[0-9]{12}")),
    }
}

/// A repository, of an account's registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// The account.
    pub(super) registry: String,
    /// The repository.
    pub(super) name: String,
}

impl Named {
    /// The repository that a request names.
    pub(super) fn of(call: &Call) -> Result<Self, AwsError> {
        let registry = registry(call)?;
        let mut form = form(call);
        let name = form.required("repositoryName", &NAME);
        form.check()?;
        if !is_repository_name(&name) {
            return Err(pattern("repositoryName", REPOSITORY_PATTERN));
        }
        Ok(Self { registry, name })
    }
}

/// How a request names an image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ImageId {
    /// `imageDigest`.
    pub(super) digest: Option<String>,
    /// `imageTag`.
    pub(super) tag: Option<String>,
}

impl ImageId {
    /// `imageIds` of a request; empty where nothing is said.
    pub(super) fn all(call: &Call) -> Result<Vec<Self>, AwsError> {
        let given = call.input["imageIds"].as_array().map_or(&[][..], Vec::as_slice);
        if given.len() > MOST {
            return Err(invalid_parameter(format!(
                "1 validation error detected: Value at 'imageIds' failed to satisfy constraint: Member must have length \
                 less than or equal to {MOST}"
            )));
        }
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let of = |id: &Value| Self {
            digest: text(&id["imageDigest"]),
            tag: text(&id["imageTag"]),
        };
        Ok(given.iter().map(of).collect())
    }

    /// As answers show it.
    pub(super) fn shown(&self) -> Value {
        let mut members = Map::new();
        for (name, value) in [("imageDigest", &self.digest), ("imageTag", &self.tag)] {
            if let Some(value) = value {
                members.insert(name.to_owned(), value.as_str().into());
            }
        }
        Value::Object(members)
    }
}

/// Which images a request asks for by whether they have a tag.
pub(super) fn tag_status(call: &Call) -> Result<fn(bool) -> bool, AwsError> {
    match call.input["filter"]["tagStatus"].as_str() {
        None | Some("ANY") => Ok(|_| true),
        Some("TAGGED") => Ok(|tagged| tagged),
        Some("UNTAGGED") => Ok(|tagged| !tagged),
        Some(other) => Err(not_one_of(
            "filter.tagStatus",
            other,
            &["ANY", "TAGGED", "UNTAGGED"],
        )),
    }
}

/// The usual page, and the largest one.
const USUAL: i64 = 100;
const LARGEST: i64 = 1000;

/// The page of a list that a request asks for, under `member`. Each item comes with a key that is its own and by which
/// the items are in order.
pub(super) fn page(call: &Call, member: &str, items: Vec<(String, Value)>) -> Result<Value, AwsError> {
    let mut form = form(call);
    let size = form.number("maxResults", 1, LARGEST).unwrap_or(USUAL);
    form.check()?;
    let size = usize::try_from(size).unwrap_or_default();
    let after = call.input["nextToken"].as_str().map(key_of).transpose()?;
    let left = items
        .into_iter()
        .skip_while(|(key, _)| after.as_ref().is_some_and(|after| key <= after));
    let mut left = left.peekable();
    let (mut page, mut last) = (Vec::new(), None);
    while page.len() < size
        && let Some((key, item)) = left.next()
    {
        page.push(item);
        last = Some(key);
    }
    let mut output = Map::new();
    output.insert(member.to_owned(), page.into());
    if let Some(last) = last.filter(|_| left.peek().is_some()) {
        output.insert("nextToken".to_owned(), STANDARD.encode(last).into());
    }
    Ok(Value::Object(output))
}

/// The key that a token stands for.
fn key_of(token: &str) -> Result<String, AwsError> {
    let key = STANDARD.decode(token).ok().map(String::from_utf8);
    match key {
        Some(Ok(key)) => Ok(key),
        _ => Err(constraint("nextToken", "Invalid next token")),
    }
}

/// A date as ECR writes it: seconds since 1970, with milliseconds.
pub(super) fn date(time: OffsetDateTime) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this age are exact")]
    let seconds = (time.unix_timestamp_nanos() / 1_000_000) as f64 / 1000.0;
    seconds.into()
}
