//! The temporary credentials that are remembered, so that an expired one is told from one that never was.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::OffsetDateTime;

use super::state::Session;

/// How many are kept. Beyond, those that are over make room, the one that ended first before the others.
const MOST: usize = 10_000;

/// Sessions by their access key's id.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sessions(HashMap<String, Arc<Session>>);

impl Sessions {
    /// The session of that access key.
    pub(crate) fn get(&self, access_key_id: &str) -> Option<&Arc<Session>> {
        self.0.get(access_key_id)
    }

    /// Remembers a session.
    pub(crate) fn insert(&mut self, session: Session, now: OffsetDateTime) {
        if self.0.len() >= MOST {
            self.0.retain(|_, kept| !kept.expired(now));
        }
        if self.0.len() >= MOST {
            let first = self.0.values().min_by_key(|kept| kept.expires);
            if let Some(id) = first.map(|kept| kept.access_key_id.clone()) {
                self.0.remove(&id);
            }
        }
        self.0.insert(session.access_key_id.clone(), Arc::new(session));
    }
}

impl Serialize for Sessions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.values().map(|session| &**session))
    }
}

impl<'de> Deserialize<'de> for Sessions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let saved = Vec::<Session>::deserialize(deserializer)?;
        let sessions = saved.into_iter();
        Ok(Self(
            sessions
                .map(|session| (session.access_key_id.clone(), Arc::new(session)))
                .collect(),
        ))
    }
}
