//! The catalogue as repositories of its account's registry: everyone may pull from them, nobody may change them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::catalogue::{self, CREATED, LATEST, MANIFEST};
use super::mutability::Mutability;
use super::state::{Image, Policy, Repositories, Repository};
use crate::policy::{Document, DocumentKind};

/// What everyone may do.
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html>
const POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ToutLeMondeLit",
      "Effect": "Allow",
      "Principal": "*",
      "Action": [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:DescribeImages",
        "ecr:DescribeRepositories",
        "ecr:GetDownloadUrlForLayer",
        "ecr:GetRepositoryPolicy",
        "ecr:ListImages",
        "ecr:ListTagsForResource"
      ]
    }
  ]
}"#;

/// The catalogue's repositories.
pub(super) fn repositories() -> Repositories {
    let created = OffsetDateTime::parse(CREATED, &Rfc3339).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let policy = Document::parse(POLICY, DocumentKind::Repository)
        .ok()
        .map(|document| Policy(Arc::new(document)));
    let repository = |image: &'static catalogue::Image| Repository {
        name: image.repository.to_owned(),
        created,
        mutability: Mutability::immutable(),
        scan_on_push: false,
        encryption: BTreeMap::from([("encryptionType".to_owned(), "AES256".to_owned())]),
        tags: BTreeMap::from([("description".to_owned(), image.sentence.to_owned())]),
        policy: policy.clone(),
        images: BTreeMap::from([(
            image.built().digest.clone(),
            Image {
                manifest: image.built().manifest.clone(),
                media_type: MANIFEST.to_owned(),
                tags: BTreeSet::from([LATEST.to_owned()]),
                pushed: created,
            },
        )]),
    };
    catalogue::images()
        .map(|image| (image.repository.to_owned(), repository(image)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_image_does_can_be_said_in_a_tag() {
        for repository in repositories().values() {
            let sentence = &repository.tags["description"];
            let taken =
                |sign: char| sign.is_alphanumeric() || sign.is_whitespace() || "+-=._:/@".contains(sign);
            assert!(sentence.chars().all(taken), "{sentence}");
        }
    }

    #[test]
    fn every_image_is_in_a_repository_that_everyone_may_read() {
        let repositories = repositories();
        assert_eq!(repositories.len(), catalogue::images().count());
        assert!(
            repositories
                .values()
                .all(|repository| repository.policy.is_some())
        );
        assert!(
            repositories
                .values()
                .all(|repository| repository.tagged(LATEST).is_some())
        );
    }
}
