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
        assert_eq!(
            store.create_bucket(name, "eu-west-3", START).unwrap_err().code,
            "InvalidBucketName",
            "{name}"
        );
    }
    assert_eq!(
        store.create_bucket(BUCKET, "eu-west-3", START).unwrap_err().code,
        "BucketAlreadyOwnedByYou"
    );
    store
        .create_bucket("mes.rapports-2026", "eu-west-3", START)
        .unwrap();
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
    assert!(bucket.list(&window(0), "").entries.is_empty());
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
            bucket
                .put(
                    &key,
                    sample.clone(),
                    Vec::new(),
                    &WriteConditions::default(),
                    START,
                )
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
fn a_snapshot_keeps_its_state() {
    let mut store = enabled();
    put(bucket(&mut store), "a", "un");
    let snapshot = store.clone();
    put(bucket(&mut store), "a", "deux");
    assert_eq!(read(snapshot.bucket(BUCKET).unwrap(), "a", None).unwrap(), "un");
    assert_eq!(read(store.bucket(BUCKET).unwrap(), "a", None).unwrap(), "deux");
}
