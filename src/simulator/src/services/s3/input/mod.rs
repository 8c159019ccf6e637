//! A request as S3's operations read it: target, headers, and what they say together.

mod acl;
mod claim;
mod encryption;
mod lock;
mod new_bucket;
mod tags;

pub(super) use acl::{AclSent, grant_of, public_acl_blocked};
pub(super) use claim::document_claim;

pub(super) use new_bucket::NewBucket;
pub(super) use tags::{check_bucket_tags, check_object_tags, read_tagging_header};

use super::dates::parse_http_date;
use super::fault::{Fault, Outcome};
use super::store::{
    Attributes, Bucket, Deletion, EtagCondition, ReadConditions, Store, VersionMarker, WriteConditions,
};
use super::target::Target;
use crate::call::Call;
use std::collections::BTreeMap;

const METADATA_PREFIX: &str = "x-amz-meta-";
/// A page has this many lines at most.
const PAGE: usize = 1000;

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

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.call.header(name)
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.header(name).map(str::to_owned)
    }

    /// Whether some header's name starts like that.
    fn any_header(&self, prefix: &str) -> bool {
        let mut names = self.call.head.headers.keys();
        names.any(|name| name.as_str().starts_with(prefix))
    }

    /// Whether a header says `true`.
    pub(super) fn says_true(&self, name: &str) -> bool {
        self.header(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The account that calls; an anonymous caller has none.
    pub(super) fn account(&self) -> Option<&str> {
        self.call.caller.principal.account()
    }

    /// The request's bucket, to read, unless the caller expects another owner of it.
    pub(super) fn bucket_in<'s>(&self, store: &'s Store) -> Outcome<&'s Bucket> {
        let bucket = store.bucket(self.bucket())?;
        self.check_owner(bucket, "x-amz-expected-bucket-owner")?;
        Ok(bucket)
    }

    /// The same, to write.
    pub(super) fn bucket_in_mut<'s>(&self, store: &'s mut Store) -> Outcome<&'s mut Bucket> {
        self.bucket_in(store)?;
        store.bucket_mut(self.bucket())
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html>
    pub(super) fn check_owner(&self, bucket: &Bucket, header: &str) -> Outcome<()> {
        let Some(expected) = self.header(header) else {
            return Ok(());
        };
        if expected.len() != 12 || !expected.bytes().all(|byte| byte.is_ascii_digit()) {
            let message = format!(
                "The value of the expected bucket owner parameter must be an AWS Account ID... [{expected}]"
            );
            return Err(Fault::new(400, "InvalidBucketOwnerAWSAccountID", message));
        }
        if expected == bucket.settings().owner {
            Ok(())
        } else {
            Err(Fault::access_denied())
        }
    }

    /// Where `ListObjectVersions` goes on. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html>
    pub(super) fn version_marker(&self) -> Outcome<VersionMarker<'_>> {
        let key = self.query("key-marker");
        let version_id = self.query("version-id-marker");
        let argument = "version-id-marker";
        match (version_id, key) {
            (Some(id), None) => {
                let message = "A version-id marker cannot be specified without a key marker.";
                Err(Fault::invalid_argument(message, argument, id))
            }
            (Some(""), Some(_)) => Err(Fault::invalid_argument(
                "A version-id marker cannot be empty.",
                argument,
                "",
            )),
            (version_id, key) => Ok(VersionMarker {
                key: key.unwrap_or_default(),
                version_id,
            }),
        }
    }

    /// A count in the query as it was meant, a thousand unless it says otherwise; it may be negative.
    pub(super) fn count(&self, name: &'static str) -> Outcome<i32> {
        let Some(text) = self.query(name).filter(|text| !text.is_empty()) else {
            return Ok(1000);
        };
        // A leading plus sign is no number there.
        let parsed = text.parse::<i32>().ok().filter(|_| !text.starts_with('+'));
        parsed.ok_or_else(|| {
            let message = format!("Provided {name} not an integer or within integer range");
            Fault::invalid_argument(message, name, text)
        })
    }

    /// Whether keys are to be percent-encoded in the answer: the word by which that was asked for.
    pub(super) fn encoding(&self) -> Outcome<Option<&str>> {
        match self.query("encoding-type") {
            None => Ok(None),
            Some(kind) if kind.eq_ignore_ascii_case("url") => Ok(Some(kind)),
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

    /// A write may demand that there is nothing, or that there is one very object.
    pub(super) fn write_conditions(&self) -> Outcome<WriteConditions> {
        let (matches, differs) = (self.header("if-match"), self.header("if-none-match"));
        let unsupported = |header: &'static str, why: String| {
            Err(Fault::header_not_implemented(header).with("additionalMessage", why))
        };
        let odd = |header| format!("We don't accept the provided value of {header} header for this API");
        match (matches, differs) {
            (Some(_), Some(_)) => unsupported(
                "If-Match,If-None-Match",
                "Multiple conditional request headers present in the request".to_owned(),
            ),
            (Some("*"), None) => unsupported("If-Match", odd("If-Match")),
            (None, Some(tag)) if tag != "*" => unsupported("If-None-Match", odd("If-None-Match")),
            _ => Ok(WriteConditions {
                if_match: matches.map(EtagCondition::parse),
                if_none_match: differs.map(EtagCondition::parse),
            }),
        }
    }

    /// What a DELETE demands of what it deletes.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html>
    pub(super) fn deletion(&self) -> Outcome<Deletion<'_>> {
        for header in ["x-amz-if-match-last-modified-time", "x-amz-if-match-size"] {
            if self.header(header).is_some() {
                return Err(Fault::header_not_implemented(header));
            }
        }
        Ok(Deletion {
            version_id: self.version_id(),
            conditions: WriteConditions {
                if_match: self.header("if-match").map(EtagCondition::parse),
                if_none_match: None,
            },
            bypass: false,
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
            ..Attributes::default()
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
        headers.collect()
    }

    /// Refuses what is not simulated.
    pub(super) fn check_write_headers(&self) -> Outcome<()> {
        let redirect = self.header("x-amz-website-redirect-location");
        if redirect.is_some_and(|to| {
            !["/", "http://", "https://"]
                .iter()
                .any(|start| to.starts_with(start))
        }) {
            let message =
                "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.";
            return Err(Fault::new(400, "InvalidRedirectLocation", message));
        }
        for header in ["x-amz-write-offset-bytes", "x-amz-object-lock-event-hold"] {
            if self.header(header).is_some() {
                return Err(Fault::header_not_implemented(header));
            }
        }
        Ok(())
    }

    /// The body, which this operation cannot do without, checked against what the request says of it.
    pub(super) fn document(&self) -> Outcome<&[u8]> {
        let claim = self.claim()?;
        if self.call.body.is_empty() {
            return Err(Fault::new(
                400,
                "MissingRequestBodyError",
                "Request Body is empty",
            ));
        }
        claim.check_document(&self.call.body)?;
        Ok(&self.call.body)
    }

    /// Checks a body that may be empty against what the request says of it.
    pub(super) fn check_body(&self) -> Outcome<()> {
        self.claim()?.check_document(&self.call.body)
    }
}

/// How many lines of a page are served for a count that is not negative.
pub(super) fn served(count: i32, shown_as: &'static str) -> Outcome<usize> {
    usize::try_from(count).map(|count| count.min(PAGE)).map_err(|_| {
        let message = format!("Argument {shown_as} must be an integer between 0 and 2147483647");
        Fault::invalid_argument(message, shown_as, count.to_string())
    })
}
