//! A request as S3's operations read it: target, headers, and what they say together.

use super::dates::parse_http_date;
use super::fault::{Fault, Outcome};
use super::store::{
    Algorithm, Attributes, Claim, EtagCondition, ReadConditions, VersionMarker, WriteConditions,
};
use super::target::Target;
use crate::ACCOUNT;
use crate::call::Call;
use std::collections::BTreeMap;

const METADATA_PREFIX: &str = "x-amz-meta-";
/// An object has this many tags at most.
const TAG_LIMIT: usize = 10;

/// A request, its target read.
pub(super) struct Input<'a> {
    pub(super) call: &'a Call,
    pub(super) target: Target,
}

impl<'a> Input<'a> {
    pub(super) fn of(call: &'a Call) -> Outcome<Self> {
        Ok(Self {
            call,
            target: Target::of(&call.head)?,
        })
    }

    pub(super) fn bucket(&self) -> &str {
        self.target.bucket.as_deref().unwrap_or_default()
    }

    pub(super) fn key(&self) -> &str {
        self.target.key.as_deref().unwrap_or_default()
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.target.query(name)
    }

    pub(super) fn version_id(&self) -> Option<&str> {
        self.query("versionId")
    }

    /// A header; a presigned URL may carry an `x-amz-` one in its query.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.call.header(name).or_else(|| {
            let hoisted = self
                .target
                .query
                .iter()
                .find(|(found, _)| found.eq_ignore_ascii_case(name));
            hoisted
                .filter(|_| name.starts_with("x-amz-"))
                .map(|(_, value)| value.as_str())
        })
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.header(name).map(str::to_owned)
    }

    /// Where `ListObjectVersions` goes on. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html>
    pub(super) fn version_marker(&self) -> Outcome<VersionMarker<'_>> {
        let key = self.query("key-marker").unwrap_or_default();
        let version_id = self.query("version-id-marker");
        let argument = "version-id-marker";
        match version_id {
            Some("") => Err(Fault::invalid_argument(
                "A version-id marker cannot be empty.",
                argument,
                "",
            )),
            Some(id) if key.is_empty() => {
                let message = "A version-id marker cannot be specified without a key marker.";
                Err(Fault::invalid_argument(message, argument, id))
            }
            version_id => Ok(VersionMarker { key, version_id }),
        }
    }

    /// A count in the query: at most a thousand, which is also the default.
    pub(super) fn count(&self, name: &'static str) -> Outcome<usize> {
        let Some(text) = self.query(name).filter(|text| !text.is_empty()) else {
            return Ok(1000);
        };
        match text.parse::<i64>() {
            Ok(number @ 0..=2_147_483_647) => Ok(usize::try_from(number).unwrap_or(1000).min(1000)),
            Ok(_) => {
                let message = format!("Argument {name} must be an integer between 0 and 2147483647");
                Err(Fault::invalid_argument(message, name, text))
            }
            Err(_) => Err(Fault::invalid_argument(
                format!("Provided {name} not an integer or within integer range"),
                name,
                text,
            )),
        }
    }

    /// Whether keys are to be percent-encoded in the answer.
    pub(super) fn encodes_keys(&self) -> Outcome<bool> {
        match self.query("encoding-type").filter(|kind| !kind.is_empty()) {
            None => Ok(false),
            Some("url") => Ok(true),
            Some(other) => Err(Fault::invalid_argument(
                "Invalid Encoding Method specified in Request",
                "encoding-type",
                other,
            )),
        }
    }

    pub(super) fn read_conditions(&self) -> ReadConditions {
        self.conditions_named([
            "if-match",
            "if-none-match",
            "if-modified-since",
            "if-unmodified-since",
        ])
    }

    /// The conditions of a copy, on its source.
    pub(super) fn source_conditions(&self) -> ReadConditions {
        self.conditions_named([
            "x-amz-copy-source-if-match",
            "x-amz-copy-source-if-none-match",
            "x-amz-copy-source-if-modified-since",
            "x-amz-copy-source-if-unmodified-since",
        ])
    }

    fn conditions_named(&self, [matches, differs, since, until]: [&str; 4]) -> ReadConditions {
        ReadConditions {
            if_match: self.header(matches).map(EtagCondition::parse),
            if_none_match: self.header(differs).map(EtagCondition::parse),
            if_modified_since: self.header(since).and_then(parse_http_date),
            if_unmodified_since: self.header(until).and_then(parse_http_date),
        }
    }

    pub(super) fn write_conditions(&self) -> WriteConditions {
        WriteConditions {
            if_match: self.header("if-match").map(EtagCondition::parse),
            if_none_match: self.header("if-none-match").map(EtagCondition::parse),
        }
    }

    /// What the request says about its body.
    pub(super) fn claim(&self) -> Outcome<Claim> {
        let given: Vec<_> = Algorithm::ALL
            .into_iter()
            .filter_map(|algorithm| Some((algorithm, self.owned(algorithm.header())?)))
            .collect();
        if given.len() > 1 {
            let message =
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
            return Err(Fault::invalid_request(message));
        }
        if self
            .call
            .head
            .headers
            .keys()
            .any(|name| is_foreign_checksum(name.as_str()))
        {
            return Err(Fault::not_implemented());
        }
        Ok(Claim {
            md5: self.owned("content-md5"),
            checksum: given.into_iter().next(),
            wanted: self.algorithm("x-amz-sdk-checksum-algorithm")?,
        })
    }

    /// A checksum algorithm that a header names.
    pub(super) fn algorithm(&self, header: &str) -> Outcome<Option<Algorithm>> {
        let Some(name) = self.header(header) else {
            return Ok(None);
        };
        Algorithm::named(name).map(Some).ok_or_else(|| {
            let message = "Checksum algorithm provided is unsupported. Please try again with any of the valid \
                           types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]";
            Fault::invalid_request(message)
        })
    }

    pub(super) fn attributes(&self) -> Attributes {
        Attributes {
            content_type: self.owned("content-type"),
            content_encoding: self.owned("content-encoding"),
            content_language: self.owned("content-language"),
            content_disposition: self.owned("content-disposition"),
            cache_control: self.owned("cache-control"),
            expires: self.owned("expires"),
            website_redirect_location: self.owned("x-amz-website-redirect-location"),
            metadata: self.metadata(),
            storage_class: self.owned("x-amz-storage-class"),
        }
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        let headers = self.call.head.headers.iter().filter_map(|(name, value)| {
            let name = name.as_str().strip_prefix(METADATA_PREFIX)?;
            Some((
                name.to_owned(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            ))
        });
        let hoisted = self.target.query.iter().filter_map(|(name, value)| {
            let name = name.to_ascii_lowercase();
            Some((name.strip_prefix(METADATA_PREFIX)?.to_owned(), value.clone()))
        });
        hoisted.chain(headers).collect()
    }

    /// The tags of `x-amz-tagging`, written like a query string.
    pub(super) fn tags(&self) -> Outcome<Vec<(String, String)>> {
        let text = self.header("x-amz-tagging").unwrap_or_default();
        let pairs = url::form_urlencoded::parse(text.as_bytes());
        check_tags(
            pairs
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// Refuses a request that is meant for another owner's bucket.
    pub(super) fn check_owner(&self) -> Outcome<()> {
        let names = [
            "x-amz-expected-bucket-owner",
            "x-amz-source-expected-bucket-owner",
        ];
        let others = names
            .into_iter()
            .filter_map(|name| self.header(name))
            .any(|owner| owner != ACCOUNT);
        if others {
            Err(Fault::new(403, "AccessDenied", "Access Denied"))
        } else {
            Ok(())
        }
    }

    /// Refuses headers that ask for what a bucket with today's default settings refuses, or what is not simulated.
    pub(super) fn check_write_headers(&self) -> Outcome<()> {
        self.check_owner()?;
        let owner_enforced = ["private", "bucket-owner-full-control"];
        let acl = self
            .header("x-amz-acl")
            .is_some_and(|acl| !owner_enforced.contains(&acl));
        let starts_with = |prefix: &str| {
            self.call
                .head
                .headers
                .keys()
                .any(|name| name.as_str().starts_with(prefix))
        };
        if acl || starts_with("x-amz-grant-") {
            return Err(Fault::new(
                400,
                "AccessControlListNotSupported",
                "The bucket does not allow ACLs",
            ));
        }
        if starts_with("x-amz-object-lock-") {
            return Err(Fault::invalid_request(
                "Bucket is missing Object Lock Configuration",
            ));
        }
        let kms = self
            .header("x-amz-server-side-encryption")
            .filter(|kind| *kind != "AES256");
        let customer = self.header("x-amz-server-side-encryption-customer-algorithm");
        let offset = self.header("x-amz-write-offset-bytes");
        match kms.or(customer).or(offset) {
            Some(_) => Err(Fault::not_implemented()),
            None => Ok(()),
        }
    }

    /// Checks a document body (XML) against its claims.
    pub(super) fn check_body(&self) -> Outcome<()> {
        let claim = self.claim()?;
        claim.check(&self.call.body)
    }
}

/// A checksum that is not verified here must not pass for one that was.
fn is_foreign_checksum(header: &str) -> bool {
    let about = [
        "x-amz-checksum-algorithm",
        "x-amz-checksum-mode",
        "x-amz-checksum-type",
    ];
    header.starts_with("x-amz-checksum-")
        && !about.contains(&header)
        && Algorithm::ALL
            .iter()
            .all(|algorithm| algorithm.header() != header)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html>
pub(super) fn check_tags(tags: Vec<(String, String)>) -> Outcome<Vec<(String, String)>> {
    if tags.len() > TAG_LIMIT {
        return Err(Fault::new(
            400,
            "BadRequest",
            "Object tags cannot be greater than 10",
        ));
    }
    for (index, (name, value)) in tags.iter().enumerate() {
        if name.is_empty() || name.chars().count() > 128 || name.starts_with("aws:") {
            return Err(invalid_tag(
                "The TagKey you have provided is invalid",
                "TagKey",
                name,
            ));
        }
        if value.chars().count() > 256 {
            return Err(invalid_tag(
                "The TagValue you have provided is invalid",
                "TagValue",
                value,
            ));
        }
        if tags[..index].iter().any(|(former, _)| former == name) {
            return Err(invalid_tag(
                "Cannot provide multiple Tags with the same key",
                "TagKey",
                name,
            ));
        }
    }
    Ok(tags)
}

fn invalid_tag(message: &'static str, element: &'static str, value: &str) -> Fault {
    Fault::new(400, "InvalidTag", message).with(element, value)
}
