//! Near-duplicates: texts that are so alike that one is a reworded copy of the other, with other numbers or names.

/// From how alike on, of 1, one text is taken for a copy of the other. Copies that were reworded with care reach 0.43, two
/// honest questions on reads of one table 0.35; nearly all others stay below 0.1.
pub const TOO_ALIKE: f64 = 0.4;

/// Words that say nothing of what a text is about, as [`words`] gives them.
const EMPTY: &[&str] = &[
    "a", "au", "aux", "ce", "ces", "cet", "cette", "d", "dans", "de", "des", "du", "elle", "en", "est", "et",
    "il", "j", "l", "la", "le", "les", "lui", "mais", "n", "ne", "on", "ou", "par", "pas", "pour", "qu",
    "que", "qui", "s", "sa", "se", "ses", "son", "sont", "sur", "ta", "te", "tes", "ton", "tu", "un", "une",
    "y",
];

/// Letters of a word that count: the rest is mostly its ending.
const STEM: usize = 6;

/// Two texts that are too alike, by their ids.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The earlier one.
    pub first: String,
    /// The later one.
    pub second: String,
    /// From [`TOO_ALIKE`] to 1.
    pub likeness: f64,
}

/// The pairs among `texts`, given as (id, text), that are too alike, in their order.
pub fn among(texts: &[(&str, &str)]) -> Vec<Pair> {
    let prints = prints(texts);
    let pairs = (0..prints.len()).flat_map(|second| (0..second).map(move |first| (first, second)));
    pairs
        .filter_map(|(first, second)| pair(&prints[first], &prints[second]))
        .collect()
}

/// The pairs of one text of `left` and one of `right` that are too alike.
pub fn between(left: &[(&str, &str)], right: &[(&str, &str)]) -> Vec<Pair> {
    let (left, right) = (prints(left), prints(right));
    let pairs = left
        .iter()
        .flat_map(|first| right.iter().map(move |second| (first, second)));
    pairs.filter_map(|(first, second)| pair(first, second)).collect()
}

/// How alike two texts are, from 0 to 1: the share of their words and that of their pairs of words which both have, on
/// average, whatever the numbers.
pub fn likeness(left: &str, right: &str) -> f64 {
    Print::of("", left).likeness(&Print::of("", right))
}

/// Whether two texts say the same but for capitals, accents, punctuation and articles. Numbers and the order of the words
/// count, and code as it is written: in the options of a question these are what makes the difference.
pub fn same(left: &str, right: &str) -> bool {
    sequence(left) == sequence(right)
}

fn sequence(text: &str) -> Vec<String> {
    let mut said = Vec::new();
    for (rank, part) in text.split('`').enumerate() {
        if rank % 2 == 1 {
            said.push(format!("`{}", part.trim()));
        } else {
            said.extend(
                words(part).filter(|word| !["l", "la", "le", "les", "un", "une"].contains(&word.as_str())),
            );
        }
    }
    said
}

fn prints<'a>(texts: &[(&'a str, &str)]) -> Vec<Print<'a>> {
    texts.iter().map(|(id, text)| Print::of(id, text)).collect()
}

fn pair(first: &Print<'_>, second: &Print<'_>) -> Option<Pair> {
    let likeness = first.likeness(second);
    (likeness >= TOO_ALIKE).then(|| Pair {
        first: first.id.to_owned(),
        second: second.id.to_owned(),
        likeness,
    })
}

/// What is compared of a text: its words, and its pairs of neighbouring words, as sorted hashes.
struct Print<'a> {
    id: &'a str,
    words: Vec<u64>,
    pairs: Vec<u64>,
}

impl<'a> Print<'a> {
    fn of(id: &'a str, text: &str) -> Self {
        let mut stems: Vec<String> = words(text)
            .filter(|word| !EMPTY.contains(&word.as_str()))
            .map(|word| stem(&word))
            .collect();
        // `1 500` and `0,5` are one number each.
        stems.dedup_by(|next, word| next == "0" && word == "0");
        let pairs = stems.windows(2).map(|pair| hash(&pair.join(" "))).collect();
        Self {
            id,
            words: distinct(stems.iter().map(|stem| hash(stem)).collect()),
            pairs: distinct(pairs),
        }
    }

    fn likeness(&self, other: &Self) -> f64 {
        f64::midpoint(
            shared(&self.words, &other.words),
            shared(&self.pairs, &other.pairs),
        )
    }
}

/// The words of a text, in lower case and without accents.
fn words(text: &str) -> impl Iterator<Item = String> {
    let plain: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(unaccented)
        .collect();
    let words: Vec<String> = plain
        .replace('œ', "oe")
        .replace('æ', "ae")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.into_iter()
}

fn stem(word: &str) -> String {
    if word.chars().all(|c| c.is_ascii_digit()) {
        return "0".to_owned();
    }
    word.chars().take(STEM).collect()
}

fn unaccented(letter: char) -> char {
    match letter {
        'à' | 'â' | 'ä' => 'a',
        'ç' => 'c',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ÿ' => 'y',
        other => other,
    }
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn distinct(mut hashes: Vec<u64>) -> Vec<u64> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// The share of two sorted lists that both have (Jaccard's index).
#[expect(
    clippy::cast_precision_loss,
    reason = "a text has a few thousand words at most"
)]
fn shared(left: &[u64], right: &[u64]) -> f64 {
    let both = left.iter().filter(|one| right.binary_search(one).is_ok()).count();
    let all = left.len() + right.len() - both;
    if all == 0 { 0.0 } else { both as f64 / all as f64 }
}
