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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use super::super::catalogue::Program;
    use super::super::catalogue_registry;
    use super::super::state::Image as Kept;
    use super::*;
    use crate::ACCOUNT;

    /// A cloud whose account has put the catalogue's `web` into a repository of its own.
    fn cloud() -> Cloud {
        let cloud = Cloud::new(true).unwrap();
        let mut repository = catalogue_registry::repositories()
            .remove("catalogue/web")
            .unwrap();
        for image in repository.images.values_mut() {
            image.tags = BTreeSet::from(["v1".to_owned()]);
        }
        cloud.ecr.change(ACCOUNT, |repositories| {
            repositories.insert("web".to_owned(), repository);
        });
        cloud
    }

    fn private(account: &str, rest: &str) -> String {
        format!("{account}.dkr.ecr.{REGION}.amazonaws.com/{rest}")
    }

    #[test]
    fn a_name_stands_for_an_image_by_its_tag_or_its_digest() {
        let cloud = cloud();
        let by_tag = resolve(&cloud, &private(ACCOUNT, "web:v1")).unwrap();
        assert_eq!(by_tag.image.program, Program::Web);
        let by_digest = resolve(&cloud, &private(ACCOUNT, &format!("web@{}", by_tag.digest))).unwrap();
        assert_eq!(by_digest.image.program, Program::Web);
        let catalogue = private(catalogue::REGISTRY, "catalogue/lot");
        assert_eq!(resolve(&cloud, &catalogue).unwrap().image.program, Program::Batch);
        for public in [
            "public.ecr.aws/docker/library/httpd:latest",
            "httpd",
            "docker.io/library/httpd:latest",
        ] {
            let found = resolve(&cloud, public).unwrap();
            assert_eq!(found.image.program, Program::Httpd, "{public}");
            assert_eq!(found.reference.repository_arn(), None);
        }
    }

    #[test]
    fn why_a_name_stands_for_none_is_told() {
        let cloud = cloud();
        let none = |name: &str| resolve(&cloud, name).unwrap_err();
        assert_eq!(none("Pas Une Image"), Unresolved::Malformed);
        let elsewhere = format!("{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/web:v1");
        assert!(matches!(none(&elsewhere), Unresolved::OtherRegion(_)));
        for absent in [&private(ACCOUNT, "api:v1"), "nginx", "ghcr.io/equipe/web"] {
            assert!(matches!(none(absent), Unresolved::NoRepository(_)), "{absent}");
        }
        let digest = format!("web@sha256:{}", "0".repeat(64));
        for absent in [
            &private(ACCOUNT, "web"),
            &private(ACCOUNT, "web:v2"),
            &private(ACCOUNT, &digest),
            "httpd:3",
        ] {
            assert!(matches!(none(absent), Unresolved::NoImage(_)), "{absent}");
        }
    }

    #[test]
    fn a_list_stands_for_its_image_of_the_catalogue_s_platform() {
        let cloud = cloud();
        let list = |platform: &str| {
            let image = resolve(&cloud, &private(ACCOUNT, "web:v1")).unwrap().digest;
            let manifest = serde_json::json!({
                "schemaVersion": 2,
                "manifests": [{"digest": image, "size": 1, "platform": {"os": "linux", "architecture": platform}}],
            });
            let kept = Kept {
                manifest: manifest.to_string(),
                media_type: "application/vnd.oci.image.index.v1+json".to_owned(),
                tags: BTreeSet::from(["multi".to_owned()]),
                pushed: time::OffsetDateTime::UNIX_EPOCH,
            };
            cloud.ecr.change(ACCOUNT, |repositories| {
                let images = &mut repositories.get_mut("web").unwrap().images;
                images.insert("sha256:liste".to_owned(), kept);
            });
            resolve(&cloud, &private(ACCOUNT, "web:multi"))
        };
        let found = list("amd64").unwrap();
        assert_eq!(
            (found.image.program, found.digest.as_str()),
            (Program::Web, "sha256:liste")
        );
        assert!(matches!(list("arm64"), Err(Unresolved::NoPlatform(_))));
    }
}
