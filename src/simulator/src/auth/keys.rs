//! What a signature is checked with: access keys, their secrets, whose they are.

use std::sync::Arc;

use crate::chance::{self, text};
use crate::policy::Principal;
use crate::services::iam::Session;

/// The letters and digits of AWS's ids.
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// An access key.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// `AKIA…` or `ASIA…`, 20 characters.
    pub(crate) id: String,
    /// 40 characters.
    pub(crate) secret: String,
}

impl Key {
    /// A new long-term key of an account.
    pub(crate) fn long_term(account: &str) -> Self {
        Self::generate("AKIA", account)
    }

    /// A new key of temporary credentials.
    pub(crate) fn temporary(account: &str) -> Self {
        Self::generate("ASIA", account)
    }

    fn generate(prefix: &str, account: &str) -> Self {
        let secret = text(
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
            40,
        );
        let id = format!("{prefix}{}", encode(account));
        Self { id, secret }
    }
}

/// Bits of chance below the account in a key's id.
const BELOW_ACCOUNT: u32 = 7;

/// Bits of the id's first part: a mark, the account, and chance.
const FIRST_PART: u32 = 48;

/// Sixteen characters that hold the account and chance, as AWS's access key ids do.
fn encode(account: &str) -> String {
    let account: u128 = account.parse().unwrap_or_default();
    let mark = 1u128 << (FIRST_PART - 1);
    let first = mark | (account << BELOW_ACCOUNT) | u128::from(chance::bits(BELOW_ACCOUNT));
    let bits = (first << 32) | u128::from(chance::bits(32));
    let digits = (0..16).rev().map(|place| (bits >> (place * 5)) & 31);
    digits
        .filter_map(|digit| usize::try_from(digit).ok())
        .map(|digit| char::from(BASE32[digit]))
        .collect()
}

/// The account that an access key's id holds, twelve digits.
pub(crate) fn account_of(id: &str) -> Option<String> {
    let rest = id.strip_prefix("AKIA").or(id.strip_prefix("ASIA"))?;
    let mut bits: u128 = 0;
    for byte in rest.bytes() {
        let digit = BASE32.iter().position(|known| *known == byte)?;
        bits = (bits << 5) | u128::try_from(digit).ok()?;
    }
    let first = bits >> 32;
    let marked = rest.len() == 16 && first >> (FIRST_PART - 1) == 1;
    let account = (first >> BELOW_ACCOUNT) & ((1 << (FIRST_PART - 1 - BELOW_ACCOUNT)) - 1);
    marked
        .then(|| format!("{account:012}"))
        .filter(|digits| digits.len() == 12)
}

/// A new unique id of IAM: `AIDA…` for a user, `AROA…` for a role.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
pub(crate) fn unique_id(prefix: &str) -> String {
    format!("{prefix}{}", text(BASE32, 17))
}

/// What an access key proves, once the signature made with it holds.
#[derive(Debug, Clone)]
pub(crate) struct Credential {
    /// The secret access key.
    pub(crate) secret: String,
    /// Whose it is.
    pub(crate) owner: Principal,
    /// The session, for temporary credentials.
    pub(crate) session: Option<Arc<Session>>,
}

/// Where access keys are looked up.
pub(crate) trait KeyStore: Sync {
    /// The credential of an access key that may be used: neither deactivated nor of an identity that is gone. One whose
    /// session has expired is found.
    fn credential(&self, access_key_id: &str) -> Option<Credential>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_key_has_the_shape_of_aws_keys() {
        let key = Key::long_term("123456789012");
        assert!(key.id.starts_with("AKIA") && key.id.len() == 20);
        assert_eq!(key.secret.len(), 40);
        assert_ne!(key.secret, Key::long_term("123456789012").secret);
        assert!(Key::temporary("123456789012").id.starts_with("ASIA"));
    }

    #[test]
    fn a_key_s_id_tells_its_account() {
        for account in ["123456789012", "000000000001", "999999999999"] {
            for _ in 0..50 {
                assert_eq!(account_of(&Key::long_term(account).id).as_deref(), Some(account));
            }
        }
    }

    #[test]
    fn what_is_no_key_has_no_account() {
        for id in [
            "AKIA",
            "AIDAQQQQQQQQQQQQQQQQ",
            "AKIAAAAAAAAAAAAAAAAA",
            "AKIA0123456789012345",
            "",
        ] {
            assert_eq!(account_of(id), None, "{id}");
        }
    }
}
