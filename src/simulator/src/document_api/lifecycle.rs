//! Lifecycle configurations, as `put-bucket-lifecycle-configuration` takes them: what is left of a bucket's objects
//! some days later.
//! <https://docs.aws.amazon.com/cli/latest/reference/s3api/put-bucket-lifecycle-configuration.html>

use std::collections::BTreeMap;
use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use quick_xml::escape::escape;
use serde::Deserialize;
use serde_json::{Value, json};

use super::command_line::{self, timestamp};
use super::rehearsal::{Rehearsal, request};
use super::{DocumentError, Kind, Ruling, refused, typed};
use crate::json::{Node, Value as Written};
use crate::services::s3::{Holdings, SERVICE, holdings};
use crate::shape::{Shape, optional, required};

pub(super) const KIND: Kind = Kind {
    name: "lifecycle",
    rule,
};

const TAG: Shape = Shape::Structure(&[required("Key", Shape::Text), required("Value", Shape::Text)]);

const AND: Shape = Shape::Structure(&[
    optional("Prefix", Shape::Text),
    optional("Tags", Shape::List(&TAG)),
    optional("ObjectSizeGreaterThan", Shape::Integer),
    optional("ObjectSizeLessThan", Shape::Integer),
]);

const FILTER: Shape = Shape::Structure(&[
    optional("Prefix", Shape::Text),
    optional("Tag", TAG),
    optional("ObjectSizeGreaterThan", Shape::Integer),
    optional("ObjectSizeLessThan", Shape::Integer),
    optional("And", AND),
]);

const EXPIRATION: Shape = Shape::Structure(&[
    optional("Date", Shape::Timestamp),
    optional("Days", Shape::Integer),
    optional("ExpiredObjectDeleteMarker", Shape::Boolean),
]);

const TRANSITION: Shape = Shape::Structure(&[
    optional("Date", Shape::Timestamp),
    optional("Days", Shape::Integer),
    optional("StorageClass", Shape::Text),
]);

const NONCURRENT_TRANSITION: Shape = Shape::Structure(&[
    optional("NoncurrentDays", Shape::Integer),
    optional("StorageClass", Shape::Text),
    optional("NewerNoncurrentVersions", Shape::Integer),
]);

const NONCURRENT_EXPIRATION: Shape = Shape::Structure(&[
    optional("NoncurrentDays", Shape::Integer),
    optional("NewerNoncurrentVersions", Shape::Integer),
]);

const ABORT: Shape = Shape::Structure(&[optional("DaysAfterInitiation", Shape::Integer)]);

const RULE: Shape = Shape::Structure(&[
    optional("Expiration", EXPIRATION),
    optional("ID", Shape::Text),
    optional("Prefix", Shape::Text),
    optional("Filter", FILTER),
    required("Status", Shape::Text),
    optional("Transitions", Shape::List(&TRANSITION)),
    optional(
        "NoncurrentVersionTransitions",
        Shape::List(&NONCURRENT_TRANSITION),
    ),
    optional("NoncurrentVersionExpiration", NONCURRENT_EXPIRATION),
    optional("AbortIncompleteMultipartUpload", ABORT),
]);

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_BucketLifecycleConfiguration.html>
const CONFIGURATION: Shape = Shape::Structure(&[required("Rules", Shape::List(&RULE))]);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct World {
    bucket: String,
    versioning: Option<String>,
    #[serde(default)]
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    day: u32,
    #[serde(flatten)]
    what: What,
}

/// What happens in the bucket.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    Put {
        key: String,
        #[serde(default)]
        bytes: usize,
        #[serde(default)]
        tags: BTreeMap<String, String>,
        class: Option<String>,
    },
    Delete {
        key: String,
    },
    BeginUpload {
        key: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Probe {
    day: u32,
    key: String,
}

/// The largest object that a world may hold, in bytes.
const LARGEST: usize = 8 << 20;

fn rule(text: &str, world: &Value, probes: &[Value]) -> Result<Ruling, DocumentError> {
    let world: World = typed(world)?;
    let probes: Vec<Probe> = probes.iter().map(typed).collect::<Result<_, _>>()?;
    let configuration = match command_line::read(text, "LifecycleConfiguration", CONFIGURATION) {
        Ok(configuration) => configuration,
        Err(faults) => {
            return Ok(Ruling {
                faults,
                ..Ruling::default()
            });
        }
    };
    let document = to_xml(&configuration);
    Rehearsal::with(|rehearsal| {
        make_bucket(rehearsal, &world)?;
        let put = request("PUT", &format!("/{}?lifecycle", world.bucket), document)?;
        if let Err(error) = rehearsal.call(&SERVICE, put) {
            return Ok(refused(&error, Vec::new()));
        }
        let facts = live(rehearsal, &world, &probes)?;
        Ok(Ruling {
            facts,
            ..Ruling::default()
        })
    })
}

fn make_bucket(rehearsal: &Rehearsal, world: &World) -> Result<(), DocumentError> {
    rehearsal.make_bucket(&world.bucket)?;
    let Some(status) = &world.versioning else {
        return Ok(());
    };
    let body = format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
    rehearsal.prepare(
        &SERVICE,
        request("PUT", &format!("/{}?versioning", world.bucket), body)?,
    )
}

/// Goes through the days: what happens in the morning of one is there when a probe looks on the same day.
fn live(rehearsal: &mut Rehearsal, world: &World, probes: &[Probe]) -> Result<Vec<Value>, DocumentError> {
    let mut steps: Vec<&Step> = world.steps.iter().collect();
    steps.sort_by_key(|step| step.day);
    let mut order: Vec<usize> = (0..probes.len()).collect();
    order.sort_by_key(|rank| probes[*rank].day);
    let (mut facts, mut steps) = (vec![Value::Null; probes.len()], steps.into_iter().peekable());
    for rank in order {
        let probe = &probes[rank];
        while let Some(step) = steps.next_if(|step| step.day <= probe.day) {
            rehearsal.go_to_day(step.day)?;
            rehearsal.prepare(&SERVICE, step.what.request(&world.bucket)?)?;
        }
        rehearsal.go_to_day(probe.day)?;
        facts[rank] = told(&holdings(&rehearsal.cloud, &world.bucket, &probe.key));
    }
    Ok(facts)
}

/// Everything in a path but its slashes and what needs no escape.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

impl What {
    fn request(&self, bucket: &str) -> Result<http::Request<bytes::Bytes>, DocumentError> {
        let path = |key: &str| format!("/{bucket}/{}", utf8_percent_encode(key, ESCAPED));
        match self {
            Self::Delete { key } => request("DELETE", &path(key), ""),
            Self::BeginUpload { key } => request("POST", &format!("{}?uploads", path(key)), ""),
            Self::Put {
                key,
                bytes,
                tags,
                class,
            } => {
                if *bytes > LARGEST {
                    return Err(DocumentError::World(format!(
                        "{key} is larger than {LARGEST} bytes"
                    )));
                }
                let mut put = request("PUT", &path(key), vec![b'x'; *bytes])?;
                let tags: Vec<String> = tags
                    .iter()
                    .map(|(name, value)| {
                        let part = |text| utf8_percent_encode(text, ESCAPED).to_string();
                        format!("{}={}", part(name), part(value))
                    })
                    .collect();
                let headers = [
                    (
                        "x-amz-tagging",
                        Some(tags.join("&")).filter(|tags| !tags.is_empty()),
                    ),
                    ("x-amz-storage-class", class.clone()),
                ];
                for (name, value) in headers {
                    if let Some(value) = value {
                        let value = value
                            .parse()
                            .map_err(|_| DocumentError::World(format!("{value} is no header's value")))?;
                        put.headers_mut().insert(name, value);
                    }
                }
                Ok(put)
            }
        }
    }
}

fn told(holdings: &Holdings) -> Value {
    let current = holdings.versions.first();
    let object = current.and_then(Option::as_ref);
    let noncurrent: Vec<_> = holdings.versions.iter().skip(1).flatten().collect();
    let objects = holdings.versions.iter().flatten();
    json!({
        "present": object.is_some(),
        "versions": objects.clone().count(),
        "noncurrent": noncurrent.len(),
        "markers": holdings.versions.iter().filter(|version| version.is_none()).count(),
        "bytes": objects.map(|object| object.bytes).sum::<u64>(),
        "class": object.map(|object| &object.class),
        "noncurrent_classes": noncurrent.iter().map(|object| &object.class).collect::<Vec<_>>(),
        "uploads": holdings.uploads,
    })
}

/// The configuration as it travels.
fn to_xml(configuration: &Node) -> String {
    let mut xml = String::from("<LifecycleConfiguration>");
    write_members(&mut xml, configuration);
    xml.push_str("</LifecycleConfiguration>");
    xml
}

fn write_members(xml: &mut String, node: &Node) {
    let Written::Map(members) = &node.value else {
        return;
    };
    for member in members {
        match &member.node.value {
            // S3 writes the elements of a list side by side, each by the list's name in the singular.
            Written::List(items) => {
                let element = member.name.trim_end_matches('s');
                for item in items {
                    write_element(xml, element, item);
                }
            }
            _ => write_element(xml, &member.name, &member.node),
        }
    }
}

fn write_element(xml: &mut String, element: &str, node: &Node) {
    let _ = write!(xml, "<{element}>");
    match &node.value {
        Written::Text(text) if element == "Date" => {
            xml.push_str(timestamp(text).as_deref().unwrap_or(text));
        }
        Written::Text(text) => xml.push_str(&escape(text.as_str())),
        Written::Number(number) => xml.push_str(number),
        Written::Bool(said) => xml.push_str(if *said { "true" } else { "false" }),
        Written::Map(_) => write_members(xml, node),
        // The shape has neither a `null` nor lists within lists.
        Written::Null | Written::List(_) => {}
    }
    let _ = write!(xml, "</{element}>");
}
