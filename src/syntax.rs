//! How far a piece of Rust is whole, by its brackets, strings and comments alone: enough to know whether to wait for more.

/// Whether more must come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wholeness {
    /// Nothing is open.
    Whole,
    /// So many brackets are open, or a string or a comment.
    Open(usize),
    /// A bracket closes what was not opened.
    Wrong,
}

/// Whether more must come: an open bracket, string or comment, in Rust or in an answer that is Rust. A
/// command on one line is always whole, for an answer may hold any character.
pub fn wholeness(text: &str) -> Wholeness {
    if text.starts_with(':') && !text.contains(['{', '\n']) {
        return Wholeness::Whole;
    }
    let mut open = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let skipped = match letter {
            '"' => string_end(rest, 1, '"'),
            'r' if rest.starts_with("r\"") || rest.starts_with("r#") => raw_end(rest),
            '\'' => Some(character_end(rest)),
            '/' if rest.starts_with("//") => Some(rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => rest.find("*/").map(|end| end + 2),
            _ => {
                match letter {
                    '(' => open.push(')'),
                    '[' => open.push(']'),
                    '{' => open.push('}'),
                    ')' | ']' | '}' if open.pop() != Some(letter) => return Wholeness::Wrong,
                    _ => {}
                }
                Some(letter.len_utf8())
            }
        };
        let Some(skipped) = skipped else {
            return Wholeness::Open(open.len());
        };
        rest = &rest[skipped..];
    }
    if open.is_empty() {
        Wholeness::Whole
    } else {
        Wholeness::Open(open.len())
    }
}

/// After the closing quote of a string that starts before `from`, if it is closed.
fn string_end(text: &str, from: usize, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (place, letter) in text.char_indices().skip_while(|(place, _)| *place < from) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return Some(place + letter.len_utf8()),
            _ => {}
        }
    }
    None
}

fn raw_end(text: &str) -> Option<usize> {
    let hashes = text[1..].chars().take_while(|letter| *letter == '#').count();
    if !text[1 + hashes..].starts_with('"') {
        return Some(1);
    }
    let close = format!("\"{}", "#".repeat(hashes));
    text[2 + hashes..]
        .find(&close)
        .map(|place| 2 + hashes + place + close.len())
}

/// After a character literal, or after the quote of a lifetime.
fn character_end(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    match (letters.next(), letters.next()) {
        (Some((_, '\\')), _) => string_end(text, 1, '\'').unwrap_or(1),
        (Some(_), Some((place, '\''))) => place + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{Wholeness, wholeness};

    fn unfinished(text: &str) -> bool {
        matches!(wholeness(text), Wholeness::Open(_))
    }

    #[test]
    fn an_open_bracket_asks_for_more() {
        assert!(unfinished("fn main() {"));
        assert!(unfinished("vec![1,\n2"));
        assert!(unfinished("let s = \"début"));
        assert!(unfinished("/* un"));
        assert!(unfinished("let s = r#\"a\" b"));
    }

    #[test]
    fn brackets_in_strings_characters_and_comments_do_not_count() {
        assert!(!unfinished("let s = \"{ é \\\" (\";"));
        assert!(!unfinished("let c = '{'; let d = '\\''; fn f<'a>(x: &'a str) {}"));
        assert!(!unfinished("1 // {"));
        assert!(!unfinished("let s = r#\"{ \" (\"#;"));
        assert!(!unfinished("let rue = 1;"));
    }

    #[test]
    fn a_command_is_whole_unless_its_answer_is_rust() {
        assert!(!unfinished(":reponse https://x/?a=(b"));
        assert!(!unfinished(":reponse l'été"));
        assert!(unfinished(":reponse let a = {"));
    }

    #[test]
    fn a_bracket_that_closes_nothing_is_wrong() {
        assert_eq!(wholeness("fn f() {}}"), Wholeness::Wrong);
        assert_eq!(wholeness("let x = (1];"), Wholeness::Wrong);
        assert_eq!(wholeness("if a { f(["), Wholeness::Open(3));
    }
}
