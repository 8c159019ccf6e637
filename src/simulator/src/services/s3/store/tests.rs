//! The store against what AWS documents, the learners' misconceptions first.
#![allow(clippy::unwrap_used)]

use super::checksum::md5_hex;
use super::*;
use bytes::Bytes;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use time::macros::datetime;

const START: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);
const BUCKET: &str = "rapports";

fn store() -> Store {
    let mut store = Store::new([7; 32]);
    store.create_bucket(BUCKET, "eu-west-3", START).unwrap();
    store
}

fn enabled() -> Store {
    let mut store = store();
    bucket(&mut store).set_versioning(true);
    store
}

fn bucket(store: &mut Store) -> &mut Bucket {
    store.bucket_mut(BUCKET).unwrap()
}

fn object(text: &str) -> Object {
    let body = Bytes::copy_from_slice(text.as_bytes());
    Object::from_put(body, Attributes::default(), &Claim::default()).unwrap()
}

fn put(bucket: &mut Bucket, key: &str, text: &str) -> Option<Arc<str>> {
    bucket
        .put(key, object(text), Vec::new(), &WriteConditions::default(), START)
        .unwrap()
}

fn delete(bucket: &mut Bucket, key: &str, id: Option<&str>) -> Deleted {
    bucket
        .delete(key, id, &WriteConditions::default(), START)
        .unwrap()
}

fn read(bucket: &Bucket, key: &str, id: Option<&str>) -> Outcome<String> {
    let found = bucket.find(key, id, "GET")?;
    Ok(String::from_utf8(found.object.body.to_vec()).unwrap())
}

fn window(max_keys: usize) -> Window<'static> {
    Window {
        max_keys,
        ..Window::default()
    }
}

/// `key:id` or `key:id!` for markers, `+` when latest, `prefix/` for prefixes.
fn versions(bucket: &Bucket, window: &Window<'_>, marker: VersionMarker<'_>) -> Page<String> {
    let page = bucket.list_versions(window, marker).unwrap();
    let show = |entry: &VersionEntry<'_>| match entry {
        VersionEntry::CommonPrefix(prefix) => (*prefix).to_owned(),
        VersionEntry::Version {
            key,
            version,
            is_latest,
        } => {
            let marker = if version.is_delete_marker() { "!" } else { "" };
            format!(
                "{key}:{}{marker}{}",
                version.id,
                if *is_latest { "+" } else { "" }
            )
        }
    };
    Page {
        entries: page.entries.iter().map(show).collect(),
        truncated: page.truncated,
    }
}

fn all_versions(bucket: &Bucket) -> Vec<String> {
    versions(bucket, &window(1000), VersionMarker::default()).entries
}

fn keys(bucket: &Bucket, window: &Window<'_>, marker: &str) -> Vec<String> {
    bucket
        .list(window, marker)
        .entries
        .iter()
        .map(|entry| entry.marker().to_owned())
        .collect()
}

#[test]
fn a_simple_delete_frees_no_byte() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let first = put(bucket, "a", "0123456789").unwrap();
    delete(bucket, "a", None);
    assert_eq!(read(bucket, "a", Some(&first)).unwrap(), "0123456789");
}

#[test]
fn each_version_is_a_whole_object() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    put(bucket, "a", "0123456789");
    put(bucket, "a", "0123456789x");
    let page = bucket
        .list_versions(&window(10), VersionMarker::default())
        .unwrap();
    let stored: u64 = page
        .entries
        .iter()
        .map(|entry| match entry {
            VersionEntry::Version { version, .. } => version.object().unwrap().size(),
            VersionEntry::CommonPrefix(_) => 0,
        })
        .sum();
    assert_eq!(stored, 21);
}

#[test]
fn suspending_keeps_old_versions() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let first = put(bucket, "a", "un").unwrap();
    let second = put(bucket, "a", "deux").unwrap();
    bucket.set_versioning(false);
    assert_eq!(bucket.versioning(), Versioning::Suspended);
    assert_eq!(read(bucket, "a", Some(&first)).unwrap(), "un");
    assert_eq!(read(bucket, "a", Some(&second)).unwrap(), "deux");
}

#[test]
fn objects_older_than_versioning_have_the_id_null() {
    let mut store = store();
    let bucket = bucket(&mut store);
    assert_eq!(put(bucket, "a", "avant"), None);
    bucket.set_versioning(true);
    assert_eq!(all_versions(bucket), ["a:null+"]);
    let second = put(bucket, "a", "après").unwrap();
    assert_eq!(
        all_versions(bucket),
        [format!("a:{second}+"), "a:null".to_owned()]
    );
    assert_eq!(read(bucket, "a", Some("null")).unwrap(), "avant");
}

#[test]
fn a_current_marker_hides_the_key_and_a_marker_by_its_id_is_not_allowed() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    put(bucket, "a", "un");
    let marker = delete(bucket, "a", None).version_id.unwrap();

    let hidden = read(bucket, "a", None).unwrap_err();
    assert_eq!((hidden.status, &*hidden.code), (404, "NoSuchKey"));
    assert!(
        hidden
            .headers
            .contains(&("x-amz-delete-marker", "true".to_owned()))
    );
    assert!(hidden.headers.contains(&("x-amz-version-id", marker.to_string())));

    let refused = read(bucket, "a", Some(&marker)).unwrap_err();
    assert_eq!((refused.status, &*refused.code), (405, "MethodNotAllowed"));
    assert!(
        refused
            .headers
            .contains(&("x-amz-delete-marker", "true".to_owned()))
    );
    assert!(
        refused
            .headers
            .contains(&("last-modified", "Sun, 22 Nov 2026 12:00:00 GMT".to_owned()))
    );
    assert!(
        refused
            .details
            .contains(&("ResourceType", "DeleteMarker".to_owned()))
    );
}

#[test]
fn deleting_the_marker_brings_the_object_back() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    put(bucket, "a", "un");
    let marker = delete(bucket, "a", None).version_id.unwrap();
    let undone = delete(bucket, "a", Some(&marker));
    assert_eq!(
        undone,
        Deleted {
            delete_marker: true,
            version_id: Some(marker)
        }
    );
    assert_eq!(read(bucket, "a", None).unwrap(), "un");
}

#[test]
fn deleting_again_stacks_markers() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    put(bucket, "a", "un");
    delete(bucket, "a", None);
    delete(bucket, "a", None);
    assert_eq!(all_versions(bucket).len(), 3);
    assert_eq!(read(bucket, "a", None).unwrap_err().code, "NoSuchKey");
}

#[test]
fn two_uploads_and_a_delete_make_three_entries() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let first = put(bucket, "a", "un").unwrap();
    let second = put(bucket, "a", "deux").unwrap();
    let marker = delete(bucket, "a", None).version_id.unwrap();
    assert_eq!(
        all_versions(bucket),
        [
            format!("a:{marker}!+"),
            format!("a:{second}"),
            format!("a:{first}")
        ]
    );
}

#[test]
fn a_put_while_suspended_replaces_the_null_version_only() {
    let mut store = store();
    let bucket = bucket(&mut store);
    put(bucket, "a", "avant");
    bucket.set_versioning(true);
    let kept = put(bucket, "a", "gardé").unwrap();
    bucket.set_versioning(false);
    assert_eq!(put(bucket, "a", "nouveau").as_deref(), Some("null"));
    assert_eq!(all_versions(bucket), ["a:null+".to_owned(), format!("a:{kept}")]);
    assert_eq!(read(bucket, "a", Some("null")).unwrap(), "nouveau");
}

#[test]
fn a_delete_while_suspended_replaces_the_null_version_by_a_null_marker() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let kept = put(bucket, "a", "gardé").unwrap();
    bucket.set_versioning(false);
    put(bucket, "a", "perdu");
    let deleted = delete(bucket, "a", None);
    assert_eq!(
        deleted,
        Deleted {
            delete_marker: true,
            version_id: Some("null".into())
        }
    );
    assert_eq!(all_versions(bucket), ["a:null!+".to_owned(), format!("a:{kept}")]);
    assert_eq!(
        read(bucket, "a", Some("null")).unwrap_err().code,
        "MethodNotAllowed"
    );
}

#[test]
fn a_delete_in_an_unversioned_bucket_is_for_good() {
    let mut store = store();
    let bucket = bucket(&mut store);
    put(bucket, "a", "un");
    assert_eq!(
        delete(bucket, "a", None),
        Deleted {
            delete_marker: false,
            version_id: None
        }
    );
    assert!(bucket.is_empty());
    assert_eq!(
        delete(bucket, "absent", None),
        Deleted {
            delete_marker: false,
            version_id: None
        }
    );
}

#[test]
fn a_delete_of_a_version_is_for_good() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let first = put(bucket, "a", "un").unwrap();
    let second = put(bucket, "a", "deux").unwrap();
    assert!(!delete(bucket, "a", Some(&second)).delete_marker);
    assert_eq!(read(bucket, "a", None).unwrap(), "un");
    assert_eq!(
        read(bucket, "a", Some(&second)).unwrap_err().code,
        "NoSuchVersion"
    );
    delete(bucket, "a", Some(&first));
    assert!(bucket.is_empty());
}

#[test]
fn an_id_of_another_shape_is_invalid_and_one_that_is_gone_is_not_found() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    put(bucket, "a", "un");
    let malformed = read(bucket, "a", Some("v1")).unwrap_err();
    assert_eq!(
        (malformed.status, &*malformed.message),
        (400, "Invalid version id specified")
    );
    assert!(
        malformed
            .details
            .contains(&("ArgumentName", "versionId".to_owned()))
    );
    let unknown = read(bucket, "a", Some("PHtexPGjH2y.zBgT8LmB7wwLI2mpbz.k")).unwrap_err();
    assert_eq!((unknown.status, &*unknown.code), (404, "NoSuchVersion"));
    assert_eq!(read(bucket, "a", Some("null")).unwrap_err().code, "NoSuchVersion");
}

#[test]
fn ids_are_unique_and_tell_nothing_of_their_order() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let ids: Vec<_> = (0..500).map(|_| put(bucket, "a", "x").unwrap()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 500);
    assert!(ids.iter().all(|id| id.len() == 32));
    let ascending = ids.windows(2).filter(|pair| pair[0] < pair[1]).count();
    assert!((150..350).contains(&ascending), "{ascending} of 499 pairs ascend");
    let mut other = Store::new([7; 32]);
    other.create_bucket("autre", "eu-west-3", START).unwrap();
    let stranger = other
        .bucket("autre")
        .unwrap()
        .find("a", Some(&ids[0]), "GET")
        .unwrap_err();
    assert_eq!(stranger.code, "NoSuchVersion");
}

#[test]
fn restoring_by_copy_keeps_the_history() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let first = put(bucket, "a", "un").unwrap();
    put(bucket, "a", "deux");
    let old = Arc::clone(bucket.find("a", Some(&first), "GET").unwrap().object);
    let copy = old.copied(Attributes::default(), None).unwrap();
    bucket
        .put("a", copy, Vec::new(), &WriteConditions::default(), START)
        .unwrap();
    assert_eq!(read(bucket, "a", None).unwrap(), "un");
    assert_eq!(all_versions(bucket).len(), 3);
}

#[test]
fn tags_change_without_making_a_version() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let first = put(bucket, "a", "un").unwrap();
    put(bucket, "a", "deux");
    let tags = vec![("projet".to_owned(), "cahier".to_owned())];
    bucket.set_tags("a", Some(&first), tags.clone(), "PUT").unwrap();
    assert_eq!(all_versions(bucket).len(), 2);
    assert_eq!(bucket.find("a", Some(&first), "GET").unwrap().version.tags, tags);
    assert!(bucket.find("a", None, "GET").unwrap().version.tags.is_empty());
}

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

#[test]
fn a_write_can_demand_that_nothing_is_there() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let absent = WriteConditions {
        if_none_match: Some(EtagCondition::parse("*")),
        if_match: None,
    };
    bucket.put("a", object("un"), Vec::new(), &absent, START).unwrap();
    let refused = bucket
        .put("a", object("deux"), Vec::new(), &absent, START)
        .unwrap_err();
    assert_eq!((refused.status, &*refused.code), (412, "PreconditionFailed"));
    delete(bucket, "a", None);
    bucket
        .put("a", object("trois"), Vec::new(), &absent, START)
        .unwrap();
}

#[test]
fn a_write_can_demand_what_it_replaces() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let tag = |text| WriteConditions {
        if_match: Some(EtagCondition::parse(text)),
        if_none_match: None,
    };
    let first = tag(&format!("\"{}\"", md5_hex(b"un")));
    let absent = bucket
        .put("a", object("un"), Vec::new(), &first, START)
        .unwrap_err();
    assert_eq!(absent.code, "NoSuchKey");
    put(bucket, "a", "un");
    bucket
        .put("a", object("deux"), Vec::new(), &first, START)
        .unwrap();
    assert_eq!(
        bucket
            .put("a", object("x"), Vec::new(), &first, START)
            .unwrap_err()
            .status,
        412
    );
}

#[test]
fn a_read_can_be_conditional() {
    let later = START + Duration::from_secs(1);
    let with = |edit: fn(&mut ReadConditions)| {
        let mut conditions = ReadConditions::default();
        edit(&mut conditions);
        conditions.evaluate("abc", later)
    };
    assert_eq!(with(|_| ()), ReadOutcome::Proceed);
    assert_eq!(
        with(|c| c.if_none_match = Some(EtagCondition::parse("W/\"x\", \"abc\""))),
        ReadOutcome::NotModified("If-None-Match")
    );
    assert_eq!(
        with(|c| c.if_match = Some(EtagCondition::parse("x"))),
        ReadOutcome::Failed("If-Match")
    );
    assert_eq!(
        with(|c| c.if_unmodified_since = Some(START)),
        ReadOutcome::Failed("If-Unmodified-Since")
    );
    assert_eq!(with(|c| c.if_modified_since = Some(START)), ReadOutcome::Proceed);
    let tag_wins = with(|c| {
        c.if_match = Some(EtagCondition::parse("abc"));
        c.if_unmodified_since = Some(START);
    });
    assert_eq!(tag_wins, ReadOutcome::Proceed);
}

/// The values of the standard input `123456789`, from the catalogue of parametrised CRC algorithms.
#[test]
fn checksums_have_their_published_values() {
    let value = |algorithm| Checksum::of(algorithm, b"123456789").value;
    assert_eq!(value(Algorithm::Crc32), "y/Q5Jg==");
    assert_eq!(value(Algorithm::Crc32c), "4waSgw==");
    assert_eq!(value(Algorithm::Crc64Nvme), "rosUhgp5mIg=");
    assert_eq!(value(Algorithm::Sha1), "98O8HYCOBHMq32eZZczDTKeuNEE=");
    assert_eq!(md5_hex(b""), "d41d8cd98f00b204e9800998ecf8427e");
}

#[test]
fn wrong_checksums_are_refused() {
    let attempt = |claim: Claim| {
        let made = Object::from_put(Bytes::from_static(b"123456789"), Attributes::default(), &claim);
        made.map(|object| object.checksum.value)
            .map_err(|fault| fault.code.into_owned())
    };
    let crc = |value: &str| Claim {
        checksum: Some((Algorithm::Crc32, value.to_owned())),
        ..Claim::default()
    };
    let md5 = |value: &str| Claim {
        md5: Some(value.to_owned()),
        ..Claim::default()
    };
    assert_eq!(attempt(crc("y/Q5Jg==")).unwrap(), "y/Q5Jg==");
    assert_eq!(attempt(crc("AAAAAA==")).unwrap_err(), "BadDigest");
    assert_eq!(attempt(crc("abc")).unwrap_err(), "InvalidRequest");
    assert_eq!(attempt(md5("JfnnlDI7RTiF9RgfG2JNCw==")).unwrap(), "rosUhgp5mIg=");
    assert_eq!(attempt(md5("1B2M2Y8AsgTpgAmY7PhCfg==")).unwrap_err(), "BadDigest");
    assert_eq!(attempt(md5("abc")).unwrap_err(), "InvalidDigest");
}

#[test]
fn parts_become_one_object() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let id = Arc::clone(
        &bucket
            .create_upload("gros", UploadOptions::default(), START)
            .unwrap()
            .id,
    );
    let big = Bytes::from(vec![b'a'; 5 * 1024 * 1024]);
    let claim = Claim::default();
    let first = bucket.put_part("gros", &id, 1, big, &claim, START).unwrap();
    let last = bucket
        .put_part("gros", &id, 2, Bytes::from_static(b"fin"), &claim, START)
        .unwrap();
    let line = |number, part: &Part| CompletedPart {
        number,
        etag: part.etag.clone(),
        checksum: None,
    };
    let none = WriteConditions::default();
    let order = [line(2, &last), line(1, &first)];
    assert_eq!(
        bucket
            .complete_upload("gros", &id, &order, None, &none, START)
            .unwrap_err()
            .code,
        "InvalidPartOrder"
    );
    let parts = [line(1, &first), line(2, &last)];
    let (object, version_id) = bucket
        .complete_upload("gros", &id, &parts, None, &none, START)
        .unwrap();
    assert!(object.etag.ends_with("-2"), "{}", object.etag);
    assert_eq!(object.size(), 5 * 1024 * 1024 + 3);
    assert!(version_id.is_some());
    assert_eq!(bucket.upload("gros", &id).unwrap_err().code, "NoSuchUpload");
}

#[test]
fn a_part_that_is_not_the_last_has_five_mebibytes() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let id = Arc::clone(
        &bucket
            .create_upload("a", UploadOptions::default(), START)
            .unwrap()
            .id,
    );
    let lines: Vec<_> = (1..=2)
        .map(|number| {
            let part = bucket
                .put_part(
                    "a",
                    &id,
                    number,
                    Bytes::from_static(b"x"),
                    &Claim::default(),
                    START,
                )
                .unwrap();
            CompletedPart {
                number,
                etag: part.etag,
                checksum: None,
            }
        })
        .collect();
    let none = WriteConditions::default();
    assert_eq!(
        bucket
            .complete_upload("a", &id, &lines, None, &none, START)
            .unwrap_err()
            .code,
        "EntityTooSmall"
    );
    let zero = bucket
        .put_part("a", &id, 0, Bytes::new(), &Claim::default(), START)
        .unwrap_err();
    assert_eq!(zero.code, "InvalidArgument");
}
