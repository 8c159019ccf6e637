//! S3: buckets and objects.

use std::path::Path;
use std::sync::Arc;

use http::request::Parts;

use crate::clock::Clock;
use crate::protocol::Protocol;
use crate::services::Service;

/// The service's entry in the table of services.
pub(crate) static SERVICE: Service =
    Service { name: "s3", protocol: Protocol::RestXml { operation: name_operation }, operations: &[] };

/// AWS's name of the operation that a request asks for, simulated or not.
fn name_operation(head: &Parts) -> String {
    head.method.to_string()
}

/// Every bucket and what is in it.
pub(crate) struct S3 {}

/// A saved state of [`S3`].
pub(crate) struct Snapshot {}

impl S3 {
    /// No bucket yet; dates are read from `clock`.
    pub(crate) fn new(_clock: Arc<Clock>) -> Self {
        Self {}
    }

    /// Whether there is no bucket at all.
    pub(crate) fn is_empty(&self) -> bool {
        true
    }

    /// Removes every bucket.
    pub(crate) fn clear(&self) {}

    /// Saves the state; cheap, since objects' bytes are shared.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot {}
    }

    /// Puts a saved state back.
    pub(crate) fn restore(&self, _snapshot: &Snapshot) {}

    /// Writes the state into a folder of its own.
    pub(crate) fn save(&self, _folder: &Path) -> std::io::Result<()> {
        Ok(())
    }

    /// Reads what [`S3::save`] wrote there; an empty folder is an empty S3.
    pub(crate) fn load(&self, _folder: &Path) -> std::io::Result<()> {
        Ok(())
    }
}
