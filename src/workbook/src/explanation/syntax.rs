//! Mistakes of writing: they have no code, and Rust reads no further.

use super::case::{Case, quoted};
use super::{Rule, Said};

pub(super) const RULES: &[Rule] = &[
    rule("unclosed", "unclosed delimiter", unclosed),
    rule("unclosed", "mismatched closing delimiter", unclosed),
    rule(
        "closed-too-often",
        "unexpected closing delimiter",
        closed_too_often,
    ),
    rule("semicolon", "expected `;`", semicolon),
    Rule {
        kind: "unterminated-text",
        codes: &["E0765", "E0766"],
        words: "",
        say: unterminated,
    },
    rule(
        "single-quotes",
        "character literal may only contain one codepoint",
        single_quotes,
    ),
    rule("curly-quotes", "unknown start of token", curly_quotes),
    rule(
        "format-text",
        "format argument must be a string literal",
        format_text,
    ),
    rule("format-count", "in format string", format_count),
    rule("format-unused", "argument never used", format_unused),
    rule("format-unused", "arguments not used", format_unused),
    rule("comma", "no rules expected", comma),
    rule("increment", "has no postfix increment", increment),
    rule("increment", "has no prefix increment", increment),
    rule("expected", "expected ", expected),
];

const fn rule(kind: &'static str, words: &'static str, say: fn(&Case<'_>) -> Option<Said>) -> Rule {
    super::rule(kind, &[], words, say)
}

fn unclosed(case: &Case<'_>) -> Option<Said> {
    let open = case.at("unclosed delimiter");
    let what = match open {
        Some("(") => "Cette parenthèse `(`",
        Some("[") => "Ce crochet `[`",
        Some("{") => "Cette accolade `{`",
        _ => "Une parenthèse, un crochet ou une accolade",
    };
    let by = match open {
        Some("(") => "`)`",
        Some("[") => "`]`",
        Some("{") => "`}`",
        _ => "le signe qui lui répond",
    };
    Said::only(format!(
        "{what} s’ouvre et ne se referme pas, ou pas à sa place. Cherche où doit venir {by}."
    ))
}

fn closed_too_often(case: &Case<'_>) -> Option<Said> {
    let sign = case.name(0)?;
    Said::only(format!(
        "Ce `{sign}` ne ferme rien : rien ne s’était ouvert avant lui. Retire-le, ou ajoute ce qui l’ouvre."
    ))
}

fn semicolon(case: &Case<'_>) -> Option<Said> {
    let found = case.message().split_once("found ").map_or("", |(_, found)| found);
    // In the middle of a line something else is wrong: words of another language, most often.
    if !case.ends_its_line() && found != "keyword `let`" {
        return None;
    }
    let before = if found.contains("end of input") {
        "à la fin de la cellule".to_owned()
    } else {
        quoted(found, 0).map_or("ici".to_owned(), |found| format!("avant `{found}`"))
    };
    Said::with(
        format!(
            "Il manque un point-virgule {before} : en Rust, il termine chaque instruction, `let` compris."
        ),
        case.help("add `;` here").and_then(|_| case.mended(";")),
    )
}

fn unterminated(_: &Case<'_>) -> Option<Said> {
    Said::only(
        "Ce texte s’ouvre par un guillemet `\"` qui n’est jamais refermé : Rust prend toute la suite pour du texte. Ajoute le `\"` de fin.",
    )
}

fn single_quotes(case: &Case<'_>) -> Option<Said> {
    let place = case.place()?;
    let text = place.trim_matches('\'');
    Said::with(
        "Entre apostrophes, Rust n’attend qu’un seul caractère. Un texte s’écrit entre guillemets doubles.",
        case.mended(&format!("\"{text}\"")),
    )
}

fn curly_quotes(case: &Case<'_>) -> Option<Said> {
    let place = case.place()?;
    let instead = case
        .help("look like")
        .or(case.help("looks like"))
        .and_then(|help| help.split('\'').nth(if help.contains(" and ") { 5 } else { 3 }));
    let instead = instead.filter(|sign| !sign.is_empty() && sign.len() < 3).map_or(
        " Retire-le, ou remplace-le par le signe du clavier.".to_owned(),
        |sign| format!(" Remplace-le par `{sign}`, tapé au clavier."),
    );
    Said::only(format!(
        "`{place}` n’est pas un signe de Rust : il vient sans doute d’un texte copié.{instead}"
    ))
}

fn format_text(case: &Case<'_>) -> Option<Said> {
    let place = case.place()?;
    Said::with(
        format!(
            "Le premier argument de cette macro est un texte à trous, entre guillemets ; `{place}` vient après, ou dans le trou."
        ),
        case.mended(&format!("\"{{{place}}}\""))
            .filter(|_| place.chars().all(|sign| sign.is_alphanumeric() || sign == '_'))
            .or_else(|| case.mended(&format!("\"{{}}\", {place}"))),
    )
}

fn format_count(case: &Case<'_>) -> Option<Said> {
    let mut numbers = case
        .message()
        .split(' ')
        .filter_map(|word| word.parse::<usize>().ok());
    let holes = numbers.next()?;
    let given = numbers.next().unwrap_or(0);
    Said::only(format!(
        "Le texte a {} (`{{}}`), et tu donnes {} : il en faut autant.",
        crate::french::counted(holes, "trou", "trous"),
        crate::french::counted(given, "valeur", "valeurs")
    ))
}

fn format_unused(case: &Case<'_>) -> Option<Said> {
    let place = case.place()?;
    Said::only(format!(
        "Tu donnes `{place}`, mais le texte n’a pas de trou pour le recevoir. Ajoute `{{}}` là où il doit apparaître."
    ))
}

fn comma(case: &Case<'_>) -> Option<Said> {
    case.help("missing comma here")?;
    let next = case.place()?;
    Said::with(
        format!("Il manque une virgule avant `{next}` : elle sépare deux valeurs."),
        case.mended(&format!(", {next}"))
            .map(|line| line.replace(" , ", ", ")),
    )
}

fn increment(_: &Case<'_>) -> Option<Said> {
    Said::with(
        "Rust n’a pas de `++` : on ajoute un avec `+= 1`.",
        "n += 1;".to_owned(),
    )
}

fn expected(case: &Case<'_>) -> Option<Said> {
    let found = case
        .message()
        .split_once("found ")
        .and_then(|(_, found)| quoted(found, 0))?;
    Said::only(format!(
        "Rust attendait autre chose que `{found}` à cet endroit. Regarde juste avant : il y manque souvent une virgule, un \
         opérateur, une parenthèse ou un point-virgule."
    ))
}
