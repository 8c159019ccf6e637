//! Lifecycle rules against the calendar.

use super::*;
use time::Duration;

const MIDNIGHT: OffsetDateTime = datetime!(2026-11-23 0:00 UTC);

fn days(count: i64) -> Duration {
    Duration::days(count)
}

fn rule() -> Rule {
    Rule {
        id: "regle".to_owned(),
        enabled: true,
        ..Rule::default()
    }
}

fn set(store: &mut Store, rules: Vec<Rule>) {
    let lifecycle = Lifecycle {
        rules,
        minimum_size: "all_storage_classes_128K".to_owned(),
    };
    bucket(store).configure(|settings| settings.lifecycle = Some(lifecycle));
    store.run_lifecycle(START);
}

fn expiring(count: i32) -> Rule {
    Rule {
        expiration: Some(Expiration::Days(count)),
        ..rule()
    }
}

fn lines(store: &mut Store) -> Vec<String> {
    all_versions(bucket(store))
}

#[test]
fn an_object_goes_at_the_midnight_after_its_days() {
    let mut store = store();
    put(bucket(&mut store), "a", "x");
    set(&mut store, vec![expiring(1)]);
    // Written on the 22nd at noon, a day old on the 23rd at noon, gone on the 24th at midnight.
    store.run_lifecycle(MIDNIGHT + days(1) - Duration::SECOND);
    assert_eq!(lines(&mut store), ["a:null+"]);
    store.run_lifecycle(MIDNIGHT + days(1));
    assert!(bucket(&mut store).is_empty());
}

#[test]
fn a_date_is_due_at_its_midnight_and_from_then_on() {
    let mut store = store();
    put(bucket(&mut store), "a", "x");
    let dated = Rule {
        expiration: Some(Expiration::Date(MIDNIGHT + days(9))),
        ..rule()
    };
    set(&mut store, vec![dated]);
    store.run_lifecycle(MIDNIGHT + days(8));
    assert!(!bucket(&mut store).is_empty());
    store.run_lifecycle(MIDNIGHT + days(9));
    assert!(bucket(&mut store).is_empty());
    put_at(bucket(&mut store), "b", "x", MIDNIGHT + days(10));
    store.run_lifecycle(MIDNIGHT + days(11));
    assert!(bucket(&mut store).is_empty());
}

#[test]
fn in_a_versioned_bucket_expiry_makes_a_marker_with_the_date_of_its_midnight() {
    let mut store = enabled();
    let id = put(bucket(&mut store), "a", "x").unwrap();
    set(&mut store, vec![expiring(1)]);
    store.run_lifecycle(MIDNIGHT + days(30));
    let found = lines(&mut store);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].ends_with("!+") && found[1] == format!("a:{id}"));
    let bucket = bucket(&mut store);
    assert_eq!(bucket.current("a").unwrap().modified, MIDNIGHT + days(1));
}

#[test]
fn noncurrent_versions_count_from_their_successor() {
    let mut store = enabled();
    let limited = Rule {
        noncurrent_expiration: Some(Noncurrent { days: 2, newer: None }),
        ..rule()
    };
    put(bucket(&mut store), "a", "un");
    let last = put_at(bucket(&mut store), "a", "deux", START + days(5)).unwrap();
    set(&mut store, vec![limited]);
    store.run_lifecycle(MIDNIGHT + days(6));
    assert_eq!(lines(&mut store).len(), 2);
    store.run_lifecycle(MIDNIGHT + days(7));
    assert_eq!(lines(&mut store), [format!("a:{last}+")]);
}

#[test]
fn the_newest_noncurrent_versions_can_be_kept() {
    let mut store = enabled();
    let ids: Vec<_> = (0..5)
        .map(|_| put(bucket(&mut store), "a", "x").unwrap())
        .collect();
    let limited = Rule {
        noncurrent_expiration: Some(Noncurrent {
            days: 1,
            newer: Some(2),
        }),
        ..rule()
    };
    set(&mut store, vec![limited]);
    store.run_lifecycle(MIDNIGHT + days(30));
    let expected = [
        format!("a:{}+", ids[4]),
        format!("a:{}", ids[3]),
        format!("a:{}", ids[2]),
    ];
    assert_eq!(lines(&mut store), expected);
}

#[test]
fn a_marker_that_hides_nothing_goes() {
    let mut store = enabled();
    let id = put(bucket(&mut store), "a", "x").unwrap();
    put(bucket(&mut store), "b", "x");
    delete(bucket(&mut store), "a", None);
    delete(bucket(&mut store), "b", None);
    delete(bucket(&mut store), "a", Some(&id));
    let clean = Rule {
        expiration: Some(Expiration::ExpiredMarker(true)),
        ..rule()
    };
    set(&mut store, vec![clean]);
    store.run_lifecycle(MIDNIGHT + days(2));
    let keys: Vec<_> = lines(&mut store)
        .iter()
        .map(|line| line[..1].to_owned())
        .collect();
    assert_eq!(keys, ["b", "b"]);
}

#[test]
fn rules_together_empty_a_bucket_in_the_order_of_the_calendar() {
    let mut store = enabled();
    put(bucket(&mut store), "a", "x");
    let rules = Rule {
        noncurrent_expiration: Some(Noncurrent { days: 1, newer: None }),
        ..expiring(1)
    };
    set(&mut store, vec![rules]);
    store.run_lifecycle(MIDNIGHT + days(1));
    assert_eq!(lines(&mut store).len(), 2);
    store.run_lifecycle(MIDNIGHT + days(2));
    assert!(
        bucket(&mut store).is_empty(),
        "what a marker no longer hides takes it along"
    );
}

#[test]
fn filters_tell_by_prefix_tags_and_size() {
    let mut store = store();
    let tags = vec![("etat".to_owned(), "brouillon".to_owned())];
    let properties = Properties {
        tags: tags.clone(),
        ..Properties::default()
    };
    let none = WriteConditions::default();
    let bucket_ = bucket(&mut store);
    bucket_
        .put("notes/a", object("x"), properties, &none, START)
        .unwrap();
    put(bucket_, "notes/b", "x");
    put(bucket_, "long", "0123456789");
    put(bucket_, "court", "0");
    let filtered = |filter: Filter| Rule {
        filter,
        ..expiring(1)
    };
    let by_tag = filtered(Filter {
        prefix: Some("notes/".to_owned()),
        tags,
        form: FilterForm::And,
        ..Filter::default()
    });
    let by_size = filtered(Filter {
        larger_than: Some(9),
        ..Filter::default()
    });
    let disabled = Rule {
        enabled: false,
        ..expiring(1)
    };
    set(&mut store, vec![by_tag, by_size, disabled]);
    store.run_lifecycle(MIDNIGHT + days(2));
    assert_eq!(lines(&mut store), ["court:null+", "notes/b:null+"]);
}

#[test]
fn uploads_that_are_never_completed_are_given_up() {
    let mut store = store();
    let options = UploadOptions::default();
    let upload = bucket(&mut store).create_upload("a", options, START).unwrap();
    let id = upload.id.to_string();
    let abort = Rule {
        abort_after: Some(7),
        ..rule()
    };
    set(&mut store, vec![abort]);
    store.run_lifecycle(MIDNIGHT + days(6));
    assert!(bucket(&mut store).upload("a", &id).is_ok());
    store.run_lifecycle(MIDNIGHT + days(7));
    assert_eq!(
        bucket(&mut store).upload("a", &id).unwrap_err().code,
        "NoSuchUpload"
    );
}

#[test]
fn objects_go_down_the_waterfall_of_classes_and_small_ones_stay() {
    let mut store = store();
    put(bucket(&mut store), "petit", "x");
    put(bucket(&mut store), "gros", &"x".repeat(128 * 1024));
    let step = |days, class: &str| Transition {
        when: When::Days(days),
        class: class.to_owned(),
    };
    let steps = Rule {
        transitions: vec![step(30, "STANDARD_IA"), step(90, "GLACIER_IR")],
        ..rule()
    };
    set(&mut store, vec![steps]);
    let class = |store: &mut Store, key: &str| {
        let found = bucket(store).find(key, None, "GET").unwrap();
        found.object.attributes.class().to_owned()
    };
    store.run_lifecycle(MIDNIGHT + days(30));
    assert_eq!(class(&mut store, "gros"), "STANDARD_IA");
    store.run_lifecycle(MIDNIGHT + days(400));
    assert_eq!(class(&mut store, "gros"), "GLACIER_IR");
    assert_eq!(class(&mut store, "petit"), "STANDARD");
}

#[test]
fn a_lock_outlives_the_rules() {
    let mut store = enabled();
    bucket(&mut store).configure(|settings| settings.object_lock = Some(ObjectLock::default()));
    put(bucket(&mut store), "a", "un");
    let until = MIDNIGHT + days(100);
    let retention = Retention {
        mode: Mode::Compliance,
        until,
    };
    bucket(&mut store)
        .set_retention("a", None, Some(retention), false, START)
        .unwrap();
    put(bucket(&mut store), "a", "deux");
    let limited = Rule {
        noncurrent_expiration: Some(Noncurrent { days: 1, newer: None }),
        ..rule()
    };
    set(&mut store, vec![limited]);
    store.run_lifecycle(MIDNIGHT + days(99));
    assert_eq!(lines(&mut store).len(), 2);
    store.run_lifecycle(until);
    assert_eq!(lines(&mut store).len(), 1);
}

#[test]
fn a_rule_that_comes_later_acts_from_the_next_midnight_on() {
    let mut store = store();
    put(bucket(&mut store), "a", "x");
    store.run_lifecycle(START);
    store.run_lifecycle(START + days(10));
    let lifecycle = Lifecycle {
        rules: vec![expiring(1)],
        minimum_size: "all_storage_classes_128K".to_owned(),
    };
    bucket(&mut store).configure(|settings| settings.lifecycle = Some(lifecycle));
    store.run_lifecycle(START + days(10));
    assert!(!bucket(&mut store).is_empty());
    store.run_lifecycle(MIDNIGHT + days(10));
    assert!(bucket(&mut store).is_empty());
}

#[test]
fn an_object_says_when_it_expires() {
    let mut store = store();
    put(bucket(&mut store), "a", "x");
    let later = Rule {
        id: "plus tard".to_owned(),
        ..expiring(9)
    };
    set(&mut store, vec![later, expiring(2)]);
    let bucket = bucket(&mut store);
    let found = bucket.find("a", None, "GET").unwrap();
    let expected = (MIDNIGHT + days(2), "regle");
    assert_eq!(bucket.expiry("a", found.version), Some(expected));
}

#[test]
fn a_key_of_ten_thousand_versions_is_cleaned_at_once() {
    let mut store = enabled();
    let sample = object("x");
    for _ in 0..10_000 {
        let none = WriteConditions::default();
        bucket(&mut store)
            .put("a", sample.clone(), Properties::default(), &none, START)
            .unwrap();
    }
    let limited = Rule {
        noncurrent_expiration: Some(Noncurrent { days: 1, newer: None }),
        ..rule()
    };
    set(&mut store, vec![limited]);
    let begun = std::time::Instant::now();
    store.run_lifecycle(MIDNIGHT + days(2));
    assert_eq!(lines(&mut store).len(), 1);
    assert!(
        begun.elapsed() < std::time::Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn days_made_up_for_at_once_end_as_days_lived_one_by_one() {
    let lived = |steps: &[i64]| {
        let mut store = enabled();
        for (rank, key) in ["a", "b", "c", "d"].into_iter().enumerate() {
            let written = START + days(3 - i64::try_from(rank).unwrap());
            put_at(bucket(&mut store), key, "x", written);
        }
        let rules = Rule {
            noncurrent_expiration: Some(Noncurrent { days: 3, newer: None }),
            ..expiring(1)
        };
        set(&mut store, vec![rules]);
        for step in steps {
            store.run_lifecycle(MIDNIGHT + days(*step));
        }
        let found = lines(&mut store);
        (found, put(bucket(&mut store), "e", "x"))
    };
    let at_once = lived(&[5]);
    assert_eq!(at_once.0.len(), 4, "{:?}", at_once.0);
    assert_eq!(lived(&[1, 2, 3, 4, 5]), at_once);
    assert_eq!(lived(&[2, 4, 5]), at_once);
}
