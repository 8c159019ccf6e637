//! Places in a text: Jupyter counts letters, Rust counts bytes.

/// The byte that letter number `cursor` begins at; the end of the text, for what lies behind it.
pub(super) fn byte_of(text: &str, cursor: usize) -> usize {
    text.char_indices()
        .nth(cursor)
        .map_or(text.len(), |(byte, _)| byte)
}

/// The number of letters before this byte.
pub(super) fn letter_of(text: &str, byte: usize) -> usize {
    text.char_indices().take_while(|(at, _)| *at < byte).count()
}

#[cfg(test)]
mod tests {
    use super::{byte_of, letter_of};

    #[test]
    fn letters_before_the_cursor_count_once_whatever_their_bytes() {
        let text = "// été 🦀\nx.le";
        let cursor = text.chars().count();
        assert_eq!(byte_of(text, cursor), text.len());
        assert_eq!(byte_of(text, 8), "// été 🦀".len());
        for (letter, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!((byte_of(text, letter), letter_of(text, byte)), (byte, letter));
        }
        assert_eq!(letter_of(text, text.len()), cursor);
        assert_eq!(
            (byte_of(text, 1_000), byte_of("", 3), letter_of("", 0)),
            (text.len(), 0, 0)
        );
    }
}
