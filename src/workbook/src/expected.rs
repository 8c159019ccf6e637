//! Expected outputs with wildcards: `[…]` inside a line stands for any text, a line that is only `[…]`
//! for any number of lines.

const ANY: &str = "[…]";

/// The first place where an output is not what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Line of the output, counted from 1.
    pub line: usize,
    /// The expected line, or `None` where the output should have ended.
    pub expected: Option<String>,
    /// The line found, or `None` where the output ended.
    pub found: Option<String>,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.expected, &self.found) {
            (Some(expected), Some(found)) => {
                write!(
                    f,
                    "ligne {}\u{a0}: attendu «\u{a0}{expected}\u{a0}», obtenu «\u{a0}{found}\u{a0}»",
                    self.line
                )
            }
            (Some(expected), None) => {
                write!(f, "ligne {}\u{a0}: il manque «\u{a0}{expected}\u{a0}»", self.line)
            }
            (None, Some(found)) => write!(f, "ligne {}\u{a0}: «\u{a0}{found}\u{a0}» est de trop", self.line),
            (None, None) => write!(f, "ligne {}", self.line),
        }
    }
}

/// Whether an output has the expected form. Spaces at line ends and blank lines at the end do not matter.
///
/// # Errors
/// The first difference.
pub fn matches(pattern: &str, output: &str) -> Result<(), Difference> {
    let (wanted, found) = (lines(pattern), lines(output));
    // Positions after the last `[…]` line, to go back to: the usual linear backtracking of globs.
    let (mut at, mut line, mut back) = (0, 0, None);
    let mut furthest = (0, 0);
    while line < found.len() || at < wanted.len() {
        if wanted.get(at) == Some(&ANY) {
            at += 1;
            back = Some((at, line));
        } else if at < wanted.len() && line < found.len() && line_matches(wanted[at], found[line]) {
            (at, line) = (at + 1, line + 1);
        } else {
            if line >= furthest.1 {
                furthest = (at, line);
            }
            match back {
                Some((pattern, start)) if start < found.len() => {
                    (at, line) = (pattern, start + 1);
                    back = Some((pattern, start + 1));
                }
                _ => return Err(difference(&wanted, &found, furthest)),
            }
        }
    }
    Ok(())
}

fn difference(wanted: &[&str], found: &[&str], (at, line): (usize, usize)) -> Difference {
    let own = |line: &&str| (*line).to_owned();
    Difference {
        line: line + 1,
        expected: wanted.get(at).map(own),
        found: found.get(line).map(own),
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.trim_end().lines().map(str::trim_end).collect()
}

fn line_matches(pattern: &str, line: &str) -> bool {
    let mut pieces = pattern.split(ANY);
    let Some(mut rest) = pieces.next().and_then(|first| line.strip_prefix(first)) else {
        return false;
    };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else {
        return rest.is_empty();
    };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn wildcards_stand_for_any_text_and_any_lines() {
        for (pattern, output) in [
            ("a\nb\n", "a  \nb\n\n\n"),
            ("", ""),
            ("id : […]", "id : 42"),
            ("[…]-[…]-c", "a-b-c"),
            ("a[…]a", "aa"),
            ("a\n[…]\nz", "a\nz"),
            ("a\n[…]\nz", "a\nb\nz\nc\nz"),
            ("[…]", ""),
            ("[…]", "a\nb"),
            ("[…]\nb\n[…]\nd", "a\nb\nb\nc\nd"),
        ] {
            assert_eq!(matches(pattern, output), Ok(()), "{pattern:?} {output:?}");
        }
    }

    #[test]
    fn the_first_difference_is_named() {
        let difference = |pattern, output| matches(pattern, output).unwrap_err().to_string();
        assert_eq!(
            difference("a\nb", "a\nc"),
            "ligne 2\u{a0}: attendu «\u{a0}b\u{a0}», obtenu «\u{a0}c\u{a0}»"
        );
        assert_eq!(
            difference("a\nb", "a"),
            "ligne 2\u{a0}: il manque «\u{a0}b\u{a0}»"
        );
        assert_eq!(
            difference("a", "a\nb"),
            "ligne 2\u{a0}: «\u{a0}b\u{a0}» est de trop"
        );
        assert!(matches("a[…]a", "a").is_err());
        assert!(matches("[…]\nz", "a\nb").is_err());
        assert!(matches("a\n[…]\nz", "b").is_err());
    }

    #[test]
    fn many_wildcards_on_a_long_output_take_no_time() {
        let pattern = "[…]\nx\n".repeat(200);
        let output = "x\n".repeat(199) + &"y\n".repeat(5_000);
        assert!(matches(&pattern, &output).is_err());
    }
}
