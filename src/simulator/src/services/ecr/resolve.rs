//! What ECS asks: which image of the catalogue an image's name stands for.

use super::catalogue::{self, Image};
use super::manifest::{Content, Manifest};
use super::reference::{Reference, Registry};
use super::state::Repository;
use crate::REGION;
use crate::cloud::Cloud;

/// An image that a name stands for.
#[derive(Debug, Clone)]
pub(crate) struct Resolved {
    /// The name, taken apart; `reference.repository_arn()` is what a pull needs permissions on, where it is private.
    pub(crate) reference: Reference,
    /// `sha256:…` of the manifest that the name stands for, `imageDigest` of a container.
    pub(crate) digest: String,
    /// What runs.
    pub(crate) image: &'static Image,
}

/// Why a name stands for no image. Permissions come first: AWS tells nothing of a repository to who may not pull from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unresolved {
    /// It is no image's name.
    Malformed,
    /// Its registry is in a region that is not simulated.
    OtherRegion(Reference),
    /// Its registry has no such repository. (A public registry that is not simulated has none.)
    NoRepository(Reference),
    /// The repository has no image with that tag or digest.
    NoImage(Reference),
    /// The image is there, but it is a list of manifests without one for `linux/amd64`, which all of the catalogue's are.
    NoPlatform(Reference),
}

/// The image that a container definition's `image` stands for. It asks for no permission: its caller must.
pub(crate) fn resolve(cloud: &Cloud, image: &str) -> Result<Resolved, Unresolved> {
    let reference = Reference::parse(image).ok_or(Unresolved::Malformed)?;
    match &reference.registry {
        Registry::Private { region, .. } if region != REGION => Err(Unresolved::OtherRegion(reference)),
        Registry::Private { account, .. } => cloud.ecr.read(account, |repositories| {
            match repositories.get(&reference.repository) {
                Some(repository) => in_repository(repository, reference.clone()),
                None => Err(Unresolved::NoRepository(reference.clone())),
            }
        }),
        Registry::Other(_) => in_public(reference),
    }
}

fn in_repository(repository: &Repository, reference: Reference) -> Result<Resolved, Unresolved> {
    let tagged = || repository.tagged(reference.tag.as_deref()?);
    let found = reference.digest.as_deref().or_else(tagged);
    let Some((digest, image)) = found.and_then(|digest| repository.images.get_key_value(digest)) else {
        return Err(Unresolved::NoImage(reference));
    };
    match image.read().and_then(|manifest| program(repository, &manifest)) {
        Some(image) => Ok(Resolved {
            digest: digest.clone(),
            reference,
            image,
        }),
        None => Err(Unresolved::NoPlatform(reference)),
    }
}

/// The image of a manifest, or of the one that a list has for the catalogue's platform.
fn program(repository: &Repository, manifest: &Manifest) -> Option<&'static Image> {
    match &manifest.content {
        Content::Image { config, .. } => catalogue::by_config(&config.digest),
        Content::List(manifests) => {
            let fits = |platform: Option<&str>| platform.is_none_or(|platform| platform == "linux/amd64");
            let mut fitting = manifests
                .iter()
                .filter(|manifest| fits(manifest.platform.as_deref()));
            let listed = repository.images.get(&fitting.next()?.digest)?.read()?;
            let config = listed.blobs().next()?;
            catalogue::by_config(&config.digest)
        }
    }
}

fn in_public(reference: Reference) -> Result<Resolved, Unresolved> {
    let Some(image) = catalogue::by_public_name(&reference.full_repository()) else {
        return Err(Unresolved::NoRepository(reference));
    };
    let digest = &image.built().digest;
    let fits = match (&reference.digest, &reference.tag) {
        (Some(asked), _) => asked == digest,
        (None, tag) => tag.as_deref() == Some(catalogue::LATEST),
    };
    if !fits {
        return Err(Unresolved::NoImage(reference));
    }
    Ok(Resolved {
        digest: digest.clone(),
        reference,
        image,
    })
}
