//! Lifecycle configurations: rules, which versions they are about, and when something is due.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html>

use super::settings::Tags;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime, Time};

/// A bucket's lifecycle configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lifecycle {
    pub(crate) rules: Vec<Rule>,
    /// `all_storage_classes_128K` or `varies_by_storage_class`.
    pub(crate) minimum_size: String,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) enabled: bool,
    pub(crate) filter: Filter,
    pub(crate) expiration: Option<Expiration>,
    pub(crate) transitions: Vec<Transition>,
    pub(crate) noncurrent_expiration: Option<Noncurrent>,
    pub(crate) noncurrent_transitions: Vec<(Noncurrent, String)>,
    /// Days after which an upload that was not completed is given up.
    pub(crate) abort_after: Option<i32>,
}

/// How a filter was written; what it says does not depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum FilterForm {
    /// `Prefix` beside the rule's actions, as before filters.
    Legacy,
    /// `Filter` with one element or none.
    #[default]
    Single,
    /// `Filter` with `And`.
    And,
}

/// Which objects a rule is about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Filter {
    pub(crate) form: FilterForm,
    pub(crate) prefix: Option<String>,
    pub(crate) tags: Tags,
    pub(crate) larger_than: Option<i64>,
    pub(crate) smaller_than: Option<i64>,
}

/// What becomes of current versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Expiration {
    /// So many days after it was written, an object goes (or a marker hides it).
    Days(i32),
    /// From a midnight on, likewise.
    Date(OffsetDateTime),
    /// Markers that hide nothing go.
    ExpiredMarker(bool),
}

/// When an object changes its storage class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Transition {
    pub(crate) when: When,
    pub(crate) class: String,
}

/// A time, by an object's age or by the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum When {
    Days(i32),
    Date(OffsetDateTime),
}

/// When a version has been noncurrent for long enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Noncurrent {
    pub(crate) days: i32,
    /// So many newer noncurrent versions are kept in any case.
    pub(crate) newer: Option<i32>,
}

/// What rules look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) key: &'a str,
    pub(super) tags: &'a [(String, String)],
    /// `None` for a delete marker, which has neither size nor tags.
    pub(super) size: Option<u64>,
}

impl Filter {
    pub(super) fn matches(&self, subject: Subject<'_>) -> bool {
        let prefix = self.prefix.as_deref().unwrap_or_default();
        if !subject.key.starts_with(prefix) {
            return false;
        }
        let Some(size) = subject.size else {
            return self.tags.is_empty() && self.larger_than.is_none() && self.smaller_than.is_none();
        };
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        self.tags.iter().all(|tag| subject.tags.contains(tag))
            && self.larger_than.is_none_or(|least| size > least)
            && self.smaller_than.is_none_or(|most| size < most)
    }

    /// Whether the filter says anything of sizes.
    pub(super) fn is_about_size(&self) -> bool {
        self.larger_than.is_some() || self.smaller_than.is_some()
    }
}

impl Rule {
    /// When an object that was written at `modified` expires by this rule.
    pub(super) fn expires(&self, modified: OffsetDateTime) -> Option<OffsetDateTime> {
        match self.expiration? {
            Expiration::Days(days) => Some(due(modified, days)),
            Expiration::Date(date) => Some(date),
            Expiration::ExpiredMarker(_) => None,
        }
    }
}

impl Lifecycle {
    /// The rules in force.
    pub(super) fn enabled(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| rule.enabled)
    }

    /// When an object expires, and by which rule: the first of those that apply.
    pub(super) fn expiry(
        &self,
        subject: Subject<'_>,
        modified: OffsetDateTime,
    ) -> Option<(OffsetDateTime, &str)> {
        let matching = self.enabled().filter(|rule| rule.filter.matches(subject));
        matching
            .filter_map(|rule| Some((rule.expires(modified)?, rule.id.as_str())))
            .min_by_key(|(at, _)| *at)
    }

    /// When an upload is given up, and by which rule.
    pub(crate) fn abort(&self, key: &str, initiated: OffsetDateTime) -> Option<(OffsetDateTime, &str)> {
        let matching = self.enabled().filter(|rule| {
            let prefix = rule.filter.prefix.as_deref().unwrap_or_default();
            key.starts_with(prefix)
        });
        matching
            .filter_map(|rule| Some((due(initiated, rule.abort_after?), rule.id.as_str())))
            .min_by_key(|(at, _)| *at)
    }
}

/// So many days later, rounded up to midnight UTC; at the end of the calendar where that is later: a rule may name 5 million
/// years.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days>
pub(super) fn due(since: OffsetDateTime, days: i32) -> OffsetDateTime {
    midnight_from(since.saturating_add(Duration::days(i64::from(days))))
}

/// The first midnight UTC that is not before `time`.
pub(super) fn midnight_from(time: OffsetDateTime) -> OffsetDateTime {
    let start = time.to_offset(time::UtcOffset::UTC).replace_time(Time::MIDNIGHT);
    if start == time {
        start
    } else {
        start.saturating_add(Duration::DAY)
    }
}
