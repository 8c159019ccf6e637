//! Conditional requests.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html>

use crate::services::s3::fault::{Fault, Outcome};
use time::OffsetDateTime;

/// The value of `If-Match` or `If-None-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EtagCondition {
    /// `*`
    Any,
    /// One or several entity tags, without quotes.
    OneOf(Vec<String>),
}

impl EtagCondition {
    /// Reads a header: tags may be weak, quoted or bare.
    pub(crate) fn parse(header: &str) -> Self {
        if header.trim() == "*" {
            return Self::Any;
        }
        let tags = header.split(',').map(|tag| {
            let tag = tag.trim();
            tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"').to_owned()
        });
        Self::OneOf(tags.collect())
    }

    fn matches(&self, etag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(tags) => tags.iter().any(|tag| tag == etag),
        }
    }
}

/// What a GET, a HEAD or a copy demands of what it reads.
#[expect(
    clippy::struct_field_names,
    reason = "the fields are named as the headers are"
)]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ReadConditions {
    pub(crate) if_match: Option<EtagCondition>,
    pub(crate) if_none_match: Option<EtagCondition>,
    pub(crate) if_modified_since: Option<OffsetDateTime>,
    pub(crate) if_unmodified_since: Option<OffsetDateTime>,
}

/// How the demands turn out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadOutcome {
    Proceed,
    /// 304 on a read, 412 on a copy. Names the condition.
    NotModified(&'static str),
    /// 412. Names the condition.
    Failed(&'static str),
}

impl ReadConditions {
    /// Dates are compared by the second, as headers carry them. A tag that matches wins over a date, as RFC 9110,
    /// section 13.2.2, has it.
    pub(crate) fn evaluate(&self, etag: &str, modified: OffsetDateTime) -> ReadOutcome {
        let modified = modified.unix_timestamp();
        match (&self.if_match, self.if_unmodified_since) {
            (Some(tags), _) if !tags.matches(etag) => return ReadOutcome::Failed("If-Match"),
            (None, Some(date)) if modified > date.unix_timestamp() => {
                return ReadOutcome::Failed("If-Unmodified-Since");
            }
            _ => {}
        }
        match (&self.if_none_match, self.if_modified_since) {
            (Some(tags), _) if tags.matches(etag) => ReadOutcome::NotModified("If-None-Match"),
            (None, Some(date)) if modified <= date.unix_timestamp() => {
                ReadOutcome::NotModified("If-Modified-Since")
            }
            _ => ReadOutcome::Proceed,
        }
    }
}

/// What a write demands of the object it replaces.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WriteConditions {
    pub(crate) if_match: Option<EtagCondition>,
    pub(crate) if_none_match: Option<EtagCondition>,
}

impl WriteConditions {
    /// `current` is the tag of the current object; a delete marker counts as none.
    pub(crate) fn check(&self, key: &str, current: Option<&str>) -> Outcome<()> {
        if let Some(tags) = &self.if_match {
            let etag = current.ok_or_else(|| Fault::no_such_key(key))?;
            if !tags.matches(etag) {
                return Err(Fault::precondition_failed("If-Match"));
            }
        }
        match (&self.if_none_match, current) {
            (Some(tags), Some(etag)) if tags.matches(etag) => {
                Err(Fault::precondition_failed("If-None-Match"))
            }
            _ => Ok(()),
        }
    }

    /// The same for an upload that was begun at `begun`: what has happened to the key since then is a conflict,
    /// even where the key now looks as it is demanded to.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html#conditional-write-behavior>
    pub(super) fn check_since(
        &self,
        key: &str,
        current: Option<(&str, u64)>,
        begun: u64,
        deleted_since: bool,
    ) -> Outcome<()> {
        self.check(key, current.map(|(etag, _)| etag))?;
        let written_since = current.is_some_and(|(_, sequence)| sequence > begun);
        if self.if_match.is_some() && written_since {
            return Err(Fault::conditional_conflict("If-Match", key));
        }
        if self.if_none_match.is_some() && deleted_since {
            return Err(Fault::conditional_conflict("If-None-Match", key));
        }
        Ok(())
    }
}
