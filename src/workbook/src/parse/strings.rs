//! The strings of a TOML block that a learner reads, each byte with its place in the file.

use super::located::Located;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// The keys whose strings are shown.
const SHOWN: [&str; 5] = ["titre", "texte", "explication", "pourquoi", "enonce"];

/// The tables whose strings are files, policies and values, whatever their keys.
const DATA: [&str; 5] = ["fichiers", "modele", "autres", "attendu", "parametres"];

/// A text, and the place of each of its bytes and of its end.
pub(crate) type Shown = (String, Vec<usize>);

/// The strings of a block that are shown, in its order; none where it is no TOML.
pub(crate) fn shown(block: &Located) -> Vec<Shown> {
    let Ok(table) = DeTable::parse(&block.text) else {
        return Vec::new();
    };
    let mut spans = Vec::new();
    gather(table.get_ref(), &mut spans);
    spans.sort_by_key(|span| span.start);
    let start = block.place(&(0..0)).start;
    let read = |span: Range<usize>| string(&block.text[span.clone()], start + span.start);
    spans.into_iter().map(read).collect()
}

fn gather(table: &DeTable<'_>, spans: &mut Vec<Range<usize>>) {
    for (key, value) in table {
        let key: &str = key.get_ref();
        match value.get_ref() {
            DeValue::String(_) if SHOWN.contains(&key) => spans.push(value.span()),
            inner if !DATA.contains(&key) => within(inner, spans),
            _ => {}
        }
    }
}

fn within(value: &DeValue<'_>, spans: &mut Vec<Range<usize>>) {
    match value {
        DeValue::Table(inner) => gather(inner, spans),
        DeValue::Array(items) => items.iter().for_each(|item| within(item.get_ref(), spans)),
        _ => {}
    }
}

/// What a TOML string says, as it is written at `start`.
fn string(written: &str, start: usize) -> Shown {
    let quotes = ["\"\"\"", "'''", "\"", "'"];
    let quote = quotes
        .into_iter()
        .find(|quote| written.starts_with(quote))
        .unwrap_or_default();
    let mut inner = written
        .get(quote.len()..written.len() - quote.len())
        .unwrap_or_default();
    let mut start = start + quote.len();
    if quote.len() == 3 && inner.starts_with('\n') {
        inner = &inner[1..];
        start += 1;
    }
    if quote.starts_with('\'') {
        return (inner.to_owned(), (start..=start + inner.len()).collect());
    }
    unescaped(inner, start)
}

fn unescaped(inner: &str, start: usize) -> Shown {
    let (mut text, mut places, mut at) = (String::new(), Vec::new(), 0);
    while let Some(letter) = inner[at..].chars().next() {
        let (said, length) = match letter {
            '\\' => escape(&inner[at..]),
            letter => (Some(letter), letter.len_utf8()),
        };
        if let Some(said) = said {
            text.push(said);
            let last = length.saturating_sub(1);
            places.extend((0..said.len_utf8()).map(|byte| start + at + byte.min(last)));
        }
        at += length;
    }
    places.push(start + at);
    (text, places)
}

/// What an escape says, and its length; nothing for the end of a line.
fn escape(written: &str) -> (Option<char>, usize) {
    let letter = written[1..].chars().next().unwrap_or('\\');
    let digits = match letter {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        letter if letter.is_whitespace() => {
            let rest = written[1..].trim_start();
            return (None, written.len() - rest.len());
        }
        _ => 0,
    };
    if digits > 0 {
        let code = written
            .get(2..2 + digits)
            .and_then(|hex| u32::from_str_radix(hex, 16).ok());
        return (code.and_then(char::from_u32), (2 + digits).min(written.len()));
    }
    let said = match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' | 'f' | 'e' => ' ',
        other => other,
    };
    (Some(said), (1 + letter.len_utf8()).min(written.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(block: &str) -> Vec<String> {
        let shown = shown(&Located::at(block, 0));
        shown.into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn strings_of_every_form_are_read() {
        let block =
            "titre = \"l\\u2019été\"\ntexte = '''\na\\b'''\nexplication = \"\"\"\nun \\\n  deux\"\"\"\n";
        assert_eq!(texts(block), ["l’été", "a\\b", "un deux"]);
    }

    #[test]
    fn what_no_learner_reads_is_left_out() {
        let block = "genre = \"a\"\n[[autres]]\ntexte = \"b\"\n[[essai]]\npourquoi = \"c\"\nattendu = { texte = \"d\" }\n";
        assert_eq!(texts(block), ["c"]);
        assert_eq!(texts("titre = "), [""; 0]);
    }
}
