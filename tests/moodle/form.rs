//! What Moodle documents of its XML format, and how a question is read in it.

use roxmltree::{Document, Node};

/// What any question has before what its own type has, in Moodle's order.
pub(crate) const HEAD: &[&str] = &[
    "name",
    "questiontext",
    "generalfeedback",
    "defaultgrade",
    "penalty",
    "hidden",
    "idnumber",
];

/// What a type has of its own, in Moodle's order; `*` for as many as one likes.
pub(crate) const TYPES: &[(&str, &[&str])] = &[
    (
        "multichoice",
        &[
            "single",
            "shuffleanswers",
            "answernumbering",
            "showstandardinstruction",
            "correctfeedback",
            "partiallycorrectfeedback",
            "incorrectfeedback",
            "answer*",
        ],
    ),
    (
        "multichoiceset",
        &[
            "shuffleanswers",
            "answernumbering",
            "correctfeedback",
            "incorrectfeedback",
            "answer*",
        ],
    ),
    (
        "numerical",
        &[
            "answer*",
            "units?",
            "unitgradingtype",
            "unitpenalty",
            "showunits",
            "unitsleft",
        ],
    ),
    ("shortanswer", &["usecase", "answer*"]),
    (
        "ordering",
        &[
            "layouttype",
            "selecttype",
            "selectcount",
            "gradingtype",
            "showgrading",
            "numberingstyle",
            "correctfeedback",
            "partiallycorrectfeedback",
            "incorrectfeedback",
            "answer*",
        ],
    ),
];

pub(crate) const TAIL: &[&str] = &["hint*", "tags"];

/// The fractions, in percent, that Moodle takes for an answer: `question_bank::fraction_options_full`.
pub(crate) const FRACTIONS: &[&str] = &[
    "100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333", "30", "25", "20",
    "16.66667", "14.28571", "12.5", "11.11111", "10", "5", "0", "-100",
];

pub(crate) fn questions<'a>(document: &'a Document<'a>) -> Vec<Node<'a, 'a>> {
    document
        .root_element()
        .children()
        .filter(Node::is_element)
        .collect()
}

pub(crate) fn of_type<'a>(document: &'a Document<'a>, kind: &str) -> Vec<Node<'a, 'a>> {
    let mut found = questions(document);
    found.retain(|question| question.attribute("type") == Some(kind));
    found
}

pub(crate) fn children<'a>(node: &Node<'a, 'a>, name: &str) -> Vec<Node<'a, 'a>> {
    node.children().filter(|child| child.has_tag_name(name)).collect()
}

pub(crate) fn child<'a>(node: &Node<'a, 'a>, name: &str) -> Node<'a, 'a> {
    let found = children(node, name);
    assert_eq!(found.len(), 1, "{name}");
    found[0]
}

/// All text within, for a CDATA section may be in pieces.
pub(crate) fn text(node: &Node<'_, '_>) -> String {
    node.descendants()
        .filter(Node::is_text)
        .filter_map(|part| part.text())
        .collect()
}

/// The text of the `text` in an element.
pub(crate) fn said(node: &Node<'_, '_>, name: &str) -> String {
    text(&child(&child(node, name), "text")).trim().to_owned()
}

pub(crate) fn id(node: &Node<'_, '_>) -> String {
    text(&child(node, "idnumber"))
}

pub(crate) fn fractions(question: &Node<'_, '_>) -> Vec<String> {
    let answers = children(question, "answer");
    answers
        .iter()
        .map(|answer| answer.attribute("fraction").unwrap().to_owned())
        .collect()
}

/// Whether names follow a list of what must be (`name`), may be (`name?`) or may be several times (`name*`).
pub(crate) fn follows(names: &[&str], form: &[&str]) -> bool {
    let mut rest = names;
    for part in form {
        let bare = part.trim_end_matches(['*', '?']);
        let there = rest.iter().take_while(|name| **name == bare).count();
        let fits = match part.chars().last() {
            Some('*') => true,
            Some('?') => there <= 1,
            _ => there == 1,
        };
        if !fits {
            return false;
        }
        rest = &rest[there..];
    }
    rest.is_empty()
}
