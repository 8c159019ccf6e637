//! The seed that a course gives a learner: nobody chooses it, everybody has another one, and who has the course's key
//! computes it again.
//!
//! The seed is the first 53 bits of HMAC-SHA256(key, learner's id), as a whole number, most significant bit first. So many
//! are kept by JSON and JavaScript. Key and id are UTF-8, without the blanks around them. `.binder/graines.py` does the same in the hub.
//!
//! The same key marks what a course hands out (`mark`). A marked message begins with its purpose and a line feed, which no
//! learner's id holds: a mark never tells a seed.

use super::hexadecimal;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// The shortest key that is taken: what is shorter is guessed from one learner's seed.
const SHORTEST: usize = 16;

/// A course's key: who knows it knows every learner's seed. It is never shown.
#[derive(Clone)]
pub struct CourseKey(Hmac<Sha256>);

/// A text that cannot be a course's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("la clé du cours a {found} caractères, et il en faut au moins {SHORTEST}")]
pub struct WeakKey {
    /// How many characters it has.
    pub found: usize,
}

impl CourseKey {
    /// The key that this text is: `openssl rand -hex 32` makes one.
    ///
    /// # Errors
    /// When it is too short.
    pub fn new(text: &str) -> Result<Self, WeakKey> {
        let text = text.trim();
        let found = text.chars().count();
        if found < SHORTEST {
            return Err(WeakKey { found });
        }
        // HMAC takes a key of any length: the error cannot come.
        Hmac::new_from_slice(text.as_bytes()).map_or(Err(WeakKey { found }), |keyed| Ok(Self(keyed)))
    }

    /// The seed of the learner whom the class knows by this id.
    pub fn seed(&self, learner: &str) -> u64 {
        let mut code = self.0.clone();
        code.update(learner.trim().as_bytes());
        workbook::seed::of_digest(&code.finalize().into_bytes())
    }

    /// The mark of a message, in hexadecimal: only who has the key can make it. `purpose` keeps one use of the key from another.
    pub fn mark(&self, purpose: &str, message: &[u8]) -> String {
        hexadecimal(&self.marked(purpose, message).finalize().into_bytes())
    }

    /// Whether this is the message's mark; how long that takes tells nothing of the mark.
    pub fn has_marked(&self, purpose: &str, message: &[u8], mark: &str) -> bool {
        bytes(mark).is_some_and(|mark| self.marked(purpose, message).verify_slice(&mark).is_ok())
    }

    fn marked(&self, purpose: &str, message: &[u8]) -> Hmac<Sha256> {
        let mut code = self.0.clone();
        code.update(purpose.as_bytes());
        code.update(b"\n");
        code.update(message);
        code
    }
}

/// What hexadecimal digits stand for.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits
        .bytes()
        .all(|digit| digit.is_ascii_hexdigit())
        .then(|| pairs.map(byte).collect())?
}

impl fmt::Debug for CourseKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CourseKey")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::BTreeSet;

    /// The same table is in `tests/hub/seeds.json`, which the hub's own function is held against.
    fn table() -> serde_json::Value {
        serde_json::from_str(include_str!("../../tests/hub/seeds.json")).unwrap()
    }

    #[test]
    fn a_learner_s_seed_is_what_the_table_that_the_hub_shares_says() {
        let table = table();
        let rows = table.as_array().unwrap();
        assert!(rows.len() > 4);
        for row in rows {
            let key = CourseKey::new(row["key"].as_str().unwrap()).unwrap();
            assert_eq!(
                key.seed(row["learner"].as_str().unwrap()),
                row["seed"].as_u64().unwrap(),
                "{row}"
            );
        }
    }

    #[test]
    fn the_learners_of_a_class_have_seeds_of_their_own_which_javascript_keeps() {
        let keys = ["une clé de cours assez longue", "une autre clé de cours, longue"];
        let seeds: BTreeSet<u64> = keys
            .iter()
            .map(|key| CourseKey::new(key).unwrap())
            .flat_map(|key| (0..500).map(move |number| key.seed(&format!("élève-{number}"))))
            .collect();
        assert_eq!(seeds.len(), 1000);
        assert!(seeds.iter().all(|seed| *seed < 1 << 53));
        assert!(seeds.iter().any(|seed| *seed > 1 << 52));
    }

    #[test]
    fn a_mark_holds_for_its_message_its_purpose_and_its_key_only() {
        let key = CourseKey::new("une clé de cours assez longue").unwrap();
        let mark = key.mark("devoir", b"graine 7");
        assert!(key.has_marked("devoir", b"graine 7", &mark));
        assert!(!key.has_marked("devoir", b"graine 8", &mark));
        assert!(!key.has_marked("autre", b"graine 7", &mark));
        let other = CourseKey::new("une autre clé de cours, longue").unwrap();
        assert!(!other.has_marked("devoir", b"graine 7", &mark));
        for wrong in ["", "zz", &mark[1..], &mark[2..], &format!("{mark}00"), "+1+2"] {
            assert!(!key.has_marked("devoir", b"graine 7", wrong), "{wrong}");
        }
    }

    #[test]
    fn a_key_that_is_soon_guessed_is_refused_and_none_is_shown() {
        let refused = CourseKey::new("  clé de classe \n").unwrap_err();
        assert_eq!(refused, WeakKey { found: 13 });
        assert!(refused.to_string().contains("au moins 16"));
        let key = CourseKey::new("une clé que personne ne devine").unwrap();
        assert_eq!(format!("{key:?}"), "CourseKey");
    }
}
