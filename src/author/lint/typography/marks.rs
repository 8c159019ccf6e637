//! Marks: curved apostrophes, one character for an ellipsis, no straight quotes.

use super::Slip;
use super::glyphs::Glyph;

/// An apostrophe between two letters is curved.
pub(super) fn apostrophes(line: &[Glyph]) -> Vec<Slip> {
    let elides = |window: &&[Glyph]| {
        let follows = window[2].is_word() || "«*_`".contains(window[2].letter);
        window[1].letter == '\'' && window[0].letter.is_alphanumeric() && follows
    };
    let slip = |window: &[Glyph]| Slip {
        rule: "typography.apostrophe",
        place: window[1].place.clone(),
        message: "une apostrophe droite".to_owned(),
        hint: "écris ’ (U+2019)",
        right: Some("’".to_owned()),
    };
    line.windows(3).filter(elides).map(slip).collect()
}

/// Three points are one character.
pub(super) fn ellipses(line: &[Glyph]) -> Vec<Slip> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < line.len() {
        let count = line[at..].iter().take_while(|glyph| glyph.letter == '.').count();
        if count >= 3 {
            found.push(Slip {
                rule: "typography.ellipsis",
                place: line[at].place.start..line[at + count - 1].place.end,
                message: format!("{count} points au lieu de points de suspension"),
                hint: "écris … (U+2026)",
                right: Some("…".to_owned()),
            });
        }
        at += count.max(1);
    }
    found
}

/// French quotes are « and ».
pub(super) fn straight_quotes(line: &[Glyph]) -> Vec<Slip> {
    let straight = line.iter().filter(|glyph| glyph.letter == '"');
    let slip = |glyph: &Glyph| Slip {
        rule: "typography.quotes",
        place: glyph.place.clone(),
        message: "un guillemet droit".to_owned(),
        hint: "écris «\u{a0}…\u{a0}», ou mets un bout de code entre accents graves",
        right: None,
    };
    straight.map(slip).collect()
}
