//! Chance: the operating system's, or, while a call is executed, what follows from that call's seed.
//!
//! A call that is written down with its seed gives the same ids and secrets when it is done again.

use std::cell::RefCell;

use rand::RngExt;
use sha2::{Digest, Sha256};

/// What the chance of one call follows from.
pub(crate) type Seed = [u8; 32];

/// A seed of chance, from the operating system's generator.
pub(crate) fn seed() -> Seed {
    rand::rng().random()
}

/// A text of chance: `length` characters of `alphabet`, all equally likely.
pub(crate) fn text(alphabet: &[u8], length: usize) -> String {
    (0..length)
        .map(|_| char::from(alphabet[below(alphabet.len())]))
        .collect()
}

/// A number of chance of that many bits, 64 at most.
pub(crate) fn bits(count: u32) -> u64 {
    let bytes = (0..8).fold(0, |number, _| (number << 8) | below(256) as u64);
    if count == 0 {
        0
    } else {
        bytes >> (64 - count.min(64))
    }
}

/// Executes `act`, whose chance follows from `seed` alone.
pub(crate) fn seeded<T>(seed: Seed, act: impl FnOnce() -> T) -> T {
    let _outer = Outer(STREAM.replace(Some(Stream::of(seed))));
    act()
}

thread_local! {
    static STREAM: RefCell<Option<Stream>> = const { RefCell::new(None) };
}

/// Puts the former stream back, also when what was executed panics.
struct Outer(Option<Stream>);

impl Drop for Outer {
    fn drop(&mut self) {
        STREAM.set(self.0.take());
    }
}

/// SHA-256 of the seed and a counter, block after block.
struct Stream {
    seed: Seed,
    blocks: u64,
    left: Vec<u8>,
}

impl Stream {
    fn of(seed: Seed) -> Self {
        Self {
            seed,
            blocks: 0,
            left: Vec::new(),
        }
    }

    fn byte(&mut self) -> u8 {
        if self.left.is_empty() {
            let block = Sha256::new()
                .chain_update(self.seed)
                .chain_update(self.blocks.to_be_bytes());
            self.left = block.finalize().to_vec();
            self.blocks += 1;
        }
        self.left.pop().unwrap_or_default()
    }
}

/// A number below `limit` (at most 256), all equally likely.
fn below(limit: usize) -> usize {
    STREAM.with_borrow_mut(|stream| match stream {
        None => rand::rng().random_range(0..limit),
        Some(stream) => loop {
            // Bytes above the largest multiple would favour the first numbers.
            let byte = usize::from(stream.byte());
            if byte < 256 - 256 % limit {
                break byte % limit;
            }
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    #[test]
    fn the_same_seed_gives_the_same_texts() {
        let texts = || seeded([7; 32], || (text(LETTERS, 40), text(LETTERS, 40)));
        assert_eq!(texts(), texts());
        let (first, second) = texts();
        assert_ne!(first, second);
        assert_ne!(seeded([8; 32], || text(LETTERS, 40)), first);
    }

    #[test]
    fn outside_a_seeded_call_chance_is_the_systems() {
        let _ = seeded([7; 32], || text(LETTERS, 4));
        assert_ne!(text(LETTERS, 40), text(LETTERS, 40));
        assert_ne!(seed(), seed());
    }

    #[test]
    fn every_letter_of_any_alphabet_comes() {
        let digits = seeded([1; 32], || text(b"0123456789", 1_000));
        assert!(('0'..='9').all(|digit| digits.matches(digit).count() > 50));
    }
}
