//! The listings of a bucket: `ListObjects`, `ListObjectsV2`, `ListObjectVersions`.

use crate::call::Outcome;
use crate::cloud::Cloud;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::Input;
use crate::services::s3::store::{ListEntry, Object, Page, Version, VersionEntry, Window};
use crate::services::s3::{owner, reply, xml};
use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::dto;
use std::sync::Arc;

/// What `encoding-type=url` leaves as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'*')
    .remove(b'/');

/// How names are written in the answer.
pub(super) struct Names {
    encoded: bool,
}

impl Names {
    pub(super) fn of(input: &Input<'_>) -> fault::Outcome<Self> {
        Ok(Self {
            encoded: input.encodes_keys()?,
        })
    }

    pub(super) fn show(&self, name: &str) -> String {
        if self.encoded {
            utf8_percent_encode(name, ENCODED).to_string()
        } else {
            name.to_owned()
        }
    }

    /// A parameter that the answer repeats.
    pub(super) fn echo(&self, input: &Input<'_>, parameter: &str) -> Option<String> {
        input
            .query(parameter)
            .filter(|value| !value.is_empty())
            .map(|value| self.show(value))
    }

    pub(super) fn encoding_type(&self) -> Option<dto::EncodingType> {
        self.encoded
            .then(|| dto::EncodingType::from_static(dto::EncodingType::URL))
    }

    pub(super) fn common_prefix(&self, prefix: &str) -> dto::CommonPrefix {
        dto::CommonPrefix {
            prefix: Some(self.show(prefix)),
        }
    }
}

fn window<'a>(input: &'a Input<'_>) -> fault::Outcome<Window<'a>> {
    Ok(Window {
        prefix: input.query("prefix").unwrap_or_default(),
        delimiter: input.query("delimiter").unwrap_or_default(),
        max_keys: input.count("max-keys")?,
    })
}

fn as_i32(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn size_of(object: &Object) -> i64 {
    i64::try_from(object.size()).unwrap_or(i64::MAX)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>
pub(super) fn list_objects_v2(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_owner()?;
    let (names, window) = (Names::of(input)?, window(input)?);
    let token = input.query("continuation-token");
    let after = match token {
        Some(token) => read_token(token)?,
        None => input.query("start-after").unwrap_or_default().to_owned(),
    };
    let with_owner = input.query("fetch-owner") == Some("true");
    let store = cloud.s3.store();
    let page = store.bucket(input.bucket())?.list(&window, &after);
    let next = page
        .entries
        .last()
        .filter(|_| page.truncated)
        .map(|entry| BASE64_STANDARD.encode(entry.marker()));
    let (contents, common_prefixes) = lines(&page, &names, with_owner);
    let output = dto::ListObjectsV2Output {
        name: Some(input.bucket().to_owned()),
        prefix: Some(names.show(window.prefix)),
        max_keys: Some(as_i32(window.max_keys)),
        key_count: Some(as_i32(page.entries.len())),
        continuation_token: token.map(str::to_owned),
        is_truncated: Some(page.truncated),
        next_continuation_token: next,
        contents: Some(contents),
        common_prefixes: Some(common_prefixes),
        delimiter: names.echo(input, "delimiter"),
        encoding_type: names.encoding_type(),
        start_after: names.echo(input, "start-after"),
        request_charged: None,
    };
    Ok(reply::document(&output)?)
}

fn read_token(token: &str) -> fault::Outcome<String> {
    let text = BASE64_STANDARD
        .decode(token)
        .ok()
        .and_then(|raw| String::from_utf8(raw).ok());
    text.filter(|text| !text.is_empty()).ok_or_else(|| {
        let message = "The continuation token provided is incorrect";
        Fault::invalid_argument(message, "continuation-token", token)
    })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html>
pub(super) fn list_objects(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_owner()?;
    let (names, window) = (Names::of(input)?, window(input)?);
    let marker = input.query("marker").unwrap_or_default();
    let store = cloud.s3.store();
    let page = store.bucket(input.bucket())?.list(&window, marker);
    // Without a delimiter, the next marker is the last key, which the caller has.
    let next = page
        .entries
        .last()
        .filter(|_| page.truncated && !window.delimiter.is_empty());
    let next_marker = next.map(|entry| names.show(entry.marker()));
    let (contents, common_prefixes) = lines(&page, &names, true);
    let output = dto::ListObjectsOutput {
        name: Some(input.bucket().to_owned()),
        prefix: Some(names.show(window.prefix)),
        marker: Some(names.show(marker)),
        max_keys: Some(as_i32(window.max_keys)),
        is_truncated: Some(page.truncated),
        contents: Some(contents),
        common_prefixes: Some(common_prefixes),
        delimiter: names.echo(input, "delimiter"),
        next_marker,
        encoding_type: names.encoding_type(),
        request_charged: None,
    };
    Ok(reply::document(&output)?)
}

fn lines(
    page: &Page<ListEntry<'_>>,
    names: &Names,
    with_owner: bool,
) -> (Vec<dto::Object>, Vec<dto::CommonPrefix>) {
    let (mut contents, mut prefixes) = (Vec::new(), Vec::new());
    for entry in &page.entries {
        match entry {
            ListEntry::CommonPrefix(prefix) => prefixes.push(names.common_prefix(prefix)),
            ListEntry::Object { key, version } => {
                contents.extend(
                    version
                        .object()
                        .map(|object| line(names.show(key), version, object, with_owner)),
                );
            }
        }
    }
    (contents, prefixes)
}

fn line(key: String, version: &Version, object: &Object, with_owner: bool) -> dto::Object {
    dto::Object {
        key: Some(key),
        last_modified: Some(version.modified.into()),
        e_tag: Some(dto::ETag::Strong(object.etag.clone())),
        checksum_algorithm: Some(vec![algorithm(object)]),
        checksum_type: Some(reply::checksum_type(object.checksum.kind)),
        size: Some(size_of(object)),
        storage_class: Some(object.attributes.class().to_owned().into()),
        owner: with_owner.then(owner),
        restore_status: None,
    }
}

fn algorithm(object: &Object) -> dto::ChecksumAlgorithm {
    dto::ChecksumAlgorithm::from_static(object.checksum.algorithm.name())
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html>
///
/// Written by hand: versions and delete markers come in one order, which s3s's shape, two lists, cannot hold.
pub(super) fn list_versions(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_owner()?;
    let (names, window) = (Names::of(input)?, window(input)?);
    let marker = input.version_marker()?;
    let store = cloud.s3.store();
    let page = store.bucket(input.bucket())?.list_versions(&window, marker)?;
    let document = xml::write_with(|writer| {
        writer.element_with_ns("ListVersionsResult", xml::NAMESPACE, |writer| {
            writer.content("Name", input.bucket())?;
            writer.content("Prefix", names.show(window.prefix).as_str())?;
            writer.content("KeyMarker", names.show(marker.key).as_str())?;
            writer.content("VersionIdMarker", marker.version_id.unwrap_or_default())?;
            for (name, value) in next_markers(&page, &names) {
                writer.content(name, value.as_str())?;
            }
            writer.content("MaxKeys", &as_i32(window.max_keys))?;
            if let Some(delimiter) = names.echo(input, "delimiter") {
                writer.content("Delimiter", delimiter.as_str())?;
            }
            if let Some(encoding) = names.encoding_type() {
                writer.content("EncodingType", encoding.as_str())?;
            }
            writer.content("IsTruncated", &page.truncated)?;
            for entry in &page.entries {
                write_version(writer, &names, entry)?;
            }
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

fn write_version(
    writer: &mut s3s::xml::Serializer<&mut Vec<u8>>,
    names: &Names,
    entry: &VersionEntry<'_>,
) -> s3s::xml::SerResult {
    let VersionEntry::Version {
        key,
        version,
        is_latest,
    } = entry
    else {
        return Ok(());
    };
    match version.object() {
        Some(object) => writer.content(
            "Version",
            &version_line(names.show(key), version, object, *is_latest),
        ),
        None => writer.content(
            "DeleteMarker",
            &dto::DeleteMarkerEntry {
                is_latest: Some(*is_latest),
                key: Some(names.show(key)),
                last_modified: Some(version.modified.into()),
                owner: Some(owner()),
                version_id: Some(version.id.to_string()),
            },
        ),
    }
}

fn version_line(key: String, version: &Version, object: &Arc<Object>, is_latest: bool) -> dto::ObjectVersion {
    dto::ObjectVersion {
        checksum_algorithm: Some(vec![algorithm(object)]),
        checksum_type: Some(reply::checksum_type(object.checksum.kind)),
        e_tag: Some(dto::ETag::Strong(object.etag.clone())),
        is_latest: Some(is_latest),
        key: Some(key),
        last_modified: Some(version.modified.into()),
        owner: Some(owner()),
        restore_status: None,
        size: Some(size_of(object)),
        storage_class: Some(object.attributes.class().to_owned().into()),
        version_id: Some(version.id.to_string()),
    }
}
