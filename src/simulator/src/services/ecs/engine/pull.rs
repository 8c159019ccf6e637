//! What the execution role does before a task's containers start: it pulls images, reads secrets, opens logs.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html>

use std::net::Ipv4Addr;

use serde_json::Value;

use super::super::state::{Task, TaskDefinition, TaskKey};
use super::Engine;
use super::act::Acting;
use crate::REGION;
use crate::services::ec2::{self, Direction};
use crate::services::ecr::{self, Reference, Registry, Unresolved};

/// What keeps a task from starting.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hindrance {
    /// `stoppedReason`, in AWS's words.
    pub(super) reason: String,
    /// How long it takes to be noticed, in seconds.
    pub(super) after: i64,
}

/// How long a refusal takes to be noticed.
const REFUSED: i64 = 2;

/// How long it takes until nothing that does not answer is called any more. On AWS it is nearer to five minutes; whoever
/// learns from it need not wait that long.
const UNREACHABLE: i64 = 90;

/// Where the internet is: an address of a block that is nobody's (RFC 5737).
const OUTSIDE: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 10);

fn refused(reason: String) -> Hindrance {
    Hindrance {
        reason,
        after: REFUSED,
    }
}

/// What comes before everything that keeps a task from getting what it needs to start.
const RESOURCES: &str = "ResourceInitializationError: unable to pull secrets or registry auth:";

impl Engine<'_> {
    /// What keeps a task from pulling its images and reading its secrets, if anything does.
    pub(super) fn what_keeps_from_pulling(&mut self, key: &TaskKey) -> Option<Hindrance> {
        let definition = self.definition(key)?;
        let (cloud, now) = (self.cloud, self.now);
        let task = self.state.task(key)?;
        let pull = Pull {
            task,
            definition: &definition,
            account: &key.account,
            reachable: reachable(cloud, &key.account, task),
            acting: Acting::of_execution(cloud, now, task),
            cloud,
        };
        let registry = pull.needs_registry_auth().then(|| pull.registry_auth()).flatten();
        registry.or_else(|| pull.secrets()).or_else(|| pull.images())
    }

    /// The digest of each container's image.
    pub(super) fn digests(&mut self, key: &TaskKey) -> Vec<Option<String>> {
        let cloud = self.cloud;
        let containers = self.state.task(key).map(|task| task.containers.as_slice());
        let images = containers
            .unwrap_or_default()
            .iter()
            .map(|container| &container.image);
        let digests = images.map(|image| ecr::resolve(cloud, image).ok().map(|resolved| resolved.digest));
        digests.collect()
    }

    /// What keeps a task from writing its logs, if anything does: the reason, in AWS's words.
    pub(super) fn what_keeps_from_logging(&mut self, key: &TaskKey) -> Option<String> {
        let definition = self.definition(key)?;
        let (cloud, now) = (self.cloud, self.now);
        let task = self.state.task(key)?;
        let acting = Acting::of_execution(cloud, now, task);
        let logging = definition.containers().iter().filter_map(awslogs);
        let mut streams = logging.map(|(name, group, prefix)| (group, format!("{prefix}/{name}/{}", key.id)));
        streams.find_map(|(group, stream)| {
            let arn = format!(
                "arn:aws:logs:{REGION}:{}:log-group:{group}:log-stream:{stream}",
                key.account
            );
            let opened = acting.as_ref().map(|acting| {
                acting.may("logs", "CreateLogStream", &arn)?;
                acting.may("logs", "PutLogEvents", &arn)
            });
            match opened {
                Some(Ok(())) => None,
                Some(Err(refusal)) => Some(logger(&refusal)),
                None => Some(logger(&no_credentials())),
            }
        })
    }
}

fn logger(why: &str) -> String {
    format!(
        "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create \
         Cloudwatch log stream: {why} : exit status 1"
    )
}

/// The name, the log group and the stream's prefix of a container that logs to `CloudWatch`.
fn awslogs(container: &Value) -> Option<(&str, &str, &str)> {
    let configuration = &container["logConfiguration"];
    let options = &configuration["options"];
    (configuration["logDriver"] == "awslogs").then_some((
        container["name"].as_str()?,
        options["awslogs-group"].as_str()?,
        options["awslogs-stream-prefix"].as_str().unwrap_or_default(),
    ))
}

fn no_credentials() -> String {
    "NoCredentialProviders: no valid providers in chain".to_owned()
}

/// Whether a task reaches services of AWS and registries: with a public address (the subnets are public ones, and there
/// is no NAT gateway), and where its security groups let HTTPS out.
fn reachable(cloud: &crate::cloud::Cloud, account: &str, task: &Task) -> bool {
    let groups = &task.network.groups;
    task.network.public && ec2::allows(cloud, account, groups, Direction::Egress, 443, OUTSIDE)
}

/// A task that is about to pull.
struct Pull<'a> {
    cloud: &'a crate::cloud::Cloud,
    account: &'a str,
    task: &'a Task,
    definition: &'a TaskDefinition,
    reachable: bool,
    acting: Option<Acting<'a>>,
}

impl Pull<'_> {
    fn images_of(&self, wanted: fn(&str) -> bool) -> impl Iterator<Item = &str> {
        let images = self
            .task
            .containers
            .iter()
            .map(|container| container.image.as_str());
        images.filter(move |image| wanted(image))
    }

    fn needs_registry_auth(&self) -> bool {
        self.images_of(is_private).next().is_some()
    }

    /// The token of the private registry, which every private image needs.
    fn registry_auth(&self) -> Option<Hindrance> {
        if !self.reachable {
            return Some(Hindrance {
                reason: format!(
                    "{RESOURCES} The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task \
                     and Amazon ECR. Check your task network configuration. operation error ECR: GetAuthorizationToken, exceeded \
                     maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed, Post \
                     \"https://api.ecr.{REGION}.amazonaws.com/\": dial tcp {OUTSIDE}:443: i/o timeout"
                ),
                after: UNREACHABLE,
            });
        }
        let failed = "execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 \
                      time(s):";
        match self.may("ecr", "GetAuthorizationToken", "*") {
            Ok(()) => None,
            Err(refusal) => Some(refused(format!("{RESOURCES} {failed} {refusal}"))),
        }
    }

    fn may(&self, service: &'static str, operation: &'static str, resource: &str) -> Result<(), String> {
        match &self.acting {
            Some(acting) => acting.may(service, operation, resource),
            None => Err(no_credentials()),
        }
    }

    /// Secrets. Neither Secrets Manager nor Systems Manager is simulated: after the permission, there is no such secret.
    fn secrets(&self) -> Option<Hindrance> {
        let containers = self.definition.containers().iter();
        let mut secrets = containers.flat_map(|container| {
            let own = container["secrets"].as_array();
            let logs = container["logConfiguration"]["secretOptions"].as_array();
            own.into_iter().chain(logs).flatten()
        });
        let named = secrets.next()?["valueFrom"].as_str().unwrap_or_default();
        let failed = "execution resource retrieval failed: unable to retrieve";
        let reason = if named.starts_with("arn:aws:secretsmanager:") {
            let why = match self.may("secretsmanager", "GetSecretValue", named) {
                Err(refusal) => refusal,
                Ok(()) => {
                    "ResourceNotFoundException: Secrets Manager can't find the specified secret.".to_owned()
                }
            };
            format!(
                "{RESOURCES} {failed} secret from asm: service call has been retried 1 time(s): failed to fetch secret {named} from \
                 secrets manager: {why}"
            )
        } else {
            let name = named
                .rsplit(":parameter/")
                .next()
                .unwrap_or(named)
                .trim_start_matches('/');
            let arn = format!("arn:aws:ssm:{REGION}:{}:parameter/{name}", self.account);
            let why = match self.may("ssm", "GetParameters", &arn) {
                Err(refusal) => refusal,
                Ok(()) => format!("invalid parameters: {named}"),
            };
            format!(
                "{RESOURCES} {failed} secrets from ssm: service call has been retried 1 time(s): fetching secret data from SSM \
                 Parameter Store in {REGION}: {why}"
            )
        };
        Some(refused(reason))
    }

    /// The images themselves.
    fn images(&self) -> Option<Hindrance> {
        self.images_of(|_| true).find_map(|image| {
            let resolved = ecr::resolve(self.cloud, image);
            let reference = match &resolved {
                Ok(resolved) => Some(&resolved.reference),
                Err(unresolved) => reference_of(unresolved),
            };
            let Some(reference) = reference else {
                return Some(unpulled(1, &format!("failed to resolve ref {image}: invalid reference format")));
            };
            if let Registry::Other(host) = &reference.registry
                && !self.reachable
            {
                let host = if host == "docker.io" { "registry-1.docker.io" } else { host };
                let tag = reference.digest.as_deref().or(reference.tag.as_deref()).unwrap_or_default();
                return Some(Hindrance {
                    after: UNREACHABLE,
                    ..unpulled(
                        5,
                        &format!(
                            "failed to resolve ref {}: failed to do request: Head \"https://{host}/v2/{}/manifests/{tag}\": dial \
                             tcp {OUTSIDE}:443: i/o timeout",
                            reference.full(),
                            reference.repository
                        ),
                    )
                });
            }
            if let Some(arn) = reference.repository_arn()
                && let Err(refusal) = self.may_pull(&arn)
            {
                return Some(refused(self.denied(image, &refusal)));
            }
            let unresolved = resolved.as_ref().err();
            if unresolved.is_none() && self.definition.is_windows() {
                // Each of the catalogue's images is one for Linux.
                return Some(no_windows());
            }
            unresolved.map(|unresolved| missing(unresolved, &reference.full(), self.definition))
        })
    }

    /// What the pull of an image of a private repository needs.
    /// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html>
    fn may_pull(&self, repository: &str) -> Result<(), String> {
        let operations = [
            "BatchGetImage",
            "BatchCheckLayerAvailability",
            "GetDownloadUrlForLayer",
        ];
        operations
            .into_iter()
            .try_for_each(|operation| self.may("ecr", operation, repository))
    }

    fn denied(&self, image: &str, refusal: &str) -> String {
        let role = self.task.execution_role.as_deref().unwrap_or_default();
        let role = role.rsplit('/').next().unwrap_or_default();
        let sentence = refusal.split_once(": ").map_or(refusal, |(_, sentence)| sentence);
        let sentence = sentence.split(" status code:").next().unwrap_or(sentence);
        let repository = image.split('@').next().unwrap_or(image);
        format!(
            "CannotPullContainerError: Check if image exists and role '{role}' has permissions to pull images from Amazon ECR. Error \
             response from daemon: pull access denied for {repository}, repository does not exist or may require 'docker login': \
             denied: {sentence}"
        )
    }
}

/// The name of an image that is not there, unless it is no image's name.
fn reference_of(unresolved: &Unresolved) -> Option<&Reference> {
    match unresolved {
        Unresolved::Malformed => None,
        Unresolved::OtherRegion(reference)
        | Unresolved::NoRepository(reference)
        | Unresolved::NoImage(reference)
        | Unresolved::NoPlatform(reference) => Some(reference),
    }
}

fn is_private(image: &str) -> bool {
    image.contains(".dkr.ecr.")
}

fn unpulled(times: u32, why: &str) -> Hindrance {
    refused(format!(
        "CannotPullContainerError: pull image manifest has been retried {times} time(s): {why}"
    ))
}

fn no_windows() -> Hindrance {
    unpulled(
        7,
        "no matching manifest for windows/amd64 in the manifest list entries",
    )
}

/// How the pull of an image fails that may be pulled and is not there.
fn missing(unresolved: &Unresolved, full: &str, definition: &TaskDefinition) -> Hindrance {
    let platform = if definition.is_arm() {
        "linux/arm64"
    } else {
        "linux/amd64"
    };
    match unresolved {
        Unresolved::NoPlatform(_) if definition.is_windows() => no_windows(),
        Unresolved::NoPlatform(_) => unpulled(
            7,
            &format!("image Manifest does not contain descriptor matching platform '{platform}'"),
        ),
        Unresolved::NoRepository(reference) if matches!(reference.registry, Registry::Other(_)) => unpulled(
            1,
            &format!(
                "failed to resolve ref {full}: pull access denied, repository does not exist or may require authorization: server \
                 message: insufficient_scope: authorization failed"
            ),
        ),
        _ => unpulled(1, &format!("failed to resolve ref {full}: not found")),
    }
}
