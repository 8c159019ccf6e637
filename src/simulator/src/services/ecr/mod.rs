//! ECR: private repositories of container images.
//!
//! No image is pushed or pulled with Docker: a repository gets an image by its manifest (`PutImage`), which must be made
//! of what the [`catalogue`] holds. ECS asks [`resolve`] what an image's name stands for.
//!
//! Not simulated: uploads of layers, scans, replication, pull through caches, signatures, registry settings.

mod access;
mod catalogue;
mod catalogue_registry;
mod errors;
mod images;
mod input;
mod layers;
mod manifest;
mod mutability;
mod names;
mod policies;
mod reference;
mod repositories;
mod resolve;
mod state;
mod tags;
mod token;

pub(crate) use catalogue::Program;
pub(crate) use reference::{Reference, Registry};
pub(crate) use resolve::{Unresolved, resolve};
pub(crate) use state::{Ecr, Snapshot};

use bytes::Bytes;
use serde_json::Value;

use crate::call::{Call, Outcome, Reply};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::protocol::Protocol;
use crate::services::{Operation, REGIONAL, Service, unmetered};

/// What an operation answers: the members of its output.
type Answer = Result<Value, AwsError>;

/// One operation: its name, what it is about, what it does.
macro_rules! operation {
    ($name:literal, $about:ident, $($execute:ident)::+) => {
        Operation {
            name: $name,
            access: |cloud, call| access::$about(cloud, call, concat!("ecr:", $name)),
            meter: unmetered,
            execute: |cloud, call| answer(cloud, call, $($execute)::+),
        }
    };
}

/// The service's entry in the table of services.
#[rustfmt::skip]
pub(crate) static SERVICE: Service = Service {
    name: "ecr",
    protocol: Protocol::Json {
        version: "1.1",
        targets: &["AmazonEC2ContainerRegistry_V20150921"],
    },
    regions: REGIONAL,
    resource_policy: access::owner,
    operations: &[
        operation!("CreateRepository", new_repository, repositories::create),
        operation!("DescribeRepositories", repositories, repositories::describe),
        operation!("DeleteRepository", repository, repositories::delete),
        operation!("PutImageTagMutability", repository, repositories::put_mutability),
        operation!("PutImageScanningConfiguration", repository, repositories::put_scanning),
        operation!("PutImage", repository, images::put),
        operation!("BatchGetImage", repository, images::batch_get),
        operation!("DescribeImages", repository, images::describe),
        operation!("ListImages", repository, images::list),
        operation!("BatchDeleteImage", repository, images::delete),
        operation!("BatchCheckLayerAvailability", repository, layers::check),
        operation!("GetDownloadUrlForLayer", repository, layers::download_url),
        operation!("GetAuthorizationToken", nothing, token::get),
        operation!("SetRepositoryPolicy", repository, policies::set),
        operation!("GetRepositoryPolicy", repository, policies::get),
        operation!("DeleteRepositoryPolicy", repository, policies::delete),
        operation!("TagResource", arn, tags::tag),
        operation!("UntagResource", arn, tags::untag),
        operation!("ListTagsForResource", arn, tags::list),
    ],
};

fn answer(cloud: &Cloud, call: &mut Call, operation: fn(&Cloud, &mut Call) -> Answer) -> Outcome {
    operation(cloud, call).map(|output| Reply::new(output.to_string()))
}

/// A layer that a download URL names, with its media type.
pub(crate) fn layer(digest: &str) -> Option<(Bytes, &'static str)> {
    catalogue::blob(digest).map(|blob| (blob.bytes.clone(), blob.media_type))
}
