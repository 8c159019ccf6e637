//! Object Lock: who can destroy what, and when.

use super::*;
use time::Duration;

const TOMORROW: OffsetDateTime = datetime!(2026-11-23 12:00 UTC);

fn locked() -> Store {
    let mut store = enabled();
    bucket(&mut store).configure(|settings| settings.object_lock = Some(ObjectLock::default()));
    store
}

fn retained(bucket: &mut Bucket, mode: Mode) -> Arc<str> {
    let properties = Properties {
        retention: Some(Retention {
            mode,
            until: TOMORROW,
        }),
        ..Properties::default()
    };
    let none = WriteConditions::default();
    let id = bucket.put("a", object("x"), properties, &none, START).unwrap();
    id.unwrap()
}

fn destroy(bucket: &mut Bucket, id: &str, bypass: bool, now: OffsetDateTime) -> Outcome<Deleted> {
    let deletion = Deletion {
        version_id: Some(id),
        bypass,
        ..Deletion::default()
    };
    bucket.delete("a", &deletion, now)
}

#[test]
fn a_retained_version_is_destroyed_only_when_its_time_is_over() {
    for mode in [Mode::Governance, Mode::Compliance] {
        let mut store = locked();
        let bucket = bucket(&mut store);
        let id = retained(bucket, mode);
        let refused = destroy(bucket, &id, false, START).unwrap_err();
        assert_eq!((refused.status, &*refused.code), (403, "AccessDenied"));
        assert_eq!(
            refused.message,
            "Access Denied because object protected by object lock."
        );
        destroy(bucket, &id, false, TOMORROW).unwrap();
        assert!(bucket.is_empty());
    }
}

#[test]
fn governance_can_be_bypassed_and_compliance_cannot() {
    let mut store = locked();
    let bucket = bucket(&mut store);
    let id = retained(bucket, Mode::Compliance);
    assert!(destroy(bucket, &id, true, START).is_err());
    let id = retained(bucket, Mode::Governance);
    destroy(bucket, &id, true, START).unwrap();
}

#[test]
fn a_marker_can_hide_what_is_locked() {
    let mut store = locked();
    let bucket = bucket(&mut store);
    let id = retained(bucket, Mode::Compliance);
    let marker = delete(bucket, "a", None);
    assert!(marker.delete_marker);
    assert_eq!(read(bucket, "a", Some(&id)).unwrap(), "x");
    assert!(delete(bucket, "a", marker.version_id.as_deref()).delete_marker);
}

#[test]
fn a_legal_hold_protects_until_it_is_taken_off() {
    let mut store = locked();
    let bucket = bucket(&mut store);
    let id = put(bucket, "a", "x").unwrap();
    bucket.set_legal_hold("a", None, true).unwrap();
    let later = START + Duration::days(10_000);
    assert!(destroy(bucket, &id, true, later).is_err());
    bucket.set_legal_hold("a", None, false).unwrap();
    destroy(bucket, &id, false, later).unwrap();
}

#[test]
fn retention_grows_and_is_shortened_by_bypass_only() {
    use Mode::{Compliance, Governance};
    let mut store = locked();
    let bucket = bucket(&mut store);
    let mut set = |former: Mode, mode: Option<Mode>, days: i64, bypass: bool| {
        retained(bucket, former);
        let retention = mode.map(|mode| Retention {
            mode,
            until: TOMORROW + Duration::days(days),
        });
        bucket.set_retention("a", None, retention, bypass, START).is_ok()
    };
    assert!(set(Governance, Some(Governance), 1, false));
    assert!(!set(Governance, Some(Governance), -1, false));
    assert!(set(Governance, Some(Governance), -1, true));
    assert!(!set(Governance, None, 0, false));
    assert!(set(Governance, None, 0, true));
    assert!(set(Compliance, Some(Compliance), 1, false));
    assert!(!set(Compliance, Some(Compliance), -1, true));
    assert!(!set(Compliance, Some(Governance), 1, true));
    assert!(!set(Compliance, None, 0, true));
}

#[test]
fn a_bucket_gives_its_default_retention_to_what_comes_without_one() {
    let mut store = locked();
    let bucket = bucket(&mut store);
    bucket.configure(|settings| {
        settings.object_lock = Some(ObjectLock {
            default: Some((Mode::Governance, Period::Days(3))),
        });
    });
    put(bucket, "a", "x");
    let retention = |bucket: &Bucket, key| {
        bucket
            .find(key, None, "GET")
            .unwrap()
            .version
            .properties
            .retention
    };
    let expected = Retention {
        mode: Mode::Governance,
        until: START + Duration::days(3),
    };
    assert_eq!(retention(bucket, "a"), Some(expected));
    retained(bucket, Mode::Compliance);
    assert_eq!(retention(bucket, "a").unwrap().mode, Mode::Compliance);
}

#[test]
fn a_locked_bucket_stays_versioned() {
    let mut store = locked();
    let refused = bucket(&mut store).set_versioning(false).unwrap_err();
    assert_eq!((refused.status, &*refused.code), (409, "InvalidBucketState"));
    bucket(&mut store).set_versioning(true).unwrap();
}

#[test]
fn where_nothing_is_locked_nothing_can_be_retained() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    put(bucket, "a", "x");
    let refused = bucket.set_legal_hold("a", None, true).unwrap_err();
    assert_eq!(refused.message, "Bucket is missing Object Lock Configuration");
}
