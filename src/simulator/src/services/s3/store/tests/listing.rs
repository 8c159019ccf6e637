//! Buckets, their listings and their snapshots.

use super::*;
use std::time::{Duration, Instant};

#[test]
fn a_bucket_with_nothing_but_a_marker_is_not_empty() {
    let mut store = enabled();
    let marker = delete(bucket(&mut store), "a", None).version_id.unwrap();
    assert_eq!(store.delete_bucket(BUCKET).unwrap_err().code, "BucketNotEmpty");
    delete(bucket(&mut store), "a", Some(&marker));
    store.delete_bucket(BUCKET).unwrap();
    assert_eq!(store.bucket(BUCKET).unwrap_err().code, "NoSuchBucket");
}

#[test]
fn bucket_names_follow_the_rules() {
    let mut store = store();
    for name in [
        "ab",
        "Majuscule",
        "a_b",
        "-a-b",
        "a..b",
        "192.168.0.1",
        "xn--abc",
        "ab-s3alias",
    ] {
        let refused = create(&mut store, name).unwrap_err();
        assert_eq!(refused.code, "InvalidBucketName", "{name}");
    }
    create(&mut store, "mes.rapports-2026").unwrap();
}

#[test]
fn a_name_belongs_to_one_account_of_all() {
    let mut store = store();
    assert_eq!(
        create(&mut store, BUCKET).unwrap_err().code,
        "BucketAlreadyOwnedByYou"
    );
    let stranger = Settings::new("210987654321");
    let taken = store.create_bucket(BUCKET, "eu-west-3", stranger, START);
    assert_eq!(taken.unwrap_err().code, "BucketAlreadyExists");
}

#[test]
fn a_listing_hides_marked_keys_and_rolls_prefixes_up() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    for key in ["a.txt", "photos/2025/x", "photos/2026/y", "photos/z", "zoé", "~"] {
        put(bucket, key, "x");
    }
    delete(bucket, "zoé", None);
    let rolled = Window {
        delimiter: "/",
        ..window(10)
    };
    assert_eq!(keys(bucket, &rolled, ""), ["a.txt", "photos/", "~"]);
    let below = Window {
        prefix: "photos/",
        ..rolled
    };
    assert_eq!(
        keys(bucket, &below, ""),
        ["photos/2025/", "photos/2026/", "photos/z"]
    );
    assert_eq!(keys(bucket, &below, "photos/2025/"), ["photos/2026/", "photos/z"]);
    assert_eq!(
        keys(bucket, &window(10), "photos/2025/x"),
        ["photos/2026/y", "photos/z", "~"]
    );
    assert!(bucket.list(&window(0), ListFrom::Key("")).entries.is_empty());
}

#[test]
fn a_marker_passes_over_the_group_it_is_in_and_a_start_does_not() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    for key in ["a/1", "a/2", "b"] {
        put(bucket, key, "x");
    }
    let rolled = Window {
        delimiter: "/",
        ..window(10)
    };
    let shown = |from| {
        let page = bucket.list(&rolled, from);
        let lines = page.entries.iter().map(|entry| entry.marker().to_owned());
        lines.collect::<Vec<_>>()
    };
    assert_eq!(shown(ListFrom::Marker("a/1")), ["b"]);
    assert_eq!(shown(ListFrom::Key("a/1")), ["a/", "b"]);
}

#[test]
fn pages_join_up_to_the_whole() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    for round in 0..3 {
        for key in ["a", "b/1", "b/2", "c"] {
            put(bucket, key, &round.to_string());
        }
    }
    delete(bucket, "c", None);
    let whole = all_versions(bucket);
    assert_eq!(whole.len(), 13);
    for size in 1..=13 {
        let mut seen: Vec<String> = Vec::new();
        loop {
            let last = seen.last().cloned().unwrap_or_default();
            let (key, id) = last.split_once(':').unwrap_or_default();
            let id = Some(id.trim_end_matches(['+', '!'])).filter(|id| !id.is_empty());
            let page = versions(bucket, &window(size), VersionMarker { key, version_id: id });
            seen.extend(page.entries);
            if !page.truncated {
                break;
            }
        }
        assert_eq!(seen, whole, "pages of {size}");
    }
}

#[test]
fn a_listing_goes_on_after_a_version_that_was_deleted_since() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let ids: Vec<_> = (0..3).map(|_| put(bucket, "a", "x").unwrap()).collect();
    delete(bucket, "a", Some(&ids[1]));
    let marker = VersionMarker {
        key: "a",
        version_id: Some(&ids[1]),
    };
    assert_eq!(
        versions(bucket, &window(10), marker).entries,
        [format!("a:{}", ids[0])]
    );
}

#[test]
fn a_page_costs_the_same_among_a_hundred_thousand_versions() {
    let time = |versions: usize| {
        let mut store = enabled();
        let bucket = bucket(&mut store);
        let sample = object("x");
        for index in 0..versions {
            let key = format!("dossier-{:03}/{:02}", index % 500, index % 7);
            let none = WriteConditions::default();
            bucket
                .put(&key, sample.clone(), Properties::default(), &none, START)
                .unwrap();
        }
        let marker = VersionMarker {
            key: "dossier-250/",
            version_id: None,
        };
        let once = || {
            let start = Instant::now();
            assert_eq!(
                bucket.list_versions(&window(100), marker).unwrap().entries.len(),
                100
            );
            start.elapsed()
        };
        (0..50).map(|_| once()).min().unwrap()
    };
    let (few, many) = (time(1_000), time(100_000));
    assert!(
        many < few * 10 + Duration::from_micros(200),
        "{few:?} then {many:?}"
    );
}

#[test]
fn rolling_up_costs_what_is_shown_and_not_what_is_skipped() {
    let time = |keys: usize| {
        let mut store = enabled();
        let bucket = bucket(&mut store);
        let sample = object("x");
        for index in 0..keys {
            let none = WriteConditions::default();
            let key = format!("dossier-{}/{index:06}", index % 10);
            bucket
                .put(&key, sample.clone(), Properties::default(), &none, START)
                .unwrap();
        }
        let rolled = Window {
            delimiter: "/",
            ..window(100)
        };
        let once = || {
            let start = Instant::now();
            assert_eq!(bucket.list(&rolled, ListFrom::Key("")).entries.len(), 10);
            let page = bucket.list_versions(&rolled, VersionMarker::default());
            assert_eq!(page.unwrap().entries.len(), 10);
            start.elapsed()
        };
        (0..50).map(|_| once()).min().unwrap()
    };
    let (few, many) = (time(1_000), time(100_000));
    assert!(
        many < few * 10 + Duration::from_micros(200),
        "{few:?} then {many:?}"
    );
}

#[test]
fn a_snapshot_keeps_its_state() {
    let mut store = enabled();
    put(bucket(&mut store), "a", "un");
    let snapshot = store.clone();
    put(bucket(&mut store), "a", "deux");
    assert_eq!(read(snapshot.bucket(BUCKET).unwrap(), "a", None).unwrap(), "un");
    assert_eq!(read(store.bucket(BUCKET).unwrap(), "a", None).unwrap(), "deux");
}
