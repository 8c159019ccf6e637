//! A reader of GIFT, made from Moodle's documentation of the format and from nothing that writes it.

use std::collections::BTreeMap;

/// A question as it was read.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Read {
    pub(crate) category: String,
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) numerical: bool,
    pub(crate) answers: Vec<ReadAnswer>,
    pub(crate) comment: String,
    pub(crate) tags: Vec<String>,
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct ReadAnswer {
    pub(crate) equal: bool,
    pub(crate) weight: Option<f64>,
    pub(crate) text: String,
    pub(crate) feedback: String,
}

/// A sign, and whether a backslash stood before it.
type Sign = (char, bool);

/// All questions of a file by the ids of their comments.
pub(crate) fn read(file: &str) -> BTreeMap<String, Read> {
    let mut category = String::new();
    let mut found = BTreeMap::new();
    // A blank line ends a question, and nothing else does.
    for part in file.split("\n\n").map(str::trim).filter(|part| !part.is_empty()) {
        if let Some(name) = part.strip_prefix("$CATEGORY: ") {
            name.clone_into(&mut category);
            continue;
        }
        let (comments, lines): (Vec<&str>, Vec<&str>) =
            part.lines().partition(|line| line.trim_start().starts_with("//"));
        if lines.is_empty() {
            continue;
        }
        let comments = comments.join("\n");
        let id = between(&comments, "[id:", "]").next().unwrap();
        let mut question = question(&signs(&lines.join("\n")));
        question.category.clone_from(&category);
        question.tags = between(&comments, "[tag:", "]").collect();
        assert!(found.insert(id.clone(), question).is_none(), "{id} twice");
    }
    found
}

fn between<'a>(text: &'a str, open: &'a str, close: &'a str) -> impl Iterator<Item = String> + 'a {
    let parts = text.split(open).skip(1);
    parts
        .filter_map(move |part| part.split_once(close))
        .map(|(inner, _)| inner.to_owned())
}

/// `\n` is a line's end, and a backslash before another sign makes it an ordinary one.
fn signs(text: &str) -> Vec<Sign> {
    let mut found = Vec::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next().unwrap() {
                'n' => found.push(('\n', true)),
                other => {
                    assert!("~=#{}:\\".contains(other), "\\{other} is no escape");
                    found.push((other, true));
                }
            },
            other => found.push((other, false)),
        }
    }
    found
}

fn find(signs: &[Sign], wanted: &str) -> Option<usize> {
    let wanted: Vec<Sign> = wanted.chars().map(|letter| (letter, false)).collect();
    signs.windows(wanted.len()).position(|part| part == wanted)
}

fn plain(signs: &[Sign]) -> String {
    let text: String = signs.iter().map(|(letter, _)| *letter).collect();
    text.trim().to_owned()
}

fn question(signs: &[Sign]) -> Read {
    assert_eq!(find(signs, "::"), Some(0), "{}", plain(signs));
    let rest = &signs[2..];
    let end = find(rest, "::").unwrap();
    let (name, rest) = (plain(&rest[..end]), &rest[end + 2..]);
    assert_eq!(find(rest, "[html]"), Some(0), "{name}");
    let rest = &rest["[html]".len()..];
    let (open, close) = (find(rest, "{").unwrap(), find(rest, "}").unwrap());
    assert_eq!(close + 1, rest.len(), "{name}: text after the answers");
    let text = plain(&rest[..open]);
    let mut inner = &rest[open + 1..close];
    let numerical = inner.first() == Some(&('#', false));
    if numerical {
        inner = &inner[1..];
    }
    let mut comment = String::new();
    if let Some(at) = find(inner, "####") {
        comment = plain(&inner[at + 4..]);
        inner = &inner[..at];
    }
    Read {
        name,
        text,
        numerical,
        answers: answers(inner),
        comment,
        ..Read::default()
    }
}

fn answers(signs: &[Sign]) -> Vec<ReadAnswer> {
    let marks: Vec<usize> = (0..signs.len())
        .filter(|at| matches!(signs[*at], ('~' | '=', false)))
        .collect();
    let ends = marks.iter().skip(1).copied().chain([signs.len()]);
    let mut found = Vec::new();
    for (start, end) in marks.iter().copied().zip(ends) {
        let mut body = &signs[start + 1..end];
        let mut weight = None;
        if body.first() == Some(&('%', false)) {
            let close = 1 + find(&body[1..], "%").unwrap();
            weight = plain(&body[1..close]).parse().ok();
            body = &body[close + 1..];
        }
        let (text, feedback) = match find(body, "#") {
            Some(at) => (&body[..at], &body[at + 1..]),
            None => (body, &body[..0]),
        };
        found.push(ReadAnswer {
            equal: signs[start].0 == '=',
            weight,
            text: plain(text),
            feedback: plain(feedback),
        });
    }
    found
}
