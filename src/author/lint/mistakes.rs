//! What keeps a lesson from being read at all, under the name of the rule that it breaks.

use crate::author::finding::Finding;
use workbook::parse::{LessonError, Placed};

/// Words of a mistake, and the rule that it breaks; what has none of them is a mistake of form.
const RULES: &[(&str, &str)] = &[
    ("est déjà pris", "id"),
    ("n’a pas la bonne forme", "id"),
    ("n’a aucun indice", "hints"),
    ("n’a que ", "hints"),
    ("option fausse sans explication", "misconceptions"),
    ("donne la bonne réponse", "misconceptions"),
    ("donnent la même valeur", "misconceptions"),
    ("pour la graine", "seeds"),
    ("n’est pas l’adresse d’une page", "source"),
];

/// The mistakes of files that cannot be read.
pub fn findings(error: &LessonError) -> Vec<Finding> {
    error.mistakes().iter().map(finding).collect()
}

fn finding(mistake: &Placed) -> Finding {
    Finding {
        file: mistake.file.clone(),
        line: mistake.line,
        column: mistake.column,
        id: None,
        rule: rule(&mistake.message),
        message: mistake.message.clone(),
        hint: Some(mistake.expected.clone()),
    }
}

/// The rule that a mistake breaks, by its words.
pub(super) fn rule(message: &str) -> &'static str {
    if message.contains("l’explication de «") {
        return "leak";
    }
    let known = RULES.iter().find(|(words, _)| message.contains(words));
    known.map_or("parse", |(_, rule)| rule)
}
