//! Figures: a section that states one names the page that it comes from, or says that it is made up.

use super::Subject;
use super::typography::lines;
use crate::author::finding::Finding;
use std::ops::Range;
use workbook::parse::{Passage, PassageKind};

/// What is counted in, in a statement about AWS.
const UNITS: [&str; 38] = [
    "Ko", "Mo", "Go", "To", "Kio", "Mio", "Gio", "Tio", "octet", "octets", "s", "ms", "min", "h", "jour",
    "jours", "heure", "heures", "minute", "minutes", "seconde", "secondes", "mois", "an", "ans", "semaine",
    "semaines", "RCU", "WCU", "RRU", "WRU", "vCPU", "USD", "$", "€", "%", "Mbit/s", "Gbit/s",
];

/// Sections of prose that state a figure and have no source.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let last = subject.passages.last().map_or(0, |passage| passage.section);
    (0..=last)
        .filter_map(|section| unsourced(subject, section))
        .collect()
}

fn unsourced(subject: &Subject<'_>, section: usize) -> Option<Finding> {
    let prose = |passage: &&Passage| passage.section == section && passage.kind == PassageKind::Prose;
    let mut passages = subject.passages.iter().filter(prose);
    let (place, figure) = passages.clone().find_map(figure)?;
    if passages.any(|passage| is_sourced(&passage.text)) {
        return None;
    }
    let message =
        format!("«\u{a0}{figure}\u{a0}»\u{a0}: la section énonce un chiffre sans dire d’où il vient");
    Some(Finding::new(subject.file, place.start, "figure", message).hint(
        "ajoute à la section un lien https vers la page qui le donne, ou dis que le chiffre est fictif",
    ))
}

fn is_sourced(text: &str) -> bool {
    let lower = text.to_lowercase();
    let made_up = lower
        .split(|letter: char| !letter.is_alphanumeric())
        .any(|word| ["fictif", "fictifs", "fictive", "fictives"].contains(&word));
    made_up || lower.contains("](https://") || lower.contains("<https://")
}

/// The first number with a unit, and its place.
fn figure(passage: &Passage) -> Option<(Range<usize>, String)> {
    for line in lines(passage) {
        for at in 0..line.len() {
            let first =
                line[at].is_digit() && !at.checked_sub(1).is_some_and(|before| line[before].is_word());
            if !first {
                continue;
            }
            let inner = |letter: char| letter.is_ascii_digit() || ",.\u{202f}\u{a0} ".contains(letter);
            let length = line[at..].iter().take_while(|glyph| inner(glyph.letter)).count();
            let rest = line[at + length..].iter();
            let unit: String = rest
                .map(|glyph| glyph.letter)
                .take_while(|letter| letter.is_alphanumeric() || "$€%/".contains(*letter))
                .collect();
            if UNITS.contains(&unit.as_str()) {
                let number: String = line[at..at + length].iter().map(|glyph| glyph.letter).collect();
                return Some((line[at].place.clone(), format!("{number}{unit}")));
            }
        }
    }
    None
}
