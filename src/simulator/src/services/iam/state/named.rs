//! What an account holds by name: unique without regard to case, found by the exact name.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What has a name.
pub(crate) trait HasName {
    /// The name as it was given.
    fn name(&self) -> &str;
}

/// Things by their name, in the order of their names.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Named<T>(BTreeMap<String, T>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: HasName> Named<T> {
    /// The thing of exactly that name.
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.0.get(&fold(name)).filter(|found| found.name() == name)
    }

    /// The thing of exactly that name, to be changed (all but its name).
    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.0.get_mut(&fold(name)).filter(|found| found.name() == name)
    }

    /// Whether a name is taken, in whatever case.
    pub(crate) fn takes(&self, name: &str) -> bool {
        self.0.contains_key(&fold(name))
    }

    /// Puts a thing under its name.
    pub(crate) fn insert(&mut self, thing: T) {
        self.0.insert(fold(thing.name()), thing);
    }

    /// Takes the thing of exactly that name out.
    pub(crate) fn remove(&mut self, name: &str) -> Option<T> {
        self.get(name)?;
        self.0.remove(&fold(name))
    }

    /// Everything, in the order of the names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.values()
    }

    /// Everything, to be changed (all but the names).
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.values_mut()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

fn fold(name: &str) -> String {
    name.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Thing(&'static str);

    impl HasName for Thing {
        fn name(&self) -> &str {
            self.0
        }
    }

    #[test]
    fn a_name_is_unique_in_any_case_and_found_in_its_own() {
        let mut things = Named::default();
        things.insert(Thing("Alice"));
        assert!(things.takes("alice"));
        assert_eq!(things.get("Alice"), Some(&Thing("Alice")));
        assert_eq!(things.get("alice"), None);
        assert_eq!(things.remove("ALICE"), None);
        assert_eq!(things.remove("Alice"), Some(Thing("Alice")));
        assert_eq!(things.len(), 0);
    }
}
