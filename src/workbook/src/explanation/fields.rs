//! Fields, operators and calls that a value does not have.

use super::case::{Case, quoted, short};
use super::methods;
use super::{Rule, Said, rule};

pub(super) const RULES: &[Rule] = &[
    rule("await-missing", &["E0609"], "`impl Future", methods::future),
    rule("option", &["E0609"], "on type `Option<", methods::option),
    rule("result", &["E0609"], "on type `Result<", methods::result),
    rule("request-not-sent", &["E0609"], "FluentBuilder`", request),
    rule("unknown-field", &["E0609", "E0560", "E0026"], "", unknown_field),
    rule("parentheses", &["E0615"], "", parentheses),
    rule("parentheses", &["E0616"], "", private_field_with_method),
    rule("private-field", &["E0616"], "", private_field),
    rule("field-of-number", &["E0610"], "", field_of_primitive),
    rule("dereference", &["E0614"], "", dereference),
    rule("unary", &["E0600"], "", unary),
    rule("concatenation", &["E0369"], "to `&str`", concatenation),
    rule("operator", &["E0369"], "", operator),
    rule("not-a-function", &["E0618"], "", not_a_function),
    rule("cast", &["E0604", "E0605", "E0606", "E0607"], "", cast),
];

fn request(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::with(
        format!("Cette requête est préparée, mais pas envoyée ; `{name}` se lit sur la réponse."),
        case.mended_before(".send().await?"),
    )
}

/// The type and the field stand in another order in each of rustc's sentences.
fn unknown_field(case: &Case<'_>) -> Option<Said> {
    let first = case.message().starts_with("no field");
    let (field, kind) = if first { (0, 1) } else { (1, 0) };
    let (field, kind) = (case.name(field)?, short(case.name(kind)?));
    let known = case.help("available field").or(case.help("has a field named"));
    let known = known.and_then(|help| {
        help.split_once(": ").map_or_else(
            || quoted(help, 1).map(|name| format!("`{name}`")),
            |(_, names)| Some(names.to_owned()),
        )
    });
    let known = known.map(|names| format!(" Ses champs : {}.", listed(&names)));
    let known = known
        .unwrap_or_else(|| format!(" Si c’est une réponse d’AWS, lis-la par une méthode : `.{field}()`."));
    Said::only(format!("`{kind}` n’a pas de champ `{field}`.{known}"))
}

/// rustc's list of names: « `a`, `b` ... and 2 others ».
fn listed(names: &str) -> String {
    let names = names.replace(", and ", " et ");
    let more = names.split_once(" ... and ");
    let count = more.and_then(|(_, rest)| rest.split(' ').next()?.parse::<usize>().ok());
    match (more, count) {
        (Some((first, _)), Some(count)) => {
            format!("{first} et {}", crate::french::counted(count, "autre", "autres"))
        }
        _ => names,
    }
}

fn parentheses(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::with(
        format!("`{name}` est une méthode : il lui faut ses parenthèses."),
        case.mended(&format!("{name}()")),
    )
}

fn private_field_with_method(case: &Case<'_>) -> Option<Said> {
    case.help("call it with parentheses")?;
    parentheses(case)
}

fn private_field(case: &Case<'_>) -> Option<Said> {
    let (field, kind) = (case.name(0)?, short(case.name(1)?));
    Said::only(format!(
        "Le champ `{field}` de `{kind}` est privé : seul son propre module y touche. Cherche une méthode publique qui le \
         donne (la touche Tab les montre)."
    ))
}

fn field_of_primitive(case: &Case<'_>) -> Option<Said> {
    let kind = case.name(0)?;
    let field = case.place()?;
    Said::only(format!(
        "`.{field}` cherche un champ, et un `{kind}` n’en a pas : c’est une valeur simple. Vérifie que ta variable contient \
         bien ce que tu crois."
    ))
}

fn dereference(case: &Case<'_>) -> Option<Said> {
    let place = case.place()?;
    let inner = place.strip_prefix('*')?;
    Said::with(
        format!(
            "`*` suit une référence jusqu’à sa valeur, et `{inner}` est déjà la valeur elle-même. Retire l’étoile."
        ),
        case.mended(inner),
    )
}

fn unary(case: &Case<'_>) -> Option<Said> {
    let (sign, kind) = (case.name(0)?, short(case.name(1)?));
    Said::only(if case.help("unsigned values cannot be negated").is_some() {
        format!(
            "Un `{kind}` n’a pas de signe : il ne peut pas être négatif. Prends un type signé, comme `i32` ou `i64`, si la \
             valeur peut descendre sous zéro."
        )
    } else if sign == "!" {
        format!(
            "`!` inverse un booléen, et ceci est un `{kind}`. Compare d’abord : `!nom.is_empty()`, ou `nom != \"…\"`."
        )
    } else {
        format!("`{sign}` ne s’applique pas à un `{kind}`.")
    })
}

fn concatenation(case: &Case<'_>) -> Option<Said> {
    let sign = case.place()?;
    if sign != "+" {
        return operator(case);
    }
    Said::with(
        "`+` ne colle pas deux textes empruntés (`&str`) : rien ne possède le résultat. Compose-le plutôt avec `format!`.",
        "let tout = format!(\"{debut}{fin}\");".to_owned(),
    )
}

fn operator(case: &Case<'_>) -> Option<Said> {
    let message = case.message();
    let sign = case.place()?;
    let kinds: Vec<String> = message.split('`').skip(1).step_by(2).map(short).collect();
    if let Some(kind) = kinds.iter().find(|kind| kind.starts_with("Option<")) {
        return Said::only(format!(
            "D’un côté de `{sign}`, la valeur peut manquer : c’est un `{kind}`. Sors-la d’abord, avec `unwrap_or(…)` par exemple."
        ));
    }
    let kind = kinds.get(usize::from(message.starts_with("binary")))?;
    let derived = case
        .help("#[derive(")
        .and_then(|help| help.split('`').find(|part| part.starts_with("#[derive(")));
    match derived {
        Some(derived) => Said::with(
            format!(
                "Rust ne sait pas faire `{sign}` entre deux `{kind}`. Demande-lui de l’écrire, au-dessus de la définition."
            ),
            derived.to_owned(),
        ),
        None => Said::only(format!(
            "`{sign}` n’existe pas pour un `{kind}`. Prends ce qu’il contient (un champ, un nombre, un texte), ou convertis-le \
             d’abord."
        )),
    }
}

fn not_a_function(case: &Case<'_>) -> Option<Said> {
    let place = case.place()?;
    Said::only(format!(
        "`{place}` n’est pas une fonction : on ne peut pas l’appeler avec des parenthèses. Pour multiplier, écris `*` ; pour \
         une position, écris `[…]`."
    ))
}

fn cast(case: &Case<'_>) -> Option<Said> {
    let (from, to) = (short(case.name(0)?), short(case.name(1)?));
    if from.contains("str") || from == "String" {
        let place = case.place()?.split(" as ").next()?.to_owned();
        return Said::with(
            "`as` ne convertit que des nombres ; un texte se lit avec `parse`, qui peut échouer.",
            case.mended(&format!("{place}.parse::<{to}>()?")),
        );
    }
    Said::only(format!(
        "`as` ne convertit que des nombres : il ne fait pas un `{to}` d’un `{from}`. Cherche une méthode, ou `from`."
    ))
}
