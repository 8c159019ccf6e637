//! Where a student answers: what stands there at first, and the author's solution between nbgrader's marks.

use crate::class::hexadecimal;
use crate::jupyter::export::raw_marks;
use crate::place::Place;
use workbook::evidence::Answer;
use workbook::exercise::Drawn;

/// The variable that holds the answer, which the cell of tests judges.
pub(super) fn variable(exercise: &str) -> String {
    format!("reponse_{}", exercise.replace('-', "_"))
}

/// The cell's text. What stands before the marks is what a student is given; the solution takes its name over.
/// `None` where no text of a notebook can hold a right answer.
pub(super) fn cell(drawn: &Drawn) -> Option<String> {
    let variable = variable(&drawn.id);
    let (how, given) = given(drawn);
    let solution = solution(drawn, &variable)?;
    Some(format!(
        "// {how}\n// Bloqué\u{a0}? indice_graine(\"{}\", {});\nlet {variable} = {given};\n\
         // BEGIN SOLUTION\n{solution}\n// END SOLUTION",
        drawn.id, drawn.seed
    ))
}

/// How to answer, and what stands there before.
fn given(drawn: &Drawn) -> (String, String) {
    const THEN: &str = "puis exécute cette cellule et la suivante.";
    let exercise = &drawn.exercise;
    if let Some(starter) = &drawn.starter {
        let how = format!("Complète le code entre les guillemets, {THEN}");
        (how, raw_lines(starter))
    } else if exercise.asks_for_a_document() {
        let how = format!("Colle ton document JSON entre les guillemets, {THEN}");
        (how, raw_lines(""))
    } else if exercise.command().is_some() {
        let how = format!("Écris ta commande entre les guillemets, {THEN}");
        (how, "r#\"aws …\"#".to_owned())
    } else if exercise.archive().is_some() {
        let file = archive(drawn);
        let how =
            format!("Dépose ton archive à côté de ce notebook sous le nom {file}, {THEN} Rends-la avec lui.");
        (how, format!("\"{file}\""))
    } else if exercise.needs_simulator() {
        let how = "Fabrique l’URL dans cette cellule, avec le SDK\u{a0}: copiée d’ailleurs, elle ne vaut que dans le simulateur qui l’a signée.";
        (how.to_owned(), "String::new()".to_owned())
    } else {
        (
            format!("Écris ta réponse entre les guillemets, {THEN}"),
            "\"\"".to_owned(),
        )
    }
}

/// The file that an archive is handed in as.
fn archive(drawn: &Drawn) -> String {
    format!("{}.zip", drawn.id)
}

fn solution(drawn: &Drawn, variable: &str) -> Option<String> {
    if drawn.exercise.needs_simulator() {
        let expression = drawn.exercise.right_expression()?;
        return Some(format!("let {variable} = {expression};"));
    }
    Some(match drawn.exercise.right_answer(&Place::nowhere().ground()) {
        Answer::Text(text) if text.contains('\n') => format!("let {variable} = {};", raw_lines(&text)),
        Answer::Text(text) => format!("let {variable} = {};", literal(&text)),
        Answer::Rust(code) => format!("let {variable} = {};", raw_lines(&code)),
        Answer::Archive(bytes) => written(&bytes, &archive(drawn)),
    })
}

/// Several lines as a Rust string: they stand alone on theirs.
fn raw_lines(text: &str) -> String {
    let marks = raw_marks(text);
    format!("r{marks}\"\n{}\n\"{marks}", text.trim_end())
}

/// One line as a Rust string.
fn literal(text: &str) -> String {
    if text.contains(['"', '\\']) {
        let marks = raw_marks(text);
        format!("r{marks}\"{text}\"{marks}")
    } else {
        format!("\"{text}\"")
    }
}

/// Rust that writes these bytes into a file.
fn written(bytes: &[u8], file: &str) -> String {
    let lines: Vec<String> = bytes.chunks(48).map(hexadecimal).collect();
    let lines = lines.join("\\\n    ");
    format!(
        "// L’archive de l’auteur, en hexadécimal.\n\
         let octets: Vec<u8> = \"\\\n    {lines}\"\n    .as_bytes()\n    .chunks(2)\n    \
         .map(|deux| u8::from_str_radix(std::str::from_utf8(deux).unwrap(), 16).unwrap())\n    .collect();\n\
         std::fs::write(\"{file}\", octets).unwrap();"
    )
}
