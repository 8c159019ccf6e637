//! The key that is handed out, and the administrator who holds it.

use time::OffsetDateTime;

use super::Iam;
use super::state::{ADMINISTRATOR, AccessKey, Entity, KeyOwner, State, User};
use crate::ACCOUNT;
use crate::auth::keys::Key;
use crate::call::Principal;
use crate::policy::ADMINISTRATOR_ACCESS;

/// How much an administrator is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rescue {
    /// `AdministratorAccess`, and no boundary.
    Access,
    /// All that says otherwise is taken away, too.
    Everything,
}

impl Iam {
    /// The key to hand out: the one before if it still works, else another of the administrator's, else `new`.
    pub(crate) fn take_up(&self, new: &Key, now: OffsetDateTime) -> Key {
        let mut state = self.write();
        if let Some(key) = state.usable() {
            state.handed_out = Some(key.id.clone());
            return key;
        }
        state.hand_out(ACCOUNT, new, now);
        new.clone()
    }

    /// The id of the key that is handed out.
    pub(crate) fn handed_out(&self) -> Option<String> {
        self.read().handed_out.clone()
    }

    /// Who holds the key that is handed out.
    pub(crate) fn holder(&self) -> Option<Principal> {
        let state = self.read();
        let KeyOwner { account, user } = state.keys.get(state.handed_out.as_ref()?)?;
        let account = state.accounts.get(account)?;
        let user = account.users.get(user)?;
        Some(Principal::User {
            account: account.id.clone(),
            arn: account.user_arn(user),
            name: user.entity.name.clone(),
            id: user.entity.id.clone(),
        })
    }

    /// Gives whoever holds that key an administrator's rights back.
    pub(crate) fn rescue(&self, rescue: Rescue) {
        let mut state = self.write();
        let key = state.handed_out.clone().unwrap_or_default();
        if let Some(KeyOwner { account, user }) = state.keys.get(&key).cloned()
            && let Some(user) = state.open_account(&account).users.get_mut(&user)
        {
            user.give_back(rescue);
        }
    }
}

impl User {
    fn give_back(&mut self, rescue: Rescue) {
        let entity = &mut self.entity;
        entity.boundary = None;
        if rescue == Rescue::Everything {
            self.groups.clear();
            entity.inline.clear();
            entity.attached.clear();
        }
        if !entity.attached.iter().any(|arn| arn == ADMINISTRATOR_ACCESS) {
            entity.attached.push(ADMINISTRATOR_ACCESS.to_owned());
        }
    }
}

impl State {
    /// A key that works: the one that was handed out, else another of the administrator's.
    fn usable(&self) -> Option<Key> {
        let former = self.handed_out.as_ref();
        let owner = former.and_then(|id| self.keys.get(id));
        let (account, name) = owner.map_or((ACCOUNT, ADMINISTRATOR), |owner| (&owner.account, &owner.user));
        let keys = &self.user(account, name)?.keys;
        let first = keys.iter().find(|key| Some(&key.id) == former && key.active);
        let key = first.or(keys.iter().find(|key| key.active))?;
        Some(Key {
            id: key.id.clone(),
            secret: key.secret.clone(),
        })
    }

    /// Gives the administrator the key that is handed out, in the place of the one before; makes the administrator
    /// again, should the user be gone.
    pub(super) fn hand_out(&mut self, account: &str, key: &Key, now: OffsetDateTime) {
        let former = self.handed_out.replace(key.id.clone());
        let owner = former.as_ref().and_then(|former| self.keys.remove(former));
        let name = owner.map_or_else(|| ADMINISTRATOR.to_owned(), |owner| owner.user);
        let home = self.open_account(account);
        if home.users.get(&name).is_none() {
            home.users.insert(administrator(&name, now));
        }
        if let Some(user) = home.users.get_mut(&name) {
            user.keys.retain(|other| Some(&other.id) != former.as_ref());
            let key = AccessKey {
                id: key.id.clone(),
                secret: key.secret.clone(),
                active: true,
                created: now,
            };
            user.keys.insert(0, key);
        }
        let owner = KeyOwner {
            account: account.to_owned(),
            user: name,
        };
        self.keys.insert(key.id.clone(), owner);
    }
}

fn administrator(name: &str, now: OffsetDateTime) -> User {
    User {
        entity: Entity {
            attached: vec![ADMINISTRATOR_ACCESS.to_owned()],
            ..Entity::new(name, "/", "AIDA", now)
        },
        groups: Vec::new(),
        keys: Vec::new(),
    }
}
