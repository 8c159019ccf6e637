//! The names by which task definitions call images.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html>

use super::names::{is_account, is_digest, is_repository_name, is_tag, repository_arn};

/// Where an image is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Registry {
    /// A private registry of ECR.
    Private {
        /// The account that it is of.
        account: String,
        /// Its region.
        region: String,
    },
    /// Any other: `public.ecr.aws`, `docker.io`, `ghcr.io`.
    Other(String),
}

/// An image's name, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Where it is kept.
    pub(crate) registry: Registry,
    /// The repository in it: `web`, `docker/library/httpd`.
    pub(crate) repository: String,
    /// The tag; `latest` where there is neither a tag nor a digest.
    pub(crate) tag: Option<String>,
    /// `sha256:…`; it counts, not the tag, where both are given.
    pub(crate) digest: Option<String>,
}

impl Reference {
    /// Reads an image's name; `None` if it is none. Without a registry, it is Docker Hub's.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) if is_digest(digest) => (rest, Some(digest.to_owned())),
            Some(_) => return None,
            None => (text, None),
        };
        // A colon after the last slash is a tag's; one before it, a port's.
        let name_at = rest.rfind('/').map_or(0, |slash| slash + 1);
        let (path, tag) = match rest[name_at..].split_once(':') {
            Some((name, tag)) if is_tag(tag) => (&rest[..name_at + name.len()], Some(tag.to_owned())),
            Some(_) => return None,
            None => (rest, None),
        };
        let (registry, repository) = split(path);
        if !is_path(&repository) {
            return None;
        }
        let tag = tag.or_else(|| digest.is_none().then(|| super::catalogue::LATEST.to_owned()));
        Some(Self {
            registry,
            repository,
            tag,
            digest,
        })
    }

    /// The ARN of the repository, for a private registry: on it, a pull needs `ecr:BatchCheckLayerAvailability`,
    /// `ecr:GetDownloadUrlForLayer` and `ecr:BatchGetImage` (and on `*`, `ecr:GetAuthorizationToken`).
    pub(crate) fn repository_arn(&self) -> Option<String> {
        match &self.registry {
            Registry::Private { account, .. } => Some(repository_arn(account, &self.repository)),
            Registry::Other(_) => None,
        }
    }

    /// The whole name, with its registry and without tag and digest: `docker.io/library/httpd`.
    pub(crate) fn full_repository(&self) -> String {
        let host = match &self.registry {
            Registry::Private { account, region } => format!("{account}.dkr.ecr.{region}.amazonaws.com"),
            Registry::Other(host) => host.clone(),
        };
        format!("{host}/{}", self.repository)
    }

    /// The whole name with what names the image in the repository: `…:latest` or `…@sha256:…`.
    pub(crate) fn full(&self) -> String {
        match (&self.digest, &self.tag) {
            (Some(digest), _) => format!("{}@{digest}", self.full_repository()),
            (None, tag) => format!(
                "{}:{}",
                self.full_repository(),
                tag.as_deref().unwrap_or_default()
            ),
        }
    }
}

/// The registry and the repository of a path. What comes before the first slash is a registry if it looks like a host.
fn split(path: &str) -> (Registry, String) {
    let host = path
        .split_once('/')
        .filter(|(host, _)| host.contains(['.', ':']) || *host == "localhost");
    match host {
        Some((host, repository)) => (
            private(host).unwrap_or_else(|| Registry::Other(host.to_owned())),
            repository.to_owned(),
        ),
        None if path.contains('/') => (Registry::Other(DOCKER_HUB.to_owned()), path.to_owned()),
        None => (Registry::Other(DOCKER_HUB.to_owned()), format!("library/{path}")),
    }
}

/// What images without a registry are of.
const DOCKER_HUB: &str = "docker.io";

/// `123456789012.dkr.ecr.eu-west-3.amazonaws.com`.
fn private(host: &str) -> Option<Registry> {
    let (account, rest) = host.split_once(".dkr.ecr.")?;
    let region = rest.strip_suffix(".amazonaws.com")?;
    (is_account(account) && !region.is_empty()).then(|| Registry::Private {
        account: account.to_owned(),
        region: region.to_owned(),
    })
}

/// A path of a repository as Docker has it: of ECR's letters, but a single one will do.
fn is_path(path: &str) -> bool {
    is_repository_name(path)
        || (path.len() == 1
            && path
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_image_s_name_is_taken_apart() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for (text, full) in [
            ("httpd", "docker.io/library/httpd:latest"),
            ("httpd:2.4", "docker.io/library/httpd:2.4"),
            ("equipe/app:1", "docker.io/equipe/app:1"),
            ("localhost:5000/app", "localhost:5000/app:latest"),
            (
                "public.ecr.aws/docker/library/httpd:latest",
                "public.ecr.aws/docker/library/httpd:latest",
            ),
            (
                "123456789012.dkr.ecr.eu-west-3.amazonaws.com/equipe/web:v1",
                "123456789012.dkr.ecr.eu-west-3.amazonaws.com/equipe/web:v1",
            ),
        ] {
            assert_eq!(Reference::parse(text).unwrap().full(), full, "{text}");
        }
        let by_digest = Reference::parse(&format!("web@{digest}")).unwrap();
        assert_eq!(by_digest.tag, None);
        assert_eq!(by_digest.full(), format!("docker.io/library/web@{digest}"));
        let both = Reference::parse(&format!("web:v1@{digest}")).unwrap();
        assert_eq!(both.digest, Some(digest));
    }

    #[test]
    fn a_private_repository_has_an_arn() {
        let image = Reference::parse("123456789012.dkr.ecr.eu-west-3.amazonaws.com/web").unwrap();
        assert_eq!(
            image.repository_arn().unwrap(),
            "arn:aws:ecr:eu-west-3:123456789012:repository/web"
        );
        assert_eq!(Reference::parse("httpd").unwrap().repository_arn(), None);
    }

    #[test]
    fn what_is_no_image_s_name_is_refused() {
        for text in [
            "",
            "Majuscule",
            "web:",
            "web:-tag",
            "web@sha256:abc",
            "web@",
            "a//b",
            "/web",
            "web/",
            "un espace",
            "123456789012.dkr.ecr.eu-west-3.amazonaws.com/",
        ] {
            assert_eq!(Reference::parse(text), None, "{text}");
        }
    }
}
