//! The seed that a digest gives.

/// JavaScript and JSON keep whole numbers of this many bits.
const BITS: u32 = 53;

/// The first 53 bits of a digest as a whole number, most significant bit first; of one that is shorter, as if zeros followed.
pub fn of_digest(digest: &[u8]) -> u64 {
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(digest) {
        *to = *from;
    }
    u64::from_be_bytes(first) >> (u64::BITS - BITS)
}

#[cfg(test)]
mod tests {
    use super::of_digest;

    #[test]
    fn the_first_bits_count_and_no_more_than_javascript_keeps() {
        assert_eq!(of_digest(&[0xff; 32]), (1 << 53) - 1);
        assert_eq!(of_digest(&[1, 0, 0, 0, 0, 0, 0, 0xff]), 1 << 45);
        assert_eq!(of_digest(&[0x80]), 1 << 52);
    }
}
