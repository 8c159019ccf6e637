//! Just enough of the expression language to know which attributes an expression names.

use serde_json::Value;

/// What the language reserves among its words.
const WORDS: [&str; 9] = [
    "AND", "OR", "NOT", "BETWEEN", "IN", "SET", "ADD", "REMOVE", "DELETE",
];

/// Names, placeholders and single signs.
pub(super) fn words(text: &str) -> Vec<&str> {
    let of_word = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '#' | ':' | '-' | '.');
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if of_word(first) {
            rest.find(|sign| !of_word(sign)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        words.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    words
}

/// The top-level attributes that an expression names, placeholders resolved.
pub(super) fn attributes(text: &str, placeholders: &Value) -> Vec<String> {
    let words = words(text);
    let mut names = Vec::new();
    for (place, word) in words.iter().enumerate() {
        let called = words.get(place + 1) == Some(&"(");
        let reserved = WORDS.iter().any(|reserved| word.eq_ignore_ascii_case(reserved));
        if called || reserved {
            continue;
        }
        for term in word.split('-') {
            let name = term.split('.').next().unwrap_or_default();
            let resolved = placeholders[name].as_str();
            let begins = |sign: char| sign.is_alphabetic() || matches!(sign, '_' | '#');
            if name.starts_with(begins) {
                names.push(resolved.unwrap_or(name).to_owned());
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_expression_names_its_attributes() {
        let placeholders = json!({"#n": "name", "#deep": "inner"});
        let of = |text: &str| attributes(text, &placeholders).join(" ");
        assert_eq!(of("id, #n, tags[0].x, map.#deep"), "id name tags map");
        assert_eq!(
            of("SET a = a-:one, #n = if_not_exists(b, :v) REMOVE c[1]"),
            "a a name b c"
        );
        assert_eq!(of("begins_with(#n, :x) and not (size(d) > :n)"), "name d");
        assert_eq!(of("x in (:a, :b) OR y between :a AND :b"), "x y");
        assert_eq!(of(""), "");
    }
}
