//! `ListObjectVersions`.

use super::listing::{Names, algorithm, owner_of, size_of, window};
use crate::call::Outcome;
use crate::cloud::Cloud;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::Input;
use crate::services::s3::store::{Bucket, Object, Page, Version, VersionEntry};
use crate::services::s3::{open, owner, reply, xml};
use s3s::dto;
use s3s::xml::{SerResult, Serializer};

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html>
///
/// Written by hand: versions and delete markers come in one order, which s3s's shape, two lists, cannot hold.
pub(super) fn list_versions(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let (asked, marker) = (input.count("max-keys")?, input.version_marker()?);
    let store = open(cloud);
    let bucket = input.bucket_in(&store)?;
    let names = Names::of(input)?;
    let window = window(input, served(asked)?);
    let page = bucket.list_versions(&window, marker)?;
    let document = xml::write_with(|writer| {
        writer.element_with_ns("ListVersionsResult", xml::NAMESPACE, |writer| {
            writer.content("Name", input.bucket())?;
            writer.content("Prefix", names.show(window.prefix).as_str())?;
            writer.content("KeyMarker", names.show(marker.key).as_str())?;
            writer.content("VersionIdMarker", marker.version_id.unwrap_or_default())?;
            for (name, value) in next_markers(&page, &names) {
                writer.content(name, value.as_str())?;
            }
            writer.content("MaxKeys", &asked)?;
            if let Some(delimiter) = input.query("delimiter") {
                writer.content("Delimiter", names.show(delimiter).as_str())?;
            }
            if let Some(encoding) = names.encoding_type() {
                writer.content("EncodingType", encoding.as_str())?;
            }
            writer.content("IsTruncated", &page.truncated)?;
            let line = Line {
                bucket,
                names: &names,
            };
            page.entries
                .iter()
                .try_for_each(|entry| line.write(writer, entry))?;
            page.entries.iter().try_for_each(|entry| match entry {
                VersionEntry::CommonPrefix(prefix) => {
                    writer.content("CommonPrefixes", &names.common_prefix(prefix))
                }
                VersionEntry::Version { .. } => Ok(()),
            })
        })
    })?;
    Ok(reply::written(document))
}

/// How many lines are served; what is wrong with a negative number is said in other words than elsewhere.
fn served(asked: i32) -> fault::Outcome<usize> {
    let served = usize::try_from(asked).map(|count| count.min(1000));
    served.map_err(|_| {
        let message = "max-keys cannot be negative";
        Fault::new(400, "InvalidArgument", message).with("ArgumentName", "max-keys")
    })
}

fn next_markers(page: &Page<VersionEntry<'_>>, names: &Names) -> Vec<(&'static str, String)> {
    match page.entries.last().filter(|_| page.truncated) {
        None => Vec::new(),
        Some(VersionEntry::CommonPrefix(prefix)) => vec![("NextKeyMarker", names.show(prefix))],
        Some(VersionEntry::Version { key, version, .. }) => {
            vec![
                ("NextKeyMarker", names.show(key)),
                ("NextVersionIdMarker", version.id.to_string()),
            ]
        }
    }
}

/// What a line needs besides its version.
struct Line<'a> {
    bucket: &'a Bucket,
    names: &'a Names,
}

impl Line<'_> {
    fn write(&self, writer: &mut Serializer<&mut Vec<u8>>, entry: &VersionEntry<'_>) -> SerResult {
        let VersionEntry::Version {
            key,
            version,
            is_latest,
        } = entry
        else {
            return Ok(());
        };
        match version.object() {
            Some(object) => writer.content("Version", &self.version(key, version, object, *is_latest)),
            None => writer.content("DeleteMarker", &self.marker(key, version, *is_latest)),
        }
    }

    fn marker(&self, key: &str, version: &Version, is_latest: bool) -> dto::DeleteMarkerEntry {
        dto::DeleteMarkerEntry {
            is_latest: Some(is_latest),
            key: Some(self.names.show(key)),
            last_modified: Some(version.modified.into()),
            owner: Some(owner(&self.bucket.settings().owner)),
            version_id: Some(version.id.to_string()),
        }
    }

    fn version(&self, key: &str, version: &Version, object: &Object, is_latest: bool) -> dto::ObjectVersion {
        dto::ObjectVersion {
            checksum_algorithm: Some(vec![algorithm(object)]),
            checksum_type: Some(reply::checksum_type(object.checksum.kind)),
            e_tag: Some(dto::ETag::Strong(object.etag.clone())),
            is_latest: Some(is_latest),
            key: Some(self.names.show(key)),
            last_modified: Some(version.modified.into()),
            owner: Some(owner(owner_of(self.bucket, version))),
            restore_status: None,
            size: Some(size_of(object)),
            storage_class: Some(object.attributes.class().to_owned().into()),
            version_id: Some(version.id.to_string()),
        }
    }
}
