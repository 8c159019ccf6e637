//! Moodle XML, held against what Moodle documents of its format and accepts at an import.

use crate::form::{
    FRACTIONS, HEAD, TAIL, TYPES, child, children, follows, fractions, id, of_type, questions, said, text,
};
use crate::{SQUARE, collection, file, hard, workbook};
use base64::Engine;
use cahier::class::moodle::{Format, Several};
use roxmltree::{Document, Node};
use std::collections::{BTreeMap, BTreeSet};
use workbook::evidence::{Answer, Evidence};
use workbook::verdict::Verdict;

#[test]
fn every_question_has_the_elements_of_its_type_in_moodles_order() {
    for several in [Several::Partial, Several::AllOrNothing] {
        let text = file(workbook(), Format::Xml, several);
        assert!(
            text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"),
            "Moodle wants it first"
        );
        let document = Document::parse(&text).unwrap();
        assert!(document.root_element().has_tag_name("quiz"));
        let mut kinds = BTreeSet::new();
        for question in questions(&document) {
            assert!(question.has_tag_name("question"));
            let kind = question.attribute("type").unwrap();
            let names: Vec<&str> = question
                .children()
                .filter(Node::is_element)
                .map(|child| child.tag_name().name())
                .collect();
            if kind == "category" {
                assert_eq!(names, ["category", "info", "idnumber"]);
                continue;
            }
            kinds.insert(kind);
            let own = TYPES.iter().find(|(name, _)| *name == kind).unwrap().1;
            let form = [HEAD, own, TAIL].concat();
            assert!(follows(&names, &form), "{}: {names:?}", id(&question));
            for name in ["name", "questiontext"] {
                assert!(!said(&question, name).is_empty(), "{}", id(&question));
            }
        }
        let set = several == Several::AllOrNothing;
        assert_eq!(kinds.contains("multichoiceset"), set, "{kinds:?}");
        for kind in ["multichoice", "numerical", "shortanswer", "ordering"] {
            assert!(kinds.contains(kind), "no {kind}");
        }
    }
}

#[test]
fn fractions_are_those_that_moodle_takes_and_make_a_whole() {
    let text = file(workbook(), Format::Xml, Several::Partial);
    let document = Document::parse(&text).unwrap();
    let mut several = 0;
    for question in of_type(&document, "multichoice") {
        let fractions = fractions(&question);
        assert!(
            fractions.iter().all(|one| FRACTIONS.contains(&one.as_str())),
            "{fractions:?}"
        );
        let values: Vec<f64> = fractions.iter().map(|one| one.parse().unwrap()).collect();
        let right: Vec<f64> = values.iter().copied().filter(|value| *value > 0.0).collect();
        let sum: f64 = right.iter().sum();
        assert!((sum - 100.0).abs() < 0.001, "{}: {fractions:?}", id(&question));
        let single = super::xml::text(&child(&question, "single"));
        assert_eq!(
            single,
            if right.len() == 1 { "true" } else { "false" },
            "{}",
            id(&question)
        );
        if right.len() > 1 {
            several += 1;
            let statement = said(&question, "questiontext");
            assert!(
                values
                    .iter()
                    .all(|value| *value > 0.0 || (*value + 100.0).abs() < 1e-9),
                "{statement}: {fractions:?}"
            );
        } else {
            assert!(values.iter().all(|value| *value >= 0.0), "{fractions:?}");
        }
    }
    assert!(several > 10, "{several} questions with several right options");
    for question in of_type(&document, "ordering") {
        let places: Vec<f64> = fractions(&question)
            .iter()
            .map(|one| one.parse().unwrap())
            .collect();
        let expected: Vec<f64> = (1..=u32::try_from(places.len()).unwrap())
            .map(f64::from)
            .collect();
        assert_eq!(places, expected, "{}", id(&question));
        assert_eq!(
            super::xml::text(&child(&question, "selectcount")),
            places.len().to_string()
        );
    }
    let text = file(workbook(), Format::Xml, Several::AllOrNothing);
    let document = Document::parse(&text).unwrap();
    let sets = of_type(&document, "multichoiceset");
    assert_eq!(sets.len(), several);
    for question in sets {
        let fractions = fractions(&question);
        assert!(
            fractions.iter().all(|one| one == "100" || one == "0"),
            "{fractions:?}"
        );
    }
}

#[test]
fn categories_are_paths_below_the_course_and_ids_are_stable_and_unique() {
    let text = file(workbook(), Format::Xml, Several::Partial);
    assert_eq!(text, file(workbook(), Format::Xml, Several::Partial));
    let document = Document::parse(&text).unwrap();
    let mut seen = BTreeSet::new();
    for question in questions(&document) {
        let id = id(&question);
        assert!((1..=100).contains(&id.len()), "{id}");
        assert!(seen.insert(id.clone()), "{id} twice");
        if question.attribute("type") == Some("category") {
            let path = said(&question, "category");
            assert!(path.starts_with("$course$/top/Cahier/"), "{path}");
            assert!(path.split('/').count() >= 5, "{path}");
        }
    }
    assert_eq!(questions(&document)[0].attribute("type"), Some("category"));
    for question in workbook().bank().questions() {
        assert!(seen.contains(&question.id), "{}", question.id);
    }
}

#[test]
fn every_exercise_is_exported_or_named_with_a_reason() {
    let made = collection(workbook(), Format::Xml);
    let mut variants: BTreeMap<String, usize> = BTreeMap::new();
    for question in made.questions() {
        let id = question
            .id
            .rsplit_once("-g")
            .filter(|(_, seed)| seed.parse::<u64>().is_ok());
        let id = id.map_or(question.id.as_str(), |(id, _)| id);
        *variants.entry(id.to_owned()).or_default() += 1;
    }
    let left: BTreeSet<&str> = made.left_out.iter().map(|left| left.exercise.as_str()).collect();
    for spec in workbook()
        .lessons()
        .iter()
        .flat_map(workbook::lesson::Lesson::exercises)
    {
        let count = variants.get(&spec.id).copied().unwrap_or(0);
        assert_eq!(count == 0, left.contains(spec.id.as_str()), "{}", spec.id);
        if count > 0 {
            let few = made
                .few
                .iter()
                .find(|(id, _)| *id == spec.id)
                .map(|(_, count)| *count);
            let expected = if spec.seeded { few.unwrap_or(3) } else { 1 };
            assert_eq!(count, expected, "{}", spec.id);
        }
        if ["number", "choice", "prediction"].contains(&spec.kind) {
            assert!(count > 0, "{} is left out", spec.id);
        }
    }
    assert!(made.left_out.iter().all(|left| left.why.len() > 10));
}

/// An exercise of the lessons as Moodle has it, drawn again, and how Cahier judges an answer to it.
fn judged(id: &str, answer: &str) -> Option<Verdict> {
    let (id, seed) = match id.rsplit_once("-g") {
        Some((id, seed)) if seed.parse::<u64>().is_ok() => (id, seed.parse().unwrap()),
        _ => (id, 0),
    };
    let drawn = (workbook().exercise(id)?.1.draw)(seed);
    Some(drawn.exercise.judge(&Evidence {
        answer: Some(Answer::Text(answer.to_owned())),
        ..Evidence::default()
    }))
}

#[test]
fn what_moodle_takes_for_right_or_wrong_is_what_cahier_takes_for_it() {
    let text = file(workbook(), Format::Xml, Several::Partial);
    let document = Document::parse(&text).unwrap();
    let mut misconceptions = 0;
    for kind in ["numerical", "shortanswer"] {
        for question in of_type(&document, kind) {
            let id = id(&question);
            let mut right = 0;
            for answer in children(&question, "answer") {
                let value = super::xml::text(&child(&answer, "text"));
                if value == "*" {
                    assert_eq!(answer.attribute("fraction"), Some("0"), "{id}");
                    assert_eq!(
                        answer.next_sibling_element(),
                        children(&question, "units")
                            .first()
                            .copied()
                            .or(Some(child(&question, "unitgradingtype")))
                    );
                    continue;
                }
                let verdict = judged(&id, &value.replace("\\*", "*")).unwrap();
                if answer.attribute("fraction").unwrap() == "100" {
                    right += 1;
                    assert!(matches!(verdict, Verdict::Passed(_)), "{id}: {value}");
                } else {
                    misconceptions += 1;
                    assert!(verdict.misconception().is_some(), "{id}: {value} {verdict:?}");
                    assert!(!said(&answer, "feedback").is_empty(), "{id}: {value}");
                }
            }
            assert!(right > 0, "{id}");
        }
    }
    assert!(misconceptions > 100, "{misconceptions}");
}

#[test]
fn units_convert_as_moodle_does() {
    let book = hard();
    let text = file(&book, Format::Xml, Several::Partial);
    let document = Document::parse(&text).unwrap();
    let duration = of_type(&document, "numerical")[0];
    let units: Vec<(String, f64)> = children(&child(&duration, "units"), "unit")
        .iter()
        .map(|unit| {
            let part = |name: &str| super::xml::text(&child(unit, name));
            (part("unit_name"), part("multiplier").parse().unwrap())
        })
        .collect();
    // Moodle's first unit has the multiplier 1, and a value in another one is divided by that one's.
    assert_eq!(units[0], ("s".to_owned(), 1.0));
    assert_eq!(units[1].0, "min");
    assert!((2.0 / units[1].1 - 120.0).abs() < 1e-6, "{units:?}");
    assert_eq!(super::xml::text(&child(&duration, "showunits")), "0");
    assert_eq!(super::xml::text(&child(&duration, "defaultgrade")), "2");
    assert_eq!(children(&duration, "hint").len(), 3);
}

#[test]
fn html_is_whole_and_its_images_go_with_it() {
    let hard = hard();
    for book in [workbook(), &hard] {
        let text = file(book, Format::Xml, Several::Partial);
        let document = Document::parse(&text).unwrap();
        for node in document
            .descendants()
            .filter(|node| node.attribute("format") == Some("html"))
        {
            let html = text_of(&node);
            Document::parse(&format!("<x>{html}</x>")).unwrap_or_else(|error| panic!("{error}: {html}"));
            let shown: Vec<&str> = html
                .split("@@PLUGINFILE@@/")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .collect();
            let files = children(&node, "file");
            let names: Vec<&str> = files.iter().filter_map(|file| file.attribute("name")).collect();
            assert_eq!(shown, names, "{html}");
            for file in files {
                assert_eq!(
                    (file.attribute("path"), file.attribute("encoding")),
                    (Some("/"), Some("base64"))
                );
                let bytes = base64::engine::general_purpose::STANDARD
                    .decode(super::xml::text(&file))
                    .unwrap();
                assert_eq!(String::from_utf8(bytes).unwrap(), SQUARE);
            }
        }
    }
    let text = file(&hard, Format::Xml, Several::Partial);
    let document = Document::parse(&text).unwrap();
    let question = of_type(&document, "multichoice")[0];
    assert_eq!(children(&child(&question, "questiontext"), "file").len(), 1);
}

fn text_of(node: &Node<'_, '_>) -> String {
    text(&child(node, "text"))
}

#[test]
fn signs_accents_and_spaces_come_through() {
    let hard = hard();
    let text = file(&hard, Format::Xml, Several::Partial);
    let document = Document::parse(&text).unwrap();
    let question = of_type(&document, "multichoice")[0];
    assert_eq!(
        said(&question, "name"),
        "Des signes\u{a0}: ~ = # { } \\ ]]> & <b>"
    );
    let statement = said(&question, "questiontext");
    for part in [
        "Regarde\u{a0}:",
        "<table class=\"table table-bordered\">",
        "<code>{1}</code>",
        "&lt;script&gt;",
        "<pre><code class=\"language-rust",
        "let b = \"]]&gt;\";",
    ] {
        assert!(
            statement.replace("&quot;", "\"").contains(part),
            "{part}: {statement}"
        );
    }
    let answers = children(&question, "answer");
    assert_eq!(answers.len(), 4);
    let feedback = said(
        &answers
            .iter()
            .find(|one| text_of(one).starts_with("a = b"))
            .copied()
            .unwrap(),
        "feedback",
    );
    assert!(
        feedback.contains("<code>x = {1: 2}</code> ~ #1 \\n ]]&gt; et « été »."),
        "{feedback}"
    );
    let categories = of_type(&document, "category");
    let path = said(&categories[0], "category");
    assert_eq!(
        path,
        "$course$/top/Cahier/Le dur // l’été\u{a0}: ~ = # { } !/Exercices"
    );
}
