//! Object Lock of buckets, and of the versions in them.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html>

use super::read::find;
use crate::call::Outcome;
use crate::cloud::Cloud;
use crate::services::s3::access::on_key;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::Input;
use crate::services::s3::store::{Mode, ObjectLock, Period, Retention, Versioning};
use crate::services::s3::{open, reply, xml};
use s3s::dto;
use time::OffsetDateTime;

/// The longest default periods.
const MOST_DAYS: i32 = 36_500;
const MOST_YEARS: i32 = 100;

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html>
pub(super) fn get_configuration(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let lock = input.bucket_in(&open(cloud))?.settings().object_lock;
    let lock = lock.ok_or_else(|| {
        let message = "Object Lock configuration does not exist for this bucket";
        Fault::not_configured("ObjectLockConfigurationNotFoundError", message, input.bucket())
    })?;
    let rule = lock.default.map(|(mode, period)| {
        let (days, years) = match period {
            Period::Days(days) => (Some(days), None),
            Period::Years(years) => (None, Some(years)),
        };
        dto::ObjectLockRule {
            default_retention: Some(dto::DefaultRetention {
                days,
                mode: Some(dto::ObjectLockRetentionMode::from_static(mode.name())),
                years,
            }),
        }
    });
    let enabled = dto::ObjectLockEnabled::from_static(dto::ObjectLockEnabled::ENABLED);
    Ok(reply::document(&dto::ObjectLockConfiguration {
        object_lock_enabled: Some(enabled),
        rule,
    })?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html>
pub(super) fn put_configuration(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let asked: dto::ObjectLockConfiguration = xml::read(input.document()?)?;
    let lock = ObjectLock {
        default: default_of(&asked)?,
    };
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    if bucket.versioning() != Versioning::Enabled {
        let message = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration";
        return Err(Fault::new(409, "InvalidBucketState", message).into());
    }
    bucket.configure(|settings| settings.object_lock = Some(lock));
    Ok(reply::empty(200))
}

fn default_of(asked: &dto::ObjectLockConfiguration) -> fault::Outcome<Option<(Mode, Period)>> {
    let enabled = asked
        .object_lock_enabled
        .as_ref()
        .map(dto::ObjectLockEnabled::as_str);
    if enabled != Some(dto::ObjectLockEnabled::ENABLED) {
        return Err(Fault::malformed_xml());
    }
    let Some(rule) = &asked.rule else { return Ok(None) };
    let retention = rule.default_retention.as_ref().ok_or_else(Fault::malformed_xml)?;
    let mode = mode_of(retention.mode.as_ref())?;
    let period = match (retention.days, retention.years) {
        (Some(days), None) => Period::Days(checked(days, MOST_DAYS, "Days")?),
        (None, Some(years)) => Period::Years(checked(years, MOST_YEARS, "Years")?),
        _ => return Err(Fault::malformed_xml()),
    };
    Ok(Some((mode, period)))
}

fn mode_of(mode: Option<&dto::ObjectLockRetentionMode>) -> fault::Outcome<Mode> {
    mode.and_then(|mode| Mode::named(mode.as_str()))
        .ok_or_else(Fault::malformed_xml)
}

fn checked(length: i32, most: i32, unit: &'static str) -> fault::Outcome<i32> {
    let message = match length {
        ..=0 => "Default retention period must be a positive integer value.",
        length if length > most => "Default retention period too large.",
        length => return Ok(length),
    };
    Err(Fault::new(400, "InvalidArgument", message).with("ArgumentName", unit))
}

fn never_locked() -> Fault {
    let message = "The specified object does not have a ObjectLock configuration";
    Fault::new(404, "NoSuchObjectLockConfiguration", message)
}

/// Where nothing can be locked, nobody may ask what is.
fn check_enabled(cloud: &Cloud, input: &Input<'_>) -> fault::Outcome<()> {
    input.bucket_in(&open(cloud))?.check_object_lock()
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html>
pub(super) fn get_retention(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    check_enabled(cloud, input)?;
    let read = find(cloud, input, "GET")?;
    let retention = read.version.properties.retention.ok_or_else(never_locked)?;
    Ok(reply::document(&dto::ObjectLockRetention {
        mode: Some(dto::ObjectLockRetentionMode::from_static(retention.mode.name())),
        retain_until_date: Some(retention.until.into()),
    })?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html>
pub(super) fn put_retention(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let asked: dto::ObjectLockRetention = xml::read(input.document()?)?;
    let retention = retention_of(input, asked)?;
    let bypass = bypasses(cloud, input)?;
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    bucket.set_retention(
        input.key(),
        input.version_id(),
        retention,
        bypass,
        input.call.time,
    )?;
    Ok(reply::empty(200))
}

/// An empty document takes the retention off.
fn retention_of(input: &Input<'_>, asked: dto::ObjectLockRetention) -> fault::Outcome<Option<Retention>> {
    let (mode, until) = match (asked.mode, asked.retain_until_date) {
        (None, None) => return Ok(None),
        (Some(mode), Some(until)) => (mode, OffsetDateTime::from(until)),
        _ => return Err(Fault::malformed_xml()),
    };
    let mode = mode_of(Some(&mode))?;
    if until <= input.call.time {
        let message = "The retain until date must be in the future!";
        return Err(Fault::new(400, "InvalidArgument", message).with("ArgumentName", "RetainUntilDate"));
    }
    Ok(Some(Retention { mode, until }))
}

/// Whether the caller bypasses governance: the permission is asked for where there is something to bypass.
fn bypasses(cloud: &Cloud, input: &Input<'_>) -> fault::Outcome<bool> {
    let (key, version) = (input.key(), input.version_id());
    let (asked, former) = {
        let store = open(cloud);
        let bucket = input.bucket_in(&store)?;
        let found = bucket.find(key, version, "PUT");
        let former = found.ok().and_then(|found| found.version.properties.retention);
        (input.wants_bypass(bucket)?, former)
    };
    let governed = former.is_some_and(|former| former.mode == Mode::Governance);
    if !asked || !governed {
        return Ok(false);
    }
    let action = "s3:BypassGovernanceRetention";
    let access = on_key(cloud, input.call, action, input.bucket(), key, version);
    let authorised = input.call.authorise(cloud, &access);
    authorised.map(|()| true).map_err(|denied| fault::denied(&denied))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLegalHold.html>
pub(super) fn get_legal_hold(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    check_enabled(cloud, input)?;
    let read = find(cloud, input, "GET")?;
    let held = read.version.properties.legal_hold.ok_or_else(never_locked)?;
    let status = if held { "ON" } else { "OFF" };
    Ok(reply::document(&dto::ObjectLockLegalHold {
        status: Some(dto::ObjectLockLegalHoldStatus::from_static(status)),
    })?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html>
pub(super) fn put_legal_hold(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let asked: dto::ObjectLockLegalHold = xml::read(input.document()?)?;
    let held = match asked.status.as_ref().map(dto::ObjectLockLegalHoldStatus::as_str) {
        Some("ON") => true,
        Some("OFF") => false,
        _ => return Err(Fault::malformed_xml().into()),
    };
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    bucket.set_legal_hold(input.key(), input.version_id(), held)?;
    Ok(reply::empty(200))
}
