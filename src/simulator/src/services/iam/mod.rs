//! IAM: users, groups, roles, policies, and who may do what.
//!
//! Not simulated: passwords and the console, multi-factor devices, certificates and SSH keys, identity providers,
//! credential reports, access advice.

mod access;
mod errors;
mod handed_out;
mod last_use;
mod managed;
mod new_account;
mod operations;
mod page;
mod principals;
pub(crate) mod rules;
mod sessions;
mod standing;
mod state;
mod trust;
mod trusted;
mod view;

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::ACCOUNT;
use crate::auth::keys::{Credential, Key, KeyStore};
use crate::call::{Caller, Principal};
use crate::protocol::Protocol;
use crate::services::{GLOBAL, Service};
use last_use::{LastUse, LastUses};
use state::KeyOwner;

pub(crate) use handed_out::Rescue;
pub(crate) use new_account::NewAccount;
pub(crate) use standing::Standing;
pub(crate) use state::{Held, Session, SessionPolicies, State, Tags};
pub(crate) use trust::{ActsFor, lets_service_assume, lets_service_assume_for, service_assumes, trust};
pub(crate) use view::date;

/// The XML namespace of IAM's answers.
const NAMESPACE: &str = "https://iam.amazonaws.com/doc/2010-05-08/";

/// The service's entry in the table of services.
pub(crate) static SERVICE: Service = Service {
    name: "iam",
    protocol: Protocol::Query {
        version: "2010-05-08",
        namespace: NAMESPACE,
    },
    regions: GLOBAL,
    resource_policy: access::owner,
    operations: operations::OPERATIONS,
};

/// Every account's identities and policies, and the sessions.
#[derive(Debug)]
pub(crate) struct Iam {
    state: RwLock<State>,
    used: LastUses,
}

/// A saved state of [`Iam`].
#[derive(Serialize, Deserialize)]
pub(crate) struct Snapshot {
    state: State,
    used: HashMap<String, LastUse>,
}

/// The file in the data folder.
const FILE: &str = "state.json";

impl Iam {
    /// The default account with its administrator, who holds `key`.
    pub(crate) fn new(key: &Key, now: OffsetDateTime) -> Self {
        Self {
            state: RwLock::new(State::of_administrator(ACCOUNT, key, now)),
            used: LastUses::default(),
        }
    }

    /// The state, to be read.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, to be changed.
    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn last_uses(&self) -> &LastUses {
        &self.used
    }

    /// Notes that a caller used a service.
    pub(crate) fn note_use(&self, caller: &Caller, service: &str, at: OffsetDateTime) {
        self.used.note(caller, service, at);
    }

    /// Forgets everything but the administrator, who keeps the key.
    pub(crate) fn clear(&self, key: &Key, now: OffsetDateTime) {
        *self.write() = State::of_administrator(ACCOUNT, key, now);
        self.used.replace(HashMap::new());
    }

    /// Saves the state.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot {
            state: self.read().clone(),
            used: self.used.all(),
        }
    }

    /// Puts a saved state back.
    pub(crate) fn restore(&self, snapshot: &Snapshot) {
        self.write().clone_from(&snapshot.state);
        self.used.replace(snapshot.used.clone());
    }

    /// Writes the state into a folder of its own.
    pub(crate) fn save(&self, folder: &Path) -> io::Result<()> {
        let state = serde_json::to_vec(&self.snapshot())?;
        let partial = folder.join("state.partial");
        fs::write(&partial, state)?;
        fs::rename(&partial, folder.join(FILE))
    }

    /// Reads what [`Iam::save`] wrote, if it ever did.
    pub(crate) fn load(&self, folder: &Path) -> io::Result<()> {
        let text = match fs::read(folder.join(FILE)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        self.restore(&serde_json::from_slice(&text)?);
        Ok(())
    }
}

impl KeyStore for Iam {
    fn credential(&self, access_key_id: &str) -> Option<Credential> {
        let state = self.read();
        if let Some(session) = state.sessions.get(access_key_id) {
            let alive = state.has_identity(session);
            return alive.then(|| Credential {
                secret: session.secret.clone(),
                owner: session.principal.clone(),
                session: Some(std::sync::Arc::clone(session)),
            });
        }
        let KeyOwner { account, user } = state.keys.get(access_key_id)?;
        let account = state.accounts.get(account)?;
        let user = account.users.get(user)?;
        let key = user
            .keys
            .iter()
            .find(|key| key.id == access_key_id && key.active)?;
        Some(Credential {
            secret: key.secret.clone(),
            owner: Principal::User {
                account: account.id.clone(),
                arn: account.user_arn(user),
                name: user.entity.name.clone(),
                id: user.entity.id.clone(),
            },
            session: None,
        })
    }
}
