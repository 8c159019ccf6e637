//! What can be completed without the engine, while it starts: the words of the language.

/// The words that learners type; all of them are longer than what is typed of them.
const WORDS: [&str; 26] = [
    "async",
    "await",
    "break",
    "const",
    "continue",
    "else",
    "enum",
    "false",
    "for",
    "format!(",
    "if",
    "impl",
    "let",
    "loop",
    "match",
    "move",
    "mut",
    "panic!(",
    "prelude::",
    "println!(",
    "pub",
    "return",
    "struct",
    "true",
    "vec![",
    "while",
];

/// Where the word that ends `typed` begins, and what it may become. Nothing behind a dot or a path, which are another's,
/// nor in a string or a comment.
pub(crate) fn complete(typed: &str) -> (usize, Vec<String>) {
    let start = typed
        .char_indices()
        .rev()
        .take_while(|(_, letter)| letter.is_alphanumeric() || *letter == '_')
        .last()
        .map_or(typed.len(), |(start, _)| start);
    let (before, word) = typed.split_at(start);
    let quotes = before.replace("\\\"", "").matches('"').count();
    let line = before.rsplit('\n').next().unwrap_or_default();
    if word.is_empty() || before.ends_with(['.', ':']) || quotes % 2 == 1 || line.contains("//") {
        return (typed.len(), Vec::new());
    }
    let found = WORDS.iter().filter(|known| known.starts_with(word));
    (start, found.map(|known| (*known).to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::complete;

    #[test]
    fn a_word_of_the_language_is_completed_where_it_may_stand() {
        assert_eq!(complete("let été = ma"), (12, vec!["match".to_owned()]));
        assert_eq!(complete("pri").1, ["println!("]);
        for nowhere in ["client.ma", "prelude::ma", "\"ma", "// ma", "", "été = "] {
            assert_eq!(complete(nowhere).1, Vec::<String>::new(), "{nowhere}");
        }
    }
}
