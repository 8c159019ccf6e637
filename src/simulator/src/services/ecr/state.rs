//! What ECR remembers, account by account: its private registry.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::OffsetDateTime;

use super::catalogue;
use super::catalogue_registry;
use super::manifest::Manifest;
use super::mutability::Mutability;
use crate::policy::Document;

/// An image in a repository. It is known by the digest of its manifest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Image {
    /// `imageManifest`, byte for byte.
    pub(super) manifest: String,
    /// `imageManifestMediaType`.
    pub(super) media_type: String,
    /// Its tags.
    pub(super) tags: BTreeSet<String>,
    /// `imagePushedAt`.
    pub(super) pushed: OffsetDateTime,
}

/// A repository.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Repository {
    /// Its name.
    pub(super) name: String,
    /// `createdAt`.
    pub(super) created: OffsetDateTime,
    /// Whether a tag may be moved to another image.
    pub(super) mutability: Mutability,
    /// `scanOnPush`, which is kept and shown.
    pub(super) scan_on_push: bool,
    /// `encryptionConfiguration`, likewise.
    pub(super) encryption: BTreeMap<String, String>,
    /// The tags of the repository.
    pub(super) tags: BTreeMap<String, String>,
    /// Its policy.
    pub(super) policy: Option<Policy>,
    /// Its images, by digest.
    pub(super) images: BTreeMap<String, Image>,
}

/// The policy of a repository. Saved, it is its document.
#[derive(Debug, Clone)]
pub(super) struct Policy(pub(super) Arc<Document>);

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Document::deserialize(deserializer).map(|document| Self(Arc::new(document)))
    }
}

impl Repository {
    /// The digest of the image with a tag.
    pub(super) fn tagged(&self, tag: &str) -> Option<&str> {
        let mut images = self.images.iter();
        images.find_map(|(digest, image)| image.tags.contains(tag).then_some(digest.as_str()))
    }
}

impl Image {
    /// Its manifest, read.
    pub(super) fn read(&self) -> Option<Manifest> {
        Manifest::read(&self.manifest, Some(&self.media_type)).ok()
    }
}

/// An account's repositories, by name.
pub(super) type Repositories = BTreeMap<String, Repository>;

/// What ECR remembers.
#[derive(Debug, Default)]
pub(crate) struct Ecr {
    /// Each account's repositories, by the account's number.
    accounts: Mutex<BTreeMap<String, Repositories>>,
}

/// A saved state of [`Ecr`].
pub(crate) struct Snapshot(BTreeMap<String, Repositories>);

/// The file in the data folder.
const FILE: &str = "ecr.json";

impl Ecr {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Repositories>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what an account has. The catalogue's has the catalogue.
    pub(super) fn read<T>(&self, account: &str, act: impl FnOnce(&Repositories) -> T) -> T {
        static CATALOGUE: OnceLock<Repositories> = OnceLock::new();
        if account == catalogue::REGISTRY {
            return act(CATALOGUE.get_or_init(catalogue_registry::repositories));
        }
        match self.lock().get(account) {
            Some(repositories) => act(repositories),
            None => act(&Repositories::new()),
        }
    }

    /// Changes what an account has. Nobody can be let change the catalogue: its policies let everyone pull, and no more.
    pub(super) fn change<T>(&self, account: &str, act: impl FnOnce(&mut Repositories) -> T) -> T {
        act(self.lock().entry(account.to_owned()).or_default())
    }

    /// Puts another principal in the place of one, in every policy.
    pub(crate) fn rename_principal(&self, former: &str, new: &str) {
        let mut accounts = self.lock();
        for repository in accounts.values_mut().flat_map(BTreeMap::values_mut) {
            let renamed = repository
                .policy
                .as_ref()
                .and_then(|policy| policy.0.with_principal(former, new));
            if let Some(Ok(document)) = renamed {
                repository.policy = Some(Policy(Arc::new(document)));
            }
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// Saves the state.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot(self.lock().clone())
    }

    /// Puts a saved state back.
    pub(crate) fn restore(&self, saved: &Snapshot) {
        self.lock().clone_from(&saved.0);
    }

    /// Writes the state into a folder.
    pub(crate) fn save(&self, folder: &Path) -> io::Result<()> {
        let (new, file) = (folder.join("ecr.new"), folder.join(FILE));
        std::fs::write(&new, serde_json::to_vec(&*self.lock())?)?;
        std::fs::rename(&new, &file)
    }

    /// Reads what [`Ecr::save`] wrote.
    pub(crate) fn load(&self, folder: &Path) -> io::Result<()> {
        match std::fs::read(folder.join(FILE)) {
            Ok(bytes) => *self.lock() = serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
