//! Answers as a script gives them: `{"question-id": ["A"]}`.

use super::Paper;
use crate::nearest::nearest;
use serde_json::Value;
use std::collections::BTreeSet;

/// The answers of a JSON document, in the paper's order. A question that it does not name is not answered; more letters
/// than are asked for are an answer, and a wrong one.
///
/// # Errors
/// When it is no object, or names a question or an option that the paper has not: in French.
pub fn read(paper: &Paper, document: &Value) -> Result<Vec<BTreeSet<char>>, String> {
    let Some(given) = document.as_object() else {
        return Err("ce n’est pas un objet JSON".to_owned());
    };
    let mut answers = vec![BTreeSet::new(); paper.questions.len()];
    for (id, letters) in given {
        let found = paper.questions.iter().position(|asked| asked.question.id == *id);
        let at = found.ok_or_else(|| unknown(paper, id))?;
        let known: Vec<char> = paper.questions[at].question.letters().collect();
        answers[at] = chosen(id, letters, &known)?;
    }
    Ok(answers)
}

fn chosen(id: &str, letters: &Value, known: &[char]) -> Result<BTreeSet<char>, String> {
    let letter = |value: &Value| {
        let mut signs = value.as_str()?.trim().chars();
        let letter = signs.next()?.to_ascii_uppercase();
        (signs.next().is_none() && known.contains(&letter)).then_some(letter)
    };
    let Some(values) = letters.as_array() else {
        return Err(format!(
            "la réponse à «\u{a0}{id}\u{a0}» n’est pas une liste de lettres, comme [\"A\"]"
        ));
    };
    values
        .iter()
        .map(|value| {
            letter(value).ok_or_else(|| {
                let known: Vec<String> = known.iter().map(|letter| format!("\"{letter}\"")).collect();
                format!(
                    "la réponse à «\u{a0}{id}\u{a0}» contient {value}\u{a0}; ses options sont {}",
                    known.join(", ")
                )
            })
        })
        .collect()
}

fn unknown(paper: &Paper, id: &str) -> String {
    let ids = paper.questions.iter().map(|asked| asked.question.id.as_str());
    let near = nearest(id, ids).map_or(String::new(), |near| format!(" (peut-être «\u{a0}{near}\u{a0}»)"));
    format!(
        "la question «\u{a0}{id}\u{a0}» n’est pas dans cet examen, tiré pour {} avec la graine {}{near}",
        paper.exam.code, paper.seed
    )
}
