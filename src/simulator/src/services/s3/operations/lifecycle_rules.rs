//! What S3 demands of a lifecycle rule, in its own words.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html>

use crate::services::s3::fault::{Fault, Outcome};
use crate::services::s3::store::{Expiration, Filter, FilterForm, Noncurrent, Rule, Tags, Transition, When};
use s3s::dto;
use time::{OffsetDateTime, Time};

const ID_LIMIT: usize = 255;
/// The classes that objects can move to.
const CLASSES: [&str; 6] = [
    "GLACIER",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "DEEP_ARCHIVE",
    "GLACIER_IR",
];
/// Objects stay for a month before they move to one of these.
const INFREQUENT: [&str; 2] = ["STANDARD_IA", "ONEZONE_IA"];
const MONTH: i32 = 30;

fn argument(message: &str, name: &str, value: &(impl ToString + ?Sized)) -> Fault {
    Fault::invalid_argument(message.to_owned(), name, value.to_string())
}

/// The rule that a document asks for, unless S3 refuses it; it may have no id yet.
pub(super) fn checked(asked: dto::LifecycleRule) -> Outcome<Rule> {
    let id = asked.id.unwrap_or_default();
    if id.len() > ID_LIMIT {
        return Err(argument(
            "ID length should not exceed allowed limit of 255",
            "ID",
            &id,
        ));
    }
    let enabled = match asked.status.as_str() {
        dto::ExpirationStatus::ENABLED => true,
        dto::ExpirationStatus::DISABLED => false,
        _ => return Err(Fault::malformed_xml()),
    };
    let transitions = asked.transitions.unwrap_or_default().into_iter();
    let steps = asked
        .noncurrent_version_transitions
        .unwrap_or_default()
        .into_iter();
    let rule = Rule {
        id,
        enabled,
        filter: filter(asked.filter, asked.prefix)?,
        expiration: asked.expiration.map(expiration).transpose()?,
        transitions: transitions.map(transition).collect::<Outcome<_>>()?,
        noncurrent_expiration: asked
            .noncurrent_version_expiration
            .as_ref()
            .map(noncurrent_expiration)
            .transpose()?,
        noncurrent_transitions: steps.map(noncurrent_transition).collect::<Outcome<_>>()?,
        abort_after: asked
            .abort_incomplete_multipart_upload
            .as_ref()
            .map(abort)
            .transpose()?,
    };
    check_together(&rule)?;
    Ok(rule)
}

fn filter(asked: Option<dto::LifecycleRuleFilter>, legacy: Option<String>) -> Outcome<Filter> {
    let filter = match (asked, legacy) {
        (None, Some(prefix)) => {
            return Ok(Filter {
                form: FilterForm::Legacy,
                prefix: Some(prefix),
                ..Filter::default()
            });
        }
        (Some(filter), None) => filter,
        _ => return Err(Fault::malformed_xml()),
    };
    let elements = [
        filter.and.is_some(),
        filter.prefix.is_some(),
        filter.tag.is_some(),
        filter.object_size_greater_than.is_some(),
        filter.object_size_less_than.is_some(),
    ];
    if elements.into_iter().filter(|given| *given).count() > 1 {
        return Err(Fault::malformed_xml());
    }
    let (form, prefix, tags, larger_than, smaller_than) = match filter.and {
        Some(and) => (
            FilterForm::And,
            and.prefix,
            and.tags.unwrap_or_default(),
            and.object_size_greater_than,
            and.object_size_less_than,
        ),
        None => (
            FilterForm::Single,
            filter.prefix,
            filter.tag.into_iter().collect(),
            filter.object_size_greater_than,
            filter.object_size_less_than,
        ),
    };
    Ok(Filter {
        form,
        prefix,
        tags: tags_of(tags)?,
        larger_than,
        smaller_than,
    })
}

fn tags_of(tags: Vec<dto::Tag>) -> Outcome<Tags> {
    let mut read = Tags::new();
    for tag in tags {
        let (key, value) = (tag.key.unwrap_or_default(), tag.value.unwrap_or_default());
        if key.is_empty() {
            return Err(Fault::malformed_xml());
        }
        if read.iter().any(|(former, _)| *former == key) {
            return Err(Fault::invalid_request("Duplicate Tag Keys are not allowed."));
        }
        read.push((key, value));
    }
    Ok(read)
}

fn positive(days: i32, name: &str, action: &str) -> Outcome<i32> {
    if days > 0 {
        return Ok(days);
    }
    let message = format!("'{name}' for {action} action must be a positive integer");
    Err(argument(&message, name, &days))
}

fn midnight(date: dto::Timestamp) -> Outcome<OffsetDateTime> {
    let date = OffsetDateTime::from(date).to_offset(time::UtcOffset::UTC);
    if date.time() == Time::MIDNIGHT {
        return Ok(date);
    }
    let shown = crate::services::s3::dates::iso(date);
    Err(argument("'Date' must be at midnight GMT", "Date", &shown))
}

fn expiration(asked: dto::LifecycleExpiration) -> Outcome<Expiration> {
    match (asked.days, asked.date, asked.expired_object_delete_marker) {
        (Some(days), None, None) => positive(days, "Days", "Expiration").map(Expiration::Days),
        (None, Some(date), None) => midnight(date).map(Expiration::Date),
        (None, None, Some(removed)) => Ok(Expiration::ExpiredMarker(removed)),
        _ => Err(Fault::malformed_xml()),
    }
}

fn class(asked: Option<dto::TransitionStorageClass>) -> Outcome<String> {
    let class = asked.map(|class| class.as_str().to_owned()).unwrap_or_default();
    if CLASSES.contains(&class.as_str()) {
        Ok(class)
    } else {
        Err(Fault::malformed_xml())
    }
}

fn transition(asked: dto::Transition) -> Outcome<Transition> {
    let class = class(asked.storage_class)?;
    let when = match (asked.days, asked.date) {
        (Some(days), None) => When::Days(days_before(days, &class, "Days", "Transition")?),
        (None, Some(date)) => When::Date(midnight(date)?),
        _ => return Err(Fault::malformed_xml()),
    };
    Ok(Transition { when, class })
}

fn days_before(days: i32, class: &str, name: &str, action: &str) -> Outcome<i32> {
    if days < 0 {
        let message = format!("'{name}' for {action} action must be a nonnegative integer");
        return Err(argument(&message, name, &days));
    }
    if INFREQUENT.contains(&class) && days < MONTH {
        let message = format!(
            "'{name}' in {action} action must be greater than or equal to {MONTH} for storageClass '{class}'"
        );
        return Err(argument(&message, name, &days));
    }
    Ok(days)
}

fn newer(asked: Option<i32>, action: &str) -> Outcome<Option<i32>> {
    match asked {
        Some(count) if !(1..=100).contains(&count) => {
            let message =
                format!("'NewerNoncurrentVersions' for {action} action must be an integer between 1 and 100");
            Err(argument(&message, "NewerNoncurrentVersions", &count))
        }
        count => Ok(count),
    }
}

fn noncurrent_expiration(asked: &dto::NoncurrentVersionExpiration) -> Outcome<Noncurrent> {
    let action = "NoncurrentVersionExpiration";
    let days = asked.noncurrent_days.ok_or_else(Fault::malformed_xml)?;
    Ok(Noncurrent {
        days: positive(days, "NoncurrentDays", action)?,
        newer: newer(asked.newer_noncurrent_versions, action)?,
    })
}

fn noncurrent_transition(asked: dto::NoncurrentVersionTransition) -> Outcome<(Noncurrent, String)> {
    let action = "NoncurrentVersionTransition";
    let class = class(asked.storage_class)?;
    let days = asked.noncurrent_days.ok_or_else(Fault::malformed_xml)?;
    let limit = Noncurrent {
        days: days_before(days, &class, "NoncurrentDays", action)?,
        newer: newer(asked.newer_noncurrent_versions, action)?,
    };
    Ok((limit, class))
}

fn abort(asked: &dto::AbortIncompleteMultipartUpload) -> Outcome<i32> {
    let days = asked.days_after_initiation.ok_or_else(Fault::malformed_xml)?;
    positive(days, "DaysAfterInitiation", "AbortIncompleteMultipartUpload")
}

/// What the parts of a rule demand of each other.
fn check_together(rule: &Rule) -> Outcome<()> {
    let acts = rule.expiration.is_some()
        || !rule.transitions.is_empty()
        || rule.noncurrent_expiration.is_some()
        || !rule.noncurrent_transitions.is_empty()
        || rule.abort_after.is_some();
    if !acts {
        let message = "At least one action needs to be specified in a rule";
        return Err(Fault::invalid_request(message));
    }
    check_filter(rule)?;
    check_times(rule)
}

/// Markers and uploads have no tags that a filter could look at.
fn check_filter(rule: &Rule) -> Outcome<()> {
    let tagged = !rule.filter.tags.is_empty();
    let refused = |what: &str| {
        let message = format!("{what} cannot be specified with Tags.");
        Err(Fault::invalid_request(message))
    };
    if tagged && matches!(rule.expiration, Some(Expiration::ExpiredMarker(_))) {
        return refused("ExpiredObjectDeleteMarker");
    }
    if tagged && rule.abort_after.is_some() {
        return refused("AbortIncompleteMultipartUpload");
    }
    Ok(())
}

fn check_times(rule: &Rule) -> Outcome<()> {
    let shown = format!("(prefix={})", rule.filter.prefix.as_deref().unwrap_or_default());
    let by_date = rule
        .transitions
        .iter()
        .map(|step| matches!(step.when, When::Date(_)));
    let expires_by_date = rule.expiration.and_then(|expiration| match expiration {
        Expiration::Days(_) => Some(false),
        Expiration::Date(_) => Some(true),
        Expiration::ExpiredMarker(_) => None,
    });
    let kinds: Vec<bool> = by_date.chain(expires_by_date).collect();
    if kinds.windows(2).any(|pair| pair[0] != pair[1]) {
        let message = format!(
            "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for filter \
             '{shown}'"
        );
        return Err(Fault::invalid_request(message));
    }
    for step in &rule.transitions {
        let late = match (step.when, rule.expiration) {
            (When::Days(moves), Some(Expiration::Days(ends))) if moves >= ends => "Days",
            (When::Date(moves), Some(Expiration::Date(ends))) if moves >= ends => "Date",
            _ => continue,
        };
        let message = format!(
            "'{late}' in the Expiration action for filter '{shown}' must be greater than '{late}' in the Transition \
             action"
        );
        return Err(Fault::new(400, "InvalidArgument", message));
    }
    Ok(())
}
