//! Which cells make sense on a real account: one table of what only the simulator does, and what depends on it.

use super::names;
use super::run::Whereabouts;
use simulator::{ACCOUNT, REGION};
use std::collections::{BTreeMap, BTreeSet};
use workbook::cell::Cell;

/// Why a cell does not run on a real account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It does what only the simulator can.
    Simulator(&'static str),
    /// It uses what another cell defines, which does not run either.
    Needs {
        /// That cell.
        cell: String,
        /// What it defines.
        name: String,
    },
}

/// What in a cell's source only makes sense in the simulator, and how that is told.
const ONLY_SIMULATED: &[(&str, &str)] = &[
    ("avancer_horloge", "elle avance l’horloge"),
    ("avancer_sans_attendre", "elle avance l’horloge"),
    ("_cahier", "elle interroge le simulateur lui-même"),
    ("Debit::", "elle lit les seaux de débit du simulateur"),
    ("\"subnet-0", "elle nomme un sous-réseau du simulateur"),
];

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Simulator(what) => f.write_str(what),
            Self::Needs { cell, name } => write!(
                f,
                "elle a besoin de «\u{a0}{name}\u{a0}», que définit «\u{a0}{cell}\u{a0}»"
            ),
        }
    }
}

/// Who acts in the simulator.
fn administrator() -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/administrateur")
}

/// A cell as it is to be on this account: its expected output names who acts, the account and the region that it runs in,
/// and not the simulator's.
pub fn there(cell: &Cell, place: &Whereabouts) -> Cell {
    let mut cell = cell.clone();
    cell.expected = cell.expected.map(|expected| localised(&expected, place));
    cell
}

/// A text of a lesson with the learner, the account, the region and the names of this place.
pub fn localised(text: &str, place: &Whereabouts) -> String {
    let named = |given: &str, simulated: &str| {
        if given.is_empty() {
            simulated.to_owned()
        } else {
            given.to_owned()
        }
    };
    let administrator = administrator();
    names::named(text, &place.prefix)
        .replace(&administrator, &named(&place.who, &administrator))
        .replace(ACCOUNT, &named(&place.account, ACCOUNT))
        .replace(REGION, &named(&place.region, REGION))
}

/// The cells that do not run on a real account, by id. A cell that uses what such a cell defines does not run either.
pub fn unsuited<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> BTreeMap<String, Reason> {
    let mut found = BTreeMap::new();
    let mut defined = BTreeSet::new();
    let mut lost: BTreeMap<String, String> = BTreeMap::new();
    for cell in cells {
        let words = words(&cell.source);
        let (left, own) = (left(&words), own(&words));
        let reason = only_simulated(&cell.source).or_else(|| {
            let needed = words.iter().find(|word| {
                !word.of_something && lost.contains_key(&word.text) && !own.contains(word.text.as_str())
            })?;
            Some(Reason::Needs {
                cell: lost[&needed.text].clone(),
                name: needed.text.clone(),
            })
        });
        match reason {
            None => {
                lost.retain(|name, _| !left.contains(name));
                defined.extend(left);
            }
            Some(reason) => {
                let new = left.into_iter().filter(|name| !defined.contains(name));
                lost.extend(new.map(|name| (name, cell.id.clone())));
                found.insert(cell.id.clone(), reason);
            }
        }
    }
    found
}

fn only_simulated(source: &str) -> Option<Reason> {
    let code: String = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let told = ONLY_SIMULATED.iter().find(|(mark, _)| code.contains(mark));
    told.map(|(_, words)| Reason::Simulator(words))
}

/// An identifier of a source.
struct Word {
    text: String,
    /// Whether it follows a point: a field or a method.
    of_something: bool,
    /// How many braces it stands in.
    depth: usize,
}

/// The identifiers of a source, without those in comments; of strings, those that they show.
fn words(source: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut depth = 0_usize;
    let mut rest = source;
    let mut before = ' ';
    while let Some(letter) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if letter == '"' {
            let length = string(rest);
            words.extend(shown(&rest[..length]).map(|text| Word {
                text,
                of_something: false,
                depth: depth + 1,
            }));
            length
        } else if letter.is_alphabetic() || letter == '_' {
            let end = rest.find(|one: char| !one.is_alphanumeric() && one != '_');
            let length = end.unwrap_or(rest.len());
            words.push(Word {
                text: rest[..length].to_owned(),
                of_something: before == '.',
                depth,
            });
            length
        } else {
            match letter {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            letter.len_utf8()
        };
        if !letter.is_whitespace() {
            before = letter;
        }
        rest = &rest[length..];
    }
    words
}

/// The variables that a format string shows: `{nom}`, `{nom:>4}`.
fn shown(string: &str) -> impl Iterator<Item = String> + '_ {
    string.split('{').skip(1).filter_map(|hole| {
        let name = hole.split(['}', ':']).next()?;
        let is_name = !name.is_empty() && name.chars().all(|one| one.is_alphanumeric() || one == '_');
        is_name.then(|| name.to_owned())
    })
}

/// The length of the string that a text begins with.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// What a cell names after these words, in braces or not.
fn definitions(words: &[Word]) -> impl Iterator<Item = &Word> {
    let opens = |word: &str| {
        matches!(
            word,
            "let" | "mut" | "fn" | "struct" | "enum" | "const" | "static" | "type" | "trait"
        )
    };
    // `use a::b as C` names something; `x as u8` does not.
    let names = move |before: &Word, name: &Word| {
        let is_type = name.text.starts_with(char::is_uppercase);
        name.text != "mut" && name.text != "Some" && (opens(&before.text) || (before.text == "as" && is_type))
    };
    words
        .windows(2)
        .filter(move |pair| names(&pair[0], &pair[1]))
        .map(|pair| &pair[1])
}

/// What a cell leaves to those after it: what it names outside of any braces.
fn left(words: &[Word]) -> BTreeSet<String> {
    let outside = definitions(words).filter(|word| word.depth == 0);
    outside.map(|word| word.text.clone()).collect()
}

/// What a cell names for itself, anywhere, loops included.
fn own(words: &[Word]) -> BTreeSet<&str> {
    let mut found: BTreeSet<&str> = definitions(words).map(|word| word.text.as_str()).collect();
    let mut looping = false;
    for word in words {
        match word.text.as_str() {
            "for" => looping = true,
            "in" => looping = false,
            name if looping => {
                found.insert(name);
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use workbook::cell::Role;

    fn cell(id: &str, source: &str) -> Cell {
        Cell {
            id: id.to_owned(),
            source: source.to_owned(),
            role: Role::Demo,
            expected: None,
            line: 1,
        }
    }

    fn reasons(sources: &[&str]) -> Vec<(String, String)> {
        let cells: Vec<Cell> = sources
            .iter()
            .enumerate()
            .map(|(rank, source)| cell(&format!("c{rank}"), source))
            .collect();
        let found = unsuited(&cells);
        found
            .into_iter()
            .map(|(id, reason)| (id, reason.to_string()))
            .collect()
    }

    #[test]
    fn a_cell_that_moves_the_clock_does_not_run_and_one_that_only_speaks_of_it_does() {
        let found = reasons(&[
            "avancer_horloge(30).await;",
            "// avancer_horloge n’existe pas sur AWS\nlet x = 1;",
        ]);
        assert_eq!(found, [("c0".to_owned(), "elle avance l’horloge".to_owned())]);
    }

    #[test]
    fn what_a_cell_left_out_would_have_defined_leaves_out_who_uses_it() {
        let found = reasons(&[
            "let mesures = avancer_horloge(1).await;\nfn suivre() { let dedans = 1; }",
            "println!(\"{mesures:>4}\");",
            "suivre();",
            "let dedans = 2; println!(\"{dedans}\");",
            "let mesures = 3; println!(\"{mesures}\");",
            "mesures + 1;",
        ]);
        let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["c0", "c1", "c2"]);
        assert!(
            found[1].1.contains("mesures") && found[1].1.contains("c0"),
            "{found:?}"
        );
    }

    #[test]
    fn an_expected_output_names_the_account_and_the_region_that_the_cell_runs_in() {
        let mut one = cell("c", "1");
        one.expected = Some(format!(
            "arn:aws:lambda:eu-west-3:123456789012:layer:cahier-tarifs:1\n{}",
            administrator()
        ));
        let place = Whereabouts {
            account: "111122223333".to_owned(),
            region: "us-west-2".to_owned(),
            who: "arn:aws:iam::111122223333:user/lea".to_owned(),
            ..Whereabouts::default()
        };
        let expected = |place: &Whereabouts| there(&one, place).expected.unwrap();
        assert_eq!(
            expected(&place),
            "arn:aws:lambda:us-west-2:111122223333:layer:cahier-tarifs:1\narn:aws:iam::111122223333:user/lea"
        );
        assert_eq!(Some(expected(&Whereabouts::default())), one.expected);
    }

    #[test]
    fn a_name_that_a_cell_gives_again_anywhere_is_its_own() {
        let found = reasons(&[
            "let geste = avancer_horloge(1).await; let vie = 1; let n = geste as i64;",
            "for tour in 0..2 { let geste = tour as i64; println!(\"{geste}\"); }",
            "for (vie, x) in y {}",
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn a_field_or_a_word_in_a_string_is_no_use_of_a_variable() {
        let found = reasons(&[
            "let cle = avancer_horloge(1).await;",
            "reponse.cle(); println!(\"la cle\");",
        ]);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn the_lessons_cells_that_make_no_sense_on_a_real_account_are_known_one_by_one() {
        let workbook = workbook::Workbook::load(crate::lessons::embedded()).unwrap();
        let of = |lesson: &str| {
            let lesson = workbook.lesson(lesson).unwrap();
            let left_out = unsuited(lesson.cells());
            (lesson.cells().count(), left_out)
        };
        let (all, left_out) = of("couches-lambda");
        assert!(left_out.is_empty() && all > 10, "{left_out:?}");
        let (_, left_out) = of("iam");
        assert_eq!(
            left_out.keys().collect::<Vec<_>>(),
            ["iam-durees", "iam-revoquer"]
        );
        let (_, left_out) = of("ecs-fargate");
        assert!(left_out.contains_key("ecs-revisions") && left_out.contains_key("ecs-lancer"));
        assert!(!left_out.contains_key("ecs-definir") && !left_out.contains_key("ecs-cout"));
        let (_, left_out) = of("versionnement-s3");
        assert!(left_out.contains_key("version-cycle") && left_out.contains_key("version-cout"));
        assert!(!left_out.contains_key("version-vider"));
    }
}
