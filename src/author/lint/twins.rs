//! Exercises and questions that ask the same thing twice.

use crate::author::desk::File;
use crate::author::finding::Finding;
use std::collections::BTreeMap;
use workbook::Workbook;
use workbook::bank::similar;

/// Where something is asked: its file and its line there.
struct Place<'a> {
    what: &'static str,
    file: &'a str,
    line: usize,
}

/// What is asked, with its options, by its id.
type Asked = Vec<(String, String)>;

/// The exercises and questions that repeat an earlier one, among all of the workbook; told for those whose file `wanted`
/// names. Parameters change, the question does not: each is looked at for one seed.
pub fn check(workbook: &Workbook, files: &[File], wanted: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let mut places = BTreeMap::new();
    let mut asked = exercises(workbook, &mut places);
    asked.extend(questions(workbook, &mut places));
    let texts: Vec<(&str, &str)> = asked
        .iter()
        .map(|(id, text)| (id.as_str(), text.as_str()))
        .collect();
    similar::among(&texts)
        .iter()
        .filter_map(|pair| {
            let (first, second) = (&places[&pair.first], &places[&pair.second]);
            let file = files
                .iter()
                .find(|file| file.name == second.file && wanted(second.file))?;
            let message = format!(
                "{} «\u{a0}{}\u{a0}» demande la même chose que «\u{a0}{}\u{a0}» ({})",
                second.what, pair.second, pair.first, first.file
            );
            let finding = Finding::on_line(file, second.line, "twin", message)
                .of(Some(pair.second.clone()))
                .hint("change la situation ou la question, ou retire l’un des deux");
            Some(finding)
        })
        .collect()
}

fn exercises<'a>(workbook: &'a Workbook, places: &mut BTreeMap<String, Place<'a>>) -> Asked {
    let mut asked = Vec::new();
    for lesson in workbook.lessons() {
        for spec in lesson.exercises() {
            let drawn = (spec.draw)(0);
            let options = drawn.exercise.options().iter().map(|option| option.text.as_str());
            let text: Vec<&str> = std::iter::once(drawn.statement.as_str()).chain(options).collect();
            asked.push((spec.id.clone(), text.join("\n")));
            let (what, file, line) = ("l’exercice", lesson.file.as_str(), spec.line);
            places.insert(spec.id.clone(), Place { what, file, line });
        }
    }
    asked
}

fn questions<'a>(workbook: &'a Workbook, places: &mut BTreeMap<String, Place<'a>>) -> Asked {
    let mut asked = Vec::new();
    for question in workbook.bank().questions() {
        asked.push((question.id.clone(), question.text()));
        let (what, file, line) = ("la question", question.file.as_str(), question.line);
        places.insert(question.id.clone(), Place { what, file, line });
    }
    asked
}
