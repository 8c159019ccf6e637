//! What a `:command` that is being typed may become: names of commands, lessons, exercises.

use super::commands::COMMANDS;
use workbook::Workbook;
use workbook::lesson::Lesson;

/// The names that commands take.
pub(crate) struct Candidates {
    lessons: Vec<String>,
    exercises: Vec<String>,
}

/// What can stand at the end of what is typed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// One of these words, in place of everything from `start` on.
    Words { start: usize, words: Vec<String> },
    /// Rust, which begins at this place.
    Rust(usize),
}

impl Candidates {
    /// Those of these lessons.
    pub(crate) fn of(workbook: &Workbook) -> Self {
        let lessons = workbook.lessons().iter();
        Self {
            lessons: lessons.clone().map(|lesson| lesson.id.clone()).collect(),
            exercises: lessons
                .flat_map(Lesson::exercises)
                .map(|exercise| exercise.id.clone())
                .collect(),
        }
    }

    /// What can stand at the end of `typed`, a command.
    pub(crate) fn complete(&self, typed: &str) -> Found {
        let Some(space) = typed.find(' ') else {
            let names = COMMANDS.iter().flat_map(|command| [command.name, command.alias]);
            let words = starting_with(names.map(|name| format!(":{name}")), typed);
            return Found::Words { start: 0, words };
        };
        let ids = match COMMANDS.iter().find(|command| command.is(&typed[1..space])) {
            Some(command) if ["CODE", "EXPRESSION"].contains(&command.argument) => {
                return Found::Rust(space + 1);
            }
            Some(command) if command.name == "lecon" => &self.lessons[..],
            Some(command) if command.argument == "EXERCICE" => &self.exercises,
            _ => &[],
        };
        let start = typed.rfind(' ').map_or(0, |space| space + 1);
        Found::Words {
            start,
            words: starting_with(ids.iter().cloned(), &typed[start..]),
        }
    }
}

fn starting_with(candidates: impl Iterator<Item = String>, prefix: &str) -> Vec<String> {
    let mut found: Vec<String> = candidates
        .filter(|candidate| candidate.starts_with(prefix))
        .collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::{Candidates, Found};

    #[test]
    fn a_command_its_lesson_and_its_code_are_completed_where_they_stand() {
        let candidates = Candidates {
            lessons: vec!["dynamodb".to_owned(), "iam".to_owned()],
            exercises: vec!["ddb-lecture".to_owned()],
        };
        let words = |start, words: &[&str]| Found::Words {
            start,
            words: words.iter().map(|word| (*word).to_owned()).collect(),
        };
        assert_eq!(candidates.complete(":hor"), words(0, &[":horloge"]));
        assert_eq!(candidates.complete(":lecon d"), words(7, &["dynamodb"]));
        assert_eq!(candidates.complete(":exercise ddb"), words(10, &["ddb-lecture"]));
        assert_eq!(candidates.complete(":doc client."), Found::Rust(5));
        assert_eq!(candidates.complete(":suivant x"), words(9, &[]));
    }
}
