//! Images and their manifests, shown.

use serde_json::{Map, Value, json};

use super::super::Answer;
use super::super::errors::no_such_image;
use super::super::input::{ImageId, Named, date, form, page, tag_status};
use super::super::manifest::Content;
use super::super::repositories::existing;
use super::super::state::{Image, Repository};
use super::find;
use crate::call::Call;
use crate::cloud::Cloud;

/// `BatchGetImage`: manifests. Each is given as it was put, whatever media types are accepted.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html>
pub(in super::super) fn batch_get(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = Named::of(call)?;
    let mut form = form(call);
    if !form.has("imageIds") {
        form.missing("imageIds");
    }
    form.check()?;
    let ids = ImageId::all(call)?;
    cloud.ecr.read(&named.registry, |repositories| {
        let repository = existing(repositories, &named)?;
        let (mut images, mut failures): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
        for id in &ids {
            match find(repository, id) {
                Ok((digest, image)) => {
                    let id = ImageId {
                        digest: Some(digest.to_owned()),
                        tag: id.tag.clone(),
                    };
                    images.push(json!({
                        "registryId": named.registry,
                        "repositoryName": named.name,
                        "imageId": id.shown(),
                        "imageManifest": image.manifest,
                        "imageManifestMediaType": image.media_type,
                    }));
                }
                Err(failure) => failures.push(failure.shown(id)),
            }
        }
        Ok(json!({ "images": images, "failures": failures }))
    })
}

/// `DescribeImages`.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html>
pub(in super::super) fn describe(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = Named::of(call)?;
    let (ids, wanted) = (ImageId::all(call)?, tag_status(call)?);
    cloud.ecr.read(&named.registry, |repositories| {
        let repository = existing(repositories, &named)?;
        let detail =
            |digest: &str, image: &Image| (digest.to_owned(), detail(&named, repository, digest, image));
        if ids.is_empty() {
            let images = repository
                .images
                .iter()
                .filter(|(_, image)| wanted(!image.tags.is_empty()));
            let items = images.map(|(digest, image)| detail(digest, image)).collect();
            return page(call, "imageDetails", items);
        }
        let mut details: Vec<(String, Value)> = Vec::new();
        for id in &ids {
            let (digest, tag) = (id.digest.as_deref(), id.tag.as_deref());
            let found = find(repository, id);
            let (digest, image) =
                found.map_err(|_| no_such_image(&named.registry, &named.name, digest, tag))?;
            if !details.iter().any(|(known, _)| known == digest) {
                details.push(detail(digest, image));
            }
        }
        let details: Vec<Value> = details.into_iter().map(|(_, detail)| detail).collect();
        Ok(json!({ "imageDetails": details }))
    })
}

fn detail(named: &Named, repository: &Repository, digest: &str, image: &Image) -> Value {
    let mut detail = Map::new();
    detail.insert("registryId".to_owned(), named.registry.as_str().into());
    detail.insert("repositoryName".to_owned(), named.name.as_str().into());
    detail.insert("imageDigest".to_owned(), digest.into());
    if !image.tags.is_empty() {
        detail.insert("imageTags".to_owned(), json!(image.tags));
    }
    detail.insert("imageSizeInBytes".to_owned(), size(repository, image).into());
    detail.insert("imagePushedAt".to_owned(), date(image.pushed));
    detail.insert(
        "imageManifestMediaType".to_owned(),
        image.media_type.as_str().into(),
    );
    let config = image.read().and_then(|manifest| match manifest.content {
        Content::Image { config, .. } => config.media_type,
        Content::List(_) => None,
    });
    if let Some(media_type) = config {
        detail.insert("artifactMediaType".to_owned(), media_type.into());
    }
    detail.insert("imageStatus".to_owned(), "ACTIVE".into());
    Value::Object(detail)
}

/// An image's size: its layers', or the largest of the images that a list names.
fn size(repository: &Repository, image: &Image) -> u64 {
    let Some(manifest) = image.read() else {
        return 0;
    };
    let listed = manifest
        .listed()
        .iter()
        .filter_map(|listed| repository.images.get(&listed.digest));
    let sizes = listed.map(|image| size(repository, image));
    sizes.max().unwrap_or_else(|| manifest.size())
}

/// `ListImages`: one line for each tag, and one for each image without any.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImages.html>
pub(in super::super) fn list(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = Named::of(call)?;
    let wanted = tag_status(call)?;
    cloud.ecr.read(&named.registry, |repositories| {
        let repository = existing(repositories, &named)?;
        let lines = repository
            .images
            .iter()
            .flat_map(|(digest, image)| ids(digest, image));
        let lines = lines.filter(|id| wanted(id.tag.is_some()));
        let items = lines.map(|id| {
            let key = [&id.digest, &id.tag].map(|part| part.clone().unwrap_or_default());
            (key.join(" "), id.shown())
        });
        page(call, "imageIds", items.collect())
    })
}

/// The names of an image: one for each of its tags.
pub(super) fn ids(digest: &str, image: &Image) -> Vec<ImageId> {
    let of = |tag: Option<&String>| ImageId {
        digest: Some(digest.to_owned()),
        tag: tag.cloned(),
    };
    if image.tags.is_empty() {
        vec![of(None)]
    } else {
        image.tags.iter().map(|tag| of(Some(tag))).collect()
    }
}
