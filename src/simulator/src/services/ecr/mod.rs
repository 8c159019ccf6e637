//! ECR: private repositories of container images.
//!
//! No image is pushed or pulled with Docker: a repository gets an image by its manifest (`PutImage`), which must be made
//! of what the [`catalogue`] holds. ECS asks [`resolve`] what an image's name stands for.
//!
//! Not simulated: uploads of layers, scans, replication, pull through caches, signatures, registry settings.

mod catalogue;
mod catalogue_registry;
mod errors;
mod manifest;
mod mutability;
mod names;
mod reference;
mod resolve;
mod state;

pub(crate) use catalogue::{Image, Program, REGISTRY, images};
pub(crate) use reference::{Reference, Registry};
pub(crate) use resolve::{Resolved, Unresolved, resolve};
pub(crate) use state::{Ecr, Snapshot};

use crate::protocol::Protocol;
use crate::services::{REGIONAL, Service, owned_by_caller};

/// The service's entry in the table of services.
pub(crate) static SERVICE: Service = Service {
    name: "ecr",
    protocol: Protocol::Json {
        version: "1.1",
        targets: &["AmazonEC2ContainerRegistry_V20150921"],
    },
    regions: REGIONAL,
    resource_policy: owned_by_caller,
    operations: &[],
};
