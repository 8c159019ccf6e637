//! An account's network interfaces, and the addresses that they have.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::interface::Interface;

/// Network interfaces by id. Whether an address is taken is known without going through all of them: thousands are made at once.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, Interface>", into = "BTreeMap<String, Interface>")]
pub(super) struct Interfaces {
    all: BTreeMap<String, Interface>,
    addresses: BTreeSet<Ipv4Addr>,
}

impl Interfaces {
    /// Adds one.
    pub(super) fn insert(&mut self, interface: Interface) {
        self.remove(&interface.id);
        self.addresses.extend(addresses(&interface));
        self.all.insert(interface.id.clone(), interface);
    }

    /// Removes one, if it is there.
    pub(super) fn remove(&mut self, id: &str) {
        for address in self.all.remove(id).iter().flat_map(addresses) {
            self.addresses.remove(&address);
        }
    }

    /// Whether one of them has an address.
    pub(super) fn have(&self, address: Ipv4Addr) -> bool {
        self.addresses.contains(&address)
    }
}

fn addresses(interface: &Interface) -> impl Iterator<Item = Ipv4Addr> + use<> {
    [Some(interface.private_ip), interface.public_ip]
        .into_iter()
        .flatten()
}

impl Deref for Interfaces {
    type Target = BTreeMap<String, Interface>;

    fn deref(&self) -> &Self::Target {
        &self.all
    }
}

impl From<BTreeMap<String, Interface>> for Interfaces {
    fn from(all: BTreeMap<String, Interface>) -> Self {
        let addresses = all.values().flat_map(addresses).collect();
        Self { all, addresses }
    }
}

impl From<Interfaces> for BTreeMap<String, Interface> {
    fn from(interfaces: Interfaces) -> Self {
        interfaces.all
    }
}
