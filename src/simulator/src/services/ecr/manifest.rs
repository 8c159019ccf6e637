//! Image manifests: what one says, and whether it is one.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-manifest-formats.html>

use serde_json::Value;

/// The media types of manifests that list others, one for each platform.
const LISTS: [&str; 2] = [
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.index.v1+json",
];

/// The media types of manifests of one image.
const IMAGES: [&str; 2] = [
    super::catalogue::MANIFEST,
    "application/vnd.oci.image.manifest.v1+json",
];

/// What a manifest says.
#[derive(Debug, Clone)]
pub(super) struct Manifest {
    /// `mediaType`, or what stands for it.
    pub(super) media_type: String,
    /// What it is made of.
    pub(super) content: Content,
}

/// What a manifest is made of.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// An image: its configuration and its layers.
    Image {
        config: Descriptor,
        layers: Vec<Descriptor>,
    },
    /// Other manifests.
    List(Vec<Descriptor>),
}

/// What names a blob or a manifest.
#[derive(Debug, Clone)]
pub(super) struct Descriptor {
    /// `digest`.
    pub(super) digest: String,
    /// `size`, in bytes.
    pub(super) size: u64,
    /// `mediaType`.
    pub(super) media_type: Option<String>,
    /// `platform.os` and `platform.architecture`: `linux/amd64`.
    pub(super) platform: Option<String>,
}

impl Descriptor {
    fn of(value: &Value) -> Option<Self> {
        let platform = &value["platform"];
        let platform = platform["os"].as_str().zip(platform["architecture"].as_str());
        Some(Self {
            digest: value["digest"].as_str()?.to_owned(),
            size: value["size"].as_u64()?,
            media_type: value["mediaType"].as_str().map(str::to_owned),
            platform: platform.map(|(os, architecture)| format!("{os}/{architecture}")),
        })
    }

    fn all(value: &Value) -> Option<Vec<Self>> {
        value.as_array()?.iter().map(Self::of).collect()
    }
}

impl Manifest {
    /// Reads a manifest. One that does not tell its media type is one only with a type that is told beside it.
    pub(super) fn read(text: &str, media_type: Option<&str>) -> Result<Self, NotAManifest> {
        Self::of(text, media_type).ok_or(NotAManifest)
    }

    fn of(text: &str, beside: Option<&str>) -> Option<Self> {
        let json: Value = serde_json::from_str(text).ok()?;
        if json["schemaVersion"].as_u64()? != 2 {
            return None;
        }
        let own = json["mediaType"].as_str();
        let media_type = own.or(beside)?;
        if beside.is_some_and(|beside| beside != media_type) {
            return None;
        }
        let list = LISTS.contains(&media_type);
        if !list && !IMAGES.contains(&media_type) {
            return None;
        }
        let content = if list {
            Content::List(Descriptor::all(&json["manifests"])?)
        } else {
            Content::Image {
                config: Descriptor::of(&json["config"])?,
                layers: Descriptor::all(&json["layers"])?,
            }
        };
        Some(Self {
            media_type: media_type.to_owned(),
            content,
        })
    }

    /// The blobs that it names.
    pub(super) fn blobs(&self) -> impl Iterator<Item = &Descriptor> {
        let blobs = match &self.content {
            Content::Image { config, layers } => Some((config, layers)),
            Content::List(_) => None,
        };
        blobs
            .into_iter()
            .flat_map(|(config, layers)| std::iter::once(config).chain(layers))
    }

    /// The manifests that it lists.
    pub(super) fn listed(&self) -> &[Descriptor] {
        match &self.content {
            Content::List(manifests) => manifests,
            Content::Image { .. } => &[],
        }
    }

    /// `imageSizeInBytes` of an image: its layers together.
    pub(super) fn size(&self) -> u64 {
        match &self.content {
            Content::Image { layers, .. } => layers.iter().map(|layer| layer.size).sum(),
            Content::List(_) => 0,
        }
    }
}

/// A text is no manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotAManifest;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::catalogue;
    use super::*;

    #[test]
    fn the_catalogue_s_manifests_are_images() {
        for image in catalogue::images() {
            let manifest = Manifest::read(&image.built().manifest, None).unwrap();
            assert_eq!(manifest.media_type, catalogue::MANIFEST);
            assert_eq!(manifest.blobs().count(), 3);
            assert!(manifest.listed().is_empty());
            assert!(manifest.size() > 1000);
        }
    }

    #[test]
    fn a_list_names_manifests_and_their_platforms() {
        let text = r#"{"schemaVersion": 2, "manifests": [
            {"digest": "sha256:a", "size": 1, "platform": {"os": "linux", "architecture": "arm64"}}]}"#;
        assert!(Manifest::read(text, None).is_err());
        let manifest = Manifest::read(text, Some(LISTS[1])).unwrap();
        assert_eq!(manifest.media_type, LISTS[1]);
        assert_eq!(manifest.listed()[0].platform.as_deref(), Some("linux/arm64"));
        assert_eq!(manifest.blobs().count(), 0);
    }

    #[test]
    fn what_is_no_manifest_is_told_apart() {
        for text in [
            "",
            "null",
            "None",
            "{}",
            r#"{"schemaVersion": 1, "name": "a"}"#,
            r#"{"schemaVersion": 2, "config": {}, "layers": []}"#,
            r#"{"schemaVersion": 2, "mediaType": "text/plain", "config": {"digest": "d", "size": 1}, "layers": []}"#,
        ] {
            assert_eq!(Manifest::read(text, None).err(), Some(NotAManifest), "{text}");
        }
    }
}
