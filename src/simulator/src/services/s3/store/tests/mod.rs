//! The store against what AWS documents; here is what the tests share.
#![allow(clippy::unwrap_used)]

mod lifecycle;
mod listing;
mod locks;
mod uploads;
mod versions;
mod writing;

use super::*;
use bytes::Bytes;
use time::macros::datetime;

const START: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);
const BUCKET: &str = "rapports";
const OWNER: &str = "123456789012";

fn store() -> Store {
    let mut store = Store::new([7; 32]);
    create(&mut store, BUCKET).unwrap();
    store
}

fn create(store: &mut Store, name: &str) -> Outcome<()> {
    store.create_bucket(name, "eu-west-3", Settings::new(OWNER), START)
}

fn enabled() -> Store {
    let mut store = store();
    bucket(&mut store).set_versioning(true).unwrap();
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
    put_at(bucket, key, text, START)
}

fn put_at(bucket: &mut Bucket, key: &str, text: &str, now: OffsetDateTime) -> Option<Arc<str>> {
    let none = WriteConditions::default();
    bucket
        .put(key, object(text), Properties::default(), &none, now)
        .unwrap()
}

fn put_if(
    bucket: &mut Bucket,
    key: &str,
    text: &str,
    conditions: &WriteConditions,
) -> Outcome<Option<Arc<str>>> {
    bucket.put(key, object(text), Properties::default(), conditions, START)
}

fn delete(bucket: &mut Bucket, key: &str, id: Option<&str>) -> Deleted {
    let deletion = Deletion {
        version_id: id,
        ..Deletion::default()
    };
    bucket.delete(key, &deletion, START).unwrap()
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
        .list(window, ListFrom::Marker(marker))
        .entries
        .iter()
        .map(|entry| entry.marker().to_owned())
        .collect()
}
