//! A task's network interface, which EC2 keeps.

use super::super::state::{Interface, TaskKey};
use super::Engine;
use crate::services::ec2;

impl Engine<'_> {
    /// Makes a task's network interface, or says why there is none.
    pub(super) fn attach(&mut self, key: &TaskKey) -> Result<(), String> {
        let Some(task) = self.state.task(key) else {
            return Ok(());
        };
        let network = &task.network;
        let region = crate::REGION;
        let description = format!(
            "arn:aws:ecs:{region}:{}:attachment/{}",
            key.account, network.attachment
        );
        let wanted = ec2::Wanted {
            account: &key.account,
            subnet: &network.subnet,
            groups: &network.groups,
            public: network.public,
            description: &description,
            now: self.now,
        };
        // Its id and its addresses follow from its description, and that from the task.
        let made = ec2::attach(self.cloud, &wanted);
        let made = made.map_err(|refusal| {
            format!(
                "Unexpected EC2 error while attempting to Create Network Interface: {}",
                refusal.message
            )
        })?;
        task.network.groups.clone_from(&made.groups);
        task.network.interface = Some(Interface {
            private_name: made.private_dns_name(),
            id: made.id,
            mac: made.mac,
            private_address: made.private_ip.to_string(),
            public_address: made.public_ip.map(|address| address.to_string()),
        });
        Ok(())
    }

    /// Takes a task's network interface away; what it was stays shown.
    pub(super) fn detach(&mut self, key: &TaskKey) {
        let interface = self
            .state
            .task(key)
            .and_then(|task| task.network.interface.as_ref());
        if let Some(interface) = interface {
            ec2::detach(self.cloud, &key.account, &interface.id);
        }
    }
}
