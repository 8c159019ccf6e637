//! S3: buckets, objects and their versions.
//!
//! Not simulated: replication, notifications, website hosting, logging, inventories and the like (what reads their
//! settings finds none), keys of AWS KMS other than the one it manages for S3, keys that customers provide, the
//! checksums MD5, SHA-512 and xxHash, restoring what is archived, and every other operation that `operations` does not
//! list (they answer 501).

mod access;
mod conditions;
mod dates;
mod fault;
mod for_services;
mod form;
mod holdings;
mod input;
mod operations;
mod persist;
mod policy_rules;
mod reply;
mod resource;
mod route;
mod store;
mod target;
mod xml;

pub(crate) use for_services::{is_versioned, object_for};
pub(crate) use holdings::{Holdings, holdings};

use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::protocol::Protocol;
use crate::services::{REGIONAL, Service};
use fault::Fault;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use store::Store;

/// The service's entry in the table of services.
pub(crate) static SERVICE: Service = Service {
    name: "s3",
    protocol: Protocol::RestXml {
        operation: route::operation,
    },
    regions: REGIONAL,
    resource_policy: resource::of,
    operations: operations::OPERATIONS,
};

/// Every bucket and what is in it.
pub(crate) struct S3 {
    store: Mutex<Store>,
}

/// A saved state of [`S3`].
pub(crate) struct Snapshot {
    store: Store,
}

impl S3 {
    /// No bucket yet.
    pub(crate) fn new() -> Self {
        Self {
            store: Mutex::new(empty()),
        }
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is no bucket at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.store().buckets().next().is_none()
    }

    /// Removes every bucket.
    pub(crate) fn clear(&self) {
        *self.store() = empty();
    }

    /// Puts another principal in the place of one in every bucket policy.
    pub(crate) fn rename_principal(&self, former: &str, new: &str) {
        self.store().rename_principal(former, new);
    }

    /// Saves the state; cheap, since buckets are shared until one is written to.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot {
            store: self.store().clone(),
        }
    }

    /// Puts a saved state back.
    pub(crate) fn restore(&self, snapshot: &Snapshot) {
        self.store().clone_from(&snapshot.store);
    }

    /// Writes the state into a folder of its own.
    pub(crate) fn save(&self, folder: &Path) -> std::io::Result<()> {
        let store = self.store().clone();
        persist::save(&store, folder)
    }

    /// Reads what [`S3::save`] wrote there; an empty folder is an empty S3.
    pub(crate) fn load(&self, folder: &Path) -> std::io::Result<()> {
        if let Some(store) = persist::load(folder)? {
            *self.store() = store;
        }
        Ok(())
    }
}

fn empty() -> Store {
    Store::new(rand::random())
}

/// The store, brought up to the simulated time: who opens it finds every midnight's lifecycle run done.
///
/// No permission can be asked for while it is open: that opens it too.
fn open(cloud: &Cloud) -> MutexGuard<'_, Store> {
    let now = cloud.clock.now();
    let mut store = cloud.s3.store();
    store.run_lifecycle(now);
    store
}

/// An account as S3's answers name it: by its canonical id, without a display name since November 2025.
fn owner(account: &str) -> s3s::dto::Owner {
    s3s::dto::Owner {
        display_name: None,
        id: Some(store::canonical_id(account)),
    }
}

impl From<Fault> for AwsError {
    fn from(fault: Fault) -> Self {
        let error = Self::new(fault.status, fault.code, fault.message);
        let error = fault
            .details
            .into_iter()
            .fold(error, |error, (name, value)| error.with(name, value));
        fault
            .headers
            .into_iter()
            .fold(error, |error, (name, value)| error.with_header(name, &value))
    }
}
