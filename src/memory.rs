//! How much memory cells may have.

use crate::failure::Failure;
use crate::variable::Number;
use engine::DEFAULT_MEMORY;

/// Changes it, in MiB. Below the first number, a client of the SDK has no room; above the second, it is no number of MiB.
const MEMORY: Number = Number {
    name: "CAHIER_MEMOIRE",
    sensible: 256..=1 << 20,
    what: "un nombre de Mio entre 256 et 1048576",
    hint: "par exemple CAHIER_MEMOIRE=4096 pour 4 Gio\u{a0}; sans elle, c’est 2 Gio.",
};

/// `CAHIER_MEMOIRE`, else 2 GiB; in bytes.
///
/// # Errors
/// When the variable makes no sense.
pub fn limit() -> Result<u64, Failure> {
    Ok(MEMORY
        .given()?
        .map_or(DEFAULT_MEMORY, |mebibytes| mebibytes << 20))
}

#[cfg(test)]
mod tests {
    use super::MEMORY;
    use std::ffi::OsStr;

    #[test]
    fn memory_is_a_number_of_mebibytes_that_an_sdk_has_room_in() {
        assert_eq!(MEMORY.read(OsStr::new("4096")).ok(), Some(4096));
        for nonsense in ["255", "2G", "1048577"] {
            assert!(MEMORY.read(OsStr::new(nonsense)).is_err(), "{nonsense}");
        }
    }
}
