//! A value of one type where another is expected.

use super::case::{Case, kind_of, quoted};
use super::{Rule, Said};

pub(super) const RULES: &[Rule] = &[
    rule("await-missing", "found future", future),
    rule("await-missing", "found opaque type", future),
    rule("branches", "have incompatible types", branches),
    rule("nothing-returned", "implicitly returns `()`", nothing_returned),
    rule("comparison", "expected `bool`, found `()`", comparison),
    rule("str-for-string", "expected `String`, found `&", str_for_string),
    rule(
        "string-for-str",
        "expected `&str`, found `String`",
        string_for_str,
    ),
    rule("option", "expected because this is `Option<", compared_option),
    rule("some-missing", "expected `Option<", some_missing),
    rule("option", "found `Option<", option),
    rule("result", "found `Result<", result),
    rule("ok-missing", "expected `Result<", ok_missing),
    rule("bytestream", "expected `ByteStream`", bytestream),
    rule("number-for-text", "expected `String`, found ", number_for_text),
    rule("bytes", "found `AggregatedBytes`", bytes),
    rule("reference", "expected `&", reference),
    rule("reference", "found `&", dereference),
    rule("types", "expected `", types),
    Rule {
        kind: "else-missing",
        codes: &["E0317"],
        words: "",
        say: else_missing,
    },
];

const fn rule(kind: &'static str, words: &'static str, say: fn(&Case<'_>) -> Option<Said>) -> Rule {
    super::rule(kind, &["E0308"], words, say)
}

fn future(case: &Case<'_>) -> Option<Said> {
    let (expected, _) = case.expected_and_found()?;
    let place = case.place()?;
    let wait = if place.contains(".send()") {
        ".await?"
    } else {
        ".await"
    };
    Said::with(
        format!(
            "Cet appel est asynchrone : tant qu’on ne l’attend pas, ce n’est qu’un futur, qui donnera plus tard {}. \
             Ajoute `{wait}`.",
            kind_of(&expected)
        ),
        case.mended(&format!("{place}{wait}")),
    )
}

fn branches(case: &Case<'_>) -> Option<Said> {
    let (expected, found) = case.expected_and_found()?;
    Said::only(format!(
        "Toutes les branches doivent donner le même type : la première donne {}, celle-ci {}. Mets-les d’accord.",
        kind_of(&expected),
        kind_of(&found)
    ))
}

fn nothing_returned(case: &Case<'_>) -> Option<Said> {
    let (expected, _) = case.expected_and_found()?;
    let name = case.at("implicitly returns")?;
    let promise = format!("La fonction `{name}` promet {}", kind_of(&expected));
    Said::only(if case.help("remove this semicolon").is_some() {
        format!(
            "{promise}, mais sa dernière ligne finit par `;` : un point-virgule jette la valeur, et la fonction ne rend rien. \
             Retire ce `;`."
        )
    } else {
        format!("{promise}, mais ne rend rien. Termine-la par la valeur à rendre, sans `;`.")
    })
}

fn comparison(case: &Case<'_>) -> Option<Said> {
    let (left, right) = case.place()?.split_once(" = ")?;
    Said::with(
        "Un seul `=` range une valeur dans une variable ; pour comparer, il en faut deux : `==`.",
        case.mended(&format!("{left} == {right}")),
    )
}

fn str_for_string(case: &Case<'_>) -> Option<Said> {
    let place = case.place()?;
    Said::with(
        format!(
            "Il faut ici une `String`, qui possède son texte, et `{place}` est un `&str`, qui l’emprunte. Fais-en une copie \
             avec `.to_string()`."
        ),
        case.mended(&format!("{place}.to_string()")),
    )
}

fn string_for_str(case: &Case<'_>) -> Option<Said> {
    let place = case.place()?;
    Said::with(
        format!("Il faut ici un texte emprunté (`&str`), et `{place}` est une `String`. Prête-la avec `&`."),
        case.mended(&format!("&{place}")),
    )
}

fn some_missing(case: &Case<'_>) -> Option<Said> {
    let (expected, found) = case.expected_and_found()?;
    if found.starts_with("Option<") || found.starts_with("Result<") {
        return None;
    }
    let place = case.place()?;
    Said::with(
        format!(
            "Il faut ici {}, une valeur qui peut manquer, et `{place}` est {}. Dis qu’elle est bien là, avec `Some(…)`.",
            kind_of(&expected),
            kind_of(&found)
        ),
        case.mended(&format!("Some({place})")),
    )
}

fn option(case: &Case<'_>) -> Option<Said> {
    let (expected, found) = case.expected_and_found()?;
    let place = case.place()?;
    let inner = found.strip_prefix("Option<")?.strip_suffix('>')?;
    if inner != expected {
        return types(case);
    }
    Said::with(
        format!(
            "`{place}` est un `{found}` : la valeur peut manquer (`None`), et il faut ici {}. Dis ce qui vaut à sa place \
             quand elle manque, avec `unwrap_or(…)`, ou traite les deux cas avec `match`.",
            kind_of(&expected)
        ),
        case.mended(&format!("{place}.unwrap_or_default()")),
    )
}

fn result(case: &Case<'_>) -> Option<Said> {
    let (expected, found) = case.expected_and_found()?;
    let place = case.place()?;
    Said::with(
        format!(
            "`{place}` peut échouer : c’est un `{found}`, et il faut ici {}. Ajoute `?` : il sort la valeur, ou arrête \
             la cellule sur l’erreur.",
            kind_of(&expected)
        ),
        case.mended(&format!("{place}?")),
    )
}

fn ok_missing(case: &Case<'_>) -> Option<Said> {
    let (expected, found) = case.expected_and_found()?;
    Said::only(format!(
        "Il faut ici un `{expected}`, et ceci est {}. Une réussite s’écrit `Ok(…)`, un échec `Err(…)` : une fonction qui \
         n’a rien à rendre finit par `Ok(())`.",
        kind_of(&found)
    ))
}

fn bytes(case: &Case<'_>) -> Option<Said> {
    let (expected, _) = case.expected_and_found()?;
    Said::only(format!(
        "Le corps d’un objet S3 est une suite d’octets, pas encore {}. Prends-les avec `.into_bytes()` ; si c’est du \
         texte, lis-les ensuite avec `String::from_utf8(octets.to_vec())?`.",
        kind_of(&expected)
    ))
}

fn reference(case: &Case<'_>) -> Option<Said> {
    let (expected, found) = case.expected_and_found()?;
    if found.starts_with('&') || head(expected.trim_start_matches('&')) != head(&found) {
        return types(case);
    }
    let place = case.place()?;
    Said::with(
        format!(
            "Il faut ici une référence (`{expected}`), et `{place}` est {}. Prête-le avec `&`.",
            kind_of(&found)
        ),
        case.mended(&format!("&{place}")),
    )
}

fn dereference(case: &Case<'_>) -> Option<Said> {
    let (expected, found) = case.expected_and_found()?;
    if expected.starts_with('&') || case.help("dereferenc").is_none() {
        return types(case);
    }
    let place = case.place()?;
    Said::only(format!(
        "`{place}` n’est qu’une référence (`{found}`), et il faut ici la valeur elle-même, {}. Prends-en une copie : \
         `*{place}` pour un nombre, `.clone()` pour le reste.",
        kind_of(&expected)
    ))
}

/// A type's own name, without what it holds.
fn head(kind: &str) -> &str {
    kind.split('<').next().unwrap_or(kind)
}

fn compared_option(case: &Case<'_>) -> Option<Said> {
    let place = case.at("expected because this is `Option<")?;
    Said::with(
        format!(
            "`{place}` peut manquer : c’est un `Option`, qui ne se compare pas à une valeur simple. Dis ce qui vaut à sa place \
             quand elle manque, avec `unwrap_or(…)`."
        ),
        case.mended_at(
            "expected because this is `Option<",
            &format!("{place}.unwrap_or_default()"),
        ),
    )
}

fn bytestream(case: &Case<'_>) -> Option<Said> {
    let place = case.place()?;
    let text = case
        .expected_and_found()
        .is_some_and(|(_, found)| found == "&str" || found == "String");
    Said::with(
        format!(
            "Le contenu d’un objet part en octets : il faut ici un `ByteStream`, et `{place}` n’en est pas un."
        ),
        text.then(|| case.mended(&format!("{place}.as_bytes().to_vec().into()")))
            .flatten(),
    )
}

fn number_for_text(case: &Case<'_>) -> Option<Said> {
    let (_, found) = case.expected_and_found()?;
    let simple = found == "integer"
        || found == "floating-point number"
        || found.chars().skip(1).all(|sign| sign.is_ascii_digit());
    let place = case.place().filter(|_| simple)?;
    let why = if case
        .at("arguments to this")
        .is_some_and(|callee| callee.ends_with("AttributeValue::N"))
    {
        "DynamoDB reçoit ses nombres écrits en texte"
    } else {
        "Il faut ici un texte (`String`)"
    };
    Said::with(
        format!(
            "{why}, et `{place}` est {}. Écris-le en texte avec `.to_string()`.",
            kind_of(&found)
        ),
        case.mended(&format!("{place}.to_string()")),
    )
}

fn types(case: &Case<'_>) -> Option<Said> {
    let (expected, found) = case.expected_and_found()?;
    let due = case.at("expected due to this").filter(|due| !due.contains('\n'));
    let why = due
        .map(|due| format!(", puisque tu as écrit `{due}`"))
        .or_else(|| {
            let callee = case.at("arguments to this")?;
            Some(format!(", puisque `{callee}` le demande"))
        })
        .unwrap_or_default();
    let place = case
        .place()
        .filter(|place| !place.contains('\n') && place.len() < 60)
        .map_or("cette expression".to_owned(), |place| format!("`{place}`"));
    Said::only(format!(
        "Il faut ici {}{why}, et {place} donne {}. Change l’un ou l’autre.",
        kind_of(&expected),
        kind_of(&found)
    ))
}

fn else_missing(case: &Case<'_>) -> Option<Said> {
    let expected = case.label("expected `").and_then(|label| quoted(label, 0))?;
    Said::only(format!(
        "Ce `if` doit donner un `{expected}`, mais il n’a pas de `else` : quand la condition est fausse, il ne donne rien. \
         Ajoute un `else {{ … }}` avec la valeur de ce cas."
    ))
}
