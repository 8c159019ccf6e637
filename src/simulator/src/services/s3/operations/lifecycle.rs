//! The lifecycle configuration of a bucket.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html>

use super::lifecycle_rules::checked;
use crate::call::Outcome;
use crate::chance::text;
use crate::cloud::Cloud;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::Input;
use crate::services::s3::store::{
    Expiration, Filter, FilterForm, Lifecycle, Noncurrent, Rule, Transition, When,
};
use crate::services::s3::{open, reply, xml};
use base64::{Engine, prelude::BASE64_STANDARD};
use s3s::dto;

/// A configuration has this many rules at most.
const LIMIT: usize = 1000;
const MINIMUM_SIZE: &str = "x-amz-transition-default-minimum-object-size";
const ALL_CLASSES: &str = "all_storage_classes_128K";
const BY_CLASS: &str = "varies_by_storage_class";

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html>
pub(super) fn put_lifecycle(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let asked: dto::BucketLifecycleConfiguration = xml::read(input.document()?)?;
    let lifecycle = Lifecycle {
        rules: rules(asked.rules)?,
        minimum_size: minimum_size(input)?,
    };
    let mut answer = reply::empty(200);
    reply::set(&mut answer.headers, MINIMUM_SIZE, &lifecycle.minimum_size);
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    bucket.configure(|settings| settings.lifecycle = Some(lifecycle));
    Ok(answer)
}

fn minimum_size(input: &Input<'_>) -> fault::Outcome<String> {
    match input.header(MINIMUM_SIZE) {
        None => Ok(ALL_CLASSES.to_owned()),
        Some(size @ (ALL_CLASSES | BY_CLASS)) => Ok(size.to_owned()),
        Some(other) => Err(Fault::invalid_request(format!(
            "Invalid TransitionDefaultMinimumObjectSize found: {other}"
        ))),
    }
}

fn rules(asked: Vec<dto::LifecycleRule>) -> fault::Outcome<Vec<Rule>> {
    if asked.is_empty() {
        return Err(Fault::malformed_xml());
    }
    if asked.len() > LIMIT {
        let message = "The number of lifecycle rules must not exceed the allowed limit of 1000 rules";
        return Err(Fault::invalid_request(message));
    }
    let mut rules: Vec<Rule> = Vec::with_capacity(asked.len());
    for rule in asked {
        let mut rule = checked(rule)?;
        if rules
            .iter()
            .any(|former| !rule.id.is_empty() && former.id == rule.id)
        {
            let message = "Rule ID must be unique. Found same ID for more than one rule";
            return Err(Fault::invalid_argument(message, "ID", rule.id));
        }
        if rule.id.is_empty() {
            rule.id = BASE64_STANDARD.encode(text(b"0123456789abcdef-", 36));
        }
        rules.push(rule);
    }
    Ok(rules)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html>
pub(super) fn get_lifecycle(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let lifecycle = input.bucket_in(&open(cloud))?.settings().lifecycle.clone();
    let lifecycle = lifecycle.ok_or_else(|| {
        let message = "The lifecycle configuration does not exist";
        Fault::not_configured("NoSuchLifecycleConfiguration", message, input.bucket())
    })?;
    let rules = lifecycle.rules.into_iter().map(shown).collect();
    let mut answer = reply::document(&dto::BucketLifecycleConfiguration { rules })?;
    reply::set(&mut answer.headers, MINIMUM_SIZE, &lifecycle.minimum_size);
    Ok(answer)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html>
pub(super) fn delete_lifecycle(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    bucket.configure(|settings| settings.lifecycle = None);
    Ok(reply::empty(204))
}

fn shown(rule: Rule) -> dto::LifecycleRule {
    let status = if rule.enabled { "Enabled" } else { "Disabled" };
    let legacy = rule.filter.form == FilterForm::Legacy;
    let some = |empty: bool| (!empty).then_some(());
    dto::LifecycleRule {
        id: Some(rule.id),
        status: dto::ExpirationStatus::from_static(status),
        prefix: rule.filter.prefix.clone().filter(|_| legacy),
        filter: (!legacy).then(|| filter_shown(rule.filter)),
        expiration: rule.expiration.map(expiration_shown),
        transitions: some(rule.transitions.is_empty())
            .map(|()| rule.transitions.into_iter().map(transition_shown).collect()),
        noncurrent_version_expiration: rule.noncurrent_expiration.map(|limit| {
            dto::NoncurrentVersionExpiration {
                newer_noncurrent_versions: limit.newer,
                noncurrent_days: Some(limit.days),
            }
        }),
        noncurrent_version_transitions: some(rule.noncurrent_transitions.is_empty()).map(|()| {
            let steps = rule.noncurrent_transitions.into_iter();
            steps.map(noncurrent_shown).collect()
        }),
        abort_incomplete_multipart_upload: rule.abort_after.map(|days| dto::AbortIncompleteMultipartUpload {
            days_after_initiation: Some(days),
        }),
    }
}

fn filter_shown(filter: Filter) -> dto::LifecycleRuleFilter {
    let tag = |(key, value)| dto::Tag {
        key: Some(key),
        value: Some(value),
    };
    let mut tags: Vec<dto::Tag> = filter.tags.into_iter().map(tag).collect();
    if filter.form == FilterForm::And {
        let and = dto::LifecycleRuleAndOperator {
            object_size_greater_than: filter.larger_than,
            object_size_less_than: filter.smaller_than,
            prefix: filter.prefix,
            tags: Some(tags).filter(|tags| !tags.is_empty()),
        };
        return dto::LifecycleRuleFilter {
            and: Some(and),
            ..dto::LifecycleRuleFilter::default()
        };
    }
    dto::LifecycleRuleFilter {
        and: None,
        object_size_greater_than: filter.larger_than,
        object_size_less_than: filter.smaller_than,
        prefix: filter.prefix,
        tag: tags.pop(),
    }
}

fn expiration_shown(expiration: Expiration) -> dto::LifecycleExpiration {
    let mut shown = dto::LifecycleExpiration::default();
    match expiration {
        Expiration::Days(days) => shown.days = Some(days),
        Expiration::Date(date) => shown.date = Some(date.into()),
        Expiration::ExpiredMarker(removed) => shown.expired_object_delete_marker = Some(removed),
    }
    shown
}

fn transition_shown(transition: Transition) -> dto::Transition {
    let (date, days) = match transition.when {
        When::Days(days) => (None, Some(days)),
        When::Date(date) => (Some(date.into()), None),
    };
    dto::Transition {
        date,
        days,
        storage_class: Some(transition.class.into()),
    }
}

fn noncurrent_shown((limit, class): (Noncurrent, String)) -> dto::NoncurrentVersionTransition {
    dto::NoncurrentVersionTransition {
        newer_noncurrent_versions: limit.newer,
        noncurrent_days: Some(limit.days),
        storage_class: Some(class.into()),
    }
}
