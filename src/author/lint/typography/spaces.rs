//! Spaces: before high punctuation, inside French quotes, and never two in a row.

use super::Slip;
use super::glyphs::Glyph;

const RULE: &str = "typography.space";
const NO_BREAK: char = '\u{a0}';
const NARROW: char = '\u{202f}';

/// The space that goes before a mark.
fn before(mark: char) -> Option<char> {
    match mark {
        ':' | '»' => Some(NO_BREAK),
        ';' | '!' | '?' => Some(NARROW),
        _ => None,
    }
}

fn name(space: char) -> &'static str {
    if space == NARROW {
        "une espace fine insécable (U+202F)"
    } else {
        "une espace insécable (U+00A0)"
    }
}

/// Where the spaces before `at` begin.
fn spaces_before(line: &[Glyph], at: usize) -> usize {
    let spaces = line[..at]
        .iter()
        .rev()
        .take_while(|glyph| glyph.is_space())
        .count();
    at - spaces
}

/// Whether the mark at `at` ends a word or a sentence: `10:30` and `a;b` are no punctuation.
fn punctuates(line: &[Glyph], at: usize) -> bool {
    let next = line.get(at + 1).map(|glyph| glyph.letter);
    let follows = match line[at].letter {
        '»' => "",
        ':' => "*_|",
        ';' => "*_|»",
        _ => "*_|»)]!?….,",
    };
    line[at].letter == '»'
        || next.is_none_or(|next| {
            next.is_whitespace() || "\u{a0}\u{202f}".contains(next) || follows.contains(next)
        })
}

/// `:`, `;`, `!`, `?` and `»` have their space before them, and no other.
pub(super) fn before_marks(line: &[Glyph]) -> Vec<Slip> {
    let mut found = Vec::new();
    for (at, glyph) in line.iter().enumerate() {
        let Some(wanted) = before(glyph.letter).filter(|_| punctuates(line, at)) else {
            continue;
        };
        let start = spaces_before(line, at);
        let previous = start.checked_sub(1).map(|before| line[before].letter);
        let alone = previous.is_none_or(|previous| "!?(|".contains(previous));
        let right = at - start == 1 && line[start].letter == wanted;
        if alone || right {
            continue;
        }
        found.push(Slip {
            rule: RULE,
            place: line
                .get(start)
                .map_or(glyph.place.start, |first| first.place.start)..glyph.place.start,
            message: format!("il faut {} avant «\u{a0}{}\u{a0}»", name(wanted), glyph.letter),
            hint: "remplace l’espace, ou ajoute-la",
            right: Some(wanted.to_string()),
        });
    }
    found
}

/// `«` has a no-break space after it.
pub(super) fn after_opening_quote(line: &[Glyph]) -> Vec<Slip> {
    let mut found = Vec::new();
    for (at, glyph) in line.iter().enumerate().filter(|(_, glyph)| glyph.letter == '«') {
        let count = line[at + 1..].iter().take_while(|glyph| glyph.is_space()).count();
        let right = count == 1 && line[at + 1].letter == NO_BREAK;
        let Some(next) = line.get(at + 1 + count).filter(|_| !right) else {
            continue;
        };
        found.push(Slip {
            rule: RULE,
            place: glyph.place.end..next.place.start,
            message: format!("il faut {} après «\u{a0}«\u{a0}»", name(NO_BREAK)),
            hint: "remplace l’espace, ou ajoute-la",
            right: Some(NO_BREAK.to_string()),
        });
    }
    found
}

/// Between two words there is one space.
pub(super) fn doubled(line: &[Glyph]) -> Vec<Slip> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < line.len() {
        let count = line[at..].iter().take_while(|glyph| glyph.is_space()).count();
        let (before, after) = (
            at.checked_sub(1).map(|before| &line[before]),
            line.get(at + count),
        );
        if let (2.., Some(before), Some(after)) = (count, before, after)
            && before.letter != '|'
            && before.letter != '«'
            && after.letter != '|'
            && super::spaces::before(after.letter).is_none()
        {
            found.push(Slip {
                rule: "typography.double-space",
                place: line[at].place.start..after.place.start,
                message: format!("{count} espaces de suite"),
                hint: "garde une seule espace",
                right: Some(" ".to_owned()),
            });
        }
        at += count.max(1);
    }
    found
}
