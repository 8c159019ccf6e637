//! GIFT: one question after another, each on a few lines.

use super::html::html;
use super::{Category, Collection, Question, is_several, numbers};
use std::fmt::Write;
use workbook::exercise::{Quiz, QuizAnswer, QuizOption};
use workbook::images::Images;

/// Why a question of this kind cannot be written in GIFT.
pub(super) fn refuses(quiz: &Quiz) -> Option<&'static str> {
    match quiz {
        Quiz::Ordering { .. } => Some("GIFT n’a pas de mise en ordre\u{a0}; Moodle XML en a"),
        // Moodle takes what has an arrow for pairs to match.
        Quiz::Line { right, wrong }
            if right.contains("->") || wrong.iter().any(|wrong| wrong.value.contains("->")) =>
        {
            Some("sa réponse contient une flèche, que GIFT lit autrement\u{a0}; Moodle XML la garde")
        }
        _ => None,
    }
}

/// The text of a file.
pub(super) fn written(collection: &Collection) -> String {
    let mut text = String::from("// Écrit par « cahier classe moodle --format gift ».\n\n");
    for category in &collection.categories {
        // Moodle does not read escapes here.
        let _ = write!(text, "$CATEGORY: {}\n\n", path(category));
        for question in &category.questions {
            self::question(&mut text, question);
        }
    }
    text
}

/// A category's place, as Moodle writes it: a slash of a name is doubled.
pub(super) fn path(category: &Category) -> String {
    let names = category.path.iter().map(|name| name.replace('/', "//"));
    let path: Vec<String> = std::iter::once("$course$/top".to_owned()).chain(names).collect();
    path.join("/")
}

fn question(text: &mut String, question: &Question) {
    let mut tags = String::new();
    for tag in &question.tags {
        let _ = write!(tags, " [tag:{}]", tag.replace(']', ""));
    }
    let _ = writeln!(text, "// [id:{}]{tags}", question.id);
    let statement = rich(&question.statement);
    let _ = writeln!(
        text,
        "::{}::[html]{statement}{}",
        escaped(&question.name),
        opening(&question.quiz)
    );
    answers(text, &question.quiz);
    if !question.comment.is_empty() {
        let _ = writeln!(text, "\t####{}", rich(&question.comment));
    }
    text.push_str("}\n\n");
}

fn opening(quiz: &Quiz) -> &'static str {
    match quiz {
        Quiz::Number { .. } => "{#",
        _ => "{",
    }
}

fn answers(text: &mut String, quiz: &Quiz) {
    match quiz {
        Quiz::Number {
            right,
            tolerance,
            wrong,
            ..
        } => {
            let value = |value: f64| {
                let tolerance = numbers::tolerance(value, *tolerance, false);
                format!("{}:{tolerance}", numbers::plain(value))
            };
            answer(text, "=%100%", &value(*right), "");
            for wrong in wrong {
                answer(text, "=%0%", &value(wrong.value), &wrong.explanation);
            }
        }
        Quiz::Choice { options, .. } => {
            for option in options {
                answer(
                    text,
                    &weight(option, options, quiz),
                    &rich(&option.text),
                    &option.explanation,
                );
            }
        }
        Quiz::Line { right, wrong } => {
            for right in lines(right) {
                answer(text, "=%100%", &escaped(&right), "");
            }
            for QuizAnswer { value, explanation } in wrong {
                for value in lines(value) {
                    answer(text, "=%0%", &escaped(&value), explanation);
                }
            }
        }
        // Refused before.
        Quiz::Ordering { .. } => {}
    }
}

fn weight(option: &QuizOption, options: &[QuizOption], quiz: &Quiz) -> String {
    match (is_several(quiz), option.right) {
        (true, _) => format!("~%{}%", numbers::fraction(option, options)),
        (false, true) => "=".to_owned(),
        (false, false) => "~".to_owned(),
    }
}

/// One answer, already escaped, with what is said of it.
fn answer(text: &mut String, mark: &str, answer: &str, explanation: &str) {
    let _ = write!(text, "\t{mark}{answer}");
    if !explanation.trim().is_empty() {
        let _ = write!(text, "#{}", rich(explanation));
    }
    text.push('\n');
}

/// A line as Moodle compares it: a star stands for itself, and an apostrophe may be typed straight.
pub(super) fn lines(line: &str) -> Vec<String> {
    let line = line.trim().replace('*', "\\*");
    let typed = line.replace('’', "'");
    if typed == line {
        vec![line]
    } else {
        vec![line, typed]
    }
}

/// Markdown as escaped HTML. Images stay behind: their words do not.
fn rich(markdown: &str) -> String {
    escaped(&html(markdown, &Images::new()).text)
}

/// Text on one line, with nothing in it that GIFT would read.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '~' | '=' | '#' | '{' | '}' | ':' | '\\' => safe.extend(['\\', sign]),
            '\n' => safe.push_str("\\n"),
            '\r' => {}
            other => safe.push(other),
        }
    }
    safe
}
