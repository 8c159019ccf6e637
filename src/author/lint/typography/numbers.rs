//! Numbers: a decimal comma, thousands apart, a no-break space before the unit.

use super::Slip;
use super::glyphs::{Glyph, HOLE};

/// The units that a number is kept together with.
pub(crate) const UNITS: [&str; 36] = [
    "Ko", "Mo", "Go", "To", "Kio", "Mio", "Gio", "Tio", "octet", "octets", "s", "ms", "min", "h", "jour",
    "jours", "heure", "heures", "minute", "minutes", "seconde", "secondes", "mois", "an", "ans", "RCU",
    "WCU", "RRU", "WRU", "vCPU", "USD", "$", "€", "Mbit/s", "Gbit/s", "semaines",
];

/// The number that begins at `at`: figures and points.
fn number(line: &[Glyph], at: usize) -> &[Glyph] {
    let length = line[at..]
        .iter()
        .take_while(|glyph| glyph.is_digit() || glyph.letter == '.')
        .count();
    let points = line[at..at + length]
        .iter()
        .rev()
        .take_while(|glyph| glyph.letter == '.')
        .count();
    &line[at..at + length - points]
}

/// Where numbers begin: figures that are not the rest of a word, a version or a number.
fn starts(line: &[Glyph]) -> impl Iterator<Item = usize> {
    (0..line.len()).filter(|&at| {
        let before = at.checked_sub(1).map(|before| &line[before]);
        line[at].is_digit()
            && before.is_none_or(|before| !before.is_word() && !"-_/.,".contains(before.letter))
    })
}

/// Whether the number at `at` follows the name of what it is a version of: `Python 3.13`, `Tâches 1.1 et 1.2`.
fn is_version(line: &[Glyph], at: usize) -> bool {
    let before: String = line[..at].iter().map(|glyph| glyph.letter).collect();
    let joins = |word: &str| {
        ["et", "ou", "à"].contains(&word) || word.starts_with(|letter: char| letter.is_ascii_digit())
    };
    let name = before
        .split_whitespace()
        .rev()
        .find(|word| !joins(word))
        .unwrap_or_default();
    let name = name.trim_start_matches(['(', '*', '«', '\u{a0}']);
    name.starts_with(char::is_uppercase) || ["version", "versions", "\u{fffc}"].contains(&name)
}

/// `1,5`, never `1.5`; versions and addresses have points.
pub(super) fn decimal_points(line: &[Glyph]) -> Vec<Slip> {
    let mut found = Vec::new();
    for at in starts(line) {
        let number = number(line, at);
        let mut points = number.iter().filter(|glyph| glyph.letter == '.');
        let (Some(point), None) = (points.next(), points.next()) else {
            continue;
        };
        let next = line.get(at + number.len());
        if is_version(line, at) || next.is_some_and(Glyph::is_word) {
            continue;
        }
        let written: String = number.iter().map(|glyph| glyph.letter).collect();
        found.push(Slip {
            rule: "typography.decimal",
            place: point.place.clone(),
            message: format!("un point décimal dans «\u{a0}{written}\u{a0}»"),
            hint: "en français, écris une virgule\u{a0}; une version se met entre accents graves",
            right: None,
        });
    }
    found
}

/// Thousands are apart by a narrow no-break space, not by another one.
pub(super) fn thousands(line: &[Glyph]) -> Vec<Slip> {
    let digits = |from: usize| {
        line.get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(|glyph| glyph.is_digit())
            .count()
    };
    let mut found = Vec::new();
    for (at, glyph) in line.iter().enumerate() {
        let before = line[..at]
            .iter()
            .rev()
            .take_while(|glyph| glyph.is_digit())
            .count();
        let apart =
            matches!(glyph.letter, ' ' | '\u{a0}') && (1..=3).contains(&before) && digits(at + 1) == 3;
        let lead = at.checked_sub(before + 1).map(|lead| &line[lead]);
        if apart && lead.is_none_or(|lead| !lead.letter.is_alphabetic() && !"-_/.,".contains(lead.letter)) {
            found.push(Slip {
                rule: "typography.thousands",
                place: glyph.place.clone(),
                message: "les milliers ne sont pas séparés par une espace fine insécable (U+202F)".to_owned(),
                hint: "remplace l’espace",
                right: Some("\u{202f}".to_owned()),
            });
        }
    }
    found
}

/// Five figures or more are written in groups.
pub(super) fn long_numbers(line: &[Glyph]) -> Vec<Slip> {
    let mut found = Vec::new();
    for at in starts(line) {
        let count = line[at..].iter().take_while(|glyph| glyph.is_digit()).count();
        let next = line.get(at + count);
        let ends = next.is_none_or(|next| !next.is_word() && !"-_/.".contains(next.letter))
            || next.is_some_and(|next| {
                next.letter == '.' && line.get(at + count + 1).is_none_or(Glyph::is_space)
            });
        if (5..=9).contains(&count) && ends {
            let written: String = line[at..at + count].iter().map(|glyph| glyph.letter).collect();
            found.push(Slip {
                rule: "typography.thousands",
                place: line[at].place.clone(),
                message: format!("les milliers de «\u{a0}{written}\u{a0}» ne sont pas séparés"),
                hint: "mets une espace fine insécable (U+202F) entre les milliers, ou le nombre entre accents graves",
                right: None,
            });
        }
    }
    found
}

/// The word that begins at `at`: letters, or a sign of money.
fn word(line: &[Glyph], at: usize) -> String {
    let rest = line.get(at..).unwrap_or_default().iter();
    let letters = rest.take_while(|glyph| glyph.letter.is_alphanumeric() || "$€/".contains(glyph.letter));
    letters.map(|glyph| glyph.letter).collect()
}

/// Whether a number ends before `at`.
fn ends_a_number(line: &[Glyph], at: usize) -> bool {
    at.checked_sub(1)
        .is_some_and(|last| line[last].is_digit() || line[last].letter == HOLE)
}

/// A number and its unit stay on one line.
pub(super) fn units(line: &[Glyph]) -> Vec<Slip> {
    let apart = |(at, glyph): &(usize, &Glyph)| {
        glyph.letter == ' ' && ends_a_number(line, *at) && UNITS.contains(&word(line, at + 1).as_str())
    };
    let slip = |(at, glyph): (usize, &Glyph)| Slip {
        rule: "typography.unit",
        place: glyph.place.clone(),
        message: format!(
            "il faut une espace insécable (U+00A0) entre le nombre et «\u{a0}{}\u{a0}»",
            word(line, at + 1)
        ),
        hint: "remplace l’espace",
        right: Some("\u{a0}".to_owned()),
    };
    line.iter().enumerate().filter(apart).map(slip).collect()
}

/// `50 %` has a narrow no-break space.
pub(super) fn percents(line: &[Glyph]) -> Vec<Slip> {
    let mut found = Vec::new();
    for (at, glyph) in line.iter().enumerate().filter(|(_, glyph)| glyph.letter == '%') {
        let spaces = line[..at]
            .iter()
            .rev()
            .take_while(|glyph| glyph.is_space())
            .count();
        let start = at - spaces;
        let right = spaces == 1 && line[start].letter == '\u{202f}';
        if ends_a_number(line, start) && !right {
            found.push(Slip {
                rule: "typography.unit",
                place: line[start].place.start..glyph.place.start,
                message: "il faut une espace fine insécable (U+202F) avant «\u{a0}%\u{a0}»".to_owned(),
                hint: "remplace l’espace, ou ajoute-la",
                right: Some("\u{202f}".to_owned()),
            });
        }
    }
    found
}
