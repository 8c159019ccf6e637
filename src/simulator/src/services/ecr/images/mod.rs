//! The images of a repository.

mod delete;
mod put;
mod read;

pub(super) use delete::delete;
pub(super) use put::put;
pub(super) use read::{batch_get, describe, list};

use serde_json::{Value, json};

use super::input::ImageId;
use super::state::{Image, Repository};

/// Why an image of a batch is not served.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Failure {
    code: &'static str,
    reason: String,
}

impl Failure {
    fn new(code: &'static str, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
        }
    }

    /// As answers show it, beside what was asked for.
    fn shown(&self, id: &ImageId) -> Value {
        json!({ "imageId": id.shown(), "failureCode": self.code, "failureReason": self.reason })
    }
}

/// The image that a part of a batch means: by its digest, its tag, or both, which must be of one image.
fn find<'a>(repository: &'a Repository, id: &ImageId) -> Result<(&'a str, &'a Image), Failure> {
    let not_found = || Failure::new("ImageNotFound", "Requested image not found");
    let digest = match (&id.digest, &id.tag) {
        (None, None) => {
            return Err(Failure::new(
                "MissingDigestAndTag",
                "Invalid request parameters: both tag and digest cannot be null",
            ));
        }
        (Some(digest), _) if !digest.starts_with("sha256:") => {
            return Err(Failure::new(
                "InvalidImageDigest",
                "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
            ));
        }
        (Some(digest), Some(tag)) if repository.tagged(tag).is_some_and(|tagged| tagged != digest) => {
            return Err(Failure::new(
                "ImageTagDoesNotMatchDigest",
                "The provided tag does not match the provided digest",
            ));
        }
        (Some(digest), Some(tag)) if repository.tagged(tag).is_some() => digest.as_str(),
        (Some(_), Some(_)) => return Err(not_found()),
        (Some(digest), None) => digest.as_str(),
        (None, Some(tag)) => repository.tagged(tag).ok_or_else(not_found)?,
    };
    let found = repository.images.get_key_value(digest);
    found
        .map(|(digest, image)| (digest.as_str(), image))
        .ok_or_else(not_found)
}
