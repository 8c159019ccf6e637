//! `PutImage`: an image enters a repository, or gets another tag.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::Answer;
use super::super::catalogue;
use super::super::errors::{
    constraint, image_exists, no_such_layers, no_such_references, other_digest, pattern, tag_exists,
};
use super::super::input::{ImageId, Named, form};
use super::super::manifest::Manifest;
use super::super::names::is_tag;
use super::super::repositories::existing_mut;
use super::super::state::{Image, Repository};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::form::Rule;

/// The longest manifest, in characters.
const MANIFEST: Rule = Rule::length(1, 4_194_304);

/// The longest tag.
const TAG: Rule = Rule::length(1, 300);

/// What a request puts.
struct Given {
    manifest: String,
    read: Manifest,
    digest: String,
    tag: Option<String>,
}

impl Given {
    fn of(call: &Call) -> Result<Self, AwsError> {
        let mut form = form(call);
        let manifest = form.required("imageManifest", &MANIFEST);
        let tag = form.optional("imageTag", &TAG);
        form.check()?;
        if tag.as_deref().is_some_and(|tag| !is_tag(tag)) {
            return Err(pattern("imageTag", "[a-zA-Z0-9_][a-zA-Z0-9._-]{0,299}"));
        }
        let media_type = call.input["imageManifestMediaType"].as_str();
        let read = Manifest::read(&manifest, media_type)
            .map_err(|_| constraint("ImageManifest", "Invalid JSON syntax"))?;
        let digest = catalogue::digest(manifest.as_bytes());
        match call.input["imageDigest"].as_str() {
            Some(given) if given != digest => Err(other_digest(given, &digest)),
            _ => Ok(Self {
                manifest,
                read,
                digest,
                tag,
            }),
        }
    }

    /// Everything that the manifest names must be there: its blobs in the catalogue, other manifests in the repository.
    fn complete(&self, named: &Named, repository: &Repository) -> Result<(), AwsError> {
        let blobs = self.read.blobs().map(|blob| blob.digest.as_str());
        let missing: Vec<&str> = blobs.filter(|digest| catalogue::blob(digest).is_none()).collect();
        if !missing.is_empty() {
            return Err(no_such_layers(&named.registry, &named.name, &missing));
        }
        let listed = self.read.listed().iter().map(|manifest| manifest.digest.as_str());
        let missing: Vec<&str> = listed
            .filter(|digest| !repository.images.contains_key(*digest))
            .collect();
        if !missing.is_empty() {
            return Err(no_such_references(&named.registry, &named.name, &missing));
        }
        Ok(())
    }

    /// Something must change, and no tag may be taken from an image that keeps it.
    fn new_to(&self, named: &Named, repository: &Repository) -> Result<(), AwsError> {
        let exists = || image_exists(&named.registry, &named.name, &self.digest, self.tag.as_deref());
        let Some(tag) = self.tag.as_deref() else {
            let there = repository.images.contains_key(&self.digest);
            return if there { Err(exists()) } else { Ok(()) };
        };
        match repository.tagged(tag) {
            Some(digest) if digest == self.digest => Err(exists()),
            Some(_) if repository.mutability.protects(tag) => Err(tag_exists(&named.name, tag)),
            _ => Ok(()),
        }
    }
}

/// `PutImage`.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html>
pub(in super::super) fn put(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = Named::of(call)?;
    let given = Given::of(call)?;
    let now = call.time;
    cloud.ecr.change(&named.registry, |repositories| {
        let repository = existing_mut(repositories, &named)?;
        given.complete(&named, repository)?;
        given.new_to(&named, repository)?;
        if let Some(tag) = &given.tag {
            // A tag that moves leaves an image without a tag behind.
            for image in repository.images.values_mut() {
                image.tags.remove(tag);
            }
        }
        let image = repository.images.entry(given.digest.clone());
        let image = image.or_insert_with(|| Image {
            manifest: given.manifest.clone(),
            media_type: given.read.media_type.clone(),
            tags: BTreeSet::new(),
            pushed: now,
        });
        image.tags.extend(given.tag.clone());
        let id = ImageId {
            digest: Some(given.digest.clone()),
            tag: given.tag.clone(),
        };
        Ok(json!({ "image": {
            "registryId": named.registry,
            "repositoryName": named.name,
            "imageId": id.shown(),
            "imageManifest": given.manifest,
            "imageManifestMediaType": given.read.media_type,
        }}))
    })
}
