//! The listings of a bucket's current objects: `ListObjects`, `ListObjectsV2`.

use crate::call::Outcome;
use crate::cloud::Cloud;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::{Input, served};
use crate::services::s3::store::{Bucket, ListEntry, ListFrom, Object, Page, Version, Window};
use crate::services::s3::{open, owner, reply};
use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::dto;

/// What `encoding-type=url` leaves as it is; a space becomes a plus sign.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'*')
    .remove(b'/')
    .remove(b' ');

/// How names are written in the answer.
pub(super) struct Names {
    /// The word by which encoding was asked for.
    encoding: Option<String>,
}

impl Names {
    pub(super) fn of(input: &Input<'_>) -> fault::Outcome<Self> {
        Ok(Self {
            encoding: input.encoding()?.map(str::to_owned),
        })
    }

    pub(super) fn show(&self, name: &str) -> String {
        if self.encoding.is_some() {
            utf8_percent_encode(name, ENCODED).to_string().replace(' ', "+")
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
        self.encoding.clone().map(dto::EncodingType::from)
    }

    pub(super) fn common_prefix(&self, prefix: &str) -> dto::CommonPrefix {
        dto::CommonPrefix {
            prefix: Some(self.show(prefix)),
        }
    }
}

/// The part of a bucket that a request looks at; `max_keys` as it is served.
pub(super) fn window<'a>(input: &'a Input<'_>, max_keys: usize) -> Window<'a> {
    Window {
        prefix: input.query("prefix").unwrap_or_default(),
        delimiter: input.query("delimiter").unwrap_or_default(),
        max_keys,
    }
}

pub(super) fn as_i32(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

pub(super) fn size_of(object: &Object) -> i64 {
    i64::try_from(object.size()).unwrap_or(i64::MAX)
}

/// Parameters of one form of the listing are refused by the other.
fn check_parameters(input: &Input<'_>, foreign: &[(&str, &str, &'static str)]) -> fault::Outcome<()> {
    for (parameter, argument, message) in foreign {
        if input.query(parameter).is_some() {
            return Err(Fault::new(400, "InvalidArgument", *message).with("ArgumentName", *argument));
        }
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>
pub(super) fn list_objects_v2(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    check_parameters(
        input,
        &[(
            "marker",
            "marker",
            "Marker unsupported with REST.GET.BUCKET in list-type=2",
        )],
    )?;
    let served = served(input.count("max-keys")?, "maxKeys")?;
    let store = open(cloud);
    let bucket = input.bucket_in(&store)?;
    let names = Names::of(input)?;
    let token = input.query("continuation-token");
    let after = token.map(read_token).transpose()?;
    let window = window(input, served);
    let start_after = input.query("start-after");
    let from = match &after {
        Some(after) => ListFrom::Marker(after),
        None => ListFrom::Key(start_after.unwrap_or_default()),
    };
    let page = bucket.list(&window, from);
    let next = page.entries.last().filter(|_| page.truncated);
    let with_owner = input.query("fetch-owner") == Some("true");
    let (contents, common_prefixes) = lines(bucket, &page, &names, with_owner);
    let output = dto::ListObjectsV2Output {
        name: Some(input.bucket().to_owned()),
        prefix: Some(names.show(window.prefix)),
        max_keys: Some(as_i32(window.max_keys)),
        key_count: Some(as_i32(page.entries.len())),
        continuation_token: token.map(str::to_owned),
        is_truncated: Some(page.truncated),
        next_continuation_token: next.map(|entry| BASE64_STANDARD.encode(entry.marker())),
        contents: Some(contents),
        common_prefixes: Some(common_prefixes),
        delimiter: names.echo(input, "delimiter"),
        encoding_type: names.encoding_type(),
        start_after: start_after.filter(|_| token.is_none()).map(|key| names.show(key)),
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
        Fault::new(400, "InvalidArgument", message).with("ArgumentName", "continuation-token")
    })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html>
pub(super) fn list_objects(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    check_parameters(
        input,
        &[
            (
                "continuation-token",
                "continuation-token",
                "continuation-token only supported in REST.GET.BUCKET with list-type=2",
            ),
            (
                "start-after",
                "start-after",
                "startAfter only supported in REST.GET.BUCKET with list-type=2",
            ),
        ],
    )?;
    let served = served(input.count("max-keys")?, "maxKeys")?;
    let store = open(cloud);
    let bucket = input.bucket_in(&store)?;
    let names = Names::of(input)?;
    let window = window(input, served);
    let marker = input.query("marker").unwrap_or_default();
    let page = bucket.list(&window, ListFrom::Marker(marker));
    // Without a delimiter, the next marker is the last key, which the caller has.
    let next = page
        .entries
        .last()
        .filter(|_| page.truncated && !window.delimiter.is_empty());
    let next_marker = next.map(|entry| names.show(entry.marker()));
    let (contents, common_prefixes) = lines(bucket, &page, &names, true);
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
    bucket: &Bucket,
    page: &Page<ListEntry<'_>>,
    names: &Names,
    with_owner: bool,
) -> (Vec<dto::Object>, Vec<dto::CommonPrefix>) {
    let (mut contents, mut prefixes) = (Vec::new(), Vec::new());
    for entry in &page.entries {
        match entry {
            ListEntry::CommonPrefix(prefix) => prefixes.push(names.common_prefix(prefix)),
            ListEntry::Object { key, version } => {
                let owner = with_owner.then(|| owner(owner_of(bucket, version)));
                let object = version.object();
                contents.extend(object.map(|object| line(names.show(key), version, object, owner)));
            }
        }
    }
    (contents, prefixes)
}

/// The account that owns a version.
pub(super) fn owner_of<'a>(bucket: &'a Bucket, version: &'a Version) -> &'a str {
    let settings = bucket.settings();
    let acl = version.properties.acl.as_ref();
    let acl = acl.filter(|_| !settings.acls_disabled());
    acl.map_or(&settings.owner, |acl| &acl.owner)
}

fn line(key: String, version: &Version, object: &Object, owner: Option<dto::Owner>) -> dto::Object {
    dto::Object {
        key: Some(key),
        last_modified: Some(version.modified.into()),
        e_tag: Some(dto::ETag::Strong(object.etag.clone())),
        checksum_algorithm: Some(vec![algorithm(object)]),
        checksum_type: Some(reply::checksum_type(object.checksum.kind)),
        size: Some(size_of(object)),
        storage_class: Some(object.attributes.class().to_owned().into()),
        owner,
        restore_status: None,
    }
}

pub(super) fn algorithm(object: &Object) -> dto::ChecksumAlgorithm {
    dto::ChecksumAlgorithm::from_static(object.checksum.algorithm.name())
}
