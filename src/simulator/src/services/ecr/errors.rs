//! ECR's errors, in its own words. All have the status 400.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html>

use crate::error::AwsError;

fn error(code: &'static str, message: impl Into<String>) -> AwsError {
    AwsError::new(400, code, message)
}

/// A parameter that cannot be what it is.
pub(super) fn invalid_parameter(message: impl Into<String>) -> AwsError {
    error("InvalidParameterException", message)
}

/// A parameter breaks a constraint.
pub(super) fn constraint(parameter: &str, constraint: &str) -> AwsError {
    invalid_parameter(format!(
        "Invalid parameter at '{parameter}' failed to satisfy constraint: '{constraint}'"
    ))
}

/// A parameter is not of the letters that it must be of.
pub(super) fn pattern(parameter: &str, expression: &str) -> AwsError {
    constraint(
        parameter,
        &format!("must satisfy regular expression '{expression}'"),
    )
}

/// A member is none of the values that it may be.
pub(super) fn not_one_of(member: &str, value: &str, values: &[&str]) -> AwsError {
    invalid_parameter(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must satisfy \
         enum value set: [{}]",
        values.join(", ")
    ))
}

/// There is no such repository.
pub(super) fn no_such_repository(registry: &str, name: &str) -> AwsError {
    error(
        "RepositoryNotFoundException",
        format!("The repository with name '{name}' does not exist in the registry with id '{registry}'"),
    )
}

/// The name is taken.
pub(super) fn repository_exists(registry: &str, name: &str) -> AwsError {
    error(
        "RepositoryAlreadyExistsException",
        format!("The repository with name '{name}' already exists in the registry with id '{registry}'"),
    )
}

/// A repository with images is deleted by force alone.
pub(super) fn not_empty(registry: &str, name: &str) -> AwsError {
    error(
        "RepositoryNotEmptyException",
        format!(
            "The repository with name '{name}' in registry with id '{registry}' cannot be deleted because it still \
             contains images"
        ),
    )
}

/// There is no such image; what was not given of its name is `null`.
pub(super) fn no_such_image(registry: &str, name: &str, digest: Option<&str>, tag: Option<&str>) -> AwsError {
    let (digest, tag) = (digest.unwrap_or("null"), tag.unwrap_or("null"));
    error(
        "ImageNotFoundException",
        format!(
            "The image with imageId {{imageDigest:'{digest}', imageTag:'{tag}'}} does not exist within the repository with \
             name '{name}' in the registry with id '{registry}'"
        ),
    )
}

/// The very image, under the very tag, is there already.
pub(super) fn image_exists(registry: &str, name: &str, digest: &str, tag: Option<&str>) -> AwsError {
    let tag = tag.unwrap_or("null");
    error(
        "ImageAlreadyExistsException",
        format!(
            "Image with digest '{digest}' and tag '{tag}' already exists in the repository with name '{name}' in registry \
             with id '{registry}'"
        ),
    )
}

/// Another image has the tag, and keeps it.
pub(super) fn tag_exists(name: &str, tag: &str) -> AwsError {
    error(
        "ImageTagAlreadyExistsException",
        format!(
            "The image tag '{tag}' already exists in the '{name}' repository and cannot be overwritten because the tag is \
             immutable."
        ),
    )
}

/// The manifest has another digest than the request says.
pub(super) fn other_digest(given: &str, computed: &str) -> AwsError {
    error(
        "ImageDigestDoesNotMatchException",
        format!(
            "The specified image digest '{given}' does not match the digest '{computed}' that Amazon ECR calculated for the image."
        ),
    )
}

/// A manifest names blobs that were not uploaded.
pub(super) fn no_such_layers(registry: &str, name: &str, digests: &[&str]) -> AwsError {
    error(
        "LayersNotFoundException",
        format!(
            "Layers with digests '[{}]' required for pushing image into repository with name '{name}' in the registry \
             with id '{registry}' do not exist",
            digests.join(", ")
        ),
    )
}

/// There is no such layer to download.
pub(super) fn no_such_layer(registry: &str, name: &str, digest: &str) -> AwsError {
    error(
        "LayersNotFoundException",
        format!(
            "The layer with digest {digest} does not exist within the repository with name '{name}' in the registry with \
             id '{registry}'"
        ),
    )
}

/// A list names manifests that are not there.
pub(super) fn no_such_references(registry: &str, name: &str, digests: &[&str]) -> AwsError {
    error(
        "ReferencedImagesNotFoundException",
        format!(
            "Images with digests '[{}]' required for pushing image into repository with name '{name}' in the registry \
             with id '{registry}' do not exist",
            digests.join(", ")
        ),
    )
}

/// The repository has no policy.
pub(super) fn no_policy(registry: &str, name: &str) -> AwsError {
    error(
        "RepositoryPolicyNotFoundException",
        format!(
            "Repository policy does not exist for the repository with name '{name}' in the registry with id '{registry}'"
        ),
    )
}

/// A tag that ECR does not take.
pub(super) fn invalid_tag(message: &str) -> AwsError {
    error("InvalidTagParameterException", message)
}

/// A repository would have too many tags.
pub(super) fn too_many_tags() -> AwsError {
    error(
        "TooManyTagsException",
        "The list of tags on the repository is over the limit. The maximum number of tags that can be applied to a \
         repository is 50.",
    )
}
