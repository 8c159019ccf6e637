//! Tags, as headers and documents give them.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html>

use super::Input;
use crate::services::s3::fault::{Fault, Outcome};
use crate::services::s3::store::Tags;
use percent_encoding::percent_decode_str;

const OBJECT_LIMIT: usize = 10;
const BUCKET_LIMIT: usize = 50;

impl Input<'_> {
    /// The tags of `x-amz-tagging`, written like a query string.
    pub(in crate::services::s3) fn tags(&self) -> Outcome<Tags> {
        let Some(header) = self.header("x-amz-tagging") else {
            return Ok(Tags::new());
        };
        let tags = read_tagging_header(header);
        let tags = tags.filter(|tags| duplicate(tags).is_none() && tags.iter().all(is_spelled_well));
        let tags = tags.ok_or_else(|| {
            let message = "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters \
                           without tag name duplicates.";
            Fault::invalid_argument(message, "x-amz-tagging", header)
        })?;
        check_object_tags(tags)
    }
}

/// Reads `name=value&name=value`, percent-encoded.
pub(in crate::services::s3) fn read_tagging_header(header: &str) -> Option<Tags> {
    let pairs = header.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(name)?, decode(value)?))
        })
        .collect()
}

fn decode(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    let decoded = percent_decode_str(&text).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

pub(in crate::services::s3) fn check_object_tags(tags: Tags) -> Outcome<Tags> {
    if tags.len() > OBJECT_LIMIT {
        let message = "Object tags cannot be greater than 10";
        return Err(Fault::new(400, "BadRequest", message));
    }
    check(tags, "Your TagKey cannot be prefixed with aws:")
}

pub(in crate::services::s3) fn check_bucket_tags(tags: Tags) -> Outcome<Tags> {
    if tags.len() > BUCKET_LIMIT {
        let message = "Bucket tag count cannot be greater than 50";
        return Err(Fault::new(400, "BadRequest", message));
    }
    check(tags, "System tags cannot be added/updated by requester")
}

fn check(tags: Tags, reserved: &'static str) -> Outcome<Tags> {
    let invalid =
        |message: &'static str, name: &str| Fault::new(400, "InvalidTag", message).with("TagKey", name);
    if let Some(name) = duplicate(&tags) {
        return Err(invalid("Cannot provide multiple Tags with the same key", name));
    }
    for (name, value) in &tags {
        if name.starts_with("aws:") {
            return Err(invalid(reserved, name));
        }
        if name.is_empty() || name.chars().count() > 128 || !name.chars().all(is_allowed) {
            return Err(invalid("The TagKey you have provided is invalid", name));
        }
        if value.chars().count() > 256 || !value.chars().all(is_allowed) {
            return Err(invalid("The TagValue you have provided is invalid", name).with("TagValue", value));
        }
    }
    Ok(tags)
}

fn duplicate(tags: &Tags) -> Option<&str> {
    let mut ranks = tags.iter().enumerate();
    let found = ranks.find(|(rank, (name, _))| tags[..*rank].iter().any(|(former, _)| former == name));
    found.map(|(_, (name, _))| name.as_str())
}

fn is_spelled_well((name, value): &(String, String)) -> bool {
    name.chars().chain(value.chars()).all(is_allowed)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_S3Tag.html>
fn is_allowed(character: char) -> bool {
    character.is_alphanumeric() || character.is_whitespace() || "_.:/=+-@".contains(character)
}
