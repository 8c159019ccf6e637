//! Names, ids and ARNs.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html>

use sha2::{Digest, Sha256};

use crate::{REGION, chance};

/// `arn:aws:ecs:eu-west-3:123456789012:`.
fn prefix(account: &str) -> String {
    format!("arn:aws:ecs:{REGION}:{account}:")
}

/// A cluster's ARN.
pub(super) fn cluster_arn(account: &str, cluster: &str) -> String {
    format!("{}cluster/{cluster}", prefix(account))
}

/// A task's ARN.
pub(super) fn task_arn(account: &str, cluster: &str, id: &str) -> String {
    format!("{}task/{cluster}/{id}", prefix(account))
}

/// A service's ARN.
pub(super) fn service_arn(account: &str, cluster: &str, name: &str) -> String {
    format!("{}service/{cluster}/{name}", prefix(account))
}

/// A container instance's ARN.
pub(super) fn instance_arn(account: &str, cluster: &str, id: &str) -> String {
    format!("{}container-instance/{cluster}/{id}", prefix(account))
}

/// The ARN of a revision of a task definition.
pub(super) fn definition_arn(account: &str, family: &str, revision: u64) -> String {
    format!("{}task-definition/{family}:{revision}", prefix(account))
}

/// A capacity provider's ARN.
pub(super) fn provider_arn(account: &str, name: &str) -> String {
    format!("{}capacity-provider/{name}", prefix(account))
}

/// A new task's id, of a logged call: 32 hexadecimal digits of chance.
pub(super) fn new_task_id() -> String {
    chance::text(b"0123456789abcdef", 32)
}

/// An id that follows from what it belongs to: `length` (at most 64) hexadecimal digits.
///
/// Whatever is made while time passes is named so, because nothing tells how often it is looked at: the same `parent`
/// (an ARN) and `what` (a purpose and a counter) always give the same id.
pub(super) fn derived(parent: &str, what: &str, length: usize) -> String {
    use std::fmt::Write;
    let hash = Sha256::new()
        .chain_update(parent)
        .chain_update([0])
        .chain_update(what)
        .finalize();
    let mut digits = String::with_capacity(64);
    for byte in hash {
        // Writing to a text does not fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits.truncate(length);
    digits
}

/// A UUID that follows from what it belongs to.
pub(super) fn derived_uuid(parent: &str, what: &str) -> String {
    uuid_of(&derived(parent, what, 32))
}

/// 32 hexadecimal digits as a UUID (version 4).
fn uuid_of(digits: &str) -> String {
    format!(
        "{}-{}-4{}-8{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[13..16],
        &digits[17..20],
        &digits[20..32]
    )
}

/// What follows the last `/` of an ARN; the text itself where it is a bare name.
pub(super) fn last_part(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or(text)
}

/// The ARN of what a request names: the ARN itself, or the one that `make` gives to a bare name.
pub(super) fn named_arn(named: &str, make: impl FnOnce(&str) -> String) -> String {
    if named.starts_with("arn:") {
        named.to_owned()
    } else {
        make(named)
    }
}

/// The cluster's name in what a request calls a cluster: a name or an ARN; `default` where nothing is said.
pub(super) fn cluster_name(given: Option<&str>) -> &str {
    given.map_or("default", last_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_are_stable_and_told_apart_by_their_parent_and_their_purpose() {
        let id = derived("arn:a", "task 1", 32);
        assert_eq!(id.len(), 32);
        assert_eq!(id, derived("arn:a", "task 1", 32));
        assert_ne!(id, derived("arn:a", "task 2", 32));
        assert_ne!(id, derived("arn:b", "task 1", 32));
        assert_ne!(derived("ab", "c", 32), derived("a", "bc", 32));
    }

    #[test]
    fn a_uuid_has_the_form_of_version_4() {
        let uuid = derived_uuid("arn:a", "container 0");
        let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(&uuid[14..15], "4");
    }

    #[test]
    fn a_cluster_is_called_by_its_name_or_its_arn() {
        assert_eq!(cluster_name(None), "default");
        assert_eq!(cluster_name(Some("site")), "site");
        assert_eq!(cluster_name(Some(&cluster_arn("123456789012", "site"))), "site");
    }
}
