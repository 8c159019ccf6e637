//! Numbers of different kinds: Rust converts none by itself.

use super::case::{Case, kind_of, short};
use super::{Rule, Said};

pub(super) const RULES: &[Rule] = &[
    Rule {
        kind: "numbers",
        codes: &["E0308"],
        words: "expected `",
        say: mismatched,
    },
    Rule {
        kind: "numbers",
        codes: &["E0277"],
        words: "no implementation for `",
        say: operated,
    },
    Rule {
        kind: "literal-out-of-range",
        codes: &["overflowing_literals"],
        words: "",
        say: out_of_range,
    },
];

const INTEGERS: [&str; 12] = [
    "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize",
];

fn is_integer(kind: &str) -> bool {
    INTEGERS.contains(&kind) || matches!(kind, "integer" | "{integer}")
}

fn is_float(kind: &str) -> bool {
    matches!(kind, "f32" | "f64" | "{float}" | "floating-point number")
}

fn is_number(kind: &str) -> bool {
    is_integer(kind) || is_float(kind)
}

/// Whether every number of the first kind is one of the second.
fn always_fits(from: &str, to: &str) -> bool {
    let bits = |kind: &str| kind.get(1..).and_then(|bits| bits.parse::<u32>().ok());
    let (Some(small), Some(large)) = (bits(from), bits(to)) else {
        return false;
    };
    small < large && (from.starts_with('u') || to.starts_with('i'))
}

fn mismatched(case: &Case<'_>) -> Option<Said> {
    let (expected, found) = case.expected_and_found()?;
    if !is_number(&expected) || !is_number(&found) {
        return None;
    }
    let place = case.place()?;
    let simple = place
        .chars()
        .all(|sign| sign.is_alphanumeric() || "_.".contains(sign));
    let whole = if simple {
        place.to_owned()
    } else {
        format!("({place})")
    };
    let literal = place.chars().all(|sign| sign.is_ascii_digit() || sign == '_');
    let (how, mended) = if is_float(&expected) && literal {
        (
            "Écris-le avec une virgule, qui est un point en Rust.",
            format!("{place}.0"),
        )
    } else if is_float(&expected) || is_float(&found) {
        (
            "Convertis-le avec `as` (vers un entier, les décimales sont coupées).",
            format!("{whole} as {expected}"),
        )
    } else if always_fits(&found, &expected) {
        (
            "Convertis-le avec `from` : il y tient toujours.",
            format!("{expected}::from({place})"),
        )
    } else {
        (
            "Convertis-le avec `try_from`, qui échoue si le nombre est trop grand ; `as` le tronquerait sans rien dire.",
            format!("{expected}::try_from({place})?"),
        )
    };
    Said::with(
        format!(
            "Il faut ici {}, et `{place}` est {} : Rust ne convertit jamais un nombre de lui-même. {how}",
            kind_of(&expected),
            kind_of(&found)
        ),
        case.mended(&mended),
    )
}

fn operated(case: &Case<'_>) -> Option<Said> {
    let label = case.label("no implementation for `")?;
    let operation = label.split('`').nth(1)?;
    let sign = case.place()?;
    let (left, right) = operation.split_once(&format!(" {sign} "))?;
    let (left, right) = (short(left), short(right));
    if !is_number(&left) || !is_number(&right) {
        return not_numbers(sign, &left, &right);
    }
    let target = if is_float(&left) { &left } else { &right };
    let mended = match target.as_str() {
        "{float}" => "… as f64".to_owned(),
        other => format!("… as {other}"),
    };
    Said::only(format!(
        "À gauche de `{sign}` se trouve {}, à droite {} : Rust ne mélange pas les sortes de nombres. Convertis l’un des deux : \
         `{mended}`.",
        kind_of(&left),
        kind_of(&right)
    ))
}

fn not_numbers(sign: &str, left: &str, right: &str) -> Option<Said> {
    let hint = match (left, right) {
        (option, _) if option.starts_with("Option<") => {
            " La valeur de gauche peut être absente : sors-la d’abord de son `Option`, avec `unwrap_or(…)` par exemple."
        }
        (_, option) if option.starts_with("Option<") => {
            " La valeur de droite peut être absente : sors-la d’abord de son `Option`, avec `unwrap_or(…)` par exemple."
        }
        ("String" | "&str" | "str", "char") => {
            " Un texte s’écrit entre guillemets doubles (`\"a\"`), un caractère seul entre apostrophes (`'a'`)."
        }
        _ => " Mets d’abord les deux côtés dans le même type.",
    };
    Said::only(format!(
        "`{sign}` ne s’applique pas entre {} et {}.{hint}",
        kind_of(left),
        kind_of(right)
    ))
}

fn out_of_range(case: &Case<'_>) -> Option<Said> {
    let kind = case.name(0)?;
    let place = case.place()?;
    let range = case
        .help("whose range is `")
        .and_then(|help| help.split('`').nth(5));
    let range = range.map(|range| format!(" (de `{range}`)")).unwrap_or_default();
    Said::only(format!(
        "`{place}` ne tient pas dans un `{kind}`{range}. Choisis un type plus grand, `u64` ou `i64` par exemple."
    ))
}
