//! The text of a file that holds an answer: how long it may be, and what is no part of it.

use crate::failure::Failure;
use std::io::ErrorKind;
use std::path::Path;

/// The most bytes of a text that are read. The longest is a program of some hundred lines; a file of gigabytes or an
/// endless one is a slip.
pub(crate) const MOST: u64 = 1 << 20;

/// The text, without the mark that Windows' own editor puts before it.
///
/// # Errors
/// When it is no UTF-8; `name` says where it was read.
pub(crate) fn text<'a>(bytes: &'a [u8], name: &Path) -> Result<&'a str, Failure> {
    let text = std::str::from_utf8(bytes).map_err(|_| Failure::Unreadable {
        path: name.to_owned(),
        source: ErrorKind::InvalidData.into(),
    })?;
    Ok(text.trim_start_matches('\u{feff}'))
}

#[cfg(test)]
mod tests {
    use super::text;
    use std::path::Path;

    #[test]
    fn the_mark_of_windows_is_no_part_of_an_answer_and_other_encodings_are_refused() {
        let name = Path::new("réponse.txt");
        assert_eq!(
            text("\u{feff}1 500 RCU\n".as_bytes(), name).ok(),
            Some("1 500 RCU\n")
        );
        assert!(
            text(b"\xff\xfe1\x00", name).is_err_and(|refused| refused.to_string().contains("réponse.txt"))
        );
    }
}
