//! Object Lock: what keeps a version from being destroyed.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html>

use super::bucket::Bucket;
use super::history::Version;
use crate::services::s3::fault::{Fault, Outcome};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// How strictly a retention period holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mode {
    /// Who may bypass it can shorten it and delete the version.
    Governance,
    /// Nobody can, until the period is over.
    Compliance,
}

impl Mode {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Governance => "GOVERNANCE",
            Self::Compliance => "COMPLIANCE",
        }
    }

    /// The mode of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Governance, Self::Compliance]
            .into_iter()
            .find(|mode| mode.name() == name)
    }
}

/// The retention period of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Retention {
    pub(crate) mode: Mode,
    pub(crate) until: OffsetDateTime,
}

impl Retention {
    fn holds(&self, now: OffsetDateTime) -> bool {
        self.until > now
    }
}

/// How long a bucket protects what is put into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Period {
    Days(i32),
    Years(i32),
}

/// Object Lock of a bucket, where it is enabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct ObjectLock {
    /// What a version gets that comes without a retention period of its own.
    pub(crate) default: Option<(Mode, Period)>,
}

impl ObjectLock {
    /// The retention of a version that is written now.
    pub(crate) fn retention(&self, now: OffsetDateTime) -> Option<Retention> {
        let (mode, period) = self.default?;
        let until = match period {
            Period::Days(days) => now + Duration::days(i64::from(days)),
            Period::Years(years) => years_later(now, years),
        };
        Some(Retention { mode, until })
    }
}

fn years_later(now: OffsetDateTime, years: i32) -> OffsetDateTime {
    // 29 February has no anniversary in most years.
    let day = now.replace_year(now.year() + years);
    day.or_else(|_| {
        now.replace_day(28)
            .and_then(|now| now.replace_year(now.year() + years))
    })
    .unwrap_or(now + Duration::days(i64::from(years) * 365))
}

/// What keeps a version from being destroyed at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protection {
    None,
    /// Only until somebody bypasses it who may.
    Governance,
    /// In any case.
    Absolute,
}

impl Version {
    /// What protects this version.
    pub(crate) fn protection(&self, now: OffsetDateTime) -> Protection {
        if self.properties.legal_hold == Some(true) {
            return Protection::Absolute;
        }
        match self.properties.retention.filter(|retention| retention.holds(now)) {
            None => Protection::None,
            Some(retention) if retention.mode == Mode::Governance => Protection::Governance,
            Some(_) => Protection::Absolute,
        }
    }
}

impl Bucket {
    /// What protects a version from being destroyed; a version that is not there needs no protection.
    pub(crate) fn protection(&self, key: &str, version_id: Option<&str>, now: OffsetDateTime) -> Protection {
        let version = match version_id {
            Some(id) => self.version(key, id),
            None => self.current(key),
        };
        version.map_or(Protection::None, |version| version.protection(now))
    }

    /// Refuses what asks about locks where there are none.
    pub(crate) fn check_object_lock(&self) -> Outcome<()> {
        if self.settings().object_lock.is_some() {
            return Ok(());
        }
        Err(Fault::invalid_request(
            "Bucket is missing Object Lock Configuration",
        ))
    }
}

/// Whether a retention may take the place of another.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-modes>
pub(super) fn check_change(
    former: Option<Retention>,
    wanted: Option<Retention>,
    bypass: bool,
    now: OffsetDateTime,
) -> Outcome<()> {
    let Some(former) = former.filter(|former| former.holds(now)) else {
        return Ok(());
    };
    let stricter = wanted.is_some_and(|wanted| wanted.mode == former.mode && wanted.until >= former.until);
    let bypassed = bypass && former.mode == Mode::Governance;
    if stricter || bypassed {
        Ok(())
    } else {
        Err(protected())
    }
}

/// The answer to who would destroy a protected version.
pub(crate) fn protected() -> Fault {
    Fault::new(
        403,
        "AccessDenied",
        "Access Denied because object protected by object lock.",
    )
}
