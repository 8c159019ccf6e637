//! Ports, and what a task with a network interface of its own cannot have.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use serde_json::Value;

use super::super::super::errors::client;
use super::super::draft::{Draft, has, list, name, text};
use super::containers::setting;
use crate::error::AwsError;

/// What each container of such a task must not have, and AWS's sentence.
const REFUSED: [(&str, &str); 5] = [
    ("links", "Links are not supported when networkMode=awsvpc."),
    (
        "hostname",
        "hostname is not supported on container when networkMode=awsvpc.",
    ),
    (
        "dnsServers",
        "DNS servers are not supported on container when networkMode=awsvpc.",
    ),
    (
        "dnsSearchDomains",
        "DNS search domains are not supported on container when networkMode=awsvpc.",
    ),
    (
        "extraHosts",
        "Extra hosts are not supported on container when networkMode=awsvpc.",
    ),
];

/// What `awsvpc` excludes.
pub(super) fn awsvpc(draft: Draft<'_>) -> Result<(), AwsError> {
    if !draft.awsvpc() {
        return Ok(());
    }
    for container in draft.containers {
        if let Some((_, sentence)) = REFUSED.iter().find(|(member, _)| has(container, member)) {
            return Err(client(*sentence));
        }
        if container["disableNetworking"] == true {
            return Err(client(
                "Disable Networking is not supported on container when networkMode=awsvpc.",
            ));
        }
    }
    Ok(())
}

/// The most port mappings of a container.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html>
const MOST: usize = 100;

/// No container has too many `portMappings`.
pub(super) fn count(draft: Draft<'_>) -> Result<(), AwsError> {
    let mut containers = draft.containers.iter();
    match containers.find(|container| list(container, "portMappings").len() > MOST) {
        Some(container) => Err(client(format!(
            "Too many port mappings for container '{}'. The maximum is {MOST}.",
            name(container)
        ))),
        None => Ok(()),
    }
}

/// `portMappings`.
pub(super) fn ports(draft: Draft<'_>) -> Result<(), AwsError> {
    let mut taken: HashSet<(&str, i64)> = HashSet::new();
    let mut names = HashSet::new();
    let mode = draft.network();
    for container in draft.containers {
        for mapping in list(container, "portMappings") {
            let ports = range(container, mapping)?;
            let shared = matches!(mode, "awsvpc" | "host");
            if shared
                && mapping["hostPort"]
                    .as_i64()
                    .is_some_and(|host| host != 0 && host != *ports.start())
            {
                return Err(client(format!(
                    "When networkMode={mode}, the host ports and container ports in port mappings must match."
                )));
            }
            let protocol = text(mapping, "protocol").unwrap_or("tcp");
            for port in ports.filter(|_| shared) {
                if !taken.insert((protocol, port)) {
                    return Err(client(format!(
                        "{} container port '{port}' is used multiple times in task when networkMode={mode}.",
                        protocol.to_uppercase()
                    )));
                }
            }
            if text(mapping, "name").is_some_and(|name| !names.insert(name)) {
                return Err(client(format!(
                    "When networkMode={mode}, port mapping name is already used"
                )));
            }
        }
    }
    Ok(())
}

/// The ports of a mapping.
fn range(container: &Value, mapping: &Value) -> Result<RangeInclusive<i64>, AwsError> {
    const PORTS: RangeInclusive<i64> = 1..=65_535;
    let single = mapping["containerPort"].as_i64();
    if let Some(range) = text(mapping, "containerPortRange") {
        if single.is_some() || !mapping["hostPort"].is_null() {
            return Err(client("cannot specify both single port and port range"));
        }
        let ends = range.split_once('-');
        let ends = ends.and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
        return ends
            .filter(|(first, last)| first < last && PORTS.contains(first) && PORTS.contains(last))
            .map(|(first, last)| first..=last)
            .ok_or_else(|| client(setting("containerPortRange", container)));
    }
    let port = single.filter(|port| PORTS.contains(port));
    let port = port.ok_or_else(|| client(setting("containerPort", container)))?;
    if mapping["hostPort"]
        .as_i64()
        .is_some_and(|host| !(0..=65_535).contains(&host))
    {
        return Err(client(setting("hostPort", container)));
    }
    Ok(port..=port)
}
