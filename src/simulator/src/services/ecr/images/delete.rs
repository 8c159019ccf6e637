//! `BatchDeleteImage`: by a tag, the tag, and with the last one the image; by a digest, the image with all its tags.

use serde_json::{Value, json};

use super::super::Answer;
use super::super::input::{ImageId, Named, form};
use super::super::repositories::existing_mut;
use super::super::state::Repository;
use super::read::ids;
use super::{Failure, find};
use crate::call::Call;
use crate::cloud::Cloud;

/// `BatchDeleteImage`.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html>
pub(in super::super) fn delete(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = Named::of(call)?;
    let mut form = form(call);
    if !form.has("imageIds") {
        form.missing("imageIds");
    }
    form.check()?;
    let asked = ImageId::all(call)?;
    cloud.ecr.change(&named.registry, |repositories| {
        let repository = existing_mut(repositories, &named)?;
        let (mut deleted, mut failures): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
        for id in &asked {
            match one(repository, id) {
                Ok(gone) => deleted.extend(gone.iter().map(ImageId::shown)),
                Err(failure) => failures.push(failure.shown(id)),
            }
        }
        Ok(json!({ "imageIds": deleted, "failures": failures }))
    })
}

/// Deletes what one part of a batch names; says what is gone.
fn one(repository: &mut Repository, id: &ImageId) -> Result<Vec<ImageId>, Failure> {
    let (digest, image) = find(repository, id)?;
    let digest = digest.to_owned();
    let others = image.tags.iter().any(|tag| Some(tag) != id.tag.as_ref());
    let (tag, stays) = (id.tag.clone(), id.digest.is_none() && others);
    if stays {
        let gone = ImageId {
            digest: Some(digest.clone()),
            tag: tag.clone(),
        };
        if let (Some(image), Some(tag)) = (repository.images.get_mut(&digest), tag) {
            image.tags.remove(&tag);
        }
        return Ok(vec![gone]);
    }
    let gone = ids(&digest, image);
    referenced(repository, &digest)?;
    repository.images.remove(&digest);
    Ok(gone)
}

/// An image that a list of the repository names stays as long as the list.
fn referenced(repository: &Repository, digest: &str) -> Result<(), Failure> {
    let lists = repository.images.iter().filter(|(_, image)| {
        let manifest = image.read();
        manifest.is_some_and(|manifest| manifest.listed().iter().any(|listed| listed.digest == digest))
    });
    let lists: Vec<&str> = lists.map(|(list, _)| list.as_str()).collect();
    if lists.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        "ImageReferencedByManifestList",
        format!(
            "Requested image referenced by manifest list: [{}]",
            lists.join(", ")
        ),
    ))
}
