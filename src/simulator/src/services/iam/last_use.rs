//! When access keys and roles were last used, and for what.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::call::{Caller, Principal};

/// The last use of a key or of a role.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct LastUse {
    /// When.
    pub(super) at: OffsetDateTime,
    /// Of which service: `s3`.
    pub(super) service: String,
    /// In which region.
    pub(super) region: String,
}

/// The last uses, by the access key's id or the role's id. Apart from the state, because every call writes here.
#[derive(Debug, Default)]
pub(super) struct LastUses(Mutex<HashMap<String, LastUse>>);

impl LastUses {
    /// The last use of what has that id.
    pub(super) fn get(&self, id: &str) -> Option<LastUse> {
        self.lock().get(id).cloned()
    }

    /// Notes that a caller used a service.
    pub(super) fn note(&self, caller: &Caller, service: &str, at: OffsetDateTime) {
        let Some(signed) = &caller.signed else { return };
        let id = match &caller.principal {
            Principal::AssumedRole { id, .. } => id.split(':').next().unwrap_or_default(),
            _ => signed.access_key_id.as_str(),
        };
        let mut known = self.lock();
        if let Some(used) = known.get_mut(id) {
            used.at = at;
            replace(&mut used.service, service);
            replace(&mut used.region, &signed.region);
        } else {
            let used = LastUse {
                at,
                service: service.to_owned(),
                region: signed.region.clone(),
            };
            known.insert(id.to_owned(), used);
        }
    }

    /// Every last use.
    pub(super) fn all(&self) -> HashMap<String, LastUse> {
        self.lock().clone()
    }

    /// Puts saved ones in the place of these.
    pub(super) fn replace(&self, saved: HashMap<String, LastUse>) {
        *self.lock() = saved;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, LastUse>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn replace(text: &mut String, new: &str) {
    if text != new {
        new.clone_into(text);
    }
}
