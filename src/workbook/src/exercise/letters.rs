//! Letters as learners type them, to choose among options.

use std::collections::BTreeSet;

/// What is said to who chooses several options where one is right.
pub(crate) const ONE_ONLY: &str = "Une seule réponse est attendue\u{a0}: choisis une lettre.";

/// The letters chosen among `known`: `A`, `a,c`, `A C`, `AC`, `A et C`. At least one.
///
/// # Errors
/// When there is something else, in French.
pub(crate) fn read(typed: &str, known: &[char]) -> Result<BTreeSet<char>, String> {
    let all: Vec<String> = known.iter().map(|letter| format!("`{letter}`")).collect();
    let expected = format!("Réponds par une ou plusieurs lettres parmi {}.", all.join(", "));
    let text: String = typed.chars().take(200).collect();
    let words = text.split(|c: char| c.is_whitespace() || ",;+/&()[].:".contains(c));
    let words = words.filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("et"));
    let mut chosen = BTreeSet::new();
    for word in words {
        for letter in word.chars().map(|c| c.to_ascii_uppercase()) {
            if !known.contains(&letter) {
                return Err(format!("Je ne comprends pas «\u{a0}{word}\u{a0}». {expected}"));
            }
            chosen.insert(letter);
        }
    }
    if chosen.is_empty() {
        return Err(expected);
    }
    Ok(chosen)
}

/// Letters as an answer: `A,C`.
pub(crate) fn written(letters: impl IntoIterator<Item = char>) -> String {
    let letters: Vec<String> = letters.into_iter().map(String::from).collect();
    letters.join(",")
}
