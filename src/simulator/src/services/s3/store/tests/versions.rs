//! Versions and delete markers: each misconception of learners, and the right answer.

use super::*;
use std::collections::BTreeSet;

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
    bucket.set_versioning(false).unwrap();
    assert_eq!(bucket.versioning(), Versioning::Suspended);
    assert_eq!(read(bucket, "a", Some(&first)).unwrap(), "un");
    assert_eq!(read(bucket, "a", Some(&second)).unwrap(), "deux");
}

#[test]
fn objects_older_than_versioning_have_the_id_null() {
    let mut store = store();
    let bucket = bucket(&mut store);
    assert_eq!(put(bucket, "a", "avant"), None);
    bucket.set_versioning(true).unwrap();
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
    bucket.set_versioning(true).unwrap();
    let kept = put(bucket, "a", "gardé").unwrap();
    bucket.set_versioning(false).unwrap();
    assert_eq!(put(bucket, "a", "nouveau").as_deref(), Some("null"));
    assert_eq!(all_versions(bucket), ["a:null+".to_owned(), format!("a:{kept}")]);
    assert_eq!(read(bucket, "a", Some("null")).unwrap(), "nouveau");
}

#[test]
fn a_delete_while_suspended_replaces_the_null_version_by_a_null_marker() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let kept = put(bucket, "a", "gardé").unwrap();
    bucket.set_versioning(false).unwrap();
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
    // The shape is not enough: an id that was never given out is invalid too.
    let invented = read(bucket, "a", Some("PHtexPGjH2y.zBgT8LmB7wwLI2mpbz.k")).unwrap_err();
    assert_eq!(invented.code, "InvalidArgument");
    let gone = put(bucket, "a", "deux").unwrap();
    delete(bucket, "a", Some(&gone));
    let unknown = read(bucket, "a", Some(&gone)).unwrap_err();
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
    create(&mut store, "autre").unwrap();
    let other = store.bucket("autre").unwrap();
    let stranger = other.find("a", Some(&ids[0]), "GET").unwrap_err();
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
    let none = WriteConditions::default();
    bucket
        .put("a", copy, Properties::default(), &none, START)
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
    let properties = |id| &bucket.find("a", id, "GET").unwrap().version.properties;
    assert_eq!(properties(Some(&first)).tags, tags);
    assert!(properties(None).tags.is_empty());
}
