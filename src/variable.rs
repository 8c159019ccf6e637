//! Whole numbers that variables of the environment give.

use crate::failure::Failure;
use std::ffi::OsStr;
use std::ops::RangeInclusive;

/// A variable that holds a whole number.
pub(crate) struct Number {
    pub(crate) name: &'static str,
    /// What makes sense.
    pub(crate) sensible: RangeInclusive<u64>,
    /// What it must be, in French: "une graine".
    pub(crate) what: &'static str,
    /// An example of it, and what holds without the variable.
    pub(crate) hint: &'static str,
}

impl Number {
    /// The number, where the variable is set.
    ///
    /// # Errors
    /// When it is no number, or none that makes sense.
    pub(crate) fn given(&self) -> Result<Option<u64>, Failure> {
        let given = std::env::var_os(self.name).filter(|given| !given.is_empty());
        given.map(|given| self.read(&given)).transpose()
    }

    /// The number that this text is.
    ///
    /// # Errors
    /// As [`Self::given`].
    pub(crate) fn read(&self, given: &OsStr) -> Result<u64, Failure> {
        let number = given.to_str().and_then(|words| words.trim().parse().ok());
        number
            .filter(|number| self.sensible.contains(number))
            .ok_or_else(|| Failure::Usage {
                message: format!(
                    "{} vaut «\u{a0}{}\u{a0}», et ce n’est pas {}",
                    self.name,
                    given.to_string_lossy(),
                    self.what
                ),
                hint: self.hint.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::Number;
    use std::ffi::OsStr;

    const DOZEN: Number = Number {
        name: "CAHIER_ESSAI",
        sensible: 1..=12,
        what: "un nombre entre 1 et 12",
        hint: "par exemple CAHIER_ESSAI=7.",
    };

    #[test]
    fn a_sensible_number_is_taken_and_anything_else_is_refused_by_name() {
        assert_eq!(DOZEN.read(OsStr::new(" 12 ")).ok(), Some(12));
        for nonsense in ["0", "-1", "13", "7s", "2,5", "beaucoup", "99999999999999999999"] {
            let refused = DOZEN
                .read(OsStr::new(nonsense))
                .map_err(|failure| failure.to_string());
            assert!(
                refused.as_ref().is_err_and(|words| {
                    words.contains("CAHIER_ESSAI")
                        && words.contains(nonsense)
                        && words.contains("entre 1 et 12")
                }),
                "{nonsense}: {refused:?}"
            );
        }
    }
}
