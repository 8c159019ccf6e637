//! What a type cannot do: be shown, waited for, gone through, handed on by `?`.

use super::case::{Case, kind_of, quoted, short};
use super::{Rule, Said};

pub(super) const RULES: &[Rule] = &[
    rule(
        "question-mark-in-function",
        "the `?` operator can only be used in",
        question_mark_in_function,
    ),
    rule(
        "option-and-result",
        "the `?` operator can only be used on",
        option_and_result,
    ),
    rule(
        "question-mark-on-value",
        "that implement `Try`",
        question_mark_on_value,
    ),
    rule(
        "question-mark-converts",
        "`?` couldn't convert the error",
        question_mark_converts,
    ),
    rule("await-missing", "`impl Future", awaited_display),
    rule("display", "doesn't implement `std::fmt::Display`", display),
    rule("display", "doesn't implement `Display`", display),
    rule("debug", "doesn't implement `std::fmt::Debug`", debug),
    rule("debug", "doesn't implement `Debug`", debug),
    rule("not-an-iterator", "is not an iterator", not_an_iterator),
    rule("not-a-future", "is not a future", not_a_future),
    rule("index-of-text", "string indices are ranges", index_of_text),
    rule("index", "cannot be indexed by", index),
    rule("collect", "cannot be built from an iterator", collect),
    rule("sum", "made by summing", sum),
    rule("sum", "made by multiplying", sum),
    rule("unsized", "cannot be known at compilation time", unsized_value),
];

const fn rule(kind: &'static str, words: &'static str, say: fn(&Case<'_>) -> Option<Said>) -> Rule {
    super::rule(kind, &["E0277"], words, say)
}

fn question_mark_in_function(case: &Case<'_>) -> Option<Said> {
    if case.message().contains("on `Result`s, not `Option`s")
        || case.message().contains("on `Option`s, not `Result`s")
    {
        return option_and_result(case);
    }
    let label = case.label("cannot use the `?` operator in")?;
    let given = quoted(label, 1).map_or("()".to_owned(), short);
    let wanted = if given == "()" { "()" } else { given.as_str() };
    Said::with(
        format!(
            "Devant une erreur, `?` la rend à qui a appelé la fonction : celle-ci doit donc rendre un `Result`, et elle rend \
             {}. Change son type de retour, et termine-la par `Ok(…)`.",
            kind_of(&given)
        ),
        format!("-> Result<{wanted}, Box<dyn std::error::Error>>"),
    )
}

fn option_and_result(case: &Case<'_>) -> Option<Said> {
    if case.message().contains("not `Option`s") {
        return Said::with(
            "Cette valeur peut manquer (`Option`), et la fonction rend une erreur (`Result`) : `?` ne sait pas quelle erreur \
             rendre. Choisis-la avec `ok_or`.",
            case.mended(".ok_or(\"valeur absente\")?"),
        );
    }
    Said::with(
        "Cette valeur peut être une erreur (`Result`), et la fonction rend un `Option` : `?` ne passe pas de l’un à l’autre. \
         Oublie l’erreur avec `.ok()`.",
        case.mended(".ok()?"),
    )
}

fn question_mark_on_value(case: &Case<'_>) -> Option<Said> {
    let label = case.label("cannot be applied to type `")?;
    let kind = short(quoted(label, 1)?);
    let place = case.place()?;
    let inner = place.strip_suffix('?').unwrap_or(place);
    if kind.starts_with("impl Future") || kind.contains("{async") {
        return Said::with(
            "Le futur n’a pas encore été attendu : il n’y a ni réussite ni erreur à regarder. Mets `.await` avant `?`.",
            case.mended(&format!("{inner}.await?")),
        );
    }
    if kind.ends_with("FluentBuilder") {
        return Said::with(
            "Cette requête est préparée, mais elle n’est pas partie : il manque `.send().await` avant `?`.",
            case.mended(&format!("{inner}.send().await?")),
        );
    }
    Said::with(
        format!(
            "`?` sort la valeur d’un `Result` ou d’un `Option`. `{inner}` est {}, qui ne peut ni échouer ni manquer : retire \
             le `?`.",
            kind_of(&kind)
        ),
        case.mended(inner),
    )
}

fn question_mark_converts(_: &Case<'_>) -> Option<Said> {
    Said::with(
        "La fonction annonce un type d’erreur, et ce `?` en rencontre un autre, qui ne s’y convertit pas. \
         `Box<dyn std::error::Error>` les accepte tous.",
        "-> Result<(), Box<dyn std::error::Error>>".to_owned(),
    )
}

fn display(case: &Case<'_>) -> Option<Said> {
    let kind = short(case.name(0)?);
    if kind.ends_with("Builder") {
        return Said::only(format!(
            "`{kind}` est encore en préparation : il n’y a rien à afficher avant `.build()`, ou `.send().await?` pour une requête."
        ));
    }
    let hole = case.at("formatting parameter");
    let debug = hole
        .and_then(|hole| hole.strip_suffix('}'))
        .map(|hole| format!("{hole}:?}}"));
    let way_out = if kind.starts_with("Result<") {
        "c’est une réussite ou une erreur, et rien ne dit laquelle écrire. Pour regarder, écris `{:?}` ; pour la valeur, mets `?` \
         derrière"
    } else if kind.starts_with("Option<") {
        "la valeur peut manquer, et rien ne dit quoi écrire alors. Pour regarder, écris `{:?}` ; pour un lecteur, \
         sors la valeur avec `unwrap_or(…)`"
    } else {
        "il n’a pas d’écriture faite pour un lecteur. Pour le regarder, écris `{:?}` (ou `{:#?}`, une ligne par champ)"
    };
    Said::with(
        format!("`{{}}` ne sait pas afficher `{kind}` : {way_out}."),
        debug.and_then(|debug| case.mended_at("formatting parameter", &debug)),
    )
}

fn awaited_display(case: &Case<'_>) -> Option<Said> {
    case.label("formatting parameter")?;
    let place = case.place()?;
    Said::with(
        "Cet appel est asynchrone : tant qu’on ne l’attend pas, il n’y a rien à afficher. Ajoute `.await`.",
        case.mended(&format!("{place}.await")),
    )
}

fn debug(case: &Case<'_>) -> Option<Said> {
    let kind = short(case.name(0)?);
    Said::with(
        format!(
            "`{{:?}}` ne sait pas montrer `{kind}`. Demande à Rust de l’écrire pour toi, au-dessus de sa définition."
        ),
        "#[derive(Debug)]".to_owned(),
    )
}

fn not_an_iterator(case: &Case<'_>) -> Option<Said> {
    let kind = short(case.name(0)?);
    let place = case.place()?;
    if matches!(
        kind.as_str(),
        "{integer}" | "i32" | "u32" | "i64" | "u64" | "usize" | "u8" | "i8" | "u16" | "i16"
    ) {
        return Said::with(
            format!(
                "`{place}` est un nombre : il n’a pas d’éléments à parcourir. Écris un intervalle : `0..{place}` compte à partir de 0."
            ),
            case.mended(&format!("0..{place}")),
        );
    }
    if kind.ends_with("Output") {
        return Said::only(format!(
            "`{place}` est la réponse entière (`{kind}`), pas une liste. Demande-lui sa liste par une méthode : \
             `.buckets()`, `.contents()`, `.items()`…"
        ));
    }
    Said::only(format!(
        "On ne peut pas parcourir un `{kind}` tel quel. Demande-lui un itérateur : `.iter()` pour une collection, `.chars()` \
         pour un texte."
    ))
}

fn not_a_future(case: &Case<'_>) -> Option<Said> {
    let kind = short(case.name(0)?);
    if kind.ends_with("FluentBuilder") {
        return Said::with(
            format!(
                "`{kind}` est une requête que tu as préparée, mais pas envoyée : il n’y a encore rien à attendre. Mets \
                 `.send()` avant `.await`."
            ),
            case.mended("send().await"),
        );
    }
    Said::only(format!(
        "`.await` attend un futur, et il n’y a rien à attendre ici : la valeur est déjà là, et c’est {}. Retire `.await`.",
        kind_of(&kind)
    ))
}

fn index_of_text(_: &Case<'_>) -> Option<Said> {
    Said::with(
        "On ne prend pas le n-ième caractère d’un texte avec `[…]` : en UTF-8, un caractère peut tenir sur plusieurs octets. \
         Parcours ses caractères.",
        "texte.chars().nth(0)".to_owned(),
    )
}

fn index(case: &Case<'_>) -> Option<Said> {
    let kind = short(case.name(1)?);
    let place = case.place()?;
    Said::with(
        format!(
            "La position dans une liste est un `usize`, et `{place}` est un `{kind}`. Déclare-la `usize` dès le départ, ou \
             convertis-la."
        ),
        case.mended(&format!("{place} as usize")),
    )
}

/// « a value of type `i32` cannot be made by summing an iterator over elements of type `&&str` »
fn sum(case: &Case<'_>) -> Option<Said> {
    let (wanted, items) = (short(case.name(0)?), short(case.name(1)?));
    let call = case.place()?;
    let texts = items.contains("str") || items.contains("String");
    if texts {
        return Said::with(
            format!(
                "`{call}` calcule avec des nombres, et cet itérateur donne des textes (`{items}`). Lis d’abord chaque texte comme un \
                 nombre."
            ),
            case.mended_before(&format!(".map(|texte| texte.parse::<{wanted}>().unwrap_or(0))")),
        );
    }
    let star = if items.starts_with('&') { "*" } else { "" };
    Said::with(
        format!(
            "`{call}` doit donner un `{wanted}`, et cet itérateur donne des `{items}`. Convertis d’abord chaque nombre."
        ),
        case.mended_before(&format!(".map(|n| {star}n as {wanted})")),
    )
}

fn collect(case: &Case<'_>) -> Option<Said> {
    let (wanted, items) = (short(case.name(0)?), short(case.name(1)?));
    let convert = match (wanted.as_str(), items.as_str()) {
        ("Vec<String>", "&str") => Some(".map(String::from)"),
        _ if wanted.contains('<') && items.strip_prefix('&').is_some_and(|item| wanted.contains(item)) => {
            Some(".cloned()")
        }
        _ => None,
    };
    Said::with(
        format!(
            "L’itérateur donne des éléments de type `{items}` : on ne peut pas en faire un `{wanted}`. Convertis chaque \
             élément avant `collect`, avec `map`."
        ),
        convert.and_then(|convert| case.mended_before(convert)),
    )
}

fn unsized_value(case: &Case<'_>) -> Option<Said> {
    let label = case.name(0)?;
    Said::only(format!(
        "Un `{}` n’a pas de taille connue d’avance : une variable ne peut pas le contenir. Passe par une référence \
         (`&str`, `&[…]`) ou par un type qui possède ses données (`String`, `Vec<…>`).",
        short(label)
    ))
}
