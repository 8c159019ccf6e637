//! GIFT says the same as Moodle XML, as far as it goes.

use crate::reader::{Read, read};
use crate::{collection, file, hard, workbook};
use cahier::class::moodle::{Format, Several};
use roxmltree::{Document, Node};
use std::collections::BTreeMap;
use workbook::Workbook;

/// A question of the XML file: what GIFT can hold of it.
#[derive(Debug, Default)]
struct Held {
    kind: String,
    category: String,
    name: String,
    text: String,
    comment: String,
    /// Fraction, text and feedback.
    answers: Vec<(f64, String, String)>,
}

fn text(node: &Node<'_, '_>, path: &[&str]) -> String {
    let mut place = *node;
    for name in path {
        place = place.children().find(|child| child.has_tag_name(*name)).unwrap();
    }
    let parts = place.descendants().filter(Node::is_text);
    let text: String = parts.filter_map(|part| part.text()).collect();
    text.trim().to_owned()
}

fn held(book: &Workbook) -> BTreeMap<String, Held> {
    let file = file(book, Format::Xml, Several::Partial);
    let document = Document::parse(&file).unwrap();
    let mut category = String::new();
    let mut found = BTreeMap::new();
    for node in document.root_element().children().filter(Node::is_element) {
        let kind = node.attribute("type").unwrap();
        if kind == "category" {
            category = text(&node, &["category", "text"]);
            continue;
        }
        let answers = node.children().filter(|child| child.has_tag_name("answer"));
        let question = Held {
            kind: kind.to_owned(),
            category: category.clone(),
            name: text(&node, &["name", "text"]),
            text: text(&node, &["questiontext", "text"]),
            comment: text(&node, &["generalfeedback", "text"]),
            answers: answers
                .map(|answer| {
                    let value = text(&answer, &["text"]);
                    let value = match kind {
                        "numerical" => format!("{value}:{}", text(&answer, &["tolerance"])),
                        _ => value,
                    };
                    let fraction = answer.attribute("fraction").unwrap().parse().unwrap();
                    (fraction, value, text(&answer, &["feedback", "text"]))
                })
                .collect(),
        };
        found.insert(text(&node, &["idnumber"]), question);
    }
    found
}

/// What GIFT says an answer gives, in percent.
fn fraction(question: &Read, at: usize) -> f64 {
    let answer = &question.answers[at];
    answer.weight.unwrap_or(if answer.equal { 100.0 } else { 0.0 })
}

/// Images are the one thing of a text that GIFT leaves behind.
fn same(gift: &str, xml: &str, what: &str) {
    if !xml.contains("@@PLUGINFILE@@") {
        assert_eq!(gift, xml, "{what}");
    }
}

#[test]
fn every_question_comes_back_with_its_answers_and_what_is_said_of_them() {
    let hard = hard();
    for book in [workbook(), &hard] {
        let gift = read(&file(book, Format::Gift, Several::Partial));
        let xml = held(book);
        let mut refused = 0;
        for (id, held) in &xml {
            let Some(question) = gift.get(id) else {
                assert_eq!(held.kind, "ordering", "{id} is not in GIFT");
                refused += 1;
                continue;
            };
            assert_eq!(question.name, held.name);
            assert_eq!(question.category, held.category, "{id}");
            same(&question.text, &held.text, id);
            same(&question.comment, &held.comment, id);
            assert_eq!(question.numerical, held.kind == "numerical", "{id}");
            assert!(!question.tags.is_empty(), "{id}");
            // What is said of any other number is Moodle XML's alone.
            let answers: Vec<_> = held.answers.iter().filter(|(_, text, _)| text != "*:0").collect();
            assert_eq!(question.answers.len(), answers.len(), "{id}");
            for (at, (share, text, feedback)) in answers.into_iter().enumerate() {
                let answer = &question.answers[at];
                assert!(
                    (fraction(question, at) - share).abs() < 1e-9,
                    "{id}: {answer:?} {share}"
                );
                if !held_with_units(&answer.text, text) {
                    same(&answer.text, text, id);
                }
                same(&answer.feedback, feedback, id);
            }
        }
        let made = collection(book, Format::Gift);
        assert_eq!(gift.len(), made.questions().count());
        assert_eq!(gift.len() + refused, xml.len());
    }
}

/// The same number, with a tolerance that a unit makes wider in XML.
fn held_with_units(gift: &str, xml: &str) -> bool {
    match (gift.split_once(':'), xml.split_once(':')) {
        (Some((left, _)), Some((right, wide))) => {
            left == right && wide.parse::<f64>().is_ok_and(|wide| wide < 1e-3)
        }
        _ => false,
    }
}

#[test]
fn signs_that_gift_reads_are_escaped_and_no_blank_line_cuts_a_question() {
    let hard = hard();
    let written = file(&hard, Format::Gift, Several::Partial);
    let found = read(&written);
    let question = &found["dur-signes"];
    assert_eq!(question.name, "Des signes\u{a0}: ~ = # { } \\ ]]> & <b>");
    assert!(
        question.text.contains("let a = 1;\n\nlet b ="),
        "{}",
        question.text
    );
    // An image leaves its words.
    assert!(
        question.text.contains("Un carré\u{a0}: rouge"),
        "{}",
        question.text
    );
    let texts: Vec<&str> = question
        .answers
        .iter()
        .map(|answer| answer.text.as_str())
        .collect();
    for expected in ["a = b ~ c # d { e } f\u{a0}: g \\ h", "%50% // [html] ="] {
        assert!(texts.contains(&expected), "{texts:?}");
    }
    for line in written.lines().filter(|line| line.trim_start().starts_with("//")) {
        assert!(
            line.contains("[id:") || line.contains("cahier classe moodle"),
            "{line}"
        );
    }
    let line = &found["dur-ligne"];
    let answers: Vec<&str> = line.answers.iter().map(|answer| answer.text.as_str()).collect();
    assert_eq!(
        answers[..2],
        ["l’été \\* fini", "l'été \\* fini"],
        "a star is no wildcard"
    );
}
