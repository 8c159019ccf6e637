//! An image of the catalogue as a registry holds it: a manifest, a configuration, layers.
//!
//! <https://distribution.github.io/distribution/spec/manifest-v2-2/>

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::archive::{gzip, tar};
use super::{CREATED, Image};

/// The media types of Docker's images, which the AWS CLI asks for unless it is told otherwise.
pub(in super::super) const MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG: &str = "application/vnd.docker.container.image.v1+json";
const LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/// Something that a registry keeps under its digest: a layer or a configuration.
#[derive(Debug)]
pub(in super::super) struct Blob {
    /// `sha256:…`, of the bytes.
    pub(in super::super) digest: String,
    /// What it is.
    pub(in super::super) media_type: &'static str,
    /// The bytes.
    pub(in super::super) bytes: Bytes,
}

/// An image, whole.
#[derive(Debug)]
pub(in super::super) struct Built {
    /// Its manifest, of which every byte counts.
    pub(in super::super) manifest: String,
    /// `sha256:…`, of the manifest.
    pub(in super::super) digest: String,
    /// Its configuration.
    pub(in super::super) config: Blob,
    /// Its layers, the base first.
    pub(in super::super) layers: Vec<Blob>,
}

/// `sha256:…` of these bytes.
pub(in super::super) fn digest(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter()
        .fold("sha256:".to_owned(), |digest, byte| format!("{digest}{byte:02x}"))
}

impl Blob {
    fn new(media_type: &'static str, bytes: Vec<u8>) -> Self {
        Self {
            digest: digest(&bytes),
            media_type,
            bytes: bytes.into(),
        }
    }

    fn descriptor(&self, margin: &str) -> String {
        let (media_type, size, digest) = (self.media_type, self.bytes.len(), &self.digest);
        format!(
            "{{\n{margin}   \"mediaType\": \"{media_type}\",\n{margin}   \"size\": {size},\n{margin}   \"digest\": \
             \"{digest}\"\n{margin}}}"
        )
    }
}

impl Built {
    /// Makes an image: a layer that all share, and one of its own.
    pub(super) fn of(image: &Image) -> Self {
        let base = tar(&[("etc/os-release", "NAME=\"Cahier\"\nID=cahier\n")]);
        let short = image.short_name();
        let note = format!("#!/bin/cahier {short}\n");
        let own = tar(&[(&format!("bin/{short}"), &note)]);
        let config = Blob::new(CONFIG, config(image, &[digest(&base), digest(&own)]).into_bytes());
        let layers = vec![Blob::new(LAYER, gzip(&base)), Blob::new(LAYER, gzip(&own))];
        let manifest = manifest(&config, &layers);
        Self {
            digest: digest(manifest.as_bytes()),
            manifest,
            config,
            layers,
        }
    }
}

/// As Docker writes it, three spaces deep.
fn manifest(config: &Blob, layers: &[Blob]) -> String {
    let layers: Vec<String> = layers.iter().map(|layer| layer.descriptor("      ")).collect();
    format!(
        "{{\n   \"schemaVersion\": 2,\n   \"mediaType\": \"{MANIFEST}\",\n   \"config\": {},\n   \"layers\": [\n      {}\n   ]\n}}",
        config.descriptor("   "),
        layers.join(",\n      ")
    )
}

fn config(image: &Image, diff_ids: &[String]) -> String {
    let short = image.short_name();
    let ports = match image.port {
        Some(port) => format!(r#""ExposedPorts":{{"{port}/tcp":{{}}}},"#),
        None => String::new(),
    };
    let diff_ids: Vec<String> = diff_ids.iter().map(|id| format!("\"{id}\"")).collect();
    format!(
        r#"{{"architecture":"amd64","config":{{"Cmd":["/bin/{short}"],"Env":["PATH=/bin"],{ports}"Labels":{{"org.opencontainers.image.title":"{short}"}}}},"created":"{CREATED}","history":[{{"created":"{CREATED}","created_by":"base"}},{{"created":"{CREATED}","created_by":"{short}"}}],"os":"linux","rootfs":{{"diff_ids":[{}],"type":"layers"}}}}"#,
        diff_ids.join(",")
    )
}
