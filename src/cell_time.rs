//! How long a cell of a notebook may take.

use crate::failure::Failure;
use std::ffi::OsStr;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Changes it, in seconds.
const VARIABLE: &str = "CAHIER_DUREE";
/// Below the first, no cell that has Rust judged ends; above the second, nobody waits.
const SENSIBLE: RangeInclusive<u64> = 5..=3600;
/// Less than what executes notebooks of a class waits (nbgrader: 180 s), and enough for a cell that has Rust judged.
const USUAL: Duration = Duration::from_mins(2);

/// `CAHIER_DUREE`, else two minutes.
///
/// # Errors
/// When the variable makes no sense.
pub fn limit() -> Result<Duration, Failure> {
    let given = std::env::var_os(VARIABLE).filter(|given| !given.is_empty());
    given.map_or(Ok(USUAL), |given| read(&given))
}

fn read(given: &OsStr) -> Result<Duration, Failure> {
    let number = given.to_str().and_then(|words| words.trim().parse().ok());
    match number.filter(|number| SENSIBLE.contains(number)) {
        Some(number) => Ok(Duration::from_secs(number)),
        None => Err(Failure::Usage {
            message: format!(
                "{VARIABLE} vaut «\u{a0}{}\u{a0}», et ce n’est pas un nombre de secondes entre {} et {}",
                given.to_string_lossy(),
                SENSIBLE.start(),
                SENSIBLE.end()
            ),
            hint: format!(
                "par exemple {VARIABLE}=60 pour une minute par cellule\u{a0}; sans elle, c’est deux minutes."
            ),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use std::ffi::OsStr;
    use std::time::Duration;

    #[test]
    fn a_sensible_number_of_seconds_is_taken_and_anything_else_is_refused_by_name() {
        assert_eq!(read(OsStr::new(" 60 ")).ok(), Some(Duration::from_mins(1)));
        for nonsense in ["0", "-1", "4", "60s", "2,5", "beaucoup", "99999"] {
            let refused = read(OsStr::new(nonsense)).map_err(|failure| failure.to_string());
            assert!(
                refused
                    .as_ref()
                    .is_err_and(|words| words.contains("CAHIER_DUREE") && words.contains(nonsense)),
                "{nonsense}: {refused:?}"
            );
        }
    }
}
