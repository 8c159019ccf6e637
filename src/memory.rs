//! How much memory cells may have.

use crate::failure::Failure;
use engine::DEFAULT_MEMORY;
use std::ffi::OsStr;
use std::ops::RangeInclusive;

/// Changes it, in MiB.
const VARIABLE: &str = "CAHIER_MEMOIRE";
/// Below the first, a client of the SDK has no room; above the second, it is no number of MiB.
const SENSIBLE: RangeInclusive<u64> = 256..=1 << 20;

/// `CAHIER_MEMOIRE`, else 2 GiB; in bytes.
///
/// # Errors
/// When the variable makes no sense.
pub fn limit() -> Result<u64, Failure> {
    let given = std::env::var_os(VARIABLE).filter(|given| !given.is_empty());
    given.map_or(Ok(DEFAULT_MEMORY), |given| read(&given))
}

fn read(given: &OsStr) -> Result<u64, Failure> {
    let number = given.to_str().and_then(|words| words.trim().parse().ok());
    match number.filter(|number| SENSIBLE.contains(number)) {
        Some(number) => Ok(number << 20),
        None => Err(Failure::Usage {
            message: format!(
                "{VARIABLE} vaut «\u{a0}{}\u{a0}», et ce n’est pas un nombre de Mio entre {} et {}",
                given.to_string_lossy(),
                SENSIBLE.start(),
                SENSIBLE.end()
            ),
            hint: format!("par exemple {VARIABLE}=4096 pour 4 Gio\u{a0}; sans elle, c’est 2 Gio."),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use std::ffi::OsStr;

    #[test]
    fn a_sensible_number_of_mebibytes_is_taken_and_anything_else_is_refused_by_name() {
        assert_eq!(read(OsStr::new(" 4096 ")).ok(), Some(4 << 30));
        for nonsense in ["0", "-1", "255", "2G", "2,5", "beaucoup", "99999999999999999999"] {
            let refused = read(OsStr::new(nonsense)).map_err(|failure| failure.to_string());
            assert!(
                refused
                    .as_ref()
                    .is_err_and(|words| words.contains("CAHIER_MEMOIRE") && words.contains(nonsense)),
                "{nonsense}: {refused:?}"
            );
        }
    }
}
