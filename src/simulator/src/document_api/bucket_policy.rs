//! Bucket policies, as `put-bucket-policy` takes them: S3's own validation, Block Public Access, then requests decided
//! with the bucket as it is.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html>

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::rehearsal::{Identity, Rehearsal, request};
use super::{DocumentError, Kind, Ruling, refused, typed};
use crate::call::{Access, Principal};
use crate::policy_api::{PolicyKind, validate};
use crate::services::s3::SERVICE;

pub(super) const KIND: Kind = Kind {
    name: "bucket_policy",
    rule,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct World {
    bucket: String,
    /// Whether public access is blocked, as it is in every new bucket.
    #[serde(default = "blocked")]
    block_public_access: bool,
    #[serde(default)]
    identities: Vec<Identity>,
}

fn blocked() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Probe {
    principal: String,
    action: String,
    resource: String,
    #[serde(default)]
    context: BTreeMap<String, Vec<String>>,
}

/// Faults of a text that is no document at all: nobody would send it.
const UNREADABLE: [&str; 4] = ["json", "too_deep", "not_an_object", "duplicate_key"];

fn rule(text: &str, world: &Value, probes: &[Value]) -> Result<Ruling, DocumentError> {
    let world: World = typed(world)?;
    let probes: Vec<Probe> = probes.iter().map(typed).collect::<Result<_, _>>()?;
    let mut validation = validate(text, PolicyKind::Resource);
    let faults: Vec<Value> = typed(&validation["faults"].take())?;
    let is_unreadable = |fault: &Value| {
        fault["code"]
            .as_str()
            .is_some_and(|code| UNREADABLE.contains(&code))
    };
    if faults.iter().any(is_unreadable) {
        return Ok(Ruling {
            faults,
            ..Ruling::default()
        });
    }
    Rehearsal::with(|rehearsal| {
        prepare(rehearsal, &world)?;
        let put = request("PUT", &format!("/{}?policy", world.bucket), text.to_owned())?;
        if let Err(error) = rehearsal.call(&SERVICE, put) {
            return Ok(refused(&error, faults));
        }
        let facts = probes.iter().map(|probe| decide(rehearsal, probe));
        Ok(Ruling {
            facts: facts.collect::<Result<_, _>>()?,
            ..Ruling::default()
        })
    })
}

fn prepare(rehearsal: &Rehearsal, world: &World) -> Result<(), DocumentError> {
    rehearsal.make_bucket(&world.bucket)?;
    if !world.block_public_access {
        let open = request("DELETE", &format!("/{}?publicAccessBlock", world.bucket), "")?;
        rehearsal.prepare(&SERVICE, open)?;
    }
    world
        .identities
        .iter()
        .try_for_each(|identity| rehearsal.settle(identity))
}

fn decide(rehearsal: &Rehearsal, probe: &Probe) -> Result<Value, DocumentError> {
    let principal = Principal::parse(&probe.principal);
    let principal =
        principal.ok_or_else(|| DocumentError::World(format!("{} is no principal", probe.principal)))?;
    let access = Access::new(probe.action.clone(), probe.resource.clone());
    let access = probe.context.iter().fold(access, |access, (key, values)| {
        access.with(key.clone(), values.clone())
    });
    let decision = rehearsal.decide(principal, &access);
    Ok(serde_json::to_value(decision).unwrap_or_default())
}
