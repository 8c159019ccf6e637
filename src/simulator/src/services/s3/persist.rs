//! S3 in a folder: `index.json`, and one file per distinct body.

use super::store::{SavedStore, Store};
use bytes::Bytes;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

const INDEX: &str = "index.json";
const BODIES: &str = "bodies";

/// Writes the store; what is there already is not written again, what is no longer needed goes.
pub(super) fn save(store: &Store, folder: &Path) -> io::Result<()> {
    let (index, bodies) = store.saved();
    let directory = folder.join(BODIES);
    fs::create_dir_all(&directory)?;
    for (name, body) in &bodies {
        let path = directory.join(name);
        if !path.is_file() {
            replace(&path, body)?;
        }
    }
    replace(&folder.join(INDEX), &serde_json::to_vec(&index)?)?;
    let kept: BTreeSet<_> = bodies.keys().map(String::as_str).collect();
    for entry in fs::read_dir(&directory)? {
        let entry = entry?;
        if entry.file_name().to_str().is_none_or(|name| !kept.contains(name)) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Reads what `save` wrote, if it ever did.
pub(super) fn load(folder: &Path) -> io::Result<Option<Store>> {
    let index = match fs::read(folder.join(INDEX)) {
        Ok(index) => index,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let index: SavedStore = serde_json::from_slice(&index)?;
    let directory = folder.join(BODIES);
    Store::from_saved(index, |name| fs::read(directory.join(name)).map(Bytes::from)).map(Some)
}

/// Writes a file at once: whoever reads it sees the former or the new one.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let partial = path.with_extension("partial");
    fs::write(&partial, content)?;
    fs::rename(&partial, path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::services::s3::store::{
        Attributes, Claim, CompletedPart, Completion, Deletion, Object, Properties, Settings, UploadOptions,
        WriteConditions,
    };
    use time::macros::datetime;

    #[test]
    fn a_saved_store_reads_back_the_same() {
        let now = datetime!(2026-11-22 12:00 UTC);
        let none = WriteConditions::default();
        let object = |text: &'static str| {
            Object::from_put(
                Bytes::from_static(text.as_bytes()),
                Attributes::default(),
                &Claim::default(),
            )
            .unwrap()
        };
        let mut store = Store::new([3; 32]);
        store
            .create_bucket("rapports", "eu-west-3", Settings::new("123456789012"), now)
            .unwrap();
        let bucket = store.bucket_mut("rapports").unwrap();
        bucket
            .put("a", object("avant"), Properties::default(), &none, now)
            .unwrap();
        bucket.set_versioning(true).unwrap();
        let id = bucket
            .put("a", object("après"), Properties::default(), &none, now)
            .unwrap()
            .unwrap();
        bucket.delete("a", &Deletion::default(), now).unwrap();
        let upload = bucket
            .create_upload("gros", UploadOptions::default(), now)
            .unwrap();
        let upload = upload.id.to_string();
        let part = bucket.put_part(
            "gros",
            &upload,
            1,
            Bytes::from_static(b"x"),
            &Claim::default(),
            now,
        );
        let parts = [CompletedPart {
            number: 1,
            etag: part.unwrap().etag,
            checksum: None,
        }];
        let completion = Completion {
            parts: &parts,
            ..Completion::default()
        };
        let completed = bucket.complete_upload("gros", &upload, &completion, now).unwrap();

        let folder = tempfile::tempdir().unwrap();
        assert!(load(folder.path()).unwrap().is_none());
        save(&store, folder.path()).unwrap();
        let mut read = load(folder.path()).unwrap().unwrap();
        let bucket = read.bucket("rapports").unwrap();
        assert_eq!(bucket.find("a", None, "GET").unwrap_err().code, "NoSuchKey");
        assert_eq!(
            bucket.find("a", Some("null"), "GET").unwrap().object.body,
            "avant"
        );
        assert_eq!(bucket.find("a", Some(&id), "GET").unwrap().object.body, "après");

        let deletion = Deletion {
            version_id: Some(&id),
            ..Deletion::default()
        };
        let bucket = read.bucket_mut("rapports").unwrap();
        let again = bucket.complete_upload("gros", &upload, &completion, now);
        assert_eq!(again.unwrap(), completed, "who completes again is told the same");
        bucket.delete("a", &deletion, now).unwrap();
        save(&read, folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path().join(BODIES)).unwrap().count(), 2);
    }
}
