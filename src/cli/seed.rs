//! The learner's own seed where somebody else gives it: a class's server, in `CAHIER_GRAINE`.

use crate::failure::Failure;
use crate::variable::Number;

/// Gives the seed.
const SEED: Number = Number {
    name: "CAHIER_GRAINE",
    sensible: 0..=u64::MAX,
    what: "une graine",
    hint: "c’est un nombre entier, par exemple CAHIER_GRAINE=7\u{a0}; sans elle, ta graine est celle de ton dossier de données.",
};

/// `CAHIER_GRAINE`, where it is set.
///
/// # Errors
/// When it is no seed.
pub(super) fn given() -> Result<Option<u64>, Failure> {
    SEED.given()
}

#[cfg(test)]
mod tests {
    use super::SEED;
    use std::ffi::OsStr;

    #[test]
    fn a_whole_number_is_a_seed() {
        assert_eq!(
            SEED.read(OsStr::new(" 9007199254740991 ")).ok(),
            Some((1 << 53) - 1)
        );
        assert!(SEED.read(OsStr::new("-1")).is_err());
    }
}
