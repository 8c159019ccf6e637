//! The access keys that the cloud knows.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use crate::call::Principal;
use crate::chance::text;

/// An access key, and whose it is.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// `AKIA…`, 20 characters.
    pub(crate) id: String,
    /// 40 characters.
    pub(crate) secret: String,
    /// Whose it is.
    pub(crate) owner: Principal,
}

impl Key {
    /// A new key, of chance.
    pub(crate) fn generate(owner: Principal) -> Self {
        let id = format!("AKIA{}", text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16));
        let secret = text(
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
            40,
        );
        Self { id, secret, owner }
    }
}

/// The keys, by their id.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    keys: RwLock<HashMap<String, Key>>,
}

impl Keys {
    /// Keys that are nothing but this one.
    pub(crate) fn only(key: Key) -> Self {
        Self {
            keys: RwLock::new(HashMap::from([(key.id.clone(), key)])),
        }
    }

    /// The key of that id.
    pub(crate) fn get(&self, id: &str) -> Option<Key> {
        self.keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_key_has_the_shape_of_aws_keys() {
        let key = Key::generate(Principal::Anonymous);
        assert!(key.id.starts_with("AKIA") && key.id.len() == 20);
        assert_eq!(key.secret.len(), 40);
        assert_ne!(key.secret, Key::generate(Principal::Anonymous).secret);
    }
}
