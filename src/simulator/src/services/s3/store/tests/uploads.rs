//! Multipart uploads: parts, completion, pages.

use super::*;
use crate::services::s3::store::upload::Completed;

const MEBIBYTE: usize = 1024 * 1024;

fn begin(bucket: &mut Bucket, key: &str) -> Arc<str> {
    begin_with(bucket, key, UploadOptions::default())
}

fn begin_with(bucket: &mut Bucket, key: &str, options: UploadOptions) -> Arc<str> {
    Arc::clone(&bucket.create_upload(key, options, START).unwrap().id)
}

fn part(bucket: &mut Bucket, key: &str, id: &str, number: u32, body: &[u8]) -> CompletedPart {
    let body = Bytes::copy_from_slice(body);
    let part = bucket.put_part(key, id, number, body, &Claim::default(), START);
    CompletedPart {
        number,
        etag: part.unwrap().etag,
        checksum: None,
    }
}

fn complete(bucket: &mut Bucket, key: &str, id: &str, parts: &[CompletedPart]) -> Outcome<Completed> {
    let completion = Completion {
        parts,
        ..Completion::default()
    };
    bucket.complete_upload(key, id, &completion, START)
}

#[test]
fn parts_become_one_object() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let id = begin(bucket, "gros");
    let first = part(bucket, "gros", &id, 1, &vec![b'a'; 5 * MEBIBYTE]);
    let last = part(bucket, "gros", &id, 2, b"fin");
    let reversed = [last.clone(), first.clone()];
    let refused = complete(bucket, "gros", &id, &reversed).unwrap_err();
    assert_eq!(refused.code, "InvalidPartOrder");
    let completed = complete(bucket, "gros", &id, &[first, last]).unwrap();
    assert!(completed.etag.ends_with("-2"), "{}", completed.etag);
    assert!(completed.version_id.is_some());
    let object = bucket.find("gros", None, "GET").unwrap().object;
    assert_eq!(object.size(), 5 * 1024 * 1024 + 3);
    assert_eq!(bucket.upload("gros", &id).unwrap_err().code, "NoSuchUpload");
}

#[test]
fn who_completes_again_is_told_the_same_again() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let id = begin(bucket, "a");
    let parts = [part(bucket, "a", &id, 1, b"x")];
    let once = complete(bucket, "a", &id, &parts).unwrap();
    assert_eq!(complete(bucket, "a", &id, &parts).unwrap(), once);
    assert_eq!(all_versions(bucket).len(), 1);
    assert_eq!(bucket.abort_upload("a", &id).unwrap_err().code, "NoSuchUpload");
}

#[test]
fn a_part_that_is_not_the_last_has_five_mebibytes() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let id = begin(bucket, "a");
    let parts = [part(bucket, "a", &id, 1, b"x"), part(bucket, "a", &id, 2, b"x")];
    let refused = complete(bucket, "a", &id, &parts).unwrap_err();
    assert_eq!(refused.code, "EntityTooSmall");
    let zero = bucket
        .put_part("a", &id, 0, Bytes::new(), &Claim::default(), START)
        .unwrap_err();
    assert_eq!(zero.code, "InvalidArgument");
}

#[test]
fn only_the_parts_that_are_listed_count() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let id = begin(bucket, "a");
    part(bucket, "a", &id, 1, b"un");
    let kept = part(bucket, "a", &id, 7, b"sept");
    let wrong = CompletedPart {
        etag: "0".repeat(32),
        ..kept.clone()
    };
    assert_eq!(
        complete(bucket, "a", &id, &[wrong]).unwrap_err().code,
        "InvalidPart"
    );
    complete(bucket, "a", &id, &[kept]).unwrap();
    assert_eq!(read(bucket, "a", None).unwrap(), "sept");
}

#[test]
fn a_conditional_completion_conflicts_with_what_happened_since() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let absent = WriteConditions {
        if_none_match: Some(EtagCondition::Any),
        if_match: None,
    };
    let attempt = |bucket: &mut Bucket, id: &str, parts: &[CompletedPart], conditions: WriteConditions| {
        let completion = Completion {
            parts,
            conditions,
            ..Completion::default()
        };
        let done = bucket.complete_upload("a", id, &completion, START);
        done.map_or_else(|fault| fault.code.into_owned(), |_| "done".to_owned())
    };

    let id = begin(bucket, "a");
    let parts = [part(bucket, "a", &id, 1, b"x")];
    put(bucket, "a", "entre-temps");
    assert_eq!(attempt(bucket, &id, &parts, absent.clone()), "PreconditionFailed");
    delete(bucket, "a", None);
    assert_eq!(attempt(bucket, &id, &parts, absent), "ConditionalRequestConflict");

    put(bucket, "a", "un");
    let id = begin(bucket, "a");
    let parts = [part(bucket, "a", &id, 1, b"x")];
    put(bucket, "a", "un");
    let same = WriteConditions {
        if_match: Some(EtagCondition::parse(&object("un").etag)),
        if_none_match: None,
    };
    assert_eq!(
        attempt(bucket, &id, &parts, same.clone()),
        "ConditionalRequestConflict"
    );
    let id = begin(bucket, "a");
    let parts = [part(bucket, "a", &id, 1, b"x")];
    assert_eq!(attempt(bucket, &id, &parts, same), "done");
}

#[test]
fn a_composite_checksum_is_that_of_the_parts_checksums() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let options = UploadOptions {
        checksum: Some((Algorithm::Sha256, ChecksumType::Composite)),
        ..UploadOptions::default()
    };
    let id = begin_with(bucket, "a", options);
    let bare = part(bucket, "a", &id, 1, b"x");
    let refused = complete(bucket, "a", &id, std::slice::from_ref(&bare)).unwrap_err();
    assert_eq!(refused.code, "InvalidRequest");
    assert!(
        refused.message.contains("It was missing for part 1"),
        "{}",
        refused.message
    );
    let value = Checksum::of(Algorithm::Sha256, b"x").value;
    let whole = CompletedPart {
        checksum: Some((Algorithm::Sha256, value)),
        ..bare
    };
    let completed = complete(bucket, "a", &id, &[whole]).unwrap();
    assert!(
        completed.checksum.value.ends_with("=-1"),
        "{}",
        completed.checksum.value
    );
    assert_eq!(completed.checksum.kind, ChecksumType::Composite);
}

#[test]
fn uploads_are_listed_by_key_and_age_page_by_page() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let keys = ["a", "b/1", "b/2", "c", "a"];
    let ids: Vec<_> = keys.iter().map(|key| begin(bucket, key)).collect();
    let expected = [&ids[0], &ids[4], &ids[1], &ids[2], &ids[3]].map(ToString::to_string);
    for size in 1..=5 {
        let (mut seen, mut last) = (Vec::new(), (String::new(), None::<String>));
        loop {
            let marker = UploadMarker {
                key: &last.0,
                upload_id: last.1.as_deref(),
            };
            let page = bucket.list_uploads(&window(size), marker).unwrap();
            for entry in &page.entries {
                let UploadEntry::Upload(upload) = entry else {
                    panic!("nothing is rolled up")
                };
                seen.push(upload.id.to_string());
                last = (upload.key.to_string(), Some(upload.id.to_string()));
            }
            if !page.truncated {
                break;
            }
        }
        assert_eq!(seen, expected, "pages of {size}");
    }
    let rolled = Window {
        delimiter: "/",
        ..window(10)
    };
    let page = bucket.list_uploads(&rolled, UploadMarker::default()).unwrap();
    assert_eq!(page.entries.len(), 4);
    assert!(matches!(page.entries[2], UploadEntry::CommonPrefix("b/")));
}
