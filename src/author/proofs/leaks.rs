//! Whether what is said of a wrong answer gives the right one away.

use workbook::evidence::Answer;
use workbook::exercise::Drawn;

/// Whether `said` has the right answer in it. Numbers are the parser's: it knows their formulas.
pub(super) fn tells(drawn: &Drawn, right: &Answer, said: &str) -> bool {
    let told = match drawn.kind {
        "number" => Vec::new(),
        "choice" => right_options(drawn, right.text()),
        _ => vec![right.text().to_owned()],
    };
    let said = flat(said);
    let statement = flat(&drawn.statement);
    told.iter()
        .map(|text| flat(text))
        .any(|text| text.chars().count() >= 3 && holds(&said, &text) && !holds(&statement, &text))
}

/// The texts of the right options.
fn right_options(drawn: &Drawn, right: &str) -> Vec<String> {
    let chosen: Vec<&str> = right.split([',', ' ']).map(str::trim).collect();
    let options = drawn.exercise.options().iter();
    options
        .filter(|option| chosen.contains(&option.id.as_str()))
        .map(|option| option.text.clone())
        .collect()
}

/// The text in lower case, with single spaces and without marks at its ends.
fn flat(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ").trim_matches(['.', '`', '*', ' ']).to_owned()
}

/// Whether a text holds another as whole words.
fn holds(text: &str, part: &str) -> bool {
    text.match_indices(part).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + part.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_found_as_whole_words() {
        assert!(holds(&flat("Il faut « GetObject »."), &flat("GetObject")));
        assert!(!holds(&flat("GetObjectAcl"), &flat("GetObject")));
        assert_eq!(flat("Le  `Mot`."), "le `mot");
    }
}
