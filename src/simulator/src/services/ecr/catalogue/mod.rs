//! The catalogue: the container images that there are. Nothing is built or pushed with Docker here; an image of the
//! catalogue is put into a repository by its manifest, as one is tagged again on AWS.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-retag.html>
//!
//! The catalogue is a registry of an account of its own, from which everyone may pull. Its layers count as uploaded in
//! every repository, where AWS would want each repository to have them.

mod archive;
mod built;

use std::sync::OnceLock;

pub(super) use built::{Blob, Built, MANIFEST, digest};

/// The account whose registry the catalogue is. It is nobody's.
pub(super) const REGISTRY: &str = "700000000007";

/// The tag that every image of the catalogue has.
pub(super) const LATEST: &str = "latest";

/// When the images were made.
pub(super) const CREATED: &str = "2026-01-01T00:00:00Z";

/// What an image does when ECS runs it. What a program reads are variables of the container's environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    /// Serves a small page over HTTP, on port 80 or the one that `PORT` says.
    Web,
    /// Apache's web server, which says that it works, on port 80.
    Httpd,
    /// Reads `s3://$BUCKET/$KEY` with the task role at its start, then serves what it read on port 80 (or `PORT`); if it
    /// cannot read it, it says why and ends with 1.
    ReadS3,
    /// Ends with `CODE` (0) after `DUREE` seconds (10).
    Batch,
    /// Allocates `MEMOIRE` MiB (64) and keeps them; more than its limit gets it killed.
    Memory,
    /// Ends with 1 at once.
    Crash,
    /// Goes on when it gets SIGTERM, until SIGKILL.
    Deaf,
}

/// An image of the catalogue.
#[derive(Debug)]
pub(crate) struct Image {
    /// Its repository in the catalogue's registry: `catalogue/web`.
    pub(crate) repository: &'static str,
    /// What it does, for learners: the tag `description` of its repository. Words in capitals are variables of the
    /// container's environment. (A tag has letters, digits, spaces and `+ - = . _ : / @`.)
    pub(super) sentence: &'static str,
    /// What it does, for ECS.
    pub(crate) program: Program,
    /// The port that it exposes.
    pub(crate) port: Option<u16>,
    /// Its repositories outside of private registries: `public.ecr.aws/…` and Docker Hub's.
    pub(super) public: &'static [&'static str],
    built: OnceLock<Built>,
}

const fn image(
    repository: &'static str,
    program: Program,
    port: Option<u16>,
    public: &'static [&'static str],
    sentence: &'static str,
) -> Image {
    Image {
        repository,
        sentence,
        program,
        port,
        public,
        built: OnceLock::new(),
    }
}

/// Every image.
#[rustfmt::skip]
static IMAGES: [Image; 7] = [
    image("catalogue/web", Program::Web, Some(80), &["public.ecr.aws/cahier/web"],
        "Un serveur HTTP qui répond une petite page sur le port 80 ou celui de la variable PORT."),
    image("catalogue/httpd", Program::Httpd, Some(80),
        &["public.ecr.aws/docker/library/httpd", "docker.io/library/httpd"],
        "Le serveur web Apache que la documentation de Fargate prend en exemple : il écoute sur le port 80."),
    image("catalogue/lit-s3", Program::ReadS3, Some(80), &["public.ecr.aws/cahier/lit-s3"],
        "Lit s3://BUCKET/KEY avec le rôle de la tâche puis sert ce contenu sur le port 80 ou finit avec le code 1."),
    image("catalogue/lot", Program::Batch, None, &["public.ecr.aws/cahier/lot"],
        "Un traitement qui finit après DUREE secondes avec le code CODE ou 0."),
    image("catalogue/memoire", Program::Memory, None, &["public.ecr.aws/cahier/memoire"],
        "Alloue MEMOIRE Mio et les garde : un conteneur qui dépasse sa limite est tué."),
    image("catalogue/plante", Program::Crash, None, &["public.ecr.aws/cahier/plante"],
        "Finit aussitôt avec le code 1."),
    image("catalogue/sourd", Program::Deaf, None, &["public.ecr.aws/cahier/sourd"],
        "Ignore SIGTERM : seul SIGKILL arrête ce conteneur."),
];

impl Image {
    /// The image as registries hold it.
    pub(super) fn built(&self) -> &Built {
        self.built.get_or_init(|| Built::of(self))
    }

    /// The name without `catalogue/`.
    pub(super) fn short_name(&self) -> &'static str {
        self.repository.rsplit('/').next().unwrap_or(self.repository)
    }
}

/// Every image of the catalogue.
pub(super) fn images() -> impl Iterator<Item = &'static Image> {
    IMAGES.iter()
}

/// The image whose configuration has this digest: what a manifest of it names.
pub(super) fn by_config(digest: &str) -> Option<&'static Image> {
    images().find(|image| image.built().config.digest == digest)
}

/// The image of a public repository: `public.ecr.aws/docker/library/httpd`.
pub(super) fn by_public_name(repository: &str) -> Option<&'static Image> {
    images().find(|image| image.public.contains(&repository))
}

/// A layer or a configuration of any image.
pub(super) fn blob(digest: &str) -> Option<&'static Blob> {
    images().find_map(|image| {
        let built = image.built();
        let mut blobs = built.layers.iter().chain([&built.config]);
        blobs.find(|blob| blob.digest == digest)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::Value;

    use super::*;

    #[test]
    fn a_manifest_names_blobs_that_there_are_with_their_sizes_and_digests() {
        for image in images() {
            let built = image.built();
            let manifest: Value = serde_json::from_str(&built.manifest).unwrap();
            assert_eq!(manifest["mediaType"], MANIFEST);
            let named = manifest["layers"]
                .as_array()
                .unwrap()
                .iter()
                .chain([&manifest["config"]]);
            let mut count = 0;
            for descriptor in named {
                let blob = blob(descriptor["digest"].as_str().unwrap()).unwrap();
                assert_eq!(digest(&blob.bytes), blob.digest);
                assert_eq!(descriptor["size"], blob.bytes.len());
                assert_eq!(descriptor["mediaType"], blob.media_type);
                count += 1;
            }
            assert_eq!(count, 3);
            let config: Value = serde_json::from_slice(&built.config.bytes).unwrap();
            assert_eq!(config["rootfs"]["diff_ids"].as_array().unwrap().len(), 2);
            let port = image.port.map(|port| format!("{port}/tcp"));
            assert_eq!(config["config"].get("ExposedPorts").is_some(), port.is_some());
        }
    }

    #[test]
    fn every_image_is_another_one_and_is_found_by_its_configuration() {
        for image in images() {
            let found = by_config(&image.built().config.digest).unwrap();
            assert_eq!(found.repository, image.repository);
        }
        let httpd = by_public_name("public.ecr.aws/docker/library/httpd").unwrap();
        assert_eq!(httpd.program, Program::Httpd);
    }

    /// A digest that changed would be a manifest that saved repositories no longer know.
    #[test]
    fn the_digests_stay_what_they_are() {
        let digests: Vec<&str> = images().map(|image| image.built().digest.as_str()).collect();
        assert_eq!(
            digests,
            [
                "sha256:701193a8da788d6a9de6a73412c01a95fd0262871dfe5b798612a84d357e72c7",
                "sha256:e88df389cb7eacd582528de16c67d8d16f0ecfc67a9cbe64c2fb495c1d068fbf",
                "sha256:33ef57baa62b2322a6871f0f861e0b2e3e56ced5a84cb167e4083a79b466482f",
                "sha256:395db17f4d81cdd76a8357c6b19bfb472e095769b9a85c5dc2f547c00435841c",
                "sha256:6f02197ed2ae62eead96b098499be7378162c04411a76e1ce11fd7362bb3cfec",
                "sha256:b80bd9bb95984e3c514d2e5a4389d4aa38a89f488be0571380451500c3a6ad5c",
                "sha256:1680ff5602baa5cc0e9eb0ed72a053f6f139ccb7c9562e04ec744705238fa46e",
            ]
        );
    }
}
