//! Moodle XML: each question with all that Moodle keeps of it, in the order in which Moodle itself writes it.

use super::gift::{lines, path};
use super::html::html;
use super::{Category, Collection, Question, Several, is_several, numbers};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Writer;
use quick_xml::events::{BytesCData, BytesDecl, BytesText, Event};
use std::io::{self, Error};
use workbook::exercise::{Quiz, QuizAnswer, QuizOption};
use workbook::images::Images;

type Xml = Writer<Vec<u8>>;

/// What is said of an answer as a whole.
const COMBINED: [(&str, &str); 3] = [
    ("correctfeedback", "Ta réponse est juste."),
    ("partiallycorrectfeedback", "Ta réponse est juste en partie."),
    ("incorrectfeedback", "Ta réponse n’est pas encore juste."),
];

/// What is said of a number that no misconception explains.
const UNEXPLAINED: &str = "Ce n’est pas encore juste. Reprends le calcul étape par étape, et vérifie l’ordre de grandeur et les unités.";

/// The text of a file.
pub(super) fn written(collection: &Collection, several: Several) -> io::Result<String> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    within(&mut xml, "quiz", |xml| {
        for category in &collection.categories {
            self::category(xml, category)?;
            for question in &category.questions {
                self::question(xml, question, several)?;
            }
        }
        Ok(())
    })?;
    let mut text = String::from_utf8(xml.into_inner()).map_err(Error::other)?;
    text.push('\n');
    Ok(text)
}

fn category(xml: &mut Xml, category: &Category) -> io::Result<()> {
    typed(xml, "category", |xml| {
        within(xml, "category", |xml| data(xml, "text", &path(category)))?;
        rich(xml, "info", &category.about, &Images::new())?;
        plain(xml, "idnumber", &category.id)
    })
}

fn question(xml: &mut Xml, question: &Question, several: Several) -> io::Result<()> {
    let all = several == Several::AllOrNothing && is_several(&question.quiz);
    let kind = match &question.quiz {
        Quiz::Number { .. } => "numerical",
        Quiz::Choice { .. } if all => "multichoiceset",
        Quiz::Choice { .. } => "multichoice",
        Quiz::Ordering { .. } => "ordering",
        Quiz::Line { .. } => "shortanswer",
    };
    let images = &question.images;
    typed(xml, kind, |xml| {
        within(xml, "name", |xml| data(xml, "text", &question.name))?;
        rich(xml, "questiontext", &question.statement, images)?;
        rich(xml, "generalfeedback", &question.comment, images)?;
        plain(xml, "defaultgrade", &numbers::plain(question.points))?;
        plain(xml, "penalty", "0.3333333")?;
        plain(xml, "hidden", "0")?;
        plain(xml, "idnumber", &question.id)?;
        match &question.quiz {
            Quiz::Number {
                right,
                tolerance,
                units,
                wrong,
            } => number(xml, (*right, *tolerance), units, wrong, images)?,
            Quiz::Choice { options, shuffled } => choice(xml, options, *shuffled, all, images)?,
            Quiz::Ordering { steps } => ordering(xml, steps, images)?,
            Quiz::Line { right, wrong } => line(xml, right, wrong, images)?,
        }
        for hint in &question.hints {
            rich(xml, "hint", hint, images)?;
        }
        within(xml, "tags", |xml| {
            for tag in &question.tags {
                within(xml, "tag", |xml| data(xml, "text", tag))?;
            }
            Ok(())
        })
    })
}

/// The units that Moodle converts by are written with how many of them make the first one.
fn number(
    xml: &mut Xml,
    (right, tolerance): (f64, f64),
    units: &[(String, f64)],
    wrong: &[QuizAnswer<f64>],
    images: &Images,
) -> io::Result<()> {
    let converts = |unit: &(String, f64)| (unit.1 - 1.0).abs() > f64::EPSILON;
    let converted = units.iter().any(converts);
    let value = |xml: &mut Xml, fraction: &str, value: f64, explanation: &str| {
        let tolerance = numbers::tolerance(value, tolerance, converted);
        numerical(
            xml,
            fraction,
            &numbers::plain(value),
            &tolerance,
            (explanation, images),
        )
    };
    value(xml, "100", right, "")?;
    for wrong in wrong {
        value(xml, "0", wrong.value, &wrong.explanation)?;
    }
    numerical(xml, "0", "*", "0", (UNEXPLAINED, images))?;
    if !units.is_empty() {
        let mut units: Vec<&(String, f64)> = units.iter().collect();
        units.sort_by_key(|unit| converts(unit));
        within(xml, "units", |xml| {
            units.into_iter().try_for_each(|(name, factor)| {
                within(xml, "unit", |xml| {
                    plain(xml, "multiplier", &numbers::plain(1.0 / factor))?;
                    plain(xml, "unit_name", name)
                })
            })
        })?;
    }
    // A unit may be given, and need not be.
    plain(xml, "unitgradingtype", "0")?;
    plain(xml, "unitpenalty", "0.1")?;
    plain(xml, "showunits", if units.is_empty() { "3" } else { "0" })?;
    plain(xml, "unitsleft", "0")
}

fn numerical(
    xml: &mut Xml,
    fraction: &str,
    value: &str,
    tolerance: &str,
    (explanation, images): (&str, &Images),
) -> io::Result<()> {
    let attributes = [("fraction", fraction), ("format", "moodle_auto_format")];
    element(xml, "answer", &attributes, |xml| {
        plain(xml, "text", value)?;
        rich(xml, "feedback", explanation, images)?;
        plain(xml, "tolerance", tolerance)
    })
}

fn choice(
    xml: &mut Xml,
    options: &[QuizOption],
    shuffled: bool,
    all: bool,
    images: &Images,
) -> io::Result<()> {
    let right = options.iter().filter(|option| option.right).count();
    if !all {
        plain(xml, "single", if right == 1 { "true" } else { "false" })?;
    }
    plain(xml, "shuffleanswers", if shuffled { "true" } else { "false" })?;
    plain(xml, "answernumbering", "ABCD")?;
    if !all {
        plain(xml, "showstandardinstruction", "0")?;
    }
    for (name, words) in COMBINED {
        // With all or nothing, nothing is right in part.
        if !(all && name.starts_with("partially")) {
            rich(xml, name, words, images)?;
        }
    }
    for option in options {
        let fraction = match (all, option.right) {
            (true, true) => "100",
            (true, false) => "0",
            (false, _) => numbers::fraction(option, options),
        };
        answer(xml, fraction, &option.text, &option.explanation, images)?;
    }
    Ok(())
}

/// Here the fraction is the place of a step.
fn ordering(xml: &mut Xml, steps: &[String], images: &Images) -> io::Result<()> {
    plain(xml, "layouttype", "VERTICAL")?;
    plain(xml, "selecttype", "ALL")?;
    plain(xml, "selectcount", &steps.len().to_string())?;
    plain(xml, "gradingtype", "ALL_OR_NOTHING")?;
    plain(xml, "showgrading", "SHOW")?;
    plain(xml, "numberingstyle", "none")?;
    for (name, words) in COMBINED {
        rich(xml, name, words, images)?;
    }
    for (place, step) in (1..).zip(steps) {
        answer(xml, &format!("{place}.0000000"), step, "", images)?;
    }
    Ok(())
}

fn line(xml: &mut Xml, right: &str, wrong: &[QuizAnswer<String>], images: &Images) -> io::Result<()> {
    plain(xml, "usecase", "0")?;
    let answer = |xml: &mut Xml, fraction: &str, value: &str, explanation: &str| {
        let attributes = [("fraction", fraction), ("format", "moodle_auto_format")];
        lines(value).iter().try_for_each(|value| {
            element(xml, "answer", &attributes, |xml| {
                data(xml, "text", value)?;
                rich(xml, "feedback", explanation, images)
            })
        })
    };
    answer(xml, "100", right, "")?;
    wrong
        .iter()
        .try_for_each(|wrong| answer(xml, "0", &wrong.value, &wrong.explanation))
}

fn answer(xml: &mut Xml, fraction: &str, text: &str, explanation: &str, images: &Images) -> io::Result<()> {
    let text = html(text, images);
    element(
        xml,
        "answer",
        &[("fraction", fraction), ("format", "html")],
        |xml| {
            data(xml, "text", &text.text)?;
            files(xml, &text.files)?;
            rich(xml, "feedback", explanation, images)
        },
    )
}

/// `<question type="…">`.
fn typed(xml: &mut Xml, kind: &str, inner: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<()> {
    element(xml, "question", &[("type", kind)], inner)
}

fn within(xml: &mut Xml, name: &str, inner: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<()> {
    element(xml, name, &[], inner)
}

fn element(
    xml: &mut Xml,
    name: &str,
    attributes: &[(&str, &str)],
    inner: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    let element = xml
        .create_element(name)
        .with_attributes(attributes.iter().copied());
    element.write_inner_content(inner).map(|_| ())
}

/// Markdown as HTML with its files.
fn rich(xml: &mut Xml, name: &str, markdown: &str, images: &Images) -> io::Result<()> {
    let html = html(markdown, images);
    element(xml, name, &[("format", "html")], |xml| {
        data(xml, "text", &html.text)?;
        files(xml, &html.files)
    })
}

fn files(xml: &mut Xml, files: &[(String, std::sync::Arc<str>)]) -> io::Result<()> {
    files.iter().try_for_each(|(name, svg)| {
        let attributes = [("name", name.as_str()), ("path", "/"), ("encoding", "base64")];
        let file = xml.create_element("file").with_attributes(attributes);
        file.write_text_content(BytesText::new(&STANDARD.encode(svg.as_bytes())))
            .map(|_| ())
    })
}

fn plain(xml: &mut Xml, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name)
        .write_text_content(BytesText::new(text))
        .map(|_| ())
}

/// A text that may hold anything: XML has no place for most control characters, not even escaped.
fn data(xml: &mut Xml, name: &str, text: &str) -> io::Result<()> {
    let kept = |sign: &char| !sign.is_control() || matches!(sign, '\t' | '\n');
    let text: String = text.chars().filter(kept).collect();
    within(xml, name, |xml| {
        BytesCData::escaped(&text).try_for_each(|part| xml.write_event(Event::CData(part)))
    })
}
