//! How long a cell of a notebook may take.

use crate::failure::Failure;
use crate::variable::Number;
use std::time::Duration;

/// Changes it, in seconds. With less than the first number, a cell that has a right answer in Rust judged may be stopped
/// while the judge's engine still starts (20 s on a machine at work); above the second, nobody waits.
const TIME: Number = Number {
    name: "CAHIER_DUREE",
    sensible: 30..=3600,
    what: "un nombre de secondes entre 30 et 3600",
    hint: "par exemple CAHIER_DUREE=60 pour une minute par cellule\u{a0}; sans elle, c’est deux minutes.",
};
/// Less than what executes notebooks of a class waits (nbgrader: 180 s), and enough for a cell that has Rust judged.
const USUAL: Duration = Duration::from_mins(2);

/// `CAHIER_DUREE`, else two minutes.
///
/// # Errors
/// When the variable makes no sense.
pub fn limit() -> Result<Duration, Failure> {
    Ok(TIME.given()?.map_or(USUAL, Duration::from_secs))
}

#[cfg(test)]
mod tests {
    use super::TIME;
    use std::ffi::OsStr;

    #[test]
    fn a_cell_s_time_is_a_number_of_seconds_that_somebody_waits_for() {
        assert_eq!(TIME.read(OsStr::new("60")).ok(), Some(60));
        for nonsense in ["29", "60s", "3601"] {
            assert!(TIME.read(OsStr::new(nonsense)).is_err(), "{nonsense}");
        }
    }
}
