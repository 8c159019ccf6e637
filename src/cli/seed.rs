//! The learner's own seed where somebody else gives it: a class's server, in `CAHIER_GRAINE`.

use crate::failure::Failure;
use std::ffi::OsStr;

/// Gives the seed.
const VARIABLE: &str = "CAHIER_GRAINE";

/// `CAHIER_GRAINE`, where it is set.
///
/// # Errors
/// When it is no seed.
pub(super) fn given() -> Result<Option<u64>, Failure> {
    let given = std::env::var_os(VARIABLE).filter(|given| !given.is_empty());
    given.map(|given| read(&given)).transpose()
}

fn read(given: &OsStr) -> Result<u64, Failure> {
    let number = given.to_str().and_then(|words| words.trim().parse().ok());
    number.ok_or_else(|| Failure::Usage {
        message: format!(
            "{VARIABLE} vaut «\u{a0}{}\u{a0}», et ce n’est pas une graine",
            given.to_string_lossy()
        ),
        hint: format!(
            "c’est un nombre entier, par exemple {VARIABLE}=7\u{a0}; sans elle, ta graine est celle de ton dossier de données."
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::read;
    use std::ffi::OsStr;

    #[test]
    fn a_whole_number_is_a_seed_and_anything_else_is_refused_by_name() {
        assert_eq!(read(OsStr::new(" 9007199254740991 ")).ok(), Some((1 << 53) - 1));
        for nonsense in ["-1", "1,5", "sept", "99999999999999999999"] {
            let refused = read(OsStr::new(nonsense)).map_err(|failure| failure.to_string());
            assert!(
                refused
                    .as_ref()
                    .is_err_and(|words| words.contains("CAHIER_GRAINE") && words.contains(nonsense)),
                "{nonsense}: {refused:?}"
            );
        }
    }
}
